"""Edits of whole lines."""

from __future__ import annotations

import re
from collections.abc import Iterable

from scriptc.diagnostics.diagnostic import Edit

BOM = "\ufeff"


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """`text` with edits of whole lines that do not overlap."""
    lines = lines_of(text.removeprefix(BOM))
    for edit in sorted(edits, key=lambda e: e.span.line, reverse=True):
        lines[edit.span.line - 1 : edit.span.end_line - 1] = [edit.text]
    return "".join([BOM if text.startswith(BOM) else "", *lines])


def lines_of(text: str) -> list[str]:
    """The lines as Python counts them, with their ends: `str.splitlines` ends them at form feeds, too."""
    return re.findall(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+", text)
