"""Loops, tuples and arguments: what goes, and what must stay."""

from __future__ import annotations

from passes_text import after, becomes, ops, program, stays

from scriptc.passes import pipeline

COUNT = """graph 'f' (%x: int, %n: int) {{
  %r: range = range({n})
  %0: int, %1: int = while(%r, %x, %n) [form = 'for'] {{
    (%a: int, %b: int)
    {test}
    => %t
  }} {{
    (%i: int, %a.1: int, %b.1: int)
    %2: int = add(%a.1, %b.1)
    => %2, {carried}
  }}
  => %0, %1
}}"""
TRUE = "%t: bool = const() [value = True]"


def empty(test: str) -> str:
    """The loop over no number at all."""
    text = COUNT.format(n="%zero", test=test, carried="%a.1")
    return text.replace("{\n  %r", "{\n  %zero: int = const() [value = 0]\n  %r", 1)


def test_what_a_loop_only_passes_on_is_no_part_of_it():
    text = COUNT.format(n="%n", test=TRUE, carried="%b.1")
    p = pipeline.run(program(text), ["loops", "dce"])
    loop = p.graphs["f"].block.nodes[-1]
    assert loop.op.name == "while"
    assert [len(loop.results), len(loop.blocks[0].params), len(loop.blocks[1].params)] == [1, 1, 2]
    stays(COUNT.format(n="%n", test=TRUE, carried="%a.1"), "loops")
    stays(COUNT.format(n="%n", test=TRUE, carried="%i"), "loops")


def test_a_value_set_to_what_it_was_before_the_loop_never_changes():
    same = after(COUNT.format(n="%n", test=TRUE, carried="%n"), "loops", "dce")
    assert same == after(COUNT.format(n="%n", test=TRUE, carried="%b.1"), "loops", "dce")


def test_the_condition_of_a_loop_without_a_turn_is_evaluated_once():
    text = empty(f"%p: None = print(%a)\n{TRUE}")
    assert ops(text, "loops", "dce") == ["print"]
    p = pipeline.run(program(text), ["loops"])
    assert [v.hint for v in p.graphs["f"].block.yields] == ["x", "n"]
    assert "while" in ops(text.replace("value = 0", "value = 1"), "loops", "dce")


def test_a_condition_that_raises_keeps_the_loop():
    raising = "%e: ValueError = exception() [cls = 'ValueError']\nraise(%e)\n%t: never = unreachable()"
    text = empty(raising)
    assert "while" in ops(text, "loops")


def test_a_list_may_be_filled_by_the_condition():
    stays("""graph 'f' (%x: int) {
      %0: list[int] = list()
      while(%0) [form = 'for'] {
        %1: None = list.append(%0, %x)
        %2: bool = const() [value = True]
        => %2
      } {
        (%i: int)
      }
      => %0
    }""", "loops")  # fmt: skip


# tuples


def test_a_star_makes_a_list_each_time():
    stays("""graph 'f' (%x: int, %y: int) {
      %0: tuple[int, int] = tuple(%x, %y)
      %1: int, %2: list[int] = unpack(%0) [after = 0, before = 1, star = True]
      => %1, %2
    }""", "tuples")  # fmt: skip


def test_slices_and_unknown_indices_of_tuples_stay():
    stays("""graph 'f' (%x: int, %y: int) {
      %0: tuple[int, int] = tuple(%x, %y)
      %1: int = getitem(%0, %x)
      %2: None = const() [value = None]
      %3: slice = slice(%2)
      %4: tuple[int, ...] = getitem(%0, %3)
      => %1, %4
    }""", "tuples")  # fmt: skip


# arguments

CALLS = """entry 'f' = 'f' {{
  param 'x': `int`
}}
graph 'f' (%x: int) {{
  %0: int = const() [value = {0}]
  %1: int = const() [value = {1}]
  %2: int = call(%x, %0) [graph = 'g']
  %3: int = call(%2, %1) [graph = 'g']
  {2}
  => %3
}}
graph 'g'{3} (%a: int, %b: int) {{
  %0: int = mul(%a, %b)
  => %0
}}"""


def test_calls_must_agree():
    assert "const" in ops(CALLS.format(2, 2, "", ""), "arguments", "dce")[2:]
    stays(CALLS.format(2, 3, "", ""), "arguments")


def test_what_is_passed_about_or_entered_keeps_its_parameters():
    stays(CALLS.format(2, 2, "%4: Callable[[int, int], int] = function() [graph = 'g']", ""), "arguments")
    stays("entry 'g' = 'g' {\nparam 'a': `int`\nparam 'b': `int`\n}\n" + CALLS.format(2, 2, "", ""), "arguments")


def test_a_library_function_keeps_its_parameters():
    p = pipeline.run(program(CALLS.format(2, 2, "", " library 'numpy.multiply'")), ["arguments"])
    assert len(p.graphs["g"].params) == 2
    assert [n.op.name for n in p.graphs["g"].block.nodes] == ["const", "mul"]


def test_constants_go_down_a_chain_of_calls():
    text = """entry 'f' = 'f' {
    }
    graph 'h' (%a: int) {
      %0: int = neg(%a)
      => %0
    }
    graph 'g' (%a: int) {
      %0: int = call(%a) [graph = 'h']
      => %0
    }
    graph 'f' () {
      %0: int = const() [value = 2]
      %1: int = call(%0) [graph = 'g']
      => %1
    }"""
    p = pipeline.run(program(text), ["arguments", "fold", "dce"])
    assert p.graphs["h"].block.yields[0].const == -2


def test_recursion_is_left():
    text = """entry 'f' = 'f' {
      param 'x': `int`
    }
    graph 'f' (%x: int) {
      %0: int = const() [value = 2]
      %1: int = call(%x, %0) [graph = 'g']
      => %1
    }
    graph 'g' (%a: int, %b: int) {
      %0: int = call(%b, %a) [graph = 'g']
      => %0
    }"""
    stays(text, "arguments")


def test_an_index_that_would_be_known_to_be_wrong_is_for_run_time():
    text = """entry 'f' = 'f' {
      param 't': `tuple[int, int]`
    }
    graph 'f' (%t: tuple[int, int]) {
      %0: int = const() [value = 2]
      %1: int = call(%t, %0) [graph = 'g']
      => %1
    }
    graph 'g' (%t: tuple[int, int], %i: int) {
      %0: int = getitem(%t, %i)
      => %0
    }"""
    stays(text, "arguments")


def test_a_narrow_that_says_nothing_new_goes():
    """The branch taken gives a `float`, of which `narrow` to `float` says nothing."""
    becomes("""graph 'f' (%x: float) {
      %0: bool = const() [value = True]
      %1: float | None = cond(%0) {
        => %x
      } {
        %2: None = const() [value = None]
        => %2
      }
      %3: float = narrow(%1) [type = `float`]
      %4: float = add(%3, %3)
      => %4
    }""", """graph 'f' (%x: float) {
      %0: float = add(%x, %x)
      => %0
    }""", "branches", "dce")  # fmt: skip
