"""The methods of `set` and `frozenset`: one op for both, since the template is the same."""

from __future__ import annotations

from collections.abc import Callable

from scriptc.ir.core import Call, OpDef
from scriptc.ir.infer import NeedsWiden
from scriptc.ops.common import need_element, need_hashable, one
from scriptc.ops.operators import covers, intersected
from scriptc.ops.signature import Signature, method
from scriptc.types import NONE, Set, Type, join

_MANY = "(self: anyset[T], *others: any) -> set[T]"
_ONE = "(self: anyset[T], other: any, /) -> set[T]"
_LOOKED_UP = "(self: set[T], elem: hashable | set[S], /) -> None"
"""A set that is looked for stands for the frozenset equal to it."""
_ADD = Signature("set.add", "(self: set[T], elem: hashable, /) -> None")

Combine = Callable[[Type, Type], Type]


def _left(a: Type, b: Type) -> Type:
    return a


def _others(signature: Signature, call: Call) -> tuple[Set, list[Type]]:
    bound, _ = signature.check(call)
    s = bound["self"].type
    assert isinstance(s, Set)
    args = [*bound.star, *([bound["other"]] if "other" in bound else [])]
    found = [need_element(a, call.program, i) for i, a in enumerate(args, 1)]
    for i, t in enumerate(found, 1):
        need_hashable(t, call.program, i)
    return s, found


def _new(name: str, text: str, combine: Combine) -> OpDef:
    """A method that makes a new set, frozen as its receiver is."""
    signature = Signature(f"set.{name}", text)

    def rule(call: Call) -> tuple[Type, ...]:
        s, others = _others(signature, call)
        elem = s.elem
        for t in others:
            elem = combine(elem, t)
        return one(Set(elem, s.frozen))

    return method(f"set.{name}", text, rule=rule)


def _update(name: str, text: str, combine: Combine) -> OpDef:
    """A method that changes its receiver."""
    text = text.replace("anyset", "set").replace("-> set[T]", "-> None")
    signature = Signature(f"set.{name}", text)

    def rule(call: Call) -> tuple[Type, ...]:
        s, others = _others(signature, call)
        for t in others:
            if not covers(s, s.elem, combine(s.elem, t)):
                raise NeedsWiden(0, Set(combine(s.elem, t), False, s.sites))
        return one(NONE)

    return method(f"set.{name}", text, writes=0, rule=rule)


def _add_rule(call: Call) -> tuple[Type, ...]:
    bound, _ = _ADD.check(call)
    s, elem = bound["self"].type, bound["elem"].type
    assert isinstance(s, Set)
    if not covers(s, s.elem, elem):
        raise NeedsWiden(0, Set(join(s.elem, elem), False, s.sites))
    return one(NONE)


def _frozen_copy(call: Call) -> tuple[Type, ...]:
    s, _ = _others(_COPY, call)
    return one(Set(s.elem, s.frozen))


def _test(name: str) -> OpDef:
    signature = Signature(f"set.{name}", "(self: anyset[T], other: any, /) -> bool")

    def rule(call: Call) -> tuple[Type, ...]:
        _others(signature, call)
        return one(signature.check(call)[1].build(signature.returns))

    return method(f"set.{name}", signature.text, rule=rule)


_COPY = Signature("set.copy", "(self: anyset[T]) -> set[T]")

OPS: tuple[OpDef, ...] = (
    method("set.add", _ADD.text, writes=0, rule=_add_rule),
    method("set.remove", _LOOKED_UP, writes=0),
    method("set.discard", _LOOKED_UP, writes=0),
    method("set.pop", "(self: set[T]) -> T", writes=0),
    method("set.clear", "(self: set[T]) -> None", writes=0),
    method("set.copy", _COPY.text, rule=_frozen_copy),
    _new("union", _MANY, join),
    _new("intersection", _MANY, intersected),
    _new("difference", _MANY, _left),
    _new("symmetric_difference", _ONE, join),
    _update("update", _MANY, join),
    _update("intersection_update", _MANY, intersected),
    _update("difference_update", _MANY, _left),
    _update("symmetric_difference_update", _ONE, join),
    _test("isdisjoint"),
    _test("issubset"),
    _test("issuperset"),
)
