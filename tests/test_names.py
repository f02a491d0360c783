"""docs/names.md is what `tools/names` makes of the library as it is, and the page tells the truth about a few names that are known."""

from __future__ import annotations

import subprocess
import sys

import pytest
from isolated import ROOT

PAGE = ROOT / "docs" / "names.md"


def test_up_to_date() -> None:
    done = subprocess.run([sys.executable, "-B", ROOT / "tools" / "names", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def rows(section: str) -> dict[str, list[str]]:
    """Name -> verdict and keywords, of one section."""
    text = PAGE.read_text(encoding="utf-8").partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    found = [[c.strip() for c in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("| `")]
    return {name.strip("`"): [verdict, keywords] for name, verdict, keywords in found}


@pytest.mark.parametrize(
    ("section", "name", "verdict", "keywords"),
    [
        ("`numpy`", "sum", "supported", "`axis`, `dtype`, `out`, `keepdims`, `initial`, `where`"),
        ("`numpy`", "zeros", "supported", "(not `like`)"),
        ("`numpy`", "load", "refused: SC110", ""),
        ("`numpy`", "floating", "in `isinstance`; called: refused SC110", ""),
        ("`numpy`", "pi", "supported", ""),
        ("`numpy.ndarray` objects", "ctypes", "refused: SC204", ""),
        ("`numpy.ndarray` objects", "shape", "supported", ""),
        ("built-in functions and classes", "eval", "refused: SC104", ""),
        ("built-in functions and classes", "sorted", "supported", "`key`, `reverse`"),
        ("`str` objects", "split", "supported", "`sep`, `maxsplit`"),
    ],
)
def test_known_names(section: str, name: str, verdict: str, keywords: str) -> None:
    found = rows(section)[name]
    assert found[0] == verdict
    assert keywords in found[1]


def test_no_name_crashes_the_compiler() -> None:
    assert "SC9" not in PAGE.read_text(encoding="utf-8")
