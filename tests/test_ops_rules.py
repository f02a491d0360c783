"""What the Python op rules say of objects, enums, widening and callbacks; what a library object resolves to; effects by type."""

from __future__ import annotations

import functools
import itertools
import math
import operator
import random

import pytest

from scriptc.ir import STRUCTURAL
from scriptc.ir.core import MISSING, Arg, Block, Call, ClassDef, Effect, FieldDef, Graph, Node, OpTypeError, Program, Value
from scriptc.ir.infer import NeedsWiden, infer
from scriptc.library import Library
from scriptc.library.python import CLASS_METHODS
from scriptc.ops import TABLE
from scriptc.ops.callbacks import callback_params
from scriptc.ops.effects import ALL, effects_of
from scriptc.types import (
    BOOL,
    FLOAT,
    INT,
    NEVER,
    NONE,
    RNG,
    STR,
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
from scriptc.types.text import parse_type

POINT, PLAIN, FROZEN, DATA, ORDERED, WITH_EQ = (Record(f"m.{n}") for n in ("Point", "Plain", "Frozen", "Data", "Ordered", "WithEq"))
COLOR, LEVEL, TAG = EnumType("m.Color"), EnumType("m.Level"), EnumType("m.Tag")


def make_program() -> Program:
    program = Program("p")
    x = [FieldDef("x", INT), FieldDef("y", FLOAT)]
    for cls in (
        ClassDef("m.Point", "namedtuple", x),
        ClassDef("m.Plain", "class", x),
        ClassDef("m.Frozen", "dataclass", x, options=("eq", "frozen", "repr")),
        ClassDef("m.Data", "dataclass", x, options=("eq", "repr")),
        ClassDef("m.Ordered", "dataclass", x, options=("eq", "order", "repr")),
        ClassDef("m.WithEq", "class", x, methods={"__eq__": "eq", "__repr__": "repr", "__lt__": "lt"}),
        ClassDef("m.Color", "enum", members=(("RED", 1),)),
        ClassDef("m.Level", "enum", bases=("int",), members=(("LOW", 1),)),
        ClassDef("m.Tag", "enum", bases=("str",), members=(("A", "a"),)),
    ):
        program.classes[cls.name] = cls
    block = Block((WITH_EQ, WITH_EQ))
    block.yields = [Value(BOOL)]
    program.graphs["lt"] = Graph("lt", block)
    return program


PROGRAM = make_program()


def ask(name: str, *operands: Type | Arg, kw: tuple[str, ...] = ()) -> str:
    args = tuple(a if isinstance(a, Arg) else Arg(a) for a in operands)
    try:
        return ", ".join(map(str, infer(TABLE[name], Call(args, kw, {}, PROGRAM))))
    except NeedsWiden as e:
        return f"widen {e.operand} to {e.wanted}"
    except OpTypeError as e:
        return f"refused: {e}"


@pytest.mark.parametrize(("name", "operands", "expected"), [
    ("add", (POINT, POINT), "tuple[int, float, int, float]"),
    ("getitem", (POINT, Arg(INT, 1)), "float"),
    ("len", (POINT,), "int"),
    ("lt", (POINT, POINT), "bool"),
    ("builtins.tuple", (POINT,), "tuple[int, float]"),
    ("eq", (PLAIN, PLAIN), "bool"),
    ("eq", (PLAIN, NONE), "bool"),
    ("is", (PLAIN, PLAIN), "bool"),
    ("lt", (PLAIN, PLAIN), "refused: '<' not supported between instances of 'm.Plain' and 'm.Plain'"),
    ("lt", (ORDERED, ORDERED), "bool"),
    ("lt", (WITH_EQ, WITH_EQ), "bool"),
    ("sorted", (List(ORDERED),), "list[m.Ordered]"),
    ("sorted", (List(DATA),), "refused: '<' not supported between instances of 'm.Data' and 'm.Data'"),
    ("set", (FROZEN,), "set[m.Frozen]"),
    ("set", (PLAIN,), "set[m.Plain]"),
    ("set", (DATA,), "refused: unhashable type: 'm.Data'"),
    ("set", (WITH_EQ,), "refused: unhashable type: 'm.WithEq'"),
    ("set", (POINT,), "set[m.Point]"),
    ("str", (DATA,), "str"),
    ("str", (WITH_EQ,), "str"),
    ("str", (PLAIN,), "refused: the text of 'm.Plain' shows a memory address, which differs from run to run"),
    ("print", (List(PLAIN),), "refused: the text of 'list[m.Plain]' shows a memory address, which differs from run to run"),
    ("eq", (COLOR, COLOR), "bool"),
    ("is", (COLOR, COLOR), "bool"),
    ("lt", (COLOR, COLOR), "refused: '<' not supported between instances of 'enum m.Color' and 'enum m.Color'"),
    ("dict", (COLOR, INT), "dict[enum m.Color, int]"),
    ("add", (LEVEL, LEVEL), "int"),
    ("lt", (LEVEL, INT), "bool"),
    ("getitem", (List(STR), LEVEL), "str"),
    ("add", (TAG, STR), "str"),
    ("contains", (STR, TAG), "bool"),
    ("add", (COLOR, INT), "refused: unsupported operand types for +: 'enum m.Color' and 'int'"),
    ("is", (INT, INT), "refused: `is` between two 'int' depends on how the interpreter stores them"),
    ("is", (union((INT, NONE)), NONE), "bool"),
    ("is", (BOOL, BOOL), "bool"),
    ("is", (union((INT, NONE)), STR), "bool"),
])  # fmt: skip
def test_objects_and_enums(name: str, operands: tuple[Type | Arg, ...], expected: str) -> None:
    assert ask(name, *operands) == expected


@pytest.mark.parametrize(("name", "operands", "expected"), [
    ("list.append", (List(NEVER), INT), "widen 0 to list[int]"),
    ("list.append", (List(INT), BOOL), "widen 0 to list[bool | int]"),
    ("list.append", (List(union((INT, STR))), STR), "None"),
    ("list.extend", (List(INT), STR), "widen 0 to list[int | str]"),
    ("list.insert", (List(INT), INT, FLOAT), "widen 0 to list[float | int]"),
    ("setitem", (List(INT), INT, NONE), "widen 0 to list[int | None]"),
    ("setitem", (Dict(NEVER, NEVER), STR, INT), "widen 0 to dict[str, int]"),
    ("dict.setdefault", (Dict(STR, INT), STR), "widen 0 to dict[str, int | None]"),
    ("dict.update", (Dict(STR, INT), Dict(STR, FLOAT)), "widen 0 to dict[str, float | int]"),
    ("set.add", (Set(INT), STR), "widen 0 to set[int | str]"),
    ("set.update", (Set(INT), List(STR)), "widen 0 to set[int | str]"),
    ("iadd", (List(INT), Tuple((STR,))), "widen 0 to list[int | str]"),
    ("ior", (Set(INT), Set(STR)), "widen 0 to set[int | str]"),
    ("ior", (Dict(STR, INT), List(Tuple((STR, NONE)))), "widen 0 to dict[str, int | None]"),
    ("iadd", (List(INT), Tensor("float64", (3,))), "any[3]"),
    ("list.append", (union((List(INT), List(STR))), INT), "widen 0 to list[int | str]"),
])  # fmt: skip
def test_widening(name: str, operands: tuple[Type, ...], expected: str) -> None:
    assert ask(name, *operands) == expected


def test_sites_of_what_is_stored_reach_the_container() -> None:
    inner, outer = List(INT, frozenset({"inner"})), List(List(INT), frozenset({"outer"}))
    with pytest.raises(NeedsWiden) as e:
        infer(TABLE["list.append"], Call((Arg(outer), Arg(inner))))
    assert e.value.wanted == List(inner, frozenset({"outer"}))
    assert infer(TABLE["list.append"], Call((Arg(e.value.wanted), Arg(inner)))) == (NONE,)
    assert infer(TABLE["list.append"], Call((Arg(List(List(INT))), Arg(inner)))) == (NONE,), "a parameter has no sites and needs none"


def test_new_containers_have_no_sites_and_the_same_object_keeps_them() -> None:
    xs = List(INT, frozenset({"s"}))
    for name, operands in (("list.copy", (xs,)), ("add", (xs, xs)), ("sorted", (xs,)), ("mul", (xs, INT))):
        assert infer(TABLE[name], Call(tuple(map(Arg, operands)))) == (List(INT),), name
    for name, operands in (("iadd", (xs, xs)), ("imul", (xs, INT))):
        assert infer(TABLE[name], Call(tuple(map(Arg, operands)))) == (xs,), name
    assert infer(TABLE["getitem"], Call((Arg(List(xs)), Arg(INT)))) == (xs,)
    assert infer(TABLE["dict.get"], Call((Arg(Dict(STR, xs)), Arg(STR)))) == (union((xs, NONE)),)


def test_constant_slices_of_tuples() -> None:
    def const(value: object) -> Value:
        return Node(STRUCTURAL["const"], [], {"value": value}, (INT,)).results[0]

    bounds = Node(TABLE["slice"], [const(1), const(None), const(None)], {}, (parse_type("slice"),)).results[0]
    assert bounds.const == slice(1, None, None)
    assert ask("getitem", Tuple((INT, STR, FLOAT)), Arg(bounds.type, bounds.const)) == "tuple[str, float]"
    pair = Node(TABLE["tuple"], [const(1), Value(INT)], {}, (Tuple((INT, INT)),)).results[0]
    assert pair.const == (1, MISSING)


def test_callbacks() -> None:
    def params(name: str, operand: int, *types: Type, kw: tuple[str, ...] = (), result: Type = NEVER) -> tuple[Type, ...] | None:
        return callback_params(TABLE[name], Call(tuple(map(Arg, types)), kw, {}, PROGRAM), operand, result)

    assert params("map", 0, NONE, List(INT), STR) == (INT, STR)
    assert params("map", 1, NONE, List(INT)) is None
    assert params("filter", 0, NONE, Dict(STR, INT)) == (STR,)
    assert params("sorted", 1, List(STR), NONE, kw=("key",)) == (STR,)
    assert params("list.sort", 1, List(STR), NONE, kw=("key",)) == (STR,)
    assert params("max", 2, INT, FLOAT, NONE, kw=("key",)) == (union((INT, FLOAT)),)
    assert params("min", 1, List(INT), NONE, kw=("key",)) == (INT,)
    assert params("functools.reduce", 0, NONE, List(INT), result=FLOAT) == (union((INT, FLOAT)), INT)
    assert params("functools.reduce", 0, NONE, List(INT), STR) == (STR, INT)
    assert params("itertools.starmap", 0, NONE, List(Tuple((INT, STR)))) == (INT, STR)
    assert params("itertools.takewhile", 0, NONE, List(INT)) == (INT,)
    assert params("itertools.groupby", 1, List(INT), NONE) == (INT,)
    assert params("len", 0, List(INT)) is None


def test_functions_are_checked() -> None:
    assert ask("map", Function((INT,), STR), List(INT)) == "iterator[str]"
    assert ask("map", Function((STR,), STR), List(INT)).startswith("refused")
    assert ask("sorted", List(STR), Function((STR,), INT), kw=("key",)) == "list[str]"
    assert ask("sorted", List(STR), Function((STR,), NONE), kw=("key",)).startswith("refused: '<' not supported")
    assert ask("functools.reduce", Function((union((INT, FLOAT)), INT), FLOAT), List(INT)) == "float | int"
    assert ask("itertools.accumulate", List(FLOAT)) == "iterator[float]"
    assert ask("itertools.groupby", List(STR), Function((STR,), INT)) == "iterator[tuple[int, iterator[str]]]"


@pytest.mark.parametrize(("obj", "name"), [
    (len, "len"), (list, "builtins.list"), (pow, "builtins.pow"), (str.upper, "str.upper"), (list.append, "list.append"),
    (dict.fromkeys, "dict.fromkeys"),
    (str.maketrans, "str.maketrans"), (float.fromhex, "float.fromhex"), (math.sqrt, "math.sqrt"), (random.randint, "random.randint"),
    (random.Random, "random.Random"), (functools.reduce, "functools.reduce"), (itertools.chain, "itertools.chain"),
    (itertools.chain.from_iterable, "itertools.chain.from_iterable"), (operator.add, "add"), (operator.and_, "and"), (operator.not_, "not"),
    (int.from_bytes, "int.from_bytes"), (bool.from_bytes, None), (open, None), (isinstance, None), (5, None), ([], None), (print, "print"),
    (object(), None), (frozenset, "frozenset"), (slice, "slice"), (Library, None), (random.SystemRandom, None), (bytes, "bytes"), (bytearray, None),
])  # fmt: skip
def test_objects_resolve_by_identity(obj: object, name: str | None) -> None:
    found = Library().op_for(obj)
    assert (None if found is None else found.name) == name


def test_methods_and_attributes_resolve_by_type() -> None:
    library = Library()

    def method(t: Type, name: str) -> str | None:
        found = library.op_for_method(t, name, PROGRAM)
        return None if found is None else found.name

    assert method(STR, "split") == "str.split"
    assert method(BOOL, "bit_length") == "int.bit_length"
    assert method(Set(INT, True), "union") == "set.union"
    assert method(Set(INT, True), "add") is None
    assert method(POINT, "index") == "tuple.index"
    assert method(TAG, "upper") == "str.upper"
    assert method(RNG, "randint") == "Random.randint"
    assert method(TupleOf(INT), "count") == "tuple.count"
    assert method(FLOAT, "real") is None
    assert method(Tensor(), "mean") == "ndarray.mean"
    assert method(NONE, "split") is None
    assert method(STR, "maketrans") is None, "it would take the receiver for its first argument"
    assert method(Dict(STR, INT), "fromkeys") is None
    for name, op in TABLE.items():
        kind, _, last = name.rpartition(".")
        if kind in ("str", "list", "dict", "set", "tuple", "int", "float", "complex", "range", "Random"):
            assert str(op.emit).startswith("$0.") == (name not in CLASS_METHODS), name
            assert last
    attribute = library.op_for_attribute(FLOAT, "real")
    assert attribute is not None
    assert attribute.name == "float.real"
    assert library.op_for_attribute(FLOAT, "hex") is None


def effects(name: str, *types: Type) -> frozenset[Effect]:
    return effects_of(TABLE[name], tuple(map(Arg, types)))


def test_effects_by_type() -> None:
    raises = frozenset({Effect.RAISE})
    assert effects("add", INT, INT) == frozenset()
    assert effects("iadd", INT, FLOAT) == raises  # an int too large for a float
    assert effects("truediv", INT, INT) == raises
    assert effects("getitem", Tuple((INT, STR)), INT) == raises
    assert Effect.READ in effects("getitem", List(INT), INT)
    assert Effect.WRITE in effects("iadd", List(INT), List(INT))
    assert effects("builtins.list", IteratorOf(INT)) == ALL
    assert effects("sorted", List(INT), Function((INT,), INT)) == ALL
    assert effects("eq", PLAIN, PLAIN) == ALL
    assert effects("is", PLAIN, PLAIN) == frozenset()
    assert Effect.IO in TABLE["random.random"].effects
    assert Effect.IO in TABLE["print"].effects


def test_every_writing_op_says_so() -> None:
    for op in TABLE.values():
        if op.mutates:
            assert Effect.WRITE in op.effects, op.name


def test_importing_the_table_parses_no_signature() -> None:
    import subprocess
    import sys

    code = (
        "from scriptc.ops import TABLE\n"
        "parsed = [n for n, op in TABLE.items() if op.signature is not None and op.signature._params is not None]\n"
        "assert not parsed, parsed"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
