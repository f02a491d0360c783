"""`base[index]`: reading, storing and deleting."""

from __future__ import annotations

import enum
import typing
from typing import Any

from scriptc.frontend import choice, index_tricks, overload
from scriptc.frontend.frame import Frame
from scriptc.frontend.statics import item_path, wrap
from scriptc.frontend.values import FV, POISON, Captured, Const, Dyn, ObjRef, Poison, StaticDict, StaticList, TupleVal
from scriptc.types import NEVER, DefaultDict, members


def getitem(f: Frame, base: FV, index: FV, node: Any) -> FV:
    """`base[index]`."""
    if isinstance(base, Poison) or isinstance(index, Poison):
        return POISON
    static = _static(f, base, index, node)
    if static is not None:
        return static
    if f.type_of(base) is None:
        picked = choice.getitem(f, base, index, node)
        if picked is not None:
            return picked
    if isinstance(base, StaticList | StaticDict):
        raise f.refuse("SC208", node, f"{f.c.describe(base)} needs an index known when compiling", help="use `if`/`elif` on the index")
    if isinstance(base, ObjRef) or overload.applies(f, base):
        named = overload.namedtuple_item(f, base, index, node)
        if named is not None:
            return named
        return overload.method_call(f, base, "__getitem__", [index], node)
    flat = index_tricks.flat_array(base)
    if flat is not None:
        return f.emit("ndarray.flat.getitem", [flat, index], node)
    if any(isinstance(m, DefaultDict) and m.factory != "Counter" for m in members(f.type_of(base) or NEVER)):
        return f.emit("defaultdict.getitem", [base, index], node)  # it may add the key
    return f.emit("getitem", [base, index], node)


def _static(f: Frame, base: FV, index: FV, node: Any) -> FV | None:
    """Indexing what is known when compiling with what is known when compiling."""
    if isinstance(base, Const):
        return _static_object(f, base, index, node)
    key = _key(index)
    if key is None:
        return None
    if isinstance(base, TupleVal | StaticList):
        if not isinstance(key[0], int | slice):
            return None
        try:
            got = base.items[key[0]]
        except IndexError:
            return None if not isinstance(base, StaticList) else f.report("SC210", node, "the index is out of range")
        return type(base)(got) if isinstance(got, tuple) else got
    if isinstance(base, StaticDict):
        if key[0] in base.keys:
            return base.items[base.keys.index(key[0])]
        return f.report("SC204", node, f"there is no key {key[0]!r}")
    if isinstance(base, Captured) and type(base.value) in (list, dict) and f.c.folds(base):
        return _captured(f, base, key[0], node)
    if isinstance(base, ObjRef):
        return f.c.classes.module_item(f, base, key[0], node)
    return None


def _key(index: FV) -> tuple[Any] | None:
    """The value of a static index; a slice made of literals counts."""
    if isinstance(index, Const):
        return (index.value,)
    if isinstance(index, TupleVal) and all(isinstance(i, Const) for i in index.items):
        return (tuple(i.value for i in index.items if isinstance(i, Const)),)
    owner = index.value.owner if isinstance(index, Dyn) else None
    if owner is not None and getattr(getattr(owner, "op", None), "name", "") == "slice":
        parts = [v.const for v in owner.operands]  # type: ignore[union-attr]
        if all(p is None or type(p) is int for p in parts):
            return (slice(*parts),)
    return None


def _captured(f: Frame, base: Captured, key: Any, node: Any) -> FV | None:
    """An item of a captured list or dict: static where it is a literal, cannot be a graph value, or is told better by itself."""
    try:
        item = base.value[key]
    except Exception:
        return None
    if isinstance(key, slice):
        return None
    fv = wrap(item, f"{base.label}[{key!r}]", item_path(base.path, key))
    return fv if f.type_of(fv) is None or isinstance(fv, Const) or f.c.mixed(base) else None


def _static_object(f: Frame, base: Const, index: FV, node: Any) -> FV | None:
    if isinstance(base.value, type) and issubclass(base.value, enum.Enum):
        if isinstance(index, Const) and index.value in base.value.__members__:
            return Const(base.value[index.value])
        return f.c.classes.enum_lookup(f, "enum.by_name", index, base.value, node)
    if isinstance(base.value, type) and typing.Generic in base.value.__mro__:
        return base  # `Stack[int]` makes what `Stack` makes
    if isinstance(base.value, str) and isinstance(index, Const) and type(index.value) is int:
        try:
            return Const(base.value[index.value])
        except IndexError:
            return None
    return None


def setitem(f: Frame, base: FV, index: FV, value: FV, node: Any) -> None:
    """`base[index] = value`."""
    if isinstance(base, Poison) or isinstance(index, Poison) or isinstance(value, Poison):
        f.c.spoil(f.type_of(base))
        return
    if isinstance(base, StaticList | StaticDict):
        raise f.refuse("SC206", node, f"{f.c.describe(base)} cannot be changed")
    if isinstance(base, ObjRef) or overload.applies(f, base):
        overload.method_call(f, base, "__setitem__", [index, value], node)
        return
    flat = index_tricks.flat_array(base)
    if flat is not None:
        f.emit("ndarray.flat.setitem", [flat, index, value], node)
        return
    f.emit("setitem", [base, index, value], node)


def delitem(f: Frame, base: FV, index: FV, node: Any) -> None:
    """`del base[index]`."""
    if isinstance(base, Poison) or isinstance(index, Poison):
        return
    if isinstance(base, ObjRef) or overload.applies(f, base):
        overload.method_call(f, base, "__delitem__", [index], node)
        return
    f.emit("delitem", [base, index], node)
