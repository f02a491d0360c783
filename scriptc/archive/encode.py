"""Program → JSON and tensors. `decode.py` is the inverse; docs of the form are here.

    name, ops, words, types   the program's name; tables of op names, of identifiers, of types (see types/json.py)
    forms     shapes of nodes: [op, operands, [result types], blocks, {attributes}], what is empty at the end left out
    graphs    each with `code`, `hints`, `spans` (lists of integers), and of qualname, item, library, span what it has
    state     [name, type, kind, value]; kind is the index in `STATE_KINDS`
    constants [name, type, value]
    classes   objects with the fields of `ClassDef`, what is empty left out
    entries   [name, graph, [params], doc]; a param is [name, type, kind] or with [type, value] of its default at the end
    aliases   [alias, name];  sources  [key] or [key, name] or [key, name, text];  arrays  see tensors.py

`code`: a block is its number of params, their types, its number of nodes, the nodes, its number of yields, the values. A node
is a form, its operands, its blocks. Values are numbered as they are defined, a node's results after its blocks; a value
is written as how many definitions ago it was. `hints`: (how many values on, word). `spans`, for the nodes in
order of `code`: 3 * run + kind: 0 none, 1 a place in the file before, 2 first that file; a place is line minus the last
line, column, lines more to its end, end column.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from scriptc.archive.data import DataWriter
from scriptc.archive.tensors import TensorWriter
from scriptc.ir.checks import PARAM_KINDS, STATE_KINDS
from scriptc.ir.core import Block, ClassDef, Constant, Entry, FieldDef, Graph, Node, Param, Program, Value
from scriptc.ir.views import Array, arrays_in, data_of
from scriptc.source.span import Span
from scriptc.types.json import TypeTable


def encode(program: Program, source: bool = True) -> tuple[str, dict[str, Array]]:
    """The program as JSON text, and its tensors in the order they stand in the file."""
    encoder = _Encoder(program, source)
    return json.dumps(encoder.program_json(), separators=(",", ":"), allow_nan=False), encoder.tensors.tensors


class _Table:
    """Numbers things as they come."""

    def __init__(self) -> None:
        self.rows: list[Any] = []
        self._index: dict[Any, int] = {}

    def add(self, key: Any, row: Any) -> int:
        found = self._index.get(key)
        if found is None:
            found = self._index[key] = len(self.rows)
            self.rows.append(row)
        return found


class _Encoder:
    def __init__(self, program: Program, source: bool) -> None:
        self.program, self.source = program, source
        self.types, self.ops, self.words, self.forms = TypeTable(), _Table(), _Table(), _Table()
        self.files = {key: i for i, key in enumerate(program.sources)}
        named = [(n, s.value) for n, s in program.state.items() if type(s.value) is np.ndarray]
        self.tensors = TensorWriter(named, (a for v in data_of(program) for a in arrays_in(v)))
        self.data = DataWriter(self.tensors.row, self.types.add)

    def program_json(self) -> dict[str, Any]:
        p = self.program
        parts: dict[str, Any] = {
            "graphs": [self.graph(g) for g in p.graphs.values()],
            "state": [[n, self.types.add(s.type), STATE_KINDS.index(s.kind), self.data.write(s.value)] for n, s in p.state.items()],
            "constants": [[n, *self.constant(c)] for n, c in p.constants.items()],
            "classes": [self.class_json(c) for c in p.classes.values()],
            "entries": [self.entry(n, e) for n, e in p.entries.items()],
            "aliases": [[a, n] for a, n in p.aliases.items()],
            "sources": [self.source_row(key) for key in p.sources],
            "arrays": self.tensors.flags(),
        }
        tables = {"ops": self.ops.rows, "words": self.words.rows, "types": self.types.rows, "forms": self.forms.rows}
        return {"name": p.name, **_present({**tables, **parts})}

    def source_row(self, key: str) -> list[Any]:
        s = self.program.sources[key]
        if self.source and s.text is not None:
            return [key, s.name, s.text]
        return [key] if s.name == key else [key, s.name]

    def constant(self, c: Constant) -> list[Any]:
        return [self.types.add(c.type), self.data.write(c.value)]

    def class_json(self, c: ClassDef) -> dict[str, Any]:
        fields = [self.field(f) for f in c.fields]
        members = [[name, self.data.write(value)] for name, value in c.members]
        rest = {"fields": fields, "bases": list(c.bases), "members": members, "options": list(c.options), "methods": c.methods}
        return {"name": c.name, "kind": c.kind, **_present(rest)}

    def field(self, f: FieldDef) -> list[Any]:
        row: list[Any] = [f.name, self.types.add(f.type)]
        if f.default is not None or f.flags:
            row.append(None if f.default is None else self.constant(f.default))
        return [*row, list(f.flags)] if f.flags else row

    def entry(self, name: str, e: Entry) -> list[Any]:
        row: list[Any] = [name, e.graph, [self.param(p) for p in e.params]]
        return row if e.doc is None else [*row, e.doc]

    def param(self, p: Param) -> list[Any]:
        row = [p.name, self.types.add(p.type), PARAM_KINDS.index(p.kind)]
        return row if p.default is None else [*row, self.constant(p.default)]

    def graph(self, g: Graph) -> dict[str, Any]:
        code, values, nodes = _Stream(self).graph(g.block)
        rest: dict[str, Any] = {
            "qualname": g.qualname or None,
            "item": None if g.item is None else self.types.add(g.item),
            "library": g.library,
            "span": None if g.span is None else [self.files[g.span.file], *_numbers(g.span, 0)],
            "hints": self.hints(values) or None,
            "spans": self.spans(nodes, g.span) or None,
        }
        return {"name": g.name, "code": code, **{k: v for k, v in rest.items() if v is not None}}

    def hints(self, values: list[Value]) -> list[int]:
        out, last = [], 0
        for i, v in enumerate(values):
            if v.hint is not None:
                out += [i - last, self.words.add(v.hint, v.hint)]
                last = i
        return out

    def spans(self, nodes: list[Node], start: Span | None) -> list[int]:
        file, line = (start.file, start.line) if start is not None else (None, 0)
        out: list[int] = []
        i = 0
        while i < len(nodes):
            span, run = nodes[i].span, i
            while i < len(nodes) and nodes[i].span == span:
                i += 1
            if span is None:
                out.append(3 * (i - run))
                continue
            out += [3 * (i - run) + 1] if span.file == file else [3 * (i - run) + 2, self.files[span.file]]
            out += _numbers(span, line)
            file, line = span.file, span.line
        return [] if all(n.span is None for n in nodes) else out

    def form(self, node: Node) -> int:
        """The number of the node's form: all of it but which operands and blocks."""
        op = self.ops.add(node.op.name, node.op.name)
        attrs = {k: self.data.write(node.attrs[k]) for k in sorted(node.attrs)}
        row: list[Any] = [op, len(node.operands), [self.types.add(r.type) for r in node.results], len(node.blocks), attrs]
        while row and row[-1] in (0, [], {}) and len(row) > 1:
            row.pop()
        return self.forms.add(json.dumps(row), row)


class _Stream:
    """The code of one graph, made with a stack of its own (blocks nest deeper than Python's calls should)."""

    def __init__(self, encoder: _Encoder) -> None:
        self.encoder = encoder
        self.code: list[int] = []
        self.values: list[Value] = []
        self.nodes: list[Node] = []
        self._number: dict[Value, int] = {}

    def graph(self, block: Block) -> tuple[list[int], list[Value], list[Node]]:
        stack = [self.block(block)]
        while stack:
            inner = next(stack[-1], None)
            if inner is None:
                stack.pop()
            else:
                stack.append(self.block(inner))
        return self.code, self.values, self.nodes

    def block(self, block: Block) -> Iterator[Block]:
        """Writes the block; gives each inner block for the caller to write in its place."""
        self.code += [len(block.params), *(self.encoder.types.add(p.type) for p in block.params), len(block.nodes)]
        self.define(block.params)
        for node in block.nodes:
            self.nodes.append(node)
            self.code.append(self.encoder.form(node))
            self.use(node.operands)
            yield from node.blocks
            self.define(node.results)
        self.code.append(len(block.yields))
        self.use(block.yields)

    def define(self, values: list[Value]) -> None:
        for v in values:
            self._number[v] = len(self.values)
            self.values.append(v)

    def use(self, values: list[Value]) -> None:
        self.code += [len(self.values) - self._number[v] for v in values]


def _present(parts: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in parts.items() if v}


def _numbers(s: Span, line: int) -> list[int]:
    return [s.line - line, s.column, s.end_line - s.line, s.end_column]
