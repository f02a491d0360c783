"""Equality of programs: the same but for the identity of values. Names of values count, order counts, data counts bit for bit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from scriptc.ir.core import Block, Constant, Graph, Node, Program, Value
from scriptc.ir.data import DataEquality, float_bits
from scriptc.ir.views import Views, arrays_in, data_of, find_views
from scriptc.types import Type


def equal(p: Program, q: Program) -> bool:
    """Are the programs the same?"""
    same = p.name == q.name and list(p.sources.items()) == list(q.sources.items()) and list(p.aliases.items()) == list(q.aliases.items())
    if not same or list(p.graphs) != list(q.graphs):
        return False
    compare = _Records(DataEquality(_views(p), _views(q)))
    parts = ((p.state, q.state), (p.constants, q.constants), (p.classes, q.classes), (p.entries, q.entries))
    return all(compare.dicts(a, b) for a, b in parts) and compare.data.finish() and all(equal_graphs(g, q.graphs[n]) for n, g in p.graphs.items())


def _views(p: Program) -> Views:
    return find_views([a for value in data_of(p) for a in arrays_in(value)])


class _Records:
    """Compares the records around the graphs, field by field."""

    def __init__(self, data: DataEquality) -> None:
        self.data = data

    def dicts(self, a: dict[str, Any], b: dict[str, Any]) -> bool:
        return list(a) == list(b) and all(self.records(x, b[name]) for name, x in a.items())

    def records(self, a: Any, b: Any) -> bool:
        if type(a) is not type(b):
            return False
        return all(self.field(f.name, getattr(a, f.name), getattr(b, f.name)) for f in fields(a))

    def field(self, name: str, a: Any, b: Any) -> bool:
        if name == "value":
            return self.data.equal(a, b)
        if name == "members":
            return len(a) == len(b) and all(x == y and self.data.equal(v, w) for (x, v), (y, w) in zip(a, b, strict=True))
        if name in ("fields", "params"):
            return len(a) == len(b) and all(self.records(x, y) for x, y in zip(a, b, strict=True))
        if isinstance(a, Constant):
            return self.records(a, b)
        return list(a.items()) == list(b.items()) if isinstance(a, dict) and isinstance(b, dict) else bool(a == b)


def equal_graphs(a: Graph, b: Graph) -> bool:
    """Are the graphs the same?"""
    names = ("name", "qualname", "generator", "item", "span", "library")
    return all(getattr(a, n) == getattr(b, n) for n in names) and _Walk().equal(a.block, b.block)


class _Walk:
    """Goes through two blocks in step; `numbers` gives each value its place in the order of definitions."""

    def __init__(self) -> None:
        self.left: dict[Value, int] = {}
        self.right: dict[Value, int] = {}
        self.fine = True

    def equal(self, a: Block, b: Block) -> bool:
        stack = [self.blocks(a, b)]
        while stack and self.fine:
            inner = next(stack[-1], None)
            if inner is None:
                stack.pop()
            else:
                stack.append(self.blocks(*inner))
        return self.fine

    def blocks(self, a: Block, b: Block) -> Iterator[tuple[Block, Block]]:
        """Compares the blocks; gives each pair of inner blocks for the caller to compare at that point."""
        self.define(a.params, b.params)
        self.fine = self.fine and len(a.nodes) == len(b.nodes)
        for x, y in zip(a.nodes, b.nodes, strict=False):
            self.fine = self.fine and self.node(x, y)
            if not self.fine:
                return
            yield from zip(x.blocks, y.blocks, strict=True)
            self.define(x.results, y.results)
        self.fine = self.fine and self.uses(a.yields, b.yields)

    def define(self, a: list[Value], b: list[Value]) -> None:
        self.fine = self.fine and [(v.type, v.hint) for v in a] == [(v.type, v.hint) for v in b]
        for v, w in zip(a, b, strict=False):
            self.left[v] = self.right[w] = len(self.left)

    def uses(self, a: list[Value], b: list[Value]) -> bool:
        return [self.left.get(v) for v in a] == [self.right.get(v) for v in b]

    def node(self, a: Node, b: Node) -> bool:
        same = a.op.name == b.op.name and a.span == b.span and len(a.blocks) == len(b.blocks)
        return same and self.uses(a.operands, b.operands) and equal_attrs(a.attrs, b.attrs)


def equal_attrs(a: dict[str, Any], b: dict[str, Any]) -> bool:
    return a.keys() == b.keys() and all(equal_attr(v, b[k]) for k, v in a.items())


def equal_attr(a: Any, b: Any) -> bool:
    """Of the same type and the same bits: 1, True and 1.0 are three."""
    if isinstance(a, Type) or isinstance(b, Type):
        return bool(a == b)
    if type(a) is not type(b):
        return False
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(equal_attr, a, b))
    if isinstance(a, complex):
        return equal_attr(a.real, b.real) and equal_attr(a.imag, b.imag)
    return float_bits(a) == float_bits(b) if isinstance(a, float) else bool(a == b)
