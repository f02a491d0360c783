"""One look at a file: what is reported of it, and the types of its expressions."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scriptc.diagnostics.diagnostic import Diagnostic
from scriptc.lint.broken import unreadable
from scriptc.lint.check import Report, check_file
from scriptc.lint.noqa import UNUSED
from scriptc.lint.reporting import reported
from scriptc.lint.run import Findings
from scriptc.lint.settings import Settings, SettingsError, for_file, forget
from scriptc.lint.standins import World
from scriptc.runtime.crash import internal_finding
from scriptc.source.file import SourceFile
from scriptc.source.span import Span
from scriptc.types import ERROR, Type

Place = tuple[int, int, int, int]
"""First line from 1, column in UTF-8 bytes, last line, column."""


class Superseded(BaseException):
    """A newer text stands in the editor: this look is of no use. Not an Exception, which lint would take for a fault of its own."""


@dataclass
class Look:
    """What one look found. `file` is the text looked at, `reached` the paths of all files that were read for it.

    by_path    findings by the file they point into
    files      the texts of those files by the key that spans name them with
    types      the types of the file's expressions
    problem    what is wrong with the settings, if anything
    """

    file: SourceFile
    by_path: dict[str, list[Diagnostic]] = field(default_factory=dict)
    files: dict[str, SourceFile] = field(default_factory=dict)
    types: dict[Place, Type] = field(default_factory=dict)
    reached: frozenset[str] = frozenset()
    problem: str | None = None

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """Those in the file itself."""
        return self.by_path.get(self.file.path, [])


def look(path: str, texts: Mapping[str, str], roots: tuple[Path, ...], step: Callable[[], None]) -> Look:
    """Look at the file `path`, whose text is in `texts` as those of all open files are, with `\\n` for line ends.

    `step` is called again and again meanwhile and may raise `Superseded`.
    """
    world = World(roots, dict(texts))
    out = Look(SourceFile(path, os.path.basename(path), path, texts[path]))
    try:
        report = _report(world, path, step)
        out.files = dict(report.files)
        out.types = {_place(span): t for span, t in report.types.items() if t != ERROR and _is(out.files.get(span.file), path)}
        _select(out, report.diagnostics, texts)
    except Exception as e:
        finding, out.files = internal_finding(path, e)
        out.by_path = {path: [finding]}
    out.reached = frozenset(map(os.path.realpath, world.modules))
    return out


def _report(world: World, path: str, step: Callable[[], None]) -> Report:
    files: dict[str, SourceFile] = {}
    broken = unreadable(path, world.texts[path].encode(errors="surrogatepass"), files, encoding="UTF-8")
    return Report([broken], files) if broken is not None else check_file(world, path, types=True, step=step)


def _select(out: Look, found: list[Diagnostic], texts: Mapping[str, str]) -> None:
    """Keep what the settings and the comments leave."""
    path = out.file.path
    forget()  # the files with settings may have changed
    try:
        settings = for_file(path)
    except SettingsError as e:
        settings, out.problem = Settings(), str(e)
    if settings.excludes(path):
        return
    left = reported(Findings({path: found}, out.files), [path], texts, lambda _: settings, None)
    out.files = left.files
    # Other files are seen only as far as this one uses them: whether their comments are of use cannot be told.
    out.by_path = {p: [d for d in ds if p == path or d.code != UNUSED] for p, ds in left.by_path.items()}


def _is(file: SourceFile | None, path: str) -> bool:
    return file is not None and os.path.realpath(file.path) == os.path.realpath(path)


def _place(span: Span) -> Place:
    return span.line, span.column, span.end_line, span.end_column
