"""Graph → flow form: blocks, `cond`, `while`, `try`."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from scriptc.ir.core import Block, Node, Value
from scriptc.targets.python.continuations import (
    After,
    CaptureCont,
    Cont,
    DropCont,
    ExplicitCont,
    InlineCont,
    LoopCont,
    PhiCont,
    SinkCont,
    bind,
    code_test,
    copy,
    fold,
    settle,
)
from scriptc.targets.python.flow import Assign, Break, Ex, Handler, If, Loop, Pos, Stmt, Try, Var, place
from scriptc.targets.python.lowering import TRIVIAL, Leaf, Lowering, joined
from scriptc.targets.python.specials import SPECIALS

DEEP = 40
_EXPRESSIONS = 40


def run(lw: Lowering, block: Block, cont: Cont) -> bool:
    """Write the block from its first node on, then what `cont` makes of its yields. True where control falls through."""
    last = last_work(block)
    for index, node in enumerate(block.nodes):
        name = node.op.name
        if name in TRIVIAL:
            continue
        lw.at(node)
        if name == "cond":
            falls = Cond(lw, node, After(block, index + 1, cont)).lower(index == last and cont.sink)
            if falls is not None:
                return falls
        elif name == "while":
            if not While(lw, node, After(block, index + 1, cont)).lower():
                return False
        elif name == "try":
            if not lower_try(lw, node, After(block, index + 1, cont)):
                return False
        elif not simple(lw, node):
            return False
    return cont.finish(lw, block.yields)


def simple(lw: Lowering, node: Node) -> bool:
    """A node without blocks. False where control ends (`raise`)."""
    if lw.is_known(node):
        return True
    leaf = fold(lw, node)
    if leaf is not None:
        lw.alias[node.results[0]] = leaf
        return True
    special = SPECIALS.get(node.op.name)
    if special is not None:
        return special(lw, node) is not False
    if node.op.emit is None:
        raise NotImplementedError(f"the Python target has no form for `{node.op.name}`")
    lw.template(node)
    return True


def last_work(block: Block) -> int:
    """The index of the last node that needs code; -1 without one."""
    for index in range(len(block.nodes) - 1, -1, -1):
        if block.nodes[index].op.name not in TRIVIAL:
            return index
    return -1


def branch(lw: Lowering, block: Block, cont: Cont) -> tuple[list[Stmt], bool]:
    """A block written into a list of its own. `pending` must be empty."""
    out, pending, pos = lw.out, lw.pending, lw.pos
    lw.out, lw.pending = [], []
    lw.nest += 1
    falls = run(lw, block, cont)
    lw.nest -= 1
    made, lw.out, lw.pending, lw.pos = lw.out, out, pending, pos
    return made, falls


_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In}
"""Only those whose negation Python itself defines so, whatever the operands."""


def negated(test: Ex, pos: Pos) -> Ex:
    inner = test.test
    if isinstance(inner, ast.UnaryOp) and isinstance(inner.op, ast.Not):
        return Ex(inner.operand, test.uses, test.depth)
    if isinstance(inner, ast.Compare) and len(inner.ops) == 1 and type(inner.ops[0]) in _OPPOSITE:
        opposite = place(ast.Compare(inner.left, [_OPPOSITE[type(inner.ops[0])]()], inner.comparators), pos)
        return Ex(opposite, test.uses, test.depth)
    return Ex(place(ast.UnaryOp(ast.Not(), inner), pos), test.uses, test.depth + 1)


class Cond:
    """One `cond` node."""

    def __init__(self, lw: Lowering, node: Node, after: After) -> None:
        self.lw, self.node, self.after, self.pos = lw, node, after, lw.pos
        self.then, self.orelse = node.blocks

    def lower(self, tail: bool) -> bool | None:
        """None where the block goes on after it; else the block is finished and this says whether control falls through."""
        lw = self.lw
        const = lw.constant(self.node.operands[0])
        if type(const) is bool:
            chosen = self.then if const else self.orelse
            return run(lw, chosen, SinkCont(self.node.results, self.after)) if tail else self._inline(chosen)
        (test,) = lw.take(self.node.operands)
        self.codes = code_test(lw, self.node.operands[0])
        if not tail and self.codes is None and self._may_be_expression():
            if lw.pending and self._branches_use(set(lw.pending)):
                lw.flush()  # what waits outside a branch cannot be folded into it
            return self._expression(test)
        lw.flush()
        if tail:
            return self._tail(test)
        return self._middle(test)

    def _inline(self, block: Block) -> bool | None:
        return None if run(self.lw, block, InlineCont(self.node, self.after)) else False

    def _tail(self, test: Ex) -> bool:
        """Both branches finish the block themselves."""
        lw = self.lw
        sink: Cont = SinkCont(self.node.results, self.after)
        long_else = last_work(self.orelse) >= 0
        jump = long_else and (last_work(self.then) < 0 or lw.nest > DEEP) and sink.can_jump(lw)
        self._learn(True)
        then, falls = branch(lw, self.then, ExplicitCont(sink) if jump else sink)
        statement = If(test, then, [], self.pos)
        lw.out.append(statement)
        self._learn(False)
        if not falls:
            falls = run(lw, self.orelse, sink)
        else:
            statement.orelse, _ = branch(lw, self.orelse, sink)
        self._forget()
        return falls

    def _middle(self, test: Ex) -> bool | None:
        """Code follows that reads the results from variables; unless one branch never gets there."""
        lw = self.lw
        phi = PhiCont(lw, self.node.results, self.after)
        self._learn(True)
        then, falls = branch(lw, self.then, phi)
        statement = If(test, then, [], self.pos)
        lw.out.append(statement)
        self._learn(False)
        if not falls:
            return self._inline(self.orelse)
        statement.orelse, _ = branch(lw, self.orelse, phi)
        self._forget()
        phi.settle(lw)
        return None

    def _learn(self, outcome: bool) -> None:
        """In this branch only these exit codes are possible."""
        if self.codes is not None:
            self.lw.known[self.codes.value] = self.codes.when(outcome)

    def _forget(self) -> None:
        if self.codes is not None:
            self.lw.known[self.codes.value] = self.codes.all

    def _may_be_expression(self) -> bool:
        results = self.node.results
        return len(results) == 1 and results[0].hint is None and is_expression(self.lw, self.then) and is_expression(self.lw, self.orelse)

    def _branches_use(self, values: set[Value]) -> bool:
        """Does anything in the branches, however deep, use one of `values`?"""
        blocks = list(self.node.blocks)
        for block in blocks:  # grows as it goes
            used = [v for n in block.nodes for v in n.operands] + block.yields
            if any(self.lw.resolve(v) in values for v in used):
                return True
            blocks += [b for n in block.nodes for b in n.blocks]
        return False

    def _expression(self, test: Ex) -> bool | None:
        """`a if test else b`, or with `and` / `or`, where both branches turn out to be expressions; else as `_middle`."""
        lw = self.lw
        held = lw.pending
        lw.pending = []
        sides = [self._side(block) for block in self.node.blocks]
        lw.pending = held
        if all(not out and len(pending) <= 1 for out, pending in sides):
            values = [self._value(block, pending) for block, (_, pending) in zip(self.node.blocks, sides, strict=True)]
            if None not in values:
                lw.produce(self.node, choice(test, values[0], values[1], self.node.blocks, lw))  # type: ignore[arg-type]
                return None
        lw.flush()
        phi = PhiCont(lw, self.node.results, After(Block(), 0, DropCont()))
        bodies = [self._finish_side(phi, block, out, pending) for block, (out, pending) in zip(self.node.blocks, sides, strict=True)]
        lw.out.append(If(test, bodies[0], bodies[1], self.pos))
        phi.settle(lw)
        return None

    def _side(self, block: Block) -> tuple[list[Stmt], list[Value]]:
        lw = self.lw
        out, pos = lw.out, lw.pos
        lw.out, lw.pending = [], []
        run(lw, block, CaptureCont())
        made, pending = lw.out, lw.pending
        lw.out, lw.pos = out, pos
        return made, pending

    def _value(self, block: Block, pending: list[Value]) -> Ex | None:
        """The branch's yield as an expression, where nothing else waits."""
        lw = self.lw
        root = lw.resolve(block.yields[0])
        if pending:
            return lw.exprs[pending[0]] if root is pending[0] else None
        return lw.atom(root)

    def _finish_side(self, phi: PhiCont, block: Block, out: list[Stmt], pending: list[Value]) -> list[Stmt]:
        lw = self.lw
        held, lw.out, lw.pending = (lw.out, lw.pending), out, pending
        lw.flush()
        copy(lw, phi.vars, block.yields)
        phi.codes = [None]
        made = lw.out
        lw.out, lw.pending = held
        return made


def choice(test: Ex, a: Ex, b: Ex, blocks: Sequence[Block], lw: Lowering) -> Ex:
    """`a if test else b`; `test and a`, `test or b` where the other side is the constant the test then has."""
    for side in (a, b):
        for value in lw.exprs:
            if lw.exprs[value] is side:
                del lw.exprs[value]
                break
    pos = lw.pos
    parts = [test, a, b]
    then, orelse = (lw.constant(block.yields[0]) for block in blocks)
    if orelse is False:
        return joined(_bool(ast.And(), test.node, a.node, pos), parts, _bool(ast.And(), test.test, a.test, pos))
    if then is True:
        return joined(_bool(ast.Or(), test.node, b.node, pos), parts, _bool(ast.Or(), test.test, b.test, pos))
    node = place(ast.IfExp(test.test, a.node, b.node), pos)
    return joined(node, parts, place(ast.IfExp(test.test, a.test, b.test), pos))


def _bool(op: ast.boolop, left: ast.expr, right: ast.expr, pos: Pos) -> ast.expr:
    return place(ast.BoolOp(op, [left, right]), pos)


def is_expression(lw: Lowering, block: Block, budget: int = _EXPRESSIONS) -> bool:
    """May the block be one expression: few nodes, each value used once and not named by the user?"""
    if len(block.yields) != 1 or len(block.nodes) > budget:
        return False
    for node in block.nodes:
        name = node.op.name
        if name in TRIVIAL:
            continue
        if name == "cond":
            if not all(is_expression(lw, b, budget // 2) for b in node.blocks):
                return False
        elif node.blocks or name in ("raise", "reraise", "unpack"):
            return False
        if len(node.results) != 1 or node.results[0].hint is not None or lw.uses.get(node.results[0]) != 1:
            return False
    return True


class While:
    """One `while` node."""

    def __init__(self, lw: Lowering, node: Node, after: After) -> None:
        self.lw, self.node, self.after, self.pos = lw, node, after, lw.pos
        self.cond, self.body = node.blocks
        self.is_for = node.attrs["form"] == "for"
        self.inits = node.operands[1:] if self.is_for else node.operands
        self.carried = self.body.params[1:] if self.is_for else self.body.params
        self.flag: int | None = None

    def lower(self) -> bool:
        """True where control goes on after the loop."""
        lw = self.lw
        iterable = lw.take(self.node.operands[:1])[0] if self.is_for else None
        lw.flush()
        self.flag = self._flag()
        carried = self._carry()
        loop = Loop([], iterable, None, [], self.pos)
        cont = LoopCont(self.node, carried, self.flag, self.after)
        plain = self.flag is not None or self._always()
        if iterable is not None and not plain:
            self._by_hand(loop)
        lw.out.append(loop)
        exhausts = self._write(loop, cont, iterable is not None and plain)
        return self._settle(cont, exhausts)

    def _flag(self) -> int | None:
        """The index of the exit code, where the loop has one that is 0 on entry."""
        index = flag_index(self.cond)
        if index is None:
            return None
        init = self.lw.constant(self.inits[index])
        return index if type(init) is int and init == 0 else None

    def _always(self) -> bool:
        return last_work(self.cond) < 0 and self.lw.constant(self.cond.yields[0]) is True

    def _carry(self) -> list[Var | None]:
        """A variable for each carried value, set before the loop; none for what never changes in it."""
        lw = self.lw
        out: list[Var | None] = []
        for i, (init, param) in enumerate(zip(self.inits, self.carried, strict=True)):
            places = (self.cond.params[i], param, self.node.results[i])
            for value in places:
                lw.alias.pop(value, None)
            if lw.resolve(self.body.yields[i]) is param:
                root = lw.resolve(init)
                for value in places:
                    lw.alias[value] = root
                out.append(None)
                continue
            var = lw.function.new_var(param.hint or self.cond.params[i].hint or self.node.results[i].hint)
            out.append(var)
            for value in places:
                lw.where[value] = var
        copy(lw, out, self.inits)
        if self.flag is not None:
            lw.alias[self.cond.params[self.flag]] = lw.alias[self.carried[self.flag]] = Leaf(0)
        return out

    def _by_hand(self, loop: Loop) -> None:
        """A `for` whose condition is more than an exit code: draw each item with `next`."""
        lw = self.lw
        assert loop.iter is not None
        self.iterator = lw.function.new_var(None)
        make = place(ast.Call(lw.global_name("iter"), [loop.iter.node], []), self.pos)
        lw.out.append(Assign([self.iterator], joined(make, [loop.iter]), self.pos))
        loop.iter = None

    def _write(self, loop: Loop, cont: LoopCont, plain: bool) -> bool:
        """The loop's own statements. True where it may end without a `break` of an exit code."""
        lw = self.lw
        held, lw.out = lw.out, loop.body
        lw.loops.append(cont)
        lw.nest += 1
        exhausts = True
        if not plain:
            exhausts = self._test(loop)
        if self.is_for:
            element = self.body.params[0]
            target = lw.function.new_var(element.hint)
            lw.where[element] = target
            if plain:
                loop.targets = [target]
                lw.note_tuple(target, element)
            else:
                self._draw(target)
                exhausts = True
        lw.at(self.node)
        run(lw, self.body, cont)
        lw.nest -= 1
        lw.loops.pop()
        lw.out = held
        lw.at(self.node)
        return exhausts

    def _test(self, loop: Loop) -> bool:
        """The `cond` block, before each turn. False where it is always true."""
        lw = self.lw
        captured = CaptureCont()
        run(lw, self.cond, captured)
        if lw.constant(captured.yields[0]) is True:
            lw.flush()
            loop.test = Ex(place(ast.Constant(True), self.pos))
            return False
        (test,) = lw.take(captured.yields)
        lw.flush()
        if not loop.body and not (self.is_for):
            loop.test = test
        else:
            loop.test = Ex(place(ast.Constant(True), self.pos))
            lw.out.append(If(negated(test, self.pos), [Break(self.pos)], [], self.pos))
        return True

    def _draw(self, target: Var) -> None:
        lw, pos = self.lw, self.pos
        end = place(ast.Attribute(lw.global_name("rt"), "END", ast.Load()), pos)
        iterator = lw.function.read(self.iterator, pos)
        draw = place(ast.Call(lw.global_name("next"), [iterator.node, end], []), pos)
        lw.out.append(Assign([target], joined(draw, [iterator]), pos))
        read = lw.function.read(target, pos)
        end = place(ast.Attribute(lw.global_name("rt"), "END", ast.Load()), pos)
        test = place(ast.Compare(read.node, [ast.Is()], [end]), pos)
        lw.out.append(If(joined(test, [read]), [Break(pos)], [], pos))

    def _settle(self, cont: LoopCont, exhausts: bool) -> bool:
        """The code after the loop reads the carried values from their variables."""
        lw = self.lw
        for i, (result, var) in enumerate(zip(self.node.results, cont.vars, strict=True)):
            if var is not None:
                codes = None
                if i == self.flag and not cont.unknown:
                    codes = cont.exits | ({0} if exhausts else set())
                settle(lw, result, var, codes)
        return exhausts or cont.unknown or bool(cont.exits)


def flag_index(cond: Block) -> int | None:
    """Which carried value is an exit code: the block tests `code == 0` first, and yields False at once where it is not."""
    work = [n for n in cond.nodes if n.op.name not in TRIVIAL]
    if not work or work[0].op.name != "eq" or len(cond.yields) != 1:
        return None
    left, right = work[0].operands
    if left.const == 0 and type(left.const) is int:
        left, right = right, left
    if left not in cond.params or type(right.const) is not int or right.const != 0:
        return None
    test = work[0].results[0]
    if len(work) == 2 and work[1].op.name == "cond" and work[1].operands[0] is test:
        other = work[1].blocks[1]
        if last_work(other) >= 0 or len(other.yields) != 1 or other.yields[0].const is not False:
            return None
        test = work[1].results[0]
    elif len(work) > 1:
        return None
    return cond.params.index(left) if cond.yields[0] is test else None


def lower_try(lw: Lowering, node: Node, after: After) -> bool:
    """True where control goes on after it."""
    lw.flush()
    pos = lw.pos
    blocks = list(node.blocks)
    final = blocks.pop() if node.attrs.get("has_finally") else None
    orelse = blocks.pop() if node.attrs.get("has_else") else None
    phi = PhiCont(lw, node.results, after, only_return=final is not None)
    body, falls = branch(lw, blocks[0], DropCont() if orelse is not None else phi)
    handlers = []
    for names, block in zip(node.attrs["handlers"], blocks[1:], strict=True):
        handler, more = lower_handler(lw, names, block, phi)
        handlers.append(handler)
        falls = falls or more
    else_body: list[Stmt] = []
    if orelse is not None:
        else_body, _ = branch(lw, orelse, phi)
    final_body = branch(lw, final, DropCont())[0] if final is not None else []
    lw.out.append(Try(body, handlers, else_body, final_body, pos))
    phi.settle(lw)
    return falls


def lower_handler(lw: Lowering, names: Sequence[str], block: Block, phi: PhiCont) -> tuple[Handler, bool]:
    classes: ast.expr | None = None
    if names:
        exprs: list[ast.expr] = [lw.global_name(lw.scope.class_name(n)) for n in names]
        classes = exprs[0] if len(exprs) == 1 else place(ast.Tuple(exprs, ast.Load()), lw.pos)
    var = None
    used = False
    for param in block.params:
        var = lw.where[param] = lw.function.new_var(param.hint or "e")
        used = lw.uses.get(param, 0) > 0
    if not used:
        var = None
    elif classes is None:
        classes = lw.global_name("BaseException")
    body, falls = branch(lw, block, phi)
    return Handler(classes, var, body), falls


__all__ = ["bind", "run"]
