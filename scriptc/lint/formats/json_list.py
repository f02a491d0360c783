"""`json`: one list of all findings."""

from __future__ import annotations

import json

from scriptc.lint.formats.record import record
from scriptc.lint.formats.result import Result


def text(result: Result) -> str:
    return json.dumps([record(f, result) for f in result.found], indent=2) + "\n"
