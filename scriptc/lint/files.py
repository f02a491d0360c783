"""Which files are looked at: what the command line names, and the Python files below its folders."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

SKIPPED = ("__pycache__", "node_modules", "site-packages", "build", "dist", "venv", "__pypackages__")


def python_files(paths: Iterable[str], exclude: Sequence[str] = ()) -> list[str]:
    """Every file named and every `.py` file below every folder named, sorted, each once.

    Below a folder, hidden folders, virtual environments and `exclude` patterns are left out. Raises FileNotFoundError.
    """
    found: dict[str, None] = {}
    for path in paths:
        if os.path.isdir(path):
            found.update(dict.fromkeys(_below(path, exclude)))
        elif os.path.exists(path):
            found[path] = None
        else:
            raise FileNotFoundError(f"there is no file or folder {path!r}")
    return list(found)


def _below(folder: str, exclude: Sequence[str]) -> Iterator[str]:
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(d for d in folders if not _skipped(root, d, exclude))
        for name in sorted(names):
            path = os.path.normpath(os.path.join(root, name))
            if name.endswith(".py") and os.path.isfile(path) and not excluded(path, exclude):  # no pipes, no links to nothing
                yield path


def _skipped(root: str, folder: str, exclude: Sequence[str]) -> bool:
    path = os.path.join(root, folder)
    hidden = folder.startswith(".") or folder in SKIPPED
    return hidden or excluded(os.path.normpath(path), exclude) or os.path.exists(os.path.join(path, "pyvenv.cfg"))


def excluded(path: str, patterns: Sequence[str]) -> bool:
    """Does one of the glob `patterns` fit the path, its name or one of its folders?"""
    parts = [path, *Path(path).parts]
    return any(fnmatch.fnmatch(part, pattern.rstrip("/")) for pattern in patterns for part in parts)


_IMPORT = re.compile(rb"^[ \t]*(?:from[ \t]+\.*([\w.]*)[ \t]+import[ \t]+([^\n]*)|import[ \t]+([^\n]*))", re.MULTILINE)


def relevant(texts: dict[str, bytes]) -> set[str]:
    """The files that may compile something: they name scriptc, or import a file that does, through any number of files.

    A cheap look at the text, so that files without any scripted code cost next to nothing.
    """
    found = {path for path, text in texts.items() if b"scriptc" in text}
    imports = {path: _imported(text) for path, text in texts.items() if path not in found}
    while True:
        stems = {_stem(path) for path in found}
        more = {path for path, names in imports.items() if path not in found and not stems.isdisjoint(names)}
        if not more:
            return found
        found |= more


def _stem(path: str) -> str:
    p = Path(path)
    return p.parent.name if p.stem == "__init__" else p.stem


def _imported(text: bytes) -> set[str]:
    words: set[str] = set()
    for groups in _IMPORT.findall(text):
        for part in groups:
            words.update(re.findall(r"\w+", part.decode(errors="replace")))
    return words
