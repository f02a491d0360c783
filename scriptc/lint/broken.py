"""Files that are no Python: said once, where Python itself stops reading."""

from __future__ import annotations

import ast
import codecs
import io
import os
import re
import tokenize

from scriptc.diagnostics.codes import CODES
from scriptc.diagnostics.diagnostic import Diagnostic, Label
from scriptc.source.file import SourceFile
from scriptc.source.span import Span

NOT_PYTHON = "SC100"


def unreadable(path: str, data: bytes, files: dict[str, SourceFile], *, encoding: str | None = None, whole: bool = False) -> Diagnostic | None:
    """The finding of a file that is no Python text, else None; the text is then put into `files`.

    encoding   what `data` is in where its first lines do not count: the text of an editor
    whole      whether to look for what only compiling finds: `return` outside a function, a `nonlocal` of nothing
    """
    named = encoding_of(data)
    encoding = encoding or named
    try:
        codecs.lookup(named)
        data.decode(encoding)
    except (UnicodeError, LookupError) as e:
        return _not_text(path, data, files, encoding if isinstance(e, UnicodeDecodeError) else named, e)
    try:
        tree = ast.parse(_text(data, encoding))  # text, not bytes: before Python 3.13 the columns of errors in bytes are bytes
        if whole:
            compile(tree, path, "exec", dont_inherit=True)
    except SyntaxError as e:
        start = (e.lineno, e.offset or 1) if e.lineno else _null(data, encoding)
        end = (e.end_lineno or start[0], e.end_offset or start[1])
        return _finding(path, _text(data, encoding), files, f"this is not valid Python: {e.msg}", start, end)
    except (ValueError, RecursionError, MemoryError) as e:
        reason, at = str(e) or "it is nested too deeply", _null(data, encoding)
        return _finding(path, _text(data, encoding), files, f"this is not valid Python: {reason}", at, (at[0], at[1] + 1))
    return None


def _null(data: bytes, encoding: str) -> tuple[int, int]:
    """Where the first null character is, of which Python does not say where; the start where there is none."""
    before, null, _ = _text(data, encoding).partition("\0")
    return (before.count("\n") + 1, len(before) - before.rfind("\n")) if null else (1, 1)


def unopened(error: OSError) -> Diagnostic:
    """The finding of a file that cannot be read at all."""
    return Diagnostic(NOT_PYTHON, f"this file cannot be read: {error.strerror or error}", help="see that it is there and may be read")


def encoding_of(data: bytes) -> str:
    """The encoding the first two lines name (PEP 263), UTF-8 where they name none."""
    match = re.match(rb"(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n?|\n))?[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", data)
    return match.group(1).decode() if match else "UTF-8"


def decoded(data: bytes) -> str:
    """The text of a Python file in its own encoding, with Python's line ends. Raises SyntaxError or UnicodeDecodeError."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    return io.TextIOWrapper(io.BytesIO(data), encoding).read()


def _text(data: bytes, encoding: str) -> str:
    """The text with Python's line ends, and signs for what cannot be read."""
    try:
        text = data.decode("utf-8-sig" if encoding.upper() == "UTF-8" else encoding, errors="replace")
    except (LookupError, UnicodeError):
        text = data.decode(errors="replace")
    return re.sub("\r\n?", "\n", text)


def _not_text(path: str, data: bytes, files: dict[str, SourceFile], encoding: str, error: UnicodeError | LookupError) -> Diagnostic:
    if not isinstance(error, UnicodeDecodeError):
        return _finding(path, _text(data, "UTF-8"), files, f"this file names an encoding that Python does not know: {encoding}", (1, 1), (1, 1))
    before = _text(data[: error.start], encoding)
    at = (before.count("\n") + 1, len(before) - before.rfind("\n"))
    message = f"this file is not {encoding} text: byte 0x{data[error.start]:02x} ({error.reason})"
    return _finding(path, _text(data, encoding), files, message, at, (at[0], at[1] + 1))


def _finding(path: str, text: str, files: dict[str, SourceFile], message: str, start: tuple[int, int], end: tuple[int, int]) -> Diagnostic:
    """`start` and `end` are lines and columns from 1, in characters."""
    file = SourceFile(path, os.path.basename(path), path, text)
    files[file.key] = file
    span = Span(file.key, *_bytes_at(file, *start), *_bytes_at(file, *max(start, end)))
    return Diagnostic(NOT_PYTHON, message, Label(span), help=CODES[NOT_PYTHON].help)


def _bytes_at(file: SourceFile, line: int, column: int) -> tuple[int, int]:
    line = max(1, min(line, len(file.lines)))
    return line, len(file.line(line)[: max(0, column - 1)].encode(errors="surrogatepass"))
