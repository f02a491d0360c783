"""What a node does besides computing its results, blocks and called graphs included. Every pass that moves or removes asks here.

    for x in xs:            the `while` has READ (the list is read each turn) and what its body has;
        f(x)                `f` has what the nodes of its graph have: if it only computes, so does the call
"""

from __future__ import annotations

from scriptc.ir.core import Effect, Node, Program
from scriptc.types import RANGE, STR, List, Tensor, Tuple, TupleOf, Type, members

ALL = frozenset(Effect)
READ = frozenset({Effect.READ})
ENDLESS = frozenset({Effect.IO})
"""A loop that may never end counts as input and output: whether what follows it happens, depends on it."""


class Effects:
    """Effects of nodes and graphs of one program, computed once; make a new one after a change."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._nodes: dict[Node, frozenset[Effect]] = {}
        self._graphs = _solve(program)
        for graph in program.graphs.values():
            for node in reversed(list(graph.block.walk())):  # inner before outer
                self._nodes[node] = self._find(node)

    def of(self, node: Node) -> frozenset[Effect]:
        """All that running `node` may do."""
        return self._nodes[node]

    def removable(self, node: Node) -> bool:
        """May `node` go where nobody uses its results? Reading leaves no trace; raising, writing, printing do."""
        return self._nodes[node] <= READ

    def _find(self, node: Node) -> frozenset[Effect]:
        if node.op.name == "call":
            graph = self.program.graphs[node.attrs["graph"]]
            return READ if graph.generator else self._graphs[graph.name]
        inside = frozenset(e for block in node.blocks for n in block.nodes for e in self._nodes[n])
        return inside | _own(node)


def _own(node: Node) -> frozenset[Effect]:
    """The effects of the node but for its blocks and the graph it calls."""
    if node.op.name in ("cond", "try", "call"):
        return frozenset()
    return _loop_effects(node) if node.op.name == "while" else node.op.effects


def _solve(program: Program) -> dict[str, frozenset[Effect]]:
    """The effects of each graph: its nodes', and those of all graphs its calls lead to."""
    own: dict[str, frozenset[Effect]] = {}
    callees: dict[str, set[str]] = {}
    for name, graph in program.graphs.items():
        nodes = list(graph.block.walk())
        own[name] = frozenset(e for n in nodes for e in _own(n))
        calls = {n.attrs["graph"] for n in nodes if n.op.name == "call"}
        callees[name] = {c for c in calls if not program.graphs[c].generator}
    reach = {name: _reach(name, callees) for name in own}
    endless = {name: ENDLESS if name in reach[name] else frozenset() for name in own}
    return {name: own[name].union(endless[name], *(own[n] | endless[n] for n in reach[name])) for name in own}


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
    return t in (RANGE, STR) or isinstance(t, List | Tuple | TupleOf)
