"""SC250: `==` and `!=` between floats."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import gast

from scriptc.diagnostics.diagnostic import Diagnostic
from scriptc.frontend.values import Const
from scriptc.lint.rules.watched import Function, Watched, warning
from scriptc.types import BOOL, COMPLEX, FLOAT, INT, Tensor, Type

CODE = "SC250"
EXACT = frozenset({
    "floor", "ceil", "trunc", "rint", "round", "int", "fix", "max", "min", "amax", "amin", "nanmax", "nanmin", "maximum", "minimum", "sign", "abs",
    "clip", "copy",
})  # fmt: skip
"""Calls whose result is meant to be compared exactly: whole numbers, and values taken over unchanged."""


def float_equality(watched: Watched) -> Iterator[Diagnostic]:
    """Comparisons of a computed float; not those with 0 and infinity, nor the idioms `x != x` and `t + h == t`."""
    for function in watched.functions.values():
        for node in function.nodes(gast.Compare):
            sides = [node.left, *node.comparators]
            for op, a, b in zip(node.ops, sides, sides[1:], strict=False):
                if isinstance(op, gast.Eq | gast.NotEq) and _surprises(watched, function, a, b):
                    sign = "==" if isinstance(op, gast.Eq) else "!="
                    yield warning(CODE, function.unit.span(node), f"floats are compared with `{sign}`", "rounding decides")
                    break


def _surprises(watched: Watched, function: Function, a: Any, b: Any) -> bool:
    types = [watched.type(x) for x in (a, b)]
    if not any(_is_float(t) for t in types) or not all(_is_float(t) or _is_whole(t) for t in types):
        return False
    if all(isinstance(watched.value(x), Const) for x in (a, b)) or any(_is_exact(watched, x) for x in (a, b)):
        return False
    return not (_made_of(function, a, b) or _made_of(function, b, a))


def _is_float(t: Type) -> bool:
    return t in (FLOAT, COMPLEX) or isinstance(t, Tensor) and t.dtype is not None and t.dtype.startswith(("float", "complex"))


def _is_whole(t: Type) -> bool:
    return t in (INT, BOOL) or isinstance(t, Tensor) and t.dtype is not None


def _is_exact(watched: Watched, node: Any) -> bool:
    if isinstance(node, gast.Call):
        name = node.func.attr if isinstance(node.func, gast.Attribute) else getattr(node.func, "id", "")
        return name in EXACT or name == "float" and len(node.args) == 1 and _is_exact(watched, node.args[0])
    number = watched.constant(node)
    return isinstance(number, int | float) and (number == 0 or math.isinf(number))


def _made_of(function: Function, whole: Any, part: Any) -> bool:
    """Is `whole` the same as `part`, or arithmetic with it? It is then asked whether rounding changes anything."""
    text = function.unit.text
    pieces = [whole, whole.left, whole.right] if isinstance(whole, gast.BinOp) else [whole]
    return any(text(p) == text(part) for p in pieces)
