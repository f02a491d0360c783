"""Elementwise operations that write into arrays that are there already, in versions (see `refine.py`): no new array for what nobody else sees.

    z = np.exp(-np.abs(x))                       t = absolute(x); negative(t, t); z = exp(t)
    y = np.where(x >= 0, 1, z) / (1 + z)         m = x >= 0; add(1, z, t); z[m] = 1; divide(z, t, z)
    for a, k in pairs:                           s = empty(2)
        change = change + a * k                  for a, k in pairs: multiply(a, k, s); add(change, s, change)

An array may be written over where it was made by such an operation itself, is looked at elementwise only (nothing keeps a view of
it), and not again after: the operand itself, or an array of an earlier result. What a loop carries counts as made here where what it
starts with and what each turn gives are. In a loop, a result that is needed within its turn only has one array for all turns. The
array has the result's dtype and shape. The shape is the same, and so the order in memory, where both come from one array through
operations with numbers and with each other, or are of one known shape with one axis of more than one element at most. No operation
may fail because of its operands' shapes: NumPy's message would show one shape more. `np.where(m, number, z)` copies and computes
nothing: it may happen when its result is used.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from math import prod

import numpy as np

from scriptc.ir.core import Block, Node, Value
from scriptc.ir.refine import Version
from scriptc.targets.python.direct import known_shape, prepared
from scriptc.types import Tensor

UNARY = {
    "neg": "negative", "abs": "absolute", "numpy.negative": "negative", "numpy.absolute": "absolute", "numpy.sqrt": "sqrt", "numpy.square": "square",
    "numpy.exp": "exp", "numpy.exp2": "exp2", "numpy.expm1": "expm1", "numpy.log": "log", "numpy.log1p": "log1p", "numpy.log2": "log2",
    "numpy.log10": "log10", "numpy.tanh": "tanh", "numpy.sin": "sin", "numpy.cos": "cos",
}  # fmt: skip
BINARY = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "true_divide", "numpy.add": "add", "numpy.subtract": "subtract",
    "numpy.multiply": "multiply", "numpy.true_divide": "true_divide", "numpy.divide": "true_divide",
}  # fmt: skip
ROUNDED = frozenset({"negative", "absolute", "sqrt", "square", "add", "subtract", "multiply", "true_divide"})
"""Ufuncs whose result IEEE 754 fixes to the bit. NumPy may have several loops for the others, and choose by where the result goes."""
UFUNCS = UNARY | BINARY
_COMPARE = frozenset({
    "lt", "le", "gt", "ge", "eq", "ne", "numpy.less", "numpy.less_equal", "numpy.greater", "numpy.greater_equal", "numpy.equal", "numpy.not_equal",
})  # fmt: skip
_MAKERS = frozenset({"matmul", "numpy.matmul"})
"""Other ops whose result is a new array, in C order where the shape leaves a choice in the strides only."""
FLOATS = ("float16", "float32", "float64")
_SCRATCH_SIZE = 1024
"""Elements of an array that is kept for all turns of a loop, at most."""


class Plan:
    """Where results go.

    over     node -> the operand it writes over
    into     node -> an earlier value, no longer needed, whose array it writes into
    scratch  node -> the shape and dtype of an array of its own, made where the function starts
    late     `numpy.where` nodes that wait for the node that uses their result
    """

    def __init__(self) -> None:
        self.over: dict[Node, int] = {}
        self.into: dict[Node, Value] = {}
        self.scratch: dict[Node, tuple[tuple[int, ...], str]] = {}
        self.late: dict[Value, Node] = {}

    @cached_property
    def reused(self) -> frozenset[Value]:
        """The values whose arrays other nodes write into: they need variables."""
        return frozenset(self.into.values())


def plan(version: Version, numbers: set[Value]) -> Plan:
    """What may be written in place in each block of the version. `numbers` are Python's, but held as arrays of rank 0."""
    found = Plan()
    blocks: list[tuple[Block, bool, set[Value]]] = [(version.graph.block, False, set())]
    while blocks:
        block, in_loop, own = blocks.pop()
        carried: set[Value] = set()
        if any(n.op.name in UFUNCS for n in block.nodes):
            planner = _Planner(version, block, numbers, found, in_loop, own)
            planner.run()
            carried = planner.carried
        for node in block.nodes:
            blocks += [(b, in_loop or node.op.name == "while", carried) for b in node.blocks]
    return found


class _Planner:
    """Plans one block. `own` are the values from outside that only this block sees from now on."""

    def __init__(self, version: Version, block: Block, numbers: set[Value], found: Plan, in_loop: bool, own: set[Value]) -> None:
        self.version, self.block, self.numbers, self.found, self.in_loop = version, block, numbers, found, in_loop
        self.last = {v: at for at, node in enumerate(block.nodes) for v in node.operands}
        self.shared = looked_into(block) | set(block.yields)
        self.origin: dict[Value, Value] = {}
        self.fresh: set[Value] = {p for p in block.params if p in own}
        self.kept: set[Value] = set()  # fresh values in arrays that live on after this turn
        self.free: list[Value] = []
        self.handed: set[Value] = set()  # fresh values that only a loop sees from then on
        self.carried: set[Value] = set()

    def run(self) -> None:
        for node in self.block.nodes:
            if node.op.name == "while":
                self._loop(node)
        for at, node in enumerate(self.block.nodes):
            if not node.attrs.get("kw"):
                self._node(at, node)

    def _node(self, at: int, node: Node) -> None:
        name = node.op.name
        if name == "numpy.where":
            self._where(at, node)
        elif name in _MAKERS:
            if self._is_array(node.results[0]):
                self.fresh.add(node.results[0])
        elif name in _COMPARE or name in UFUNCS:
            self._elementwise(at, node)
        over = self.found.over.get(node)
        for v in dict.fromkeys(node.operands):
            if self._dies(v, at) and v not in self.handed and (over is None or v is not node.operands[over]):
                self.free.append(v)

    def _elementwise(self, at: int, node: Node) -> None:
        sources = self._arrays(node)
        if sources is None:
            return
        result = node.results[0]
        if len({self._origin(v) for v in sources}) == 1 or self._are_alike(sources):
            self.origin[result] = self._origin(sources[-1])
        if node.op.name in UFUNCS and self._is_array(result):
            self.fresh.add(result)
            if not self._fits(sources):
                return
            if not (UFUNCS[node.op.name] in ROUNDED and self._overwrite(at, node, sources)) and not self._reuse(node):
                self._set_aside(node)

    def _arrays(self, node: Node) -> list[Value] | None:
        """The operands but for a number that is made an array in advance; None where one is anything else."""
        made = prepared(node, self.version) if len(node.operands) == 2 else None
        found = [v for i, v in enumerate(node.operands) if (made is None or i != made[0]) and v not in self.numbers]
        return found if all(map(self._is_array, found)) else None

    def _fits(self, values: list[Value]) -> bool:
        """Is it certain that arrays of these shapes go together?"""
        if len({self._origin(v) for v in values}) == 1:
            return True
        shapes = [known_shape(self.version.type_of(v)) for v in values]
        try:
            np.broadcast_shapes(*(s for s in shapes if s is not None))
        except ValueError:
            return False
        return None not in shapes

    def _are_alike(self, values: list[Value]) -> bool:
        """Have all one known shape that has only one order in memory?"""
        shapes = {known_shape(self.version.type_of(v)) for v in values}
        return len(shapes) == 1 and all(s is not None and has_one_order(s) for s in shapes)

    def _is_array(self, value: Value) -> bool:
        """A float array of known dtype and of a rank over 0: what NumPy computes with it is an array."""
        t = self.version.type_of(value)
        return isinstance(t, Tensor) and t.scalar is False and bool(t.shape) and t.dtype in (*FLOATS, "bool")

    def _origin(self, value: Value) -> Value:
        return self.origin.get(value, value)

    def _overwrite(self, at: int, node: Node, sources: list[Value]) -> bool:
        result = node.results[0]
        for v in sources:
            if self._dies(v, at) and self._can_hold(v, result):
                self.found.over[node] = node.operands.index(v)
                self._take(v, result)
                return True
        return False

    def _reuse(self, node: Node) -> bool:
        result = node.results[0]
        found = next((v for v in self.free if self._can_hold(v, result)), None)
        if found is None:
            return False
        self.free.remove(found)
        self.found.into[node] = found
        self._take(found, result)
        return True

    def _set_aside(self, node: Node) -> None:
        """One array for all turns of a loop."""
        result = node.results[0]
        t = self.version.type_of(result)
        shape = known_shape(t)
        if self.in_loop and not self._leaves(result) and shape is not None and has_one_order(shape) and prod(shape) <= _SCRATCH_SIZE:
            assert isinstance(t, Tensor)
            assert t.dtype is not None
            self.found.scratch[node] = shape, t.dtype
            self.kept.add(result)

    def _can_hold(self, v: Value, result: Value) -> bool:
        """May the array of `v`, which nobody needs any more, hold `result`?"""
        if v in self.kept and self._leaves(result):
            return False
        alike = self.origin.get(result) is self._origin(v) or self._are_alike([v, result])
        return alike and self._same_dtype(v, result)

    def _leaves(self, value: Value) -> bool:
        """Is it seen after this turn, or elsewhere?"""
        return value in self.shared or value in self.handed

    def _take(self, v: Value, result: Value) -> None:
        if v in self.kept:
            self.kept.add(result)

    def _dies(self, value: Value, at: int) -> bool:
        """Was it made here for elementwise use only, the last of it now?"""
        return value in self.fresh and value not in self.shared and self.last[value] == at

    def _same_dtype(self, a: Value, b: Value) -> bool:
        s, t = self.version.type_of(a), self.version.type_of(b)
        return isinstance(s, Tensor) and isinstance(t, Tensor) and s.dtype == t.dtype and s.dtype in FLOATS

    def _loop(self, node: Node) -> None:
        """What a loop carries is its own where it starts with a new array, and each turn gives a new one that nobody else sees."""
        cond, body = node.blocks
        looked, asked = looked_into(body), seen(cond)
        uses = Counter(v for n in self.block.nodes for v in n.operands)
        nested = {v for n in self.block.nodes for b in n.blocks for v in seen(b)}
        for k, result in enumerate(reversed(node.results), start=1):
            init, turn = node.operands[-k], body.yields[-k]
            alone = uses[init] == 1 and init not in self.block.yields and init not in nested and body.yields.count(turn) == 1 and turn not in looked
            made = self._makes(init, self.block) and self._makes(turn, body)
            if alone and made and cond.params[-k] not in asked and self._are_alike([init, turn, body.params[-k], result]):
                self.shared.discard(init)
                self.handed.add(init)
                self.carried.add(body.params[-k])
                self.fresh.add(result)

    def _makes(self, value: Value, block: Block) -> bool:
        """Does an elementwise operation in the block make a new array for it?"""
        node = value.owner
        return isinstance(node, Node) and node in block.nodes and node.op.name in UFUNCS and not node.attrs.get("kw") and self._is_array(value)

    def _where(self, at: int, node: Node) -> None:
        """`where(mask, number, z)` whose result one later node of this block uses, when `z` is no longer needed."""
        made = prepared(node, self.version)
        result = node.results[0]
        if made is None or made[0] != 1 or not self._is_array(result) or result in self.shared or result not in self.last:
            return
        mask, _, z = node.operands
        users = [n for n in self.block.nodes if result in n.operands]
        when = self.last[result]
        if len(users) != 1 or self.version.type_of(mask) is None or not self._is_array(mask) or mask in self.shared:
            return
        fits = self.origin.get(mask) is not None and self.origin.get(mask) is self.origin.get(z) and self._same_dtype(z, result)
        if not fits or z not in self.fresh or z in self.shared or not at <= self.last[z] < when:
            return
        if users[0].op.name not in UFUNCS or users[0].attrs.get("kw") or users[0] is not self.block.nodes[when]:
            return
        if any(n.blocks or n.op.effects and n.op.name not in UFUNCS and n.op.name not in _COMPARE for n in self.block.nodes[at + 1 : when]):
            return
        self.origin[result] = self.origin[z]
        self.fresh.add(result)
        self.last[z] = max(self.last[z], when)
        self._take(z, result)
        self.found.late[result] = node


def looked_into(block: Block) -> set[Value]:
    """The values that the nodes of a block do more with than compute element by element."""
    found: set[Value] = set()
    for node in block.nodes:
        elementwise = node.op.name in UFUNCS or node.op.name in _COMPARE or node.op.name == "numpy.where"
        if not elementwise or node.attrs.get("kw"):
            found.update(node.operands)
        for inner in node.blocks:
            found |= seen(inner)
    return found


def seen(block: Block) -> set[Value]:
    """All values that a block uses, and those in it."""
    found = set(block.yields)
    for node in block.walk():
        found.update(node.operands)
        for inner in node.blocks:
            found.update(inner.yields)
    return found


def has_one_order(shape: tuple[int, ...]) -> bool:
    """Is every new array of this shape laid out alike in memory? NumPy sets the strides of all others after those of what they are made of."""
    return sum(d != 1 for d in shape) <= 1
