"""What `if x`, `not x` and `x is None` mean for each kind of value."""

from __future__ import annotations

from typing import Any

from scriptc.frontend.frame import Frame
from scriptc.frontend.merge import choose
from scriptc.frontend.values import (
    FV,
    BoundVal,
    Captured,
    Const,
    Dyn,
    LocalFunc,
    MethodVal,
    ObjRef,
    PartialVal,
    Poison,
    StaticDict,
    StaticList,
    TupleVal,
)  # fmt: skip
from scriptc.types import BOOL, ERROR, NEVER, NONE, Record, Tuple, Union, members, without


def truth(f: Frame, fv: FV, node: Any) -> FV:
    """`bool(fv)`: a `Const` where it is known, else a bool graph value."""
    if isinstance(fv, Poison):
        return fv
    if isinstance(fv, Const):
        try:
            return Const(bool(fv.value))
        except Exception:
            return f.report("SC202", node, f"{f.c.describe(fv)} has no truth value")
    if isinstance(fv, TupleVal | StaticList | StaticDict):
        return Const(bool(fv.items))
    if isinstance(fv, LocalFunc | BoundVal | MethodVal | PartialVal):
        return Const(True)
    if isinstance(fv, ObjRef):
        return _object_truth(f, fv, node)
    if isinstance(fv, Captured):
        return _dynamic(f, f.dyn(fv, node), node)
    return _dynamic(f, f.dyn(fv, node), node)


def _object_truth(f: Frame, fv: ObjRef, node: Any) -> FV:
    from scriptc.frontend import calls

    cls = type(fv.obj)
    for name in ("__bool__", "__len__"):
        if hasattr(cls, name):
            return truth(f, calls.call(f, f.c.classes.attribute(f, fv, name, node), [], {}, node), node)
    return Const(True)


def _dynamic(f: Frame, d: Dyn, node: Any) -> FV:
    t = d.type
    if t == BOOL:
        return d
    if t == ERROR:
        return Poison()
    if t == NONE:
        return Const(False)
    if isinstance(t, Tuple):
        return Const(bool(t.items))
    records = [m for m in members(t) if isinstance(m, Record)]
    if not records:
        return f.emit("truth", [d], node)
    if isinstance(t, Union):
        return _union_truth(f, d, records, node)
    return _record_truth(f, d, records[0], node)


def _union_truth(f: Frame, d: Dyn, records: list[Record], node: Any) -> FV:
    """None and objects: an object without `__bool__` and `__len__` is true."""
    rest = without(d.type, records)
    if all(not f.c.classes.may_be_false(r) for r in records) and rest in (NONE, NEVER):
        return f.emit("truth", [d], node)
    from scriptc.frontend.overload import most_derived

    first = most_derived(f, records)
    is_first = f.emit("isinstance", [d], node, {"classes": (first.name,)})
    others = without(d.type, [first])
    return choose(
        f, is_first, lambda: _dynamic(f, Dyn(d.value, first), node), lambda: _dynamic(f, Dyn(d.value, others), node), node
    )  # fmt: skip


def _record_truth(f: Frame, d: Dyn, record: Record, node: Any) -> FV:
    from scriptc.frontend import calls

    for name in ("__bool__", "__len__"):
        if f.c.classes.user_defines(record, name):
            return truth(f, calls.call(f, f.c.classes.attribute(f, d, name, node), [], {}, node), node)
    return f.emit("truth", [d], node) if f.c.classes.may_be_false(record) else Const(True)


def is_none(f: Frame, fv: FV, node: Any) -> FV:
    """`fv is None`."""
    if isinstance(fv, Poison):
        return fv
    if isinstance(fv, Const):
        return Const(fv.value is None)
    t = f.type_of(fv)
    if t is None:
        return Const(False)
    if t == NONE:
        return Const(True)
    if NONE not in members(t):
        return Const(False) if t != NEVER else f.emit("is", [fv, Const(None)], node)
    return f.emit("is", [fv, Const(None)], node)
