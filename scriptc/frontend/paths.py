"""Paths that what is known is kept under: `node.left`, `self.cache.[i]`, as keys of the environment beside the names.

What is known of an item of a list or dict holds until anything is written to a container, other compiled code runs, or the index is another.
"""

from __future__ import annotations

from typing import Any

import gast

from scriptc.frontend.frame import Frame
from scriptc.frontend.values import FV, Dyn, Fact
from scriptc.types import Dict, List, members


def path_of(f: Frame, node: Any) -> str | None:
    """`node.left`, `self.cache.[i]` for a chain of names and items of plain containers, None for anything else."""
    if isinstance(node, gast.NamedExpr):
        return path_of(f, node.target)
    if isinstance(node, gast.Name):
        return str(node.id)
    if isinstance(node, gast.Attribute):
        base = path_of(f, node.value)
        return None if base is None else f"{base}.{node.attr}"
    if isinstance(node, gast.Subscript) and id(node) in f.plain_items:
        base, step = path_of(f, node.value), _step(node.slice)
        return None if base is None or step is None else f"{base}.{step}"
    return None


def _step(index: Any) -> str | None:
    """A path's step for an index: a name, a number or a word."""
    if isinstance(index, gast.Name):
        return f"[{index.id}]"
    if isinstance(index, gast.Constant) and (type(index.value) is int or (type(index.value) is str and index.value.isidentifier())):
        return f"[{index.value!r}]"
    return None


def note_plain(f: Frame, base: FV, node: Any) -> None:
    """Remember whether `node` is an item of a list or dict: until something is written, reading it again gives the same."""
    t = f.type_of(base)
    if t is not None and all(isinstance(m, List | Dict) for m in members(t)):
        f.plain_items.add(id(node))
    else:
        f.plain_items.discard(id(node))


def as_told(f: Frame, value: FV, node: Any) -> FV:
    """What `node` reads, with what tests before it told about it."""
    path = path_of(f, node)
    fact = f.env.get(path) if path is not None else None
    return Dyn(value.value, fact.type) if isinstance(fact, Fact) and isinstance(value, Dyn) else value
