"""Scaled dot-product attention (Vaswani et al. 2017, arXiv:1706.03762)."""

from __future__ import annotations

import math

import numpy as np

from scriptc.nn.functional.activation import dropout, softmax


def scaled_dot_product_attention(
    query: np.ndarray,
    key: np.ndarray,
    value: np.ndarray,
    attn_mask: np.ndarray | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
) -> np.ndarray:
    """softmax(query @ key.T * scale + mask) @ value: `(..., L, E)`, `(..., S, E)`, `(..., S, V)` to `(..., L, V)`.

    `attn_mask` broadcasts to `(..., L, S)`: boolean, True where attention is allowed, or floating and added. `is_causal`
    lets position i see the first i + 1 keys; ValueError if both are given. `scale` is 1 / sqrt(E) if None.
    """
    scores = np.matmul(query, np.swapaxes(key, -1, -2)) * (1 / math.sqrt(query.shape[-1]) if scale is None else scale)
    if is_causal:
        if attn_mask is not None:
            raise ValueError("give attn_mask or is_causal, not both")
        scores = masked(scores, ~np.tri(query.shape[-2], key.shape[-2], dtype=np.bool_))
    elif attn_mask is not None:
        scores = masked(scores, ~attn_mask if attn_mask.dtype == np.bool_ else attn_mask)
    return np.matmul(dropout(softmax(scores), dropout_p, dropout_p > 0), value)


def masked(scores: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Scores with a boolean mask's True places at -inf, or with a floating mask added."""
    if mask.dtype == np.bool_:
        return np.where(mask, -np.inf, scores)
    return scores + mask.astype(scores.dtype)
