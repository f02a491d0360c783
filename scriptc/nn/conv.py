"""Convolutions (cross-correlations, as in PyTorch): gather the windows, then one matrix product per group."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scriptc.nn.init import Rng, fan_in_bound, generator, uniform
from scriptc.nn.module import Module


def _pair(value: int | tuple[int, int]) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else value


def _check_groups(in_channels: int, out_channels: int, groups: int) -> None:
    if groups < 1 or in_channels % groups or out_channels % groups:
        raise ValueError(f"groups={groups} must divide in_channels={in_channels} and out_channels={out_channels}")


class Conv1d(Module):
    """`(batch, in_channels, length)` to `(batch, out_channels, length_out)`.

    length_out = (length + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1. weight is
    `(out_channels, in_channels / groups, kernel_size)`, drawn as `init.fan_in_bound` says.
    """

    bias: np.ndarray | None

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        stride: int = 1,
        padding: int = 0,
        dilation: int = 1,
        groups: int = 1,
        bias: bool = True,
        dtype: npt.DTypeLike = np.float32,
        rng: Rng = None,
    ) -> None:
        _check_groups(in_channels, out_channels, groups)
        self.in_channels, self.out_channels, self.kernel_size = in_channels, out_channels, kernel_size
        self.stride, self.padding, self.dilation, self.groups = stride, padding, dilation, groups
        gen, bound = generator(rng), fan_in_bound(in_channels // groups * kernel_size)
        self.weight = uniform(gen, bound, (out_channels, in_channels // groups, kernel_size), dtype)
        self.bias = uniform(gen, bound, (out_channels,), dtype) if bias else None

    def forward(self, x: np.ndarray) -> np.ndarray:
        if self.padding > 0:
            x = np.pad(x, ((0, 0), (0, 0), (self.padding, self.padding)))
        n, g, k = x.shape[0], self.groups, self.kernel_size
        length = (x.shape[2] - self.dilation * (k - 1) - 1) // self.stride + 1
        index = np.arange(length)[:, None] * self.stride + np.arange(k) * self.dilation
        windows = x[:, :, index].reshape(n, g, -1, length, k)  # (n, g, c, l, k)
        columns = windows.transpose(0, 1, 2, 4, 3).reshape(n, g, -1, length)
        y = np.matmul(self.weight.reshape(g, self.out_channels // g, -1), columns).reshape(n, self.out_channels, length)
        if self.bias is not None:
            y = y + self.bias[:, None]
        return y

    def extra_repr(self) -> str:
        return f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class Conv2d(Module):
    """`(batch, in_channels, height, width)` to `(batch, out_channels, height_out, width_out)`, each as in `Conv1d`."""

    bias: np.ndarray | None

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] = 1,
        padding: int | tuple[int, int] = 0,
        dilation: int | tuple[int, int] = 1,
        groups: int = 1,
        bias: bool = True,
        dtype: npt.DTypeLike = np.float32,
        rng: Rng = None,
    ) -> None:
        _check_groups(in_channels, out_channels, groups)
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size, self.stride = _pair(kernel_size), _pair(stride)
        self.padding, self.dilation = _pair(padding), _pair(dilation)
        kh, kw = self.kernel_size
        gen, bound = generator(rng), fan_in_bound(in_channels // groups * kh * kw)
        self.weight = uniform(gen, bound, (out_channels, in_channels // groups, kh, kw), dtype)
        self.bias = uniform(gen, bound, (out_channels,), dtype) if bias else None

    def forward(self, x: np.ndarray) -> np.ndarray:
        (kh, kw), (sh, sw), (ph, pw), (dh, dw) = self.kernel_size, self.stride, self.padding, self.dilation
        if ph > 0 or pw > 0:
            x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
        n, g = x.shape[0], self.groups
        height = (x.shape[2] - dh * (kh - 1) - 1) // sh + 1
        width = (x.shape[3] - dw * (kw - 1) - 1) // sw + 1
        rows = (np.arange(height)[:, None] * sh + np.arange(kh) * dh)[:, None, :, None]
        columns = (np.arange(width)[:, None] * sw + np.arange(kw) * dw)[None, :, None, :]
        windows = x[:, :, rows, columns].reshape(n, g, -1, height * width, kh * kw)  # (n, g, c, h*w, kh*kw)
        windows = windows.transpose(0, 1, 2, 4, 3).reshape(n, g, -1, height * width)
        y = np.matmul(self.weight.reshape(g, self.out_channels // g, -1), windows).reshape(n, self.out_channels, height, width)
        if self.bias is not None:
            y = y + self.bias[:, None, None]
        return y

    def extra_repr(self) -> str:
        return f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"
