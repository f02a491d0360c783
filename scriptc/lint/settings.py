"""What `[tool.scriptc]` in pyproject.toml asks of lint. The nearest file that has the table speaks for a file, and it alone.

    [tool.scriptc]
    select = ["ALL"]                # what is reported: codes, beginnings of codes (`SC4`), names, or `ALL`
    extend-select = []              # more of them
    ignore = ["float-equality"]     # what is not
    exclude = ["generated"]         # glob patterns of files and folders that are left out
    target = "python"               # or "c", "onnx", "train": what the code has to be fit for

    [tool.scriptc.per-file-ignores]
    "tests/*" = ["SC5"]             # glob pattern, from the folder of the pyproject.toml -> codes

Patterns fit a path from the folder of the pyproject.toml, its name, or one of its folders.
"""

from __future__ import annotations

import dataclasses
import difflib
import functools
import os
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scriptc.diagnostics.codes import CODES
from scriptc.diagnostics.diagnostic import Diagnostic
from scriptc.diagnostics.errors import ScriptcError
from scriptc.lint.files import excluded

FILE, TABLE = "pyproject.toml", "[tool.scriptc]"
LISTS = ("select", "extend-select", "ignore", "exclude")
KEYS = (*LISTS, "per-file-ignores", "target")
TARGETS = ("python", "c", "onnx", "train")
"""What code may be written for: NumPy, C without Python, ONNX, and being trained."""
WITHOUT_RULES = ("c", "onnx", "train")
"""Targets that nothing is asked of yet beyond what holds for all: their rules (SC6xx, SC7xx) come with them."""
EVERYTHING = "ALL"
UNREADABLE, INTERNAL = "SC100", "SC900"


class SettingsError(ScriptcError):
    """Settings that mean nothing: the file, the key, and what there is instead."""


@dataclass(frozen=True)
class Settings:
    """What is reported of a file. `select`, `extend_select` and `ignore` hold codes, beginnings of codes and names as they were written.

    source   the file they were read from, None for the defaults
    folder   what patterns are relative to
    """

    select: tuple[str, ...] = (EVERYTHING,)
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    target: str = "python"
    source: str | None = None
    folder: str = "."

    @functools.cached_property
    def codes(self) -> frozenset[str]:
        """Every code that is reported, per-file ignores aside.

        A file that is no Python is reported unless it is ignored by name: with nothing said of it, it would seem fine.
        """
        return (_all(self.select) | _all(self.extend_select) | {UNREADABLE}) - _all(self.ignore) | {INTERNAL}

    def codes_of(self, path: str) -> frozenset[str]:
        """The codes that are reported of the file."""
        fitting = [_all(tokens) for pattern, tokens in self.per_file_ignores if self._fits(path, pattern)]
        return self.codes - frozenset().union(*fitting) | {INTERNAL}

    def wants(self, path: str, finding: Diagnostic) -> bool:
        """Is `finding` reported, where `path` is the file it is in?"""
        return finding.code in self.codes_of(path)

    def excludes(self, path: str) -> bool:
        """Is the file left out by `exclude`?"""
        return any(self._fits(path, pattern) for pattern in self.exclude)

    def _fits(self, path: str, pattern: str) -> bool:
        return excluded(os.path.relpath(path, self.folder).replace(os.sep, "/"), (pattern.removeprefix("./"),))

    def record(self) -> dict[str, Any]:
        """As plain data, under the names the file has for them."""
        data = {f.name.replace("_", "-"): getattr(self, f.name) for f in dataclasses.fields(self)}
        del data["folder"]
        plain = {key: list(value) if isinstance(value, tuple) else value for key, value in data.items()}
        return {**plain, "per-file-ignores": {pattern: list(tokens) for pattern, tokens in self.per_file_ignores}, "codes": sorted(self.codes)}


def for_file(path: str, overrides: Mapping[str, Sequence[str] | str] | None = None) -> Settings:
    """The settings of a file or folder: those of the nearest pyproject.toml with a `[tool.scriptc]`, else the defaults.

    overrides   what the command line says, by key; `ignore`, `exclude` and `extend-select` add to the file's own
    Raises SettingsError.
    """
    found = _of_folder(str(Path(os.path.abspath(path)) if os.path.isdir(path) else Path(os.path.abspath(path)).parent))
    return override(found, overrides or {})


def override(settings: Settings, overrides: Mapping[str, Sequence[str] | str]) -> Settings:
    """`settings` with what the command line says put in. Raises SettingsError."""
    given = {key: value for key, value in overrides.items() if value}
    made = read_table(given, "the command line", settings.folder, prefix="--")
    changes: dict[str, Any] = {}
    for key in given:
        name = key.replace("-", "_")
        old, new = getattr(settings, name), getattr(made, name)
        changes[name] = new if key in ("select", "target") else (*old, *new)
    return dataclasses.replace(settings, **changes)


@functools.lru_cache(maxsize=4096)
def _of_folder(folder: str) -> Settings:
    path = Path(folder)
    found = read_file(path / FILE) if (path / FILE).is_file() else None
    if found is not None:
        return found
    return Settings() if path.parent == path else _of_folder(str(path.parent))


def forget() -> None:
    """Read the files again when they are asked for: they may have changed."""
    _of_folder.cache_clear()


def read_file(path: Path) -> Settings | None:
    """The settings of one pyproject.toml, None where it has none. Raises SettingsError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as e:
        raise SettingsError(f"{path}: {e}") from None
    tool = data.get("tool", {})
    table = tool.get("scriptc") if isinstance(tool, dict) else None
    if table is None:
        return None
    if not isinstance(table, dict):
        raise SettingsError(f"{path}: `tool.scriptc` is a table")
    return read_table(table, f"{path}: {TABLE}", str(path.parent), source=str(path))


def read_table(table: Mapping[str, Any], where: str, folder: str, *, source: str | None = None, prefix: str = "") -> Settings:
    """The settings a table holds; `where` is what messages call it. Raises SettingsError."""
    for key in table:
        if key not in KEYS:
            raise SettingsError(f"{where} has no key `{prefix}{key}`{_nearest(key, KEYS)}; it has {', '.join(KEYS)}")
    lists = {key: _strings(table[key], f"{where} `{prefix}{key}`") for key in LISTS if key in table}
    for key in lists.keys() - {"exclude"}:
        _known(lists[key], f"{where} `{prefix}{key}`")
    ignores = table.get("per-file-ignores", {})
    if not isinstance(ignores, Mapping):
        raise SettingsError(f"{where} `per-file-ignores` is a table: a pattern, and a list of codes")
    pairs = tuple((pattern, _known(_strings(codes, of := f"{where} `per-file-ignores.{pattern}`"), of)) for pattern, codes in ignores.items())
    target = _target(table.get("target", "python"), f"{where} `{prefix}target`")
    named = {key.replace("-", "_"): value for key, value in lists.items()}
    return Settings(**named, per_file_ignores=pairs, target=target, source=source, folder=folder)


def _strings(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(x, str) for x in value):
        raise SettingsError(f"{where} is a list of strings")
    return tuple(value)


def _known(tokens: tuple[str, ...], where: str) -> tuple[str, ...]:
    for token in tokens:
        if not expand(token):
            names = (*CODES, *(info.name for info in CODES.values()))
            raise SettingsError(f"{where}: there is no code `{token}`{_nearest(token, names)}; `scriptc explain --list` names all")
    return tokens


def _target(value: Any, where: str) -> str:
    if value not in TARGETS:
        raise SettingsError(f"{where}: there is no target {value!r}; there are {', '.join(TARGETS)}")
    return str(value)


def _nearest(word: str, words: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(words), 1, 0.75)
    return f" (did you mean `{near[0]}`?)" if near else ""


def _all(tokens: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*(expand(t) for t in tokens))


@functools.cache
def expand(token: str) -> frozenset[str]:
    """The codes a token means: a code, the beginning of codes, a name, or `ALL`. Empty where it means none."""
    if token == EVERYTHING:
        return frozenset(CODES)
    named = frozenset(code for code, info in CODES.items() if info.name == token)
    return named or frozenset(code for code in CODES if token[:2].upper() == "SC" and code.startswith(token.upper()))
