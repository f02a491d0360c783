"""`collections.Counter`: making one, and its methods. Its counts are ints, its keys no objects of a class."""

from __future__ import annotations

from scriptc.ir.core import Arg, Call, OpDef, OpTypeError, TypeRule
from scriptc.ops.common import need_element, need_hashable, one, self_arg
from scriptc.ops.containers import store_default
from scriptc.ops.signature import READS, Signature, method
from scriptc.types import INT, NEVER, NONE, DefaultDict, Dict, DictView, IteratorOf, List, Record, Tuple, Type, members, union, walk

_MOST = Signature("most_common", "(self: any, n: pyint | None = None) -> any")


def _self(call: Call) -> DefaultDict:
    t = self_arg(call).type
    if not isinstance(t, DefaultDict) or t.factory != "Counter":
        raise OpTypeError(f"`{t}` is no Counter", 0)
    return t


def _counted(a: Arg, call: Call, at: int) -> Type:
    """What is counted of an operand: the items of an iterable, the keys of a mapping to counts."""
    for m in members(a.type):
        if isinstance(m, Dict | DefaultDict) and m.value not in (INT, NEVER):
            raise OpTypeError(f"a Counter counts in integers here, not in '{m.value}'", at)
    key = need_element(a, call.program, at)
    need_hashable(key, call.program, at)
    if any(isinstance(t, Record) for t in walk(key)):
        raise OpTypeError(f"'{key}' cannot be counted in compiled code", at)
    return key


def _make(call: Call) -> tuple[Type, ...]:
    if call.kw or len(call.args) > 1:
        raise OpTypeError("Counter() takes an iterable or a dict here")
    return one(DefaultDict("Counter", _counted(call.args[0], call, 0) if call.args else NEVER, INT))


def _add(call: Call) -> tuple[Type, ...]:
    d = _self(call)
    if call.kw or len(call.args) != 2:
        raise OpTypeError("update() and subtract() of a Counter take an iterable or a dict here")
    store_default(d, _counted(call.args[1], call, 1), NEVER, call.program)
    return one(NONE)


def _looked_up(result: str) -> TypeRule:
    def rule(call: Call) -> tuple[Type, ...]:
        _self(call)
        if not 2 <= len(call.args) <= 3 or call.kw:
            raise OpTypeError("takes a key and a default")
        need_hashable(call.args[1].type, call.program, 1)
        if len(call.args) > 2:
            return one(union((INT, call.args[2].type)))
        return one(union((INT, NONE)) if result == "get" else INT)

    return rule


def _most_common(call: Call) -> tuple[Type, ...]:
    _MOST.check(call)
    return one(List(Tuple((_self(call).key, INT))))


def _plain(kind: str) -> TypeRule:
    """Methods without arguments."""

    def rule(call: Call) -> tuple[Type, ...]:
        d = _self(call)
        if len(call.args) != 1:
            raise OpTypeError(f"{kind}() takes no arguments")
        return one({
            "keys": DictView("keys", d.key), "values": DictView("values", INT), "items": DictView("items", Tuple((d.key, INT))),
            "elements": IteratorOf(d.key), "total": INT, "copy": DefaultDict("Counter", d.key, INT), "clear": NONE,
        }[kind])  # fmt: skip

    return rule


OPS: tuple[OpDef, ...] = (
    OpDef("collections.Counter", _make, "collections.Counter($*)", READS),
    method("Counter.get", "(self: any, key: any, default: any = None, /) -> any", rule=_looked_up("get")),
    method("Counter.pop", "(self: any, key: any, default: any = None, /) -> any", writes=0, rule=_looked_up("pop")),
    method("Counter.most_common", _MOST.text, rule=_most_common),
    *(method(f"Counter.{n}", "(self: any, iterable: any, /) -> None", writes=0, rule=_add) for n in ("update", "subtract")),
    *(method(f"Counter.{n}", "(self: any) -> any", rule=_plain(n)) for n in ("keys", "values", "items", "elements", "total", "copy")),
    method("Counter.clear", "(self: any) -> None", writes=0, rule=_plain("clear")),
)
