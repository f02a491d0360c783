"""What the editor offers to do about a finding: its fix, and a comment that suppresses it."""

from __future__ import annotations

import ast

from scriptc.diagnostics.diagnostic import Diagnostic, Edit
from scriptc.lint.noqa import FIXED, last_line, suppressions, with_comments


def fixed(text: str, d: Diagnostic) -> tuple[Edit, ...]:
    """The changes of whole lines that fix `d`; none where it has no fix, or libcst, which makes them, is not installed."""
    if d.fix is None or d.fix.rewrite is None:
        return ()
    try:
        from scriptc.lint.fixes.rewrite import Text

        return Text(text).edits(d.fix.rewrite)
    except (ModuleNotFoundError, ValueError):
        return ()


def suppressed(text: str, d: Diagnostic) -> tuple[int, int, str] | None:
    """How a line is to end so that `d` is suppressed: line from 1, characters that stay, what follows them.

    None where no comment can do it: it is no Python, the code cannot be suppressed, or the text would come to mean something else.
    """
    if d.span is None or d.code in FIXED:
        return None
    try:
        line = last_line(text, d.span)
        changed = _with_comment(text, line, d.code)
        if ast.dump(ast.parse(changed)) != ast.dump(ast.parse(text)):
            return None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    old, new = text.split("\n")[line - 1], changed.split("\n")[line - 1]
    stays = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    return None if old == new else (line, stays, new[stays:])


def _with_comment(text: str, line: int, code: str) -> str:
    if any(s.line == line and s.tokens for s in suppressions(text)):
        return with_comments(text, {line: [code]})
    rows = text.split("\n")
    rows[line - 1] = f"{rows[line - 1].rstrip()}  # scriptc: ignore[{code}]"
    return "\n".join(rows)
