"""Bodies in the place of calls: what goes, and all that must stay a call."""

from __future__ import annotations

import inspect
import subprocess
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from passes_text import after, ops, program, stays

import scriptc
from scriptc import nn
from scriptc.ir import Arg, Entry, Param, Program, VerifyError, verify
from scriptc.ops.effects import effects_of
from scriptc.passes import inline, pipeline
from scriptc.types import INT

# graphs

F = """entry 'f' = 'f' {{
  param 'x': `int`
  param 'y': `int`
}}
graph 'f' (%x: int, %y: int) {{
  %z: int = call(%x, %y) [graph = 'g']
  => %z
}}
"""


def left(callee: str, more: str = "") -> bool:
    """Does the call of `g`, whose parameters and body these are, stay?"""
    return "call(" in after(F.format() + f"graph 'g' {callee}\n{more}", "inline")


SILENT = [
    "%0: int = add(%a, %b)\n=> %0",
    "=> %b",
    "%0: int = const() [value = 3]\n=> %0",
    "%0: int = const() [value = 2]\n%1: int = floordiv(%a, %0)\n=> %1",
    "%0: int = max(%a, %b)\n%1: int = abs(%0)\n=> %1",
    "%0: bool = lt(%a, %b)\n%1: int = cond(%0) {\n%2: int = neg(%a)\n=> %2\n} {\n=> %b\n}\n=> %1",
    "%0: tuple[int, int] = tuple(%a, %b)\n%1: int = const() [value = 1]\n%2: int = getitem(%0, %1)\n=> %2",
    "%0: list[int] = list(%a, %b)\n%1: int = len(%0)\n=> %1",
    "state.set(%a) [name = 's']\n%0: int = state.get() [name = 's']\n=> %0",
]


@pytest.mark.parametrize("body", SILENT)
def test_what_only_computes_goes(body: str) -> None:
    state = "state 's' attribute: `int` = 0\n" if "'s'" in body else ""
    text = after(f"{state}{F.format()}graph 'g' (%a: int, %b: int) {{\n{body}\n}}", "inline")
    assert "call(" not in text
    assert "graph 'g'" not in text


NOISY = [
    "%0: int = floordiv(%a, %b)\n=> %0",
    "%0: None = print(%a)\n=> %b",
    "%0: float = random.random()\n=> %b",
    "%0: list[int] = list(%a)\n%1: int = getitem(%0, %b)\n=> %1",
    "%0: ValueError = exception() [cls = 'ValueError']\nraise(%0)\n%1: never = unreachable()\n=> %1",
    "%0: range = range(%a)\n%1: int = while(%0, %b) [form = 'for'] {\n(%c: int)\n%2: bool = const() [value = True]\n=> %2\n} {\n"
    "(%i: int, %c.1: int)\n=> %i\n}\n=> %1",
    "%0: int = call(%b, %a) [graph = 'g']\n=> %0",
    "%0: int = call(%b, %a) [graph = 'h']\n=> %0",
    "%0: int = try() [handlers = ((),), has_else = False, has_finally = False] {\n=> %a\n} {\n(%e: BaseException)\n=> %b\n}\n=> %0",
    "%0: cell[int] = cell.new(%a)\n=> %b",
    "%0: Callable[[int, int], int] = function() [graph = 'h']\n=> %b",
    "%0: iterator[int] = call() [graph = 'items']\n=> %b",
]
H = "graph 'h' (%a: int, %b: int) {\n%0: int = mod(%a, %b)\n=> %0\n}\ngraph 'items' generator `int` () {\n}"


@pytest.mark.parametrize("body", NOISY)
def test_what_may_raise_print_loop_or_keep_alive_stays(body: str) -> None:
    assert left(f"(%a: int, %b: int) {{\n{body}\n}}", H)


def test_a_library_function_stays() -> None:
    assert left("library 'numpy.maximum' (%a: int, %b: int) {\n=> %a\n}")


def test_nothing_is_put_into_a_generator() -> None:
    stays("""
    graph 'f' generator `int` (%x: int) {
      %0: int = call(%x) [graph = 'g']
      yield(%0)
    }
    graph 'g' (%a: int) {
      => %a
    }""", "inline")  # fmt: skip


def test_what_others_hold_stays_too() -> None:
    """An entry and a function that is a value are called from elsewhere."""
    text = """entry 'g' = 'g' {
      param 'a': `int`
    }
    graph 'f' (%x: int) {
      %0: int = call(%x) [graph = 'g']
      %1: int = call(%0) [graph = 'h']
      %2: Callable[[int], int] = function() [graph = 'h']
      => %1, %2
    }
    graph 'g' (%a: int) {
      %0: int = add(%a, %a)
      => %0
    }
    graph 'h' (%a: int) {
      %0: int = neg(%a)
      => %0
    }"""
    assert ops(text, "inline") == ["add", "neg", "function", "add", "neg"]


def calls(size: int, count: int) -> Program:
    """A function called so often, whose body has so many nodes."""
    body = "".join(f"%{i + 1}: int = neg(%{i})\n" for i in range(size))
    sites = "".join(f"%v{i}: int = call(%x) [graph = 'g']\n" for i in range(count))
    return program(f"graph 'f' (%x: int) {{\n{sites}=> %v0\n}}\ngraph 'g' (%0: int) {{\n{body}=> %{size}\n}}")


@pytest.mark.parametrize(("size", "count", "goes"), [(inline.SMALL, 500, True), (1000, 1, True), (50, 5, True), (50, 6, False), (1000, 2, False)])
def test_the_program_grows_little(size: int, count: int, goes: bool) -> None:
    p = inline.run(calls(size, count))
    verify(p)
    assert ("g" not in p.graphs) is goes


def test_what_is_entered_counts_its_own_body() -> None:
    p = calls(inline.GROWTH + 1, 1)
    p.entries["g"] = Entry("g", [Param("a", INT)])
    assert any(n.op.name == "call" for n in inline.run(p).graphs["f"].block.walk())


def nested(depth: int, inner: str, result: str) -> str:
    for i in range(depth):
        inner = f"%{result}{i}: int = cond(%p) {{\n{inner}\n=> %{result if not i else f'{result}{i - 1}'}\n}} {{\n=> %x\n}}"
    return inner


def test_blocks_do_not_nest_without_end() -> None:
    deep = nested(40, "%r: int = neg(%x)", "r")
    text = "graph '{}' (%x: int, %p: bool) {{\n{}\n=> %{}39\n}}\n"
    shallow = f"graph 'f' (%x: int, %p: bool) {{\n%r: int = call(%x, %p) [graph = 'g']\n=> %r\n}}\n{text.format('g', deep, 'r')}"
    assert "call" not in ops(shallow, "inline")
    f = nested(40, "%r: int = call(%x, %p) [graph = 'g']", "r")
    assert "call" in ops(text.format("f", f, "r") + text.format("g", deep, "r"), "inline")


def test_what_the_body_does_not_take_stays_a_call() -> None:
    """`narrow` to None of what is known to be an int is no operation."""
    text = """
    graph 'f' (%x: int, %y: int | None) {
      %0: int | None = call(%x) [graph = 'g']
      %1: int | None = call(%y) [graph = 'g']
      => %0, %1
    }
    graph 'g' (%a: int | None) {
      %0: None = const() [value = None]
      %1: bool = is(%a, %0)
      %2: int | None = cond(%1) {
        %3: None = narrow(%a) [type = `None`]
        => %3
      } {
        => %a
      }
      => %2
    }"""
    assert ops(text, "inline")[:2] == ["call", "const"]


def test_callees_of_recursive_functions_go() -> None:
    text = """
    graph 'f' (%x: int) {
      %0: int = call(%x) [graph = 'g']
      %1: int = call(%0) [graph = 'f']
      => %1
    }
    graph 'g' (%a: int) {
      %0: int = neg(%a)
      => %0
    }"""
    assert ops(text, "inline") == ["neg", "call"]


def test_results_have_the_names_of_the_caller() -> None:
    text = after(F.format() + "graph 'g' (%a: int, %b: int) {\n%inner: int = add(%a, %b)\n%c: int = neg(%inner)\n=> %c\n}", "inline")
    assert "%z: int = neg(%0)" in text
    assert "%y: int = neg" not in after(F.format() + "graph 'g' (%a: int, %b: int) {\n=> %a\n}", "inline")


@pytest.mark.parametrize(("op", "operands", "raises"), [
    ("add", "%f, %two", False), ("mul", "%two, %f", False), ("add", "%f, %large", True), ("add", "%f, %i", True), ("abs", "%f", False),
    ("abs", "%c", True), ("min", "%f, %i", False), ("max", "%i, %i, %i", False), ("min", "%xs", True), ("int", "%f", True), ("float", "%f", False),
    ("float", "%i", True), ("int", "%i", False), ("float", "%p", False), ("int", "", True), ("mul", "%c, %two", False), ("mul", "%s, %two", True),
])  # fmt: skip
def test_numbers_that_cannot_raise(op: str, operands: str, raises: bool) -> None:
    for kind in ("int", "float", "int | float", "float | int", "complex", "str"):
        text = f"""graph 'f' (%f: float, %i: int, %c: complex, %p: bool, %xs: list[int], %s: str) {{
          %two: int = const() [value = 2]
          %large: int = const() [value = {2**1024}]
          %0: {kind} = {op}({operands})
        }}"""
        try:
            node = program(text).graphs["f"].block.nodes[-1]
        except VerifyError:
            continue
        args = [Arg(v.type, v.const) for v in node.operands]
        assert bool(effects_of(node.op, args)) is raises
        return
    raise AssertionError("no type fits")


# whole programs


def clamp(x: float, low: float, high: float) -> float:
    if x < low:
        return low
    if x > high:
        return high
    return x


def mix(a: float, b: float, t: float) -> float:
    return clamp(a, -1.0, 1.0) * (1 - t) + clamp(b, low=-1.0, high=1.0) * t


def blended(xs: list[float]) -> float:
    total = 0.0
    for i, x in enumerate(xs):
        total += mix(x, total, 0.25) / (i - 3)
    return total


def test_results_and_code() -> None:
    compiled = scriptc.script(blended)
    assert "call" not in {n.op.name for g in compiled.program.graphs.values() for n in g.block.walk()}
    for xs in ([], [0.5], [3.0, -7.5, 0.1], [float("nan"), 1.0, float("inf")]):
        want = blended(xs)
        assert compiled(xs) == want or (want != want and compiled(xs) != compiled(xs))


def frames(fn: Callable[..., Any], *args: object) -> list[tuple[str, int | None]]:
    """The functions of this file that the exception went through, and the lines."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whichever it is
        fn(*args)
    found = traceback.extract_tb(caught.value.__traceback__)
    return [(f.name, f.lineno) for f in found if Path(f.filename).name == Path(__file__).name and f.name != "frames"]


def share(a: int, b: int) -> int:
    return a // b


def half_or_share(a: int, b: int) -> int:
    return int(clamp(1.0 * a, 0.0, 5.0)) + share(
        a, int(clamp(
            1.0 * b, 0.0, 1.0)))  # fmt: skip


def clamp_then_fail(xs: list[float]) -> float:
    low = clamp(xs[0], 0.0, 1.0)
    return clamp(low, 0.0, 1.0) + xs[int(clamp(9.0, 0.0, 8.0))]


def test_a_traceback_has_the_same_frames() -> None:
    assert frames(scriptc.script(half_or_share), 1, 0) == frames(half_or_share, 1, 0)
    assert frames(scriptc.script(clamp_then_fail), [1.0]) == frames(clamp_then_fail, [1.0])
    assert frames(scriptc.script(blended), [1.0] * 4) == frames(blended, [1.0] * 4)


def logs(x: np.ndarray) -> np.ndarray:
    return np.log(x)


def careful(x: int) -> int:
    warnings.warn("here", stacklevel=2)
    return x


def warned(x: np.ndarray, n: int) -> tuple[np.ndarray, int]:
    return logs(x), careful(n)


def test_warnings_have_the_same_places() -> None:
    seen = []
    for fn in (warned, scriptc.script(warned)):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            fn(np.zeros(2), 3)
        seen.append([(w.category, str(w.message), Path(w.filename).name, w.lineno) for w in caught])
    assert seen[0] == seen[1]
    assert len(seen[0]) == 2


def pair_of(x: float, y: float) -> list[float]:
    return [x, y]


def first_or(xs: list[float], ys: list[float], p: bool) -> list[float]:
    return xs if p else ys


def objects(xs: list[float], p: bool) -> tuple[list[float], list[float], list[float], list[float]]:
    a, b = pair_of(1.0, 2.0), pair_of(1.0, 2.0)
    a.append(3.0)
    return a, b, first_or(xs, a, p), first_or(b, xs, p)


@pytest.mark.parametrize("p", [True, False])
def test_new_objects_are_new_and_others_the_same(p: bool) -> None:
    xs = [7.0]
    a, b, c, d = scriptc.script(objects)(xs, p)
    assert (a, b) == ([1.0, 2.0, 3.0], [1.0, 2.0])
    assert (c is xs, c is a, d is b, d is xs) == (p, not p, p, not p)


class Counter(nn.Module):
    def __init__(self) -> None:
        self.count, self.scale, self.drop = 0, 0.5, nn.Dropout(0.5)

    def bumped(self, by: int) -> int:
        before = self.count
        self.count = before + by
        return before

    def scaled(self, x: float) -> float:
        return x * self.scale

    def items(self, n: int) -> Iterator[float]:
        for i in range(n):
            yield self.scaled(1.0 * i)

    def forward(self, x: np.ndarray, k: int) -> tuple[np.ndarray, list[int], float]:
        order = [self.count, self.bumped(k), self.count, self.bumped(1), self.count]
        return self.drop(x), order, self.scaled(2.0) + sum(self.items(3))


def test_state_is_read_and_written_in_order() -> None:
    plain, compiled = Counter().eval(), scriptc.script(Counter().eval())
    for k in (3, 4):
        want, got = plain(np.ones(2), k), compiled(np.ones(2), k)
        assert want[1:] == got[1:]
    assert plain.count == compiled.count == 9
    assert {g.qualname for g in compiled.program.graphs.values()} & {"Counter.bumped", "Counter.scaled"} == {"Counter.scaled"}


def test_a_frozen_module_calls_less() -> None:
    compiled = scriptc.script(Counter())
    frozen = scriptc.freeze(compiled)
    assert "Dropout.forward" in {g.qualname for g in compiled.program.graphs.values()}
    assert "Dropout.forward" not in {g.qualname for g in frozen.program.graphs.values()}
    assert frozen(np.ones(2), 1)[1] == [0, 0, 1, 1, 2]


def test_deep_recursion_has_room() -> None:
    def down(n: int, x: float) -> float:
        return clamp(x, 0.0, 1.0) if n == 0 else down(n - 1, x + clamp(x, 0.0, 0.5))

    room = sys.getrecursionlimit() - len(inspect.stack()) - 60
    assert scriptc.script(down)(room, 0.25) == 1.0


def test_equal_sources_make_equal_files(tmp_path: Path) -> None:
    code = "import sys, scriptc, test_passes_inline as t; scriptc.script(t.blended).save(sys.argv[1])"
    made = []
    for seed in ("1", "2"):
        file = tmp_path / f"{seed}.scriptc"
        paths = [str(Path(__file__).parent), *sys.path]
        env = {"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(p for p in paths if p)}
        subprocess.run([sys.executable, "-c", code, str(file)], check=True, env=env)
        made.append(file.read_bytes())
    assert made[0] == made[1]
    loaded = scriptc.load(tmp_path / "1.scriptc")
    assert loaded([3.0, -7.5, 0.1]) == blended([3.0, -7.5, 0.1])


def test_versions_of_it_do_the_same() -> None:
    def run(x: np.ndarray, t: float) -> np.ndarray:
        return x * mix(t, 1.0, 0.5) + clamp(t, 0.0, 1.0)

    compiled = scriptc.script(run)
    for _ in range(3):
        for x in (np.ones(3, np.float32), np.arange(4.0), np.ones((2, 2), np.int64)):
            want, got = run(x, 0.7), compiled(x, 0.7)
            assert want.dtype == got.dtype
            assert want.tobytes() == got.tobytes()


def test_it_runs_in_every_compilation() -> None:
    assert pipeline.PASSES["inline"] is inline.run
    assert [name for name, _ in pipeline.PIPELINE].index("inline") < [name for name, _ in pipeline.PIPELINE].index("tuples")
