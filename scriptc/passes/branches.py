"""Puts the branch taken in the place of a `cond` that is decided, and drops results of a `cond` that both branches agree on.

Before:

    graph 'f' (%x: int, %p: bool) {
      %0: bool = const() [value = True]
      %1: int, %2: int = cond(%0) {
        %3: int = add(%x, %x)
        => %3, %x
      } {
        => %x, %x
      }
      %4: int, %5: bool = cond(%p) {
        %6: bool = const() [value = True]
        => %2, %6
      } {
        %7: bool = const() [value = False]
        => %x, %7
      }
      => %1, %4, %5
    }

After:

    graph 'f' (%x: int, %p: bool) {
      %0: bool = const() [value = True]
      %1: int = add(%x, %x)
      %2: int, %3: bool = cond(%p) {
        %4: bool = const() [value = True]
        => %x, %4
      } {
        %5: bool = const() [value = False]
        => %x, %5
      }
      => %1, %x, %p
    }

A branch that ends in `raise` stays where it is, as does one whose values have types that some use of the result does not take; the
branch that is not taken is emptied all the same.
A result that only one branch gives, since the other raises or leaves the function, is what that branch gives.
"""

from __future__ import annotations

from collections.abc import Iterator

from scriptc.ir.core import Block, Node, Program, Value
from scriptc.ir.structural import STRUCTURAL
from scriptc.passes.uses import Uses, loose_graphs
from scriptc.passes.walking import drive, splice
from scriptc.types import BOOL, NEVER

ENDS = ("raise", "reraise")
UNREACHABLE = STRUCTURAL["unreachable"]


def run(program: Program) -> Program:
    """Changes `program` in place, and gives it back."""
    loose: set[str] | None = None
    for name, graph in program.graphs.items():
        if any(n.op.name == "cond" for n in graph.block.walk()):
            loose = loose_graphs(program) if loose is None else loose
            drive(_hollow, graph.block)
            drive(_Branches(Uses(program, graph, name in loose)).visit, graph.block)
    return program


def decided(node: Node) -> tuple[Block, Block] | None:
    """The block of a `cond` that is always taken, and the other one; None where that is not known."""
    outcome = node.operands[0].const
    if type(outcome) is not bool:
        return None
    then, orelse = node.blocks
    return (then, orelse) if outcome else (orelse, then)


def _hollow(block: Block) -> Iterator[Block]:
    """Empty the branches never taken: what is used in them need not fit any more."""
    for node in block.nodes:
        found = decided(node) if node.op.name == "cond" else None
        if found is None:
            yield from node.blocks
            continue
        taken, other = found
        other.nodes = [Node(UNREACHABLE, [], {}, (NEVER,), span=node.span) for _ in node.results]
        other.yields = [n.results[0] for n in other.nodes]
        yield taken


class _Branches:
    def __init__(self, uses: Uses) -> None:
        self.uses = uses

    def visit(self, block: Block) -> Iterator[Block]:
        splice(block, self.taken)
        for node in block.nodes:
            yield from node.blocks
            if node.op.name == "cond":
                self.merge(node)

    def taken(self, node: Node) -> list[Node] | None:
        """The nodes of the block that a `cond` always takes, with its results replaced by that block's yields."""
        found = decided(node) if node.op.name == "cond" else None
        if found is None or any(n.op.name in ENDS for n in found[0].nodes):
            return None
        fits = self.uses.replace_all(dict(zip(node.results, found[0].yields, strict=True)))
        return found[0].nodes if fits else None

    def merge(self, node: Node) -> None:
        """Replace each result that the branches agree on."""
        inside = [{*b.nodes} for b in node.blocks]
        for i, result in enumerate(node.results):
            values = [b.yields[i] for b in node.blocks]
            agreed = self.agreed(values, inside)
            if agreed is not None:
                self.uses.replace(result, agreed)
            elif [v.const for v in values] == [True, False] and result.type == BOOL == node.operands[0].type:
                if all(type(v.const) is bool for v in values):
                    self.uses.replace(result, node.operands[0])

    def agreed(self, values: list[Value], inside: list[set[Node]]) -> Value | None:
        """The one value, defined outside, that every branch yields which yields at all."""
        live = [(v, nodes) for v, nodes in zip(values, inside, strict=True) if v.type != NEVER]
        if not live or any(v is not live[0][0] or v.owner in nodes for v, nodes in live):
            return None
        return live[0][0]
