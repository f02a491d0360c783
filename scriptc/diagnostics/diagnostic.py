"""One finding about the user's code, as data."""

from __future__ import annotations

from dataclasses import dataclass

from scriptc.diagnostics.severity import ERROR
from scriptc.source.span import Span

SAFE, UNSAFE, MANUAL = "safe", "unsafe", "manual"


@dataclass(frozen=True)
class Label:
    """A place in the source and a few words about it."""

    span: Span
    text: str = ""


@dataclass(frozen=True)
class Edit:
    """Put `text` in the place of `span`."""

    span: Span
    text: str


@dataclass(frozen=True)
class Rewrite:
    """A change of the source, told as what to do and where: `kind` and `values` as `scriptc.lint.fixes.rewrite` has them."""

    kind: str
    span: Span
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fix:
    """What can be done about a finding.

    `applicability` is SAFE (the program does the same as before), UNSAFE (it may do something else where it was wrong or odd
    before) or MANUAL (somebody has to decide: there is no `rewrite`). The edits are made from the text when they are asked for.
    """

    title: str
    applicability: str
    rewrite: Rewrite | None = None


@dataclass(frozen=True)
class Diagnostic:
    """One finding: what was found, where, what led to it, and one thing to do.

    `primary` is the place itself (None only where nothing of the user's is to be seen); `secondary` the other places
    that matter, such as where a type came from. `calls` are the calls that led there, the nearest first.
    """

    code: str
    message: str
    primary: Label | None = None
    secondary: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    help: str | None = None
    severity: str = ERROR
    calls: tuple[Label, ...] = ()
    fix: Fix | None = None

    @property
    def name(self) -> str:
        """The code's name in words, `name-unset-on-one-path`."""
        from scriptc.diagnostics.codes import CODES

        return CODES[self.code].name if self.code in CODES else self.code.lower()

    @property
    def span(self) -> Span | None:
        """The primary place."""
        return None if self.primary is None else self.primary.span

    @property
    def is_error(self) -> bool:
        return self.severity == ERROR

    @property
    def place(self) -> tuple[str, int, int, int, int]:
        """What diagnostics are sorted by."""
        if self.primary is None:
            return ("", 0, 0, 0, 0)
        s = self.primary.span
        return (s.file, s.line, s.column, s.end_line, s.end_column)

    def __str__(self) -> str:
        where = f" ({self.primary.span.file}:{self.primary.span.line})" if self.primary else ""
        return f"{self.severity}[{self.code}]: {self.message}{where}"
