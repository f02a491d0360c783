"""SC552: an attribute of a model is changed after the model was compiled."""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator
from typing import Any

from scriptc.diagnostics.diagnostic import Diagnostic, Label
from scriptc.lint.rules.changes import ITEM, Branches, Change, changes, exclusive, span_of, statements
from scriptc.lint.rules.scopes import scopes_of
from scriptc.lint.rules.watched import Watched, warning

CODE = "SC552"


def attribute_changed_outside(watched: Watched) -> Iterator[Diagnostic]:
    """`net.scale = 2.0` below `script(net)`: the compiled model keeps what it had."""
    call = watched.entry.node
    name = _root(call.args[0]) if isinstance(call, ast.Call) and call.args else None
    if name is None or name not in scopes_of(watched.module).attribute_owners:
        return
    for body in _scopes(watched.module.tree):
        order = list(statements(body))
        at = next((i for i, (stmt, _) in enumerate(order) if _has(stmt, call)), None)
        if at is not None and not _binds(order[at][0], name):
            file = watched.file_of(watched.module)
            for change in _after(order[at:], call, name):
                if _unseen(watched, change):
                    message = f"`{ast.unparse(change.node)}` changes `{name}` after it was compiled: the compiled model does not see it"
                    yield warning(CODE, span_of(file, change.node), message, secondary=[Label(span_of(file, call), "compiled here")])


def _scopes(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    yield tree.body
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.body


def _after(order: list[tuple[ast.stmt, Branches]], call: ast.AST, name: str) -> list[Change]:
    """What is changed in `name` by the statements after the first, up to where it is bound or compiled again."""
    found: list[Change] = []
    here = order[0][1]
    for stmt, branches in order[1:]:
        if _compiles(stmt, call, name):
            found.clear()
        if _binds(stmt, name):
            break
        if not exclusive(here, branches):
            found += [c for c in changes(stmt) if c.root == name and c.steps]
    return found


def _unseen(watched: Watched, change: Change) -> bool:
    """Attributes are read when compiling, and so are lists and dicts; arrays are shared with the compiled model."""
    if not change.in_place:
        return True
    obj: Any = watched.entry.obj
    obj = obj.__self__ if isinstance(obj, types.MethodType) else obj
    first = change.steps[0]
    return change.steps.count(ITEM) <= 1 and isinstance(getattr(obj, "__dict__", {}).get(first), list | dict | set)


def _has(stmt: ast.stmt, call: ast.AST) -> bool:
    """Is the call in the statement itself, not in a statement or function inside it?"""
    inner = [c for c in ast.iter_child_nodes(stmt) if not isinstance(c, ast.stmt | ast.excepthandler | ast.match_case)]
    return any(n is call for c in inner for n in ast.walk(c)) and not isinstance(stmt, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)


def _binds(stmt: ast.stmt, name: str) -> bool:
    return any(c.root == name and not c.steps for c in changes(stmt))


def _compiles(stmt: ast.stmt, call: Any, name: str) -> bool:
    """Is there another call of `script` on the same name in the statement?"""
    same = ast.dump(call.func)
    calls = [n for n in ast.walk(stmt) if isinstance(n, ast.Call) and n.args and n is not call]
    return any(ast.dump(n.func) == same and _root(n.args[0]) == name for n in calls)


def _root(node: ast.expr) -> str | None:
    """`net` of `net` and of `net.step`."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None
