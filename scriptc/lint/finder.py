"""Which file an import means: the user's files, looked for as Python would with the program's folders on its path."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator

TRUSTED = ("scriptc", "numpy", "jaxtyping", "typing_extensions")
"""Packages of which a folder of the user's with the same name is not taken for one."""
INIT, PROJECT = "__init__.py", "pyproject.toml"


def digest(data: bytes) -> str:
    """Tells the contents of files from one another."""
    return hashlib.sha256(data).hexdigest()


class Finder:
    """Finds files for imports, and remembers what it has seen of the disk: one is used for one run.

    roots   folders that absolute imports are looked up in, after the file's own
    known   files that count as being there, whether or not they are on disk
    """

    def __init__(self, roots: Iterable[str] = (), known: Iterable[str] = ()) -> None:
        self.roots = tuple(map(os.path.realpath, roots))
        self.known = frozenset(map(os.path.realpath, known))
        self._modules: dict[tuple[str, str], str | None] = {}
        self._tops: dict[str, tuple[str, ...]] = {}
        self._projects: dict[str, tuple[str, ...]] = {}
        self._folders: dict[str, str] = {}
        self._files: dict[str, bool] = {}

    def find(self, dotted: str, origin: str, level: int = 0) -> str | None:
        """The file of `import dotted` in the file `origin`, `level` dots before it; the folder of a package that is only a folder. Or None."""
        folder = self._folder(origin)
        if level:
            for _ in range(level - 1):
                folder = os.path.dirname(folder)
            return self._module(folder, dotted) if dotted else self._package(folder)
        top = dotted.partition(".")[0]
        if top in TRUSTED:
            return None
        return next((found for root in self._roots(folder, top) if (found := self._module(root, dotted)) is not None), None)

    def name(self, path: str) -> str:
        """The dotted name a file has within its package."""
        folder, stem = self._folder(path), os.path.splitext(os.path.basename(path))[0]
        parts = [*self._package_parts(folder), *([] if stem == "__init__" else [stem])]
        return ".".join(parts) or os.path.basename(folder)

    def owner(self, path: str) -> str | None:
        """The `__init__.py` of the package that a module or package is in."""
        folder = self._folder(path)
        if os.path.basename(path) == INIT:
            folder = os.path.dirname(folder)
        init = os.path.join(folder, INIT)
        return init if self.is_file(init) else None

    def _folder(self, path: str) -> str:
        if path not in self._folders:
            self._folders[path] = os.path.dirname(os.path.realpath(path))
        return self._folders[path]

    def is_file(self, path: str) -> bool:
        if path not in self._files:
            self._files[path] = path in self.known or os.path.isfile(path)
        return self._files[path]

    def _roots(self, folder: str, top: str) -> Iterator[str]:
        """Where Python looks first: in the folder of a script, or in that of the top package. Names of Python's own are meant there alone."""
        parts = self._package_parts(folder)
        yield os.path.normpath(os.path.join(folder, *[os.pardir] * len(parts)))
        if top not in sys.stdlib_module_names:
            yield from self.roots
            yield from self._project(folder)
            yield folder

    def _project(self, folder: str) -> tuple[str, ...]:
        """The folder of the nearest pyproject.toml, and `src` in it."""
        if folder not in self._projects:
            parent = os.path.dirname(folder)
            here = self.is_file(os.path.join(folder, PROJECT))
            self._projects[folder] = (folder, os.path.join(folder, "src")) if here else () if parent == folder else self._project(parent)
        return self._projects[folder]

    def _package_parts(self, folder: str) -> tuple[str, ...]:
        """The names of the packages a folder is in, its own last; none where it is no package."""
        if folder not in self._tops:
            parent, name = os.path.split(folder)
            inside = bool(name) and self.is_file(os.path.join(folder, INIT))
            self._tops[folder] = (*self._package_parts(parent), name) if inside else ()
        return self._tops[folder]

    def _module(self, root: str, dotted: str) -> str | None:
        key = (root, dotted)
        if key not in self._modules:
            self._modules[key] = self._look(os.path.join(root, *dotted.split(".")))
        return self._modules[key]

    def _look(self, path: str) -> str | None:
        init = os.path.join(path, INIT)
        if self.is_file(init):
            return init
        return path + ".py" if self.is_file(path + ".py") else self._package(path)

    def _package(self, folder: str) -> str | None:
        init = os.path.join(folder, INIT)
        if self.is_file(init):
            return init
        try:
            return folder if any(name.endswith(".py") for name in os.listdir(folder)) else None
        except OSError:
            return None
