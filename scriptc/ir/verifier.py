"""`verify(program)`: is the program well formed, and is every type what the op's own rule gives?

Runs after lowering, after every pass in tests, and last in every load; what it lets through, a target may trust.
Walks each graph once, with a stack of its own (a long `elif` chain nests deeply).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scriptc.ir.builder import call_of
from scriptc.ir.checks import ProgramChecker, TypeChecker, VerifyError, is_dotted, is_identifier, is_name
from scriptc.ir.core import Block, Graph, Node, OpTypeError, Program, Value
from scriptc.ir.fresh import wider_when_new
from scriptc.ir.infer import infer
from scriptc.ir.regions import BLOCK_RULES
from scriptc.source.span import Span
from scriptc.types import Type, is_subtype
from scriptc.types.lattice import TypeGrowth

MAX_NESTING = 1000
MAX_ATTR_DEPTH = 20
STRUCTURAL_ATTRS: dict[str, frozenset[str]] = {
    "const": frozenset({"value"}),
    "constant": frozenset({"name"}),
    "narrow": frozenset({"type"}),
    "state.get": frozenset({"name"}),
    "state.set": frozenset({"name"}),
    "while": frozenset({"form"}),
    "try": frozenset({"handlers", "has_else", "has_finally"}),
    "call": frozenset({"graph"}),
    "function": frozenset({"graph"}),
    "record": frozenset({"cls"}),
    "exception": frozenset({"cls"}),
    "attr.get": frozenset({"name"}),
    "attr.set": frozenset({"name"}),
    "attr.del": frozenset({"name"}),
    "isinstance": frozenset({"classes"}),
    "unpack": frozenset({"before", "after", "star"}),
}


def verify(program: Program) -> None:
    """Raises `VerifyError` unless `program` is well formed."""
    types = TypeChecker(program)
    for name, graph in program.graphs.items():
        if graph.name != name or not is_name(name):
            raise VerifyError(f"the graph {graph.name!r} is filed as {name!r}")
    ProgramChecker(program, types).check()
    owned = _Owned(set(), set(), set())
    for graph in program.graphs.values():
        _GraphChecker(program, graph, types, owned).check()


@dataclass
class _Owned:
    """What was met so far, in any graph: everything has one place."""

    values: set[Value]
    nodes: set[Node]
    blocks: set[Block]


@dataclass
class _Frame:
    """A block being checked: how far, and what was defined in it."""

    block: Block
    position: int  # among the blocks of its node
    in_handler: bool
    next: int = 0
    ended: bool = False  # a `raise` was met


class _GraphChecker:
    def __init__(self, program: Program, graph: Graph, types: TypeChecker, owned: _Owned) -> None:
        self.program, self.graph, self.types, self.owned = program, graph, types, owned
        self.visible: set[Value] = set()
        self.stack: list[_Frame] = []
        self.node: Node | None = None

    def fail(self, message: str) -> None:
        raise VerifyError(message, self.graph, self.node)

    def check(self) -> None:
        self.check_header()
        try:
            self.enter(self.graph.block, 0, False)
            while self.stack:
                self.step()
        except VerifyError as e:
            if e.graph is not None:
                raise
            self.fail(e.message)

    def check_header(self) -> None:
        g = self.graph
        if not isinstance(g.qualname, str) or not isinstance(g.generator, bool):
            self.fail("the graph's header is malformed")
        if g.library is not None and not is_dotted(g.library):
            self.fail(f"not a qualified name: {g.library!r}")
        if (g.item is not None) != g.generator:
            self.fail("a generator has an item type, and nothing else has")
        if g.item is not None:
            self.types.check(g.item)
        if g.generator and g.block.yields:
            self.fail("a generator's block yields nothing")
        self.check_span(g.span)

    # blocks

    def enter(self, block: Block, position: int, in_handler: bool) -> None:
        if block in self.owned.blocks:
            self.fail("a block is in two places")
        if len(self.stack) >= MAX_NESTING:
            self.fail(f"blocks are nested deeper than {MAX_NESTING}")
        self.owned.blocks.add(block)
        for p in block.params:
            self.define(p, block)
        self.stack.append(_Frame(block, position, in_handler))

    def step(self) -> None:
        """One node of the innermost block, or its end."""
        frame = self.stack[-1]
        if frame.next < len(frame.block.nodes):
            frame.next += 1
            self.node = frame.block.nodes[frame.next - 1]
            self.start_node(frame, self.node)
            return
        for v in frame.block.yields:
            if v not in self.visible:
                self.fail(f"a block yields {v!r}, which is not defined there")
        self.leave(frame)

    def leave(self, frame: _Frame) -> None:
        self.stack.pop()
        self.visible.difference_update(frame.block.params)
        for node in frame.block.nodes:
            self.visible.difference_update(node.results)
        if self.stack:
            outer = self.stack[-1]
            node = self.node = outer.block.nodes[outer.next - 1]
            position = frame.position + 1
            if position == len(node.blocks):
                self.finish_node(node)
            else:
                self.enter(node.blocks[position], position, outer.in_handler or _is_handler(node, position))

    def define(self, value: Value, owner: Node | Block) -> None:
        if value in self.owned.values:
            self.fail(f"{value!r} is defined twice")
        if value.owner is not owner:
            self.fail(f"{value!r} does not know where it is defined")
        if value.hint is not None and not is_identifier(value.hint):
            self.fail(f"not an identifier: {value.hint!r}")
        self.types.check(value.type)
        self.owned.values.add(value)
        self.visible.add(value)

    # nodes

    def start_node(self, frame: _Frame, node: Node) -> None:
        if frame.ended and node.op.name != "unreachable":
            self.fail("code follows a `raise`")
        if node in self.owned.nodes:
            self.fail("a node is in two places")
        self.owned.nodes.add(node)
        for v in node.operands:
            if v not in self.visible:
                self.fail(f"{v!r} is used where it is not defined")
        self.check_span(node.span)
        self.check_attrs(node)
        if not node.blocks:
            self.finish_node(node)
        elif node.op.name in BLOCK_RULES:
            self.enter(node.blocks[0], 0, frame.in_handler)
        else:
            self.fail("this operation has no blocks")
        if node.op.name in ("raise", "reraise"):
            frame.ended = True

    def finish_node(self, node: Node) -> None:
        """After its blocks: its place, its types, then its results."""
        frame, name = self.stack[-1], node.op.name
        if name == "reraise" and not frame.in_handler:
            self.fail("a bare `raise` outside of a handler")
        if name == "yield":
            self.check_yield(node)
        if name in BLOCK_RULES:
            BLOCK_RULES[name](self.program, node)
        else:
            self.check_results(node)
        for r in node.results:
            self.define(r, node)

    def check_yield(self, node: Node) -> None:
        if self.graph.item is None:
            self.fail("`yield` outside of a generator")
        elif node.operands and not is_subtype(node.operands[0].type, self.graph.item):
            self.fail(f"yields `{node.operands[0].type}`, not `{self.graph.item}`")

    def check_results(self, node: Node) -> None:
        derived = self.derive(node)
        declared = tuple(r.type for r in node.results)
        if derived == declared:
            return
        if len(derived) != len(declared):
            self.fail(f"has {len(declared)} results, its rule gives {len(derived)}")
        for d, t in zip(derived, declared, strict=True):
            # a container made anew may be declared to hold more than it does at first: `xs = []`
            if not is_subtype(d, t) and not wider_when_new(node.op, call_of(node.operands, node.attrs, self.program), declared):
                self.fail(f"declares `{t}`, its rule gives `{d}`")

    def derive(self, node: Node) -> tuple[Type, ...]:
        try:
            return infer(node.op, call_of(node.operands, node.attrs, self.program))
        except (OpTypeError, TypeGrowth) as e:
            raise VerifyError(str(e), self.graph, node) from None
        except Exception as e:  # a rule given attributes no frontend makes: the file is wrong, not the reader
            raise VerifyError(f"its rule failed: {type(e).__name__}: {e}", self.graph, node) from e

    # attributes and spans

    def check_attrs(self, node: Node) -> None:
        attrs, name = node.attrs, node.op.name
        for key, value in attrs.items():
            if not is_identifier(key):
                self.fail(f"not a name of an attribute: {key!r}")
            self.check_attr(value, 0)
        if node.op.structural:
            self.check_structural(node, STRUCTURAL_ATTRS.get(name, frozenset()))
        elif "kw" in attrs:
            self.check_kw(attrs["kw"], len(node.operands))

    def check_attr(self, value: Any, depth: int) -> None:
        if isinstance(value, Type):
            self.types.check(value)
        elif type(value) is tuple and depth < MAX_ATTR_DEPTH:
            for v in value:
                self.check_attr(v, depth + 1)
        elif type(value) not in (type(None), bool, int, float, complex, str, bytes, type(...)):
            self.fail(f"an attribute of type `{type(value).__name__}`")

    def check_structural(self, node: Node, wanted: frozenset[str]) -> None:
        if node.attrs.keys() != wanted:
            self.fail(f"has attributes {sorted(node.attrs)}, not {sorted(wanted)}")
        fault = attr_fault(node.op.name, node.attrs, self.program)
        if fault:
            self.fail(fault)

    def check_kw(self, kw: Any, operands: int) -> None:
        fine = type(kw) is tuple and all(map(is_identifier, kw)) and len(set(kw)) == len(kw) and len(kw) <= operands
        if not fine:
            self.fail(f"malformed keyword names {kw!r}")

    def check_span(self, span: Span | None) -> None:
        if span is None:
            return
        if span.file not in self.program.sources:
            self.fail(f"no source {span.file!r}")
        numbers = (span.line, span.column, span.end_line, span.end_column)
        if any(type(n) is not int for n in numbers) or span.line < 1 or span.column < 0 or span.end_column < 0:
            self.fail(f"malformed span {span!r}")
        if (span.end_line, span.end_column) < (span.line, span.column):
            self.fail(f"a span ends before it starts: {span!r}")


def _is_handler(node: Node, position: int) -> bool:
    return node.op.name == "try" and 0 < position <= len(node.attrs["handlers"])


def attr_fault(op: str, attrs: dict[str, Any], program: Program) -> str | None:
    """What is wrong with the attributes of a structural op, beyond what its rule looks at."""
    if op == "unpack":
        counts = all(type(attrs[k]) is int and 0 <= attrs[k] <= 100_000 for k in ("before", "after"))
        fine = counts and type(attrs["star"]) is bool and (attrs["star"] or attrs["after"] == 0)
        return None if fine else "malformed counts"
    if op == "isinstance":
        names = attrs["classes"]
        fine = type(names) is tuple and all(is_dotted(n) or n in program.classes for n in names)
        return None if fine else f"malformed class names {names!r}"
    if op == "try":
        return _handlers_fault(attrs)
    if op.startswith("attr."):
        return None if is_identifier(attrs["name"]) else f"not an identifier: {attrs['name']!r}"
    if op == "narrow":
        return None if isinstance(attrs["type"], Type) else "not a type"
    if op == "const":
        return None
    return next((f"{k} is not a text" for k, v in attrs.items() if type(v) is not str), None)


def _handlers_fault(attrs: dict[str, Any]) -> str | None:
    handlers = attrs["handlers"]
    if type(handlers) is not tuple or any(type(h) is not tuple for h in handlers):
        return "malformed handlers"
    if any(type(n) is not str for h in handlers for n in h):
        return "malformed handlers"
    if type(attrs["has_else"]) is not bool or type(attrs["has_finally"]) is not bool:
        return "malformed flags"
    return None
