"""Convolution layers, with PyTorch's arguments, parameter layouts and initial values."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import numpy.typing as npt

from scriptc.nn import functional as F  # noqa: N812 - the name the field uses
from scriptc.nn.arguments import one_of, single
from scriptc.nn.functional.conv import Size2, pair, zero_padded1d, zero_padded2d
from scriptc.nn.init import Rng, fan_in_bound, generator, uniform
from scriptc.nn.module import Module

PadMode = Literal["constant", "reflect", "edge", "wrap"]
PAD_MODES: dict[str, PadMode] = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
"""PyTorch's names of the ways to pad, and NumPy's."""


class _Conv(Module):
    """What all convolutions have: channels, groups, `weight` and `bias`. Sizes are tuples of one entry a direction."""

    bias: np.ndarray | None

    def __init__(self, in_channels: int, out_channels: int, groups: int) -> None:
        if groups < 1 or in_channels % groups or out_channels % groups:
            raise ValueError(f"groups={groups} must divide in_channels={in_channels} and out_channels={out_channels}")
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups

    def draw(self, shape: tuple[int, ...], bias: bool, dtype: npt.DTypeLike, rng: Rng) -> None:
        """Weight of `shape` and bias from U(-b, b), b by `fan_in_bound` of the product of `shape[1:]`."""
        gen, bound = generator(rng), fan_in_bound(math.prod(shape[1:]))
        self.weight = uniform(gen, bound, shape, dtype)
        self.bias = uniform(gen, bound, (self.out_channels,), dtype) if bias else None

    def extra_repr(self) -> str:
        sizes = [f"{name}={vars(self)[name]}" for name in ("kernel_size", "stride", "padding", "dilation", "groups")]
        return ", ".join([str(self.in_channels), str(self.out_channels), *sizes, f"bias={self.bias is not None}"])


def _margins(padding: int | str, kernel: int, stride: int, dilation: int) -> tuple[int, int]:
    """How much to pad before and after one dimension. ValueError for 'same' with a stride, which cannot be."""
    if not isinstance(padding, str):
        if padding < 0:
            raise ValueError(f"padding={padding} is negative")
        return padding, padding
    one_of("padding", padding, ("same", "valid"))
    if padding == "valid":
        return 0, 0
    if stride != 1:
        raise ValueError("padding='same' needs stride 1")
    total = dilation * (kernel - 1)
    return total // 2, total - total // 2


class Conv1d(_Conv):
    """`(batch, in_channels, length)` to `(batch, out_channels, length_out)`.

    length_out = (length + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1. weight is
    `(out_channels, in_channels / groups, kernel_size)`, drawn as `init.fan_in_bound` says. `padding` may be 'same' or
    'valid', `padding_mode` 'zeros', 'reflect', 'replicate' or 'circular'.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int],
        stride: int | tuple[int] = 1,
        padding: int | tuple[int] | str = 0,
        dilation: int | tuple[int] = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        *,
        dtype: npt.DTypeLike = np.float32,
        rng: Rng = None,
    ) -> None:
        kernel, step, spread = single(kernel_size), single(stride), single(dilation)
        _Conv.__init__(self, in_channels, out_channels, groups)
        self.kernel_size, self.stride, self.dilation = (kernel,), (step,), (spread,)
        self.padding, self.padding_mode = padding, one_of("padding_mode", padding_mode, tuple(PAD_MODES))
        self.margins = _margins(padding if isinstance(padding, str) else single(padding), kernel, step, spread)
        self.pad_mode = PAD_MODES[padding_mode]
        self.draw((out_channels, in_channels // groups, kernel), bias, dtype, rng)

    def forward(self, x: np.ndarray) -> np.ndarray:
        if self.margins != (0, 0):
            if self.padding_mode == "zeros":
                x = zero_padded1d(x, self.margins)
            else:
                x = np.pad(x, ((0, 0), (0, 0), self.margins), mode=self.pad_mode)
        return F.conv1d(x, self.weight, self.bias, self.stride[0], 0, self.dilation[0], self.groups)


class Conv2d(_Conv):
    """`(batch, in_channels, height, width)` to `(batch, out_channels, height_out, width_out)`, each as in `Conv1d`."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size2,
        stride: Size2 = 1,
        padding: Size2 | str = 0,
        dilation: Size2 = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        *,
        dtype: npt.DTypeLike = np.float32,
        rng: Rng = None,
    ) -> None:
        kernel, step, spread = pair(kernel_size), pair(stride), pair(dilation)
        _Conv.__init__(self, in_channels, out_channels, groups)
        self.kernel_size, self.stride, self.dilation = kernel, step, spread
        self.padding, self.padding_mode = padding, one_of("padding_mode", padding_mode, tuple(PAD_MODES))
        pads = (padding, padding) if isinstance(padding, str) else pair(padding)
        self.margins = (_margins(pads[0], kernel[0], step[0], spread[0]), _margins(pads[1], kernel[1], step[1], spread[1]))
        self.pad_mode = PAD_MODES[padding_mode]
        self.draw((out_channels, in_channels // groups, *kernel), bias, dtype, rng)

    def forward(self, x: np.ndarray) -> np.ndarray:
        if self.margins != ((0, 0), (0, 0)):
            if self.padding_mode == "zeros":
                x = zero_padded2d(x, self.margins[0], self.margins[1])
            else:
                x = np.pad(x, ((0, 0), (0, 0), self.margins[0], self.margins[1]), mode=self.pad_mode)
        return F.conv2d(x, self.weight, self.bias, self.stride, 0, self.dilation, self.groups)


class ConvTranspose1d(_Conv):
    """`(batch, in_channels, length)` to `(batch, out_channels, length_out)`, the gradient of `Conv1d` towards its input.

    length_out = (length - 1) * stride - 2 * padding + dilation * (kernel_size - 1) + output_padding + 1. weight is
    `(in_channels, out_channels / groups, kernel_size)`. Only zeros pad; `output_padding` is below stride or dilation.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int],
        stride: int | tuple[int] = 1,
        padding: int | tuple[int] = 0,
        output_padding: int | tuple[int] = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: int | tuple[int] = 1,
        padding_mode: str = "zeros",
        *,
        dtype: npt.DTypeLike = np.float32,
        rng: Rng = None,
    ) -> None:
        one_of("padding_mode", padding_mode, ("zeros",))
        kernel, step, spread = single(kernel_size), single(stride), single(dilation)
        _Conv.__init__(self, in_channels, out_channels, groups)
        self.kernel_size, self.stride, self.padding, self.dilation = (kernel,), (step,), (single(padding),), (spread,)
        self.output_padding = (_output_padding(single(output_padding), step, spread),)
        self.draw((in_channels, out_channels // groups, kernel), bias, dtype, rng)

    def forward(self, x: np.ndarray) -> np.ndarray:
        pads, extra = self.padding[0], self.output_padding[0]
        return F.conv_transpose1d(x, self.weight, self.bias, self.stride[0], pads, extra, self.groups, self.dilation[0])


class ConvTranspose2d(_Conv):
    """`(batch, in_channels, height, width)` to `(batch, out_channels, height_out, width_out)`, each as in `ConvTranspose1d`."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size2,
        stride: Size2 = 1,
        padding: Size2 = 0,
        output_padding: Size2 = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Size2 = 1,
        padding_mode: str = "zeros",
        *,
        dtype: npt.DTypeLike = np.float32,
        rng: Rng = None,
    ) -> None:
        one_of("padding_mode", padding_mode, ("zeros",))
        kernel, step, spread, extra = pair(kernel_size), pair(stride), pair(dilation), pair(output_padding)
        _Conv.__init__(self, in_channels, out_channels, groups)
        self.kernel_size, self.stride, self.padding, self.dilation = kernel, step, pair(padding), spread
        self.output_padding = (_output_padding(extra[0], step[0], spread[0]), _output_padding(extra[1], step[1], spread[1]))
        self.draw((in_channels, out_channels // groups, *kernel), bias, dtype, rng)

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.conv_transpose2d(x, self.weight, self.bias, self.stride, self.padding, self.output_padding, self.groups, self.dilation)


def _output_padding(value: int, stride: int, dilation: int) -> int:
    if not 0 <= value < max(stride, dilation):
        raise ValueError(f"output_padding={value} must be below stride={stride} or dilation={dilation}")
    return value
