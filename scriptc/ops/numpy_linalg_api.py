"""The names `np.linalg` has from the array API standard (`np.linalg.vector_norm`), tensor equations, and the ufuncs matvec and vecmat."""

from __future__ import annotations

from scriptc.ir.core import MISSING, OpDef, OpTypeError
from scriptc.ops.numpy_base import Operand, Shape, array, broadcast, computed, product, promote, resolve, show
from scriptc.ops.numpy_linalg_shapes import tensordot_shape
from scriptc.ops.numpy_support import OUT_HELP, function, given, named, probed, reduced, refuse
from scriptc.ops.signature import Bound
from scriptc.types import Dim, Tensor, Type


def _matrices(b: Bound, what: str) -> Operand:
    x = named(b, "x")
    if x.shape is not None and len(x.shape) < 2:
        raise OpTypeError(f"{what}() needs an array of rank 2 or more, not {len(x.shape)}", 0)
    return x


def diagonal(b: Bound) -> Type:
    """A read-only view of each matrix's diagonal."""
    x = _matrices(b, "diagonal")
    return array(x.dtype, None if x.shape is None else (*x.shape[:-2], None))


def trace(b: Bound) -> Type:
    x = _matrices(b, "trace")
    return computed(None if given(b, "dtype") else probed("trace", x.dtype, rank=2), None if x.shape is None else x.shape[:-2])


def matrix_transpose(b: Bound) -> Type:
    x = _matrices(b, "matrix_transpose")
    return array(x.dtype, None if x.shape is None else (*x.shape[:-2], x.shape[-1], x.shape[-2]))


def _strong(*operands: Operand) -> str | None:
    return None if any(o.weak for o in operands) else promote(*(o.dtype for o in operands))


def outer(b: Bound) -> Type:
    """Of two vectors."""
    x, y = named(b, "x1"), named(b, "x2")
    dims: list[Dim] = []
    for i, o in enumerate((x, y)):
        if o.shape is not None and len(o.shape) != 1:
            raise OpTypeError(f"outer() takes vectors, not an array of shape {show(o.shape)}", i)
        dims.append(None if o.shape is None else o.shape[0])
    return array(_strong(x, y), dims)


def cross(b: Bound) -> Type:
    return Tensor(_strong(named(b, "x1"), named(b, "x2")), None, None)


def tensordot(b: Bound) -> Type:
    x, y = named(b, "x1"), named(b, "x2")
    return array(_strong(x, y), tensordot_shape(x.shape, y.shape, b["axes"].const if "axes" in b else 2))


def vecdot(b: Bound) -> Type:
    x, y = named(b, "x1"), named(b, "x2")
    if "axis" in b or x.shape is None or y.shape is None or not (x.shape and y.shape):
        return Tensor(None, None, None)
    return computed(_ufunc("vecdot", x, y), broadcast(x.shape[:-1], y.shape[:-1]))


def _ufunc(name: str, x: Operand, y: Operand) -> str | None:
    inputs = [o.weak or o.dtype for o in (x, y)]
    try:
        return None if None in inputs else resolve(name, *inputs)[0]
    except (TypeError, AttributeError):
        raise OpTypeError(f"{name} is not defined for {x.dtype} and {y.dtype}") from None


def _inner(x: Dim, y: Dim, a: Operand, b: Operand, what: str) -> None:
    if isinstance(x, int) and isinstance(y, int) and x != y:
        raise OpTypeError(f"{what}: the shapes {show(a.shape)} and {show(b.shape)} do not match: {x} is not {y}")


def matvec(b: Bound) -> Type:
    """`(..., m, n)` and `(..., n)` give `(..., m)`."""
    x, y = _product_operands(b, "matvec", (2, 1))
    if _elsewhere(b):
        return Tensor(None, None, None)
    if x.shape is None or y.shape is None:
        return computed(_ufunc("matvec", x, y), None)
    _inner(x.shape[-1], y.shape[-1], x, y, "matvec")
    return computed(_ufunc("matvec", x, y), _batched(x.shape[:-2], y.shape[:-1], x.shape[-2]))


def vecmat(b: Bound) -> Type:
    """`(..., n)` and `(..., n, m)` give `(..., m)`."""
    x, y = _product_operands(b, "vecmat", (1, 2))
    if _elsewhere(b):
        return Tensor(None, None, None)
    if x.shape is None or y.shape is None:
        return computed(_ufunc("vecmat", x, y), None)
    _inner(x.shape[-1], y.shape[-2], x, y, "vecmat")
    return computed(_ufunc("vecmat", x, y), _batched(x.shape[:-1], y.shape[:-2], y.shape[-1]))


def _product_operands(b: Bound, what: str, ranks: tuple[int, int]) -> tuple[Operand, Operand]:
    refuse(b, "out", help=OUT_HELP)
    found = named(b, "x1"), named(b, "x2")
    for i, (o, rank) in enumerate(zip(found, ranks, strict=True)):
        if o.shape is not None and len(o.shape) < rank:
            raise OpTypeError(f"{what} needs an array of rank {rank} or more here, not {len(o.shape)}", i)
    return found


def _elsewhere(b: Bound) -> bool:
    """Are the axes or the dtype not the usual ones?"""
    return any(given(b, n) for n in ("axes", "axis", "dtype"))


def _batched(x: Shape, y: Shape, last: Dim) -> Shape | None:
    together = broadcast(x, y)
    return None if together is None else (*together, last)


# norms and singular values


def _real(dtype: str | None) -> str | None:
    """The dtype of a norm of such elements."""
    return probed("linalg.norm", dtype)


def vector_norm(b: Bound) -> Type:
    x = named(b, "x")
    shape = reduced(x.shape, b.get("axis"), b.get("keepdims"), b.index.get("axis"))
    return Tensor(_real(x.dtype) if "ord" not in b else None, shape, None) if not shape else array(_real(x.dtype) if "ord" not in b else None, shape)


def matrix_norm(b: Bound) -> Type:
    x = _matrices(b, "matrix_norm")
    keep = b.const("keepdims", False)
    dtype = _real(x.dtype) if "ord" not in b else None
    if x.shape is None or not isinstance(keep, bool):
        return Tensor(dtype, None, None)
    shape = (*x.shape[:-2], 1, 1) if keep else x.shape[:-2]
    return Tensor(dtype, shape, None) if not shape else array(dtype, shape)


def svdvals(b: Bound) -> Type:
    """Largest first."""
    x = _matrices(b, "svdvals")
    dtype = probed("linalg.svdvals", x.dtype, rank=2)
    if x.shape is None:
        return array(dtype, None)
    m, n = x.shape[-2:]
    least = min(m, n) if isinstance(m, int) and isinstance(n, int) else m if m == n else None
    return array(dtype, (*x.shape[:-2], least))


# tensor equations


def tensorinv(b: Bound) -> Type:
    """The first `ind` dimensions and the others change places."""
    a = named(b, "a")
    ind = b["ind"].const if "ind" in b else 2
    dtype = probed("linalg.inv", a.dtype, rank=2)
    if a.shape is None or not isinstance(ind, int) or ind <= 0:
        return array(dtype, None if a.shape is None else (None,) * len(a.shape))
    before, after = product(a.shape[:ind]), product(a.shape[ind:])
    if isinstance(before, int) and isinstance(after, int) and before != after:
        raise OpTypeError(f"tensorinv() of shape {show(a.shape)} with ind={ind} needs as many elements on both sides, not {before} and {after}", 0)
    return array(dtype, (*a.shape[ind:], *a.shape[:ind]))


def tensorsolve(b: Bound) -> Type:
    a, y = named(b, "a"), named(b, "b")
    if a.shape is None or y.shape is None:
        return array(None, None)
    if given(b, "axes") or b.const("axes", None) is MISSING:
        return array(None, None)
    return array(None, a.shape[len(y.shape) :] if len(y.shape) != len(a.shape) else a.shape)


_UFUNC = "x1, x2, /, out=None, *, casting='same_kind', order='K', dtype=None, axes=None, axis=None"

OPS: tuple[OpDef, ...] = (
    function("numpy.matvec", _UFUNC, matvec),
    function("numpy.vecmat", _UFUNC, vecmat),
    function("numpy.linalg.diagonal", "x, /, *, offset=0", diagonal),
    function("numpy.linalg.trace", "x, /, *, offset=0, dtype=None", trace),
    function("numpy.linalg.matrix_transpose", "x, /", matrix_transpose),
    function("numpy.linalg.outer", "x1, x2, /", outer),
    function("numpy.linalg.cross", "x1, x2, /, *, axis=-1", cross),
    function("numpy.linalg.tensordot", "x1, x2, /, *, axes=2", tensordot),
    function("numpy.linalg.vecdot", "x1, x2, /, *, axis=-1", vecdot),
    function("numpy.linalg.vector_norm", "x, /, *, axis=None, keepdims=False, ord=2", vector_norm),
    function("numpy.linalg.matrix_norm", "x, /, *, keepdims=False, ord='fro'", matrix_norm),
    function("numpy.linalg.svdvals", "x, /", svdvals),
    function("numpy.linalg.tensorinv", "a, ind=2", tensorinv),
    function("numpy.linalg.tensorsolve", "a, b, axes=None", tensorsolve),
)
