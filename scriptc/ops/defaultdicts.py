"""`collections.defaultdict`: making one, `d[k]`, which may add the key, and its methods."""

from __future__ import annotations

from scriptc.ir.core import Call, OpDef, OpTypeError
from scriptc.ops.common import need_hashable, one, self_arg
from scriptc.ops.containers import store_default
from scriptc.ops.effects import is_immutable
from scriptc.ops.operators import pair_types
from scriptc.ops.signature import RAISES, READS, WRITES, method
from scriptc.types import (
    BOOL,
    BYTES,
    COMPLEX,
    FLOAT,
    INT,
    NEVER,
    NONE,
    STR,
    DefaultDict,
    Dict,
    DictView,
    Function,
    List,
    Record,
    Set,
    Tuple,
    Type,
    join,
    union,
    walk,
)

MADE: dict[str, Type] = {
    "int": INT, "float": FLOAT, "complex": COMPLEX, "bool": BOOL, "str": STR, "bytes": BYTES, "list": List(NEVER), "set": Set(NEVER),
    "dict": Dict(NEVER, NEVER),
}  # fmt: skip
"""What each built-in class makes when called without arguments."""


def _filled(factory: str, value: Type, call: Call, at: int) -> tuple[Type, ...]:
    """A new one, with the pairs of an operand where there is one."""
    if call.kw or len(call.args) > at + 1:
        raise OpTypeError("defaultdict() takes a factory and a dict, or pairs")
    key: Type = NEVER
    if len(call.args) > at:
        key, more = pair_types(call.args[at], call.program, at)
        need_hashable(key, call.program, at)
        if any(isinstance(t, Record) for t in walk(key)):
            raise OpTypeError("objects of a class cannot be keys of a defaultdict in compiled code", at)
        value = join(value, more)
    return one(DefaultDict(factory, key, value))


def _make(factory: str) -> OpDef:
    name = f"collections.defaultdict.{factory}"
    return OpDef(name, lambda call: _filled(factory, MADE[factory], call, 0), f"collections.defaultdict({factory}, $*)", READS | RAISES)


def _with_function(call: Call) -> tuple[Type, ...]:
    fn = call.args[0].type if call.args else None
    if not isinstance(fn, Function) or fn.params or not is_immutable(fn.result):
        raise OpTypeError("the factory of a defaultdict is a function without parameters that gives a plain value", 0)
    return _filled("function", fn.result, call, 1)


def _self(call: Call) -> DefaultDict:
    t = self_arg(call).type
    if not isinstance(t, DefaultDict):
        raise OpTypeError(f"`{t}` is no defaultdict", 0)
    return t


def _getitem(call: Call) -> tuple[Type, ...]:
    if len(call.args) != 2 or call.kw:
        raise OpTypeError("takes a defaultdict and a key")
    d = _self(call)
    store_default(d, call.args[1].type, NEVER, call.program)
    return one(d.value)


def _get(call: Call) -> tuple[Type, ...]:
    d = _looked_up(call)
    return one(union((d.value, call.args[2].type if len(call.args) > 2 else NONE)))


def _pop(call: Call) -> tuple[Type, ...]:
    d = _looked_up(call)
    return one(union((d.value, call.args[2].type)) if len(call.args) > 2 else d.value)


def _looked_up(call: Call) -> DefaultDict:
    if not 2 <= len(call.args) <= 3 or call.kw:
        raise OpTypeError("takes a key and a default")
    need_hashable(call.args[1].type, call.program, 1)
    return _self(call)


def _update(call: Call) -> tuple[Type, ...]:
    d = _self(call)
    if len(call.args) != 2 or call.kw:
        raise OpTypeError("update() of a defaultdict takes a dict or pairs")
    key, value = pair_types(call.args[1], call.program, 1)
    store_default(d, key, value, call.program)
    return one(NONE)


def _view(kind: str) -> OpDef:
    def rule(call: Call) -> tuple[Type, ...]:
        d = _self(call)
        if len(call.args) != 1:
            raise OpTypeError(f"{kind}() takes no arguments")
        return one(DictView(kind, {"keys": d.key, "values": d.value, "items": Tuple((d.key, d.value))}[kind]))

    return method(f"defaultdict.{kind}", "(self: any) -> any", rule=rule)


def _clear(call: Call) -> tuple[Type, ...]:
    _self(call)
    if len(call.args) != 1:
        raise OpTypeError("clear() takes no arguments")
    return one(NONE)


def _copy(call: Call) -> tuple[Type, ...]:
    d = _self(call)
    if len(call.args) != 1:
        raise OpTypeError("copy() takes no arguments")
    return one(DefaultDict(d.factory, d.key, d.value))


OPS: tuple[OpDef, ...] = (
    *(_make(name) for name in MADE),
    OpDef("collections.defaultdict.function", _with_function, "collections.defaultdict($*)", READS | RAISES),
    OpDef("defaultdict.getitem", _getitem, "$0[$1]", WRITES, (0,)),
    method("defaultdict.get", "(self: any, key: any, default: any = None, /) -> any", rule=_get),
    method("defaultdict.pop", "(self: any, key: any, default: any = None, /) -> any", writes=0, rule=_pop),
    method("defaultdict.update", "(self: any, other: any, /) -> None", writes=0, rule=_update),
    method("defaultdict.clear", "(self: any) -> None", writes=0, rule=_clear),
    method("defaultdict.copy", "(self: any) -> any", rule=_copy),
    _view("keys"),
    _view("values"),
    _view("items"),
)
