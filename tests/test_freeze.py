"""`scriptc.freeze`: the same results without what the constants rule out; the original is left alone."""

from __future__ import annotations

import numpy as np
import pytest

import scriptc
from scriptc import nn

RNG = np.random.default_rng(3)
X = RNG.standard_normal((5, 4)).astype(np.float32)


class Net(nn.Module):
    """One of each kind of state."""

    def __init__(self) -> None:
        self.lin, self.norm, self.drop = nn.Linear(4, 4), nn.BatchNorm1d(4), nn.Dropout(0.5)
        self.norm.running_mean[:] = 0.25
        self.tied = self.lin.weight
        self.scale, self.limit, self.calls, self.seen = 2.0, None, 0, np.zeros(4, np.float32)

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.calls += 1
        y = self.drop(self.norm(self.lin(x))) @ self.tied * self.scale
        if self.training:
            self.scale = self.scale + 1
        if self.limit is not None:
            y = np.minimum(y, self.limit)
        self.seen += y.sum(axis=0)
        return y


def pair() -> tuple[Net, scriptc.CompiledModule]:
    model = Net().eval()
    return model, scriptc.freeze(model)


def same(a: np.ndarray, b: np.ndarray) -> None:
    assert a.dtype == b.dtype
    assert a.tobytes() == b.tobytes()


def test_results_are_the_same_bit_for_bit():
    model, frozen = pair()
    for _ in range(3):
        same(model(X), frozen(X))
    same(model.seen, frozen.seen)
    assert frozen.calls == model.calls == 3


def test_what_the_code_writes_stays_state_and_nothing_else():
    _, frozen = pair()
    assert set(frozen.program.state) == {"calls", "seen"}
    assert set(frozen.state_dict()) == {"seen"}
    frozen.calls = 7
    frozen(X)
    assert frozen.calls == 8
    with pytest.raises(AttributeError, match="was fixed when it was compiled"):
        frozen.scale = 3.0


def test_what_the_constants_rule_out_is_gone():
    _, frozen = pair()
    text = frozen.graph
    for gone in ("numpy.random", "numpy.var", "training"):
        assert gone not in text
        assert gone in scriptc.script(Net()).graph


def test_the_original_is_left_alone():
    model, frozen = pair()
    compiled = scriptc.script(model)
    want = compiled.graph
    again = scriptc.freeze(compiled)
    assert compiled.graph == want
    frozen(X)
    assert model.calls == 0
    model.lin.weight[:] = 0
    compiled.load_state_dict({n: np.zeros_like(a) for n, a in compiled.state_dict().items()})
    assert np.any(again(X))


def test_in_training():
    model = Net()
    compiled, frozen = scriptc.script(Net()), scriptc.freeze(model, training=True)
    compiled.load_state_dict(model.state_dict())
    for _ in range(2):
        np.random.seed(1)
        want = compiled(X)
        np.random.seed(1)
        same(want, frozen(X))
    assert {"scale", "norm.running_mean", "calls"} <= set(frozen.program.state)
    assert "lin.weight" not in frozen.program.state


def test_the_mode_cannot_be_changed_any_more(tmp_path):
    _, frozen = pair()
    frozen.save(tmp_path / "a")
    for module in (frozen, scriptc.load(tmp_path / "a")):
        assert module.eval() is module
        with pytest.raises(RuntimeError, match="Net was frozen with training=False: freeze it again with training=True"):
            module.train()
    scriptc.freeze(Net(), training=True).train()
    with pytest.raises(RuntimeError, match="training=True"):
        scriptc.freeze(Net(), training=True).eval()
    kept = scriptc.freeze(Net().eval(), keep=["training", "norm", "drop"]).train()
    assert kept.training
    assert scriptc.freeze(nn.Linear(2, 2)).train()(np.ones((1, 2), np.float32)).shape == (1, 2)


def test_keep_names_state_and_what_lies_below_it():
    model = Net().eval()
    frozen = scriptc.freeze(model, keep=["norm", "scale", "training"])
    assert {"norm.weight", "norm.bias", "norm.running_mean", "norm.training", "scale", "training"} <= set(frozen.program.state)
    assert "lin.weight" not in frozen.program.state
    frozen.scale = model.scale = 3.0
    same(model(X), frozen(X))
    assert "tied" in scriptc.freeze(model, keep="tied").state_dict()
    with pytest.raises(ValueError, match="keep= names 'nothing', which is no state of Net; it has .*lin.weight, "):
        scriptc.freeze(model, keep=["nothing"])


def test_a_file_holds_the_weights_once_and_is_smaller(tmp_path):
    model, frozen = pair()
    whole, small = tmp_path / "whole.scriptc", tmp_path / "small.scriptc"
    scriptc.save(model, whole)
    frozen.save(small)
    assert small.stat().st_size < whole.stat().st_size
    from safetensors import safe_open

    with safe_open(small, "numpy") as file:
        arrays = [file.get_tensor(name) for name in file.keys()]  # noqa: SIM118
    assert sum(a.shape == (4, 4) for a in arrays) == 1
    loaded = scriptc.load(small)
    same(model(X), loaded(X))
    same(model(X), loaded(X))


def test_a_loaded_module_freezes_without_its_source(tmp_path):
    model = Net().eval()
    scriptc.script(model).save(tmp_path / "net.scriptc", source=False)
    frozen = scriptc.freeze(scriptc.load(tmp_path / "net.scriptc"))
    same(model(X), frozen(X))
    assert set(frozen.program.state) == {"calls", "seen"}
    assert repr(frozen) == "<CompiledModule Net.forward>"


def test_freezing_twice_changes_nothing():
    _, frozen = pair()
    assert scriptc.freeze(frozen).graph == frozen.graph


def test_freezing_is_deterministic(tmp_path):
    model = Net().eval()
    for name in ("a", "b"):
        scriptc.freeze(model).save(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


class Writer(nn.Module):
    """Writes its arrays through views, aliases, containers and helpers."""

    def __init__(self) -> None:
        self.a, self.b, self.c, self.d, self.e, self.f = (np.full(3, k, np.float32) for k in range(6))
        self.items = [0]

    def bump(self, v: np.ndarray) -> np.ndarray:
        v += 1
        return v

    def forward(self, x: np.ndarray) -> np.ndarray:
        view = self.a[:2]
        view[0] = x[0]
        other = self.b if x[0] > 0 else self.c
        np.add(other, 1, out=other)
        parts = [self.d, x]
        for part in parts:
            part *= 2
        y = self.e * 1
        y += 1
        self.items.append(len(self.items))
        return self.a + self.b + self.c + self.d + y + self.bump(self.f) + len(self.items)


def test_arrays_written_in_any_way_stay_state():
    model = Writer()
    frozen = scriptc.freeze(model)
    assert set(frozen.program.state) == {"a", "b", "c", "d", "f", "items"}
    for k in (1, -1, 1):
        x = np.full(3, k, np.float32)
        same(model.forward(x.copy()), frozen(x.copy()))


class Gives(nn.Module):
    def __init__(self) -> None:
        self.w = np.zeros(2, np.float32)

    def forward(self) -> np.ndarray:
        return self.w


def test_an_array_given_out_is_the_very_one_each_time():
    frozen = scriptc.freeze(Gives())
    frozen()[0] = 5
    assert frozen() is frozen()
    assert frozen()[0] == 5


class Choice(nn.Module):
    def __init__(self, mode: str, width: int | None) -> None:
        self.mode, self.width, self.table, self.debug = mode, width, {"a": 1, "b": 2}, False

    def set_mode(self, mode: str) -> None:
        self.mode = mode

    def forward(self, x: int) -> int:
        if self.mode == "double":
            x = x * 2
        elif self.mode == "negative":
            x = -x
        while self.debug:
            x = x + 1
        return x + self.table[self.mode[0]] if self.mode[0] in self.table else x


Choice.set_mode = scriptc.export(Choice.set_mode)


def test_other_entry_points_may_set_what_they_set():
    frozen = scriptc.freeze(Choice("double", None))
    assert set(frozen.program.state) == {"mode"}
    assert frozen(3) == 6
    frozen.set_mode("negative")
    assert frozen(3) == -3


def pure(x: int) -> int:
    return x + 1


def test_functions_freeze_too():
    frozen = scriptc.freeze(pure)
    assert isinstance(frozen, scriptc.CompiledFunction)
    assert frozen(2) == 3


def test_what_raises_raises_the_same_at_the_same_line():
    import traceback

    class Picky(nn.Module):
        def __init__(self) -> None:
            self.limit = 3

        def forward(self, x: int) -> int:
            if self.limit is not None and x > self.limit:
                raise ValueError(f"{x} is over {self.limit}")
            return x

    model = Picky()
    frozen = scriptc.freeze(model)
    with pytest.raises(ValueError, match="4 is over 3") as plain:
        model(4)
    with pytest.raises(ValueError, match="4 is over 3") as ours:
        frozen(4)
    assert traceback.extract_tb(plain.value.__traceback__)[-1].lineno == traceback.extract_tb(ours.value.__traceback__)[-1].lineno


class Point:
    def __init__(self, at: np.ndarray) -> None:
        self.at = at

    def __eq__(self, other: object) -> bool:
        assert isinstance(other, Point)
        other.at[0] += 1
        return bool((self.at == other.at).all())

    def __hash__(self) -> int:
        return 0


class Hidden(nn.Module):
    """Its arrays are written by a special method and by a function that is passed about."""

    def __init__(self) -> None:
        self.w, self.v, self.u = np.zeros(2), np.zeros(2), np.zeros(2)

    def forward(self, x: np.ndarray) -> np.ndarray:
        same = Point(x) == Point(self.w)

        def fill(a: np.ndarray) -> float:
            a[0] = 3
            return float(a[0])

        biggest = max([self.v, x], key=fill)
        return self.w + self.v + biggest + self.u + same


def test_arrays_written_by_code_an_operation_runs_stay_state():
    model = Hidden()
    frozen = scriptc.freeze(model)
    assert set(frozen.program.state) >= {"w", "v"}
    for _ in range(2):
        same(model.forward(np.ones(2)), frozen(np.ones(2)))
