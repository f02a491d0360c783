"""Special methods that Python itself calls behind an op: `==` of lists of objects, `in`, sorting, hashing of keys, text of containers.

The user's class has them; a loaded file's class gets them as graphs (`ClassDef.methods`), compiled here for what may be on the other side.
"""

from __future__ import annotations

import types
from typing import Any

from scriptc.frontend.frame import Frame, Refused
from scriptc.frontend.values import FV, Const, Dyn, ObjRef, Poison
from scriptc.ir import Block, Effect, Graph, Value
from scriptc.types import (
    BOOL,
    BYTES,
    COMPLEX,
    ERROR,
    FLOAT,
    INT,
    NEVER,
    NONE,
    STR,
    DefaultDict,
    Deque,
    Dict,
    DictView,
    EnumType,
    Function,
    IteratorOf,
    List,
    Record,
    Set,
    Tuple,
    TupleOf,
    Type,
    join,
    members,
    strip_sites,
    walk,
)

EQUALITY = ("__eq__", "__ne__")
ORDER = ("__lt__", "__gt__", "__le__", "__ge__", "__eq__")
TEXT = ("__repr__", "__str__", "__format__")
EQUAL_OPS = {
    "eq", "ne", "contains", "list.index", "list.count", "list.remove", "deque.index", "deque.count", "deque.remove", "tuple.index",
    "tuple.count",
}  # fmt: skip
ORDER_OPS = {"lt", "le", "gt", "ge", "sorted", "min", "max", "list.sort", "star.min", "star.max"}
TEXT_OPS = {
    "print", "star.print", "star.str.format", "stars.str.format", "str", "repr", "format", "ascii",
    "mod", "str.format", "str.format_map", "concat_str", "warn", "exception",
}  # fmt: skip
SET_OPS = {"and", "or", "sub", "xor", "iand", "ior", "isub", "ixor"}
HASH_OPS = {"hash", "hash.same", "setitem", "getitem", "delitem", "contains", "frozenset"}


def guard(f: Frame, op: str, operands: list[Value], attrs: dict[str, Any], node: Any) -> None:
    """Before `op` is emitted: compile what it may call of the operands' classes; refused where that cannot be."""
    held = [v.type for v in operands]
    if not any(_mentions(f, t) for t in held):
        return
    if op in EQUAL_OPS:
        compare(f, *_compared_sides(op, held), EQUALITY, node)
    elif op in ORDER_OPS or op.startswith(("heapq.", "bisect.")):
        named = attrs.get("kw") or ()
        sides = [t.result for t in held if isinstance(t, Function)] if "key" in named else _pool(op, held[: len(held) - len(named)])
        whole = join_types(sides)
        compare(f, whole, whole, ORDER, node)
    elif op in TEXT_OPS:
        for t in held:
            text(f, t, node)
    if op in SET_OPS and any(isinstance(m, Set | DictView) for t in held for m in members(t)):
        whole = join_types([element(t) for t in held])
        compare(f, whole, whole, EQUALITY, node)
    if op in HASH_OPS or op.startswith(("set", "dict", "frozenset", "builtins.set", "builtins.dict", "star.set")):
        _hash_guard(f, op, held, node)


def _mentions(f: Frame, t: Type) -> bool:
    if isinstance(t, Record):
        return True
    if isinstance(t, EnumType):
        return any(f.c.classes.user_method(f.c.classes.cls(t), n) is not None for n in TEXT)
    return any(_mentions(f, c) for c in t.children())


def join_types(parts: list[Type]) -> Type:
    """The least type that holds all of `parts`."""
    out: Type = NEVER
    for t in parts:
        out = join(out, t)
    return out


def element(t: Type) -> Type:
    """What is in a container, or `t` itself."""
    out: Type = NEVER
    for m in members(t):
        if isinstance(m, List | Deque | Set | TupleOf | IteratorOf | DictView):
            out = join(out, m.elem)
        elif isinstance(m, Dict | DefaultDict):
            out = join(out, m.key)
        elif isinstance(m, Tuple):
            out = join(out, join_types(list(m.items)))
        else:
            out = join(out, m)
    return out


def _compared_sides(op: str, held: list[Type]) -> tuple[Type, Type]:
    if op in ("eq", "ne"):
        return held[0], held[1]
    return element(held[0]), held[1]


def _pool(op: str, held: list[Type]) -> list[Type]:
    if op in ("lt", "le", "gt", "ge") or (op in ("min", "max") and len(held) > 1):
        return held
    return [element(t) if i == 0 else t for i, t in enumerate(held)]


def _hash_guard(f: Frame, op: str, held: list[Type], node: Any) -> None:
    keys = _keys(op, held)
    for t in keys:
        hashed(f, t, node)
    if op not in ("hash", "hash.same"):
        whole = join_types([k for k in keys if _hashable_kind(k)])
        compare(f, whole, whole, EQUALITY, node)


def _keys(op: str, held: list[Type]) -> list[Type]:
    """The types of what `op` hashes."""
    if op in ("hash", "hash.same", "set"):
        return held
    if op == "dict":
        return held[::2]
    if op == "builtins.dict":
        return [_first_of_pair(t) for t in held]
    if op in ("builtins.set", "frozenset", "dict.fromkeys"):
        return [element(t) for t in held[:1]]
    if not held or not any(isinstance(m, Dict | Set | DictView) for m in members(held[0])):
        return []
    if op.startswith("dict.update"):
        return [element(held[0]), *(_first_of_pair(t) for t in held[1:])]
    whole = op.endswith(("update", "union", "intersection", "difference", "disjoint", "subset", "superset"))
    return [element(held[0]), *(element(t) if whole else t for t in held[1:] if whole or t is held[1])]


def _first_of_pair(t: Type) -> Type:
    """The key type of a dict, or of what gives pairs."""
    if any(isinstance(m, Dict) for m in members(t)):
        return element(t)
    return join_types([m.items[0] if isinstance(m, Tuple) and m.items else m for m in members(element(t))])


def _hashable_kind(t: Type) -> bool:
    return not isinstance(t, List | Deque | Dict | DefaultDict | Set) or (isinstance(t, Set) and t.frozen)


# -- what is called ---------------------------------------------------------------------------------------------------
def compare(f: Frame, a: Type, b: Type, names: tuple[str, ...], node: Any) -> None:
    """Attach the methods that comparing a value of type `a` with one of type `b` may call."""
    found: list[tuple[Record, Type]] = []
    _pairs(f, a, b, names, found, set())
    for record, other in found:
        for name in names:
            if f.c.classes.user_defines(record, name):
                need(f, record, name, other, "this comparison", node)


def _pairs(f: Frame, a: Type, b: Type, names: tuple[str, ...], found: list[tuple[Record, Type]], seen: set[Any]) -> None:
    for m in members(strip_sites(a)):
        for n in members(strip_sites(b)):
            if (m, n) not in seen:
                seen.add((m, n))
                _pair(f, m, n, names, found, seen)


def _pair(f: Frame, m: Type, n: Type, names: tuple[str, ...], found: list[tuple[Record, Type]], seen: set[Any]) -> None:
    for x, y in ((m, n), (n, m)):
        if isinstance(x, Record) and any(f.c.classes.user_defines(x, name) for name in names):
            found.append((x, y))
    if isinstance(m, Record) and m == n:
        for (owner, _), t in list(f.c.classes.fields.items()):
            if owner == m.name and _automatic(f, m):
                _pairs(f, t, t, names, found, seen)
    if isinstance(m, Record) and not _automatic(f, m) or isinstance(n, Record) and not _automatic(f, n):
        return
    if isinstance(m, Tuple) and isinstance(n, Tuple):
        for x, y in zip(m.items, n.items, strict=False):
            _pairs(f, x, y, names, found, seen)
        return
    if _container(f, m) and _container(f, n):
        _pairs(f, _inside(f, m), _inside(f, n), names, found, seen)


def _container(f: Frame, t: Type) -> bool:
    if isinstance(t, Record):
        return f.c.classes.namedtuple_fields(t) is not None
    return isinstance(t, List | Deque | Set | Dict | DefaultDict | Tuple | TupleOf | DictView)


def _inside(f: Frame, t: Type) -> Type:
    """All that comparing the container compares."""
    if isinstance(t, Record):
        return join_types([x for _, x in f.c.classes.namedtuple_fields(t) or []])
    return join_types(list(t.children()))


def _automatic(f: Frame, record: Record) -> bool:
    """Are its methods the ones `dataclass` and NamedTuple give, which look into the fields?"""
    definition = f.c.classes.declared.get(record.name)
    return definition is not None and definition.kind in ("dataclass", "namedtuple")


def hashed(f: Frame, t: Type, node: Any, seen: frozenset[Type] = frozenset()) -> None:
    """Attach what hashing a value of type `t` calls."""
    for m in members(strip_sites(t)):
        if m in seen:
            continue
        if isinstance(m, Record):
            cls = f.c.classes.cls(m)
            if cls.__hash__ is None:
                raise f.refuse("SC202", node, f"`{cls.__name__}` objects are unhashable", help="its class has `__eq__` and no `__hash__`")
            if f.c.classes.user_defines(m, "__hash__"):
                need(f, m, "__hash__", None, "hashing this", node)
            elif _automatic(f, m):
                for (owner, _), held in list(f.c.classes.fields.items()):
                    if owner == m.name:
                        hashed(f, held, node, seen | {m})
        elif isinstance(m, Tuple | TupleOf) or (isinstance(m, Set) and m.frozen):
            for c in m.children():
                hashed(f, c, node, seen | {m})


def text(f: Frame, t: Type, node: Any, seen: frozenset[Type] = frozenset()) -> None:
    """Attach what printing a value of type `t` calls."""
    for m in members(strip_sites(t)):
        if m in seen:
            continue
        if isinstance(m, Record | EnumType):
            for name in TEXT:
                if f.c.classes.user_method(f.c.classes.cls(m), name) is not None:
                    need(f, m, name, STR if name == "__format__" else None, "printing this", node)
            if isinstance(m, Record) and f.c.classes.user_method(f.c.classes.cls(m), "__repr__") is None:
                for (owner, _), held in list(f.c.classes.fields.items()):
                    if owner == m.name:
                        text(f, held, node, seen | {m})
        else:
            for c in m.children():
                text(f, c, node, seen | {m})


# -- compiling a method -------------------------------------------------------------------------------------------------
def need(f: Frame, t: Record | EnumType, method: str, other: Type | None, what: str, node: Any) -> None:
    """Attach `method` of `t`, which `what` calls; refused where it cannot be."""
    why = attach(f, t, method, other, node)
    f.forget_calls()
    if why is not None:
        note = (f"it cannot be compiled for that: {why}",) if why else ()
        whose = f"`{method}` of `{t.name.rpartition('.')[2]}`"
        raise f.refuse("SC202", node, f"{what} would call {whose} from inside Python, which is not compiled", notes=note)


def attach(f: Frame, t: Record | EnumType, method: str, other: Type | None, node: Any) -> str | None:
    """Compile `method` of exactly the class `t` as a graph of its own. None, or why it cannot be."""
    table = f.c.classes
    raw = table.user_method(table.cls(t), method)
    if not isinstance(raw, types.FunctionType):
        return "it is no plain method"
    key = (t.name, method)
    if other is not None:
        before = table.attached_types.get(key, NEVER)
        other = table.attached_types[key] = join(before, strip_sites(other))
        f.c.dirty = f.c.dirty or other != before
        if other == NEVER:
            return None
    if key in table.attaching or (key in table.attached and table.attached[key] == other):
        return None
    table.attaching.add(key)
    methods = table.declared[t.name].methods
    held = methods.get(method)
    methods[method] = held or "%pending"  # rules that ask whether it is there, asked while it is compiled
    try:
        found = _graph_for(f, t, raw, method, other, node)
    finally:
        table.attaching.discard(key)
        methods.pop(method) if held is None else methods.update({method: held})
    if isinstance(found, str):
        return found
    if found is not None and _has_effects(f, found, set()):
        return "it prints, or changes something"
    table.attached[key] = other
    if found is not None:
        methods[method] = found.name
    return None


def _graph_for(f: Frame, t: Record | EnumType, raw: types.FunctionType, method: str, other: Type | None, node: Any) -> Graph | str | None:
    """The method for those members of `other` that it does not decline; None where it declines all; a text why it cannot be compiled."""
    found = _compile(f, t, raw, method, other, node)
    if isinstance(found, Graph) or other is None:
        return found
    takes: list[Type] = []
    for m in members(other):
        one = _compile(f, t, raw, method, m, node)
        if isinstance(one, str):
            return one
        if one is not None:
            takes.append(m)
    if not takes or not all(exactly_told(f, m) for m in takes):
        return None if not takes else "what it declines cannot be told by class"
    return _compile(f, t, raw, method, join_types(takes), node)


def exactly_told(f: Frame, t: Type) -> bool:
    """Does the class of a value tell whether it is of type `t`? The class made for a loaded file declines all others."""
    return isinstance(t, Record | EnumType) or t in (INT, FLOAT, COMPLEX, BOOL, STR, BYTES, NONE)


def for_results(f: Frame, t: Type, node: Any) -> None:
    """Objects that leave the program take their text and equality along, where these can be compiled."""
    for part in walk(strip_sites(t)):
        if isinstance(part, Record | EnumType):
            for name in (*TEXT, "__eq__", "__hash__"):
                if isinstance(f.c.classes.user_method(f.c.classes.cls(part), name), types.FunctionType):
                    attach(f, part, name, STR if name == "__format__" else part if name == "__eq__" else None, node)


def _compile(f: Frame, t: Record | EnumType, raw: types.FunctionType, method: str, other: Type | None, node: Any) -> Graph | str | None:
    """The graph of the method for these types; None where it always gives NotImplemented; a text why it cannot be compiled."""
    mark = f.c.sink_mark()
    try:
        found = _lowered(f, t, raw, method, other, node)
    except Refused:
        found = ""
    errors = f.c.sink.since(mark)
    if isinstance(found, str) or errors:
        f.c.sink_reset(mark)
        return errors[0].message if errors else found
    return found


def _lowered(f: Frame, t: Record | EnumType, raw: types.FunctionType, method: str, other: Type | None, node: Any) -> Graph | str | None:
    from scriptc.frontend import functions

    callee = functions.callee_of(f, f.c, raw, node)
    names = [p.id for p in (*callee.node.args.posonlyargs, *callee.node.args.args)]
    given: list[Type] = [t] if other is None else [t, other]
    if len(names) != len(given):
        return "it takes other arguments"
    block = Block()
    values: dict[str, FV] = {}
    for name, held in zip(names, given, strict=True):
        v = Value(f.c.rooted(held, ("rigid", "argument", name)), name)
        v.owner = block
        values[name] = Dyn(v, v.type)
    key, _ = functions.key_of(callee, values)
    f.c.call_chain.append((f, node))
    try:
        lowered = functions.lower_graph(f.c, callee, values, (*key, "attached", method))
    finally:
        f.c.call_chain.pop()
    if lowered is None or lowered.graph.generator or isinstance(lowered.ret, Poison):
        return ""
    if not_implemented(lowered.ret):
        return None
    inner = Frame(f.c, (*key, "attached", method), callee.unit, callee.node, callee.qualname, callee.statics)
    with inner.inside(lowered.graph.block):
        result = inner.value(lowered.ret, callee.node)
    if result.type == ERROR or (method == "__hash__" and result.type not in (INT, NEVER)):
        return "its result is of another type"
    lowered.graph.block.yields = [result]
    return lowered.graph


def not_implemented(fv: FV) -> bool:
    """Is this the constant `NotImplemented`?"""
    return (isinstance(fv, Const) and fv.value is NotImplemented) or (isinstance(fv, ObjRef) and fv.obj is NotImplemented)


def _has_effects(f: Frame, graph: Graph, seen: set[str]) -> bool:
    """Does it print, draw random numbers or change an object? Ops that compare and hash may be dropped or moved."""
    seen.add(graph.name)
    for n in graph.block.walk():
        if n.op.name in ("attr.set", "attr.del", "state.set", "yield") or (Effect.IO in n.op.effects and not n.op.structural):
            return True
        called = n.attrs.get("graph") if n.op.name in ("call", "function") else None
        if called in f.c.program.graphs and called not in seen and _has_effects(f, f.c.program.graphs[called], seen):
            return True
    return False
