"""The whole compilation: runs the lowering until nothing it assumed about containers, fields, cells and results has changed.

What is only found out by use (the element type of `[]`, the types of an object's fields, what a recursive function returns) is kept in tables that
outlive a pass. A pass that widens one of them is thrown away and the next begins with the wider table.
"""

from __future__ import annotations

import collections
import enum
import functools
import types as pytypes
from collections.abc import Callable, Mapping
from typing import Any

import gast
import numpy as np

from scriptc.diagnostics import Sink
from scriptc.frontend import classes as cls_
from scriptc.frontend import sides
from scriptc.frontend.describing import described
from scriptc.frontend.frame import Env, Frame
from scriptc.frontend.mangling import mangle
from scriptc.frontend.records import Records
from scriptc.frontend.reporting import Reports
from scriptc.frontend.statics import item_path, wrap
from scriptc.frontend.unknown import Unknown
from scriptc.frontend.values import (
    FV,
    Captured,
    CellVal,
    Const,
    Dyn,
    Fact,
    MethodVal,
    ObjRef,
    Poison,
    StaticDict,
    TupleVal,
)  # fmt: skip
from scriptc.frontend.widen import Sites
from scriptc.ir import Block, Constant, OpDef, Program, SourceText, State, Value
from scriptc.ir.collected import CHANGING, factory_of
from scriptc.ir.generators import generator_type
from scriptc.ops.defaultdicts import MADE
from scriptc.types import (
    BOOL,
    BYTES,
    COMPLEX,
    DTYPE,
    ELLIPSIS,
    ERROR,
    FLOAT,
    INT,
    NEVER,
    NONE,
    RANGE,
    STR,
    DefaultDict,
    Deque,
    Dict,
    EnumType,
    List,
    Set,
    Tensor,
    Tuple,
    Type,
    TypeGrowth,
    Union,
    join,
    strip_sites,
    walk,
)  # fmt: skip

MAX_PASSES = 40
SCALARS: dict[type, Type] = {type(None): NONE, bool: BOOL, int: INT, float: FLOAT, complex: COMPLEX, str: STR, bytes: BYTES, type(Ellipsis): ELLIPSIS}


class Compiler(Sites, Reports):
    """What one `compile_object` call knows, over all its passes."""

    def __init__(self, library: Any, table: Mapping[str, OpDef], name: str) -> None:
        super().__init__()
        self.library, self.table, self.name = library, table, name
        self.root: Any = None  # the object whose methods are compiled
        self.cell_types: dict[Any, Type] = {}
        self.loop_types: dict[Any, dict[str, list[Type]]] = {}
        self.loop_cells: dict[Any, dict[str, Type]] = {}
        self.return_types: dict[Any, Type] = {}
        self.promised: set[tuple[str, str]] = set()
        self.assigned_class_attrs: set[tuple[str, str, str]] = set()
        self.outside_classes: set[type] = set()
        self.items: dict[Any, Type] = {}
        self.kept: dict[Any, Any] = {}
        self.assigned_attrs: dict[tuple[int, str], Type] = {}  # (id of object, attribute) stored to by compiled code
        self.slot_paths: dict[tuple[int, str], str] = {}  # the one name of each such slot: an object may be reached by many paths
        self.never_first: set[tuple[int, str]] = set()  # (id of object, attribute) that compiled code stores to and that has no first value
        self.stored_attrs: set[str] = set()  # names of attributes that compiled code stores to, and of properties it reads
        self.mutated: set[str] = set()  # state paths whose containers compiled code changes
        self.alive: list[Any] = []  # objects whose ids are keys
        self.units: dict[int, Any] = {}
        self.classes = cls_.ClassTable(self)
        self.recursive: set[Any] = set()
        self.recursion_places: dict[Any, Any] = {}
        self.specialised: dict[int, set[Any]] = {}
        self.mixtures: dict[int, bool] = {}
        self.call_chain: list[tuple[Frame, Any]] = []  # each with the node of the call
        self.watch: Callable[[Frame, Any, FV], None] | None = None  # told of each expression and its value, as they are lowered
        self.records: Records | None = None  # while errors are explained
        self.begin()

    def begin(self) -> None:
        """A new pass: an empty program, the tables kept."""
        self.program = Program(self.name)
        self.sink = Sink()
        self.memo: dict[Any, Any] = {}
        self.in_progress: list[Any] = []
        self.open_graphs: dict[Any, Any] = {}
        self.state_names: dict[int, str] = {}
        self.constant_names: dict[int, str] = {}
        self.graph_names: set[str] = set()
        self.homes = {}
        self.unsure_sites = set()
        self.dirty = False
        self.comprehended: list[tuple[Value, Any]] = []  # what comprehensions draw from, where that matters
        self.relied_attrs: set[str] = set()  # attributes of which something known outlived a call
        self.any_facts = False  # is anything known of attribute paths?
        self.classes.begin()

    def fixed_point(self, lower: Callable[[], None]) -> Program:
        """Run `lower` in passes until one changes nothing; raises `ScriptError` with what the last pass found."""
        for _ in range(MAX_PASSES):
            self.begin()
            lower()
            if not self.dirty:
                break
        else:
            raise RuntimeError("the compilation does not settle")
        if self.sink.errors:
            self.explain(lower)
        self.sink.raise_if_errors()
        self.classes.finish()
        self._strip()
        return self.program

    def _strip(self) -> None:
        """Take the allocation sites out of the finished program."""
        for graph in self.program.graphs.values():
            graph.item = None if graph.item is None else strip_sites(graph.item)
            _strip_block(graph.block)
        for table in (self.program.state, self.program.constants):
            for slot in table.values():
                slot.type = strip_sites(slot.type)

    def change(self, table: dict[Any, Type], key: Any, type: Type) -> Type:
        """Widen `table[key]` to hold `type`; the pass is dirty if that changed it."""
        old = table.get(key, NEVER)
        new = old if self.has_error(type) else join(self.refreshed(old), type)  # what was reported once must not outlive its pass
        if new != old:
            table[key] = new
            self.dirty = True
        return new

    def keep(self, key: Any, value: Any) -> Any:
        """The one object for `key` over all passes (tree nodes made by the compiler are keys of tables themselves)."""
        return self.kept.setdefault(key, value)

    # -- types ------------------------------------------------------------------------------------------------------
    def merge_type(self, a: Type, b: Type) -> Type:
        """`join`, where lists, dicts and sets that may still grow are widened to one type instead of a union of two."""
        if a == b:
            return a
        return self.unify_containers(a, b)

    def widen_cell(self, key: Any, type: Type) -> None:
        """A value of this type is stored in the cell."""
        self.change(self.cell_types, key, type)

    def type_of(self, fv: FV) -> Type | None:
        """The type `fv` has (or would have) as a graph value; None where it cannot be one."""
        if isinstance(fv, Dyn | CellVal):
            return fv.type
        if isinstance(fv, Const):
            return self.const_type(fv.value)
        if isinstance(fv, TupleVal):
            items = [self.type_of(x) for x in fv.items]
            if NEVER in items:  # it is never made
                return NEVER
            return None if any(t is None for t in items) else Tuple(tuple(t for t in items if t is not None))
        if isinstance(fv, Captured):
            return self.captured_type(fv)
        if isinstance(fv, Poison):
            return ERROR
        if isinstance(fv, StaticDict):
            return self._dict_type(fv)
        return None

    def _dict_type(self, fv: StaticDict) -> Type | None:
        value: Type = NEVER
        for item in fv.items:
            t = self.type_of(item)
            if t is None:
                return None
            value = join(value, t)
        return Dict(STR if fv.keys else NEVER, value)

    def const_type(self, value: Any) -> Type | None:
        """As `type_of`, of a Python object known when compiling."""
        if type(value) in SCALARS:
            return SCALARS[type(value)]
        if isinstance(value, enum.Enum):
            try:
                return EnumType(self.classes.name(type(value)))
            except TypeError:
                return None
        if dtype_name(value) is not None:
            return DTYPE
        return None

    def data_type(self, value: Any, label: str) -> Type:
        """The type of plain data found on an object or in a global. Raises `TypeError` for what is no plain data."""
        if type(value) is Unknown:
            return value.type
        t = self.const_type(value)
        if t is not None and t != DTYPE:
            return t
        if type(value) is np.ndarray or isinstance(value, np.generic):
            return tensor_type(value)
        if isinstance(value, np.dtype):
            return DTYPE
        if type(value) is tuple:
            return Tuple(tuple(self.data_type(v, label) for v in value))
        if type(value) is list:
            return List(self._elements(value, label))
        if type(value) in (set, frozenset):
            return Set(self._elements(value, label), type(value) is frozenset)
        if type(value) is dict:
            return Dict(self._elements(value, label), self._elements(value.values(), label))
        if type(value) is range:
            return RANGE
        if type(value) is collections.deque:
            return Deque(self._elements(value, label))
        if factory_of(value) is not None:
            return self._collected(value, label)
        rng = generator_type(value)
        if rng is not None:
            return rng
        raise TypeError(f"{label} holds a `{type(value).__name__}`")

    def _collected(self, value: Any, label: str) -> Type:
        factory = factory_of(value) or ""
        key, item = self._elements(value, label), self._elements(value.values(), label)
        if factory == "Counter" and item not in (INT, NEVER):
            raise TypeError(f"{label} holds a Counter of something else than ints")
        return DefaultDict(factory, key, INT if factory == "Counter" else join(item, MADE[factory]))

    def _elements(self, values: Any, label: str) -> Type:
        out: Type = NEVER
        for v in values:
            out = join(out, self.data_type(v, label))
        return out

    def captured_type(self, fv: Captured) -> Type | None:
        """As `type_of`, of data found in the compiled object or in a global."""
        try:
            t = self.data_type(fv.value, fv.label)
        except (TypeError, TypeGrowth):
            return None
        home = self.home(fv.value, fv.path)
        if home is not None:
            return self.rooted(t, ("state", home))
        return self.rooted(t, ("rigid", fv.label))

    # -- making graph values ----------------------------------------------------------------------------------------
    def materialise(self, f: Frame, fv: FV, node: Any) -> Dyn:
        """The graph value that stands for `fv`."""
        if isinstance(fv, Const):
            return self._const(f, fv.value, node)
        if isinstance(fv, TupleVal):
            if self.type_of(fv) is None:
                f.report("SC208", node, f"{self.describe(fv)} cannot be a value at run time")
                return poisoned(f)
            out = f.emit("tuple", list(fv.items), node)
            return out if isinstance(out, Dyn) else poisoned(f)
        if isinstance(fv, Captured):
            return self._captured(f, fv, node)
        if isinstance(fv, CellVal):
            out = f.load_cell(fv, node)
            return out if isinstance(out, Dyn) else poisoned(f)
        if isinstance(fv, StaticDict) and self.type_of(fv) is not None:
            args: list[FV] = []
            for k, v in zip(fv.keys, fv.items, strict=True):
                args += [Const(k), v]
            out = f.emit("dict", args, node)
            return out if isinstance(out, Dyn) else poisoned(f)
        if not isinstance(fv, Poison):
            help = f"call it: `{fv.name}()`" if isinstance(fv, MethodVal) else None
            what = f"{self.describe(fv)} cannot be a value at run time"
            f.report("SC208", node, what, label="it exists only when compiling", help=help, more=lambda: sides.whole(f, node))
        return poisoned(f)

    def _const(self, f: Frame, value: Any, node: Any) -> Dyn:
        t = self.const_type(value)
        if t is None:
            f.report("SC208", node, f"{self.describe(Const(value))} cannot be a value at run time", label="it exists only when compiling")
            return poisoned(f)
        if isinstance(t, EnumType):
            return self.constant(f, value, t, f"{type(value).__name__}.{value.name}", node)
        if t == DTYPE:
            attrs = {"name": dtype_name(value), **({"cls": "numpy"} if isinstance(value, type) else {})}
            n = f.node("dtype", [], attrs, (DTYPE,), node)
        else:
            n = f.node("const", [], {"value": value}, (t,), node)
        return Dyn(n.results[0], t)

    def constant(self, f: Frame, value: Any, type: Type, label: str, node: Any) -> Dyn:
        """A `constant` node for `value`: one entry per object."""
        name = self.constant_names.get(id(value))
        if name is None:
            name = unique(label, self.program.constants)
            self.constant_names[id(value)] = name
            self.alive.append(value)
            self.program.constants[name] = Constant(strip_sites(type), value)
        n = f.node("constant", [], {"name": name}, (type,), node)
        return Dyn(n.results[0], type)

    def _captured(self, f: Frame, fv: Captured, node: Any) -> Dyn:
        t = self.captured_type(fv)
        if t is None:
            try:
                self.data_type(fv.value, fv.label)
                why = "its items have too many types"
            except (TypeError, TypeGrowth) as e:
                why = str(e)
            f.report("SC201", node, f"the type of `{fv.label}` cannot be told: {why}")
            return poisoned(f)
        home = self.home(fv.value, fv.path)
        if home is None:
            return self.constant(f, fv.value, t, fv.label, node)
        if isinstance(fv.value, CHANGING) and not self.hold(fv.value):
            what, value = f"`{fv.label}` is changed under one of its names and read under another", fv.value
            f.report("SC503", node, what, more=lambda: sides.tangled(f, node, value))
            return poisoned(f)
        return self.state(f, fv.value, t, fv.path or home, "attribute", node)

    def state(self, f: Frame, value: Any, type: Type, path: str, kind: str, node: Any) -> Dyn:
        """A `state.get` of the slot for `value`, found at `path`; one slot for one object."""
        name = path
        if kind != "slot":
            name = self.state_names.setdefault(id(value), self._free_slot(path, value))
            if name != path and name in self.program.state:
                self.program.aliases[path] = name
        if name not in self.program.state:
            self.program.state[name] = State(strip_sites(type), value, "attribute" if kind == "slot" else kind)
            self.alive.append(value)
        n = f.node("state.get", [], {"name": name}, (type,), node)
        hint = path.rsplit(".", 1)[-1]
        n.results[0].hint = hint if hint.isidentifier() else None
        return Dyn(n.results[0], type)

    def _free_slot(self, path: str, value: Any) -> str:
        held = self.program.state.get(path)
        return path if held is None or held.value is value else unique(path, self.program.state)

    def unit_of(self, obj: Any) -> Any:
        """The captured source of a function or class; raises `SourceUnavailable`."""
        from scriptc.source import capture

        unit = self.units.get(id(obj))
        if unit is None:
            unit = self.units[id(obj)] = capture(obj)
            if isinstance(unit.function, pytypes.FunctionType):
                mangle(unit.tree, unit.function)
            self.alive.append(obj)
        self.add_source(unit)
        return unit

    def add_source(self, unit: Any) -> None:
        """Keep the text of the file `unit` is from, for diagnostics and tracebacks."""
        if unit.file.key not in self.program.sources:
            self.program.sources[unit.file.key] = SourceText(unit.file.name, unit.file.text)

    def describe(self, fv: FV) -> str:
        """What `fv` is, for a message."""
        return described(self, fv)

    # -- captured data ----------------------------------------------------------------------------------------------
    def folds(self, fv: Captured) -> bool:
        """May items of captured data be read when compiling? Not where compiled code changes it."""
        self.home(fv.value, fv.path)
        return not isinstance(fv.value, CHANGING) or not self.changes(fv.value)

    def captured_items(self, f: Frame, fv: Captured) -> list[FV]:
        """What a loop over captured data gives."""
        if isinstance(fv.value, dict):
            return [wrap(k, fv.label, None) for k in fv.value]
        return [wrap(v, f"{fv.label}[{i}]", item_path(fv.path, i)) for i, v in enumerate(fv.value)]

    def captured_values(self, f: Frame, fv: Captured) -> list[FV]:
        """The values of a captured dict."""
        return [wrap(v, f"{fv.label}[{k!r}]", item_path(fv.path, k)) for k, v in fv.value.items()]

    def mixed(self, fv: Captured) -> bool:
        """Does captured data hold things of several kinds: would its items, read at run time, have types too wide to compute with?"""
        known = self.mixtures.get(id(fv.value))
        if known is None:
            t = self.captured_type(fv)
            known = t is not None and any(isinstance(part, Union) and not all(map(_plain, part.members)) for part in walk(t))
            self.mixtures[id(fv.value)] = known
            self.alive.append(fv.value)
        return known

    def refresh(self, t: Type) -> Type:
        """A container's type with what its sites have learnt since."""
        sites = getattr(t, "sites", None)
        if not sites:
            return t
        for site in sites:
            t = self._known(t, site)  # type: ignore[arg-type]
        return t

    # -- names ------------------------------------------------------------------------------------------------------
    def graph_name_for(self, label: str) -> str:
        """A graph name made from `label` that no other graph has."""
        name = unique(label.replace("<locals>", "locals").replace("<lambda>", "lambda").replace("<fn>", "fn"), self.graph_names)
        self.graph_names.add(name)
        return name

    def graph_name(self, callee: Any, values: dict[str, FV]) -> str:
        """A name for a graph: the function's own, after the path of the module it belongs to."""
        first = next(iter(values.values()), None)
        label = callee.library or callee.qualname
        if isinstance(first, ObjRef) and first.path and not first.path.startswith("%"):
            label = f"{first.path}.{callee.qualname.rpartition('.')[2]}"
        return self.graph_name_for(label)

    def known_exceptions(self) -> list[type]:
        """The user's exception classes met so far, in this pass or an earlier one."""
        return [c for c in self.classes.real.values() if issubclass(c, BaseException)]

    def note_store(self, attr: str) -> None:
        """Attributes named `attr` may change while compiled code runs."""
        self.dirty = self.dirty or (attr in self.relied_attrs and attr not in self.stored_attrs)
        self.stored_attrs.add(attr)

    def apply_facts(self, env: Env, facts: list[tuple[str, Type]]) -> None:
        """Take what a test told into an environment."""
        for path, t in facts:
            if path.startswith("+"):
                fv = env.get(path[1:])
                if isinstance(fv, Dyn):
                    env[path[1:]] = Dyn(fv.value, t, False)
                continue
            fv = env.get(path)
            if "." in path:
                env[path] = Fact(t)
                self.any_facts = True
            elif isinstance(fv, Dyn):
                env[path] = Dyn(fv.value, t, fv.unbound)
            elif isinstance(fv, CellVal) and not fv.shared:
                env[path] = CellVal(fv.cell, t, fv.key, fv.unbound)

    def lower_test(self, f: Frame, node: Any) -> Any:
        """A condition, and what it tells about names on either side."""

        from scriptc.frontend.tests import lower_test

        return lower_test(f, node)

    def static_test(self, f: Frame, node: Any) -> bool | None:
        """The truth of a test that is a literal; None where it must be looked at."""
        return bool(node.value) if isinstance(node, gast.Constant) else None


def _plain(t: Type) -> bool:
    return t in (INT, FLOAT, COMPLEX, BOOL, STR, BYTES, NONE)


def _strip_block(block: Block) -> None:
    for v in block.params:
        v.type = strip_sites(v.type)
    for node in block.nodes:
        for v in node.results:
            v.type = strip_sites(v.type)
        if node.op.name == "narrow":
            node.attrs["type"] = strip_sites(node.attrs["type"])
        for b in node.blocks:
            _strip_block(b)


def poisoned(f: Frame) -> Dyn:
    """A stand-in value of type `error`."""
    v = Value(ERROR)
    v.owner = f.block
    return Dyn(v, ERROR)


def unique(label: str, taken: Mapping[str, Any] | set[str]) -> str:
    """`label`, with a number where it is taken."""
    if label not in taken:
        return label
    n = 2
    while f"{label}.{n}" in taken:
        n += 1
    return f"{label}.{n}"


@functools.lru_cache(maxsize=1)
def dtype_classes() -> dict[int, str]:
    """Scalar classes of NumPy, by id, with the dtype each stands for."""
    names = [
        "bool_", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64", "complex64", "complex128",
    ]  # fmt: skip
    return {id(getattr(np, n)): np.dtype(getattr(np, n)).name for n in names} | {id(np.longlong): "int64", id(np.ulonglong): "uint64"}


def dtype_name(value: Any) -> str | None:
    """The canonical name of a NumPy dtype object or scalar class."""
    if isinstance(value, np.dtype):
        return value.name if value.name in dtype_classes().values() and value.isnative else None
    return dtype_classes().get(id(value)) if isinstance(value, type) else None


def tensor_type(value: Any) -> Type:
    """The exact type of an ndarray or NumPy scalar."""
    if dtype_name(value.dtype) is None:
        raise TypeError(f"an array of dtype {value.dtype}")
    return Tensor(value.dtype.name, tuple(value.shape), not isinstance(value, np.ndarray))
