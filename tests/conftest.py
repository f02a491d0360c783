"""Options of the test suite."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-cases", action="store_true", help="rewrite the graph expectations of the language cases")
    parser.addoption("--cpython-only", action="store_true", help="language cases: only check that they do in CPython what they declare")
