"""Displays: lists, tuples, sets and dicts written out.

What a star walks is walked before the items after it are worked out, which may change it: `[*xs, xs.pop()]`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from scriptc.frontend.expressions import lower, spread
from scriptc.frontend.frame import Frame
from scriptc.frontend.iteration import iterable, static_items
from scriptc.frontend.values import FV, POISON, Const, Dyn, Poison, StaticDict, StaticList, TupleVal

LIST = ("list", "list.append", "list.extend")
SET = ("set", "set.add", "set.update")
Known = Callable[[FV, list[FV]], list[FV] | None]


def lower_tuple(f: Frame, node: Any) -> FV:
    """`(a, *b)`."""
    from scriptc.frontend import calls

    items, rest = _items(f, node, lambda star, _: spread(f, star))
    if rest is not None:
        return calls.call(f, Const(tuple), [_grown(f, node, LIST, items, *rest)], {}, node)
    return POISON if _failed(items) else TupleVal(tuple(items))


def lower_list(f: Frame, node: Any) -> FV:
    """`[a, *b]`; of functions and modules where its length is known."""
    items, rest = _items(f, node, lambda star, before: _known(f, star, before, node))
    if rest is not None:
        return _grown(f, node, LIST, items, *rest)
    if _failed(items):
        return POISON
    return StaticList(tuple(items)) if any(f.type_of(fv) is None for fv in items) else f.emit("list", items, node)


def lower_set(f: Frame, node: Any) -> FV:
    """`{a, *b}`."""
    items, rest = _items(f, node, lambda *_: None)
    if rest is not None:
        return _grown(f, node, SET, items, *rest)
    return POISON if _failed(items) else f.emit("set", items, node)


def _items(f: Frame, node: Any, known: Known) -> tuple[list[FV], tuple[FV, int] | None]:
    """The elements up to the first star whose items, with those `before` it, `known` cannot give; that star, and its number."""
    items: list[FV] = []
    for i, e in enumerate(node.elts):
        if not isinstance(e, gast.Starred):
            items.append(lower(f, e))
            continue
        star = _walked(f, e)
        more = [star] if isinstance(star, Poison) else known(star, items)
        if more is None:
            return items, (star, i)
        items.extend(more)
    return items, None


def _failed(items: list[FV]) -> bool:
    return any(isinstance(fv, Poison) for fv in items)


def _walked(f: Frame, e: Any) -> FV:
    """What the star `e` walks: an object's own `__iter__` is called."""
    from scriptc.frontend import overload

    fv = lower(f, e.value)
    if isinstance(fv, Dyn) and overload.applies(f, fv) and f.c.classes.find_method(f, fv, "__iter__") is not None:
        return iterable(f, fv, e)
    return fv


def _known(f: Frame, star: FV, items: list[FV], node: Any) -> list[FV] | None:
    """The items of a star that are known when compiling, as they must be among functions and modules; None for those of a list at run time."""
    if isinstance(star, TupleVal | StaticList):
        return list(star.items)
    if all(f.type_of(fv) is not None for fv in items):
        return static_items(f, star)
    more = spread(f, star)
    if more is None:
        raise _of_unknown_length(f, node)
    return more


def _of_unknown_length(f: Frame, node: Any) -> Exception:
    return f.refuse("SC208", node, "a list of functions or modules must have a known length")


def _grown(f: Frame, node: Any, ops: tuple[str, str, str], items: list[FV], star: FV, at: int) -> FV:
    """A list or set of `items`, to which the star at `at` and each of the elements after it are added in their order."""
    made, one, many = ops
    if any(f.type_of(fv) is None for fv in items):
        raise _of_unknown_length(f, node)
    out: FV = POISON if _failed([*items, star]) else f.emit(made, items, node)
    for i, e in enumerate(node.elts[at:], at):
        starred = isinstance(e, gast.Starred)
        fv = star if i == at else _walked(f, e) if starred else lower(f, e)
        if isinstance(out, Poison) or isinstance(fv, Poison):
            out = POISON
            continue
        if f.type_of(fv) is None and not starred:
            raise _of_unknown_length(f, node)
        f.emit(many if starred else one, [out, fv], _place(f, node, one, i))
        if isinstance(out, Dyn):
            out = Dyn(out.value, f.c.refresh(out.type))
    return out


def _place(f: Frame, node: Any, kind: str, i: int) -> Any:
    """A node of its own for each step, at the place of the display."""
    return f.c.keep((id(node), kind, i), gast.copy_location(gast.Constant(value=None, kind=None), node))


def lower_dict(f: Frame, node: Any) -> FV:
    """`{k: v, **d}`; of functions and modules where its keys are literal."""
    if None in node.keys:
        return _grown_dict(f, node)
    pairs = [(lower(f, k), lower(f, v)) for k, v in zip(node.keys, node.values, strict=True)]
    if any(isinstance(fv, Poison) for pair in pairs for fv in pair):
        return POISON
    if any(f.type_of(v) is None for _, v in pairs):
        table = {k.value: v for k, v in pairs if isinstance(k, Const)}
        if any(not isinstance(k, Const) for k, _ in pairs):
            raise _of_unknown_keys(f, node)
        return StaticDict(tuple(table), tuple(table.values()))
    return f.emit("dict", [fv for pair in pairs for fv in pair], node)


def _of_unknown_keys(f: Frame, node: Any) -> Exception:
    return f.refuse("SC208", node, "a dict of functions or modules must have literal keys")


def _grown_dict(f: Frame, node: Any) -> FV:
    """One with `**`: keys and values up to the next `**` are worked out together, then put in."""
    out: FV | None = None
    pairs: list[tuple[int, FV, FV]] = []
    for i, (k, v) in enumerate(zip(node.keys, node.values, strict=True)):
        if k is not None:
            key, value = lower(f, k), lower(f, v)
            pairs.append((i, key, value))
        else:
            out = _with_pairs(f, node, out, pairs)
            pairs, value = [], lower(f, v)
            if isinstance(out, Poison) or isinstance(value, Poison):
                out = POISON
        if f.type_of(value) is None:
            raise _of_unknown_keys(f, node)
        if k is None and not isinstance(out, Poison | None):
            f.emit("dict.update", [out, value], _place(f, node, "dict", i))
    return _with_pairs(f, node, out, pairs)


def _with_pairs(f: Frame, node: Any, out: FV | None, pairs: list[tuple[int, FV, FV]]) -> FV:
    if isinstance(out, Poison) or any(isinstance(fv, Poison) for _, *pair in pairs for fv in pair):
        return POISON
    if out is None:
        return f.emit("dict", [fv for _, *pair in pairs for fv in pair], node)
    for i, key, value in pairs:
        f.emit("setitem", [out, key, value], _place(f, node, "dict", i))
    return out
