"""Attributes and plain methods of arrays, and the scalar constructors (`np.float32(x)`)."""

from __future__ import annotations

import numpy as np

from scriptc.ir.core import OpDef, OpTypeError
from scriptc.ops.numpy_base import (
    COMPLEXES,
    array,
    computed,
    is_text,
    may_be_single,
    operand,
    product,
    python_kind,
    static_dtype,
    tensor,
)
from scriptc.ops.numpy_dtypes import DTYPE_NAMES
from scriptc.ops.numpy_support import WRITES, Rule, attribute, function, given, method, receiver
from scriptc.ops.signature import Bound
from scriptc.types import BOOL, BYTES, COMPLEX, DTYPE, FLOAT, INT, NONE, STR, List, Tensor, Tuple, TupleOf, Type, union

# attributes


def _shape(t: Tensor) -> Type:
    return TupleOf(INT) if t.shape is None else Tuple((INT,) * len(t.shape))


def _transposed(t: Tensor) -> Type:
    return tensor(t.dtype, None if t.shape is None else t.shape[::-1], t.scalar)


def _part(t: Tensor) -> Type:
    """`.real` and `.imag`."""
    dtype = t.dtype if t.dtype not in COMPLEXES else "float32" if t.dtype == "complex64" else "float64"
    return tensor(dtype, t.shape, t.scalar)


def _matrix_transposed(t: Tensor) -> Type:
    if t.shape is None:
        return array(t.dtype, None)
    if len(t.shape) < 2:
        raise OpTypeError("`.mT` needs an array of rank 2 or more", 0)
    return array(t.dtype, (*t.shape[:-2], t.shape[-1], t.shape[-2]))


# methods


def _astype(b: Bound) -> Type:
    t = receiver(b)
    return tensor(static_dtype(b["dtype"], "float64", b.index.get("dtype")), t.shape, t.scalar)


def _copy(b: Bound) -> Type:
    return receiver(b)


def _conj(b: Bound) -> Type:
    t = receiver(b)
    return tensor(t.dtype, t.shape, None if t.shape is None else t.scalar if t.shape else None)


def _item(b: Bound) -> Type:
    t = receiver(b)
    kind = python_kind(t.dtype)
    if kind is None:
        raise OpTypeError("`.item()` needs an array of known dtype", 0, "annotate the array's dtype, or use `float(...)` or `int(...)`")
    if not b.star and t.shape is not None and any(isinstance(d, int) and d != 1 for d in t.shape):
        raise OpTypeError("`.item()` takes an array of exactly one element", 0)
    return kind


def _tolist(b: Bound) -> Type:
    t = receiver(b)
    if t.shape is None:
        raise OpTypeError("`.tolist()` needs an array of known rank", 0, "annotate the array's dtype and rank")
    kind = python_kind(t.dtype) or union((BOOL, INT, FLOAT, COMPLEX))
    for _ in t.shape:
        kind = List(kind)
    return kind


def _fill(b: Bound) -> Type:
    t = receiver(b)
    if t.scalar is True:
        return NONE
    if b["value"].type == COMPLEX and t.dtype is not None and t.dtype not in COMPLEXES:
        raise OpTypeError(f"a complex number does not fit into an array of {t.dtype}", 1)
    operand(b["value"], 1)
    return NONE


def _tobytes(b: Bound) -> Type:
    receiver(b)
    return BYTES


def _view(b: Bound) -> Type:
    t = receiver(b)
    dtype = static_dtype(b.get("dtype"), t.dtype, b.index.get("dtype"))
    same = dtype is not None and t.dtype is not None and np.dtype(dtype).itemsize == np.dtype(t.dtype).itemsize
    shape = t.shape if same or t.shape is None or not t.shape else (*t.shape[:-1], None)
    return tensor(dtype, shape, t.scalar)


def _is_integer(b: Bound) -> Type:
    t = receiver(b)
    if t.scalar is not True or t.dtype is None or t.dtype in COMPLEXES:
        raise OpTypeError("`.is_integer()` is a method of NumPy's real scalars: this must be known to be one", 0)
    return BOOL


# constructors


def constructor(name: str) -> Rule:
    """`np.float32(x)`: a NumPy scalar, or an array where `x` is one."""

    def rule(b: Bound) -> Type:
        if "value" not in b:
            return Tensor(name, (), True)
        arg = b["value"]
        if arg.type == STR:
            return Tensor(name, (), True)
        if is_text(arg.type) or arg.type == NONE:
            raise OpTypeError(f"numpy.{name}() of a `{arg.type}` is not supported", 0)
        x = operand(arg, 0)
        if x.weak is complex and name not in COMPLEXES and name != "bool":
            raise OpTypeError(f"numpy.{name}() does not take a complex number", 0)
        if name == "float64" and x.shape and may_be_single(x.shape):
            return Tensor(name, None, None)  # old NumPy makes one element a scalar
        return computed(name, x.shape)

    return rule


def _constructor(name: str) -> OpDef:
    printed = "np.bool_($*)" if name == "bool" else f"np.{name}($*)"
    return function(f"numpy.{name}", "value=0, /", constructor(name), emit=printed)


def _predicate(b: Bound) -> Type:
    return BOOL


def _number(b: Bound) -> Type:
    """`np.ndim`, `np.size`."""
    if "axis" in b and given(b, "axis"):
        operand(b["a"], 0)
    return INT


def _shape_of(b: Bound) -> Type:
    x = operand(b["a"], 0)
    return TupleOf(INT) if x.shape is None else Tuple((INT,) * len(x.shape))


def _real_if_known(b: Bound) -> Type:
    """`np.real(x)`: the attribute of an array, or of the array made of anything else."""
    t = b["val"].type
    if isinstance(t, Tensor):
        return _part(t)
    x = operand(b["val"], 0)
    if x.weak is not None or t == BOOL:
        return FLOAT if x.weak is complex else INT if t == BOOL else t
    return _part(Tensor(x.dtype, x.shape, False))


def _tensor_of(b: Bound) -> Type:
    """Methods that flatten: `.flatten()`, `.ravel()`."""
    t = receiver(b)
    return array(t.dtype, (None if t.shape is None else product(t.shape),))


OPS: tuple[OpDef, ...] = (
    attribute("ndarray.shape", _shape, pure=True),
    attribute("ndarray.strides", _shape, pure=True),
    attribute("ndarray.dtype", lambda t: DTYPE, pure=True),
    attribute("ndarray.ndim", lambda t: INT, pure=True),
    attribute("ndarray.size", lambda t: INT, pure=True),
    attribute("ndarray.nbytes", lambda t: INT, pure=True),
    attribute("ndarray.itemsize", lambda t: INT, pure=True),
    attribute("ndarray.T", _transposed),
    attribute("ndarray.mT", _matrix_transposed),
    attribute("ndarray.real", _part),
    attribute("ndarray.imag", _part),
    method("ndarray.astype", "dtype, order='K', casting='unsafe', subok=True, copy=True", _astype),
    method("ndarray.copy", "order='C'", _copy),
    method("ndarray.__copy__", "", _copy),
    method("ndarray.conj", "", _conj),
    method("ndarray.conjugate", "", _conj),
    method("ndarray.item", "*args", _item),
    method("ndarray.tolist", "", _tolist),
    method("ndarray.tobytes", "order='C'", _tobytes),
    method("ndarray.view", "dtype=None", _view),
    method("ndarray.fill", "value", _fill, effects=WRITES, mutates=(0,)),
    method("ndarray.flatten", "order='C'", _tensor_of),
    method("ndarray.ravel", "order='C'", _tensor_of),
    method("ndarray.is_integer", "", _is_integer),
    *(_constructor(n) for n in DTYPE_NAMES),
    function("numpy.ndim", "a", _number),
    function("numpy.size", "a, axis=None", _number),
    function("numpy.shape", "a", _shape_of),
    function("numpy.real", "val", _real_if_known),
    function("numpy.imag", "val", _real_if_known),
    function("numpy.isscalar", "element", _predicate),
    function("numpy.array_equal", "a1, a2, equal_nan=False", _predicate),
    function("numpy.array_equiv", "a1, a2", _predicate),
    function("numpy.allclose", "a, b, rtol=1e-05, atol=1e-08, equal_nan=False", _predicate),
    function("numpy.may_share_memory", "a, b, max_work=None", _predicate),
    function("numpy.shares_memory", "a, b, max_work=None", _predicate),
    function("numpy.iscomplexobj", "x", _predicate),
    function("numpy.isrealobj", "x", _predicate),
)
