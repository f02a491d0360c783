"""Source text: from a live Python object to its tree, with every line and column true to the file.

All but `Span` is imported when it is asked for: a loaded program needs no more than that.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from scriptc.source.span import Span

if TYPE_CHECKING:
    from scriptc.source.capturing import Captured, capture, plain_function
    from scriptc.source.errors import SourceChanged, SourceUnavailable
    from scriptc.source.file import SourceFile

_HOMES = {
    **dict.fromkeys(("Captured", "capture", "plain_function"), "scriptc.source.capturing"),
    **dict.fromkeys(("SourceChanged", "SourceUnavailable"), "scriptc.source.errors"),
    "SourceFile": "scriptc.source.file",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


__all__ = ["Captured", "SourceChanged", "SourceFile", "SourceUnavailable", "Span", "capture", "plain_function"]
