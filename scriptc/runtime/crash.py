"""A crash of the compiler, told with the user's function and line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from scriptc.diagnostics import Diagnostic, Label, render
from scriptc.diagnostics.errors import InternalError, ScriptcError


@contextmanager
def reporting(obj: Any) -> Iterator[None]:
    """Turn whatever is raised that is no error of the user's into an `InternalError` that says where the compiler was."""
    try:
        yield
    except (ScriptcError, MemoryError):
        raise
    except Exception as e:
        raise InternalError(_message(obj, e)) from e


def _message(obj: Any, error: Exception) -> str:
    name = getattr(obj, "__qualname__", None) or type(obj).__qualname__
    text = f"scriptc failed while compiling `{name}`: {type(error).__name__}: {error}"
    found = _place(error.__traceback__)
    if found is None:
        return f"SC900: {text}\nThis is a fault in scriptc. Please report it."
    captured, node = found
    note = "this is a fault in scriptc, not in your code; please report it with these lines"
    diagnostic = Diagnostic("SC900", text, Label(captured.span(node), "while compiling this"), notes=(note,))
    return "\n" + render(diagnostic, {captured.file.key: captured.file})


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
