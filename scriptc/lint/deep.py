"""`scriptc lint --deep`: files with scripted code are imported, each in a process of its own, and compiled for real."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from scriptc.diagnostics.diagnostic import Diagnostic, Label
from scriptc.lint.broken import decoded
from scriptc.lint.pool import HOME
from scriptc.lint.records import Looked, Misfit, from_record
from scriptc.source.file import SourceFile
from scriptc.source.span import Span

CODE = "SC114"
GUARD = 'what only a program does goes below `if __name__ == "__main__":`'
PATIENCE = 5.0
"""Seconds more that a process has to end by itself."""


def import_all(paths: Iterable[str], limit: float, jobs: int, step: Callable[[str], None]) -> list[Looked]:
    """What importing and compiling each file finds, in the order of the files. Each may take `limit` seconds."""
    processes: set[subprocess.Popen[str]] = set()
    with ThreadPoolExecutor(jobs) as threads:
        try:
            running = [(path, threads.submit(import_one, path, limit, processes)) for path in paths]
            return [_finished(path, result, step) for path, result in running]
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            for process in list(processes):  # else they would be waited for
                _end(process)
            raise


def _finished(path: str, result: Future[Looked], step: Callable[[str], None]) -> Looked:
    looked = result.result()
    step(path)
    return looked


def import_one(path: str, limit: float, processes: set[subprocess.Popen[str]] | None = None) -> Looked:
    """What importing and compiling one file finds; `processes` holds the one that does it while it runs."""
    with tempfile.TemporaryDirectory(prefix="scriptc-") as folder:
        report, traces = os.path.join(folder, "report.json"), os.path.join(folder, "traces.txt")
        code = _run(json.dumps([os.path.abspath(path), limit, report, traces]), limit + PATIENCE, set() if processes is None else processes)
        done, looked = _read(report, path)
        if not done:
            found, files = _ended(path, code, limit, Path(traces).read_text(errors="replace") if os.path.exists(traces) else "")
            looked.diagnostics += found
            looked.files.update(files)
        return looked


def _run(request: str, limit: float, processes: set[subprocess.Popen[str]]) -> int | None:
    """The exit code of the process, negative for a signal; None where it had to be ended."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([*filter(None, [os.environ.get("PYTHONPATH")]), HOME])}
    command = [sys.executable, "-P", "-W", "ignore", "-m", "scriptc.lint.deep_child"]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True, env=env, start_new_session=True
    )
    processes.add(process)
    try:
        process.communicate(request + "\n", timeout=limit)
        return process.returncode
    except subprocess.TimeoutExpired:
        return None
    finally:
        _end(process)
        processes.discard(process)


def _end(process: subprocess.Popen[str]) -> None:
    """The process, and those it has started."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def _read(report: str, path: str) -> tuple[bool, Looked]:
    """Whether the file was looked at to its end, and what was found. The file's own code could have written anything there."""
    try:
        data = json.loads(Path(report).read_bytes())
        looked = from_record(data["looked"])
        looked.path = path
        return data["done"] is True, looked
    except (OSError, ValueError, KeyError, TypeError, RecursionError, Misfit):
        return False, Looked(path)


def _ended(path: str, code: int | None, limit: float, traces: str) -> tuple[list[Diagnostic], dict[str, SourceFile]]:
    """The finding of a process that did not come to its end."""
    lines = [int(n) for name, n in re.findall(r'File "([^"\n]+)", line (\d+)', traces) if os.path.realpath(name) == os.path.realpath(path)]
    if code is None or "Timeout (" in traces:
        message = f"importing this file and compiling what is in it takes more than {limit:g} seconds"
        help = f"{GUARD}; `--time-limit` gives it longer"
    elif code < 0:
        message, help = f"importing this file crashes Python ({_signal(-code)})", "run `python -X faulthandler` on it: it says where"
    else:
        message, help = f"importing this file ends the process at once (exit code {code})", GUARD
    return at_line(os.path.abspath(path), lines[0] if lines else 1, message, help)


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def at_line(target: str, line: int, message: str, help: str, notes: tuple[str, ...] = ()) -> tuple[list[Diagnostic], dict[str, SourceFile]]:
    """A finding of one line of the file."""
    try:
        with open(target, "rb") as f:
            text = decoded(f.read())
    except (OSError, SyntaxError, UnicodeError):
        return [Diagnostic(CODE, message, help=help, notes=notes)], {}
    file = SourceFile(target, os.path.basename(target), target, text)
    row = file.line(line)
    start, end = len(row) - len(row.lstrip()), len(row.rstrip().encode(errors="surrogatepass"))
    span = Span(file.key, line, min(start, end), line, end)
    return [Diagnostic(CODE, message, Label(span), help=help, notes=notes)], {file.key: file}
