"""A few random programs in every run of the suite; `tools/fuzz` runs as many as one likes."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "fuzz"))

from differ import Checker, candidates
from generate import generate

SEEDS = range(40)


@pytest.mark.parametrize("seed", SEEDS)
def test_random_program(seed: int, tmp_path: Path) -> None:
    text, calls = generate(seed)
    finding = Checker(tmp_path).check(text, calls)
    assert finding is None, f"{finding.kind}\n{finding.detail}\n{text}"


def test_the_same_seed_gives_the_same_program() -> None:
    assert generate(7) == generate(7)


def test_shrinking_only_offers_programs() -> None:
    text, _ = generate(3)
    smaller = list(candidates(text))
    assert len(smaller) > 20
    with warnings.catch_warnings(action="ignore"):
        for candidate in smaller:
            compile(candidate, "candidate", "exec", dont_inherit=True)
