"""A bar on the terminal while something takes long."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any

PATIENCE = 1.5
"""Seconds before a bar is shown."""


class Bar:
    """Counts steps, and shows them on standard error where that is a terminal and the work takes long. A context manager."""

    def __init__(self, total: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.total, self.clock, self.done = total, clock, 0
        self.start = clock()
        self.seen = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self.bar: Any = None
        self.task: Any = None

    def step(self, path: str) -> None:
        """One more is done: `path`."""
        self.done += 1
        if self.bar is None and self.seen and self.clock() - self.start > PATIENCE:
            self._show()
        if self.bar is not None:
            self.bar.update(self.task, completed=self.done)

    def _show(self) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        from scriptc.cli.output import console

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self.bar = Progress(*columns, console=console(stderr=True), transient=True)
        self.task = self.bar.add_task("files", total=self.total)
        self.bar.start()

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *error: object) -> None:
        if self.bar is not None:
            self.bar.stop()
