"""SC251: `type(x) == T`."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import gast

from scriptc.diagnostics.diagnostic import UNSAFE, Diagnostic, Fix, Rewrite
from scriptc.lint.rules.watched import Function, Watched, warning

CODE = "SC251"


def type_comparison(watched: Watched) -> Iterator[Diagnostic]:
    """`==` and `!=` between the type of a value and a class; not `is`, which says that exactly this class is meant."""
    for function in watched.functions.values():
        for node in function.nodes(gast.Compare):
            if len(node.ops) == 1 and isinstance(node.ops[0], gast.Eq | gast.NotEq):
                for a, b in ((node.left, node.comparators[0]), (node.comparators[0], node.left)):
                    if _is_type_of(watched, a) and isinstance(watched.constant(b), type):
                        yield _finding(function, node, a.args[0], b)


def _is_type_of(watched: Watched, node: Any) -> bool:
    one = isinstance(node, gast.Call) and len(node.args) == 1 and not node.keywords and not isinstance(node.args[0], gast.Starred)
    return one and watched.constant(node.func) is type


def _finding(function: Function, node: Any, value: Any, cls: Any) -> Diagnostic:
    text = function.unit.text
    test = f"{'not ' if isinstance(node.ops[0], gast.NotEq) else ''}isinstance({text(value)}, {text(cls)})"
    message = f"`{text(cls)}` is compared with the exact type of `{text(value)}`"
    found = warning(CODE, function.unit.span(node), message, "objects of derived classes are left out", help=f"write `{test}`")
    return dataclasses.replace(found, fix=Fix(f"write `{test}`", UNSAFE, Rewrite("isinstance", function.unit.span(node))))
