"""Every code block of README.md and docs/ runs and prints what the text block after it says.

A ```python block is a script, named by its first line (`# net.py`) or run as it is; in a ```sh block, `scriptc` commands run in
the same folder, `tools/` commands must exist. A ```text block right after either is the expected output; `...` alone on a line
stands for any lines.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass
class Block:
    line: int
    language: str
    text: str
    output: str | None


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    found: list[Block] = []
    end = 0
    for match in FENCE.finditer(text):
        language, body = match.group(1), match.group(2)
        if language == "text" and found and found[-1].output is None and not text[end : match.start()].strip():
            found[-1].output = body
        elif language in ("python", "sh"):
            found.append(Block(text.count("\n", 0, match.start()) + 1, language, body, None))
        end = match.end()
    return found


def run(command: list[str], folder: Path) -> str:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "150", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=env, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, f"{shlex.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout


def run_python(block: Block, folder: Path) -> str:
    named = re.match(r"# (\w+\.py)\n", block.text)
    path = folder / (named.group(1) if named else f"block_{block.line}.py")
    path.write_text(block.text, encoding="utf-8")
    return run([sys.executable, path.name], folder)


def run_sh(block: Block, folder: Path) -> str:
    out = ""
    for line in block.text.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        if not words:
            continue
        if words[0].startswith("tools/"):
            assert os.access(ROOT / words[0], os.X_OK), f"{words[0]} is not there"
            continue
        assert words[0] in ("scriptc", "python"), f"this page shows a command that no test runs: {line}"
        out += run([sys.executable, *(["-m", "scriptc"] if words[0] == "scriptc" else []), *words[1:]], ROOT if "samples" in line else folder)
    return out


def matches(output: str, expected: str) -> bool:
    pattern = "".join(".*" if line == "...\n" else re.escape(line) for line in expected.splitlines(keepends=True))
    return re.fullmatch(pattern, output, re.DOTALL) is not None


@pytest.mark.parametrize("page", [p for p in PAGES if p.name != "codes.md"], ids=lambda p: p.name)  # test_diagnostics.py runs those of the codes
def test_blocks_of(page: Path, tmp_path: Path) -> None:
    for block in blocks(page):
        output = run_python(block, tmp_path) if block.language == "python" else run_sh(block, tmp_path)
        if block.output is not None:
            assert matches(output, block.output), f"{page.name}:{block.line} printed\n{output}\nthe page says\n{block.output}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_readme_shows_the_public_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    help_text = run([sys.executable, "-m", "scriptc", "--help"], ROOT)
    for command in ("compile", "show", "run", "opt", "lint", "lsp", "explain"):
        assert f"scriptc {command}" in text
        assert command in help_text


def test_the_check_itself(tmp_path: Path) -> None:
    page = tmp_path / "a.md"
    page.write_text("```python\nprint(1)\nprint(2)\nprint(3)\n```\n\n```text\n1\n...\n3\n```\n\nword\n\n```text\n4\n```\n")
    (block,) = blocks(page)
    assert block.output == "1\n...\n3\n"
    assert matches(run_python(block, tmp_path), block.output)
    assert not matches("1\n2\n4\n", block.output)
