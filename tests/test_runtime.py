"""The runtime: argument checks, compiled objects, decorators, state, files."""

from __future__ import annotations

import collections
import copy
import enum
import inspect
import pickle
import re
import timeit
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import scriptc
from scriptc import CompiledFunction, CompiledModule
from scriptc.ir.builder import Builder
from scriptc.ir.core import Block, ClassDef, Constant, Entry, FieldDef, Graph, Param, Program, State
from scriptc.ops import TABLE
from scriptc.runtime.calls import make_call
from scriptc.runtime.check import Checker
from scriptc.runtime.compiled import wrap
from scriptc.runtime.link import Linked
from scriptc.types import (
    BOOL,
    BYTES,
    COMPLEX,
    DTYPE,
    EXC_TYPE,
    FLOAT,
    INT,
    NONE,
    RANGE,
    STR,
    Dict,
    EnumType,
    List,
    Record,
    Set,
    Tensor,
    Tuple,
    TupleOf,
    Type,
    Union,
    union,
)
from scriptc.types.core import UNDEF, DictView, Function, IteratorOf

# ---------------------------------------------------------------------------------------------- argument checks


@dataclass
class Point:
    x: float
    y: float


class Sub(Point):
    pass


class Node:
    next: Any
    value: int

    def __init__(self, value: int, next: Any = None) -> None:
        self.value, self.next = value, next


class Color(enum.Enum):
    RED = 1


class IntColor(enum.IntEnum):
    RED = 1


class MyList(list):  # type: ignore[type-arg]
    pass


class MyArray(np.ndarray):  # type: ignore[type-arg]
    pass


CLASSES: dict[str, type] = {"m.Point": Point, "m.Node": Node, "m.Color": Color, "m.Sub": Sub}
PROGRAM = Program(
    "test",
    classes={
        "m.Point": ClassDef("m.Point", "dataclass", [FieldDef("x", FLOAT), FieldDef("y", FLOAT)]),
        "m.Sub": ClassDef("m.Sub", "class", [], ("m.Point",)),
        "m.Node": ClassDef("m.Node", "class", [FieldDef("value", INT), FieldDef("next", union((Record("m.Node"), NONE)))]),
        "m.Color": ClassDef("m.Color", "enum", members=(("RED", 1),)),
    },
)
F4 = np.zeros((2, 3), "f4")


def fits(t: Type, value: Any) -> bool:
    call = make_call("f", [Param("a", t)], lambda a: a, Checker(PROGRAM, CLASSES), method=False)
    try:
        assert call(value) is value
    except (TypeError, ValueError) as e:
        assert str(e).startswith("f() argument 'a'"), e
        return False
    return True


@pytest.mark.parametrize(
    ("t", "good", "bad"),
    [
        (INT, [0, 10**30, -1], [True, 1.0, np.int64(1), "1", None, IntColor.RED, np.zeros((), int)]),
        (FLOAT, [0.0, float("nan")], [1, True, np.float64(1), np.float32(1), "1", None, 1j]),
        (COMPLEX, [1j], [1.0, np.complex128(1)]),
        (BOOL, [True, False], [1, 0, np.True_, None]),
        (STR, ["", "é"], [b"", np.str_("a"), 1]),
        (BYTES, [b""], ["", bytearray()]),
        (NONE, [None], [0, False]),
        (RANGE, [range(3)], [[0, 1, 2]]),
        (DTYPE, [np.dtype("f4")], ["float32", np.float32]),
        (EXC_TYPE, [ValueError], [ValueError("a"), int]),
        (Tensor(), [F4, np.zeros(()), np.array(["a"])], [np.float64(1), 1.0, [1.0], np.ma.array([1]), F4.view(MyArray), None]),
        (Tensor("float32"), [F4, F4[:, ::-1]], [F4.astype("f8"), F4.astype(">f4"), F4.astype("f2"), np.zeros(3, int)]),
        (Tensor("float32", (2, 3)), [F4], [F4.T, F4[0], F4[None], F4[:, :2]]),
        (Tensor("float32", (None, 3)), [F4, F4[:0]], [F4.T]),
        (Tensor(None, ()), [np.zeros(())], [F4, np.float64(0)]),
        (Tensor("float64", (), True), [np.float64(1)], [1.0, np.zeros(()), np.float32(1)]),
        (Tensor("float64", None, None), [np.float64(1), np.zeros(2)], [1.0, np.float32(1)]),
        (Tensor("bool", ()), [np.zeros((), bool)], [True, np.True_]),
        (List(INT), [[], [1, 2]], [[True], [1, 2.0], (1,), None, MyList([1]), np.zeros(2, int)]),
        (List(List(FLOAT)), [[], [[]], [[1.0], [2.0]]], [[1.0], [[1]], [[1.0], None]]),
        (List(Tensor("float32", (2, 3))), [[F4, F4]], [[F4, F4.T]]),
        (List(List(List(STR))), [[], [[], [["a"], []]]], [[[["a"], ["b", 1]]], [[], (["a"],)], [["a"]]]),
        (List(Tuple((INT, STR))), [[], [(1, "a"), (2, "b")]], [[(1, "a"), (2,)], [(1, "a"), ("b", 2)], [[1, "a"]], [(1, "a", 2)], [(True, "a")]]),
        (List(TupleOf(INT)), [[], [()], [(1,), (2, 3)]], [[[1]], [(1,), (2.0,)], [1]]),
        (List(union((INT, NONE))), [[], [None, 1]], [[True], [None, 1.0], ["a"]]),
        (Dict(STR, Tuple((Record("m.Point"), INT))), [{"a": (Point(1.0, 2.0), 1)}], [{"a": (Point(1, 2.0), 1)}, {"a": (None, 1)}]),
        (Tuple((INT, STR)), [(1, "a")], [(1,), (1, "a", 2), ("a", 1), [1, "a"], collections.namedtuple("P", "a b")(1, "a")]),
        (TupleOf(INT), [(), (1, 2, 3)], [(1.0,), [1]]),
        (Dict(STR, INT), [{}, {"a": 1}], [{1: 1}, {"a": "b"}, collections.OrderedDict(a=1), collections.defaultdict(int), [("a", 1)]]),
        (Set(INT), [set(), {1}], [frozenset({1}), {1.0}, {}]),
        (Set(INT, True), [frozenset({1})], [{1}]),
        (DictView("keys", STR), [{"a": 1}.keys()], [{"a": 1}.values(), {1: 1}.keys(), ["a"]]),
        (DictView("items", Tuple((STR, INT))), [{"a": 1}.items()], [{"a": "b"}.items()]),
        (union((INT, NONE)), [1, None], [True, 1.0]),
        (Union((List(INT), INT)), [[1], 1], [[1.0], True]),
        (Record("m.Point"), [Point(1.0, 2.0)], [Point(1, 2.0), Sub(1.0, 2.0), None, (1.0, 2.0)]),
        (Record("m.Sub"), [Sub(1.0, 2.0)], [Sub(1.0, 2), Point(1.0, 2.0)]),
        (List(Record("m.Point")), [[Point(1.0, 2.0)]], [[Point(1.0, 2.0), Point(1.0, 2)]]),
        (Record("ValueError"), [ValueError("a")], [TypeError("a"), UnicodeError()]),
        (Record("m.Missing"), [], [Point(1.0, 2.0), None]),
        (EnumType("m.Color"), [Color.RED], [1, "RED", IntColor.RED]),
        (Function((INT,), INT), [], [abs, lambda x: x]),
        (IteratorOf(INT), [], [iter([1])]),
    ],
    ids=lambda v: re.sub(r" at 0x[0-9a-f]+", "", str(v)),
)
def test_check(t: Type, good: list[Any], bad: list[Any]) -> None:
    assert [fits(t, v) for v in good] == [True] * len(good)
    assert [fits(t, v) for v in bad] == [False] * len(bad)


def test_objects_missing_fields_chains_and_rings() -> None:
    t = Record("m.Node")
    chain: Any = None
    for i in range(50_000):
        chain = Node(i, chain)
    assert fits(t, chain)
    ring = Node(1)
    ring.next = Node(2, ring)
    assert fits(t, ring)
    ring.next.value = "2"  # type: ignore[assignment]
    assert not fits(t, ring)
    bare = Node.__new__(Node)
    assert not fits(t, bare)


def test_optional_field_may_be_unset() -> None:
    program = Program("p", classes={"m.Node": ClassDef("m.Node", "class", [FieldDef("value", union((INT, UNDEF)))])})
    call = make_call("f", [Param("a", Record("m.Node"))], lambda a: a, Checker(program, {"m.Node": Node}), method=False)
    bare = Node.__new__(Node)
    assert call(bare) is bare
    bare.value = "x"  # type: ignore[assignment]
    with pytest.raises(TypeError, match=r"f\(\) argument 'a'\.value: expected int"):
        call(bare)


def refused(t: Type, value: Any) -> str:
    call = make_call("Net.forward", [Param("x", t)], lambda a: a, Checker(PROGRAM, CLASSES), method=True)
    with pytest.raises((TypeError, ValueError)) as e:
        call(value)
    return f"{type(e.value).__name__}: {e.value}"


@pytest.mark.parametrize(
    ("t", "value", "want"),
    [
        (
            Tensor("float32", ("batch", 10)),
            np.zeros((3, 10)),
            "TypeError: forward() argument 'x': expected float32[batch, 10], got float64[3, 10] (convert it with `.astype(np.float32)`)",
        ),
        (Tensor("float32", ("batch", 10)), F4, "ValueError: forward() argument 'x': expected float32[batch, 10], got float32[2, 3]"),
        (Tensor("float32", ("n", "n")), F4, "ValueError: forward() dimension 'n' is 2 in argument 'x', but 3 in argument 'x'"),
        (INT, True, "TypeError: forward() argument 'x': expected int, got bool (pass `int(True)`)"),
        (FLOAT, 2, "TypeError: forward() argument 'x': expected float, got int (pass `2.0`, or annotate the parameter `float | int`)"),
        (List(INT), [1, "a"], "TypeError: forward() argument 'x'[1]: expected int, got str"),
        (Dict(STR, List(INT)), {"a": [1.5]}, "TypeError: forward() argument 'x'['a'][0]: expected int, got float (convert it with `int(...)`)"),
        (Dict(STR, INT), {1: 1}, "TypeError: forward() argument 'x' key 1: expected str, got int"),
        (List(Record("m.Point")), [Point(1.0, "b")], "TypeError: forward() argument 'x'[0].y: expected float, got str"),  # type: ignore[arg-type]
        (union((List(INT), NONE)), ["a"], "TypeError: forward() argument 'x'[0]: expected int, got str"),
        (union((STR, NONE)), 1, "TypeError: forward() argument 'x': expected str | None, got int"),
        (Tuple((INT, INT)), (1, 2, 3), "TypeError: forward() argument 'x': expected tuple[int, int], got tuple of 3"),
    ],
    ids=str,
)
def test_messages(t: Type, value: Any, want: str) -> None:
    assert refused(t, value) == want


def test_advice() -> None:
    assert "subclass of ndarray" in refused(Tensor(), np.ma.array([1.0]))
    assert "byte order" in refused(Tensor("float32"), F4.astype(">f4"))
    assert "annotate" in refused(Tensor(), 2.0)
    assert "subclasses are not taken" in refused(Record(f"{__name__}.Point"), Sub(1.0, 2.0))
    assert "cannot be checked" in refused(IteratorOf(INT), iter([1]))
    other = type("Point", (), {})()
    assert "another class of that name" in refused(Record("m.Point"), other)


SIGNATURES = [
    "a, b",
    "a, b=2",
    "a, /, b=2, *, c",
    "*, c=1, d",
    "a, *rest, c=3",
    "a, **more",
    "a, b=1, /, *rest, c, d=4, **more",
    "",
    "self",
    "kwargs, args",
]
CALLS: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((), {}), ((1,), {}), ((1, 2), {}), ((1, 2, 3), {}), ((1, 2, 3, 4, 5), {}), ((), {"a": 1}), ((1,), {"a": 1}), ((1,), {"b": 5}),
    ((1,), {"c": 5}), ((1,), {"z": 5}), ((), {"c": 1, "d": 2}), ((1, 2), {"c": 1, "z": 9}), ((), {"b": 1}), ((), {"self": 1}), ((1,), {"self": 1}),
    ((1, 2), {"b": 3}), ((1, 2, 3), {"c": 3, "b": 1}), ((), {"a": 1, "c": 1, "b": 1}),
]  # fmt: skip


def params_of(fn: Any) -> list[Param]:
    out = []
    for p in inspect.signature(fn).parameters.values():
        default = None if p.default is p.empty else Constant(INT, p.default)
        t: Type = TupleOf(INT) if p.kind is p.VAR_POSITIONAL else Dict(STR, INT) if p.kind is p.VAR_KEYWORD else INT
        out.append(Param(p.name, t, p.kind.name, default))
    return out


@pytest.mark.parametrize("text", SIGNATURES)
def test_binding_is_pythons(text: str) -> None:
    scope: dict[str, Any] = {}
    exec(f"def f({text}): return dict(locals())", scope)
    f = scope["f"]
    params = params_of(f)
    call = make_call("f", params, lambda *v: dict(zip((p.name for p in params), v)), Checker(PROGRAM, {}), method=False)
    for args, kwargs in CALLS:
        assert outcome(call, args, kwargs) == outcome(f, args, kwargs), (text, args, kwargs)


def outcome(fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    try:
        return fn(*args, **kwargs)
    except TypeError as e:
        return str(e)


def test_method_messages_count_self() -> None:
    class Net:
        def forward(self, x: int, y: int = 2) -> int:
            return x

    net = Net()
    params = params_of(net.forward)
    call = make_call(Net.forward.__qualname__, params, lambda *v: v[0], Checker(PROGRAM, {}), method=True)
    for args, kwargs in CALLS:
        assert outcome(call, args, kwargs) == outcome(net.forward, args, kwargs)


def test_defaults_are_the_same_object() -> None:
    default: list[int] = []
    params = [Param("a", List(INT), default=Constant(List(INT), default)), Param("k", List(INT), "KEYWORD_ONLY", Constant(List(INT), default))]
    call = make_call("f", params, lambda a, k: (a, k), Checker(PROGRAM, {}), method=False)
    a, k = call()
    assert a is default
    assert k is default


def test_bad_parameter_names_are_refused() -> None:
    for name in ("a b", "if", "", "a=1, b"):
        with pytest.raises(ValueError, match="cannot be a parameter"):
            make_call("f", [Param(name, INT)], lambda a: a, Checker(PROGRAM, {}), method=False)


def test_named_dimensions_tie_arguments() -> None:
    row = Tensor(None, ("n",))
    types = {"a": Tensor("float32", ("n", "m")), "rows": List(row), "d": Dict(STR, union((row, NONE))), "t": Tuple((INT, row))}
    params = [Param(name, t) for name, t in types.items()]
    call = make_call("f", params, lambda *a: 1, Checker(PROGRAM, {}), method=False)
    two, three = np.zeros(2), np.zeros(3)
    assert call(F4, [two], {"k": two, "j": None}, (1, two)) == 1
    for bad, where in [
        ((F4, [two, three], {}, (1, two)), "'rows'[1]"),
        ((F4, [], {"k": three}, (1, two)), "'d'['k']"),
        ((F4, [], {}, (1, three)), "'t'[1]"),
    ]:
        with pytest.raises(ValueError, match="dimension 'n' is 2") as e:
            call(*bad)
        assert str(e.value).endswith(f"but 3 in argument {where}")


def test_checks_are_quick() -> None:
    params = [Param("x", Tensor("float32", ("batch", 10))), Param("depth", INT)]
    call = make_call("f", params, lambda x, depth: None, Checker(PROGRAM, {}), method=False)
    x = np.zeros((4, 10), "f4")
    best = min(timeit.repeat(lambda: call(x, 3), number=2000, repeat=5)) / 2000
    assert best < 10e-6  # about 1 µs on an idle machine; ten times that on a busy one


def test_what_the_model_raises_passes_through() -> None:
    def run(x: int) -> int:
        return 1 // x

    call = make_call("f", [Param("x", INT)], run, Checker(PROGRAM, {}), method=False)
    with pytest.raises(ZeroDivisionError) as e:
        call(0)
    assert e.value.__cause__ is None
    assert e.value.__context__ is None
    assert traceback.extract_tb(e.value.__traceback__)[-1].name == "run"


# ---------------------------------------------------------------------------------------------- compiled objects, by hand


def scale_program() -> Program:
    """`scale(x, k=2)`, as the frontend would make it."""
    p = Program("scale")
    b = Builder(p, TABLE)
    block = Block((Tensor(None, ("n",)), INT), ("x", "k"))
    with b.inside(block):
        block.yields.append(b.value("mul", block.params))
    p.graphs["scale"] = Graph("scale", block, "scale")
    params = [Param("x", Tensor(None, ("n",))), Param("k", INT, default=Constant(INT, 2))]
    p.entries["scale"] = Entry("scale", params, "Multiply.")
    return p


def module_program() -> Program:
    """A module with a tied weight, a mode, a counter, and a second entry."""
    p = Program("Net")
    weight = np.arange(3, dtype="f4")
    p.state["weight"] = State(Tensor("float32", (3,)), weight, "parameter")
    p.state["count"] = State(INT, 0)
    p.state["training"] = State(BOOL, True)
    p.state["sub.training"] = State(BOOL, True)
    p.aliases["tied"] = "weight"
    b = Builder(p, TABLE)
    forward = Block((Tensor("float32", (3,)),), ("x",))
    with b.inside(forward):
        total = b.value("add", [forward.params[0], b.value("state.get", [], {"name": "weight"})])
        one = b.value("const", [], {"value": 1})
        b.emit("state.set", [b.value("add", [b.value("state.get", [], {"name": "count"}), one])], {"name": "count"})
        forward.yields.append(total)
    mode = Block()
    with b.inside(mode):
        mode.yields.append(b.value("state.get", [], {"name": "sub.training"}))
    count = Block()
    with b.inside(count):
        count.yields.append(b.value("state.get", [], {"name": "count"}))
    p.graphs = {n: Graph(n, block, f"Net.{n}") for n, block in (("forward", forward), ("mode", mode), ("count", count))}
    p.entries = {"forward": Entry("forward", [Param("x", Tensor("float32", (3,)))]), "mode": Entry("mode", []), "count": Entry("count", [])}
    return p


def test_compiled_function(tmp_path: Path) -> None:
    def scale(x: npt.NDArray[Any], k: int = 2) -> npt.NDArray[Any]:
        """Multiply."""
        return x * k

    made = wrap(Linked(scale_program()), scale)
    assert isinstance(made, CompiledFunction)
    made.save(tmp_path / "f.scriptc")
    for f in (made, scriptc.load(tmp_path / "f.scriptc")):
        assert f(np.ones(2)).tolist() == [2, 2]
        assert f(np.ones(2), 3).tolist() == [3, 3]
        assert f(x=np.ones(2), k=1).tolist() == [1, 1]
        assert f.__doc__ == "Multiply."
        assert f.__name__ == "scale"
        assert str(inspect.signature(f)).startswith("(x: ")
        assert inspect.signature(f).parameters["k"].default == 2
        assert "scale" in repr(f)
        assert "*" in f.code
        assert f.state_dict() == {}
        with pytest.raises(TypeError, match="missing 1 required positional argument"):
            f()
        with pytest.raises(AttributeError, match="no attribute or entry point 'nothing'"):
            f.nothing  # noqa: B018
    assert made.__wrapped__ is scale
    assert not hasattr(scriptc.load(tmp_path / "f.scriptc"), "__wrapped__")


def test_compiled_objects_are_not_copied_by_accident() -> None:
    made = wrap(Linked(scale_program()))
    for do in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="save"):
            do(made)


def test_compiled_module(tmp_path: Path) -> None:
    made = wrap(Linked(module_program()))
    assert isinstance(made, CompiledModule)
    x = np.ones(3, "f4")
    assert made(x).tolist() == [1, 2, 3]
    assert made.forward(x).tolist() == [1, 2, 3]
    assert made.count() == 2
    assert "count" in dir(made)
    made.save(tmp_path / "m.scriptc")
    loaded = scriptc.load(tmp_path / "m.scriptc")
    assert isinstance(loaded, CompiledModule)
    assert loaded.count() == 2  # the state as it was when saved
    made(x)
    assert (made.count(), loaded.count()) == (3, 2)
    assert made.program.state["count"].value == 3


def test_training_mode() -> None:
    made = wrap(Linked(module_program()))
    assert isinstance(made, CompiledModule)
    assert made.training
    assert made.mode() is True
    assert made.eval() is made
    assert made.mode() is False
    assert made.training is False
    assert made.train().mode() is True
    plain = wrap(Linked(scale_program()), module=True)
    assert isinstance(plain, CompiledModule)
    assert plain.eval() is plain
    with pytest.raises(AttributeError, match="training"):
        plain.training  # noqa: B018


def test_attributes_are_the_state() -> None:
    made: Any = wrap(Linked(module_program()))
    assert made.count == 0 or callable(made.count)  # an entry of that name comes first
    assert made.weight is made.state_dict()["weight"]
    made.training = False
    assert made.training is False
    with pytest.raises(TypeError, match="Net attribute 'training': expected bool, got int"):
        made.training = 1
    with pytest.raises(ValueError, match=r"expected float32\[3\], got float32\[4\]"):
        made.weight = np.zeros(4, "f4")
    for name in ("bias", "sub", "forward"):
        with pytest.raises(AttributeError, match="was fixed when it was compiled"):
            setattr(made, name, 1)


def test_state_dict() -> None:
    made = wrap(Linked(module_program()))
    state = made.state_dict()
    assert sorted(state) == ["tied", "weight"]
    assert state["tied"] is state["weight"]
    new = np.array([5, 6, 7], "f4")
    made.load_state_dict({"weight": new, "tied": new})
    assert state["weight"].tolist() == [5, 6, 7]
    assert made(np.zeros(3, "f4")).tolist() == [5, 6, 7]
    made.load_state_dict({"weight": [1.0, 2.0, 3.0]}, strict=False)
    assert made(np.zeros(3, "f4")).tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("values", "want"),
    [
        ({}, "missing: weight"),
        ({"weight": np.zeros(3, "f4"), "tied": np.zeros(3, "f4"), "bias": 1}, "unexpected: bias"),
        ({"weight": np.zeros(4, "f4"), "tied": np.zeros(3, "f4")}, r"weight: shape \(4,\), expected \(3,\)"),
        ({"weight": np.zeros(3, complex), "tied": np.zeros(3, "f4")}, "weight: dtype complex128 does not convert"),
        ({"weight": np.zeros(3, "f4"), "tied": np.ones(3, "f4")}, "tied and weight are one array"),
    ],
)
def test_load_state_dict_refuses(values: dict[str, Any], want: str) -> None:
    made = wrap(Linked(module_program()))
    with pytest.raises(ValueError, match=want):
        made.load_state_dict(values)
    assert made.state_dict()["weight"].tolist() == [0, 1, 2]


def test_load_errors(tmp_path: Path) -> None:
    bad = tmp_path / "bad.scriptc"
    bad.write_bytes(b"not a file of ours")
    with pytest.raises(scriptc.LoadError):
        scriptc.load(bad)
    with pytest.raises(FileNotFoundError):
        scriptc.load(tmp_path / "missing.scriptc")
