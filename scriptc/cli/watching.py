"""Running something again whenever one of its files changes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable

INTERVAL = 0.5
"""Seconds between two looks at the files."""


def watch(run: Callable[[], object], files: Callable[[], Iterable[str]], sleep: Callable[[float], None] = time.sleep) -> None:
    """Call `run`, and again each time one of `files()` was written, has come or has gone. Ends with KeyboardInterrupt."""
    before = stamps(files())
    while True:
        run()
        while (now := stamps(files())) == before:
            sleep(INTERVAL)
        before = now


def stamps(files: Iterable[str]) -> dict[str, tuple[int, int] | None]:
    """When each file was last written, and its size; None where it is not there."""
    return {path: _stamp(path) for path in files}


def _stamp(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
