"""Arguments to parameters as Python itself does it, with Python's own messages.

The binder is a real Python function with the entry's signature that gives back its arguments: what CPython says about a
wrong call is then what CPython says, in every version. It is built as a tree; names are checked to be identifiers.
"""

from __future__ import annotations

import ast
import keyword
from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any

from scriptc.ir.core import Param

Binder = Callable[..., tuple[Any, ...]]


def make_binder(name: str, params: Sequence[Param], method: bool) -> Binder:
    """A function that gives the arguments in the order of `params`; for a method, one more comes first and is dropped."""
    args = _arguments(params, method)
    values = [ast.Name(p.name, ast.Load()) for p in params]
    body: list[ast.stmt] = [ast.Return(ast.Tuple(list(values), ast.Load()))]
    tree = ast.Module([ast.FunctionDef("bind", args, body, [], None, None, **_MORE)], [])
    scope: dict[str, Any] = {}
    exec(compile(ast.fix_missing_locations(tree), "<scriptc arguments>", "exec"), scope)
    bind: FunctionType = scope["bind"]
    bind.__defaults__ = tuple(p.default.value for p in params if p.default is not None and "KEYWORD_ONLY" not in p.kind) or None
    bind.__kwdefaults__ = {p.name: p.default.value for p in params if p.default is not None and p.kind == "KEYWORD_ONLY"}
    bind.__name__, bind.__qualname__ = name.rpartition(".")[2], name
    return bind


# Python 3.12 added `type_params` to function definitions.
_MORE: dict[str, Any] = {"type_params": []} if "type_params" in ast.FunctionDef._fields else {}


def _arguments(params: Sequence[Param], method: bool) -> ast.arguments:
    for p in params:
        if not p.name.isidentifier() or keyword.iskeyword(p.name):
            raise ValueError(f"{p.name!r} cannot be a parameter's name")
    by_kind: dict[str, list[ast.arg]] = {}
    for p in params:
        by_kind.setdefault(p.kind, []).append(ast.arg(p.name))
    positional = by_kind.get("POSITIONAL_ONLY", [])
    plain = by_kind.get("POSITIONAL_OR_KEYWORD", [])
    if method:
        (positional if positional else plain).insert(0, ast.arg(_free_name(params)))
    hole = ast.Constant(None)
    defaults = [p for p in params if p.default is not None and p.kind.startswith("POSITIONAL")]
    keyword_only = [p for p in params if p.kind == "KEYWORD_ONLY"]
    return ast.arguments(
        positional,
        plain,
        next(iter(by_kind.get("VAR_POSITIONAL", [])), None),
        by_kind.get("KEYWORD_ONLY", []),
        [None if p.default is None else hole for p in keyword_only],
        next(iter(by_kind.get("VAR_KEYWORD", [])), None),
        [hole for _ in defaults],
    )


def _free_name(params: Sequence[Param]) -> str:
    name = "self"
    while any(p.name == name for p in params):
        name += "_"
    return name
