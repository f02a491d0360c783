"""What follows a block: where its yields go. A branch in tail position hands its yields straight to what follows the whole `cond`,
so that `return`, `break` and `continue` stand where the user wrote them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scriptc.ir.core import Block, Node, Value
from scriptc.targets.python.flow import Break, Continue, Copy, Ex, If, Return, Var, place
from scriptc.targets.python.lowering import TRIVIAL, Leaf, Lowering, is_unbound, joined

if TYPE_CHECKING:
    from collections.abc import Callable

_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "eq": lambda a, b: a == b, "ne": lambda a, b: a != b, "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b, "gt": lambda a, b: a > b, "ge": lambda a, b: a >= b,
}  # fmt: skip

_GO_ON = frozenset((0,))


class Cont:
    """Where a block's yields go.

    sink   a `cond` at the end of the block may finish each of its branches here
    """

    sink = True

    def finish(self, lw: Lowering, yields: Sequence[Value], explicit: bool = False) -> bool:
        """Write what the yields need; True where control then falls through to what is written next.

        `explicit`: do not fall through but jump; only where `can_jump`.
        """
        raise NotImplementedError

    def can_jump(self, lw: Lowering, only_return: bool = False) -> bool:
        return False


class ReturnCont(Cont):
    """The end of the function."""

    def finish(self, lw: Lowering, yields: Sequence[Value], explicit: bool = False) -> bool:
        if not yields:
            lw.flush()
            if explicit:
                lw.out.append(Return(None, lw.pos))
            return not explicit
        parts = lw.take(yields)
        lw.flush()
        value = parts[0] if len(parts) == 1 else joined(place(ast.Tuple([p.node for p in parts], ast.Load()), lw.pos), parts)
        lw.out.append(Return(value, lw.pos))
        return False

    def can_jump(self, lw: Lowering, only_return: bool = False) -> bool:
        return True


class CaptureCont(Cont):
    """Keeps the yields; what is pending stays pending."""

    sink = False

    def __init__(self) -> None:
        self.yields: Sequence[Value] = ()

    def finish(self, lw: Lowering, yields: Sequence[Value], explicit: bool = False) -> bool:
        self.yields = yields
        return True


class DropCont(Cont):
    """A block without yields, followed by something else (`try` before its `else`, `finally`)."""

    def finish(self, lw: Lowering, yields: Sequence[Value], explicit: bool = False) -> bool:
        lw.flush()
        return True


@dataclass
class After:
    """What comes after a node: the rest of its block from `index`, then `cont`."""

    block: Block
    index: int
    cont: Cont


class InlineCont(Cont):
    """The only way to reach what follows `node`: its results are this block's yields."""

    sink = False

    def __init__(self, node: Node, after: After) -> None:
        self.node, self.after = node, after

    def finish(self, lw: Lowering, yields: Sequence[Value], explicit: bool = False) -> bool:
        bind(lw, self.node.results, yields)
        return True


class SinkCont(Cont):
    """A `cond` in tail position: its yields pass through the (trivial) rest of the block to the block's own continuation."""

    def __init__(self, results: Sequence[Value], after: After) -> None:
        self.results, self.after = results, after

    def finish(self, lw: Lowering, yields: Sequence[Value], explicit: bool = False) -> bool:
        bind(lw, self.results, yields)
        return self.after.cont.finish(lw, self.after.block.yields, explicit)

    def can_jump(self, lw: Lowering, only_return: bool = False) -> bool:
        return self.after.cont.can_jump(lw, only_return)


class ExplicitCont(Cont):
    """As `cont`, but always with a jump."""

    def __init__(self, cont: Cont) -> None:
        self.cont = cont

    def finish(self, lw: Lowering, yields: Sequence[Value], explicit: bool = False) -> bool:
        return self.cont.finish(lw, yields, True)

    def can_jump(self, lw: Lowering, only_return: bool = False) -> bool:
        return self.cont.can_jump(lw, only_return)


class PhiCont(Cont):
    """The results of a `cond` or `try` that more code follows: one variable each, which every branch sets.

    Where a branch's yields alone decide that the code that follows only jumps, it jumps at once (`thread`).
    """

    def __init__(self, lw: Lowering, results: Sequence[Value], after: After, only_return: bool = False) -> None:
        self.results, self.after, self.only_return = results, after, only_return
        self.vars: list[Var] = [lw.function.new_var(r.hint) for r in results]
        self.codes: list[set[int] | None] = [set() for _ in results]

    def finish(self, lw: Lowering, yields: Sequence[Value], explicit: bool = False) -> bool:
        if thread(lw, self.results, yields, self.after, self.only_return):
            return False
        lw.flush()
        copy(lw, self.vars, yields)
        for i, y in enumerate(yields):
            codes = possible(lw, y)
            seen = self.codes[i]
            self.codes[i] = None if codes is None or seen is None else seen | codes
        return True

    def settle(self, lw: Lowering) -> None:
        """The code after it reads the results from the variables."""
        for result, var, codes in zip(self.results, self.vars, self.codes, strict=True):
            settle(lw, result, var, codes)


def settle(lw: Lowering, result: Value, var: Var, codes: set[int] | None) -> None:
    """`result` is in `var`; where only one int is possible it is that constant."""
    lw.alias.pop(result, None)
    lw.known.pop(result, None)
    lw.where[result] = var
    if codes is not None and len(codes) == 1:
        lw.alias[result] = Leaf(next(iter(codes)))
    elif codes:
        lw.known[result] = frozenset(codes)


@dataclass
class LoopCont(Cont):
    """The end of a loop's body: the yields are the next turn's carried values. `flag` is the index of the exit code."""

    node: Node
    vars: list[Var | None]
    flag: int | None
    after: After
    exits: set[int] = field(default_factory=set)
    unknown: bool = False
    left: bool = False

    def finish(self, lw: Lowering, yields: Sequence[Value], explicit: bool = False) -> bool:
        codes = None if self.flag is None else possible(lw, yields[self.flag])
        if self.flag is not None and codes is not None and 0 not in codes and len(codes) == 1:
            self._leave(lw, yields, next(iter(codes)))
            return False
        lw.flush()
        skip = self.flag if codes == _GO_ON else None
        copy(lw, self.vars, yields, skip)
        if self.flag is not None and codes != _GO_ON:
            self._leave_if(lw, codes)
        if explicit:
            lw.out.append(Continue(lw.pos))
        return not explicit

    def _leave(self, lw: Lowering, yields: Sequence[Value], code: int) -> None:
        if thread(lw, self.node.results, yields, self.after):
            return
        self.exits.add(code)
        self.left = True
        lw.flush()
        copy(lw, self.vars, yields)
        lw.out.append(Break(lw.pos))

    def _leave_if(self, lw: Lowering, codes: frozenset[int] | None) -> None:
        """The code is known at run time only."""
        assert self.flag is not None
        var = self.vars[self.flag]
        assert var is not None
        self.left = True
        if codes is None:
            self.unknown = True
        else:
            self.exits |= codes - {0}
        read = lw.function.read(var, lw.pos)
        test = place(ast.Compare(read.node, [ast.NotEq()], [place(ast.Constant(0), lw.pos)]), lw.pos)
        lw.out.append(If(Ex(test, read.uses), [Break(lw.pos)], [], lw.pos))

    def can_jump(self, lw: Lowering, only_return: bool = False) -> bool:
        return not only_return and bool(lw.loops) and lw.loops[-1] is self


def bind(lw: Lowering, results: Sequence[Value], yields: Sequence[Value]) -> None:
    """On the path being written the results are the yields."""
    if any(lw.uses.get(r, 0) != 1 and lw.resolve(y) in lw.exprs for r, y in zip(results, yields, strict=True)):
        lw.flush()
    roots = [lw.resolve(y) for y in yields]
    for r, root in zip(results, roots, strict=True):
        lw.alias[r] = root


def copy(lw: Lowering, targets: Sequence[Var | None], yields: Sequence[Value], skip: int | None = None) -> None:
    """Set the variables to the yields, all at once. A target None takes nothing."""
    pairs: list[tuple[Var, Var | Ex | None]] = []
    for i, (var, y) in enumerate(zip(targets, yields, strict=True)):
        if var is None or i == skip:
            continue
        root = lw.resolve(y)
        source = None if isinstance(root, Leaf) else lw.where.get(root)
        if source is not None:
            if source != var:
                pairs.append((var, source))
        elif is_unbound(root):
            pairs.append((var, None))
        else:
            pairs.append((var, lw.read(root)))
    if pairs:
        lw.out.append(Copy(pairs, lw.pos))


def possible(lw: Lowering, value: Value) -> frozenset[int] | None:
    """The ints `value` may be on this path, where they are known."""
    const = lw.constant(value)
    if type(const) is int:
        return frozenset((const,))
    root = lw.resolve(value)
    return None if isinstance(root, Leaf) else lw.known.get(root)


def fold(lw: Lowering, node: Node) -> Leaf | None:
    """A comparison of exit codes, or a truth of what is known: its value where every possible code gives the same one."""
    name = node.op.name
    compare = _COMPARE.get(name)
    if compare is not None and len(node.operands) == 2:
        a, b = possible(lw, node.operands[0]), possible(lw, node.operands[1])
        if a and b:
            outcomes = {compare(x, y) for x in a for y in b}
            return Leaf(outcomes.pop()) if len(outcomes) == 1 else None
    elif name in ("not", "truth"):
        const = lw.constant(node.operands[0])
        if type(const) is bool:
            return Leaf(const if name == "truth" else not const)
    return None


@dataclass(frozen=True)
class CodeTest:
    """A comparison of an exit code with a constant: which codes pass it."""

    value: Value
    all: frozenset[int]
    passing: frozenset[int]

    def when(self, outcome: bool) -> frozenset[int]:
        return self.passing if outcome else self.all - self.passing


def code_test(lw: Lowering, predicate: Value) -> CodeTest | None:
    """What `predicate` tells about an exit code whose possible values are known."""
    root = lw.resolve(predicate)
    owner = None if isinstance(root, Leaf) else root.owner
    compare = _COMPARE.get(owner.op.name) if isinstance(owner, Node) else None
    if compare is None or not isinstance(owner, Node) or len(owner.operands) != 2:
        return None
    code, const = lw.resolve(owner.operands[0]), lw.constant(owner.operands[1])
    codes = None if isinstance(code, Leaf) else lw.known.get(code)
    if codes is None or isinstance(code, Leaf) or type(const) is not int:
        return None
    return CodeTest(code, codes, frozenset(c for c in codes if compare(c, const)))


def thread(lw: Lowering, results: Sequence[Value], yields: Sequence[Value], after: After, only_return: bool = False) -> bool:
    """With `results` being `yields`, does what comes after do nothing but jump? Then write that jump now and say so."""
    if any(lw.uses.get(r, 0) != 1 and lw.resolve(y) in lw.exprs for r, y in zip(results, yields, strict=True)):
        lw.flush()
    saved: list[tuple[Value, Value | Leaf | None]] = []
    found = _Threader(lw, saved).follow(results, yields, after, only_return)
    if found is not None:
        found.cont.finish(lw, found.block.yields, True)
    for value, old in reversed(saved):
        if old is None:
            del lw.alias[value]
        else:
            lw.alias[value] = old
    return found is not None


class _Threader:
    def __init__(self, lw: Lowering, saved: list[tuple[Value, Value | Leaf | None]]) -> None:
        self.lw, self.saved = lw, saved

    def follow(self, results: Sequence[Value], yields: Sequence[Value], after: After, only_return: bool) -> After | None:
        while True:
            self._bind(results, yields)
            if not self._walk(after.block, after.index):
                return None
            cont, yields = after.cont, after.block.yields
            while isinstance(cont, ExplicitCont):
                cont = cont.cont
            if cont.can_jump(self.lw, only_return):
                return After(after.block, after.index, cont)
            if isinstance(cont, PhiCont):
                results, after, only_return = cont.results, cont.after, only_return or cont.only_return
            elif isinstance(cont, SinkCont):
                results, after = cont.results, cont.after
            elif isinstance(cont, InlineCont) or isinstance(cont, LoopCont) and self._exits(cont, yields):
                results, after = cont.node.results, cont.after
            else:
                return None

    def _exits(self, cont: LoopCont, yields: Sequence[Value]) -> bool:
        codes = None if cont.flag is None else possible(self.lw, yields[cont.flag])
        return codes is not None and 0 not in codes

    def _bind(self, results: Sequence[Value], yields: Sequence[Value]) -> None:
        roots = [self.lw.resolve(y) for y in yields]
        for r, root in zip(results, roots, strict=True):
            self._set(r, root)

    def _set(self, value: Value, root: Value | Leaf) -> None:
        self.saved.append((value, self.lw.alias.get(value)))
        self.lw.alias[value] = root

    def _walk(self, block: Block, start: int) -> bool:
        """Do the nodes from `start` on need no code?"""
        for index in range(start, len(block.nodes)):
            node = block.nodes[index]
            if node.op.name in TRIVIAL:
                continue
            leaf = fold(self.lw, node)
            if leaf is not None:
                self._set(node.results[0], leaf)
            elif not (node.op.name == "cond" and self._walk_cond(node)):
                return False
        return True

    def _walk_cond(self, node: Node) -> bool:
        const = self.lw.constant(node.operands[0])
        if type(const) is not bool:
            return False
        chosen = node.blocks[0 if const else 1]
        if not self._walk(chosen, 0):
            return False
        self._bind(node.results, chosen.yields)
        return True
