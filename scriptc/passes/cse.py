"""Common subexpressions: what was computed before from the same values, with nothing written in between, is not computed again.

Before:

    graph 'f' (%x: float32[3, 4], %xs: list[int], %p: bool) {
      %0: tuple[int, int] = ndarray.shape(%x)
      %1: int = const() [value = 0]
      %2: int = getitem(%0, %1)
      %3: int = getitem(%xs, %1)
      cond(%p) {
        %4: tuple[int, int] = ndarray.shape(%x)
        %5: int = const() [value = 0]
        %6: int = getitem(%4, %5)
        %7: int = getitem(%xs, %5)
        %9: None = list.append(%xs, %6)
        %8: int = getitem(%xs, %7)
      } {
      }
      %10: int = getitem(%xs, %1)
      => %2, %3, %10
    }

After:

    graph 'f' (%x: float32[3, 4], %xs: list[int], %p: bool) {
      %0: tuple[int, int] = ndarray.shape(%x)
      %1: int = const() [value = 0]
      %2: int = getitem(%0, %1)
      %3: int = getitem(%xs, %1)
      cond(%p) {
        %4: None = list.append(%xs, %2)
        %5: int = getitem(%xs, %3)
      } {
      }
      %6: int = getitem(%xs, %1)
      => %2, %3, %6
    }

Merged are: numbers, texts and tuples of them; loads, which give the very object that lies there; views of an array. Never what makes an
object that could be told from another: a list, an array, a record. A float may be a NaN, which containers find by identity, and a view
is an object too: these are merged where they only go into ops that look at the value. Programs that ask `is` of such values are left alone.
What may raise may be merged, not moved: the second would not raise, since the first did not.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from scriptc.ir.core import Block, Effect, Graph, Node, Program
from scriptc.passes import identity
from scriptc.passes.effects import Effects
from scriptc.passes.keys import key_of
from scriptc.passes.uses import Uses
from scriptc.passes.walking import drive

MERGED = frozenset({Effect.READ, Effect.RAISE})


def run(program: Program) -> Program:
    """Changes `program` in place, and gives it back."""
    effects = Effects(program)
    for graph in program.graphs.values():
        if not effects.compares_identity:
            drive(_Merge(program, graph, effects).visit, graph.block)
    return program


class _Merge:
    """One graph. `seen` holds what the blocks around this point have computed; `age` counts the changes of memory."""

    def __init__(self, program: Program, graph: Graph, effects: Effects) -> None:
        self.graph, self.effects, self.uses = graph, effects, Uses(program, graph)
        self.seen: dict[Hashable, Node] = {}
        self.age = 0

    def visit(self, block: Block) -> Iterator[Block]:
        added: list[Hashable] = []
        kept: list[Node] = []
        for node in block.nodes:
            key = self.key(node)
            before = None if key is None else self.seen.get(key)
            if before is None or not self.merge(before, node):
                kept.append(node)
                if key is not None and before is None:
                    self.seen[key] = node
                    added.append(key)
            if node.blocks:
                yield from self.inner(node)
            elif self.effects.changes(node):
                self.age += 1
        block.nodes = kept
        for key in added:
            del self.seen[key]

    def inner(self, node: Node) -> Iterator[Block]:
        """Before a turn of a loop, and before a handler, all that is written anywhere in the node may have been."""
        changes, before = self.effects.changes(node), self.age
        for block in node.blocks:
            self.age = before + (changes and node.op.name != "cond")
            yield block
        self.age = before + changes

    def key(self, node: Node) -> Hashable | None:
        """What two nodes that may be merged have in common."""
        effects = self.effects.of(node)
        if node.blocks or not node.results or not effects <= MERGED or not identity.mergeable(node, effects):
            return None
        fixed = Effect.READ not in effects or (node.op.name == "state.get" and self.effects.fixed(node, self.graph))
        return (key_of(node), None if fixed or identity.is_view(node) else self.age)

    def merge(self, before: Node, node: Node) -> bool:
        if not identity.may_stand_for(node, self.uses):
            return False
        return self.uses.replace_all(dict(zip(node.results, before.results, strict=True)))
