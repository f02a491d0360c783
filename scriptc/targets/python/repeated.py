"""Numbers read from an array more than once, in versions: read once.

    y[0] * y[0] + 1             t = y[0]; t * t + 1

NumPy makes a new object of the number each time. Which of them it is tells nobody where all uses look at the value.
"""

from __future__ import annotations

from collections.abc import Collection

from scriptc.ir.core import Block, Node, Value
from scriptc.ir.refine import Version
from scriptc.targets.python.direct import ARITHMETIC
from scriptc.targets.python.inplace import UFUNCS
from scriptc.targets.python.tables import Use, uses
from scriptc.types import Tensor

_LOOKING = (ARITHMETIC - {"iadd", "isub", "imul", "itruediv"}) | UFUNCS.keys() | {"float", "int", "truth", "not"}
_HARMLESS = _LOOKING | {"const", "constant", "getitem", "slice", "tuple", "list", "numpy.array"}
"""Ops that write into no array."""


def repeated(version: Version, unwritten: Collection[Node]) -> dict[Value, Value]:
    """Numbers -> the same numbers read before. `unwritten` are lists that are only looked into."""
    found: dict[Value, Value] = {}
    blocks: list[Block] = [version.graph.block]
    used: dict[Value, list[Use]] | None = None
    while blocks:
        block = blocks.pop()
        seen: dict[tuple[Value, int], Value] = {}
        for node in block.nodes:
            blocks += node.blocks
            if node.blocks or node.op.name not in _HARMLESS:
                seen.clear()
            elif node.op.name == "getitem" and _is_number(version, node):
                used = uses(version.graph) if used is None else used
                first = seen.setdefault((node.operands[0], node.operands[1].const), node.results[0])
                if first is not node.results[0] and all(_is_looked_at(v, used, unwritten) for v in (first, node.results[0])):
                    found[node.results[0]] = first
    return found


def _is_number(version: Version, node: Node) -> bool:
    """Is it an item of an array of rank 1 at a place that is known?"""
    box, number = version.type_of(node.operands[0]), version.type_of(node.results[0])
    if not isinstance(box, Tensor) or not isinstance(number, Tensor) or type(node.operands[1].const) is not int:
        return False
    return box.scalar is False and box.shape is not None and len(box.shape) == 1 and box.dtype not in (None, "object") and number.scalar is True


def _is_looked_at(value: Value, used: dict[Value, list[Use]], unwritten: Collection[Node]) -> bool:
    return all(node is not None and (node.op.name in _LOOKING or node in unwritten) for node, _ in used.get(value, ()))
