"""The smallest program that still shows a finding."""

from __future__ import annotations

import ast
import copy
import time
import warnings
from collections.abc import Iterator
from typing import Any

from differ import Checker, Finding

BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


def shrink(checker: Checker, text: str, calls: list[str], finding: Finding, seconds: float = 60.0) -> tuple[str, list[str]]:
    """A smaller program and fewer calls with a finding of the same kind."""
    end = time.monotonic() + seconds
    for call in list(calls):
        if _same(checker, text, [call], finding):
            calls = [call]
            break
    start, changed = 0, True
    while changed and time.monotonic() < end:
        found = next((pair for pair in _after(text, start) if time.monotonic() > end or _same(checker, pair[1], calls, finding)), None)
        if found is not None and time.monotonic() < end:
            start, text = found
        else:
            start, changed = 0, start > 0
    return text, calls


def _after(text: str, start: int) -> Iterator[tuple[int, str]]:
    """The shorter candidates from number `start` on: those before it were tried on a larger program already."""
    return ((i, smaller) for i, smaller in enumerate(candidates(text)) if i >= start and len(smaller) < len(text))


def _same(checker: Checker, text: str, calls: list[str], finding: Finding) -> bool:
    found = checker.check(text, calls)
    return found is not None and found.kind == finding.kind


def candidates(text: str) -> Iterator[str]:
    """The program with statements deleted, one compound replaced by a body of it, or one expression by a part."""
    tree = ast.parse(text)
    places = [(node, name) for node in ast.walk(tree) for name in BLOCKS if isinstance(getattr(node, name, None), list)]
    for node, name in places:
        block = getattr(node, name)
        size = len(block) // 2
        while size > 1:
            for i in range(0, len(block), size):
                yield from _with(tree, block, slice(i, i + size), [], name)
            size //= 2
    for node, name in places:
        block = getattr(node, name)
        for i, old in enumerate(list(block)):
            for new in _replacements(old, name):
                yield from _with(tree, block, slice(i, i + 1), new, name)
    yield from _expressions(tree)


def _replacements(old: ast.AST, name: str) -> Iterator[list[ast.stmt]]:
    yield []
    if name in ("handlers", "cases"):
        return
    for inner in ("body", "orelse", "finalbody"):
        part = getattr(old, inner, None)
        if part and not isinstance(old, ast.FunctionDef | ast.ClassDef):
            yield part
    for handler in getattr(old, "handlers", []):
        yield handler.body


def _with(tree: ast.AST, block: list[Any], at: slice, new: list[ast.stmt], name: str) -> Iterator[str]:
    saved = list(block)
    block[at] = new
    if not block and name == "body":
        block.append(ast.Pass())
    text = _unparse(tree)
    block[:] = saved
    if text is not None:
        yield text


def _expressions(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        for name, value in list(ast.iter_fields(node)):
            if isinstance(value, ast.expr) and not isinstance(value, ast.Name | ast.Constant) and name not in ("annotation", "returns"):
                for part in ast.iter_child_nodes(value):
                    if isinstance(part, ast.expr) and getattr(part, "ctx", None).__class__ is not ast.Store:
                        setattr(node, name, copy.copy(part))
                        text = _unparse(tree)
                        setattr(node, name, value)
                        if text is not None:
                            yield text


def _unparse(tree: ast.AST) -> str | None:
    try:
        text = ast.unparse(tree)
        with warnings.catch_warnings(action="ignore"):
            compile(text, "candidate", "exec")
    except (SyntaxError, ValueError, TypeError, AttributeError):
        return None
    return text
