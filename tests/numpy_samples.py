"""The samples that `test_ops_numpy.py` runs: values, and lines of Python over them (`X`, `Y`; `G` a random generator)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy_keyword_samples import KEYWORDS, MORE, OUTPUTS

from scriptc.library.numpy_ import NUMPY_FUNCTIONS

R = np.random.default_rng(0)


def _pool() -> dict[str, Any]:
    f32 = R.normal(size=(3, 4)).astype(np.float32)
    return {
        "f4_34": f32,
        "f8_34": f32.astype(np.float64),
        "f8_4": R.normal(size=4),
        "f8_234": R.normal(size=(2, 3, 4)),
        "f4_33": R.normal(size=(3, 3)).astype(np.float32),
        "strided": np.arange(48.0)[::2].reshape(4, 6)[:, ::2],
        "transposed": R.normal(size=(4, 3)).T,
        "i8_34": R.integers(-5, 6, (3, 4)),
        "i1_4": np.array([1, -2, 3, 0], np.int8),
        "u1_34": R.integers(0, 9, (3, 4)).astype(np.uint8),
        "u8_4": np.array([1, 2, 3, 4], np.uint64),
        "b_34": R.random((3, 4)) > 0.5,
        "b_4": np.array([True, False, True, True]),
        "c8_34": (f32 + 1j).astype(np.complex64),
        "c16_4": R.normal(size=4) + 1j,
        "f2_4": np.ones(4, np.float16),
        "empty": np.zeros((0,)),
        "e_04": np.zeros((0, 4), np.float32),
        "one": np.ones((1, 1)),
        "one1": np.ones(1, np.int32),
        "zero_d": np.array(2.5),
        "zero_i": np.array(3),
        "s_f8": np.float64(1.5),
        "s_f4": np.float32(1.5),
        "s_i8": np.int64(2),
        "s_i1": np.int8(2),
        "s_b": np.bool_(True),
        "s_c": np.complex64(1 + 2j),
    }


POOL = _pool()
PLAIN: dict[str, Any] = {"int": 2, "float": 1.5, "bool": True, "complex": 1 + 2j, "list_i": [1, 2, 3, 4], "list_f": [1.0, 2.0, 3.0, 4.0],
                         "tuple": (1, 2, 3, 4), "nested": [[1.0, 2.0], [3.0, 4.0]], "empty_list": []}  # fmt: skip
EVERY = POOL | PLAIN

UFUNCS = {n: [o for o in sorted(set(NUMPY_FUNCTIONS.values())) if getattr(getattr(np, o[6:], None), "nin", 0) == n] for n in (1, 2)}
REDUCTIONS = ("sum", "prod", "max", "min", "any", "all", "mean", "std", "var", "argmax", "argmin", "cumsum", "cumprod")
MORE_REDUCTIONS = ("nansum", "nanprod", "nanmax", "nanmin", "nanmean", "nanstd", "nanvar", "nanargmax", "nanargmin", "nancumsum", "nancumprod",
                   "median", "nanmedian", "ptp", "count_nonzero", "average")  # fmt: skip
EVERY_REDUCTION = (*REDUCTIONS, *MORE_REDUCTIONS)


def lines(text: str) -> list[str]:
    """The samples of a block, which two spaces part."""
    return [s for s in re.split(r"\s{2,}", text) if s]


def each(template: str, names: Iterable[str], arguments: str = "") -> list[str]:
    """The template for every name, and for every argument (parted by `|`)."""
    return [template.replace("N", n).replace("A", a) for n in names for a in arguments.split("|")]


KEEPING = [n for n in EVERY_REDUCTION if "cum" not in n]

UFUNC_METHODS = ("add", "multiply", "maximum", "minimum", "logical_and", "logical_or", "bitwise_and", "bitwise_or", "subtract")
LIKE = ("zeros_like", "ones_like", "array", "asarray", "ascontiguousarray", "copy", "asfortranarray", "asanyarray")

ONE: dict[str, list[str]] = {
    "keywords": KEYWORDS,
    "more": MORE,
    "outputs": OUTPUTS,
    "ufuncs": each("np.N(X)", (n[6:] for n in UFUNCS[1]))
    + lines("""
    np.exp(X, dtype=np.float64)  np.sqrt(X, dtype='float32')  np.abs(X, dtype=np.int8)
    """),
    "reductions": each("np.N(XA)", EVERY_REDUCTION, "|, axis=0|, axis=-1|, axis=1|, axis=(0, 1)|, axis=None")
    + each("np.N(XA)", KEEPING, ", keepdims=True|, axis=0, keepdims=True")
    + each("np.N(X, dtype=A)", ("sum", "prod", "mean", "std", "cumsum"), "np.float32|'int64'|float|None")
    + each("np.N(X, initial=1.5)", ("sum", "max"))
    + each("np.N(X, 0.5A)", ("quantile", "nanquantile"), "|, axis=0|, keepdims=True")
    + lines("""
    np.sum(X, where=X > 0)  np.average(X, weights=X)  np.average(X, axis=0, weights=[1, 2, 3])  np.average(X, returned=True)
    np.percentile(X, [25, 50], axis=-1)  np.percentile(X, 50)  np.quantile(X, [0.1, 0.9])  np.percentile(X, np.array(50.0))
    np.quantile(X, 0)
    """),
    "methods": each("X.N(A)", REDUCTIONS, "|0|-1|axis=1|axis=None")
    + each("X.N(axis=0, keepdims=True)", (n for n in REDUCTIONS if "cum" not in n))
    + lines("""
    X.shape  X.dtype  X.ndim  X.size  X.T  X.mT  X.real  X.imag  X.nbytes  X.itemsize  X.strides  X.astype(np.float32)  X.astype('float64')
    X.astype(int)  X.astype(bool)  X.astype(np.dtype('int8'))  X.astype(complex)  X.astype(None)  X.astype(np.uint8, copy=False)  X.copy()
    X.conj()  X.conjugate()  X.item()  X.item(0)  X.item((0, 0))  X.tolist()  X.flatten()  X.ravel()  X.tobytes()  X.is_integer()  X.fill(1)
    X.view()  X.view(np.uint8)  X.squeeze()  X.squeeze(0)  X.squeeze(axis=(0, 1))  X.transpose()  X.transpose(1, 0)  X.transpose((1, 0))
    X.transpose(None)  X.transpose(0)  X.swapaxes(0, 1)  X.swapaxes(-1, 0)  X.reshape(-1)  X.reshape((-1,))  X.reshape(2, -1)
    X.reshape((-1, 2))  X.reshape(-1, 1)  X.reshape(())  X.reshape()  X.reshape(1, -1, order='F')  X.reshape([-1, 1])  X.repeat(2)
    X.repeat(2, axis=0)  X.repeat([2])  X.nonzero()  X.argsort()  X.argsort(axis=0)  X.argsort(axis=None)  X.sort()  X.sort(axis=0)
    X.clip(0, 1)  X.clip(0)  X.clip(max=1)  X.clip(min=0.5)  X.round()  X.round(1)  X.dot(X)  X.dot(2)  X.trace()  X.diagonal()  X.take(0)
    X.take([0, 0])  X.take([0], axis=0)  X.take(0, axis=-1)  X.searchsorted(1)  X.searchsorted([1, 2])  len(X)  bool(X)  abs(X)  -X  +X  ~X
    1 in X  1.5 in X
    """),
    "creation": each("np.N(X)", LIKE) + each("np.N(X, dtype=A)", LIKE[:5], "np.float32|bool|None")
    + each("np.N(X)", ("float32", "float64", "int64", "int8", "bool_", "complex64", "uint8", "float16"))
    + lines("""
    np.zeros_like(X, shape=(2, 2))  np.full_like(X, 1)  np.full_like(X, 1.5, dtype=np.float32)  np.full((2, 3), X)  np.full(3, X)
    np.tril(X)  np.triu(X, 1)  np.diag(X)  np.diag(X, 1)  np.meshgrid(X, X)  np.meshgrid(X)  np.meshgrid(X, [1.0, 2.0], indexing='ij')
    np.linspace(X, 5, 3)  np.linspace(0, X, 3)  np.linspace(X, X)  np.arange(X)  np.arange(0, X)  np.arange(X, 5, 2)  np.arange(0, 3, X)
    np.arange(X, 5.5)  np.vander(X)  np.ndim(X)  np.size(X)  np.shape(X)  np.real(X)  np.imag(X)  np.isscalar(X)  np.array_equal(X, X)
    np.allclose(X, X)  np.logspace(0, X, 3)  np.geomspace(1, 2, 3)
    """),
    "shape": lines("""
    np.reshape(X, -1)  np.reshape(X, (2, -1))  np.reshape(X, (-1, 4))  np.reshape(X, (3, 4))  np.reshape(X, (1, 1))  np.reshape(X, ())
    np.ravel(X)  np.transpose(X)  np.transpose(X, (1, 0))  np.transpose(X, (2, 0, 1))  np.transpose(X, [0])  np.swapaxes(X, 0, 1)
    np.swapaxes(X, 0, -1)  np.moveaxis(X, 0, -1)  np.moveaxis(X, (0, 1), (1, 0))  np.moveaxis(X, -1, 0)  np.rollaxis(X, 1)  np.squeeze(X)
    np.squeeze(X, 0)  np.squeeze(X, axis=-1)  np.expand_dims(X, 0)  np.expand_dims(X, -1)  np.expand_dims(X, (0, -1))  np.expand_dims(X, 1)
    np.broadcast_to(X, (3, 4))  np.broadcast_to(X, (2, 3, 4))  np.broadcast_to(X, 4)  np.broadcast_arrays(X, [1, 2, 3, 4])  np.atleast_1d(X)
    np.atleast_2d(X)  np.atleast_3d(X)  np.atleast_2d(X, X)  np.concatenate((X, X))  np.concatenate([X, X], axis=1)
    np.concatenate((X, X), axis=-1)  np.concatenate((X, X), axis=None)  np.concatenate((X, X), dtype=np.float64)  np.concatenate(X)
    np.concatenate([X])  np.stack((X, X))  np.stack([X, X], axis=-1)  np.stack((X, X), 1)  np.stack(X)  np.vstack((X, X))  np.hstack([X, X])
    np.hstack((X, X))  np.dstack((X, X))  np.column_stack((X, X))  np.vstack(X)  np.append(X, 1)  np.append(X, X)  np.append(X, X, axis=0)
    np.split(X, 2)  np.split(X, 2, -1)  np.split(X, 2, axis=0)  np.split(X, [1, 2])  np.split(X, (1,), axis=-1)  np.array_split(X, 3)
    np.array_split(X, 3, axis=-1)  np.hsplit(X, 2)  np.vsplit(X, 3)  np.dsplit(X, 2)  np.tile(X, 2)  np.tile(X, (2, 1))
    np.tile(X, (2, 1, 1))  np.tile(X, [2])  np.repeat(X, 2)  np.repeat(X, 2, axis=0)  np.repeat(X, [1], axis=-1)  np.repeat(X, 3, axis=-1)
    np.flip(X)  np.flip(X, 0)  np.fliplr(X)  np.flipud(X)  np.roll(X, 1)  np.roll(X, 1, axis=0)  np.roll(X, (1, 2), axis=(0, 1))
    np.rot90(X)  np.rot90(X, 2)  np.pad(X, 1)  np.pad(X, (1, 2))  np.pad(X, ((1, 0), (0, 2)))  np.pad(X, ((1, 1),), mode='reflect')
    np.pad(X, 1, mode='edge')  np.pad(X, 2, constant_values=5)  np.pad(X, (0, 1))  np.pad(X, [[0, 0], [1, 1]])  np.pad(X, (1,))
    np.resize(X, (2, 2))  np.lib.stride_tricks.sliding_window_view(X, 2, axis=0)  np.lib.stride_tricks.sliding_window_view(X, 2)
    np.lib.stride_tricks.sliding_window_view(X, (2, 2))  np.matrix_transpose(X)
    """),
    "indexing": lines("""
    np.take(X, 0)  np.take(X, [0, 1])  np.take(X, [[0, 1]], axis=0)  np.take(X, 1, axis=-1)  np.take(X, (0, 1), axis=1)
    np.take(X, np.array([0]))  np.take(X, np.int64(0))  np.where(X)  np.where(X > 0, X, 0)  np.where(X > 0, 0.0, X)  np.where(X > 0, X, X)
    np.where(X, 1, 0)  np.where(X, 1.0, 0)  np.where(X, X, True)  np.where(True, X, 1j)  np.where(X, -np.inf, X)  np.nonzero(X)
    np.flatnonzero(X)  np.argwhere(X)  np.argsort(X)  np.argsort(X, axis=0)  np.argsort(X, axis=None)  np.argsort(X, -1, kind='stable')
    np.sort(X)  np.sort(X, axis=0)  np.sort(X, axis=None)  np.partition(X, 1)  np.argpartition(X, 1)  np.searchsorted(X, 1)
    np.searchsorted(X, [1.0, 2.0])  np.searchsorted([1.0, 2.0], X)  np.digitize(X, [0.0, 1.0])  np.unique(X)
    np.unique(X, return_counts=True)  np.unique(X, return_index=True, return_inverse=True)  np.unique(X, axis=0)
    np.unique(X, return_inverse=True, axis=0)  np.clip(X, 0, 1)  np.clip(X, -0.5, 0.5)  np.clip(X, None, 1)  np.clip(X, 0, None)
    np.clip(X, X, X)  np.clip(X, a_min=0, a_max=2)  np.clip(X, 0, 300)  np.diff(X)  np.diff(X, 2)  np.diff(X, axis=0)
    np.diff(X, n=1, axis=1)  np.ediff1d(X)  np.bincount(X)  np.bincount(X, weights=X)  np.bincount(X, minlength=5)  np.histogram(X)
    np.histogram(X, bins=3, range=(0, 1))  np.isin(X, [1, 2])  np.isin(X, X, invert=True)  np.union1d(X, X)  np.intersect1d(X, X)
    np.setdiff1d(X, X)  np.setxor1d(X, [1.0])  np.select([X > 0], [X])  np.select([X > 0, X < 0], [X, -X], default=0)
    np.select([X > 0], [1.0], 2)  np.compress([True, False], X)  np.compress([True], X, axis=0)  np.extract(X > 0, X)  np.delete(X, 0)
    np.delete(X, 0, axis=0)  np.diagonal(X)  np.trace(X)  np.round(X)  np.round(X, 2)  np.around(X, decimals=1)  np.nan_to_num(X)
    np.nan_to_num(X, nan=0.0)  np.sinc(X)  np.i0(X)  np.fix(X)  np.isposinf(X)  np.isneginf(X)  np.iscomplex(X)  np.isreal(X)  np.angle(X)
    np.unwrap(X)  np.isclose(X, 1.0)  np.isclose(X, X)  np.interp(X, [0.0, 1.0], [1.0, 2.0])  np.convolve(X, [1.0, 2.0])
    np.convolve(X, X, mode='same')  np.correlate(X, X)  np.unravel_index(X, (10, 10))  np.unravel_index(X, 10)  np.gradient(X)
    np.gradient(X, axis=0)  np.gradient(X, 0.5, axis=-1)  np.trapezoid(X)  np.take_along_axis(X, np.argsort(X), axis=-1)
    np.take_along_axis(X, np.zeros((3, 1), int), 1)  np.take_along_axis(X, np.zeros(2, int), axis=None)  np.lexsort((X, X))
    np.ix_(X, [0, 1])  np.ix_(X)  np.ix_(X, X)  np.fill_diagonal(X, 1)  np.put(X, [0], 1)  np.putmask(X, X > 0, 1)
    np.place(X, X > 0, [1])
    """),
    "linalg": lines("""
    np.matmul(X, np.ones((4, 2)))  np.dot(X, X)  np.dot(X, np.ones(4))  np.dot(X, 2)  np.vdot(X, X)  np.inner(X, X)  np.outer(X, X)
    np.outer(X, [1, 2])  np.tensordot(X, X, 1)  np.tensordot(X, X, axes=((0,), (0,)))  np.tensordot(X, X)  np.tensordot(X, X, axes=(0, 0))
    np.kron(X, X)  np.cross(X, [1.0, 2.0, 3.0])  np.einsum('ij,ij->i', X, X)  np.einsum('ij->ji', X)  np.einsum('ii', X)
    np.einsum('i,i', X, X)  np.einsum('...i->...', X)  np.einsum('i,j->ij', X, X)  np.einsum('...,...', X, X)
    np.einsum('ij,jk', X, np.ones((4, 2)))  np.linalg.norm(X)  np.linalg.norm(X, axis=-1)  np.linalg.norm(X, 2, 0)
    np.linalg.norm(X, ord=1, axis=0, keepdims=True)  np.linalg.norm(X, axis=(0, 1))  np.linalg.inv(X)  np.linalg.det(X)
    np.linalg.cholesky(X)  np.linalg.pinv(X)  np.linalg.solve(X, np.ones(3))  np.linalg.solve(X, np.ones((3, 2)))  np.linalg.matrix_rank(X)
    np.linalg.matrix_power(X, 2)  np.linalg.matrix_power(X, -1)  np.linalg.matrix_power(X, 0)  np.linalg.eigvals(X)  np.linalg.eigvalsh(X)
    np.linalg.cond(X)  np.linalg.svd(X, compute_uv=False)  np.linalg.svd(X)  np.linalg.svd(X, full_matrices=False)  np.linalg.svd(X, False)
    np.linalg.qr(X)  np.linalg.qr(X, 'complete')  np.linalg.eig(X)  np.linalg.eigh(X)  np.linalg.slogdet(X)  np.linalg.lstsq(X, np.ones(3))
    np.linalg.lstsq(X, np.ones((3, 2)), rcond=None)  np.linalg.qr(X, mode='r')  np.linalg.multi_dot([X, np.ones((4, 2))])
    """),
    "statistics": lines("""
    np.cov(X)  np.cov(X, X)  np.corrcoef(X)  np.polyval([1.0, 2.0], X)  np.polyval(X, 2)  np.polyval(X, 2.0)  np.polyval(X, X)
    np.polyfit([0, 1, 2, 3], X, 1)  np.polyadd(X, [1.0])
    np.polymul(X, X)  np.polyder(X)  np.polyint(X)  np.roots(X)  np.poly(X)  np.vecdot(X, X)  np.vecdot(X, np.ones(4))
    np.broadcast_shapes((3, 1), (1, 4))  np.broadcast_shapes(3, (2, 1))
    np.ravel_multi_index((0, 1), (3, 4))  np.ravel_multi_index((X, X), (9, 9))  np.ravel_multi_index(X, (4, 4, 4, 4))  np.tril_indices_from(X)
    np.triu_indices_from(X, 1)  np.diagflat(X)  np.diagflat(X, 1)
    np.insert(X, 0, 5)  np.insert(X, 0, 5, axis=0)  np.insert(X, 1, 1.5, axis=-1)  np.unstack(X)  np.unstack(X, axis=-1)  X.put(0, 1)
    X.put([0], 1.5)  X.partition(1)
    """),
    "fft": each("np.fft.N(XA)", ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft"), "|, 5|, axis=0|, n=4, axis=-1|, axis=1|, norm='ortho'")
    + each("np.fft.N(XA)", ("fft2", "ifft2", "rfft2", "irfft2", "fftn", "ifftn", "rfftn", "irfftn"), "|, (2, 2)|, axes=(0, 1)|, axes=(0,)")
    + lines("""
    np.fft.fftfreq(X)  np.fft.rfftfreq(5, X)  np.fft.fftfreq(5)  np.fft.fftshift(X)  np.fft.ifftshift(X, axes=0)  np.fft.fftshift(X, (0, 1))
    """),
    "ufunc methods": each("np.N.reduce(XA)", UFUNC_METHODS, "|, axis=None|, axis=-1|, 1|, keepdims=True|, axis=(0, 1)|, dtype=np.float32|, initial=1")
    + each("np.N.accumulate(XA)", UFUNC_METHODS, "|, axis=1|, 0|, dtype=np.float64")
    + each("np.N.outer(XA)", UFUNC_METHODS, ", X|, 1|, [1, 2]|, 1.5")
    + lines("np.add.at(X, 0, 1)  np.add.at(X, [0, 1], 1)  np.subtract.at(X, (0, [0, 1]), 1.5)  np.maximum.at(X, (slice(None), [0]), 2)"),
    "subscripts": lines("""
    X[0]  X[-1]  X[1:]  X[::2]  X[:, 0]  X[0, 0]  X[0, :]  X[..., 0]  X[0, ...]  X[...]  X[None]  X[None, :]  X[:, None]  X[0, None]  X[()]
    X[None, ..., None]  X[1:3, ::-1]  X[:, 1:-1]  X[True]  X[False]  X[[0, 1]]  X[[0], [1]]  X[[0, 1], :]  X[:, [0, 1]]  X[[0, 1], 0]
    X[0, [0, 1]]  X[[0, 1], [0, 1]]  X[:, 0, [0, 1]]  X[0, :, [0, 1]]  X[[0, 1], :, [0, 1]]  X[[0], ..., 0]  X[0, ..., [0]]  X[..., [0]]
    X[[0], None]  X[[0], None, [1]]  X[None, [0]]  X[np.array([0, 1])]  X[np.array([[0, 1]])]  X[np.array(0)]  X[np.array(0), 1]
    X[np.int64(1)]  X[np.int8(0), :]  X[np.array([True, False, True])]  X[[True, False, True]]  X[[[0, 1], [1, 0]]]
    X[np.array([True, False, True]), 0]  X[np.array([True, False, True]), [0, 0]]  X[X > 0]  X[np.zeros((3, 4), bool)]
    X[0, np.array([True, False, True, False])]  X[np.array(True)]  X[np.bool_(True)]  X[slice(None)]  X[range(2)]  X[(0, 1)]
    X[((0, 1), (0, 1))]  X[((0, 1),)]  X[[]]  X[1.0]  X['a']  X[0, 0, 0]  X[0, 0, 0, 0]  X[5:2]  X[1:1]  X[-2:]  X[:-1, 0]  X[True, 0]
    X[0, True]  X[[0, 1], True]  X[...,]  X[..., None]  X[..., :]  X[np.array([], int)]  X[(), 0]  X[[0], ..., [0]]  X[None, 0, None]
    X[::0]  X[0][0]
    """),
}

TWO: dict[str, list[str]] = {
    "operators": [f"X {o} Y" for o in "+ - * / // % ** @ << >> & | ^ == != < <= > >=".split()] + ["divmod(X, Y)"],
    "ufuncs": each("np.N(X, Y)", (n[6:] for n in UFUNCS[2] if n != "numpy.matmul")),
    "mixed": lines("""
    np.where(X > 0, X, Y)  np.where(True, X, Y)  np.concatenate((X, Y))  np.concatenate((X, Y), axis=-1)  np.stack((X, Y))  np.dot(X, Y)
    np.matmul(X, Y)  np.outer(X, Y)  np.inner(X, Y)  np.clip(X, Y, 5)  np.clip(X, 0, Y)  np.append(X, Y)  np.isin(X, Y)
    np.average(X, weights=Y)  np.average(X, axis=0, weights=Y)  np.isclose(X, Y)  np.linalg.solve(X, Y)  np.tensordot(X, Y, 1)
    np.kron(X, Y)  np.select([True], [X], Y)  np.array((X, Y))  np.array([X, Y])  np.take(X, Y)  np.take(X, Y, axis=0)  X[Y]  X[Y, 0]
    X[:, Y]  X[..., Y]  np.full((2,), X, Y.dtype)  np.searchsorted(X, Y)  np.linspace(X, Y, 4)  np.arange(X, Y)  np.vdot(X, Y)
    np.union1d(X, Y)  np.convolve(X, Y)  np.interp(X, Y, Y)  np.hstack((X, Y))  np.vstack((X, Y))  np.column_stack((X, Y))
    np.broadcast_arrays(X, Y)  np.meshgrid(X, Y)  np.linspace(X, Y)
    """),
}

CLOSED = lines("""
    np.zeros(3)  np.zeros((2, 3), np.float32)  np.zeros((2, 3), dtype='int8')  np.zeros([2, 3])  np.zeros(())  np.ones((2,), bool)
    np.ones(np.int64(3))  np.ones((np.int64(3), 2))  np.ones(np.array([2, 3]))  np.full((2, 3), 7)  np.full((2, 3), 7.5)
    np.full(2, 1, np.float32)  np.full(2, True)  np.array(5)  np.array(5.0)  np.array([1, 2, 3])  np.array((1, 2, 3))
    np.array([[1, 2], [3, 4]])  np.array(((1.0, 2.0), (3.0, 4.0)))  np.array([])  np.array(())  np.array([1, 2.5])  np.array((1, 2.5))
    np.array([True, False])  np.array([1, 2], np.float32)  np.array(2**70)  np.array((2**70, 1))  np.array((2**63, 1.0))  np.array(range(4))
    np.array([[]])  np.arange(5)  np.arange(1, 5)  np.arange(1, 10, 3)  np.arange(5.0)  np.arange(0, 1, 0.25)
    np.arange(5, dtype=np.float32)  np.arange(10, 0, -2)  np.arange(5, 0)  np.arange(2**70, 2**70 + 3)  np.arange(True)
    np.arange(0, 2**62, 2**61)  np.arange(np.int8(5))  np.arange(stop=5)  np.arange(0, stop=5)  np.arange(2**70 - 3, 2**70)
    np.arange(0, 2**70, 2**69)  np.linspace(0, 1)  np.linspace(0, 1, 5)  np.linspace(0.0, 1.0, num=5, endpoint=False)  np.linspace(0, 1j, 3)
    np.linspace(0, 5, 6, dtype=int)  np.linspace((0, 1), (1, 2), 5)  np.linspace(0, 1, 0)  np.eye(3)  np.eye(2, 3)
    np.eye(3, k=1, dtype=np.float32)  np.identity(3)  np.tri(3)  np.tri(2, 4, dtype=int)  np.indices((2, 3))  np.tril_indices(3)
    np.triu_indices(3, 1)  np.hanning(5)  np.hamming(4)  np.blackman(1)  np.bartlett(0)  np.kaiser(5, 14)  np.float32()  np.int64('5')
    np.float64('1.5')  np.float32(2**70)  np.bool_(1j)  np.add(1, 2)  np.add(1, 2.0)  np.maximum(1, True)  np.add(True, True)  np.add(1, 1j)
    np.greater(1, 2)  np.sqrt(4)  np.exp(1)  np.sum(5)  np.sum((1, 2.0))  np.mean([1, 2])  np.max((1, 2))  np.where(True, 1, 2)
    np.where(True, 2**70, 1)  np.where((True, False), 1, 2.5)  np.concatenate(([1.0], [2.0]))  np.concatenate(((1,), (2.0,)))
    np.stack(([1.0], [2.0]))  np.stack((1, 2))  np.stack((1.0, 2.0))  np.vstack((1, 2))  np.hstack((1.0, 2))  np.split((1.0, 2.0), 2)
    np.count_nonzero([1, 0])  np.float64(1) == None  np.ones(3) == None  np.ones(3) != 'a'  np.float64(1) == 'a'  [1, 2] * np.int64(2)
    (1, 2) * np.int64(2)  np.int64(2) * [1, 2]  [1, 2] * np.array(2)  [1.0] * np.float64(2)  [1, 2] + np.array([1, 2])
    np.array([1, 2]) + [1, 2]  np.float32(1) + [1.0]  'ab' * np.int64(2)  [1, 2] * np.bool_(True)  (1.0, 2.0) * np.bool_(True)
    np.int64(2) * (1, 2)  np.array([1]) * [2]  np.int64(1) + 2**70  np.float64(1) + 2**70  np.ones(2) * (1, 2)  np.array([2**63]) + 1
    np.array([True]) ** 2  np.array([True]) ** True  np.bool_(True) ** 2  np.int8(3) ** 2  np.array([4], np.int8) ** 0.5
    np.array([4]) ** 0.5  np.array([4]) ** -1.0  np.array([4], np.float16) ** 2  2 ** np.array([1, 2])  2.0 ** np.array([1], np.int8)
    np.array([1, 2], np.uint8) ** 2  np.array([1, 2], np.int16) ** 2.0  np.array([1], np.int32) ** 1  np.array([4], np.int8) ** 2.0
    np.array([4], np.uint8) ** 3  np.array([4], np.int8) ** 1j  np.array([True]) ** 0.5  np.array([True]) ** 0  True ** np.array([1, 2])
    np.meshgrid()  np.atleast_1d()  np.broadcast_arrays()  np.einsum('ij,jk->ik', np.ones((2, 3)), np.ones((3, 4), np.float32))
    np.einsum('bij,bjk->bik', np.ones((2, 2, 3)), np.ones((1, 3, 4)))  np.pad(np.ones((2, 3)), ((0, 0), (1, 2)), 'reflect')
    np.pad(np.ones(3), 1, 'wrap')  np.arange(6).reshape(2, 3).T  np.unique([3, 1, 2])  np.median([1, 2])  np.interp(1.5, [1, 2], [3, 4])
    np.isclose(1.0, 1.0)  np.round(1.5)  np.round(1)  np.round(True)  np.clip(5, 0, 3)  np.clip(5.5, 0, 3)  np.clip(1, 0.5, 3)
    np.select([True], [1])  np.nan_to_num(1.0)  np.nan_to_num(1)  np.linalg.norm([3.0, 4.0])  np.linalg.norm([[3, 4], [1, 2]], axis=1)
    np.expand_dims(5, 0)  np.squeeze(5)  np.transpose(5)  np.reshape(5, (1,))  np.ravel(5)  np.repeat(5, 3)  np.tile(5, 3)  np.flip([1, 2])
    np.take([1, 2, 3], 0)  np.take((1.0, 2.0), (0, 1))  np.sort([3, 1])  np.argsort((3, 1, 2))  np.argmax([1, 3, 2])  np.argmax((1, 3))
    np.cumsum([1, 2])  np.cumsum(5)  np.diff([1, 2, 4])  np.diff((1, 2.0))  np.bincount([1, 1, 2])  np.any([True, False])
    np.all((True, False))  np.any(1)  np.dot(2, 3)  np.dot([1, 2], [3, 4])  np.dot((1.0,), (2.0,))  np.inner(2, 3.0)  np.outer(1, 2)
    np.kron(2, 3)  np.trace([[1, 2], [3, 4]])  np.linalg.det(((1.0, 2.0), (3.0, 4.0)))  np.broadcast_to(1, (2, 3))
    np.ones((2, 3)) + np.ones((3, 1, 1))  np.gcd(4, 6)  np.lcm(4, 6)  np.gcd((4, 6), 2)  np.isnan(1)  np.sign(-5)  np.floor(1.5)
    np.floor(2)  np.abs(-3)  np.abs(True)  np.abs(1j)  np.square(3)  np.negative(2)  np.divmod(5, 2)  np.modf(1.5)  np.frexp(2.5)
    np.ldexp(1.5, 2)  np.power(2, 3)  np.power(2, 0.5)  np.left_shift(1, 3)  np.logical_not(1)  np.logical_and([True], [False])
    np.hypot(3, 4)  np.arctan2(1, 2)  np.float_power(2, 3)  np.shape([1, 2])  np.ndim(((1, 2),))  np.size([1, 2, 3])  np.real(1)
    np.imag(1j)  np.real(1j)  np.imag(1.5)  np.imag(3)  np.real([1j])  np.angle(1j)

""")

RANDOM = lines("""
    np.random.rand()  np.random.rand(2)  np.random.rand(2, 3)  np.random.randn()  np.random.randn(4)  np.random.randint(5)
    np.random.randint(1, 5)  np.random.randint(1, 5, 3)  np.random.randint(0, 5, (2, 3))  np.random.randint(5, size=())
    np.random.randint(5, dtype=np.int8)  np.random.randint(2, dtype=bool)  np.random.randint([3, 4])
    np.random.randint(5, size=3, dtype=np.int32)  np.random.seed(1)  np.random.random()  np.random.random(3)  np.random.random((2, 2))
    np.random.random_sample(3)  np.random.standard_normal()  np.random.standard_normal((2,))  np.random.normal()  np.random.normal(0, 1, 5)
    np.random.normal(0.0, 1.0, (2, 3))  np.random.normal([0, 1])  np.random.normal(np.zeros((2, 2)))  np.random.normal(np.float64(1))
    np.random.normal(np.array(1.0))  np.random.normal(size=())  np.random.uniform()  np.random.uniform(-1, 1, 3)
    np.random.uniform(low=0, high=[1, 2])  np.random.choice(5)  np.random.choice([1.0, 2.0])  np.random.choice(5, 3)
    np.random.choice(5, size=(2, 2))  np.random.choice(np.arange(4), 2, replace=False)  np.random.choice(3, p=[0.2, 0.3, 0.5])
    np.random.choice(np.arange(4))  np.random.choice((1, 2))  np.random.choice(5, size=())  np.random.permutation(5)
    np.random.permutation([1, 2])  np.random.permutation(np.ones((2, 3)))  np.random.permutation(np.int64(3))
    np.random.shuffle(np.arange(3))  np.random.poisson()  np.random.poisson(3.0, 4)  np.random.binomial(5, 0.5)
    np.random.binomial(5, 0.5, (2,))  np.random.exponential()  np.random.exponential(2.0, 3)  np.random.beta(1, 2)
    np.random.gamma(2.0, 1.0, 3)  np.random.geometric(0.5)  np.random.default_rng(0)  np.random.default_rng()  np.random.triangular(0, 1, 2)
    G.random()  G.random(3)  G.random((2, 3), dtype=np.float32)  G.random(dtype=np.float32)  G.standard_normal()
    G.standard_normal((2,), dtype='float32')  G.integers(5)  G.integers(1, 5)  G.integers(1, 5, 3)  G.integers(0, 5, (2, 3), dtype=np.int8)
    G.integers(5, dtype=np.int8)  G.integers(5, dtype=np.int64)  G.integers(2, dtype=bool)  G.integers([2, 3])  G.integers(5, size=())
    G.normal()  G.normal(0, 1, 3)  G.normal(loc=[0, 1])  G.uniform()  G.uniform(0, 1, (2,))  G.choice(5)  G.choice([1.0, 2.0], 3)
    G.choice(5, 3)  G.choice(np.ones((3, 2)))  G.choice(np.ones((3, 2)), 2)  G.choice(np.ones((3, 2)), (2, 2), axis=1)  G.choice([1, 2])
    G.permutation(5)  G.permutation(np.ones((2, 3)))  G.permutation(np.ones((2, 3)), axis=1)  G.shuffle(np.arange(3))  G.poisson(2.0)
    G.binomial(3, 0.5, 4)  G.exponential(size=2)  G.lognormal()  G.standard_t(3)

""")

INPLACE = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**", "matmul": "@", "lshift": "<<",
    "rshift": ">>", "and": "&", "or": "|", "xor": "^",
}  # fmt: skip

INDICES = [0, -1, (0, 0), (slice(None), 0), (0, slice(1, None)), slice(None), ..., (..., 0), None, (), [0, 1], ([0, 1], 0), True, np.array([0, 1]),
           np.array([True, False, True]), np.zeros((3, 4), bool), (slice(None), [0, 1]), (0, 0, 0), (slice(None), slice(0, 2))]  # fmt: skip
