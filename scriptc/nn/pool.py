"""Pooling layers and `Flatten`, with PyTorch's arguments."""

from __future__ import annotations

import numpy as np

from scriptc.nn import functional as F  # noqa: N812 - the name the field uses
from scriptc.nn.arguments import refuse, single
from scriptc.nn.functional.conv import Size2, pair
from scriptc.nn.module import Module


class MaxPool1d(Module):
    """The maximum of each window: `(batch, channels, length)`; see `functional.max_pool1d`."""

    def __init__(
        self,
        kernel_size: int | tuple[int],
        stride: int | tuple[int] | None = None,
        padding: int | tuple[int] = 0,
        dilation: int | tuple[int] = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        refuse(self, return_indices=return_indices)
        self.kernel_size, self.padding, self.dilation, self.ceil_mode = single(kernel_size), single(padding), single(dilation), ceil_mode
        self.stride = self.kernel_size if stride is None else single(stride)

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.max_pool1d(x, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, dilation={self.dilation}, ceil_mode={self.ceil_mode}"


class MaxPool2d(Module):
    """The maximum of each window: `(batch, channels, height, width)`; see `functional.max_pool2d`."""

    def __init__(
        self,
        kernel_size: Size2,
        stride: Size2 | None = None,
        padding: Size2 = 0,
        dilation: Size2 = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        refuse(self, return_indices=return_indices)
        self.kernel_size, self.padding, self.dilation, self.ceil_mode = pair(kernel_size), pair(padding), pair(dilation), ceil_mode
        self.stride = self.kernel_size if stride is None else pair(stride)

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.max_pool2d(x, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, dilation={self.dilation}, ceil_mode={self.ceil_mode}"


class AvgPool1d(Module):
    """The mean of each window: `(batch, channels, length)`; see `functional.avg_pool1d`."""

    def __init__(
        self,
        kernel_size: int | tuple[int],
        stride: int | tuple[int] | None = None,
        padding: int | tuple[int] = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        self.kernel_size, self.padding = single(kernel_size), single(padding)
        self.stride = self.kernel_size if stride is None else single(stride)
        self.ceil_mode, self.count_include_pad = ceil_mode, count_include_pad

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.avg_pool1d(x, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool2d(Module):
    """The mean of each window: `(batch, channels, height, width)`; see `functional.avg_pool2d`."""

    def __init__(
        self,
        kernel_size: Size2,
        stride: Size2 | None = None,
        padding: Size2 = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        self.kernel_size, self.padding = pair(kernel_size), pair(padding)
        self.stride = self.kernel_size if stride is None else pair(stride)
        self.ceil_mode, self.count_include_pad, self.divisor_override = ceil_mode, count_include_pad, divisor_override

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.avg_pool2d(x, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad, self.divisor_override)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AdaptiveAvgPool1d(Module):
    """Means of `output_size` nearly equal runs of the last dimension."""

    def __init__(self, output_size: int | tuple[int]) -> None:
        self.output_size = single(output_size)

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.adaptive_avg_pool1d(x, self.output_size)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveAvgPool2d(Module):
    """The same in both of the last dimensions: one size, or two of which None keeps the input's."""

    def __init__(self, output_size: int | tuple[int | None, int | None] | None) -> None:
        self.output_size = (output_size, output_size) if output_size is None or isinstance(output_size, int) else output_size

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.adaptive_avg_pool2d(x, self.output_size)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveMaxPool1d(Module):
    """Maxima of `output_size` nearly equal runs of the last dimension."""

    def __init__(self, output_size: int | tuple[int], return_indices: bool = False) -> None:
        refuse(self, return_indices=return_indices)
        self.output_size = single(output_size)

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.adaptive_max_pool1d(x, self.output_size)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveMaxPool2d(Module):
    """The same in both of the last dimensions: one size, or two of which None keeps the input's."""

    def __init__(self, output_size: int | tuple[int | None, int | None] | None, return_indices: bool = False) -> None:
        refuse(self, return_indices=return_indices)
        self.output_size = (output_size, output_size) if output_size is None or isinstance(output_size, int) else output_size

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.adaptive_max_pool2d(x, self.output_size)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class Flatten(Module):
    """Dimensions `start_dim` to `end_dim` as one."""

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x: np.ndarray) -> np.ndarray:
        first, last = self.start_dim % x.ndim, self.end_dim % x.ndim
        size = 1
        for n in x.shape[first : last + 1]:
            size *= n
        return x.reshape(x.shape[:first] + (size,) + x.shape[last + 1 :])

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """Dimension `dim` as several of the sizes `unflattened_size`, of which one may be -1."""

    def __init__(self, dim: int, unflattened_size: tuple[int, ...]) -> None:
        self.dim, self.unflattened_size = dim, tuple(unflattened_size)

    def forward(self, x: np.ndarray) -> np.ndarray:
        dim = self.dim % x.ndim
        return x.reshape(x.shape[:dim] + self.unflattened_size + x.shape[dim + 1 :])

    def extra_repr(self) -> str:
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"
