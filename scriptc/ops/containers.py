"""Subscripts, slices and displays: `x[i]`, `x[i] = v`, `del x[i]`, `[a, b]`, `{k: v}`, `a:b:c`; and the parts of f-strings."""

from __future__ import annotations

from typing import Any

from scriptc.ir.core import MISSING, PURE, Arg, Call, Effect, OpDef, OpTypeError, OutOfRange, Program
from scriptc.ir.infer import NeedsWiden
from scriptc.ops.common import (
    builtin_view,
    is_index,
    need_element,
    need_hashable,
    need_printable,
    one,
    show,
    tensor_result,
    tensors,
    view_arg,
)
from scriptc.ops.operators import covers
from scriptc.ops.signature import READS, WRITES
from scriptc.types import (
    BYTES,
    INT,
    NEVER,
    NONE,
    RANGE,
    SLICE,
    STR,
    DefaultDict,
    Deque,
    Dict,
    List,
    Record,
    Set,
    Tensor,
    Tuple,
    TupleOf,
    Type,
    Union,
    join,
    join_all,
    members,
    walk,
)

NEW = frozenset({Effect.READ})
"""Makes a new object: two of them are never one, so no pass may merge them."""


def _slice_of(t: Type) -> Type | None:
    if isinstance(t, List):
        return List(t.elem)
    if isinstance(t, Tuple | TupleOf):
        return TupleOf(join_all(t.children()))
    return t if t in (STR, BYTES, RANGE) else None


def _item_of(t: Type) -> Type | None:
    if isinstance(t, List | Deque | TupleOf):
        return t.elem
    if isinstance(t, Tuple):
        return join_all(t.items)
    return STR if t == STR else INT if t in (RANGE, BYTES) else None


def _constant_item(t: Tuple, index: Any) -> Type:
    """An item, or the tuple of a slice, where the index is known."""
    if isinstance(index, slice):
        return Tuple(t.items[index])
    if not -len(t.items) <= index < len(t.items):
        raise OutOfRange(f"tuple index out of range: {index} of {len(t.items)} items", 1)
    item: Type = t.items[index]
    return item


def _bad_index(container: Arg, index: Arg) -> OpTypeError:
    kind = "string" if container.type == STR else "byte" if container.type == BYTES else str(container.type).partition("[")[0]
    help = "check `is None` first" if index.type == NONE else None
    return OpTypeError(f"{kind} indices must be integers or slices, not {show(index.type)}", 1, help)


def getitem(container: Arg, index: Arg, program: Program | None = None) -> Type:
    """The type of `container[index]`."""
    c, i = view_arg(container, program), view_arg(index, program)
    if isinstance(c.type, Tensor):
        return tensor_result(tensors().getitem(c, i))
    if isinstance(c.type, Dict):
        need_hashable(i.type, program, 1)
        return c.type.value
    if isinstance(c.type, DefaultDict) and c.type.factory == "Counter":
        need_hashable(i.type, program, 1)
        return INT
    if _item_of(c.type) is None:
        help = "check `is None` first" if c.type == NONE else None
        raise OpTypeError(f"{show(container.type)} object is not subscriptable", 0, help)
    if isinstance(c.type, Tuple) and i.const is not MISSING and isinstance(i.const, int | slice):
        return _constant_item(c.type, i.const)
    found = _slice_of(c.type) if i.type == SLICE else _item_of(c.type) if is_index(i.type) else None
    if found is None:
        raise OpTypeError("sequence index must be integer, not 'slice'", 1) if isinstance(c.type, Deque) else _bad_index(container, index)
    return found


def setitem(container: Arg, index: Arg, value: Arg, program: Program | None = None) -> None:
    """Check `container[index] = value`; raises `NeedsWiden` where the value is something new."""
    c, i = view_arg(container, program), view_arg(index, program)
    if isinstance(c.type, Tensor):
        tensors().setitem(c, i, view_arg(value, program))
    elif isinstance(c.type, Dict):
        _set_key(c.type, i, value, program)
    elif isinstance(c.type, DefaultDict):
        store_default(c.type, i.type, value.type, program)
    elif isinstance(c.type, List | Deque):
        _set_item(c, i, value, program)
    else:
        help = "check `is None` first" if c.type == NONE else None
        raise OpTypeError(f"{show(container.type)} object does not support item assignment", 0, help)


def _set_key(c: Dict, key: Arg, value: Arg, program: Program | None) -> None:
    need_hashable(key.type, program, 1)
    if not covers(c, c.key, key.type) or not covers(c, c.value, value.type):
        raise NeedsWiden(0, Dict(join(c.key, key.type), join(c.value, value.type), c.sites))


def store_default(c: DefaultDict, key: Type, value: Type, program: Program | None) -> None:
    """Check that the defaultdict may hold the pair; raises `NeedsWiden`. Objects of a class are no keys here."""
    need_hashable(key, program, 1)
    if any(isinstance(t, Record) for t in walk(key)):
        raise OpTypeError(f"{show(key)} cannot be a key of a defaultdict in compiled code", 1)
    if c.factory == "Counter" and value not in (INT, NEVER):
        raise OpTypeError(f"a Counter counts in integers here, not in {show(value)}", 2)
    if not covers(c, c.key, key) or not covers(c, c.value, value):
        raise NeedsWiden(0, DefaultDict(c.factory, join(c.key, key), join(c.value, value), c.sites))


def _set_item(c: Arg, index: Arg, value: Arg, program: Program | None) -> None:
    assert isinstance(c.type, List | Deque)
    if index.type == SLICE and isinstance(c.type, List):
        stored = need_element(value, program, 2)
    elif is_index(index.type):
        stored = value.type
    else:
        raise _bad_index(c, index)
    if not covers(c.type, c.type.elem, stored):
        raise NeedsWiden(0, type(c.type)(join(c.type.elem, stored), c.type.sites))


def delitem(container: Arg, index: Arg, program: Program | None = None) -> None:
    """Check `del container[index]`."""
    c, i = view_arg(container, program), view_arg(index, program)
    if isinstance(c.type, Dict | DefaultDict):
        need_hashable(i.type, program, 1)
    elif not isinstance(c.type, List | Deque):
        help = "check `is None` first" if c.type == NONE else None
        raise OpTypeError(f"{show(container.type)} object doesn't support item deletion", 0, help)
    elif (i.type != SLICE or isinstance(c.type, Deque)) and not is_index(i.type):
        raise _bad_index(container, index)


def _getitem_rule(call: Call) -> tuple[Type, ...]:
    container, index = _count(call, 2, "getitem")
    return one(getitem(container, index, call.program))


def _setitem_rule(call: Call) -> tuple[Type, ...]:
    container, index, value = _count(call, 3, "setitem")
    setitem(container, index, value, call.program)
    return ()


def _delitem_rule(call: Call) -> tuple[Type, ...]:
    container, index = _count(call, 2, "delitem")
    delitem(container, index, call.program)
    return ()


def _count(call: Call, n: int, name: str) -> tuple[Arg, ...]:
    if len(call.args) != n or call.kw:
        raise OpTypeError(f"{name} takes {n} operands, not {len(call.args)}")
    return call.args


def _no_keywords(call: Call) -> None:
    if call.kw:
        raise OpTypeError("takes no keyword operands", len(call.args) - len(call.kw))


def _tuple_rule(call: Call) -> tuple[Type, ...]:
    _no_keywords(call)
    return one(Tuple(tuple(a.type for a in call.args)))


def _list_rule(call: Call) -> tuple[Type, ...]:
    _no_keywords(call)
    return one(List(join_all(a.type for a in call.args)))


def _set_rule(call: Call) -> tuple[Type, ...]:
    _no_keywords(call)
    for i, a in enumerate(call.args):
        need_hashable(a.type, call.program, i)
    return one(Set(join_all(a.type for a in call.args)))


def _dict_rule(call: Call) -> tuple[Type, ...]:
    _no_keywords(call)
    if len(call.args) % 2:
        raise OpTypeError("dict takes keys and values in turn")
    for i, a in enumerate(call.args[::2]):
        need_hashable(a.type, call.program, 2 * i)
    return one(Dict(join_all(a.type for a in call.args[::2]), join_all(a.type for a in call.args[1::2])))


def _slice_rule(call: Call) -> tuple[Type, ...]:
    """Bounds are what they are used with says they may be: ints or None, everywhere."""
    if not 1 <= len(call.args) <= 3 or call.kw:
        raise OpTypeError("slice takes 1 to 3 operands")
    for i, a in enumerate(call.args):
        for m in members(builtin_view(a.type, call.program)):
            if m != NONE and not is_index(m):
                raise OpTypeError("slice indices must be integers or None or have an __index__ method", i)
    return one(SLICE)


def _format_rule(call: Call) -> tuple[Type, ...]:
    if not 1 <= len(call.args) <= 2 or call.kw:
        raise OpTypeError(f"format expected 1 or 2 arguments, got {len(call.args)}")
    if call.attrs.get("conversion") not in (None, "", "r", "s", "a"):
        raise OpTypeError(f"no conversion {call.attrs['conversion']!r}")
    value = call.args[0]
    need_printable(value.type, call.program, 0)
    if len(call.args) == 2 and builtin_view(call.args[1].type, call.program) != STR:
        raise OpTypeError(f"format() argument 2 must be str, not {show(call.args[1].type)}", 1)
    spec = call.args[1].const if len(call.args) == 2 else ""
    if not call.attrs.get("conversion"):
        _check_spec(value.type, spec, call.program)
    return one(STR)


def _check_spec(t: Type, spec: Any, program: Program | None) -> None:
    """Containers and None take an empty format spec only."""
    if spec is MISSING or not spec:
        return
    seen = builtin_view(t, program)
    if isinstance(seen, List | Deque | Tuple | TupleOf | Dict | DefaultDict | Set) or seen in (NONE, RANGE, SLICE, BYTES):
        raise OpTypeError(f"unsupported format string passed to {show(t)}.__format__", 0)
    if isinstance(seen, Union):
        for m in seen.members:
            _check_spec(m, spec, program)


def _concat_rule(call: Call) -> tuple[Type, ...]:
    _no_keywords(call)
    for i, a in enumerate(call.args):
        if a.type != STR:
            raise OpTypeError(f"part {i} of an f-string must be str, not {show(a.type)}", i)
    return one(STR)


OPS: tuple[OpDef, ...] = (
    OpDef("getitem", _getitem_rule, "$0[$1]", READS),
    OpDef("setitem", _setitem_rule, "$0[$1] = $2", WRITES, (0,)),
    OpDef("delitem", _delitem_rule, "del $0[$1]", WRITES, (0,)),
    OpDef("tuple", _tuple_rule, None, PURE),
    OpDef("list", _list_rule, "[$*]", NEW),
    OpDef("set", _set_rule, None, NEW | READS),
    OpDef("dict", _dict_rule, None, NEW | READS),
    OpDef("slice", _slice_rule, "slice($*)", PURE),
    OpDef("format", _format_rule, None, READS),
    OpDef("concat_str", _concat_rule, None, PURE),
)
