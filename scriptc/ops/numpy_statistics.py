"""Statistics, polynomials, and the small helpers about shapes and positions: cov, polyval, vecdot, broadcast_shapes, ndindex, ..."""

from __future__ import annotations

from scriptc.ir.core import OpDef, OpTypeError
from scriptc.ops.numpy_base import (
    INDEX,
    Shape,
    array,
    broadcast,
    broadcast_dim,
    computed,
    is_listlike,
    operand,
    product,
    promote,
    resolve,
    shape_argument,
    show,
)
from scriptc.ops.numpy_support import OUT_HELP, WRITES, array_operand, function, given, method, named, one_axis, receiver, refuse
from scriptc.ops.signature import Bound
from scriptc.types import FLOAT, INT, NONE, IteratorOf, Tensor, Tuple, TupleOf, Type, union


def covariance(b: Bound) -> Type:
    """cov, corrcoef: a matrix, or a number for one variable."""
    named(b, "m" if "m" in b else "x")
    return Tensor(None, None, None)


def polyval(b: Bound) -> Type:
    """`np.polyval(p, x)`: the shape of `x`."""
    p, x = named(b, "p"), named(b, "x")
    dtype = promote(p.dtype, x.dtype) if x.weak is None else None
    some = p.shape is not None and len(p.shape) == 1 and isinstance(p.shape[0], int) and p.shape[0] > 0
    whole = dtype == "float64" and p.dtype == "float64" and (some or x.dtype == "float64")  # zeros like `x` where there is no coefficient
    shape = x.shape if p.rank == 1 else None
    return Tensor(dtype if whole else None, shape, None) if not shape else array(dtype if whole else None, shape)


def polyfit(b: Bound) -> Type:
    refuse(b, "full", "cov")
    named(b, "x")
    named(b, "y")
    return array(None, None)


def coefficients(b: Bound) -> Type:
    """polyadd, polymul, roots, ...: a vector."""
    for i, a in enumerate(b.args.values()):
        operand(a, i)
    return Tensor(None, None, False)


def vecdot(b: Bound) -> Type:
    """The product of vectors along the last axis."""
    refuse(b, "out", help=OUT_HELP)
    x, y = named(b, "x1"), named(b, "x2")
    for i, o in enumerate((x, y)):
        if o.shape == ():
            raise OpTypeError("vecdot() does not take a scalar or a zero-dimensional array", i)
    if any(given(b, n) for n in ("axes", "axis", "dtype")):
        return Tensor(None, None, None)
    inputs = [o.weak or o.dtype for o in (x, y)]
    try:
        dtype = None if None in inputs else resolve("vecdot", *inputs)[0]
    except (TypeError, AttributeError):
        raise OpTypeError(f"vecdot() is not defined for {x.dtype} and {y.dtype}") from None
    if x.shape is None or y.shape is None:
        return computed(dtype, None)
    try:
        broadcast_dim(x.shape[-1], y.shape[-1])
    except ValueError:
        raise OpTypeError(f"vecdot(): the shapes {show(x.shape)} and {show(y.shape)} do not match") from None
    return computed(dtype, broadcast(x.shape[:-1], y.shape[:-1]))


def broadcast_shapes(b: Bound) -> Type:
    shapes = [shape_argument(a, i) for i, a in enumerate(b.star)]
    if any(s is None for s in shapes):
        return TupleOf(INT)
    return Tuple((INT,) * max((len(s) for s in shapes if s is not None), default=0))


def ravel_multi_index(b: Bound) -> Type:
    index = b["multi_index"].type
    if isinstance(index, Tuple):
        shape = broadcast(*(operand_shape(t) for t in index.items))
        return Tensor(INDEX, shape, None) if not shape else array(INDEX, shape)
    return Tensor(INDEX, None, None)


def operand_shape(t: Type) -> Shape | None:
    from scriptc.ir.core import Arg

    return operand(Arg(t)).shape


def positions_from(b: Bound) -> Type:
    """tril_indices_from, triu_indices_from: two vectors of positions."""
    named(b, "arr")
    return Tuple((array(INDEX, (None,)), array(INDEX, (None,))))


def diagflat(b: Bound) -> Type:
    v = named(b, "v")
    n = None if v.shape is None or "k" in b else product(v.shape)
    return array(v.dtype, (n, n))


def ndindex(b: Bound) -> Type:
    """An iterator over the positions of a shape."""
    if len(b.star) == 1 and b.star[0].type != INT:
        shape = shape_argument(b.star[0], 0)
        item: Type = TupleOf(INT) if shape is None or not is_listlike(b.star[0].type) else Tuple((INT,) * len(shape))
        return IteratorOf(item)
    return IteratorOf(Tuple((INT,) * len(b.star)))


def insert(b: Bound) -> Type:
    a = named(b, "arr")
    named(b, "values")
    if not given(b, "axis"):
        return array(a.dtype, (None,))
    axis = one_axis(b, a.rank, None) if a.shape else None
    return array(a.dtype, None if not a.shape or axis is None else tuple(None if i == axis else d for i, d in enumerate(a.shape)))


def unstack(b: Bound) -> Type:
    x = array_operand(b)
    if x.shape == ():
        raise OpTypeError("Input array must be at least 1-d.", 0)
    axis = one_axis(b, x.rank, 0)
    if x.shape is None or axis is None:
        return TupleOf(Tensor(x.dtype, None, None))
    return TupleOf(Tensor(x.dtype, tuple(d for i, d in enumerate(x.shape) if i != axis), None if len(x.shape) == 1 else False))


def in_place(b: Bound) -> Type:
    """put, partition: change the array."""
    receiver(b)
    return NONE


OPS: tuple[OpDef, ...] = (
    function("numpy.cov", "m, y=None, rowvar=True, bias=False, ddof=None, fweights=None, aweights=None, *, dtype=None", covariance),
    function("numpy.corrcoef", "x, y=None, rowvar=True", covariance),
    function("numpy.polyval", "p, x", polyval),
    function("numpy.polyfit", "x, y, deg, rcond=None, full=None, w=None, cov=None", polyfit),
    *(function(f"numpy.{n}", "a1, a2", coefficients) for n in ("polyadd", "polysub", "polymul")),
    function("numpy.polyder", "p, m=1", coefficients),
    function("numpy.polyint", "p, m=1, k=None", coefficients),
    function("numpy.roots", "p", coefficients),
    function("numpy.poly", "seq_of_zeros", lambda b: union((FLOAT, Tensor(None, None, None)))),
    function("numpy.vecdot", "x1, x2, /, out=None, *, casting='same_kind', order='K', dtype=None, axes=None, axis=None", vecdot),
    function("numpy.broadcast_shapes", "*args", broadcast_shapes),
    function("numpy.ravel_multi_index", "multi_index, dims, mode='raise', order='C'", ravel_multi_index),
    function("numpy.tril_indices_from", "arr, k=0", positions_from),
    function("numpy.triu_indices_from", "arr, k=0", positions_from),
    function("numpy.diagflat", "v, k=0", diagflat),
    function("numpy.ndindex", "*shape", ndindex),
    function("numpy.insert", "arr, obj, values, axis=None", insert),
    function("numpy.unstack", "x, /, *, axis=0", unstack),
    method("ndarray.put", "indices, values, mode='raise'", in_place, effects=WRITES, mutates=(0,)),
    method("ndarray.partition", "kth, axis=-1, kind='introselect'", in_place, effects=WRITES, mutates=(0,)),
)
