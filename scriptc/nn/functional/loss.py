"""Losses, with PyTorch's `reduction`: "mean", "sum" or "none"."""

from __future__ import annotations

from typing import Any

import numpy as np

from scriptc.nn.functional.activation import log_softmax


def mse_loss(x: np.ndarray, target: np.ndarray, reduction: str = "mean") -> Any:
    """Squared differences."""
    d = x - target
    return _reduced(d * d, reduction)


def l1_loss(x: np.ndarray, target: np.ndarray, reduction: str = "mean") -> Any:
    """Absolute differences."""
    return _reduced(np.abs(x - target), reduction)


def smooth_l1_loss(x: np.ndarray, target: np.ndarray, reduction: str = "mean", beta: float = 1.0) -> Any:
    """Squared differences over 2 * beta below `beta`, absolute ones less beta / 2 beyond (Girshick 2015, arXiv:1504.08083)."""
    d = np.abs(x - target)
    return _reduced(np.where(d < beta, 0.5 * d * d / beta, d - 0.5 * beta), reduction)


def binary_cross_entropy_with_logits(x: np.ndarray, target: np.ndarray, reduction: str = "mean") -> Any:
    """-(target * log(sigmoid(x)) + (1 - target) * log(1 - sigmoid(x))), without leaving the logarithm."""
    return _reduced(np.maximum(x, 0) - x * target + np.log1p(np.exp(-np.abs(x))), reduction)


def nll_loss(log_probabilities: np.ndarray, target: np.ndarray, reduction: str = "mean") -> Any:
    """-log_probabilities[i, target[i]]: `(n, classes)` and integers `(n,)`."""
    picked = np.take_along_axis(log_probabilities, np.expand_dims(target, 1), axis=1)
    return _reduced(-picked[:, 0], reduction)


def cross_entropy(x: np.ndarray, target: np.ndarray, reduction: str = "mean") -> Any:
    """`nll_loss` of `log_softmax(x)`: logits `(n, classes)` and integers `(n,)`."""
    return nll_loss(log_softmax(x, 1), target, reduction)


def _reduced(x: np.ndarray, reduction: str) -> Any:
    if reduction == "mean":
        return np.mean(x)
    if reduction == "sum":
        return np.sum(x)
    if reduction != "none":
        raise ValueError(f"reduction is 'mean', 'sum' or 'none', not {reduction!r}")
    return x
