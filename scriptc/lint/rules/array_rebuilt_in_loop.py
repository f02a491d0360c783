"""SC450: an array that grows by being copied on each turn of a loop."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

import gast
import numpy as np

from scriptc.diagnostics.diagnostic import Diagnostic, Label
from scriptc.frontend.values import Const, Dyn
from scriptc.lint.rules.watched import Function, Watched, warning
from scriptc.source import Span
from scriptc.types import Tensor

CODE = "SC450"
JOINING = (np.concatenate, np.hstack, np.vstack, np.dstack, np.column_stack)
APPENDING = (np.append, np.insert)
LOOPS = (gast.For, gast.While)


def array_rebuilt_in_loop(watched: Watched) -> Iterator[Diagnostic]:
    """`x = np.append(x, ...)` and the like in a loop of which only the data say how long it runs."""
    for function in watched.functions.values():
        for loop in function.nodes(LOOPS):
            if _data_dependent(watched, loop):
                yield from _rebuilt(watched, function, loop)


def _rebuilt(watched: Watched, function: Function, loop: Any) -> Iterator[Diagnostic]:
    text = function.unit.text
    stores = [text(n) for stmt in loop.body for n in ast.walk(stmt) if isinstance(getattr(n, "ctx", None), gast.Store)]
    for node in _own_statements(loop.body):
        if isinstance(node, gast.Assign) and len(node.targets) == 1 and isinstance(node.value, gast.Call):
            target, fn = text(node.targets[0]), watched.constant(node.value.func)
            if stores.count(target) == 1 and target in [text(part) for part in _parts(fn, node.value)]:
                where = Label(_head(function, loop), "on each turn of this loop")
                message = f"`{target}` is copied whole to add to it, again and again"
                help = f"collect the parts in a list and call `np.{fn.__name__ if fn in JOINING else 'array'}` once, after the loop"
                span, label = function.unit.span(node.value), "a new array that holds all of the old one"
                yield warning(CODE, span, message, label, secondary=[where], help=help)


def _own_statements(body: list[Any]) -> Iterator[Any]:
    """The statements of a loop, those of loops inside it left out: they are looked at for themselves."""
    pending = list(reversed(body))
    while pending:
        stmt = pending.pop()
        yield stmt
        if not isinstance(stmt, (*LOOPS, gast.FunctionDef, gast.ClassDef)):
            pending += reversed([s for part in ("body", "orelse", "finalbody") for s in getattr(stmt, part, ())])


def _parts(fn: Any, call: Any) -> list[Any]:
    """What is put together by a call of `fn`."""
    if not call.args:
        return []
    if any(fn is f for f in APPENDING):
        return [call.args[0]]
    listed = call.args[0]
    return listed.elts if any(fn is f for f in JOINING) and isinstance(listed, gast.List | gast.Tuple) else []


def _head(function: Function, loop: Any) -> Span:
    """The loop's first line."""
    span = function.unit.span(loop)
    end = function.unit.span(loop.test if isinstance(loop, gast.While) else loop.iter)
    return Span(span.file, span.line, span.column, end.end_line, end.end_column)


def _data_dependent(watched: Watched, loop: Any) -> bool:
    return isinstance(loop, gast.While) or _unbounded(watched, loop.iter)


def _unbounded(watched: Watched, node: Any) -> bool:
    """Does only the data say how many items `node` has?"""
    value = watched.value(node)
    if not isinstance(value, Dyn) or isinstance(node, gast.List | gast.Tuple | gast.Set):
        return False
    if isinstance(node, gast.Call) and isinstance(node.func, gast.Name) and node.args:
        if watched.constant(node.func) is range:
            return not all(isinstance(watched.value(a), Const) for a in node.args)
        if watched.constant(node.func) in (enumerate, reversed, sorted, list):
            return _unbounded(watched, node.args[0])
        if watched.constant(node.func) is zip:
            return all(_unbounded(watched, a) for a in node.args)
    t = value.type
    return not (isinstance(t, Tensor) and t.shape and isinstance(t.shape[0], int))
