"""Activations, element by element or along one dimension. Each keeps the dtype of a floating input."""

from __future__ import annotations

import math

import numpy as np


def relu(x: np.ndarray) -> np.ndarray:
    """max(x, 0)."""
    return np.maximum(x, 0)


def relu6(x: np.ndarray) -> np.ndarray:
    """min(max(x, 0), 6)."""
    return np.minimum(np.maximum(x, 0), 6)


def hardtanh(x: np.ndarray, min_val: float = -1.0, max_val: float = 1.0) -> np.ndarray:
    """`x` held between two bounds."""
    return np.minimum(np.maximum(x, min_val), max_val)


def threshold(x: np.ndarray, threshold: float, value: float) -> np.ndarray:
    """`value` where `x` is not above `threshold`, else `x`."""
    return np.where(x <= threshold, value, x)


def leaky_relu(x: np.ndarray, negative_slope: float = 0.01) -> np.ndarray:
    """`x` where it is not negative, `negative_slope * x` elsewhere."""
    return np.where(x >= 0, x, x * negative_slope)


def prelu(x: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """`leaky_relu` with a learned slope: `weight` `(1,)`, or `(channels,)` for dimension 1 of `x` (He et al. 2015, arXiv:1502.01852)."""
    slope = weight if len(weight) == 1 else weight.reshape((-1,) + (1,) * (x.ndim - 2))
    return np.where(x >= 0, x, x * slope)


def elu(x: np.ndarray, alpha: float = 1.0) -> np.ndarray:
    """`x` where it is positive, `alpha * (exp(x) - 1)` elsewhere (Clevert et al. 2015, arXiv:1511.07289)."""
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def celu(x: np.ndarray, alpha: float = 1.0) -> np.ndarray:
    """`x` where it is positive, `alpha * (exp(x / alpha) - 1)` elsewhere (Barron 2017, arXiv:1704.07483)."""
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0) / alpha))


def selu(x: np.ndarray) -> np.ndarray:
    """The self-normalising ELU, with its two constants (Klambauer et al. 2017, arXiv:1706.02515)."""
    return 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(np.minimum(x, 0)))


def sigmoid(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x)), written so that exp never overflows."""
    z = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, z) / (1 + z)


def logsigmoid(x: np.ndarray) -> np.ndarray:
    """log(sigmoid(x))."""
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


def hardsigmoid(x: np.ndarray) -> np.ndarray:
    """min(max(x + 3, 0), 6) / 6."""
    return relu6(x + 3) / 6


def tanh(x: np.ndarray) -> np.ndarray:
    """The hyperbolic tangent."""
    return np.tanh(x)


def tanhshrink(x: np.ndarray) -> np.ndarray:
    """x - tanh(x)."""
    return x - np.tanh(x)


def softshrink(x: np.ndarray, lambd: float = 0.5) -> np.ndarray:
    """`x` moved towards zero by `lambd`, zero where it is nearer than that."""
    return np.where(x > lambd, x - lambd, np.where(x < -lambd, x + lambd, x * 0))


def hardshrink(x: np.ndarray, lambd: float = 0.5) -> np.ndarray:
    """`x` where it is further from zero than `lambd`, else zero."""
    return np.where(np.abs(x) <= lambd, x * 0, x)


def softsign(x: np.ndarray) -> np.ndarray:
    """x / (1 + |x|)."""
    return x / (1 + np.abs(x))


def softplus(x: np.ndarray, beta: float = 1.0, threshold: float = 20.0) -> np.ndarray:
    """log(1 + exp(beta * x)) / beta; `x` itself where `beta * x` is above `threshold`."""
    scaled = x * beta
    soft = (np.maximum(scaled, 0) + np.log1p(np.exp(-np.abs(scaled)))) / beta
    return np.where(scaled > threshold, x, soft)


def silu(x: np.ndarray) -> np.ndarray:
    """x * sigmoid(x), also called swish."""
    return x * sigmoid(x)


def hardswish(x: np.ndarray) -> np.ndarray:
    """x * hardsigmoid(x) (Howard et al. 2019, arXiv:1905.02244)."""
    return x * relu6(x + 3) / 6


def mish(x: np.ndarray) -> np.ndarray:
    """x * tanh(log(1 + exp(x))) (Misra 2019, arXiv:1908.08681)."""
    return x * np.tanh(np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))))


def erf(x: np.ndarray) -> np.ndarray:
    """The error function, by rational approximations on three intervals of |x| (W. J. Cody 1969, Math. Comp. 23).

    Within 4 units in the last place of the float64 (or float32) result; NumPy has none of its own.
    """
    a = np.abs(x)
    y = np.where(a <= 0.46875, _erf_near(np.minimum(a, 0.5)), _erf_middle(np.clip(a, 0.46875, 4.0)))
    if np.any(a > 4.0):
        y = np.where(a > 4.0, _erf_tail(np.clip(a, 4.0, 6.0)), y)  # erf(6) is 1 in float64
    return np.copysign(y, x)


_NEAR_P = (1.85777706184603153e-1, 3.16112374387056560e0, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3)
_NEAR_Q = (1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3)


def _erf_near(a: np.ndarray) -> np.ndarray:
    s = a * a
    return a * _polynomial(_NEAR_P, s) / _polynomial(_NEAR_Q, s)


_MIDDLE_P = (
    2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e0, 6.61191906371416295e1, 2.98635138197400131e2,
    8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3,
)  # fmt: skip
_MIDDLE_Q = (
    1.0, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3, 3.29079923573345963e3,
    4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
)  # fmt: skip
_TAIL_P = (
    1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1, 1.60837851487422766e-2,
    6.58749161529837803e-4,
)  # fmt: skip
_TAIL_Q = (
    1.0, 2.56852019228982242e0, 1.87295284992346725e0, 5.27905102951428412e-1, 6.05183413124413191e-2, 2.33520497626869185e-3,
)  # fmt: skip


def _polynomial(coefficients: tuple[float, ...], x: np.ndarray) -> np.ndarray:
    """By Horner's rule, the highest power's coefficient first."""
    y = np.full_like(x, coefficients[0])
    for c in coefficients[1:]:
        y *= x
        y += c
    return y


def _erf_middle(a: np.ndarray) -> np.ndarray:
    return 1 - np.exp(-a * a) * _polynomial(_MIDDLE_P, a) / _polynomial(_MIDDLE_Q, a)


def _erf_tail(a: np.ndarray) -> np.ndarray:
    r = 1 / (a * a)
    return 1 - np.exp(-a * a) / a * (1 / math.sqrt(math.pi) - r * _polynomial(_TAIL_P, r) / _polynomial(_TAIL_Q, r))


def gelu(x: np.ndarray, approximate: str = "none") -> np.ndarray:
    """x times the normal distribution function of x, or its form with tanh (Hendrycks & Gimpel 2016, arXiv:1606.08415).

    Raises ValueError if `approximate` is neither 'none' nor 'tanh'.
    """
    if approximate == "tanh":
        return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)))
    if approximate != "none":
        raise ValueError(f"approximate is 'none' or 'tanh', not {approximate!r}")
    return 0.5 * x * (1 + erf(x * math.sqrt(0.5)))


def glu(x: np.ndarray, dim: int = -1) -> np.ndarray:
    """The first half along `dim` times the sigmoid of the second (Dauphin et al. 2016, arXiv:1612.08083)."""
    a, b = np.split(x, 2, axis=dim)
    return a * sigmoid(b)


def softmax(x: np.ndarray, dim: int = -1) -> np.ndarray:
    """exp(x) / sum(exp(x)) along `dim`, shifted by the maximum so that it never overflows."""
    e = np.exp(x - np.max(x, axis=dim, keepdims=True))
    return e / np.sum(e, axis=dim, keepdims=True)


def softmin(x: np.ndarray, dim: int = -1) -> np.ndarray:
    """softmax(-x)."""
    return softmax(-x, dim)


def log_softmax(x: np.ndarray, dim: int = -1) -> np.ndarray:
    """log(softmax(x)) along `dim`, without leaving the logarithm."""
    shifted = x - np.max(x, axis=dim, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=dim, keepdims=True))


def dropout(x: np.ndarray, p: float = 0.5, training: bool = True) -> np.ndarray:
    """Zeroes elements with probability `p` while training and scales the rest by 1 / (1 - p); else `x` itself.

    Draws from NumPy's global stream (`np.random.seed`).
    """
    if not training or p == 0:
        return x
    keep = np.random.random(x.shape) >= p
    return np.where(keep, x / (1 - p), 0).astype(x.dtype) if p < 1 else np.zeros_like(x)
