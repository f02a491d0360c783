"""Writing what `scriptc lint` found: to the terminal, into a pipe or a file."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import click

from scriptc.cli.output import console, painted, width_of
from scriptc.diagnostics.rendering import plain
from scriptc.diagnostics.snippets import Line
from scriptc.lint.formats import PEOPLE, PROGRAMS, Result
from scriptc.lint.formats import statistics as counts
from scriptc.lint.formats.result import relative
from scriptc.lint.formats.summary import summary


@dataclass(frozen=True)
class Writer:
    """Where findings go and how they look. `form` is a format's name; `output` a file, None for standard output."""

    form: str
    output: str | None
    statistics: bool

    def write(self, result: Result) -> None:
        """Raises OSError."""
        if self.form in PROGRAMS:
            text = counts.text(result) if self.statistics else PROGRAMS[self.form](result)
            self._bytes(text.encode(errors="replace"))
        elif self.output is not None:
            self._bytes(_ended(self._lines(result, None)).encode(errors="replace"))
        else:
            self._show(result)
        if self.output is not None:
            click.echo(f"scriptc: wrote {self.output}: {plain(summary(result)[:1])}", err=True)

    def _lines(self, result: Result, width: int | None) -> list[Line]:
        return counts.lines(result) if self.statistics else PEOPLE[self.form](result, relative(width))

    def _bytes(self, data: bytes) -> None:
        if self.output is None:
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        else:
            with open(self.output, "wb") as f:
                f.write(data)

    def _show(self, result: Result) -> None:
        target = console()
        lines = self._lines(result, width_of(target))
        if target.is_terminal:
            target.print(painted(lines), end="")
        else:
            self._bytes(_ended(lines).encode(sys.stdout.encoding or "utf-8", errors="backslashreplace"))


def _ended(lines: list[Line]) -> str:
    return plain(lines) + "\n" if lines else ""
