"""The findings of one run, with their places as readers outside of scriptc count them."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from scriptc.diagnostics.cells import characters
from scriptc.diagnostics.diagnostic import Diagnostic
from scriptc.diagnostics.rendering import Layout
from scriptc.lint.run import Findings
from scriptc.source.file import SourceFile
from scriptc.source.span import Span

INTERNAL = "SC900"


@dataclass(frozen=True, order=True)
class Place:
    """A range of a file: lines and columns from 1, columns in characters (Unicode code points); the end is just behind the last one."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True)
class Found:
    """One finding and where it is. `place` is None where only the file is known."""

    diagnostic: Diagnostic
    path: str
    place: Place | None

    @property
    def order(self) -> tuple[object, ...]:
        """What findings are sorted by."""
        at = (self.place.line, self.place.column) if self.place else (0, 0)
        return (self.path, *at, self.diagnostic.code, self.diagnostic.message)

    @property
    def where(self) -> str:
        """`path:line:column`, or the path alone."""
        return f"{self.path}:{self.place.line}:{self.place.column}" if self.place else self.path


@dataclass(frozen=True)
class Result:
    """What a run found: `found` sorted by path and place; `files` the texts by file key; `looked_at` the files asked for."""

    found: tuple[Found, ...]
    files: Mapping[str, SourceFile]
    looked_at: tuple[str, ...]

    @property
    def failed(self) -> bool:
        """Did scriptc itself fail somewhere?"""
        return any(f.diagnostic.code == INTERNAL for f in self.found)

    def place(self, span: Span) -> Place | None:
        """Where `span` is; None in a file whose text is not known."""
        file = self.files.get(span.file)
        if file is None:
            return None
        start = (max(1, span.line), characters(file.line(span.line), span.column) + 1)
        end = (max(1, span.end_line), characters(file.line(span.end_line), span.end_column) + 1)
        return Place(shown_path(file.path), *start, *max(start, end))

    @cached_property
    def fingerprints(self) -> dict[int, str]:
        """For each finding, by its index, a text that stays the same while other lines come and go; no two are equal."""
        seen: Counter[tuple[str, ...]] = Counter()
        out = {}
        for i, f in enumerate(self.found):
            span = f.diagnostic.span
            file = None if span is None else self.files.get(span.file)
            line = "" if span is None or file is None else file.line(span.line).strip()
            key = (f.path.replace(os.sep, "/"), f.diagnostic.code, f.diagnostic.message, line)
            seen[key] += 1
            out[i] = hashlib.sha256("\0".join((*key, str(seen[key]))).encode(errors="replace")).hexdigest()
        return out


def result_of(findings: Findings, looked_at: Iterable[str]) -> Result:
    """The findings with their places, sorted by them."""
    places = Result((), findings.files, ())
    found = []
    for asked, diagnostics in findings.by_path.items():
        for d in diagnostics:
            place = None if d.span is None else places.place(d.span)
            found.append(Found(d, place.path if place else shown_path(asked), place))
    return Result(tuple(sorted(found, key=lambda f: f.order)), findings.files, tuple(shown_path(p) for p in looked_at))


def shown_path(path: str) -> str:
    """The path as it is written: relative to the current folder where it is below it."""
    if path.startswith("<") or not path:
        return path
    full, here = os.path.abspath(path), os.getcwd()
    return os.path.relpath(full, here) if full.startswith(here.rstrip(os.sep) + os.sep) else full


def relative(width: int | None) -> Layout:
    """The layout of a report of that width (None: nothing is wrapped), paths written from the current folder."""
    return Layout(width, shown_path)
