"""Typing of `x[...]` on arrays: basic indexing, integer and boolean arrays, and mixes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scriptc.ir.core import MISSING, Arg, OpTypeError
from scriptc.ops.numpy_base import BOOLS, INTEGERS, Shape, broadcast, check_fits, operand, show, tensor
from scriptc.ops.numpy_support import one_type_each
from scriptc.types import BOOL, COMPLEX, ELLIPSIS, FLOAT, INT, NEVER, NONE, RANGE, SLICE, STR, Dim, List, Tensor, Tuple, TupleOf, Type, Union


@dataclass(frozen=True)
class Item:
    """One entry of an index: `kind` is int, slice, newaxis, ellipsis, fancy (integers) or mask (booleans).

    `consumes` dimensions of the array; `shape` is a fancy index's own shape, `const` a slice's value.
    """

    kind: str
    consumes: int = 1
    shape: Shape | None = ()
    const: Any = MISSING


class _Unknown(Exception):
    """The index's kind cannot be told from its type."""


def getitem(a: Arg, index: Arg) -> Type:
    """The type of `a[index]`; raises where NumPy does for every value."""
    one_type_each((a, index))
    t = a.type
    assert isinstance(t, Tensor)
    try:
        items = parse(index)
    except _Unknown:
        return Tensor(t.dtype, None, None)
    if t.scalar is True:
        _check_scalar_index(t, items)
    if t.shape is None:
        return Tensor(t.dtype, None, False if _surely_array(items) else None)
    shape, full = result_shape(t.shape, items)
    return tensor(t.dtype, shape, full if shape is not None else None)


def setitem(a: Arg, index: Arg, value: Arg) -> None:
    """Raise `OpTypeError` where `a[index] = value` certainly fails."""
    one_type_each((a, index, value))
    t = a.type
    assert isinstance(t, Tensor)
    if t.scalar is True:
        raise OpTypeError("a NumPy scalar cannot be assigned into", 0)
    if value.type == STR or isinstance(value.type, List | Tuple | TupleOf) and _holds_text(value.type):
        raise OpTypeError("scriptc does not store text in an array", 2)
    if value.type == COMPLEX and t.dtype is not None and t.dtype != "bool" and not t.dtype.startswith("complex"):
        raise OpTypeError(f"a complex number does not fit into an array of {t.dtype}", 2)
    v = operand(value, 2)
    try:
        items = parse(index)
    except _Unknown:
        return
    if t.shape is None:
        return
    shape, single = result_shape(t.shape, items)
    if single and t.dtype in (None, "bool"):
        return  # one element takes what `bool` takes
    check_fits(v.shape, shape, "the assigned value")


def _holds_text(t: Type) -> bool:
    return t == STR or any(_holds_text(c) for c in t.children())


def _check_scalar_index(t: Tensor, items: list[Item]) -> None:
    if any(i.kind in ("int", "slice") for i in items):
        raise OpTypeError(f"a NumPy scalar (`{t}`) cannot be indexed", 0)


def _surely_array(items: list[Item]) -> bool:
    return any(i.kind in ("slice", "newaxis", "ellipsis", "mask") or (i.kind == "fancy" and bool(i.shape)) for i in items)


# what the index is


def parse(index: Arg) -> list[Item]:
    """The entries of an index."""
    t = index.type
    if isinstance(t, Tuple):
        consts = index.const if isinstance(index.const, tuple) and len(index.const) == len(t.items) else (MISSING,) * len(t.items)
        return [_entry(i, c) for i, c in zip(t.items, consts, strict=True)]
    if isinstance(t, TupleOf):
        raise _Unknown
    return [_entry(t, index.const)]


def _entry(t: Type, const: Any) -> Item:
    if t == INT:
        return Item("int")
    if t == SLICE:
        return Item("slice", const=const)
    if t == NONE:
        return Item("newaxis", 0)
    if t == ELLIPSIS:
        return Item("ellipsis", 0)
    if t == BOOL:
        return Item("mask", 0)
    if isinstance(t, Tensor):
        return _tensor_entry(t)
    if isinstance(t, List | Tuple | TupleOf) or t == RANGE:
        return _sequence_entry(t, const)
    if isinstance(t, Union):
        raise _Unknown
    if t in (FLOAT, COMPLEX):
        raise OpTypeError(f"an array index must be an integer, a slice, None, `...`, or an integer or boolean array, not `{t}`", 1)
    raise OpTypeError(f"an array cannot be indexed with a `{t}`", 1)


def _tensor_entry(t: Tensor) -> Item:
    if t.dtype is None:
        raise _Unknown
    if t.dtype in INTEGERS:
        return Item("int") if t.shape == () else Item("fancy", shape=t.shape)
    if t.dtype in BOOLS:
        if t.shape is None:
            raise _Unknown
        return Item("mask", len(t.shape), t.shape)
    raise OpTypeError(f"an array index must be integer or boolean, not {t.dtype}", 1)


def _sequence_entry(t: Type, const: Any) -> Item:
    elem = t.elem if isinstance(t, List | TupleOf) else None
    if t == RANGE or elem == INT:
        return Item("fancy", shape=(None,))
    if elem == NEVER:
        return Item("fancy", shape=(0,))
    if isinstance(t, Tuple) and all(i == INT for i in t.items):
        return Item("fancy", shape=(len(t.items),))
    if elem == BOOL:
        raise _Unknown  # a mask of one dimension, but integers where it is empty: both give one dimension
    found = operand(Arg(t, const), 1)
    if found.dtype in INTEGERS and found.shape is not None:
        return Item("fancy", shape=found.shape)
    if found.dtype in BOOLS and found.shape is not None:
        return Item("mask", len(found.shape), found.shape)
    if found.dtype is not None and found.dtype not in INTEGERS and found.dtype not in BOOLS and found.shape and found.shape[0] not in (0, None):
        raise OpTypeError(f"an array index must be integer or boolean, not {found.dtype}", 1)
    raise _Unknown


# what comes out


def result_shape(shape: Shape, items: list[Item]) -> tuple[Shape | None, bool]:
    """The shape of the result, and whether it is a NumPy scalar (every dimension indexed by an integer)."""
    used = sum(i.consumes for i in items)
    if used > len(shape):
        raise OpTypeError(f"too many indices: the array has shape {show(shape)} of rank {len(shape)}, but {used} were indexed", 1)
    ellipses = [k for k, i in enumerate(items) if i.kind == "ellipsis"]
    if len(ellipses) > 1:
        raise OpTypeError("an index can only have a single ellipsis ('...')", 1)
    rest = [Item("slice", const=slice(None))] * (len(shape) - used)
    at = ellipses[0] if ellipses else len(items)
    whole = [*items[:at], *rest, *items[at + 1 :]]
    if any(i.kind in ("fancy", "mask") for i in items):
        return _fancy_shape(shape, whole, bool(ellipses), at), False
    return _basic_shape(shape, whole), not ellipses and all(i.kind == "int" for i in whole)


def _basic_shape(shape: Shape, items: list[Item]) -> Shape:
    out: list[Dim] = []
    at = 0
    for i in items:
        if i.kind == "newaxis":
            out.append(1)
        elif i.kind == "slice":
            out.append(sliced(shape[at], i.const))
        at += i.consumes
    return tuple(out)


def _fancy_shape(shape: Shape, items: list[Item], ellipsis: bool, at: int) -> Shape | None:
    """Integer and boolean arrays broadcast together; the result's dimensions stand where they are, or first if apart."""
    parts = _advanced_shapes(shape, items)
    if any(p is None for p in parts):
        return None
    together = broadcast(*parts, what="the index arrays")
    assert together is not None
    advanced = [i.kind in ("int", "fancy", "mask") for i in items]
    if ellipsis and not any(i.kind == "slice" for i in items[at : at + 1]) and 0 < at < len(items) and advanced[at - 1] and advanced[at]:
        # an ellipsis that stands for no dimension still parts the indices around it
        split = True
    else:
        first, last = advanced.index(True), len(advanced) - 1 - advanced[::-1].index(True)
        split = not all(advanced[first : last + 1])
    before: list[Dim] = []
    after: list[Dim] = []
    position = 0
    seen = split
    for i in items:
        if i.kind in ("int", "fancy", "mask"):
            seen = True
        elif i.kind == "newaxis":
            (after if seen else before).append(1)
        else:
            (after if seen else before).append(sliced(shape[position], i.const))
        position += i.consumes
    return (*before, *together, *after)


def _advanced_shapes(shape: Shape, items: list[Item]) -> list[Shape | None]:
    parts: list[Shape | None] = []
    position = 0
    for i in items:
        if i.kind == "fancy":
            parts.append(i.shape)
        elif i.kind == "mask":
            _check_mask(shape[position : position + i.consumes], i.shape)
            parts.append((None,))
        elif i.kind == "int":
            parts.append(())
        position += i.consumes
    return parts


def _check_mask(dims: Shape, mask: Shape | None) -> None:
    for d, m in zip(dims, mask or (), strict=False):
        if isinstance(d, int) and isinstance(m, int) and d != m and 0 not in (d, m):  # NumPy lets some empty masks pass
            raise OpTypeError(f"a boolean index of shape {show(mask)} does not match dimensions {show(dims)}", 1)


def sliced(dim: Dim, const: Any) -> Dim:
    """The length of a dimension after a slice whose parts are known."""
    if not isinstance(const, slice):
        return None
    parts = (const.start, const.stop, const.step)
    if not all(p is None or isinstance(p, int) for p in parts):
        return None
    if const.step == 0:
        raise OpTypeError("slice step cannot be zero", 1)
    if isinstance(dim, int):
        return len(range(*const.indices(dim)))
    full = const.start in (None, 0) and const.stop is None and const.step in (None, 1)
    return dim if full else None
