"""One look at the files that `scriptc lint` is asked for."""

from __future__ import annotations

import os
import re
import sys
import warnings
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from scriptc.cli.errors import CannotRun
from scriptc.cli.lint_settings import Chosen, no_rules
from scriptc.cli.progress import Bar
from scriptc.diagnostics.errors import ScriptcError
from scriptc.lint.broken import encoding_of
from scriptc.lint.cache import FOLDER, Cache
from scriptc.lint.files import python_files
from scriptc.lint.finder import PROJECT
from scriptc.lint.reporting import reported
from scriptc.lint.run import Findings, lint_files

STDIN = "-"


def cache_folder() -> str:
    """Where findings are kept: beside the nearest pyproject.toml, else in the current folder."""
    here = Path.cwd()
    return str(next((folder for folder in (here, *here.parents) if (folder / PROJECT).is_file()), here) / FOLDER)


@dataclass
class Job:
    """What is looked at.

    known   the path of a baseline file
    jobs    processes at most
    cache   the folder with what earlier runs found, None where there is none
    deep    seconds that importing a file may take, None where nothing is imported
    """

    paths: tuple[str, ...]
    exclude: tuple[str, ...]
    stdin_filename: str
    chosen: Chosen
    known: str | None
    jobs: int = 1
    cache: str | None = None
    deep: float | None = None
    reached: tuple[str, ...] = field(default=(), init=False)
    """What the last run depended on beside the files asked for: files they import, files with settings."""

    def run(self) -> tuple[Findings, list[str]]:
        """What is reported, and the files looked at. Raises FileNotFoundError, SettingsError, BaselineError, OSError."""
        files, texts = self._stdin() if STDIN in self.paths else (self.asked(), {})
        if not files:
            click.echo(f"scriptc: there is no Python file in {', '.join(self.paths)}", err=True)
        found = self.look(files, texts, None if self.cache is None or texts else Cache(self.cache))
        self.reached = (*found.reached, *self.chosen.sources())
        for target in self.chosen.without_rules():
            click.echo(f"scriptc: {no_rules(target)}", err=True)
        return found, files

    def asked(self) -> list[str]:
        """The files the paths stand for, less those that settings leave out below a folder."""
        return [f for f in python_files(self.paths, self.exclude) if f in self.paths or not self.chosen.of(f).excludes(f)]

    def watched(self) -> list[str]:
        """Everything that a run would read, as far as it is known."""
        try:
            asked = python_files(self.paths, self.exclude)
        except FileNotFoundError:
            asked = []
        return sorted({os.path.abspath(p) for p in (*asked, *self.reached, *([self.known] if self.known else []))})

    def _stdin(self) -> tuple[list[str], dict[str, str]]:
        if len(self.paths) > 1:
            raise CannotRun("`-` reads one text from standard input and goes with no other path")
        data = sys.stdin.buffer.read()
        try:
            text = data.decode(encoding_of(data))
        except (UnicodeError, LookupError):
            text = data.decode(errors="surrogateescape")  # said of it as of a file
        return [self.stdin_filename], {self.stdin_filename: re.sub("\r\n?", "\n", text)}

    def look(self, files: list[str], texts: dict[str, str], cache: Cache | None = None) -> Findings:
        """What is reported of the files; `texts` are unsaved texts by path. Without `cache` nothing of earlier runs counts."""
        try:
            with Bar(len(files)) as bar, warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what Python says of the files' own text while it is parsed
                found = lint_files(files, texts, bar.step, jobs=self.jobs, cache=cache, deep=self.deep)
                left = reported(found, files, texts, self.chosen.of, self.known)
                return replace(left, reached=found.reached)
        except (ScriptcError, OSError):
            raise
        except Exception as e:
            from scriptc.runtime.crash import internal_finding

            finding, texts_of_it = internal_finding(", ".join(self.paths), e)
            return Findings({self.paths[0]: [finding]}, texts_of_it)
