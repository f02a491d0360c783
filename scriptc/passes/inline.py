"""Puts the body of a small function in the place of its calls, where nobody can tell that it was called.

Before:

    entry 'f' = 'f' {
      param 'x': `int`
      param 'y': `int`
    }
    graph 'f' (%x: int, %y: int) {
      %0: int = call(%x, %y) [graph = 'larger']
      %1: int = call(%0) [graph = 'twice']
      %2: int = call(%1, %x) [graph = 'ratio']
      => %2
    }
    graph 'larger' (%a: int, %b: int) {
      %0: bool = lt(%a, %b)
      %c: int = cond(%0) {
        => %b
      } {
        => %a
      }
      => %c
    }
    graph 'twice' (%a: int) {
      %0: int = call(%a, %a) [graph = 'larger']
      %1: int = add(%0, %a)
      => %1
    }
    graph 'ratio' (%a: int, %b: int) {
      %0: int = floordiv(%a, %b)
      => %0
    }

After:

    entry 'f' = 'f' {
      param 'x': `int`
      param 'y': `int`
    }
    graph 'f' (%x: int, %y: int) {
      %0: bool = lt(%x, %y)
      %1: int = cond(%0) {
        => %y
      } {
        => %x
      }
      %2: bool = lt(%1, %1)
      %3: int = cond(%2) {
        => %1
      } {
        => %1
      }
      %4: int = add(%3, %1)
      %5: int = call(%4, %x) [graph = 'ratio']
      => %5
    }
    graph 'ratio' (%a: int, %b: int) {
      %0: int = floordiv(%a, %b)
      => %0
    }

`ratio` may raise, and then the traceback names it: what may raise or warn stays a call, and so does what may be interrupted or run out of
stack in the middle, which is all that loops or calls. No iterator, function or cell goes in or out, so that nothing lives longer for it.
A generator's owner may change the module's state between two items: into a generator nothing is put. (Whether two equal numbers, texts or
tuples are one object is not asked: the rule of `is` refuses them.)

Callees come before their callers. A function that has one call goes wherever it fits; one with more, as long as the program grows little.
The names of the callee's variables stay behind; a result has the name that the caller gives it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from scriptc.ir.core import MISSING, Block, Effect, Graph, Node, Program, Value
from scriptc.passes.effects import own_effects
from scriptc.passes.uses import DISPLAYS, Uses, loose_graphs, types_well
from scriptc.passes.walking import drive, splice
from scriptc.types import Cell, Function, IteratorOf, walk

SMALL = 4
"""Nodes that cost about what a call does."""
GROWTH = 200
"""Nodes that the copies of a larger function may add to the program."""
DEEPEST = 50
"""How many blocks may be around a node that was put in place of a call."""
QUIET = frozenset({Effect.READ, Effect.WRITE})
CALLS = ("call", "while", "try")
LIVING = (Cell, Function, IteratorOf)


@dataclass
class Body:
    """A function that may go in the place of its calls; `depth` is how many blocks are in each other."""

    graph: Graph
    depth: int
    copies: int = 0


def run(program: Program) -> Program:
    """Changes `program` in place, and gives it back."""
    called = {name: [n.attrs["graph"] for n in g.block.walk() if n.op.name == "call"] for name, g in program.graphs.items()}
    sites = Counter(callee for callees in called.values() for callee in callees)
    if not any(_may_go(program.graphs[name]) for name in sites):
        return program
    loose = loose_graphs(program)
    inner = loose - {e.graph for e in program.entries.values()}
    bodies: dict[str, Body] = {}
    for name in _callees_first(called):
        graph = program.graphs[name]
        if not bodies.keys().isdisjoint(called[name]) and not graph.generator:
            drive(_Inline(Uses(program, graph, name in loose), bodies).visit, graph.block)
        if sites[name] and _may_go(graph) and _is_cheap(graph, sites[name] - (name in inner)):
            bodies[name] = Body(graph, _depth(graph.block))
    for name, body in bodies.items():
        if name in inner and body.copies == sites[name]:
            del program.graphs[name]
    return program


def _callees_first(called: dict[str, list[str]]) -> list[str]:
    """The graphs in an order where, recursion apart, each comes after all that it calls (Kahn 1962)."""
    waiting = {name: set(callees) for name, callees in called.items()}
    callers: dict[str, list[str]] = {name: [] for name in called}
    for name, callees in waiting.items():
        for callee in callees:
            callers[callee].append(name)
    order = {name: None for name, callees in waiting.items() if not callees}
    pending = list(order)
    for name in pending:
        for caller in callers[name]:
            waiting[caller].discard(name)
            if not waiting[caller]:
                order[caller] = None
                pending.append(caller)
    return [*order, *(name for name in called if name not in order)]


def _may_go(graph: Graph) -> bool:
    """Is it certain that a call of the function cannot be told from its body, and that no target has its own?"""
    if graph.generator or graph.library is not None or not all(map(_is_plain, graph.params)):
        return False
    return all(_is_silent(node) for node in graph.block.walk())


def _is_silent(node: Node) -> bool:
    return node.op.name not in CALLS and own_effects(node) <= QUIET and all(map(_is_plain, node.results))


def _is_plain(value: Value) -> bool:
    return not any(isinstance(t, LIVING) for t in walk(value.type))


def _is_cheap(graph: Graph, copies: int) -> bool:
    """Does the program grow little when the body is there `copies` times more than now?"""
    size = sum(1 for _ in graph.block.walk())
    return size <= SMALL or size * copies <= GROWTH


def _depth(block: Block) -> int:
    """How many blocks are in each other, this one included."""
    deepest, level = 0, [block]
    while level:
        deepest += 1
        level = [b for inner in level for n in inner.nodes for b in n.blocks]
    return deepest


class _Inline:
    """One graph whose calls of `bodies` are replaced."""

    def __init__(self, uses: Uses, bodies: dict[str, Body]) -> None:
        self.uses, self.bodies, self.depth = uses, bodies, 0

    def visit(self, block: Block) -> Iterator[Block]:
        splice(block, self.instead)
        self.depth += 1
        for node in block.nodes:
            yield from node.blocks
        self.depth -= 1

    def instead(self, node: Node) -> list[Node] | None:
        """A copy of the nodes that a call runs, its results replaced by theirs."""
        body = self.bodies.get(node.attrs["graph"]) if node.op.name == "call" else None
        if body is None or self.depth + body.depth > DEEPEST:
            return None
        values = dict(zip(body.graph.params, node.operands, strict=True))
        nodes = [copied(n, values) for n in body.graph.block.nodes]
        if not self.fits(body.graph.params, node.operands, nodes):
            return None
        results = [values[v] for v in body.graph.block.yields]
        for found, asked in zip(results, node.results, strict=True):
            if found.owner in nodes:
                found.hint = asked.hint
        if not self.uses.replace_all(dict(zip(node.results, results, strict=True))):
            return None
        body.copies += 1
        return nodes

    def fits(self, params: list[Value], given: list[Value], nodes: list[Node]) -> bool:
        """Do the operations take what more is known of the arguments than of the parameters?"""
        known = {v for p, v in zip(params, given, strict=True) if p.type != v.type or v.const is not MISSING}
        if not known:
            return True
        for node in (n for top in nodes for n in (top, *(m for b in top.blocks for m in b.walk()))):
            if not known.isdisjoint(node.operands):
                if not types_well(self.uses.program, node):
                    return False
                if node.op.name in DISPLAYS:
                    known.update(node.results)
        return True


def copied(node: Node, values: dict[Value, Value]) -> Node:
    """A copy of the node, blocks included, on `values` instead of their keys; its results are added to them."""
    types = tuple(r.type for r in node.results)
    blocks = [_copied_block(b, values) for b in node.blocks]
    made = Node(node.op, [values[v] for v in node.operands], dict(node.attrs), types, blocks, node.span)
    values.update(zip(node.results, made.results, strict=True))
    return made


def _copied_block(block: Block, values: dict[Value, Value]) -> Block:
    """Only a `cond` has blocks here, and they have no parameters."""
    made = Block()
    made.nodes = [copied(n, values) for n in block.nodes]
    made.yields = [values[v] for v in block.yields]
    return made
