"""The language cases (`tests/language/*.md`); `language_harness` says what a case is and what is checked."""

from __future__ import annotations

import functools
import subprocess
import sys

import language_harness as harness
import pytest
from language_harness import Case


def _params() -> list[object]:
    marks = {c.file: pytest.mark.xdist_group(c.file) for c in harness.all_cases()}
    return [pytest.param(c, id=c.id, marks=marks[c.file]) for c in harness.all_cases()]


@functools.cache
def _answers(cases: tuple[Case, ...]) -> harness.Answers:
    return harness.run_elsewhere(cases)


def _siblings(request: pytest.FixtureRequest, case: Case) -> tuple[Case, ...]:
    """The selected cases of the same file: one process runs the saved files of them all."""
    chosen = []
    for item in request.session.items:
        other = getattr(item, "callspec", None) and item.callspec.params.get("case")  # type: ignore[attr-defined]
        if isinstance(other, Case) and other.file == case.file:
            chosen.append(other)
    return tuple(chosen)


@pytest.mark.parametrize("case", _params())
def test_case(case: Case, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--cpython-only"):
        harness.check_declared(case, harness.run_plain(case) if case.calls else {})
        return
    failure = harness.outcome(case).failure
    if failure is not None:
        pytest.fail(failure, pytrace=False)
    harness.check_graph(case, request.config.getoption("--update-cases"))
    if harness.outcome(case).jobs:
        harness.check_loaded(case, _answers(_siblings(request, case)))


def test_one_verdict_a_heading() -> None:
    """A row of the support table is supported or refused, nothing between."""
    verdicts: dict[tuple[str, tuple[str, ...]], set[bool]] = {}
    for case in harness.all_cases():
        verdicts.setdefault((case.file, case.headings), set()).add(bool(case.errors))
    mixed = [key for key, value in verdicts.items() if len(value) > 1]
    assert not mixed


def test_support_table_is_up_to_date() -> None:
    tool = harness.HERE.parent / "tools" / "support"
    done = subprocess.run([sys.executable, str(tool), "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
