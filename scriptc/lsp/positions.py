"""Places as editors count them: lines from 0, columns in the code units of the encoding that client and server agreed on."""

from __future__ import annotations

from lsprotocol.types import Position, Range

from scriptc.source.file import SourceFile
from scriptc.source.span import Span

_BYTES_A_UNIT = {"utf-8": 1, "utf-16": 2, "utf-32": 4}
START = Range(Position(0, 0), Position(0, 0))


class Positions:
    """Converts places, given what the client counts in: `utf-8`, `utf-16` or `utf-32` code units."""

    def __init__(self, encoding: str) -> None:
        self._size = _BYTES_A_UNIT[encoding]
        self._codec = encoding if encoding == "utf-8" else f"{encoding}-le"

    def units(self, text: str) -> int:
        """How long `text` is in the client's units."""
        return len(text.encode(self._codec, errors="surrogatepass")) // self._size

    def range(self, span: Span, file: SourceFile) -> Range:
        """The range of a span, whose columns are UTF-8 bytes; places outside the text are moved to its nearest place."""
        return Range(self._position(file, span.line, span.column), self._position(file, span.end_line, span.end_column))

    def byte_column(self, row: str, character: int) -> int:
        """The UTF-8 column of the client's column `character` in the line `row`."""
        before = row.encode(self._codec, errors="surrogatepass")[: max(0, character) * self._size]
        return len(before.decode(self._codec, errors="ignore").encode(errors="surrogatepass"))

    def _position(self, file: SourceFile, line: int, column: int) -> Position:
        line = max(1, min(line, len(file.lines)))
        before = file.line(line).encode(errors="surrogatepass")[:column].decode(errors="ignore")
        return Position(line - 1, self.units(before))
