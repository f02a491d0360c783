"""`heapq` and `bisect`: Python's own functions on the very list."""

from __future__ import annotations

from scriptc.ir.core import Arg, Call, OpDef, OpTypeError
from scriptc.ops.comparisons import order_result, truth
from scriptc.ops.ordering import need_ordered, need_sortable
from scriptc.ops.signature import Signature, function
from scriptc.types import INT, NONE, Function, List, Type

_ITEM = "(heap: list[T], item: T, /) -> T"
_MOST = "(n: pyint, iterable: iterable[T], key: fn[T, K] | None = None) -> list[T]"
_PLACE = "(a: sequence[T], x: any, lo: pyint = 0, hi: pyint | None = None, *, key: fn[T, K] | None = None) -> int"
_INSERT = "(a: list[T], x: T, lo: pyint = 0, hi: pyint | None = None, *, key: fn[T, K] | None = None) -> None"


def _heap(name: str, text: str) -> OpDef:
    """A function that keeps a list a heap; what is in it must compare with `<`."""
    signature = Signature(f"heapq.{name}", text)

    def rule(call: Call) -> tuple[Type, ...]:
        _, matcher = signature.check(call, 0)
        heap = call.args[0].type
        assert isinstance(heap, List)
        need_ordered(heap.elem, call.program, 0)
        return (matcher.build(signature.returns),)

    return function(f"heapq.{name}", text, writes=0, rule=rule)


def _most(name: str) -> OpDef:
    signature = Signature(f"heapq.{name}", _MOST)

    def rule(call: Call) -> tuple[Type, ...]:
        bound, matcher = signature.check(call)
        need_sortable(matcher.bound["T"], bound.get("key"), call.program, 1)
        return (matcher.build(signature.returns),)

    return function(f"heapq.{name}", _MOST, rule=rule)


def _place(name: str) -> OpDef:
    signature = Signature(f"bisect.{name}", _PLACE)

    def rule(call: Call) -> tuple[Type, ...]:
        bound, matcher = signature.check(call)
        _need_comparable(_compared(matcher.bound["T"], bound.get("key")), bound["x"].type, name, call)
        return (INT,)

    return function(f"bisect.{name}", _PLACE, rule=rule)


def _insert(name: str) -> OpDef:
    signature = Signature(f"bisect.{name}", _INSERT)

    def rule(call: Call) -> tuple[Type, ...]:
        bound, _ = signature.check(call, 0)
        held = call.args[0].type
        assert isinstance(held, List)
        t = _compared(held.elem, bound.get("key"))
        _need_comparable(t, t, name, call)
        return (NONE,)

    return function(f"bisect.{name}", _INSERT, writes=0, rule=rule)


def _compared(item: Type, key: Arg | None) -> Type:
    return key.type.result if key is not None and isinstance(key.type, Function) else item


def _need_comparable(item: Type, x: Type, name: str, call: Call) -> None:
    """`bisect_left` asks `item < x`, the others `x < item`."""
    sides = (item, x) if name.endswith("left") else (x, item)
    try:
        truth("truth", Arg(order_result("lt", Arg(sides[0]), Arg(sides[1]), call.program)), call.program)
    except OpTypeError as e:
        raise OpTypeError(e.message, 1, e.help) from None


OPS: tuple[OpDef, ...] = (
    _heap("heapify", "(heap: list[T], /) -> None"),
    _heap("heappush", "(heap: list[T], item: T, /) -> None"),
    _heap("heappop", "(heap: list[T], /) -> T"),
    _heap("heapreplace", _ITEM),
    _heap("heappushpop", _ITEM),
    _most("nlargest"),
    _most("nsmallest"),
    *(_place(name) for name in ("bisect", "bisect_left", "bisect_right")),
    *(_insert(name) for name in ("insort", "insort_left", "insort_right")),
)
