"""The ops' expression templates: parsed once, then filled with operands as AST.

A template is our own text (`OpDef.emit`); nothing of a user's program is ever parsed. `$N` is operand N, `$*` all operands that
no `$N` names, the trailing ones that `attrs["kw"]` names as keywords.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np

from scriptc.targets.python import rt
from scriptc.targets.python.flow import Pos, place

_REST = "_s_rest"
_OPERAND = re.compile(r"^_s_(\d+)$")
_ORDERED = (ast.Name, ast.Attribute, ast.Constant, ast.Starred, ast.keyword, ast.Tuple, ast.List, ast.Load)
_LAZY = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.IfExp, ast.BoolOp)
_UNEVALUATED = (ast.arguments, ast.expr_context, ast.operator, ast.unaryop, ast.cmpop, ast.boolop)
BOUND = "_b_"
"""Prefix of names a template binds itself (comprehension targets): no variable of a program starts so."""


class Template:
    """One parsed template.

    bound     with `bind`: the functions of modules that it calls, each under one global name of its own
    order     operand indices in the order Python evaluates them; -1 stands for the rest
    foldable  those whose own expression may stand in their place: evaluated once, at once, before any operation of the template
    """

    def __init__(self, text: str, bind: bool) -> None:
        source = re.sub(r"\$(\d+)", r"_s_\1", text).replace("$*", f"*{_REST}")
        self.tree = ast.parse(source, mode="eval").body
        self.bound: dict[str, Any] = {}
        if bind:
            self.tree = _Binder(self.bound).visit(self.tree)
        self.order: list[int] = []
        self.foldable: set[int] = set()
        self._dirty = False
        _rename_bound(self.tree)
        self._scan(self.tree, False)
        self.named = frozenset(i for i in self.order if i >= 0)
        self.plain = isinstance(self.tree, ast.Constant | ast.Name)

    def _scan(self, node: ast.AST, lazy: bool) -> None:
        if isinstance(node, ast.Name):
            index = _index(node)
            if index is None:
                return
            if index in self.order:
                self.foldable.discard(index)
                return
            self.order.append(index)
            if not (lazy or self._dirty):
                self.foldable.add(index)
            return
        lazy = lazy or isinstance(node, _LAZY) or (isinstance(node, ast.Compare) and len(node.ops) > 1)
        for child in _evaluation_order(node):
            self._scan(child, lazy)
        if not isinstance(node, _ORDERED):
            self._dirty = True

    def sequence(self, count: int) -> list[int]:
        """The operand indices, all `count` of them, in evaluation order."""
        rest = [i for i in range(count) if i not in self.named]
        if -1 not in self.order:
            return [i for i in self.order if i < count]
        at = self.order.index(-1)
        return [*self.order[:at], *rest, *self.order[at + 1 :]]

    def can_fold(self, index: int) -> bool:
        return (index if index in self.named else -1) in self.foldable

    def build(self, args: Sequence[ast.expr], kw: tuple[str, ...], pos: Pos) -> ast.expr:
        """The template's expression with these operands at this place."""
        filled = _Fill(self, args, kw, pos).copy(self.tree)
        assert isinstance(filled, ast.expr)
        return filled


class _Fill:
    def __init__(self, template: Template, args: Sequence[ast.expr], kw: tuple[str, ...], pos: Pos) -> None:
        self.args, self.pos = args, pos
        rest = [i for i in range(len(args)) if i not in template.named]
        positional = len(args) - len(kw)
        self.rest = [args[i] for i in rest if i < positional]
        self.keywords = [place(ast.keyword(kw[i - positional], args[i]), pos) for i in rest if i >= positional]

    def copy(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.Name):
            index = _index(node)
            if index is not None:
                return self.args[index]
        new = node.__class__.__new__(node.__class__)  # its fields are all set below
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                setattr(new, name, self._list(value))
            elif isinstance(value, ast.AST):
                setattr(new, name, self.copy(value))
            else:
                setattr(new, name, value)
        if "lineno" in node._attributes:
            place(new, self.pos)
        if isinstance(new, ast.Call) and self.keywords and any(map(_is_rest, node.args)):  # type: ignore[attr-defined]
            new.keywords = [*self.keywords, *new.keywords]
        return new

    def _list(self, items: list[ast.AST | None]) -> list[ast.AST | None]:
        out: list[ast.AST | None] = []
        for item in items:
            if _is_rest(item):
                out.extend(self.rest)
            else:
                out.append(item if item is None or isinstance(item, str) else self.copy(item))
        return out


def _is_rest(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Starred) and isinstance(node.value, ast.Name) and node.value.id == _REST


def _index(node: ast.Name) -> int | None:
    if node.id == _REST:
        return -1
    found = _OPERAND.match(node.id)
    return int(found.group(1)) if found else None


def _evaluation_order(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.IfExp):
        yield from (node.test, node.body, node.orelse)
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None:
                yield key
            yield value
    elif isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
        yield from node.generators
        yield from (c for c in ast.iter_child_nodes(node) if not isinstance(c, ast.comprehension))
    elif isinstance(node, ast.comprehension):
        yield from (node.iter, *node.ifs)
    else:
        yield from (c for c in ast.iter_child_nodes(node) if not isinstance(c, _UNEVALUATED))


def _rename_bound(tree: ast.expr) -> None:
    bound = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    bound |= {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    for n in ast.walk(tree):
        if isinstance(n, ast.Name) and n.id in bound:
            n.id = BOUND + n.id
        elif isinstance(n, ast.arg):
            n.arg = BOUND + n.arg


class _Binder(ast.NodeTransformer):
    """`np.add.reduce` -> one global name: the attributes are looked up once."""

    def __init__(self, bound: dict[str, Any]) -> None:
        self.bound = bound

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        found = _function(node)
        if not callable(found):
            self.generic_visit(node)
            return node
        name = BOUND + re.sub(r"\W", "_", ast.unparse(node))
        self.bound[name] = found
        return ast.Name(name, ast.Load())


def _function(node: ast.expr) -> Any:
    """The function of NumPy, of `math` or of ours that the attribute names; without NumPy's look for arrays of other kinds."""
    if isinstance(node, ast.Name):
        return {"np": np, "math": math, "rt": rt}.get(node.id)
    owner = _function(node.value) if isinstance(node, ast.Attribute) else None
    found = getattr(owner, node.attr, None) if isinstance(node, ast.Attribute) else None
    return getattr(found, "__wrapped__", found) if isinstance(found, _DISPATCHED) else found


_DISPATCHED = type(np.where)


@cache
def template(text: str, bind: bool = False) -> Template:
    """`bind`: no operand is an array of a kind that overrides NumPy's functions, and speed counts more than readable code."""
    return Template(text, bind)
