"""Loop-invariant code motion: what each turn of a loop would compute anew from the same values is computed once before it.

Before:

    graph 'f' (%x: float32[3, 4], %n: int, %xs: list[int]) {
      %0: range = range(%n)
      while(%0) [form = 'for'] {
        %1: bool = const() [value = True]
        => %1
      } {
        (%i: int)
        %2: tuple[int, int] = ndarray.shape(%x)
        %3: int = const() [value = 0]
        %4: int = getitem(%2, %3)
        %5: int = floordiv(%4, %n)
        %6: int = add(%4, %i)
        %7: None = list.append(%xs, %6)
      }
    }

After:

    graph 'f' (%x: float32[3, 4], %n: int, %xs: list[int]) {
      %0: range = range(%n)
      %1: tuple[int, int] = ndarray.shape(%x)
      %2: int = const() [value = 0]
      %3: int = getitem(%1, %2)
      while(%0) [form = 'for'] {
        %4: bool = const() [value = True]
        => %4
      } {
        (%i: int)
        %5: int = floordiv(%3, %n)
        %6: int = add(%3, %i)
        %7: None = list.append(%xs, %6)
      }
    }

The loop may make no turn: only what cannot raise (or warn) is moved, and what reads memory only where nothing in the loop writes any.
Only nodes that every turn runs are moved, so that nothing is computed that was not before but for a loop of no turn. A `narrow` stays,
and all that needs it: it holds in its place. An object made in each turn stays, unless it is a view that nobody can tell from another.
"""

from __future__ import annotations

from collections.abc import Iterator

from scriptc.ir.core import PURE, Block, Graph, Node, Program, Value
from scriptc.ops.effects import READ
from scriptc.passes import identity
from scriptc.passes.effects import Effects
from scriptc.passes.uses import Uses
from scriptc.passes.walking import drive

FREE = frozenset({"const", "constant", "dtype", "state.get"})
"""Cost nothing where they are: moved only with what needs them."""
PINNED = frozenset({"narrow", "undef", "unreachable", *identity.DISPLAYS})


def run(program: Program) -> Program:
    """Changes `program` in place, and gives it back."""
    effects: Effects | None = None
    for graph in program.graphs.values():
        if any(n.op.name == "while" for n in graph.block.walk()):
            effects = Effects(program) if effects is None else effects
            if not effects.compares_identity:
                drive(_Motion(program, graph, effects).visit, graph.block)
    return program


class _Motion:
    """One graph. `depth` is in how many loops each value is defined; a value from before loop number d has less than d."""

    def __init__(self, program: Program, graph: Graph, effects: Effects) -> None:
        self.graph, self.effects, self.uses = graph, effects, Uses(program, graph)
        self.depth: dict[Value, int] = {}
        self.loops = 0

    def visit(self, block: Block) -> Iterator[Block]:
        self.define(block.params)
        made: list[Node] = []
        for node in block.nodes:
            if node.op.name == "while":
                self.loops += 1
                yield from node.blocks
                moved = self.move(node)
                self.loops -= 1
                for m in moved:
                    self.define(m.results)
                made += moved
            else:
                yield from node.blocks
            self.define(node.results)
            made.append(node)
        block.nodes = made

    def define(self, values: list[Value]) -> None:
        self.depth.update(dict.fromkeys(values, self.loops))

    def move(self, loop: Node) -> list[Node]:
        """Take out of the loop's blocks what may go before it, in order."""
        out: dict[Node, None] = {}
        for block in loop.blocks:
            here = {n for n in block.nodes if n.op.name in FREE}
            for node in block.nodes:
                if node.op.name not in FREE and self.movable(node, loop) and self.ready(node, here, out, loop):
                    for v in node.operands:
                        if isinstance(v.owner, Node) and v.owner in here:
                            out[v.owner] = None
                    out[node] = None
            block.nodes = [n for n in block.nodes if n not in out]
        return list(out)

    def ready(self, node: Node, here: set[Node], out: dict[Node, None], loop: Node) -> bool:
        """Are the operands there before the loop, or may they be?"""
        return all(self.depth[v] < self.loops or v.owner in out or (v.owner in here and self.steady(v.owner, loop)) for v in node.operands)

    def movable(self, node: Node, loop: Node) -> bool:
        if node.blocks or node.op.name in PINNED or not node.results:
            return False
        effects = self.effects.of(node)
        if identity.is_view(node):
            return effects <= READ and identity.unseen(node, self.uses)
        if effects != PURE and not (effects <= READ and not self.effects.changes(loop)):
            return False
        return all(identity.is_value(r.type) for r in node.results) and identity.may_stand_for(node, self.uses)

    def steady(self, node: Node, loop: Node) -> bool:
        """Does it give the same in each turn?"""
        return node.op.name != "state.get" or self.effects.fixed(node, self.graph)
