"""Private names: `__x` in the body of `class C` is `_C__x`, as Python's own compiler has it."""

from __future__ import annotations

import types
from typing import Any

import gast


def mangle(tree: Any, fn: types.FunctionType) -> None:
    """Rename the private names in the tree of `fn` in place, where it was defined in a class."""
    owner = class_name(fn.__qualname__)
    if owner is None or not owner.lstrip("_") or not any(n.startswith(f"_{owner.lstrip('_')}__") for n in _names(fn.__code__)):
        return
    prefix = f"_{owner.lstrip('_')}"
    for node in gast.walk(tree):
        for name, value in gast.iter_fields(node):
            if name in ("id", "attr", "arg", "name", "kwd_attrs", "names", "rest"):
                if isinstance(value, str) and not (node is tree and name == "name"):
                    setattr(node, name, _mangled(value, prefix))
                elif isinstance(value, list) and all(isinstance(v, str) for v in value):
                    setattr(node, name, [_mangled(v, prefix) for v in value])


def _mangled(name: str, prefix: str) -> str:
    return prefix + name if name.startswith("__") and not name.endswith("__") and "." not in name else name


def class_name(qualname: str) -> str | None:
    """The innermost class a function of this name was defined in."""
    parts = qualname.split(".")[:-1]
    while parts:
        last = parts.pop()
        if last != "<locals>":
            return last
        if parts:
            parts.pop()
    return None


def _names(code: types.CodeType) -> set[str]:
    out = {*code.co_names, *code.co_varnames, *code.co_freevars, *code.co_cellvars}
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            out |= _names(const)
        elif isinstance(const, tuple):
            out |= {x for x in const if isinstance(x, str)}
    return out
