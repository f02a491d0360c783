"""Every NumPy sample compiled whole and run: value, dtype, shape, aliases, the arguments afterwards, output, warnings, the exception and its text.

Each line becomes `def f(X): return <line>`, compiled once for an array of any dtype and rank and a few times for exact types.
"""

from __future__ import annotations

import linecache
import math
import random
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import case_runner
import numpy as np
import numpy_keyword_samples
import pytest
from numpy_keyword_samples import PARTS, VECTORIZED
from numpy_samples import CLOSED, POOL, RANDOM, TWO
from numpy_samples import ONE as OF_ONE

import scriptc
from scriptc.ops.numpy_ufunc_methods import BINARY, UNARY

ARRAYS = {k: v for k, v in POOL.items() if isinstance(v, np.ndarray)}
ONE = {**OF_ONE, "parts": PARTS}
MUST_BE_KNOWN = ("known", "constant", "may be either", "annotate")
EDGES = {
    "nan": np.array([[np.nan, 1.0, -0.0], [np.inf, -np.inf, 0.0]]),
    "nan_f4": np.array([np.nan, -0.0, 1e-45, np.inf], np.float32),
    "reversed": np.arange(12.0).reshape(3, 4)[::-1, ::-2],
    "column": np.arange(9, dtype=np.int32).reshape(3, 3)[:, 1:2],
    "broadcast": np.broadcast_to(np.arange(4.0), (3, 4)),
    "read_only": np.frombuffer(bytes(range(8)), np.uint8),
    "fortran": np.asfortranarray(np.arange(6, dtype=np.int64).reshape(2, 3)),
    "large": np.array([2**63 - 1, -(2**63)]),
    "c_nan": np.array([complex(np.nan, 1), complex(0.0, -0.0)]),
    "empty_int": np.zeros((3, 0), np.int64),
}
"""Values on which kernels differ first: NaN, infinities, negative zero, odd strides, memory that may not be written."""


def function(text: str, *names: str) -> Callable[..., Any]:
    """The line as a function whose source can be read."""
    file = f"<sample {text}>"
    source = f"def f({', '.join(names)}):\n    return {text}\n"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    space: dict[str, Any] = {"np": np}
    exec(compile(source, file, "exec"), space)
    made: Callable[..., Any] = space["f"]
    return made


def fresh(value: Any) -> Any:
    """A copy with the same strides and flags: even what may not be written is (by `np.add.at`, in some versions of NumPy)."""
    if not isinstance(value, np.ndarray):
        return value
    base = value.base if isinstance(value.base, np.ndarray) else value
    offset = value.__array_interface__["data"][0] - base.__array_interface__["data"][0]
    copy = np.ndarray(value.shape, value.dtype, base.copy(order="K"), offset, value.strides)
    copy.flags.writeable = value.flags.writeable
    return copy


def seen(fn: Callable[..., Any], values: Iterable[Any]) -> dict[str, Any]:
    def call(*args: Any) -> Any:
        try:
            return fn(*args)
        except Exception as e:
            e.__context__ = None  # what NumPy itself was handling then is its own affair
            raise

    found = case_runner.observe(call, [fresh(v) for v in values], {}, "")
    found["warned"] = sorted(set(found["warned"]))  # a cast of NaN warns once or twice, as it falls out
    return found


def exists(text: str, names: tuple[str, ...]) -> bool:
    """Does this NumPy have what the line names? (An array lacks an attribute that another version has.)"""
    wanted = function(text, *names).__code__.co_names
    return not (text.startswith("np.") and not hasattr(np, wanted[1] if wanted[0] == "np" else wanted[0]))


def compiled(text: str, names: tuple[str, ...], example: Any = None) -> Any:
    """The compiled line, or the diagnostics."""
    try:
        return scriptc.script(function(text, *names), example=example)
    except scriptc.ScriptError as e:
        return e.diagnostics


def unsettled(text: str, row: tuple[Any, ...]) -> bool:
    """NumPy 2.4's inverse real transforms of nothing give whatever was in memory."""
    return any(f"fft.{name}" in text for name in ("irfft", "hfft")) and any(v.size == 0 for v in row)


def differences(text: str, names: tuple[str, ...], rows: list[tuple[Any, ...]], typed: bool = False) -> Iterator[str]:
    """What is wrong on any row of argument values."""
    plain = function(text, *names)
    if not exists(text, names):
        return
    got = None if typed else compiled(text, names)
    for row in rows:
        if unsettled(text, row):
            continue
        if typed:
            got = compiled(text, names, row)
        want = seen(plain, row)
        if isinstance(got, tuple | list):
            if "raised" not in want and not any(k in got[0].message for k in MUST_BE_KNOWN):
                yield f"{text} with {_shown(row)}: refused ({got[0].message}), but NumPy gives {want['result'][:100]}"
            continue
        found = seen(got, row)
        if found != want:
            wrong = {k: (want.get(k), found.get(k)) for k in {**want, **found} if want.get(k) != found.get(k) and k != "line"}
            if wrong:
                yield f"{text} with {_shown(row)}: {str(wrong)[:300]}"


def _shown(row: tuple[Any, ...]) -> str:
    return ", ".join(f"{v.dtype}{list(v.shape)}" for v in row)


def report(wrong: list[str]) -> None:
    assert not wrong, "\n".join(wrong[:40]) + f"\n{len(wrong)} in all"


@pytest.mark.parametrize("family", sorted(ONE))
def test_any_array(family: str) -> None:
    rows = [(v,) for v in (*ARRAYS.values(), *EDGES.values())]
    report([w for text in ONE[family] for w in differences(text, ("X",), rows)])


@pytest.mark.parametrize("family", sorted(ONE))
def test_exact_types(family: str) -> None:
    values = [*ARRAYS.values(), *EDGES.values()]
    wrong: list[str] = []
    for k, text in enumerate(ONE[family]):
        rows = [(values[(3 * k + 11 * i) % len(values)],) for i in range(3)]
        wrong += differences(text, ("X",), rows, typed=True)
    report(wrong)


@pytest.mark.parametrize("family", sorted(TWO))
def test_two_arrays(family: str) -> None:
    values = [*ARRAYS.values(), *EDGES.values()]
    wrong: list[str] = []
    for k, text in enumerate(TWO[family]):
        rows = [(values[(5 * k + 7 * i) % len(values)], values[(k + 3 * i) % len(values)]) for i in range(40)]
        wrong += differences(text, ("X", "Y"), rows)
        wrong += differences(text, ("X", "Y"), rows[:2], typed=True)
    report(wrong)


def test_closed() -> None:
    report([w for text in (*CLOSED, *numpy_keyword_samples.CLOSED) for w in differences(text, (), [()])])


def test_random() -> None:
    report([w for text in RANDOM if not text.startswith("G.") for w in differences(text, (), [()])])


def test_vectorized() -> None:
    values = [*ARRAYS.values(), *EDGES.values()]
    report([w for text in VECTORIZED for w in differences(text, ("X",), [(v,) for v in values], typed=True)])


DTYPES = ("bool", "int8", "uint8", "int32", "int64", "uint64", "float16", "float32", "float64", "complex64", "complex128")
SHAPES = ((), (1,), (3,), (2, 3), (2, 1), (1, 3), (0,), (0, 3), (2, 2, 3))
KEYWORDS = {
    "dtype": ("np.float32", "'int64'", "bool", "complex", "np.int8"),
    "casting": ("'unsafe'", "'same_kind'", "'safe'", "'no'", "'equiv'"),
    "out": ("Z",), "where": ("True", "X > 0"), "order": ("'F'",), "axis": ("0", "1", "-1", "None", "(0, 1)", "2"), "keepdims": ("True",),
    "initial": ("0", "1.5", "None"),
}  # fmt: skip
FORMS = (
    ("np.{binary}(X, {second}", "out where casting dtype order"), ("np.{unary}(X", "out where casting dtype"),
    ("np.{binary}.reduce(X", "axis dtype out keepdims initial where"), ("np.{binary}.accumulate(X", "axis dtype out"),
    ("np.{binary}.reduceat(X, {indices}", "axis dtype out"), ("np.{binary}.outer(X, Y", "out dtype casting"),
    ("np.{reduction}(X", "axis out keepdims"),
)  # fmt: skip
NAMES = {
    "binary": BINARY, "unary": UNARY, "second": ("Y", "1", "1.5", "True"), "indices": ("[0]", "[0, 1]", "[]", "[1, 0]"),
    "reduction": ("sum", "prod", "max", "min", "any", "all", "mean", "std", "var", "argmax", "cumsum", "median", "nansum", "nanmax", "ptp"),
}  # fmt: skip


def random_line(rng: random.Random) -> str:
    """A call with keywords at random; one without `out=` but with `where=` would leave elements undefined."""
    form, keywords = rng.choice(FORMS)
    text = form.format(**{k: rng.choice(v) for k, v in NAMES.items()})
    given = {k: rng.choice(KEYWORDS[k]) for k in keywords.split() if rng.random() < 0.35}
    if "out" not in given and "reduce" not in form:
        given.pop("where", None)
    return text + "".join(f", {k}={v}" for k, v in given.items()) + ")"


def random_array(rng: random.Random) -> np.ndarray[Any, Any]:
    shape = rng.choice(SHAPES)
    values = [rng.choice((0, 1, 2, 3, -1, -2)) for _ in range(math.prod(shape))]
    return np.array(values).astype(rng.choice(DTYPES)).reshape(shape)


@pytest.mark.parametrize("seed", range(4))
def test_random_keywords(seed: int) -> None:
    rng = random.Random(seed)
    wrong: list[str] = []
    for _ in range(150):
        text = random_line(rng)
        rows = [tuple(random_array(rng) for _ in "XYZ") for _ in range(2)]
        wrong += differences(text, ("X", "Y", "Z"), rows)
        wrong += differences(text, ("X", "Y", "Z"), rows[:1], typed=True)
    report(wrong)
