"""Normalisation layers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scriptc.nn.module import Module


class LayerNorm(Module):
    """Normalises over the last dimensions `normalized_shape` (Ba et al. 2016, arXiv:1607.06450)."""

    def __init__(self, normalized_shape: int | tuple[int, ...], eps: float = 1e-5, dtype: npt.DTypeLike = np.float32) -> None:
        shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        self.normalized_shape, self.eps = shape, eps
        self.axes = tuple(range(-len(shape), 0))
        self.weight, self.bias = np.ones(shape, dtype), np.zeros(shape, dtype)

    def forward(self, x: np.ndarray) -> np.ndarray:
        centred = x - np.mean(x, axis=self.axes, keepdims=True)
        variance = np.mean(centred * centred, axis=self.axes, keepdims=True)
        return centred / np.sqrt(variance + self.eps) * self.weight + self.bias

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}"


class _BatchNorm(Module):
    """Normalises each channel (dimension 1) over the others (Ioffe & Szegedy 2015, arXiv:1502.03167).

    While training it uses the batch's statistics and moves the running ones towards them by `momentum` (the variance
    without bias); else it uses the running ones.
    """

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1, dtype: npt.DTypeLike = np.float32) -> None:
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight, self.bias = np.ones(num_features, dtype), np.zeros(num_features, dtype)
        self.register_buffer("running_mean", np.zeros(num_features, dtype))
        self.register_buffer("running_var", np.ones(num_features, dtype))

    running_mean: np.ndarray
    running_var: np.ndarray

    def normalize(self, x: np.ndarray, axes: tuple[int, ...], shape: tuple[int, ...]) -> np.ndarray:
        """`x` normalised over `axes`; `shape` aligns a vector of channels with it."""
        if self.training:
            mean: np.ndarray = np.mean(x, axis=axes)
            var: np.ndarray = np.var(x, axis=axes)
            count = x.size // self.num_features
            self.running_mean[:] = (1 - self.momentum) * self.running_mean + self.momentum * mean
            self.running_var[:] = (1 - self.momentum) * self.running_var + self.momentum * var * (count / max(count - 1, 1))
        else:
            mean, var = self.running_mean, self.running_var
        scale = self.weight / np.sqrt(var + self.eps)
        return (x - mean.reshape(shape)) * scale.reshape(shape) + self.bias.reshape(shape)

    def extra_repr(self) -> str:
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


class BatchNorm1d(_BatchNorm):
    """`(batch, channels)` or `(batch, channels, length)`."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        if x.ndim == 2:
            return self.normalize(x, (0,), (1, -1))
        return self.normalize(x, (0, 2), (1, -1, 1))


class BatchNorm2d(_BatchNorm):
    """`(batch, channels, height, width)`."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        return self.normalize(x, (0, 2, 3), (1, -1, 1, 1))
