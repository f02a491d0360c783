"""Takes the items of a tuple from where they come, when the tuple was made in sight.

Before:

    graph 'f' (%x: int, %y: float) {
      %0: tuple[int, float] = tuple(%x, %y)
      %1: int, %2: float = unpack(%0) [after = 0, before = 2, star = False]
      %3: int = const() [value = -1]
      %4: float = getitem(%0, %3)
      => %1, %2, %4
    }

After:

    graph 'f' (%x: int, %y: float) {
      %0: tuple[int, float] = tuple(%x, %y)
      %1: int, %2: float = unpack(%0) [after = 0, before = 2, star = False]
      %3: int = const() [value = -1]
      %4: float = getitem(%0, %3)
      => %x, %y, %y
    }

What nobody uses then goes with dead code. A tuple is no object anybody can change, so its items are the very ones it was made of.
"""

from __future__ import annotations

from scriptc.ir.core import Node, Program, Value
from scriptc.passes.uses import Uses, loose_graphs


def run(program: Program) -> Program:
    """Changes `program` in place, and gives it back."""
    loose: set[str] | None = None
    for name, graph in program.graphs.items():
        found = [n for n in graph.block.walk() if n.op.name in ("getitem", "unpack") and _made(n.operands[0]) is not None]
        if found:
            loose = loose_graphs(program) if loose is None else loose
            uses = Uses(program, graph, name in loose)
            for node in found:
                _forward(node, uses)
    return program


def _made(value: Value) -> Node | None:
    """The node that displays this tuple."""
    node = value.owner
    return node if isinstance(node, Node) and node.op.name == "tuple" else None


def _forward(node: Node, uses: Uses) -> None:
    made = _made(node.operands[0])
    assert made is not None
    if node.op.name == "unpack":
        if not node.attrs["star"] and len(made.operands) == len(node.results):
            for result, item in zip(node.results, made.operands, strict=True):
                uses.replace(result, item)
        return
    index = node.operands[1].const
    if type(index) is int and -len(made.operands) <= index < len(made.operands):
        uses.replace(node.results[0], made.operands[index])
