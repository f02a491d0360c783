"""SC451: `for i in range(len(self.layers))` where `i` only takes the layers."""

from __future__ import annotations

import ast
import dataclasses
import keyword
from collections.abc import Iterator
from typing import Any

import gast

from scriptc.diagnostics.diagnostic import SAFE, Diagnostic, Fix, Rewrite
from scriptc.frontend.values import ObjRef
from scriptc.lint.rules.watched import Function, Watched, warning
from scriptc.nn import ModuleList

CODE = "SC451"


def index_loop(watched: Watched) -> Iterator[Diagnostic]:
    """Loops over the indices of a `ModuleList` that use the index for nothing but to take the module of that index."""
    for function in watched.functions.values():
        for loop in function.nodes(gast.For):
            items = _counted(watched, loop)
            if items is not None and _only_taken(function, loop, function.unit.text(items)):
                yield _finding(function, loop, items)


def _counted(watched: Watched, loop: Any) -> Any:
    """The X of `range(len(X))`, where X is a `ModuleList` told by names and attributes; else None."""
    length = _argument(watched, loop.iter, range)
    items = None if length is None else _argument(watched, length, len)
    plain = items
    while isinstance(plain, gast.Attribute):
        plain = plain.value
    value = watched.value(items)
    named = isinstance(plain, gast.Name) and isinstance(loop.target, gast.Name)
    return items if named and isinstance(value, ObjRef) and _is_plain_list(value.obj) else None


def _is_plain_list(obj: Any) -> bool:
    """Does looping over it give what its indices give?"""
    return isinstance(obj, ModuleList) and type(obj).__iter__ is list.__iter__ and type(obj).__getitem__ is list.__getitem__


def _argument(watched: Watched, node: Any, function: Any) -> Any:
    if not isinstance(node, gast.Call) or len(node.args) != 1 or node.keywords:
        return None
    return node.args[0] if watched.constant(node.func) is function else None


def _only_taken(function: Function, loop: Any, items: str) -> bool:
    """Is every use of the index, and every use of the list in the loop, a `LIST[INDEX]` that is read? Other loops may count with the same name."""
    index, text = loop.target.id, function.unit.text
    taken = [n for stmt in loop.body for n in ast.walk(stmt) if isinstance(n, gast.Subscript) and text(n.value) == items and _named(n.slice, index)]
    uses = _uses(function, loop, index)
    lists = [n for stmt in loop.body for n in ast.walk(stmt) if isinstance(n, gast.Name | gast.Attribute) and text(n) == items]
    only_read = all(isinstance(n.ctx, gast.Load) for n in [*taken, *lists])
    scoped = any(index in n.names for n in ast.walk(function.tree) if isinstance(n, gast.Global | gast.Nonlocal)) or _in_closure(function, index)
    return bool(taken) and len(uses) == len(taken) + 1 and len(lists) == len(taken) and only_read and not scoped


def _other_loops(function: Function, loop: Any, name: str) -> list[Any]:
    """The loops beside this one that set the name: in them it has their own values."""
    own, span = function.unit.span(loop), function.unit.span
    same = [n for n in function.nodes(gast.For) if _named(n.target, name)]
    return [n for n in same if not span(n).contains(own) and not own.contains(span(n))]


def _uses(function: Function, loop: Any, name: str) -> list[Any]:
    """Where the name stands, but for other loops that set it."""
    elsewhere = {id(n) for other in _other_loops(function, loop, name) for part in (other.target, *other.body) for n in ast.walk(part)}
    return [n for n in ast.walk(function.tree) if _named(n, name) and id(n) not in elsewhere]


def _in_closure(function: Function, name: str) -> bool:
    inner = [n for n in ast.walk(function.tree) if isinstance(n, gast.FunctionDef | gast.Lambda | gast.ClassDef) and n is not function.tree]
    return any(_named(part, name) for n in inner for part in ast.walk(n))


def _named(node: Any, name: str) -> bool:
    return isinstance(node, gast.Name) and node.id == name


def _finding(function: Function, loop: Any, items: Any) -> Diagnostic:
    text, index = function.unit.text(items), loop.target.id
    item = _free_name(function, loop, text.rpartition(".")[2])
    message = f"`{index}` is used for nothing but to take the items of `{text}`"
    found = warning(CODE, function.unit.span(loop.iter), message, help=f"write `for {item} in {text}`")
    return dataclasses.replace(found, fix=Fix(f"loop over `{text}` itself", SAFE, Rewrite("iterate", function.unit.span(loop), (text, index, item))))


def _free_name(function: Function, loop: Any, items: str) -> str:
    """A name for one of `items` that the function uses in other such loops at most: `layer` for `layers`."""
    name = items[:-1] if items.endswith("s") and items[:-1].isidentifier() else "item"
    while keyword.iskeyword(name) or _in_closure(function, name) or _uses(function, loop, name):
        name += "_"
    return name
