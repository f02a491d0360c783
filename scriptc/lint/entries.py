"""What a module compiles: `@script` functions, methods and classes, `script(...)` calls, and `Module` classes."""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from scriptc import nn
from scriptc.frontend.unknown import Unknown
from scriptc.lint import define, objects
from scriptc.lint.standins import StandIn, TopLevel, World
from scriptc.runtime.decorate import script


@dataclass
class Entry:
    """One thing that is compiled: `obj` is a function, a bound method or a stand-in object."""

    obj: Any
    node: ast.AST
    types: dict[str, Any] = field(default_factory=dict)
    example: Any = None


def entries(world: World, module: StandIn) -> Iterator[Entry]:
    """Everything `module` asks scriptc to compile, each object once, in the order of its text."""
    top = TopLevel(world, module)
    seen: set[Any] = set()
    for entry in _all(top, module):
        key = _key(entry.obj)
        if key not in seen:
            seen.add(key)
            yield entry


def _key(obj: Any) -> Any:
    if isinstance(obj, types.FunctionType):
        return obj
    return (type(obj.__self__), obj.__func__) if isinstance(obj, types.MethodType) else type(obj)


def _all(top: TopLevel, module: StandIn) -> Iterator[Entry]:
    calls = [n for n in ast.walk(module.tree) if isinstance(n, ast.Call) and top.evaluator.value(n.func) is script]
    for call in calls:  # first, for they say the types
        yield from _called(top, call)
    for stmt in _definitions(module.tree):
        if isinstance(stmt, ast.ClassDef):
            yield from _class(top, stmt)
            continue
        asked = _asked(top, stmt)
        fn = top.names.get(stmt.name)
        if asked is not None and isinstance(fn, types.FunctionType):
            yield Entry(fn, stmt, *asked)


def _definitions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """The functions and classes of the top level, also those under `if`, `try` and `with`, in the order of the text."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node
        elif isinstance(node, ast.Module | ast.If | ast.Try | ast.ExceptHandler | ast.With):
            waiting += reversed(list(ast.iter_child_nodes(node)))


def _class(top: TopLevel, stmt: ast.ClassDef) -> Iterator[Entry]:
    cls: Any = top.names.get(stmt.name)
    if not define.is_stand_in(cls) or vars(cls).get(define.MARK) is not stmt:
        return
    asked = _asked(top, stmt)
    methods = [s for s in stmt.body if isinstance(s, ast.FunctionDef)]
    forward = any(s.name == "forward" for s in methods)
    if asked is not None or (issubclass(cls, nn.Module) and forward):
        obj = objects.instance(top, cls, None, None)
        if not isinstance(obj, Unknown):
            yield Entry(obj, stmt, *(asked or ({}, None)))
    for method in methods:
        asked = _asked(top, method)
        if asked is not None:
            yield from _method(top, cls, method, asked)


def _method(top: TopLevel, cls: type, method: ast.FunctionDef, asked: tuple[dict[str, Any], Any]) -> Iterator[Entry]:
    fn = vars(cls).get(method.name)
    if isinstance(fn, staticmethod):
        yield Entry(fn.__func__, method, *asked)
    elif isinstance(fn, types.FunctionType):
        obj = objects.instance(top, cls, None, None)
        if not isinstance(obj, Unknown):
            yield Entry(types.MethodType(fn, obj), method, *asked)


def _asked(top: TopLevel, stmt: Any) -> tuple[dict[str, Any], Any] | None:
    """The `types=` and `example=` of a `@script` decorator; None where there is none."""
    for d in stmt.decorator_list:
        if top.evaluator.value(d.func if isinstance(d, ast.Call) else d) is script:
            return _options(top, d) if isinstance(d, ast.Call) else ({}, None)
    return None


def _options(top: TopLevel, call: ast.Call) -> tuple[dict[str, Any], Any]:
    given = {k.arg: top.evaluator.value(k.value) for k in call.keywords if k.arg}
    table, example = given.get("types"), given.get("example")
    return (table if isinstance(table, dict) else {}), (None if isinstance(example, Unknown) else example)


def _called(top: TopLevel, call: ast.Call) -> Iterator[Entry]:
    """`script(obj, ...)`."""
    if not call.args:
        return
    node = call.args[0]
    obj = top.evaluator.value(node)
    if isinstance(node, ast.Attribute) and isinstance(obj, Unknown):
        owner = top.evaluator.value(node.value)
        fn = getattr(type(owner), node.attr, None)
        obj = types.MethodType(fn, owner) if define.is_stand_in(type(owner)) and isinstance(fn, types.FunctionType) else obj
    if isinstance(obj, types.FunctionType | types.MethodType) or define.is_stand_in(type(obj)):
        yield Entry(obj, call, *_options(top, call))
    elif define.is_stand_in(obj) and isinstance(made := objects.instance(top, obj, None, None), object) and not isinstance(made, Unknown):
        yield Entry(made, call, *_options(top, call))
