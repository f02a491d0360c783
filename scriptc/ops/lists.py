"""The methods of `list` and `tuple`."""

from __future__ import annotations

from scriptc.ir.core import PURE, Call, OpDef
from scriptc.ops.ordering import need_sortable
from scriptc.ops.signature import Signature, attribute, method
from scriptc.types import NONE, List, Type

_SORT = Signature("list.sort", "(self: list[T], *, key: fn[T, K] | None = None, reverse: int = False) -> None")


def _sort_rule(call: Call) -> tuple[Type, ...]:
    bound, _ = _SORT.check(call)
    container = bound["self"].type
    assert isinstance(container, List)
    need_sortable(container.elem, bound.get("key"), call.program, 0)
    return (NONE,)


OPS: tuple[OpDef, ...] = (
    method("list.append", "(self: list[T], object: T, /) -> None", writes=0),
    method("list.extend", "(self: list[T], iterable: iterable[T], /) -> None", writes=0),
    method("list.insert", "(self: list[T], index: int, object: T, /) -> None", writes=0),
    method("list.remove", "(self: list[T], value: any, /) -> None", writes=0),
    method("list.pop", "(self: list[T], index: int = -1, /) -> T", writes=0),
    method("list.clear", "(self: list[T]) -> None", writes=0),
    method("list.reverse", "(self: list[T]) -> None", writes=0),
    method("list.sort", _SORT.text, writes=0, rule=_sort_rule),
    method("list.index", "(self: list[T], value: any, start: int = 0, stop: int = 9, /) -> int"),
    method("list.count", "(self: list[T], value: any, /) -> int"),
    method("list.copy", "(self: list[T]) -> list[T]"),
    method("tuple.index", "(self: tuple[T, ...], value: any, start: int = 0, stop: int = 9, /) -> int"),
    method("tuple.count", "(self: tuple[T, ...], value: any, /) -> int"),
    method("range.index", "(self: range, value: any, /) -> int"),
    method("range.count", "(self: range, value: any, /) -> int"),
    attribute("range.start", "(self: range) -> int", effects=PURE),
    attribute("range.stop", "(self: range) -> int", effects=PURE),
    attribute("range.step", "(self: range) -> int", effects=PURE),
)
