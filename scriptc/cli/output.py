"""Printing for people: colour on a terminal, plain text into a pipe."""

from __future__ import annotations

import re
from typing import Any

from rich.console import Console
from rich.text import Text

from scriptc.diagnostics.errors import ScriptError

_STYLES = (
    (re.compile(r"^error\[SC\d+\]", re.M), "bold red"),
    (re.compile(r"^warning\[SC\d+\]", re.M), "bold yellow"),
    (re.compile(r"^ +(?:-->|:::) .*$", re.M), "cyan"),
    (re.compile(r"^ *\d* *\|", re.M), "blue"),
    (re.compile(r"\^+ ?.*$", re.M), "red"),
    (re.compile(r"^ += (?:help|note):", re.M), "bold"),
)


def console(stderr: bool = False) -> Console:
    """A console that wraps nothing and reads no markup out of the user's text."""
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)


def show_findings(error: ScriptError) -> None:
    """The diagnostics on standard error."""
    text = Text(str(error).strip("\n"))
    for pattern, style in _STYLES:
        text.highlight_regex(pattern, style)
    console(stderr=True).print(text)


def show(text: Any) -> None:
    """Plain text on standard output."""
    console().print(text if not isinstance(text, str) else Text(text))
