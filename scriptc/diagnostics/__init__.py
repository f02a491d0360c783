"""What scriptc says about the user's code: coded findings, collected, and one renderer.

The names are imported when they are asked for: a loaded program needs the error classes alone.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scriptc.diagnostics.codeinfo import CodeInfo
    from scriptc.diagnostics.codes import CODES, explain
    from scriptc.diagnostics.diagnostic import Diagnostic, Label
    from scriptc.diagnostics.errors import InternalError, ScriptcError, ScriptcWarning, ScriptError
    from scriptc.diagnostics.rendering import render, render_all
    from scriptc.diagnostics.severity import ERROR, WARNING
    from scriptc.diagnostics.sink import Sink
    from scriptc.source.span import Span

_HOMES = {
    "CodeInfo": "diagnostics.codeinfo",
    **dict.fromkeys(("CODES", "explain"), "diagnostics.codes"),
    **dict.fromkeys(("Diagnostic", "Label"), "diagnostics.diagnostic"),
    **dict.fromkeys(("InternalError", "ScriptcError", "ScriptcWarning", "ScriptError"), "diagnostics.errors"),
    **dict.fromkeys(("render", "render_all"), "diagnostics.rendering"),
    **dict.fromkeys(("ERROR", "WARNING"), "diagnostics.severity"),
    "Sink": "diagnostics.sink",
    "Span": "source.span",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module("scriptc." + _HOMES[name]), name)
    globals()[name] = value
    return value


__all__ = [
    "CODES", "ERROR", "WARNING", "CodeInfo", "Diagnostic", "InternalError", "Label", "ScriptError", "ScriptcError", "ScriptcWarning", "Sink",
    "Span", "explain", "render", "render_all",
]  # fmt: skip
