"""SC551: a list, dict, set or array as the default of a parameter."""

from __future__ import annotations

import ast
import collections
import dataclasses
from collections.abc import Iterator
from typing import Any

import gast
import numpy as np

from scriptc.diagnostics.diagnostic import MANUAL, UNSAFE, Diagnostic, Fix, Rewrite
from scriptc.lint.rules.parameters import inferred, needs_annotation, with_defaults
from scriptc.lint.rules.watched import Function, Watched, warning

CODE = "SC551"
DISPLAYS = (gast.List, gast.Dict, gast.Set, gast.ListComp, gast.DictComp, gast.SetComp)
MAKERS = (list, dict, set, bytearray, collections.deque, collections.defaultdict, collections.Counter, collections.OrderedDict)
ARRAYS = (np.array, np.zeros, np.ones, np.empty, np.full, np.arange, np.eye, np.linspace)


def mutable_default(watched: Watched) -> Iterator[Diagnostic]:
    """Defaults that all calls share and each of them may change."""
    for function in watched.functions.values():
        for param, default in with_defaults(function.tree.args):
            if made := _mutable(watched, function, default):
                message = f"the default of `{param.id}` is one {made} for all calls"
                help = f"take `None` as the default and make the {made} inside: `if {param.id} is None: {param.id} = ...`"
                found = warning(CODE, function.unit.span(default), message, "made once, when the function is defined", help=help)
                yield dataclasses.replace(found, fix=_fix(watched, function, param, default))


def _fix(watched: Watched, function: Function, param: Any, default: Any) -> Fix:
    """By hand in a lambda, where a name in the default means something else inside the function, and where None would leave the type untold."""
    title = f"make the default of `{param.id}` inside the function"
    untold = needs_annotation(watched, function, param)
    annotation = inferred(watched, function, param) if untold else ""
    own = {n.id for n in ast.walk(function.tree) if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load)}
    read = {n.id for n in ast.walk(default) if isinstance(n, gast.Name)}
    if not isinstance(function.tree, gast.FunctionDef) or own & read or annotation is None:
        return Fix(title, MANUAL)
    return Fix(title, UNSAFE, Rewrite("none-default", function.unit.span(default), (param.id, annotation)))


def _mutable(watched: Watched, function: Function, default: Any) -> str:
    """What kind of thing that can be changed the default is, in a word; empty where it is none."""
    if isinstance(default, DISPLAYS):
        return type(default).__name__.lower().removesuffix("comp")
    module = watched.module_of(function)
    if not isinstance(default, gast.Call) or module is None:
        return ""
    fn = watched.evaluator(module).value(ast.parse(function.unit.text(default.func), mode="eval").body)
    if any(fn is f for f in MAKERS):
        return str(fn.__name__)
    return "array" if any(fn is f for f in ARRAYS) else ""
