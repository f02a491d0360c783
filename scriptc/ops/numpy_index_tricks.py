"""Grids and joins written as subscripts (`np.mgrid[0:3, 0:4]`, `np.r_[a, 0, b]`), `x.flat`, `np.ndenumerate`, `as_strided`.

The operand of a subscript op is the whole index. A grid's slices may have float and complex parts: `slice.any` makes those.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from scriptc.ir.core import MISSING, PURE, Arg, Call, OpDef, OpTypeError
from scriptc.ops.numpy_base import array, operand, shape_argument
from scriptc.ops.numpy_indexing import weak_promote
from scriptc.ops.numpy_support import READS, WRITES, attribute, function, named, one_type_each
from scriptc.ops.signature import Bound
from scriptc.types import BOOL, COMPLEX, ELLIPSIS, FLOAT, INT, NONE, SLICE, STR, IteratorOf, Tensor, Tuple, TupleOf, Type

LARGEST = 1 << 16
"""The most points along one side of a grid whose size is worked out when compiling."""


def _slice_any(call: Call) -> tuple[Type, ...]:
    one_type_each(call.args)
    if len(call.args) != 3 or call.kw:
        raise OpTypeError("slice.any takes 3 operands")
    for i, a in enumerate(call.args):
        if a.type not in (NONE, INT, BOOL, FLOAT, COMPLEX) and not isinstance(a.type, Tensor):
            raise OpTypeError(f"a bound of a grid must be a number, not `{a.type}`", i)
    return (SLICE,)


def _subscript(name: str, rule: Callable[[Arg], Type]) -> OpDef:
    """`np.mgrid[index]`."""

    def typed(call: Call) -> tuple[Type, ...]:
        one_type_each(call.args)
        if len(call.args) != 1 or call.kw:
            raise OpTypeError(f"{name} takes one index")
        return (rule(call.args[0]),)

    return OpDef(f"numpy.{name}", typed, f"np.{name}[$0]", READS)


def _parts(index: Arg) -> list[Arg]:
    t, const = index.type, index.const
    if isinstance(t, Tuple):
        consts = const if isinstance(const, tuple) and len(const) == len(t.items) else (MISSING,) * len(t.items)
        return [Arg(i, c) for i, c in zip(t.items, consts, strict=True)]
    return [index]


# grids


def _sides(index: Arg) -> list[np.ndarray[Any, Any] | None]:
    """The positions along each side of a grid, None for a side that is not known."""
    out = []
    for part in _parts(index):
        if part.type != SLICE:
            raise OpTypeError(f"a grid is made of slices, not of a `{part.type}`", 0)
        out.append(_side(part.const))
    return out


def _side(const: Any) -> np.ndarray[Any, Any] | None:
    if not isinstance(const, slice) or not all(c is None or isinstance(c, int) for c in (const.start, const.stop, const.step)):
        return None
    count = len(range(const.start or 0, const.stop or 0, const.step or 1)) if const.step != 0 else LARGEST
    return np.arange(const.start or 0, const.stop or 0, const.step or 1) if count < LARGEST and _fits(const) else None


def _fits(const: slice) -> bool:
    return all(c is None or abs(c) < 2**62 for c in (const.start, const.stop, const.step))


def mgrid(index: Arg) -> Type:
    """The positions as one array, its first dimension the coordinate; of one slice, a vector."""
    sides = _sides(index)
    dtype = None if any(s is None for s in sides) else "int64"
    dims = tuple(None if s is None else len(s) for s in sides)
    return array(dtype, (len(sides), *dims) if isinstance(index.type, Tuple) else dims)


def ogrid(index: Arg) -> Type:
    """One array for each dimension, to be broadcast."""
    sides = _sides(index)
    dtype = None if any(s is None for s in sides) else "int64"
    if not isinstance(index.type, Tuple):
        return array(dtype, (None if sides[0] is None else len(sides[0]),))
    lengths = [None if s is None else len(s) for s in sides]
    return Tuple(tuple(array(dtype, tuple(n if i == k else 1 for k in range(len(sides)))) for i, n in enumerate(lengths)))


# joins


def r_(index: Arg) -> Type:
    """Everything end to end; a text first, as in `np.r_["0,2", a, b]`, leaves the rank open."""
    parts = _parts(index)
    if parts and parts[0].type == STR:
        if not isinstance(parts[0].const, str) or parts[0].const in ("r", "c"):
            raise OpTypeError("np.r_ with a text that makes matrices is not supported", 0, "use `np.concatenate`")
        return array(None, None)
    return _joined(parts, 1)


def c_(index: Arg) -> Type:
    """Vectors as columns side by side."""
    return _joined(_parts(index), 2)


def _joined(parts: list[Arg], least: int) -> Type:
    found = [None if p.type == SLICE else operand(p, 0) for p in parts]
    ranks = [1 if o is None else o.rank for o in found]
    known = all(r is not None and r <= least for r in ranks)
    operands = [o for o in found if o is not None]
    dtype = weak_promote(*operands) if operands and len(operands) == len(found) and any(o.rank for o in operands) else None
    return array(dtype, (None,) * least if known else None)


# one element after the other


def _flat(t: Tensor) -> Type:
    return IteratorOf(Tensor(t.dtype, (), True))


def _element(index: Type) -> bool | None:
    """Does the index of `x.flat` name one element?"""
    if index in (INT, ELLIPSIS, SLICE):
        return index == INT
    if isinstance(index, Tensor) and index.dtype is not None and "int" in index.dtype and index.shape is not None:
        return index.shape == () or None
    return None


def flat_getitem(b: Bound) -> Type:
    """`x.flat[index]`: an element, or a copy of several."""
    t = _array(b)
    one = _element(b["index"].type)
    if one is None:
        return Tensor(t.dtype, None, None)
    return Tensor(t.dtype, (), True) if one else array(t.dtype, (None,))


def flat_setitem(b: Bound) -> Type:
    t = _array(b)
    if t.scalar is True:
        raise OpTypeError("a NumPy scalar cannot be assigned into", 0)
    operand(b["value"], b.index["value"])
    return NONE


def _array(b: Bound) -> Tensor:
    t = b["a"].type
    if not isinstance(t, Tensor):
        raise OpTypeError(f"`{t}` is no NumPy array or scalar", 0)
    return t


def ndenumerate(b: Bound) -> Type:
    """Positions and elements in turn."""
    a = named(b, "arr")
    place: Type = TupleOf(INT) if a.shape is None else Tuple((INT,) * len(a.shape))
    return IteratorOf(Tuple((place, Tensor(a.dtype, (), True))))


def as_strided(b: Bound) -> Type:
    """A view of the same memory with a shape and strides of its own, which may not reach out of it."""
    x = named(b, "x")
    shape = shape_argument(b["shape"], b.index["shape"]) if "shape" in b and b["shape"].type != NONE else x.shape
    return array(x.dtype, shape)


OPS: tuple[OpDef, ...] = (
    OpDef("slice.any", _slice_any, "slice($*)", PURE),
    _subscript("mgrid", mgrid),
    _subscript("ogrid", ogrid),
    _subscript("r_", r_),
    _subscript("c_", c_),
    attribute("ndarray.flat", _flat),
    function("ndarray.flat.getitem", "a, index, /", flat_getitem, emit="$0.flat[$1]"),
    function("ndarray.flat.setitem", "a, index, value, /", flat_setitem, emit="$0.flat.__setitem__($1, $2)", effects=WRITES, mutates=(0,)),
    *(
        function(f"ndarray.{n}.assign", "a, value, /", flat_setitem, emit=f"setattr($0, '{n}', $1)", effects=WRITES, mutates=(0,))
        for n in ("flat", "real", "imag")
    ),
    function("numpy.ndenumerate", "arr", ndenumerate),
    function("numpy.lib.stride_tricks.as_strided", "x, shape=None, strides=None, subok=False, writeable=True", as_strided, emit="rt.as_strided($*)"),
)
