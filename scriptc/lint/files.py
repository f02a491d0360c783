"""Which files are looked at: what the command line names, and the Python files below its folders."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from scriptc.lint.finder import Finder

SKIPPED = ("__pycache__", "node_modules", "site-packages", "build", "dist", "venv", "__pypackages__")


def python_files(paths: Iterable[str], exclude: Sequence[str] = ()) -> list[str]:
    """Every file named and every `.py` file below every folder named, sorted, each once, by the path it comes by first.

    Below a folder, hidden folders, virtual environments and `exclude` patterns are left out. Raises FileNotFoundError.
    """
    found: dict[str, str] = {}
    for path in paths:
        if not os.path.exists(path):
            raise FileNotFoundError(f"there is no file or folder {path!r}")
        for file in _below(path, exclude) if os.path.isdir(path) else [path]:
            found.setdefault(os.path.abspath(file), file)
    return list(found.values())


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


_SCRIPTC = re.compile(rb"\bscriptc\b")
_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]*(\.*)[ \t]*([\w.]*)[ \t]+import[ \t]*(\([^)]*\)|(?:\\\r?\n|[^\n])*)|import[ \t]+((?:\\\r?\n|[^\n])*))", re.MULTILINE
)


def relevant(texts: Mapping[str, bytes], finder: Finder) -> set[str]:
    """The files that may compile something: they name scriptc, or import a file that does, through any number of files.

    A cheap look at the text, so that files without any scripted code cost next to nothing.
    """
    found = {path for path, text in texts.items() if _SCRIPTC.search(text)}
    if not found:
        return found
    waiting = {path: _imported(text) for path, text in texts.items() if path not in found}
    new = found
    while new:
        real, stems = set(map(os.path.realpath, new)), {_stem(path) for path in new}
        new = {path for path, asked in waiting.items() if any(_means(finder, path, *a, real, stems) for a in asked)}
        found = found | new
        for path in new:
            del waiting[path]
    return found


def _means(finder: Finder, path: str, dotted: str, level: int, files: set[str], stems: set[str]) -> bool:
    """Does this import in the file `path` mean one of `files`? Their `stems` rule most imports out without a look at the disk."""
    return (dotted.rpartition(".")[2] in stems or not dotted) and finder.find(dotted, path, level) in files


def _stem(path: str) -> str:
    p = Path(os.path.realpath(path))
    return p.parent.name if p.stem == "__init__" else p.stem


def _imported(text: bytes) -> set[tuple[str, int]]:
    """Every module an import may load, with the number of dots before it; of what is imported from a module it is not known if it is one."""
    out: set[tuple[str, int]] = set()
    for dots, base, names, plain in _IMPORT.findall(text):
        start = base.decode(errors="replace")
        out.update((start[: m.start()], len(dots)) for m in re.finditer(r"\.|$", start))
        words = re.findall(r"[\w.]+", (names or plain).decode(errors="replace"))
        for word in words:
            dotted = f"{start}.{word}" if start else word
            out.update((dotted[: m.start()], len(dots)) for m in re.finditer(r"\.|$", dotted))
    return {(dotted, level) for dotted, level in out if dotted or level}
