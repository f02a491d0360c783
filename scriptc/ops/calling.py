"""Calls with arguments that only running counts: whether they fit, asked of Python; and built-ins given `*xs`."""

from __future__ import annotations

from scriptc.ir.core import Arg, Call, OpDef, OpTypeError, TypeRule
from scriptc.ops import common, numpy_shape
from scriptc.ops.signature import RAISES, READS
from scriptc.types import INT, NEVER, NONE, RANGE, SLICE, STR, Dict, IteratorOf, Set, TupleOf, Type, join, join_all, members


def _texts(call: Call, *places: int) -> None:
    for i in places:
        if i >= len(call.args) or call.args[i].type != STR:
            raise OpTypeError("takes texts", i)


def _keywords(call: Call, i: int) -> Dict:
    t = call.args[i].type
    if not isinstance(t, Dict) or t.key not in (STR, NEVER):
        raise OpTypeError("keywords must be strings", i)
    return t


def _check(call: Call) -> tuple[Type, ...]:
    if len(call.args) != 5 or call.args[0].type != INT:
        raise OpTypeError("takes a count, a dict of keywords and three texts")
    if call.args[1].type != NONE:
        _keywords(call, 1)
    _texts(call, 2, 3, 4)
    return (NONE,)


def _distinct(call: Call) -> tuple[Type, ...]:
    _texts(call, 0, 1, 2, 3)
    for i in range(4, len(call.args)):
        if i > 4 or call.args[i].type != NONE:
            _keywords(call, i)
    return (NONE,)


def _rest(call: Call) -> tuple[Type, ...]:
    _texts(call, 1)
    d = _keywords(call, 0)
    return (Dict(d.key, d.value),)


def _star(call: Call) -> Type:
    """What the items of the operand that `*` takes are; raises `OpTypeError`."""
    return common.need_element(call.args[0], call.program, 0)


def _inner(call: Call) -> Type:
    return join_all(common.need_element(Arg(row), call.program, 0) for row in members(_star(call)))


def _indices(result: Type, *others: Type) -> TypeRule:
    """Of built-ins that take a few indices."""

    def rule(call: Call) -> tuple[Type, ...]:
        if call.kw or not all(common.is_index(m) or m in others for m in members(_star(call))):
            raise OpTypeError(f"takes integers, not {common.show(_star(call))}", 0)
        return (result,)

    return rule


def _chain(call: Call) -> tuple[Type, ...]:
    return (IteratorOf(_inner(call)),)


def _product(call: Call) -> tuple[Type, ...]:
    if call.kw not in ((), ("repeat",)) or (call.kw and call.args[1].type != INT):
        raise OpTypeError("product() takes `repeat`, an int")
    return (IteratorOf(TupleOf(_inner(call))),)


def _zip_longest(call: Call) -> tuple[Type, ...]:
    if call.kw not in ((), ("fillvalue",)):
        raise OpTypeError("zip_longest() takes `fillvalue`")
    return (IteratorOf(TupleOf(join(_inner(call), call.args[1].type if call.kw else NONE))),)


def _format(call: Call) -> tuple[Type, ...]:
    if call.args[0].type != STR:
        raise OpTypeError(f"`{call.args[0].type}` has no such method", 0)
    for i, a in enumerate(call.args[1:], 1):
        t = common.need_element(a, call.program, i) if i == 1 else a.type
        common.need_printable(t, call.program, i)
    return (STR,)


def _format_named(call: Call) -> tuple[Type, ...]:
    if len(call.args) != 2 or call.kw or call.args[0].type != STR:
        raise OpTypeError("takes a text and a dict of keywords")
    common.need_printable(_keywords(call, 1).value, call.program, 1)
    return (STR,)


def _union(call: Call) -> tuple[Type, ...]:
    s = call.args[0].type
    if call.kw or len(call.args) != 2 or not isinstance(s, Set):
        raise OpTypeError("takes a set and the sets to add")
    elem = common.need_element(call.args[1], call.program, 1)
    more = join_all(common.need_element(Arg(m), call.program, 1) for m in members(elem))
    common.need_hashable(more, call.program, 1)
    return (Set(join(s.elem, more), s.frozen),)


def _sizes(name: str) -> OpDef:
    """A method of arrays that takes sizes or axes one by one, or one tuple of them."""

    def rule(call: Call) -> tuple[Type, ...]:
        if call.kw or len(call.args) != 2 or not all(m in (INT, NEVER) for m in members(common.need_element(call.args[1], call.program, 1))):
            raise OpTypeError("takes integers", 1)
        found = next(op.rule for op in numpy_shape.OPS if op.name == name)
        return found(Call((call.args[0], Arg(TupleOf(INT))), (), {}, call.program))

    return OpDef(f"star.{name}", rule, f"$0.{name.rpartition('.')[2]}(*$1)", READS | RAISES)


OPS: tuple[OpDef, ...] = (
    _sizes("ndarray.reshape"),
    _sizes("ndarray.transpose"),
    OpDef("call.check", _check, "rt.check_call($0, $1, $2, $3, $4)", READS),
    OpDef("call.distinct", _distinct, "rt.distinct($*)", READS),
    OpDef("call.rest", _rest, "rt.other_keywords($0, $1)", READS),
    OpDef("star.range", _indices(RANGE), "range(*$0)", READS | RAISES),
    OpDef("star.slice", _indices(SLICE, NONE), "slice(*$0)", READS | RAISES),
    OpDef("star.itertools.chain", _chain, "itertools.chain(*$0)", READS | RAISES),
    OpDef("star.itertools.product", _product, "itertools.product(*$0, $*)", READS | RAISES),
    OpDef("star.itertools.zip_longest", _zip_longest, "itertools.zip_longest(*$0, $*)", READS | RAISES),
    OpDef("star.str.format", _format, "$0.format(*$1, $*)", READS | RAISES),
    OpDef("stars.str.format", _format_named, "$0.format(**$1)", READS | RAISES),
    OpDef("star.set.union", _union, "$0.union(*$1)", READS | RAISES),
)
