"""Builds graphs: appends nodes to the current block, with the types the ops' own rules give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from scriptc.ir.core import Arg, Block, Call, Node, OpDef, Program, Value
from scriptc.ir.infer import infer
from scriptc.source.span import Span
from scriptc.types import Type


class Builder:
    """Appends nodes to `block`, the innermost of the blocks pushed.

    `table` is needed only to name ops by string; `span` is given to nodes that are emitted without one.
    """

    def __init__(self, program: Program, table: Mapping[str, OpDef] | None = None) -> None:
        self.program = program
        self.table = table
        self.span: Span | None = None
        self._blocks: list[Block] = []

    @property
    def block(self) -> Block:
        return self._blocks[-1]

    def push(self, block: Block) -> Block:
        self._blocks.append(block)
        return block

    def pop(self) -> Block:
        return self._blocks.pop()

    @contextmanager
    def inside(self, block: Block) -> Iterator[Block]:
        """Emit into `block` for the time of the `with`."""
        self.push(block)
        try:
            yield block
        finally:
            self.pop()

    def emit(
        self,
        op: OpDef | str,
        operands: Sequence[Value] = (),
        attrs: dict[str, Any] | None = None,
        span: Span | None = None,
        hint: str | None = None,
        *,
        blocks: list[Block] | None = None,
        result_types: tuple[Type, ...] | None = None,
    ) -> Node:
        """A new node at the end of the block. Its types come from the op's rule unless `result_types` are given.

        Ops with blocks, and `cell.new`, declare theirs. Raises `OpTypeError` (nothing is appended then).
        """
        definition = self.lookup(op)
        values = list(operands)
        if result_types is None:
            result_types = infer(definition, call_of(values, attrs or {}, self.program))
        node = Node(definition, values, attrs, result_types, blocks, span or self.span)
        if hint is not None and len(node.results) == 1:
            node.results[0].hint = hint
        self.block.nodes.append(node)
        return node

    def value(self, op: OpDef | str, operands: Sequence[Value] = (), attrs: dict[str, Any] | None = None, **more: Any) -> Value:
        """As `emit`, for ops with one result: that result."""
        (result,) = self.emit(op, operands, attrs, **more).results
        return result

    def lookup(self, op: OpDef | str) -> OpDef:
        if isinstance(op, OpDef):
            return op
        if self.table is None:
            raise LookupError("this builder has no table of ops")
        return self.table[op]


def call_of(operands: Sequence[Value], attrs: dict[str, Any], program: Program | None) -> Call:
    """What a type rule is given for these operands."""
    args = tuple(Arg(v.type, v.const) for v in operands)
    return Call(args, tuple(attrs.get("kw", ())), attrs, program)
