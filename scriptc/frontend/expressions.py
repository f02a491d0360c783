"""Expressions: `lower(f, node)` gives the value of a tree, emitting what must run. What is not in `EXPRESSIONS` is refused."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import gast

from scriptc.frontend import choice, instances
from scriptc.frontend.frame import Frame
from scriptc.frontend.merge import choose
from scriptc.frontend.paths import as_told, note_plain
from scriptc.frontend.truth import is_none, truth
from scriptc.frontend.values import (
    FV,
    POISON,
    Captured,
    Const,
    Dyn,
    LocalFunc,
    ObjRef,
    Poison,
    StaticDict,
    StaticList,
    TupleVal,
    TypeOf,
    same,
)  # fmt: skip
from scriptc.source import percent
from scriptc.types import BOOL, BYTES, COMPLEX, ELLIPSIS, FLOAT, INT, NONE, STR, EnumType, Tuple, TupleOf, members, union

BINARY: dict[type, tuple[str, Any, str]] = {
    gast.Add: ("add", operator.add, "add"),
    gast.Sub: ("sub", operator.sub, "sub"),
    gast.Mult: ("mul", operator.mul, "mul"),
    gast.Div: ("truediv", operator.truediv, "truediv"),
    gast.FloorDiv: ("floordiv", operator.floordiv, "floordiv"),
    gast.Mod: ("mod", operator.mod, "mod"),
    gast.Pow: ("pow", operator.pow, "pow"),
    gast.MatMult: ("matmul", operator.matmul, "matmul"),
    gast.LShift: ("lshift", operator.lshift, "lshift"),
    gast.RShift: ("rshift", operator.rshift, "rshift"),
    gast.BitAnd: ("and", operator.and_, "and"),
    gast.BitOr: ("or", operator.or_, "or"),
    gast.BitXor: ("xor", operator.xor, "xor"),
}
UNARY: dict[type, tuple[str, Any]] = {gast.USub: ("neg", operator.neg), gast.UAdd: ("pos", operator.pos), gast.Invert: ("invert", operator.invert)}
COMPARE: dict[type, tuple[str, Any, str, str]] = {
    gast.Eq: ("eq", operator.eq, "__eq__", "__eq__"),
    gast.NotEq: ("ne", operator.ne, "__ne__", "__ne__"),
    gast.Lt: ("lt", operator.lt, "__lt__", "__gt__"),
    gast.LtE: ("le", operator.le, "__le__", "__ge__"),
    gast.Gt: ("gt", operator.gt, "__gt__", "__lt__"),
    gast.GtE: ("ge", operator.ge, "__ge__", "__le__"),
}
FOLDABLE = (bool, int, float, complex, str, type(None))
MAX_FOLD_BITS, MAX_FOLD_LENGTH = 4096, 10_000


def lower(f: Frame, node: Any) -> FV:
    """The value of an expression."""
    handler = EXPRESSIONS.get(type(node))
    if handler is None:
        code, what = REFUSED.get(type(node), ("SC107", f"`{type(node).__name__}` expressions"))
        raise f.refuse(code, node, f"{what} cannot be compiled")
    value = handler(f, node)
    if f.c.watch is not None:
        f.c.watch(f, node, value)
    return value


def _constant(f: Frame, node: Any) -> FV:
    return Const(node.value)


def _name(f: Frame, node: Any) -> FV:
    return f.load(node.id, node)


# -- folding --------------------------------------------------------------------------------------------------------
def fold(fn: Callable[..., Any], *fvs: FV) -> FV | None:
    """The value of a pure operator on literals, where it is cheap, small and raises nothing."""
    values = [fv.value for fv in fvs if isinstance(fv, Const)]
    if len(values) != len(fvs) or any(type(v) not in FOLDABLE for v in values):
        return None
    if any(type(v) is int and v.bit_length() > MAX_FOLD_BITS for v in values):
        return None
    if fn in (operator.pow, operator.lshift, operator.mul) and any(type(v) is int and abs(v) > 10_000 for v in values[1:]):
        return None
    if fn is operator.mul and any(type(v) is str for v in values):
        return None
    if fn is operator.mod and type(values[0]) is str:
        return None
    try:
        out = fn(*values)
    except Exception:
        return None
    if type(out) not in FOLDABLE or (type(out) is int and out.bit_length() > MAX_FOLD_BITS) or (type(out) is str and len(out) > MAX_FOLD_LENGTH):
        return None
    return Const(out) if out == out else None  # which NaN it is depends on the machine


# -- operators ------------------------------------------------------------------------------------------------------
def _bin_op(f: Frame, node: Any) -> FV:
    formatted = _as_f_string(f, node) if isinstance(node.op, gast.Mod) else None
    if formatted is not None:
        return lower(f, formatted)
    left = lower(f, node.left)
    right = lower(f, node.right)
    return binary(f, type(node.op), left, right, node)


def _as_f_string(f: Frame, node: Any) -> Any | None:
    """`'%s and %s' % (a, b)` as the f-string that CPython takes it for; None where it does not."""
    if not isinstance(node.right, gast.Tuple) or any(isinstance(e, gast.Starred) for e in node.right.elts):
        return None
    text, items = _literal(node.left), node.right.elts
    found = percent.pieces(text, len(items)) if isinstance(text, str) else None
    return None if found is None else f.c.keep((id(node), "f-string"), _f_string(found, items, node))


def _literal(node: Any) -> str | int | None:
    """The text (or number) that Python works out when it compiles; None where that is no literal, or too long."""
    if isinstance(node, gast.Constant) and type(node.value) in (str, int):
        return node.value  # type: ignore[no-any-return]
    if isinstance(node, gast.BinOp) and isinstance(node.op, gast.Add | gast.Mult):
        parts = _literal(node.left), _literal(node.right)
        if isinstance(node.op, gast.Add) and all(type(p) is str for p in parts):
            return "".join(map(str, parts))
        if isinstance(node.op, gast.Mult) and {type(p) for p in parts} == {str, int}:
            text, times = sorted(parts, key=lambda p: type(p) is int)
            return text * times if len(str(text)) * int(times or 0) <= MAX_FOLD_BITS else None  # type: ignore[operator]
    return None


def _f_string(found: list[str | tuple[str, str]], items: list[Any], node: Any) -> Any:
    rest, values = iter(items), []
    for piece in found:
        if isinstance(piece, str):
            part: Any = gast.Constant(value=piece, kind=None)
        else:
            conversion, spec = piece
            made = gast.JoinedStr(values=[gast.copy_location(gast.Constant(value=spec, kind=None), node)]) if spec else None
            part = gast.FormattedValue(value=next(rest), conversion=ord(conversion), format_spec=made and gast.copy_location(made, node))
        values.append(gast.copy_location(part, node))
    return gast.copy_location(gast.JoinedStr(values=values), node)


def binary(f: Frame, op: type, left: FV, right: FV, node: Any) -> FV:
    """`left op right`."""
    from scriptc.frontend import overload

    name, fn, dunder = BINARY[op]
    if isinstance(left, Poison) or isinstance(right, Poison):
        return POISON
    folded = fold(fn, left, right)
    if folded is not None:
        return folded
    if isinstance(left, TupleVal) and isinstance(right, TupleVal) and op is gast.Add:
        return TupleVal(left.items + right.items)
    if isinstance(left, StaticList) and isinstance(right, StaticList) and op is gast.Add:
        return StaticList(left.items + right.items)
    if op is gast.Mult and isinstance(left, TupleVal) and isinstance(right, Const) and type(right.value) is int:
        if len(left.items) * right.value < 1000:
            return TupleVal(left.items * right.value)
    if overload.applies(f, left) or overload.applies(f, right):
        return overload.binary(f, name, dunder, left, right, node)
    return f.emit(name, [left, right], node)


def _unary_op(f: Frame, node: Any) -> FV:
    from scriptc.frontend import overload

    value = lower(f, node.operand)
    if isinstance(value, Poison):
        return value
    if isinstance(node.op, gast.Not):
        pred = truth(f, value, node)
        if isinstance(pred, Const):
            return Const(not pred.value)
        return pred if isinstance(pred, Poison) else f.emit("not", [pred], node)
    name, fn = UNARY[type(node.op)]
    if name == "invert" and isinstance(value, Const) and type(value.value) is bool:
        return f.emit(name, [value], node)
    folded = fold(fn, value)
    if folded is not None:
        return folded
    if overload.applies(f, value):
        return overload.unary(f, f"__{name}__", value, node)
    return f.emit(name, [value], node)


def _compare(f: Frame, node: Any) -> FV:
    sides = (node.left, *node.comparators)
    hashes = all(isinstance(s, gast.Call) and isinstance(s.func, gast.Name) and s.func.id == "hash" for s in sides)
    if hashes and isinstance(node.ops[0], gast.Eq | gast.NotEq):
        f.c.classes.compared_hashes.update(id(s) for s in sides)
    left = lower(f, node.left)
    return _compare_rest(f, left, list(node.ops), list(node.comparators), node)


def _compare_rest(f: Frame, left: FV, ops: list[Any], rights: list[Any], node: Any) -> FV:
    right = lower(f, rights[0])
    out = compare(f, ops[0], left, right, node)
    if len(ops) == 1 or isinstance(out, Poison):
        return out
    pred = truth(f, out, node)
    if isinstance(pred, Const):
        return _compare_rest(f, right, ops[1:], rights[1:], node) if pred.value else out
    return choose(f, pred, lambda: _compare_rest(f, right, ops[1:], rights[1:], node), lambda: out, node)


def compare(f: Frame, op: Any, left: FV, right: FV, node: Any) -> FV:
    """One comparison: `==`, `<`, `in`, `is` and their negations."""
    from scriptc.frontend import overload

    if isinstance(left, Poison) or isinstance(right, Poison):
        return POISON
    if isinstance(left, TypeOf) or isinstance(right, TypeOf):
        return _compare_types(f, op, left, right, node)
    if isinstance(op, gast.Is | gast.IsNot):
        return _negate(f, identity(f, left, right, node), isinstance(op, gast.IsNot), node)
    if isinstance(op, gast.In | gast.NotIn):
        return _negate(f, contains(f, right, left, node), isinstance(op, gast.NotIn), node)
    name, fn, dunder, swapped = COMPARE[type(op)]
    folded = fold(fn, left, right)
    if folded is None:
        folded = _static_equal(f, op, left, right)
    if folded is not None:
        return folded
    if overload.applies(f, left) or overload.applies(f, right):
        return overload.compare(f, name, dunder, swapped, left, right, node)
    return f.emit(name, [left, right], node)


def _compare_types(f: Frame, op: Any, left: FV, right: FV, node: Any) -> FV:
    """`type(x) is C`, `type(x) == C`, `type(x) in (C, D)`."""

    if isinstance(left, Const):
        left, right = right, left
    several = right.items if isinstance(right, TupleVal) and isinstance(op, gast.In | gast.NotIn) else (right,)
    if not isinstance(left, TypeOf) or not all(isinstance(c, Const) and isinstance(c.value, type) for c in several):
        return f.report("SC202", node, "type() can be compared with classes known when compiling")
    names = tuple(instances.class_name(f, c.value) for c in several if isinstance(c, Const))
    if not all(names):
        return f.report("SC202", node, "these classes cannot be told apart by compiled code", help="use isinstance()")
    out = f.emit("type.is", [left.value], node, {"classes": names})
    return _negate(f, out, isinstance(op, gast.IsNot | gast.NotEq | gast.NotIn), node)


def _static_equal(f: Frame, op: Any, left: FV, right: FV) -> FV | None:
    """`==` between things known only when compiling: functions, classes, dtypes, enum members."""
    if not isinstance(op, gast.Eq | gast.NotEq) or not isinstance(left, Const) or not isinstance(right, Const):
        return None
    if type(left.value) in FOLDABLE and type(right.value) in FOLDABLE:
        return None
    try:
        equal = bool(left.value == right.value)
    except Exception:
        return None
    return Const(equal == isinstance(op, gast.Eq))


def _negate(f: Frame, fv: FV, yes: bool, node: Any) -> FV:
    if not yes or isinstance(fv, Poison):
        return fv
    return Const(not fv.value) if isinstance(fv, Const) else f.emit("not", [fv], node)


def identity(f: Frame, left: FV, right: FV, node: Any) -> FV:
    """`left is right`."""
    for a, b in ((left, right), (right, left)):
        if isinstance(a, Const) and a.value is None:
            return is_none(f, b, node)
    ta, tb = f.type_of(left), f.type_of(right)
    if ta is None or tb is None:
        static = isinstance(left, Const | ObjRef | LocalFunc) and isinstance(right, Const | ObjRef | LocalFunc)
        return Const(same(left, right)) if static else f.report("SC202", node, "`is` between these two cannot be told when compiling")
    if isinstance(left, Const) and isinstance(right, Const) and ta == tb and ta in (BOOL, ELLIPSIS):
        return Const(left.value is right.value)
    if isinstance(ta, EnumType) and isinstance(left, Const) and isinstance(right, Const):
        return Const(left.value is right.value)
    tuples = any(isinstance(u, Tuple | TupleOf) for u in members(tb))
    for t in members(ta):
        if (t in members(tb) and t in (INT, FLOAT, COMPLEX, STR, BYTES)) or (tuples and isinstance(t, Tuple | TupleOf)):
            return f.report("SC202", node, f"`is` on `{t}` depends on how Python keeps such values; use `==`")
    return f.emit("is", [left, right], node)


def contains(f: Frame, container: FV, item: FV, node: Any) -> FV:
    """`item in container`."""
    from scriptc.frontend import overload

    if isinstance(container, StaticDict) and isinstance(item, Const):
        return Const(item.value in container.keys)
    if isinstance(container, Captured) and isinstance(item, Const) and f.c.folds(container):
        try:
            return Const(item.value in container.value)
        except TypeError:
            pass
    if isinstance(container, TupleVal | StaticList) and isinstance(item, Const) and all(isinstance(x, Const) for x in container.items):
        return Const(any(x.value is item.value or x.value == item.value for x in container.items if isinstance(x, Const)))
    known = choice.has_key(f, container, item, node)
    if known is not None:
        return known
    if overload.applies(f, container):
        return overload.contains(f, container, item, node)
    if overload.element_needs(f, container) or overload.applies(f, item):
        return overload.contains_element(f, container, item, node)
    return f.emit("contains", [container, item], node)


def _bool_op(f: Frame, node: Any) -> FV:
    return _bool_values(f, list(node.values), isinstance(node.op, gast.And), node)


def _bool_values(f: Frame, values: list[Any], is_and: bool, node: Any) -> FV:
    """`a and b`, `a or b`: one of the operands themselves."""
    from scriptc.frontend.tests import lower_test, truthiness

    first = values[0]
    if len(values) == 1:
        return lower(f, first)
    if isinstance(first, gast.Compare | gast.UnaryOp | gast.Call):
        value = lower(f, first) if not _is_test(first) else None
        if value is None:
            pred, true, false = lower_test(f, first)
            value = pred
        else:
            pred, (true, false) = truth(f, value, node), truthiness(f, first, value)
    else:
        value = lower(f, first)
        pred, (true, false) = truth(f, value, node), truthiness(f, first, value)
    if isinstance(pred, Poison):
        return POISON
    facts = true if is_and else false
    kept_value = value
    if isinstance(pred, Const):
        if bool(pred.value) != is_and:
            return kept_value
        f.c.apply_facts(f.env, facts)
        return _bool_values(f, values[1:], is_and, node)

    def rest() -> FV:
        f.c.apply_facts(f.env, facts)
        return _bool_values(f, values[1:], is_and, node)

    def kept() -> FV:
        return _kept(f, kept_value, is_and)

    return choose(f, pred, rest, kept, node) if is_and else choose(f, pred, kept, rest, node)


def _is_test(node: Any) -> bool:
    """Does the expression give a plain bool whose test also narrows?"""
    if isinstance(node, gast.UnaryOp):
        return isinstance(node.op, gast.Not)
    if isinstance(node, gast.Compare):
        return len(node.ops) == 1 and isinstance(node.ops[0], gast.Is | gast.IsNot)
    return isinstance(node, gast.Call) and isinstance(node.func, gast.Name) and node.func.id == "isinstance"


def _kept(f: Frame, value: FV, is_and: bool) -> FV:
    """The left operand where it decides: an Optional kept by `or` is not None."""
    if not is_and and isinstance(value, Dyn) and NONE in members(value.type):
        return Dyn(value.value, union(m for m in members(value.type) if m != NONE), value.unbound)
    return value


def _if_exp(f: Frame, node: Any) -> FV:
    pred, true, false = f.c.lower_test(f, node.test)
    if isinstance(pred, Poison):
        return POISON

    def side(tree: Any, facts: Any) -> Callable[[], FV]:
        def run() -> FV:
            f.c.apply_facts(f.env, facts)
            return lower(f, tree)

        return run

    return choose(f, pred, side(node.body, true), side(node.orelse, false), node)


def _named(f: Frame, node: Any) -> FV:
    value = lower(f, node.value)
    f.store(node.target.id, value, node)
    held = f.env.get(node.target.id)
    return held if isinstance(held, Dyn) else value


# -- displays ---------------------------------------------------------------------------------------------------------
def spread(f: Frame, fv: FV) -> list[FV] | None:
    """The items of a value whose length is known when compiling."""
    from scriptc.frontend.iteration import static_items

    items = static_items(f, fv, unroll_data=True)
    if items is not None:
        return items
    if isinstance(fv, Dyn) and isinstance(fv.type, Tuple):
        return [f.emit("getitem", [fv, Const(i)], None) for i in range(len(fv.type.items))]
    fields = f.c.classes.as_tuple(f, fv)
    if fields is not None and f.c.classes.find_method(f, fv, "__iter__") is None:
        return [f.c.classes.attribute(f, fv, name, None) for name, _ in fields]
    return None


def _display(f: Frame, node: Any) -> FV:
    from scriptc.frontend import displays

    kinds = {gast.Tuple: displays.lower_tuple, gast.List: displays.lower_list, gast.Set: displays.lower_set, gast.Dict: displays.lower_dict}
    return kinds[type(node)](f, node)


# -- subscripts and attributes --------------------------------------------------------------------------------------
def _subscript(f: Frame, node: Any) -> FV:
    from scriptc.frontend import index_tricks, subscripts

    base = lower(f, node.value)
    if index_tricks.is_maker(base):
        return index_tricks.subscript(f, base, node)
    value = subscripts.getitem(f, base, lower_index(f, node.slice), node)
    note_plain(f, base, node)
    return as_told(f, value, node)


def lower_index(f: Frame, node: Any) -> FV:
    """An index; slices become `slice` values, tuples of indices tuples."""
    if isinstance(node, gast.Slice):
        parts = [Const(None) if p is None else lower(f, p) for p in (node.lower, node.upper, node.step)]
        return f.emit("slice", list(parts), node)
    if isinstance(node, gast.Tuple) and any(isinstance(e, gast.Slice) for e in node.elts):
        return TupleVal(tuple(lower_index(f, e) for e in node.elts))
    return lower(f, node)


def _attribute(f: Frame, node: Any) -> FV:
    base = lower(f, node.value)
    return base if isinstance(base, Poison) else known_attribute(f, base, node)


def known_attribute(f: Frame, base: FV, node: Any) -> FV:
    """`base.attr`, with what tests before it told about it."""
    value = f.c.classes.attribute(f, base, node.attr, node)
    return as_told(f, value, node)


# -- strings --------------------------------------------------------------------------------------------------------
def _joined(f: Frame, node: Any) -> FV:
    parts: list[FV] = []
    for v in node.values:
        part = lower(f, v)
        if isinstance(part, Poison):
            return part
        parts.append(part)
    if all(isinstance(p, Const) for p in parts):
        return Const("".join(p.value for p in parts if isinstance(p, Const)))
    return f.emit("concat_str", parts, node)


CONVERSIONS = {-1: "", 115: "s", 114: "r", 97: "a"}


def _formatted(f: Frame, node: Any) -> FV:
    from scriptc.frontend import overload

    value = lower(f, node.value)
    if isinstance(value, Poison):
        return value
    spec = lower(f, node.format_spec) if node.format_spec is not None else Const("")
    conversion = CONVERSIONS[node.conversion]
    if overload.applies(f, value):
        return overload.format_value(f, value, spec, conversion, node)
    if isinstance(value, Const) and type(value.value) in (int, str, bool) and isinstance(spec, Const) and not conversion:
        try:
            return Const(format(value.value, spec.value))
        except ValueError:
            pass
    return f.emit("format", [value, spec], node, {"conversion": conversion})


def _lambda(f: Frame, node: Any) -> FV:
    from scriptc.frontend.statements import make_function

    return make_function(f, node)


def _call(f: Frame, node: Any) -> FV:
    from scriptc.frontend import calls

    return calls.lower_call(f, node)


def _comprehension(f: Frame, node: Any) -> FV:
    from scriptc.frontend import comprehensions

    return comprehensions.lower_comprehension(f, node)


def _yield(f: Frame, node: Any) -> FV:
    raise f.refuse("SC102", node, "the value sent into a generator cannot be used", help="use `yield x` as a statement of its own")


EXPRESSIONS: dict[type, Callable[[Frame, Any], FV]] = {
    gast.Constant: _constant,
    gast.Name: _name,
    gast.BinOp: _bin_op,
    gast.UnaryOp: _unary_op,
    gast.Compare: _compare,
    gast.BoolOp: _bool_op,
    gast.IfExp: _if_exp,
    gast.NamedExpr: _named,
    gast.Tuple: _display,
    gast.List: _display,
    gast.Set: _display,
    gast.Dict: _display,
    gast.Subscript: _subscript,
    gast.Attribute: _attribute,
    gast.JoinedStr: _joined,
    gast.FormattedValue: _formatted,
    gast.Lambda: _lambda,
    gast.Call: _call,
    gast.ListComp: _comprehension,
    gast.SetComp: _comprehension,
    gast.DictComp: _comprehension,
    gast.GeneratorExp: _comprehension,
    gast.Yield: _yield,
    gast.YieldFrom: _yield,
}

REFUSED: dict[type, tuple[str, str]] = {
    gast.Await: ("SC101", "`await`"),
    gast.Starred: ("SC107", "a star outside a call, display or assignment"),
    gast.Slice: ("SC107", "a slice outside an index"),
}
