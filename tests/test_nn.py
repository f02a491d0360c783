"""Layers against their formulas written as plain loops; modules as containers of state; each layer compiled."""

from __future__ import annotations

import copy
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

    def test_a_module_that_holds_its_parent(self) -> None:
        net = Net()
        net.first.parent = net
        assert list(net.state_dict()) == NAMES
        assert net.eval().first.training is False

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

    def test_buffers_that_are_not_persistent_are_not_in_the_state(self) -> None:
        net = Net()
        net.register_buffer("mask", np.ones(3, np.float32), persistent=False)
        assert "mask" not in net.state_dict()
        assert "mask" in dict(net.named_buffers())
        assert "mask" not in dict(net.named_parameters())
        net.register_buffer("mask", np.ones(3, np.float32))
        assert "mask" in net.state_dict()

    def test_register_parameter_and_module(self) -> None:
        net = Net()
        net.register_parameter("extra", np.ones(2))
        net.register_parameter("missing", None)
        net.add_module("last", nn.Linear(2, 2))
        assert [n for n, _ in net.named_parameters()][-3:] == ["listed.0.bias", "last.weight", "last.bias"]
        assert "extra" in dict(net.named_parameters())
        with pytest.raises(TypeError, match="floating"):
            net.register_parameter("steps", np.arange(2))

    def test_things_are_found_by_name(self) -> None:
        net = Net()
        assert net.get_submodule("") is net
        assert net.get_submodule("plain.0") is net.plain[0]
        assert net.get_parameter("named.a.weight") is net.named["a"].weight
        assert net.get_buffer("mean") is net.mean
        for find, name in ((net.get_submodule, "plain.7"), (net.get_parameter, "mean"), (net.get_buffer, "scale")):
            with pytest.raises(AttributeError, match=name):
                find(name)

    def test_apply_visits_children_first(self) -> None:
        seen: list[nn.Module] = []
        net = Net()
        assert net.apply(seen.append) is net
        assert seen[-1] is net
        assert set(seen) == set(net.modules())

    def test_own_arrays_only(self) -> None:
        assert [n for n, _ in Net().named_parameters(recurse=False)] == ["scale"]
        assert [n for n, _ in Net().named_buffers("net", recurse=False)] == ["net.steps", "net.mean"]
        assert list(Net().state_dict("net."))[0] == "net.scale"

    def test_to_converts_floating_arrays_and_keeps_ties(self) -> None:
        net = Containers()
        net.heads["b"].weight = net.heads["a"].weight
        net.history = [np.zeros(2, np.float32), {"k": (np.ones(2, np.float32),)}]
        net.count = np.zeros((), np.int64)
        assert net.double() is net
        assert {a.dtype.name for a in net.state_dict().values()} == {"float64", "int64"}
        assert net.heads["b"].weight is net.heads["a"].weight
        assert net.weights[0].dtype == np.float64
        assert {a.dtype.name for a in net.float().state_dict().values()} == {"float32", "int64"}
        with pytest.raises(TypeError, match="int32"):
            net.to(np.int32)

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

    def test_parameter_containers(self) -> None:
        weights = nn.ParameterList([nn.Parameter([1.0]), nn.Parameter([2.0])])
        weights.append(nn.Parameter([3.0]))
        assert list(weights.state_dict()) == ["0", "1", "2"]
        assert [n for n, _ in nn.ParameterDict({"a": nn.Parameter([1.0])}).named_parameters()] == ["a"]

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
            (nn.Linear(100, 50, rng=0), 0.1),
            (nn.Conv1d(10, 20, 10, rng=0), 0.1),
            (nn.Conv2d(8, 20, (5, 10), groups=4, rng=0), 0.1),
            (nn.LSTMCell(7, 100, rng=0), 0.1),
            (nn.GRUCell(7, 25, rng=0), 0.2),
            (nn.RNN(7, 25, 2, bidirectional=True, rng=0), 0.2),
            (nn.LSTM(7, 25, rng=0), 0.2),
            (nn.Bilinear(25, 3, 9, rng=0), 0.2),
        ],
    )
    def test_uniform_bounds_are_pytorch_s(self, layer: nn.Module, bound: float) -> None:
        for p in layer.parameters():
            assert p.dtype == np.float32
            assert np.abs(p).max() <= bound
            assert np.abs(p).max() > 0.8 * bound or p.size < 20

    def test_dtype(self) -> None:
        assert nn.Linear(2, 2, dtype=np.float64)(array(1, 2, dtype=np.float64)).dtype == np.float64

    def test_bad_sizes_are_refused(self) -> None:
        with pytest.raises(ValueError, match="groups=3"):
            nn.Conv1d(4, 6, 3, groups=3)
        with pytest.raises(ValueError, match="probability"):
            nn.Dropout(1.5)
        with pytest.raises(ValueError, match="tanh"):
            nn.GELU("erf")
        with pytest.raises(ValueError, match="divide"):
            nn.MultiheadAttention(8, 3)
        with pytest.raises(ValueError, match="divide"):
            nn.GroupNorm(3, 4)
        with pytest.raises(ValueError, match="stride 1"):
            nn.Conv1d(4, 6, 3, stride=2, padding="same")
        with pytest.raises(ValueError, match="output_padding=2"):
            nn.ConvTranspose1d(4, 6, 3, stride=2, output_padding=2)

    @pytest.mark.parametrize(
        "text",
        [
            "ReLU(inplace=True)", "Dropout(0.5, True)", "LSTM(3, 4, proj_size=2)", "MultiheadAttention(8, 2, add_bias_kv=True)",
            "MultiheadAttention(8, 2, add_zero_attn=True)", "MaxPool2d(2, return_indices=True)", "AdaptiveMaxPool1d(2, return_indices=True)",
            "Embedding(3, 4, max_norm=1.0)", "Embedding(3, 4, norm_type=1.0)", "Embedding(3, 4, sparse=True)",
            "InstanceNorm2d(4, track_running_stats=True)",
        ],
    )  # fmt: skip
    def test_what_pytorch_s_layer_can_and_this_one_cannot_is_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match="is not supported"):
            eval(f"nn.{text}")

    @pytest.mark.parametrize("text", ["Linear(3, 4, device='cpu')", "ConvTranspose1d(3, 4, 3, padding_mode='reflect')"])
    def test_other_arguments_are_refused_too(self, text: str) -> None:
        with pytest.raises((TypeError, ValueError), match="device|padding_mode"):
            eval(f"nn.{text}")

    def test_other_initial_values_are_pytorch_s(self) -> None:
        layer = nn.MultiheadAttention(100, 2, rng=0)
        bound = math.sqrt(6 / 400)
        assert 0.95 * bound < np.abs(layer.in_proj_weight).max() <= bound
        assert not layer.in_proj_bias.any()
        assert not layer.out_proj.bias.any()
        assert 0.095 < np.abs(layer.out_proj.weight).max() <= 0.1
        for norm in (nn.LayerNorm(3), nn.BatchNorm1d(3), nn.GroupNorm(1, 3), nn.InstanceNorm1d(3, affine=True)):
            assert (norm.weight == 1).all()
            assert (norm.bias == 0).all()
        assert nn.PReLU(3).weight.tolist() == [0.25] * 3
        table = nn.Embedding(300, 100, rng=0).weight
        assert abs(table.mean()) < 0.02
        assert abs(table.std() - 1) < 0.02
        assert np.abs(nn.ConvTranspose2d(7, 4, (5, 5), rng=0).weight).max() <= 0.1


class Containers(nn.Module):
    """Everything model code does with a list and a dict of modules or parameters."""

    def __init__(self) -> None:
        self.layers = nn.ModuleList([nn.Linear(3, 3, rng=0), nn.LayerNorm(3)])
        self.layers.extend([nn.ReLU(), nn.Linear(3, 3, rng=1)])
        self.layers.insert(0, nn.Tanh())
        self.layers.append(nn.Softmax())
        self.tail = self.layers[2:]
        self.chain = nn.Sequential(nn.Linear(3, 3, rng=2), nn.ReLU())
        self.heads = nn.ModuleDict({"a": nn.Linear(3, 2, rng=3), "b": nn.Linear(3, 2, rng=4)})
        self.weights = nn.ParameterList([nn.Parameter(array(3, seed=k)) for k in range(3)])
        self.scales = nn.ParameterDict({"x": nn.Parameter(array(2, seed=5))})

    def forward(self, x: np.ndarray, steps: int, head: str = "a") -> np.ndarray:
        for k, layer in enumerate(self.layers):
            x = layer(x) + k
        for layer in reversed(self.layers):
            x = layer(x)
        for layer, other in zip(self.layers[::2], self.tail):
            x = layer(other(x))
        while steps > 0:
            x = self.layers[steps % len(self.layers)](x)
            steps -= 1
        x = self.layers[int(x.sum() > 0)](self.chain[0](x))
        for layer in self.chain[:1]:
            x = layer(x)
        for weight in self.weights:
            x = x * weight
        x = x + self.weights[steps] - self.weights[-1]
        y = self.heads[head](x) if head in self.heads else x
        for _, layer in self.heads.items():
            y = y + layer(x)
        return y * self.scales["x"]


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


COMPILED: list[tuple[str, nn.Module, tuple[Any, ...]]] = [
    ("Sequential", nn.Sequential(nn.Linear(3, 4, rng=0), nn.ReLU(), nn.Dropout(0.3), nn.Linear(4, 2, rng=1)).eval(), (array(2, 3),)),
    ("Net", Net(), (array(2, 3),)),
    ("Transformer", Transformer(8, 2), (array(2, 5, 8),)),
    ("Transformer-causal", Transformer(8, 2), (array(2, 5, 8), True)),
    ("Containers-0", Containers(), (array(2, 3), 0)),
    ("Containers-5", Containers(), (array(2, 3), 5, "b")),
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
    assert list(scriptc.script(Net()).state_dict()) == NAMES


def test_weights_move_into_a_compiled_module() -> None:
    a, b = Net(1), scriptc.script(Net(2))
    b.load_state_dict(OrderedDict(a.state_dict()))
    x = array(2, 3)
    assert_equal_bits(b(x), a(x))


class Stateful(nn.Module):
    """What `forward` assigns: a counter, a hidden state, a list, an optional cache; and a buffer that is not persistent."""

    def __init__(self) -> None:
        self.register_buffer("mask", np.tri(3, dtype=np.float32), persistent=False)
        self.register_buffer("count", np.zeros((), np.int64))
        self.register_buffer("nothing", None)
        self.hidden, self.calls = np.zeros(3, np.float32), 0
        self.sums: list[float] = []
        self.last: np.ndarray | None = None

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.hidden = np.tanh(self.hidden + np.matmul(self.mask, x))
        self.calls += 1
        self.count += 1
        self.sums.append(float(x.sum()))
        if self.last is not None:
            x = x + self.last
        if self.nothing is not None:
            x = x + self.nothing
        self.last = x
        return self.hidden + x * len(self.sums)


def test_what_forward_assigns_is_state_of_the_compiled_module_and_of_the_file(tmp_path: Path) -> None:
    eager, compiled, x = Stateful(), scriptc.script(Stateful()), array(3)
    for _ in range(3):
        assert_equal_bits(compiled(x), eager(x))
    assert (compiled.calls, compiled.sums) == (eager.calls, eager.sums)
    assert_equal_bits(compiled.last, eager.last)
    assert list(compiled.state_dict()) == list(eager.state_dict()) == ["count", "hidden", "last"]
    compiled.save(tmp_path / "m.scriptc")
    loaded = scriptc.load(tmp_path / "m.scriptc")
    assert loaded.calls == 3
    for _ in range(2):
        assert_equal_bits(loaded(x), eager(x))
    assert loaded.calls == eager.calls
    assert_equal_bits(loaded.state_dict()["count"], eager.count)


class Caching(nn.Module):
    def __init__(self) -> None:
        self.seen: dict[str, np.ndarray] = {}
        self.pair: tuple[np.ndarray, int] = (np.zeros(2), 0)
        self.steps: list[np.ndarray] = []
        self.inner = nn.Linear(2, 2)
        self.scale = np.ones(2)
        self.register_buffer("scratch", None, persistent=False)

    def forward(self, x: np.ndarray, key: str) -> np.ndarray:
        y = self.inner(x) * self.scale
        self.seen[key] = y + 1 if key in self.seen else y
        self.pair = (self.pair[0] + y, self.pair[1] + 1)
        self.steps.append(self.pair[0])
        self.scratch = y
        return self.seen[key]


def test_arrays_that_forward_puts_into_dicts_tuples_and_lists_are_in_the_state_dict(tmp_path: Path) -> None:
    eager = Caching()
    compiled = scriptc.script(eager)
    eager = copy.deepcopy(eager)
    for key in ("a", "b", "a"):
        assert_equal_bits(compiled(array(2), key), eager(array(2), key))
    compiled.save(tmp_path / "m.scriptc")
    for made in (compiled, scriptc.load(tmp_path / "m.scriptc")):
        assert list(made.state_dict()) == list(eager.state_dict())
        for name, value in eager.state_dict().items():
            assert_equal_bits(made.state_dict()[name], value)
    compiled.load_state_dict({n: np.zeros_like(a) for n, a in eager.state_dict().items()})
    assert not compiled.pair[0].any()
    assert not compiled.seen["b"].any()
