"""The findings of many files: read, parsed, and compiled where they hold scripted code."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from scriptc.diagnostics.diagnostic import Diagnostic
from scriptc.lint.broken import NOT_PYTHON, unopened
from scriptc.lint.cache import Cache
from scriptc.lint.deep import import_all
from scriptc.lint.files import relevant
from scriptc.lint.finder import Finder, digest
from scriptc.lint.looking import ROOTS, Looker
from scriptc.lint.pool import look_at_all, processes
from scriptc.lint.records import Looked
from scriptc.source.file import SourceFile


@dataclass
class Findings:
    """What was found, by the path it was found in.

    files     maps a diagnostic's file key to its text
    reached   the paths of all files that were read
    """

    by_path: dict[str, list[Diagnostic]] = field(default_factory=dict)
    files: dict[str, SourceFile] = field(default_factory=dict)
    reached: set[str] = field(default_factory=set)

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """All of them, by path and place."""
        return [d for path in sorted(self.by_path) for d in self.by_path[path]]


def lint_files(
    paths: Iterable[str],
    texts: Mapping[str, str] | None = None,
    step: Callable[[str], None] = lambda path: None,
    *,
    jobs: int = 1,
    cache: Cache | None = None,
    deep: float | None = None,
) -> Findings:
    """Look at the files.

    texts   unsaved texts by path
    step    is told of each file when it is done
    jobs    processes at most; what is found does not depend on it
    cache   what earlier runs found; of no use where there are unsaved texts
    deep    seconds within which each file with scripted code is imported and compiled for real; None where nothing is
    """
    looker = Looker(dict(texts or {}), dict.fromkeys(paths))
    raw, looks = _read(looker)
    finder = Finder(ROOTS, raw)
    scripted = relevant(raw, finder)
    if cache is not None and not looker.texts:
        looks.update(_known(cache, raw, scripted, looker, finder))
    imported = [path for path in looker.asked if path in scripted] if deep is not None else []
    early = _skipping(step, imported)
    for path in looks:
        early(path)
    for looked in _look(looker, {path: len(data) for path, data in raw.items() if path not in looks}, scripted, jobs):
        looks[looked.path] = looked
        if cache is not None and not looker.texts:
            cache.put(looked, looked.path in scripted)
        early(looked.path)
    if cache is not None:
        cache.save()
    more = [] if deep is None else import_all([p for p in imported if not _is_broken(looks[p])], deep, jobs, step)
    return _together([looks[path] for path in looker.asked], more)


def _skipping(step: Callable[[str], None], paths: Iterable[str]) -> Callable[[str], None]:
    left_out = frozenset(paths)
    return lambda path: None if path in left_out else step(path)


def _is_broken(looked: Looked) -> bool:
    return any(d.code == NOT_PYTHON for d in looked.diagnostics)


def _read(looker: Looker) -> tuple[dict[str, bytes], dict[str, Looked]]:
    """The bytes of each file that can be read, and the findings of those that cannot."""
    raw, looks = {}, {}
    for path in looker.asked:
        try:
            raw[path] = looker.data(path)
        except OSError as e:
            looks[path] = Looked(path, [unopened(e)])
    return raw, looks


def _known(cache: Cache, raw: Mapping[str, bytes], scripted: set[str], looker: Looker, finder: Finder) -> Iterator[tuple[str, Looked]]:
    digests = {os.path.abspath(path): digest(data) for path, data in raw.items()}
    for path in raw:
        known = cache.get(path, digests[os.path.abspath(path)], path in scripted, looker, finder, digests)
        if known is not None:
            yield path, known


def _look(looker: Looker, sizes: Mapping[str, int], scripted: set[str], jobs: int) -> Iterator[Looked]:
    """A look at each file of `sizes`, bytes by path."""
    wanted = scripted & sizes.keys()
    compiled = sum(sizes[path] for path in wanted)
    count = processes(jobs, compiled, sum(sizes.values()) - compiled)
    if count == 1:
        return (looker.look(path, scripted=path in wanted) for path in sizes)
    return look_at_all(looker, count, sizes, wanted)


def _together(looks: Iterable[Looked], more: Iterable[Looked] = ()) -> Findings:
    """The findings by the file they are in; what several files find in one that they use, once.

    more   looks of another kind at the same files: what they find of the same code in a place where there already is something is the same
    """
    looks, out = list(looks), Findings()
    real = {os.path.realpath(looked.path): looked.path for looked in looks}
    seen: set[object] = set()
    for looked in looks:
        out.reached.update(path for path, _, _ in looked.uses.files)
        _take(out, looked, real, seen, lambda d: d.message)
    seen = {(place, d.code, d.place[1:], None) for place, found in out.by_path.items() for d in found}
    for looked in more:
        _take(out, looked, real, seen, lambda d: None)
    for found in out.by_path.values():
        found.sort(key=lambda d: (d.place[1:], d.code, d.message))
    return out


def _take(out: Findings, looked: Looked, real: Mapping[str, str], seen: set[object], same: Callable[[Diagnostic], str | None]) -> None:
    out.files.update(looked.files)
    for d in looked.diagnostics:
        file = looked.files.get(d.primary.span.file) if d.primary else None
        place = looked.path if file is None else real.get(os.path.realpath(file.path), looked.path)
        key = (place, d.code, d.place[1:], same(d))
        if key not in seen:
            seen.add(key)
            out.by_path.setdefault(place, []).append(d)
