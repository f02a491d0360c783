"""Elementwise operations that write where their operand was, in versions (see `refine.py`): no new array for what nobody else sees.

    z = np.exp(-np.abs(x))                       t = absolute(x); negative(t, t); z = exp(t)
    y = np.where(x >= 0, 1, z) / (1 + z)         m = x >= 0; d = 1 + z; putmask(z, m, 1); divide(z, d, z)

An operand is overwritten where it was made by such an operation itself, has the result's dtype and shape, is looked at
elementwise only (nothing keeps a view of it), and not again after. The shape is the same, and so the order in memory, where both
come from one array through operations with numbers and with each other, or are of one known size and rank 1. `np.where(m, number, z)`
copies and computes nothing: it may happen when its result is used.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from scriptc.ir.core import Block, Node, Value
from scriptc.ir.refine import Version
from scriptc.targets.python.direct import prepared
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
_FLOATS = ("float16", "float32", "float64")


@dataclass
class Plan:
    """`over`: node -> the operand it writes over. `late`: `numpy.where` nodes that wait for the node that uses their result."""

    over: dict[Node, int] = field(default_factory=dict)
    late: dict[Value, Node] = field(default_factory=dict)


def plan(version: Version, numbers: set[Value]) -> Plan:
    """What may be written in place in each block of the version. `numbers` are Python's, but held as arrays of rank 0."""
    found = Plan()
    blocks: list[Block] = [version.graph.block]
    while blocks:
        block = blocks.pop()
        for node in block.nodes:
            blocks += node.blocks
        if any(n.op.name in UFUNCS for n in block.nodes):
            _Planner(version, block, numbers, found).run()
    return found


class _Planner:
    def __init__(self, version: Version, block: Block, numbers: set[Value], found: Plan) -> None:
        self.version, self.block, self.numbers, self.found = version, block, numbers, found
        self.last: dict[Value, int] = {}
        self.shared: set[Value] = set(block.yields)
        self.origin: dict[Value, Value] = {}
        self.fresh: set[Value] = set()

    def run(self) -> None:
        for at, node in enumerate(self.block.nodes):
            elementwise = node.op.name in UFUNCS or node.op.name in _COMPARE or node.op.name == "numpy.where"
            for v in node.operands:
                self.last[v] = at
                if not elementwise or node.attrs.get("kw"):
                    self.shared.add(v)
            for inner in node.blocks:
                self._share(inner)
        for at, node in enumerate(self.block.nodes):
            if not node.attrs.get("kw"):
                self._node(at, node)

    def _share(self, block: Block) -> None:
        self.shared.update(block.yields)
        for node in block.walk():
            self.shared.update(node.operands)
            for inner in node.blocks:
                self.shared.update(inner.yields)

    def _node(self, at: int, node: Node) -> None:
        name = node.op.name
        if name == "numpy.where":
            self._where(at, node)
        elif name in _COMPARE or name in UFUNCS:
            sources = self._arrays(node)
            if sources is None:
                return
            result = node.results[0]
            if len({self._origin(v) for v in sources}) == 1 or self._are_alike(sources):
                self.origin[result] = self._origin(sources[-1])
            if name in UFUNCS and self._is_array(result):
                self.fresh.add(result)
                if UFUNCS[name] in ROUNDED:
                    self._overwrite(at, node, sources)

    def _arrays(self, node: Node) -> list[Value] | None:
        """The operands but for a number that is made an array in advance; None where one is anything else."""
        made = prepared(node, self.version) if len(node.operands) == 2 else None
        found = [v for i, v in enumerate(node.operands) if (made is None or i != made[0]) and v not in self.numbers]
        return found if all(map(self._is_array, found)) else None

    def _are_alike(self, values: list[Value]) -> bool:
        """Have all one known shape of rank 1? In memory such a result has only one order."""
        types = [self.version.type_of(v) for v in values]
        shapes = {t.shape for t in types if isinstance(t, Tensor)}
        return len(shapes) == 1 and all(s is not None and len(s) == 1 and s[0] is not None for s in shapes)

    def _is_array(self, value: Value) -> bool:
        """A float array of known dtype and of a rank over 0: what NumPy computes with it is an array."""
        t = self.version.type_of(value)
        return isinstance(t, Tensor) and t.scalar is False and bool(t.shape) and t.dtype in (*_FLOATS, "bool")

    def _origin(self, value: Value) -> Value:
        return self.origin.get(value, value)

    def _overwrite(self, at: int, node: Node, sources: list[Value]) -> None:
        result = node.results[0]
        for v in sources:
            alike = self.origin.get(result) is self._origin(v) or self._are_alike([v, result])
            if self._dies(v, at) and alike and self._same_dtype(v, result):
                self.found.over[node] = node.operands.index(v)
                return

    def _dies(self, value: Value, at: int) -> bool:
        """Was it made here for elementwise use only, the last of it now?"""
        return value in self.fresh and value not in self.shared and self.last[value] == at

    def _same_dtype(self, a: Value, b: Value) -> bool:
        s, t = self.version.type_of(a), self.version.type_of(b)
        return isinstance(s, Tensor) and isinstance(t, Tensor) and s.dtype == t.dtype and s.dtype in _FLOATS

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
        self.found.late[result] = node
