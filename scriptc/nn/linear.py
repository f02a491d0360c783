"""`Linear`, `Bilinear` and `Embedding`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scriptc.nn.arguments import refuse
from scriptc.nn.init import Rng, fan_in_bound, generator, uniform
from scriptc.nn.module import Module


class Linear(Module):
    """x @ weight.T + bias: `(..., in_features)` to `(..., out_features)`.

    weight `(out_features, in_features)` and bias `(out_features,)` start as U(-1/sqrt(in), 1/sqrt(in)).
    """

    bias: np.ndarray | None

    def __init__(self, in_features: int, out_features: int, bias: bool = True, *, dtype: npt.DTypeLike = np.float32, rng: Rng = None) -> None:
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


class Bilinear(Module):
    """x1 @ weight[k] @ x2 + bias[k] for each k: `(..., in1_features)` and `(..., in2_features)` to `(..., out_features)`.

    weight `(out_features, in1_features, in2_features)` and bias start as U(-1/sqrt(in1), 1/sqrt(in1)).
    """

    bias: np.ndarray | None

    def __init__(
        self, in1_features: int, in2_features: int, out_features: int, bias: bool = True, *, dtype: npt.DTypeLike = np.float32, rng: Rng = None
    ) -> None:
        gen, bound = generator(rng), fan_in_bound(in1_features)
        self.in1_features, self.in2_features, self.out_features = in1_features, in2_features, out_features
        self.weight = uniform(gen, bound, (out_features, in1_features, in2_features), dtype)
        self.bias = uniform(gen, bound, (out_features,), dtype) if bias else None

    def forward(self, x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
        y = np.einsum("...i,oij,...j->...o", x1, self.weight, x2)
        if self.bias is not None:
            y = y + self.bias
        return y

    def extra_repr(self) -> str:
        return f"{self.in1_features}, {self.in2_features}, {self.out_features}, bias={self.bias is not None}"


class Embedding(Module):
    """Rows of `weight` `(num_embeddings, embedding_dim)`, drawn from N(0, 1), by integer index of any shape.

    The row `padding_idx` starts as zeros. A negative index counts from the end, as everywhere in NumPy.
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        *,
        dtype: npt.DTypeLike = np.float32,
        rng: Rng = None,
    ) -> None:
        refuse(self, max_norm=max_norm, scale_grad_by_freq=scale_grad_by_freq, sparse=sparse, norm_type=norm_type != 2.0)
        self.num_embeddings, self.embedding_dim, self.padding_idx = num_embeddings, embedding_dim, padding_idx
        self.weight: np.ndarray = generator(rng).standard_normal((num_embeddings, embedding_dim)).astype(dtype)
        if padding_idx is not None:
            self.weight[padding_idx] = 0

    @classmethod
    def from_pretrained(cls, embeddings: npt.ArrayLike, padding_idx: int | None = None) -> Embedding:
        """A layer whose weight is `embeddings` `(n, d)` itself, not a copy."""
        weight = np.asarray(embeddings)
        layer = cls(*weight.shape, dtype=weight.dtype)
        layer.weight, layer.padding_idx = weight, padding_idx
        return layer

    def forward(self, index: np.ndarray) -> np.ndarray:
        return np.take(self.weight, index, axis=0)

    def extra_repr(self) -> str:
        shown = f"{self.num_embeddings}, {self.embedding_dim}"
        return shown if self.padding_idx is None else f"{shown}, padding_idx={self.padding_idx}"
