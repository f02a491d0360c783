"""One measurement, and how things that are compared are timed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

TURN = 0.002
"""Seconds that one timing should last at least; shorter work is repeated."""


@dataclass(frozen=True)
class Row:
    """`value` in `unit`; `low` and `high` are its quartiles where it is a median; `limit` is the most it may be, None without one."""

    group: str
    what: str
    value: float
    unit: str = ""
    low: float | None = None
    high: float | None = None
    limit: float | None = None
    note: str = ""

    @property
    def ok(self) -> bool:
        return self.limit is None or self.value <= self.limit


def seconds(fn: Callable[[], Any], times: int = 1) -> float:
    """The processor time of `times` calls: what else the machine does meanwhile does not count."""
    start = time.process_time()
    for _ in range(times):
        fn()
    return time.process_time() - start


def in_turns(a: Callable[[], Any], b: Callable[[], Any], rounds: int) -> tuple[list[float], list[float]]:
    """Seconds of each in every round. The two run in turns, the order alternates: a slow moment of the machine hits both."""
    for _ in range(3):  # the code is warm, a version for these arguments is made
        a(), b()
    times = max(1, int(TURN / max(seconds(b), 1e-9)))
    found: tuple[list[float], list[float]] = ([], [])
    for k in range(rounds):
        for which in (0, 1) if k % 2 else (1, 0):
            found[which].append(seconds((a, b)[which], times) / times)
    return found


def ratio(group: str, what: str, compiled: Callable[[], Any], eager: Callable[[], Any], rounds: int, limit: float = 1.0) -> Row:
    """The median of compiled / eager over the rounds."""
    ours, theirs = in_turns(compiled, eager, rounds)
    ratios = [x / y for x, y in zip(ours, theirs, strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    note = f"{1000 * statistics.median(ours):.3g} ms, {1000 * statistics.median(theirs):.3g} ms"
    return Row(group, what, middle, "", low, high, limit, note)
