"""Arithmetic and bit operators, plain and in place, with the exact types Python gives.

Sources: the language reference, "The standard type hierarchy" and "Expressions"; checked against CPython by
`tests/test_ops_python.py` over every pair of types.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from scriptc.ir.core import MISSING, Arg, Call, OpDef, OpTypeError, Program
from scriptc.ir.infer import NeedsWiden
from scriptc.ops.common import (
    NUMBER_RANK,
    builtin_view,
    element,
    need_element,
    need_hashable,
    need_printable,
    one,
    show,
    tensor_result,
    tensors,
    view_arg,
)
from scriptc.ops.signature import READS, WRITES
from scriptc.types import (
    BOOL,
    BYTES,
    COMPLEX,
    FLOAT,
    INT,
    NEVER,
    NONE,
    STR,
    Atom,
    DefaultDict,
    Deque,
    Dict,
    DictView,
    List,
    Set,
    Tensor,
    Tuple,
    TupleOf,
    Type,
    Union,
    is_subtype,
    join,
    join_all,
    members,
    union,
)

SYMBOLS = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**", "matmul": "@",
    "lshift": "<<", "rshift": ">>", "and": "&", "or": "|", "xor": "^",
}  # fmt: skip
INPLACE = {f"i{name}": name for name in SYMBOLS}
UNARY = {"neg": "-", "pos": "+", "invert": "~"}
MAX_REPEAT = 64
"""A tuple repeated to more items than this has one item type."""

Rule = Callable[[Arg, Arg], Type | None]


def unsupported(name: str, a: Arg, b: Arg, inplace: bool = False) -> OpTypeError:
    """Python's TypeError for operands an operator does not take."""
    symbol = SYMBOLS[name] + ("=" if inplace else "")
    which = 0 if a.type == NONE else 1 if b.type == NONE else None
    help = None if which is None else "check `is None` first"
    return OpTypeError(f"unsupported operand types for {symbol}: {show(a.type)} and {show(b.type)}", which, help)


def _higher(a: Arg, b: Arg) -> Type | None:
    """The type of `a + b` for numbers; two bools make an int."""
    if a.type not in NUMBER_RANK or b.type not in NUMBER_RANK:
        return None
    return max(a.type, b.type, INT, key=NUMBER_RANK.__getitem__)


def _real(a: Arg, b: Arg) -> Type | None:
    found = _higher(a, b)
    return None if found == COMPLEX else found


def _divide(a: Arg, b: Arg) -> Type | None:
    found = _higher(a, b)
    return FLOAT if found == INT else found


def _add(a: Arg, b: Arg) -> Type | None:
    x, y = a.type, b.type
    if x == y and x in (STR, BYTES):
        return x
    if isinstance(x, List) and isinstance(y, List):
        return List(join(x.elem, y.elem))
    if isinstance(x, Deque) and isinstance(y, Deque):
        return Deque(join(x.elem, y.elem))
    if isinstance(x, Tuple) and isinstance(y, Tuple):
        return Tuple(x.items + y.items)
    if isinstance(x, Tuple | TupleOf) and isinstance(y, Tuple | TupleOf):
        return TupleOf(join_all(x.children() + y.children()))
    return _higher(a, b)


def _counted(a: Arg, b: Arg) -> Type | None:
    """`+`, `-`, `&` and `|` of two Counters make a new one."""
    x, y = a.type, b.type
    both = isinstance(x, DefaultDict) and isinstance(y, DefaultDict) and x.factory == y.factory == "Counter"
    return DefaultDict("Counter", join(x.children()[0], y.children()[0]), INT) if both else None


def _sub(a: Arg, b: Arg) -> Type | None:
    if isinstance(a.type, Set) and isinstance(b.type, Set):
        return Set(a.type.elem, a.type.frozen)
    return _view_set(a.type, b) or _higher(a, b)


def _mul(a: Arg, b: Arg) -> Type | None:
    for seq, times in ((a, b), (b, a)):
        if times.type in (INT, BOOL):
            found = _repeat(seq.type, times.const)
            if found is not None:
                return found
    return _higher(a, b)


def _repeat(seq: Type, times: Any) -> Type | None:
    if seq in (STR, BYTES):
        return seq
    if isinstance(seq, List | Deque):
        return type(seq)(seq.elem)
    if isinstance(seq, Tuple) and times is not MISSING and len(seq.items) * max(times, 1) <= MAX_REPEAT:
        return Tuple(seq.items * times)
    if isinstance(seq, Tuple | TupleOf):
        return TupleOf(join_all(seq.children()))
    return None


def _bits(a: Arg, b: Arg) -> Type | None:
    if a.type == BOOL and b.type == BOOL:
        return BOOL
    return _shift(a, b)


def _shift(a: Arg, b: Arg) -> Type | None:
    return INT if a.type in (INT, BOOL) and b.type in (INT, BOOL) else None


def _set_bits(a: Arg, b: Arg) -> Type | None:
    if isinstance(a.type, Set) and isinstance(b.type, Set):
        return Set(join(a.type.elem, b.type.elem), a.type.frozen)
    return _view_set(a.type, b) or _bits(a, b)


def _and(a: Arg, b: Arg) -> Type | None:
    if isinstance(a.type, Set) and isinstance(b.type, Set):
        return Set(intersected(a.type.elem, b.type.elem), a.type.frozen)
    return _set_bits(a, b)


def intersected(a: Type, b: Type) -> Type:
    """The element type of an intersection. Of equal elements (`1` and `1.0`) either side's may stay, as the sizes have it."""
    return join(a, union(m for m in members(b) if any(_may_equal(m, n) for n in members(a))))


def _may_equal(a: Type, b: Type) -> bool:
    if isinstance(a, Atom) and isinstance(b, Atom):
        return a == b or (a in NUMBER_RANK and b in NUMBER_RANK)
    return True


def _view_set(x: Type, b: Arg) -> Type | None:
    """Key and item views take any iterable on the other side, and make a set."""
    views = [t for t in (x, b.type) if isinstance(t, DictView) and t.kind != "values"]
    p, q = element(x), element(b.type)
    return Set(join(p, q)) if views and p is not None and q is not None else None


def _or(a: Arg, b: Arg) -> Type | None:
    if isinstance(a.type, Dict) and isinstance(b.type, Dict):
        return Dict(join(a.type.key, b.type.key), join(a.type.value, b.type.value))
    return _set_bits(a, b)


def _pow(a: Arg, b: Arg) -> Type | None:
    """An int to a negative power is a float; a negative number to a fraction is complex."""
    found = _higher(a, b)
    if found == INT:
        return _int_pow(b)
    return _float_pow(a, b) if found == FLOAT else found


def _int_pow(b: Arg) -> Type:
    if b.type == BOOL:
        return INT
    if b.const is MISSING:
        return union((INT, FLOAT))
    return INT if b.const >= 0 else FLOAT


def _float_pow(a: Arg, b: Arg) -> Type:
    if b.type in (INT, BOOL) or a.type == BOOL:
        return FLOAT
    if a.const is not MISSING and a.const >= 0:
        return FLOAT
    if b.const is not MISSING and math.isfinite(b.const) and b.const == math.floor(b.const):
        return FLOAT
    return union((FLOAT, COMPLEX))


_RULES: dict[str, Rule] = {
    "add": _add, "sub": _sub, "mul": _mul, "truediv": _divide, "floordiv": _real, "mod": _real, "pow": _pow,
    "matmul": lambda a, b: None, "lshift": _shift, "rshift": _shift, "and": _and, "or": _or, "xor": _set_bits,
}  # fmt: skip


def binary(name: str, a: Arg, b: Arg, program: Program | None = None) -> Type:
    """The type of `a <op> b`; raises `OpTypeError` where Python raises TypeError."""
    a, b = view_arg(a, program), view_arg(b, program)
    if name == "mod" and a.type == STR:
        return _percent(b, program)
    if isinstance(a.type, Tensor) or isinstance(b.type, Tensor):
        computed = tensor_result(tensors().binary(name, a, b))
        return List(computed.elem) if isinstance(computed, List) else computed
    found = None if isinstance(a.type, Union) or isinstance(b.type, Union) else _RULES[name](a, b)
    if found is None and name in ("add", "sub", "and", "or"):
        found = _counted(a, b)
    if found is None:
        raise unsupported(name, a, b)
    if isinstance(found, Set):
        need_hashable(found.elem, program)
    return found


def _percent(b: Arg, program: Program | None) -> Type:
    """`'%s' % x` formats, whatever `x` is."""
    need_printable(b.type, program, 1)
    return STR


def inplace(name: str, a: Arg, b: Arg, program: Program | None = None) -> Type:
    """The type of the name after `a <op>= b`: the same object where `a` is mutable, else the new value."""
    plain = INPLACE[name]
    a, b = view_arg(a, program), view_arg(b, program)
    if isinstance(a.type, Tensor) or (isinstance(b.type, Tensor) and not isinstance(a.type, List | Deque | Set | Dict) and not _formats(plain, a)):
        return tensor_result(tensors().inplace(plain, a, b))
    if isinstance(a.type, Union | DefaultDict):
        raise unsupported(plain, a, b, True)
    if isinstance(a.type, List | Deque) and plain in ("add", "mul"):
        return _list_inplace(plain, a.type, b, program)
    if isinstance(a.type, Dict) and plain == "or":
        return _dict_ior(a.type, b, program)
    if isinstance(a.type, Set) and not a.type.frozen and isinstance(b.type, Set):
        return _set_inplace(plain, a.type, b.type)
    return binary(plain, a, b, program)


def _formats(plain: str, a: Arg) -> bool:
    return plain == "mod" and a.type == STR


def covers(container: Type, elem: Type, stored: Type) -> bool:
    """May `stored` go where `elem` is held? Allocation sites, where there are any, must be known to the container too."""
    return is_subtype(stored, elem) and (not getattr(container, "sites", ()) or join(elem, stored) == elem)


def _list_inplace(plain: str, a: List | Deque, b: Arg, program: Program | None) -> Type:
    if isinstance(b.type, Tensor):
        # The array's `+` comes before the list's: `list += array` is a new array. A NumPy integer does repeat the list itself.
        found = tensor_result(tensors().binary(plain, Arg(a), b))
        return a if isinstance(found, List) else found
    if isinstance(b.type, Union) or (plain == "mul" and b.type not in (INT, BOOL)):
        raise unsupported(plain, Arg(a), b, True)
    if plain == "mul":
        return a
    stored = need_element(b, program, 1)
    if not covers(a, a.elem, stored):
        raise NeedsWiden(0, type(a)(join(a.elem, stored), a.sites))
    return a


def _dict_ior(a: Dict, b: Arg, program: Program | None) -> Type:
    key, value = pair_types(b, program, 1)
    need_hashable(key, program, 1)
    if not covers(a, a.key, key) or not covers(a, a.value, value):
        raise NeedsWiden(0, Dict(join(a.key, key), join(a.value, value), a.sites))
    return a


def pair_types(b: Arg, program: Program | None, operand: int) -> tuple[Type, Type]:
    """The key and value types of what `dict()` and `dict.update` take: a dict, or an iterable of pairs."""
    if isinstance(b.type, Dict | DefaultDict):
        return b.type.key, b.type.value
    if isinstance(b.type, Union):
        raise OpTypeError(f"a dictionary is not made alike of each of {show(b.type)}", operand)
    item = builtin_view(need_element(b, program, operand), program)
    if isinstance(item, Tuple) and len(item.items) == 2:
        return item.items[0], item.items[1]
    if isinstance(item, List | TupleOf) or item == STR:
        part = need_element(Arg(item), program, operand)
        return part, part
    if item == NEVER:
        return NEVER, NEVER
    raise OpTypeError(f"a dictionary is made of pairs, not of {show(item)}", operand)


def _set_inplace(plain: str, a: Set, b: Set) -> Type:
    if plain not in ("and", "or", "xor", "sub"):
        raise unsupported(plain, Arg(a), Arg(b), True)
    if plain == "sub":
        return a
    wanted = intersected(a.elem, b.elem) if plain == "and" else join(a.elem, b.elem)
    if not covers(a, a.elem, wanted):
        raise NeedsWiden(0, Set(wanted, False, a.sites))
    return a


def unary(name: str, a: Arg, program: Program | None = None) -> Type:
    """The type of `-a`, `+a`, `~a`."""
    a = view_arg(a, program)
    if isinstance(a.type, Tensor):
        return tensor_result(tensors().unary(name, a))
    if a.type in (INT, BOOL):
        return INT
    if a.type in (FLOAT, COMPLEX) and name != "invert":
        return a.type
    help = "check `is None` first" if a.type == NONE else None
    raise OpTypeError(f"bad operand type for unary {UNARY[name]}: {show(a.type)}", 0, help)


def _operands(call: Call, count: int, name: str) -> tuple[Arg, ...]:
    if len(call.args) != count or call.kw:
        raise OpTypeError(f"{name} takes {count} operands, not {len(call.args)}")
    return call.args


def _binary_op(name: str, symbol: str) -> OpDef:
    def rule(call: Call) -> tuple[Type, ...]:
        a, b = _operands(call, 2, name)
        return one(binary(name, a, b, call.program))

    return OpDef(name, rule, f"$0 {symbol} $1", READS)


def _inplace_op(name: str) -> OpDef:
    def rule(call: Call) -> tuple[Type, ...]:
        a, b = _operands(call, 2, name)
        return one(inplace(name, a, b, call.program))

    return OpDef(name, rule, f"operator.{name}($0, $1)", WRITES, (0,))


def _unary_op(name: str, symbol: str) -> OpDef:
    def rule(call: Call) -> tuple[Type, ...]:
        return one(unary(name, _operands(call, 1, name)[0], call.program))

    return OpDef(name, rule, f"{symbol}$0", READS)


OPS: tuple[OpDef, ...] = (
    *(_binary_op(name, symbol) for name, symbol in SYMBOLS.items()),
    *(_inplace_op(name) for name in INPLACE),
    *(_unary_op(name, symbol) for name, symbol in UNARY.items()),
)
