"""`MultiheadAttention`, with PyTorch's parameters and masks."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from scriptc.nn import functional as F  # noqa: N812 - the name the field uses
from scriptc.nn.arguments import probability, refuse
from scriptc.nn.functional.attention import masked
from scriptc.nn.init import Rng, generator, xavier_uniform
from scriptc.nn.linear import Linear
from scriptc.nn.module import Module


class MultiheadAttention(Module):
    """Attention of `num_heads` heads (Vaswani et al. 2017, arXiv:1706.03762).

    query `(L, batch, embed_dim)`, key `(S, batch, kdim)`, value `(S, batch, vdim)`, the batch first if `batch_first`.
    The projections' weight is `in_proj_weight` `(3 * embed_dim, embed_dim)`; with a `kdim` or `vdim` of its own there are
    `q_proj_weight`, `k_proj_weight` and `v_proj_weight` instead. They start as Xavier's uniform, all biases as zeros.
    """

    in_proj_weight: np.ndarray | None
    in_proj_bias: np.ndarray | None

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        *,
        dtype: npt.DTypeLike = np.float32,
        rng: Rng = None,
    ) -> None:
        refuse(self, add_bias_kv=add_bias_kv, add_zero_attn=add_zero_attn)
        if embed_dim % num_heads:
            raise ValueError(f"num_heads={num_heads} must divide embed_dim={embed_dim}")
        self.embed_dim, self.num_heads, self.dropout, self.batch_first = embed_dim, num_heads, probability(dropout), batch_first
        self.kdim, self.vdim = embed_dim if kdim is None else kdim, embed_dim if vdim is None else vdim
        gen = generator(rng)
        if self.kdim == embed_dim and self.vdim == embed_dim:
            self.in_proj_weight = xavier_uniform(gen, (3 * embed_dim, embed_dim), dtype)
        else:
            self.in_proj_weight = None
            self.q_proj_weight = xavier_uniform(gen, (embed_dim, embed_dim), dtype)
            self.k_proj_weight = xavier_uniform(gen, (embed_dim, self.kdim), dtype)
            self.v_proj_weight = xavier_uniform(gen, (embed_dim, self.vdim), dtype)
        self.in_proj_bias = np.zeros(3 * embed_dim, dtype) if bias else None
        self.out_proj = Linear(embed_dim, embed_dim, bias, dtype=dtype, rng=gen)
        if self.out_proj.bias is not None:
            self.out_proj.bias[:] = 0

    def forward(
        self,
        query: np.ndarray,
        key: np.ndarray,
        value: np.ndarray,
        key_padding_mask: np.ndarray | None = None,
        need_weights: bool = True,
        attn_mask: np.ndarray | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """The output, shaped like `query`, and the attention weights `(batch, L, S)`, None unless `need_weights`.

        Masks are boolean, True where a key is *not* seen, or floating and added: `key_padding_mask` `(batch, S)`,
        `attn_mask` `(L, S)` or `(batch * num_heads, L, S)`. `average_attn_weights=False` gives `(batch, num_heads, L, S)`.
        `is_causal` says what `attn_mask` is and, as in PyTorch, needs it: ValueError without.
        """
        if is_causal and attn_mask is None:
            raise ValueError("is_causal is a hint about attn_mask, which is missing")
        if not self.batch_first:
            query, key, value = np.swapaxes(query, 0, 1), np.swapaxes(key, 0, 1), np.swapaxes(value, 0, 1)
        q, k, v = self.project(query, key, value)
        scores = np.matmul(q, np.swapaxes(k, -1, -2)) * (1 / math.sqrt(self.embed_dim // self.num_heads))
        weights = F.softmax(self.mask(scores, key_padding_mask, attn_mask))
        weights = F.dropout(weights, self.dropout, self.training)
        batch, length = query.shape[0], query.shape[1]
        joined = np.matmul(weights, v).transpose(0, 2, 1, 3).reshape((batch, length, self.embed_dim))
        out = self.out_proj(joined)
        if not self.batch_first:
            out = np.swapaxes(out, 0, 1)
        if not need_weights:
            return out, None
        return out, (np.mean(weights, axis=1) if average_attn_weights else weights)

    def project(self, query: np.ndarray, key: np.ndarray, value: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Queries, keys and values of each head: `(batch, num_heads, length, embed_dim / num_heads)`."""
        n = self.embed_dim
        if self.in_proj_weight is not None:
            w_q, w_k, w_v = self.in_proj_weight[:n], self.in_proj_weight[n : 2 * n], self.in_proj_weight[2 * n :]
        else:
            w_q, w_k, w_v = self.q_proj_weight, self.k_proj_weight, self.v_proj_weight
        q, k, v = np.matmul(query, w_q.T), np.matmul(key, w_k.T), np.matmul(value, w_v.T)
        if self.in_proj_bias is not None:
            q, k, v = q + self.in_proj_bias[:n], k + self.in_proj_bias[n : 2 * n], v + self.in_proj_bias[2 * n :]
        return self.split(q), self.split(k), self.split(v)

    def split(self, x: np.ndarray) -> np.ndarray:
        """`(batch, length, embed_dim)` by heads: `(batch, num_heads, length, embed_dim / num_heads)`."""
        return x.reshape((x.shape[0], x.shape[1], self.num_heads, self.embed_dim // self.num_heads)).transpose(0, 2, 1, 3)

    def mask(self, scores: np.ndarray, key_padding_mask: np.ndarray | None, attn_mask: np.ndarray | None) -> np.ndarray:
        """Scores `(batch, num_heads, L, S)` with both masks applied."""
        if attn_mask is not None:
            scores = masked(scores, attn_mask if attn_mask.ndim == 2 else attn_mask.reshape(scores.shape))
        if key_padding_mask is not None:
            scores = masked(scores, key_padding_mask[:, None, None, :])
        return scores

    def extra_repr(self) -> str:
        return f"{self.embed_dim}, {self.num_heads}"
