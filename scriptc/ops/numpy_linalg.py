"""Products of arrays and `np.linalg`."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from scriptc.ir.core import OpDef, OpTypeError
from scriptc.ops import numpy_fft, numpy_linalg_api, numpy_statistics, numpy_ufunc_methods
from scriptc.ops.numpy_base import (
    Operand,
    array,
    computed,
    flag,
    product,
    promote,
    resolve,
    show,
)
from scriptc.ops.numpy_linalg_shapes import dot_shape, einsum_shape, inner_shape, tensordot_shape
from scriptc.ops.numpy_support import (
    OUT_HELP,
    Rule,
    array_operand,
    function,
    given,
    method,
    named,
    reduced,
    refuse,
)
from scriptc.ops.signature import Bound
from scriptc.types import INT, Dim, List, Tensor, Tuple, TupleOf, Type, union


def _pair(b: Bound) -> tuple[Operand, Operand]:
    names = [n for n in ("self", "a", "x1", "x", "other") if n in b][:1]
    second = next(n for n in ("b", "x2", "y") if n in b)
    return named(b, names[0]), named(b, second)


def _dtype(x: Operand, y: Operand, ufunc: str | None = None) -> str | None:
    """The dtype of a product; `np.dot` and its kin take Python numbers for arrays of their own dtype."""
    if ufunc is not None and (x.weak or x.dtype) and (y.weak or y.dtype):
        try:
            return resolve(ufunc, x.weak or x.dtype, y.weak or y.dtype)[0]
        except TypeError:
            raise OpTypeError(f"{ufunc} is not defined for {x.dtype} and {y.dtype}") from None
    return None if x.weak or y.weak else promote(x.dtype, y.dtype)


def _dot_dtype(b: Bound, x: Operand, y: Operand) -> str | None:
    """`np.dot` and its kin give an empty list the other operand's dtype."""
    types = [arg.type for arg in b.args.values()][:2]
    empty = [isinstance(t, List | TupleOf) or t == Tuple(()) for t in types]
    dtype = _dtype(x, y)
    if empty == [False, False] or all(empty):
        return dtype
    return dtype if dtype == (y if empty[0] else x).dtype else None


def matmul(b: Bound) -> Type:
    from scriptc.ops.tensor_rules import matmul_shape

    refuse(b, "out", help=OUT_HELP)
    x, y = _pair(b)
    if any(given(b, n) for n in ("axes", "axis", "dtype")):
        return Tensor(None, None, None)
    return computed(_dtype(x, y, "matmul"), matmul_shape(x.shape, y.shape))


def dot(b: Bound) -> Type:
    refuse(b, "out", help=OUT_HELP)
    x, y = _pair(b)
    shape = dot_shape(x.shape, y.shape)
    return computed(_dot_dtype(b, x, y), shape)


def vdot(b: Bound) -> Type:
    x, y = _pair(b)
    sizes = [None if o.shape is None else product(o.shape) for o in (x, y)]
    if isinstance(sizes[0], int) and isinstance(sizes[1], int) and sizes[0] != sizes[1]:
        raise OpTypeError(f"vdot() needs as many elements on both sides, not {sizes[0]} and {sizes[1]}")
    return computed(_dot_dtype(b, x, y), ())


def inner(b: Bound) -> Type:
    x, y = _pair(b)
    return computed(_dot_dtype(b, x, y), inner_shape(x.shape, y.shape))


def outer(b: Bound) -> Type:
    refuse(b, "out", help=OUT_HELP)
    x, y = _pair(b)
    dims: list[Dim] = [None if o.shape is None else product(o.shape) for o in (x, y)]
    return array(_dtype(x, y), dims)


def tensordot(b: Bound) -> Type:
    x, y = _pair(b)
    return array(_dtype(x, y), tensordot_shape(x.shape, y.shape, b["axes"].const if "axes" in b else 2))


def kron(b: Bound) -> Type:
    x, y = _pair(b)
    if x.shape is None or y.shape is None:
        return Tensor(_dtype(x, y), None, None)
    rank = max(len(x.shape), len(y.shape))
    left, right = ((1,) * (rank - len(s)) + s for s in (x.shape, y.shape))
    return Tensor(_dtype(x, y), tuple(product(p) for p in zip(left, right, strict=True)), None if rank == 0 else False)


def cross(b: Bound) -> Type:
    x, y = _pair(b)
    return Tensor(_dtype(x, y), None, None)


def einsum(b: Bound) -> Type:
    """`np.einsum("ij,jk->ik", a, b)`: the text must be a constant for the rank to be known."""
    refuse(b, "out", help=OUT_HELP)
    text = b["subscripts"].const
    found = [_operand_of(b, i) for i in range(len(b.star))]
    dtype = promote(*(o.dtype for o in found)) if not any(o.weak for o in found) and not given(b, "dtype") else None
    if not isinstance(text, str):
        return Tensor(dtype, None, None)
    shape = einsum_shape(text, [o.shape for o in found])
    return Tensor(dtype, shape, None) if not shape else array(dtype, shape)


def _operand_of(b: Bound, i: int) -> Operand:
    from scriptc.ops.numpy_base import operand

    return operand(b.star[i], i + 1)


# numpy.linalg


def square(o: Operand, what: str) -> None:
    """Raise where an operand certainly is no (stack of) square matrices."""
    if o.shape is None:
        return
    if len(o.shape) < 2:
        raise OpTypeError(f"{what} needs an array of rank 2 or more, not {len(o.shape)}", 0)
    rows, columns = o.shape[-2:]
    if isinstance(rows, int) and isinstance(columns, int) and rows != columns:
        raise OpTypeError(f"{what} needs square matrices, not shape {show(o.shape)}", 0)


@lru_cache(maxsize=256)
def linalg_dtype(name: str, dtype: str) -> str | None:
    """The dtype `np.linalg.<name>` gives for an identity matrix of `dtype`."""
    try:
        found = np.linalg.__dict__[name](np.eye(2, dtype=dtype))
    except TypeError:
        raise OpTypeError(f"numpy.linalg.{name} is not defined for {dtype}") from None
    return str(np.asarray(found).dtype)


def _result(name: str, o: Operand) -> str | None:
    return None if o.dtype is None else linalg_dtype(name, o.dtype)


def same_matrix(name: str) -> Rule:
    """inv, cholesky: a matrix like the operand."""

    def rule(b: Bound) -> Type:
        a = array_operand(b)
        square(a, name)
        return array(_result(name, a), a.shape)

    return rule


def det(b: Bound) -> Type:
    a = array_operand(b)
    square(a, "det")
    return computed(_result("det", a), None if a.shape is None else a.shape[:-2])


def solve(b: Bound) -> Type:
    a, y = named(b, "a"), named(b, "b")
    square(a, "solve")
    dtype = None if a.dtype is None or y.dtype is None else _solve_dtype(a.dtype, y.dtype)
    if a.shape is None or y.shape is None:
        return array(dtype, None)
    if len(y.shape) == 1:
        return array(dtype, (*a.shape[:-2], a.shape[-1]))
    return array(dtype, (None,) * max(len(a.shape), len(y.shape)))


@lru_cache(maxsize=256)
def _solve_dtype(a: str, b: str) -> str | None:
    try:
        return str(np.linalg.solve(np.eye(1, dtype=a), np.ones((1, 1), b)).dtype)
    except TypeError:
        raise OpTypeError(f"numpy.linalg.solve is not defined for {a} and {b}") from None


def pinv(b: Bound) -> Type:
    """An empty matrix keeps its dtype."""
    a = array_operand(b)
    inexact = a.dtype in ("float32", "float64", "complex64", "complex128")
    full = a.shape is not None and all(isinstance(d, int) and d > 0 for d in a.shape)
    return array(_result("pinv", a) if inexact or full else None, None if a.shape is None else (*a.shape[:-2], *a.shape[:-3:-1]))


def norm(b: Bound) -> Type:
    """`np.linalg.norm(x, ord, axis, keepdims)`: real, its dims reduced."""
    a = named(b, "x")
    dtype = None if a.dtype is None or given(b, "ord") else linalg_dtype("norm", a.dtype)
    shape = reduced(a.shape, b.get("axis"), b.get("keepdims"), b.index.get("axis"))
    return Tensor(dtype, shape, None) if not shape else computed(dtype, shape)


def matrix_rank(b: Bound) -> Type:
    a = next(named(b, n) for n in ("A", "a") if n in b)
    if a.shape is not None and len(a.shape) > 2:
        return array("int64", a.shape[:-2])
    return union((INT, Tensor("int64", () if a.shape is not None else None, None)))


def matrix_power(b: Bound) -> Type:
    a = array_operand(b)
    square(a, "matrix_power")
    n = b["n"].const
    return array(a.dtype if a.dtype in ("float32", "float64", "complex64", "complex128") or (isinstance(n, int) and n > 0) else None, a.shape)


def eigenvalues(b: Bound) -> Type:
    """eigvals: real or complex by value."""
    a = array_operand(b)
    square(a, "eigvals")
    return array(None, None if a.shape is None else a.shape[:-1])


def eigenvalues_hermitian(b: Bound) -> Type:
    a = array_operand(b)
    square(a, "eigvalsh")
    return array(_result("eigvalsh", a), None if a.shape is None else a.shape[:-1])


def cond(b: Bound) -> Type:
    a = named(b, "x")
    return Tensor(None, None if a.shape is None else a.shape[:-2], None)


def multi_dot(b: Bound) -> Type:
    return Tensor(None, None, None)


def _matrix(b: Bound, what: str) -> Operand:
    a = array_operand(b)
    if a.shape is not None and len(a.shape) < 2:
        raise OpTypeError(f"{what} needs an array of rank 2 or more, not {len(a.shape)}", 0)
    return a


def _least(x: Dim, y: Dim) -> Dim:
    return min(x, y) if isinstance(x, int) and isinstance(y, int) else x if x == y else None


def qr(b: Bound) -> Type:
    """`np.linalg.qr`: the named tuple (Q, R), or R alone for mode "r"."""
    mode = b["mode"].const if "mode" in b else "reduced"
    if mode not in ("reduced", "complete", "r"):
        raise OpTypeError("the `mode` of qr() must be a constant: 'reduced', 'complete' or 'r'", b.index.get("mode"))
    a = _matrix(b, "qr")
    dtype = None if a.dtype is None else linalg_dtype("inv", a.dtype)
    if a.shape is None:
        return array(dtype, None) if mode == "r" else Tuple((array(dtype, None), array(dtype, None)))
    *batch, m, n = a.shape
    k = m if mode == "complete" else _least(m, n)
    r = array(dtype, (*batch, k, n))
    return r if mode == "r" else Tuple((array(dtype, (*batch, m, k)), r))


def svd(b: Bound) -> Type:
    """`np.linalg.svd`: the named tuple (U, S, Vh), or S alone."""
    both, full = flag(b.get("compute_uv"), True), flag(b.get("full_matrices"), True)
    if both is None:
        raise OpTypeError("`compute_uv` must be a constant", b.index.get("compute_uv"))
    a = _matrix(b, "svd")
    dtype, real = (None, None) if a.dtype is None else (linalg_dtype("inv", a.dtype), linalg_dtype("norm", a.dtype))
    if a.shape is None:
        return Tuple((array(dtype, None), array(real, None), array(dtype, None))) if both else array(real, None)
    *batch, m, n = a.shape
    k = _least(m, n)
    s = array(real, (*batch, k))
    rows, columns = (m, n) if full else (k, k) if full is False else (None, None)
    return Tuple((array(dtype, (*batch, m, rows)), s, array(dtype, (*batch, columns, n)))) if both else s


def eig(b: Bound) -> Type:
    """`np.linalg.eig`: the named tuple of eigenvalues and eigenvectors, real or complex by value."""
    a = array_operand(b)
    square(a, "eig")
    return Tuple((array(None, None if a.shape is None else a.shape[:-1]), array(None, a.shape)))


def eigh(b: Bound) -> Type:
    a = array_operand(b)
    square(a, "eigh")
    values = array(_result("eigvalsh", a), None if a.shape is None else a.shape[:-1])
    return Tuple((values, array(_result("inv", a), a.shape)))


def slogdet(b: Bound) -> Type:
    """The named tuple of the determinant's sign and the logarithm of its size."""
    a = array_operand(b)
    square(a, "slogdet")
    batch = None if a.shape is None else a.shape[:-2]
    real = None if a.dtype is None else linalg_dtype("norm", a.dtype)
    return Tuple((computed(_result("det", a), batch), computed(real, batch)))


def lstsq(b: Bound) -> Type:
    """Solution, residuals, rank, singular values."""
    y = named(b, "b")
    vector = array(None, (None,))
    solution = array(None, None if y.shape is None else (None,) * len(y.shape))
    return Tuple((solution, vector, union((INT, Tensor(None, (), None))), vector))


OPS: tuple[OpDef, ...] = (
    *numpy_fft.OPS,
    *numpy_ufunc_methods.OPS,
    *numpy_statistics.OPS,
    *numpy_linalg_api.OPS,
    function("numpy.matmul", "x1, x2, /, out=None, *, casting='same_kind', order='K', dtype=None, axes=None, axis=None", matmul),
    function("numpy.linalg.matmul", "x1, x2, /", matmul),
    function("numpy.dot", "a, b, out=None", dot),
    method("ndarray.dot", "b, out=None", dot),
    function("numpy.vdot", "a, b, /", vdot),
    function("numpy.inner", "a, b, /", inner),
    function("numpy.outer", "a, b, out=None", outer),
    function("numpy.tensordot", "a, b, axes=2", tensordot),
    function("numpy.einsum", "subscripts, *operands, out=None, dtype=None, order='K', casting='safe', optimize=False", einsum),
    function("numpy.kron", "a, b", kron),
    function("numpy.cross", "a, b, axisa=-1, axisb=-1, axisc=-1, axis=None", cross),
    function("numpy.linalg.norm", "x, ord=None, axis=None, keepdims=False", norm),
    function("numpy.linalg.inv", "a", same_matrix("inv")),
    function("numpy.linalg.cholesky", "a, /, *, upper=False", same_matrix("cholesky")),
    function("numpy.linalg.pinv", "a, rcond=None, hermitian=False, *, rtol=None", pinv),
    function("numpy.linalg.det", "a", det),
    function("numpy.linalg.solve", "a, b", solve),
    function("numpy.linalg.matrix_rank", "A, tol=None, hermitian=False, *, rtol=None", matrix_rank),
    function("numpy.linalg.matrix_power", "a, n", matrix_power),
    function("numpy.linalg.eigvals", "a", eigenvalues),
    function("numpy.linalg.eigvalsh", "a, UPLO='L'", eigenvalues_hermitian),
    function("numpy.linalg.cond", "x, p=None", cond),
    function("numpy.linalg.multi_dot", "arrays, *, out=None", multi_dot),
    function("numpy.linalg.qr", "a, mode='reduced'", qr),
    function("numpy.linalg.svd", "a, full_matrices=True, compute_uv=True, hermitian=False", svd),
    function("numpy.linalg.slogdet", "a", slogdet),
    function("numpy.linalg.eig", "a", eig),
    function("numpy.linalg.eigh", "a, UPLO='L'", eigh),
    function("numpy.linalg.lstsq", "a, b, rcond=None", lstsq),
)
