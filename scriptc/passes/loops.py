"""Simplifies loops: a value carried through a loop that never changes it is no part of it, and a loop without a turn is none.

Before:

    graph 'f' (%x: int, %y: int) {
      %0: int = const() [value = 0]
      %1: range = range(%0)
      %2: int, %3: int = while(%x, %y) [form = 'while'] {
        (%a: int, %b: int)
        %4: bool = lt(%a, %b)
        => %4
      } {
        (%a.1: int, %b.1: int)
        %5: int = add(%a.1, %b.1)
        => %5, %b.1
      }
      %6: int = while(%3) [form = 'while'] {
        (%c: int)
        %7: bool = const() [value = False]
        => %7
      } {
        (%c.1: int)
        => %2
      }
      => %2, %6
    }

After:

    graph 'f' (%x: int, %y: int) {
      %0: int = const() [value = 0]
      %1: range = range(%0)
      %2: int, %3: int = while(%x, %y) [form = 'while'] {
        (%a: int, %b: int)
        %4: bool = lt(%a, %y)
        => %4
      } {
        (%a.1: int, %b.1: int)
        %5: int = add(%a.1, %y)
        => %5, %b.1
      }
      %6: bool = const() [value = False]
      => %2, %y
    }

Dead code then drops what is carried for nothing. The condition of a loop without a turn is still evaluated once. The blocks of a loop
that makes one turn, or a known number of them, stay a loop.
"""

from __future__ import annotations

from collections.abc import Iterator

from scriptc.ir.core import Block, Node, Program, Value
from scriptc.passes.uses import Uses, loose_graphs
from scriptc.passes.walking import drive, splice
from scriptc.types import Tuple

ENDS = ("raise", "reraise")


def run(program: Program) -> Program:
    """Changes `program` in place, and gives it back."""
    loose: set[str] | None = None
    for name, graph in program.graphs.items():
        if any(n.op.name == "while" for n in graph.block.walk()):
            loose = loose_graphs(program) if loose is None else loose
            drive(_Loops(Uses(program, graph, name in loose)).visit, graph.block)
    return program


class _Loops:
    def __init__(self, uses: Uses) -> None:
        self.uses = uses

    def visit(self, block: Block) -> Iterator[Block]:
        splice(block, self.unwound)
        for node in block.nodes:
            yield from node.blocks

    def unwound(self, node: Node) -> list[Node] | None:
        """What is left of a `while` that makes no turn: its test."""
        if node.op.name != "while":
            return None
        self.settle(node)
        return node.blocks[0].nodes if self.idle(node) else None

    def settle(self, loop: Node) -> None:
        """Replace what the body only passes on by what it was before the loop."""
        first = len(loop.operands) - len(loop.results)
        cond, body = loop.blocks
        for i, (init, result) in enumerate(zip(loop.operands[first:], loop.results, strict=True)):
            before, inside, after = cond.params[i], body.params[first + i], body.yields[i]
            if after is inside or after is init:
                for value in (before, result):
                    self.uses.replace(value, init)
                self.pass_on(inside, init, body, i)

    def pass_on(self, inside: Value, init: Value, body: Block, i: int) -> None:
        """Use `init` in the body, which goes on handing on its own parameter."""
        if self.uses.replace(inside, init):
            body.yields[i] = inside

    def idle(self, loop: Node) -> bool:
        """Does the loop make no turn? Then what it carries is what it was given, here replaced."""
        first = len(loop.operands) - len(loop.results)
        cond, inits = loop.blocks[0], loop.operands[first:]
        if not (_never(cond) or (first and _empty(loop.operands[0]))) or any(n.op.name in ENDS for n in cond.nodes):
            return False
        return self.uses.replace_all({**dict(zip(cond.params, inits, strict=True)), **dict(zip(loop.results, inits, strict=True))})


def _never(cond: Block) -> bool:
    return cond.yields[0].const is False


def _empty(iterable: Value) -> bool:
    """Is it certain that there is nothing in it?"""
    node = iterable.owner
    if isinstance(node, Node) and node.op.name == "range":
        bounds = [v.const for v in node.operands]
        return all(type(b) is int for b in bounds) and not len(range(*bounds))
    return isinstance(iterable.type, Tuple) and not iterable.type.items
