"""The flow form: what lies between the graph and Python's AST.

Statements over *variables* (small ints). Expressions are already Python AST; each use of a variable in them is an `ast.Name` without
its name yet. Liveness and naming (`liveness.py`, `naming.py`) work on this form, `printing.py` makes the final statements.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
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


@dataclass(slots=True)
class Assign:
    """`a = value`, or `a, *b, c = value` where `unpack` (`star` is the index of the starred target)."""

    targets: list[Var]
    value: Ex
    pos: Pos
    unpack: bool = False
    star: int | None = None
    dead: bool = False


@dataclass(slots=True)
class Augment:
    """`target op= value`: reads and writes the variable."""

    target: Var
    op: ast.operator
    value: Ex
    pos: Pos


@dataclass(slots=True)
class Do:
    """An expression for its effects."""

    value: Ex
    pos: Pos


@dataclass(slots=True)
class Raw:
    """A ready statement (`x[i] = v`, `raise e`, `del d[k]`, `global` stores) that reads `uses`."""

    stmt: ast.stmt
    uses: tuple[Var, ...]
    pos: Pos
    ends: bool = False


@dataclass(slots=True)
class Copy:
    """All at once: each variable takes the value of another, or of a constant expression (None: unbound here)."""

    pairs: list[tuple[Var, Var | Ex | None]]
    pos: Pos
    live: int = 0


@dataclass(slots=True)
class If:
    test: Ex
    body: list[Stmt]
    orelse: list[Stmt]
    pos: Pos


@dataclass(slots=True)
class Loop:
    """`for target in iter` where `iter` is there, else `while test`."""

    target: Var | None
    iter: Ex | None
    test: Ex | None
    body: list[Stmt]
    pos: Pos
    head: int = 0


@dataclass(slots=True)
class Break:
    pos: Pos


@dataclass(slots=True)
class Continue:
    pos: Pos


@dataclass(slots=True)
class Return:
    value: Ex | None
    pos: Pos


@dataclass(slots=True)
class Handler:
    classes: ast.expr | None
    var: Var | None
    body: list[Stmt]
    used: bool = False


@dataclass(slots=True)
class Try:
    body: list[Stmt]
    handlers: list[Handler]
    orelse: list[Stmt]
    final: list[Stmt]
    pos: Pos


Stmt = Assign | Augment | Do | Raw | Copy | If | Loop | Break | Continue | Return | Try


@dataclass(slots=True)
class Function:
    """One graph in flow form, before names are chosen."""

    params: list[Var] = field(default_factory=list)
    body: list[Stmt] = field(default_factory=list)
    hints: list[str | None] = field(default_factory=list)
    names: list[tuple[ast.Name, Var]] = field(default_factory=list)
    temporaries: list[Var] = field(default_factory=list)

    def new_var(self, hint: str | None) -> Var:
        self.hints.append(hint)
        return len(self.hints) - 1

    def read(self, var: Var, pos: Pos) -> Ex:
        return Ex(self.name(var, pos, ast.Load()), (var,))

    def name(self, var: Var, pos: Pos, ctx: ast.expr_context) -> ast.Name:
        node = place(ast.Name("", ctx), pos)
        self.names.append((node, var))
        return node

    def reads(self) -> Iterator[tuple[ast.Name, Var]]:
        """The uses of variables in expressions."""
        return ((node, var) for node, var in self.names if isinstance(node.ctx, ast.Load))


def place(node: N, pos: Pos) -> N:
    """`node` with its source position set."""
    node.lineno, node.col_offset, node.end_lineno, node.end_col_offset = pos  # type: ignore[attr-defined]
    return node
