"""Diagnostics as plain text: the place, the user's own lines with the spans marked, notes, help.

    error[SC402]: `y` may not be set here
      --> model.py:7:11
       |
     4 |     if x.sum() > 0:
       |     -- set only where this is true
    ...
     7 |     return y
       |            ^ used here
       |
       = note: ...
       = help: ...
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from itertools import groupby

from scriptc.diagnostics.diagnostic import Diagnostic, Label
from scriptc.source.file import SourceFile
from scriptc.source.span import Span

TAB = "    "
MAX_ROWS = 6
"""A span of more lines than this shows its first and last ones only."""


def render_all(diagnostics: Iterable[Diagnostic], files: Mapping[str, SourceFile]) -> str:
    """All diagnostics, a blank line between them, and how many there were."""
    found = list(diagnostics)
    errors = sum(d.is_error for d in found)
    parts = [render(d, files) for d in found]
    if errors > 1:
        parts.append(f"{errors} errors")
    return "\n\n".join(parts)


def render(diagnostic: Diagnostic, files: Mapping[str, SourceFile]) -> str:
    """One diagnostic as text, without a newline at its end."""
    lines = [f"{diagnostic.severity}[{diagnostic.code}]: {diagnostic.message}"]
    labels = [*([diagnostic.primary] if diagnostic.primary else []), *diagnostic.secondary]
    gutter = max((len(str(label.span.end_line)) for label in labels), default=1)
    lines += _places(diagnostic, labels, files, gutter)
    margin = " " * (gutter + 1)
    if labels and (diagnostic.notes or diagnostic.help):
        lines.append(f"{margin}|")
    for kind, text in [*(("note", n) for n in diagnostic.notes), *([("help", diagnostic.help)] if diagnostic.help else [])]:
        lines.append(_indented(f"{margin}= {kind}: ", text))
    return "\n".join(lines)


def _indented(head: str, text: str) -> str:
    return head + text.replace("\n", "\n" + " " * len(head))


def _places(diagnostic: Diagnostic, labels: list[Label], files: Mapping[str, SourceFile], gutter: int) -> list[str]:
    """The snippets: the primary's file first, then the others, each under its own `-->`."""
    out: list[str] = []
    by_file = {key: list(group) for key, group in groupby(sorted(labels, key=lambda a: a.span.file), key=lambda a: a.span.file)}
    order = sorted(by_file, key=lambda key: (diagnostic.primary is None or key != diagnostic.primary.span.file, key))
    for i, key in enumerate(order):
        here = by_file[key]
        span = diagnostic.primary.span if i == 0 and diagnostic.primary else here[0].span
        file = files.get(key)
        out.append(f"{' ' * gutter}{'-->' if i == 0 else ':::'} {_where(span, file)}")
        if file is not None:
            out += _snippet(here, diagnostic.primary, file, gutter)
    return out


def _where(span: Span, file: SourceFile | None) -> str:
    if file is None:
        return f"{span.file}:{span.line}"
    column = len(file.line(span.line).encode()[: span.column].decode(errors="replace")) + 1
    return f"{file.path}:{span.line}:{column}"


def _snippet(labels: list[Label], primary: Label | None, file: SourceFile, gutter: int) -> list[str]:
    margin = " " * (gutter + 1) + "|"
    out, last = [margin], 0
    for number in sorted({n for label in labels for n in _rows(label.span, file)}):
        if last and number > last + 1:
            out.append("...")
        last = number
        line = file.line(number)
        out.append(f"{number:>{gutter}} | {_shown(line)}".rstrip())
        marks = [(label, "^" if label is primary else "-") for label in labels if number in _rows(label.span, file)]
        out += [f"{margin} {mark}" for mark in _marks(marks, number, file)]
    return out


def _rows(span: Span, file: SourceFile) -> list[int]:
    if file.line(span.line).rstrip().endswith(":"):
        return [span.line]  # a `def`, `if` or loop: its first line stands for it
    rows = list(range(span.line, span.end_line + 1))
    return rows if len(rows) <= MAX_ROWS else [*rows[: MAX_ROWS - 2], rows[-1]]


def _marks(marks: list[tuple[Label, str]], number: int, file: SourceFile) -> list[str]:
    """A line of carets for each label, rightmost first, so that no label's text hides another's."""
    found, line = [], file.line(number)
    for label, char in marks:
        span = label.span
        indent = len(line) - len(line.lstrip())
        start = _width(line, span.column) if number == span.line else _width(line, indent)
        end = _width(line, span.end_column) if number == span.end_line else _width(line, len(line.encode()))
        text = label.text if number == _rows(span, file)[-1] else ""
        found.append((start, " " * start + char * max(1, end - start) + (f" {text}" if text else "")))
    return [mark for _, mark in sorted(found, key=lambda m: -m[0])]


def _shown(line: str) -> str:
    """The line as it is printed: tabs as spaces, anything a terminal might obey made visible."""
    return "".join(_visible(c) for c in line)


def _visible(c: str) -> str:
    if c == "\t":
        return TAB
    return c if c.isprintable() else "\N{REPLACEMENT CHARACTER}"


def _width(line: str, column: int) -> int:
    """The printed width of the first `column` UTF-8 bytes of `line`."""
    return sum(_cells(c) for c in line.encode()[:column].decode(errors="ignore"))


def _cells(c: str) -> int:
    if c == "\t":
        return len(TAB)
    if unicodedata.combining(c):
        return 0
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1
