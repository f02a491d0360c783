"""Graph → flow form: straight-line code. Folds each value used once into the expression that uses it, never changing the order.

The nodes of a block are a stack machine: values used once wait in `pending`, in order. A node takes its operands from the
tail of `pending` when they stand there in the order its expression evaluates them; what is in the way is first put into variables.
So the order of all evaluations stays exactly that of the nodes. Control flow is in `control.py`.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from scriptc.ir.core import Block, Graph, Node, Value
from scriptc.targets.python import literals
from scriptc.targets.python.direct import emitted
from scriptc.targets.python.flow import Assign, Copy, Do, Ex, Function, Pos, Stmt, Var, place
from scriptc.targets.python.positions import of_span
from scriptc.targets.python.scope import Scope
from scriptc.targets.python.templates import Template, template
from scriptc.types import Tuple, Type

MAX_DEPTH = 24
TRIVIAL = frozenset({"const", "constant", "narrow", "undef", "unreachable"})
UNBOUND = frozenset({"undef", "unreachable"})


class Leaf:
    """A value that control flow has found to be this constant on the path being written."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value


class Lowering:
    """The state of lowering one graph."""

    def __init__(self, graph: Graph, scope: Scope) -> None:
        self.graph, self.scope, self.name = graph, scope, scope.functions[graph.name]
        self.function = Function()
        self.out: list[Stmt] = self.function.body
        self.pending: list[Value] = []
        self.exprs: dict[Value, Ex] = {}
        self.where: dict[Value, Var] = {}
        self.alias: dict[Value, Value | Leaf] = {}
        self.known: dict[Value, frozenset[int]] = {}
        self.cells: dict[Value, Var] = {}
        self.uses: dict[Value, int] = {}
        self.shared: set[Value] = set()
        self.boxed: set[Value] = set()
        self.slices: dict[ast.expr, ast.Slice] = {}
        self.globals: set[str] = set()
        self.has_yield = False
        self.loops: list[object] = []
        self.nest = 0
        self.file = graph.span.file if graph.span else None
        self.pos: Pos = (1, 0, 1, 0)
        self._count_uses(graph.block)
        if graph.span:
            self.pos = of_span(graph.span, self.pos, self.file)
        for p in graph.params:
            self.where[p] = self.function.new_var(p.hint)
            self.function.params.append(self.where[p])
            if p in scope.closing:
                self.function.held.append(self.where[p])

    # -- what is known before lowering

    def _count_uses(self, block: Block) -> None:
        """How often each value is used, and which cells leave the function."""
        uses = self.uses
        stack = [block]
        while stack:
            b = stack.pop()
            for v in b.yields:
                uses[v] = uses.get(v, 0) + 1
                self.shared.add(v)
            for node in b.nodes:
                name = node.op.name
                if name == "narrow":
                    self.alias[node.results[0]] = node.operands[0]
                for i, v in enumerate(node.operands):
                    uses[v] = uses.get(v, 0) + 1
                    if i or name not in ("cell.get", "cell.set"):
                        self.shared.add(v)
                stack.extend(node.blocks)
        for original, more in [(n, uses.get(n, 0) - 1) for n in self.alias]:
            self._add_uses(original, more)

    def _add_uses(self, narrowed: Value, more: int) -> None:
        """A narrowed value's uses are uses of what it narrows, through the whole chain."""
        owner = narrowed.owner
        while isinstance(owner, Node) and owner.op.name == "narrow":
            value = owner.operands[0]
            self.uses[value] += more
            owner = value.owner

    # -- positions

    def at(self, node: Node) -> Pos:
        """Make the node's place the current one."""
        if node.span is not None:
            self.pos = of_span(node.span, self.pos, self.file)
        return self.pos

    # -- values

    def resolve(self, value: Value) -> Value | Leaf:
        alias = self.alias
        found: Value | Leaf = value
        while True:
            nxt = alias.get(found)  # type: ignore[arg-type]
            if nxt is None:
                return found
            found = nxt

    def origin(self, value: Value) -> Value:
        """What `value` narrows."""
        while isinstance(value.owner, Node) and value.owner.op.name == "narrow":
            value = value.owner.operands[0]
        return value

    def constant(self, value: Value) -> object:
        """The constant that `value` is on this path, or `literals.NOT_CONSTANT`."""
        found = self.resolve(value)
        if isinstance(found, Leaf):
            return found.value
        owner = found.owner
        if isinstance(owner, Node) and owner.op.name == "const":
            return owner.attrs["value"]
        return literals.NOT_CONSTANT

    def atom(self, found: Value | Leaf) -> Ex | None:
        """A value that costs nothing to write again: variable, constant, global name. None: not one of these, or unbound."""
        if isinstance(found, Leaf):
            return Ex(literals.literal(found.value, self.pos, self.scope))
        var = self.where.get(found)
        if var is not None:
            ex = self.function.read(var, self.pos)
            return self._unboxed(ex) if found in self.boxed else ex
        owner = found.owner
        if isinstance(owner, Node):
            if owner.op.name == "const":
                return Ex(literals.literal(owner.attrs["value"], self.pos, self.scope))
            if owner.op.name == "constant":
                return Ex(self.global_name(self.scope.constant_name(owner.attrs["name"])))
            if owner.op.name == "state.get" and self.scope.is_fixed(owner.attrs["name"]):
                return Ex(self.global_name(self.scope.state_name(owner.attrs["name"])))
        return None

    def read(self, found: Value | Leaf) -> Ex:
        """As `atom`; what is unbound reads as None (only values that are never looked at are)."""
        ex = self.atom(found)
        if ex is not None:
            return ex
        if is_unbound(found):
            return Ex(place(ast.Constant(None), self.pos))
        raise AssertionError(f"{found!r} is used where it has no value")

    def _unboxed(self, box: Ex) -> Ex:
        """What was put into a list by `assign`; the list no longer holds it."""
        pop = place(ast.Attribute(box.node, "pop", ast.Load()), self.pos)
        return Ex(place(ast.Call(pop, [], []), self.pos), box.uses, 1)

    def global_name(self, name: str) -> ast.Name:
        return place(ast.Name(name, ast.Load()), self.pos)

    # -- the stack machine

    def take(self, operands: Sequence[Value], order: Sequence[int] | None = None, fold: Sequence[bool] | None = None) -> list[Ex]:
        """The operands' expressions, those that stand at the tail of `pending` in the right order folded in."""
        roots = [self.resolve(v) for v in operands]
        pending, exprs = self.pending, self.exprs
        end = len(pending)
        folded: dict[int, Ex] = {}
        for k in reversed(order if order is not None else range(len(roots))):
            if end and roots[k] is pending[end - 1] and (fold is None or fold[k]):
                end -= 1
                folded[k] = exprs.pop(pending[end])
        del pending[end:]
        if pending:
            in_the_way = [i for k, r in enumerate(roots) if k not in folded and r in exprs for i in (pending.index(r),)]
            if in_the_way:
                self.flush(max(in_the_way) + 1)
        return [folded[k] if k in folded else self.read(r) for k, r in enumerate(roots)]

    def flush(self, count: int | None = None) -> None:
        """Put the first `count` pending values (all of them without it) into variables, in order."""
        if not self.pending:
            return
        count = len(self.pending) if count is None else count
        ready, self.pending[:] = self.pending[:count], self.pending[count:]
        for value in ready:
            ex = self.exprs.pop(value)
            self.assign(value, ex)

    def assign(self, value: Value, ex: Ex) -> None:
        var = self.where[value] = self.function.new_var(value.hint)
        self.note_tuple(var, value)
        if value.hint is None:
            self.function.temporaries.append(var)
        pos = (ex.node.lineno, ex.node.col_offset, ex.node.end_lineno or 0, ex.node.end_col_offset or 0)
        if value in self.scope.closing:  # a variable would keep the generator alive when its consumer has let go of it
            self.boxed.add(value)
            self.out.append(Assign([var], joined(place(ast.List([ex.node], ast.Load()), pos), [ex]), pos))
        elif isinstance(ex.node, ast.Name) and len(ex.uses) == 1:
            self.out.append(Copy([(var, ex.uses[0])], pos))
        else:
            self.out.append(Assign([var], ex, pos))

    def note_tuple(self, var: Var, value: Value) -> None:
        if isinstance(value.type, Tuple):
            self.function.tuples[var] = len(value.type.items)

    def produce(self, node: Node, ex: Ex) -> None:
        """The node's expression is `ex`: let it wait for its one user, or write it down now."""
        results = node.results
        if len(results) == 1:
            value = results[0]
            uses = self.uses.get(value, 0)
            self.alias.pop(value, None)
            if uses == 1 and value.hint is None and ex.depth < MAX_DEPTH:
                self.pending.append(value)
                self.exprs[value] = ex
                return
            self.flush()
            if uses:
                self.assign(value, ex)
                return
        else:
            self.flush()
            if results:
                self.unpack(results, ex)
                return
        self.out.append(Do(ex, self.pos))

    def unpack(self, results: Sequence[Value], ex: Ex, star: int | None = None) -> None:
        targets = [self.function.new_var(r.hint or ("_" if not self.uses.get(r) else None)) for r in results]
        self.where.update(zip(results, targets, strict=True))
        self.out.append(Assign(targets, ex, self.pos, unpack=True, star=star))

    # -- what versions do otherwise

    def type_of(self, value: Value) -> Type:
        """The value's type, as narrow as it is known."""
        return value.type

    def callee(self, node: Node) -> str:
        """The global name of the function that a `call` calls."""
        return self.scope.functions[node.attrs["graph"]]

    def prepare(self, node: Node, args: list[Ex]) -> None:
        """Put cheaper operands in the place of `args`."""

    def constant_index(self, index: ast.expr) -> ast.expr | None:
        """Another way to write an index, if there is one."""
        return None

    def table(self, value: Value) -> Ex | bool:
        """What stands for a tuple; True where nothing need, False where it is written out."""
        return False

    def is_known(self, node: Node) -> bool:
        """Is the node's result a number that is known without it?"""
        return False

    def template_of(self, node: Node) -> Template:
        return template(emitted(node, self.type_of))

    def template(self, node: Node) -> None:
        """A node whose op has an expression template."""
        t = self.template_of(node)
        order = t.sequence(len(node.operands))
        args = self.take(node.operands, order, [t.can_fold(i) for i in range(len(node.operands))])
        self.prepare(node, args)
        kw = tuple(node.attrs.get("kw", ()))
        expr = t.build([a.node for a in args], kw, self.pos)
        test = None
        if node.op.name == "truth":
            test = args[0].test
        elif node.op.name == "mod":
            expr = formatted_at_the_end(expr, self.pos)
        elif node.op.name == "not":
            test = place(ast.UnaryOp(ast.Not(), args[0].test), self.pos)
            expr = test if args[0].test is not args[0].node else expr
        self.produce(node, joined(expr, args, test))


def formatted_at_the_end(expr: ast.expr, pos: Pos) -> ast.expr:
    """CPython would take `'%s %s' % (a, b)` for an f-string, and format `a` before it works out `b`: here it is none, or was a name."""
    if not isinstance(expr, ast.BinOp) or not isinstance(expr.left, ast.Constant) or not isinstance(expr.right, ast.Tuple):
        return expr
    items = expr.right.elts
    if type(expr.left.value) is not str or len(items) < 2:
        return expr
    from scriptc.source import percent  # seldom needed, and its patterns take time

    if percent.pieces(expr.left.value, len(items)) is None:
        return expr
    return place(ast.Call(place(ast.Attribute(expr.left, "__mod__", ast.Load()), pos), [expr.right], []), pos)


def is_unbound(found: Value | Leaf) -> bool:
    owner = None if isinstance(found, Leaf) else found.owner
    return isinstance(owner, Node) and owner.op.name in UNBOUND


def joined(expr: ast.expr, parts: Sequence[Ex], test: ast.expr | None = None) -> Ex:
    """`expr`, made of `parts`."""
    uses = tuple(u for p in parts for u in p.uses)
    return Ex(expr, uses, 1 + max((p.depth for p in parts), default=0), test)
