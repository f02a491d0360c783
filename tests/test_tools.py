"""The tools that need no environment of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from isolated import ROOT

TOOLS = ["test", "demo", "sizes", "bench", "names", "checks"]


@pytest.mark.parametrize("name", TOOLS)
def test_is_an_executable_script(name: str) -> None:
    path = ROOT / "tools" / name
    assert path.stat().st_mode & 0o111
    assert path.read_text(encoding="utf-8").startswith("#!/usr/bin/env ")


def test_sizes_lists_what_is_large() -> None:
    done = subprocess.run([sys.executable, "-B", ROOT / "tools" / "sizes"], capture_output=True, text=True, check=True)
    assert "files over 600 lines" in done.stdout
    assert "functions over 30 lines" in done.stdout


def test_checks_are_all_in_their_table() -> None:
    done = subprocess.run([sys.executable, "-B", ROOT / "tools" / "checks", "--verify"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_check_is_found_and_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    from _checks.find import find, without

    source = "def f(x, y):\n    if x < 0 or y:\n        raise ValueError('not so')\n    return x\n"
    whole, *parts = find("some.py", source)
    assert (whole.function, whole.text, whole.part) == ("f", "not so", False)
    assert [(c.text, c.part) for c in parts] == [("x < 0", True), ("y", True)]
    made: dict[str, Any] = {}
    exec(compile(without(source, parts[0]), "some.py", "exec"), made)
    assert made["f"](-1, False) == -1
    with pytest.raises(ValueError, match="not so"):
        made["f"](-1, True)


def test_ci_runs_the_tests() -> None:
    subprocess.run(["bash", "-n", ROOT / ".ci" / "run"], check=True)
    assert "tools/test --all-pythons" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_bench_reports_what_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools" / "_bench"))
    import report
    import rows

    found = [rows.Row("speed", "a", 0.5, "", 0.4, 0.6, 1.0, "1 ms, 2 ms"), rows.Row("speed", "b", 1.25, limit=1.0), rows.Row("size", "c", 3.0, "kB")]
    assert [r.ok for r in found] == [True, False, True]
    page = report.as_markdown(found)
    assert "| a | 0.5 | 0.4 to 0.6 | 1 | ok | 1 ms, 2 ms |" in page
    assert "| b | 1.25 |  | 1 | **over** |  |" in page
    assert report.COMMAND in page
    assert [r["ok"] for r in json.loads(report.as_json(found))["rows"]] == [True, False, True]
    row = rows.ratio("speed", "same", lambda: sum(range(1000)), lambda: sum(range(1000)), 3)
    assert row.low is not None
    assert row.low <= row.value


def test_every_python_found_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import _env

    pythons = _env.find_pythons()
    assert f"{sys.version_info[0]}.{sys.version_info[1]}" in pythons
    for version, python in pythons.items():
        assert _env.version_of(python) == version
    assert _env.version_of("no-such-python") is None
