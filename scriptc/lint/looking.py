"""A look at one file: is it Python, and if it may hold scripted code, does that compile?"""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from scriptc.lint.broken import unopened, unreadable
from scriptc.lint.finder import digest
from scriptc.lint.records import Looked, Uses

ROOTS = (".", "src")
"""Folders that absolute imports are looked up in, besides those of the file's own package: Python's own way is to start there."""


STACK = 96 << 20
"""Bytes of stack that are enough for the recursion that compiling allows, so that one without end is an error and no crash."""


def deepen_stack() -> None:
    """Let the main thread's stack grow to `STACK`, where the system has a way to."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
        if soft != resource.RLIM_INFINITY and soft < STACK:
            resource.setrlimit(resource.RLIMIT_STACK, (STACK if hard == resource.RLIM_INFINITY else min(STACK, hard), hard))


class Looker:
    """Looks at files one after another. A file that several of them import is evaluated once.

    texts   unsaved texts by path
    asked   the files that will be looked at: they are told of by these paths
    """

    def __init__(self, texts: Mapping[str, str], asked: Iterable[str]) -> None:
        self.texts, self.asked = texts, list(asked)
        self._world: Any = None

    def look(self, path: str, *, scripted: bool) -> Looked:
        """What is found in the file and in what it reaches; it is only parsed where it cannot hold scripted code."""
        try:
            with warnings.catch_warnings(action="ignore"):  # what Python says of the file's own text
                return self._look(path, scripted)
        except Exception as e:
            from scriptc.runtime.crash import internal_finding

            finding, files = internal_finding(path, e)
            return Looked(path, [finding], files)

    def _look(self, path: str, scripted: bool) -> Looked:
        try:
            data = self.data(path)
        except OSError as e:
            return Looked(path, [unopened(e)])
        out = Looked(path, uses=Uses(((os.path.abspath(path), digest(data), ""),)))
        broken = unreadable(path, data, out.files, encoding="UTF-8" if path in self.texts else None, whole=scripted)
        if broken is not None:
            out.diagnostics.append(broken)
        elif scripted:
            self._compile(path, out)
        return out

    def data(self, path: str) -> bytes:
        """The bytes of the file as they are now. Raises OSError."""
        if path not in self.texts:
            return Path(path).read_bytes()
        try:
            return self.texts[path].encode(errors="surrogateescape")  # bytes that were no text when they were read
        except UnicodeEncodeError:
            return self.texts[path].encode(errors="surrogatepass")

    def _compile(self, path: str, out: Looked) -> None:
        """Imported only here: most trees have nothing for it to do."""
        from scriptc.lint.check import check_file
        from scriptc.lint.standins import World

        if self._world is None:
            self._world = World(ROOTS, self.texts, self.asked)
        report = check_file(self._world, path)
        out.diagnostics, out.files, out.uses = report.diagnostics, report.files, self._world.uses(path)
