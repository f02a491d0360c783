"""What the functions given to `map`, `sorted(key=...)`, `functools.reduce` and the like are called with.

The frontend asks before it compiles a lambda given as an argument: the operand itself may be of any type yet.
"""

from __future__ import annotations

from collections.abc import Callable

from scriptc.ir.core import Arg, Call, OpDef, OpTypeError
from scriptc.ops.common import builtin_view, element, view_arg
from scriptc.ops.signature import Bound
from scriptc.types import NEVER, NONE, Tuple, Type, join, join_all

_Params = Callable[[OpDef, Call, int, Type], tuple[Type, ...] | None]


def callback_params(op: OpDef, call: Call, operand: int, result: Type = NEVER) -> tuple[Type, ...] | None:
    """The types a function given as operand number `operand` is called with, or None where the op calls no function there.

    `functools.reduce` and `itertools.accumulate` call it with what it gave before: `result` is that type as far as known;
    ask again with what compiling the function gave, until the answer stays.
    """
    if op.name in _SPECIAL:
        return _SPECIAL[op.name](op, call, operand, result)
    if op.signature is None:
        return None
    try:
        return op.signature.callback(call, operand)
    except OpTypeError:
        return None


def _item(a: Arg, call: Call) -> Type:
    found = element(a.type, call.program)
    return NEVER if found is None else found


def _bind(op: OpDef, call: Call) -> Bound | None:
    assert op.signature is not None
    try:
        return op.signature.bind(call.args, call.kw)
    except OpTypeError:
        return None


def _map(op: OpDef, call: Call, operand: int, result: Type) -> tuple[Type, ...] | None:
    return tuple(_item(a, call) for a in call.args[1:]) if operand == 0 else None


def _extreme(op: OpDef, call: Call, operand: int, result: Type) -> tuple[Type, ...] | None:
    bound = _bind(op, call)
    if bound is None or bound.index.get("key") != operand:
        return None
    if len(bound.star) == 1:
        return (_item(bound.star[0], call),)
    return (join_all(a.type for a in bound.star),)


def _accumulating(function: str) -> _Params:
    def params(op: OpDef, call: Call, operand: int, result: Type) -> tuple[Type, ...] | None:
        bound = _bind(op, call)
        if bound is None or bound.index.get(function) != operand:
            return None
        item, initial = _item(bound["iterable"], call), bound.get("initial")
        none_is_absent = function == "func"
        first = item if initial is None or (none_is_absent and initial.type == NONE) else initial.type
        return (join(first, result), item)

    return params


def _starmap(op: OpDef, call: Call, operand: int, result: Type) -> tuple[Type, ...] | None:
    if operand != 0 or len(call.args) != 2:
        return None
    item = builtin_view(_item(view_arg(call.args[1], call.program), call), call.program)
    return item.items if isinstance(item, Tuple) else None


_SPECIAL: dict[str, _Params] = {
    "map": _map,
    "min": _extreme,
    "max": _extreme,
    "functools.reduce": _accumulating("function"),
    "itertools.accumulate": _accumulating("func"),
    "itertools.starmap": _starmap,
}
