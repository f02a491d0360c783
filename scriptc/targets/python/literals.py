"""Constants as AST that is right both for execution and as text."""

from __future__ import annotations

import ast
import math
from typing import TYPE_CHECKING

from scriptc.ir.data import float_text
from scriptc.targets.python.flow import Pos, place

if TYPE_CHECKING:
    from scriptc.targets.python.scope import Scope

NOT_CONSTANT = object()
_LONG = 1 << 512


def literal(value: object, pos: Pos, scope: Scope) -> ast.expr:
    """An expression that evaluates to `value`: None, bool, int, float, complex, str, bytes or Ellipsis."""
    kind = type(value)
    if kind is float:
        assert isinstance(value, float)
        if value != value and float_text(value) != "nan":
            return place(ast.Name(scope.bind(value, "not_a_number"), ast.Load()), pos)
        return _float(value, pos)
    if kind is complex:
        assert isinstance(value, complex)
        if value.real == 0.0 and math.copysign(1.0, value.real) > 0 and math.isfinite(value.imag) and math.copysign(1.0, value.imag) > 0:
            return place(ast.Constant(value), pos)
        return place(ast.Name(scope.bind_value(value, "c"), ast.Load()), pos)
    if kind is int:
        assert isinstance(value, int)
        if not -_LONG < value < _LONG:
            return place(ast.Name(scope.bind_value(value, "i"), ast.Load()), pos)
        return _signed(value, value < 0, pos)
    if value is None or value is ... or kind in (bool, str, bytes):
        return place(ast.Constant(value), pos)  # type: ignore[arg-type]
    raise ValueError(f"no literal for a {kind.__name__}")


def _float(value: float, pos: Pos) -> ast.expr:
    if value != value:
        return place(ast.Name("nan", ast.Load()), pos)
    negative = math.copysign(1.0, value) < 0
    if math.isinf(value):
        name: ast.expr = place(ast.Name("inf", ast.Load()), pos)
        return place(ast.UnaryOp(ast.USub(), name), pos) if negative else name
    return _signed(value, negative, pos)


def _signed(value: int | float, negative: bool, pos: Pos) -> ast.expr:
    """A negative number as Python writes it, `-x`: as a bare constant its text could bind wrongly (`-1 ** 2`)."""
    if not negative:
        return place(ast.Constant(value), pos)
    return place(ast.UnaryOp(ast.USub(), place(ast.Constant(-value), pos)), pos)
