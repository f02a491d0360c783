"""Generators that have something left to do when they are dropped: those suspended inside a `try` or a `with`.

CPython closes such a generator when the last reference to it goes, and so its `finally` blocks run at a moment that can be noticed. The
Python target keeps that moment for an iterator that only its consumer holds; every other use of one is a fault that `stray` finds.
"""

from __future__ import annotations

from collections.abc import Iterator

from scriptc.ir.core import Block, Graph, Node, Program, Value
from scriptc.types import IteratorOf, walk

COMPREHENSIONS = ("<genexpr>", "<listcomp>", "<setcomp>")
CONSUMERS = frozenset({
    "sum", "min", "max", "any", "all", "sorted", "contains", "next", "builtins.list", "builtins.tuple", "builtins.set", "builtins.dict", "frozenset",
    "str.join", "unpack", "list.extend", "set.update", "iadd", "star.print", "math.fsum", "math.prod", "functools.reduce", "numpy.fromiter",
})  # fmt: skip
"""Ops that draw from an iterator and have let go of it when they are done."""
ADAPTORS = frozenset({
    "zip", "enumerate", "map", "filter", "iter", "itertools.chain", "itertools.islice", "itertools.takewhile", "itertools.dropwhile",
    "itertools.filterfalse", "itertools.starmap", "itertools.pairwise", "itertools.zip_longest", "itertools.accumulate",
})  # fmt: skip
"""Ops whose iterator holds the iterators they are given."""


class Closing:
    """The generator graphs of a program that must be closed in time, and the values that are iterators of them."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.graphs = {g.name for g in program.graphs.values() if g.generator and _yields_in_try(g)}
        self.values: set[Value] = set()
        if not self.graphs:
            return
        known = -1
        while known != len(self.graphs) + len(self.values):
            known = len(self.graphs) + len(self.values)
            for graph in program.graphs.values():
                for node in graph.block.walk():
                    self._node(graph, node)

    def _node(self, graph: Graph, node: Node) -> None:
        name = node.op.name
        if name == "call":
            callee = self.program.graphs[node.attrs["graph"]]
            if is_comprehension(callee):
                self._into(callee, node)
            if callee.name in self.graphs:
                self.values.update(node.results)
        elif name == "while":
            if node.attrs["form"] == "for" and node.operands[0] in self.values and graph.generator and _yields(node.blocks[1]):
                self.graphs.add(graph.name)
        elif not self.values.isdisjoint(node.operands):
            self.values.update(r for r in node.results if any(isinstance(t, IteratorOf) for t in walk(r.type)))

    def _into(self, callee: Graph, node: Node) -> None:
        """A generator expression holds what it draws from; so does a comprehension that is a function."""
        for param, value in zip(callee.params, node.operands, strict=True):
            if value in self.values:
                self.values.add(param)
                if callee.generator:
                    self.graphs.add(callee.name)

    def stray(self) -> Iterator[Node]:
        """Each node that uses such an iterator in a way that may keep it alive for longer than its consumer draws from it."""
        for graph in self.program.graphs.values() if self.values else ():
            uses: dict[Value, int] = {}
            for block in _blocks(graph.block):
                made: set[Value] = set(block.params if block is graph.block else ())
                for node in block.nodes:
                    for v in node.operands:
                        uses[v] = uses.get(v, 0) + 1
                        if v in self.values and (uses[v] > 1 or v not in made or not self._drawn(graph, node, v)):
                            yield node
                    made.update(node.results)
                for v in block.yields:
                    if v in self.values and isinstance(v.owner, Node):
                        yield v.owner

    def _drawn(self, graph: Graph, node: Node, value: Value) -> bool:
        """Does `node` alone hold the iterator, and only while it draws from it?"""
        if value.hint is not None:
            return False
        name = node.op.name
        if name == "while":
            return node.attrs["form"] == "for" and not (_delegates(node) and not is_comprehension(graph))
        if name == "call":
            return is_comprehension(self.program.graphs[node.attrs["graph"]])
        return name in CONSUMERS or name in ADAPTORS


def is_closing(program: Program, value: Value) -> bool:
    """Is `value`, in a graph that is being made, an iterator that must be closed in time?"""
    node = value.owner
    if not isinstance(node, Node) or not isinstance(value.type, IteratorOf):
        return False
    if node.op.name == "call":
        graph = program.graphs[node.attrs["graph"]]
        return graph.generator and graph.name in Closing(program).graphs or is_comprehension(graph) and is_closing(program, node.operands[-1])
    return any(is_closing(program, v) for v in node.operands)


def is_comprehension(graph: Graph) -> bool:
    """Is this the function of a generator expression or of a comprehension?"""
    return graph.qualname.endswith(COMPREHENSIONS)


def _delegates(loop: Node) -> bool:
    """Is this loop a `yield from`? An error of the inner generator's `finally` would have to go through the outer one."""
    return any(n.op.name == "yield" and n.span == loop.span for n in loop.blocks[1].nodes)


def _yields(block: Block) -> bool:
    return any(n.op.name == "yield" for n in block.walk())


def _yields_in_try(graph: Graph) -> bool:
    return any(n.op.name == "try" and any(_yields(b) for b in n.blocks) for n in graph.block.walk())


def _blocks(block: Block) -> Iterator[Block]:
    yield block
    for node in block.walk():
        yield from node.blocks
