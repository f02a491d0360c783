"""SC553: time, input or output in `forward`."""

from __future__ import annotations

import types
import warnings
from collections.abc import Iterator
from typing import Any

import gast

from scriptc.diagnostics.diagnostic import Diagnostic
from scriptc.lint.rules.watched import Watched, warning

CODE = "SC553"
MODULES = frozenset({"time", "datetime", "logging", "io", "os", "subprocess", "socket"})
CALLS = (print, input, open, warnings.warn)


def input_output(watched: Watched) -> Iterator[Diagnostic]:
    """Calls that reach outside of the program, in the `forward` of a model and in what it calls."""
    if isinstance(watched.entry.obj, types.FunctionType | types.MethodType):
        return
    for function in watched.functions.values():
        for node in function.nodes(gast.Call):
            fn = watched.constant(node.func)
            if _reaches_out(fn):
                name = function.unit.text(node.func)
                yield warning(CODE, function.unit.span(node), f"`{name}` is called each time the model is", f"in `{function.qualname}`")


def _reaches_out(fn: Any) -> bool:
    return any(fn is f for f in CALLS) or callable(fn) and str(getattr(fn, "__module__", "")).partition(".")[0] in MODULES
