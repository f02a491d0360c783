"""Statements in the order of their text, and what each of them changes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from scriptc.source import SourceFile, Span

MUTATORS = frozenset({
    "append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "update", "setdefault", "popitem", "add", "discard", "appendleft",
    "extendleft", "popleft", "fill", "intersection_update", "difference_update", "symmetric_difference_update",
})  # fmt: skip
ITEM = "[]"
Branches = tuple[tuple[ast.stmt, str], ...]
"""The `if` statements around a statement, the outermost first, each with the part of it that the statement is in."""
MAX_BRANCHES = 20


@dataclass(frozen=True)
class Change:
    """`root.step.step = ...`, `del`, `+=`, or a method that changes its object. Without steps it is the name itself that is bound."""

    root: str
    steps: tuple[str, ...]
    node: ast.AST
    in_place: bool = False


def statements(body: list[ast.stmt]) -> Iterator[tuple[ast.stmt, Branches]]:
    """The statements of one scope, also those inside `if`, `for` and the like; not those of functions and classes in it."""
    pending: list[tuple[ast.stmt, Branches]] = [(stmt, ()) for stmt in reversed(body)]
    while pending:  # not by recursion: a long `elif` chain is nested deeply
        stmt, branches = pending.pop()
        yield stmt, branches
        if not isinstance(stmt, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner: list[tuple[ast.stmt, Branches]] = []
            for part in ("body", "orelse", "finalbody"):
                around = (*branches, (stmt, part)) if isinstance(stmt, ast.If) and len(branches) < MAX_BRANCHES else branches
                inner += [(s, around) for s in getattr(stmt, part, ())]
            for handler in (*getattr(stmt, "handlers", ()), *getattr(stmt, "cases", ())):
                inner += [(s, branches) for s in handler.body]
            pending += reversed(inner)


def exclusive(a: Branches, b: Branches) -> bool:
    """Are these two parts of one `if`, so that only one of them runs?"""
    return any(x is y and p != q for x, p in a for y, q in b)


def changes(stmt: ast.stmt) -> Iterator[Change]:
    """What a statement itself changes, the statements inside it left out."""
    for target in _targets(stmt):
        yield from _stored(target)
    if isinstance(stmt, ast.Expr) and isinstance(stmt.value, ast.Call):
        fn = stmt.value.func
        if isinstance(fn, ast.Attribute) and fn.attr in MUTATORS:
            yield from _change(fn.value, stmt.value, in_place=True)


def _targets(stmt: ast.stmt) -> list[ast.expr]:
    match stmt:
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            return targets
        case ast.AugAssign(target=target) | ast.For(target=target) | ast.AsyncFor(target=target):
            return [target]
        case ast.AnnAssign(target=target, value=value) if value is not None:
            return [target]
        case ast.With(items=items) | ast.AsyncWith(items=items):
            return [i.optional_vars for i in items if i.optional_vars is not None]
    return []


def _stored(target: ast.expr) -> Iterator[Change]:
    if isinstance(target, ast.Tuple | ast.List):
        for t in target.elts:
            yield from _stored(t)
    elif isinstance(target, ast.Starred):
        yield from _stored(target.value)
    else:
        yield from _change(target, target)


def _change(expr: ast.expr, node: ast.AST, *, in_place: bool = False) -> Iterator[Change]:
    steps: list[str] = []
    while isinstance(expr, ast.Attribute | ast.Subscript):
        steps.insert(0, expr.attr if isinstance(expr, ast.Attribute) else ITEM)
        expr = expr.value
    if isinstance(expr, ast.Name):
        yield Change(expr.id, tuple(steps), node, in_place or ITEM in steps)


def span_of(file: SourceFile, node: ast.AST) -> Span:
    """Where a node of Python's own `ast` is."""
    return Span(file.key, node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]
