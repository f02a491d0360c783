"""Looking at files in several processes. A process that dies costs the files it was at, and no others."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from scriptc.diagnostics.errors import ScriptcError
from scriptc.lint.looking import Looker
from scriptc.lint.records import Looked, from_record
from scriptc.runtime.crash import internal_finding

HOME = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CHUNK = 64
"""Files that are only parsed go to a process so many at a time."""
SCRIPTED, PARSED = 10e-6, 0.2e-6
"""Seconds that a byte takes, about: of a file with scripted code, and of one that is only parsed."""
WORTH = 0.7
"""Seconds of work that a process more is worth: it takes some to start."""
Task = tuple[list[str], bool]


def processors() -> int:
    """How many processes can run at the same time here."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def processes(jobs: int, scripted: int, parsed: int) -> int:
    """How many processes to use for so many bytes of either kind, at most `jobs`. One means: this one."""
    return max(1, min(jobs, int((scripted * SCRIPTED + parsed * PARSED) / WORTH)))


def look_at_all(looker: Looker, count: int, sizes: Mapping[str, int], scripted: set[str]) -> Iterator[Looked]:
    """A look at each file of `sizes` (bytes by path), in the order they are done. Raises ScriptcError where no process can be started."""
    waiting: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
    done: queue.SimpleQueue[list[Looked] | BaseException] = queue.SimpleQueue()
    tasks = list(_tasks(sizes, scripted))
    for task in [*tasks, *[None] * count]:
        waiting.put(task)
    workers = [_Worker(looker, waiting, done) for _ in range(count)]
    try:
        for worker in workers:
            worker.start()
        for _ in tasks:
            answer = done.get()
            if isinstance(answer, BaseException):
                raise answer
            yield from answer
    finally:
        for worker in workers:
            worker.end()


def _tasks(sizes: Mapping[str, int], scripted: set[str]) -> Iterator[Task]:
    """The longest work first, so that all end at about the same time."""
    for path in sorted(scripted, key=lambda p: (-sizes[p], p)):
        yield [path], True
    parsed = [path for path in sizes if path not in scripted]
    for i in range(0, len(parsed), CHUNK):
        yield parsed[i : i + CHUNK], False


class _Worker(threading.Thread):
    """Hands tasks to one process at a time."""

    def __init__(self, looker: Looker, waiting: queue.SimpleQueue[Task | None], done: queue.SimpleQueue[list[Looked] | BaseException]) -> None:
        super().__init__(daemon=True)
        self.looker, self.waiting, self.done = looker, waiting, done
        self.process: subprocess.Popen[str] | None = None

    def run(self) -> None:
        try:
            while (task := self.waiting.get()) is not None:
                self.done.put(self._answer(task))
        except BaseException as e:
            self.done.put(e)

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()

    def _answer(self, task: Task) -> list[Looked]:
        if self.process is None or self.process.poll() is not None:
            self.process = self._begin()
        try:
            return [from_record(r) for r in json.loads(self._ask(self.process, task))]
        except (OSError, ValueError):
            code = self.process.wait()
        if len(task[0]) > 1:  # which of them was it?
            return [looked for path in task[0] for looked in self._answer(([path], task[1]))]
        finding, files = internal_finding(task[0][0], RuntimeError(f"the process that looked at it ended with exit code {code}"))
        return [Looked(task[0][0], [finding], files)]

    def _begin(self) -> subprocess.Popen[str]:
        env = {**os.environ, "PYTHONPATH": os.pathsep.join([HOME, *filter(None, [os.environ.get("PYTHONPATH")])])}
        command = [sys.executable, "-P", "-m", "scriptc.lint.worker"]  # without the current folder: files in it may have the names of Python's own
        try:
            made = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="ascii", env=env)
            ready = self._ask(made, {"texts": dict(self.looker.texts), "asked": self.looker.asked})
        except OSError as e:
            ready = str(e)
        if ready != "ready\n":
            raise ScriptcError(f"no process for the work can be started; `--jobs 1` does without: {' '.join(command)}")
        return made

    def _ask(self, process: subprocess.Popen[str], request: Any) -> str:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(request) + "\n")
        process.stdin.flush()
        return process.stdout.readline()
