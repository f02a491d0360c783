"""`np.add.reduce`, `np.maximum.accumulate`, `np.subtract.outer`, `np.add.at`: the methods of the two-operand ufuncs."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from scriptc.ir.core import OpDef, OpTypeError
from scriptc.ops.numpy_base import Operand, array, axis_value, computed, dtype_name, flag, normalize_axis, static_dtype
from scriptc.ops.numpy_subscript import setitem
from scriptc.ops.numpy_support import OUT_HELP, WRITES, Rule, function, given, named, reduced, refuse
from scriptc.ops.numpy_ufuncs import ufunc_result
from scriptc.ops.signature import Bound
from scriptc.types import INT, NONE, Tensor, Type

NAMES = ("add", "multiply", "maximum", "minimum", "logical_and", "logical_or", "bitwise_and", "bitwise_or", "bitwise_xor", "subtract")


@lru_cache(maxsize=1024)
def _reduced_dtype(ufunc: str, method: str, dtype: str) -> str | None:
    try:
        return dtype_name(np.asarray(getattr(getattr(np, ufunc), method)(np.ones(2, dtype))).dtype)
    except TypeError:
        raise OpTypeError(f"numpy.{ufunc}.{method} is not defined for {dtype}") from None


def _dtype(ufunc: str, method: str, b: Bound, own: str | None) -> str | None:
    default = None if own is None or "initial" in b or given(b, "dtype") else _reduced_dtype(ufunc, method, own)
    return static_dtype(b.get("dtype"), default, b.index.get("dtype"))


def reduce(ufunc: str) -> Rule:
    """Over axis 0 unless `axis` says."""

    def rule(b: Bound) -> Type:
        refuse(b, "out", help=OUT_HELP)
        a = named(b, "array")
        dtype = _dtype(ufunc, "reduce", b, a.dtype)
        if "axis" in b:
            return computed(dtype, reduced(a.shape, b["axis"], b.get("keepdims"), b.index["axis"]))
        if a.shape is None:
            return computed(dtype, None)
        if flag(b.get("keepdims"), False) is not False:
            return computed(dtype, None)
        return computed(dtype, a.shape[1:])

    return rule


def accumulate(ufunc: str) -> Rule:
    def rule(b: Bound) -> Type:
        refuse(b, "out", help=OUT_HELP)
        a = named(b, "array")
        if a.shape == ():
            raise OpTypeError("cannot accumulate on a scalar", 0)
        axis = axis_value(b["axis"]) if "axis" in b else 0
        if isinstance(axis, int) and a.shape is not None:
            normalize_axis(axis, len(a.shape), b.index.get("axis"))
        return array(_dtype(ufunc, "accumulate", b, a.dtype), a.shape)

    return rule


def outer(ufunc: str) -> Rule:
    def rule(b: Bound) -> Type:
        x, y = named(b, "A"), named(b, "B")
        # Both become arrays first, so that a Python number does not give way.
        dtype = ufunc_result(ufunc, (Operand(x.dtype, x.shape), Operand(y.dtype, y.shape)))
        return computed(dtype, None if x.shape is None or y.shape is None else (*x.shape, *y.shape))

    return rule


def at(b: Bound) -> Type:
    """Changes elements of the array in place, unbuffered."""
    if not isinstance(b["a"].type, Tensor) or b["a"].type.scalar is True:
        raise OpTypeError("`at` changes an array in place", 0)
    if b["indices"].type != INT:
        setitem(b["a"], b["indices"], b["b"])
    return NONE


def _ops(n: str) -> tuple[OpDef, ...]:
    return (
        function(f"numpy.{n}.reduce", "array, axis=0, dtype=None, out=None, keepdims=False, initial=None, where=True", reduce(n)),
        function(f"numpy.{n}.accumulate", "array, axis=0, dtype=None, out=None", accumulate(n)),
        function(f"numpy.{n}.outer", "A, B, /", outer(n)),
        function(f"numpy.{n}.at", "a, indices, b, /", at, effects=WRITES, mutates=(0,)),
    )


OPS: tuple[OpDef, ...] = tuple(op for n in NAMES for op in _ops(n))
