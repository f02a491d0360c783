"""The settings of `scriptc lint`: those of the nearest pyproject.toml, and what the command line says."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field

from scriptc.lint import settings
from scriptc.lint.settings import Settings, for_file


@dataclass
class Chosen:
    """What the options --select, --extend-select, --ignore and --target say, as they were written."""

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    target: str | None = None
    _folders: dict[str, Settings] = field(default_factory=dict)

    def of(self, path: str) -> Settings:
        """The settings of a file. Raises SettingsError."""
        folder = path if os.path.isdir(path) else os.path.dirname(os.path.abspath(path))
        if folder not in self._folders:
            given = {"select": self.select, "extend-select": self.extend_select, "ignore": self.ignore}
            lists: dict[str, list[str] | str] = {key: _words(values) for key, values in given.items()}
            self._folders[folder] = for_file(folder, {**lists, "target": self.target or ""})
        return self._folders[folder]

    def __post_init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Read the files again when they are asked for: they may have changed."""
        self._folders.clear()
        settings.forget()

    def without_rules(self) -> list[str]:
        """The targets asked for so far that have no rules of their own."""
        return [t for t in settings.WITHOUT_RULES if any(s.target == t for s in self._folders.values())]

    def sources(self) -> list[str]:
        """The files that settings came from so far."""
        return sorted({s.source for s in self._folders.values() if s.source is not None})


def no_rules(target: str) -> str:
    """What there is to say of a target without rules."""
    return f"the target {target} has no rules of its own yet: what is reported holds for every target"


def _words(values: tuple[str, ...]) -> list[str]:
    """Values may be given one by one or with commas between them."""
    return [word.strip() for value in values for word in value.split(",") if word.strip()]


def described(path: str, found: Settings) -> str:
    """The settings as they would stand in a pyproject.toml, and the codes they mean."""
    data = found.record()
    ignores, codes = data.pop("per-file-ignores"), data.pop("codes")
    source = data.pop("source") or "the defaults"
    lines = [f"# {path}: {source}", "[tool.scriptc]", *(f"{key} = {json.dumps(value)}" for key, value in data.items())]
    if ignores:
        lines += ["", "[tool.scriptc.per-file-ignores]", *(f"{json.dumps(key)} = {json.dumps(value)}" for key, value in ignores.items())]
    if found.target in settings.WITHOUT_RULES:
        lines += ["", f"# {no_rules(found.target)}"]
    return "\n".join([*lines, "", f"# reported: {' '.join(codes)}"])
