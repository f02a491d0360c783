"""The verifier: well-formed programs pass, and each check refuses what it is there for."""

from __future__ import annotations

import builtins
import collections
import dataclasses
import enum
from collections.abc import Callable

import numpy as np
import pytest
from ir_samples import OWN, TABLE, add_graph, at, const, new, rich, tiny

from scriptc.ir import (
    Block,
    Builder,
    Call,
    ClassDef,
    Constant,
    Entry,
    EnumRef,
    FieldDef,
    Graph,
    Node,
    OpDef,
    Param,
    Program,
    SourceText,
    Span,
    State,
    Value,
    VerifyError,
    resolve_enums,
    verify,
)
from scriptc.ir.core import Arg, OpTypeError
from scriptc.ir.infer import infer
from scriptc.ops import TABLE as OPS
from scriptc.types import (
    BOOL,
    BYTES,
    ERROR,
    ERRSTATE,
    EXC_TYPE,
    FLOAT,
    INT,
    NEVER,
    NONE,
    NP_STATE,
    RANGE,
    SLICE,
    STR,
    UNDEF,
    Cell,
    DefaultDict,
    Dict,
    DictView,
    EnumType,
    Function,
    IteratorOf,
    List,
    Record,
    Set,
    Tensor,
    Tuple,
    TupleOf,
    Union,
    union,
)

Change = Callable[[Program], object]
CASES: list[tuple[Change, str]] = []


def case(message: str) -> Callable[[Change], Change]:
    def add(change: Change) -> Change:
        CASES.append((change, message))
        return change

    return add


def body(p: Program) -> Block:
    return p.graphs["m.f"].block


def find(p: Program, op: str, nth: int = 0) -> Node:
    return [n for g in p.graphs.values() for n in g.block.walk() if n.op.name == op][nth]


def append(p: Program, op: str, operands=(), attrs=None, types=(), blocks=None, graph: str = "m.f") -> Node:
    node = Node(TABLE[op], list(operands), attrs, types, blocks, at(1))
    p.graphs[graph].block.nodes.append(node)
    return node


def number(p: Program, value=1) -> Value:
    t = {int: INT, bool: BOOL, float: FLOAT, str: STR, type(None): NONE}[type(value)]
    return append(p, "const", attrs={"value": value}, types=(t,)).results[0]


def block(p: Program, *yields, params=()) -> Block:
    """A block yielding fresh constants."""
    b, out = Builder(p, TABLE), Block(params)
    with b.inside(out):
        out.yields = [const(b, y) for y in yields]
    return out


def set_attr(op: str, name: str, value, nth: int = 0) -> Change:
    return lambda p: find(p, op, nth).attrs.__setitem__(name, value)


def put(part: str, key, value) -> Change:
    return lambda p: getattr(p, part).__setitem__(key, value)


def field(part: str, key, name: str, value) -> Change:
    return lambda p: setattr(getattr(p, part)[key], name, value)


def check(change: Change, message: str) -> None:
    CASES.append((change, message))


# program

check(lambda p: setattr(p, "name", ""), "name of a program")
check(lambda p: p.graphs.update({"": p.graphs.pop("items")}), "is filed as")
check(lambda p: p.graphs.update({"other": p.graphs["items"]}), "is filed as")
check(lambda p: (p.graphs.update({"\n": p.graphs.pop("items")}), setattr(p.graphs["\n"], "name", "\n")), "is filed as")
check(put("state", "", State(INT, 1)), "name of state")
check(put("state", "s", State(INT, 1, "thing")), "no kind of state")
check(put("state", "s", State(INT, 1.0)), "expected `int`, found")
check(put("state", "s", State(Record("nope"), 1)), "no class `nope`")
check(put("constants", "", Constant(INT, 1)), "name of a constant")
check(put("constants", "c", Constant(STR, 1)), "constant `c`: expected `str`")
check(put("aliases", "tied", "layer.weight"), "itself a slot")
check(put("aliases", "", "layer.weight"), "itself a slot, or not a name")
check(put("aliases", "b", "nope"), "not in the state")
check(put("sources", "", SourceText("x")), "name of a source")
check(put("sources", "b.py", SourceText("")), "name of a source")
check(put("sources", "b.py", SourceText("b.py", b"x")), "is not text")

# data

for t, value in [
    (INT, True), (FLOAT, 1), (BOOL, np.True_), (STR, b"x"), (NONE, 0), (List(INT), [1, "a"]), (List(INT), (1,)),
    (Tuple((INT,)), (1, 2)),
    (Tuple((INT,)), ("a",)), (Tuple((INT,)), [1]), (TupleOf(INT), (1, None)), (Dict(STR, INT), {1: 1}), (Dict(STR, INT), {"a": "b"}),
    (Set(INT), frozenset({1})), (Set(INT, True), {1}), (Set(INT), {"a"}), (union((INT, NONE)), "x"),
    (Tensor("float32", (2,)), np.zeros(3, np.float32)),
    (Tensor("float32", (2,)), np.zeros((2, 1), np.float32)), (Tensor("float32"), np.zeros(2)),
    (Tensor("float32", (), True), np.zeros((), np.float32)),
    (Tensor("float32", (), False), np.float32(1)), (Tensor(), np.array(["a"])), (Tensor(), np.array([None])), (Tensor(), [1.0]),
    (Tensor(), np.zeros(2, "f4, f4")), (EnumType("m.Color"), EnumRef("m.Other", "RED")), (EnumType("m.Color"), 1), (Record("m.Obj"), object()),
    (Tensor(), np.ma.zeros(2)), (INT, np.int64(1)), (Cell(INT), 1), (IteratorOf(INT), iter([1])),
]:  # fmt: skip
    check(put("constants", "c", Constant(t, value)), "expected|found")
check(put("constants", "c", Constant(TABLE and __import__("scriptc.types", fromlist=["x"]).SLICE, slice("a"))), "slice of something else")
check(put("constants", "c", Constant(__import__("scriptc.types", fromlist=["x"]).DTYPE, np.dtype("U3"))), "expected `dtype`")
check(put("constants", "c", Constant(__import__("scriptc.types", fromlist=["x"]).DTYPE, 3)), "expected `dtype`")
T = __import__("scriptc.types", fromlist=["x"])
check(put("constants", "c", Constant(T.NP_RNG, np.random.RandomState(1))), "expected `numpy.Generator`")
check(put("constants", "c", Constant(T.RNG, 3)), "expected `random.Random`")
check(put("constants", "c", Constant(T.Deque(INT), collections.deque("a"))), "expected `int` inside")
check(put("constants", "c", Constant(T.DefaultDict("int", INT, INT), {1: 2})), "expected `defaultdict")
for bad in ({1: "a"}, {"a": 1}):
    check(put("constants", "c", Constant(T.DefaultDict("Counter", INT, INT), collections.Counter(bad))), "expected `int` inside")


@case("nested too deep")
def _(p):
    t, value = INT, 1
    for _ in range(70):
        t, value = Tuple((t,)), (value,)
    p.constants["c"] = Constant(t, value)


@case("found a value of type `list`")
def _(p):
    value: list = []
    value.append(value)
    p.constants["c"] = Constant(List(union((INT, List(List(INT))))), value)


check(put("constants", "c", Constant(EnumType("m.Color"), EnumRef("m.Color", "PINK"))), "`m.Color` has no member `PINK`")
check(put("constants", "c", Constant(Dict(EnumType("m.Color"), INT), {EnumRef("m.Color", "PINK"): 1})), "has no member `PINK`")

# types: each checked where a value is declared

for t, message in [
    (ERROR, "a type is `error`"),
    (List(ERROR), "a type is `error`"),
    (List(INT, frozenset({1})), "allocation sites"),
    (Set(INT, False, frozenset({1})), "allocation sites"),
    (Dict(INT, INT, frozenset({1})), "allocation sites"),
    (Tuple((List(INT, frozenset({1})),)), "allocation sites"),
    (Tensor("float31"), "no dtype"),
    (Tensor("object"), "no dtype"),
    (Tensor("int8", (-1,)), "not a dimension"),
    (Tensor("int8", (True,)), "not a dimension"),
    (Tensor("int8", (1.5,)), "not a dimension"),
    (Tensor("int8", ("",)), "name of a dimension"),
    (Tensor("int8", (2,), True), "no dimensions"),
    (DictView("pairs", INT), "no dict view"),
    (Record("m.Nope"), "no class"),
    (Record("m.Color"), "no class"),
    (Record("print"), "no class"),
    (EnumType("m.Nope"), "no enum"),
    (EnumType("m.Obj"), "no enum"),
    (Union((INT,)), "not canonical"),
    (Union((STR, INT)), "not canonical"),
    (Union((INT, INT)), "not canonical"),
    (Union((Union((INT, STR)), NONE)), "not canonical"),
    ("int", "not a type"),
]:
    check(lambda p, t=t: body(p).add_param(t) and p.entries.clear(), message)


@case("nested too deep")
def _(p):
    t = INT
    for _ in range(60):
        t = Tuple((t,))
    append(p, "cell.new", types=(Cell(t),))


check(lambda p: find(p, "narrow").attrs.update(type=List(ERROR)), "a type is `error`")
check(lambda p: setattr(p.graphs["items"], "item", Record("nope")), "no class `nope`")
check(lambda p: append(p, "print", attrs={"t": (Record("nope"),)}, types=(NONE,)), "no class `nope`")
check(put("constants", "c", Constant(Record("nope"), 1)), "no class `nope`")

@case("more than 24 types")
def _(p):
    names = [e.__name__ for e in vars(builtins).values() if isinstance(e, type) and issubclass(e, Exception)]
    append(p, "cell.new", types=(Cell(Union(tuple(map(Record, sorted({*names})[:30])))),))


# classes

check(put("classes", "m.X", ClassDef("m.Y", "class")), "is filed as")
check(put("classes", "", ClassDef("", "class")), "is filed as")
check(put("classes", "m.X", ClassDef("m.X", "thing")), "no kind of class")
check(put("classes", "m.X", ClassDef("m.X", "class", bases=("m.Nope",))), "no base `m.Nope`")
check(put("classes", "m.X", ClassDef("m.X", "class", bases=("int",))), "no base `int`")
check(put("classes", "m.X", ClassDef("m.X", "class", bases=("print",))), "no base `print`")
check(put("classes", "m.X", ClassDef("m.X", "class", bases=("StrEnum", "str"))), "no base `StrEnum`")
check(put("classes", "m.X", ClassDef("m.X", "class", bases=("m.Color",))), "cannot have the base")
check(put("classes", "m.X", ClassDef("m.X", "enum", bases=("m.Obj",))), "cannot have the base")
check(put("classes", "m.X", ClassDef("m.X", "class", bases=("m.X",))), "its own base")
check(put("classes", "m.X", ClassDef("m.X", "exception")), "derives from no exception")
check(put("classes", "m.X", ClassDef("m.X", "exception", bases=("m.Obj",))), "derives from no exception")
check(put("classes", "m.X", ClassDef("m.X", "class", [FieldDef("a", INT), FieldDef("a", INT)])), "a field twice")
check(put("classes", "m.X", ClassDef("m.X", "class", [FieldDef("a b", INT)])), "name of a field")
check(put("classes", "m.X", ClassDef("m.X", "class", [FieldDef("if", INT)])), "name of a field")
check(put("classes", "m.X", ClassDef("m.X", "class", [FieldDef("__class__", INT)])), "name of a field")
check(put("classes", "m.X", ClassDef("m.X", "class", [FieldDef("ﬁ", INT)])), "name of a field")
check(put("classes", "m.X", ClassDef("m.X", "class", [FieldDef("a", Record("nope"))])), "no class `nope`")
check(put("classes", "m.X", ClassDef("m.X", "enum", [FieldDef("a", INT)])), "has fields")
check(put("classes", "m.X", ClassDef("m.X", "class", [FieldDef("a", INT, Constant(INT, "x"))])), "field `a`: expected `int`")
check(put("classes", "m.X", ClassDef("m.X", "class", [FieldDef("a", INT, Constant(STR, "x"))])), "`str` is not a `int`")
check(put("classes", "m.X", ClassDef("m.X", "class", members=(("A", 1),))), "is no enum")
check(put("classes", "m.X", ClassDef("m.X", "enum", members=(("A", 1), ("A", 2)))), "a member twice")
check(put("classes", "m.X", ClassDef("m.X", "enum", members=(("a b", 1),))), "name of a member")
check(put("classes", "m.X", ClassDef("m.X", "enum", members=(("__x__", 1),))), "name of a member")
check(put("classes", "m.X", ClassDef("m.X", "enum", members=(("A", [1]),))), "the value of `A` is of type")
check(put("classes", "m.X", ClassDef("m.X", "enum", members=(("A", ([1],)),))), "the value of `A` is of type")
check(put("classes", "m.X", ClassDef("m.X", "enum", bases=("int",), members=(("A", "x"),))), "does not fit its base")
check(put("classes", "m.X", ClassDef("m.X", "enum", bases=("StrEnum",), members=(("A", 1),))), "does not fit its base")
check(put("classes", "m.X", ClassDef("m.X", "dataclass", options=("quick",))), "no such option")
check(put("classes", "m.X", ClassDef("m.X", "class", options=("eq",))), "is no dataclass")
check(put("classes", "m.X", ClassDef("m.X", "dataclass", [FieldDef("a", INT, None, ("field", "quick"))])), "no such flag")
check(put("classes", "m.X", ClassDef("m.X", "class", [FieldDef("a", INT, None, ("field",))])), "is no field of a dataclass")
check(put("classes", "m.X", ClassDef("m.X", "dataclass", [FieldDef("a", INT, None, ("kw_only",))])), "is no field of a dataclass")
check(put("classes", "m.X", ClassDef("m.X", "class", methods={"go": "helper"})), "no special method")
check(put("classes", "m.X", ClassDef("m.X", "class", methods={"__reduce__": "helper"})), "no special method")
check(put("classes", "m.X", ClassDef("m.X", "class", methods={"__len__": "nope"})), "is in no graph")


@case("its own base")
def _(p):
    p.classes["m.A"] = ClassDef("m.A", "class", bases=("m.B",))
    p.classes["m.B"] = ClassDef("m.B", "class", bases=("m.A",))


# entries

def params(*ps) -> Change:
    return lambda p: p.entries.update(g=Entry("helper", list(ps)))


N, M = Param("n", INT), Param("m", INT)
DEFAULT = Constant(INT, 1)
check(put("entries", "a b", Entry("helper", [N, M])), "name of an entry")
check(put("entries", "g", Entry("helper", [N, M], 3)), "is not text")
check(put("entries", "g", Entry("nope", [])), "no graph `nope`")
check(params(N), "number of parameters")
check(params(N, N), "a parameter twice")
check(params(N, Param("if", INT)), "name of a parameter")
check(params(N, Param("m", INT, "ANY")), "no kind")
check(params(N, Param("m", Record("nope"))), "no class `nope`")
check(params(N, Param("m", STR)), "is not the graph's `int`")
check(params(N, Param("m", INT, default=Constant(INT, "x"))), "expected `int`")
check(params(N, Param("m", INT, default=Constant(STR, "x"))), "`str` is not a `int`")
check(params(N, Param("m", INT, "POSITIONAL_ONLY")), "out of order")
check(params(Param("n", INT, default=DEFAULT), M), "follows one with a default")
check(params(Param("n", INT, "VAR_KEYWORD"), Param("m", INT, "VAR_KEYWORD")), "two parameters of a kind")
check(params(Param("n", INT, "VAR_POSITIONAL"), Param("m", INT, "VAR_POSITIONAL")), "two parameters of a kind")
check(params(N, Param("m", INT, "VAR_KEYWORD", DEFAULT)), "a default for")

# graphs

check(field("graphs", "m.f", "qualname", None), "header is malformed")
check(field("graphs", "m.f", "generator", 1), "header is malformed")
check(field("graphs", "m.f", "library", "a b"), "not a qualified name")
check(field("graphs", "m.f", "item", INT), "generator has an item")
check(field("graphs", "items", "item", None), "generator has an item")
check(lambda p: p.graphs["items"].block.yields.append(p.graphs["items"].params[0]), "yields nothing")
check(field("graphs", "m.f", "span", Span("nope", 1, 0, 1, 0)), "no source")
check(lambda p: append(p, "cond", [number(p, True)], blocks=[b := block(p), b]), "a block is in two places")
check(lambda p: add_graph(p, "twin", body(p)), "a block is in two places")
check(lambda p: body(p).yields.append(Value(INT)), "which is not defined there")
check(lambda p: body(p).yields.append(find(p, "lt", 1).results[0]), "which is not defined there")
check(lambda p: p.graphs["items"].params.append(p.graphs["items"].params[0]), "is defined twice")
check(lambda p: setattr(number(p), "owner", None), "does not know where it is defined")
check(lambda p: setattr(number(p), "hint", "a b"), "not an identifier")
check(lambda p: setattr(number(p), "hint", "class"), "not an identifier")
check(lambda p: setattr(body(p).params[0], "hint", "a\u0301"), "not an identifier")
check(lambda p: body(p).nodes.append(append(p, "state.set", [number(p)], {"name": "maybe"})), "a node is in two places")
check(lambda p: append(p, "print", [Value(INT)], types=(NONE,)), "used where it is not defined")
check(lambda p: append(p, "print", [find(p, "lt", 1).results[0]], types=(NONE,)), "used where it is not defined")
check(lambda p: append(p, "print", [p.graphs["helper"].params[0]], types=(NONE,)), "used where it is not defined")
check(lambda p: body(p).nodes.insert(0, Node(TABLE["print"], [find(p, "add", 1).results[0]], None, (NONE,))), "used where it is not defined")
check(lambda p: append(p, "print", types=(NONE,), attrs={"a b": 1}), "name of an attribute")
check(lambda p: append(p, "print", types=(NONE,), attrs={"a": [1]}), "an attribute of type `list`")
check(lambda p: append(p, "print", types=(NONE,), attrs={"a": (object(),)}), "an attribute of type `object`")
check(lambda p: append(p, "print", types=(NONE,), attrs={"a": np.float32(1)}), "an attribute of type `float32`")
check(lambda p: append(p, "print", types=(NONE,), blocks=[block(p)]), "has no blocks")
check(lambda p: append(p, "const", types=(INT,), attrs={"value": 1}, blocks=[block(p)]), "has no blocks")
check(lambda p: append(p, "reraise"), "outside of a handler")
check(lambda p: append(p, "yield", [number(p)]), "`yield` outside of a generator")



@case("yields `str`, not `int`")
def _(p):
    text = append(p, "const", attrs={"value": "x"}, types=(STR,), graph="items").results
    append(p, "yield", text, graph="items")


check(lambda p: append(p, "print", types=()), "has 0 results, its rule gives 1")
check(lambda p: append(p, "add", [number(p), number(p)], types=(STR,)), "declares `str`, its rule gives `int`")
check(lambda p: append(p, "add", [number(p), number(p, "x")], types=(INT,)), "`str` is not a number")
check(lambda p: body(p).nodes.append(Node(OpDef("odd", lambda call: 1 / 0), [])), "its rule failed: ZeroDivisionError")
check(lambda p: body(p).nodes.append(Node(OpDef("odd", lambda call: {}["x"]), [])), "its rule failed: KeyError")
check(lambda p: find(p, "const").attrs.update(more=1), "has attributes")
check(lambda p: find(p, "const").attrs.clear(), "has attributes")
check(lambda p: append(p, "print", types=(NONE,), attrs={"kw": ("a",)}), "malformed keyword names")
check(lambda p: append(p, "print", [number(p), number(p)], types=(NONE,), attrs={"kw": ("a", "a")}), "malformed keyword names")
check(lambda p: append(p, "print", [number(p)], types=(NONE,), attrs={"kw": ("a b",)}), "malformed keyword names")
check(lambda p: append(p, "print", [number(p)], types=(NONE,), attrs={"kw": "a"}), "malformed keyword names")
for span, message in [
    (Span("nope.py", 1, 0, 1, 0), "no source"),
    (Span("model.py", 0, 0, 1, 0), "malformed span"),
    (Span("model.py", 1, -1, 1, 0), "malformed span"),
    (Span("model.py", 1, 0, 2, -1), "malformed span"),
    (Span("model.py", 1, 0.5, 1, 1), "malformed span"),
    (Span("model.py", 2, 0, 1, 9), "ends before it starts"),
    (Span("model.py", 1, 5, 1, 4), "ends before it starts"),
]:
    check(lambda p, span=span: setattr(find(p, "const"), "span", span), message)



@case("code follows a `raise`")
def _(p):
    append(p, "raise", append(p, "exception", [], {"cls": "ValueError"}, (Record("ValueError"),)).results)
    number(p)




@case("nested deeper")
def _(p):
    inner = block(p)
    for _ in range(1001):
        outer, b = Block(), Builder(p, TABLE)
        with b.inside(outer):
            b.emit("cond", [const(b, True)], blocks=[inner, Block()], result_types=())
        inner = outer
    body(p).nodes += inner.nodes


# attributes of structural ops

check(set_attr("const", "value", bytearray(b"x")), "an attribute of type `bytearray`")
check(set_attr("const", "value", (1,)), "no const of type `tuple`")
check(set_attr("constant", "name", 3), "is not a text")
check(set_attr("constant", "name", "nope"), "no constant `nope`")
check(set_attr("narrow", "type", "int"), "not a type")
check(set_attr("narrow", "type", STR), "cannot be narrowed")
check(set_attr("state.get", "name", "nope"), "no state `nope`")
check(set_attr("state.set", "name", "layer.weight"), "expected `float32\\[2, 3\\]`, found `int`")
check(set_attr("unpack", "before", -1), "malformed counts")
check(set_attr("unpack", "before", True), "malformed counts")
check(set_attr("unpack", "star", 1), "malformed counts")
check(set_attr("unpack", "star", False), "malformed counts")
check(set_attr("isinstance", "classes", ["int"]), "an attribute of type `list`")
check(set_attr("isinstance", "classes", "int"), "malformed class names")
check(set_attr("isinstance", "classes", ("a b",)), "malformed class names")
check(set_attr("try", "handlers", None), "malformed handlers")
check(set_attr("try", "handlers", ("ValueError",)), "malformed handlers")
check(set_attr("try", "handlers", ((1,), ())), "malformed handlers")
check(set_attr("try", "has_else", 0), "malformed flags")
check(set_attr("try", "has_finally", 1), "malformed flags")
check(set_attr("attr.get", "name", "a b"), "not an identifier")
check(set_attr("attr.get", "name", "nope"), "has no attribute `nope`")
check(set_attr("call", "graph", "nope"), "no graph `nope`")
check(set_attr("function", "graph", "nope"), "no graph `nope`")
check(set_attr("record", "cls", "nope"), "no class `nope`")
check(set_attr("record", "cls", "m.Color"), "not a class of instances")

# rules of structural ops

check(lambda p: append(p, "const", [number(p)], {"value": 1}, (INT,)), "takes 0 operands")
check(lambda p: append(p, "constant", [number(p)], {"name": "steps"}, (List(INT),)), "takes 0 operands")
check(lambda p: append(p, "undef", [number(p)], types=(UNDEF,)), "takes 0 operands")
check(lambda p: append(p, "unreachable", [number(p)], types=(NEVER,)), "takes 0 operands")
check(lambda p: append(p, "narrow", [], {"type": INT}, (INT,)), "takes 1 operands")
check(lambda p: append(p, "state.get", [number(p)], {"name": "maybe"}, (union((INT, NONE)),)), "takes 0 operands")
check(lambda p: append(p, "state.set", [], {"name": "maybe"}), "takes 1 operands")
check(lambda p: append(p, "call", [number(p)], {"graph": "helper"}, (INT,)), "takes 2 operands")
check(lambda p: append(p, "call", [number(p), number(p, "x")], {"graph": "helper"}, (INT,)), "expected `int`, found `str`")
check(lambda p: append(p, "function", [number(p)] * 3, {"graph": "helper"}, (INT,)), "3 captures for 2")
check(lambda p: append(p, "function", [number(p, "x")], {"graph": "helper"}, (INT,)), "expected `int`, found `str`")
check(lambda p: append(p, "function", [], {"graph": add_graph(p, "none", Block()).name}, (INT,)), "one result, not 0")
check(lambda p: append(p, "call_function", [number(p)], types=(INT,)), "must be a function")
check(lambda p: append(p, "call_function", find(p, "function").results, types=(INT,)), "takes 2 operands")
check(lambda p: append(p, "call_function", [*find(p, "function").results, number(p, "x")], types=(INT,)), "expected `int`, found `str`")
check(lambda p: append(p, "yield", [], graph="items"), "takes 1 operands")
check(lambda p: append(p, "raise", []), "takes 1 or 2 operands")
check(lambda p: append(p, "raise", [number(p)]), "exceptions are raised, not `int`")
check(lambda p: append(p, "raise", [number(p, None)]), "exceptions are raised, not `None`")
check(lambda p: append(p, "raise", find(p, "record").results), "exceptions are raised, not `m.Pair`")
check(lambda p: find(p, "reraise").operands.append(body(p).params[0]), "takes 0 operands")
check(lambda p: append(p, "cell.get", [number(p)], types=(INT,)), "expected a cell")
check(lambda p: append(p, "cell.get", [*find(p, "cell.new").results, number(p)], types=(INT,)), "takes 1 operands")
check(lambda p: append(p, "cell.set", [number(p), number(p)]), "expected a cell")
check(lambda p: append(p, "cell.set", find(p, "cell.new").results), "takes 2 operands")
check(lambda p: append(p, "cell.set", [*find(p, "cell.new").results, number(p, "x")]), "expected `int \\| None`, found `str`")
check(lambda p: append(p, "record", [number(p)], {"cls": "m.Pair"}, (Record("m.Pair"),)), "takes 2 operands")
check(lambda p: append(p, "record", [number(p), number(p)], {"cls": "m.Pair"}, (Record("m.Pair"),)), "expected `float`, found `int`")
check(lambda p: append(p, "record", [number(p)], {"cls": "m.Obj"}, (Record("m.Obj"),)), "takes 0 operands")
check(lambda p: append(p, "exception", [], {"cls": "m.Obj"}, (Record("m.Obj"),)), "not an exception class")
check(lambda p: append(p, "attr.get", [number(p)], {"name": "n"}, (INT,)), "expected an object")
check(lambda p: append(p, "attr.get", [*find(p, "record").results, number(p)], {"name": "a"}, (INT,)), "takes 1 operands")
check(lambda p: append(p, "attr.set", find(p, "record", 1).results, {"name": "n"}), "takes 2 operands")
check(lambda p: append(p, "attr.set", [*find(p, "record", 1).results, number(p, "x")], {"name": "n"}), "expected `int`, found `str`")
check(lambda p: append(p, "attr.del", [*find(p, "record", 1).results, number(p)], {"name": "n"}), "takes 1 operands")
check(lambda p: append(p, "attr.del", find(p, "record", 1).results, {"name": "x"}), "has no attribute `x`")
check(lambda p: append(p, "isinstance", [], {"classes": ("int",)}, (BOOL,)), "takes 1 operands")
check(lambda p: append(p, "unpack", [number(p)], {"before": 1, "after": 0, "star": False}, (INT,)), "cannot be iterated")
check(lambda p: append(p, "unpack", [], {"before": 1, "after": 0, "star": False}, (INT,)), "takes 1 operands")

# cond

check(lambda p: append(p, "cond", [], blocks=[block(p), block(p)]), "takes one predicate")
check(lambda p: append(p, "cond", [number(p)], blocks=[block(p), block(p)]), "the predicate is `int`")
check(lambda p: append(p, "cond", [number(p, True)], blocks=[block(p)]), "has 1 blocks, not 2")
check(lambda p: append(p, "cond", [number(p, True)]), "has 0 blocks, not 2")
check(lambda p: append(p, "cond", [number(p, True)], blocks=[block(p), block(p, params=(INT,))]), "has parameters")
check(lambda p: append(p, "cond", [number(p, True)], types=(INT,), blocks=[block(p, 1), block(p)]), "else block: 0 values for 1")
check(lambda p: append(p, "cond", [number(p, True)], types=(INT,), blocks=[block(p, "x"), block(p, 1)]), "then block: `str` does not fit `int`")

# while


def loop(form="while", operands=(), params=(INT,), inner=None, cond=(True,), yields=(1,), types=(INT,), blocks=2) -> Change:
    def change(p: Program) -> None:
        made = [block(p, *cond, params=params), block(p, *yields, params=params if inner is None else inner)][:blocks]
        append(p, "while", [number(p, o) for o in operands], {"form": form}, types, made)

    return change


check(loop("until", (1,)), "no form 'until'")
check(loop("while", (1,), blocks=1), "has 1 blocks, not 2")
check(lambda p: append(p, "while", attrs={"form": "while"}), "has 0 blocks, not 2")
check(loop("for", (), (), (), yields=(), types=()), "has an iterable and an element")
check(loop("for", ("x",), (), (), yields=(), types=()), "has an iterable and an element")
check(loop("for", (), (), (INT,), yields=(), types=()), "has an iterable and an element")
check(lambda p: append(p, "call_function"), "operand 0 must be a function")
check(loop("for", (1,), (), (INT,), yields=(), types=()), "`int` cannot be iterated")
check(loop("for", ("x",), (), (INT,), yields=(), types=()), "the element is declared `int`, the iterable gives `str`")
check(loop("while", ()), "first values carried: 0 values for 1")
check(loop("while", ("x",)), "first values carried: `str` does not fit `int`")
check(loop("while", (1,), yields=("x",)), "carries on: `str` does not fit `int`")
check(loop("while", (1,), yields=()), "carries on: 0 values for 1")
check(loop("while", (1,), inner=(STR,)), "its body is given: `int` does not fit `str`")
check(loop("while", (1,), types=(STR,)), "its results: `int` does not fit `str`")
check(loop("while", (1,), types=()), "its results: 1 values for 0")
check(loop("while", (1,), cond=()), "yields one `bool`")
check(loop("while", (1,), cond=(1,)), "yields one `bool`")
check(loop("while", (1,), cond=(True, True)), "yields one `bool`")

# try

E = Record("ValueError")


def attempt(handlers=(("ValueError",),), has_else=False, has_finally=False, blocks=(), types=(), operands=()) -> Change:
    def change(p: Program) -> None:
        attrs = {"handlers": handlers, "has_else": has_else, "has_finally": has_finally}
        made = [block(p, *yields, params=params) for params, yields in blocks]
        append(p, "try", [number(p, o) for o in operands], attrs, types, made)

    return change


NOTHING, HANDLER = ((), ()), ((E,), ())
check(attempt(operands=(1,), blocks=[NOTHING, HANDLER]), "takes no operands")
check(attempt(blocks=[NOTHING]), "has 1 blocks, not 2")
check(attempt(blocks=[NOTHING, HANDLER, NOTHING]), "has 3 blocks, not 2")
check(attempt((), blocks=[NOTHING]), "has no handler")
check(attempt((), True, True, blocks=[NOTHING] * 3), "has no handler")
check(attempt(((), ("ValueError",)), blocks=[NOTHING, HANDLER, HANDLER]), "not the last handler")
check(attempt((("print",),), blocks=[NOTHING, HANDLER]), "`print` is not an exception class")
check(attempt((("m.Obj",),), blocks=[NOTHING, HANDLER]), "`m.Obj` is not an exception class")
check(attempt(blocks=[NOTHING, NOTHING]), "takes the exception")
check(attempt(blocks=[NOTHING, ((INT,), ())]), "which is no exception")
check(attempt(blocks=[NOTHING, ((List(INT),), ())]), "which is no exception")
check(attempt(blocks=[NOTHING, ((Record("m.Obj"),), ())]), "which is no exception")
check(attempt(blocks=[((), (1,)), ((E,), ("x",))], types=(INT,)), "the yields of a handler")
check(attempt(blocks=[((), ("x",)), ((E,), (1,))], types=(INT,)), "the yields of its body")
check(attempt(blocks=[((INT,), ()), HANDLER]), "its body has parameters")
check(attempt(has_else=True, blocks=[((), (1,)), HANDLER, NOTHING]), "though there is an else block")
check(attempt(has_else=True, blocks=[NOTHING, HANDLER, ((INT,), ())]), "its else block has parameters")
check(attempt(has_else=True, blocks=[NOTHING, ((E,), (1,)), ((), ("x",))], types=(INT,)), "the yields of its body")
check(attempt(has_finally=True, blocks=[NOTHING, HANDLER, ((), (1,))]), "takes and yields nothing")
check(attempt(has_finally=True, blocks=[NOTHING, HANDLER, ((INT,), ())]), "takes and yields nothing")

# cells

check(lambda p: append(p, "cell.new"), "its result is not a cell")
check(lambda p: append(p, "cell.new", types=(INT,)), "its result is not a cell")
check(lambda p: append(p, "cell.new", [number(p), number(p)], types=(Cell(INT),)), "one first value or none")
check(lambda p: append(p, "cell.new", [number(p, "x")], types=(Cell(INT),)), "`str` does not fit")
check(lambda p: append(p, "cell.new", types=(Cell(INT),), blocks=[block(p)]), "has blocks")


# ops whose rules look at attributes (`ops/objects.py`)

def use(op: str, operands: tuple, attrs=None, result=BOOL) -> Change:
    """A node of one of the real operations, on parameters of these types."""
    def change(p: Program) -> None:
        p.entries.clear()
        values = [body(p).add_param(t) for t in operands]
        body(p).nodes.append(Node(OPS[op], values, attrs, (result,), None, at(1)))

    return change


VALUE_ERROR = Record("ValueError")
for names in (None, "ValueError", (3,), ("a b",), ("m.Nope.",), ("if",)):
    check(use("type.is", (INT,), {"classes": names}), "malformed class names")
for op, attrs in (("type.is", {"classes": ("int",)}), ("attr.has", {"name": "n"}), ("type.name", {"name": "__name__"})):
    for given in ((), (Record("m.Obj"), INT)):
        check(use(op, given, attrs, STR if op == "type.name" else BOOL), "takes one value")
check(use("exception_type.under", (EXC_TYPE,), {"classes": ("a b",)}), "malformed class names")
check(use("attr.has", (Record("m.Obj"),), {"name": "a b"}), "not an identifier")
check(use("attr.has", (Record("m.Obj"),)), "not an identifier")
check(use("type.name", (INT,), {"name": "__doc__"}, STR), "`__name__` or `__qualname__`")
check(use("exception_type.name", (EXC_TYPE,), {}, STR), "`__name__` or `__qualname__`")
check(use("exception_type.name", (INT,), result=STR), "not the class of an exception")
check(use("exception.args", (INT,), {"type": INT}, INT), "`int` is not an exception")
check(use("exception.args", (VALUE_ERROR,), {"type": "int"}, TupleOf(STR)), "are a tuple")
check(use("exception.args", (VALUE_ERROR,), {"type": INT}, INT), "are a tuple")
check(use("exception.type", (INT,), result=EXC_TYPE), "`int` is not an exception")
check(use("enum.name", (INT,), result=STR), "`int` is not an enum member")
check(use("enum.by_name", (STR,), {"cls": "m.Nope"}, INT), "no enum `m.Nope`")
check(use("enum.by_name", (STR,), {"cls": "m.Obj"}, Record("m.Obj")), "no enum `m.Obj`")
for category, level in (("int", 1), ("nope", 1), (None, 1), ("UserWarning", "1"), ("UserWarning", True)):
    check(use("warn", (STR,), {"category": category, "stacklevel": level}, NONE), "a built-in category and a stack level")
check(use("warn", (INT,), {"category": "UserWarning", "stacklevel": 1}, NONE), "a warning needs a text")
check(use("errstate", (STR,), {}, ERRSTATE), "errstate takes")
check(use("errstate", (STR,), {"kw": ("some",)}, ERRSTATE), "errstate takes")
check(use("errstate", (INT,), {"kw": ("all",)}, ERRSTATE), "errstate takes")
check(use("errstate.enter", (INT,), result=NONE), "`int` is no errstate")
check(use("star.print", (INT,), result=NONE), "cannot be unpacked with")
check(use("star.zip", (List(INT),), result=IteratorOf(TupleOf(INT))), "`int` is not iterable")
WORDS, COUNTS, COUNTED = Dict(STR, INT), DefaultDict("int", STR, INT), DefaultDict("Counter", STR, INT)
check(use("call.check", (INT, NONE, STR, STR), result=NONE), "takes a count, a dict of keywords and three texts")
check(use("call.check", (STR, NONE, STR, STR, STR), result=NONE), "takes a count, a dict of keywords and three texts")
check(use("call.check", (INT, Dict(INT, INT), STR, STR, STR), result=NONE), "keywords must be strings")
check(use("call.check", (INT, NONE, STR, INT, STR), result=NONE), "takes texts")
check(use("call.distinct", (STR, STR, STR, INT, WORDS), result=NONE), "takes texts")
check(use("call.distinct", (STR, STR, STR, STR, NONE, NONE), result=NONE), "keywords must be strings")
check(use("call.rest", (WORDS, INT), result=WORDS), "takes texts")
check(use("call.rest", (List(STR), STR), result=WORDS), "keywords must be strings")
check(use("star.range", (List(STR),), result=RANGE), "takes integers")
check(use("star.slice", (INT,), result=SLICE), "is not iterable")
check(use("star.itertools.chain", (List(INT),), result=IteratorOf(INT)), "'int' object is not iterable")
check(use("star.itertools.product", (List(List(INT)), STR), {"kw": ("repeat",)}, IteratorOf(TupleOf(INT))), "takes `repeat`, an int")
check(use("star.itertools.zip_longest", (List(List(INT)), STR), {"kw": ("fill",)}, IteratorOf(TupleOf(INT))), "takes `fillvalue`")
check(use("star.str.format", (INT, List(INT)), result=STR), "has no such method")
check(use("stars.str.format", (STR,), result=STR), "takes a text and a dict of keywords")
check(use("stars.str.format", (STR, List(INT)), result=STR), "keywords must be strings")
check(use("star.set.union", (List(INT), List(Set(INT))), result=Set(INT)), "takes a set and the sets to add")
check(use("star.ndarray.reshape", (Tensor(None, None), List(STR)), result=Tensor(None, None)), "takes integers")
check(use("functools.comparison", (Function((INT, INT), STR),), result=Function((INT,), INT)), "gives a number")
check(use("collections.defaultdict.function", (Function((INT,), INT),), result=COUNTS), "a function without parameters")
check(use("collections.defaultdict.function", (Function((), List(INT)),), result=COUNTS), "gives a plain value")
check(use("collections.defaultdict.int", (WORDS, WORDS), result=COUNTS), "takes a factory and a dict")
check(use("collections.defaultdict.int", (Dict(Record("m.Obj"), INT),), result=COUNTS), "cannot be keys of a defaultdict")
check(use("defaultdict.getitem", (WORDS, STR), result=INT), "is no defaultdict")
check(use("defaultdict.getitem", (COUNTS,), result=INT), "takes a defaultdict and a key")
check(use("defaultdict.getitem", (COUNTS, Record("m.Obj")), result=INT), "cannot be a key of a defaultdict")
check(use("defaultdict.getitem", (COUNTS, List(INT)), result=INT), "unhashable type")
check(use("defaultdict.get", (COUNTS,), result=INT), "takes a key and a default")
check(use("defaultdict.update", (COUNTS,), result=NONE), "takes a dict or pairs")
check(use("defaultdict.clear", (COUNTS, INT), result=NONE), "takes no arguments")
check(use("defaultdict.copy", (COUNTS, INT), result=COUNTS), "takes no arguments")
check(use("collections.Counter", (STR, STR), result=COUNTED), "takes an iterable or a dict")
check(use("collections.Counter", (Dict(STR, FLOAT),), result=COUNTED), "counts in integers")
check(use("collections.Counter", (List(Record("m.Obj")),), result=COUNTED), "cannot be counted")
check(use("Counter.total", (COUNTS,), result=INT), "is no Counter")
check(use("Counter.total", (COUNTED, INT), result=INT), "takes no arguments")
check(use("Counter.get", (COUNTED,), result=INT), "takes a key and a default")
check(use("Counter.update", (COUNTED,), result=NONE), "take an iterable or a dict")
check(use("getitem", (COUNTED, List(INT)), result=INT), "unhashable type")
check(use("len", (DefaultDict("nope", STR, INT),), result=INT), "no values of a defaultdict are made by 'nope'")
check(use("len", (DefaultDict("Counter", STR, FLOAT),), result=INT), "a Counter counts in integers")
check(use("copy.deepcopy", (List(Record("m.Obj")),), result=INT), "is not supported")
check(use("bytes", (STR,), result=BYTES), "without an encoding")
check(use("bytes", (INT, STR), {"kw": ("encoding",)}, BYTES), "encoding without a string argument")
check(use("bytes", (List(FLOAT),), result=BYTES), "made of integers")
check(use("bytes", (FLOAT,), result=BYTES), "cannot convert")
check(use("bytes", (STR,), {"kw": ("encoding",)}, BYTES), "encoding without a string argument")
check(use("bytes", (INT, STR), {"kw": ("errors",)}, BYTES), "encoding without a string argument")
check(use("str", (INT, STR), result=STR), "need a bytes-like object")
check(use("str", (STR,), {"kw": ("encoding",)}, STR), "need a bytes-like object")
check(use("int.from_bytes", (INT,), result=INT), "'int' object is not iterable")
check(use("int.from_bytes", (List(STR),), result=INT), "made of integers")
check(use("hash.same", (INT, INT), result=INT), "takes one value")
OBJECT, ARRAY = Record("m.Obj"), Tensor(None, None)
SHOWS = "shows a memory address"
check(use("call.distinct", (STR, STR, STR), result=NONE), "takes texts")
check(use("call.rest", (WORDS,), result=WORDS), "takes texts")
check(use("star.range", (List(INT), INT), {"kw": ("stop",)}, RANGE), "takes integers")
check(use("star.itertools.product", (List(List(INT)), INT), {"kw": ("times",)}, IteratorOf(TupleOf(INT))), "takes `repeat`, an int")
check(use("star.str.format", (STR, List(OBJECT)), result=STR), SHOWS)
check(use("star.str.format", (STR, List(INT), OBJECT), result=STR), SHOWS)
check(use("stars.str.format", (STR, WORDS), {"kw": ("words",)}, STR), "takes a text and a dict of keywords")
check(use("stars.str.format", (INT, WORDS), result=STR), "takes a text and a dict of keywords")
check(use("stars.str.format", (STR, Dict(STR, OBJECT)), result=STR), SHOWS)
check(use("star.set.union", (Set(INT), List(Set(INT))), {"kw": ("others",)}, Set(INT)), "takes a set and the sets to add")
check(use("star.set.union", (Set(INT),), result=Set(INT)), "takes a set and the sets to add")
check(use("star.set.union", (Set(INT), List(List(List(INT)))), result=Set(INT)), "unhashable type")
check(use("star.ndarray.reshape", (ARRAY, List(INT)), {"kw": ("shape",)}, ARRAY), "takes integers")
check(use("star.ndarray.reshape", (ARRAY,), result=ARRAY), "takes integers")
check(use("star.numpy.ndindex", (List(STR),), result=IteratorOf(TupleOf(INT))), "takes integers")
check(use("star.numpy.broadcast_shapes", (List(STR),), result=TupleOf(INT)), "takes shapes")
check(use("star.numpy.ix_", (List(ARRAY), INT), result=TupleOf(ARRAY)), "takes nothing beside")
check(use("star.numpy.meshgrid", (List(ARRAY), STR), {"kw": ("order",)}, TupleOf(ARRAY)), "takes indexing and sparse and copy beside")
check(use("star.numpy.RandomState.rand", (NP_STATE, List(INT)), {"kw": ("sizes",)}, FLOAT), "takes a random state and sizes")
check(use("star.numpy.RandomState.rand", (NP_STATE,), result=FLOAT), "takes a random state and sizes")
check(use("star.numpy.RandomState.rand", (INT, List(INT)), result=FLOAT), "takes a random state and sizes")
check(use("collections.defaultdict.int", (WORDS,), {"kw": ("words",)}, COUNTS), "takes a factory and a dict")
check(use("collections.defaultdict.int", (List(Tuple((List(INT), INT))),), result=COUNTS), "unhashable type")
check(use("collections.defaultdict.function", (), result=COUNTS), "a function without parameters")
check(use("defaultdict.getitem", (COUNTS, STR), {"kw": ("key",)}, INT), "takes a defaultdict and a key")
check(use("defaultdict.get", (COUNTS, STR), {"kw": ("key",)}, INT), "takes a key and a default")
check(use("defaultdict.get", (COUNTS, List(INT)), result=INT), "unhashable type")
check(use("defaultdict.update", (COUNTS, WORDS), {"kw": ("other",)}, NONE), "takes a dict or pairs")
check(use("defaultdict.keys", (COUNTS, INT), result=DictView("keys", STR)), "takes no arguments")
check(use("defaultdict.clear", (WORDS,), result=NONE), "is no defaultdict")
check(use("Counter.total", (WORDS,), result=INT), "is no Counter")
check(use("Counter.get", (COUNTS, STR), result=INT), "is no Counter")
check(use("Counter.get", (COUNTED, STR), {"kw": ("key",)}, INT), "takes a key and a default")
check(use("Counter.get", (COUNTED, List(INT)), result=INT), "unhashable type")
check(use("Counter.update", (COUNTED, STR), {"kw": ("iterable",)}, NONE), "take an iterable or a dict")
check(use("collections.Counter", (STR,), {"kw": ("iterable",)}, COUNTED), "takes an iterable or a dict")
check(use("collections.Counter", (List(List(INT)),), result=COUNTED), "unhashable type")
check(use("Counter.most_common", (COUNTED, STR), result=List(Tuple((STR, INT)))), "most_common")
check(use("hash.same", (List(INT),), result=INT), "unhashable type")


@pytest.mark.parametrize("change, message", CASES, ids=[f"{i}-{m[:30]}" for i, (_, m) in enumerate(CASES)])
def test_refused(change, message):
    p = rich()
    verify(p)
    change(p)
    with pytest.raises(VerifyError, match=message):
        verify(p)


@pytest.mark.parametrize("make", [rich, tiny, new])
def test_accepted(make):
    verify(make())


def test_error_says_where():
    p = tiny()
    p.graphs["f"].block.nodes[0].results[0].type = STR
    with pytest.raises(VerifyError) as e:
        verify(p)
    assert e.value.graph is p.graphs["f"] and e.value.node is p.graphs["f"].block.nodes[0]
    assert str(e.value) == "declares `str`, its rule gives `float` in graph `f`, at `add` (model.py:2:5)"


def test_reraise_nested_in_a_handler():
    p = rich()
    handler = find(p, "try").blocks[1]
    b, then = Builder(p, TABLE), Block()
    with b.inside(then):
        b.emit("reraise")
    node = Node(TABLE["const"], [], {"value": True}, (BOOL,))
    handler.nodes[:0] = [node, Node(TABLE["cond"], [node.results[0]], None, (), [then, Block()])]
    verify(p)


def test_reraise_in_else_is_refused():
    p = rich()
    attempt(has_else=True, blocks=[NOTHING, HANDLER, NOTHING])(p)
    body(p).nodes[-1].blocks[2].nodes.append(Node(TABLE["reraise"], []))
    with pytest.raises(VerifyError, match="outside of a handler"):
        verify(p)


def test_long_chain_of_elifs():
    p = new()
    outer = inner = Block()
    for i in range(900):
        b, following = Builder(p, TABLE), Block()
        with b.inside(inner):
            b.emit("cond", [const(b, True)], blocks=[Block(), following], result_types=())
        inner = following
    add_graph(p, "f", outer)
    verify(p)


def test_never_and_widening_are_fine():
    """A value that never comes to be fits everywhere; a result may be declared wider than derived."""
    p = new()
    block = Block((INT,))
    b = Builder(p, TABLE)
    with b.inside(block):
        never = b.value("unreachable")
        block.yields = [b.value("add", [never, block.params[0]]), b.value("add", [block.params[0]] * 2, result_types=(union((INT, STR)),))]
    add_graph(p, "f", block)
    verify(p)


def test_names_of_own_ops_are_unique():
    assert len({op.name for op in OWN}) == len(OWN)
    assert dataclasses.is_dataclass(Graph) and Call is not None


class _Color(enum.Enum):
    RED = 1
    BLUE = 2


def test_enums_are_resolved_in_place():
    p = new()
    red, blue = EnumRef("m.Color", "RED"), EnumRef("m.Color", "BLUE")
    p.classes["m.Color"] = ClassDef("m.Color", "enum", members=(("RED", 1), ("BLUE", 2)))
    p.classes["m.Obj"] = ClassDef("m.Obj", "class", [FieldDef("c", EnumType("m.Color"), Constant(EnumType("m.Color"), red))])
    t = EnumType("m.Color")
    shared = [red, blue]
    p.state["a"] = State(t, red)
    p.state["b"] = State(Tuple((List(t), List(t))), (shared, shared))
    p.constants["d"] = Constant(Dict(t, List(t)), table := {red: shared, blue: []})
    p.constants["s"] = Constant(Set(t), {red})
    add_graph(p, "f", Block((t,)))
    p.entries["f"] = Entry("f", [Param("c", t, default=Constant(t, blue))])
    verify(p)
    resolve_enums(p, {"m.Color": _Color})
    assert p.state["a"].value is _Color.RED
    assert p.state["b"].value[0] is p.state["b"].value[1] is shared == [_Color.RED, _Color.BLUE]
    assert p.constants["d"].value is table
    assert list(table.items()) == [(_Color.RED, shared), (_Color.BLUE, [])]
    assert p.constants["s"].value == {_Color.RED}
    assert p.classes["m.Obj"].fields[0].default.value is _Color.RED
    assert p.entries["f"].params[0].default.value is _Color.BLUE


def test_faults_of_types_say_where():
    p = tiny()
    p.entries.clear()
    p.graphs["f"].block.add_param(ERROR)
    with pytest.raises(VerifyError) as e:
        verify(p)
    assert e.value.graph is p.graphs["f"]


def test_a_rule_that_fails_is_the_cause():
    p = rich()
    use("enum.by_name", (STR,), {}, INT)(p)
    with pytest.raises(VerifyError, match="its rule failed") as e:
        verify(p)
    assert isinstance(e.value.__cause__, KeyError)


@pytest.mark.parametrize("op, operands, attrs, program", [
    ("constant", (), {"name": "c"}, None),
    ("enum.value", (EnumType("m.Nope"),), {}, new()),
    ("enum.value", (EnumType("m.Nope"),), {}, None),
    ("enum.by_name", (STR,), {"cls": "m.Nope"}, None),
])  # fmt: skip
def test_rules_that_need_their_program(op, operands, attrs, program):
    call = Call(tuple(map(Arg, operands)), (), attrs, program)
    with pytest.raises(OpTypeError, match="program"):
        infer({**OPS, **TABLE}[op], call)
