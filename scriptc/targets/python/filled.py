"""Arrays of a few numbers, in versions: made empty and filled, where NumPy would first find out what is in the list.

    np.array([a, b])            t = empty(2, float64); t[0] = a; t[1] = b
"""

from __future__ import annotations

from scriptc.ir.core import Node
from scriptc.ir.refine import Version
from scriptc.targets.python.direct import known_shape
from scriptc.targets.python.lowering import TRIVIAL
from scriptc.types import FLOAT, Tensor, Type

_MOST = 4
"""Numbers from which on NumPy is as fast."""


def filled(version: Version) -> dict[Node, Node]:
    """`numpy.array` nodes -> the `list` nodes right before them, which hold floats of the result's dtype and are used by nothing else."""
    found: dict[Node, Node] = {}
    before: Node | None = None
    for node in version.graph.block.walk():
        if node.op.name in TRIVIAL:
            continue
        if node.op.name == "numpy.array" and before is not None and before.op.name == "list" and _fits(version, node, before):
            found[node] = before
        before = node
    return found


def _fits(version: Version, node: Node, items: Node) -> bool:
    if node.operands != items.results or not 0 < len(items.operands) <= _MOST:
        return False
    t = version.type_of(node.results[0])
    if not isinstance(t, Tensor) or t.dtype not in ("float32", "float64") or known_shape(t) != (len(items.operands),):
        return False
    return all(_is_number(version.type_of(v), t.dtype) for v in items.operands)


def _is_number(t: Type, dtype: str) -> bool:
    """Is it one number of exactly that dtype?"""
    return (t == FLOAT and dtype == "float64") or (isinstance(t, Tensor) and t.scalar is True and t.dtype == dtype)
