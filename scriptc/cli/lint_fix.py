"""`scriptc lint --fix`, `--unsafe-fixes` and `--diff`."""

from __future__ import annotations

import difflib
import importlib.util

import click

from scriptc.cli.errors import CannotRun
from scriptc.cli.lint_job import STDIN, Job
from scriptc.lint.fixes.apply import Fixed, fix_files, plain, read, write
from scriptc.lint.fixes.edits import lines_of
from scriptc.lint.formats.result import shown_path
from scriptc.lint.run import Findings


def fixed(job: Job, *, unsafe: bool) -> tuple[Fixed, list[str]]:
    """The files the job asks for with their fixes; nothing is written. Raises CannotRun without libcst."""
    if STDIN in job.paths:
        raise CannotRun("--fix and --diff change files, not standard input")
    if importlib.util.find_spec("libcst") is None:
        raise CannotRun("fixes need libcst: pip install 'scriptc[lint]'")
    files = job.asked()

    def look(texts: dict[str, str]) -> Findings:
        return job.look(files, {path: plain(text) for path, text in texts.items()})

    texts = {}
    for path in files:
        try:
            texts[path] = read(path)
        except (OSError, UnicodeError, LookupError):
            continue  # said of it as a finding
    return fix_files(look, texts, unsafe=unsafe), files


def write_all(done: Fixed) -> None:
    """Write the files that change, and say so. Raises OSError."""
    for path in done.changed:
        write(path, done.after[path])
    if done.count:
        n, m = done.count, len(done.changed)
        click.echo(f"scriptc: fixed {n} {'finding' if n == 1 else 'findings'} in {m} {'file' if m == 1 else 'files'}", err=True)


def diff(done: Fixed) -> str:
    """What would be written, as a unified diff."""
    out = []
    for path in done.changed:
        before, after = (lines_of(t) for t in (done.before[path], done.after[path]))
        for line in difflib.unified_diff(before, after, shown_path(path), shown_path(path)):
            out.append(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
    return "".join(out)
