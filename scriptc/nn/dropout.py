"""Dropout of elements or of whole channels. Both draw from NumPy's global stream (`np.random.seed`), compiled or not."""

from __future__ import annotations

import numpy as np

from scriptc.nn import functional as F  # noqa: N812 - the name the field uses
from scriptc.nn.arguments import probability, refuse
from scriptc.nn.module import Module


class Dropout(Module):
    """Zeroes elements with probability `p` while training and scales the rest by 1 / (1 - p); else the identity.

    Srivastava et al. 2014, J. Mach. Learn. Res. 15.
    """

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        refuse(self, inplace=inplace)
        self.p = probability(p)

    def forward(self, x: np.ndarray) -> np.ndarray:
        return F.dropout(x, self.p, self.training)

    def extra_repr(self) -> str:
        return f"p={self.p}"


class _ChannelDropout(Module):
    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        refuse(self, inplace=inplace)
        self.p = probability(p)

    def forward(self, x: np.ndarray) -> np.ndarray:
        if not self.training or self.p == 0:
            return x
        ones = np.ones(x.shape[:2] + (1,) * (x.ndim - 2), x.dtype)
        return x * F.dropout(ones, self.p)

    def extra_repr(self) -> str:
        return f"p={self.p}"


class Dropout1d(_ChannelDropout):
    """Zeroes whole channels of `(batch, channels, length)`, as `Dropout` does elements."""


class Dropout2d(_ChannelDropout):
    """Zeroes whole channels of `(batch, channels, height, width)`, as `Dropout` does elements."""
