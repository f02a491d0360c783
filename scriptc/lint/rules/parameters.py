"""Parameters of what is compiled: their defaults, whether callers are told their types, and how inference would write those."""

from __future__ import annotations

import ast
from types import FunctionType, MethodType
from typing import Any

import gast
import numpy as np

from scriptc.lint.rules.watched import Function, Watched
from scriptc.types import BOOL, BYTES, COMPLEX, FLOAT, INT, STR, Dict, List, Set, Tensor, Tuple, TupleOf, Type

PLAIN: dict[Type, str] = {INT: "int", FLOAT: "float", BOOL: "bool", STR: "str", BYTES: "bytes", COMPLEX: "complex"}


def with_defaults(args: Any) -> list[tuple[Any, Any]]:
    """The parameters that have defaults, and those."""
    last_ones = [*args.posonlyargs, *args.args][-len(args.defaults) :] if args.defaults else []
    keywords = [(param, default) for param, default in zip(args.kwonlyargs, args.kw_defaults, strict=True) if default is not None]
    return [*zip(last_ones, args.defaults, strict=True), *keywords]


def needs_annotation(watched: Watched, function: Function, param: Any) -> bool:
    """Is it a parameter of the entry point itself, with nothing but its default to tell its type? Those of helpers have the types of each call."""
    fn, untold = _function(watched.entry.obj), watched.entry.example is None and param.id not in watched.entry.types
    return fn is not None and function.unit.function is fn and isinstance(function.tree, gast.FunctionDef) and untold and param.annotation is None


def _function(obj: Any) -> Any:
    """The function that an entry point runs, None where that is not known."""
    if not isinstance(obj, FunctionType | MethodType):
        obj = next((m for name in ("forward", "__call__") if (m := getattr(type(obj), name, None)) is not None), None)
    obj = getattr(obj, "__func__", obj)
    return obj if isinstance(obj, FunctionType) else None


def inferred(watched: Watched, function: Function, param: Any) -> str | None:
    """The annotation that says what inference knows of a parameter that is never assigned to; None where that is not for sure."""
    uses = [n for n in function.everything if isinstance(n, gast.Name) and n.id == param.id and n is not param]
    types = {watched.type(n) for n in uses}
    if not uses or len(types) != 1 or not all(isinstance(n.ctx, gast.Load) for n in uses):
        return None
    return _written(watched, function, types.pop())


def _written(watched: Watched, function: Function, t: Type) -> str | None:
    if t in PLAIN:
        return PLAIN[t]
    if isinstance(t, Tensor):
        return "np.ndarray" if t.scalar is False and _is_numpy(watched, function) else None
    name = {List: "list", Set: "set", Dict: "dict", Tuple: "tuple", TupleOf: "tuple"}.get(type(t))
    inner = [_written(watched, function, c) for c in t.children()]
    if name is None or not inner or None in inner or (isinstance(t, Set) and t.frozen):
        return None
    return f"{name}[{', '.join(filter(None, inner))}{', ...' if isinstance(t, TupleOf) else ''}]"


def _is_numpy(watched: Watched, function: Function) -> bool:
    module = watched.module_of(function)
    return module is not None and watched.evaluator(module).value(ast.Name("np", ast.Load())) is np
