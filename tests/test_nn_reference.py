"""Layers against their definitions, written as plain loops over single elements from the formulas of PyTorch's documentation."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from nn_layers import array, make

from scriptc import nn
from scriptc.nn import functional as F


def doubles(*shape: int, seed: int = 0) -> np.ndarray:
    return array(*shape, seed=seed, dtype=np.float64)


def close(got: Any, expected: Any) -> None:
    np.testing.assert_allclose(got, expected, rtol=1e-10, atol=1e-12)


# convolutions


def conv2d(x: np.ndarray, w: np.ndarray, b: np.ndarray, stride: Any, padding: Any, dilation: Any, groups: int) -> np.ndarray:
    x = np.pad(x, ((0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2))
    size = [(n - d * (k - 1) - 1) // s + 1 for n, k, s, d in zip(x.shape[2:], w.shape[2:], stride, dilation, strict=True)]
    y = np.zeros((len(x), len(w), *size))
    for n, o, i, j in np.ndindex(y.shape):
        first = o // (len(w) // groups) * w.shape[1]
        y[n, o, i, j] = b[o]
        for c, p, q in np.ndindex(w.shape[1:]):
            y[n, o, i, j] += w[o, c, p, q] * x[n, first + c, i * stride[0] + p * dilation[0], j * stride[1] + q * dilation[1]]
    return y


def conv_transpose2d(x: np.ndarray, w: np.ndarray, b: np.ndarray, stride: Any, padding: Any, extra: Any, groups: int, dilation: Any) -> np.ndarray:
    """Each input element, times the kernel, is added to the output; then the padding is cut off."""
    size = [(n - 1) * s + d * (k - 1) + 1 + e for n, k, s, d, e in zip(x.shape[2:], w.shape[2:], stride, dilation, extra, strict=True)]
    y = np.zeros((len(x), groups * w.shape[1], *size))
    for n, c, i, j in np.ndindex(x.shape):
        first = c // (x.shape[1] // groups) * w.shape[1]
        for o, p, q in np.ndindex(w.shape[1:]):
            y[n, first + o, i * stride[0] + p * dilation[0], j * stride[1] + q * dilation[1]] += x[n, c, i, j] * w[c, o, p, q]
    return y[:, :, padding[0] : size[0] - padding[0], padding[1] : size[1] - padding[1]] + b[:, None, None]


@pytest.mark.parametrize("kernel", [1, (3, 2)])
@pytest.mark.parametrize("stride", [1, (2, 3)])
@pytest.mark.parametrize("padding", [0, (1, 2)])
@pytest.mark.parametrize("dilation", [1, (2, 1)])
@pytest.mark.parametrize("groups", [1, 2])
def test_conv2d(kernel: Any, stride: Any, padding: Any, dilation: Any, groups: int) -> None:
    layer = nn.Conv2d(4, 6, kernel, stride, padding, dilation, groups, dtype=np.float64, rng=0)
    x = doubles(2, 4, 7, 8)
    pairs = [(v, v) if isinstance(v, int) else v for v in (stride, padding, dilation)]
    expected = conv2d(x, layer.weight, layer.bias, *pairs, groups)
    close(layer(x), expected)
    close(F.conv2d(x, layer.weight, layer.bias, stride, padding, dilation, groups), expected)


@pytest.mark.parametrize(("stride", "padding", "dilation", "groups"), [(1, 0, 1, 1), (2, 1, 1, 2), (1, 2, 2, 2), (3, 0, 1, 1)])
def test_conv1d(stride: int, padding: int, dilation: int, groups: int) -> None:
    layer = nn.Conv1d(4, 6, 3, stride, padding, dilation, groups, dtype=np.float64, rng=0)
    x = doubles(2, 4, 17)
    expected = conv2d(x[:, :, None], layer.weight[:, :, None], layer.bias, (1, stride), (0, padding), (1, dilation), groups)[:, :, 0]
    close(layer(x), expected)
    close(F.conv1d(x, layer.weight, layer.bias, stride, padding, dilation, groups), expected)


@pytest.mark.parametrize(("mode", "name"), [("zeros", "constant"), ("reflect", "reflect"), ("replicate", "edge"), ("circular", "wrap")])
def test_padding_modes_and_same(mode: str, name: Any) -> None:
    x = doubles(2, 4, 9)
    layer = nn.Conv1d(4, 6, 4, padding="same", padding_mode=mode, dtype=np.float64, rng=0)  # 3 in all: 1 before, 2 after
    close(layer(x), F.conv1d(np.pad(x, ((0, 0), (0, 0), (1, 2)), mode=name), layer.weight, layer.bias))
    image = doubles(2, 4, 7, 6)
    wide = nn.Conv2d(4, 6, (2, 3), padding="same", padding_mode=mode, dtype=np.float64, rng=0)
    close(wide(image), F.conv2d(np.pad(image, ((0, 0), (0, 0), (0, 1), (1, 1)), mode=name), wide.weight, wide.bias))
    assert wide(image).shape == (2, 6, 7, 6)


@pytest.mark.parametrize(
    ("stride", "padding", "extra", "groups", "dilation"),
    [(1, 0, 0, 1, 1), (2, 1, 1, 2, 1), ((2, 3), (0, 1), (1, 2), 1, 1), (1, 2, 1, 2, 2), (3, 0, (0, 2), 1, (1, 2))],
)
def test_conv_transpose(stride: Any, padding: Any, extra: Any, groups: int, dilation: Any) -> None:
    layer = nn.ConvTranspose2d(4, 6, (3, 2), stride, padding, extra, groups, True, dilation, dtype=np.float64, rng=0)
    x = doubles(2, 4, 5, 6)
    s, p, e, d = ((v, v) if isinstance(v, int) else v for v in (stride, padding, extra, dilation))
    close(layer(x), conv_transpose2d(x, layer.weight, layer.bias, s, p, e, groups, d))
    flat = nn.ConvTranspose1d(4, 6, 3, s[1], p[1], e[1], groups, True, d[1], dtype=np.float64, rng=0)
    row = conv_transpose2d(x[:, :, :1], flat.weight[:, :, None], flat.bias, (1, s[1]), (0, p[1]), (0, e[1]), groups, (1, d[1]))
    close(flat(x[:, :, 0]), row[:, :, 0])


def test_conv_transpose_is_the_gradient_of_conv() -> None:
    """<conv(x), y> = <x, conv_transpose(y)> for every x and y."""
    w = doubles(6, 2, 3, 2)
    x = doubles(1, 4, 9, 8)
    y = F.conv2d(x, w, None, 2, 1, 1, 2)
    back = F.conv_transpose2d(y, w, None, 2, 1, (0, 0), 2)
    assert back.shape == (1, 4, 9, 8)
    close(np.vdot(y, y), np.vdot(x, back))


# pooling


def pool(x: np.ndarray, fn: Any, kernel: int, stride: int, padding: int, dilation: int, fill: float, ceil: bool) -> np.ndarray:
    """`fn` of each window of the last dimension; what is beyond the padding is left out."""
    size = x.shape[-1]
    room = size + 2 * padding - dilation * (kernel - 1) - 1
    count = (math.ceil if ceil else math.floor)(room / stride) + 1
    if ceil and (count - 1) * stride >= size + padding:
        count -= 1
    padded = np.pad(x, ((0, 0),) * (x.ndim - 1) + ((padding, padding),), constant_values=fill)
    y = np.zeros((*x.shape[:-1], count))
    for *at, i in np.ndindex(y.shape):
        y[(*at, i)] = fn(padded[(*at, slice(i * stride, i * stride + dilation * (kernel - 1) + 1, dilation))])
    return y


POOLS = [p for p in itertools.product((1, 2, 3), (1, 2, 3), (0, 1), (False, True)) if p[2] <= p[0] // 2]


@pytest.mark.parametrize(("kernel", "stride", "padding", "ceil"), POOLS)
def test_pools(kernel: int, stride: int, padding: int, ceil: bool) -> None:
    x = doubles(2, 3, 7, 8)

    def both(fn: Any, fill: float) -> np.ndarray:
        rows = pool(x, fn, kernel, stride, padding, 1, fill, ceil)
        return pool(rows.swapaxes(2, 3), fn, kernel, stride, padding, 1, fill, ceil).swapaxes(2, 3)

    close(nn.MaxPool2d(kernel, stride, padding, ceil_mode=ceil)(x), both(np.max, -np.inf))
    close(nn.AvgPool2d(kernel, stride, padding, ceil)(x), both(np.mean, 0.0))
    line = x[:, :, 0]
    close(nn.MaxPool1d(kernel, stride, padding, ceil_mode=ceil)(line), pool(line, np.max, kernel, stride, padding, 1, -np.inf, ceil))
    close(nn.AvgPool1d(kernel, stride, padding, ceil)(line), pool(line, np.mean, kernel, stride, padding, 1, 0.0, ceil))
    inside = pool(line, np.nanmean, kernel, stride, padding, 1, np.nan, ceil)
    close(nn.AvgPool1d(kernel, stride, padding, ceil, count_include_pad=False)(line), inside)


def test_pool_arguments() -> None:
    x = doubles(2, 3, 7, 8)
    rows = pool(x, np.max, 2, 1, 0, 2, -np.inf, False)
    close(nn.MaxPool2d((3, 2), (2, 1), (1, 0), (1, 2))(x), pool(rows.swapaxes(2, 3), np.max, 3, 2, 1, 1, -np.inf, False).swapaxes(2, 3))
    close(nn.AvgPool2d(2, divisor_override=3)(x), nn.AvgPool2d(2)(x) * 4 / 3)
    close(nn.MaxPool1d(2)(x[0]), x[0].reshape(3, 7, 4, 2).max(3))
    assert np.isnan(nn.MaxPool1d(2)(np.array([[[1.0, np.nan, 2.0]]]))[0, 0, 0])
    with pytest.raises(ValueError, match="half"):
        nn.MaxPool1d(2, padding=2)(x[0])


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 11])
def test_adaptive_pools(size: int) -> None:
    x = doubles(2, 3, 7, 8)

    def both(fn: Any) -> np.ndarray:
        y = np.zeros((2, 3, size, size))
        for i, j in np.ndindex(size, size):
            rows = slice(math.floor(i * 7 / size), math.ceil((i + 1) * 7 / size))
            y[:, :, i, j] = fn(x[:, :, rows, math.floor(j * 8 / size) : math.ceil((j + 1) * 8 / size)], axis=(2, 3))
        return y

    close(nn.AdaptiveAvgPool2d(size)(x), both(np.mean))
    close(nn.AdaptiveMaxPool2d((size, size))(x), both(np.max))
    close(nn.AdaptiveAvgPool1d(size)(x[:, :, 0]), nn.AdaptiveAvgPool2d((None, size))(x)[:, :, 0])
    close(nn.AdaptiveMaxPool1d(size)(x[:, :, 0]), nn.AdaptiveMaxPool2d((None, size))(x)[:, :, 0])


# normalisation


def standardized(x: np.ndarray, axes: Any, eps: float = 1e-5) -> np.ndarray:
    return (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + eps)


def test_norms() -> None:
    x = doubles(3, 4, 5, 6)
    w, b = doubles(4, seed=1)[:, None, None], doubles(4, seed=2)[:, None, None]
    for shape, axes in (((6,), -1), ((5, 6), (-1, -2))):
        layer = nn.LayerNorm(shape, eps=0.01, dtype=np.float64)
        layer.weight[:], layer.bias[:] = doubles(*shape, seed=3), doubles(*shape, seed=4)
        close(layer(x), standardized(x, axes, 0.01) * layer.weight + layer.bias)
        close(nn.RMSNorm(shape, eps=0.01, dtype=np.float64)(x), x / np.sqrt((x * x).mean(axes, keepdims=True) + 0.01))
    group = nn.GroupNorm(2, 4, dtype=np.float64)
    group.weight[:], group.bias[:] = w.ravel(), b.ravel()
    close(group(x), standardized(x.reshape(3, 2, -1), -1).reshape(x.shape) * w + b)
    instance = nn.InstanceNorm2d(4, affine=True, dtype=np.float64)
    instance.weight[:], instance.bias[:] = w.ravel(), b.ravel()
    close(instance(x), standardized(x, (2, 3)) * w + b)
    close(nn.InstanceNorm1d(4)(x[:, :, 0]), standardized(x[:, :, 0], 2))
    assert nn.RMSNorm(4).eps == np.finfo(np.float32).eps


@pytest.mark.parametrize(("name", "shape"), [("BatchNorm1d", (8, 3)), ("BatchNorm1d", (4, 3, 5)), ("BatchNorm2d", (4, 3, 2, 5))])
@pytest.mark.parametrize("momentum", [0.25, None])
def test_batch_norm(name: str, shape: tuple[int, ...], momentum: float | None) -> None:
    layer = getattr(nn, name)(3, momentum=momentum, dtype=np.float64)
    axes, aligned = tuple(a for a in range(len(shape)) if a != 1), (1, 3) + (1,) * (len(shape) - 2)
    mean, var = np.zeros(3), np.ones(3)
    for step in range(1, 4):
        x = doubles(*shape, seed=step) * 2 + 1
        close(layer(x), standardized(x, axes))
        share = 1 / step if momentum is None else momentum
        mean, var = (1 - share) * mean + share * x.mean(axes), (1 - share) * var + share * x.var(axes, ddof=1)
        close(layer.running_mean, mean)
        close(layer.running_var, var)
        assert layer.num_batches_tracked == step
    close(layer.eval()(x), (x - mean.reshape(aligned)) / np.sqrt(var.reshape(aligned) + 1e-5))
    close(layer.running_mean, mean)
    with pytest.raises(ValueError, match="more than one value"):
        layer.train()(x[:1].mean(axes[1:], keepdims=True) if len(shape) > 2 else x[:1])


def test_batch_norm_without_running_statistics() -> None:
    layer, x = nn.BatchNorm1d(3, affine=False, track_running_stats=False).eval(), doubles(8, 3)
    assert layer.state_dict() == {}
    close(layer(x), standardized(x, 0))


# recurrent layers


def logistic(v: float) -> float:
    return 1 / (1 + math.exp(-v))


def step(kind: str, x: np.ndarray, state: list[np.ndarray], w: list[np.ndarray]) -> list[np.ndarray]:
    """One step for one example, unit by unit, from PyTorch's documentation of RNNCell, LSTMCell and GRUCell."""
    a, b, n = w[0] @ x + w[2], w[1] @ state[0] + w[3], len(state[0])
    new = [np.zeros(n) for _ in state]
    for u in range(n):
        if kind == "RNN":
            new[0][u] = math.tanh(a[u] + b[u])
        elif kind == "LSTM":
            i, f, g, o = (a[k * n + u] + b[k * n + u] for k in range(4))
            new[1][u] = logistic(f) * state[1][u] + logistic(i) * math.tanh(g)
            new[0][u] = logistic(o) * math.tanh(new[1][u])
        else:
            r, z = logistic(a[u] + b[u]), logistic(a[n + u] + b[n + u])
            new[0][u] = (1 - z) * math.tanh(a[2 * n + u] + r * b[2 * n + u]) + z * state[0][u]
    return new


def scan(kind: str, layer: Any, x: np.ndarray, starts: list[np.ndarray]) -> tuple[np.ndarray, list[np.ndarray]]:
    """All layers and directions for one example `(length, input)`; states are `(layers * directions, hidden)`."""
    ends = [s.copy() for s in starts]
    for k in range(layer.num_layers):
        outputs = []
        for d, suffix in enumerate((f"_l{k}", f"_l{k}_reverse")[: 1 + layer.bidirectional]):
            w = [getattr(layer, name + suffix) for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
            w = [0 if v is None else v for v in w[:2]] + [np.zeros(len(w[0])) if v is None else v for v in w[2:]]
            i = k * (1 + layer.bidirectional) + d
            state, rows = [s[i] for s in starts], []
            for row in x[::-1] if d else x:
                state = step(kind, row, state, w)
                rows.append(state[0])
            outputs.append(np.array(rows[::-1] if d else rows))
            for e, s in zip(ends, state, strict=True):
                e[i] = s
        x = np.concatenate(outputs, axis=1)
    return x, ends


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize(
    ("layers", "bidirectional", "bias", "batch_first"), [(1, False, True, False), (2, True, True, True), (3, True, False, False)]
)
def test_recurrent_layers(kind: str, layers: int, bidirectional: bool, bias: bool, batch_first: bool) -> None:
    kw = dict(bias=bias, batch_first=batch_first, bidirectional=bidirectional, dtype=np.float64)
    layer = getattr(nn, kind)(3, 4, layers, **kw, rng=0)
    x = doubles(5, 2, 3)
    starts = [doubles(layers * (1 + bidirectional), 2, 4, seed=s) for s in range(2 if kind == "LSTM" else 1)]
    y, ends = layer(x.swapaxes(0, 1) if batch_first else x, tuple(starts) if kind == "LSTM" else starts[0])
    y = y.swapaxes(0, 1) if batch_first else y
    for n in range(2):
        expected, last = scan(kind, layer, x[:, n], [s[:, n] for s in starts])
        close(y[:, n], expected)
        for got, want in zip(ends if kind == "LSTM" else [ends], last, strict=True):
            close(got[:, n], want)


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_cells(kind: str) -> None:
    cell = getattr(nn, f"{kind}Cell")(3, 4, dtype=np.float64, rng=0)
    x, starts = doubles(2, 3), [doubles(2, 4, seed=s) for s in range(2 if kind == "LSTM" else 1)]
    got = cell(x, tuple(starts) if kind == "LSTM" else starts[0])
    for n in range(2):
        want = step(kind, x[n], [s[n] for s in starts], [cell.weight_ih, cell.weight_hh, cell.bias_ih, cell.bias_hh])
        for g, w in zip(got if kind == "LSTM" else [got], want, strict=True):
            close(g[n], w)
    zeros = np.zeros((2, 4))
    close(cell(x), cell(x, (zeros, zeros) if kind == "LSTM" else zeros))


def test_relu_rnn_and_two_halves() -> None:
    rnn, x = nn.RNN(3, 4, 2, "relu", dtype=np.float64, rng=0), doubles(6, 2, 3)
    whole, last = rnn(x)
    assert (whole >= 0).all()
    assert (whole == 0).any()
    first, state = rnn(x[:3])
    second, end = rnn(x[3:], state)
    close(np.concatenate((first, second)), whole)
    close(end, last)


def test_the_state_given_is_not_changed() -> None:
    lstm, state = nn.LSTM(3, 4), (np.ones((1, 2, 4), np.float32), np.ones((1, 2, 4), np.float32))
    lstm(array(5, 2, 3), state)
    assert (state[0] == 1).all()
    assert (state[1] == 1).all()


def test_dropout_between_layers_only_while_training() -> None:
    lstm, x = nn.LSTM(3, 4, 2, dropout=0.5, rng=0), array(5, 2, 3)
    np.random.seed(0)
    once, again = lstm(x)[0], lstm(x)[0]
    assert not np.array_equal(once, again)
    np.testing.assert_array_equal(lstm.eval()(x)[0], lstm(x)[0])


# attention


def attend(q: np.ndarray, k: np.ndarray, v: np.ndarray, allowed: np.ndarray, added: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One head of one example: q `(L, d)`, k `(S, d)`, v `(S, e)`; a key takes part where `allowed`, its score raised by `added`."""
    y, weights = np.zeros((len(q), v.shape[1])), np.zeros((len(q), len(k)))
    for i in range(len(q)):
        shares = [math.exp(q[i] @ k[j] / math.sqrt(q.shape[1]) + added[i, j]) if allowed[i, j] else 0.0 for j in range(len(k))]
        weights[i] = np.array(shares) / sum(shares)
        y[i] = sum(weights[i, j] * v[j] for j in range(len(k)))
    return y, weights


ALL, NOTHING = np.ones((4, 6), bool), np.zeros((4, 6))
EACH_SEES_ONE = np.tri(4, 6, 1, dtype=bool)


def test_scaled_dot_product_attention() -> None:
    q, k, v, added = doubles(4, 8), doubles(6, 8, seed=1), doubles(6, 5, seed=2), doubles(4, 6, seed=3)
    close(F.scaled_dot_product_attention(q, k, v), attend(q, k, v, ALL, NOTHING)[0])
    close(F.scaled_dot_product_attention(q, k, v, EACH_SEES_ONE), attend(q, k, v, EACH_SEES_ONE, NOTHING)[0])
    close(F.scaled_dot_product_attention(q, k, v, added), attend(q, k, v, ALL, added)[0])
    close(F.scaled_dot_product_attention(q, k, v, is_causal=True), attend(q, k, v, np.tri(4, 6, dtype=bool), NOTHING)[0])
    close(F.scaled_dot_product_attention(q, k, v, scale=1.0), F.scaled_dot_product_attention(q * math.sqrt(8), k, v))
    with pytest.raises(ValueError, match="not both"):
        F.scaled_dot_product_attention(q, k, v, EACH_SEES_ONE, is_causal=True)


@pytest.mark.parametrize("sizes", [(8, 8), (3, 6)])
@pytest.mark.parametrize("batch_first", [False, True])
def test_multihead_attention(sizes: tuple[int, int], batch_first: bool) -> None:
    layer = nn.MultiheadAttention(8, 2, kdim=sizes[0], vdim=sizes[1], batch_first=batch_first, dtype=np.float64, rng=0)
    layer.in_proj_bias[:], layer.out_proj.bias[:] = doubles(24, seed=5), doubles(8, seed=6)
    q, k, v = doubles(2, 4, 8), doubles(2, 6, sizes[0], seed=1), doubles(2, 6, sizes[1], seed=2)
    padded, added = np.array([[False] * 6, [False] * 4 + [True] * 2]), doubles(4, 6, seed=3)
    given = (q, k, v) if batch_first else (q.swapaxes(0, 1), k.swapaxes(0, 1), v.swapaxes(0, 1))
    y, weights = layer(*given, padded, True, ~EACH_SEES_ONE)
    per_head = layer(*given, padded, True, added, average_attn_weights=False)[1]
    assert layer(*given, need_weights=False)[1] is None
    if layer.in_proj_weight is None:
        w = [layer.q_proj_weight, layer.k_proj_weight, layer.v_proj_weight]
    else:
        w = np.split(layer.in_proj_weight, 3)
    for n in range(2):
        projected = [x[n] @ m.T + b for x, m, b in zip((q, k, v), w, np.split(layer.in_proj_bias, 3), strict=True)]
        heads = [[x[:, h * 4 : h * 4 + 4] for x in projected] for h in range(2)]
        found = [attend(*head, EACH_SEES_ONE & ~padded[n], NOTHING) for head in heads]
        out = np.concatenate([f[0] for f in found], axis=1) @ layer.out_proj.weight.T + layer.out_proj.bias
        close(y[n] if batch_first else y[:, n], out)
        close(weights[n], (found[0][1] + found[1][1]) / 2)
        close(per_head[n], [attend(*head, ~padded[n] & ALL, added)[1] for head in heads])


def test_causal_needs_a_mask() -> None:
    q = array(4, 2, 8)
    layer = nn.MultiheadAttention(8, 2, rng=0)
    with pytest.raises(ValueError, match="hint"):
        layer(q, q, q, is_causal=True)
    mask = ~np.tri(4, dtype=bool)
    np.testing.assert_array_equal(layer(q, q, q, attn_mask=mask, is_causal=True)[0], layer(q, q, q, attn_mask=mask)[0])
    three = np.repeat(mask[None], 4, axis=0)
    np.testing.assert_array_equal(layer(q, q, q, attn_mask=three)[0], layer(q, q, q, attn_mask=mask)[0])


# element by element

POINTS = np.concatenate([np.linspace(-9, 9, 301), [0.0, -0.0, 20.5, -20.5, 0.5, -0.5]])


def sp(v: float) -> float:
    return max(v, 0) + math.log1p(math.exp(-abs(v)))


FORMULAS: dict[str, Callable[[float], float]] = {
    "ReLU()": lambda v: max(v, 0),
    "ReLU6()": lambda v: min(max(v, 0), 6),
    "Hardtanh(-2.0, 0.5)": lambda v: min(max(v, -2), 0.5),
    "Threshold(0.5, 2.0)": lambda v: v if v > 0.5 else 2.0,
    "Hardsigmoid()": lambda v: min(max(v + 3, 0), 6) / 6,
    "Hardswish()": lambda v: v * min(max(v + 3, 0), 6) / 6,
    "Hardshrink()": lambda v: v if abs(v) > 0.5 else 0,
    "Softshrink()": lambda v: math.copysign(max(abs(v) - 0.5, 0), v),
    "Tanhshrink()": lambda v: v - math.tanh(v),
    "Sigmoid()": logistic,
    "LogSigmoid()": lambda v: -sp(-v),
    "Tanh()": math.tanh,
    "SiLU()": lambda v: v * logistic(v),
    "Mish()": lambda v: v * math.tanh(sp(v)),
    "Softsign()": lambda v: v / (1 + abs(v)),
    "Softplus()": sp,
    "Softplus(2.0, 3.0)": lambda v: v if 2 * v > 3 else sp(2 * v) / 2,
    "GELU()": lambda v: v * 0.5 * (1 + math.erf(v / math.sqrt(2))),
    "GELU('tanh')": lambda v: 0.5 * v * (1 + math.tanh(math.sqrt(2 / math.pi) * (v + 0.044715 * v**3))),
    "LeakyReLU(0.2)": lambda v: v if v > 0 else 0.2 * v,
    "ELU(0.5)": lambda v: v if v > 0 else 0.5 * math.expm1(v),
    "CELU(0.7)": lambda v: max(v, 0) + min(0, 0.7 * math.expm1(v / 0.7)),
    "SELU()": lambda v: 1.0507009873554805 * (v if v > 0 else 1.6732632423543772 * math.expm1(v)),
}


@pytest.mark.parametrize("text", FORMULAS)
def test_activation(text: str) -> None:
    layer = make(text)
    np.testing.assert_allclose(layer(POINTS), [FORMULAS[text](float(v)) for v in POINTS], rtol=1e-7, atol=1e-12)
    ends = np.array([-1e30, -100, 100, 1e30], np.float32)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        if text != "GELU('tanh')":  # its cube overflows, in PyTorch too
            assert np.isfinite(layer(ends)).all()


def test_erf() -> None:
    x = np.concatenate([np.linspace(-7, 7, 20001), np.linspace(-1e-3, 1e-3, 1001), [0.46875, 4.0, 6.0, 1e300]])
    np.testing.assert_allclose(F.erf(x), [math.erf(v) for v in x], rtol=4.5 * 2.0**-52)
    small = x[:-1].astype(np.float32)
    np.testing.assert_allclose(F.erf(small), np.array([math.erf(v) for v in small]), rtol=4.5 * 2.0**-23)
    assert F.erf(small).dtype == np.float32
    np.testing.assert_array_equal(F.erf(np.array([np.inf, -np.inf, np.nan, -0.0])), [1, -1, np.nan, 0])
    assert math.copysign(1, F.erf(np.array([-0.0]))[0]) == -1


def test_prelu() -> None:
    x = doubles(2, 3, 4)
    layer = nn.PReLU(3, 0.5, dtype=np.float64)
    layer.weight[:] = 0.1, 0.2, 0.3
    close(layer(x), np.where(x > 0, x, x * np.array([0.1, 0.2, 0.3])[:, None]))
    close(nn.PReLU(dtype=np.float64)(x), np.where(x > 0, x, x * 0.25))


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_along_a_dimension(dim: int) -> None:
    x = doubles(3, 4, 6)
    e = np.exp(x)
    close(nn.Softmax(dim)(x), e / e.sum(dim, keepdims=True))
    close(nn.Softmin(dim)(x), (1 / e) / (1 / e).sum(dim, keepdims=True))
    close(nn.LogSoftmax(dim)(x), np.log(e / e.sum(dim, keepdims=True)))
    close(nn.GLU(-1)(x), x[..., :3] * logistics(x[..., 3:]))
    close(F.normalize(x, dim), x / np.sqrt((x**2).sum(dim, keepdims=True)))
    close(F.cosine_similarity(x, x[::-1], dim), (x * x[::-1]).sum(dim) / np.sqrt((x**2).sum(dim) * (x[::-1] ** 2).sum(dim)))
    far = np.array([-1e30, -100, 100, 1e30], np.float32)
    with np.errstate(over="raise", invalid="raise"):
        np.testing.assert_allclose(F.softmax(far), [0, 0, 0, 1])
        np.testing.assert_allclose(F.log_softmax(far)[-1], 0)


def logistics(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def test_dropout() -> None:
    drop, x = nn.Dropout(0.25), np.ones((100, 100), np.float32)
    np.random.seed(0)
    y = drop(x)
    assert set(np.unique(y).tolist()) == {0.0, float(np.float32(1 / 0.75))}
    assert abs((y == 0).mean() - 0.25) < 0.02
    assert y.dtype == np.float32
    assert drop.eval()(x) is x
    assert not nn.Dropout(1.0)(x).any()
    planes = nn.Dropout2d(0.5)(np.ones((50, 40, 3, 3), np.float32))
    assert (planes.min((2, 3)) == planes.max((2, 3))).all()
    assert abs((planes == 0).mean() - 0.5) < 0.05


# lookups and losses


def test_linear_and_lookups() -> None:
    x, y = doubles(2, 4), doubles(2, 3, seed=1)
    both = nn.Bilinear(4, 3, 5, dtype=np.float64, rng=0)
    close(both(x, y), [[x[n] @ both.weight[k] @ y[n] + both.bias[k] for k in range(5)] for n in range(2)])
    table = nn.Embedding(10, 4, padding_idx=2, rng=0)
    index = np.array([[1, 9], [0, 2]])
    np.testing.assert_array_equal(table(index), table.weight[index])
    assert not table.weight[2].any()
    with pytest.raises(IndexError):
        table(np.array([10]))
    assert nn.Embedding.from_pretrained(x)(np.array([1])).tolist() == [x[1].tolist()]
    np.testing.assert_array_equal(F.one_hot(np.array([2, 0]), 3), [[0, 0, 1], [1, 0, 0]])


def test_losses() -> None:
    x, target = doubles(3, 4), np.array([1, 0, 3])
    picked = [-math.log(math.exp(x[n, t]) / sum(math.exp(v) for v in x[n])) for n, t in enumerate(target)]
    close(F.cross_entropy(x, target), np.mean(picked))
    close(F.cross_entropy(x, target, "none"), picked)
    close(F.nll_loss(F.log_softmax(x), target, "sum"), sum(picked))
    d = x - x[::-1]
    close(F.mse_loss(x, x[::-1]), (d**2).mean())
    close(F.l1_loss(x, x[::-1], "sum"), abs(d).sum())
    close(F.smooth_l1_loss(x, x[::-1], "none", 0.5), np.where(abs(d) < 0.5, d**2, abs(d) - 0.25))
    p, t = logistics(x), (x > 0).astype(float)
    close(F.binary_cross_entropy_with_logits(x, t), -(t * np.log(p) + (1 - t) * np.log(1 - p)).mean())
    with pytest.raises(ValueError, match="reduction"):
        F.mse_loss(x, x, "max")
