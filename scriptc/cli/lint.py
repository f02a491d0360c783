"""`scriptc lint PATH...`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import click

from scriptc.cli import lint_fix
from scriptc.cli.errors import CannotRun
from scriptc.cli.lint_job import STDIN, Job, cache_folder
from scriptc.cli.lint_settings import Chosen, described
from scriptc.cli.lint_writing import Writer
from scriptc.cli.watching import watch
from scriptc.diagnostics.errors import ScriptcError
from scriptc.lint import baseline, noqa
from scriptc.lint.formats import PEOPLE, PROGRAMS
from scriptc.lint.formats.result import result_of, shown_path
from scriptc.lint.looking import deepen_stack
from scriptc.lint.pool import processors
from scriptc.lint.run import Findings
from scriptc.lint.settings import TARGETS

FOUND, COULD_NOT_RUN = 1, 2


def _codes(option: str, help: str) -> Callable[[Any], Any]:
    return click.option(option, metavar="CODES", multiple=True, help=help)


@click.command("lint")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@_codes("--select", "Report these alone: codes, beginnings of codes (SC4), names or ALL, with commas between them.")
@_codes("--extend-select", "Report these, too.")
@_codes("--ignore", "Do not report these.")
@click.option("--target", type=click.Choice(TARGETS), help="What the code has to be fit for: rules of what is portable follow it.")
@click.option("--exclude", metavar="PATTERN", multiple=True, help="Leave out files and folders below PATH that fit this glob pattern.")
@click.option("--output-format", "form", type=click.Choice([*PEOPLE, *PROGRAMS]), default="full", show_default=True, help="How findings are written.")
@click.option("-o", "--output-file", "output", type=click.Path(dir_okay=False), help="Write there, not to standard output.")
@click.option("--statistics", is_flag=True, help="Count the findings of each code instead; as text or json.")
@click.option("--exit-zero", is_flag=True, help="Exit 0 where there are findings, too.")
@click.option("--stdin-filename", metavar="NAME", default="<stdin>", help="What the text that `-` reads is called, and the file it stands for.")
@click.option("--baseline", "known", metavar="FILE", type=click.Path(dir_okay=False), help="Report only what is not in this file.")
@click.option("--update-baseline", is_flag=True, help="Write all that is found into the file of --baseline.")
@click.option("--add-noqa", is_flag=True, help="Write a `# noqa: CODE` into the files for each finding.")
@click.option("--fix", "fixing", is_flag=True, help="Change the files: apply the fixes that keep what the program does.")
@click.option("--unsafe-fixes", "unsafe", is_flag=True, help="Apply fixes, too, that may change what the program does.")
@click.option("--diff", "diffing", is_flag=True, help="Show what fixes would change, and write nothing; exits 1 where they would.")
@click.option("--show-settings", is_flag=True, help="Say what is reported of each PATH, and which file says so.")
@click.option("--deep", is_flag=True, help="Import the files with scripted code as well, each in its own process, and compile for real.")
@click.option("--time-limit", metavar="SECONDS", type=click.FloatRange(0, min_open=True), default=60, show_default=True, help="Of a file of --deep.")
@click.option("-j", "--jobs", type=click.IntRange(min=1), metavar="N", help="At most so many processes; one a processor by default.")
@click.option("--no-cache", is_flag=True, help="Look at every file anew, and remember nothing.")
@click.option("--cache-dir", metavar="FOLDER", type=click.Path(file_okay=False), help="Remember there; in .scriptc_cache of the project by default.")
@click.option("-w", "--watch", "watching", is_flag=True, help="Look again whenever a file changes, until Ctrl-C.")
def command(
    paths: tuple[str, ...], select: tuple[str, ...], extend_select: tuple[str, ...], ignore: tuple[str, ...], target: str | None,
    exclude: tuple[str, ...], form: str, output: str | None, statistics: bool, exit_zero: bool, stdin_filename: str, known: str | None,
    update_baseline: bool, add_noqa: bool, fixing: bool, unsafe: bool, diffing: bool, show_settings: bool, deep: bool, time_limit: float,
    jobs: int | None, no_cache: bool, cache_dir: str | None, watching: bool,
) -> int:  # fmt: skip
    """Say what in Python files cannot be compiled, without running or importing them (but for --deep).

    PATH is a file, a folder, or `-` for standard input; the current folder where none is given. Exits 0 where nothing is found,
    1 with findings, 2 where the command could not run or scriptc itself failed.
    """
    fixes = fixing or unsafe or diffing
    _refuse(statistics and form not in (*PEOPLE, "json"), f"--statistics is written as text or json, not as {form}")
    _refuse(update_baseline and known is None, "--update-baseline writes the file of --baseline FILE; which file?")
    _refuse(deep and (STDIN in paths or fixes), "--deep imports files as they are on disk: not with `-`, --fix or --diff")
    _refuse(watching and (fixes or add_noqa or update_baseline), "--watch looks and changes nothing: not with --fix, --add-noqa or --update-baseline")
    deepen_stack()
    chosen, limit = Chosen(select, extend_select, ignore, target), time_limit if deep else None
    known_now, cache = None if update_baseline else known, None if no_cache else cache_dir or cache_folder()
    job = Job(paths or (".",), exclude, stdin_filename, chosen, known_now, jobs or processors(), cache, limit)
    writer = Writer(form, output, statistics)
    if show_settings:
        return _show_settings(job, form)
    if watching:
        return _watch(job, writer)
    if known is not None and update_baseline:
        return _update(job, known)
    if add_noqa:
        return _suppress(job)
    if diffing:
        return _diff(job, unsafe, exit_zero)
    found, files = _fix(job, unsafe) if fixes else job.run()
    result = result_of(found, files)
    writer.write(result)
    return COULD_NOT_RUN if result.failed else FOUND if result.found and not exit_zero else 0


def _refuse(wrong: bool, message: str) -> None:
    """Options that say nothing together."""
    if wrong:
        raise CannotRun(message)


def _show_settings(job: Job, form: str) -> int:
    paths = [job.stdin_filename if p == STDIN else p for p in job.paths]
    every = [(path, job.chosen.of(path)) for path in paths]
    if form == "json":
        click.echo(json.dumps([{"path": path, **found.record()} for path, found in every], indent=2))
    else:
        click.echo("\n\n".join(described(path, found) for path, found in every))
    return 0


def _update(job: Job, known: str) -> int:
    found, files = job.run()
    n = baseline.save(known, found.by_path, found.files)
    click.echo(f"{known}: {n} {'finding' if n == 1 else 'findings'}")
    return COULD_NOT_RUN if result_of(found, files).failed else 0


def _fix(job: Job, unsafe: bool) -> tuple[Findings, list[str]]:
    done, files = lint_fix.fixed(job, unsafe=unsafe)
    lint_fix.write_all(done)
    return done.findings, files


def _diff(job: Job, unsafe: bool, exit_zero: bool) -> int:
    done, files = lint_fix.fixed(job, unsafe=unsafe)
    click.echo(lint_fix.diff(done), nl=False)
    return COULD_NOT_RUN if result_of(done.findings, files).failed else FOUND if done.changed and not exit_zero else 0


def _suppress(job: Job) -> int:
    if STDIN in job.paths:
        raise CannotRun("--add-noqa writes into files, not into standard input")
    found, files = job.run()
    for path in files:
        here = [d for d in found.by_path.get(path, ()) if d.code not in noqa.FIXED]
        n = noqa.add(path, here) if here else 0
        if n:
            click.echo(f"{shown_path(path)}: {n} suppressed")
    return COULD_NOT_RUN if result_of(found, files).failed else 0


def _watch(job: Job, writer: Writer) -> int:
    if STDIN in job.paths:
        raise CannotRun("--watch looks at files, not at standard input")
    job.asked()  # a wrong path or setting ends it here

    def again() -> None:
        click.clear()
        job.chosen.forget()
        try:
            writer.write(result_of(*job.run()))
        except (FileNotFoundError, ScriptcError) as e:
            click.echo(f"scriptc: {e}", err=True)
        click.echo("watching; Ctrl-C ends", err=True)

    try:
        watch(again, job.watched)
    except KeyboardInterrupt:
        return 0
    return 0
