"""Normalisation layers, with PyTorch's arguments, parameters and buffers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scriptc.nn import functional as F  # noqa: N812 - the name the field uses
from scriptc.nn.arguments import refuse
from scriptc.nn.module import Module


def _shape(normalized_shape: int | tuple[int, ...]) -> tuple[int, ...]:
    return (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)


class LayerNorm(Module):
    """Normalises over the last dimensions `normalized_shape`; see `functional.layer_norm`."""

    weight: np.ndarray | None
    bias: np.ndarray | None

    def __init__(
        self,
        normalized_shape: int | tuple[int, ...],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        *,
        dtype: npt.DTypeLike = np.float32,
    ) -> None:
        self.normalized_shape, self.eps = _shape(normalized_shape), eps
        self.weight = np.ones(self.normalized_shape, dtype) if elementwise_affine else None
        self.bias = np.zeros(self.normalized_shape, dtype) if elementwise_affine and bias else None

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.weight is not None}"


class RMSNorm(Module):
    """Scales the last dimensions `normalized_shape` to root mean square 1; `eps` is that of `dtype` if None."""

    weight: np.ndarray | None

    def __init__(
        self, normalized_shape: int | tuple[int, ...], eps: float | None = None, elementwise_affine: bool = True, *, dtype: npt.DTypeLike = np.float32
    ) -> None:
        self.normalized_shape, self.eps = _shape(normalized_shape), float(np.finfo(np.dtype(dtype)).eps) if eps is None else eps
        self.weight = np.ones(self.normalized_shape, dtype) if elementwise_affine else None

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.rms_norm(x, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.weight is not None}"


class GroupNorm(Module):
    """Normalises runs of channels of each example: `(batch, num_channels, ...)`. ValueError if the groups are not equal."""

    weight: np.ndarray | None
    bias: np.ndarray | None

    def __init__(self, num_groups: int, num_channels: int, eps: float = 1e-5, affine: bool = True, *, dtype: npt.DTypeLike = np.float32) -> None:
        if num_channels % num_groups:
            raise ValueError(f"num_groups={num_groups} must divide num_channels={num_channels}")
        self.num_groups, self.num_channels, self.eps = num_groups, num_channels, eps
        self.weight, self.bias = (np.ones(num_channels, dtype), np.zeros(num_channels, dtype)) if affine else (None, None)

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.group_norm(x, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.weight is not None}"


class _InstanceNorm(Module):
    weight: np.ndarray | None
    bias: np.ndarray | None

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        *,
        dtype: npt.DTypeLike = np.float32,
    ) -> None:
        refuse(self, track_running_stats=track_running_stats)
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight, self.bias = (np.ones(num_features, dtype), np.zeros(num_features, dtype)) if affine else (None, None)

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.instance_norm(x, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, affine={self.weight is not None}"


class InstanceNorm1d(_InstanceNorm):
    """Normalises each channel of each example: `(batch, num_features, length)`."""


class InstanceNorm2d(_InstanceNorm):
    """Normalises each channel of each example: `(batch, num_features, height, width)`."""


class _BatchNorm(Module):
    """Normalises each channel (dimension 1) over the others (Ioffe & Szegedy 2015, arXiv:1502.03167).

    While training, or without running statistics, it uses the batch's statistics; while training it moves the running
    ones towards them by `momentum` (by 1 / number of batches if None), the variance without bias. Else it uses those.
    """

    weight: np.ndarray | None
    bias: np.ndarray | None

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        dtype: npt.DTypeLike = np.float32,
    ) -> None:
        self.num_features, self.eps, self.momentum, self.track_running_stats = num_features, eps, momentum, track_running_stats
        self.weight, self.bias = (np.ones(num_features, dtype), np.zeros(num_features, dtype)) if affine else (None, None)
        if track_running_stats:
            self.register_buffer("running_mean", np.zeros(num_features, dtype))
            self.register_buffer("running_var", np.ones(num_features, dtype))
            self.register_buffer("num_batches_tracked", np.zeros((), np.int64))

    running_mean: np.ndarray
    running_var: np.ndarray
    num_batches_tracked: np.ndarray

    def normalize(self, x: np.ndarray, axes: tuple[int, ...]) -> np.ndarray:
        """`x` normalised over `axes`. Raises ValueError where a batch has one value a channel: its variance is not defined."""
        if not self.training and self.track_running_stats:
            return F.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, self.eps)
        count = x.size // self.num_features
        if self.training and count == 1:
            raise ValueError(f"more than one value a channel is needed for training, not {x.shape}")
        mean: np.ndarray = np.mean(x, axis=axes)
        var: np.ndarray = np.var(x, axis=axes)
        if self.training and self.track_running_stats:
            self.track(mean, var * (count / (count - 1)))
        return F.batch_norm(x, mean, var, self.weight, self.bias, self.eps)

    def track(self, mean: np.ndarray, var: np.ndarray) -> None:
        """Move the running statistics towards those of a batch."""
        self.num_batches_tracked += 1
        share = 1 / int(self.num_batches_tracked) if self.momentum is None else self.momentum
        self.running_mean[:] = (1 - share) * self.running_mean + share * mean
        self.running_var[:] = (1 - share) * self.running_var + share * var

    def extra_repr(self) -> str:
        affine, track = self.weight is not None, self.track_running_stats
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={affine}, track_running_stats={track}"


class BatchNorm1d(_BatchNorm):
    """`(batch, channels)` or `(batch, channels, length)`."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        if x.ndim == 2:
            return self.normalize(x, (0,))
        return self.normalize(x, (0, 2))


class BatchNorm2d(_BatchNorm):
    """`(batch, channels, height, width)`."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        return self.normalize(x, (0, 2, 3))
