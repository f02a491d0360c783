"""What sorting and `min`/`max` ask of their items."""

from __future__ import annotations

from scriptc.ir.core import Arg, OpTypeError, Program
from scriptc.ops.comparisons import order_result, truth
from scriptc.types import COMPLEX, FLOAT, NONE, Function, Type, members, union


def need_ordered(t: Type, program: Program | None, operand: int | None = None) -> None:
    """Raise `OpTypeError` unless any two values of the type compare with `<` and give something that has a truth."""
    if FLOAT in members(t):  # `x ** 0.5` is complex for a negative `x` alone: Python raises then, as it runs
        t = union(m for m in members(t) if m != COMPLEX)
    try:
        truth("truth", Arg(order_result("lt", Arg(t), Arg(t), program)), program)
    except OpTypeError as e:
        raise OpTypeError(e.message, operand, e.help) from None


def need_sortable(t: Type, key: Arg | None, program: Program | None, operand: int | None = None) -> None:
    """The same, of what `key` makes of the items where there is one."""
    if key is None or key.type == NONE:
        need_ordered(t, program, operand)
    elif isinstance(key.type, Function):
        need_ordered(key.type.result, program, operand)
