"""Versions write into arrays that are there already: random modules, whose arrays are of known shapes, give what NumPy gives."""

from __future__ import annotations

import random
import sys
import types
import warnings
from typing import Any

import numpy as np
import pytest

import scriptc
from scriptc import nn
from scriptc.runtime import signatures

SHAPES = {"a": (4,), "b": (1, 4), "c": (3, 4), "d": (3, 1), "e": (1,), "f": (4,), "g": (3, 4), "h": (2, 3, 4)}
SAME = {"a": "af", "f": "af", "b": "b", "c": "cg", "g": "cg", "d": "d", "e": "e", "h": "h"}
NUMBERS = ("2", "0.5", "-1.0", "1e-3", "t")
UNARY = ("-{}", "abs({})", "np.exp(-np.abs({}))", "np.tanh({})", "np.square({})", "np.sqrt(np.abs({}))", "np.negative({})", "{} * 1")
OTHER = (
    "{}.max(axis=0)", "{}.sum(axis=-1, keepdims=True)", "np.max({}, axis=-1, keepdims=True)", "{}.mean()", "np.sum({})", "{}[:1]", "{}[None]", "{}.T",
    "{}.any()", "{}.min()", "{}.prod(axis=0)", "sigmoid({})", "{} ** 2", "np.log(np.abs({}) + 1)", "({} > 0).all()", "{}.reshape(-1)",
    "(self.c @ self.f) * t + self.g @ self.a", "-(self.b @ {}.T)", "np.array({}) * t",
)  # fmt: skip
BINARY = ("{} + {}", "{} - {}", "{} * {}", "{} / ({} + 3)", "np.add({}, {})", "np.multiply({}, {})")
HEAD = '''
def sigmoid(x):
    z = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, z) / (1 + z)

class M(nn.Module):
    def __init__(self, arrays):
        for name, array in arrays.items():
            setattr(self, name, array)

    def forward(self, t: float, k: int):
        kept = []
        i = 0
'''


class Writer:
    """A random `forward`. `like` has, of each variable, the name of the parameter whose shape it has, None where that is not followed."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)
        self.like: dict[str, str | None] = {f"self.{name}": name for name in SHAPES}
        self.lines: list[str] = []
        self.count = 0

    def text(self) -> str:
        for _ in range(self.r.randint(3, 9)):
            self.statement("        ")
        names = [n for n in self.like if not n.startswith("self.")]
        kept = self.r.sample(names, min(len(names), 3))
        return HEAD + "\n".join(self.lines) + f"\n        return {', '.join(['kept', *kept])},\n"

    def value(self, like: str | None = None) -> str:
        names = [n for n, s in self.like.items() if s is not None and (like is None or s in SAME[like])]
        return self.r.choice(names[-5:] if self.r.random() < 0.6 else names)

    def pair(self) -> tuple[str, str, str | None]:
        """Two values that go together, and the shape that comes out."""
        one = self.value()
        like = self.like[one]
        assert like is not None
        if self.r.random() < 0.6:
            return one, self.value(like), like
        other = self.value()
        shapes = SHAPES[like], SHAPES[self.like[other]]  # type: ignore[index]
        try:
            both = np.broadcast_shapes(*shapes)
        except ValueError:
            return one, one, like
        return one, other, next((n for n, s in SHAPES.items() if s == both), None)

    def expression(self) -> tuple[str, str | None]:
        kind = self.r.random()
        if kind < 0.3:
            one = self.value()
            return self.r.choice(UNARY).format(one), self.like[one]
        if kind < 0.45:
            one = self.value()
            return self.r.choice(("{} * {}", "{1} + {0}", "{} - {}", "{0} / {1}")).format(one, self.r.choice(NUMBERS)), self.like[one]
        if kind < 0.6:
            return self.r.choice(OTHER).format(self.value()), None
        if kind < 0.65:
            return f"np.array([{self.value('a')}[1], {self.value('a')}[0] * t, t, 1.5])", "a" if self.r.random() < 0.5 else None
        a, b, like = self.pair()
        text = self.r.choice(BINARY).format(a, b)
        if self.r.random() < 0.4:
            text = f"{text} * {self.r.choice(NUMBERS)}"
        return text, like

    def statement(self, indent: str) -> None:
        kind = self.r.random()
        inside = len(indent) > 12
        if kind < 0.08:
            self.lines.append(f"{indent}kept.append({self.value()})")
        elif kind < 0.22:
            self.chain(indent)
        elif kind < 0.38 and not inside:
            self.loop(indent)
        elif kind < 0.44 and not inside:
            self.branch(indent)
        else:
            text, like = self.expression()
            self.assign(indent, text, like)

    def assign(self, indent: str, text: str, like: str | None) -> None:
        name = f"v{self.count}"
        self.count += 1
        self.lines.append(f"{indent}{name} = {text}")
        self.like.pop(name, None)
        self.like[name] = like

    def chain(self, indent: str) -> None:
        """Results that are needed once, all of one shape."""
        like = self.r.choice(sorted(SHAPES))
        text = self.value(like)
        for _ in range(self.r.randint(2, 4)):
            other, number = self.value(like), self.r.choice(NUMBERS)
            text = self.r.choice((f"({text} * {number})", f"({other} - {text})", f"({text} + {other})", f"np.tanh({text})", f"(-{text})"))
        self.assign(indent, text, like)
        if self.r.random() < 0.5:
            self.lines.append(f"{indent}kept.append(v{self.count - 1})")

    def loop(self, indent: str) -> None:
        """What it carries keeps its shape."""
        start = self.value()
        carried = f"s{self.count}"
        self.count += 1
        self.lines.append(f"{indent}{carried} = {start}{self.r.choice((' * 1', '', ' + t'))}")
        self.lines.append(f"{indent}for i in range({self.r.choice(('k', '3'))}):")
        outer = dict(self.like)
        self.like[carried] = self.like[start]
        for _ in range(self.r.randint(0, 3)):
            self.statement(indent + "    ")
        like = self.like[start]
        assert like is not None
        step = self.value(like)
        after = self.r.choice((f"{carried} + {step} * t", f"{step} - {carried}", f"{carried} * 0.5", f"-{step}", step))
        self.lines.append(f"{indent}    {carried} = {after}")
        if self.r.random() < 0.25:
            self.lines.append(f"{indent}    kept.append({self.r.choice((carried, step))})")
        if self.r.random() < 0.2:
            self.lines.append(f"{indent}    if i > 1:\n{indent}        break")
        self.like = {**outer, carried: self.like[start]}

    def branch(self, indent: str) -> None:
        self.lines.append(f"{indent}if k > {self.r.randint(0, 3)}:")
        outer = dict(self.like)
        for _ in range(self.r.randint(1, 3)):
            self.statement(indent + "    ")
        self.lines.append(f"{indent}    kept.append({self.value()})")
        self.like = outer


def parameters(rng: np.random.Generator, dtypes: tuple[str, ...]) -> dict[str, np.ndarray]:
    made = {}
    for name, shape in SHAPES.items():
        with np.errstate(all="ignore"):
            array = (rng.standard_normal(shape) * rng.choice([1, 1, 30])).astype(rng.choice(dtypes))
        made[name] = np.asfortranarray(array) if rng.random() < 0.15 else array
    return made


def described(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return [described(v) for v in value]
    if isinstance(value, np.ndarray):
        return str(value.dtype), value.shape, value.strides, value.tobytes()
    return type(value).__name__, np.asarray(value).tobytes()


def outcome(fn: Any, args: tuple[Any, ...]) -> tuple[Any, Any]:
    """The result or the error, with the warnings; and the result itself."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = fn(*args)
        except Exception as e:
            return (type(e).__name__, str(e)), None
    return (described(result), [(w.category, str(w.message)) for w in caught]), result


def load(text: str, name: str) -> Any:
    """The text as a module that `inspect` finds the source of."""
    import linecache

    module = types.ModuleType(name)
    file = f"<{name}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    module.__dict__.update(np=np, nn=nn)
    sys.modules[name] = module
    exec(compile(text, file, "exec"), module.__dict__)
    return module


def check(seed: int) -> bool:
    """Is the program one that compiles? Raises AssertionError where it does not do what NumPy does."""
    text = Writer(seed).text()
    rng = np.random.default_rng(seed)
    arrays = parameters(rng, [("float64",), ("float32",), ("float32", "float64", "float64")][seed % 3])
    model = load(text, f"arrays_{seed}").M(arrays)
    try:
        compiled = scriptc.script(model)
    except scriptc.ScriptError:
        return False
    results = []
    for args in ((0.5, 4), (0.5, 0), (-1.25, 3), (0.5, 4)):
        want, _ = outcome(model.forward, args)
        got, result = outcome(compiled, args)
        assert got == want, text
        results.append((want, result))
    for want, result in results:  # no later call wrote into what an earlier one gave
        assert result is None or described(result) == want[0], text
    return True


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first call makes a version already."""
    monkeypatch.setattr(signatures, "FIRST_CALLS", 0)


@pytest.mark.parametrize("start", range(0, 60, 20))
def test_random_modules(start: int) -> None:
    assert sum(check(seed) for seed in range(start, start + 20)) > 5


class Kept(nn.Module):
    """Arrays that live on from one turn to the next, and larger arrays whose order in memory is not their own."""

    def __init__(self) -> None:
        self.a, self.b = np.arange(1.0, 4.0), np.arange(3.0, dtype=np.float32)
        self.c = np.arange(12.0).reshape(3, 4)

    def forward(self, k: int) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
        kept = []
        total = self.a * 0.5
        for _ in range(k):
            kept.append(((total * 2 - self.a) + self.a) / 2)
            step = self.a * 2 + self.a
            total = total + step * 3
        mixed = self.b * 2 + self.a
        return kept, total, mixed

    @scriptc.export
    def wide(self) -> list[np.ndarray]:
        rows, columns = np.broadcast_to(self.a[:, None], (3, 4)), np.broadcast_to(self.c[0], (3, 4))
        full = [self.c, self.c[::-1], self.c[:, ::-1], self.c.reshape(4, 3).T, rows, columns]
        return [x for f in full for x in (f + self.c[1], self.a[:, None] * f, f - self.c[:1])]


def test_arrays_that_live_on() -> None:
    model = Kept()
    compiled = scriptc.script(model)
    for k in (0, 1, 3):
        first = compiled(k)
        assert described(first) == described(model.forward(k))
        assert described(compiled(k)) == described(first)


def test_orders_in_memory() -> None:
    model = Kept()
    assert described(scriptc.script(model).wide()) == described(model.wide())
