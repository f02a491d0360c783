"""Flow form → Python's AST, once every variable has its name."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from scriptc.targets.python.control import negated
from scriptc.targets.python.flow import (
    Assign,
    Augment,
    Break,
    Continue,
    Copy,
    Do,
    Ex,
    Function,
    If,
    Loop,
    Pos,
    Raw,
    Return,
    Stmt,
    Try,
    Var,
    place,
)
from scriptc.targets.python.naming import Names

_SILENT = (ast.Name, ast.Constant)


class Printer:
    """Makes the statements of one function."""

    def __init__(self, function: Function, names: Names) -> None:
        self.function, self.names = function, names
        for node, var in function.names:
            node.id = names[var]

    def body(self, stmts: Sequence[Stmt]) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        for stmt in stmts:
            self.statement(stmt, out)
        return out

    def block(self, stmts: Sequence[Stmt], pos: Pos) -> list[ast.stmt]:
        """As `body`, never empty."""
        return self.body(stmts) or [place(ast.Pass(), pos)]

    def statement(self, stmt: Stmt, out: list[ast.stmt]) -> None:
        if isinstance(stmt, Assign):
            self._assign(stmt, out)
        elif isinstance(stmt, Copy):
            self._copy(stmt, out)
        elif isinstance(stmt, If):
            self._if(stmt, out)
        elif isinstance(stmt, Loop):
            self._loop(stmt, out)
        elif isinstance(stmt, Try):
            self._try(stmt, out)
        elif isinstance(stmt, Do):
            self._do(stmt.value, stmt.pos, out)
        else:
            out.append(self._simple(stmt))

    def _simple(self, stmt: Raw | Return | Break | Continue | Augment) -> ast.stmt:
        if isinstance(stmt, Raw):
            return stmt.stmt
        if isinstance(stmt, Return):
            return place(ast.Return(stmt.value.node if stmt.value else None), stmt.pos)
        if isinstance(stmt, Augment):
            return place(ast.AugAssign(self._store(stmt.target, stmt.pos), stmt.op, stmt.value.node), stmt.pos)
        return place(ast.Break() if isinstance(stmt, Break) else ast.Continue(), stmt.pos)

    def _store(self, var: Var, pos: Pos) -> ast.Name:
        return place(ast.Name(self.names[var], ast.Store()), pos)

    def _load(self, name: str, pos: Pos) -> ast.expr:
        return place(ast.Name(name, ast.Load()), pos)

    def _do(self, value: Ex, pos: Pos, out: list[ast.stmt]) -> None:
        if not isinstance(value.node, _SILENT):
            out.append(place(ast.Expr(value.node), pos))

    def _assign(self, stmt: Assign, out: list[ast.stmt]) -> None:
        if stmt.dead:
            self._do(stmt.value, stmt.pos, out)
            return
        targets: list[ast.expr] = [self._store(v, stmt.pos) for v in stmt.targets]
        if stmt.star is not None:
            targets[stmt.star] = place(ast.Starred(targets[stmt.star], ast.Store()), stmt.pos)
        target = place(ast.Tuple(targets, ast.Store()), stmt.pos) if stmt.unpack else targets[0]
        out.append(place(ast.Assign([target], stmt.value.node), stmt.pos))

    def _copy(self, stmt: Copy, out: list[ast.stmt]) -> None:
        """The copies that are left, one by one where an order allows it, else as one tuple assignment."""
        left: list[tuple[str, str | None, ast.expr]] = []
        for var, source in stmt.pairs:
            if not stmt.live >> var & 1:
                continue
            name = self.names[var]
            if isinstance(source, int):
                if self.names[source] != name:
                    left.append((name, self.names[source], self._load(self.names[source], stmt.pos)))
            elif source is not None:
                left.append((name, None, source.node))
            elif self.names.find(var) in self.names.read:
                left.append((name, None, place(ast.Constant(None), stmt.pos)))
        self._sequence(left, stmt.pos, out)

    def _sequence(self, left: list[tuple[str, str | None, ast.expr]], pos: Pos, out: list[ast.stmt]) -> None:
        while left:
            ready = next((c for c in left if all(c[0] != o[1] for o in left if o is not c)), None)
            if ready is None:
                break
            left.remove(ready)
            out.append(place(ast.Assign([place(ast.Name(ready[0], ast.Store()), pos)], ready[2]), pos))
        if left:
            targets: list[ast.expr] = [place(ast.Name(n, ast.Store()), pos) for n, _, _ in left]
            values = place(ast.Tuple([v for _, _, v in left], ast.Load()), pos)
            out.append(place(ast.Assign([place(ast.Tuple(targets, ast.Store()), pos)], values), pos))

    def _if(self, stmt: If, out: list[ast.stmt]) -> None:
        body, orelse = self.body(stmt.body), self.body(stmt.orelse)
        if body:
            out.append(place(ast.If(stmt.test.test, body, orelse), stmt.pos))
        elif orelse:
            out.append(place(ast.If(negated(stmt.test, stmt.pos).node, orelse, []), stmt.pos))
        else:
            self._do(Ex(stmt.test.test), stmt.pos, out)

    def _loop(self, stmt: Loop, out: list[ast.stmt]) -> None:
        body = self.block(stmt.body, stmt.pos)
        if isinstance(body[-1], ast.Continue) and len(body) > 1:
            body.pop()
        orelse = self.body(stmt.orelse)
        if stmt.targets and stmt.iter is not None:
            out.append(place(ast.For(self._target(stmt.targets, stmt.unpack, stmt.pos), stmt.iter.node, body, orelse), stmt.pos))
        else:
            assert stmt.test is not None
            out.append(place(ast.While(stmt.test.test, body, orelse), stmt.pos))

    def _target(self, variables: Sequence[Var], unpack: bool, pos: Pos) -> ast.expr:
        targets: list[ast.expr] = [self._store(v, pos) for v in variables]
        return place(ast.Tuple(targets, ast.Store()), pos) if unpack else targets[0]

    def _try(self, stmt: Try, out: list[ast.stmt]) -> None:
        handlers = []
        for h in stmt.handlers:
            name = None if h.var is None else self.names[h.var]
            handlers.append(place(ast.ExceptHandler(h.classes, name, self.block(h.body, stmt.pos)), stmt.pos))
        body = self.block(stmt.body, stmt.pos)
        orelse, final = self.body(stmt.orelse), self.body(stmt.final)
        if handlers or final:
            out.append(place(ast.Try(body, handlers, orelse, final), stmt.pos))
        else:
            out.extend([*body, *orelse])
