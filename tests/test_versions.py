"""Versions of the code for the dtypes and ranks a call brings: the same as NumPy to the bit, warnings, errors and layout included."""

from __future__ import annotations

import copy
import importlib.util
import math
import random
import sys
import traceback
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import scriptc
from scriptc import nn
from scriptc.ir.core import Param, Program
from scriptc.runtime import signatures
from scriptc.runtime.calls import make_call
from scriptc.runtime.check import Checker
from scriptc.targets.python.reductions import mean
from scriptc.types import INT, STR, List, Tensor, Type

DTYPES = ("float32", "float64", "float16", "int32", "uint8", "bool")
SHAPES = ((3,), (2, 3), (), (0,), (1, 3), (4, 2, 3))
NUMBERS = ("0", "1", "2", "0.5", "-1.5", "1e-50", "1e40", "100000", "-3", "True", "0.1", "16777217", "255", "256")
UNARY = (
    "{a}.sum(axis=0)", "{a}.prod()", "{a}.any()", "np.all({a}, axis=-1)",
    "-{a}", "abs({a})", "np.exp({a})", "np.tanh({a})", "np.square({a})", "{a}.max(axis=-1, keepdims=True)", "np.sum({a}, axis=0)", "{a}.mean()",
    "np.mean({a}, axis=-1)", "np.max({a}, axis=0)", "np.min({a})", "{a}[:2]", "{a}.T", "sigmoid({a})", "softmax({a})", "np.argmax({a})",
)  # fmt: skip
BINARY = ("{a} + {b}", "{a} - {b}", "{a} * {b}", "{a} / {b}", "np.maximum({a}, {b})", "np.where({a} > {b}, {a}, {b})", "{a} < {b}")
WITH_NUMBER = (
    "{a} + {c}", "{c} - {a}", "{a} * {c}", "{c} / {a}", "np.maximum({a}, {c})", "np.where({a} > 0, {a}, {c})", "np.where({a} > {c}, {c}, {a})",
    "{a} >= {c}", "{a} == {c}", "{a} // {c}", "{a} % {c}", "{a} ** {c}",
)  # fmt: skip
HEAD = """import numpy as np
def sigmoid(x):
    z = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, z) / (1 + z)
def softmax(x, axis: int = -1):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)
"""


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first call makes a version already."""
    monkeypatch.setattr(signatures, "FIRST_CALLS", 0)


def program(seed: int) -> str:
    """A function of two arrays that gives some of what it computes from them."""
    r = random.Random(seed)
    names, lines = ["x", "y"], []
    for i in range(r.randint(2, 9)):
        a, b, c = r.choice(names[-3:]), r.choice(names), r.choice(NUMBERS)
        if len(names) > 2 and r.random() < 0.1:
            lines.append(f"    {names[-1]} {r.choice(['+=', '*=', '-='])} {c}")
            continue
        value = r.choice(r.choice((UNARY, UNARY, BINARY, WITH_NUMBER, WITH_NUMBER))).format(a=a, b=b, c=c)
        if r.random() < 0.4:
            value = r.choice(WITH_NUMBER).format(a=f"({value})", c=r.choice(NUMBERS))
        names.append(f"v{i}")
        lines.append(f"    v{i} = {value}")
    kept = [*r.sample(names, r.randint(1, 2)), names[-1]]
    return f"{HEAD}def f(x: np.ndarray, y: np.ndarray):\n" + "\n".join(lines) + f"\n    return {', '.join(kept)},\n"


def load(text: str, folder: Path, name: str) -> Any:
    path = folder / f"{name}.py"
    path.write_text(text)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def array(rng: np.random.Generator, dtype: str, shape: tuple[int, ...]) -> np.ndarray:
    a = np.asarray(rng.standard_normal(shape) * rng.choice([1, 1, 50, 1e30, 1e-30]))
    with np.errstate(all="ignore"):
        a = np.asarray(a.astype(dtype))
    if a.ndim == 2 and rng.random() < 0.4:
        a = np.asfortranarray(a)
    if a.dtype.kind == "f" and a.size and rng.random() < 0.2:
        a.flat[0] = rng.choice([np.nan, np.inf, -np.inf, 0.0, -0.0])
    return a


def described(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(described, value))
    if isinstance(value, np.ndarray):
        return str(value.dtype), value.shape, value.tobytes(), value.flags.c_contiguous, value.flags.f_contiguous
    return type(value).__name__, np.asarray(value).tobytes()


def outcome(fn: Callable[..., Any], args: list[Any], state: Any) -> Any:
    """The result or the error, the warnings in order, and the arguments afterwards."""
    args = [a.copy(order="K") if isinstance(a, np.ndarray) else copy.deepcopy(a) for a in args]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            with np.errstate(all=state):
                result = described(fn(*args))
        except Exception as e:
            result = type(e).__name__, str(e)
    return result, [(w.category, str(w.message)) for w in caught], described(tuple(args))


@pytest.mark.parametrize("start", range(0, 40, 10))
def test_random_array_programs(start: int, tmp_path: Path) -> None:
    for seed in range(start, start + 10):
        text = program(seed)
        module = load(text, tmp_path, f"version_program_{seed}")
        try:
            compiled = scriptc.script(module.f)
        except scriptc.ScriptError:
            continue
        rng = np.random.default_rng(seed)
        for _ in range(8):
            args = [array(rng, str(rng.choice(DTYPES)), SHAPES[rng.integers(len(SHAPES))]) for _ in range(2)]
            args[1] = array(rng, str(args[0].dtype), args[0].shape) if rng.random() < 0.7 else args[1]
            for state in ("warn", "raise"):
                want = outcome(module.f, args, state)
                assert outcome(compiled, args, state) == want, text
                assert outcome(compiled, args, state) == want, text


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(5,), (3, 4), (0,), (3, 0), (2, 3, 4), (), (1000,), (7, 3)])
def test_mean_is_numpys(dtype: Any, shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    for scale in (1, 1e38, 1e-40):
        with np.errstate(all="ignore"):
            a = np.asarray((rng.standard_normal(shape) * scale).astype(dtype))
        for axis in (None, 0, 1, -1, 5, (0, 1), True):
            for keepdims in (False, True):
                got = outcome(lambda a, x=axis, k=keepdims: mean(a, x, k), [a], "warn")
                assert got == outcome(lambda a, x=axis, k=keepdims: a.mean(x, keepdims=k), [a], "warn")


def averages(x: np.ndarray) -> np.ndarray:
    return (x * 2).mean(axis=0) + x.mean()


def test_the_mean_of_nothing_warns_where_it_is_taken() -> None:
    compiled, x = scriptc.script(averages), np.ones((0, 2))
    places = []
    for fn in (averages, compiled):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            fn(x)
        places.append([(Path(w.filename).name, w.lineno) for w in caught if "empty" in str(w.message)])
    assert len(places[0]) == 2
    assert places[0] == places[1]


class Counter(nn.Module):
    def __init__(self) -> None:
        self.steps = 0
        self.scale = nn.Parameter(np.ones(3))

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.steps = self.steps + 1
        return x * self.scale + self.steps


def test_versions_share_state() -> None:
    model = Counter()
    compiled = scriptc.script(model)
    for x in (np.ones(3), np.ones(3, np.float32), np.ones((2, 3)), np.ones(3), np.ones(3, ">f4")):
        want, got = model(x), compiled(x)
        assert described(got) == described(want)
    assert compiled.steps == 5
    compiled.load_state_dict({"scale": np.full(3, 2.0, np.float32)})
    assert compiled(np.ones(3)).tolist() == [8.0, 8.0, 8.0]


def fails_late(x: np.ndarray) -> np.ndarray:
    y = np.exp(-x * 2)
    z = y / 2
    if z.sum() > 0:
        raise ValueError("late")
    return z


def test_tracebacks_show_the_users_line() -> None:
    with pytest.raises(ValueError, match="late") as caught:
        scriptc.script(fails_late)(np.ones(3))
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (last.name, last.line) == ("fails_late", 'raise ValueError("late")')


def keeps_views(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    y = x * 2
    view = y[:2]
    z = -y
    t = abs(x)
    u = -t
    return view, z, t + u


def test_what_is_still_seen_is_not_overwritten() -> None:
    x = np.array([1.0, -2.0, 3.0])
    assert described(scriptc.script(keeps_views)(x)) == described(keeps_views(x))
    assert x.tolist() == [1.0, -2.0, 3.0]


def put(into: list[np.ndarray], x: np.ndarray) -> None:
    into.append(np.array([1, 2, 3]))
    into.append(x * 2)


def gathers(x: np.ndarray) -> list[np.ndarray]:
    """One list only this function knows, one that another function writes to."""
    own = [x]
    for _ in range(2):
        own.append(own[-1] * 3)
    shared = [x]
    put(shared, x)
    return [own[2] * 0.5, shared[1] * 0.5, shared[2] * 0.5, np.stack(own), np.array([x[0], 0.1])]


def test_lists_hold_what_they_may_hold() -> None:
    compiled = scriptc.script(gathers)
    for x in (np.ones(3, np.float32), np.arange(3), np.ones(3, np.int8)):
        assert list(map(described, compiled(x))) == list(map(described, gathers(x)))


def measures(x: np.ndarray, w: np.ndarray) -> tuple[int, int, np.ndarray, int]:
    """Sizes that are known, that change, and that are read again."""
    n, total = w.shape[-1], 0
    twice = 2 * n + w.shape[0]
    while x.shape[0] > 1:
        total += x.shape[0] * n
        x = x[1:]
    y = np.concatenate([w, w])
    return total, twice, y[: w.shape[0], : n - 1] * y.shape[0], x.shape[0] + len(w.shape)


def test_sizes_are_what_they_are() -> None:
    compiled = scriptc.script(measures)
    for x, w in ((np.ones(4), np.ones((2, 3))), (np.ones((5, 2)), np.ones((1, 4), np.float32)), (np.ones((1, 1)), np.ones((2, 0)))):
        assert described(compiled(x, w)) == described(measures(x, w))


class Sized(nn.Module):
    def __init__(self) -> None:
        self.w = nn.Parameter(np.arange(12).reshape(3, 4))

    def forward(self, x: np.ndarray) -> np.ndarray:
        n = self.w.shape[1]
        h = x @ self.w
        for _ in range(2):
            m = h.shape[-1]
            h = np.concatenate([h[..., : m // 2], h[..., : n - 1]], axis=-1) * (m + n)
        return h


def test_sizes_of_weights_are_constants() -> None:
    model = Sized()
    compiled = scriptc.script(model)
    for x in (np.ones(3, np.float32), np.ones((2, 3)), np.ones((2, 2, 3), np.float32)):
        assert described(compiled(x)) == described(model(x))


def shifted(y: np.ndarray, x: np.ndarray) -> np.ndarray:
    return y + 2.0 * np.array([x[0], x[1]])


def test_shapes_that_do_not_go_together() -> None:
    """NumPy's message names the shapes of the operands, and no other."""
    compiled = scriptc.script(shifted)
    for y in (np.zeros(5), np.zeros(1), np.zeros(2), np.zeros((3, 1)), np.zeros((2, 5)), np.zeros(0)):
        assert outcome(compiled, [y, np.ones(2)], "warn") == outcome(shifted, [y, np.ones(2)], "warn")


def extremes(a: float, b: float, xs: list[float]) -> tuple[float, float, float, list[float]]:
    pairs = [x + y for x, y in zip((a, b, 1.0), xs[1:], strict=True)]
    return min(a, b), max(a, b), max(min(a, 0.5), min(2.0, b)), pairs


def test_min_max_and_strict_zip() -> None:
    compiled = scriptc.script(extremes)
    for a, b in ((1.0, 2.0), (2.0, 1.0), (0.0, -0.0), (-0.0, 0.0), (math.nan, 1.0), (1.0, math.nan)):
        assert repr(compiled(a, b, [1.0, 2.0, 3.0, 4.0])) == repr(extremes(a, b, [1.0, 2.0, 3.0, 4.0]))
    for xs in ([], [1.0, 2.0, 3.0], [1.0, 2.0, 3.0, 4.0, 5.0]):
        assert outcome(compiled, [1.0, 2.0, xs], "warn") == outcome(extremes, [1.0, 2.0, xs], "warn")


def rereads(x: np.ndarray) -> tuple[float, list[np.float64], np.ndarray]:
    a = x[0] * x[0] + x[1] - x[0] * x[-1]
    kept = [x[1], x[1], x[0]]
    x[0] = a
    b = x[0] * x[0]
    x += 1
    for _ in range(2):
        b = b + x[0] * x[0]
        x[0] = b
    return float(b), kept, np.array([x[0], x[0] / x[1]])


def test_items_are_read_again_after_what_may_change_them() -> None:
    compiled = scriptc.script(rereads)
    for dtype in ("float64", "float32", "int64"):
        x, y = np.arange(1, 4).astype(dtype), np.arange(1, 4).astype(dtype)
        want, got = rereads(x), compiled(y)
        assert repr(got) == repr(want)
        assert described(y) == described(x)
        assert got[1][0] is not got[1][1]


WEIGHTS = ((0.5,), (0.1, 0.25), (0.3, 0.3, 1e-3))


def weighted(x: np.ndarray, h: float) -> tuple[np.ndarray, float]:
    xs, total = [x], 0.0
    for i in range(3):
        change = WEIGHTS[i][0] * xs[0]
        for w, v in zip(WEIGHTS[i][1:], xs[1:], strict=True):
            change = change + w * v
        xs.append(x + h * change)
        total += WEIGHTS[i][0]
    return xs[-1], total


def test_tables_of_numbers() -> None:
    compiled = scriptc.script(weighted)
    for dtype in ("float64", "float32", "int64", "float16"):
        x = np.arange(4).astype(dtype)
        assert described(compiled(x, 0.1)) == described(weighted(x, 0.1))


def nested(n: int, path: tuple[int, ...], x: np.ndarray) -> tuple[int, np.ndarray]:
    return (len(path), x * 2) if n == 0 else nested(n - 1, (*path, n), x + 1)


def test_recursion_with_growing_types_ends() -> None:
    x = np.ones(2, np.float32)
    assert described(scriptc.script(nested)(300, (), x)) == described(nested(300, (), x))


def deep(n: int, x: np.ndarray) -> np.ndarray:
    return SCRIPTED(x) if n == 0 else deep(n - 1, x)


def twice(x: np.ndarray) -> np.ndarray:
    return sum_of(x) * 2


def sum_of(x: np.ndarray) -> np.ndarray:
    return np.sum(x, axis=0)


SCRIPTED = scriptc.script(twice)


def test_a_deep_caller_gets_its_result() -> None:
    SCRIPTED.graph  # noqa: B018  compiled before
    room = sys.getrecursionlimit() - len(traceback.extract_stack()) - 40
    assert deep(room, np.ones(3)) == 6.0


def test_the_short_way_checks_sizes() -> None:
    params = [Param("x", Tensor("float32", ("n", 3))), Param("y", Tensor("float32", ("n",))), Param("k", INT), Param("names", List(STR))]
    program = Program("p")
    ran = []

    def specialize(types: Sequence[Type]) -> Callable[..., Any]:
        return lambda *args: ran.append(args)

    versions = signatures.Versions(program, params, specialize)
    call = make_call("f", params, lambda *args: None, Checker(program, {}), method=False, versions=versions)
    x, y = np.ones((2, 3), np.float32), np.ones(2, np.float32)
    for _ in range(3):
        call(x, y, 1, ["a"])
    call(y=y, x=x, k=1, names=[])
    assert len(ran) == 4
    for wrong, error, message in (
        ((x, np.ones(3, np.float32), 1, []), ValueError, "dimension 'n' is 2"),
        ((np.ones((2, 4), np.float32), y, 1, []), ValueError, "argument 'x'"),
        ((np.ones((2, 3)), y, 1, []), TypeError, "argument 'x'"),
        ((x.view(np.matrix), y, 1, []), TypeError, "argument 'x'"),
        ((x, y, True, []), TypeError, "argument 'k'"),
        ((x, y, 1, [1]), TypeError, "argument 'names'"),
        ((x, y), TypeError, "positional argument"),
    ):
        with pytest.raises(error, match=message):
            call(*wrong)
    assert len(ran) == 4
