"""Who reads and who changes the globals of one module, as Python's own symbol table has it."""

from __future__ import annotations

import ast
import contextlib
import symtable
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from scriptc.lint.rules.changes import Change, changes, statements
from scriptc.lint.standins import StandIn

MAX_CACHED = 64


@dataclass(frozen=True)
class GlobalChange:
    """A global is bound anew or changed in place, at the top level (`function` None) or in a function whose `def` is at `line`.

    `base` is the expression of the module, where it is another module's global.
    """

    node: ast.AST
    function: str | None
    line: int
    base: ast.expr


class Scopes:
    """One module's scopes."""

    def __init__(self, module: StandIn) -> None:
        self.module = module
        self.tables: dict[tuple[str, int], symtable.SymbolTable] = {}
        with contextlib.suppress(SyntaxError, ValueError, RecursionError):
            self._index(symtable.symtable(module.text, module.path, "exec"))

    def _index(self, table: symtable.SymbolTable) -> None:
        for child in table.get_children():
            if child.get_type() == "function":
                self.tables.setdefault((child.get_name(), child.get_lineno()), child)
            self._index(child)

    @cached_property
    def attribute_owners(self) -> set[str]:
        """Every name of which an attribute is changed somewhere in the module."""
        stmts = (n for n in ast.walk(self.module.tree) if isinstance(n, ast.stmt))
        return {c.root for stmt in stmts for c in changes(stmt) if c.steps}

    def reads(self, name: str, line: int) -> set[str]:
        """The globals that a function reads, those inside it included."""
        table = self.tables.get((name, line))
        return set() if table is None else _reads(table)

    @cached_property
    def changes(self) -> dict[str, list[GlobalChange]]:
        """Every change of one of the module's globals, by name, in the order of the text; those at the top level first."""
        out: dict[str, list[GlobalChange]] = {}
        for function, line, change in self._all:
            out.setdefault(change.root, []).append(GlobalChange(change.node, function, line, ast.Name(change.root, ast.Load())))
        return out

    @cached_property
    def _all(self) -> list[tuple[str | None, int, Change]]:
        found: list[tuple[str | None, int, Change]] = [(None, 0, c) for stmt, _ in statements(self.module.tree.body) for c in changes(stmt)]
        for node in ast.walk(self.module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                table = self.tables.get((node.name, node.lineno))
                if table is not None:
                    inside = [c for stmt, _ in statements(node.body) for c in changes(stmt)]
                    found += [(node.name, node.lineno, c) for c in inside if _is_global(table, c.root)]
        return found

    def of_other_modules(self, name: str) -> Iterator[GlobalChange]:
        """Changes of the form `SOMETHING.name = ...`: of a global of another module, where SOMETHING is one."""
        for function, line, change in self._all:
            if change.steps[:1] == (name,):
                yield GlobalChange(change.node, function, line, ast.Name(change.root, ast.Load()))

    def bound_before(self, name: str, line: int) -> bool:
        """Is the name bound at the top level above the line?"""
        return any(c.function is None and getattr(c.node, "lineno", line) <= line for c in self.changes.get(name, ()))

    def only_before(self, change: GlobalChange, moment: int | None) -> bool:
        """Is the function that makes the change used at the top level alone, and above `moment`: does it fill a table, say?"""
        uses = self._uses.get(change.function or "", ())
        return bool(uses) and all(id(n) in self._top_level and (moment is None or n.lineno <= moment) for n in uses)

    @cached_property
    def _uses(self) -> dict[str, list[ast.Name]]:
        out: dict[str, list[ast.Name]] = {}
        for node in ast.walk(self.module.tree):
            if isinstance(node, ast.Name):
                out.setdefault(node.id, []).append(node)
        return out

    def is_top_level(self, node: ast.AST) -> bool:
        """Does the node run when the module is imported?"""
        return id(node) in self._top_level

    @cached_property
    def _top_level(self) -> set[int]:
        return {id(n) for stmt in self.module.tree.body for n in _run_at_once(stmt)}


def _run_at_once(stmt: ast.stmt) -> Iterator[ast.AST]:
    """The nodes that run with the statement: of a function, its decorators and defaults."""
    pending: list[ast.AST] = [stmt]
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            pending += [*node.decorator_list, node.args]
        elif not isinstance(node, ast.Lambda):
            pending += ast.iter_child_nodes(node)


def _reads(table: symtable.SymbolTable) -> set[str]:
    own = {s.get_name() for s in table.get_symbols() if s.is_global() and s.is_referenced()}
    return own.union(*(_reads(child) for child in table.get_children()))


def _is_global(table: symtable.SymbolTable, name: str) -> bool:
    try:
        return table.lookup(name).is_global()
    except KeyError:
        return False


_CACHE: dict[int, tuple[StandIn, Scopes]] = {}


def scopes_of(module: StandIn) -> Scopes:
    """The scopes of a module, made once."""
    found = _CACHE.get(id(module))
    if found is None or found[0] is not module:
        if len(_CACHE) >= MAX_CACHED:
            _CACHE.clear()
        found = _CACHE[id(module)] = module, Scopes(module)
    return found[1]
