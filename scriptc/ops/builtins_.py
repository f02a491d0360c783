"""The built-in functions. `list(x)` and the like are `builtins.list`, since `list` is the display `[a, b]`."""

from __future__ import annotations

from functools import cache

from scriptc.ir.core import MISSING, Arg, Call, Effect, OpDef, OpTypeError
from scriptc.ops.bytes_ import text_rule
from scriptc.ops.common import builtin_view, need_element, need_hashable, one, show, tensor_result, tensors, view_arg
from scriptc.ops.folds import fold, spread
from scriptc.ops.operators import pair_types
from scriptc.ops.ordering import need_sortable
from scriptc.ops.signature import RAISES, Signature, function
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
    Function,
    IteratorOf,
    List,
    Set,
    Tensor,
    Tuple,
    TupleOf,
    Type,
    Union,
    join_all,
    members,
    union,
    without,
)

PRINTS = frozenset({Effect.IO, Effect.READ, Effect.RAISE})


def _single(call: Call, name: str) -> Arg:
    if len(call.args) != 1 or call.kw:
        raise OpTypeError(f"{name}() takes exactly one argument ({len(call.args)} given)")
    return view_arg(call.args[0], call.program)


def _sized(t: Type) -> bool:
    return isinstance(t, List | Deque | Tuple | TupleOf | Dict | DefaultDict | Set | DictView) or t in (STR, BYTES, RANGE)


def _len_rule(call: Call) -> tuple[Type, ...]:
    a = _single(call, "len")
    if isinstance(a.type, Tensor):
        return one(tensor_result(tensors().length(a)))
    if not _sized(a.type):
        help = "check `is None` first" if a.type == NONE else None
        raise OpTypeError(f"object of type {show(a.type)} has no len()", 0, help)
    return one(INT)


def _abs_rule(call: Call) -> tuple[Type, ...]:
    a = _single(call, "abs")
    if isinstance(a.type, Tensor):
        return one(tensor_result(tensors().unary("abs", a)))
    if a.type not in (INT, BOOL, FLOAT, COMPLEX):
        help = "check `is None` first" if a.type == NONE else None
        raise OpTypeError(f"bad operand type for abs(): {show(a.type)}", 0, help)
    return one(INT if a.type in (INT, BOOL) else FLOAT)


_ROUND = Signature("round", "(number: any, ndigits: int | None = None) -> any")


def _round_rule(call: Call) -> tuple[Type, ...]:
    bound, _ = _ROUND.check(call)
    a, digits = view_arg(bound["number"], call.program), bound.get("ndigits")
    to_int = digits is None or digits.type == NONE
    if isinstance(a.type, Tensor):
        return one(_round_scalar(a.type, to_int))
    if a.type not in (INT, BOOL, FLOAT):
        raise OpTypeError(f"type {show(a.type)} doesn't define __round__ method", 0)
    if digits is not None and isinstance(digits.type, Union):
        raise OpTypeError("round() gives an int for ndigits None", 1)  # `infer` asks again for each
    return one(INT if to_int or a.type != FLOAT else FLOAT)


def _round_scalar(t: Tensor, to_int: bool) -> Type:
    """NumPy's scalars round to an int, or to themselves with `ndigits`; arrays and `numpy.bool` do not."""
    if t.scalar is False or t.dtype == "bool" or (t.dtype or "").startswith("complex"):
        raise OpTypeError(f"type {show(t)} doesn't define __round__ method", 0, "use `np.round`")
    return INT if to_int else Tensor(t.dtype, (), True)


def _divmod_rule(call: Call) -> tuple[Type, ...]:
    if len(call.args) != 2 or call.kw:
        raise OpTypeError(f"divmod expected 2 arguments, got {len(call.args)}")
    a, b = (view_arg(x, call.program) for x in call.args)
    if isinstance(a.type, Tensor) or isinstance(b.type, Tensor):
        return one(tensor_result(tensors().divmod_(a, b)))
    if a.type == STR:
        raise OpTypeError(f"unsupported operand types for divmod(): {show(a.type)} and {show(b.type)}")
    t = spread("floordiv", a, b, call.program)
    return one(Tuple((t, t)))


_POW = Signature("pow", "(base: any, exp: any, mod: any = None) -> any")


def _pow_rule(call: Call) -> tuple[Type, ...]:
    bound = _POW.bind(call.args, call.kw)
    base, exp, mod = bound["base"], bound["exp"], bound.get("mod")
    if mod is None or mod.type == NONE:
        return one(spread("pow", base, exp, call.program))
    if any(builtin_view(a.type, call.program) not in (INT, BOOL) for a in (base, exp, mod)):
        raise OpTypeError("pow() 3rd argument not allowed unless all arguments are integers", 2)
    return one(INT)


_INT = Signature("int", "(x: any = 0, /, base: int = 10) -> int")
_NUMBER_LIKE = (INT, BOOL, FLOAT, STR, BYTES)


def _int_rule(call: Call) -> tuple[Type, ...]:
    bound, _ = _INT.check(call)
    x = bound.get("x")
    if x is None:
        if "base" in bound:
            raise OpTypeError("int() missing string argument")
        return one(INT)
    _need_number(x, call, "int", "base" in bound)
    return one(INT)


def _need_number(x: Arg, call: Call, what: str, text_only: bool = False) -> None:
    for m in members(builtin_view(x.type, call.program)):
        if text_only and m not in (STR, BYTES):
            raise OpTypeError(f"{what}() can't convert non-string with explicit base", 0)
        if isinstance(m, Tensor) and m.shape in (None, ()) and not (m.dtype or "").startswith("complex"):
            continue
        if m not in _NUMBER_LIKE:
            help = "check `is None` first" if m == NONE else "use `.real`" if m == COMPLEX else None
            raise OpTypeError(f"{what}() argument must be a string or a real number, not {show(m)}", 0, help)


_FLOAT = Signature("float", "(x: any = 0.0, /) -> float")


def _float_rule(call: Call) -> tuple[Type, ...]:
    bound = _FLOAT.bind(call.args, call.kw)
    if "x" in bound:
        _need_number(bound["x"], call, "float")
    return one(FLOAT)


_COMPLEX = Signature("complex", "(real: number | str = 0.0, imag: number = 0.0) -> complex")


def _complex_rule(call: Call) -> tuple[Type, ...]:
    bound, _ = _COMPLEX.check(call)
    if "imag" in bound and "real" in bound and STR in members(bound["real"].type):
        raise OpTypeError("complex() can't take second arg if first is a string", 0)
    return one(COMPLEX)


_BOOL = Signature("bool", "(x: any = False, /) -> bool")


def _bool_rule(call: Call) -> tuple[Type, ...]:
    bound = _BOOL.bind(call.args, call.kw)
    if "x" in bound:
        _need_truth(bound["x"].type)
    return one(BOOL)


def _need_truth(t: Type) -> None:
    for m in members(t):
        if isinstance(m, Tensor):
            tensors().truth(Arg(m))


def _any_rule(call: Call) -> tuple[Type, ...]:
    if len(call.args) != 1 or call.kw:
        raise OpTypeError(f"takes exactly one argument ({len(call.args)} given)")
    _need_truth(need_element(call.args[0], call.program, 0))
    return one(BOOL)


_SUM = Signature("sum", "(iterable: any, /, start: any = 0) -> any")


def _sum_rule(call: Call) -> tuple[Type, ...]:
    bound = _SUM.bind(call.args, call.kw)
    a, start = view_arg(bound["iterable"], call.program), bound.get("start") or Arg(INT, 0)
    item = need_element(a, call.program, 0)
    if STR in members(start.type):
        raise OpTypeError("sum() can't sum strings [use ''.join(seq) instead]", 1)
    if BYTES in members(start.type):
        raise OpTypeError("sum() can't sum bytes [use b''.join(seq) instead]", 1)
    return one(fold("add", start, a.type, item, call.program))


_NUMBERS = frozenset({INT, FLOAT, BOOL, COMPLEX})
_EXTREME = "(*args: any, key: any = None, default: any = None) -> any"
_MAX = Signature("max", _EXTREME)


def _extreme_rule(call: Call) -> tuple[Type, ...]:
    """`min` and `max`, of one iterable or of two and more values."""
    bound = _MAX.bind(call.args, call.kw)
    if not bound.star:
        raise OpTypeError("expected at least 1 argument, got 0")
    default = bound.get("default")
    if len(bound.star) == 1:
        item = need_element(bound.star[0], call.program, 0)
        result = item if default is None else union((item, default.type))
    elif default is not None:
        raise OpTypeError("cannot specify a default with multiple positional arguments", bound.index["default"])
    else:
        result = item = join_all(a.type for a in bound.star)
    key = bound.get("key")
    if key is not None:
        _check_key(call, item, key, bound.index["key"])
    need_sortable(COMPLEX if key is None and any(a.type == COMPLEX for a in bound.star) else item, key, call.program)
    if key is None and len(bound.star) > 1 and _NUMBERS.issuperset(members(result)) and result != COMPLEX:
        result = without(result, [COMPLEX])  # a complex number among others has raised when it was compared
    return one(result)


_KEY = Signature("key", "(item: T, key: fn[T, K] | None) -> None")


def _check_key(call: Call, item: Type, key: Arg, operand: int) -> None:
    try:
        _KEY.check(Call((Arg(item), key), (), {}, call.program))
    except OpTypeError as e:
        raise OpTypeError(e.message, operand, e.help) from None


_SORTED = Signature("sorted", "(iterable: iterable[T], /, *, key: fn[T, K] | None = None, reverse: int = False) -> list[T]")


def _sorted_rule(call: Call) -> tuple[Type, ...]:
    bound, matcher = _SORTED.check(call)
    need_sortable(matcher.bound["T"], bound.get("key"), call.program, 0)
    return one(matcher.build(_SORTED.returns))


def _zip_rule(call: Call) -> tuple[Type, ...]:
    bound, _ = _ZIP.check(call)
    return one(IteratorOf(Tuple(tuple(need_element(a, call.program, i) for i, a in enumerate(bound.star)))))


_ZIP = Signature("zip", "(*iterables: any, strict: any = False) -> any")


def _reversed_rule(call: Call) -> tuple[Type, ...]:
    a = _single(call, "reversed")
    if isinstance(a.type, Set | IteratorOf) or (not isinstance(a.type, Tensor) and not _sized(a.type)):
        raise OpTypeError(f"{show(a.type)} object is not reversible", 0)
    return one(IteratorOf(need_element(a, call.program, 0)))


def _map_rule(call: Call) -> tuple[Type, ...]:
    if len(call.args) < 2 or call.kw:
        raise OpTypeError("map() must have at least two arguments.")
    items = [need_element(a, call.program, i) for i, a in enumerate(call.args[1:], 1)]
    return one(IteratorOf(call_result("map", call.args[0], items, call)))


def call_result(who: str, fn: Arg, items: list[Type], call: Call) -> Type:
    """The result of a function operand on items of these types."""
    try:
        _, matcher = _calling(who, len(items)).check(Call((*map(Arg, items), fn), (), {}, call.program))
    except OpTypeError as e:
        raise OpTypeError(e.message, 0, e.help) from None
    return matcher.bound["Z"]


@cache
def _calling(who: str, count: int) -> Signature:
    names = "ABCDEFGHIJKLMNOPQRST"[:count]
    params = ", ".join(f"{n.lower()}: {n}" for n in names)
    return Signature(who, f"({params}, fn: fn[{', '.join(names)}, Z]) -> Z")


def _list_rule(call: Call) -> tuple[Type, ...]:
    return one(List(_contents(call, "list")))


def _contents(call: Call, what: str) -> Type:
    if len(call.args) > 1 or call.kw:
        raise OpTypeError(f"{what} expected at most 1 argument, got {len(call.args)}")
    return need_element(call.args[0], call.program, 0) if call.args else NEVER


def _tuple_rule(call: Call) -> tuple[Type, ...]:
    elem = _contents(call, "tuple")
    if not call.args:
        return one(Tuple())
    seen = builtin_view(call.args[0].type, call.program)
    return one(seen if isinstance(seen, Tuple) else TupleOf(elem))


def _set_rule(call: Call, frozen: bool = False) -> tuple[Type, ...]:
    elem = _contents(call, "frozenset" if frozen else "set")
    need_hashable(elem, call.program, 0)
    return one(Set(elem, frozen))


_DICT = Signature("dict", "(other: any = None, /, **kwargs: any) -> any")


def _dict_rule(call: Call) -> tuple[Type, ...]:
    bound = _DICT.bind(call.args, call.kw)
    keys: list[Type] = [STR] * bool(bound.stars)
    values = [a.type for a in bound.stars.values()]
    if "other" in bound:
        key, value = pair_types(bound["other"], call.program, 0)
        need_hashable(key, call.program, 0)
        keys, values = [*keys, key], [*values, value]
    return one(Dict(join_all(keys), join_all(values)))


def _next_rule(call: Call) -> tuple[Type, ...]:
    if not 1 <= len(call.args) <= 2 or call.kw:
        raise OpTypeError(f"next expected 1 or 2 arguments, got {len(call.args)}")
    if not isinstance(call.args[0].type, IteratorOf):
        raise OpTypeError(f"{show(call.args[0].type)} object is not an iterator", 0)
    return one(union((call.args[0].type.elem, *(a.type for a in call.args[1:]))))


def _iter_rule(call: Call) -> tuple[Type, ...]:
    if len(call.args) == 2 and isinstance(call.args[0].type, Function) and not call.args[0].type.params:
        return one(IteratorOf(call.args[0].type.result))
    a = _single(call, "iter")
    return one(a.type if isinstance(a.type, IteratorOf) else IteratorOf(need_element(a, call.program, 0)))


_HASHES = (INT, FLOAT, BOOL, COMPLEX)


def _hash_rule(call: Call) -> tuple[Type, ...]:
    """Only what hashes alike in every run: Python randomises strings, and what has no value of its own hashes by address."""
    a = _single(call, "hash")
    need_hashable(a.type, call.program, 0)
    _need_stable_hash(a.type, call)
    return one(INT)


def _need_stable_hash(t: Type, call: Call) -> None:
    t = builtin_view(t, call.program)
    if isinstance(t, Tuple | TupleOf | Union) or (isinstance(t, Set) and t.frozen):
        for c in t.children():
            _need_stable_hash(c, call)
    elif t not in (*_HASHES, NEVER):
        raise OpTypeError(f"the hash of {show(t)} differs from run to run", 0)


_RANGE = Signature("range", "(start: int, stop: int = 0, step: int = 1, /) -> range")


def _range_rule(call: Call) -> tuple[Type, ...]:
    bound, _ = _RANGE.check(call)
    if bound.const("step", MISSING) == 0:
        raise OpTypeError("range() arg 3 must not be zero", 2)
    return one(RANGE)


def _print_rule(call: Call) -> tuple[Type, ...]:
    if "file" in call.kw:
        raise OpTypeError("print(file=...) is not supported: a saved model writes to standard output only")
    _PRINT.check(call)
    return one(NONE)


_PRINT = Signature("print", "(*values: printable, sep: str | None = ' ', end: str | None = '', flush: any = False) -> None")

OPS: tuple[OpDef, ...] = (
    function("len", "(obj: any, /) -> int", rule=_len_rule),
    function("abs", "(x: any, /) -> any", rule=_abs_rule),
    function("round", _ROUND.text, rule=_round_rule),
    function("divmod", "(x: any, y: any, /) -> any", rule=_divmod_rule),
    function("builtins.pow", _POW.text, emit="pow($*)", rule=_pow_rule),
    function("int", _INT.text, rule=_int_rule),
    function("float", _FLOAT.text, rule=_float_rule),
    function("complex", _COMPLEX.text, rule=_complex_rule),
    function("bool", _BOOL.text, rule=_bool_rule),
    function("str", "(object: printable = '', encoding: str = '', errors: str = '') -> str", rule=text_rule),
    function("repr", "(obj: printable, /) -> str"),
    function("ascii", "(obj: printable, /) -> str"),
    function("ord", "(c: str | bytes, /) -> int", effects=RAISES),
    function("chr", "(i: int, /) -> str", effects=RAISES),
    function("bin", "(number: int, /) -> str", effects=RAISES),
    function("hex", "(number: int, /) -> str", effects=RAISES),
    function("oct", "(number: int, /) -> str", effects=RAISES),
    function("hash", "(obj: any, /) -> int", rule=_hash_rule),
    function("any", "(iterable: any, /) -> bool", rule=_any_rule),
    function("all", "(iterable: any, /) -> bool", rule=_any_rule),
    function("sum", _SUM.text, rule=_sum_rule),
    function("min", _EXTREME, rule=_extreme_rule),
    function("max", _EXTREME, rule=_extreme_rule),
    function("sorted", _SORTED.text, rule=_sorted_rule),
    function("zip", _ZIP.text, rule=_zip_rule),
    function("enumerate", "(iterable: iterable[T], start: int = 0) -> iterator[tuple[int, T]]"),
    function("reversed", "(sequence: any, /) -> any", rule=_reversed_rule),
    function("map", "(fn: any, iterable: any, /, *iterables: any) -> any", rule=_map_rule),
    function("filter", "(function: fn[T, Z] | None, iterable: iterable[T], /) -> iterator[T]"),
    function("iter", "(iterable: any, /) -> any", rule=_iter_rule),
    function("next", "(iterator: any, default: any = None, /) -> any", writes=0, rule=_next_rule),
    function("range", _RANGE.text, effects=RAISES, rule=_range_rule),
    function("print", _PRINT.text, effects=PRINTS, rule=_print_rule),
    function("frozenset", "(iterable: any = None, /) -> any", rule=lambda call: _set_rule(call, True)),
    function("builtins.list", "(iterable: any = None, /) -> any", emit="list($*)", rule=_list_rule),
    function("builtins.tuple", "(iterable: any = None, /) -> any", emit="tuple($*)", rule=_tuple_rule),
    function("builtins.set", "(iterable: any = None, /) -> any", emit="set($*)", rule=_set_rule),
    function("builtins.dict", _DICT.text, emit="dict($*)", rule=_dict_rule),
)
