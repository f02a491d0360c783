"""Initial values, by PyTorch's formulas, so that a model trained there starts the same way here."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Rng = np.random.Generator | int | None
"""A generator, a seed for one, or None for a fresh one."""


def generator(rng: Rng) -> np.random.Generator:
    """The generator itself, one seeded with `rng`, or one seeded by the system."""
    return rng if isinstance(rng, np.random.Generator) else np.random.default_rng(rng)


def uniform(rng: np.random.Generator, bound: float, shape: tuple[int, ...], dtype: npt.DTypeLike) -> np.ndarray:
    """U(-bound, bound)."""
    return rng.uniform(-bound, bound, shape).astype(dtype)


def fan_in_bound(fan_in: int) -> float:
    """1 / sqrt(fan_in).

    `torch.nn.Linear` and `Conv*` draw weights with `kaiming_uniform_(a=sqrt(5))`: gain sqrt(2 / (1 + 5)) times
    sqrt(3 / fan_in), which is this bound (He et al. 2015, arXiv:1502.01852); biases use the same bound.
    """
    return 1.0 / math.sqrt(fan_in) if fan_in > 0 else 0.0


def xavier_uniform(rng: np.random.Generator, shape: tuple[int, int], dtype: npt.DTypeLike) -> np.ndarray:
    """U(-b, b), b = sqrt(6 / (fan_in + fan_out)) (Glorot & Bengio 2010, AISTATS)."""
    return uniform(rng, math.sqrt(6 / (shape[0] + shape[1])), shape, dtype)
