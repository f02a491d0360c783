"""Running something again whenever one of its files changes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable

COARSE = 50_000_000
"""Nanoseconds by which a file's time may be behind the clock."""
Stamp = tuple[int, int]
INTERVAL = 0.5
"""Seconds between two looks at the files."""


def watch(run: Callable[[], object], files: Callable[[], Iterable[str]], sleep: Callable[[float], None] = time.sleep) -> None:
    """Call `run`, and again each time one of `files()` was written, has come or has gone. Ends with KeyboardInterrupt."""
    before = stamps(files())
    while True:
        start = time.time_ns() - COARSE
        run()
        before = {path: before.get(path, _unless_newer(stamp, start)) for path, stamp in stamps(files()).items()}
        while (now := stamps(files())) == before:
            sleep(INTERVAL)
        before = now


def _unless_newer(stamp: Stamp | None, start: int) -> Stamp | None:
    """The stamp of a file that a run turned out to depend on; None where it was written since the run began, so that it counts as changed."""
    return None if stamp is None or stamp[0] >= start else stamp


def stamps(files: Iterable[str]) -> dict[str, Stamp | None]:
    """When each file was last written, and its size; None where it is not there."""
    return {path: _stamp(path) for path in files}


def _stamp(path: str) -> Stamp | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
