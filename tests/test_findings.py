"""Findings as people see them, word for word: `tests/findings/*.md`, a heading, a module, and what is said of it.

Each module is written to a file and imported, what it compiles is compiled, and the text of the `ScriptError` compared. Where
nothing is refused, it is what `scriptc lint` prints: of warnings, and of text that is not Python. Of a module that cannot be
imported it is what `scriptc lint --deep` prints. `pytest --update-cases` rewrites
the texts. Two more readings of every finding are tested: that each code has a case, and that mismatches show both sides.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scriptc import CompiledFunction, CompiledModule, ScriptError
from scriptc.diagnostics import CODES, render_all
from scriptc.diagnostics.errors import InternalError
from scriptc.frontend.frame import Frame
from scriptc.lint.deep import import_all
from scriptc.lint.reporting import reported
from scriptc.lint.run import lint_files
from scriptc.lint.settings import Settings

FINDINGS = Path(__file__).parent / "findings"
CASE = re.compile(r"^## (?P<title>[^\n]+)\n(?:(?!^## |^```)[^\n]*\n)*```python\n(?P<text>.*?)```\n\n```text\n(?P<said>.*?)```\n", re.M | re.S)
PRELUDE = "import numpy as np\nfrom scriptc import script\n\n\n"


@dataclass(frozen=True)
class Case:
    """One module and what is said of it; `said` stands at `start` to `end` of its page."""

    page: str
    title: str
    text: str
    said: str
    start: int
    end: int

    @property
    def id(self) -> str:
        return f"{self.page}:{self.title}"


def read(page: Path) -> list[Case]:
    text = page.read_text(encoding="utf-8")
    return [Case(page.stem, m["title"], m["text"], m["said"], m.start("said"), m.end("said")) for m in CASE.finditer(text)]


CASES = [case for page in sorted(FINDINGS.glob("*.md")) for case in read(page)]


def force(value: Any) -> None:
    if isinstance(value, CompiledFunction | CompiledModule):
        assert value.program


def said_of(text: str, folder: Path) -> str:
    """What compiling all that the module compiles raises; what lint prints, where nothing does."""
    whole = text if re.search(r"^from scriptc import .*\bscript\b", text, re.M) else PRELUDE + text
    path = folder / "model.py"
    path.write_text(whole, encoding="utf-8")
    try:
        _imported(path)
    except (ScriptError, InternalError) as e:
        return scrubbed(str(e), folder)
    except SyntaxError:
        pass
    except Exception:
        (looked,) = import_all([str(path)], 60, 1, lambda path: None)
        return scrubbed("\n" + render_all(looked.diagnostics, looked.files), folder)
    found = reported(lint_files([str(path)]), [str(path)], {}, lambda p: Settings(), None)
    return scrubbed("\n" + render_all(found.diagnostics, found.files), folder)


def _imported(path: Path) -> None:
    spec = importlib.util.spec_from_file_location("model", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["model"] = module
    try:
        spec.loader.exec_module(module)
        for value in list(vars(module).values()):
            force(value)
    finally:
        del sys.modules["model"]


def scrubbed(text: str, folder: Path) -> str:
    """Without what differs between machines."""
    text = text.removeprefix("\n").replace(str(folder), ".").replace("./", "")
    return re.sub(r"attach: .*", "attach: ...", text) + "\n"


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)
def test_is_said_word_for_word(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if case.title.startswith("SC900"):
        plant_a_fault(monkeypatch)
    said = said_of(case.text, tmp_path)
    if request.config.getoption("--update-cases"):
        if said != case.said:
            rewrite(case, said)
        return
    assert said == case.said, f"pytest --update-cases rewrites it:\n{said}"


def plant_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Frame, *args: Any, **kwargs: Any) -> None:
        raise IndexError("planted")

    monkeypatch.setattr(Frame, "emit", fail)


def rewrite(case: Case, said: str) -> None:
    """Put the new text in; the others of the page may have moved it."""
    page = FINDINGS / f"{case.page}.md"
    now = next(c for c in read(page) if c.title == case.title)
    text = page.read_text(encoding="utf-8")
    page.write_text(text[: now.start] + said + text[now.end :], encoding="utf-8")


def test_titles_are_told_apart() -> None:
    assert len({case.id for case in CASES}) == len(CASES)
    assert all(text.count("\n## ") == len(read(page)) for page in FINDINGS.glob("*.md") for text in [page.read_text(encoding="utf-8")])


@pytest.mark.parametrize("code", CODES)
def test_each_code_has_a_case(code: str) -> None:
    assert any(f"[{code}]" in case.said for case in CASES)
    assert any(case.title.startswith(f"{code} ") for case in CASES)


@pytest.mark.parametrize("code", [c for c, info in CODES.items() if info.bad is not None])
def test_the_example_of_each_code_is_a_case(code: str) -> None:
    case = next(c for c in CASES if c.title == f"{code} {CODES[code].name}")
    assert case.text == CODES[code].bad
