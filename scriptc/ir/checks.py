"""The verifier's checks of everything but graphs: names, types, classes, data, entries, sources."""

from __future__ import annotations

import keyword
import re
import unicodedata
from typing import Any

from scriptc.ir.core import ClassDef, Constant, Entry, FieldDef, Graph, Node, Param, Program
from scriptc.ir.data import DTYPES, misfit
from scriptc.ir.enums import enums_in, holds_enum
from scriptc.ir.structural import builtin_exception
from scriptc.types import (
    ERROR,
    INT,
    STR,
    DefaultDict,
    Deque,
    Dict,
    DictView,
    EnumType,
    List,
    Record,
    Set,
    Tensor,
    TupleOf,
    Type,
    Union,
    is_subtype,
    union,
)
from scriptc.types.core import FACTORIES
from scriptc.types.lattice import TypeGrowth

MAX_TYPE_DEPTH = 50
MAX_NAME = 1000
CLASS_KINDS = ("class", "dataclass", "namedtuple", "enum", "exception")
DATACLASS_OPTIONS = ("eq", "order", "frozen", "repr", "unsafe_hash")
FIELD_FLAGS = ("field", "no_init", "no_repr", "no_compare", "hash", "no_hash", "kw_only")
PARAM_KINDS = ("POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD", "VAR_POSITIONAL", "KEYWORD_ONLY", "VAR_KEYWORD")
STATE_KINDS = ("parameter", "buffer", "attribute")
_SPECIAL = re.compile(r"__[a-z]+__\Z")
_BARRED = (
    "class dict slots new del getattr getattribute reduce getstate setstate module name qualname mro subclasses bases"
)
_BARRED_METHODS = frozenset(f"__{n}__" for n in _BARRED.split())


class VerifyError(Exception):
    """The program is not well formed. `graph` and `node` say where, when the fault is in a graph."""

    def __init__(self, message: str, graph: Graph | None = None, node: Node | None = None) -> None:
        where = f" in graph `{graph.name}`" if graph is not None else ""
        where += f", at `{node.op.name}`" if node is not None else ""
        if node is not None and node.span is not None:
            where += f" ({node.span.file}:{node.span.line}:{node.span.column + 1})"
        super().__init__(message + where)
        self.message, self.graph, self.node = message, graph, node


def is_identifier(name: object) -> bool:
    """May `name` stand in generated code? (Python reads identifiers NFKC-normalised, so only such are allowed.)"""
    if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name) or len(name) > MAX_NAME:
        return False
    return name.isascii() or unicodedata.normalize("NFKC", name) == name


def is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def is_name(name: object) -> bool:
    """Any text fit to name a graph, a class, a slot of state: printable, not empty."""
    return isinstance(name, str) and 0 < len(name) <= MAX_NAME and name.isprintable()


def is_dotted(name: object) -> bool:
    return isinstance(name, str) and all(map(is_identifier, name.split(".")))


class TypeChecker:
    """Checks types, each object once."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._seen: dict[int, Type] = {}

    def check(self, t: Type) -> None:
        """Raises `VerifyError` where `t` may not be in a finished program."""
        if id(t) not in self._seen:
            self._check(t, 0)
            self._seen[id(t)] = t

    def _check(self, t: object, depth: int) -> None:
        if not isinstance(t, Type):
            raise VerifyError(f"not a type: {t!r}")
        if depth > MAX_TYPE_DEPTH:
            raise VerifyError("a type is nested too deep")
        fault = self._fault(t)
        if fault:
            raise VerifyError(fault)
        for child in t.children():
            self._check(child, depth + 1)
        if isinstance(t, Union):
            _check_union(t)

    def _fault(self, t: Type) -> str | None:
        if t == ERROR:
            return "a type is `error`"
        if isinstance(t, List | Deque | Set | Dict | DefaultDict) and t.sites:
            return f"the type `{t}` still has allocation sites"
        if isinstance(t, DefaultDict) and t.factory not in FACTORIES:
            return f"no values of a defaultdict are made by {t.factory!r}"
        if isinstance(t, DefaultDict) and t.factory == "Counter" and t.value != INT:
            return "a Counter counts in integers"
        if isinstance(t, Tensor):
            return _tensor_fault(t)
        if isinstance(t, DictView) and t.kind not in ("keys", "values", "items"):
            return f"no dict view `{t.kind}`"
        if isinstance(t, Record):
            declared = self.program.classes.get(t.name)
            fine = builtin_exception(t.name) if declared is None else declared.kind != "enum"
            return None if fine else f"no class `{t.name}` in the program"
        if isinstance(t, EnumType):
            declared = self.program.classes.get(t.name)
            return None if declared is not None and declared.kind == "enum" else f"no enum `{t.name}` in the program"
        return None


def _tensor_fault(t: Tensor) -> str | None:
    if t.dtype is not None and t.dtype not in DTYPES:
        return f"no dtype `{t.dtype}`"
    for d in t.shape or ():
        if isinstance(d, str):
            if not is_name(d):
                return f"not a name of a dimension: {d!r}"
        elif d is not None and (type(d) is not int or d < 0):
            return f"not a dimension: {d!r}"
    if t.scalar is True and t.shape not in ((), None):
        return f"a NumPy scalar has no dimensions: `{t}`"
    return None


def _check_union(t: Union) -> None:
    try:
        canonical = len(t.members) > 1 and union(t.members) == t
    except TypeGrowth as e:
        raise VerifyError(str(e)) from None
    if not canonical:
        raise VerifyError(f"the union `{t}` is not canonical")


class ProgramChecker:
    """Checks what surrounds the graphs."""

    def __init__(self, program: Program, types: TypeChecker) -> None:
        self.program, self.types = program, types

    def check(self) -> None:
        p = self.program
        _require(is_name(p.name), f"not a name of a program: {p.name!r}")
        for name, cls in p.classes.items():
            self.check_class(name, cls)
        for name, state in p.state.items():
            _require(is_name(name), f"not a name of state: {name!r}")
            _require(state.kind in STATE_KINDS, f"no kind of state {state.kind!r}")
            self.check_data(f"state `{name}`", state.type, state.value)
        for name, constant in p.constants.items():
            _require(is_name(name), f"not a name of a constant: {name!r}")
            self.check_data(f"constant `{name}`", constant.type, constant.value)
        for alias, target in p.aliases.items():
            _require(is_name(alias) and alias not in p.state, f"the alias {alias!r} is itself a slot, or not a name")
            _require(target in p.state, f"the alias `{alias}` is of `{target}`, which is not in the state")
        for key, source in p.sources.items():
            _require(is_name(key) and is_name(source.name), f"not a name of a source: {key!r}, {source.name!r}")
            _require(source.text is None or isinstance(source.text, str), f"the text of source `{key}` is not text")
        for name, entry in p.entries.items():
            self.check_entry(name, entry)

    def check_data(self, what: str, t: Type, value: Any) -> None:
        self.types.check(t)
        fault = misfit(value, t)
        if fault:
            raise VerifyError(f"{what}: {fault}")
        if holds_enum(t):
            for ref in enums_in(value):
                members = [name for name, _ in self.program.classes[ref.cls].members]
                _require(ref.member in members, f"{what}: `{ref.cls}` has no member `{ref.member}`")

    def check_default(self, what: str, wanted: Type, default: Constant | None) -> None:
        if default is not None:
            self.check_data(what, default.type, default.value)
            _require(is_subtype(default.type, wanted), f"{what}: `{default.type}` is not a `{wanted}`")

    # classes

    def check_class(self, name: str, cls: ClassDef) -> None:
        _require(is_name(name) and cls.name == name, f"the class {cls.name!r} is filed as {name!r}")
        _require(cls.kind in CLASS_KINDS, f"no kind of class {cls.kind!r}")
        self.check_bases(cls)
        names = [f.name for f in cls.fields]
        _require(len(set(names)) == len(names), f"class `{name}` has a field twice")
        for f in cls.fields:
            self.check_field(cls, f)
        self.check_members(cls)
        _require(all(o in DATACLASS_OPTIONS for o in cls.options), f"class `{name}`: no such option in {cls.options}")
        _require(not cls.options or cls.kind == "dataclass", f"class `{name}` has options but is no dataclass")
        for method, graph in cls.methods.items():
            fine = _SPECIAL.match(method) and method not in _BARRED_METHODS
            _require(bool(fine), f"class `{name}`: no special method {method!r}")
            _require(graph in self.program.graphs, f"class `{name}`: its method `{method}` is in no graph `{graph}`")

    def check_bases(self, cls: ClassDef) -> None:
        for base in cls.bases:
            declared = self.program.classes.get(base)
            known = declared is not None or builtin_exception(base) or (cls.kind == "enum" and base in ("int", "str", "StrEnum"))
            _require(known, f"class `{cls.name}`: no base `{base}`")
            fine = declared is None or (declared.kind == "enum") == (cls.kind == "enum")
            _require(fine, f"class `{cls.name}` cannot have the base `{base}`")
        seen, pending = {cls.name}, list(cls.bases)
        while pending:
            base = pending.pop()
            _require(base != cls.name, f"class `{cls.name}` is its own base")
            if base not in seen and base in self.program.classes:
                seen.add(base)
                pending.extend(self.program.classes[base].bases)
        if cls.kind == "exception":
            _require(any(builtin_exception(b) for n in seen for b in self._bases(n)), f"`{cls.name}` derives from no exception")

    def _bases(self, name: str) -> tuple[str, ...]:
        return self.program.classes[name].bases

    def check_field(self, cls: ClassDef, f: FieldDef) -> None:
        _require(is_identifier(f.name) and not is_dunder(f.name), f"class `{cls.name}`: not a name of a field: {f.name!r}")
        _require(cls.kind != "enum", f"the enum `{cls.name}` has fields")
        self.types.check(f.type)
        _require(all(flag in FIELD_FLAGS for flag in f.flags), f"class `{cls.name}`, field `{f.name}`: no such flag in {f.flags}")
        is_field = cls.kind == "dataclass" and "field" in f.flags
        _require(not f.flags or is_field, f"class `{cls.name}`: `{f.name}` has flags but is no field of a dataclass")
        self.check_default(f"class `{cls.name}`, field `{f.name}`", f.type, f.default)

    def check_members(self, cls: ClassDef) -> None:
        names = [name for name, _ in cls.members]
        _require(not names or cls.kind == "enum", f"class `{cls.name}` has members but is no enum")
        _require(len(set(names)) == len(names), f"the enum `{cls.name}` has a member twice")
        for name, value in cls.members:
            _require(is_identifier(name) and not is_dunder(name), f"the enum `{cls.name}`: not a name of a member: {name!r}")
            scalar = _is_plain(value, 0)
            _require(scalar, f"the enum `{cls.name}`: the value of `{name}` is of type `{type(value).__name__}`")
            wanted = next((t for b, t in (("int", int), ("str", str), ("StrEnum", str)) if b in cls.bases), None)
            _require(wanted is None or type(value) is wanted, f"the enum `{cls.name}`: the value of `{name}` does not fit its base")

    # entries

    def check_entry(self, name: str, entry: Entry) -> None:
        _require(is_identifier(name), f"not a name of an entry: {name!r}")
        _require(entry.doc is None or isinstance(entry.doc, str), f"the text of entry `{name}` is not text")
        graph = self.program.graphs.get(entry.graph)
        if graph is None:
            raise VerifyError(f"entry `{name}`: no graph `{entry.graph}`")
        _require(len(entry.params) == len(graph.params), f"entry `{name}` and its graph differ in the number of parameters")
        names = [p.name for p in entry.params]
        _require(len(set(names)) == len(names), f"entry `{name}` has a parameter twice")
        for p, value in zip(entry.params, graph.params, strict=True):
            self.check_param(name, p, value.type)
        self.check_kinds(name, entry.params)

    def check_param(self, entry: str, p: Param, held: Type) -> None:
        what = f"entry `{entry}`, parameter `{p.name}`"
        _require(is_identifier(p.name), f"entry `{entry}`: not a name of a parameter: {p.name!r}")
        _require(p.kind in PARAM_KINDS, f"{what}: no kind {p.kind!r}")
        self.types.check(p.type)
        given: tuple[Type, ...] = (p.type,)
        if p.kind == "VAR_POSITIONAL":
            given = (p.type, TupleOf(p.type))
        elif p.kind == "VAR_KEYWORD":
            given = (p.type, Dict(STR, p.type))
        _require(any(is_subtype(t, held) for t in given), f"{what}: `{p.type}` is not the graph's `{held}`")
        self.check_default(f"{what}, default", p.type, p.default)

    def check_kinds(self, name: str, params: list[Param]) -> None:
        order = [PARAM_KINDS.index(p.kind) for p in params]
        _require(order == sorted(order), f"entry `{name}`: its kinds of parameters are out of order")
        once = all(order.count(PARAM_KINDS.index(k)) < 2 for k in ("VAR_POSITIONAL", "VAR_KEYWORD"))
        _require(once, f"entry `{name}` has two parameters of a kind there is one of")
        by_position = [p for p in params if p.kind.startswith("POSITIONAL")]
        required = [p.default is None for p in by_position]
        _require(required == sorted(required, reverse=True), f"entry `{name}`: a required parameter follows one with a default")
        _require(all(p.default is None for p in params if p.kind.startswith("VAR")), f"entry `{name}`: a default for `*` or `**`")


def _is_plain(value: Any, depth: int) -> bool:
    if type(value) is tuple:
        return depth < 10 and all(_is_plain(v, depth + 1) for v in value)
    return type(value) in (type(None), bool, int, float, complex, str, bytes)


def _require(fine: bool, message: str) -> None:
    if not fine:
        raise VerifyError(message)


