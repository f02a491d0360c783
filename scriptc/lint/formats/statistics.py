"""`--statistics`: how often each code was found."""

from __future__ import annotations

import json
from collections import Counter

from scriptc.diagnostics.snippets import Line
from scriptc.lint.formats.result import Result


def lines(result: Result) -> list[Line]:
    """A line for each code, the most frequent first: count, code, severity, name."""
    rows = _rows(result)
    width = max((len(str(row["count"])) for row in rows), default=0)
    return [
        [(f"{row['count']:>{width}}  ", "title"), (f"{row['code']}", str(row["severity"])), (f"  {row['severity']:7}  {row['name']}", "text")]
        for row in rows
    ]


def text(result: Result) -> str:
    """The same as a JSON list."""
    return json.dumps(_rows(result), indent=2) + "\n"


def _rows(result: Result) -> list[dict[str, str | int]]:
    counts = Counter((f.diagnostic.code, f.diagnostic.name, f.diagnostic.severity) for f in result.found)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"count": n, "code": code, "name": name, "severity": severity} for (code, name, severity), n in ordered]
