"""A few lines of a file with places in them marked, and words beside the marks."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

from scriptc.diagnostics.cells import cells, column_cells, cut, shown, wrapped
from scriptc.diagnostics.diagnostic import Label
from scriptc.source.file import SourceFile
from scriptc.source.span import Span

PARTS = ("error", "warning", "title", "path", "gutter", "source", "secondary", "note", "help", "text")
"""What a piece of a line may be."""

Line = list[tuple[str, str]]

MAX_ROWS = 6
"""A span of more lines than this shows its first and last ones only."""
MAX_CELLS = 200
"""A source line is never shown wider than this."""
ROOM = 24
"""Words below a mark get at least this many columns, more where they need them, up to two thirds: else they go further to the left."""


@dataclass(frozen=True)
class Mark:
    """A label, and the part its marks play: `secondary`, or the severity where it is the place itself."""

    label: Label
    part: str

    @property
    def sign(self) -> str:
        return "-" if self.part == "secondary" else "^"


@dataclass(frozen=True)
class _Stretch:
    """Where a mark is in one printed line."""

    start: int
    end: int
    mark: Mark
    edge: str = ""
    """`start` or `end`: only that of a mark of several lines."""


def marked_lines(marks: list[Mark], file: SourceFile, gutter: int, width: int | None) -> list[Line]:
    """The lines the marks are in, in order, the marks below them. `gutter` is the width of the largest line number."""
    snippet = _Snippet(marks, file, gutter, width)
    return snippet.lines()


class _Snippet:
    def __init__(self, marks: list[Mark], file: SourceFile, gutter: int, width: int | None) -> None:
        self.file, self.gutter = file, gutter
        self.long = [m for m in marks if len(_rows(m.label.span, file)) > 1]
        self.short = [m for m in marks if m not in self.long]
        self.bars = _bars(self.long)
        self.indent = max(self.bars.values(), default=-1) + 1
        self.indent += self.indent > 0
        self.room = MAX_CELLS if width is None else max(20, min(MAX_CELLS, width - gutter - 3 - self.indent))
        self.wrap = None if width is None else self.room

    def lines(self) -> list[Line]:
        out: list[Line] = [[(" " * (self.gutter + 1) + "|", "gutter")]]
        last = 0
        numbers = sorted({n for m in (*self.long, *self.short) for n in _rows(m.label.span, self.file)})
        for number in numbers:
            if last and number > last + 1:
                out.append(self._gap(last, number))
            last = number
            out += self._row(number)
        return out

    def _gap(self, last: int, number: int) -> Line:
        """Lines left out: one that stands between two others is shown after all."""
        bars = self._bars_at(number, between=True)
        if number == last + 2 and self.file.line(last + 1).strip():
            text = shown(self.file.line(last + 1))
            return [(f"{last + 1:>{self.gutter}} | ", "gutter"), *bars, (cut(text, 0, self.room), "source")]
        return [(f"{'...':<{self.gutter + 3}}", "gutter"), *bars]

    def _row(self, number: int) -> list[Line]:
        """One source line and what is said of it; once more for marks that are too far apart to be seen together."""
        text = shown(self.file.line(number))
        stretches = self._stretches(number)
        width = max([cells(text), *(s.end for s in stretches)])
        out: list[Line] = []
        around = _around(stretches) if width > self.room else None
        for group in _groups([s for s in stretches if s is not around], width, self.room):
            left = _window(group, width, self.room)
            if around is not None and around.start < left + self.room and around.end > left:
                beside = [_wordless(s) for s in stretches if _clear_of(s, group) and s.start < left + self.room and s.end > left]
                group = [around, *beside, *group]
            out.append([(f"{number:>{self.gutter}} | ", "gutter"), *self._bars_at(number), (cut(text, left, left + self.room), "source")])
            here = [_Stretch(max(0, s.start - left), min(s.end - left, self.room), s.mark, s.edge) for s in group]
            below = self._bars_at(number, after=True)
            out += [[self._margin(), *below, *row] for row in _beneath([s for s in here if not s.edge], self.wrap)]
            out += [self._opening(s, number) for s in here if s.edge == "start"]
            out += [row for s in here if s.edge == "end" for row in self._closing(s, number)]
        return out

    def _stretches(self, number: int) -> list[_Stretch]:
        """What is marked in the line: spans of one line whole, longer ones where they start and end."""
        line = self.file.line(number)
        out = [self._stretch(m, number) for m in self.short if number in _rows(m.label.span, self.file)]
        for m in self.long:
            if m.label.span.line == number and not self._starts_line(m):
                column = column_cells(line, m.label.span.column)
                out.append(_Stretch(column, column + 1, m, "start"))
            if m.label.span.end_line == number:
                column = max(0, column_cells(line, m.label.span.end_column) - 1)
                out.append(_Stretch(column, column + 1, m, "end"))
        return out

    def _margin(self) -> tuple[str, str]:
        return (" " * (self.gutter + 1) + "| ", "gutter")

    def _stretch(self, mark: Mark, number: int) -> _Stretch:
        span, line = mark.label.span, self.file.line(number)
        start = column_cells(line, span.column) if number == span.line else 0
        end = column_cells(line, span.end_column if number == span.end_line else len(line.encode(errors="surrogatepass")))
        return _Stretch(start, max(end, start + 1), mark)

    def _starts_line(self, mark: Mark) -> bool:
        """Does the span begin where the text of its line does? Then no arrow need say where."""
        span = mark.label.span
        return not self.file.line(span.line).encode(errors="surrogatepass")[: span.column].strip()

    # -- the bars at the left of what is several lines long ---------------------------------------------------------
    def _bars_at(self, number: int, *, after: bool = False, between: bool = False) -> Line:
        out: Line = []
        for column in range(self.indent):
            mark = next((m for m in self.long if self.bars[m] == column and m.label.span.line <= number <= m.label.span.end_line), None)
            out.append((self._bar(mark, number, after, between), mark.part if mark else "text"))
        return out

    def _bar(self, mark: Mark | None, number: int, after: bool, between: bool) -> str:
        if mark is None:
            return " "
        span = mark.label.span
        if number == span.line and not between:
            return ("|" if after else "/") if self._starts_line(mark) else " "
        return " " if between and number == span.line else "|"

    def _opening(self, at: _Stretch, number: int) -> Line:
        bars = self._bars_at(number, after=True)[: self.bars[at.mark]]
        line = " " + "_" * (self.indent - self.bars[at.mark] - 1 + at.start) + at.mark.sign
        return [self._margin(), *bars, (line, at.mark.part)]

    def _closing(self, at: _Stretch, number: int) -> list[Line]:
        mark, bar = at.mark, self.bars[at.mark]
        left = [self._margin(), *self._bars_at(number, after=True)[:bar]]
        head = "|" + "_" * (self.indent - bar - 1 + at.start) + mark.sign
        text = mark.label.text
        if not text or self.wrap is None or at.start + 2 + cells(text) <= self.wrap:
            return [[*left, (f"{head} {text}".rstrip(), mark.part)]]
        rows = wrapped(text, self.wrap)
        return [[*left, (head, mark.part)], *([*left, (" " * (self.indent - bar) + row, mark.part)] for row in rows)]


def _rows(span: Span, file: SourceFile) -> list[int]:
    if file.line(span.line).rstrip().endswith(":"):
        return [span.line]  # a `def`, `if` or loop: its first line stands for it
    rows = list(range(span.line, max(span.line, span.end_line) + 1))
    return rows if len(rows) <= MAX_ROWS else [*rows[: MAX_ROWS - 2], rows[-1]]


def _bars(marks: list[Mark]) -> dict[Mark, int]:
    """A column at the left for each mark of several lines, so that those which overlap do not share one; the longest outside."""
    out: dict[Mark, int] = {}
    for mark in sorted(marks, key=lambda m: (m.label.span.line, -m.label.span.end_line)):
        span = mark.label.span
        taken = {column for other, column in out.items() if other.label.span.end_line >= span.line and other.label.span.line <= span.end_line}
        out[mark] = next(column for column in range(len(taken) + 1) if column not in taken)
    return out


def _groups(stretches: list[_Stretch], width: int, room: int) -> list[list[_Stretch]]:
    """The marks of a line, those together that are seen in one window of it."""
    ordered = sorted(stretches, key=lambda s: (s.start, s.end))
    if width <= room or not ordered:
        return [ordered]
    groups: list[list[_Stretch]] = [[ordered[0]]]
    for s in ordered[1:]:
        if s.end - groups[-1][0].start > room - 2:
            groups.append([])
        groups[-1].append(s)
    return groups


def _wordless(s: _Stretch) -> _Stretch:
    """A mark whose words stand where its line is shown another time."""
    return replace(s, mark=Mark(Label(s.mark.label.span), s.mark.part))


def _clear_of(s: _Stretch, group: list[_Stretch]) -> bool:
    return all(s.end <= o.start or o.end <= s.start for o in group)


def _window(stretches: list[_Stretch], width: int, room: int) -> int:
    """The first column shown of a line `width` columns wide, so that what is marked is seen."""
    first, last = min((s.start for s in stretches), default=0), max((s.end for s in stretches), default=0)
    if width <= room or last <= room - 2:
        return 0
    margin = max(1, (room - (last - first)) // 2)
    return max(0, min(first - margin, width - room))


def _beneath(stretches: list[_Stretch], wrap: int | None) -> list[Line]:
    """The marks below one source line and their words, those of the rightmost mark beside it."""
    ordered = sorted(stretches, key=lambda s: (s.start, s.end))
    if not ordered:
        return []
    around = _around(ordered)
    inner = [s for s in ordered if s is not around]
    overlap = any(a.end > b.start for a, b in itertools.pairwise(inner))
    cramped = wrap is not None and any(s.start + 2 > wrap - ROOM for s in ordered[:-1])
    if len(ordered) > 1 and (overlap or cramped):  # a line for each
        return [row for s in reversed(ordered) for row in _beneath([s], wrap)]
    line = _signs(inner, around)
    last = inner[-1]
    waiting = [s for s in inner[:-1] if s.mark.label.text]
    text = last.mark.label.text
    if not text or wrap is None or _length(line) + 1 + cells(text) <= wrap:
        line += [(f" {text}", last.mark.part)] if text else []
    else:
        waiting.append(last)
    return [line, *_hanging(waiting, wrap, joined=len(ordered) > 1 and bool(waiting))]


def _around(ordered: list[_Stretch]) -> _Stretch | None:
    """The mark without words that all others are inside of, as an operation is around its operands."""
    for s in ordered:
        others = [o for o in ordered if o is not s]
        inside = others and all(s.start <= o.start and o.end <= s.end for o in others)
        if not s.mark.label.text and inside and sum(o.end - o.start for o in others) < s.end - s.start:
            return s
    return None


def _signs(inner: list[_Stretch], around: _Stretch | None) -> Line:
    """The signs under one source line: those of `around` where no inner mark is."""
    line: Line = []

    def fill(end: int) -> None:
        at = _length(line)
        start = end if around is None else min(max(at, around.start), end)
        stop = start if around is None else max(start, min(end, around.end))
        line.append((" " * (start - at), "text"))
        if around is not None:
            line.append((around.mark.sign * (stop - start), around.mark.part))
        line.append((" " * (end - stop), "text"))

    for s in inner:
        fill(s.start)
        line.append((s.mark.sign * max(1, s.end - s.start), s.mark.part))
    if around is not None:
        fill(max(around.end, _length(line)))
    return line


def _hanging(waiting: list[_Stretch], wrap: int | None, *, joined: bool) -> list[Line]:
    """The words of marks on lines of their own, the rightmost first; the marks of those to come are led down past them."""
    out: list[Line] = [_led(waiting)] if joined else []
    for i in range(len(waiting) - 1, -1, -1):
        text = waiting[i].mark.label.text
        want = 0 if wrap is None else max(ROOM, min(cells(text), wrap * 2 // 3))
        at = waiting[i].start if wrap is None else max(0, min(waiting[i].start, wrap - want))
        at = max([at, *(s.start + 2 for s in waiting[:i])])
        for row in wrapped(text, None if wrap is None else max(ROOM, wrap - at)):
            led = _led(waiting[:i])
            out.append([*led, (" " * (at - _length(led)), "text"), (row, waiting[i].mark.part)])
    return out


def _led(stretches: list[_Stretch]) -> Line:
    line: Line = []
    for s in stretches:
        line += [(" " * (s.start - _length(line)), "text"), ("|", s.mark.part)]
    return line


def _length(line: Line) -> int:
    return sum(cells(text) for text, _ in line)
