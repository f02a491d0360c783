"""Linear maps and lookups."""

from __future__ import annotations

import numpy as np


def linear(x: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None) -> np.ndarray:
    """x @ weight.T + bias: `x` `(..., in)`, `weight` `(out, in)`, `bias` `(out,)`."""
    y: np.ndarray = np.matmul(x, weight.T)
    if bias is not None:
        y = y + bias
    return y


def embedding(index: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Rows of `weight` `(n, d)` at integers of any shape: `(..., d)`. IndexError for one that is out of range."""
    return np.take(weight, index, axis=0)


def one_hot(index: np.ndarray, num_classes: int) -> np.ndarray:
    """int64 `(..., num_classes)`: 1 where the last index equals the value."""
    return (np.expand_dims(index, -1) == np.arange(num_classes)).astype(np.int64)


def normalize(x: np.ndarray, dim: int = 1, eps: float = 1e-12) -> np.ndarray:
    """`x` divided by its Euclidean length along `dim`, or by `eps` where that is more."""
    return x / np.maximum(np.sqrt(np.sum(x * x, axis=dim, keepdims=True)), eps)


def cosine_similarity(a: np.ndarray, b: np.ndarray, dim: int = 1, eps: float = 1e-8) -> np.ndarray:
    """The cosine of the angle between `a` and `b` along `dim`; each length counts as at least `eps`."""
    lengths = np.maximum(np.sqrt(np.sum(a * a, axis=dim)), eps) * np.maximum(np.sqrt(np.sum(b * b, axis=dim)), eps)
    return np.sum(a * b, axis=dim) / lengths
