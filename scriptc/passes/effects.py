"""What a node does besides computing its results, blocks and called graphs included. Every pass that moves or removes asks here.

    for x in xs:            the `while` has READ (the list is read each turn) and what its body has;
        f(x)                `f` has what the nodes of its graph have: if it only computes, so does the call

RAISE is more than exceptions: an op on arrays that may raise may also warn, and heeds `np.errstate`. So what has it is neither
removed nor moved. What only has READ gives the same again as long as nothing was written in between.
"""

from __future__ import annotations

from functools import cached_property

from scriptc.ir.builder import call_of
from scriptc.ir.core import PURE, Effect, Graph, Node, Program
from scriptc.ops.effects import ALL, READ, effects_of
from scriptc.types import BOOL, BYTES, ELLIPSIS, EXC_TYPE, NEVER, NONE, RANGE, STR, EnumType, List, Tensor, Tuple, TupleOf, Type, members

ENDLESS = frozenset({Effect.IO})
"""A loop that may never end counts as input and output: whether what follows it happens, depends on it."""
CHANGES = frozenset({Effect.WRITE, Effect.IO})


class Effects:
    """Effects of nodes and graphs of one program, computed once; make a new one after a change."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._nodes: dict[Node, frozenset[Effect]] = {}
        nodes = {name: list(graph.block.walk()) for name, graph in program.graphs.items()}
        self._own = {n: own_effects(n) for inside in nodes.values() for n in inside}
        self._graphs = self._solve(nodes)
        for inside in nodes.values():
            for node in reversed(inside):  # inner before outer
                self._nodes[node] = self._find(node)

    def of(self, node: Node) -> frozenset[Effect]:
        """All that running `node` may do."""
        return self._nodes[node]

    def removable(self, node: Node) -> bool:
        """May `node` go where nobody uses its results? Reading leaves no trace; raising, writing, printing do."""
        return self._nodes[node] <= READ

    def changes(self, node: Node) -> bool:
        """May what was read before `node` read differently after it?"""
        return bool(self._nodes[node] & CHANGES)

    def fixed(self, node: Node, graph: Graph) -> bool:
        """Does this `state.get` of `graph` always give the same object? (While a generator rests, its owner may set anything.)"""
        return not graph.generator and self._slot(node.attrs["name"]) not in self._set

    @cached_property
    def compares_identity(self) -> bool:
        """Does the program ask `is` of values that may be equal without being the same?"""
        nodes = (n for g in self.program.graphs.values() for n in g.block.walk() if n.op.name in ("is", "is_not"))
        return any(not any(_single(v.type) for v in n.operands) for n in nodes)

    @cached_property
    def _set(self) -> frozenset[str]:
        nodes = (n for g in self.program.graphs.values() for n in g.block.walk() if n.op.name == "state.set")
        return frozenset(self._slot(n.attrs["name"]) for n in nodes)

    def _slot(self, name: str) -> str:
        return self.program.aliases.get(name, name)

    def _find(self, node: Node) -> frozenset[Effect]:
        if node.op.name == "call":
            graph = self.program.graphs[node.attrs["graph"]]
            return READ if graph.generator else self._graphs[graph.name]
        own = self._own[node]
        return own.union(*(self._nodes[n] for block in node.blocks for n in block.nodes)) if node.blocks else own

    def _solve(self, nodes: dict[str, list[Node]]) -> dict[str, frozenset[Effect]]:
        """The effects of each graph: its nodes', and those of all graphs its calls lead to."""
        graphs = self.program.graphs
        own = {name: PURE.union(*{self._own[n] for n in inside}) for name, inside in nodes.items()}
        callees = {name: {n.attrs["graph"] for n in inside if n.op.name == "call"} for name, inside in nodes.items()}
        callees = {name: {c for c in called if not graphs[c].generator} for name, called in callees.items()}
        reach = {name: _reach(name, callees) for name in own}
        endless = {name: ENDLESS if name in reach[name] else PURE for name in own}
        return {name: own[name].union(endless[name], *(own[n] | endless[n] for n in reach[name])) for name in own}


def _single(t: Type) -> bool:
    """Is there one object for each value of the type?"""
    return all(m in (NONE, BOOL, ELLIPSIS, EXC_TYPE, NEVER) or isinstance(m, EnumType) for m in members(t))


def own_effects(node: Node) -> frozenset[Effect]:
    """The effects of the node but for its blocks and the graph it calls."""
    if node.op.name in ("cond", "try", "call"):
        return frozenset()
    if node.op.name == "while":
        return _loop_effects(node)
    return effects_of(node.op, call_of(node.operands, {}, None).args) if node.op.effects else node.op.effects


def _reach(name: str, callees: dict[str, set[str]]) -> set[str]:
    """The graphs that calls from `name` lead to; itself too, where it is recursive (it may run out of stack)."""
    seen: set[str] = set()
    pending = list(callees[name])
    while pending:
        callee = pending.pop()
        if callee not in seen:
            seen.add(callee)
            pending += callees[callee]
    return seen


def _loop_effects(node: Node) -> frozenset[Effect]:
    if node.attrs["form"] != "for":
        return ENDLESS
    return READ if all(map(_plainly_iterated, members(node.operands[0].type))) else ALL


def _plainly_iterated(t: Type) -> bool:
    """Does going through a `t` end, raise nothing, and leave it as it was?"""
    if isinstance(t, Tensor):
        return t.shape is not None and len(t.shape) > 0 and not t.scalar
    return t in (RANGE, STR, BYTES) or isinstance(t, List | Tuple | TupleOf)
