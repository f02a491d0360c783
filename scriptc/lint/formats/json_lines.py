"""`json-lines`: one JSON object a line for each finding."""

from __future__ import annotations

import json

from scriptc.lint.formats.record import record
from scriptc.lint.formats.result import Result


def text(result: Result) -> str:
    return "".join(json.dumps(record(f, result)) + "\n" for f in result.found)
