"""Folding and branches: what is computed when compiling is what CPython computes, and what must wait until the program runs, waits."""

from __future__ import annotations

import math

import pytest
from passes_text import after, becomes, ops, program, stays

from scriptc.passes import pipeline

TYPES = {int: "int", float: "float", bool: "bool", str: "str", type(None): "None"}


def folded(op: str, *args: object, result: type, more: str = "") -> object:
    """The value of the `const` that `op` on constants becomes, or the name of the op it stays."""
    text = "".join(f"%a{i}: {TYPES[type(a)]} = const() [value = {literal(a)}]\n" for i, a in enumerate(args))
    names = ", ".join(f"%a{i}" for i in range(len(args)))
    p = program(f"graph 'f' () {{\n{text}%r: {TYPES[result]} = {op}({names}){more}\n=> %r\n}}")
    node = pipeline.run(p, ["fold"]).graphs["f"].block.nodes[-1]
    return node.attrs["value"] if node.op.name == "const" else node.op.name


def literal(value: object) -> str:
    if isinstance(value, float):
        return "nan" if math.isnan(value) else "inf" if value == math.inf else repr(value)
    return repr(value)


BINARY = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "lshift": "<<", "rshift": ">>", "and": "&", "or": "|",
    "xor": "^", "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
}  # fmt: skip
PAIRS = [(7, 3), (-7, 3), (7, -3), (True, 2), (2.5, 2), (-0.0, 0.0), (1e308, 10.0), (2**70, 3), (math.nan, 1.0), (-7.5, 2.0)]


@pytest.mark.parametrize("op", BINARY)
def test_operators_on_numbers_are_pythons(op):
    for a, b in PAIRS:
        try:
            want = eval(f"a {BINARY[op]} b", {"a": a, "b": b})
        except (TypeError, ValueError, ZeroDivisionError, OverflowError):
            continue
        got = folded(op, a, b, result=type(want))
        if want != want:  # a new NaN is another object than any NaN there was
            assert got == op
            continue
        assert type(got) is type(want)
        assert repr(got) == repr(want)


OTHERS = [
    ("neg", (0.0,), -0.0), ("neg", (True,), -1), ("invert", (6,), -7), ("not", ("",), True), ("truth", (0.5,), True), ("bool", (3,), True),
    ("abs", (-2.5,), 2.5), ("round", (2.5,), 2), ("round", (2.675, 2), 2.67), ("int", (-2.9,), -2), ("float", (3,), 3.0), ("len", ("abc",), 3),
    ("min", (2, 1), 1), ("max", (-0.0, 0.0), -0.0), ("getitem", ("abc", -1), "c"), ("contains", ("abc", "b"), True), ("pow", (3, 4), 81),
    ("add", ("a", "b"), "ab"), ("mul", ("ab", 3), "ababab"), ("str", (0.1,), "0.1"), ("format", (12,), "12"), ("concat_str", ("a", "b"), "ab"),
    ("is", (None, None), True), ("is_not", (None, 3), True), ("is", (True, True), True), ("math.sqrt", (2.0,), math.sqrt(2.0)),
    ("math.floor", (-2.5,), -3), ("math.isnan", (math.nan,), True), ("math.copysign", (1.0, -0.0), -1.0),
]  # fmt: skip


@pytest.mark.parametrize(("op", "args", "want"), OTHERS, ids=lambda x: x if isinstance(x, str) else "")
def test_other_operations(op, args, want):
    got = folded(op, *args, result=type(want))
    assert type(got) is type(want)
    assert repr(got) == repr(want)


LEFT = [
    ("floordiv", (1, 0), int), ("mod", (1.0, 0.0), float), ("truediv", (1, 0), float), ("math.sqrt", (-1.0,), float), ("lshift", (1, -1), int),
    ("pow", (10, 10**9), int), ("lshift", (1, 10**9), int), ("mul", ("a", 10**9), str), ("mul", (10**9, "a"), str), ("round", (5, -(10**9)), int),
    ("mul", (2**1000, 2**1000), int), ("mod", ("%1000000000d", 1), str),
    ("pow", (2.0, 0.5), float), ("math.sin", (1.0,), float), ("math.exp", (1.0,), float), ("hash", (3,), int), ("str.upper", ("a",), str),
    ("invert", (True,), int), ("int", ("12",), int), ("getitem", ("abc", 3), str),
]  # fmt: skip


@pytest.mark.parametrize(("op", "args", "result"), LEFT, ids=lambda x: x if isinstance(x, str) else "")
def test_what_raises_is_large_warns_or_differs_between_machines_is_left(op, args, result):
    assert folded(op, *args, result=result) == op


def test_conversions_and_formats_are_left():
    assert folded("format", "a", result=str, more=" [conversion = 'r']") == "format"
    assert folded("format", 1.5, ".3f", result=str) == "format"


def test_classes_of_constants():
    assert folded("isinstance", None, result=bool, more=" [classes = ('NoneType',)]") is True
    assert folded("isinstance", True, result=bool, more=" [classes = ('float', 'int')]") is True
    assert folded("isinstance", 1.0, result=bool, more=" [classes = ('numpy.ndarray', 'int')]") is False
    assert folded("isinstance", 1.0, result=bool, more=" [classes = ('numbers.Number',)]") == "isinstance"
    assert folded("type.is", True, result=bool, more=" [classes = ('int',)]") is False


def test_a_nan_in_a_tuple_is_found_by_identity():
    text = """graph 'f' () {
      %0: float = const() [value = nan]
      %1: tuple[float] = tuple(%0)
      %2: bool = contains(%1, %0)
      %3: tuple[float] = tuple(%0)
      %4: bool = eq(%1, %3)
      => %2, %4
    }"""
    stays(text, "fold")


def test_the_length_of_a_tuple_is_its_types():
    becomes(
        "graph 'f' (%t: tuple[int, float]) { %0: int = len(%t) => %0 }",
        "graph 'f' (%t: tuple[int, float]) { %0: int = const() [value = 2] => %0 }", "fold",
    )  # fmt: skip
    stays("graph 'f' (%t: tuple[int, ...]) { %0: int = len(%t) => %0 }", "fold")


def test_an_index_that_turns_out_wrong_is_for_run_time():
    """A rule refuses an index known to be out of range, and `1 + 1` was not known."""
    stays("""graph 'f' (%t: tuple[int, int]) {
      %0: int = const() [value = 1]
      %1: int = add(%0, %0)
      %2: int = getitem(%t, %1)
      %3: tuple[int] = tuple(%1)
      => %2, %3
    }""", "fold")  # fmt: skip


def test_what_is_known_of_a_value_decides_and_keeps_its_type():
    text = """
    constant 'limit': `float | None` = None
    graph 'f' (%x: float) {
      %0: float | None = constant() [name = 'limit']
      %1: None = const() [value = None]
      %2: bool = is(%0, %1)
      %3: float = cond(%2) {
        => %x
      } {
        %4: float = narrow(%0) [type = `float`]
        %5: float = add(%x, %4)
        => %5
      }
      => %3
    }"""
    assert ops(text, "fold", "branches", "dce") == []


def test_a_result_is_known_where_the_branch_taken_tells():
    text = """graph 'f' (%p: bool, %x: int) {
      %0: int = cond(%p) {
        %1: int = const() [value = 3]
        => %1
      } {
        %2: int = const() [value = 3]
        => %2
      }
      %3: int = add(%0, %0)
      %4: int = cond(%p) {
        %5: int = const() [value = 3]
        => %5
      } {
        => %x
      }
      %6: int = add(%4, %4)
      => %3, %6
    }"""
    assert ops(text, "fold", "dce") == ["const", "cond", "const", "add"]


def test_a_predicate_is_known_in_its_branches_only():
    text = """graph 'f' (%p: bool) {
      %0: bool = cond(%p) {
        %1: bool = not(%p)
        => %1
      } {
        %2: bool = not(%p)
        => %2
      }
      %3: bool = not(%p)
      => %0, %3
    }"""
    becomes(text, text.replace("%1: bool = not(%p)", "%1: bool = const() [value = False]").replace(
        "%2: bool = not(%p)", "%2: bool = const() [value = True]"), "fold")  # fmt: skip


# branches

RAISES = """graph 'f' (%x: int) {
  %0: bool = const() [value = True]
  %1: int = cond(%0) {
    %2: ValueError = exception() [cls = 'ValueError']
    raise(%2)
    %3: never = unreachable()
    => %3
  } {
    => %x
  }
  => %1
}"""


def test_a_branch_that_raises_stays_a_branch():
    assert ops(RAISES, "branches") == ["const", "cond", "exception", "raise", "unreachable", "unreachable"]


def test_what_a_branch_gives_that_is_reached_at_all():
    text = RAISES.replace("(%x: int)", "(%x: int, %p: bool)").replace("cond(%0)", "cond(%p)")
    becomes(text, text.replace("=> %1\n}", "=> %x\n}"), "branches")


def test_a_value_made_in_a_branch_does_not_leave_it():
    stays("""graph 'f' (%x: int, %p: bool) {
      %0: int = cond(%p) {
        %1: ValueError = exception() [cls = 'ValueError']
        raise(%1)
        %2: never = unreachable()
        => %2
      } {
        %3: int = add(%x, %x)
        => %3
      }
      => %0
    }""", "branches")  # fmt: skip


def test_effects_of_the_branch_taken_stay_in_order():
    text = """graph 'f' (%x: int) {
      %0: bool = const() [value = False]
      %1: None = print(%x)
      cond(%0) {
        %2: int = floordiv(%x, %x)
      } {
        %3: None = print(%x, %x)
        cond(%0) {
        } {
          %4: None = print(%x, %x, %x)
        }
      }
      %5: None = print()
    }"""
    p = pipeline.run(program(text), ["branches"])
    assert [len(n.operands) for n in p.graphs["f"].block.nodes if n.op.name == "print"] == [1, 2, 3, 0]


def test_a_function_passed_about_keeps_the_type_of_its_result():
    text = """graph 'f' () {{
      %0: Callable[[int], int | None] = function() [graph = 'g']
      => %0
    }}
    graph 'g' (%x: int) {{
      %0: bool = const() [value = True]
      %1: int | None = cond(%0) {{
        => %x
      }} {{
        %2: {0} = {1}
        => %2
      }}
      => %1
    }}"""
    becomes(text.format("None", "const() [value = None]"), text.format("never", "unreachable()"), "branches")


def test_a_bool_of_a_predicate_is_the_predicate_only_that_way_round():
    text = """graph 'f' (%p: bool) {
      %0: bool = const() [value = True]
      %1: bool = const() [value = False]
      %2: bool = cond(%p) {
        => %1
      } {
        => %0
      }
      => %2
    }"""
    stays(text, "branches")
    assert "=> %p\n}" in after(text.replace("=> %1", "=> %9").replace("=> %0", "=> %1").replace("=> %9", "=> %0"), "branches")


def test_the_deepest_chain_folds_without_recursion():
    """A long `elif` chain is nested as deep as it is long."""
    depth = 900
    head = "".join(f"%r{i}: int = cond(%p{i % 3}) {{\n=> %x\n}} {{\n" for i in range(depth))
    tail = "".join(f"=> {f'%r{i + 1}' if i + 1 < depth else '%x'}\n}}\n" for i in reversed(range(depth)))
    text = f"graph 'f' (%x: int, %p0: bool, %p1: bool, %p2: bool) {{\n{head}{tail}=> %r0\n}}"
    assert ops(text, "fold", "branches", "dce") == []
