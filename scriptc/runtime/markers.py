"""`@export` and `@ignore`: which methods of a module are compiled. They only mark; the function stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

EXPORT, IGNORE = "__scriptc_export__", "__scriptc_ignore__"


def export(fn: F) -> F:
    """Make this method another entry point of the compiled module: `compiled.method(...)`."""
    return _mark(fn, EXPORT)


def ignore(fn: F) -> F:
    """Leave this method out: it is not compiled, and compiled code that calls it is refused."""
    return _mark(fn, IGNORE)


def _mark(fn: F, attribute: str) -> F:
    target = getattr(fn, "__func__", None) or getattr(fn, "__wrapped__", None) or fn
    setattr(target, attribute, True)
    return fn
