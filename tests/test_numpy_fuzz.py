"""The NumPy type rules against NumPy, on random arrays of every dtype, of rank 0 to 4, empty ones too, and random arguments.

A template's `{axis}` and the like are filled in at random; `test_ops_numpy.check` then runs the line and asks the rule for its type, from the exact
types of the operands and from types with parts forgotten. Seeded: what fails, fails again.
"""

from __future__ import annotations

import random
import re
from typing import Any

import numpy as np
import pytest
from numpy_samples import lines
from test_ops_numpy import WAYS, Arg, check, const_of, is_member, type_of

from scriptc.ir.core import MISSING, OpTypeError
from scriptc.ops import tensor_rules

DTYPES = tuple("bool int8 uint8 int16 uint16 int32 uint32 int64 uint64 float16 float32 float64 complex64 complex128".split())
COMMON = ("float64", "float64", "float32", "int64", "bool", "complex128")


def some_shape(rng: random.Random, most: int = 4) -> tuple[int, ...]:
    return tuple(rng.choice((0, 1, 1, 2, 2, 3, 3, 4)) for _ in range(rng.choice((0, 1, 1, 2, 2, 2, 3, 3, most))))


def some_array(rng: random.Random, shape: tuple[int, ...] | None = None) -> Any:
    shape = some_shape(rng) if shape is None else shape
    dtype = rng.choice(DTYPES if rng.random() < 0.4 else COMMON)
    made = np.array([rng.choice((0, 1, 2, 3, 5, -1, -2)) for _ in range(int(np.prod(shape)))]).astype(dtype).reshape(shape)
    if rng.random() < 0.2:
        made = made.T
    if rng.random() < 0.1 and made.ndim:
        made = made[::-1]
    return made[()] if made.ndim == 0 and rng.random() < 0.5 else made


def another(rng: random.Random, x: Any) -> Any:
    """An array that goes with `x` more often than a random one: of its shape, or of its last dimensions, or a column."""
    shape = np.shape(x)
    ways = [shape, shape, shape[-1:], shape[::-1], (*shape[:-1], 1), (1, *shape[1:]), shape[:-1], some_shape(rng)]
    return some_array(rng, rng.choice(ways))


FILL = {
    "axis": "0 1 -1 -2 2 -3 None (0,1) (0,) (-1,0)",
    "int": "0 1 -1 2 -2 3 5",
    "one": "0 1 -1 2 -3",
    "flag": "True False",
    "shape": "-1 (2,-1) (-1,1) (3,4) (2,3) (1,) () (0,) (6,) (-1,0) (2,2,-1) [1,-1] 4",
    "reps": "0 1 2 (2,) (2,1) (1,2,2) () [2,0]",
    "widths": "0 1 (1,2) ((1,0),) ((0,1),(2,0)) ((1,1),(0,0),(2,1)) [1] (2,)",
    "mode": "'constant' 'edge' 'reflect' 'wrap' 'symmetric' 'mean' 'maximum' 'linear_ramp'",
    "parts": "1 2 3 [1] (1,2) [0,3] [] np.array([1]) [-1]",
    "index": "0 -1 [0] [0,0] [[0,1],[1,0]] () (1,) np.array([0,1]) np.int64(0) np.array(0) np.zeros((0,),int)",
    "norm": "None 1 2 -1 0 np.inf -np.inf 'fro' 'nuc' 3.5",
    "dtype": "np.float32 'int64' None bool complex",
    "order": "'C' 'F' 'K' 'A'",
    "fft": "None 'ortho' 'forward'",
    "n": "None 1 2 5 8",
    "s": "None (2,2) (3,) (4,5) [2,2]",
}

SHAPE = """
    np.reshape(X, {shape})  X.reshape({shape})  np.reshape(X, {shape}, order={order})  np.ravel(X)  np.squeeze(X, {axis})  np.expand_dims(X, {axis})
    np.transpose(X, {axis})  np.swapaxes(X, {one}, {one})  np.moveaxis(X, {axis}, {axis})  np.rollaxis(X, {one}, {one})  np.flip(X, {axis})
    np.roll(X, {int}, {axis})  np.roll(X, (1, 2), {axis})  np.rot90(X, {int})  np.tile(X, {reps})  np.repeat(X, {reps}, {axis})
    np.pad(X, {widths})  np.pad(X, {widths}, mode={mode})  np.concatenate((X, Y), axis={axis})  np.concatenate([X, Y, X], axis={axis})
    np.stack((X, Y), axis={one})  np.vstack((X, Y))  np.hstack((X, Y))  np.dstack((X, Y))  np.column_stack((X, Y))  np.append(X, Y, {axis})
    np.split(X, {parts}, {one})  np.array_split(X, {parts}, axis={one})  np.hsplit(X, {parts})  np.vsplit(X, {parts})  np.dsplit(X, {parts})
    np.atleast_1d(X)  np.atleast_2d(X, Y)  np.atleast_3d(X)  np.broadcast_to(X, {shape})  np.broadcast_arrays(X, Y)  np.resize(X, {shape})
    np.insert(X, {index}, 1, {axis})  np.delete(X, {index}, {axis})  np.unstack(X, axis={one})  np.block([X, Y])  np.block([[X, Y], [Y, X]])
    np.trim_zeros(X)  np.trim_zeros(X, 'f')  np.lib.stride_tricks.sliding_window_view(X, {reps}, axis={axis})  np.fliplr(X)
    np.diagonal(X, {int}, {one}, {one})  np.trace(X, {int}, {one}, {one})  np.diagflat(X, {int})  X.diagonal({int})  X.trace()  np.matrix_transpose(X)
"""
SELECTION = """
    np.take(X, {index}, {axis})  X.take({index}, axis={axis})  np.take(X, {index}, mode='clip')  np.take(X, {index}, axis={one}, mode='wrap')
    np.where(X, Y, X)  np.where(X > 0, X, 1)  np.where(X > Y, X, Y)  np.choose(np.abs(X).astype(int) % 2, [X, Y])  np.choose(0, (X, Y))
    np.compress([True, False], X, {axis})  X.compress([True], {axis})  np.extract(X > 0, X)  np.argsort(X, {axis})  np.sort(X, {axis})
    np.partition(X, {int}, {axis})  np.argpartition(X, {int}, {axis})  X.argpartition({int}, {axis})  np.searchsorted(X, Y)
    np.unique(X, axis={axis})  np.unique(X, return_index={flag}, return_inverse={flag}, return_counts={flag})
    np.unique(X, return_inverse=True, axis={one})  np.unique_counts(X)  np.unique_all(X)  np.unique_inverse(X)  np.unique_values(X)
    np.clip(X, Y, 3)  np.clip(X, 0, Y)  X.clip({int}, {int})  np.diff(X, {int}, {one})  np.diff(X, axis={one}, prepend=0)  np.digitize(X, [0, 2])
    np.take_along_axis(X, np.argsort(X, {one}), {one})  np.take_along_axis(X, np.zeros(np.shape(Y), int), {axis})  np.select([X > 0, X > 1], [X, Y])
    np.select([X > 0], [Y], {int})  np.nonzero(X)  np.argwhere(X)  np.flatnonzero(X)  np.lexsort((X, Y))  np.sort_complex(X)  np.bincount(X)
    np.histogram(X, {int})  np.histogram(X, bins=[0, 1, 3])  np.histogram_bin_edges(X, 3)  np.histogramdd(X, 2)  np.histogram2d(X, Y, 2)
    np.packbits(X)  np.packbits(X, axis={one})  np.unpackbits(X)  np.unpackbits(X, {one})  np.ix_(X, Y)  np.isin(X, Y)  np.union1d(X, Y)
    np.intersect1d(X, Y)  np.intersect1d(X, Y, return_indices=True)  np.setdiff1d(X, Y)  np.setxor1d(X, Y)  np.ediff1d(X)
    np.interp(X, [0, 1], [2, 3])  np.interp(X, [0, 1], [2, 3], period=2)  np.gradient(X, axis={one})  np.trapezoid(X, axis={one})
    np.unravel_index(X, (4, 5))
    np.ravel_multi_index((X, X), (9, 9))  np.diag_indices_from(X)  np.tril_indices_from(X)  np.convolve(X, Y, 'same')  np.correlate(X, Y)
    np.put(X, {index}, 1)  np.place(X, X > 0, [1, 2])  np.putmask(X, X > 0, Y)  np.copyto(X, Y)  np.fill_diagonal(X, 3)  X.byteswap()
"""
LINEAR = """
    np.dot(X, Y)  np.matmul(X, Y)  X @ Y  X.dot(Y)  np.vdot(X, Y)  np.inner(X, Y)  np.outer(X, Y)  np.kron(X, Y)  np.cross(X, Y)
    np.tensordot(X, Y, {int})  np.tensordot(X, Y, axes=({one}, {one}))  np.tensordot(X, Y, axes=([0], [{one}]))  np.vecdot(X, Y)
    np.matvec(X, Y)  np.vecmat(X, Y)
    np.einsum('ij,jk->ik', X, Y)  np.einsum('ij,ij->i', X, Y)  np.einsum('...i,...i', X, Y)  np.einsum('i...->...', X)
    np.einsum('ij,kj->ik', X, Y, optimize=True)  np.einsum('ii->i', X)  np.einsum('ijk->kj', X)  np.einsum('i,j', X, Y)  np.einsum('...ij->...ji', X)
    np.linalg.norm(X, {norm}, {axis})  np.linalg.norm(X, {norm}, axis={axis}, keepdims={flag})  np.linalg.norm(X, axis={axis})
    np.linalg.vector_norm(X, axis={axis}, keepdims={flag})  np.linalg.vector_norm(X, ord={norm})  np.linalg.matrix_norm(X, ord={norm})
    np.linalg.matrix_norm(X, keepdims={flag})  np.linalg.inv(X)  np.linalg.det(X)  np.linalg.slogdet(X)  np.linalg.solve(X, Y)  np.linalg.pinv(X)
    np.linalg.matrix_rank(X)  np.linalg.matrix_power(X, {int})  np.linalg.cholesky(X)  np.linalg.qr(X)  np.linalg.qr(X, mode='complete')
    np.linalg.qr(X, 'r')  np.linalg.svd(X)  np.linalg.svd(X, {flag})  np.linalg.svd(X, compute_uv=False)  np.linalg.svdvals(X)  np.linalg.eig(X)
    np.linalg.eigh(X)  np.linalg.eigvals(X)  np.linalg.eigvalsh(X)  np.linalg.cond(X)  np.linalg.cond(X, {norm})  np.linalg.lstsq(X, Y)
    np.linalg.tensorinv(X, {int})  np.linalg.tensorsolve(X, Y)  np.linalg.diagonal(X)  np.linalg.diagonal(X, offset={int})  np.linalg.trace(X)
    np.linalg.outer(X, Y)  np.linalg.cross(X, Y)  np.linalg.matmul(X, Y)  np.linalg.tensordot(X, Y, axes={int})  np.linalg.vecdot(X, Y)
    np.linalg.matrix_transpose(X)  np.linalg.multi_dot([X, Y])  np.linalg.vecdot(X, Y, axis={one})  np.linalg.trace(X, dtype={dtype})
    np.polyval(X, Y)  np.polyfit(X, Y, 1)  np.cov(X)  np.corrcoef(X)  np.roots(X)
"""
TRANSFORMS = "".join(
    f"np.fft.{n}(X)  np.fft.{n}(X, {{n}}, {{one}})  np.fft.{n}(X, norm={{fft}}, axis={{one}})  "
    for n in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft")
) + "".join(
    f"np.fft.{n}(X)  np.fft.{n}(X, {{s}}, {{axis}})  np.fft.{n}(X, axes={{axis}}, norm={{fft}})  "
    for n in ("fft2", "ifft2", "rfft2", "irfft2", "fftn", "ifftn", "rfftn", "irfftn")
) + "np.fft.fftshift(X, {axis})  np.fft.ifftshift(X, {axis})"  # fmt: skip

FAMILIES = {"shape": SHAPE, "selection": SELECTION, "linear": LINEAR, "fft": TRANSFORMS}


def filled(rng: random.Random, template: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda m: rng.choice(FILL[m.group(1)].split()), template)


@pytest.mark.parametrize("family", sorted(FAMILIES))
@pytest.mark.parametrize("seed", range(3))
def test_rules(family: str, seed: int) -> None:
    rng, wrong = random.Random(f"{family}{seed}"), []
    for template in lines(FAMILIES[family]):
        for _ in range(12):
            x = some_array(rng)
            try:
                wrong += check(filled(rng, template), {"X": x, "Y": another(rng, x)})
            except ValueError:
                continue  # an operand, like `X > Y`, cannot be computed
    assert not wrong, "\n".join(wrong[:40]) + f"\n{len(wrong)} in all"


# random numbers

FILL["size"] = "None 3 (2,) (2,1) () [2] (0,) np.int64(2) 2"
FILL["p"] = "0.5 0.25 [0.5,0.25] np.array([[0.5],[0.1]]) np.float32(0.5) np.array(0.5)"
FILL["number"] = "1 2.0 [1,2] np.array([[1.0],[3.0]]) np.float64(3) np.array(2) (1.0,2.0) True"
FILL["count"] = "3 5 [3,4] np.array([5]) np.int64(4) np.int8(4) np.array(4,np.uint8)"
DRAWS = """
    R.normal({number}, {number}, {size})  R.uniform({number}, 4, {size})  R.exponential({number}, {size})  R.beta({number}, {number}, {size})
    R.gamma({number}, {number}, size={size})  R.laplace({number}, size={size})  R.logistic(size={size})  R.lognormal({number}, 0.5, {size})
    R.gumbel(0, {number}, {size})  R.chisquare({number}, {size})  R.rayleigh({number}, {size})  R.standard_t({number}, {size})
    R.triangular(0, {p}, 2, {size})  R.weibull({number}, {size})  R.pareto({number}, {size})  R.power({number}, {size})  R.f({number}, 3, {size})
    R.noncentral_chisquare(2, {number}, {size})  R.noncentral_f(2, 3, {number}, {size})  R.vonmises(0, {number}, {size})  R.wald(1, {number}, {size})
    R.poisson({number}, {size})  R.binomial({count}, {p}, {size})  R.geometric({p}, {size})  R.hypergeometric({count}, 4, 2, {size})
    R.negative_binomial({count}, {p}, {size})  R.logseries({p}, {size})  R.zipf(2.5, {size})  R.dirichlet([1.0, 2.0], {size})
    R.multinomial(3, [0.5, 0.5], {size})  R.multivariate_normal([0, 0], np.eye(2), {size})  R.standard_gamma({number}, {size})
    R.random({size})  R.standard_normal({size})  R.standard_exponential({size})  R.standard_cauchy({size})  R.bytes(3)  R.choice({count}, {size})
    R.choice([1.5, 2.5], {size})  R.choice(np.eye(2)[0], size={size}, replace=True, p=[0.5, 0.5])  R.permutation({count})  R.permutation(np.eye(3))
    G.integers({count}, size={size})  G.integers(0, {count}, {size}, dtype=np.int8)  G.integers({count}, endpoint=True)
    G.random({size}, dtype=np.float32)  G.standard_normal({size}, 'float32')  G.standard_gamma({number}, {size}, dtype=np.float32)
    G.standard_exponential({size}, method='inv')  G.permuted(np.eye(3), axis={axis})  G.permuted([1, 2, 3])  G.choice(np.eye(3), {size}, axis=1)
    G.multinomial({count}, [0.5, 0.5], {size})  G.multivariate_hypergeometric([3, 4], 2, {size})  G.permutation(np.eye(3), axis=1)
    np.random.randint({count}, size={size})  np.random.randint(0, {count}, {size}, dtype=np.uint8)  np.random.random_sample({size})
    np.random.rand(2, 3)  np.random.randn()  np.random.get_state()  np.random.ranf({size})
"""


@pytest.mark.parametrize("seed", range(2))
def test_random(seed: int) -> None:
    rng, wrong = random.Random(seed), []
    for template in lines(DRAWS):
        for _ in range(8):
            text = filled(rng, template)
            for which in ("G.", "np.random.") if text.startswith("R.") else ("",):
                wrong += check(which + text.removeprefix("R.") if which else text, {"G": np.random.default_rng(seed)})
    assert not wrong, "\n".join(wrong[:40]) + f"\n{len(wrong)} in all"


# subscripts


def some_entry(rng: random.Random) -> Any:
    kind = rng.randrange(12)
    if kind < 3:
        return rng.choice((0, 1, -1, 2))
    if kind < 6:
        bounds = (None, None, 0, 1, 2, -1, 5)
        return slice(rng.choice(bounds), rng.choice(bounds), rng.choice((None, None, 1, 2, -1, -2)))
    if kind == 6:
        return rng.choice((None, ..., ..., True, False, np.bool_(True)))
    if kind == 7:
        return np.array(rng.choice(([0], [0, 1], [[0, 1], [1, 0]], [-1, 0, 0], [[0]])))
    if kind == 8:
        return rng.choice(([0, 1], [0], [], [[0], [1]], (0, 1), [True, False], [True, False, True], range(2)))
    if kind == 9:
        return np.array([rng.random() < 0.5 for _ in range(rng.choice((1, 2, 3, 4)))])
    if kind == 10:
        return np.array(rng.choice((np.int64(1), np.int8(0), np.zeros((0,), int), np.zeros((2, 0), int), np.uint8(1))))
    return rng.choice((np.int64(1), np.int8(-1), np.zeros(some_shape(rng, 2), bool)))


def some_index(rng: random.Random) -> Any:
    count = rng.choice((1, 1, 2, 2, 2, 3, 3, 4))
    return some_entry(rng) if count == 1 else tuple(some_entry(rng) for _ in range(count))


def _known(index: Any) -> Any:
    if isinstance(index, tuple):
        return tuple(const_of(i) for i in index)
    return const_of(index)


def _subscript(x: Any, index: Any) -> list[str]:
    try:
        value = x[index]
    except (IndexError, TypeError, ValueError) as e:
        value = e
    wrong = []
    for way, forget in WAYS.items():
        try:
            t = tensor_rules.getitem(*(forget(a) for a in (Arg(type_of(x), MISSING), Arg(type_of(index), _known(index)))))
        except OpTypeError as e:
            if not isinstance(value, Exception):
                wrong.append(f"{type_of(x)}[{index!r}] [{way}]: refused ({e.message}), but NumPy gives {type_of(value)}")
            continue
        if not isinstance(value, Exception) and not is_member(value, t):
            wrong.append(f"{type_of(x)}[{index!r}] [{way}]: derived {t}, but NumPy gives {type_of(value)}")
    return wrong


@pytest.mark.parametrize("seed", range(4))
def test_subscripts(seed: int) -> None:
    rng, wrong = random.Random(seed), []
    for _ in range(2500):
        wrong += _subscript(some_array(rng), some_index(rng))
    assert not wrong, "\n".join(wrong[:40]) + f"\n{len(wrong)} in all"


def _store(x: Any, index: Any, value: Any) -> list[str]:
    try:
        x.copy()[index] = value
    except (IndexError, TypeError, ValueError):
        return []
    wrong = []
    for way, forget in WAYS.items():
        try:
            tensor_rules.setitem(*(forget(a) for a in (Arg(type_of(x), MISSING), Arg(type_of(index), _known(index)), Arg(type_of(value)))))
        except OpTypeError as e:
            wrong.append(f"{type_of(x)}[{index!r}] = {type_of(value)} [{way}]: refused ({e.message}), but NumPy stores it")
    return wrong


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::numpy.exceptions.ComplexWarning")
@pytest.mark.parametrize("seed", range(4))
def test_stores(seed: int) -> None:
    rng, wrong = random.Random(seed), []
    for _ in range(1500):
        x, index = some_array(rng), some_index(rng)
        try:
            whole = np.shape(x[index])
        except (IndexError, TypeError, ValueError):
            continue
        if isinstance(x, np.ndarray):
            value = rng.choice((1, 2.5, 1j, True, [1], some_array(rng, whole), another(rng, np.zeros(whole))))
            wrong += _store(x, index, value)
    assert not wrong, "\n".join(wrong[:40]) + f"\n{len(wrong)} in all"
