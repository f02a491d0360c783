"""scriptc compiles models written in ordinary Python into one file that runs without their source.

    import scriptc

    net = scriptc.script(model)     # or @scriptc.script on a function or class
    net.save("net.scriptc")
    scriptc.load("net.scriptc")(x)

What `load` needs is imported here, so that loading itself is quick; what compiling needs is imported when it is used.
"""

from __future__ import annotations

import gc
import importlib
from typing import TYPE_CHECKING, Any

# All that an import makes stays: the collector would look through it again and again for nothing (a sixth of the time).
_collecting = gc.isenabled()
gc.disable()
try:
    from scriptc.archive import LoadError
    from scriptc.diagnostics.errors import ScriptcError, ScriptcWarning, ScriptError
    from scriptc.runtime.compiled import CompiledFunction, CompiledModule
    from scriptc.runtime.loading import load
    from scriptc.runtime.markers import export, ignore
finally:
    if _collecting:
        gc.enable()

if TYPE_CHECKING:
    from scriptc import nn
    from scriptc.runtime.decorate import script
    from scriptc.runtime.freezing import freeze
    from scriptc.runtime.saving import save

__version__ = "0.1.0"

__all__ = [
    "CompiledFunction", "CompiledModule", "LoadError", "ScriptError", "ScriptcError", "ScriptcWarning", "export", "freeze", "ignore",
    "load", "nn", "save", "script",
]  # fmt: skip

_LATER = {"freeze": "scriptc.runtime.freezing", "save": "scriptc.runtime.saving", "script": "scriptc.runtime.decorate"}


def __getattr__(name: str) -> Any:
    if name == "nn":
        return importlib.import_module("scriptc.nn")
    if name not in _LATER:
        raise AttributeError(f"module 'scriptc' has no attribute '{name}'")
    value = getattr(importlib.import_module(_LATER[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
