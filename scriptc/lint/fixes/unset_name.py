"""The fix of SC402: a default before the branch or loop that leaves a name unset."""

from __future__ import annotations

import ast
import dataclasses
from typing import Any

import gast

from scriptc.diagnostics.diagnostic import MANUAL, UNSAFE, Diagnostic, Fix, Rewrite
from scriptc.frontend.scopes import cached
from scriptc.lint.rules.watched import Function, Watched
from scriptc.source import Span
from scriptc.types import BOOL, FLOAT, INT, STR, Type

CODE = "SC402"
DEFAULTS: dict[Type, str] = {BOOL: "False", INT: "0", FLOAT: "0.0", STR: '""'}


def with_default(watched: Watched, d: Diagnostic) -> Diagnostic:
    """`d` with a fix, where it says that some paths leave a name unset. Of a value that is no number or text, somebody has to say what it is."""
    function = None if d.code != CODE or d.span is None else _around(watched, d.span)
    if function is None or d.span is None:
        return d
    name = function.unit.file.segment(d.span)
    stmt = _setter(function, name, d.span) if name.isidentifier() else None
    if stmt is None:
        return d
    span = function.unit.span(stmt)
    value = _default(watched, function, name)
    if value is None:
        return dataclasses.replace(d, fix=Fix(f"set `{name}` to a default before line {span.line}", MANUAL))
    title = f"set `{name} = {value}` before line {span.line}"
    return dataclasses.replace(d, fix=Fix(title, UNSAFE, Rewrite("insert-before", span, (f"{name} = {value}",))))


def _around(watched: Watched, span: Span) -> Function | None:
    """The innermost function that holds the place."""
    found = [f for f in watched.functions.values() if isinstance(f.tree, gast.FunctionDef) and f.unit.span(f.tree).contains(span)]
    return max(found, key=lambda f: f.tree.lineno, default=None)


def _setter(function: Function, name: str, use: Span) -> Any:
    """The first statement that sets the name, in the innermost block of branches that holds the use and everything that sets it."""
    block, found = function.tree.body, None
    while True:
        setters = [s for s in block if _sets(s, name)]
        if not setters or (function.unit.span(setters[0]).line, function.unit.span(setters[0]).column) > (use.line, use.column):
            return found
        found = setters[0]
        inner = _branch(function, found, use)
        if len(setters) > 1 or inner is None or not all(any(n in ast.walk(s) for s in inner) for n in _stores(found, name)):
            return found if isinstance(found, gast.If | gast.For | gast.While | gast.With | gast.Try | gast.Match) else None
        block = inner


def _branch(function: Function, stmt: Any, use: Span) -> list[Any] | None:
    """The block of an `if` that holds the use; None in a loop, where a default would undo what the turn before has set."""
    while isinstance(stmt, gast.If):
        found = next((b for b in (stmt.body, stmt.orelse) if any(function.unit.span(s).contains(use) for s in b)), None)
        if found is None or found is stmt.body or not function.unit.text(stmt.orelse[0]).startswith("elif"):
            return found
        stmt = stmt.orelse[0]
    return None


def _stores(tree: Any, name: str) -> list[Any]:
    found: dict[str, list[Any]] = cached("stores", tree, _stores_by_name)
    return found.get(name, [])


def _stores_by_name(tree: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for n in ast.walk(tree):
        if isinstance(n, gast.Name) and isinstance(n.ctx, gast.Store):
            found.setdefault(n.id, []).append(n)
    return found


def _sets(stmt: Any, name: str) -> bool:
    return bool(_stores(stmt, name))


def _default(watched: Watched, function: Function, name: str) -> str | None:
    """The zero of the one scalar type that everything assigned to the name has; None where that is not known."""
    found: list[Type] = []
    scoped = name in cached("scoped", function.tree, _scoped)
    for value in cached("assigned", function.tree, lambda _: _assigned(function)).get(name, ()):
        found.append(watched.type(value))
    all_known = len(found) == len(_stores(function.tree, name)) and not scoped
    return DEFAULTS.get(found[0]) if all_known and found and all(t == found[0] for t in found) else None


def _scoped(tree: Any) -> set[str]:
    """The names that the function, or one inside it, declares as not its own."""
    return {name for n in ast.walk(tree) if isinstance(n, gast.Global | gast.Nonlocal) for name in n.names}


def _assigned(function: Function) -> dict[str, list[Any]]:
    """What is assigned to each name."""
    found: dict[str, list[Any]] = {}
    for stmt in function.nodes((gast.Assign, gast.AnnAssign)):
        names = {t.id for t in (stmt.targets if isinstance(stmt, gast.Assign) else [stmt.target]) if isinstance(t, gast.Name)}
        for name in names if stmt.value is not None else ():
            found.setdefault(name, []).append(stmt.value)
    return found
