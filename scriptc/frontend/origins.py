"""Where a value came from, as labels: the assignments that reach it, the parameter and its annotation, the returns of a function, the items
of a container, the line of a class or module that made it. Asked of the tree and of what was recorded, only for messages.
"""

from __future__ import annotations

import ast
import functools
import itertools
import os
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import gast

from scriptc.diagnostics import Label, Span
from scriptc.frontend import scopes
from scriptc.frontend.advice import said
from scriptc.frontend.reaching import Reach, reaching
from scriptc.frontend.values import Dyn, ObjRef
from scriptc.source import SourceFile, SourceUnavailable
from scriptc.types import ERROR, NONE, Record, Type, is_subtype, members

if TYPE_CHECKING:
    from scriptc.frontend.frame import Frame

MAX_LABELS = 3
"""Of the places one value may come from, this many are shown."""
MAX_STEPS = 8
UNTYPED = "without an annotation, this is taken for an array"
HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DISPLAYS = (gast.List, gast.Tuple, gast.Set, gast.Dict)
PUTS = {"append": 0, "add": 0, "insert": 1, "extend": 0, "appendleft": 0, "setdefault": 1, "update": 0}
"""Methods that put something into a container, and which argument it is."""

Wanted = Callable[[Type], bool]


def is_users(file: SourceFile) -> bool:
    """Is this not a file of scriptc's own library?"""
    return not os.path.abspath(file.path).startswith(HERE + os.sep)


def anything(t: Type) -> bool:
    """Every place is wanted."""
    return True


def having(part: Type) -> Wanted:
    """The places where the type holds `part`."""
    return lambda t: any(is_subtype(m, part) for m in members(t))


def where_set(f: Frame, name: str, use: Any) -> list[Reach]:
    """The ways a name comes to its use."""
    records = f.c.records
    truth = (lambda test: records.tests.get((f.key, id(test)))) if records is not None else lambda test: None
    return reaching(f.tree, name, use, truth)


def type_at(f: Frame, node: Any) -> Type | None:
    """The type that was seen of an expression or a name that is set."""
    return f.c.records.type(f, node) if f.c.records is not None else None


def value_at(f: Frame, node: Any) -> Any:
    """What was seen of an expression; None for what was not lowered."""
    return f.c.records.values.get((f.key, id(node))) if f.c.records is not None else None


def labels(f: Frame, node: Any, wanted: Wanted = anything) -> list[Label]:
    """Where the value of the expression `node` came from; of several places those whose type is `wanted`."""
    return list(itertools.islice(_labels(f, node, wanted, 0), MAX_LABELS))


def _labels(f: Frame, node: Any, wanted: Wanted, depth: int) -> Iterator[Label]:
    if depth > MAX_STEPS:
        return
    if isinstance(node, gast.Name):
        yield from _of_name(f, node, wanted)
    elif isinstance(node, gast.Call):
        yield from _of_call(f, node, wanted)
    elif isinstance(node, gast.Attribute):
        yield from _of_attribute(f, node)
    elif isinstance(node, gast.Subscript):
        yield from _of_items(f, node.value, wanted, depth)
    elif isinstance(node, gast.IfExp):
        for side in (node.body, node.orelse):
            t = type_at(f, side)
            if t is not None and wanted(t):
                yield Label(f.span(side), f"{said(t)} here")


# -- names ----------------------------------------------------------------------------------------------------------
def _of_name(f: Frame, node: Any, wanted: Wanted) -> Iterator[Label]:
    ways = [r for r in where_set(f, node.id, node) if not r.why]
    if not ways:
        label = global_label(f, node.id, node)
        if label is not None:
            yield label
    for r in ways:
        t = type_at(f, r.node)
        if r.stmt is f.tree:
            yield Label(f.span(r.node), parameter_text(f, r.node))
        elif isinstance(r.stmt, gast.Assign) and isinstance(r.stmt.value, gast.IfExp) and r.stmt.targets == [r.node]:
            yield from _labels(f, r.stmt.value, wanted, MAX_STEPS)
        elif t is not None and t != ERROR and wanted(t):
            yield Label(f.span(r.node), f"{said(t)} here")


def parameter_text(f: Frame, param: Any) -> str:
    """What is known of a parameter, and why."""
    value, t = value_at(f, param), type_at(f, param)
    shown = said(t) if t is not None else f.c.describe(value) if value is not None else "this"
    if not is_entry(f):
        return f"{shown} in this call"
    if param.annotation is not None:
        return f"declared {shown}" if f.unit.text(param.annotation) != shown.strip("`") else "declared here"
    defaults = dict(zip(reversed([p.id for p in (*f.tree.args.posonlyargs, *f.tree.args.args)]), reversed(f.tree.args.defaults), strict=False))
    if param.id in defaults:
        return f"{shown}, from its default"
    return UNTYPED


def is_entry(f: Frame) -> bool:
    """Is this the graph of an entry point, whose parameters callers give?"""
    return isinstance(f.key, tuple) and len(f.key) > 2 and f.key[-2] == "entry"


def global_label(f: Frame, name: str, node: Any) -> Label | None:
    """Where a global of the function's module is set, by the text of its file."""
    at = _globals(f.unit.file.text).get(name)
    if at is None:
        return None
    span = Span(f.unit.file.key, at.lineno, at.col_offset, at.end_lineno or at.lineno, at.end_col_offset or at.col_offset + 1)
    t = type_at(f, node)
    return Label(span, f"{said(t)}, set here" if t is not None else "set here")


@functools.lru_cache(maxsize=4)
def _globals(text: str) -> dict[str, ast.Name]:
    """The names that the top of a module sets, each where it is set last."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError):
        return {}
    return {t.id: t for stmt in body for t in _targets(stmt) if isinstance(t, ast.Name)}


def _targets(stmt: ast.stmt) -> list[ast.expr]:
    if isinstance(stmt, ast.Assign):
        return stmt.targets
    return [stmt.target] if isinstance(stmt, ast.AnnAssign | ast.AugAssign) else []


# -- calls ----------------------------------------------------------------------------------------------------------
def callee_frame(f: Frame, node: Any) -> Frame | None:
    """The frame of the user's function that a call expression runs."""
    if f.c.records is None:
        return None
    callee = f.c.records.frames.get(f.c.records.calls.get((f.key, id(node)), ""))
    return None if callee is None or not is_users(callee.unit.file) else callee


def _of_call(f: Frame, node: Any, wanted: Wanted) -> Iterator[Label]:
    if isinstance(node.func, gast.Attribute) and node.func.attr in ("get", "pop", "setdefault", "popleft"):
        yield from _of_items(f, node.func.value, wanted, 0)
    callee = callee_frame(f, node)
    if callee is not None and not isinstance(callee.tree, gast.Lambda):
        yield from return_labels(callee, wanted)


def head(unit: Any, tree: Any) -> Span:
    """Of a function or class its first words, `def name` and `class Name`; of a lambda all of it."""
    span: Span = unit.span(tree)
    rest = unit.file.line(span.line).encode()[span.column :]
    found = re.match(rb"(async\s+)?(def|class)\s+[^\s(:\[]+", rest)
    return span if found is None else Span(span.file, span.line, span.column, span.line, span.column + found.end())


def return_nodes(f: Frame) -> list[Any]:
    """The `return` statements of the function, in the order of the text."""
    return [] if isinstance(f.tree, gast.Lambda) else [n for n in scopes.own_nodes(f.tree.body) if isinstance(n, gast.Return)]


def return_labels(f: Frame, wanted: Wanted = anything) -> Iterator[Label]:
    """What a function returns where."""
    seen = False
    for n in return_nodes(f):
        t = NONE if n.value is None else type_at(f, n.value)
        if t is not None and wanted(t):
            seen = True
            yield Label(f.span(n), f"{said(t)} returned here")
    if not seen and wanted(NONE) and wanted is not anything:
        yield Label(head(f.unit, f.tree), "this may end without `return`, which gives `None`")


# -- attributes -----------------------------------------------------------------------------------------------------
def _of_attribute(f: Frame, node: Any) -> Iterator[Label]:
    base = value_at(f, node.value)
    cls = type(base.obj) if isinstance(base, ObjRef) else None
    if isinstance(base, Dyn) and isinstance(base.type, Record):
        cls = f.c.classes.cls(base.type)
    found = None if cls is None else attribute_home(f, cls, node.attr)
    if found is not None:
        t = type_at(f, node)
        yield Label(found, f"{said(t)}, set here" if t is not None else "set here")


def unit_of(f: Frame, obj: Any) -> Any:
    """The text of a class or function of the user's; None for others."""
    try:
        unit = f.c.unit_of(obj)
    except (SourceUnavailable, TypeError, OSError):
        return None
    return unit if is_users(unit.file) else None


def attribute_home(f: Frame, cls: type, name: str) -> Span | None:
    """Where a class of the user's gives its objects the attribute: in a method (`__init__` first), or as a field of the class."""
    for k in cls.__mro__[:-1]:
        unit = unit_of(f, k)
        found = None if unit is None else next(_stores(unit.tree, name), None)
        if found is not None and unit is not None:
            span: Span = unit.span(found)
            return span
    return None


def _stores(tree: Any, name: str) -> Iterator[Any]:
    methods = [n for n in tree.body if isinstance(n, gast.FunctionDef) and n.args.args]
    for method in sorted(methods, key=lambda m: m.name != "__init__"):
        self_ = method.args.args[0].id
        for n in gast.walk(method):
            if isinstance(n, gast.Attribute) and isinstance(n.ctx, gast.Store) and n.attr == name:
                if isinstance(n.value, gast.Name) and n.value.id == self_:
                    yield n
    for stmt in tree.body:
        target = stmt.target if isinstance(stmt, gast.AnnAssign) else stmt.targets[0] if isinstance(stmt, gast.Assign) else None
        if isinstance(target, gast.Name) and target.id == name:
            yield stmt


# -- containers -----------------------------------------------------------------------------------------------------
def item_labels(f: Frame, node: Any, wanted: Wanted) -> list[Label]:
    """Which items of the container `node` are `wanted`: in the display that makes it, or put into it later."""
    return list(itertools.islice(_of_items(f, node, wanted, 0), MAX_LABELS))


def _of_items(f: Frame, node: Any, wanted: Wanted, depth: int) -> Iterator[Label]:
    if depth > MAX_STEPS:
        return
    if isinstance(node, DISPLAYS):
        for item in node.values if isinstance(node, gast.Dict) else node.elts:
            t = None if item is None else type_at(f, item)
            if t is not None and wanted(t):
                yield Label(f.span(item), f"{said(t)} here")
    elif isinstance(node, gast.Name):
        for r in where_set(f, node.id, node):
            if r.why:
                continue
            if r.stmt is f.tree:
                yield Label(f.span(r.node), parameter_text(f, r.node))
            elif isinstance(r.stmt, gast.Assign | gast.AnnAssign):
                yield from _of_items(f, r.stmt.value, wanted, depth + 1)
        yield from _put_into(f, node.id, wanted)
    elif isinstance(node, gast.Attribute):
        yield from _of_attribute(f, node)


def put_labels(f: Frame, name: str, wanted: Wanted) -> list[Label]:
    """What the function puts into the container of that name, itself or by a function it gives it to."""
    return list(itertools.islice(_put_into(f, name, wanted), MAX_LABELS))


def _put_into(f: Frame, name: str, wanted: Wanted, depth: int = 0) -> Iterator[Label]:
    for n in scopes.own_nodes(scopes.body_of(f.tree)):
        if isinstance(n, gast.Call) and depth < MAX_STEPS and any(isinstance(a, gast.Name) and a.id == name for a in n.args):
            yield from _put_by(f, n, name, wanted, depth)
        item = _put(n, name)
        t = None if item is None else type_at(f, item)
        if t is not None and any(wanted(part) for part in (t, *t.children())):
            yield Label(f.span(item), f"{said(t)} put in here")


def _put_by(f: Frame, call: Any, name: str, wanted: Wanted, depth: int) -> Iterator[Label]:
    """What a function puts into a container that it is given."""
    callee = callee_frame(f, call)
    if callee is not None:
        names = [p.id for p in (*callee.tree.args.posonlyargs, *callee.tree.args.args)]
        for param, a in zip(names[len(names) > 0 and names[0] == "self" :], call.args, strict=False):
            if isinstance(a, gast.Name) and a.id == name:
                yield from _put_into(callee, param, wanted, depth + 1)


def _put(node: Any, name: str) -> Any:
    """The expression that a node puts into the container of that name."""
    if isinstance(node, gast.Call) and isinstance(node.func, gast.Attribute) and isinstance(node.func.value, gast.Name):
        at = PUTS.get(node.func.attr)
        return node.args[at] if node.func.value.id == name and at is not None and at < len(node.args) else None
    if isinstance(node, gast.Assign) and isinstance(node.targets[0], gast.Subscript):
        target = node.targets[0]
        return node.value if isinstance(target.value, gast.Name) and target.value.id == name else None
    return None
