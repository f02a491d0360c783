"""Objects that `script` cannot take, and why."""

from __future__ import annotations

from types import FunctionType
from typing import Any

from scriptc.diagnostics import Sink
from scriptc.diagnostics.errors import ScriptError
from scriptc.source import SourceUnavailable, capture, plain_function


def class_attribute(cls: type, name: str) -> Any:
    """The attribute as it stands in the class or its bases, not looked up through descriptors; None if there is none."""
    return next((vars(c)[name] for c in cls.__mro__ if name in vars(c)), None)


def refuse_others(obj: Any) -> None:
    """Raise for anything but an object whose class defines `forward` or `__call__` in Python.

    TypeError for what could never be compiled; `ScriptError` for functions that have no source or an unknown decorator.
    """
    if isinstance(obj, staticmethod | classmethod):
        raise TypeError(f"put @{type(obj).__name__} above @script, not below it")
    if any(_is_python(class_attribute(type(obj), name)) for name in ("forward", "__call__")):
        return
    if not callable(obj):
        raise TypeError(f"script() takes a function, a method, a class or an object with `forward` or `__call__`, not {type(obj).__qualname__}")
    if hasattr(obj, "__wrapped__"):
        raise _unknown_decorator(obj)
    raise _no_source(obj)


def _is_python(attribute: Any) -> bool:
    attribute = getattr(attribute, "__func__", attribute)  # a static or class method
    return isinstance(attribute, FunctionType) or hasattr(attribute, "__wrapped__")


def _no_source(obj: Any) -> ScriptError:
    sink = Sink()
    try:
        plain_function(obj)
    except SourceUnavailable as e:
        sink.error("SC108", None, e.message, help=e.help)
    return ScriptError(sink.errors)


def _unknown_decorator(obj: Any) -> ScriptError:
    """The finding stands at the decorator, where there is source to show."""
    sink, span = Sink(), None
    name = getattr(obj, "__qualname__", "the function")
    try:
        captured = capture(obj)
        sink.add_file(captured.file)
        decorators = captured.tree.decorator_list
        span = captured.span(decorators[0] if decorators else captured.tree)
    except (SourceUnavailable, AttributeError):
        pass
    message = f"a decorator has made a `{type(obj).__module__}.{type(obj).__name__}` of `{name}`, which scriptc does not know"
    sink.error("SC106", span, message)
    return ScriptError(sink.errors, sink.files)
