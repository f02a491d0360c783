"""Source positions that `compile()` accepts, whatever the spans say."""

from __future__ import annotations

from scriptc.source.span import Span
from scriptc.targets.python.flow import Pos

_LAST_LINE = 10_000_000
_LAST_COLUMN = 100_000


def of_span(span: Span | None, parent: Pos, file: str | None) -> Pos:
    """The position of `span`; that of the parent where there is none, or where it lies in another file."""
    if span is None or (file is not None and span.file != file):
        return parent
    line = min(max(span.line, 1), _LAST_LINE)
    end_line = min(max(span.end_line, line), _LAST_LINE)
    column = min(max(span.column, 0), _LAST_COLUMN)
    end_column = min(max(span.end_column, 0), _LAST_COLUMN)
    if end_line == line:
        end_column = max(end_column, column)
    return line, column, end_line, end_column
