"""The tools that need no environment of their own."""

from __future__ import annotations

import subprocess
import sys

import pytest
from isolated import ROOT

TOOLS = ["test", "demo", "sizes", "bench"]


@pytest.mark.parametrize("name", TOOLS)
def test_is_an_executable_script(name: str) -> None:
    path = ROOT / "tools" / name
    assert path.stat().st_mode & 0o111
    assert path.read_text(encoding="utf-8").startswith("#!/usr/bin/env ")


def test_sizes_lists_what_is_large() -> None:
    done = subprocess.run([sys.executable, "-B", ROOT / "tools" / "sizes"], capture_output=True, text=True, check=True)
    assert "files over 600 lines" in done.stdout
    assert "functions over 30 lines" in done.stdout


def test_ci_runs_the_tests() -> None:
    subprocess.run(["bash", "-n", ROOT / ".ci" / "run"], check=True)
    assert "tools/test --all-pythons" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_every_python_found_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import _env

    pythons = _env.find_pythons()
    assert f"{sys.version_info[0]}.{sys.version_info[1]}" in pythons
    for version, python in pythons.items():
        assert _env.version_of(python) == version
    assert _env.version_of("no-such-python") is None
