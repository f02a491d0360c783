"""One finding as plain data: what `json` and `json-lines` write."""

from __future__ import annotations

from typing import Any

from scriptc.diagnostics.diagnostic import Label
from scriptc.lint.formats.result import Found, Place, Result


def record(f: Found, result: Result) -> dict[str, Any]:
    """The finding with every place it speaks of. Columns count characters from 1; an `end` is just behind the last character."""
    d = f.diagnostic
    return {
        "code": d.code,
        "name": d.name,
        "severity": d.severity,
        "message": d.message,
        **_place(f.path, f.place),
        "label": d.primary.text if d.primary else "",
        "related": [_label(label, result) for label in d.secondary],
        "calls": [_label(label, result) for label in d.calls],
        "notes": list(d.notes),
        "help": d.help,
        "fix": None if d.fix is None else {"title": d.fix.title, "applicability": d.fix.applicability},
        "explain": f"scriptc explain {d.code}",
    }


def _label(label: Label, result: Result) -> dict[str, Any]:
    place = result.place(label.span)
    return {**_place(place.path if place else label.span.file, place), "text": label.text}


def _place(path: str, place: Place | None) -> dict[str, Any]:
    if place is None:
        return {"path": path, "start": None, "end": None}
    return {
        "path": path,
        "start": {"line": place.line, "column": place.column},
        "end": {"line": place.end_line, "column": place.end_column},
    }
