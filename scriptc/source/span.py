"""A place in source text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A range of source text: `file` is a `SourceFile.key`; lines from 1, columns in UTF-8 bytes from 0."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def contains(self, other: Span) -> bool:
        """Is `other` a part of this, or the same?"""
        inside = (self.line, self.column) <= (other.line, other.column) and (other.end_line, other.end_column) <= (self.end_line, self.end_column)
        return self.file == other.file and inside
