"""What earlier runs found, kept in `.scriptc_cache/`: files that did not change, nor anything they import, are not looked at again.

The folder holds one JSON file for each combination of scriptc, Python and NumPy. It is only ever read as data, and whatever in it
does not fit is as good as not there. A foreign one can hide findings or make them up, but nothing is changed or run because of it:
fixes are made from new looks alone.
"""

from __future__ import annotations

import contextlib
import glob
import importlib.util
import json
import os
import platform
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from scriptc import __version__
from scriptc.lint.finder import Finder, digest
from scriptc.lint.looking import Looker
from scriptc.lint.records import Looked, Misfit, Uses, from_record, to_record

FOLDER = ".scriptc_cache"
FORMAT = 1
MAX_BYTES = 1 << 28
MAX_AGE = 30 * 24 * 3600
"""Seconds after which the file of another Python, or of an older scriptc, is thrown away."""
HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
INTERNAL = "SC900"
MARKS = {
    ".gitignore": "*\n",
    "CACHEDIR.TAG": "Signature: 8a477f597d28d172789f06886806bc55\n# Made by scriptc lint; see bford.info/cachedir.\n",
}


class Cache:
    """The findings of earlier runs. Use one for one run: `get` what is there, `put` what is new, `save`."""

    def __init__(self, folder: str) -> None:
        self.path = os.path.join(folder, f"lint-{fingerprint()}.json")
        self._entries = _load(self.path)
        self._new: dict[str, Any] = {}

    def get(self, path: str, contents: str, scripted: bool, looker: Looker, finder: Finder, digests: dict[str, str]) -> Looked | None:
        """What is known of the file with contents of this digest, None where that is nothing, or something it depends on is different now.

        digests   of the files of this run by absolute path; those of others are added
        """
        entry = self._entries.get(os.path.abspath(path))
        if not scripted:
            return Looked(path) if entry == contents else None
        if type(entry) is not dict:
            return None
        try:
            known = from_record(entry)
        except Misfit:
            return None
        known.path = path
        return known if known.uses.files and _is_as_it_was(known.uses, os.path.abspath(path), looker, finder, digests) else None

    def put(self, looked: Looked, scripted: bool) -> None:
        """Remember a look, unless scriptc itself failed or the file is no Python."""
        if not looked.uses.files or any(d.code == INTERNAL for d in looked.diagnostics):
            return
        path, contents, _ = looked.uses.files[0]
        if scripted:
            record = to_record(looked)
            self._new[path] = {**record, "files": [[name, os.path.abspath(file), text] for name, file, text in record["files"]]}
        elif not looked.diagnostics:
            self._new[path] = contents

    def save(self) -> None:
        """Write what is new. What another run has written meanwhile stays; where nothing can be written, nothing is."""
        if not self._new:
            return
        with contextlib.suppress(OSError):
            entries = {path: entry for path, entry in {**_load(self.path), **self._new}.items() if os.path.exists(path)}
            folder = os.path.dirname(self.path)
            _make(folder)
            _write(self.path, json.dumps({"format": FORMAT, "entries": entries}))
            _tidy(folder)


def _is_as_it_was(uses: Uses, path: str, looker: Looker, finder: Finder, digests: dict[str, str]) -> bool:
    if uses.files[0][0] != path:
        return False
    same = all(contents == _digest(used, looker, digests) and name in ("", finder.name(used)) for used, contents, name in uses.files)
    return same and all(finder.find(dotted, uses.files[i][0], level) == found for i, dotted, level, found in uses.imports)


def _digest(path: str, looker: Looker, digests: dict[str, str]) -> str:
    """Of a file as it is now; of one that cannot be read, something that no digest is."""
    if path not in digests:
        try:
            digests[path] = digest(looker.data(path))
        except OSError:
            digests[path] = "-"
    return digests[path]


def fingerprint() -> str:
    """Changes with all that findings depend on besides the user's files: scriptc's own files, Python, NumPy, and what annotations come from."""
    own = [(path, os.stat(os.path.join(HOME, path))) for path in sorted(glob.glob("**/*.py", root_dir=HOME, recursive=True))]
    files = [(path, status.st_size, status.st_mtime_ns) for path, status in own]
    parts = [FORMAT, __version__, files, sys.version, platform.machine(), np.__version__, [_version(p) for p in ("jaxtyping", "typing_extensions")]]
    return digest(json.dumps(parts).encode())[:16]


def _version(package: str) -> list[str]:
    """What tells the installed package from other versions of it, without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.origin:
        return []
    folder = os.path.dirname(spec.origin) if spec.submodule_search_locations is None else os.path.dirname(os.path.dirname(spec.origin))
    return [spec.origin, *sorted(glob.glob(f"{package}-*-info", root_dir=folder))]


def _load(path: str) -> dict[str, Any]:
    try:
        if os.path.getsize(path) > MAX_BYTES:
            return {}
        data = json.loads(Path(path).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    entries = data.get("entries") if type(data) is dict and data.get("format") == FORMAT else None
    return entries if type(entries) is dict else {}


def _make(folder: str) -> None:
    """The folder, marked as one that neither Git nor backups keep."""
    os.makedirs(folder, exist_ok=True)
    for name, text in MARKS.items():
        path = os.path.join(folder, name)
        if not os.path.exists(path):
            _write(path, text)


def _write(path: str, text: str) -> None:
    """Whole or not at all: others may read or write it at the same time."""
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".new-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as f:
            f.write(text)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def _tidy(folder: str) -> None:
    old = time.time() - MAX_AGE
    for name in glob.glob("lint-*.json", root_dir=folder):
        if os.path.getmtime(path := os.path.join(folder, name)) < old:
            os.unlink(path)
