"""SC550: a global that compiled code reads is changed after it was read."""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator
from typing import Any

import gast

from scriptc.diagnostics.diagnostic import Diagnostic, Label
from scriptc.lint.rules.changes import span_of
from scriptc.lint.rules.scopes import GlobalChange, Scopes, scopes_of
from scriptc.lint.rules.watched import Function, Watched, warning
from scriptc.lint.standins import StandIn

CODE = "SC550"


def captured_global_changed(watched: Watched) -> Iterator[Diagnostic]:
    """The global is read once, when compiling; what is put there later is not seen."""
    reached = {(f.unit.file.path, f.tree.name, f.tree.lineno) for f in watched.functions.values() if isinstance(f.tree, gast.FunctionDef)}
    for function in watched.functions.values():
        module = watched.module_of(function)
        if module is None or not isinstance(function.tree, gast.FunctionDef):
            continue
        scopes = scopes_of(module)
        for name in sorted(scopes.reads(function.tree.name, function.tree.lineno)):
            if not _is_code(module.names.get(name)):
                yield from _changed(watched, function, module, name, reached)


def _is_code(value: Any) -> bool:
    return isinstance(value, type | types.ModuleType | types.FunctionType | types.BuiltinFunctionType)


def _changed(watched: Watched, function: Function, module: StandIn, name: str, reached: set[tuple[str, str, int]]) -> Iterator[Diagnostic]:
    read = next((n for n in function.everything if isinstance(n, gast.Name) and n.id == name and watched.value(n) is not None), None)
    where = _later(watched, module, name, reached)
    if read is None or where is None:
        return
    home, change = where
    by = f"in `{change.function}()`" if change.function else "here"
    label = Label(span_of(watched.file_of(home), change.node), f"changed {by}")
    message = f"the global `{name}` is read when `{function.qualname}` is compiled, and changed later"
    yield warning(CODE, function.unit.span(read), message, "the value it had when this was compiled", secondary=[label])


def _later(watched: Watched, module: StandIn, name: str, reached: set[tuple[str, str, int]]) -> tuple[StandIn, GlobalChange] | None:
    """The first change of the global that comes after the compilation, and the module it is in."""
    entry = watched.module
    scopes, moment = scopes_of(module), _moment(watched, scopes_of(entry))
    if entry is not module:
        for change in scopes_of(entry).of_other_modules(name):
            if watched.evaluator(entry).value(change.base) is module.object and _after(scopes_of(entry), change, moment):
                return entry, change
        moment = None
    bound_before = moment is not None and scopes.bound_before(name, moment)
    for change in scopes.changes.get(name, ()):
        if change.function is None and (not bound_before or not _after(scopes, change, moment)):
            continue
        if change.function is not None and ((module.path, change.function, change.line) in reached or scopes.only_before(change, moment)):
            continue
        return module, change
    return None


def _after(scopes: Scopes, change: GlobalChange, moment: int | None) -> bool:
    if change.function is not None:
        return not scopes.only_before(change, moment)
    return moment is not None and change.node.lineno > moment  # type: ignore[attr-defined]


def _moment(watched: Watched, scopes: Scopes) -> int | None:
    """The line of the entry's file at which it is compiled; None where that is when something is called, or not known."""
    node = watched.entry.node
    if isinstance(node, ast.FunctionDef) and node in watched.module.tree.body or isinstance(node, ast.Call) and scopes.is_top_level(node):
        return node.end_lineno
    return None
