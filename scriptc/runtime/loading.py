"""`load`."""

from __future__ import annotations

import os
from typing import Any

from scriptc import archive, ops
from scriptc.runtime.compiled import CompiledFunction, CompiledModule, wrap
from scriptc.runtime.link import Linked


def load(path: str | os.PathLike[str]) -> CompiledFunction[..., Any] | CompiledModule[..., Any]:
    """Load a file: no source, no import, no code of the file runs. Raises `LoadError` if anything in it is wrong."""
    return wrap(Linked(archive.load(path, ops.TABLE)))
