"""The layers' functions in plain Python over NumPy: what runs eagerly is what is compiled, bit for bit.

Each keeps a float32 input in float32. Shapes are given as `(batch, ..., features)`; convolutions are `(batch, channels, ...)`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

__all__ = [
    "avg_pool1d", "avg_pool2d", "batch_norm", "celu", "conv1d", "conv2d", "cross_entropy", "elu", "embedding", "gelu",
    "gelu_tanh", "glu", "group_norm", "hardsigmoid", "hardswish", "hardtanh", "l1_loss", "layer_norm", "leaky_relu", "linear",
    "log_sigmoid", "log_softmax", "max_pool1d", "max_pool2d", "mish", "mse_loss", "nll_loss", "normalize", "one_hot", "relu",
    "relu6", "rms_norm", "scaled_dot_product_attention", "selu", "sigmoid", "silu", "softmax", "softplus", "softsign", "tanh",
]  # fmt: skip


# activations, element by element


def relu(x: np.ndarray) -> np.ndarray:
    """`max(x, 0)`."""
    return np.maximum(x, 0)


def relu6(x: np.ndarray) -> np.ndarray:
    """`min(max(x, 0), 6)`."""
    return np.minimum(np.maximum(x, 0), 6)


def leaky_relu(x: np.ndarray, negative_slope: float = 0.01) -> np.ndarray:
    """`x` where positive, `negative_slope * x` elsewhere."""
    return np.where(x > 0, x, x * negative_slope)


def elu(x: np.ndarray, alpha: float = 1.0) -> np.ndarray:
    """`x` where positive, `alpha * (exp(x) - 1)` elsewhere."""
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def celu(x: np.ndarray, alpha: float = 1.0) -> np.ndarray:
    """`max(x, 0) + min(0, alpha * (exp(x / alpha) - 1))`."""
    return np.maximum(x, 0) + np.minimum(alpha * np.expm1(np.minimum(x, 0) / alpha), 0)


def selu(x: np.ndarray) -> np.ndarray:
    """Self-normalizing ELU (Klambauer et al. 2017), with its two constants."""
    return 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(np.minimum(x, 0)))


def sigmoid(x: np.ndarray) -> np.ndarray:
    """`1 / (1 + exp(-x))`, without overflow for large negative `x`."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))


def log_sigmoid(x: np.ndarray) -> np.ndarray:
    """`log(sigmoid(x))`."""
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


def silu(x: np.ndarray) -> np.ndarray:
    """`x * sigmoid(x)`, also called swish."""
    return x * sigmoid(x)


def tanh(x: np.ndarray) -> np.ndarray:
    """The hyperbolic tangent."""
    return np.tanh(x)


def softplus(x: np.ndarray) -> np.ndarray:
    """`log(1 + exp(x))`."""
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def softsign(x: np.ndarray) -> np.ndarray:
    """`x / (1 + |x|)`."""
    return x / (1 + np.abs(x))


def mish(x: np.ndarray) -> np.ndarray:
    """`x * tanh(softplus(x))`."""
    return x * np.tanh(softplus(x))


def hardtanh(x: np.ndarray, min_val: float = -1.0, max_val: float = 1.0) -> np.ndarray:
    """`x` held between two bounds."""
    return np.minimum(np.maximum(x, min_val), max_val)


def hardsigmoid(x: np.ndarray) -> np.ndarray:
    """`min(max(x + 3, 0), 6) / 6`."""
    return relu6(x + 3) / 6


def hardswish(x: np.ndarray) -> np.ndarray:
    """`x * hardsigmoid(x)`."""
    return x * relu6(x + 3) / 6


def erf(x: np.ndarray) -> np.ndarray:
    """The error function: a series for small `|x|`, a continued fraction's rational form beyond (W. J. Cody 1969).

    Relative error below 1e-15 in float64.
    """
    a = np.abs(x)
    small = np.minimum(a, 0.5)
    s = small * small
    p = (((1.85777706184603153e-1 * s + 3.16112374387056560e0) * s + 1.13864154151050156e2) * s + 3.77485237685302021e2) * s + 3.20937758913846947e3
    q = (((s + 2.36012909523441209e1) * s + 2.44024637934444173e2) * s + 1.28261652607737228e3) * s + 2.84423683343917062e3
    near = small * p / q
    m = np.minimum(np.maximum(a, 0.46875), 4.0)
    p = 2.15311535474403846e-8 * m + 5.64188496988670089e-1
    for c in (8.88314979438837594e0, 6.61191906371416295e1, 2.98635138197400131e2, 8.81952221241769090e2, 1.71204761263407058e3,
              2.05107837782607147e3, 1.23033935479799725e3):  # fmt: skip
        p = p * m + c
    q = m + 1.57449261107098347e1
    for c in (1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3, 3.29079923573345963e3, 4.36261909014324716e3,
              3.43936767414372164e3, 1.23033935480374942e3):  # fmt: skip
        q = q * m + c
    middle = 1 - np.exp(-m * m) * p / q
    far = np.maximum(a, 4.0)
    r = 1 / (far * far)
    p = 1.63153871373020978e-2 * r + 3.05326634961232344e-1
    for c in (3.60344899949804439e-1, 1.25781726111229246e-1, 1.60837851487422766e-2, 6.58749161529837803e-4):
        p = p * r + c
    q = r + 2.56852019228982242e0
    for c in (1.87295284992346725e0, 5.27905102951428412e-1, 6.05183413124413191e-2, 2.33520497626869185e-3):
        q = q * r + c
    tail = 1 - np.exp(-far * far) / far * (0.5641895835477563 - r * p / q)
    return np.sign(x) * np.where(a <= 0.46875, near, np.where(a <= 4.0, middle, tail))


def gelu(x: np.ndarray) -> np.ndarray:
    """`x * Phi(x)`, Phi the normal distribution function."""
    return 0.5 * x * (1 + erf(x * 0.7071067811865476))


def gelu_tanh(x: np.ndarray) -> np.ndarray:
    """GELU by its tanh approximation (Hendrycks and Gimpel 2016)."""
    return 0.5 * x * (1 + np.tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)))


def glu(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """The first half along `axis` times the sigmoid of the second."""
    a, b = np.split(x, 2, axis)
    return a * sigmoid(b)


# along an axis


def softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """`exp(x) / sum(exp(x))` along `axis`, shifted by the maximum."""
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def log_softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """`log(softmax(x))`, computed without leaving the logarithm."""
    shifted = x - np.max(x, axis=axis, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))


def normalize(x: np.ndarray, axis: int = -1, eps: float = 1e-12) -> np.ndarray:
    """`x` divided by its Euclidean length along `axis`, or by `eps` where that is more."""
    return x / np.maximum(np.sqrt(np.sum(x * x, axis=axis, keepdims=True)), eps)


def layer_norm(x: np.ndarray, weight: np.ndarray, bias: np.ndarray, eps: float = 1e-5) -> np.ndarray:
    """Normalize the last `weight.ndim` dimensions to mean 0 and variance 1, then scale and shift (Ba et al. 2016)."""
    axes = tuple(range(-weight.ndim, 0))
    mean = np.mean(x, axis=axes, keepdims=True)
    centered = x - mean
    variance = np.mean(centered * centered, axis=axes, keepdims=True)
    return centered / np.sqrt(variance + eps) * weight + bias


def rms_norm(x: np.ndarray, weight: np.ndarray, eps: float = 1e-6) -> np.ndarray:
    """`x` over its root mean square along the last axis, times `weight`."""
    return x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + eps) * weight


def batch_norm(x: np.ndarray, mean: np.ndarray, variance: np.ndarray, weight: np.ndarray, bias: np.ndarray, eps: float = 1e-5) -> np.ndarray:
    """Normalize the channels (axis 1) with given statistics, then scale and shift."""
    shape = (1, -1) + (1,) * (x.ndim - 2)
    scale = weight / np.sqrt(variance + eps)
    return (x - mean.reshape(shape)) * scale.reshape(shape) + bias.reshape(shape)


def group_norm(x: np.ndarray, groups: int, weight: np.ndarray, bias: np.ndarray, eps: float = 1e-5) -> np.ndarray:
    """Normalize each of `groups` runs of channels (axis 1) of each example."""
    rows = x.reshape(x.shape[0], groups, -1)
    centered = rows - np.mean(rows, axis=-1, keepdims=True)
    variance = np.mean(centered * centered, axis=-1, keepdims=True)
    normal = (centered / np.sqrt(variance + eps)).reshape(x.shape)
    shape = (1, -1) + (1,) * (x.ndim - 2)
    return normal * weight.reshape(shape) + bias.reshape(shape)


# linear maps


def linear(x: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None) -> np.ndarray:
    """`x @ weight.T + bias`: `x` (..., n), `weight` (m, n), `bias` (m,)."""
    y = x @ weight.T
    if bias is not None:
        y = y + bias
    return y


def conv1d(
    x: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None, stride: int = 1, padding: int = 0, dilation: int = 1, groups: int = 1
) -> np.ndarray:
    """Convolution (cross-correlation): `x` (batch, channels, time), `weight` (out, channels / groups, taps)."""
    if padding > 0:
        x = np.pad(x, ((0, 0), (0, 0), (padding, padding)))
    batch, size = x.shape[0], x.shape[-1]
    out_channels, per_group, taps = weight.shape
    length = (size - dilation * (taps - 1) - 1) // stride + 1
    if length < 1:
        raise ValueError(f"the kernel spans {dilation * (taps - 1) + 1} samples, more than the {size} there are")
    rows = x.reshape(batch, groups, per_group, size)
    kernels = weight.reshape(groups, out_channels // groups, per_group, taps)
    y = np.zeros((batch, groups, out_channels // groups, length), dtype=x.dtype)
    for k in range(taps):
        start = k * dilation
        window = rows[:, :, :, start : start + (length - 1) * stride + 1 : stride]
        y = y + np.matmul(kernels[:, :, :, k], window)
    y = y.reshape(batch, out_channels, length)
    if bias is not None:
        y = y + bias.reshape(1, -1, 1)
    return y


def conv2d(
    x: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None, stride: int = 1, padding: int = 0, dilation: int = 1, groups: int = 1
) -> np.ndarray:
    """Convolution (cross-correlation): `x` (batch, channels, height, width), `weight` (out, channels / groups, rows, columns)."""
    if padding > 0:
        x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    batch, height, width = x.shape[0], x.shape[-2], x.shape[-1]
    out_channels, per_group, rows, columns = weight.shape
    h = (height - dilation * (rows - 1) - 1) // stride + 1
    w = (width - dilation * (columns - 1) - 1) // stride + 1
    if h < 1 or w < 1:
        raise ValueError("the kernel is larger than the image")
    image = x.reshape(batch, groups, per_group, height, width)
    kernels = weight.reshape(groups, out_channels // groups, per_group, rows, columns)
    y = np.zeros((batch, groups, out_channels // groups, h * w), dtype=x.dtype)
    for i in range(rows):
        for j in range(columns):
            top, left = i * dilation, j * dilation
            window = image[:, :, :, top : top + (h - 1) * stride + 1 : stride, left : left + (w - 1) * stride + 1 : stride]
            y = y + np.matmul(kernels[:, :, :, i, j], window.reshape(batch, groups, per_group, h * w))
    y = y.reshape(batch, out_channels, h, w)
    if bias is not None:
        y = y + bias.reshape(1, -1, 1, 1)
    return y


def max_pool1d(x: np.ndarray, kernel_size: int, stride: int) -> np.ndarray:
    """The maximum over windows of `kernel_size`, `stride` apart: `x` (batch, channels, time)."""
    length = (x.shape[-1] - kernel_size) // stride + 1
    y = x[:, :, 0 : (length - 1) * stride + 1 : stride]
    for k in range(1, kernel_size):
        y = np.maximum(y, x[:, :, k : k + (length - 1) * stride + 1 : stride])
    return y


def max_pool2d(x: np.ndarray, kernel_size: int, stride: int) -> np.ndarray:
    """The maximum over square windows of `kernel_size`, `stride` apart: `x` (batch, channels, height, width)."""
    h = (x.shape[-2] - kernel_size) // stride + 1
    w = (x.shape[-1] - kernel_size) // stride + 1
    y = x[:, :, 0 : (h - 1) * stride + 1 : stride, 0 : (w - 1) * stride + 1 : stride]
    for i in range(kernel_size):
        for j in range(kernel_size):
            y = np.maximum(y, x[:, :, i : i + (h - 1) * stride + 1 : stride, j : j + (w - 1) * stride + 1 : stride])
    return y


def avg_pool1d(x: np.ndarray, kernel_size: int, stride: int) -> np.ndarray:
    """The mean over windows of `kernel_size`, `stride` apart: `x` (batch, channels, time)."""
    length = (x.shape[-1] - kernel_size) // stride + 1
    y = x[:, :, 0 : (length - 1) * stride + 1 : stride]
    for k in range(1, kernel_size):
        y = y + x[:, :, k : k + (length - 1) * stride + 1 : stride]
    return y / kernel_size


def avg_pool2d(x: np.ndarray, kernel_size: int, stride: int) -> np.ndarray:
    """The mean over square windows of `kernel_size`, `stride` apart: `x` (batch, channels, height, width)."""
    h = (x.shape[-2] - kernel_size) // stride + 1
    w = (x.shape[-1] - kernel_size) // stride + 1
    y = np.zeros((x.shape[0], x.shape[1], h, w), dtype=x.dtype)
    for i in range(kernel_size):
        for j in range(kernel_size):
            y = y + x[:, :, i : i + (h - 1) * stride + 1 : stride, j : j + (w - 1) * stride + 1 : stride]
    return y / (kernel_size * kernel_size)


def embedding(indices: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Rows of `weight` (n, d) at integer `indices` of any shape: (..., d)."""
    return np.take(weight, indices, axis=0)


def one_hot(indices: np.ndarray, classes: int) -> np.ndarray:
    """int64 of shape (..., classes): 1 where the last index equals the value."""
    return (np.expand_dims(indices, -1) == np.arange(classes)).astype(np.int64)


def scaled_dot_product_attention(query: np.ndarray, key: np.ndarray, value: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
    """`softmax(query @ key.T / sqrt(d)) @ value` (Vaswani et al. 2017); `mask` is True where attention is allowed."""
    scores = np.matmul(query, np.swapaxes(key, -1, -2)) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    return np.matmul(softmax(scores), value)


# losses: means over all elements


def mse_loss(x: np.ndarray, target: np.ndarray) -> Any:
    """The mean of squared differences."""
    d = x - target
    return np.mean(d * d)


def l1_loss(x: np.ndarray, target: np.ndarray) -> Any:
    """The mean of absolute differences."""
    return np.mean(np.abs(x - target))


def nll_loss(log_probabilities: np.ndarray, target: np.ndarray) -> Any:
    """The mean of `-log_probabilities[i, target[i]]`: (n, classes) and (n,)."""
    return -np.mean(np.take_along_axis(log_probabilities, np.expand_dims(target, -1), axis=-1))


def cross_entropy(x: np.ndarray, target: np.ndarray) -> Any:
    """`nll_loss` of `log_softmax(x)`."""
    return nll_loss(log_softmax(x), target)
