"""Tuples of numbers written in the source, whose every number ends up beside an array: arrays of rank 0 are made of them once.

    for a, k in zip((0.2, 0.3), slopes):        zip(table, slopes), where `table` holds two arrays
        change = change + a * k

A Python number beside an array becomes an array at each turn (see `direct.py`). What a number of the table is used for is
followed through subscripts, `zip` and loops; a use of any other kind leaves the tuple as it is.
"""

from __future__ import annotations

from scriptc.ir.core import MISSING, Block, Graph, Node, Value
from scriptc.ir.refine import Version
from scriptc.targets.python.direct import ARITHMETIC, is_exact
from scriptc.types import FLOAT, Tensor, Tuple

WITHIN = ""
"""What stands for the dtype of a tuple that is only part of a table."""
Use = tuple[Node | None, int]
"""A node and the index of the operand; no node where a block yields the value."""


class Tables:
    """`dtypes`: the tuples that become tables, with the dtype of their arrays. `numbers`: what is drawn from them, and parameters held as arrays."""

    def __init__(self, numbers: set[Value]) -> None:
        self.dtypes: dict[Value, str] = {}
        self.numbers = numbers


def tables(version: Version) -> Tables:
    """What of the version's numbers are arrays."""
    found = Tables(set(held_as_arrays(version)))
    nodes = [n for n in version.graph.block.walk() if n.op.name == "tuple"]
    constants = {n.results[0]: n.results[0].const for n in nodes}
    candidates = {v: c for v, c in constants.items() if has_only_floats(c)}
    if not candidates:
        return found
    used = uses(version.graph)
    for v, constant in candidates.items():
        follower = _Follower(version, used)
        dtypes = follower.dtypes(v)
        if dtypes is not None and len(dtypes) == 1 and all_exact(constant, next(iter(dtypes))):
            found.dtypes[v] = dtypes.pop()
            found.numbers |= follower.numbers
    for v in reversed(candidates):  # a tuple comes after those in it
        if v not in found.dtypes and all(n is not None and n.op.name == "tuple" and n.results[0] in found.dtypes for n, _ in used.get(v, ())):
            found.dtypes[v] = WITHIN
    return found


def has_only_floats(constant: object) -> bool:
    if isinstance(constant, tuple):
        return all(map(has_only_floats, constant))
    return constant is not MISSING and type(constant) is float


def all_exact(constant: object, dtype: str) -> bool:
    return all(all_exact(c, dtype) for c in constant) if isinstance(constant, tuple) else is_exact(constant, dtype)


def uses(graph: Graph) -> dict[Value, list[Use]]:
    """Where each value is used."""
    found: dict[Value, list[Use]] = {}
    blocks: list[Block] = [graph.block]
    while blocks:
        block = blocks.pop()
        for i, v in enumerate(block.yields):
            found.setdefault(v, []).append((None, i))
        for node in block.nodes:
            blocks += node.blocks
            for i, v in enumerate(node.operands):
                found.setdefault(v, []).append((node, i))
    return found


def held_as_arrays(version: Version) -> list[Value]:
    """The float parameters that meet float64 arrays in a loop: worth an array of rank 0, made where the function starts."""
    params = {p for p in version.graph.params if p.type == FLOAT}
    found: set[Value] = set()
    blocks = [(version.graph.block, False)] if params else []
    while blocks:
        block, in_loop = blocks.pop()
        for node in block.nodes:
            blocks += [(b, in_loop or node.op.name == "while") for b in node.blocks]
            if in_loop and node.op.name in ARITHMETIC and not params.isdisjoint(node.operands):
                found.update(v for i, v in enumerate(node.operands) if v in params and meets(version, node, i) == "float64")
    return [p for p in version.graph.params if p in found]


def meets(version: Version, node: Node, index: int) -> str | None:
    """The dtype of the array that is the other operand of an arithmetic op."""
    if len(node.operands) != 2 or node.attrs.get("kw") or (node.op.name.startswith("i") and index == 0):
        return None
    t = version.type_of(node.operands[1 - index])
    return t.dtype if isinstance(t, Tensor) and t.scalar is False else None


class _Follower:
    def __init__(self, version: Version, uses: dict[Value, list[Use]]) -> None:
        self.version, self.uses = version, uses
        self.numbers: set[Value] = set()

    def dtypes(self, value: Value) -> set[str] | None:
        """The dtypes of the arrays that the numbers of `value` meet; None where they meet anything else."""
        found: set[str] = set()
        for node, index in self.uses.get(value, ()):
            more = None if node is None else self._use(value, node, index)
            if more is None:
                return None
            found |= more
        return found

    def _use(self, value: Value, node: Node, index: int) -> set[str] | None:
        name = node.op.name
        if name in ARITHMETIC:
            dtype = meets(self.version, node, index)
            self.numbers.add(value)
            return None if dtype is None else {dtype}
        if name == "getitem" and index == 0:
            return self.dtypes(node.results[0])
        if name == "while" and index == 0 and node.attrs["form"] == "for":
            return self.dtypes(node.blocks[1].params[0])
        if name == "zip" and index < len(node.operands) - len(node.attrs.get("kw", ())):
            return self._zipped(node.results[0], index)
        return None

    def _zipped(self, iterator: Value, index: int) -> set[str] | None:
        """The items at `index` of the tuples that a loop draws from a `zip`."""
        found: set[str] = set()
        for loop, at in self.uses.get(iterator, ()):
            if loop is None or loop.op.name != "while" or at != 0 or loop.attrs["form"] != "for":
                return None
            for node, position in self.uses.get(loop.blocks[1].params[0], ()):
                if node is None or node.op.name != "getitem" or position != 0 or type(node.operands[1].const) is not int:
                    return None
                items = self.version.type_of(node.operands[0])
                assert isinstance(items, Tuple)
                if node.operands[1].const % len(items.items) == index:
                    more = self.dtypes(node.results[0])
                    if more is None:
                        return None
                    found |= more
        return found
