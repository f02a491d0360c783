"""The graph: structured SSA. See docs/ir.md for the meaning of each structural op.

A `Graph` has one `Block`; a `Block` has parameters, nodes in order, and the values it yields; a `Node` has an `OpDef`,
operands, attributes, results and perhaps blocks. Mutation is in the graph: order within a block is execution order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from scriptc.source.span import Span
from scriptc.types import Type

if TYPE_CHECKING:

    from scriptc.ops.signature import Signature


class Missing(Enum):
    """Marks an operand whose value is not known when compiling."""

    MISSING = "missing"


MISSING = Missing.MISSING


class Effect(Enum):
    """What a node does besides computing its results from its operands."""

    READ = "read"  # reads mutable memory (a list, an array, an attribute, a cell)
    WRITE = "write"  # writes mutable memory
    IO = "io"  # prints, warns, draws random numbers: ordered with each other
    RAISE = "raise"  # may raise


PURE: frozenset[Effect] = frozenset()


class OpTypeError(Exception):
    """Raised by a type rule: the operands do not fit. `operand` is the index of the culprit, or None."""

    def __init__(self, message: str, operand: int | None = None, help: str | None = None) -> None:
        super().__init__(message)
        self.message, self.operand, self.help = message, operand, help
        self.parts: dict[int, Type] = {}  # of operands that are unions, by index: the members it is about


class OutOfRange(OpTypeError):
    """The index is beyond the end. Where that is so of some members of a union only, Python raises as it runs."""


@dataclass(frozen=True)
class Arg:
    """An operand as a type rule sees it: its type and, where the compiler knows it, its value."""

    type: Type
    const: Any = MISSING


@dataclass(frozen=True)
class Call:
    """What a type rule is given: the operands in order, the names of trailing keyword operands, the attributes."""

    args: tuple[Arg, ...]
    kw: tuple[str, ...] = ()
    attrs: dict[str, Any] = field(default_factory=dict)
    program: Program | None = None


TypeRule = Callable[[Call], tuple[Type, ...]]


@dataclass(frozen=True)
class OpDef:
    """One primitive operation, whole in one record.

    name       unique dotted name (`add`, `str.split`, `numpy.maximum`)
    rule       result types from a `Call`; raises `OpTypeError`
    emit       the Python target's expression template: `"$0 + $1"`, `"$0.split($*)"`, `"np.maximum($*)"`;
               `$N` is operand N, `$*` all remaining operands (keyword ones as `name=value`); None: the target knows it
    effects    what it does besides its results
    mutates    operand indices it writes into
    signature  parameter names, kinds and types, where arguments may be given by keyword
    commutative, gradient, c, onnx   as design.md section 6
    """

    name: str
    rule: TypeRule
    emit: str | None = None
    effects: frozenset[Effect] = PURE
    mutates: tuple[int, ...] = ()
    signature: Signature | None = None
    commutative: bool = False
    structural: bool = False
    gradient: Any = None
    c: Any = None
    onnx: Any = None

    @property
    def pure(self) -> bool:
        return not self.effects


class Value:
    """One SSA value. `hint` is the user's name for it, if any; `owner` the node or block that defines it."""

    __slots__ = ("hint", "owner", "type")

    def __init__(self, type: Type, hint: str | None = None) -> None:
        self.type = type
        self.hint = hint
        self.owner: Node | Block | None = None

    @property
    def const(self) -> Any:
        """The value where a `const` node defines it, or a `tuple` or `slice` of such (a tuple may hold `MISSING`); else `MISSING`."""
        return _const(self, 3)

    def __repr__(self) -> str:
        return f"%{self.hint or id(self)}: {self.type}"


class Node:
    """One operation in a block."""

    __slots__ = ("attrs", "blocks", "op", "operands", "results", "span")

    def __init__(
        self,
        op: OpDef,
        operands: list[Value],
        attrs: dict[str, Any] | None = None,
        result_types: tuple[Type, ...] = (),
        blocks: list[Block] | None = None,
        span: Span | None = None,
    ) -> None:
        self.op, self.operands, self.attrs, self.span = op, operands, attrs or {}, span
        self.blocks = blocks or []
        self.results = [Value(t) for t in result_types]
        for r in self.results:
            r.owner = self

    def __repr__(self) -> str:
        return f"<Node {self.op.name}>"


def _const(value: Value, depth: int) -> Any:
    node = value.owner
    if not isinstance(node, Node):
        return MISSING
    name = node.op.name
    if name == "const":
        return node.attrs["value"]
    if node.op.name == "dtype":
        return node.attrs["name"]
    if name not in ("tuple", "slice") or depth == 0:
        return MISSING
    parts = tuple(_const(v, depth - 1) for v in node.operands)
    if name == "tuple":
        return parts
    return MISSING if any(p is MISSING for p in parts) else slice(*parts)


class Block:
    """Parameters, nodes in execution order, and the values yielded at the end."""

    __slots__ = ("nodes", "params", "yields")

    def __init__(self, param_types: tuple[Type, ...] = (), hints: tuple[str | None, ...] = ()) -> None:
        self.params: list[Value] = []
        self.nodes: list[Node] = []
        self.yields: list[Value] = []
        for i, t in enumerate(param_types):
            self.add_param(t, hints[i] if i < len(hints) else None)

    def add_param(self, type: Type, hint: str | None = None) -> Value:
        value = Value(type, hint)
        value.owner = self
        self.params.append(value)
        return value

    def walk(self) -> Iterator[Node]:
        """Every node, outer before inner, in order."""
        stack = [iter(self.nodes)]  # its own stack: a long `elif` chain nests deeper than Python's calls should
        while stack:
            node = next(stack[-1], None)
            if node is None:
                stack.pop()
            else:
                yield node
                stack += [iter(block.nodes) for block in reversed(node.blocks)]


@dataclass
class Graph:
    """One compiled function. `block.params` are its parameters, `block.yields` its results.

    `name` is unique in the program; `qualname` is the user's function name for tracebacks. A `generator` graph yields
    nothing at its end: its `yield` nodes give items of type `item`, and a call of it makes an iterator.
    """

    name: str
    block: Block
    qualname: str = ""
    generator: bool = False
    item: Type | None = None
    span: Span | None = None
    library: str | None = None  # qualified name of the library function it is, which a target may replace

    @property
    def params(self) -> list[Value]:
        return self.block.params

    @property
    def result_types(self) -> tuple[Type, ...]:
        return tuple(v.type for v in self.block.yields)


@dataclass
class State:
    """A named slot of the compiled module. `value` is an ndarray or plain Python data of type `type`."""

    type: Type
    value: Any
    kind: str = "attribute"  # "parameter" | "buffer" | "attribute"


@dataclass
class Constant:
    """Captured data the program only reads: an ndarray, or lists, tuples, dicts, sets, scalars, enum members of it."""

    type: Type
    value: Any


@dataclass
class FieldDef:
    """A field of a class. `default` is a `Constant` where there is one.

    `flags` of a dataclass tell its own fields (`field`, and what `dataclasses.field` was told: `no_init`, `no_repr`, `no_compare`, `hash`,
    `no_hash`, `kw_only`) from the other attributes of its objects; where no field has any, all are its fields.
    The default of what is no field of a dataclass or namedtuple is an attribute of the class.
    """

    name: str
    type: Type
    default: Constant | None = None
    flags: tuple[str, ...] = ()


@dataclass
class ClassDef:
    """A class whose instances the program makes or takes.

    kind: "class" | "dataclass" | "namedtuple" | "enum" | "exception". `bases` are names in `Program.classes` or of
    built-in exceptions (`ValueError`), or `int` / `str` for IntEnum and the like, nearest first.
    `members` are an enum's, in order. `options`: dataclass flags that are on (`eq`, `order`, `frozen`, `repr`, `unsafe_hash`).
    `methods` maps special method names (`__eq__`, `__repr__`, ...) to graphs, for the run-time class of a loaded file.
    """

    name: str
    kind: str
    fields: list[FieldDef] = field(default_factory=list)
    bases: tuple[str, ...] = ()
    members: tuple[tuple[str, Any], ...] = ()
    options: tuple[str, ...] = ()
    methods: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Param:
    """A parameter of an entry point: kind as `inspect` names it; default a `Constant` or None for required."""

    name: str
    type: Type
    kind: str = "POSITIONAL_OR_KEYWORD"
    default: Constant | None = None


@dataclass
class Entry:
    """A callable of the compiled object: which graph, and the signature its callers see."""

    graph: str
    params: list[Param]
    doc: str | None = None


@dataclass
class SourceText:
    """One source file: what tracebacks show. `text` is None where it was left out."""

    name: str
    text: str | None = None


@dataclass(eq=False)
class Program:
    """A whole compiled object. Programs are equal where only the identity of their values differs (`ir/equal.py`)."""

    name: str
    graphs: dict[str, Graph] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    state: dict[str, State] = field(default_factory=dict)
    constants: dict[str, Constant] = field(default_factory=dict)
    classes: dict[str, ClassDef] = field(default_factory=dict)
    sources: dict[str, SourceText] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    """State names that are other names of one slot (tied weights): alias -> canonical."""

    def __eq__(self, other: object) -> bool:
        from scriptc.ir.equal import equal

        return equal(self, other) if isinstance(other, Program) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # mutable


def is_array(value: Any) -> bool:
    import numpy as np

    return isinstance(value, np.ndarray | np.generic)
