"""What of all that was found is reported: settings, comments and the baseline have their say."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from scriptc.diagnostics.diagnostic import Diagnostic
from scriptc.lint import baseline, noqa
from scriptc.lint.broken import encoding_of
from scriptc.lint.run import Findings
from scriptc.lint.settings import Settings
from scriptc.source.file import SourceFile


def reported(findings: Findings, asked: Iterable[str], texts: Mapping[str, str], settings: Callable[[str], Settings], known: str | None) -> Findings:
    """The findings that are left, by the file each is in.

    asked      the files that were looked at: suppressions in them that suppress nothing are reported
    texts      unsaved texts by path
    settings   what is reported of a file, by its path
    known      the path of a baseline file
    Raises SettingsError, BaselineError, OSError.
    """
    grouped = _by_file(findings, asked)
    out = Findings({}, dict(findings.files))
    texts_by_path = {os.path.realpath(file.path): file for file in findings.files.values()}
    for path in {**dict.fromkeys(asked), **grouped}:
        wanted = settings(path)
        left = [d for d in grouped.get(path, ()) if wanted.wants(path, d)]
        file = texts_by_path.get(os.path.realpath(path)) or _commented(path, texts)
        if file is not None:
            out.files.setdefault(file.key, file)
            left = noqa.apply(left, file, wanted.codes_of(path))
        if left:
            out.by_path[path] = left
    if known is not None:
        out.by_path = baseline.apply(known, out.by_path, out.files)
    return out


def _by_file(findings: Findings, asked: Iterable[str]) -> dict[str, list[Diagnostic]]:
    """The findings by the file each points into, under the name that file was asked for by."""
    names = {os.path.realpath(path): path for path in asked}
    out: dict[str, list[Diagnostic]] = {}
    for path, found in findings.by_path.items():
        for d in found:
            file = findings.files.get(d.span.file) if d.span else None
            place = path if file is None else names.get(os.path.realpath(file.path), file.path)
            out.setdefault(place, []).append(d)
    return out


def _commented(path: str, texts: Mapping[str, str]) -> SourceFile | None:
    """The text of a file that nothing was found in, where a comment in it might suppress something."""
    if path in texts:
        return SourceFile(path, os.path.basename(path), path, texts[path])
    try:
        data = Path(path).read_bytes()
        if b"noqa" not in data.lower() and b"ignore" not in data:
            return None
        text = data.decode(encoding_of(data))
    except (OSError, UnicodeError, LookupError):
        return None
    return SourceFile(path, os.path.basename(path), path, re.sub("\r\n?", "\n", text).removeprefix("\ufeff"))
