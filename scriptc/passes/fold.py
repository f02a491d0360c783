"""Computes when compiling what depends on constants alone, and decides the `cond` that such a value, or an outer `cond`, decides.

Before:

    graph 'f' (%p: bool) {
      %0: int = const() [value = 3]
      %1: int = const() [value = 4]
      %2: int = mul(%0, %1)
      %3: int = cond(%p) {
        %4: int = cond(%p) {
          => %2
        } {
          => %0
        }
        => %4
      } {
        => %1
      }
      => %3
    }

After:

    graph 'f' (%p: bool) {
      %0: int = const() [value = 3]
      %1: int = const() [value = 4]
      %2: int = const() [value = 12]
      %3: int = cond(%p) {
        %4: bool = const() [value = True]
        %5: int = cond(%4) {
          => %2
        } {
          => %0
        }
        => %5
      } {
        => %1
      }
      => %3
    }

What raises while it is computed, is large, or has another type than the node declares, stays. A value may be known without being a
`const`: what is None in a slot declared `float | None` decides `is None`, and keeps its declared type.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scriptc.ir.core import MISSING, Block, Graph, Node, Program, Value
from scriptc.ir.equal import equal_attr
from scriptc.ir.structural import CONST_TYPES, STRUCTURAL
from scriptc.passes.compute import compute, is_small
from scriptc.passes.uses import Uses, types_well
from scriptc.passes.walking import drive
from scriptc.types import BOOL, NONE, Tuple

CONST = STRUCTURAL["const"]


def run(program: Program) -> Program:
    """Changes `program` in place, and gives it back."""
    for graph in program.graphs.values():
        drive(_Fold(program, graph).visit, graph.block)
    return program


class _Fold:
    """One graph: `facts` are the values known so far."""

    def __init__(self, program: Program, graph: Graph) -> None:
        self.program, self.graph = program, graph
        self.facts: dict[Value, Any] = {}
        self._uses: Uses | None = None

    def fact(self, value: Value) -> Any:
        return None if value.type == NONE else self.facts.get(value, MISSING)

    def visit(self, block: Block) -> Iterator[Block]:
        decided: list[tuple[int, Node, bool]] = []
        for at, node in enumerate(block.nodes):
            if node.op.name == "cond":
                outcome = self.fact(node.operands[0])
                if type(outcome) is bool and node.operands[0].const is MISSING:
                    decided.append((at, node, outcome))
                yield from self.cond(node, outcome)
            elif node.blocks:
                yield from node.blocks
            elif len(node.results) == 1:
                self.node(node)
        for at, node, outcome in reversed(decided):
            test = Node(CONST, [], {"value": outcome}, (BOOL,), span=node.span)
            node.operands = test.results[:]
            block.nodes.insert(at, test)

    def cond(self, node: Node, outcome: Any) -> Iterator[Block]:
        """In each branch the predicate is known; a decided `cond` has one branch, and its results are what that yields."""
        test = node.operands[0]
        for block, taken in zip(node.blocks, (True, False), strict=True):
            if outcome is MISSING or outcome is taken:
                self.facts[test] = taken
                yield block
        if outcome is MISSING:
            del self.facts[test]
        blocks = node.blocks if outcome is MISSING else [node.blocks[0 if outcome else 1]]
        for result, *found in zip(node.results, *(map(self.fact, b.yields) for b in blocks), strict=True):
            if found[0] is not MISSING and all(equal_attr(found[0], other) for other in found[1:]):
                self.facts[result] = found[0]

    def node(self, node: Node) -> None:
        value = self.value(node)
        if value is MISSING:
            return
        (result,) = node.results
        self.facts[result] = value
        if node.op is not CONST and CONST_TYPES.get(type(value)) == result.type:
            self.rewrite(node, value)

    def value(self, node: Node) -> Any:
        """What `node` gives, as far as it is known."""
        name = node.op.name
        if name == "const":
            return node.attrs["value"]
        if name == "constant":
            value = self.program.constants[node.attrs["name"]].value
            return value if is_small(value) else MISSING
        if name == "len" and isinstance(node.operands[0].type, Tuple):
            return len(node.operands[0].type.items)
        found = [self.fact(v) for v in node.operands]
        if name == "narrow":
            return found[0]
        return compute(node, found)

    def rewrite(self, node: Node, value: Any) -> None:
        """Make it a `const`, if what uses it takes one: an index known to be out of range is for run time."""
        if self._uses is None:
            self._uses = Uses(self.program, self.graph)
        uses, was = self._uses, (node.op, node.operands, node.attrs)
        node.op, node.operands, node.attrs = CONST, [], {"value": value}
        users = [u for u in uses.of(node.results[0]) if isinstance(u, Node)]
        if not all(types_well(self.program, u) and uses.parts_fit(u) for u in users):
            node.op, node.operands, node.attrs = was
