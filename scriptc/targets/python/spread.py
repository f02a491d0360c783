"""Elementwise operations of two arrays of different shapes, in versions: NumPy takes up to 0.4 µs less where the shapes are the same.

    y + bias                    y + bias[None]                                         (1, 24) and (24,)
    x - top                     t = empty((1, 5)); t[...] = top; subtract(x, t, t)     (1, 5) and (1, 1)
    x - top                     t = empty_like(x); t[...] = top; subtract(x, t, t)     (n, 5) and (5,), where `x` is small and C-contiguous

The result has the larger array's shape, and its order in memory: the smaller one, with one axis of more than one element at most,
has no say in that.
"""

from __future__ import annotations

from math import prod

from scriptc.ir.core import Node
from scriptc.ir.refine import Version
from scriptc.targets.python.direct import known_shape
from scriptc.targets.python.inplace import BINARY, FLOATS, has_one_order
from scriptc.types import Tensor

SIZE = 1024
"""Elements of the larger array, at most: a copy of more costs more than it saves."""
Dims = tuple[int | None, ...]


class Spread:
    """Operand `small` is worth a copy with the other's shape: `shape` and `dtype`, or where the shape is None, if it is C-contiguous.

    `depends`: and if it is small enough.
    """

    __slots__ = ("depends", "dtype", "shape", "small")

    def __init__(self, small: int, shape: tuple[int, ...] | None, dtype: str, depends: bool) -> None:
        self.small, self.shape, self.dtype, self.depends = small, shape, dtype, depends


def with_more_axes(node: Node, version: Version) -> tuple[int, int] | None:
    """The operand that has the other's shape with some axes of length 1 before its own, and how many."""
    shapes = _shapes(node, version)
    for index, (small, full) in enumerate((shapes, shapes[::-1])):
        more = len(full) - len(small)
        if small and more > 0 and full == (1,) * more + small and None not in small and sum(d != 1 for d in small) <= 1:
            return index, more
    return None


def spread(node: Node, version: Version) -> Spread | None:
    """What to copy, if anything."""
    shapes = _shapes(node, version)
    for index, (small, full) in enumerate((shapes, shapes[::-1])):
        if small and _goes_into(small, full):
            t = version.type_of(node.operands[1 - index])
            assert isinstance(t, Tensor)
            assert t.dtype is not None
            shape = known_shape(t)
            if shape is None or prod(shape) <= SIZE:
                return Spread(index, shape if shape and has_one_order(shape) else None, t.dtype, shape is None)
    return None


def _goes_into(small: Dims, full: Dims) -> bool:
    """Is it certain that together they have the shape `full`, which is not that of `small`?"""
    last = full[len(full) - len(small) :]
    if len(small) > len(full) or None in (*small, *last) or sum(d != 1 for d in small) > 1:
        return False
    return small != full and all(a in (1, b) for a, b in zip(small, last, strict=True))


def _shapes(node: Node, version: Version) -> tuple[Dims, Dims]:
    """The operands' shapes as far as they are known, where both are arrays of one float dtype; else empty."""
    a, b = (version.type_of(v) for v in node.operands) if node.op.name in BINARY and not node.attrs.get("kw") else (None, None)
    if not isinstance(a, Tensor) or not isinstance(b, Tensor) or a.scalar is not False or b.scalar is not False:
        return (), ()
    if a.dtype != b.dtype or a.dtype not in FLOATS or a.shape is None or b.shape is None:
        return (), ()
    return tuple(d if type(d) is int else None for d in a.shape), tuple(d if type(d) is int else None for d in b.shape)
