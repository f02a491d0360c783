"""A few random programs in every run of the suite; `tools/fuzz` runs as many as one likes."""

from __future__ import annotations

import ast
import sys
import warnings
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "fuzz"))

from differ import Checker, Finding, difference
from generate import generate
from planted import BUGS, Bug, hunt, inlined_branches_change_places, operand_of_or, sides_of_a_conditional_are_swapped
from shrink import candidates, shrink

SEEDS = range(1000, 1016)


@pytest.mark.parametrize("seed", SEEDS)
def test_random_program(seed: int, tmp_path: Path) -> None:
    text, calls = generate(seed)
    finding = Checker(tmp_path, thorough=1).check(text, calls)
    assert finding is None or finding.refused, f"{finding.kind}\n{finding.detail}\n{text}"


def test_the_same_seed_gives_the_same_program() -> None:
    assert generate(7) == generate(7)


def test_what_is_generated_is_python() -> None:
    for seed in range(300):
        text, calls = generate(seed)
        ast.parse(text)
        assert calls and all(ast.parse(f"f{call}") for call in calls)


def test_a_difference_says_what_cpython_gives() -> None:
    finding = difference("loaded", ["(1)"], [{"result": "int 0x1"}], [{"result": "int 0x2"}])
    assert finding is not None and finding.kind == "differs loaded result"
    assert "CPython int 0x1" in finding.detail and "loaded int 0x2" in finding.detail


def test_a_refusal_is_told_from_a_fault(tmp_path: Path) -> None:
    checker = Checker(tmp_path)
    text = "def f(n: int) -> str:\n    if n > 5:\n        return 'n = ' + n\n    return 'x'\n"
    finding = checker.check(text, ["(1)"])
    assert finding is not None and finding.refused and "SC202" in finding.kind
    assert checker.check("def f(n: int) -> str:\n    return 'n = ' + n\n", ["(1)"]) is None  # CPython raises TypeError: no fair program


def test_a_program_that_does_not_end_is_no_fair_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("differ.SECONDS", 0.2)
    assert Checker(tmp_path).check("def f(n: int) -> int:\n    while n:\n        n += 1\n    return n\n", ["(1)"]) is None


def test_shrinking_keeps_the_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Fake(Checker):
        def check(self, text: str, calls: list[str]) -> Finding | None:
            return Finding("differs", "") if "x.append(n)" in text else None

    text = "def g(n: int) -> int:\n    return n\n\ndef f(n: int) -> list[int]:\n    x = [g(n)]\n"
    text += "    for i in range(n):\n        if i:\n            x.append(n)\n    return x\n"
    small, calls = shrink(Fake(tmp_path), text, ["(1)", "(2)"], Finding("differs", ""))
    assert small == "def f(n: int) -> list[int]:\n    x.append(n)" and calls == ["(1)"]


def test_shrinking_only_offers_programs() -> None:
    text, _ = generate(3)
    smaller = list(candidates(text))
    assert len(smaller) > 20
    with warnings.catch_warnings(action="ignore"):
        for candidate in smaller:
            compile(candidate, "candidate", "exec", dont_inherit=True)


@pytest.mark.parametrize("bug", [sides_of_a_conditional_are_swapped, operand_of_or, inlined_branches_change_places], ids=lambda bug: bug.__name__)
def test_a_planted_bug_is_found(bug: Bug) -> None:
    assert hunt(bug, 0, 150) is not None


def test_every_bug_can_still_be_planted() -> None:
    assert len(BUGS) >= 12
    for bug in BUGS:
        hunt(bug, 0, 0)


def test_what_cpython_itself_does_in_two_ways_is_no_finding(tmp_path: Path) -> None:
    checker = Checker(tmp_path)
    product = "def f(a: float, b: float) -> float:\n    return a * b\n"
    nans = "(float('nan'), -float('nan'))"
    warm, cold = [checker.runs(product, calls, 1)[0][len(calls) - 1] for calls in (["(1.0, 2.0)"] * 20 + [nans], [nans])]
    for calls in (["(1.0, 2.0)"] * 20 + [nans], [nans]):
        want = checker.runs(product, calls, 1)[0]
        assert checker.wavers(product, calls, want) == (warm != cold)


def test_a_wrong_result_is_a_finding_though_cpython_is_asked_again(tmp_path: Path) -> None:
    checker = Checker(tmp_path)
    text = "def f(a: float) -> float:\n    return a * 2 + 1\n"
    want = checker.runs(text, ["(-0.0)"], 1)[0]
    assert not checker.wavers(text, ["(-0.0)"], want)
