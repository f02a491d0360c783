"""A file of findings that are known and left for later: what is in it is not reported, what is new is.

A finding is known again by its path, its code and the text of its line, so that lines may come and go above it. Each entry
says how many there are: one more of the same is reported.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from scriptc.diagnostics.diagnostic import Diagnostic
from scriptc.diagnostics.errors import ScriptcError
from scriptc.lint.settings import INTERNAL
from scriptc.source.file import SourceFile

VERSION = 1
Key = tuple[str, str, str]
"""Path from the baseline's folder with `/`, code, text of the line without the spaces around it."""


class BaselineError(ScriptcError):
    """The file is no baseline."""


def keys(by_path: Mapping[str, Iterable[Diagnostic]], files: Mapping[str, SourceFile], folder: str) -> Iterable[tuple[Key, str, Diagnostic]]:
    """Each finding with what it is known by, in order. What scriptc itself did wrong is in no baseline."""
    for path in sorted(by_path):
        shown = os.path.relpath(path, folder).replace(os.sep, "/")
        for d in by_path[path]:
            file = files.get(d.span.file) if d.span else None
            line = file.line(d.span.line).strip() if file is not None and d.span else ""
            yield (shown, d.code, line), path, d


def save(path: str, by_path: Mapping[str, Iterable[Diagnostic]], files: Mapping[str, SourceFile]) -> int:
    """Write every finding into the file; how many there are. Raises OSError."""
    counts = Counter(key for key, _, d in keys(by_path, files, _folder(path)) if d.code != INTERNAL)
    entries = [{"path": p, "code": code, "line": line, "count": counts[p, code, line]} for p, code, line in sorted(counts)]
    Path(path).write_text(json.dumps({"version": VERSION, "findings": entries}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return counts.total()


def load(path: str) -> Counter[Key]:
    """How many findings of each kind are known. Raises BaselineError, OSError."""
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
        if data["version"] != VERSION:
            raise BaselineError(f"{path}: a baseline of version {data['version']}; this scriptc reads version {VERSION}")
        return Counter({(str(e["path"]), str(e["code"]), str(e["line"])): int(e["count"]) for e in data["findings"]})
    except (ValueError, KeyError, TypeError) as e:
        raise BaselineError(f"{path} is no baseline file ({e}); `--update-baseline` makes one") from None


def apply(path: str, by_path: Mapping[str, Iterable[Diagnostic]], files: Mapping[str, SourceFile]) -> dict[str, list[Diagnostic]]:
    """The findings that are not in the baseline file. Raises BaselineError, OSError."""
    left = load(path)
    out: dict[str, list[Diagnostic]] = {}
    for key, where, d in keys(by_path, files, _folder(path)):
        if left[key] > 0:
            left[key] -= 1
        else:
            out.setdefault(where, []).append(d)
    return out


def _folder(path: str) -> str:
    return os.path.dirname(os.path.abspath(path))
