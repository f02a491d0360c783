"""`save`."""

from __future__ import annotations

import os
from typing import Any

from scriptc.runtime.decorate import as_compiled


def save(obj: Any, path: str | os.PathLike[str], *, source: bool = True) -> None:
    """Write `obj`, compiled or to be compiled now, to one file. `source=False` leaves the user's text out of it."""
    as_compiled(obj).save(path, source=source)
