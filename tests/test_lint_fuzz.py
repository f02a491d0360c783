"""Files that are changed at random: findings or none, in every format, in time. `tools/fuzz-lint` looks at many more."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "fuzz"))

from language_harness import all_cases
from mutations import fault, lintable, mutated


@pytest.mark.parametrize("seed", range(0, 120, 20))
def test_changed_files_are_no_fault_of_ours(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for s in range(seed, seed + 20):
        Path("m.py").write_bytes(mutated(s))
        assert fault(Path("m.py")) is None, s


def test_a_seed_stands_for_one_file() -> None:
    assert [mutated(s) for s in range(20)] == [mutated(s) for s in range(20)]
    assert len({mutated(s) for s in range(200)}) > 190


def endless(paths: list[str]) -> None:
    while True:
        pass


def test_faults_are_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("m.py").write_text(lintable(all_cases()[0]))
    assert fault(Path("m.py")) is None
    with monkeypatch.context() as m:
        m.setattr("scriptc.lint.check.entries", lambda world, module: 1 / 0)
        assert "ZeroDivisionError" in str(fault(Path("m.py")))
    monkeypatch.setattr("mutations.LIMIT", 0.1)
    monkeypatch.setattr("mutations.lint_files", endless)
    assert fault(Path("m.py")) == "looked at for more than 0.1 s"
