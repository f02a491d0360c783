"""Functions that make arrays: `np.zeros`, `np.array`, `np.arange`, `np.linspace`, ..."""

from __future__ import annotations

from scriptc.ir.core import MISSING, OpDef, OpTypeError
from scriptc.ops.numpy_base import (
    Operand,
    array,
    const_number,
    flag,
    is_text,
    may_be_single,
    operand,
    promote,
    shape_argument,
    static_dtype,
)
from scriptc.ops.numpy_support import Rule, array_operand, function, given, named, probed, refuse
from scriptc.ops.signature import Bound
from scriptc.types import Dim, Tuple, Type


def filled(b: Bound) -> Type:
    """zeros, ones, empty."""
    refuse(b, "like")
    dtype = static_dtype(b.get("dtype"), "float64", b.index.get("dtype"))
    return array(dtype, shape_argument(b["shape"], b.index.get("shape")))


def full(b: Bound) -> Type:
    refuse(b, "like")
    value = named(b, "fill_value")
    dtype = static_dtype(b.get("dtype"), value.dtype, b.index.get("dtype"))
    return array(dtype, shape_argument(b["shape"], b.index.get("shape")))


def like(b: Bound) -> Type:
    """zeros_like, ones_like, full_like, empty_like: the dtype and shape of the first argument."""
    a = array_operand(b)
    dtype = static_dtype(b.get("dtype"), a.dtype, b.index.get("dtype"))
    shape = shape_argument(b["shape"], b.index.get("shape")) if given(b, "shape") else a.shape
    return array(dtype, shape)


def converted(name: str) -> Rule:
    """array, asarray, ascontiguousarray, asfortranarray, copy."""

    def rule(b: Bound) -> Type:
        refuse(b, "like", "ndmin", "subok")
        arg = b["object"] if "object" in b else b["a"]
        if is_text(arg.type):
            raise OpTypeError("scriptc does not compile arrays of text", 0)
        a = operand(arg, 0)
        dtype = static_dtype(b.get("dtype"), a.dtype, b.index.get("dtype"))
        shape = a.shape
        if name in ("ascontiguousarray", "asfortranarray") and shape == ():
            shape = (1,)
        return array(dtype, shape)

    return rule


def arange(b: Bound) -> Type:
    """`np.arange([start,] stop[, step])`; the length is known where all are."""
    refuse(b, "like")
    names = [n for n in ("start", "stop", "step") if given(b, n)]
    if not names:
        raise OpTypeError("arange() requires stop to be specified.")
    found = [named(b, n) for n in names]
    for n, o in zip(names, found, strict=True):
        if not may_be_single(o.shape):
            raise OpTypeError("arange() takes numbers, not arrays", b.index[n])
    own = _arange_dtype([(o, b[n].const) for n, o in zip(names, found, strict=True)])
    return array(static_dtype(b.get("dtype"), own, b.index.get("dtype")), (_arange_length(b, names),))


def _arange_dtype(parts: list[tuple[Operand, object]]) -> str | None:
    """Python ints give int64: a stop beyond it would be too many elements, unless the start is as large."""
    if len(parts) == 1 and parts[0][0].weak is int:
        return "int64"
    if all(o.weak is int for o, _ in parts):
        return "int64" if any(_small(c) for _, c in parts[:2]) and (len(parts) < 3 or _small(parts[2][1])) else None
    dtypes = ["int64" if _small(c) else o.dtype for o, c in parts]
    return None if "uint64" in dtypes else promote("int64", *dtypes)


def _small(const: object) -> bool:
    return isinstance(const, int) and -(2**62) < const < 2**62


def _arange_length(b: Bound, names: list[str]) -> Dim:
    values = [const_number(b[n]) for n in names]
    if any(v is MISSING or isinstance(v, complex) for v in values) or (len(values) == 3 and values[2] == 0):
        return None
    if all(isinstance(v, int) for v in values):
        return len(range(*values)) if all(_small(v) for v in values) else None
    return None


def linspace(b: Bound) -> Type:
    """`np.linspace(start, stop, num)`."""
    start, stop = named(b, "start"), named(b, "stop")
    if flag(b.get("retstep"), False) is not False:
        raise OpTypeError("`retstep` is not supported", b.index.get("retstep"))
    default = None
    if start.weak and stop.weak:
        default = probed("linspace", start.dtype or "int64", stop.dtype or "int64", num=2)
    elif not start.weak and not stop.weak:
        default = probed("linspace", start.dtype, stop.dtype, num=2)
    elif promote(*(o.dtype for o in (start, stop) if not o.weak)) == "float64" and complex not in (start.weak, stop.weak):
        default = "float64"
    dtype = static_dtype(b.get("dtype"), default, b.index.get("dtype"))
    num: Dim = 50
    if "num" in b:
        value = b["num"].const
        num = value if isinstance(value, int) else None
    scalar_ends = start.shape == () and stop.shape == ()
    return array(dtype, (num,) if scalar_ends else None)


def logspace(b: Bound) -> Type:
    """logspace and geomspace: as linspace, where the dtype is left open."""
    start, stop = named(b, "start"), named(b, "stop")
    value = b["num"].const if "num" in b else 50
    dtype = static_dtype(b.get("dtype"), None, b.index.get("dtype"))
    return array(dtype, (value if isinstance(value, int) else None,) if start.shape == () and stop.shape == () else None)


def _count(b: Bound, name: str) -> Dim:
    value = b[name].const
    return max(value, 0) if isinstance(value, int) else None


def eye(b: Bound) -> Type:
    """eye, identity, tri: a matrix, float64 unless `dtype` says."""
    refuse(b, "like")
    n = "N" if "N" in b else "n"
    rows = _count(b, n)
    columns = _count(b, "M") if given(b, "M") else rows
    return array(static_dtype(b.get("dtype"), "float64", b.index.get("dtype")), (rows, columns))


def triangle(b: Bound) -> Type:
    """tril, triu keep dtype and shape; a vector becomes a square matrix."""
    m = named(b, "m")
    if m.shape == ():
        raise OpTypeError("tril and triu need an array of rank 1 or more", 0)
    shape = m.shape if m.shape is None or len(m.shape) > 1 else (m.shape[0], m.shape[0])
    return array(m.dtype, shape)


def diag(b: Bound) -> Type:
    """`np.diag(v)`: a matrix of a vector, or the diagonal of a matrix."""
    v = named(b, "v")
    if v.shape is None:
        return array(v.dtype, None)
    if len(v.shape) not in (1, 2):
        raise OpTypeError("Input must be 1- or 2-d.", 0)
    k = b["k"].const if "k" in b else 0
    if len(v.shape) == 1:
        side = v.shape[0] + abs(k) if isinstance(v.shape[0], int) and isinstance(k, int) else v.shape[0] if k == 0 else None
        return array(v.dtype, (side, side))
    known = k == 0 and all(isinstance(d, int) for d in v.shape)
    return array(v.dtype, (min(d for d in v.shape if isinstance(d, int)) if known else None,))


def meshgrid(b: Bound) -> Type:
    """A tuple of arrays, one a vector, each of the grid's shape."""
    refuse(b, "sparse", "copy")
    found = [operand(a, i) for i, a in enumerate(b.star)]
    dims: list[Dim] = [(1 if not o.shape else o.shape[0] if len(o.shape) == 1 else None) if o.shape is not None else None for o in found]
    indexing = b["indexing"].const if "indexing" in b else "xy"
    if indexing == "xy" and len(dims) > 1:
        dims[0], dims[1] = dims[1], dims[0]
    elif indexing is MISSING:
        dims = [None] * len(dims)
    return Tuple(tuple(array(o.dtype, dims) for o in found))


def indices_of(b: Bound) -> Type:
    """tril_indices, triu_indices, diag_indices: two vectors of positions."""
    return Tuple((array("int64", (None,)), array("int64", (None,))))


def indices(b: Bound) -> Type:
    shape = shape_argument(b["dimensions"], 0)
    refuse(b, "sparse")
    dtype = static_dtype(b.get("dtype"), "int64", b.index.get("dtype"))
    return array(dtype, None if shape is None else (len(shape), *shape))


def window(b: Bound) -> Type:
    """hanning, hamming, blackman, bartlett: float64 of length `M`."""
    value = b["M"].const
    return array("float64", (max(value, 0) if isinstance(value, int) else None,))


def vander(b: Bound) -> Type:
    x = named(b, "x")
    return array(None, (x.shape[0] if x.shape else None, None))


_ZEROS = "shape, dtype=None, order='C', *, device=None, like=None"
_LIKE = "a, dtype=None, order='K', subok=True, shape=None, *, device=None"

OPS: tuple[OpDef, ...] = (
    *(function(f"numpy.{n}", _ZEROS, filled) for n in ("zeros", "ones", "empty")),
    *(function(f"numpy.{n}", _LIKE, like) for n in ("zeros_like", "ones_like", "empty_like")),
    function("numpy.full", "shape, fill_value, dtype=None, order='C', *, device=None, like=None", full),
    function("numpy.full_like", "a, fill_value, dtype=None, order='K', subok=True, shape=None, *, device=None", like),
    function("numpy.array", "object, dtype=None, *, copy=True, order='K', subok=None, ndmin=None, like=None", converted("array")),
    function("numpy.asarray", "a, dtype=None, order='K', *, device=None, copy=None, like=None", converted("asarray")),
    function("numpy.asanyarray", "a, dtype=None, order='K', *, device=None, copy=None, like=None", converted("asarray")),
    function("numpy.ascontiguousarray", "a, dtype=None, *, like=None", converted("ascontiguousarray")),
    function("numpy.asfortranarray", "a, dtype=None, *, like=None", converted("asfortranarray")),
    function("numpy.copy", "a, order='K', subok=None", converted("copy")),
    function("numpy.arange", "start=None, stop=None, step=None, dtype=None, *, device=None, like=None", arange),
    function("numpy.linspace", "start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0, *, device=None", linspace),
    function("numpy.logspace", "start, stop, num=50, endpoint=True, base=10.0, dtype=None, axis=0", logspace),
    function("numpy.geomspace", "start, stop, num=50, endpoint=True, dtype=None, axis=0", logspace),
    function("numpy.eye", "N, M=None, k=0, dtype=None, order='C', *, device=None, like=None", eye),
    function("numpy.identity", "n, dtype=None, *, like=None", eye),
    function("numpy.tri", "N, M=None, k=0, dtype=None, *, like=None", eye),
    function("numpy.tril", "m, k=0", triangle),
    function("numpy.triu", "m, k=0", triangle),
    function("numpy.diag", "v, k=0", diag),
    function("numpy.meshgrid", "*xi, copy=None, sparse=None, indexing='xy'", meshgrid),
    function("numpy.indices", "dimensions, dtype=None, sparse=None", indices),
    function("numpy.tril_indices", "n, k=0, m=None", indices_of),
    function("numpy.triu_indices", "n, k=0, m=None", indices_of),
    *(function(f"numpy.{n}", "M", window) for n in ("hanning", "hamming", "blackman", "bartlett")),
    function("numpy.kaiser", "M, beta", window),
    function("numpy.vander", "x, N=None, increasing=False", vander),
)
