"""`sarif`: SARIF 2.1.0, the OASIS format that GitHub code scanning and editors read.

Regions count columns in Unicode code points from 1, as `columnKind` says; `endColumn` is just behind the last character.
Paths are relative to `SRCROOT`, the folder where the command ran.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

from scriptc import __version__
from scriptc.diagnostics.codes import CODES, explain
from scriptc.diagnostics.diagnostic import Label
from scriptc.lint.formats.result import INTERNAL, Found, Place, Result

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "SRCROOT"


def text(result: Result) -> str:
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(result)]}, indent=2) + "\n"


def _run(result: Result) -> dict[str, Any]:
    codes = sorted({f.diagnostic.code for f in result.found})
    prints = result.fingerprints
    failures = [f for f in result.found if f.diagnostic.code == INTERNAL]
    invocation: dict[str, Any] = {"executionSuccessful": not failures}
    if failures:
        invocation["toolExecutionNotifications"] = [_notification(f) for f in failures]
    return {
        "tool": {"driver": {"name": "scriptc", "version": __version__, "rules": [_rule(code) for code in codes]}},
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "the folder where the command ran"}}},
        "results": [_result(f, codes.index(f.diagnostic.code), prints[i], result) for i, f in enumerate(result.found)],
    }


def _rule(code: str) -> dict[str, Any]:
    info = CODES.get(code)
    if info is None:
        return {"id": code}
    page = explain(code)
    return {
        "id": code,
        "name": info.name,
        "shortDescription": {"text": info.title},
        "fullDescription": {"text": info.why},
        "help": {"text": f"scriptc explain {code}\n\n{page}", "markdown": page},
    }


def _result(f: Found, index: int, fingerprint: str, result: Result) -> dict[str, Any]:
    d = f.diagnostic
    said = [d.message, *d.notes, *([f"help: {d.help}"] if d.help else []), f"scriptc explain {d.code}"]
    related = [*d.secondary, *(Label(c.span, c.text or "called here") for c in d.calls)]
    return {
        "ruleId": d.code,
        "ruleIndex": index,
        "level": d.severity,
        "message": {"text": "\n".join(said)},
        "locations": [_location(f.path, f.place)],
        "relatedLocations": [_related(label, i, result) for i, label in enumerate(related, 1)],
        "partialFingerprints": {"scriptcFinding/v1": fingerprint},
        **({"properties": {"fix": {"title": d.fix.title, "applicability": d.fix.applicability}}} if d.fix else {}),
    }


def _notification(f: Found) -> dict[str, Any]:
    d = f.diagnostic
    said = "\n".join((d.message, *d.notes))
    return {"descriptor": {"id": d.code}, "level": "error", "message": {"text": said}, "locations": [_location(f.path, f.place)]}


def _related(label: Label, number: int, result: Result) -> dict[str, Any]:
    place = result.place(label.span)
    message = {"message": {"text": label.text}} if label.text else {}
    return {"id": number, **_location(place.path if place else label.span.file, place), **message}


def _location(path: str, place: Place | None) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(path)}
    if place is not None:
        physical["region"] = {
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
        }
    return {"physicalLocation": physical}


def _artifact(path: str) -> dict[str, str]:
    """A path below the current folder is told from there, any other as a `file:` address."""
    if os.path.isabs(path):
        return {"uri": Path(path).as_uri()}
    return {"uri": quote(path.replace(os.sep, "/"), errors="surrogateescape"), "uriBaseId": ROOT}
