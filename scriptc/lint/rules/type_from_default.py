"""SC252: a number as the default of a parameter that has no annotation."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import gast

from scriptc.diagnostics.diagnostic import UNSAFE, Diagnostic, Fix, Rewrite
from scriptc.lint.rules.parameters import needs_annotation, with_defaults
from scriptc.lint.rules.watched import Function, Watched, warning

CODE = "SC252"


def type_from_default(watched: Watched) -> Iterator[Diagnostic]:
    """Parameters of the entry point itself: those of helpers have the types of each call."""
    for function in watched.functions.values():
        for param, default in with_defaults(function.tree.args):
            number = _number(default)
            if number is not None and needs_annotation(watched, function, param):
                yield _finding(function, param, type(number).__name__)


def _number(node: Any) -> int | float | None:
    if isinstance(node, gast.UnaryOp) and isinstance(node.op, gast.USub):
        node = node.operand
    return node.value if isinstance(node, gast.Constant) and type(node.value) in (int, float) else None


def _finding(function: Function, param: Any, type_name: str) -> Diagnostic:
    message = f"`{param.id}` takes `{type_name}` alone: that is what its default is"
    span = function.unit.span(param)
    found = warning(CODE, span, message, "there is no annotation", help=f"say what it takes: `{param.id}: {type_name}`, or another type")
    return dataclasses.replace(found, fix=Fix(f"annotate `{param.id}: {type_name}`", UNSAFE, Rewrite("annotate", span, (type_name,))))
