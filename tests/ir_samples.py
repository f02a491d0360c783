"""Programs made by hand, for the tests of the graph, the passes and the file."""

from __future__ import annotations

import numpy as np

from scriptc.ir import (
    STRUCTURAL,
    Block,
    Builder,
    Call,
    ClassDef,
    Constant,
    Effect,
    Entry,
    EnumRef,
    FieldDef,
    Graph,
    OpDef,
    OpTypeError,
    Param,
    Program,
    SourceText,
    Span,
    State,
    Value,
)
from scriptc.types import (
    BOOL,
    BYTES,
    COMPLEX,
    DTYPE,
    FLOAT,
    INT,
    NONE,
    RANGE,
    SLICE,
    STR,
    Cell,
    Dict,
    EnumType,
    Function,
    IteratorOf,
    List,
    Record,
    Set,
    Tensor,
    Tuple,
    TupleOf,
    Type,
    union,
)

NUMBERS = (INT, FLOAT)


def _number(call: Call) -> tuple[Type, ...]:
    for i, a in enumerate(call.args):
        if a.type not in NUMBERS:
            raise OpTypeError(f"`{a.type}` is not a number", i)
    return (FLOAT if FLOAT in [a.type for a in call.args] else INT,)


def _compare(call: Call) -> tuple[Type, ...]:
    _number(call)
    return (BOOL,)


OWN = [
    OpDef("add", _number, "$0 + $1", commutative=True),
    OpDef("lt", _compare, "$0 < $1"),
    OpDef("floordiv", _number, "$0 // $1", frozenset({Effect.RAISE})),
    OpDef("print", lambda call: (NONE,), "print($*)", frozenset({Effect.IO})),
    OpDef("len", lambda call: (INT,), "len($0)", frozenset({Effect.READ})),
]
TABLE = {**STRUCTURAL, **{op.name: op for op in OWN}}


def at(line: int, column: int = 4, end: int = 20) -> Span:
    return Span("model.py", line, column, line, end)


def new(name: str = "sample") -> Program:
    p = Program(name)
    p.sources["model.py"] = SourceText("model.py", "def f(n):\n    return 'é' + \"\\n\"\n")
    return p


def add_graph(p: Program, name: str, block: Block, **more) -> Graph:
    g = p.graphs[name] = Graph(name, block, **more)
    return g


def const(b: Builder, value, **more) -> Value:
    return b.value("const", attrs={"value": value}, **more)


def tiny() -> Program:
    """`def f(n: int, x: float = 0.5): return n + x`"""
    p = new("tiny")
    block = Block((INT, FLOAT), ("n", "x"))
    b = Builder(p, TABLE)
    with b.inside(block):
        block.yields = [b.value("add", block.params, span=at(2), hint="y")]
    add_graph(p, "f", block, qualname="f", span=at(1, 0))
    p.entries["f"] = Entry("f", [Param("n", INT), Param("x", FLOAT, default=Constant(FLOAT, 0.5))], "Adds.")
    return p


def loop(p: Program, b: Builder, n: Value) -> Value:
    """`for i in range(...): if i < n: total = total + i`, with a break code carried."""
    items = b.value("constant", attrs={"name": "steps"}, span=at(3))
    zero, go = const(b, 0, span=at(2)), const(b, 0)
    cond = Block((INT, INT), ("total", "code"))
    with b.inside(cond):
        one = const(b, 1)
        cond.yields = [b.value("lt", [cond.params[1], one])]
    body = Block((INT, INT, INT), ("i", "total", "code"))
    i, total, code = body.params
    then, other = Block(), Block()
    with b.inside(body):
        less = b.value("lt", [i, n], span=at(4))
        with b.inside(then):
            then.yields = [b.value("add", [total, i], span=at(5), hint="total"), code]
        with b.inside(other):
            other.yields = [total, const(b, 1)]
        body.yields = list(b.emit("cond", [less], span=at(4), blocks=[then, other], result_types=(INT, INT)).results)
    node = b.emit("while", [items, zero, go], {"form": "for"}, at(3), blocks=[cond, body], result_types=(INT, INT))
    node.results[0].hint = "total"
    return node.results[0]


def guarded(p: Program, b: Builder, n: Value) -> Value:
    """`try: r = n // 2 ; except (ValueError, m.Err) as e: raise ; except: r = -1 ; finally: cell = None`"""
    cell = b.emit("cell.new", [], result_types=(Cell(union((INT, NONE))),)).results[0]
    body, named, bare, final = Block(), Block((union((Record("ValueError"), Record("m.Err"))),), ("e",)), Block((Record("BaseException"),)), Block()
    with b.inside(body):
        body.yields = [b.value("floordiv", [n, const(b, 2)], span=at(7))]
    with b.inside(named):
        b.emit("reraise")
        named.yields = [b.value("unreachable")]
    with b.inside(bare):
        bare.yields = [const(b, -1)]
    with b.inside(final):
        b.emit("cell.set", [cell, const(b, None)])
    attrs = {"handlers": (("ValueError", "m.Err"), ()), "has_else": False, "has_finally": True}
    node = b.emit("try", [], attrs, at(7), blocks=[body, named, bare, final], result_types=(INT,))
    b.emit("cell.get", [cell])
    return node.results[0]


def objects(p: Program, b: Builder) -> None:
    point = b.value("record", [const(b, 1), const(b, 2.0)], {"cls": "m.Pair"}, hint="p")
    b.emit("attr.get", [point], {"name": "a"})
    obj = b.value("record", [], {"cls": "m.Obj"})
    b.emit("attr.set", [obj, b.value("narrow", [b.value("state.get", attrs={"name": "maybe"})], {"type": INT})], {"name": "n"})
    b.emit("attr.del", [obj], {"name": "n"})
    b.emit("isinstance", [b.value("state.get", attrs={"name": "maybe"})], {"classes": ("int", "NoneType", "m.Obj", "numpy.ndarray")})
    b.emit("state.set", [const(b, 3)], {"name": "maybe"})
    items = b.value("constant", attrs={"name": "steps"})
    b.emit("unpack", [items], {"before": 1, "after": 1, "star": True})
    b.emit("print", [point, const(b, "x")], {"kw": ("end",), "weights": (1.5, (-0.0, 2j), ..., True, None)})
    function = b.value("function", [const(b, 1)], {"graph": "helper"})
    b.emit("call_function", [function, const(b, 2)])
    b.emit("call", [const(b, 4)], {"graph": "items"})
    b.emit("undef")


def rich() -> Program:
    """One of nearly everything."""
    p = new("rich")
    add_data(p)
    b = Builder(p, TABLE)
    helper = Block((INT, INT), ("a", "b"))
    with b.inside(helper):
        helper.yields = [b.value("add", helper.params)]
    add_graph(p, "helper", helper, qualname="f.<locals>.helper", library="numpy.helper")
    gen = Block((INT,), ("n",))
    with b.inside(gen):
        b.emit("yield", [gen.params[0]])
    add_graph(p, "items", gen, generator=True, item=INT)
    main = Block((INT, TupleOf(INT), Dict(STR, INT)), ("n", "args", "kwargs"))
    with b.inside(main):
        total = loop(p, b, main.params[0])
        part = guarded(p, b, total)
        objects(p, b)
        main.yields = [b.value("call", [total, part], {"graph": "helper"}, span=at(9))]
    add_graph(p, "m.f", main, qualname="f", span=at(1, 0))
    params = [Param("n", INT, "POSITIONAL_ONLY"), Param("args", INT, "VAR_POSITIONAL"), Param("kwargs", INT, "VAR_KEYWORD")]
    p.entries["f"] = Entry("m.f", params)
    p.classes["m.Obj"].methods["__len__"] = "helper"
    return p


def layer() -> Program:
    """With the real operations: a layer applied until its mean is large, the means collected in a list."""
    from scriptc.ops import TABLE as REAL

    p = new("layer")
    w = np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 4)
    p.state["weight"] = State(Tensor("float32", (3, 4)), w, "parameter")
    vector = Tensor("float32", (4,))
    block = Block((vector, INT), ("x", "n"))
    b = Builder(p, REAL)
    with b.inside(block):
        means = b.value("list", result_types=(List(FLOAT),), hint="means", span=at(2))
        y = b.value("matmul", [b.value("state.get", attrs={"name": "weight"}), block.params[0]], span=at(3), hint="y")
        y = b.value("numpy.maximum", [y, const(b, 0)], span=at(4), hint="y")
        cond, body = Block((INT,), ("i",)), Block((INT,), ("i",))
        with b.inside(cond):
            cond.yields = [b.value("lt", [cond.params[0], block.params[1]], span=at(5))]
        with b.inside(body):
            mean = b.value("float", [b.value("ndarray.mean", [y], span=at(6))], span=at(6), hint="mean")
            b.emit("list.append", [means, mean], span=at(7))
            body.yields = [b.value("add", [body.params[0], const(b, 1)], span=at(8), hint="i")]
        b.emit("while", [const(b, 0)], {"form": "while"}, at(5), blocks=[cond, body], result_types=(INT,))
        block.yields = [y, means]
    add_graph(p, "layer", block, qualname="layer", span=at(1, 0))
    p.entries["forward"] = Entry("layer", [Param("x", vector), Param("n", INT, default=Constant(INT, 2))])
    return p


def add_data(p: Program) -> None:
    p.classes["m.Color"] = ClassDef("m.Color", "enum", bases=("int",), members=(("RED", 1), ("BLUE", 2)))
    p.classes["m.Err"] = ClassDef("m.Err", "exception", bases=("ValueError",))
    p.classes["m.Obj"] = ClassDef("m.Obj", "dataclass", [FieldDef("n", INT, Constant(INT, 3))], options=("eq", "frozen"))
    p.classes["m.Pair"] = ClassDef("m.Pair", "namedtuple", [FieldDef("a", INT), FieldDef("b", FLOAT)])
    w = np.arange(6, dtype=np.float32).reshape(2, 3)
    p.state["layer.weight"] = State(Tensor("float32", (2, 3)), w, "parameter")
    p.state["tied"] = State(Tensor("float32", ("n", None)), w, "parameter")
    p.state["turned"] = State(Tensor("float32", (3, 2)), w.T)
    p.state["mean"] = State(Tensor("float64", ()), np.array(-0.0), "buffer")
    p.state["maybe"] = State(union((INT, NONE)), None)
    p.aliases["again"] = "layer.weight"
    shared = [1, 2]
    values = {
        "steps": (List(INT), shared),
        "steps again": (Tuple((List(INT), STR)), (shared, "x")),
        "big": (INT, -(2**200)),
        "edge": (List(INT), [2**53 - 1, 2**53, -(2**53), -(2**53) + 1, 0]),
        "floats": (TupleOf(FLOAT), (0.1, -0.0, float("inf"), float("-inf"), 5e-324)),
        "nan": (Dict(STR, FLOAT), {"nan": float("nan"), "odd": np.uint64(0xFFF8000000000001).view(np.float64).item()}),
        "complex": (COMPLEX, complex(-0.0, float("nan"))),
        "texts": (Set(STR), {"a", "é\n\"'`\\", "\ud800", "漢"}),
        "frozen": (Set(Tuple((INT, STR)), True), frozenset({(1, "a"), (2, "b")})),
        "numbers": (Set(INT), {8, 0, 17}),
        "range": (RANGE, range(10, 0, -3)),
        "slice": (SLICE, slice(None, 5, None)),
        "bytes": (BYTES, b"\x00\xff"),
        "dtype": (DTYPE, np.dtype("float16")),
        "red": (EnumType("m.Color"), EnumRef("m.Color", "RED")),
        "scalar": (Tensor("float32", (), True), np.float32(0.1)),
        "half nan": (Tensor("float16", (), True), np.uint16(0xFE01).view(np.float16)),
        "flag": (Tensor("bool", (), True), np.True_),
        "complex scalar": (Tensor("complex64", (), True), np.complex64(1 - 2j)),
        "empty": (Tensor("int64", (0, 3)), np.zeros((0, 3), np.int64)),
        "column": (Tensor("complex128", (2, 2)), np.asfortranarray(np.array([[1, 2j], [3, -0.0]]))),
        "bools": (Tensor("bool", (3,)), np.array([True, False, True])),
        "nested": (List(union((List(INT), NONE))), [[1], None, []]),
        "arrays": (Dict(STR, Tensor("uint8", None)), {"a": np.arange(3, dtype=np.uint8), "b": np.zeros((1, 1), np.uint8)}),
    }
    for name, (t, value) in values.items():
        p.constants[name] = Constant(t, value)
    read_only = np.arange(4, dtype=np.int16)
    read_only.flags.writeable = False
    p.constants["read only"] = Constant(Tensor("int16", (4,)), read_only)


__all__ = ["OWN", "TABLE", "Function", "IteratorOf", "add_graph", "at", "const", "layer", "new", "rich", "tiny"]
