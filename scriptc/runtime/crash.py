"""A crash of the compiler, told with the user's function and line."""

from __future__ import annotations

import os
import platform
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import numpy as np

from scriptc import __version__
from scriptc.diagnostics import Diagnostic, Label, render
from scriptc.diagnostics.errors import InternalError, ScriptcError
from scriptc.source import capture
from scriptc.source.file import SourceFile

FAULT = "this is a fault in scriptc, not in your code; please report it with these lines"
FRAMES = 6
"""How many places of scriptc's own, the innermost ones, a report is asked to hold."""
HOME = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


@contextmanager
def reporting(obj: Any) -> Iterator[None]:
    """Turn whatever is raised that is no error of the user's into an `InternalError` that says where the compiler was."""
    try:
        yield
    except (ScriptcError, MemoryError):
        raise
    except Exception as e:
        finding, files = internal_finding(obj, e)
        raise InternalError("\n" + render(finding, files), (finding,), files) from e


def internal_finding(obj: Any, error: BaseException, doing: str = "") -> tuple[Diagnostic, dict[str, SourceFile]]:
    """SC900 for `error`, raised while `obj` was compiled or a file of that name looked at; and the file it points into."""
    name = obj if isinstance(obj, str) else getattr(obj, "__qualname__", None) or type(obj).__qualname__
    doing = doing or ("looking at" if isinstance(obj, str) else "compiling")
    text = f"scriptc failed while {doing} `{name}`: {type(error).__name__}: {error}"
    notes = (FAULT, f"attach: {_versions()}; {_raised_at(error)}")
    found = _place(error.__traceback__) or _definition(obj)
    if found is None:
        return Diagnostic("SC900", text, notes=notes), {}
    captured, node = found
    return Diagnostic("SC900", text, Label(captured.span(node), "while compiling this"), notes=notes), {captured.file.key: captured.file}


def _versions() -> str:
    return f"scriptc {__version__}, Python {platform.python_version()}, NumPy {np.__version__}, {platform.system()} {platform.machine()}"


def _raised_at(error: BaseException) -> str:
    """The innermost places of scriptc's own code, by paths that say nothing about the user's machine."""
    own = os.path.join(HOME, "scriptc") + os.sep  # beside it may be other packages, or an environment of the user's
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(own)]
    places = [f"{os.path.relpath(f.filename, HOME)}:{f.lineno} {f.name}" for f in frames[-FRAMES:]]
    return " > ".join(places).replace(os.sep, "/")


def _definition(obj: Any) -> tuple[Any, Any] | None:
    """The source of a function, or of an object's `forward`."""
    try:
        captured = capture(getattr(obj, "forward", obj))
    except Exception:  # there is no source, or it is what could not be read
        return None
    return captured, captured.tree


def _place(tb: TracebackType | None) -> tuple[Any, Any] | None:
    """The innermost piece of the user's source that a compiling function was given: its `node`, and the `unit` of its frame `f`."""
    found = None
    while tb is not None:
        names = tb.tb_frame.f_locals
        unit, node = getattr(names.get("f"), "unit", None), names.get("node", names.get("stmt"))
        if unit is not None and hasattr(node, "lineno"):
            found = unit, node
        tb = tb.tb_next
    return found
