"""Pooling. One tap of every window at a time, over whole arrays; in two dimensions the rows first, then the columns."""

from __future__ import annotations

import math

import numpy as np

from scriptc.nn.functional.conv import Size2, pair


def max_pool1d(
    x: np.ndarray, kernel_size: int, stride: int | None = None, padding: int = 0, dilation: int = 1, ceil_mode: bool = False
) -> np.ndarray:
    """The maximum of each window of the last dimension: `(batch, channels, length)` to `(batch, channels, length_out)`.

    `stride` is `kernel_size` if None; `padding` is at most half of it and counts as -inf. `ceil_mode` keeps a last window
    that sticks out, if it starts inside.
    """
    step = kernel_size if stride is None else stride
    return _max_last(x, kernel_size, step, padding, dilation, ceil_mode)


def max_pool2d(
    x: np.ndarray, kernel_size: Size2, stride: Size2 | None = None, padding: Size2 = 0, dilation: Size2 = 1, ceil_mode: bool = False
) -> np.ndarray:
    """`max_pool1d` in both of the last dimensions: `(batch, channels, height, width)`."""
    (kh, kw), (ph, pw), (dh, dw) = pair(kernel_size), pair(padding), pair(dilation)
    sh, sw = (kh, kw) if stride is None else pair(stride)
    y = _max_last(x, kw, sw, pw, dw, ceil_mode)
    return _max_last(y.swapaxes(-1, -2), kh, sh, ph, dh, ceil_mode).swapaxes(-1, -2)


def avg_pool1d(
    x: np.ndarray, kernel_size: int, stride: int | None = None, padding: int = 0, ceil_mode: bool = False, count_include_pad: bool = True
) -> np.ndarray:
    """The mean of each window of the last dimension; the padding's zeros count unless `count_include_pad` is False."""
    step = kernel_size if stride is None else stride
    counts = _counts(x.shape[-1], kernel_size, step, padding, ceil_mode, count_include_pad)
    return _sum_last(x, kernel_size, step, padding, ceil_mode) / counts.astype(x.dtype)


def avg_pool2d(
    x: np.ndarray,
    kernel_size: Size2,
    stride: Size2 | None = None,
    padding: Size2 = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> np.ndarray:
    """The mean of each window of the last two dimensions, or its sum over `divisor_override`."""
    (kh, kw), (ph, pw) = pair(kernel_size), pair(padding)
    sh, sw = (kh, kw) if stride is None else pair(stride)
    y = _sum_last(x, kw, sw, pw, ceil_mode)
    y = _sum_last(y.swapaxes(-1, -2), kh, sh, ph, ceil_mode).swapaxes(-1, -2)
    if divisor_override is not None:
        return y / divisor_override
    rows = _counts(x.shape[-2], kh, sh, ph, ceil_mode, count_include_pad)
    cols = _counts(x.shape[-1], kw, sw, pw, ceil_mode, count_include_pad)
    return y / (rows[:, None] * cols).astype(x.dtype)


def adaptive_avg_pool1d(x: np.ndarray, output_size: int | None) -> np.ndarray:
    """Means of `output_size` nearly equal runs of the last dimension; None leaves it as it is."""
    if output_size is None:
        return x
    size = x.shape[-1]
    y = np.empty(x.shape[:-1] + (output_size,), x.dtype)
    for i in range(output_size):
        y[..., i] = np.mean(x[..., i * size // output_size : -(-(i + 1) * size // output_size)], axis=-1)
    return y


def adaptive_avg_pool2d(x: np.ndarray, output_size: int | tuple[int | None, int | None]) -> np.ndarray:
    """`adaptive_avg_pool1d` in both of the last dimensions."""
    rows, cols = (output_size, output_size) if isinstance(output_size, int) else output_size
    return adaptive_avg_pool1d(adaptive_avg_pool1d(x, cols).swapaxes(-1, -2), rows).swapaxes(-1, -2)


def adaptive_max_pool1d(x: np.ndarray, output_size: int | None) -> np.ndarray:
    """Maxima of `output_size` nearly equal runs of the last dimension; None leaves it as it is."""
    if output_size is None:
        return x
    size = x.shape[-1]
    y = np.empty(x.shape[:-1] + (output_size,), x.dtype)
    for i in range(output_size):
        y[..., i] = np.max(x[..., i * size // output_size : -(-(i + 1) * size // output_size)], axis=-1)
    return y


def adaptive_max_pool2d(x: np.ndarray, output_size: int | tuple[int | None, int | None]) -> np.ndarray:
    """`adaptive_max_pool1d` in both of the last dimensions."""
    rows, cols = (output_size, output_size) if isinstance(output_size, int) else output_size
    return adaptive_max_pool1d(adaptive_max_pool1d(x, cols).swapaxes(-1, -2), rows).swapaxes(-1, -2)


def _windows(size: int, kernel: int, stride: int, padding: int, dilation: int, ceil_mode: bool) -> int:
    """How many windows there are; ValueError if none fits."""
    if padding > kernel // 2:
        raise ValueError(f"padding {padding} is more than half of the kernel size {kernel}")
    room = size + 2 * padding - dilation * (kernel - 1) - 1
    count = -(-room // stride) + 1 if ceil_mode else room // stride + 1
    if ceil_mode and (count - 1) * stride >= size + padding:
        count -= 1
    if count < 1:
        raise ValueError(f"a window of {dilation * (kernel - 1) + 1} does not fit in {size + 2 * padding}")
    return count


def _padded(x: np.ndarray, count: int, span: int, stride: int, padding: int, value: float) -> np.ndarray:
    """The last dimension with room for `count` windows of `span`."""
    after = max((count - 1) * stride + span - padding - x.shape[-1], 0)
    if padding == 0 and after == 0:
        return x
    y = np.full(x.shape[:-1] + (padding + x.shape[-1] + after,), value, x.dtype)
    y[..., padding : padding + x.shape[-1]] = x
    return y


def _max_last(x: np.ndarray, kernel: int, stride: int, padding: int, dilation: int, ceil_mode: bool) -> np.ndarray:
    count = _windows(x.shape[-1], kernel, stride, padding, dilation, ceil_mode)
    x = _padded(x, count, dilation * (kernel - 1) + 1, stride, padding, -math.inf)
    last = (count - 1) * stride + 1
    y = x[..., 0:last:stride]
    for k in range(1, kernel):
        y = np.maximum(y, x[..., k * dilation : k * dilation + last : stride])
    return y


def _sum_last(x: np.ndarray, kernel: int, stride: int, padding: int, ceil_mode: bool) -> np.ndarray:
    count = _windows(x.shape[-1], kernel, stride, padding, 1, ceil_mode)
    x = _padded(x, count, kernel, stride, padding, 0)
    last = (count - 1) * stride + 1
    y = x[..., 0:last:stride]
    for k in range(1, kernel):
        y = y + x[..., k : k + last : stride]
    return y


def _counts(size: int, kernel: int, stride: int, padding: int, ceil_mode: bool, include_pad: bool) -> np.ndarray:
    """How many elements each window's mean is over."""
    start = np.arange(_windows(size, kernel, stride, padding, 1, ceil_mode)) * stride - padding
    end = np.minimum(start + kernel, size + padding)
    if include_pad:
        return end - start
    return np.minimum(end, size) - np.maximum(start, 0)
