"""The way in: what is compiled of a function, a method, a module or another object, and the types its callers must give."""

from __future__ import annotations

import gc
import inspect
import sys
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from scriptc.diagnostics import Diagnostic, ScriptError
from scriptc.frontend import attached, closing, functions, sides
from scriptc.frontend import declared as declarations
from scriptc.frontend.compiler import Compiler
from scriptc.frontend.frame import Frame, Refused
from scriptc.frontend.statics import wrap
from scriptc.frontend.values import FV, Dyn, ObjRef, Poison
from scriptc.ir import Block, Constant, Entry, Param, Program, State, Value
from scriptc.ops import TABLE
from scriptc.source import SourceUnavailable
from scriptc.source.called import main_method
from scriptc.types import ERROR, NONE, STR, Dict, IteratorOf, Tensor, TupleOf, Type, strip_sites, union, walk


@contextmanager
def deep() -> Iterator[None]:
    """Long chains of statements nest deeply; they use Python frames, not the C stack."""
    old, collecting = sys.getrecursionlimit(), gc.isenabled()
    sys.setrecursionlimit(max(old, 100_000))
    gc.disable()  # all that is made here lives to the end of it: looking for garbage costs more with each line
    try:
        yield
    finally:
        sys.setrecursionlimit(old)
        if collecting:
            gc.enable()


def compile_object(
    obj: Any, *, library: Any, types: Mapping[str, Any] | None = None, example: Sequence[Any] | None = None, name: str | None = None
) -> tuple[Program, dict[str, type]]:
    """Compile a function, a bound method, a module (anything with `forward`) or an object with `__call__`.

    types      annotations for parameters that have none, by name
    example    one argument per parameter, whose types are taken
    Returns the program and the user's classes by their names in it. Raises `ScriptError` with all findings.
    """
    with deep():
        return Compilation(obj, library, types, example, name).run()


class Compilation:
    """One request."""

    def __init__(self, obj: Any, library: Any, given: Mapping[str, Any] | None, example: Sequence[Any] | None, name: str | None) -> None:
        self.obj, self.given, self.example = obj, dict(given or {}), example
        self.c = Compiler(library, TABLE, name or _name(obj))

    def run(self) -> tuple[Program, dict[str, type]]:
        """The program, and the user's classes by their names in it."""
        program = self.lower()
        missing = [name for name, _, _ in self._entries() if name not in program.entries]
        if missing:
            raise RuntimeError(f"no graph was made for {', '.join(missing)}, and nothing was reported")
        real = {n: cls for n, cls in self.c.classes.real.items() if n in program.classes}
        return program, real

    def lower(self) -> Program:
        """The program without a check that it is whole: entry points of stand-in objects may lack their graph."""
        self._check_given()
        return self.c.fixed_point(self._lower)

    def _check_given(self) -> None:
        """Every name in `types=` must be a parameter of some entry point."""
        entries = self._entries()
        known = {p for _, fn, _ in entries for p in inspect.signature(fn, follow_wrapped=False).parameters}
        unknown = sorted(set(self.given) - known)
        if unknown:
            names = " and ".join(f"{fn.__qualname__}()" for _, fn, _ in entries)
            raise TypeError(f"types= names {', '.join(map(repr, unknown))}, which {names} does not take")

    def _lower(self) -> None:
        entries = self._entries()
        self.c.root = self.root
        for name, fn, self_ in entries:
            self._entry(name, fn, self_)
        if self.root is not None:
            self._remaining_state(self.root)
        closing.check(self.c)

    def _entries(self) -> list[tuple[str, types.FunctionType, Any]]:
        """(entry name, function, self object or None)."""
        obj = self.obj
        self.root: Any = None
        if isinstance(obj, types.FunctionType):
            return [("__call__", obj, None)]
        if isinstance(obj, types.MethodType):
            self.root = obj.__self__
            fn: Any = obj.__func__  # a function, or an object that is called
            return [("__call__", fn, obj.__self__)]
        self.root = obj
        cls = type(obj)
        out: list[tuple[str, types.FunctionType, Any]] = []
        main = main_method(cls)
        fn = inspect.getattr_static(cls, main, None)
        fn = getattr(fn, "__wrapped__", fn)
        if isinstance(fn, types.FunctionType):
            out.append((main, fn, obj))
        for name in dir(cls):
            raw = inspect.getattr_static(cls, name, None)
            if name != main and getattr(raw, "__scriptc_export__", False):
                raw = getattr(raw, "__wrapped__", raw)
                if isinstance(raw, types.FunctionType):
                    out.append((name, raw, obj))
        if not out:
            raise ScriptError([Diagnostic("SC110", f"a `{cls.__name__}` object has neither `forward` nor `__call__` to compile")])
        return out

    # -- an entry point ---------------------------------------------------------------------------------------------
    def _entry(self, name: str, fn: types.FunctionType, self_: Any) -> None:
        c = self.c
        try:
            callee = functions.callee_of(None, c, fn, None)
        except SourceUnavailable as e:
            why = f"`{fn.__qualname__}` has no source to compile: {e}"
            raise ScriptError([Diagnostic("SC108", why, None, help=getattr(e, "help", None))]) from None
        except Refused:
            return
        f = Frame(c, ("entry", name), callee.unit, callee.node, callee.qualname, callee.statics)
        block = Block()
        f.blocks.append(block)
        c.add_source(callee.unit)
        declared = self._params(f, fn, self_)
        if declared is None:
            return
        values: dict[str, FV] = {}
        first = True
        for param, t in declared:
            if first and self_ is not None:
                values[param] = wrap(self_, "self", "") if not isinstance(self_, type) else wrap(self_, "cls", None)
                if isinstance(values[param], ObjRef):
                    values[param] = ObjRef(self_, "")
                first = False
                continue
            first = False
            rooted = c.rooted(t, ("rigid", "argument", param))
            v = Value(rooted, param)
            v.owner = block
            values[param] = Dyn(v, rooted)
        key, _ = functions.key_of(callee, values)
        lowered = functions.lower_graph(c, callee, values, (*key, "entry", name))
        if lowered is None:
            return
        self._finish(f, name, lowered, declared[1:] if self_ is not None else declared, fn)

    def _finish(self, f: Frame, name: str, lowered: functions.Lowered, declared: list[tuple[str, Type]], fn: types.FunctionType) -> None:
        c = self.c
        graph = lowered.graph
        if graph.generator:
            what = f"`{fn.__qualname__}` is a generator: its items would leave the compiled code"
            f.report("SC102", f.tree, what, help="return a list", more=lambda: sides.yields(f))
            return
        for (param, t), v in zip(declared, lowered.params, strict=True):
            if strip_sites(v.type) != strip_sites(t):
                self._widened(f, graph.name, param, t, strip_sites(v.type))
            v.type = t
        ret = lowered.ret
        with f.inside(graph.block):
            if isinstance(ret, Poison):
                return
            value = f.value(ret, f.tree)
        if value.type == ERROR:
            return
        if any(isinstance(t, IteratorOf) for t in walk(value.type)):
            what = "a generator or iterator would leave the compiled code"
            f.report("SC102", f.tree, what, help="return `list(...)` of it", more=lambda: sides.graph_returns(f, graph.name))
        graph.block.yields = [value]
        attached.for_results(f, value.type, f.tree)
        # Not `inspect.getdoc`, which gives a `__call__` without a text that of `type.__call__`, if it finds the class by name.
        doc = inspect.cleandoc(fn.__doc__) if fn.__doc__ is not None else None
        c.program.entries[name] = Entry(graph.name, self._signature(fn, declared), doc)

    def _widened(self, f: Frame, graph: str, name: str, declared: Type, found: Type) -> None:
        """The function puts more into a container it is given than its parameter is declared to hold."""
        place = next((a for a in _arguments(f.tree) if a.id == name), f.tree)
        help = f"declare it as `{found}`, or keep to items of one type"
        what = f"`{name}` is declared `{declared}`, and this function makes it `{found}`"
        f.report("SC206", place, what, help=help, more=lambda: sides.declared(f, graph, name, declared, found))

    def _signature(self, fn: types.FunctionType, declared: list[tuple[str, Type]]) -> list[Param]:
        sig = inspect.signature(fn, follow_wrapped=False).parameters
        out = []
        for name, t in declared:
            p = sig[name]
            default = None
            if p.default is not inspect.Parameter.empty:
                default = Constant(strip_sites(self.c.data_type(p.default, name)), p.default)
            out.append(Param(name, strip_sites(t), p.kind.name, default))
        return out

    # -- parameter types --------------------------------------------------------------------------------------------
    def _params(self, f: Frame, fn: types.FunctionType, self_: Any) -> list[tuple[str, Type]] | None:
        sig = list(inspect.signature(fn, follow_wrapped=False).parameters.values())
        hints = declarations.of_function(fn)
        out: list[tuple[str, Type]] = []
        ok = True
        for i, p in enumerate(sig):
            if i == 0 and self_ is not None:
                out.append((p.name, ERROR))
                continue
            t = self._param(f, p, hints, i - (self_ is not None))
            if t is None:
                ok = False
                continue
            out.append((p.name, t))
        return out if ok else None

    def _param(self, f: Frame, p: inspect.Parameter, hints: Mapping[str, Any], index: int) -> Type | None:
        place = next((a for a in _arguments(f.tree) if a.id == p.name), f.tree)
        try:
            t = self._declared(p, hints, index)
            if p.default is not inspect.Parameter.empty:
                self.c.data_type(p.default, f"the default of `{p.name}`")
        except (declarations.Unclear, TypeError) as e:
            help = f"annotate it: `{p.name}: float | None = None`, or whatever it may be" if p.default is None and p.name not in hints else None
            f.report("SC211", place, f"the type of parameter `{p.name}` cannot be told: {e}", help=help)
            return None
        if p.kind is inspect.Parameter.VAR_POSITIONAL:
            return TupleOf(t)
        if p.kind is inspect.Parameter.VAR_KEYWORD:
            return Dict(STR, t)
        return t

    def _declared(self, p: inspect.Parameter, hints: Mapping[str, Any], index: int) -> Type:
        if p.name in self.given:
            given = self.given[p.name]
            return given if isinstance(given, Type) else declarations.of_value(self.c, given)
        if self.example is not None and index < len(self.example) and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD):
            t = declarations.of_example(self.c, self.example[index])
            return union((t, NONE)) if p.default is None else t
        if p.name in hints:
            t = declarations.of_value(self.c, hints[p.name])
            return union((t, NONE)) if p.default is None else t
        if p.default is not inspect.Parameter.empty:
            t = declarations.open_dims(self.c.data_type(p.default, f"the default of `{p.name}`"))
            if t == NONE:
                raise declarations.Unclear("its default is None and it has no annotation")
            return t
        return Tensor(None, None, False)

    def _remaining_state(self, root: Any) -> None:
        """Parameters and buffers that no compiled code reads are kept all the same: they belong to the module."""
        named = getattr(root, "state_dict", None)
        if not callable(named) or type(root).__module__ == "builtins":
            return
        try:
            table = dict(named())
        except Exception:
            return
        buffers = set()
        if hasattr(root, "named_buffers"):
            buffers = {n for n, _ in root.named_buffers()}
        self._changing(root, table)
        for name, value in table.items():
            if self._is_within(name):
                continue
            kind = "buffer" if name in buffers else "parameter"
            known = self.c.state_names.get(id(value))
            if name in self.c.program.state:  # also one that compiled code assigns: then it only starts as the array of another name
                self.c.program.state[name].kind = kind
            elif known is None:
                self.c.state_names[id(value)] = name
                self.c.program.state[name] = State(self.c.data_type(value, name), value, kind)
            else:
                self.c.program.aliases.setdefault(name, known)
        self._in_order(root, table)

    def _changing(self, root: Any, table: Mapping[str, Any]) -> None:
        """Attributes that compiled code gives other arrays, or lists, tuples and dicts of them: the module's buffers, too."""
        transient = {f"{path}.{n}" if path else n for path, m in _modules(root) for n in getattr(m, "_transient_names", ())}
        for name, slot in self.c.program.state.items():
            if name not in table and name not in transient and any(isinstance(t, Tensor) and t.scalar is not True for t in walk(slot.type)):
                slot.kind = "buffer"

    def _is_within(self, name: str) -> bool:
        """Is it the name of an array in a list, tuple or dict that is a slot as a whole?"""
        parts = name.split(".")
        holders = (".".join(parts[:i]) for i in range(1, len(parts)))
        return any(h in self.c.program.state for h in holders)

    def _in_order(self, root: Any, names: Iterable[str]) -> None:
        """State in the order of the attributes, of one module after the other, as the object itself lists it; what it has not comes last."""
        state = self.c.program.state
        places = {path: {a: (k, i) for i, a in enumerate(getattr(m, "__dict__", ()))} for k, (path, m) in enumerate(_modules(root))}
        last = (len(places), 0)

        def place(name: str) -> tuple[int, int]:
            parts = name.split(".")
            own = next((i for i in reversed(range(len(parts))) if ".".join(parts[:i]) in places), None)
            return last if own is None else places[".".join(parts[:own])].get(parts[own], last)

        ordered = {name: state[name] for name in names if name in state} | state
        state.clear()
        state.update((name, ordered[name]) for name in sorted(ordered, key=place))


def _modules(root: Any) -> Iterable[tuple[str, Any]]:
    """The object and, where it can name them, its submodules."""
    named = getattr(root, "named_modules", None)
    return named() if callable(named) else [("", root)]


def _arguments(node: Any) -> list[Any]:
    a = node.args
    return [*a.posonlyargs, *a.args, *a.kwonlyargs, *(x for x in (a.vararg, a.kwarg) if x is not None)]


def _name(obj: Any) -> str:
    if isinstance(obj, types.FunctionType | types.MethodType):
        return str(obj.__qualname__)
    return type(obj).__qualname__
