"""The methods of ufuncs: `np.add.reduce`, `np.maximum.accumulate`, `np.add.reduceat`, `np.subtract.outer`, `np.add.at`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

import numpy as np

from scriptc.ir.core import OpDef, OpTypeError
from scriptc.ops.numpy_base import Operand, array, axis_value, computed, dtype_name, flag, normalize_axis, operand, static_dtype
from scriptc.ops.numpy_subscript import setitem
from scriptc.ops.numpy_support import OUT_HELP, WRITES, Rule, function, given, named, reduced, refuse
from scriptc.ops.numpy_ufuncs import NAMES as UFUNCS
from scriptc.ops.numpy_ufuncs import ufunc_result
from scriptc.ops.signature import Bound
from scriptc.types import INT, NONE, Tensor, Type

BINARY: tuple[str, ...] = tuple(n for n in UFUNCS if getattr(np, n).nin == 2 and getattr(np, n).nout == 1)
UNARY: tuple[str, ...] = tuple(n for n in UFUNCS if getattr(np, n).nin == 1 and getattr(np, n).nout == 1)


@lru_cache(maxsize=4096)
def _reduced_dtype(ufunc: str, method: str, dtype: str) -> str | None:
    function = getattr(getattr(np, ufunc), method)
    given = (np.ones(2, dtype), [0]) if method == "reduceat" else (np.ones(2, dtype),)
    try:
        with np.errstate(all="ignore"):
            return dtype_name(np.asarray(function(*given)).dtype)
    except TypeError:
        raise OpTypeError(f"numpy.{ufunc}.{method} is not defined for {dtype}") from None


def _dtype(ufunc: str, method: str, b: Bound, own: str | None) -> str | None:
    if given(b, "dtype"):
        return _computed_in(ufunc, static_dtype(b["dtype"], None, b.index["dtype"]))
    return None if own is None or "initial" in b else _reduced_dtype(ufunc, method, own)


@lru_cache(maxsize=1024)
def _computed_in(ufunc: str, dtype: str | None) -> str | None:
    """`dtype=` chooses what is computed in: comparisons of float64 still give booleans, or cannot be repeated at all."""
    if dtype is None:
        return None
    try:
        with np.errstate(all="ignore"):
            return dtype_name(getattr(np, ufunc).reduce(np.ones(2, dtype), dtype=dtype).dtype)
    except TypeError:
        return None


def _array(ufunc: str, method: str, b: Bound, rank: int) -> Operand:
    refuse(b, "out", help=OUT_HELP)
    a = named(b, "array")
    if a.shape is not None and len(a.shape) < rank:
        raise OpTypeError(f"numpy.{ufunc}.{method} does not take a scalar or a zero-dimensional array", 0)
    return a


def reduce(ufunc: str) -> Rule:
    """Over axis 0 unless `axis` says."""

    def rule(b: Bound) -> Type:
        a = _array(ufunc, "reduce", b, 0)
        dtype = _dtype(ufunc, "reduce", b, a.dtype)
        if "axis" in b:
            return computed(dtype, reduced(a.shape, b["axis"], b.get("keepdims"), b.index["axis"]))
        keep = flag(b.get("keepdims"), False)
        if a.shape is None or keep is None:
            return computed(dtype, None)
        return computed(dtype, (*((1,) if keep and a.shape else ()), *a.shape[1:]))

    return rule


def _axis(b: Bound, a: Operand) -> int | None:
    """The one axis of accumulate and reduceat, from the front; None where it is not known."""
    axis = axis_value(b["axis"]) if "axis" in b else 0
    if isinstance(axis, int) and a.shape is not None:
        return normalize_axis(axis, len(a.shape), b.index.get("axis"))
    return None


def accumulate(ufunc: str) -> Rule:
    def rule(b: Bound) -> Type:
        a = _array(ufunc, "accumulate", b, 1)
        _axis(b, a)
        return array(_dtype(ufunc, "accumulate", b, a.dtype), a.shape)

    return rule


def reduceat(ufunc: str) -> Rule:
    """One row for each index: from it to the next."""

    def rule(b: Bound) -> Type:
        a, indices = _array(ufunc, "reduceat", b, 1), named(b, "indices")
        if indices.shape is not None and len(indices.shape) > 1:
            raise OpTypeError("the indices of `reduceat` must be a vector", b.index["indices"])
        count = indices.shape[0] if indices.shape else None
        axis, shape = _axis(b, a), a.shape
        if shape is not None:
            shape = tuple(count if i == axis else d if axis is not None else None for i, d in enumerate(shape))
        return array(_dtype(ufunc, "reduceat", b, a.dtype), shape)

    return rule


def outer(ufunc: str) -> Rule:
    def rule(b: Bound) -> Type:
        refuse(b, "out", "where", help=OUT_HELP)
        x, y = named(b, "A"), named(b, "B")
        # Both become arrays first, so that a Python number does not give way.
        dtype = None if given(b, "dtype") else ufunc_result(ufunc, (Operand(x.dtype, x.shape), Operand(y.dtype, y.shape)))
        return computed(dtype, None if x.shape is None or y.shape is None else (*x.shape, *y.shape))

    return rule


def at(b: Bound) -> Type:
    """Changes elements of the array in place, unbuffered."""
    a = b["a"]
    if not isinstance(a.type, Tensor) or a.type.scalar is True:
        raise OpTypeError("`at` changes an array in place", 0)
    if "b" in b:
        operand(b["b"], b.index["b"])
    if b["indices"].type != INT:
        setitem(a, b["indices"], b.get("b") or a)
    return NONE


def _unary_at(b: Bound) -> Type:
    if not isinstance(b["a"].type, Tensor) or b["a"].type.scalar is True:
        raise OpTypeError("`at` changes an array in place", 0)
    return NONE


METHODS: dict[str, tuple[str, Callable[[str], Rule]]] = {
    "reduce": ("array, axis=0, dtype=None, out=None, keepdims=False, initial=None, where=True", reduce),
    "accumulate": ("array, axis=0, dtype=None, out=None", accumulate),
    "reduceat": ("array, indices, axis=0, dtype=None, out=None", reduceat),
    "outer": ("A, B, /, *, out=None, where=True, casting='same_kind', order='K', dtype=None, subok=True", outer),
}
"""Each method of the two-operand ufuncs: its parameters, and the rule of one ufunc's."""


def _ops() -> Iterable[OpDef]:
    for n in BINARY:
        yield from (function(f"numpy.{n}.{m}", text, make(n)) for m, (text, make) in METHODS.items())
        yield function(f"numpy.{n}.at", "a, indices, b, /", at, effects=WRITES, mutates=(0,))
    for n in UNARY:
        yield function(f"numpy.{n}.at", "a, indices, /", _unary_at, effects=WRITES, mutates=(0,))


OPS: tuple[OpDef, ...] = tuple(_ops())
