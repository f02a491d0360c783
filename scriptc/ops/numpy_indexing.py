"""Selecting, searching, sorting and sets: take, where, nonzero, argsort, searchsorted, unique, clip, ..."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from scriptc.ir.core import MISSING, OpDef, OpTypeError
from scriptc.ops.numpy_base import (
    INDEX,
    INTEGERS,
    Operand,
    Shape,
    array,
    axis_value,
    broadcast,
    computed,
    dtype_name,
    flag,
    normalize_axis,
    operand,
    product,
    tensor,
)
from scriptc.ops.numpy_support import (
    OUT_HELP,
    WRITES,
    Rule,
    array_list,
    array_operand,
    function,
    given,
    method,
    named,
    one_axis,
    probed,
    receiver,
    refuse,
)
from scriptc.ops.signature import Bound
from scriptc.types import BOOL, INT, NONE, Dim, Tensor, Tuple, TupleOf, Type, union


def take(b: Bound) -> Type:
    refuse(b, "out", help=OUT_HELP)
    a, index = array_operand(b), named(b, "indices")
    if index.dtype is not None and index.dtype not in INTEGERS and index.dtype != "bool":
        if index.shape and index.shape[0] not in (0, None):
            raise OpTypeError(f"take() needs integer indices, not {index.dtype}", b.index["indices"])
    if not given(b, "axis"):
        return computed(a.dtype, index.shape)
    if a.shape is None:
        return Tensor(a.dtype, None, None)
    if not a.shape:
        return Tensor(a.dtype, index.shape, None if not index.shape else False)
    axis = one_axis(b, len(a.shape), None)
    if index.shape is None:
        return computed(a.dtype, None)
    if axis is None:
        return computed(a.dtype, (None,) * (len(a.shape) - 1 + len(index.shape)))
    return computed(a.dtype, (*a.shape[:axis], *index.shape, *a.shape[axis + 1 :]))


def take_along_axis(b: Bound) -> Type:
    a, index = named(b, "arr"), named(b, "indices")
    if "axis" in b and axis_value(b["axis"]) is None:
        return array(a.dtype, index.shape)
    if a.shape is not None and index.shape is not None and len(a.shape) != len(index.shape):
        raise OpTypeError("`indices` and `arr` must have the same number of dimensions", b.index["indices"])
    if a.shape is None or index.shape is None:
        return array(a.dtype, None)
    axis = one_axis(b, len(a.shape), -1)
    if axis is None:
        return array(a.dtype, (None,) * len(a.shape))
    rest = broadcast(*((*s[:axis], *s[axis + 1 :]) for s in (a.shape, index.shape)))
    return array(a.dtype, None if rest is None else (*rest[:axis], index.shape[axis], *rest[axis:]))


def put_along_axis(b: Bound) -> Type:
    if b["arr"].type != NONE and not isinstance(b["arr"].type, Tensor):
        raise OpTypeError("put_along_axis() writes into an array", 0)
    named(b, "indices")
    named(b, "values")
    return NONE


@lru_cache(maxsize=4096)
def _weak_result(*parts: str | type) -> str | None:
    """`np.result_type` where Python scalar types are weak."""
    values: list[Any] = [p(0) if isinstance(p, type) else np.dtype(p) for p in parts]
    return dtype_name(np.result_type(*values))


def weak_promote(*found: Operand) -> str | None:
    """The dtype of `np.where` and its like: Python scalars give way."""
    parts = [o.weak if o.weak and o.weak is not int else o.dtype and (o.weak or o.dtype) for o in found]
    if None in parts:
        known = {o.dtype for o in found if o.weak is None}
        # A Python int that may be beyond int64 makes objects; beside a float or complex array it cannot.
        unsure = any(d is None or d not in ("float16", "float32", "float64", "complex64", "complex128") for d in known) or not known
        if unsure:
            return None
        parts = [o.weak or o.dtype for o in found]
    return _weak_result(*(p for p in parts if p is not None))


def where(b: Bound) -> Type:
    condition = named(b, "condition")
    if ("x" in b) != ("y" in b):
        raise OpTypeError("either both or neither of x and y should be given")
    if "x" not in b:
        return positions(condition)
    x, y = named(b, "x"), named(b, "y")
    return array(weak_promote(x, y), broadcast(condition.shape, x.shape, y.shape))


def positions(a: Operand) -> Type:
    """A tuple of position vectors, one a dimension."""
    one = array(INDEX, (None,))
    return TupleOf(one) if a.shape is None else Tuple((one,) * max(1, len(a.shape)))  # old NumPy takes rank 0 for rank 1


def nonzero(b: Bound) -> Type:
    return positions(array_operand(b))


def flatnonzero(b: Bound) -> Type:
    array_operand(b)
    return array(INDEX, (None,))


def argwhere(b: Bound) -> Type:
    a = array_operand(b)
    return array(INDEX, (None, None if a.shape is None else len(a.shape)))


def ordered(dtype: str | None) -> Rule:
    """argsort, sort, partition: along an axis, or flattened where it is None."""

    def rule(b: Bound) -> Type:
        a = array_operand(b)
        name = dtype or a.dtype
        if "axis" in b and axis_value(b["axis"]) is None:
            return array(name, (None if a.shape is None else product(a.shape),))
        axis = b["axis"].const if "axis" in b else -1
        if a.shape is not None and isinstance(axis, int) and a.shape:
            normalize_axis(axis, len(a.shape), b.index.get("axis"))
        if "axis" in b and axis is MISSING and b["axis"].type != INT:
            return array(name, None)
        return array(name, a.shape) if a.shape else Tensor(name, None, None)

    return rule


def sort_in_place(b: Bound) -> Type:
    t = receiver(b)
    if t.scalar is True or t.shape == ():
        raise OpTypeError("a NumPy scalar or zero-dimensional array cannot be sorted in place", 0)
    return NONE


def lexsort(b: Bound) -> Type:
    return Tensor(INDEX, None, None)


def searchsorted(b: Bound) -> Type:
    a, v = array_operand(b), named(b, "v")
    if a.shape is not None and len(a.shape) != 1:
        raise OpTypeError("searchsorted() needs a one-dimensional array", 0)
    return computed(INDEX, v.shape)


def digitize(b: Bound) -> Type:
    return computed(INDEX, named(b, "x").shape)


def unique(b: Bound) -> Type:
    """The sorted distinct elements; a tuple where positions, inverse or counts are asked for."""
    a = named(b, "ar")
    flags = [flag(b.get(n), False) for n in ("return_index", "return_inverse", "return_counts")]
    if None in flags:
        raise OpTypeError("the `return_...` arguments of unique() must be constants")
    shape: Shape | None = (None,)
    if given(b, "axis"):
        axis = one_axis(b, a.rank, None)
        shape = None if a.shape is None or axis is None else tuple(None if i == axis else d for i, d in enumerate(a.shape))
    values = array(a.dtype, shape)
    if not any(flags):
        return values
    inverse = array(INDEX, a.shape if not given(b, "axis") else None)
    extra = [array(INDEX, (None,)), inverse, array(INDEX, (None,))]
    return Tuple((values, *(t for t, f in zip(extra, flags, strict=True) if f)))


def clip(b: Bound) -> Type:
    """`np.clip(a, low, high)`: a ufunc, or `maximum`/`minimum` where a bound is None."""
    refuse(b, "out", help=OUT_HELP)
    a = array_operand(b)
    names = [n for n in (("a_min", "a_max") if "a_min" in b or "a_max" in b else ("min", "max")) if given(b, n)]
    bounds = [named(b, n) for n in names]
    shape = broadcast(a.shape, *(o.shape for o in bounds))
    inputs = [a.dtype, *(o.weak or o.dtype for o in bounds)]
    dtype = None if None in inputs else _weak_result(*(i for i in inputs if i is not None))
    return Tensor(dtype, shape, None) if not shape else array(dtype, shape)


def diff(b: Bound) -> Type:
    """`n` of 0 gives the argument back, whatever it is."""
    a, t = array_operand(b), b["a"].type
    n, joined = b["n"].const if "n" in b else 1, "prepend" in b or "append" in b
    if not isinstance(n, int) or n == 0:
        if not isinstance(t, Tensor):
            raise OpTypeError("diff() of a sequence needs an `n` known when compiling, and above 0", b.index["n"])
        return t if n == 0 else tensor(None if joined else a.dtype, None if a.shape is None else (None,) * len(a.shape), None)
    if a.shape == ():
        raise OpTypeError("diff requires input that is at least one dimensional", 0)
    if joined or a.shape is None:
        return array(None if joined else a.dtype, None if a.shape is None else (None,) * len(a.shape))
    axis = one_axis(b, len(a.shape), -1)
    if axis is None:
        return array(a.dtype, (None,) * len(a.shape))
    return array(a.dtype, tuple(_shorter(d, n) if i == axis else d for i, d in enumerate(a.shape)))


def _shorter(d: Dim, n: int) -> Dim:
    return max(0, d - n) if isinstance(d, int) else d if n == 0 else None


def ediff(b: Bound) -> Type:
    return array(None, (None,))


def bincount(b: Bound) -> Type:
    x = named(b, "x")
    if x.shape is not None and len(x.shape) != 1:
        raise OpTypeError("bincount() needs a one-dimensional array", 0)
    return array("float64" if given(b, "weights") else INDEX, (None,))


def histogram(b: Bound) -> Type:
    dtype = None if given(b, "weights") or given(b, "density") else INDEX
    return Tuple((array(dtype, (None,)), array(None, (None,))))


def isin(b: Bound) -> Type:
    named(b, "test_elements")
    return array("bool", named(b, "element").shape)


def set_operation(b: Bound) -> Type:
    """union1d, intersect1d, setdiff1d: sorted, one-dimensional."""
    x, y = named(b, "ar1"), named(b, "ar2")
    values = array(x.dtype if x.dtype == y.dtype else None, (None,))
    indices = flag(b.get("return_indices"), False)
    if indices is None:
        raise OpTypeError("`return_indices` must be a constant", b.index.get("return_indices"))
    return Tuple((values, array(INDEX, (None,)), array(INDEX, (None,)))) if indices else values


def select(b: Bound) -> Type:
    conditions, _ = array_list(b["condlist"], 0)
    choices, _ = array_list(b["choicelist"], 1)
    default = named(b, "default") if "default" in b else Operand("int64", (), int)
    shape = broadcast(*(o.shape for o in (*conditions, *choices, default)))
    plain = all(o.weak is None for o in choices) and default.weak in (int, None)
    dtype = weak_promote(*choices, default) if plain else None
    return Tensor(dtype, shape, None) if not shape else array(dtype, shape)


def choose_rows(b: Bound) -> Type:
    """compress, extract, delete, insert: the number of rows is not known."""
    refuse(b, "out", help=OUT_HELP)
    a = named(b, "arr") if "arr" in b else array_operand(b)
    if not given(b, "axis"):
        return array(a.dtype, (None,))
    axis = one_axis(b, a.rank, None) if a.shape else None
    return array(a.dtype, None if not a.shape else tuple(None if axis in (None, i) else d for i, d in enumerate(a.shape)))


def diagonal(b: Bound) -> Type:
    a = array_operand(b)
    if a.shape is not None and len(a.shape) < 2:
        raise OpTypeError("diag requires an array of at least two dimensions", 0)
    return array(a.dtype, None if a.shape is None else (None,) * (len(a.shape) - 1))


def trace(b: Bound) -> Type:
    refuse(b, "out", help=OUT_HELP)
    a = array_operand(b)
    if a.shape is not None and len(a.shape) < 2:
        raise OpTypeError("trace() requires an array of at least two dimensions", 0)
    dtype = None if given(b, "dtype") else probed("trace", a.dtype, rank=2)
    return computed(dtype, None if a.shape is None else (None,) * (len(a.shape) - 2))


def same_or_scalar(dtype_of: str | None) -> Rule:
    """round, nan_to_num, sinc, unwrap...: the shape stays; what a scalar gives is left open."""

    def rule(b: Bound) -> Type:
        refuse(b, "out", help=OUT_HELP)
        if flag(b.get("copy"), True) is not True:
            raise OpTypeError("`copy=False` changes the argument in place, which is not supported", b.index.get("copy"))
        a = named(b, "p") if "p" in b else array_operand(b)
        dtype = probed(dtype_of, a.dtype) if dtype_of else None
        return Tensor(dtype, a.shape, None) if not a.shape else array(dtype, a.shape)

    return rule


def interp(b: Bound) -> Type:
    x = named(b, "x")
    complex_values = named(b, "fp").dtype
    dtype = None if complex_values is None or "complex" in complex_values else "float64"
    return Tensor(dtype, x.shape, None) if not x.shape else array(dtype, x.shape)


def correlate(b: Bound) -> Type:
    """convolve, correlate: one-dimensional."""
    x, y = (named(b, n) for n in ("a", "v"))
    return array(None if x.dtype != y.dtype else probed("convolve", x.dtype, y.dtype), (None,))


def unravel_index(b: Bound) -> Type:
    index = named(b, "indices")
    dims = b["shape"].type
    one = computed(INDEX, index.shape)
    if dims == INT:
        return Tuple((one,))
    return Tuple((one,) * len(dims.items)) if isinstance(dims, Tuple) else TupleOf(one)


def copyto(b: Bound) -> Type:
    if not isinstance(b["dst"].type, Tensor) or b["dst"].type.scalar is True:
        raise OpTypeError("copyto() writes into an array", 0)
    named(b, "src")
    return NONE


def put(b: Bound) -> Type:
    """put, place, fill_diagonal, putmask: change the array in place."""
    t = b["a"].type if "a" in b else b["arr"].type
    if not isinstance(t, Tensor):
        raise OpTypeError("this changes an array in place", 0)
    for name in ("ind", "v", "mask", "vals", "val", "values"):
        if name in b:
            named(b, name)
    return NONE


def open_mesh(b: Bound) -> Type:
    """`np.ix_`: one array of positions an argument, each along its own dimension."""
    count = len(b.star)
    out: list[Type] = []
    for i, a in enumerate(b.star):
        o = operand(a, i)
        n = o.shape[0] if o.shape and len(o.shape) == 1 and o.dtype not in ("bool", None) else None
        dtype = INDEX if o.dtype == "bool" else o.dtype if n != 0 and isinstance(a.type, Tensor) else None
        out.append(array(dtype if isinstance(n, int) or o.dtype == "bool" else None, tuple(n if k == i else 1 for k in range(count))))
    return Tuple(tuple(out))


def gradient(b: Bound) -> Type:
    """`np.gradient`: an array along one axis or of a vector, else a tuple of them."""
    f = named(b, "f")
    one = array(f.dtype if f.dtype in ("float32", "float64") and not b.star else None, f.shape)
    axis = axis_value(b.get("axis"))
    if isinstance(axis, int) or (axis is None and f.rank == 1):
        return one
    if axis is MISSING or (axis is None and f.rank is None):
        return union((one, TupleOf(one)))
    return Tuple((one,) * (len(axis) if axis is not None else f.rank or 0)) if axis is None or len(axis) != 1 else one


def trapezoid(b: Bound) -> Type:
    y = named(b, "y")
    return Tensor(None, None if y.shape is None else (None,) * max(0, len(y.shape) - 1), None)


_SORT = "axis=-1, kind=None, order=None, *, stable=None"

OPS: tuple[OpDef, ...] = (
    function("numpy.take", "a, indices, axis=None, out=None, mode='raise'", take),
    method("ndarray.take", "indices, axis=None, out=None, mode='raise'", take),
    function("numpy.take_along_axis", "arr, indices, axis=-1", take_along_axis),
    function("numpy.put_along_axis", "arr, indices, values, axis", put_along_axis, effects=WRITES, mutates=(0,)),
    function("numpy.copyto", "dst, src, casting='same_kind', where=True", copyto, effects=WRITES, mutates=(0,)),
    function("numpy.put", "a, ind, v, mode='raise'", put, effects=WRITES, mutates=(0,)),
    function("numpy.place", "arr, mask, vals", put, effects=WRITES, mutates=(0,)),
    function("numpy.putmask", "a, /, mask, values", put, effects=WRITES, mutates=(0,)),
    function("numpy.fill_diagonal", "a, val, wrap=False", put, effects=WRITES, mutates=(0,)),
    function("numpy.ix_", "*args", open_mesh),
    function("numpy.where", "condition, x=None, y=None, /", where),
    function("numpy.nonzero", "a", nonzero),
    method("ndarray.nonzero", "", nonzero),
    function("numpy.flatnonzero", "a", flatnonzero),
    function("numpy.argwhere", "a", argwhere),
    function("numpy.argsort", f"a, {_SORT}", ordered(INDEX)),
    method("ndarray.argsort", _SORT, ordered(INDEX)),
    function("numpy.sort", f"a, {_SORT}", ordered(None)),
    method("ndarray.sort", _SORT, sort_in_place, effects=WRITES, mutates=(0,)),
    function("numpy.partition", "a, kth, axis=-1, kind='introselect', order=None", ordered(None)),
    function("numpy.argpartition", "a, kth, axis=-1, kind='introselect', order=None", ordered(INDEX)),
    method("ndarray.argpartition", "kth, axis=-1, kind='introselect', order=None", ordered(INDEX)),
    function("numpy.lexsort", "keys, axis=-1", lexsort),
    function("numpy.searchsorted", "a, v, side='left', sorter=None", searchsorted),
    method("ndarray.searchsorted", "v, side='left', sorter=None", searchsorted),
    function("numpy.digitize", "x, bins, right=False", digitize),
    function("numpy.unique", "ar, return_index=False, return_inverse=False, return_counts=False, axis=None, *, equal_nan=True", unique),
    function("numpy.clip", "a, a_min=None, a_max=None, out=None, *, min=None, max=None", clip),
    method("ndarray.clip", "min=None, max=None, out=None", clip),
    function("numpy.diff", "a, n=1, axis=-1, prepend=None, append=None", diff),
    function("numpy.ediff1d", "ary, to_end=None, to_begin=None", ediff),
    function("numpy.bincount", "x, /, weights=None, minlength=0", bincount),
    function("numpy.histogram", "a, bins=10, range=None, density=None, weights=None", histogram),
    function("numpy.isin", "element, test_elements, assume_unique=False, invert=False, *, kind=None", isin),
    *(function(f"numpy.{n}", "ar1, ar2", set_operation) for n in ("union1d",)),
    function("numpy.intersect1d", "ar1, ar2, assume_unique=False, return_indices=False", set_operation),
    function("numpy.setdiff1d", "ar1, ar2, assume_unique=False", set_operation),
    function("numpy.setxor1d", "ar1, ar2, assume_unique=False", set_operation),
    function("numpy.select", "condlist, choicelist, default=0", select),
    function("numpy.compress", "condition, a, axis=None, out=None", choose_rows),
    method("ndarray.compress", "condition, axis=None, out=None", choose_rows),
    function("numpy.extract", "condition, arr", choose_rows),
    function("numpy.delete", "arr, obj, axis=None", choose_rows),
    function("numpy.diagonal", "a, offset=0, axis1=0, axis2=1", diagonal),
    method("ndarray.diagonal", "offset=0, axis1=0, axis2=1", diagonal),
    function("numpy.trace", "a, offset=0, axis1=0, axis2=1, dtype=None, out=None", trace),
    method("ndarray.trace", "offset=0, axis1=0, axis2=1, dtype=None, out=None", trace),
    function("numpy.round", "a, decimals=0, out=None", same_or_scalar("round")),
    function("numpy.around", "a, decimals=0, out=None", same_or_scalar("round")),
    method("ndarray.round", "decimals=0, out=None", same_or_scalar("round")),
    function("numpy.nan_to_num", "x, copy=True, nan=0.0, posinf=None, neginf=None", same_or_scalar("nan_to_num")),
    function("numpy.sinc", "x", same_or_scalar("sinc")),
    function("numpy.i0", "x", same_or_scalar("i0")),
    function("numpy.fix", "x, out=None", same_or_scalar("fix")),
    function("numpy.isposinf", "x, out=None", same_or_scalar("isposinf")),
    function("numpy.isneginf", "x, out=None", same_or_scalar("isneginf")),
    function("numpy.iscomplex", "x", same_or_scalar("iscomplex")),
    function("numpy.isreal", "x", lambda b: _isreal(b)),
    function("numpy.angle", "z, deg=False", lambda b: _angle(b)),
    function("numpy.unwrap", "p, discont=None, axis=-1, *, period=6.283185307179586", same_or_scalar("unwrap")),
    function("numpy.isclose", "a, b, rtol=1e-05, atol=1e-08, equal_nan=False", lambda b: _isclose(b)),
    function("numpy.interp", "x, xp, fp, left=None, right=None, period=None", interp),
    function("numpy.convolve", "a, v, mode='full'", correlate),
    function("numpy.correlate", "a, v, mode='valid'", correlate),
    function("numpy.unravel_index", "indices, shape, order='C'", unravel_index),
    function("numpy.gradient", "f, *varargs, axis=None, edge_order=1", gradient),
    function("numpy.trapezoid", "y, x=None, dx=1.0, axis=-1", trapezoid),
)


def _isclose(b: Bound) -> Type:
    shape = broadcast(named(b, "a").shape, named(b, "b").shape)
    return Tensor("bool", shape, None) if not shape else array("bool", shape)


def _isreal(b: Bound) -> Type:
    """A Python bool for a Python number."""
    x = array_operand(b)
    whole = Tensor("bool" if x.dtype or x.weak else None, x.shape, None if not x.shape else False)
    return whole if isinstance(b["x"].type, Tensor) else union((BOOL, whole))


def _angle(b: Bound) -> Type:
    z = named(b, "z")
    dtype = probed("angle", z.dtype)
    return Tensor(dtype, z.shape, None) if not z.shape else array(dtype, z.shape)
