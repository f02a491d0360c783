"""Diagnostics as text for people: the place, the user's own lines with the spans marked, notes, help.

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

A line is made of pieces, each with the part it plays, so that the same layout is printed plain and in colour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from scriptc.diagnostics.cells import characters, wrapped
from scriptc.diagnostics.diagnostic import Diagnostic, Label
from scriptc.diagnostics.snippets import Line, Mark, marked_lines
from scriptc.source.file import SourceFile
from scriptc.source.span import Span

MAX_CALLS = 6
"""Of a longer chain of calls, the nearest ones are shown."""


@dataclass(frozen=True)
class Layout:
    """How wide the text may be (None: notes are not wrapped), and how paths are written."""

    width: int | None = None
    path: Callable[[str], str] = str


UNLIMITED = Layout()


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
    return plain(lay_out(diagnostic, files))


def plain(lines: Iterable[Line]) -> str:
    """The lines without their parts, joined."""
    return "\n".join("".join(text for text, _ in line).rstrip() for line in lines)


def lay_out(diagnostic: Diagnostic, files: Mapping[str, SourceFile], layout: Layout = UNLIMITED, path: str | None = None) -> list[Line]:
    """One diagnostic as lines of pieces: a text and its part, one of `scriptc.diagnostics.snippets.PARTS`.

    `path` is said of a finding that has no place: the file it was found in.
    """
    marks = _marks(diagnostic)
    gutter = max((len(str(max(m.label.span.line, m.label.span.end_line))) for m in marks), default=1)
    lines = _headed([(f"{diagnostic.severity}[{diagnostic.code}]", diagnostic.severity), (": ", "title")], diagnostic.message, "title", layout.width)
    lines += _places(marks, files, gutter, layout)
    if not marks and path is not None:
        lines.append([(f"{' ' * gutter}--> ", "gutter"), (path, "path")])
    margin = " " * (gutter + 1)
    left = len(diagnostic.calls) - MAX_CALLS
    notes = [*diagnostic.notes, *([f"{left} more calls led there"] if left > 0 else [])]
    told = diagnostic.fix is not None and diagnostic.fix.title == diagnostic.help
    helps = [("help", diagnostic.help)] if diagnostic.help and not told else []
    if diagnostic.fix is not None:
        helps.append((f"fix ({diagnostic.fix.applicability})", diagnostic.fix.title))
    if (marks or path) and (notes or helps):
        lines.append([(f"{margin}|", "gutter")])
    for kind, text in [*(("note", n) for n in notes), *helps]:
        lines += _headed([(f"{margin}= ", "gutter"), (f"{kind}: ", "note" if kind == "note" else "help")], text, "text", layout.width)
    return lines


def _headed(head: Line, text: str, part: str, width: int | None) -> list[Line]:
    """A text with something before its first line, its other lines below where it starts."""
    indent = sum(len(t) for t, _ in head)
    first, *more = wrapped(text, None if width is None else width - indent)
    return [[*head, (first, part)], *([(" " * indent, "text"), (line, part)] for line in more)]


def _marks(diagnostic: Diagnostic) -> list[Mark]:
    """What is marked: the place itself, the other places, and the calls that led there where nothing else is said of them."""
    marks = [] if diagnostic.primary is None else [Mark(diagnostic.primary, diagnostic.severity)]
    marks += [Mark(label, "secondary") for label in diagnostic.secondary]
    taken = {mark.label.span for mark in marks}
    calls = [label for label in diagnostic.calls[:MAX_CALLS] if label.span not in taken]
    return marks + [Mark(Label(label.span, label.text or "called here"), "secondary") for label in calls]


def _places(marks: list[Mark], files: Mapping[str, SourceFile], gutter: int, layout: Layout) -> list[Line]:
    """The snippets: the primary's file first, then the others, each under its own `-->`."""
    out: list[Line] = []
    by_file: dict[str, list[Mark]] = {}
    for mark in marks:
        by_file.setdefault(mark.label.span.file, []).append(mark)
    for i, (key, here) in enumerate(by_file.items()):
        file = files.get(key)
        arrow = f"{' ' * gutter}{'-->' if i == 0 else ':::'} "
        if i > 0:
            out.append([(f"{' ' * gutter} |", "gutter")])
        out.append([(arrow, "gutter"), (_where(here[0].label.span, file, layout), "path")])
        if file is not None:
            out += marked_lines(here, file, gutter, layout.width)
    return out


def _where(span: Span, file: SourceFile | None, layout: Layout) -> str:
    if file is None:
        return f"{span.file}:{span.line}"
    return f"{layout.path(file.path)}:{span.line}:{characters(file.line(span.line), span.column) + 1}"
