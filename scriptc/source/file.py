"""A source file: its text as Python read it, and the names it goes by."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from scriptc.source.span import Span


@dataclass(frozen=True)
class SourceFile:
    """One source file.

    `key` is unique among the files of this process and goes into `Program.sources`; `name` is what saved files and
    tracebacks show, never an absolute path; `path` is the real path (or `<...>` name), for messages while compiling.
    """

    key: str
    name: str
    path: str
    text: str = field(repr=False)

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends. Only a newline ends a line, as in Python's own tokenizer."""
        return self.text.split("\n")

    def line(self, number: int) -> str:
        """Line `number` (from 1), or an empty string outside the file."""
        return self.lines[number - 1] if 1 <= number <= len(self.lines) else ""

    def segment(self, span: Span) -> str:
        """The exact text of `span`."""
        rows = [line.encode() for line in self.lines[span.line - 1 : span.end_line]]
        if not rows:
            return ""
        rows[-1] = rows[-1][: span.end_column]
        rows[0] = rows[0][span.column :]
        return b"\n".join(rows).decode(errors="replace")
