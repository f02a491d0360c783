"""The language cases as files for the linter, changed at random: bytes, tokens, lines, or expressions and statements of other cases."""

from __future__ import annotations

import ast
import copy
import functools
import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

from case_runner import CaseTimeout, time_limit
from language_harness import Case, all_cases

from scriptc.lint.formats import PEOPLE, PROGRAMS
from scriptc.lint.formats.result import relative, result_of
from scriptc.lint.reporting import reported
from scriptc.lint.run import lint_files
from scriptc.lint.settings import Settings


def _command(line: bytes) -> None:
    if not line.startswith((b"::error ", b"::warning ")):
        raise ValueError(f"{line!r} is no workflow command")


READERS: dict[str, Callable[[bytes], object]] = {
    "json": json.loads,
    "json-lines": lambda data: [json.loads(line) for line in data.splitlines()],
    "sarif": json.loads,
    "github": lambda data: [_command(line) for line in data.splitlines()],
    "gitlab": json.loads,
    "junit": ElementTree.fromstring,
}
"""What other programs read each format with."""
LIMIT = 20.0
"""Seconds within which a file has to be looked at."""
WORDS = (
    "", "None", "x", "self", "[]", "()", "*", "**", "yield ", "await ", "lambda: ", "nn", "del ", ":=", "...", "0", "-1", "1e999", "'a'", "b''",
    "f'{x}'", "async ", "global x\n", "nonlocal x\n", "return ", "import os\n", "not ", "for x in x: ", "@script\n", "->", "\x0c", "\\\n", "é", "𝒳",
    "\u202e", "type X = int\n", "match x:\n", "try:\n", "np.zeros(10**9)", "2**2**99", "'a' * 10**12", "range(10**30)", "__class__",
)  # fmt: skip


def mutated(seed: int) -> bytes:
    """The file of a seed: the same each time, on the same cases and Python version."""
    draw = random.Random(seed)
    text = lintable(draw.choice(all_cases()))
    for _ in range(draw.choice((1, 1, 2, 4))):
        text = draw.choice(MUTATIONS)(text, draw)
    data = bytearray(text.encode(errors="surrogatepass"))
    for _ in range(draw.choice((0, 0, 0, 0, 1, 3))):
        data[draw.randrange(len(data)) : draw.randrange(len(data))] = draw.randbytes(draw.randrange(3))
        data = data or bytearray(b"x")
    return bytes(data)


def lintable(case: Case) -> str:
    """The case's module, with everything that it calls compiled."""
    calls = "".join(f"script({entry})\n" for entry in case.entries())
    return f"from scriptc import script\n{case.text}\n{calls}"


def fault(path: Path) -> str | None:
    """What goes wrong when the file is looked at and reported in every format; None where nothing does."""
    try:
        with time_limit(LIMIT):
            found = reported(lint_files([str(path)]), [str(path)], {}, lambda p: Settings(), None)
            result = result_of(found, [str(path)])
            for name, write in PROGRAMS.items():
                READERS[name](write(result).encode(errors="replace"))
            for lay_out in PEOPLE.values():
                lay_out(result, relative(80))
    except CaseTimeout:
        return f"looked at for more than {LIMIT:g} s"
    except Exception as e:
        return f"{type(e).__name__}: {e}"
    failed = [f.diagnostic for f in result.found if f.diagnostic.code == "SC900"]
    return f"{failed[0].message}; {failed[0].notes[-1]}" if failed else None


def _tokens(text: str, draw: random.Random) -> str:
    tokens = re.findall(r"\w+|\s+|.", text)
    i, j = draw.randrange(len(tokens)), draw.randrange(len(tokens))
    tokens[i] = draw.choice(("", tokens[j], tokens[i] * 2, draw.choice(WORDS), draw.choice(WORDS)))
    return "".join(tokens) or "x"


def _lines(text: str, draw: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    i, j = draw.randrange(len(lines)), draw.randrange(len(lines))
    how = draw.randrange(5)
    if how == 0:
        del lines[i]
    elif how == 1:
        lines.insert(i, lines[j])
    elif how == 2:
        lines[i], lines[j] = lines[j], lines[i]
    else:
        lines[i] = "    " + lines[i] if how == 3 else lines[i].removeprefix("    ")
    return "".join(lines) or "x"


@functools.cache
def _pieces(kind: type[ast.AST]) -> list[ast.AST]:
    """All expressions or statements of all cases."""
    return [node for case in all_cases() for node in ast.walk(ast.parse(case.text)) if isinstance(node, kind)]


class _Exchange(ast.NodeTransformer):
    """Puts `new` in the place of `old`."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


def _nodes(text: str, draw: random.Random) -> str:
    """Grammatical, and seldom of the right type."""
    try:
        tree = ast.parse(text)
        kind = draw.choice((ast.expr, ast.expr, ast.expr, ast.stmt))
        there = [n for n in ast.walk(tree) if isinstance(n, kind) and not isinstance(getattr(n, "ctx", None), ast.Store | ast.Del)]
        near = draw.random() < 0.6
        new = copy.deepcopy(draw.choice(there if near else _pieces(kind)))  # it may hold what it takes the place of
        return ast.unparse(_Exchange(draw.choice(there), new).visit(tree)) + "\n"
    except (SyntaxError, ValueError, RecursionError, AttributeError, IndexError):  # it was broken before, or cannot be written
        return _tokens(text, draw)


MUTATIONS: tuple[Callable[[str, random.Random], str], ...] = (_tokens, _lines, _nodes, _nodes, _nodes, _nodes, _nodes, _nodes)
