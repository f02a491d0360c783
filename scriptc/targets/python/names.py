"""Identifiers: every name in generated code is checked, unique, and cannot hide one of ours."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata

RESERVED = frozenset(keyword.kwlist) | frozenset(keyword.softkwlist) - {"_", "match", "case", "type"} | frozenset(dir(builtins))
_SAFE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_LONGEST = 200


def identifier(text: str | None, fallback: str = "t") -> str:
    """`text` as a plain Python identifier that is no keyword, no builtin and has no leading double underscore."""
    if not text:
        return fallback
    name = text if _SAFE.match(text) else _cleaned(text)
    if name.startswith(("__", "_b_", "_s_")):
        name = "v" + name
    if name in RESERVED:
        name += "_"
    return name[:_LONGEST] or fallback


def _cleaned(text: str) -> str:
    name = unicodedata.normalize("NFKC", text[:_LONGEST])
    if name.isidentifier():
        return name
    name = re.sub(r"\W", "_", name)
    return name if name.isidentifier() else "_" + name


def unique(name: str, taken: set[str] | dict[str, object]) -> str:
    """`name`, or the first of `name_1`, `name_2`, ... that is not taken."""
    if name not in taken:
        return name
    i = 1
    while f"{name}_{i}" in taken:
        i += 1
    return f"{name}_{i}"


def attribute(name: str) -> str:
    """`name` where it may follow a dot; raises `ValueError` where it is no identifier or reaches into Python itself."""
    ok = name.isidentifier() and unicodedata.normalize("NFKC", name) == name and not keyword.iskeyword(name)
    if not ok or (name.startswith("__") and name.endswith("__") and name not in _SPECIAL):
        raise ValueError(f"`{name}` cannot be used as an attribute")
    return name


_SPECIAL = frozenset({"__cause__", "__context__", "__notes__", "__suppress_context__", "__traceback__", "__name__", "__qualname__", "__module__"})
