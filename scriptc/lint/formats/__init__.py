"""How findings are written: one file a format, joined in the tables `PEOPLE` and `PROGRAMS`."""

from __future__ import annotations

from collections.abc import Callable

from scriptc.diagnostics.rendering import Layout
from scriptc.diagnostics.snippets import Line
from scriptc.lint.formats import concise, full, github, gitlab, json_lines, json_list, junit, sarif
from scriptc.lint.formats.result import Result

PEOPLE: dict[str, Callable[[Result, Layout], list[Line]]] = {"full": full.lines, "concise": concise.lines}
"""Formats laid out for a terminal or a page, as lines of pieces that may be coloured."""

PROGRAMS: dict[str, Callable[[Result], str]] = {
    "json": json_list.text,
    "json-lines": json_lines.text,
    "sarif": sarif.text,
    "github": github.text,
    "gitlab": gitlab.text,
    "junit": junit.text,
}
"""Formats that other programs read: the same text wherever it goes."""

__all__ = ["PEOPLE", "PROGRAMS", "Result"]
