"""`gitlab`: a Code Quality report, which GitLab shows in merge requests.

The keys are those of GitLab's "Code Quality report format", a part of the Code Climate specification.
"""

from __future__ import annotations

import json
from typing import Any

from scriptc.lint.formats.result import Found, Result


def text(result: Result) -> str:
    prints = result.fingerprints
    return json.dumps([_issue(f, prints[i]) for i, f in enumerate(result.found)], indent=2) + "\n"


def _issue(f: Found, fingerprint: str) -> dict[str, Any]:
    d = f.diagnostic
    lines = (f.place.line, f.place.end_line) if f.place else (1, 1)
    return {
        "type": "issue",
        "check_name": d.code,
        "description": f"{d.code} {d.message} (scriptc explain {d.code})",
        "categories": ["Bug Risk"],
        "severity": "major" if d.is_error else "minor",
        "fingerprint": fingerprint,
        "location": {"path": f.path.replace("\\", "/"), "lines": {"begin": lines[0], "end": lines[1]}},
    }
