"""Layers against their formulas written as plain loops; modules as containers of state; each layer compiled."""

from __future__ import annotations

import math
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import scriptc
from scriptc import nn
from scriptc.nn import functional as F


def array(*shape: int, seed: int = 0, dtype: Any = np.float32) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


class Net(nn.Module):
    """No call of `super().__init__()`; submodules as attribute, list, dict and in nn's containers."""

    def __init__(self, seed: int = 0):
        self.size = 3
        self.first = nn.Linear(3, 4, rng=seed)
        self.plain = [nn.Linear(4, 4, rng=seed + 1), nn.ReLU()]
        self.named = {"a": nn.Linear(4, 4, bias=False, rng=seed + 2)}
        self.listed = nn.ModuleList([nn.LayerNorm(4)])
        self.scale = nn.Parameter([1.0, 2.0])
        self.steps = np.arange(3)
        self.register_buffer("mean", np.zeros(4, np.float32))

    def forward(self, x: np.ndarray) -> np.ndarray:
        h = self.first(x)
        for layer in self.plain:
            h = layer(h)
        h = self.named["a"](h)
        for layer in self.listed:
            h = layer(h)
        return h * self.scale[1] - self.mean


NAMES = [
    "scale",
    "steps",
    "mean",
    "first.weight",
    "first.bias",
    "plain.0.weight",
    "plain.0.bias",
    "named.a.weight",
    "listed.0.weight",
    "listed.0.bias",
]


class TestModule:
    def test_state_is_named_by_path(self) -> None:
        assert list(Net().state_dict()) == NAMES

    def test_parameters_and_buffers(self) -> None:
        net = Net()
        assert [n for n, _ in net.named_parameters()] == [n for n in NAMES if n not in ("steps", "mean")]
        assert [n for n, _ in net.named_buffers()] == ["steps", "mean"]
        assert len(list(net.parameters())) + len(list(net.buffers())) == len(NAMES)

    def test_modules(self) -> None:
        names = [name for name, _ in Net().named_modules()]
        assert names == ["", "first", "plain.0", "plain.1", "named.a", "listed", "listed.0"]
        assert [name for name, _ in Net().named_modules("net")][:2] == ["net", "net.first"]

    def test_load_state_dict_copies_in_place(self) -> None:
        a, b = Net(1), Net(2)
        weight = b.first.weight
        b.load_state_dict(a.state_dict())
        assert b.first.weight is weight
        assert b.first.weight is not a.first.weight
        x = array(2, 3)
        assert a(x).tobytes() == b(x).tobytes()

    def test_load_state_dict_lists_every_problem_and_changes_nothing(self) -> None:
        net = Net()
        state = {**net.state_dict(), "first.weight": np.zeros((4, 9)), "steps": np.zeros(3), "extra": np.zeros(1)}
        del state["scale"]
        before = {k: v.copy() for k, v in net.state_dict().items()}
        with pytest.raises(ValueError) as e:
            net.load_state_dict(state)
        for part in ("missing: scale", "unexpected: extra", "first.weight: shape (4, 9), expected (4, 3)", "steps: dtype float64"):
            assert part in str(e.value)
        for name, value in net.state_dict().items():
            np.testing.assert_array_equal(value, before[name])

    def test_load_state_dict_not_strict(self) -> None:
        net = Net()
        net.load_state_dict({"mean": np.ones(4), "extra": np.zeros(1)}, strict=False)
        np.testing.assert_array_equal(net.mean, 1)

    def test_tied_weights_are_one_parameter_and_two_names(self) -> None:
        class Tied(nn.Module):
            def __init__(self) -> None:
                self.a = nn.Linear(2, 2, bias=False)
                self.b = nn.Linear(2, 2, bias=False)
                self.b.weight = self.a.weight

        assert list(Tied().state_dict()) == ["a.weight", "b.weight"]
        assert [n for n, _ in Tied().named_parameters()] == ["a.weight"]

    def test_train_and_eval_reach_every_submodule(self) -> None:
        net = Net()
        assert net.training
        assert net.eval() is net
        assert not any(m.training for m in net.modules())
        assert all(m.training for m in net.train().modules())

    def test_parameter(self) -> None:
        p = nn.Parameter([1, 2])
        assert type(p) is np.ndarray
        assert p.dtype == np.float32
        source = np.ones(2)
        assert nn.Parameter(source, np.float64) is not source
        with pytest.raises(TypeError, match="int64"):
            nn.Parameter([1], np.int64)

    def test_register_buffer_wants_a_name(self) -> None:
        with pytest.raises(ValueError, match="attribute name"):
            Net().register_buffer("a.b", np.zeros(1))

    def test_repr_shows_the_tree(self) -> None:
        text = repr(nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.1)))
        assert text == "Sequential(\n  (0): Linear(2, 3, bias=True)\n  (1): Dropout(p=0.1)\n)"

    def test_calling_calls_forward_with_every_kind_of_argument(self) -> None:
        class Scale(nn.Module):
            def forward(self, x: float, *, by: float = 2.0) -> float:
                return x * by

        assert Scale()(3.0) == 6.0
        assert Scale()(x=3.0, by=5.0) == 15.0


class TestContainers:
    def test_module_list_is_a_list_and_a_module(self) -> None:
        layers = nn.ModuleList([nn.Linear(2, 2), nn.ReLU()])
        layers.append(nn.Linear(2, 1))
        assert isinstance(layers, list)
        assert isinstance(layers, nn.Module)
        assert len(layers) == 3
        assert list(layers.state_dict()) == ["0.weight", "0.bias", "2.weight", "2.bias"]

    def test_module_dict(self) -> None:
        layers = nn.ModuleDict({"enc": nn.Linear(2, 2), "dec": nn.Linear(2, 2, bias=False)})
        assert list(layers.state_dict()) == ["enc.weight", "enc.bias", "dec.weight"]

    def test_containers_compare_and_hash_by_identity(self) -> None:
        assert nn.ModuleList() != nn.ModuleList()
        assert len({nn.ModuleList(), nn.ModuleDict(), nn.Sequential()}) == 3

    def test_sequential(self) -> None:
        x = array(5, 2)
        a, b = nn.Linear(2, 3), nn.Linear(3, 1)
        np.testing.assert_array_equal(nn.Sequential(a, nn.Tanh(), b)(x), b(np.tanh(a(x))))


class TestInit:
    def test_a_seed_gives_the_same_weights(self) -> None:
        np.testing.assert_array_equal(nn.Linear(3, 4, rng=1).weight, nn.Linear(3, 4, rng=1).weight)
        rng = np.random.default_rng(1)
        assert not np.array_equal(nn.Linear(3, 4, rng=rng).weight, nn.Linear(3, 4, rng=rng).weight)

    @pytest.mark.parametrize(
        ("layer", "bound"),
        [
            (nn.Linear(100, 50), 0.1),
            (nn.Conv1d(10, 20, 10), 0.1),
            (nn.Conv2d(8, 20, (5, 10), groups=4), 0.1),
            (nn.LSTMCell(7, 100), 0.1),
            (nn.GRUCell(7, 25), 0.2),
        ],
    )
    def test_uniform_bounds_are_pytorch_s(self, layer: nn.Module, bound: float) -> None:
        for p in layer.parameters():
            assert p.dtype == np.float32
            assert np.abs(p).max() <= bound
            assert np.abs(p).max() > 0.8 * bound

    def test_dtype(self) -> None:
        assert nn.Linear(2, 2, dtype=np.float64)(array(1, 2, dtype=np.float64)).dtype == np.float64

    def test_bad_sizes_are_refused(self) -> None:
        with pytest.raises(ValueError, match="groups=3"):
            nn.Conv1d(4, 6, 3, groups=3)
        with pytest.raises(ValueError, match="probability"):
            nn.Dropout(1.0)
        with pytest.raises(ValueError, match="tanh"):
            nn.GELU("none")


def conv_by_loops(x: np.ndarray, layer: nn.Conv2d) -> np.ndarray:
    (kh, kw), (sh, sw), (ph, pw), (dh, dw) = layer.kernel_size, layer.stride, layer.padding, layer.dilation
    x = np.pad(x.astype(np.float64), ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    height, width = (x.shape[2] - dh * (kh - 1) - 1) // sh + 1, (x.shape[3] - dw * (kw - 1) - 1) // sw + 1
    out = np.zeros((x.shape[0], layer.out_channels, height, width))
    per_group_in, per_group_out = layer.in_channels // layer.groups, layer.out_channels // layer.groups
    for n, o, i, j in np.ndindex(out.shape):
        first = o // per_group_out * per_group_in
        patch = x[n, first : first + per_group_in, i * sh : i * sh + dh * (kh - 1) + 1 : dh, j * sw : j * sw + dw * (kw - 1) + 1 : dw]
        out[n, o, i, j] = (patch * layer.weight[o]).sum() + (0 if layer.bias is None else layer.bias[o])
    return out


class TestConv:
    @pytest.mark.parametrize("kernel", [1, 2, (3, 2)])
    @pytest.mark.parametrize("stride", [1, (2, 3)])
    @pytest.mark.parametrize("padding", [0, (1, 2)])
    @pytest.mark.parametrize("dilation", [1, (2, 1)])
    @pytest.mark.parametrize("groups", [1, 2])
    def test_conv2d(self, kernel: Any, stride: Any, padding: Any, dilation: Any, groups: int) -> None:
        layer = nn.Conv2d(4, 6, kernel, stride, padding, dilation, groups, rng=0)
        x = array(2, 4, 7, 8)
        np.testing.assert_allclose(layer(x), conv_by_loops(x, layer), rtol=1e-4, atol=1e-5)
        assert layer(x).dtype == np.float32

    @pytest.mark.parametrize(
        ("stride", "padding", "dilation", "groups", "bias"), [(1, 0, 1, 1, True), (2, 1, 1, 2, True), (3, 2, 2, 1, False), (1, 1, 3, 2, False)]
    )
    def test_conv1d(self, stride: int, padding: int, dilation: int, groups: int, bias: bool) -> None:
        layer = nn.Conv1d(4, 6, 3, stride, padding, dilation, groups, bias, rng=0)
        wide = nn.Conv2d(4, 6, (1, 3), (1, stride), (0, padding), (1, dilation), groups, bias)
        wide.weight[:] = layer.weight[:, :, None]
        if bias:
            wide.bias[:] = layer.bias
        x = array(2, 4, 17)
        np.testing.assert_allclose(layer(x), conv_by_loops(x[:, :, None], wide)[:, :, 0], rtol=1e-4, atol=1e-5)


def logistic(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x.astype(np.float64)))


class TestRecurrent:
    def test_lstm_cell(self) -> None:
        cell, x, h, c = nn.LSTMCell(3, 4, rng=0), array(2, 3), array(2, 4, seed=1), array(2, 4, seed=2)
        i, f, g, o = np.split(x @ cell.weight_ih.T + cell.bias_ih + h @ cell.weight_hh.T + cell.bias_hh, 4, axis=1)
        new_c = logistic(f) * c + logistic(i) * np.tanh(g)
        got = cell(x, (h, c))
        np.testing.assert_allclose(got[1], new_c, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(got[0], logistic(o) * np.tanh(new_c), rtol=1e-5, atol=1e-6)

    def test_gru_cell(self) -> None:
        cell, x, h = nn.GRUCell(3, 4, rng=0), array(2, 3), array(2, 4, seed=1)
        a, b = np.split(x @ cell.weight_ih.T + cell.bias_ih, 3, axis=1), np.split(h @ cell.weight_hh.T + cell.bias_hh, 3, axis=1)
        r, z = logistic(a[0] + b[0]), logistic(a[1] + b[1])
        expected = (1 - z) * np.tanh(a[2] + r * b[2]) + z * h
        np.testing.assert_allclose(cell(x, h), expected, rtol=1e-5, atol=1e-6)

    @pytest.mark.parametrize("batch_first", [False, True])
    def test_lstm_is_its_cells(self, batch_first: bool) -> None:
        lstm, x = nn.LSTM(3, 4, 2, batch_first, rng=0), array(5, 2, 3)
        y, (h, c) = lstm(x.swapaxes(0, 1) if batch_first else x)
        states = [(np.zeros((2, 4), np.float32), np.zeros((2, 4), np.float32)) for _ in range(2)]
        for t in range(5):
            step = x[t]
            for k, cell in enumerate(lstm.cells):
                states[k] = cell(step, states[k])
                step = states[k][0]
            np.testing.assert_allclose(y[:, t] if batch_first else y[t], step, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(h, [s[0] for s in states], rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(c, [s[1] for s in states], rtol=1e-5, atol=1e-6)

    def test_gru_in_two_halves_is_the_whole(self) -> None:
        gru, x = nn.GRU(3, 4, 2, rng=0), array(6, 2, 3)
        whole, last = gru(x)
        first, state = gru(x[:3])
        second, end = gru(x[3:], state)
        np.testing.assert_allclose(np.concatenate((first, second)), whole, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(end, last, rtol=1e-5, atol=1e-6)

    def test_the_state_given_is_not_changed(self) -> None:
        lstm, state = nn.LSTM(3, 4), (np.ones((1, 2, 4), np.float32), np.ones((1, 2, 4), np.float32))
        lstm(array(5, 2, 3), state)
        assert (state[0] == 1).all()
        assert (state[1] == 1).all()


class TestNorm:
    @pytest.mark.parametrize("shape", [6, (6,), (5, 6)])
    def test_layer_norm(self, shape: Any) -> None:
        layer, x = nn.LayerNorm(shape), array(3, 5, 6)
        layer.weight[:], layer.bias[:] = array(*layer.weight.shape, seed=1), 0.5
        axes = tuple(range(-len(layer.weight.shape), 0))
        expected = (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + 1e-5) * layer.weight + 0.5
        np.testing.assert_allclose(layer(x), expected, rtol=1e-4, atol=1e-5)

    @pytest.mark.parametrize(
        ("layer", "shape", "axes"),
        [(nn.BatchNorm1d(3), (8, 3), 0), (nn.BatchNorm1d(3), (4, 3, 5), (0, 2)), (nn.BatchNorm2d(3), (4, 3, 2, 5), (0, 2, 3))],
    )
    def test_batch_norm(self, layer: Any, shape: tuple[int, ...], axes: Any) -> None:
        layer, x = type(layer)(3), array(*shape) * 2 + 1
        y = layer(x)
        np.testing.assert_allclose(y.mean(axes), 0, atol=1e-5)
        np.testing.assert_allclose(y.var(axes), 1, rtol=1e-3)
        np.testing.assert_allclose(layer.running_mean, 0.1 * x.mean(axes), rtol=1e-4)
        np.testing.assert_allclose(layer.running_var, 0.9 + 0.1 * x.var(axes, ddof=1), rtol=1e-4)
        layer.eval()
        before = layer.running_mean.copy()
        aligned = [1, 3] + [1] * (len(shape) - 2)
        expected = (x - layer.running_mean.reshape(aligned)) / np.sqrt(layer.running_var.reshape(aligned) + 1e-5)
        np.testing.assert_allclose(layer(x), expected, rtol=1e-4, atol=1e-5)
        np.testing.assert_array_equal(layer.running_mean, before)


X = np.linspace(-6, 6, 41, dtype=np.float32)


class TestActivations:
    @pytest.mark.parametrize(
        ("fn", "expected"),
        [
            (F.relu, lambda v: max(v, 0.0)),
            (F.sigmoid, lambda v: 1 / (1 + math.exp(-v))),
            (F.tanh, math.tanh),
            (F.silu, lambda v: v / (1 + math.exp(-v))),
            (F.softplus, lambda v: math.log1p(math.exp(v))),
            (F.leaky_relu, lambda v: v if v > 0 else 0.01 * v),
            (F.elu, lambda v: v if v > 0 else math.expm1(v)),
            (F.gelu_tanh, lambda v: 0.5 * v * (1 + math.tanh(math.sqrt(2 / math.pi) * (v + 0.044715 * v**3)))),
        ],
    )
    def test_formula(self, fn: Any, expected: Any) -> None:
        np.testing.assert_allclose(fn(X), [expected(float(v)) for v in X], rtol=1e-4, atol=1e-6)
        assert fn(X).dtype == np.float32
        assert fn(X.astype(np.float64)).dtype == np.float64

    @pytest.mark.filterwarnings("error")
    def test_no_overflow_at_the_ends(self) -> None:
        ends = np.array([-1e30, -100, 100, 1e30], np.float32)
        with np.errstate(over="raise", invalid="raise"):
            np.testing.assert_allclose(F.sigmoid(ends), [0, 0, 1, 1], atol=1e-30)
            np.testing.assert_allclose(F.softplus(ends), [0, 0, 100, 1e30], atol=1e-30)
            np.testing.assert_allclose(F.softmax(ends), [0, 0, 0, 1])
            np.testing.assert_allclose(F.log_softmax(ends)[-1], 0)

    @pytest.mark.parametrize("axis", [0, 1, -1])
    def test_softmax_sums_to_one(self, axis: int) -> None:
        x = array(3, 4, 5)
        np.testing.assert_allclose(nn.Softmax(axis)(x).sum(axis), 1, rtol=1e-5)
        np.testing.assert_allclose(np.exp(nn.LogSoftmax(axis)(x)), nn.Softmax(axis)(x), rtol=1e-5)

    def test_dropout(self) -> None:
        drop, x = nn.Dropout(0.25), np.ones((100, 100), np.float32)
        np.random.seed(0)
        y = drop(x)
        assert set(np.unique(y).tolist()) == {0.0, float(np.float32(1 / 0.75))}
        assert abs((y == 0).mean() - 0.25) < 0.02
        assert y.dtype == np.float32
        assert drop.eval()(x) is x


def test_embedding() -> None:
    table = nn.Embedding(10, 4, rng=0)
    index = np.array([[1, 9], [0, 1]])
    np.testing.assert_array_equal(table(index), table.weight[index])


class Transformer(nn.Module):
    """One block of self-attention out of the parts above."""

    def __init__(self, size: int, heads: int):
        self.heads = heads
        self.qkv, self.out = nn.Linear(size, 3 * size, rng=0), nn.Linear(size, size, rng=1)
        self.norms = nn.ModuleList([nn.LayerNorm(size), nn.LayerNorm(size)])
        self.mlp = nn.Sequential(nn.Linear(size, 4 * size, rng=2), nn.GELU(), nn.Linear(4 * size, size, rng=3))

    def forward(self, x: np.ndarray, causal: bool = False) -> np.ndarray:
        b, t, c = x.shape
        qkv = self.qkv(self.norms[0](x)).reshape(b, t, 3, self.heads, c // self.heads).transpose(2, 0, 3, 1, 4)
        q, k, v = qkv[0], qkv[1], qkv[2]
        scores = np.matmul(q, k.swapaxes(-1, -2)) / math.sqrt(c // self.heads)
        if causal:
            scores = np.where(np.tri(t, dtype=bool), scores, -np.inf).astype(np.float32)
        x = x + self.out(np.matmul(F.softmax(scores), v).transpose(0, 2, 1, 3).reshape(b, t, c))
        return x + self.mlp(self.norms[1](x))


IMAGE, SEQUENCE = array(2, 4, 7, 8), array(5, 2, 3)
STATE = (array(2, 4, seed=1), array(2, 4, seed=2))
COMPILED: list[tuple[str, nn.Module, tuple[Any, ...]]] = [
    ("Linear", nn.Linear(3, 4, rng=0), (array(2, 3),)),
    ("Linear-no-bias", nn.Linear(3, 4, bias=False, rng=0), (array(2, 5, 3),)),
    ("Embedding", nn.Embedding(10, 4, rng=0), (np.array([[1, 2], [3, 9]]),)),
    ("Conv1d", nn.Conv1d(4, 6, 3, 2, 1, groups=2, rng=0), (array(2, 4, 17),)),
    ("Conv1d-no-bias", nn.Conv1d(4, 6, 3, dilation=2, bias=False, rng=0), (array(2, 4, 17),)),
    ("Conv2d", nn.Conv2d(4, 6, (3, 2), 2, 1, groups=2, rng=0), (IMAGE,)),
    ("LSTMCell", nn.LSTMCell(3, 4, rng=0), (array(2, 3), STATE)),
    ("GRUCell", nn.GRUCell(3, 4, rng=0), (array(2, 3), array(2, 4))),
    ("LSTM", nn.LSTM(3, 4, 2, rng=0), (SEQUENCE,)),
    ("LSTM-state", nn.LSTM(3, 4, batch_first=True, rng=0), (array(2, 5, 3), (array(1, 2, 4), array(1, 2, 4)))),
    ("GRU", nn.GRU(3, 4, 2, rng=0), (SEQUENCE,)),
    ("GRU-state", nn.GRU(3, 4, 1, rng=0), (SEQUENCE, array(1, 2, 4))),
    ("LayerNorm", nn.LayerNorm(6), (array(3, 6),)),
    ("BatchNorm1d-eval", nn.BatchNorm1d(3).eval(), (array(8, 3),)),
    ("BatchNorm2d-eval", nn.BatchNorm2d(4).eval(), (IMAGE,)),
    ("Dropout-eval", nn.Dropout(0.5).eval(), (array(3, 4),)),
    ("Identity", nn.Identity(), (array(3, 4),)),
    *((type(m).__name__, m, (X,)) for m in (nn.ReLU(), nn.Sigmoid(), nn.Tanh(), nn.SiLU(), nn.Softplus(), nn.GELU(), nn.LeakyReLU(0.2), nn.ELU(0.5))),
    ("Softmax", nn.Softmax(), (array(3, 4),)),
    ("LogSoftmax", nn.LogSoftmax(0), (array(3, 4),)),
    ("Sequential", nn.Sequential(nn.Linear(3, 4, rng=0), nn.ReLU(), nn.Dropout(0.3), nn.Linear(4, 2, rng=1)).eval(), (array(2, 3),)),
    ("Net", Net(), (array(2, 3),)),
    ("Transformer", Transformer(8, 2), (array(2, 5, 8),)),
    ("Transformer-causal", Transformer(8, 2), (array(2, 5, 8), True)),
]


def flat(value: Any) -> list[np.ndarray]:
    return [a for item in value for a in flat(item)] if isinstance(value, tuple | list) else [value]


def assert_equal_bits(got: Any, expected: Any) -> None:
    assert type(got) is type(expected)
    for a, b in zip(flat(got), flat(expected), strict=True):
        assert (a.shape, a.dtype, a.tobytes()) == (b.shape, b.dtype, b.tobytes())


@pytest.mark.parametrize(("name", "module", "inputs"), COMPILED, ids=[c[0] for c in COMPILED])
def test_compiled_and_loaded_give_equal_bits(name: str, module: nn.Module, inputs: tuple[Any, ...], tmp_path: Path) -> None:
    compiled = scriptc.script(module)
    expected = module(*inputs)
    assert_equal_bits(compiled(*inputs), expected)
    compiled.save(tmp_path / "m.scriptc")
    loaded = scriptc.load(tmp_path / "m.scriptc")
    assert_equal_bits(loaded(*inputs), expected)
    assert list(loaded.state_dict()) == list(compiled.state_dict())


def test_compiled_batch_norm_moves_its_statistics_while_training() -> None:
    eager, module, x = nn.BatchNorm1d(3), nn.BatchNorm1d(3), array(8, 3) * 2 + 1
    compiled = scriptc.script(module)
    assert_equal_bits(compiled(x), eager(x))
    assert_equal_bits(compiled.state_dict()["running_mean"], eager.running_mean)
    eager.eval()
    compiled.eval()
    assert_equal_bits(compiled(x), eager(x))


def test_compiled_dropout_draws_the_same_stream_and_follows_eval() -> None:
    eager, x = nn.Dropout(0.25), array(4, 5)
    compiled = scriptc.script(eager)
    np.random.seed(3)
    expected = eager(x)
    np.random.seed(3)
    assert_equal_bits(compiled(x), expected)
    assert_equal_bits(compiled.eval()(x), x)
    np.random.seed(3)
    assert_equal_bits(compiled.train()(x), expected)


def test_compiled_train_and_eval_reach_submodules() -> None:
    net, x = nn.Sequential(nn.Linear(3, 3, rng=0), nn.Sequential(nn.Dropout(0.5))), array(2, 3)
    compiled = scriptc.script(net)
    assert_equal_bits(compiled.eval()(x), net.eval()(x))


def test_state_of_a_compiled_module_has_the_eager_names() -> None:
    assert sorted(scriptc.script(Net()).state_dict()) == sorted(NAMES)


def test_weights_move_into_a_compiled_module() -> None:
    a, b = Net(1), scriptc.script(Net(2))
    b.load_state_dict(OrderedDict(a.state_dict()))
    x = array(2, 3)
    assert_equal_bits(b(x), a(x))
