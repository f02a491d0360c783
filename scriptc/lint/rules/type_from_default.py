"""SC252: a number as the default of a parameter that has no annotation."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from types import FunctionType, MethodType
from typing import Any

import gast

from scriptc.diagnostics.diagnostic import UNSAFE, Diagnostic, Fix, Rewrite
from scriptc.lint.rules.watched import Function, Watched, warning

CODE = "SC252"


def type_from_default(watched: Watched) -> Iterator[Diagnostic]:
    """Parameters of the entry point itself: those of helpers have the types of each call."""
    entry = _function(watched.entry.obj)
    for function in watched.functions.values():
        if entry is not None and function.unit.function is entry and isinstance(function.tree, gast.FunctionDef) and watched.entry.example is None:
            for param, default in _pairs(function.tree.args):
                number = _number(default)
                if number is not None and param.annotation is None and param.id not in watched.entry.types:
                    yield _finding(function, param, type(number).__name__)


def _function(obj: Any) -> Any:
    """The function that an entry point runs, None where that is not known."""
    if not isinstance(obj, FunctionType | MethodType):
        obj = next((m for name in ("forward", "__call__") if (m := getattr(type(obj), name, None)) is not None), None)
    obj = getattr(obj, "__func__", obj)
    return obj if isinstance(obj, FunctionType) else None


def _pairs(args: Any) -> list[tuple[Any, Any]]:
    """The parameters that have defaults, and those."""
    last_ones = [*args.posonlyargs, *args.args][-len(args.defaults) :] if args.defaults else []
    return [*zip(last_ones, args.defaults, strict=True), *zip(args.kwonlyargs, args.kw_defaults, strict=True)]


def _number(node: Any) -> int | float | None:
    if isinstance(node, gast.UnaryOp) and isinstance(node.op, gast.USub):
        node = node.operand
    return node.value if isinstance(node, gast.Constant) and type(node.value) in (int, float) else None


def _finding(function: Function, param: Any, type_name: str) -> Diagnostic:
    message = f"`{param.id}` takes `{type_name}` alone: that is what its default is"
    span = function.unit.span(param)
    found = warning(CODE, span, message, "there is no annotation", help=f"say what it takes: `{param.id}: {type_name}`, or another type")
    return dataclasses.replace(found, fix=Fix(f"annotate `{param.id}: {type_name}`", UNSAFE, Rewrite("annotate", span, (type_name,))))
