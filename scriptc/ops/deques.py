"""`collections.deque`: making one, and its methods."""

from __future__ import annotations

from scriptc.ir.core import Call, OpDef
from scriptc.ops.signature import Signature, attribute, function, method
from scriptc.types import NEVER, Deque, Type

_MAKE = Signature("deque", "(iterable: iterable[T], maxlen: pyint | None = None) -> any")
_EMPTY = Signature("deque", "(*, maxlen: pyint | None = None) -> any")


def _make_rule(call: Call) -> tuple[Type, ...]:
    """No iterable makes an empty one."""
    if len(call.args) == len(call.kw) and "iterable" not in call.kw:
        _, matcher = _EMPTY.check(call)
    else:
        _, matcher = _MAKE.check(call)
    return (Deque(matcher.bound.get("T", NEVER)),)


OPS: tuple[OpDef, ...] = (
    function("collections.deque", _MAKE.text, rule=_make_rule),
    *(method(f"deque.{n}", "(self: deque[T], object: T, /) -> None", writes=0) for n in ("append", "appendleft")),
    *(method(f"deque.{n}", "(self: deque[T], iterable: iterable[T], /) -> None", writes=0) for n in ("extend", "extendleft")),
    *(method(f"deque.{n}", "(self: deque[T]) -> T", writes=0) for n in ("pop", "popleft")),
    *(method(f"deque.{n}", "(self: deque[T]) -> None", writes=0) for n in ("clear", "reverse")),
    method("deque.insert", "(self: deque[T], index: int, object: T, /) -> None", writes=0),
    method("deque.remove", "(self: deque[T], value: any, /) -> None", writes=0),
    method("deque.rotate", "(self: deque[T], n: int = 1, /) -> None", writes=0),
    method("deque.index", "(self: deque[T], value: any, start: int = 0, stop: int = 9, /) -> int"),
    method("deque.count", "(self: deque[T], value: any, /) -> int"),
    method("deque.copy", "(self: deque[T]) -> deque[T]"),
    attribute("deque.maxlen", "(self: deque[T]) -> int | None"),
)
