"""Findings as plain data that JSON holds, for the cache and between processes. Reading trusts nothing: what does not fit is `Misfit`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scriptc.diagnostics.codes import CODES
from scriptc.diagnostics.diagnostic import MANUAL, SAFE, UNSAFE, Diagnostic, Fix, Label, Rewrite
from scriptc.diagnostics.severity import ERROR, WARNING
from scriptc.source.file import SourceFile
from scriptc.source.parse import file_key
from scriptc.source.span import Span

Record = dict[str, Any]


class Misfit(ValueError):
    """The data is no record of findings."""


@dataclass(frozen=True)
class Uses:
    """All of the disk that a look depended on. Paths are absolute.

    files     the files that were read: path, digest of the contents ("" where it could not be read), dotted name
    imports   what they import: number of the file that does, dotted name, dots before it, and the file it means if there is one
    """

    files: tuple[tuple[str, str, str], ...] = ()
    imports: tuple[tuple[int, str, int, str | None], ...] = ()


@dataclass
class Looked:
    """What a look at one file found, in it and in what it reaches.

    files   the texts of the files that the findings point into, by the key their spans name
    uses    what it was found from
    """

    path: str
    diagnostics: list[Diagnostic] = field(default_factory=list)
    files: dict[str, SourceFile] = field(default_factory=dict)
    uses: Uses = field(default_factory=lambda: Uses())


def to_record(looked: Looked) -> Record:
    """As data: files by number, in the order they are first named."""
    keys = list(dict.fromkeys(label.span.file for d in looked.diagnostics for label in _labels(d)))
    rewrites = [d.fix.rewrite.span.file for d in looked.diagnostics if d.fix is not None and d.fix.rewrite is not None]
    keys += [key for key in dict.fromkeys(rewrites) if key not in keys]
    files = [_file(looked.files.get(key), key) for key in keys]
    numbers = {key: i for i, key in enumerate(keys)}
    found = [_diagnostic(d, numbers) for d in looked.diagnostics]
    return {"path": looked.path, "found": found, "files": files, "uses": [looked.uses.files, looked.uses.imports]}


def _labels(d: Diagnostic) -> Iterable[Label]:
    return (*([d.primary] if d.primary else []), *d.secondary, *d.calls)


def _file(file: SourceFile | None, key: str) -> list[str]:
    return [key, key, ""] if file is None else [file.name, file.path, file.text]


def _span(span: Span, numbers: Mapping[str, int]) -> list[int]:
    return [numbers[span.file], span.line, span.column, span.end_line, span.end_column]


def _label(label: Label, numbers: Mapping[str, int]) -> list[Any]:
    return [_span(label.span, numbers), label.text]


def _diagnostic(d: Diagnostic, numbers: Mapping[str, int]) -> Record:
    out: Record = {"code": d.code, "message": d.message, "severity": d.severity, "notes": list(d.notes), "help": d.help}
    out["primary"] = None if d.primary is None else _label(d.primary, numbers)
    out["secondary"], out["calls"] = ([_label(x, numbers) for x in labels] for labels in (d.secondary, d.calls))
    rewrite = None if d.fix is None or d.fix.rewrite is None else d.fix.rewrite
    change = None if rewrite is None else [rewrite.kind, _span(rewrite.span, numbers), list(rewrite.values)]
    out["fix"] = None if d.fix is None else [d.fix.title, d.fix.applicability, change]
    return out


# -- reading ------------------------------------------------------------------------------------------------------------
def from_record(record: Any) -> Looked:
    """What `to_record` was given; files have the keys they have in this process. Raises Misfit."""
    try:
        reader = _Reader([SourceFile(file_key(_str(name), _str(path)), name, path, _str(text)) for name, path, text in record["files"]])
        found = [reader.diagnostic(d) for d in record["found"]]
        return Looked(_str(record["path"]), found, {f.key: f for f in reader.files}, _uses(*record["uses"]))
    except (KeyError, TypeError, ValueError, IndexError) as e:
        raise Misfit(f"no record of findings: {e}") from None


def _uses(files: Any, imports: Any) -> Uses:
    known = tuple((_str(path), _str(contents), _str(name)) for path, contents, name in files)
    found = tuple((_count(i), _str(dotted), _count(level), None if f is None else _str(f)) for i, dotted, level, f in imports)
    return Uses(known, tuple(x for x in found if known[x[0]]))


class _Reader:
    def __init__(self, files: list[SourceFile]) -> None:
        self.files = files

    def diagnostic(self, r: Record) -> Diagnostic:
        primary = None if r["primary"] is None else self._label(r["primary"])
        secondary, calls = (tuple(map(self._label, r[key])) for key in ("secondary", "calls"))
        help = None if r["help"] is None else _str(r["help"])
        notes, severity = tuple(map(_str, r["notes"])), _one_of(r["severity"], (ERROR, WARNING))
        return Diagnostic(_one_of(r["code"], CODES), _str(r["message"]), primary, secondary, notes, help, severity, calls, self._fix(r["fix"]))

    def _fix(self, data: Any) -> Fix | None:
        if data is None:
            return None
        title, applicability, change = data
        rewrite = None if change is None else Rewrite(_str(change[0]), self._span(change[1]), tuple(map(_str, change[2])))
        return Fix(_str(title), _one_of(applicability, (SAFE, UNSAFE, MANUAL)), rewrite)

    def _label(self, data: Any) -> Label:
        span, text = data
        return Label(self._span(span), _str(text))

    def _span(self, data: Any) -> Span:
        file, line, column, end_line, end_column = map(_count, data)
        return Span(self.files[file].key, line, column, end_line, end_column)


def _str(value: Any) -> str:
    if type(value) is not str:
        raise Misfit(f"{value!r:.80} is no text")
    return value


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 1 << 31:
        raise Misfit(f"{value!r:.80} is no count")
    return value


def _one_of(value: Any, options: Iterable[str]) -> str:
    if _str(value) not in options:
        raise Misfit(f"{value!r:.80} is none of {', '.join(options)}")
    return str(value)
