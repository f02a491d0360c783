"""Going through nested blocks with a stack of its own: a long `elif` chain nests deeper than Python's calls should.

    def visit(block):                 a generator: it asks for an inner block to be visited by yielding it, and goes on when that is done
        for node in block.nodes:
            yield from node.blocks
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scriptc.ir.core import Block, Node

Visit = Callable[[Block], Iterator[Block]]


def drive(visit: Visit, block: Block) -> None:
    """Run `visit(block)` to its end, and for each block it yields, that visit first."""
    stack = [visit(block)]
    while stack:
        inner = next(stack[-1], None)
        if inner is None:
            stack.pop()
        else:
            stack.append(visit(inner))


def splice(block: Block, instead: Callable[[Node], list[Node] | None]) -> None:
    """Put what `instead(node)` gives in the place of each node, and look at those in their turn; None keeps the node."""
    made: list[Node] = []
    todo = block.nodes[::-1]
    while todo:
        node = todo.pop()
        others = instead(node)
        if others is None:
            made.append(node)
        else:
            todo += reversed(others)
    block.nodes = made
