"""Assignment to every kind of target, augmented assignment, and `del`."""

from __future__ import annotations

from typing import Any

import gast

from scriptc.frontend import overload, sides, stores, subscripts
from scriptc.frontend.expressions import BINARY, fold, known_attribute, lower, lower_index, spread
from scriptc.frontend.frame import Frame, Refused
from scriptc.frontend.paths import as_told, note_plain, path_of
from scriptc.frontend.values import FV, POISON, CellVal, Dyn, Fact, Poison, StaticList, TupleVal, Unbound
from scriptc.types import NEVER, Type


def assign(f: Frame, target: Any, value: FV, node: Any) -> None:
    """`target = value`."""
    if isinstance(target, gast.Name):
        f.store(target.id, value, target)
    elif isinstance(target, gast.Tuple | gast.List):
        _unpack(f, target, value, node)
    elif isinstance(target, gast.Attribute):
        _set_attribute(f, lower(f, target.value), target, value)
    elif isinstance(target, gast.Subscript):
        base = lower(f, target.value)
        subscripts.setitem(f, base, lower_index(f, target.slice), value, target)
        note_plain(f, base, target)
        _note_fact(f, target, f.type_of(value))
    elif isinstance(target, gast.Starred):
        raise f.refuse("SC107", target, "a starred target must be in a list or tuple of targets")
    else:
        raise f.refuse("SC107", target, f"`{type(target).__name__}` cannot be assigned to")


def _set_attribute(f: Frame, base: FV, target: Any, value: FV) -> None:
    if isinstance(base, Poison) or isinstance(value, Poison):
        return
    slot = stores.set_attribute(f, base, target.attr, value, target)
    f.forget_attributes(target.attr)
    _note_fact(f, target, f.type_of(value) if isinstance(base, Dyn) else slot)


def _note_fact(f: Frame, target: Any, t: Type | None) -> None:
    """What was just stored is there until something else is."""
    path = path_of(f, target)
    if path is not None and t is not None and t != NEVER:
        f.env[path] = Fact(t)
        f.c.any_facts = True


def _unpack(f: Frame, target: Any, value: FV, node: Any) -> None:
    if isinstance(value, Poison):
        for t in target.elts:
            assign(f, t.value if isinstance(t, gast.Starred) else t, POISON, node)
        return
    stars = [i for i, t in enumerate(target.elts) if isinstance(t, gast.Starred)]
    star = stars[0] if stars else None
    parts = _parts(f, target, value, star, node)
    for t, part in zip(target.elts, parts, strict=True):
        assign(f, t.value if isinstance(t, gast.Starred) else t, part, node)


def _parts(f: Frame, target: Any, value: FV, star: int | None, node: Any) -> list[FV]:
    """The pieces of `value` for the targets, the starred one as a list."""
    n = len(target.elts)
    known = spread(f, value)
    if known is not None:
        if star is None and len(known) == n:
            return known
        if star is not None and len(known) >= n - 1:
            after = n - star - 1
            middle = known[star : len(known) - after]
            if any(f.type_of(m) is None for m in middle):
                starred: FV = StaticList(tuple(middle))
            else:
                starred = f.emit("list", middle, target)
            return [*known[:star], starred, *known[len(known) - after :]]
        return _never_fits(f, target, len(known), n - (star is not None), star, node)
    after = 0 if star is None else n - star - 1
    attrs = {"before": n if star is None else star, "after": after, "star": star is not None}
    from scriptc.frontend.iteration import iterable

    source = iterable(f, value, node)
    out = f.emit_n("unpack", [source], target, attrs)
    return out if len(out) == n else [POISON] * n


def _never_fits(f: Frame, target: Any, have: int, want: int, star: int | None, node: Any) -> list[FV]:
    """The count is known to be wrong: Python raises ValueError when it runs; so is this refused."""
    more = "at least " if star is not None else ""
    what = f"{have} value{'s' * (have != 1)} cannot be unpacked into {more}{want} name{'s' * (want != 1)}"
    f.report("SC210", target, what, more=lambda: sides.unpacked(f, node))
    return [POISON] * len(target.elts)


def augmented(f: Frame, stmt: Any, op: str) -> None:
    """`target op= value`: the target's place is worked out once."""
    target = stmt.target
    if isinstance(target, gast.Name):
        old = f.load(target.id, target)
        f.store(target.id, _inplace(f, stmt, op, old, lower(f, stmt.value)), target)
    elif isinstance(target, gast.Attribute):
        base = lower(f, target.value)
        if isinstance(base, Poison):
            raise Refused
        old = known_attribute(f, base, target)
        _set_attribute(f, base, target, _inplace(f, stmt, op, old, lower(f, stmt.value)))
    elif isinstance(target, gast.Subscript):
        base = lower(f, target.value)
        index = lower_index(f, target.slice)
        old = subscripts.getitem(f, base, index, target)
        note_plain(f, base, target)
        old = as_told(f, old, target)
        value = _inplace(f, stmt, op, old, lower(f, stmt.value))
        store = f.c.keep((id(stmt), "store"), gast.copy_location(gast.Subscript(value=target.value, slice=target.slice, ctx=target.ctx), target))
        subscripts.setitem(f, base, index, value, store)
        _note_fact(f, target, f.type_of(value))
    else:
        raise f.refuse("SC107", target, "this cannot be the target of an augmented assignment")


def _inplace(f: Frame, stmt: Any, op: str, old: FV, value: FV) -> FV:
    if isinstance(old, Poison) or isinstance(value, Poison):
        return POISON
    name, fn, dunder = BINARY[type(stmt.op)]
    folded = fold(fn, old, value)
    if folded is not None:
        return folded
    if isinstance(old, StaticList):
        raise f.refuse("SC206", stmt, f"{f.c.describe(old)} cannot be changed")
    if isinstance(old, TupleVal) and isinstance(value, TupleVal) and name == "add":
        return old.with_children(old.items + value.items)
    if overload.applies(f, old) or overload.applies(f, value):
        return overload.inplace(f, op, name, dunder, old, value, stmt)
    return f.emit(op, [old, value], stmt)


def delete(f: Frame, target: Any, node: Any) -> None:
    """`del target`."""
    if isinstance(target, gast.Name):
        held = f.load(target.id, target)
        if isinstance(held, Poison):
            return
        if target.id in f.cell_names or isinstance(f.env.get(target.id), CellVal):
            raise f.refuse("SC111", target, f"`{target.id}` is shared with an inner function or a `try`, so `del` of it cannot be compiled")
        f.env[target.id] = Unbound("it was deleted by `del`")
        f.forget(target.id)
    elif isinstance(target, gast.Subscript):
        subscripts.delitem(f, lower(f, target.value), lower_index(f, target.slice), target)
    elif isinstance(target, gast.Attribute):
        base = lower(f, target.value)
        stores.delete_attribute(f, base, target.attr, target)
        f.forget_attributes(target.attr)
    elif isinstance(target, gast.Tuple | gast.List):
        for t in target.elts:
            delete(f, t, node)
    else:
        raise f.refuse("SC111", target, "this form of `del` cannot be compiled")
