"""`==`, `<`, `in`, `is`, truth: their result types, and what cannot be ordered."""

from __future__ import annotations

from scriptc.ir.core import PURE, Arg, Call, OpDef, OpTypeError, Program
from scriptc.ops.common import builtin_view, element, is_hashable, one, show, special, tensor_result, tensors, view_arg
from scriptc.ops.signature import READS
from scriptc.types import (
    BOOL,
    BYTES,
    COMPLEX,
    FLOAT,
    INT,
    NEVER,
    NONE,
    RANGE,
    STR,
    DefaultDict,
    Deque,
    Dict,
    DictView,
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
)

EQUALITY = {"eq": "==", "ne": "!="}
ORDER = {"lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_REALS = (INT, FLOAT, BOOL)
_VALUES = (INT, FLOAT, COMPLEX, STR, BYTES, RANGE)
"""Types whose values have no identity of their own: `is` on two of them tells how CPython caches, not what the program means."""


def equality(name: str, a: Arg, b: Arg, program: Program | None = None) -> Type:
    """The type of `a == b`: bool, but where an array compares element by element."""
    x, y = builtin_view(a.type, program), builtin_view(b.type, program)
    if isinstance(x, Union) or isinstance(y, Union):
        return join_all(equality(name, Arg(m), Arg(n), program) for m in members(x) for n in members(y))
    if isinstance(x, Tensor) or isinstance(y, Tensor):
        return tensor_result(tensors().compare(name, view_arg(a, program), view_arg(b, program)))
    return BOOL


def _unordered(name: str, a: Type, b: Type) -> OpTypeError:
    which = 0 if a == NONE else 1 if b == NONE else None
    help = None if which is None else "check `is None` first"
    return OpTypeError(f"'{ORDER[name]}' not supported between instances of {show(a)} and {show(b)}", which, help)


def order_result(name: str, a: Arg, b: Arg, program: Program | None = None) -> Type:
    """The type of `a < b`; raises `OpTypeError` where the two have no order.

    Lists and tuples give what comparing their first unequal items gives, so that those of NumPy values give a NumPy bool.
    """
    x, y = builtin_view(a.type, program), builtin_view(b.type, program)
    if isinstance(x, Union) or isinstance(y, Union):
        return join_all(order_result(name, Arg(m), Arg(n), program) for m in members(x) for n in members(y))
    if isinstance(x, Tensor) or isinstance(y, Tensor):
        return tensor_result(tensors().compare(name, view_arg(a, program), view_arg(b, program)))
    if x == NEVER or y == NEVER or (x in _REALS and y in _REALS) or (x == y and x in (STR, BYTES)):
        return BOOL
    found = _order_parts(name, x, y, program)
    if found is None:
        raise _unordered(name, a.type, b.type)
    return found


def _order_parts(name: str, x: Type, y: Type, program: Program | None) -> Type | None:
    if isinstance(x, Tuple) and isinstance(y, Tuple):
        pairs = list(zip(x.items, y.items, strict=False))
        return join_all([BOOL, *(order_result(name, Arg(p), Arg(q), program) for p, q in pairs)])
    if (isinstance(x, Tuple | TupleOf) and isinstance(y, Tuple | TupleOf)) or (isinstance(x, List | Deque) and type(x) is type(y)):
        p, q = join_all(x.children()), join_all(y.children())
        return join(BOOL, order_result(name, Arg(p), Arg(q), program))
    if _is_setlike(x) and _is_setlike(y):
        return BOOL
    if isinstance(x, Record) and isinstance(y, Record):
        return _record_order(name, x, y, program)
    return None


def _is_setlike(t: Type) -> bool:
    return isinstance(t, Set) or (isinstance(t, DictView) and t.kind != "values")


def _record_order(name: str, x: Record, y: Record, program: Program | None) -> Type | None:
    declared = program.classes.get(x.name) if program is not None else None
    if declared is None or program is None:
        return None
    if x == y and declared.kind == "dataclass" and "order" in declared.options:
        return BOOL
    swapped = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le"}[name]
    graph = special(x, f"__{name}__", program) or special(y, f"__{swapped}__", program)
    found = program.graphs.get(graph) if graph is not None else None
    return BOOL if found is not None and found.result_types == (BOOL,) else None


def identity(a: Arg, b: Arg, program: Program | None = None) -> Type:
    """`is` is refused between numbers, strings and tuples, where it depends on what CPython caches."""
    for m in members(a.type):
        if any(_same_value_type(m, n) for n in members(b.type)):
            raise OpTypeError(f"`is` between two {show(m)} depends on how the interpreter stores them", None, "compare with `==`")
    return BOOL


def _same_value_type(x: Type, y: Type) -> bool:
    if isinstance(x, Tuple | TupleOf) and isinstance(y, Tuple | TupleOf):
        return True
    if isinstance(x, Set) and isinstance(y, Set):
        return x.frozen and y.frozen
    if isinstance(x, Tensor) and isinstance(y, Tensor):
        return x.scalar is True and y.scalar is True
    return x == y and x in _VALUES


def contains(container: Arg, item: Arg, program: Program | None = None) -> Type:
    """The type of `item in container`."""
    c, x = builtin_view(container.type, program), builtin_view(item.type, program)
    if isinstance(c, Tensor):
        return tensor_result(tensors().contains(container, view_arg(item, program)))
    if c == STR and x != STR:
        if isinstance(x, Union):
            raise OpTypeError("'in <string>' requires string as left operand", 1)
        raise OpTypeError(f"'in <string>' requires string as left operand, not {show(x)}", 1)
    if c == BYTES:
        if any(m not in (INT, BOOL, BYTES) for m in members(x)):
            raise OpTypeError(f"a bytes-like object is required, not {show(x)}", 1)
    elif isinstance(c, Set | Dict | DefaultDict) or (isinstance(c, DictView) and c.kind == "keys"):
        _need_key(c, x, program)
    elif element(c, program) is None or isinstance(c, Union):
        help = "check `is None` first" if c == NONE else None
        raise OpTypeError(f"argument of type {show(container.type)} is not iterable", 0, help)
    return BOOL


def _need_key(c: Type, x: Type, program: Program | None) -> None:
    if isinstance(c, Set) and isinstance(x, Set):
        return  # `{1} in s` looks for frozenset({1})
    for m in members(x):
        if not is_hashable(m, program):
            raise OpTypeError(f"unhashable type: {show(m)}", 1)


def truth(name: str, a: Arg, program: Program | None = None) -> Type:
    """`bool(a)` and `not a`: any value has a truth; of arrays only those of one element."""
    t = builtin_view(a.type, program)
    for m in members(t):
        if isinstance(m, Tensor):
            tensors().truth(Arg(m))
    return BOOL


def _two(call: Call, name: str) -> tuple[Arg, Arg]:
    if len(call.args) != 2 or call.kw:
        raise OpTypeError(f"{name} takes 2 operands, not {len(call.args)}")
    return call.args[0], call.args[1]


def _equality_op(name: str, symbol: str) -> OpDef:
    return OpDef(name, lambda call: one(equality(name, *_two(call, name), call.program)), f"$0 {symbol} $1", READS)


def _order_op(name: str, symbol: str) -> OpDef:
    return OpDef(name, lambda call: one(order_result(name, *_two(call, name), call.program)), f"$0 {symbol} $1", READS)


def _identity_op(name: str, symbol: str) -> OpDef:
    return OpDef(name, lambda call: one(identity(*_two(call, name), call.program)), f"$0 {symbol} $1", PURE)


def _contains_rule(call: Call) -> tuple[Type, ...]:
    return one(contains(*_two(call, "contains"), call.program))


def _truth_op(name: str, emit: str) -> OpDef:
    def rule(call: Call) -> tuple[Type, ...]:
        if len(call.args) != 1 or call.kw:
            raise OpTypeError(f"{name} takes 1 operand, not {len(call.args)}")
        return one(truth(name, call.args[0], call.program))

    return OpDef(name, rule, emit, READS)


OPS: tuple[OpDef, ...] = (
    *(_equality_op(n, s) for n, s in EQUALITY.items()),
    *(_order_op(n, s) for n, s in ORDER.items()),
    _identity_op("is", "is"),
    _identity_op("is_not", "is not"),
    OpDef("contains", _contains_rule, "$1 in $0", READS),
    _truth_op("truth", "bool($0)"),
    _truth_op("not", "not $0"),
)
