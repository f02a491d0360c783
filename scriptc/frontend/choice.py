"""A function or module picked at run time: an index among the candidates, which are all known when compiling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scriptc.frontend.frame import Frame
from scriptc.frontend.merge import choose
from scriptc.frontend.values import (
    FV,
    BoundVal,
    Captured,
    Choice,
    Const,
    Dyn,
    LocalFunc,
    ObjRef,
    PartialVal,
    StaticDict,
    StaticList,
    TupleVal,
    captured,
    structure,
)
from scriptc.ir import Block
from scriptc.types import BOOL, FLOAT, INT, STR, Type

MAX_OPTIONS = 1024
PLAIN: frozenset[Type | None] = frozenset({BOOL, INT, FLOAT, STR})


def each(f: Frame, fv: Choice, fn: Callable[[FV], FV], node: Any) -> FV:
    """`fn` of the candidate that was picked, found by halving."""

    def among(first: int, end: int) -> FV:
        if end - first == 1:
            return fn(fv.options[first])
        middle = (first + end) // 2
        before = f.emit("lt", [fv.index, Const(middle)], node)
        return choose(f, before, lambda: among(first, middle), lambda: among(middle, end), node)

    return among(0, len(fv.options))


def read(f: Frame, fv: Choice, fn: Callable[[FV], FV], node: Any) -> FV:
    """As `each`; where `fn` gives something that is known when compiling, it is looked up in a table."""
    block, env, mark = Block(), f.env, f.c.sink_mark()
    f.env = dict(env)
    with f.inside(block):
        results = [fn(o) for o in fv.options]
    f.env = env
    found = None if block.nodes or f.c.sink.since(mark) else _looked_up(f, fv.index, results, node)
    f.c.sink_reset(mark)
    return each(f, fv, fn, node) if found is None else found


def _looked_up(f: Frame, index: FV, results: list[FV], node: Any) -> FV | None:
    """The one of `results` at `index`, where they are plain values of one type, or objects."""
    types = {f.type_of(r) for r in results}
    if len(types) == 1 and types <= PLAIN and all(isinstance(r, Const) for r in results):
        return f.emit("getitem", [f.emit("tuple", results, node), index], node)
    options = merged(results) if None in types else None
    if options is None:
        return None
    order = {structure(o): i for i, o in enumerate(options)}
    places = [order[structure(r)] for r in results]
    place = f.emit("getitem", [f.emit("tuple", [Const(i) for i in places], node), index], node)
    return Choice(tuple(options), place) if isinstance(place, Dyn) and len(options) > 1 else options[0]


def pickable(fv: FV) -> bool:
    """Can this be a candidate: something callable or a module, with no run-time part?"""
    return isinstance(fv, Const | LocalFunc | BoundVal | PartialVal | ObjRef) and not _has_leaves(fv)


def _has_leaves(fv: FV) -> bool:
    return isinstance(fv, Dyn) or any(_has_leaves(c) for c in captured(fv).children())


def items(f: Frame, base: FV) -> tuple[list[Any], list[FV]] | None:
    """The keys (positions, for a sequence) and candidates of a container of functions or modules."""
    if isinstance(base, StaticDict):
        return list(base.keys), list(base.items)
    if isinstance(base, StaticList | TupleVal):
        return list(range(len(base.items))), list(base.items)
    if isinstance(base, Captured) and f.c.folds(base) and type(base.value) is dict:
        return list(base.value), f.c.captured_values(f, base)
    if isinstance(base, Captured) and f.c.folds(base) and type(base.value) is list:
        found = f.c.captured_items(f, base)
        return list(range(len(found))), found
    if isinstance(base, ObjRef) and isinstance(base.obj, list | dict):
        keys = list(base.obj) if isinstance(base.obj, dict) else list(range(len(base.obj)))
        return keys, [x for k in keys if (x := f.c.classes.module_item(f, base, k, None)) is not None]
    return None


def getitem(f: Frame, base: FV, index: FV, node: Any) -> FV | None:
    """`table[index]` with an index known only at run time: the index is looked up in a table of positions, as Python would."""
    found = items(f, base)
    if found is None or not isinstance(index, Dyn) or str(index.type) == "slice" or not found[1] or len(found[1]) > MAX_OPTIONS:
        return None
    keys, options = found
    if isinstance(base, ObjRef) and all(f.type_of(o) is not None for o in options):
        return _item_of_data(f, base, keys, options, index, node)
    if not all(pickable(o) for o in options) or any(f.type_of(Const(k)) is None for k in keys):
        return None
    if _is_dict(base):
        table = _positions(f, keys, node)
    else:
        table = f.emit("list" if not isinstance(base, TupleVal) else "tuple", [Const(i) for i in range(len(keys))], node)
    place = f.emit("getitem", [table, index], node)
    return Choice(tuple(options), place) if isinstance(place, Dyn) else place


def get(f: Frame, base: FV, key: FV, default: FV, node: Any) -> FV | None:
    """`table.get(key, default)` of a dict of functions, its key known only at run time; None where it is something else."""
    found = items(f, base)
    if found is None or not _is_dict(base) or not isinstance(key, Dyn) or not 0 < len(found[1]) < MAX_OPTIONS:
        return None
    keys, options = found[0], [*found[1], default]
    if not all(pickable(o) and callable(getattr(o, "value", len)) for o in options) or any(f.type_of(Const(k)) is None for k in keys):
        return None
    place = f.emit("dict.get", [_positions(f, keys, node), key, Const(len(keys))], node)
    return Choice(tuple(options), place) if isinstance(place, Dyn) else place


def _item_of_data(f: Frame, base: FV, keys: list[Any], options: list[FV], index: FV, node: Any) -> FV:
    """An item of a `ParameterList` or `ParameterDict`, which hold data and stay as they were when compiling."""
    if _is_dict(base):
        return f.emit("getitem", [f.emit("dict", [x for k, o in zip(keys, options, strict=True) for x in (Const(k), o)], node), index], node)
    return f.emit("getitem", [f.emit("list", options, node), index], node)


def _is_dict(base: FV) -> bool:
    held = base.value if isinstance(base, Captured) else base.obj if isinstance(base, ObjRef) else None
    return isinstance(base, StaticDict) or isinstance(held, dict)


def _positions(f: Frame, keys: list[Any], node: Any) -> FV:
    return f.emit("dict", [x for i, k in enumerate(keys) for x in (Const(k), Const(i))], node)


def has_key(f: Frame, base: FV, key: FV, node: Any) -> FV | None:
    """`key in table` for a dict of functions or modules and a key known only at run time."""
    if not isinstance(key, Dyn) or not _is_dict(base) or f.type_of(base) is not None:
        return None
    found = items(f, base)
    if found is None or not found[0] or any(f.type_of(Const(k)) is None for k in found[0]):
        return None
    return f.emit("contains", [_positions(f, found[0], node), key], node)


def merged(fvs: list[FV]) -> list[FV] | None:
    """The candidates of several values that meet, or None where they cannot be told apart by an index."""
    out: list[FV] = []
    seen: set[Any] = set()
    for fv in fvs:
        for option in fv.options if isinstance(fv, Choice) else (fv,):
            if not pickable(option):
                return None
            key = structure(option)
            if key not in seen:
                seen.add(key)
                out.append(option)
    return out if len(out) <= MAX_OPTIONS else None


def index_of(f: Frame, fv: FV, options: list[FV], node: Any) -> FV:
    """The position of `fv` among `options`, as a graph value or a literal."""
    order = {structure(o): i for i, o in enumerate(options)}
    if not isinstance(fv, Choice):
        return Const(order[structure(fv)])
    here = [order[structure(o)] for o in fv.options]
    if here == list(range(len(here))):
        return fv.index
    table = f.emit("tuple", [Const(i) for i in here], node)
    return f.emit("getitem", [table, fv.index], node)
