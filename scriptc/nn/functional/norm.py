"""Normalisations: each centres and scales over some dimensions, then applies an optional scale and shift."""

from __future__ import annotations

import numpy as np


def layer_norm(
    x: np.ndarray, normalized_shape: tuple[int, ...], weight: np.ndarray | None = None, bias: np.ndarray | None = None, eps: float = 1e-5
) -> np.ndarray:
    """Over the last dimensions, which are `normalized_shape` (Ba et al. 2016, arXiv:1607.06450)."""
    axes = tuple(range(-len(normalized_shape), 0))
    _check_last(x, normalized_shape)
    y = _standardized(x, axes, eps)
    if weight is not None:
        y = y * weight
    if bias is not None:
        y = y + bias
    return y


def rms_norm(x: np.ndarray, normalized_shape: tuple[int, ...], weight: np.ndarray | None = None, eps: float = 1e-6) -> np.ndarray:
    """`x` over its root mean square in the last dimensions, without centring (Zhang & Sennrich 2019, arXiv:1910.07467)."""
    axes = tuple(range(-len(normalized_shape), 0))
    _check_last(x, normalized_shape)
    y = x / np.sqrt(np.mean(x * x, axis=axes, keepdims=True) + eps)
    if weight is not None:
        y = y * weight
    return y


def group_norm(x: np.ndarray, num_groups: int, weight: np.ndarray | None = None, bias: np.ndarray | None = None, eps: float = 1e-5) -> np.ndarray:
    """Over each of `num_groups` runs of channels (dimension 1) of each example (Wu & He 2018, arXiv:1803.08494)."""
    rows = x.reshape((x.shape[0], num_groups, x.shape[1] // num_groups * _spatial(x)))
    return _channel_affine(_standardized(rows, (2,), eps).reshape(x.shape), weight, bias)


def instance_norm(x: np.ndarray, weight: np.ndarray | None = None, bias: np.ndarray | None = None, eps: float = 1e-5) -> np.ndarray:
    """Over the positions of each channel of each example (Ulyanov et al. 2016, arXiv:1607.08022)."""
    return _channel_affine(_standardized(x, tuple(range(2, x.ndim)), eps), weight, bias)


def batch_norm(
    x: np.ndarray, mean: np.ndarray, var: np.ndarray, weight: np.ndarray | None = None, bias: np.ndarray | None = None, eps: float = 1e-5
) -> np.ndarray:
    """Each channel (dimension 1) by the given statistics `(channels,)` (Ioffe & Szegedy 2015, arXiv:1502.03167)."""
    shape = _channel_shape(x)
    return _channel_affine((x - mean.reshape(shape)) / np.sqrt(var.reshape(shape) + eps), weight, bias)


def _standardized(x: np.ndarray, axes: tuple[int, ...], eps: float) -> np.ndarray:
    centred = x - np.mean(x, axis=axes, keepdims=True)
    return centred / np.sqrt(np.mean(centred * centred, axis=axes, keepdims=True) + eps)


def _check_last(x: np.ndarray, shape: tuple[int, ...]) -> None:
    if x.shape[-len(shape) :] != shape:
        raise ValueError(f"the last dimensions must be {shape}, not those of {x.shape}")


def _channel_affine(y: np.ndarray, weight: np.ndarray | None, bias: np.ndarray | None) -> np.ndarray:
    if weight is not None:
        y = y * weight.reshape(_channel_shape(y))
    if bias is not None:
        y = y + bias.reshape(_channel_shape(y))
    return y


def _channel_shape(x: np.ndarray) -> tuple[int, ...]:
    """Aligns a vector of channels with dimension 1 of `x`."""
    return (1, -1) + (1,) * (x.ndim - 2)


def _spatial(x: np.ndarray) -> int:
    """How many positions each channel has."""
    count = 1
    for n in x.shape[2:]:
        count *= n
    return count
