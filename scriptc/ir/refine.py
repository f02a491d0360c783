"""Narrower types for one call's arguments: what every value is, given the dtypes and ranks that an entry was called with.

    x: tensor            x: tensor[float32, a, b]
    y = x * 2.0      →   y: tensor[float32, a, b]

The graph stays as it is; a `Version` of it has a table of the types that are narrower than the declared ones. They come
from the ops' own rules. What lives in mutable places (lists, cells, attributes, state that is set) keeps its declared type. A
target may use them to choose a cheaper form of the same operation.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from scriptc.ir.checks import VerifyError
from scriptc.ir.core import MISSING, Arg, Block, Call, Graph, Node, OpTypeError, Program, Value
from scriptc.ir.infer import infer
from scriptc.ir.own_lists import OwnLists
from scriptc.ir.regions import iterated
from scriptc.types import NEVER, Atom, IteratorOf, Tensor, Tuple, TupleOf, Type, is_subtype, join
from scriptc.types.lattice import TypeGrowth

_INTEGER: dict[str, Callable[[int, int], int]] = {"add": operator.add, "sub": operator.sub, "mul": operator.mul}
MAX_VERSIONS = 256
MAX_STEPS = 200_000
_TURNS = 4
_SMALL = 8
_DECLARED = frozenset({
    "const", "constant", "state.get", "function", "call_function", "cell.new", "cell.get", "attr.get", "record", "exception",
    "unreachable", "undef", "yield", "raise", "reraise", "state.set", "cell.set", "attr.set", "attr.init", "attr.del",
})  # fmt: skip
"""Ops whose results depend on more than their operands."""
_SEQUENCES = frozenset({"numpy.array", "numpy.asarray", "numpy.stack", "numpy.concatenate", "numpy.hstack", "numpy.vstack"})


class Unfit(Exception):
    """These arguments surely make the program raise, or have no version: it runs as it is."""


@dataclass(eq=False)
class Version:
    """A graph for arguments of these types: `types` are narrower than the declared ones, `calls` the versions its calls go to.

    `constants` are the parameters that always are this number, bool or None, and numbers that come of the shapes alone.
    """

    graph: Graph
    params: tuple[Type, ...]
    constants: dict[Value, object] = field(default_factory=dict)
    types: dict[Value, Type] = field(default_factory=dict)
    calls: dict[Node, Version] = field(default_factory=dict)
    results: tuple[Type, ...] | None = None

    def type_of(self, value: Value) -> Type:
        return self.types.get(value, value.type)

    def const_of(self, value: Value) -> object:
        """As `Value.const`, with what is known in this version."""
        if not self.constants:
            return value.const
        node = value.owner
        if isinstance(node, Node) and node.op.name in ("tuple", "slice") and value not in self.constants:
            parts = tuple(map(self.const_of, node.operands))
            return parts if node.op.name == "tuple" else MISSING if MISSING in parts else slice(*parts)
        return self.constants.get(value, value.const)


class Refiner:
    """The versions of one program's graphs, each made once."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.versions: dict[object, Version] = {}
        self.left = MAX_STEPS
        self._active: list[str] = []

    def version(self, graph: Graph, args: Sequence[Type], constants: Sequence[object] = ()) -> Version:
        """The graph for arguments of these types, of which `constants` are known (`MISSING` for the others). Raises `Unfit`."""
        params = tuple(narrower(p.type, a) for p, a in zip(graph.params, args, strict=True))
        known = {p: c for p, c in zip(graph.params, constants, strict=False) if _is_small(c)}
        key = graph.name, params, tuple((i, type(c), c) for i, c in enumerate(constants) if _is_small(c))
        found = self.versions.get(key)
        if found is not None:
            return found
        declared = tuple(p.type for p in graph.params)
        if graph.name in self._active and (known or params != declared):
            return self.version(graph, declared)  # a recursive call: its types might grow with each
        if len(self.versions) >= MAX_VERSIONS:
            raise Unfit
        found = self.versions[key] = Version(graph, params, known)
        self._active.append(graph.name)
        try:
            _Run(self, found).run()
        except (OpTypeError, TypeGrowth, VerifyError, Unfit, RecursionError) as e:
            del self.versions[key]
            raise Unfit from e
        finally:
            self._active.pop()
        return found

    def count(self) -> None:
        """One more node looked at. Raises `Unfit` where loops in loops make it too many."""
        self.left -= 1
        if self.left < 0:
            raise Unfit


class _Run:
    """Finds the types of one version."""

    def __init__(self, refiner: Refiner, version: Version) -> None:
        self.refiner, self.version, self.types = refiner, version, version.types
        self.lists = OwnLists(version.graph)
        self.made_of_known: set[Value] = set()  # tuples and slices with a number that is known in this version only

    def run(self) -> None:
        graph = self.version.graph
        for _ in range(_TURNS):
            known = dict(self.lists.items)
            for p, t in zip(graph.params, self.version.params, strict=True):
                self.set(p, t)
            self.block(graph.block)
            if known == self.lists.items:
                break
        else:
            raise Unfit
        self.version.results = tuple(map(self.version.type_of, graph.block.yields))

    def set(self, value: Value, found: Type) -> None:
        t = narrower(value.type, found)
        if t is value.type:
            self.types.pop(value, None)
        else:
            self.types[value] = t

    def knows(self, values: Sequence[Value]) -> bool:
        """Is more known of one of the values than the graph says?"""
        return any(v in self.types or v in self.version.constants or v in self.made_of_known for v in values)

    def of(self, values: Sequence[Value]) -> list[Type]:
        return [self.types.get(v, v.type) for v in values]

    def block(self, block: Block) -> None:
        for node in block.nodes:
            self.node(node)

    def node(self, node: Node) -> None:
        name = node.op.name
        self.refiner.count()
        if name == "cond":
            self.branches(node, node.blocks)
        elif name == "while":
            self.loop(node)
        elif name == "try":
            self.attempt(node)
        elif name == "narrow":
            self.set(node.results[0], self.types.get(node.operands[0], node.results[0].type))
        elif name == "call":
            self.call(node)
        elif name in ("tuple", "slice") and any(v in self.version.constants or v in self.made_of_known for v in node.operands):
            self.made_of_known.add(node.results[0])
            self.infer(node)
        elif name not in _DECLARED and (self.compute(node) or self.knows(node.operands) or self.lists.owns(node)):
            self.infer(node)
        else:
            self.forget(node.results)

    def infer(self, node: Node) -> None:
        """By the op's own rule. What must fail for these arguments may never be reached: it keeps the declared types."""
        self.lists.stored(node, self.of(node.operands))
        try:
            found = self.results(node)
        except OpTypeError:
            return self.forget(node.results)
        for r, t in zip(node.results, found, strict=True):
            own = self.lists.made(r, t)
            if own is None:
                self.set(r, t)
            else:
                self.types[r] = own
        return None

    def compute(self, node: Node) -> bool:
        """Is it `x.shape[1]` of a known size, or a sum or product of such numbers? Then the result is a constant."""
        name, found = node.op.name, None
        if name == "getitem":
            found = self.size(node)
        elif name in _INTEGER:
            a, b = (self.version.const_of(v) for v in node.operands)
            found = _INTEGER[name](a, b) if type(a) is int and type(b) is int else None
        else:
            return False
        self.version.constants.pop(node.results[0], None)
        if found is not None:
            self.version.constants[node.results[0]] = found
        return found is not None

    def size(self, node: Node) -> int | None:
        """A dimension that the array's type tells."""
        shape, index = node.operands[0].owner, node.operands[1].const
        if not isinstance(shape, Node) or shape.op.name != "ndarray.shape" or type(index) is not int:
            return None
        t = self.version.type_of(shape.operands[0])
        if not isinstance(t, Tensor) or t.shape is None or not -len(t.shape) <= index < len(t.shape):
            return None
        size = t.shape[index]
        return size if type(size) is int else None

    def results(self, node: Node) -> tuple[Type, ...]:
        """What the rule says. A list written out where NumPy reads it is as good as a tuple, whose length is known."""
        const_of = self.version.const_of
        args = tuple(Arg(self.types.get(v, v.type), const_of(v)) for v in node.operands)
        if node.op.name in _SEQUENCES and args:
            items = self.lists.written_out(node.operands[0])
            if items:
                args = (Arg(Tuple(tuple(self.of(items))), args[0].const), *args[1:])
        return infer(node.op, Call(args, tuple(node.attrs.get("kw", ())), node.attrs, self.refiner.program))

    def forget(self, values: Sequence[Value]) -> None:
        """Back to the declared types: what an earlier turn of a loop found no longer holds."""
        for v in values:
            self.types.pop(v, None)
            self.version.constants.pop(v, None)

    def branches(self, node: Node, blocks: Sequence[Block]) -> None:
        """The results are what either block yields."""
        for block in blocks:
            self.block(block)
        for i, r in enumerate(node.results):
            first, *others = [self.of(b.yields)[i] for b in blocks]
            for t in others:
                first = join(first, t)
            self.set(r, first)

    def attempt(self, node: Node) -> None:
        blocks = list(node.blocks)
        last = blocks.pop() if node.attrs["has_finally"] else None
        for block in blocks:
            self.block(block)
        orelse = blocks.pop() if node.attrs["has_else"] else None
        self.branches(node, [orelse or blocks[0], *blocks[1:]])
        if last is not None:
            self.block(last)

    def loop(self, node: Node) -> None:
        cond, body = node.blocks
        is_for = node.attrs["form"] == "for"
        inits = node.operands[1:] if is_for else node.operands
        carried = body.params[1:] if is_for else body.params
        if is_for:
            self.set(body.params[0], self.element(node.operands[0], body.params[0]))
        types = self.of(inits)
        for turn in range(_TURNS + 1):
            if turn == _TURNS:
                types = [r.type for r in node.results]
            for p, q, r, t in zip(cond.params, carried, node.results, types, strict=True):
                self.set(p, t)
                self.set(q, t)
                self.set(r, t)
            self.block(cond)
            self.block(body)
            after = [join(t, narrower(p.type, y)) for t, p, y in zip(types, cond.params, self.of(body.yields), strict=True)]
            if after == types:
                return
            types = after

    def element(self, iterable: Value, element: Value) -> Type:
        return iterated(self.types[iterable]) if iterable in self.types else element.type

    def call(self, node: Node) -> None:
        graph = self.refiner.program.graphs[node.attrs["graph"]]
        types = self.of(node.operands)
        if graph.generator or NEVER in types:
            self.version.calls.pop(node, None)
            return self.forget(node.results)
        version = self.version.calls[node] = self.refiner.version(graph, types, [*map(self.version.const_of, node.operands)])
        for r, t in zip(node.results, version.results or graph.result_types, strict=True):
            self.set(r, t)
        return None


def _is_small(constant: object) -> bool:
    """Is it worth a version: an axis, a flag, None?"""
    return constant is None or type(constant) is bool or (type(constant) is int and -_SMALL <= constant <= _SMALL)


def narrower(declared: Type, found: Type) -> Type:
    """`found` where it says more than `declared` and nothing can make it untrue, else `declared`."""
    if found == declared or not _lasting(found) or not is_subtype(found, declared):
        return declared
    return found


def _lasting(t: Type) -> bool:
    """May no other reference change what type the value has?"""
    if isinstance(t, Tuple | TupleOf | IteratorOf):
        return all(map(_lasting, t.children()))
    return isinstance(t, Tensor | Atom)
