"""Attributes that methods assign which no compiled code calls: `fit`, `reset`, `load`. When an object is compiled, they may have run."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Any

from scriptc.frontend.unknown import Unknown
from scriptc.types import BOOL, FLOAT, INT, STR, Type

ENTRIES = frozenset({"forward", "__call__", "__init__"})
SCALARS: dict[type, Type] = {bool: BOOL, int: INT, float: FLOAT, str: STR}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def loosened(value: Any, given: list[ast.expr | None]) -> Any:
    """What is known of an attribute that `__init__` makes `value`, and other methods `given` (None: something that is no plain assignment).

    Arrays and objects are taken to stay of one kind; None and plain values are often what stands there until the real one is known.
    """
    if value is not None and type(value) not in SCALARS:
        return value
    kinds = {type(e.value) if isinstance(e, ast.Constant) else None for e in given}
    if all(isinstance(e, ast.Constant) and type(e.value) is type(value) and e.value == value for e in given):
        return value
    return Unknown(SCALARS[type(value)]) if kinds == {type(value)} else Unknown()


def reached(tree: ast.Module) -> frozenset[str]:
    """The names of functions and methods that compiled code may call: decorated ones, `forward`, and all that those mention."""
    named: dict[str, list[Function]] = {}
    for node in ast.walk(tree):
        if isinstance(node, Function):
            named.setdefault(node.name, []).append(node)
    pending = [name for name, nodes in named.items() if name in ENTRIES or any(n.decorator_list for n in nodes)]
    found: set[str] = set()
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += [word for node in named.get(name, ()) for word in _mentioned(node) if word in named]
    return frozenset(found)


def _mentioned(node: Function) -> Iterator[str]:
    for n in ast.walk(node):
        if isinstance(n, ast.Name):
            yield n.id
        elif isinstance(n, ast.Attribute):
            yield n.attr


def assigned(methods: Iterable[Function]) -> dict[str, list[ast.expr | None]]:
    """The attributes of their first parameter that these methods assign, with what they assign."""
    out: dict[str, list[ast.expr | None]] = {}
    for method in methods:
        params = [*method.args.posonlyargs, *method.args.args]
        values = _plain(method)
        for n in ast.walk(method):
            if params and isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store | ast.Del) and _names(n.value, params[0].arg):
                out.setdefault(n.attr, []).append(values.get(id(n)))
    return out


def _plain(method: Function) -> dict[int, ast.expr]:
    """By the id of a target, what a plain assignment gives it."""
    out: dict[int, ast.expr] = {}
    for n in ast.walk(method):
        if isinstance(n, ast.Assign):
            out.update((id(target), n.value) for target in n.targets)
        elif isinstance(n, ast.AnnAssign) and n.value is not None:
            out[id(n.target)] = n.value
    return out


def _names(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
