"""What the language cases compare: the describer must tell apart everything that a caller could."""

from __future__ import annotations

import math
from typing import Any

import case_runner
import numpy as np
import pytest
from case_runner import Describer
from language_harness import all_cases

BASE = np.arange(6.0)

DIFFERENT: list[tuple[Any, Any]] = [
    (0.0, -0.0),
    (1, True),
    (1, 1.0),
    (1.0, np.float64(1.0)),
    (np.float32(1), np.float64(1)),
    (np.float64(1), np.array(1.0)),
    (math.nan, -math.nan),
    (complex(0.0, 0.0), complex(0.0, -0.0)),
    ([1], (1,)),
    ({1}, frozenset({1})),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    (np.zeros(2), np.zeros((1, 2))),
    (np.zeros(2, np.int64), np.zeros(2, np.int32)),
    (np.zeros((2, 2)), np.zeros((2, 2), order="F")),
    (BASE[::2], BASE[::2].copy()),
    ([x := [1], x], [[1], [1]]),
    (ValueError("a"), ValueError("b")),
    (ValueError("a"), TypeError("a")),
    ("1", 1),
    (None, False),
]


@pytest.mark.parametrize(("a", "b"), DIFFERENT, ids=lambda v: repr(v)[:40])
def test_different_values_read_different(a: Any, b: Any) -> None:
    assert Describer()(a) == Describer()(a)
    assert Describer()(a) != Describer()(b)


def test_sets_are_compared_as_sets() -> None:
    assert Describer()({8, 0, "a"}) == Describer()({"a", 0, 8})


def test_shared_memory_shows() -> None:
    def view(x: np.ndarray) -> np.ndarray:
        return x[1:]

    def copy(x: np.ndarray) -> np.ndarray:
        return x[1:].copy()

    seen = [case_runner.observe(fn, [np.zeros(3)], {}, "x.py")["shared"] for fn in (view, copy)]
    assert seen == ["1~0", ""]


def test_result_that_is_an_argument_shows() -> None:
    same = case_runner.observe(lambda x: x, [[1]], {}, "x.py")
    other = case_runner.observe(lambda x: x[:], [[1]], {}, "x.py")
    assert same["arguments"] != other["arguments"]


def test_printed_and_warned_show() -> None:
    seen = case_runner.observe(lambda: print(np.float64(1) / np.float64(0)), [], {}, "x.py")
    assert seen["printed"] == "inf\n"
    assert seen["warned"] == ["RuntimeWarning: divide by zero encountered in scalar divide"]


def test_cause_and_context_show() -> None:
    def fail(chained: bool) -> None:
        try:
            raise KeyError("a")
        except KeyError as e:
            raise ValueError("b") from (e if chained else None)

    assert len(case_runner.observe(fail, [True], {}, "x.py")["raised"]) == 2
    assert len(case_runner.observe(fail, [False], {}, "x.py")["raised"]) == 1


def test_a_call_that_hangs_is_stopped() -> None:
    def hang() -> None:
        while True:
            pass

    with pytest.raises(case_runner.CaseTimeout), case_runner.time_limit(0.05):
        hang()


def test_case_ids_are_unique() -> None:
    ids = [c.id for c in all_cases()]
    assert len(ids) == len(set(ids))
    assert len(ids) >= 400
    assert len({c.module for c in all_cases()}) == len(ids)
