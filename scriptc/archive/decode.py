"""JSON and tensors → Program, believing nothing. The form is described in `encode.py`.

Every loop is bounded by the length of what was read, and every number is checked before it is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scriptc.archive.container import parse_json
from scriptc.archive.data import DataReader
from scriptc.archive.errors import LoadError
from scriptc.archive.fields import fault, integers, keyed, natural, sequence, text, texts, unique
from scriptc.archive.stream import MAX_VALUES, Form, read_block
from scriptc.archive.tensors import TensorReader
from scriptc.ir.checks import PARAM_KINDS, STATE_KINDS
from scriptc.ir.core import ClassDef, Constant, Entry, FieldDef, Graph, Node, OpDef, Param, Program, SourceText, State, Value
from scriptc.ir.views import Array
from scriptc.source.span import Span
from scriptc.types.json import TypeRowError, read_rows

MAX_RESULTS = 10_000
TABLES = ("ops", "words", "types", "forms")
PARTS = ("graphs", "state", "constants", "classes", "entries", "aliases", "sources", "arrays")


def decode(program: str, tensors: Iterable[Array], table: Mapping[str, OpDef]) -> Program:
    """The program of a file, not yet verified; raises `LoadError`."""
    parts = keyed(parse_json(program, "SL107", "program"), frozenset({"name"}), frozenset({*TABLES, *PARTS}), "program")
    if any(not parts[k] for k in parts.keys() - {"name"}):
        fault("holds an empty part", "program")
    return _Decoder(parts, tensors, table).program()


@dataclass
class _Graphs:
    """What graphs refer to."""

    forms: list[Form]
    words: list[str]
    files: list[str]


class _Decoder:
    def __init__(self, parts: dict[str, Any], tensors: Iterable[Array], table: Mapping[str, OpDef]) -> None:
        self.parts = parts
        self.values = 0
        try:
            self.types = read_rows(self.part("types"))
        except TypeRowError as e:
            fault(str(e), "types")
        self.tensors = TensorReader(tensors, self.part("arrays"))
        self.data = DataReader(self.tensors.array, self.types)
        ops = [_op(name, table) for name in texts(self.part("ops"), "ops")]
        self.forms = [self.form(row, ops) for row in self.part("forms")]
        self.words = texts(self.part("words"), "words")

    def part(self, part: str) -> list[Any]:
        return sequence(self.parts.get(part, []), part)

    def type(self, x: Any, place: str) -> Any:
        return self.types[natural(x, len(self.types), place)]

    def form(self, row: Any, ops: list[OpDef]) -> Form:
        rest: list[Any] = [0, [], 0, {}]
        op, operands, results, blocks, attrs = (*sequence(row, "forms", 1, 5), *rest[len(row) - 1 :])
        return Form(
            ops[natural(op, len(ops), "forms")],
            natural(operands, 1 << 30, "forms"),
            tuple(self.type(t, "forms") for t in sequence(results, "forms", 0, MAX_RESULTS)),
            natural(blocks, 1 << 20, "forms"),
            {k: self.data.read(v) for k, v in _object(attrs, "forms").items()},
        )

    def program(self) -> Program:
        p = Program(text(self.parts["name"], "name"))
        sources = [self.source(row) for row in self.part("sources")]
        p.sources = _dict(sources, "sources")
        shared = _Graphs(self.forms, self.words, list(p.sources))
        p.graphs = _dict([(g.name, g) for g in (self.graph(x, shared) for x in self.part("graphs"))], "graphs")
        p.state = _dict([self.state(row) for row in self.part("state")], "state")
        p.constants = _dict([self.named_constant(row) for row in self.part("constants")], "constants")
        p.classes = _dict([(c.name, c) for c in map(self.class_def, self.part("classes"))], "classes")
        p.entries = _dict([self.entry(row) for row in self.part("entries")], "entries")
        p.aliases = _dict([(a, n) for a, n in (texts(sequence(row, "aliases", 2, 2), "aliases") for row in self.part("aliases"))], "aliases")
        self.tensors.finish()
        return p

    def source(self, row: Any) -> tuple[str, SourceText]:
        key, *rest = texts(sequence(row, "sources", 1, 3), "sources")
        return key, SourceText(rest[0] if rest else key, rest[1] if len(rest) > 1 else None)

    def state(self, row: Any) -> tuple[str, State]:
        name, t, kind, value = sequence(row, "state", 4, 4)
        place = f"state {text(name, 'state')[:100]!r}"
        return name, State(self.type(t, place), self.data.read(value), STATE_KINDS[natural(kind, len(STATE_KINDS), place)])

    def named_constant(self, row: Any) -> tuple[str, Constant]:
        name, t, value = sequence(row, "constants", 3, 3)
        return text(name, "constants"), self.constant([t, value], "constants")

    def constant(self, row: Any, place: str) -> Constant:
        t, value = sequence(row, place, 2, 2)
        return Constant(self.type(t, place), self.data.read(value))

    def class_def(self, x: Any) -> ClassDef:
        optional = frozenset({"fields", "bases", "members", "options", "methods"})
        c = keyed(x, frozenset({"name", "kind"}), optional, "classes")
        if any(not c[k] for k in optional & c.keys()):
            fault("holds an empty part", "classes")
        methods = _object(c.get("methods", {}), "classes")
        return ClassDef(
            text(c["name"], "classes"),
            text(c["kind"], "classes"),
            [self.field(row) for row in sequence(c.get("fields", []), "classes")],
            tuple(texts(c.get("bases", []), "classes")),
            tuple(self.member(row) for row in sequence(c.get("members", []), "classes")),
            tuple(texts(c.get("options", []), "classes")),
            {k: text(v, "classes") for k, v in methods.items()},
        )

    def field(self, row: Any) -> FieldDef:
        name, t, *rest = sequence(row, "classes", 2, 4)
        if len(rest) == 1 and rest[0] is None or len(rest) == 2 and not rest[1]:
            fault("holds an empty part", "classes")
        default = self.constant(rest[0], "classes") if rest and rest[0] is not None else None
        flags = tuple(texts(rest[1], "classes")) if len(rest) == 2 else ()
        return FieldDef(text(name, "classes"), self.type(t, "classes"), default, flags)

    def member(self, row: Any) -> tuple[str, Any]:
        name, value = sequence(row, "classes", 2, 2)
        return text(name, "classes"), self.data.read(value)

    def entry(self, row: Any) -> tuple[str, Entry]:
        name, graph, params, *doc = sequence(row, "entries", 3, 4)
        made = Entry(text(graph, "entries"), [self.param(p) for p in sequence(params, "entries")], text(doc[0], "entries") if doc else None)
        return text(name, "entries"), made

    def param(self, row: Any) -> Param:
        name, t, kind, *default = sequence(row, "entries", 3, 4)
        constant = self.constant(default[0], "entries") if default else None
        kind = PARAM_KINDS[natural(kind, len(PARAM_KINDS), "entries")]
        return Param(text(name, "entries"), self.type(t, "entries"), kind, constant)

    def graph(self, x: Any, shared: _Graphs) -> Graph:
        optional = frozenset({"qualname", "item", "library", "span", "hints", "spans"})
        g = keyed(x, frozenset({"name", "code"}), optional, "graphs")
        place = f"graph {text(g['name'], 'graphs')[:100]!r}"
        block, values, nodes = read_block(integers(g["code"], place), shared.forms, self.types, place)
        self.values += len(values)
        if self.values > MAX_VALUES:
            fault(f"has more than {MAX_VALUES} values", place)
        _read_hints(integers(g.get("hints", []), place), values, shared.words, place)
        span = _graph_span(g["span"], shared.files, place) if "span" in g else None
        if "spans" in g:
            _SpanReader(integers(g["spans"], place), shared.files, span, place).read(nodes)
        item = self.type(g["item"], place) if "item" in g else None
        library = text(g["library"], place) if "library" in g else None
        return Graph(g["name"], block, text(g.get("qualname", ""), place), item is not None, item, span, library)


def _op(name: str, table: Mapping[str, OpDef]) -> OpDef:
    if name not in table:
        raise LoadError("SL108", f"uses the operation {name[:100]!r}, which this version does not know", place="ops")
    return table[name]


def _object(x: Any, place: str) -> dict[str, Any]:
    if type(x) is not dict:
        fault("holds no object", place)
    return x


def _dict(pairs: list[tuple[str, Any]], place: str) -> dict[str, Any]:
    unique([name for name, _ in pairs], place)
    return dict(pairs)


def _read_hints(numbers: list[int], values: list[Value], words: list[str], place: str) -> None:
    if len(numbers) % 2:
        fault("has hints out of step", place)
    at = 0
    for delta, word in zip(numbers[::2], numbers[1::2], strict=True):
        at += delta
        values[natural(at, len(values), place)].hint = words[natural(word, len(words), place)]


def _graph_span(row: Any, files: list[str], place: str) -> Span:
    numbers = integers(sequence(row, place, 5, 5), place)
    return _span(files[natural(numbers[0], len(files), place)], 0, numbers[1:])


def _span(file: str, line: int, numbers: list[int]) -> Span:
    return Span(file, line + numbers[0], numbers[1], line + numbers[0] + numbers[2], numbers[3])


class _SpanReader:
    def __init__(self, numbers: list[int], files: list[str], start: Span | None, place: str) -> None:
        self.numbers, self.files, self.place = numbers, files, place
        self.file = start.file if start is not None else None
        self.line = start.line if start is not None else 0
        self.at = 0

    def read(self, nodes: list[Node]) -> None:
        done = 0
        while self.at < len(self.numbers):
            run, kind = divmod(self.take(1)[0], 3)
            span = self.span(kind)
            if not 0 < run <= len(nodes) - done:
                fault("has spans out of step", self.place)
            for node in nodes[done : done + run]:
                node.span = span
            done += run
        if done != len(nodes):
            fault("has spans out of step", self.place)

    def take(self, count: int) -> list[int]:
        self.at += count
        if self.at > len(self.numbers):
            fault("has spans cut short", self.place)
        return self.numbers[self.at - count : self.at]

    def span(self, kind: int) -> Span | None:
        if kind == 0:
            return None
        if kind == 2:
            self.file = self.files[natural(self.take(1)[0], len(self.files), self.place)]
        if self.file is None:
            fault("has spans without a file", self.place)
        span = _span(self.file, self.line, self.take(4))
        self.line = span.line
        return span
