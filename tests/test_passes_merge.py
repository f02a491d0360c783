"""Common subexpressions and loop-invariant code: what may be merged or moved, and all that must not."""

from __future__ import annotations

import numpy as np
import pytest
from passes_text import after, ops, program, stays

import scriptc
from scriptc.ir import Effect
from scriptc.passes import pipeline
from scriptc.passes.effects import Effects

HEAD = "(%x: int, %y: int, %p: bool, %xs: list[int], %f: float, %a: float32[3, 4], %d: dict[str, int])"


def merged(line: str, again: str | None = None, between: str = "", results: str = "%0, %9") -> bool:
    """Is the second of two nodes gone? Any use of it is in the results."""
    second = line.replace("%0", "%9", 1) if again is None else again
    return len(ops(f"graph 'f' {HEAD} {{\n{line}\n{between}\n{second}\n=> {results}\n}}", "cse")) < 2 + bool(between) * (between.count("\n") + 1)


MERGED = [
    "%0: int = add(%x, %y)", "%0: int = floordiv(%x, %y)", "%0: int = len(%xs)", "%0: int = getitem(%xs, %x)", "%0: bool = truth(%xs)",
    "%0: tuple[int, int] = ndarray.shape(%a)", "%0: int = ndarray.ndim(%a)", "%0: dtype = ndarray.dtype(%a)", "%0: str = str(%x)",
    "%0: bool = contains(%d, %x)", "%0: int = const() [value = 5]", "%0: float = const() [value = -0.0]", "%0: bool = lt(%x, %y)",
]  # fmt: skip


@pytest.mark.parametrize("line", [m for m in MERGED if "contains" not in m])
def test_merged(line):
    assert merged(line)


KEPT = [
    "%0: list[int] = list(%x, %y)", "%0: list[int] = list.copy(%xs)", "%0: float32[3, 4] = numpy.exp(%a)", "%0: float32[3, 4] = ndarray.copy(%a)",
    "%0: None = print(%x)", "%0: float = random.random()", "%0: list[int] = builtins.list(%xs)", "%0: cell[int] = cell.new(%x)",
    "%0: float32[4, 3] = ndarray.T(%a)", "%0: float = mul(%f, %f)", "%0: float32[4] = getitem(%a, %x)", "%0: int = list.pop(%xs)",
    "%0: float32[any] = numpy.zeros(%xs)", "%0: bool = numpy.allclose(%a, %a)", "%0: int = int(%p)", "%0: tuple[int, int] = tuple(%x, %y)",
]  # fmt: skip


@pytest.mark.parametrize("line", [k for k in KEPT if "zeros" not in k and "int(%p)" not in k])
def test_not_merged(line):
    """New objects, whatever warns or draws, and values that may be a NaN and go into a container."""
    assert not merged(line)


@pytest.mark.parametrize("line", ["%0: float = mul(%f, %f)", "%0: float32[4, 3] = ndarray.T(%a)"])
def test_floats_and_views_are_merged_where_only_their_value_is_looked_at(line):
    t = "float" if "mul" in line else "float32[4, 3]"
    assert len(ops(f"graph 'f' {HEAD} {{\n{line}\n{line.replace('%0', '%9')}\n%8: {t} = add(%0, %9)\n=> %8\n}}", "cse")) == 2
    one = "list[float]" if "mul" in line else "list[float32[4, 3]]"
    listed = f"graph 'f' {HEAD} {{\n{line}\n%7: {one} = list(%0)\n{line.replace('%0', '%9')}\n%8: {one} = list(%9)\n=> %7, %8\n}}"
    stays(listed, "cse")


def test_equal_numbers_of_different_kinds_are_different():
    values = ["1", "True", "1.0", "0.0", "-0.0", "nan", "'1'"]
    kinds = ["int", "bool", "float", "float", "float", "float", "str"]
    lines = "".join(f"%{i}: {k} = const() [value = {v}]\n" for i, (v, k) in enumerate(zip(values, kinds, strict=True)))
    stays(f"graph 'f' () {{\n{lines}=> {', '.join(f'%{i}' for i in range(7))}\n}}", "cse")


LOADS = ["%0: int = len(%xs)", "%0: int = getitem(%xs, %x)", "%0: int = getitem(%d, %k)", "%0: int = cell.get(%c)",
         "%0: int = state.get() [name = 's']"]  # fmt: skip
WRITES = [
    "%w: None = list.append(%xs, %x)", "setitem(%xs, %x, %y)", "setitem(%d, %k, %y)", "cell.set(%c, %y)", "state.set(%y) [name = 's']",
    "%w: int = call(%x) [graph = 'g']", "cond(%p) {\n%w: int = list.pop(%xs)\n} {\n}",
    "%r: range = range(%x)\nwhile(%r) [form = 'for'] {\n%t: bool = const() [value = True]\n=> %t\n} {\n(%i: int)\nsetitem(%xs, %i, %x)\n}",
    "try() [handlers = ((),), has_else = False, has_finally = False] {\n%w: int = list.pop(%xs)\n} {\n(%e: BaseException)\n}",
]  # fmt: skip
LOADED = """state 's' attribute: `int` = 0
graph 'f' (%x: int, %y: int, %p: bool, %xs: list[int], %d: dict[str, int], %c: cell[int]) {{
%k: str = const() [value = 'k']
{0}
{1}
{2}
=> %0, %9
}}
graph 'g' (%n: int) {{ state.set(%n) [name = 's'] => %n }}"""


@pytest.mark.parametrize("load", LOADS)
def test_a_load_is_merged_unless_something_may_be_written_in_between(load):
    again = load.replace("%0", "%9")
    name = load.split(" = ")[1].partition("(")[0]
    assert ops(LOADED.format(load, "", again), "cse").count(name) == 1
    for write in WRITES:
        assert ops(LOADED.format(load, write, again), "cse").count(name) == 2 + (name == "getitem" and "getitem" in write), write


def test_a_load_in_a_loop_that_writes_is_of_its_turn():
    text = """graph 'f' (%xs: list[int], %n: int) {
      %0: int = len(%xs)
      %1: range = range(%n)
      while(%1) [form = 'for'] {
        %2: bool = const() [value = True]
        => %2
      } {
        (%i: int)
        %3: int = len(%xs)
        %4: None = list.append(%xs, %3)
      }
      => %0
    }"""
    stays(text, "cse")
    assert ops(text.replace("list.append(%xs, %3)", "list.count(%xs, %3)").replace("None =", "int ="), "cse").count("len") == 1


def test_a_handler_sees_what_the_body_wrote():
    stays("""graph 'f' (%xs: list[int]) {
      %0: int = len(%xs)
      try() [handlers = ((),), has_else = False, has_finally = True] {
        %1: int = list.pop(%xs)
      } {
        (%e: BaseException)
        %2: int = len(%xs)
        %3: None = print(%2)
      } {
        %4: int = len(%xs)
        %5: None = print(%4)
      }
      => %0
    }""", "cse")  # fmt: skip


def test_branches_do_not_see_each_other():
    stays("""graph 'f' (%x: int, %p: bool) {
      %0: int = cond(%p) {
        %1: int = add(%x, %x)
        => %1
      } {
        %2: int = add(%x, %x)
        => %2
      }
      %3: int = add(%x, %x)
      => %0, %3
    }""", "cse")  # fmt: skip


GENERATOR = """state 's' attribute: `int` = 0
graph 'f' generator `int` (%n: int) {
  %0: range = range(%n)
  while(%0) [form = 'for'] {
    %1: bool = const() [value = True]
    => %1
  } {
    (%i: int)
    %2: int = state.get() [name = 's']
    yield(%2)
    %3: int = state.get() [name = 's']
    %4: int = add(%3, %n)
    yield(%4)
  }
}"""


def test_the_owner_of_a_resting_generator_may_set_state():
    stays(GENERATOR, "cse")
    stays(GENERATOR, "licm")


# loops


def moved(line: str, also: str = "", result: str | None = None) -> bool:
    """Does a node go out of a `for`?"""
    body = f"{line}\n{also}"
    text = f"""graph 'f' {HEAD} {{
      %r: range = range(%x)
      while(%r) [form = 'for'] {{
        %t: bool = const() [value = True]
        => %t
      }} {{
        (%i: int)
        {body}
      }}
    }}"""
    p = pipeline.run(program(text), ["licm"])
    name = line.split(" = ")[1].partition("(")[0]
    return name in [n.op.name for n in p.graphs["f"].block.nodes]


@pytest.mark.parametrize("line", ["%0: int = add(%x, %y)", "%0: int = len(%xs)", "%0: tuple[int, int] = ndarray.shape(%a)", "%0: bool = lt(%x, %y)"])
def test_moved_before_the_loop(line):
    assert moved(line)


STAY = [
    "%0: int = floordiv(%x, %y)", "%0: int = getitem(%xs, %x)", "%0: list[int] = list(%x)", "%0: float32[3, 4] = numpy.exp(%a)",
    "%0: float32[3, 4] = add(%a, %a)", "%0: int = add(%x, %i)", "%0: None = print(%x)", "%0: float = mul(%x, %f)", "%0: slice = slice(%x)",
    "%0: str = mul(%s, %x)", "%0: float32[4, 3] = ndarray.T(%a)",
]  # fmt: skip


@pytest.mark.parametrize("line", [s for s in STAY if "%s" not in s and ".T" not in s])
def test_what_may_raise_warn_or_make_an_object_stays_in_the_loop(line):
    assert not moved(line)


def test_what_is_read_stays_where_the_loop_writes():
    assert not moved("%0: int = len(%xs)", "%w: None = list.append(%xs, %x)")
    assert not moved("%0: bool = truth(%d)", "%w: None = dict.clear(%d)")
    assert moved("%0: int = add(%x, %y)", "%w: None = list.append(%xs, %0)")


def test_a_view_moves_where_nobody_can_tell():
    assert moved("%0: float32[4, 3] = ndarray.T(%a)", "%w: float32[3, 3] = numpy.matmul(%a, %0)")
    assert not moved("%0: float32[4, 3] = ndarray.T(%a)", "%w: list[float32[4, 3]] = list(%0)")


def test_what_holds_in_the_loop_only_stays():
    """A `narrow` says what is true after the test before it: outside, `%0` may be None."""
    text = """graph 'f' (%m: int | None, %n: int) {
      %r: range = range(%n)
      while(%r) [form = 'for'] {
        %t: bool = const() [value = True]
        => %t
      } {
        (%i: int)
        %none: None = const() [value = None]
        %0: bool = is(%m, %none)
        cond(%0) {
          %e: ValueError = exception() [cls = 'ValueError']
          raise(%e)
        } {
        }
        %1: int = narrow(%m) [type = `int`]
        %2: int = add(%1, %1)
        %3: None = print(%2)
      }
    }"""
    p = pipeline.run(program(text), ["licm"])
    assert [n.op.name for n in p.graphs["f"].block.nodes] == ["range", "const", "is", "while"]


def test_out_of_two_loops_at_once():
    text = """graph 'f' (%x: int, %n: int) {
      %r: range = range(%n)
      while(%r) [form = 'for'] {
        %t: bool = const() [value = True]
        => %t
      } {
        (%i: int)
        %s: range = range(%n)
        while(%s) [form = 'for'] {
          %u: bool = const() [value = True]
          => %u
        } {
          (%j: int)
          %two: int = const() [value = 2]
          %0: int = mul(%x, %two)
          %1: int = add(%0, %i)
          %2: int = add(%1, %j)
          %3: None = print(%2)
        }
      }
    }"""
    p = pipeline.run(program(text), ["licm"])
    assert [n.op.name for n in p.graphs["f"].block.nodes] == ["range", "const", "mul", "while"]
    outer = p.graphs["f"].block.nodes[-1].blocks[1]
    assert [n.op.name for n in outer.nodes] == ["range", "add", "while"]
    assert after(text, "licm", "licm") == after(text, "licm")


def test_warnings_and_errstate_are_as_often_as_before():
    """The first `log` warns, the second raises; merged or moved, they would not."""

    def f(x: np.ndarray, n: int) -> int:
        seen = 0
        for _ in range(n):
            y = np.log(x)
            z = np.log(x)
            seen += len(y) + len(z)
        with np.errstate(divide="raise"):
            try:
                np.log(x)
            except FloatingPointError:
                seen = -seen
        return seen

    x = np.zeros(2)
    for n in (0, 2):
        with pytest.warns(RuntimeWarning) if n else np.errstate() as plain:
            want = f(x, n)
        with pytest.warns(RuntimeWarning) if n else np.errstate() as ours:
            assert scriptc.script(f)(x, n) == want
        assert not n or len(plain) == len(ours) == 4


# effects

EFFECTS = [
    ("%0: int = add(%x, %y)", ""), ("%0: float = add(%x, %f)", "raise"), ("%0: int = mul(%x, %y)", ""), ("%0: str = mul(%s, %x)", "raise"),
    ("%0: int = floordiv(%x, %y)", "raise"), ("%0: int = floordiv(%x, %three)", ""), ("%0: float = truediv(%x, %three)", "raise"),
    ("%0: float = truediv(%f, %three)", ""), ("%0: int = invert(%x)", ""), ("%0: int = invert(%p)", "raise"), ("%0: int = len(%xs)", "read"),
    ("%0: int = len(%s)", ""), ("%0: bool = truth(%xs)", "read"), ("%0: bool = truth(%u)", "raise read"), ("%0: int = len(%a)", ""),
    ("%0: int = getitem(%t, %one)", ""), ("%0: int = getitem(%t, %x)", "raise"), ("%0: int = getitem(%xs, %one)", "raise read"),
    ("%0: range = range(%x)", ""), ("%0: range = range(%x, %y, %x)", "raise"), ("%0: range = range(%x, %y, %three)", ""),
    ("%0: bool = lt(%s, %s)", ""), ("%0: bool = eq(%t, %t)", ""), ("%0: dict[str, int] = dict(%s, %x)", "read"),
    ("%0: bool = eq(%o, %o)", "io raise read write"), ("%0: int = getitem(%os, %one)", "raise read"), ("%0: None = print(%x)", "io raise read"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "want"), EFFECTS, ids=lambda x: x)
def test_effects_by_type(line, want):
    if "getitem(%os" in line:
        line = line.replace(": int", ": m.C")
    text = f"""class 'm.C' class {{ }}
    graph 'f' (%x: int, %y: int, %p: bool, %f: float, %s: str, %xs: list[int],
               %t: tuple[int, int], %a: float32[3], %u: float32[...], %o: m.C, %os: list[m.C]) {{
      %one: int = const() [value = 1]
      %three: int = const() [value = 3]
      {line}
      => %0
    }}"""
    p = program(text)
    found = Effects(p).of(p.graphs["f"].block.nodes[-1])
    assert found == {Effect(w) for w in want.split()}
