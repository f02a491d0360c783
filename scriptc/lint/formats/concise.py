"""`concise`: a line for each finding, `path:line:column: severity[code] message`."""

from __future__ import annotations

from scriptc.diagnostics.cells import shown
from scriptc.diagnostics.rendering import Layout
from scriptc.diagnostics.snippets import Line
from scriptc.lint.formats.result import Found, Result
from scriptc.lint.formats.summary import summary


def lines(result: Result, layout: Layout) -> list[Line]:
    """The findings, then the summary. Lines are never wrapped, so that tools can read them."""
    return [*(_line(f) for f in result.found), *summary(result)]


def _line(f: Found) -> Line:
    d = f.diagnostic
    message = " ".join(part.strip() for part in d.message.split("\n"))
    return [(f"{f.where}: ", "path"), (f"{d.severity}[{d.code}]", d.severity), (f" {shown(message)}", "text")]
