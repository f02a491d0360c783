"""The text of a program back into a program: `parse_program(print_program(p), table) == p`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from scriptc.ir.core import Block, ClassDef, Constant, Entry, FieldDef, Graph, Node, OpDef, Param, Program, SourceText, State, Value
from scriptc.ir.literal import Scanner, TextError
from scriptc.source.span import Span
from scriptc.types import Type


def parse_program(text: str, table: Mapping[str, OpDef]) -> Program:
    """The program written in `text`, with the operations of `table`; not verified. Raises `TextError`."""
    try:
        return _Parser(text, table).program()
    except TextError:
        raise
    except (ValueError, TypeError, SyntaxError, RecursionError) as e:
        raise TextError(str(e)) from e


class _Parser(Scanner):
    def __init__(self, text: str, table: Mapping[str, OpDef]) -> None:
        super().__init__(text)
        self.table = table

    def program(self) -> Program:
        self.expect("program")
        p = Program(self.string())
        readers = {
            "source": self.source, "state": self.state, "constant": self.named_constant, "class": self.class_def,
            "entry": self.entry, "alias": self.alias, "graph": self.graph,
        }  # fmt: skip
        while self.token:
            if self.token not in readers:
                self.fail("a part of a program")
            readers[self.advance()](p)
        return p

    def add(self, into: dict[str, Any], name: str, value: Any) -> None:
        if name in into:
            self.fail(f"a second {name!r} no more")
        into[name] = value

    def source(self, p: Program) -> None:
        key = self.string()
        name = self.string() if self.accept("name") else key
        self.add(p.sources, key, SourceText(name, self.string() if self.accept("text") else None))

    def state(self, p: Program) -> None:
        name, kind = self.string(), self.advance()
        t, value = self.typed_value()
        self.add(p.state, name, State(t, value, kind))

    def named_constant(self, p: Program) -> None:
        name = self.string()
        t, value = self.typed_value()
        self.add(p.constants, name, Constant(t, value))

    def typed_value(self) -> tuple[Type, Any]:
        self.expect(":")
        t = self.type()
        self.expect("=")
        return t, self.literal()

    def alias(self, p: Program) -> None:
        name = self.string()
        self.expect("=")
        self.add(p.aliases, name, self.string())

    def class_def(self, p: Program) -> None:
        c = ClassDef(self.string(), self.advance())
        if self.accept("bases"):
            c.bases = self.literal()
        if self.accept("options"):
            c.options = self.literal()
        self.expect("{")
        members: list[tuple[str, Any]] = []
        while not self.accept("}"):
            self.class_part(c, members)
        c.members = tuple(members)
        self.add(p.classes, c.name, c)

    def class_part(self, c: ClassDef, members: list[tuple[str, Any]]) -> None:
        kind, name = self.advance(), self.string()
        if kind == "field":
            self.expect(":")
            t = self.type()
            flags = self.literal() if self.accept("flags") else ()
            c.fields.append(FieldDef(name, t, self.default(), flags))
            return
        self.expect("=")
        if kind == "member":
            members.append((name, self.literal()))
        elif kind == "method":
            self.add(c.methods, name, self.string())
        else:
            self.fail("`field`, `member` or `method`")

    def default(self) -> Constant | None:
        return Constant(self.type(), self.literal()) if self.accept("default") else None

    def entry(self, p: Program) -> None:
        name = self.string()
        self.expect("=")
        e = Entry(self.string(), [], None)
        if self.accept("doc"):
            e.doc = self.string()
        self.expect("{")
        while not self.accept("}"):
            self.expect("param")
            param, kind = self.string(), "POSITIONAL_OR_KEYWORD" if self.token == ":" else self.advance()
            self.expect(":")
            e.params.append(Param(param, self.type(), kind, self.default()))
        self.add(p.entries, name, e)

    def graph(self, p: Program) -> None:
        g = Graph(self.string(), Block())
        if self.accept("qualname"):
            g.qualname = self.string()
        if self.accept("generator"):
            g.generator, g.item = True, self.type()
        if self.accept("library"):
            g.library = self.string()
        if self.accept("at"):
            g.span = self.place(None)
        _GraphParser(self, g).read()
        self.add(p.graphs, g.name, g)

    def place(self, file: str | None) -> Span:
        """`'model.py':1:0-4:16`, what follows `at`."""
        if self.token[:1] in ("'", '"'):
            file = self.string()
            self.expect(":")
        if file is None:
            self.fail("a file")
        numbers = re.compile(r"(\d+):(\d+)-(\d+):(\d+)").match(self.text, self.start)
        if numbers is None:
            self.fail("a place")
        self.at = numbers.end()
        self.advance()
        return Span(file, *map(int, numbers.groups()))


class _GraphParser:
    """One graph's blocks, with a stack of its own, as the printer's."""

    def __init__(self, scanner: _Parser, graph: Graph) -> None:
        self.s, self.g = scanner, graph
        self.values: dict[str, Value] = {}
        self.file = graph.span.file if graph.span is not None else None

    def read(self) -> None:
        self.s.expect("(")
        self.params(self.g.block)
        self.s.expect("{")
        stack: list[tuple[Block, Node | None]] = [(self.g.block, None)]
        while stack:
            block, owner = stack[-1]
            if self.s.accept("=>"):
                block.yields = self.uses("}")
            if not self.s.accept("}"):
                node = self.node(block)
                if self.s.accept("{"):
                    stack.append((self.inner(node), node))
                continue
            stack.pop()
            if owner is not None and self.s.accept("{"):
                stack.append((self.inner(owner), owner))

    def inner(self, owner: Node) -> Block:
        block = Block()
        owner.blocks.append(block)
        if self.s.accept("("):
            self.params(block)
        return block

    def params(self, block: Block) -> None:
        while not self.s.accept(")"):
            name = self.name()
            self.define(name, block.add_param(self.s.bare_type(",)")))
            if self.s.token != ")":
                self.s.expect(",")

    def name(self) -> str:
        if self.s.token[:1] != "%":
            self.s.fail("a value")
        name = self.s.advance()
        self.s.expect(":")
        return name

    def define(self, name: str, value: Value) -> None:
        if name in self.values:
            self.s.fail("a name not used yet")
        hint = name[1:].partition(".")[0]
        value.hint = None if hint.isdecimal() else hint
        self.values[name] = value

    def node(self, block: Block) -> Node:
        names, types = [], []
        while self.s.token[:1] == "%":
            names.append(self.name())
            types.append(self.s.bare_type(",="))
            if not self.s.accept(","):
                self.s.expect("=")
                break
        op = self.s.advance()
        if op not in self.s.table:
            self.s.fail(f"an operation, not {op!r}")
        self.s.expect("(")
        operands = self.uses(")")
        self.s.expect(")")
        attrs = self.attrs() if self.s.accept("[") else {}
        span = self.s.place(self.file) if self.s.accept("at") else None
        node = Node(self.s.table[op], operands, attrs, tuple(types), span=span)
        for name, result in zip(names, node.results, strict=True):
            self.define(name, result)
        block.nodes.append(node)
        return node

    def uses(self, end: str) -> list[Value]:
        found: list[Value] = []
        while self.s.token != end:
            if self.s.token not in self.values:
                self.s.fail("a value defined before")
            found.append(self.values[self.s.advance()])
            if self.s.token != end:
                self.s.expect(",")
        return found

    def attrs(self) -> dict[str, Any]:
        attrs: dict[str, Any] = {}
        while not self.s.accept("]"):
            name = self.s.advance()
            self.s.expect("=")
            self.s.add(attrs, name, self.s.literal())
            if self.s.token != "]":
                self.s.expect(",")
        return attrs
