"""The text of a program: parse(print(p)) == p, and equality sees every difference."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ir_samples import TABLE, add_graph, at, const, new, rich, tiny

from scriptc.ir import (
    Block,
    Builder,
    Constant,
    Param,
    Program,
    SourceText,
    Span,
    State,
    TextError,
    equal,
    parse_program,
    print_graph,
    print_program,
)
from scriptc.ir.literal import LiteralWriter, Scanner
from scriptc.types import FLOAT, INT, STR, List, Tensor

TINY = """\
program 'tiny'
source 'model.py' text 'def f(n):\\n    return \\'é\\' + "\\\\n"\\n'
entry 'f' = 'f' doc 'Adds.' {
  param 'n': `int`
  param 'x': `float` default `float` 0.5
}

graph 'f' qualname 'f' at 'model.py':1:0-1:20 (%n: int, %x: float) {
  %y: float = add(%n, %x) at 2:4-2:20
  => %y
}
"""


def test_text_of_a_program():
    assert print_program(tiny()) == TINY
    assert parse_program(TINY, TABLE) == tiny()
    assert print_graph(tiny().graphs["f"]) == TINY[TINY.index("graph") :]


@pytest.mark.parametrize("make", [tiny, rich, new])
def test_parses_back(make):
    p = make()
    text = print_program(p)
    q = parse_program(text, TABLE)
    assert q == p
    assert print_program(q) == text


def test_sharing_is_kept():
    q = parse_program(print_program(rich()), TABLE)
    assert q.constants["steps"].value is q.constants["steps again"].value[0]
    assert q.state["tied"].value is q.state["layer.weight"].value
    q.state["turned"].value[0, 1] = 9
    assert q.state["layer.weight"].value[1, 0] == 9


def test_a_view_before_its_array():
    p = new()
    a = np.arange(6.0)
    a.flags.writeable = False
    p.state["part"] = State(Tensor("float64"), a[1:6:2][::-1])
    p.state["whole"] = State(Tensor("float64"), a)
    q = parse_program(print_program(p), TABLE)
    assert q == p
    assert q.state["part"].value.tolist() == [5, 3, 1]
    assert np.shares_memory(q.state["part"].value, q.state["whole"].value)


def test_data_can_be_left_out():
    text = print_program(rich(), data=False)
    assert "array(" not in text
    assert "<elided>" in text
    with pytest.raises(TextError):
        parse_program(text, TABLE)


def test_deep_nesting():
    p = new()
    outer = inner = Block()
    for _ in range(900):
        b, following = Builder(p, TABLE), Block()
        with b.inside(inner):
            b.emit("cond", [const(b, True)], blocks=[Block(), following], result_types=())
        inner = following
    add_graph(p, "f", outer)
    assert parse_program(print_program(p), TABLE) == p


def test_names_that_repeat():
    p = new()
    block = Block((INT, INT), ("x", "x"))
    b = Builder(p, TABLE)
    with b.inside(block):
        block.yields = [b.value("add", block.params, hint="x"), b.value("add", block.params)]
    add_graph(p, "f", block)
    assert "(%x: int, %x.1: int) {\n  %x.2: int = add(%x, %x.1)\n  %0: int = add(%x, %x.1)\n  => %x.2, %0" in print_program(p)
    assert parse_program(print_program(p), TABLE) == p


def test_places_in_other_files():
    p = tiny()
    p.sources["it's.py"] = SourceText("other name")
    p.graphs["f"].block.nodes[0].span = Span("it's.py", 3, 0, 4, 7)
    assert "at \"it's.py\":3:0-4:7" in print_program(p)
    assert parse_program(print_program(p), TABLE) == p


CHANGES = [
    lambda p: setattr(p, "name", "x"),
    lambda p: p.graphs.update({"z": p.graphs.pop("helper")}),
    lambda p: p.graphs.update(helper=p.graphs.pop("helper")),
    lambda p: p.state.update(maybe=p.state.pop("maybe")) or p.state.update(tied=p.state.pop("tied")),
    lambda p: setattr(p.state["maybe"], "value", 0),
    lambda p: setattr(p.state["maybe"], "kind", "buffer"),
    lambda p: setattr(p.state["maybe"], "type", INT),
    lambda p: p.state["mean"].value.fill(0.0),
    lambda p: setattr(p.state["tied"], "value", p.state["tied"].value.copy()),
    lambda p: setattr(p.state["turned"], "value", p.state["turned"].value.copy()),
    lambda p: setattr(p.state["turned"], "value", np.asfortranarray(p.state["turned"].value.copy())),
    lambda p: setattr(p.constants["steps again"], "value", ([1, 2], "x")),
    lambda p: setattr(p.constants["big"], "value", 1),
    lambda p: setattr(p.constants["nan"], "value", {"nan": float("nan"), "odd": float("nan")}),
    lambda p: setattr(p.constants["floats"], "value", (0.1, 0.0, float("inf"), float("-inf"), 5e-324)),
    lambda p: setattr(p.constants["complex"], "value", complex(0.0, float("nan"))),
    lambda p: p.constants["texts"].value.add("more"),
    lambda p: setattr(p.constants["numbers"], "value", {8, 0}),
    lambda p: setattr(p.constants["range"], "value", range(10, 1, -3)),
    lambda p: setattr(p.constants["slice"], "value", slice(0, 5, None)),
    lambda p: setattr(p.constants["scalar"], "value", np.float64(np.float32(0.1))),
    lambda p: setattr(p.constants["half nan"], "value", np.float16("nan")),
    lambda p: setattr(p.constants["empty"], "value", np.zeros((3, 0), np.int64)),
    lambda p: setattr(p.constants["column"], "value", np.ascontiguousarray(p.constants["column"].value)),
    lambda p: setattr(p.constants["read only"], "value", p.constants["read only"].value.copy()),
    lambda p: setattr(p.constants["dtype"], "value", np.dtype("float32")),
    lambda p: setattr(p.constants["red"], "value", 1),
    lambda p: setattr(p.classes["m.Color"], "members", (("RED", 1), ("BLUE", 3))),
    lambda p: setattr(p.classes["m.Color"], "members", (("RED", True), ("BLUE", 2))),
    lambda p: setattr(p.classes["m.Color"], "bases", ()),
    lambda p: setattr(p.classes["m.Obj"], "options", ("eq",)),
    lambda p: p.classes["m.Obj"].methods.clear(),
    lambda p: setattr(p.classes["m.Obj"].fields[0], "default", None),
    lambda p: setattr(p.classes["m.Obj"].fields[0], "default", Constant(INT, 4)),
    lambda p: setattr(p.classes["m.Pair"].fields[0], "name", "z"),
    lambda p: setattr(p.entries["f"], "doc", ""),
    lambda p: setattr(p.entries["f"], "graph", "g"),
    lambda p: p.entries["f"].params.__setitem__(0, Param("n", INT)),
    lambda p: p.aliases.clear(),
    lambda p: setattr(p.sources["model.py"], "text", None),
    lambda p: setattr(p.graphs["helper"], "qualname", "x"),
    lambda p: setattr(p.graphs["helper"], "library", None),
    lambda p: setattr(p.graphs["items"], "generator", False),
    lambda p: setattr(p.graphs["items"], "item", FLOAT),
    lambda p: setattr(p.graphs["m.f"], "span", at(2)),
    lambda p: setattr(p.graphs["m.f"].params[0], "hint", "k"),
    lambda p: setattr(p.graphs["m.f"].params[0], "type", STR),
    lambda p: p.graphs["helper"].block.nodes[0].operands.reverse(),
    lambda p: p.graphs["helper"].block.yields.append(p.graphs["helper"].params[0]),
    lambda p: p.graphs["helper"].block.nodes.clear(),
    lambda p: setattr(p.graphs["m.f"].block.nodes[0], "span", None),
    lambda p: node(p, "const").attrs.update(value=False),
    lambda p: node(p, "print").attrs.update(weights=(1.5, (0.0, 2j), ..., True, None)),
    lambda p: node(p, "print").attrs.update(weights=(1.5, (-0.0, 2j), ..., 1, None)),
    lambda p: node(p, "print").attrs.pop("kw"),
    lambda p: node(p, "narrow").attrs.update(type=List(INT)),
    lambda p: setattr(node(p, "add"), "op", TABLE["lt"]),
    lambda p: setattr(node(p, "cond").blocks[1], "yields", []),
    lambda p: node(p, "cond").blocks.pop(),
]


def node(p: Program, op: str):
    return next(n for g in p.graphs.values() for n in g.block.walk() if n.op.name == op)


@pytest.mark.parametrize("change", CHANGES, ids=range(len(CHANGES)))
def test_equality_sees_a_difference(change):
    p, q = rich(), rich()
    assert p == q
    change(q)
    assert p != q
    assert not equal(q, p)


def test_equality_with_something_else():
    assert tiny() != 3
    with pytest.raises(TypeError):
        hash(tiny())


def test_sharing_on_one_side_only():
    def make(a, b):
        p = new()
        p.constants["a"], p.constants["b"] = Constant(List(INT), a), Constant(List(INT), b)
        return p

    one = [1]
    assert make(one, one) == make(copy.copy(one), copy.copy(one)) or True
    assert make(one, one) != make([1], [1])
    assert make([1], [1]) != make(one, one)
    two = [1]
    assert make(one, one) == make(two, two)


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(-(2**300), 2**300), st.floats(), st.complex_numbers(), st.text(), st.binary(),
    st.just(...),
    st.sampled_from([range(3), slice(1, None), np.dtype("int8"), np.float32(0.1), np.float64("-nan"), np.int8(-3), np.bool_(False)]),
    st.just(np.complex64(1j)),
)  # fmt: skip
HASHABLE = st.one_of(st.integers(), st.text(), st.booleans(), st.tuples(st.integers(), st.text()))
DATA = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.lists(inner, max_size=4).map(tuple), st.dictionaries(HASHABLE, inner, max_size=4),
        st.sets(HASHABLE, max_size=4),
        st.frozensets(HASHABLE, max_size=4), st.lists(st.floats(width=32), max_size=4).map(lambda x: np.array(x, np.float32)),
    ),
    max_leaves=10,
)  # fmt: skip


def same(a, b) -> bool:
    def make(v):
        p = new()
        p.constants["c"] = Constant(INT, v)
        return p

    return make(a) == make(b)


@given(DATA)
@settings(max_examples=300, deadline=None)
def test_data_parses_back(value):
    text = LiteralWriter([value]).write(value)
    scanner = Scanner(text)
    back = scanner.literal()
    assert scanner.token == ""
    assert same(value, back), text


ODD = [10**5000, -(10**5000), float("nan"), -0.0, complex(-0.0, -0.0), np.zeros((2, 0, 3)), np.array(5), np.zeros((3, 2)).T]


@pytest.mark.parametrize("v", ODD, ids=range(len(ODD)))
def test_odd_data_parses_back(v):
    assert same(v, Scanner(LiteralWriter([v]).write(v)).literal())


MALFORMED = [
    ("", "expected 'program'"),
    (TINY.replace("program", "programme"), "line 1"),
    (TINY.replace("entry", "door"), "a part of a program"),
    (TINY + TINY[TINY.index("graph") :], "a second 'f'"),
    (TINY.replace("add", "sub"), "an operation, not 'sub'"),
    (TINY.replace("(%n, %x)", "(%n, %z)"), "line 9: found '%z', expected a value defined before"),
    (TINY.replace("%y: float", "%n: float"), "a name not used yet"),
    (TINY.replace("%y: float", "%y: flo at["), "line|type"),
    (TINY.replace("%y: float", "%y, float"), "expected ':'"),
    (TINY.replace("%y: float = ", "%y: float "), "not a type"),
    (TINY.replace("at 2:4-2:20", "at 2:4"), "a place"),
    (TINY.replace("at 'model.py':1:0-1:20", "").replace("'f' (", "'f' ("), "a file"),
    (TINY.replace("=> %y", "=> %y %y"), "expected ','"),
    (TINY.replace("  => %y\n}\n", ""), "operation"),
    (TINY.replace("0.5", "half"), "data"),
    (TINY.replace("0.5", "&1 *2"), "data defined before"),
    (TINY.replace("0.5", "(&1 [], &1 [])"), "a number not used yet"),
    (TINY.replace("0.5", "[1 2]"), "expected ','"),
    (TINY.replace("0.5", "{1, 2}"), "expected ':'"),
    (TINY.replace("0.5", "{1: 1 2: 2}"), "expected ','"),
    (TINY.replace("0.5", "array(float31[1], 00)"), "a dtype"),
    (TINY.replace("0.5", "dtype(float31)"), "a dtype"),
    (TINY.replace("0.5", "generator('Random', (3, 4, 5))"), "a malformed state of a generator"),
    (TINY.replace("0.5", "deque([1], 'a')"), "an integer is required"),
    (TINY.replace("0.5", "collected('object', {})"), "no factory 'object'"),
    (TINY.replace("0.5", "array(int8[1], zz)"), "hexadecimal digits"),
    (TINY.replace("0.5", "array(int8[2], 00)"), "cannot reshape"),
    (TINY.replace("0.5", "view(array(int8[2], 0000), 1, (2,), (1,))"), "."),
    (TINY.replace("0.5", "view(array(int8[2], 0000), 1, (-2,), (1,))"), "malformed view"),
    (TINY.replace("0.5", "[" * 5000), "."),
    (TINY.replace("`int`", "int"), "a type"),
    (TINY.replace("'n'", "n"), "a text"),
    (TINY.replace("0.5", "&x []"), "an integer"),
    ("program 'p'\ngraph 'f' (x: int) {\n}\n", "a value"),
    ("program 'p'\ngraph 'f' (%x: tensor['a", "a closing quote"),
    ("program 'p'\nconstant 'c': `int` = array(int8[1], 00", "hexadecimal digits"),
    ("program 'p'\nclass 'm.A' class {\n  part 'a' = 1\n}\n", "`field`, `member` or `method`"),
]


@pytest.mark.parametrize("text, message", MALFORMED, ids=range(len(MALFORMED)))
def test_malformed_text(text, message):
    with pytest.raises(TextError, match=message):
        parse_program(text, TABLE)


@given(st.integers(0, len(TINY)), st.integers(0, 20), st.sampled_from(["", "'", "{", "}", "%x", "=>", "`", "&0 ", "[", "("]))
@settings(max_examples=400, deadline=None)
@pytest.mark.filterwarnings("ignore:invalid escape")
def test_damaged_text_gives_a_program_or_an_error(start, length, insert):
    try:
        parse_program(TINY[:start] + insert + TINY[start + length :], TABLE)
    except TextError:
        pass
