"""The text of a program, for people to read and for `parser` to read back.

    graph 'f' qualname 'f' at 'model.py':1:0-4:16 (%x: float32[...], %n: int) {
      %0: float32[...] = numpy.maximum(%x, %n) at 2:8-2:24
      %h: float32[...] = while(%0) [form = 'while'] at 3:4-4:16 {
        (%h.1: float32[...])
        ...
        => %3
      } {
        ...
      }
      => %h
    }

A value is written `%hint`, `%hint.1` where that is taken, or `%number` where it has no hint. A place without a file is in
the graph's file.
"""

from __future__ import annotations

from collections.abc import Iterator

from scriptc.ir.core import Block, ClassDef, Constant, Entry, Graph, Node, Program, Value
from scriptc.ir.literal import ELIDED, LiteralWriter
from scriptc.ir.views import data_of
from scriptc.source.span import Span


def print_program(program: Program, data: bool = True) -> str:
    """The text of `program`. `data=False` leaves out arrays, long data and source text (that cannot be parsed back)."""
    return "\n".join(_Printer(program, data).lines()) + "\n"


def print_graph(graph: Graph) -> str:
    """The text of one graph."""
    return "\n".join(graph_lines(graph, LiteralWriter())) + "\n"


class _Printer:
    def __init__(self, program: Program, data: bool) -> None:
        self.program = program
        self.literal = LiteralWriter(data_of(program), data)

    def lines(self) -> Iterator[str]:
        p, short = self.program, self.literal.short
        yield f"program {p.name!r}"
        for key, source in p.sources.items():
            name = "" if source.name == key else f" name {source.name!r}"
            text = "" if source.text is None else f" text {source.text!r}" if self.literal.data else f" text {ELIDED}"
            yield f"source {key!r}{name}{text}"
        for name, s in p.state.items():
            yield f"state {name!r} {s.kind}: `{s.type}` = {short(s.value)}"
        for name, c in p.constants.items():
            yield f"constant {name!r}: `{c.type}` = {short(c.value)}"
        for cls in p.classes.values():
            yield from self.class_lines(cls)
        for name, entry in p.entries.items():
            yield from self.entry_lines(name, entry)
        for alias, name in p.aliases.items():
            yield f"alias {alias!r} = {name!r}"
        for graph in p.graphs.values():
            yield ""
            yield from graph_lines(graph, self.literal)

    def class_lines(self, c: ClassDef) -> Iterator[str]:
        bases = f" bases {c.bases!r}" if c.bases else ""
        options = f" options {c.options!r}" if c.options else ""
        yield f"class {c.name!r} {c.kind}{bases}{options} {{"
        for f in c.fields:
            flags = f" flags {f.flags!r}" if f.flags else ""
            yield f"  field {f.name!r}: `{f.type}`{flags}{self.default(f.default)}"
        for name, value in c.members:
            yield f"  member {name!r} = {self.literal.short(value)}"
        for name, graph in c.methods.items():
            yield f"  method {name!r} = {graph!r}"
        yield "}"

    def entry_lines(self, name: str, e: Entry) -> Iterator[str]:
        doc = "" if e.doc is None else f" doc {e.doc!r}"
        yield f"entry {name!r} = {e.graph!r}{doc} {{"
        for p in e.params:
            kind = "" if p.kind == "POSITIONAL_OR_KEYWORD" else f" {p.kind}"
            yield f"  param {p.name!r}{kind}: `{p.type}`{self.default(p.default)}"
        yield "}"

    def default(self, c: Constant | None) -> str:
        return "" if c is None else f" default `{c.type}` {self.literal.short(c.value)}"


def graph_lines(graph: Graph, literal: LiteralWriter) -> Iterator[str]:
    names = _Names()
    parts = [f"graph {graph.name!r}"]
    if graph.qualname:
        parts.append(f"qualname {graph.qualname!r}")
    if graph.item is not None:
        parts.append(f"generator `{graph.item}`")
    if graph.library is not None:
        parts.append(f"library {graph.library!r}")
    if graph.span is not None:
        parts.append(place(graph.span, None))
    yield f"{' '.join(parts)} ({names.define(graph.params)}) {{"
    file = graph.span.file if graph.span is not None else None
    yield from _BlockPrinter(names, literal, file).whole(graph.block)
    yield "}"


def place(span: Span, file: str | None) -> str:
    where = "" if span.file == file else f"{span.file!r}:"
    return f"at {where}{span.line}:{span.column}-{span.end_line}:{span.end_column}"


class _Names:
    """The name of each value of a graph."""

    def __init__(self) -> None:
        self._names: dict[Value, str] = {}
        self._taken: dict[str, int] = {}
        self._count = 0

    def define(self, values: list[Value]) -> str:
        """`%a: int, %b: str`, and from now on the values are called so."""
        return ", ".join(f"{self._new(v)}: {v.type}" for v in values)

    def _new(self, v: Value) -> str:
        if v.hint is None:
            name, self._count = f"%{self._count}", self._count + 1
        else:
            n = self._taken[v.hint] = self._taken.get(v.hint, -1) + 1
            name = f"%{v.hint}.{n}" if n else f"%{v.hint}"
        self._names[v] = name
        return name

    def use(self, values: list[Value]) -> str:
        return ", ".join(self._names.get(v, "%?") for v in values)


class _BlockPrinter:
    """Lines of blocks, made with a stack of its own: blocks nest deeper than Python's calls should."""

    def __init__(self, names: _Names, literal: LiteralWriter, file: str | None) -> None:
        self.names, self.literal, self.file = names, literal, file

    def whole(self, block: Block) -> Iterator[str]:
        stack = [self.block(block, 1, True)]
        while stack:
            got = next(stack[-1], None)
            if got is None:
                stack.pop()
            elif isinstance(got, str):
                yield got
            else:
                stack.append(self.block(got, len(stack) + 1, False))

    def block(self, block: Block, depth: int, outermost: bool) -> Iterator[str | Block]:
        pad = "  " * depth
        if block.params and not outermost:
            yield f"{pad}({self.names.define(block.params)})"
        for node in block.nodes:
            yield from self.node(node, pad)
        if block.yields:
            yield f"{pad}=> {self.names.use(block.yields)}"

    def node(self, node: Node, pad: str) -> Iterator[str | Block]:
        text = f"{node.op.name}({self.names.use(node.operands)})"
        if node.attrs:
            text += f" [{', '.join(f'{k} = {self.literal.write(v)}' for k, v in sorted(node.attrs.items()))}]"
        if node.span is not None:
            text += f" {place(node.span, self.file)}"
        if not node.blocks:
            yield self.result(node, pad) + text
            return
        yield self.result(node, pad) + text + " {"
        for i, inner in enumerate(node.blocks):
            if i:
                yield f"{pad}}} {{"
            yield inner
        yield f"{pad}}}"

    def result(self, node: Node, pad: str) -> str:
        return f"{pad}{self.names.define(node.results)} = " if node.results else pad
