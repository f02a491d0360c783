"""The methods of `dict`."""

from __future__ import annotations

from scriptc.ir.core import Call, OpDef
from scriptc.ir.infer import NeedsWiden
from scriptc.ops.common import need_element, need_hashable, one, self_arg
from scriptc.ops.operators import covers, pair_types
from scriptc.ops.signature import Signature, function, method
from scriptc.types import NEVER, NONE, STR, Dict, DictView, Tuple, Type, join, union

_VIEW = "(self: dict[K, V]) -> any"
_SETDEFAULT = Signature("dict.setdefault", "(self: dict[K, V], key: K, default: V = None, /) -> V")
_UPDATE = Signature("dict.update", "(self: dict[K, V], other: any = None, /, **kwargs: any) -> None")
_FROMKEYS = Signature("dict.fromkeys", "(iterable: iterable[K], value: V = None, /) -> dict[K, V]")
_GET = Signature("dict.get", "(self: dict[K, V], key: hashable, default: D = None, /) -> V | D")
_POP = Signature("dict.pop", "(self: dict[K, V], key: hashable, default: D = None, /) -> V | D")


def _get_rule(call: Call) -> tuple[Type, ...]:
    bound, matcher = _GET.check(call)
    default = matcher.bound["D"] if "default" in bound else NONE
    return one(union((matcher.bound["V"], default)))


def _pop_rule(call: Call) -> tuple[Type, ...]:
    bound, matcher = _POP.check(call)
    return one(union((matcher.bound["V"], matcher.bound["D"])) if "default" in bound else matcher.bound["V"])


def store(d: Type, key: Type, value: Type, call: Call, operand: int) -> None:
    """Check that the dict may hold the pair; raises `NeedsWiden`."""
    assert isinstance(d, Dict)
    need_hashable(key, call.program, operand)
    if not covers(d, d.key, key) or not covers(d, d.value, value):
        raise NeedsWiden(0, Dict(join(d.key, key), join(d.value, value), d.sites))


def _setdefault_rule(call: Call) -> tuple[Type, ...]:
    bound, _ = _SETDEFAULT.check(call)
    d = bound["self"].type
    default = bound.get("default")
    store(d, bound["key"].type, NONE if default is None else default.type, call, 1)
    assert isinstance(d, Dict)
    return one(d.value)


def _update_rule(call: Call) -> tuple[Type, ...]:
    bound, _ = _UPDATE.check(call)
    d, other = bound["self"].type, bound.get("other")
    key: Type = NEVER
    value: Type = NEVER
    if other is not None:
        key, value = pair_types(other, call.program, 1)
    for a in bound.stars.values():
        key, value = join(key, STR), join(value, a.type)
    store(d, key, value, call, 1)
    return one(NONE)


def _fromkeys_rule(call: Call) -> tuple[Type, ...]:
    bound, _ = _FROMKEYS.check(call)
    key, value = need_element(bound["iterable"], call.program, 0), bound.get("value")
    need_hashable(key, call.program, 0)
    return one(Dict(key, NONE if value is None else value.type))


def _view(kind: str) -> OpDef:
    signature = Signature(f"dict.{kind}", _VIEW)

    def rule(call: Call) -> tuple[Type, ...]:
        signature.check(call)
        d = self_arg(call).type
        assert isinstance(d, Dict)
        elem = {"keys": d.key, "values": d.value, "items": Tuple((d.key, d.value))}[kind]
        return one(DictView(kind, elem))

    return method(f"dict.{kind}", _VIEW, rule=rule)


OPS: tuple[OpDef, ...] = (
    method("dict.get", _GET.text, rule=_get_rule),
    method("dict.pop", _POP.text, writes=0, rule=_pop_rule),
    method("dict.popitem", "(self: dict[K, V]) -> tuple[K, V]", writes=0),
    method("dict.setdefault", _SETDEFAULT.text, writes=0, rule=_setdefault_rule),
    method("dict.update", _UPDATE.text, writes=0, rule=_update_rule),
    method("dict.clear", "(self: dict[K, V]) -> None", writes=0),
    method("dict.copy", "(self: dict[K, V]) -> dict[K, V]"),
    _view("keys"),
    _view("values"),
    _view("items"),
    function("dict.fromkeys", _FROMKEYS.text, rule=_fromkeys_rule),
)
