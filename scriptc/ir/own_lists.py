"""The lists of one graph that nothing but the graph itself can reach: what they hold is what its own nodes put into them.

    slopes = [first]            `slopes` is only appended to, indexed, sliced and gone through: if all that
    slopes.append(f(t, y))      is appended is float64, so is all that it gives

The declared type of a list says what it may hold whatever the program is called with; for one call's arguments it may be less.
"""

from __future__ import annotations

from collections.abc import Sequence

from scriptc.ir.core import Block, Graph, Node, Value
from scriptc.types import NEVER, Atom, List, Tensor, Type, is_subtype, join

_MAKES = frozenset({"list", "getitem", "builtins.list", "list.copy", "reversed", "sorted"})
"""Ops whose result, where it is a list, is a new one."""
_READS = frozenset({"getitem", "len", "zip", "enumerate", "reversed", "iter", "builtins.list", "builtins.tuple", "list.copy", "sum", "truth", "not"})
"""Ops that only look at a list (so do NumPy's functions)."""
_STORES = {"list.append": 1, "list.insert": 2, "setitem": 2}
"""Ops that put an operand into the list that is their first."""


class OwnLists:
    """`items` has the type of what each list was found to hold so far."""

    def __init__(self, graph: Graph) -> None:
        self.items: dict[Value, Type] = {}
        self._uses: dict[Value, int] = {}
        new = [r for n in graph.block.walk() if n.op.name in _MAKES for r in n.results if isinstance(r.type, List) and _simple(r.type.elem)]
        self.values = set(new) - _shared(graph, set(new), self._uses) if new else set()

    def owns(self, node: Node) -> bool:
        """Does `node` make one, or store into one?"""
        return bool(self.values) and (any(r in self.values for r in node.results) or bool(node.operands and node.operands[0] in self.values))

    def written_out(self, value: Value) -> list[Value] | None:
        """The items of a list that is made of just these for its one use."""
        node = value.owner
        written = isinstance(node, Node) and node.op.name == "list" and value in self.values and self._uses.get(value) == 1
        return node.operands if written else None  # type: ignore[union-attr]

    def made(self, value: Value, found: Type) -> List | None:
        """The type of a list just made, for which the op's rule says `found`; None where it is none of these."""
        if value not in self.values or not isinstance(found, List) or not self._add(value, found.elem):
            return None
        return List(self.items[value])

    def stored(self, node: Node, types: Sequence[Type]) -> None:
        """Take note of what `node` puts into a list."""
        at = _STORES.get(node.op.name)
        if at is not None and node.operands[0] in self.values and not self._add(node.operands[0], types[at]):
            self.values.discard(node.operands[0])

    def _add(self, value: Value, item: Type) -> bool:
        declared = value.type
        assert isinstance(declared, List)
        if not _simple(item) or not is_subtype(item, declared.elem):
            self.items[value] = declared.elem
            return False
        self.items[value] = join(self.items.get(value, NEVER), item)
        return True


def _simple(t: Type) -> bool:
    return isinstance(t, Tensor | Atom)


def _shared(graph: Graph, values: set[Value], uses: dict[Value, int]) -> set[Value]:
    """Those of `values` that something else may come to hold, or that are used in a way not known here. Counts the `uses` of the others."""
    found: set[Value] = set()
    blocks: list[Block] = [graph.block]
    while blocks:
        block = blocks.pop()
        if block is not graph.block or graph.generator:  # what is returned leaves when all is done
            found.update(values.intersection(block.yields))
        for node in block.nodes:
            blocks += node.blocks
            for i, v in enumerate(node.operands):
                if v in values:
                    uses[v] = uses.get(v, 0) + 1
                    if not _is_local(node, i):
                        found.add(v)
    return found


def _is_local(node: Node, index: int) -> bool:
    name = node.op.name
    if name in _STORES:
        return index == 0 and not node.attrs.get("kw")
    if name == "while":
        return index == 0 and node.attrs["form"] == "for"
    return name in _READS or (name.startswith("numpy.") and not node.op.mutates)
