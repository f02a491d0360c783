"""The findings of one file: its own text first, then every entry point compiled as far as it can be without running it."""

from __future__ import annotations

import contextlib
import dataclasses
import linecache
import os
import warnings as python_warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from scriptc.diagnostics import Diagnostic, ScriptError
from scriptc.frontend.entry import Compilation, deep
from scriptc.frontend.frame import Frame
from scriptc.frontend.values import FV
from scriptc.library import Library
from scriptc.lint.entries import entries
from scriptc.lint.fixes.unset_name import with_default
from scriptc.lint.rules import warnings
from scriptc.lint.rules.watched import Watched
from scriptc.lint.standins import World
from scriptc.runtime.crash import internal_finding
from scriptc.source import SourceFile, Span
from scriptc.types import Type, strip_sites, union

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


@dataclasses.dataclass
class Report:
    """What was found in the files one entry file reaches. `files` has the text of every file a diagnostic points into."""

    diagnostics: list[Diagnostic] = dataclasses.field(default_factory=list)
    files: dict[str, SourceFile] = dataclasses.field(default_factory=dict)
    types: dict[Span, Type] = dataclasses.field(default_factory=dict)
    _seen: set[tuple[object, ...]] = dataclasses.field(default_factory=set, repr=False, compare=False)

    def add(self, found: Iterable[Diagnostic], files: dict[str, SourceFile]) -> None:
        """Take in findings, those inside scriptc's own library at the user's call of it; each once."""
        self.files.update(files)
        for d in found:
            placed = _in_users_text(d, self.files)
            if placed is not None and (key := (placed.code, placed.place, placed.message)) not in self._seen:
                self._seen.add(key)
                self.diagnostics.append(placed)

    def failed(self, obj: Any, error: Exception) -> None:
        """scriptc itself failed on `obj` (an object, or the path of a file)."""
        finding, files = internal_finding(obj, error)
        self.files.update(files)
        self.diagnostics.append(finding)

    def note(self, f: Frame, node: Any, value: FV) -> None:
        """Remember the type an expression has; of a helper compiled several times, all of them."""
        t = f.type_of(value)
        if t is not None and hasattr(node, "lineno"):
            span, t = f.unit.span(node), strip_sites(t)
            self.types[span] = t if span not in self.types else union((self.types[span], t))


def _in_users_text(d: Diagnostic, files: dict[str, SourceFile]) -> Diagnostic | None:
    if d.primary is None or not _is_ours(files.get(d.primary.span.file)):
        return d
    for i, label in enumerate(d.calls):
        if not _is_ours(files.get(label.span.file)):
            return dataclasses.replace(d, primary=label, calls=d.calls[i + 1 :])
    return None


def _is_ours(file: SourceFile | None) -> bool:
    return file is not None and os.path.abspath(file.path).startswith(HERE + os.sep)


def check_file(world: World, path: str, *, types: bool = False, step: Callable[[], None] = lambda: None) -> Report:
    """Every finding of `path` and of what its entry points reach; with `types`, the types of its expressions as well.

    `step` is called for each expression compiled; to give up, it raises a BaseException that is no Exception.
    """
    report = Report()
    try:
        with deep(), python_warnings.catch_warnings(action="ignore"):  # Python's own, of text it parses and values it computes
            _check(world, path, report, types, step)
    except Exception as e:
        report.failed(path, e)
    report.diagnostics.sort(key=lambda d: (d.place, d.code, d.message))
    return report


def _check(world: World, path: str, report: Report, types: bool, step: Callable[[], None]) -> None:
    module = world.module(path)
    if module is None:
        return
    with _remembered({**world.texts, module.path: module.text}):
        for entry in entries(world, module):
            watched = Watched(world, module, entry)
            _compile(watched, report, types, step)
            _warn(watched, report)


@contextlib.contextmanager
def _remembered(texts: Mapping[str, str]) -> Iterator[None]:
    """Let the compiler find these texts meanwhile, also where they are not (or not yet) what is on disk."""
    before = {path: linecache.cache.get(path) for path in texts}
    linecache.cache.update({path: (len(text), None, text.splitlines(keepends=True), path) for path, text in texts.items()})
    try:
        yield
    finally:
        for path, entry in before.items():
            linecache.cache.pop(path, None)
            if entry is not None:
                linecache.cache[path] = entry


def _compile(watched: Watched, report: Report, types: bool, step: Callable[[], None]) -> None:
    entry = watched.entry
    try:
        compilation = Compilation(entry.obj, Library(), entry.types, entry.example, None)

        def watch(f: Frame, node: Any, value: FV) -> None:
            step()
            watched.note(f, node, value)
            if types:
                report.note(f, node, value)

        compilation.c.watch = watch
        compilation.lower()
        report.add((with_default(watched, d) for d in compilation.c.sink.diagnostics), compilation.c.sink.files)
    except ScriptError as e:
        report.add((with_default(watched, d) for d in e.diagnostics), e.files)
    except Exception as e:
        report.failed(entry.obj, e)


def _warn(watched: Watched, report: Report) -> None:
    """Add what the rules find, but for what an error is said of already."""
    try:
        found = list(warnings(watched))
    except Exception as e:
        report.failed(watched.entry.obj, e)
        return
    places = [d.span for d in report.diagnostics if d.is_error and d.span is not None] if found else []
    report.add((w for w in found if w.span is None or not any(w.span.contains(p) for p in places)), watched.files)
