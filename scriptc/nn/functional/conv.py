"""Convolutions (cross-correlations, as in PyTorch): the windows side by side as columns, then one matrix product a group."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

Size2 = int | tuple[int, int]


def conv1d(
    x: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None, stride: int = 1, padding: int = 0, dilation: int = 1, groups: int = 1
) -> np.ndarray:
    """`x` `(batch, in, length)`, `weight` `(out, in / groups, taps)`, `bias` `(out,)` to `(batch, out, length_out)`.

    length_out = (length + 2 * padding - dilation * (taps - 1) - 1) // stride + 1. Raises ValueError for other shapes.
    """
    if x.ndim != 3 or x.shape[1] != weight.shape[1] * groups:
        raise ValueError(f"x is (batch, {weight.shape[1] * groups}, length), not {x.shape}")
    if padding > 0:
        x = zero_padded1d(x, (padding, padding))
    out, per_group, taps = weight.shape
    span = dilation * (taps - 1) + 1
    windows = sliding_window_view(x, span, axis=2)[:, :, ::stride, ::dilation]  # (batch, in, length, taps)
    batch, length = x.shape[0], windows.shape[2]
    columns = windows.swapaxes(2, 3).reshape((batch, groups, per_group * taps, length))
    y: np.ndarray = np.matmul(weight.reshape((groups, out // groups, per_group * taps)), columns)
    y = y.reshape((batch, out, length))
    if bias is not None:
        y = y + bias[:, None]
    return y


def conv2d(
    x: np.ndarray,
    weight: np.ndarray,
    bias: np.ndarray | None = None,
    stride: Size2 = 1,
    padding: Size2 = 0,
    dilation: Size2 = 1,
    groups: int = 1,
) -> np.ndarray:
    """`x` `(batch, in, height, width)`, `weight` `(out, in / groups, rows, columns)`, otherwise as `conv1d` in each direction."""
    if x.ndim != 4 or x.shape[1] != weight.shape[1] * groups:
        raise ValueError(f"x is (batch, {weight.shape[1] * groups}, height, width), not {x.shape}")
    (sh, sw), (ph, pw), (dh, dw) = pair(stride), pair(padding), pair(dilation)
    if ph > 0 or pw > 0:
        x = zero_padded2d(x, (ph, ph), (pw, pw))
    out, per_group, rows, cols = weight.shape
    spans = dh * (rows - 1) + 1, dw * (cols - 1) + 1
    windows = sliding_window_view(x, spans, axis=(2, 3))[:, :, ::sh, ::sw, ::dh, ::dw]  # (batch, in, h, w, rows, columns)
    batch, h, w = x.shape[0], windows.shape[2], windows.shape[3]
    taps = per_group * rows * cols
    columns = windows.transpose(0, 1, 4, 5, 2, 3).reshape((batch, groups, taps, h * w))
    y: np.ndarray = np.matmul(weight.reshape((groups, out // groups, taps)), columns)
    y = y.reshape((batch, out, h, w))
    if bias is not None:
        y = y + bias[:, None, None]
    return y


def conv_transpose1d(
    x: np.ndarray,
    weight: np.ndarray,
    bias: np.ndarray | None = None,
    stride: int = 1,
    padding: int = 0,
    output_padding: int = 0,
    groups: int = 1,
    dilation: int = 1,
) -> np.ndarray:
    """The gradient of `conv1d` with respect to its input: `x` `(batch, in, length)`, `weight` `(in, out / groups, taps)`.

    length_out = (length - 1) * stride - 2 * padding + dilation * (taps - 1) + output_padding + 1.
    """
    if x.ndim != 3 or x.shape[1] != weight.shape[0]:
        raise ValueError(f"x is (batch, {weight.shape[0]}, length), not {x.shape}")
    batch, channels, length = x.shape
    per_group, taps = weight.shape[1], weight.shape[2]
    rows = x.reshape((batch, groups, channels // groups, length))
    kernels = weight.reshape((groups, channels // groups, per_group * taps)).swapaxes(1, 2)
    shares = np.matmul(kernels, rows).reshape((batch, groups * per_group, taps, length))
    full = (length - 1) * stride + dilation * (taps - 1) + 1
    y = np.zeros((batch, groups * per_group, full + output_padding), shares.dtype)
    for k in range(taps):
        y[:, :, k * dilation : k * dilation + (length - 1) * stride + 1 : stride] += shares[:, :, k]
    y = y[:, :, padding : full - padding + output_padding]
    if bias is not None:
        y = y + bias[:, None]
    return y


def conv_transpose2d(
    x: np.ndarray,
    weight: np.ndarray,
    bias: np.ndarray | None = None,
    stride: Size2 = 1,
    padding: Size2 = 0,
    output_padding: Size2 = 0,
    groups: int = 1,
    dilation: Size2 = 1,
) -> np.ndarray:
    """`x` `(batch, in, height, width)`, `weight` `(in, out / groups, rows, columns)`, as `conv_transpose1d` in each direction."""
    if x.ndim != 4 or x.shape[1] != weight.shape[0]:
        raise ValueError(f"x is (batch, {weight.shape[0]}, height, width), not {x.shape}")
    (sh, sw), (ph, pw), (oh, ow), (dh, dw) = pair(stride), pair(padding), pair(output_padding), pair(dilation)
    batch, channels, height, width = x.shape
    per_group, rows, cols = weight.shape[1], weight.shape[2], weight.shape[3]
    images = x.reshape((batch, groups, channels // groups, height * width))
    kernels = weight.reshape((groups, channels // groups, per_group * rows * cols)).swapaxes(1, 2)
    shares = np.matmul(kernels, images).reshape((batch, groups * per_group, rows, cols, height, width))
    full_h, full_w = (height - 1) * sh + dh * (rows - 1) + 1, (width - 1) * sw + dw * (cols - 1) + 1
    y = np.zeros((batch, groups * per_group, full_h + oh, full_w + ow), shares.dtype)
    for i in range(rows):
        for j in range(cols):
            top, left = i * dh, j * dw
            y[:, :, top : top + (height - 1) * sh + 1 : sh, left : left + (width - 1) * sw + 1 : sw] += shares[:, :, i, j]
    y = y[:, :, ph : full_h - ph + oh, pw : full_w - pw + ow]
    if bias is not None:
        y = y + bias[:, None, None]
    return y


def pair(value: Size2) -> tuple[int, int]:
    """The value of each of two directions."""
    return (value, value) if isinstance(value, int) else value


def zero_padded1d(x: np.ndarray, margins: tuple[int, int]) -> np.ndarray:
    """`(batch, channels, length)` with zeros before and after. (`np.pad` takes ten times as long for a small array.)"""
    batch, channels, length = x.shape
    y = np.zeros((batch, channels, margins[0] + length + margins[1]), x.dtype)
    y[:, :, margins[0] : margins[0] + length] = x
    return y


def zero_padded2d(x: np.ndarray, rows: tuple[int, int], cols: tuple[int, int]) -> np.ndarray:
    """`(batch, channels, height, width)` with zeros above and below, before and after."""
    batch, channels, height, width = x.shape
    y = np.zeros((batch, channels, rows[0] + height + rows[1], cols[0] + width + cols[1]), x.dtype)
    y[:, :, rows[0] : rows[0] + height, cols[0] : cols[0] + width] = x
    return y
