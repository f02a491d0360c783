"""What the user holds: `script`, compiled functions and modules, their state, calls and files.

The names are imported when they are asked for: loading a file needs nothing of what compiling needs.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scriptc.runtime.compiled import Compiled, CompiledFunction, CompiledModule
    from scriptc.runtime.decorate import script
    from scriptc.runtime.freezing import freeze
    from scriptc.runtime.loading import load
    from scriptc.runtime.markers import export, ignore
    from scriptc.runtime.saving import save

_HOMES = {
    **dict.fromkeys(("Compiled", "CompiledFunction", "CompiledModule"), "compiled"),
    "script": "decorate",
    "freeze": "freezing",
    "load": "loading",
    "save": "saving",
    **dict.fromkeys(("export", "ignore"), "markers"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"scriptc.runtime.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


__all__ = ["Compiled", "CompiledFunction", "CompiledModule", "export", "freeze", "ignore", "load", "save", "script"]
