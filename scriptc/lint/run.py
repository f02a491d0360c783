"""The findings of many files: read, parsed, and compiled where they hold scripted code."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from scriptc.diagnostics.diagnostic import Diagnostic
from scriptc.lint.broken import unopened, unreadable
from scriptc.lint.files import relevant
from scriptc.source.file import SourceFile


@dataclass
class Findings:
    """What was found, by the path it was found in. `files` maps a diagnostic's file key to its text."""

    by_path: dict[str, list[Diagnostic]] = field(default_factory=dict)
    files: dict[str, SourceFile] = field(default_factory=dict)

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """All of them, by path and place."""
        return [d for path in sorted(self.by_path) for d in self.by_path[path]]


def lint_files(paths: Iterable[str], texts: dict[str, str] | None = None, step: Callable[[str], None] = lambda path: None) -> Findings:
    """Look at the files; `texts` are unsaved texts by path, `step` is told of each file when it is done."""
    out = Findings()
    raw: dict[str, bytes] = {}
    for path in paths:
        try:
            raw[path] = _bytes(path, texts or {})
        except OSError as e:
            out.by_path[path] = [unopened(e)]
            step(path)
    wanted = relevant(raw)
    good = []
    for path, data in raw.items():
        with warnings.catch_warnings(action="ignore"):
            broken = unreadable(path, data, out.files, encoding="UTF-8" if path in (texts or {}) else None, whole=path in wanted)
        if broken is not None:
            out.by_path[path] = [broken]
        elif path in wanted:
            good.append(path)
        if broken is not None or path not in wanted:
            step(path)
    if good:
        _compile_all(good, set(raw), texts or {}, out, step)
    return out


def _bytes(path: str, texts: dict[str, str]) -> bytes:
    if path not in texts:
        return Path(path).read_bytes()
    try:
        return texts[path].encode(errors="surrogateescape")  # bytes that were no text when they were read
    except UnicodeEncodeError:
        return texts[path].encode(errors="surrogatepass")


def _compile_all(good: list[str], asked: set[str], texts: dict[str, str], out: Findings, step: Callable[[str], None]) -> None:
    """Compile what the files script. Imported only here: most trees have nothing for it to do."""
    from scriptc.lint.check import check_file
    from scriptc.lint.standins import World

    world = World((Path.cwd(), Path.cwd() / "src"), texts, asked)
    real = {os.path.realpath(p): p for p in asked}
    seen: set[object] = set()
    for path in good:
        report = check_file(world, path)
        out.files.update(report.files)
        for d in report.diagnostics:
            file = report.files.get(d.primary.span.file) if d.primary else None
            place = real.get(os.path.realpath(file.path), path) if file is not None else path
            key = (place, d.code, d.place[1:], d.message)
            if key not in seen:
                seen.add(key)
                out.by_path.setdefault(place, []).append(d)
        step(path)
    for found in out.by_path.values():
        found.sort(key=lambda d: (d.place[1:], d.code, d.message))
