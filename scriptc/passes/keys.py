"""What two nodes must share to compute the same: op, operands, attributes bit for bit, and declared types.

    %2: int = add(%0, %1)    ('add', (%0, %1), (), ('int',))
"""

from __future__ import annotations

import struct
from collections.abc import Hashable
from typing import Any

from scriptc.ir.core import Node


def key_of(node: Node) -> Hashable:
    """Equal for nodes that compute the same."""
    attrs = tuple((name, _attr(value)) for name, value in sorted(node.attrs.items()))
    return node.op.name, tuple(node.operands), attrs, tuple(r.type for r in node.results)


def _attr(value: Any) -> Hashable:
    """1, True and 1.0 are three, and so are 0.0, -0.0 and the NaNs."""
    if isinstance(value, tuple):
        return tuple(map(_attr, value))
    if isinstance(value, float):
        return float, struct.pack("d", value)
    if isinstance(value, complex):
        return complex, struct.pack("dd", value.real, value.imag)
    found: Hashable = value
    return type(value), found
