"""`full`: the place, the user's own lines with the spans marked, notes and help, as the compiler's own errors."""

from __future__ import annotations

from scriptc.diagnostics.rendering import Layout, lay_out
from scriptc.diagnostics.snippets import Line
from scriptc.lint.formats.result import Result
from scriptc.lint.formats.summary import summary


def lines(result: Result, layout: Layout) -> list[Line]:
    """Each finding with a blank line after it, then the summary."""
    out: list[Line] = []
    for f in result.found:
        out += [*lay_out(f.diagnostic, result.files, layout, f.path), []]
    return out + summary(result)
