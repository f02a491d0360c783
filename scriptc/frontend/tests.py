"""Tests: the predicate of an `if` or `while`, and what its truth tells about the types of names and attribute paths."""

from __future__ import annotations

from typing import Any

import gast

from scriptc.frontend import instances
from scriptc.frontend.expressions import lower
from scriptc.frontend.frame import Frame
from scriptc.frontend.merge import choose
from scriptc.frontend.paths import path_of
from scriptc.frontend.truth import is_none, truth
from scriptc.frontend.values import FV, CellVal, Const, Dyn, Fact, Poison
from scriptc.types import NEVER, NONE, Record, Tuple, Type, join, members, union

Facts = list[tuple[str, Type]]
Tested = tuple[FV, Facts, Facts]


def lower_test(f: Frame, node: Any) -> Tested:
    """(predicate: `Const` bool or a bool graph value, facts if true, facts if false)."""
    if isinstance(node, gast.UnaryOp) and isinstance(node.op, gast.Not):
        pred, true, false = lower_test(f, node.operand)
        return _negated(f, pred, node), false, true
    if isinstance(node, gast.BoolOp):
        return _bool_op(f, list(node.values), isinstance(node.op, gast.And), node)
    if isinstance(node, gast.Compare) and len(node.ops) == 1:
        return _compare(f, node)
    if isinstance(node, gast.Call) and isinstance(node.func, gast.Name) and node.func.id == "isinstance" and len(node.args) == 2:
        return _isinstance(f, node)
    value = lower(f, node)
    true, false = truthiness(f, node, value)
    return truth(f, value, node), true, false


def _negated(f: Frame, pred: FV, node: Any) -> FV:
    if isinstance(pred, Const):
        return Const(not pred.value)
    return pred if isinstance(pred, Poison) else f.emit("not", [pred], node)


def _bool_op(f: Frame, values: list[Any], is_and: bool, node: Any) -> Tested:
    pred, true, false = lower_test(f, values[0])
    if len(values) == 1 or isinstance(pred, Poison):
        return pred, true, false
    if isinstance(pred, Const):
        if bool(pred.value) != is_and:
            return pred, true, false
        f.c.apply_facts(f.env, true if is_and else false)
        return _bool_op(f, values[1:], is_and, node)
    inner: list[Facts] = [[], []]

    named = [n.target.id for v in values[1:] for n in gast.walk(v) if isinstance(n, gast.NamedExpr)]

    def rest() -> FV:
        f.c.apply_facts(f.env, true if is_and else false)
        p, inner[0], inner[1] = _bool_op(f, values[1:], is_and, node)
        inner[0 if is_and else 1] += bound_facts(f, named)
        return p

    if is_and:
        out = choose(f, pred, rest, lambda: Const(False), node)
        return out, [*true, *inner[0]], _either(false, inner[1])
    out = choose(f, pred, lambda: Const(True), rest, node)
    return out, _either(true, inner[0]), [*false, *inner[1]]


def bound_facts(f: Frame, names: list[str]) -> Facts:
    """That these names are set where the whole test came out by its last operand (`+name`: bound, at this type)."""
    return [(f"+{n}", fv.type) for n in names if isinstance(fv := f.env.get(n), Dyn) and not fv.unbound]


def _either(a: Facts, b: Facts) -> Facts:
    """What holds if one of two holds."""
    other = dict(b)
    return [(k, join(t, other[k])) for k, t in a if k in other]


def _narrowable(f: Frame, path: str | None, value: FV) -> bool:
    if path is None or not isinstance(value, Dyn):
        return False
    if "." in path:
        return True
    held = f.env.get(path)
    return isinstance(held, Dyn) or (isinstance(held, CellVal) and not held.shared)


def _known(f: Frame, path: str, value: FV) -> Type:
    held = f.env.get(path)
    if isinstance(held, Dyn | CellVal | Fact):
        return held.type
    t = f.type_of(value)
    return NEVER if t is None else t


def _facts(f: Frame, node: Any, value: FV, keep: Any) -> tuple[Facts, Facts]:
    """Facts for members of the value's type for which `keep(member)` is True / False (None: both)."""
    path = path_of(f, node)
    if path is None or not _narrowable(f, path, value):
        return [], []
    ms = members(_known(f, path, value))
    true, false = union(m for m in ms if keep(m) is not False), union(m for m in ms if keep(m) is not True)
    return ([(path, true)] if true != NEVER else []), ([(path, false)] if false != NEVER else [])


def truthiness(f: Frame, node: Any, value: FV) -> tuple[Facts, Facts]:
    """What a test of `value` itself tells where it is true, and where it is false."""

    def keep(t: Type) -> bool | None:
        if t == NONE:
            return False
        if isinstance(t, Record) and not f.c.classes.may_be_false(t):
            return True
        return True if isinstance(t, Tuple) and t.items else None

    return _facts(f, node, value, keep)


def _compare(f: Frame, node: Any) -> Tested:
    op, right = node.ops[0], node.comparators[0]
    if isinstance(op, gast.Is | gast.IsNot) and isinstance(right, gast.Constant) and right.value is None:
        value = lower(f, node.left)
        pred = is_none(f, value, node)
        true, false = _facts(f, node.left, value, lambda t: t == NONE)
        if isinstance(op, gast.IsNot):
            return _negated(f, pred, node), false, true
        return pred, true, false
    return truth(f, lower(f, node), node), [], []


def _isinstance(f: Frame, node: Any) -> Tested:
    value = lower(f, node.args[0])
    classes = instances.classes_in(lower(f, node.args[1]))
    if classes is None or isinstance(value, Poison):
        return lower(f, node), [], []
    pred = instances.is_instance(f, value, classes, node)
    true, false = _facts(f, node.args[0], value, lambda t: instances.type_isinstance(f, t, classes))
    return truth(f, pred, node), true, false
