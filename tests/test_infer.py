"""`infer` and the builder: rules on whole types, on members of unions, and what errors say."""

from __future__ import annotations

import pytest
from ir_samples import TABLE, const, new, rich

from scriptc.ir import STRUCTURAL, Arg, Block, Builder, Call, NeedsWiden, OpDef, OpTypeError, class_fields, element_type, infer
from scriptc.ir.core import OutOfRange
from scriptc.ops import TABLE as OPS
from scriptc.types import (
    BYTES,
    COMPLEX,
    ERROR,
    FLOAT,
    INT,
    NEVER,
    NONE,
    RANGE,
    STR,
    UNDEF,
    Dict,
    DictView,
    IteratorOf,
    List,
    Set,
    Tensor,
    Tuple,
    TupleOf,
    Type,
    join,
    union,
)


def call(*types: Type, program=None, **attrs) -> Call:
    return Call(tuple(map(Arg, types)), (), attrs, program)


ADD = TABLE["add"]


def test_whole_types_first():
    assert infer(ADD, call(INT, FLOAT)) == (FLOAT,)
    assert infer(TABLE["print"], call(union((INT, STR)))) == (NONE,)


def test_members_are_joined():
    assert infer(ADD, call(union((INT, FLOAT)), INT)) == (join(INT, FLOAT),)


def test_the_failing_member_is_named():
    with pytest.raises(OpTypeError) as e:
        infer(ADD, call(INT, union((INT, NONE))))
    assert str(e.value) == "`None` is not a number (for `None` of `int | None`)"
    assert e.value.operand == 1


def test_the_failing_members_are_named_where_the_rule_blames_none():
    def rule(c: Call) -> tuple[Type, ...]:
        if c.args[0].type == c.args[1].type == STR:
            raise OpTypeError("no", help="do this")
        if any(a.type not in (INT, STR) for a in c.args):
            raise OpTypeError("whole")
        return (INT,)

    either = union((INT, STR))
    with pytest.raises(OpTypeError) as e:
        infer(OpDef("odd", rule), call(either, either))
    assert e.value.message == "no (for `str` of `int | str` and `str` of `int | str`)"
    assert e.value.help == "do this"


@pytest.mark.parametrize("mark", [NEVER, ERROR])
def test_never_and_error(mark):
    p = rich()
    assert infer(ADD, call(mark, STR)) == (mark,)
    assert infer(STRUCTURAL["cell.set"], call(mark, INT)) == ()
    assert infer(STRUCTURAL["unpack"], call(mark, before=2, after=1, star=True)) == (mark,) * 4
    assert infer(STRUCTURAL["call"], call(mark, INT, graph="helper", program=p)) == (mark,)
    assert infer(STRUCTURAL["call"], call(mark, graph="items", program=p)) == (mark,)
    assert infer(ADD, call(NEVER, ERROR)) == (ERROR,)


def test_unbound_names():
    with pytest.raises(OpTypeError, match="may be unbound") as e:
        infer(ADD, call(INT, union((INT, UNDEF))))
    assert e.value.operand == 1


def test_too_many_combinations():
    many = union(Tuple((INT,) * i) for i in range(17))
    with pytest.raises(OpTypeError, match="289 ways"):
        infer(ADD, call(many, many))


def test_the_number_of_results_may_not_depend_on_types():
    def rule(c: Call) -> tuple[Type, ...]:
        if c.args[0].type == INT:
            return ()
        if c.args[0].type == STR:
            return (INT,)
        raise OpTypeError("whole")

    with pytest.raises(OpTypeError, match="number of results"):
        infer(OpDef("odd", rule), call(union((INT, STR))))


def test_containers_that_need_widening():
    def rule(c: Call) -> tuple[Type, ...]:
        if not isinstance(c.args[0].type, List):
            raise OpTypeError("not a list", 0)
        raise NeedsWiden(0, List(STR))

    for t in (List(INT), union((List(INT), NONE))):
        with pytest.raises(NeedsWiden) as e:
            infer(OpDef("odd", rule), call(t))
        assert (e.value.operand, e.value.wanted, e.value.found) == (0, List(STR), List(INT))
        assert "list[str]" in str(e.value)


def test_out_of_range_for_every_member():
    def rule(c: Call) -> tuple[Type, ...]:
        raise OutOfRange("index out of range", 0)

    with pytest.raises(OpTypeError, match="index out of range"):
        infer(OpDef("odd", rule), call(union((INT, STR))))


def test_a_container_too_narrow_for_the_complex_member_alone():
    container = union((List(FLOAT), Dict(INT, FLOAT)))
    with pytest.raises(NeedsWiden) as e:
        infer(OPS["setitem"], call(container, INT, union((FLOAT, COMPLEX))))
    assert e.value.operand == 0


@pytest.mark.parametrize(
    "t, elem",
    [
        (RANGE, INT), (BYTES, INT), (STR, STR), (List(FLOAT), FLOAT), (Set(STR), STR), (Dict(STR, INT), STR), (DictView("items", INT), INT),
        (TupleOf(STR), STR), (Tuple((INT, STR)), union((INT, STR))), (Tuple(), NEVER), (IteratorOf(INT), INT),
        (Tensor("int8", (3,)), Tensor("int8", (), True)), (Tensor("int8", (3, "n")), Tensor("int8", ("n",), False)),
        (Tensor("int8"), Tensor("int8", None, None)),
    ],
)  # fmt: skip
def test_elements(t, elem):
    assert element_type(t) == elem


@pytest.mark.parametrize("t", [INT, NONE, Tensor("int8", ()), Tensor("int8", (), True), Tensor(None, None, True)])
def test_what_has_no_elements(t):
    with pytest.raises(OpTypeError, match="cannot be iterated"):
        element_type(t)


def test_rules_that_need_the_program():
    for name, attrs in {"call": {"graph": "f"}, "state.get": {"name": "f"}, "constant": {"name": "f"}, "record": {"cls": "f"}}.items():
        with pytest.raises(OpTypeError, match="needs its program"):
            infer(STRUCTURAL[name], call(**attrs))


def test_ops_that_declare_their_results():
    for name in ("cond", "while", "try", "cell.new"):
        with pytest.raises(OpTypeError, match="declared where it is built"):
            infer(STRUCTURAL[name], call())


@pytest.mark.parametrize("before, after, star, items, message", [(3, 0, False, 2, "not enough.* expected 3, found 2"), (1, 0, False, 2, "too many"),
                                                                 (2, 1, True, 2, "not enough.* at least 3")])  # fmt: skip
def test_unpacking_a_tuple_of_the_wrong_length(before, after, star, items, message):
    with pytest.raises(OpTypeError, match=message):
        infer(STRUCTURAL["unpack"], call(Tuple((INT,) * items), before=before, after=after, star=star))


def test_unpacking():
    t = Tuple((INT, STR, FLOAT, NONE))
    assert infer(STRUCTURAL["unpack"], call(t, before=4, after=0, star=False)) == t.items
    assert infer(STRUCTURAL["unpack"], call(t, before=1, after=1, star=True)) == (INT, List(union((STR, FLOAT))), NONE)
    assert infer(STRUCTURAL["unpack"], call(t, before=2, after=2, star=True)) == (INT, STR, List(NEVER), FLOAT, NONE)


def test_fields_of_bases():
    p = rich()
    p.classes["m.Sub"] = type(p.classes["m.Obj"])("m.Sub", "class", bases=("m.Obj", "ValueError"))
    assert list(class_fields(p, "m.Sub")) == ["n"]


def test_builder():
    p = new()
    b = Builder(p, TABLE)
    block = Block()
    with b.inside(block):
        one = const(b, 1, hint="one")
        with pytest.raises(OpTypeError):
            b.emit("add", [one, const(b, "x")])
        assert [n.op.name for n in block.nodes] == ["const", "const"]
        inner = Block()
        with b.inside(inner):
            assert b.block is inner
        assert b.block is block
        assert b.value(TABLE["add"], [one, one]).type == INT
    assert one.hint == "one"
    assert one.const == 1
    with pytest.raises(LookupError):
        Builder(p).lookup("add")
