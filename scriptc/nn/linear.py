"""`Linear` and `Embedding`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scriptc.nn.init import Rng, fan_in_bound, generator, uniform
from scriptc.nn.module import Module


class Linear(Module):
    """x @ weight.T + bias: `(..., in_features)` to `(..., out_features)`.

    weight `(out_features, in_features)` and bias `(out_features,)` start as U(-1/sqrt(in), 1/sqrt(in)).
    """

    bias: np.ndarray | None

    def __init__(self, in_features: int, out_features: int, bias: bool = True, dtype: npt.DTypeLike = np.float32, rng: Rng = None) -> None:
        gen, bound = generator(rng), fan_in_bound(in_features)
        self.in_features, self.out_features = in_features, out_features
        self.weight = uniform(gen, bound, (out_features, in_features), dtype)
        self.bias = uniform(gen, bound, (out_features,), dtype) if bias else None

    def forward(self, x: np.ndarray) -> np.ndarray:
        y: np.ndarray = np.matmul(x, self.weight.T)
        if self.bias is not None:
            y = y + self.bias
        return y

    def extra_repr(self) -> str:
        return f"{self.in_features}, {self.out_features}, bias={self.bias is not None}"


class Embedding(Module):
    """Rows of `weight` `(num_embeddings, embedding_dim)`, drawn from N(0, 1), by integer index of any shape."""

    def __init__(self, num_embeddings: int, embedding_dim: int, dtype: npt.DTypeLike = np.float32, rng: Rng = None) -> None:
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.weight: np.ndarray = generator(rng).standard_normal((num_embeddings, embedding_dim)).astype(dtype)

    def forward(self, index: np.ndarray) -> np.ndarray:
        return np.take(self.weight, index, axis=0)

    def extra_repr(self) -> str:
        return f"{self.num_embeddings}, {self.embedding_dim}"
