"""The `code` of a graph, a list of integers, back into blocks and nodes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scriptc.archive.fields import fault
from scriptc.ir.core import Block, Node, OpDef, Value
from scriptc.types import Type

MAX_VALUES = 4_000_000
MAX_NESTING = 1000


@dataclass(frozen=True)
class Form:
    """What nodes have in common that differ only in their operands and blocks."""

    op: OpDef
    operands: int
    results: tuple[Type, ...]
    blocks: int
    attrs: dict[str, Any]


def read_block(code: list[int], forms: list[Form], types: list[Type], place: str) -> tuple[Block, list[Value], list[Node]]:
    """The block of a graph, all its values and nodes in order; raises `LoadError`."""
    reader = _Reader(code, forms, types, place)
    outer = Block()
    stack = [reader.block(outer)]
    while stack:
        inner = next(stack[-1], None)
        if inner is None:
            stack.pop()
        elif len(stack) >= MAX_NESTING:
            fault(f"has blocks nested deeper than {MAX_NESTING}", place)
        else:
            stack.append(reader.block(inner))
    if reader.at != len(code):
        fault("has code left over", place)
    return outer, reader.values, reader.nodes


class _Reader:
    def __init__(self, code: list[int], forms: list[Form], types: list[Type], place: str) -> None:
        self.code, self.forms, self.types, self.place = code, forms, types, place
        self.at = 0
        self.values: list[Value] = []
        self.nodes: list[Node] = []

    def block(self, block: Block) -> Iterator[Block]:
        """Fills `block`; gives each block inside it for the caller to fill at that point."""
        for _ in range(self.count()):
            block.add_param(self.types[self.natural(len(self.types))])
        self.define(block.params)
        for _ in range(self.count()):
            yield from self.node(block)
        block.yields = self.operands(self.count())

    def node(self, block: Block) -> Iterator[Block]:
        form = self.forms[self.natural(len(self.forms))]
        node = Node(form.op, self.operands(form.operands), dict(form.attrs), form.results)
        block.nodes.append(node)
        self.nodes.append(node)
        for _ in range(form.blocks):
            inner = Block()
            node.blocks.append(inner)
            yield inner
        self.define(node.results)

    def define(self, values: list[Value]) -> None:
        self.values += values
        if len(self.values) > MAX_VALUES:
            fault(f"has more than {MAX_VALUES} values", self.place)

    def natural(self, below: int) -> int:
        if self.at >= len(self.code):
            fault("has code cut short", self.place)
        n = self.code[self.at]
        if not 0 <= n < below:
            fault(f"has {n} in its code where a number below {below} belongs", self.place)
        self.at += 1
        return n

    def count(self) -> int:
        """How many of something follow: each takes at least one number."""
        return self.natural(len(self.code) - self.at)

    def operands(self, count: int) -> list[Value]:
        found = self.code[self.at : self.at + count]
        if len(found) != count or (found and not 0 < min(found) <= max(found) <= len(self.values)):
            fault("refers to a value that is not there", self.place)
        self.at += count
        known = len(self.values)
        return [self.values[known - n] for n in found]
