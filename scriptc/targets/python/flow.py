"""The flow form: what lies between the graph and Python's AST.

Statements over *variables* (small ints). Expressions are already Python AST; each use of a variable in them is an `ast.Name` without
its name yet. Liveness and naming (`liveness.py`, `naming.py`) work on this form, `printing.py` makes the final statements.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

Pos = tuple[int, int, int, int]
"""Line, column, end line, end column, as AST nodes hold them."""

Var = int

N = TypeVar("N", bound=ast.AST)


class Ex:
    """A Python expression and the variables it reads. `test` is a cheaper form for where only its truth counts."""

    __slots__ = ("depth", "node", "test", "uses")

    def __init__(self, node: ast.expr, uses: tuple[Var, ...] = (), depth: int = 0, test: ast.expr | None = None) -> None:
        self.node, self.uses, self.depth, self.test = node, uses, depth, test or node


@dataclass(eq=False, repr=False)
class Assign:
    """`a = value`, or `a, *b, c = value` where `unpack` (`star` is the index of the starred target)."""

    targets: list[Var]
    value: Ex
    pos: Pos
    unpack: bool = False
    star: int | None = None
    dead: bool = False


@dataclass(eq=False, repr=False)
class Augment:
    """`target op= value`: reads and writes the variable."""

    target: Var
    op: ast.operator
    value: Ex
    pos: Pos


@dataclass(eq=False, repr=False)
class Do:
    """An expression for its effects."""

    value: Ex
    pos: Pos


@dataclass(eq=False, repr=False)
class Raw:
    """A ready statement (`x[i] = v`, `raise e`, `del d[k]`, `global` stores) that reads `uses`."""

    stmt: ast.stmt
    uses: tuple[Var, ...]
    pos: Pos
    ends: bool = False


@dataclass(eq=False, repr=False)
class Copy:
    """All at once: each variable takes the value of another, or of a constant expression (None: unbound here)."""

    pairs: list[tuple[Var, Var | Ex | None]]
    pos: Pos
    live: int = 0


@dataclass(eq=False, repr=False)
class If:
    test: Ex
    body: list[Stmt]
    orelse: list[Stmt]
    pos: Pos


@dataclass(eq=False, repr=False)
class Loop:
    """`for targets in iter` where `iter` is there, else `while test`; `orelse` runs where no `break` ended it."""

    targets: list[Var]
    iter: Ex | None
    test: Ex | None
    body: list[Stmt]
    pos: Pos
    head: int = 0
    unpack: bool = False
    orelse: list[Stmt] = field(default_factory=list)


@dataclass(eq=False, repr=False)
class Break:
    pos: Pos


@dataclass(eq=False, repr=False)
class Continue:
    pos: Pos


@dataclass(eq=False, repr=False)
class Return:
    value: Ex | None
    pos: Pos


@dataclass(eq=False, repr=False)
class Handler:
    classes: ast.expr | None
    var: Var | None
    body: list[Stmt]
    used: bool = False


@dataclass(eq=False, repr=False)
class Try:
    body: list[Stmt]
    handlers: list[Handler]
    orelse: list[Stmt]
    final: list[Stmt]
    pos: Pos


Stmt = Assign | Augment | Do | Raw | Copy | If | Loop | Break | Continue | Return | Try


@dataclass(eq=False, repr=False)
class Function:
    """One graph in flow form, before names are chosen."""

    params: list[Var] = field(default_factory=list)
    body: list[Stmt] = field(default_factory=list)
    hints: list[str | None] = field(default_factory=list)
    names: list[tuple[ast.Name, Var]] = field(default_factory=list)
    temporaries: list[Var] = field(default_factory=list)
    held: list[Var] = field(default_factory=list)  # what they hold must live as long as the function: their names are theirs alone
    tuples: dict[Var, int] = field(default_factory=dict)
    """The variables that hold a tuple of known length."""
    scopes: list[tuple[list[Var], list[Var]]] = field(default_factory=list)
    """Comprehensions: the variables each binds, and those it reads."""

    def new_var(self, hint: str | None) -> Var:
        self.hints.append(hint)
        return len(self.hints) - 1

    def read(self, var: Var, pos: Pos) -> Ex:
        return Ex(self.name(var, pos, ast.Load()), (var,))

    def name(self, var: Var, pos: Pos, ctx: ast.expr_context) -> ast.Name:
        node = place(ast.Name("", ctx), pos)
        self.names.append((node, var))
        return node

    def mentions(self) -> list[int]:
        """How often each variable is set or read."""
        counts = [0] * len(self.hints)
        for p in self.params:
            counts[p] += 1
        stack = [self.body]
        while stack:
            for stmt in stack.pop():
                for var in mentioned(stmt):
                    counts[var] += 1
                stack += parts(stmt)
        return counts

    def reads(self) -> Iterator[tuple[ast.Name, Var]]:
        """The uses of variables in expressions."""
        return ((node, var) for node, var in self.names if isinstance(node.ctx, ast.Load))


def mentioned(stmt: Stmt) -> list[Var]:
    """The variables that the statement itself (not those in it) sets or reads, each as often as it does."""
    if isinstance(stmt, Assign):
        return [*stmt.targets, *stmt.value.uses]
    if isinstance(stmt, Augment):
        return [stmt.target, *stmt.value.uses]
    if isinstance(stmt, Copy):
        return [v for target, source in stmt.pairs for v in (target, *_sources(source))]
    if isinstance(stmt, Raw):
        return list(stmt.uses)
    if isinstance(stmt, Loop):
        return [*stmt.targets, *(u for ex in (stmt.iter, stmt.test) if ex for u in ex.uses)]
    if isinstance(stmt, Try):
        return [h.var for h in stmt.handlers if h.var is not None]
    ex = stmt.test if isinstance(stmt, If) else getattr(stmt, "value", None)
    return [] if ex is None else list(ex.uses)


def _sources(source: Var | Ex | None) -> Sequence[Var]:
    return (source,) if isinstance(source, int) else source.uses if source is not None else ()


def parts(stmt: Stmt) -> list[list[Stmt]]:
    """The statements in a statement."""
    if isinstance(stmt, If):
        return [stmt.body, stmt.orelse]
    if isinstance(stmt, Loop):
        return [stmt.body, stmt.orelse]
    if isinstance(stmt, Try):
        return [stmt.body, *(h.body for h in stmt.handlers), stmt.orelse, stmt.final]
    return []


def place(node: N, pos: Pos) -> N:
    """`node` with its source position set."""
    node.lineno, node.col_offset, node.end_lineno, node.end_col_offset = pos  # type: ignore[attr-defined]
    return node
