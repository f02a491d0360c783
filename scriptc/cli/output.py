"""Printing for people: colour on a terminal, plain text into a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from scriptc.diagnostics.diagnostic import Diagnostic
from scriptc.diagnostics.rendering import Layout, lay_out
from scriptc.diagnostics.snippets import Line
from scriptc.source.file import SourceFile

# The terminal's own sixteen colours, so that the user's theme decides; those that are hard to read on white or on black are left out.
STYLES = {
    "error": "bold red",
    "warning": "bold magenta",
    "title": "bold",
    "path": "cyan",
    "gutter": "cyan",
    "secondary": "bold blue",
    "note": "bold",
    "help": "bold green",
}


def console(stderr: bool = False) -> Console:
    """A console that wraps nothing and reads no markup out of the user's text. It heeds NO_COLOR, FORCE_COLOR and COLUMNS."""
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)


def painted(lines: Iterable[Line]) -> Text:
    """Lines of pieces in the colours of their parts."""
    out = Text()
    for line in lines:
        row = Text.assemble(*((text, STYLES.get(part, "")) for text, part in line))
        row.rstrip()
        out.append_text(row).append("\n")
    return out


def width_of(target: Console) -> int | None:
    """The width to lay text out for: that of the terminal, or None where it is not one."""
    return target.width if target.is_terminal else None


def show_findings(diagnostics: Iterable[Diagnostic], files: Mapping[str, SourceFile]) -> None:
    """The diagnostics on standard error."""
    target = console(stderr=True)
    blank: list[Line] = [[]]
    layout = Layout(width_of(target))
    found = list(diagnostics)
    for d in found:
        target.print(painted([*lay_out(d, files, layout), *blank]), end="")
    errors = sum(d.is_error for d in found)
    if errors > 1:
        target.print(Text(f"{errors} errors"))
    if found:
        target.print(painted([[("more about a finding: ", "text"), (f"scriptc explain {found[0].code}", "title")]]), end="")


def show(text: Any) -> None:
    """Plain text on standard output."""
    console().print(text if not isinstance(text, str) else Text(text))
