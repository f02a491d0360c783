"""Activations, identity and dropout as modules."""

from __future__ import annotations

import numpy as np

from scriptc.nn import functional as F  # noqa: N812 - the name the field uses
from scriptc.nn.module import Module


class Identity(Module):
    def forward(self, x: np.ndarray) -> np.ndarray:
        return x


class ReLU(Module):
    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.relu(x)


class Sigmoid(Module):
    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.sigmoid(x)


class Tanh(Module):
    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.tanh(x)


class SiLU(Module):
    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.silu(x)


class Softplus(Module):
    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.softplus(x)


class GELU(Module):
    """The tanh form. The exact one needs erf, which NumPy does not have."""

    def __init__(self, approximate: str = "tanh") -> None:
        if approximate != "tanh":
            raise ValueError(f"approximate={approximate!r}: only 'tanh' is available")
        self.approximate = approximate

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.gelu_tanh(x)


class LeakyReLU(Module):
    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = negative_slope

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.leaky_relu(x, self.negative_slope)


class ELU(Module):
    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.elu(x, self.alpha)


class Softmax(Module):
    def __init__(self, axis: int = -1) -> None:
        self.axis = axis

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.softmax(x, self.axis)


class LogSoftmax(Module):
    def __init__(self, axis: int = -1) -> None:
        self.axis = axis

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.log_softmax(x, self.axis)


class Dropout(Module):
    """Zeroes elements with probability `p` while training and scales the rest by 1 / (1 - p); else the identity.

    It draws from NumPy's global stream (`np.random.seed`), compiled or not.
    """

    def __init__(self, p: float = 0.5) -> None:
        if not 0 <= p < 1:
            raise ValueError(f"p is a probability below 1, not {p}")
        self.p = p

    def forward(self, x: np.ndarray) -> np.ndarray:
        if not self.training or self.p == 0:
            return x
        keep = np.random.random(x.shape) >= self.p
        return np.where(keep, x / (1 - self.p), 0).astype(x.dtype)

    def extra_repr(self) -> str:
        return f"p={self.p}"
