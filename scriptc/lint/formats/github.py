"""`github`: workflow commands, which GitHub Actions shows beside the changed lines.

The syntax is that of "Workflow commands for GitHub Actions": `::error file=...,line=...::message`, with `%`, line ends, and in
the parameters `:` and `,` written as percent codes.
"""

from __future__ import annotations

from scriptc.lint.formats.result import Found, Result


def text(result: Result) -> str:
    return "".join(_command(f) + "\n" for f in result.found)


def _command(f: Found) -> str:
    d = f.diagnostic
    given = {"file": f.path.replace("\\", "/"), **_lines(f), "title": f"{d.code} {d.name}"}
    parameters = ",".join(f"{key}={_parameter(str(value))}" for key, value in given.items())
    said = [d.message, *d.notes, *([f"help: {d.help}"] if d.help else []), f"scriptc explain {d.code}"]
    return f"::{d.severity} {parameters}::{_escaped(chr(10).join(said))}"


def _lines(f: Found) -> dict[str, int]:
    """Columns are only taken where the finding is in one line."""
    if f.place is None:
        return {}
    p = f.place
    if p.line != p.end_line:
        return {"line": p.line, "endLine": p.end_line}
    return {"line": p.line, "endLine": p.end_line, "col": p.column, "endColumn": p.end_column}


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _parameter(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
