"""Passes: what they remove, and what they must leave."""

from __future__ import annotations

import pytest
from ir_samples import TABLE, new, rich

from scriptc.ir import Effect, Program, SourceText, parse_program, print_program, verify
from scriptc.passes import dce, pipeline, prune
from scriptc.passes.effects import Effects

HEAD = "program 'p'\nsource 'm.py'\nstate 'xs' attribute: `list[int]` = []\n"


def graph(body: str, more: str = "") -> Program:
    p = parse_program(f"{HEAD}{more}graph 'f' (%x: int, %y: int, %p: bool, %xs: list[int]) {{\n{body}}}\n", TABLE)
    verify(p)
    return p


def after(p: Program) -> str:
    p = dce.run(p)
    verify(p)
    text = print_program(p)
    return text[text.index("graph 'f'") :]


def same(body: str, wanted: str, more: str = "") -> None:
    assert after(graph(body, more)) == after(graph(wanted, more)) == (lambda t: t[t.index("graph 'f'") :])(print_program(graph(wanted, more)))


def kept(body: str, more: str = "") -> None:
    same(body, body, more)


def test_unused_nodes():
    same("%a: int = add(%x, %y)\n%b: int = add(%a, %a)\n%n: int = len(%xs)\n=> %x", "=> %x")


EFFECTS = ["%a: int = floordiv(%x, %y)", "%a: None = print(%x)", "state.set(%xs) [name = 'xs']", "%a: int = call_function(%g)"]


@pytest.mark.parametrize("line", EFFECTS)
def test_effects_stay(line):
    more = "graph 'g' () { %0: int = const() [value = 1] => %0 }\n"
    start = "%g: Callable[[], int] = function() [graph = 'g']\n" if "%g" in line else ""
    kept(f"{start}{line}\n=> %x", more)


def test_results_of_cond():
    same(
        "%a: int = add(%x, %y)\n%r: int, %s: int = cond(%p) {\n%b: int = add(%a, %x)\n=> %x, %b\n} {\n=> %y, %a\n}\n=> %r",
        "%r: int = cond(%p) {\n=> %x\n} {\n=> %y\n}\n=> %r",
    )


def test_a_cond_without_effect_goes():
    same("%r: int = cond(%p) {\n=> %x\n} {\n=> %y\n}\n=> %x", "=> %x")


def test_a_cond_with_effect_stays_without_results():
    same("%r: int = cond(%p) {\n%a: None = print(%x)\n=> %x\n} {\n=> %y\n}\n=> %x", "cond(%p) {\n%a: None = print(%x)\n} {\n}\n=> %x")


LOOP = """\
%0: range = call() [graph = 'r']
%a: int, %b: int, %c: int = while(%0, %x, %y, %x) [form = 'for'] {{
  (%a.1: int, %b.1: int, %c.1: int)
  %t: bool = lt(%c.1, %y)
  => %t
}} {{
  (%i: int, %a.2: int, %b.2: int, %c.2: int)
  %a.3: int = add(%a.2, %i)
  %b.3: int = add(%b.2, %a.3)
  %c.3: int = add(%c.2, %x)
  => %a.3, %b.3, %c.3
}}
=> {0}
"""
RANGE = "constant 'r': `range` = range(0, 3, 1)\ngraph 'r' () { %0: range = constant() [name = 'r'] => %0 }\n"


def test_a_carried_value_only_carried_goes():
    same(
        LOOP.format("%a"),
        """%0: range = call() [graph = 'r']
%a: int, %c: int = while(%0, %x, %x) [form = 'for'] {
  (%a.1: int, %c.1: int)
  %t: bool = lt(%c.1, %y)
  => %t
} {
  (%i: int, %a.2: int, %c.2: int)
  %a.3: int = add(%a.2, %i)
  %c.3: int = add(%c.2, %x)
  => %a.3, %c.3
}
=> %a
""",
        RANGE,
    )


def test_a_carried_value_another_needs_stays():
    assert "%a.3" in after(graph(LOOP.format("%b"), RANGE))


def test_a_loop_without_effect_goes():
    same(LOOP.format("%x"), "=> %x", RANGE)


def test_a_loop_that_may_not_end_stays():
    kept("while() [form = 'while'] {\n=> %p\n} {\n}\n=> %x")


def test_an_iterator_is_consumed():
    kept("%g: iterator[int] = call() [graph = 'g']\nwhile(%g) [form = 'for'] {\n=> %p\n} {\n(%i: int)\n}\n=> %x",
         "graph 'g' generator `int` () { }\n")  # fmt: skip


def test_cells_only_set():
    same("%c: cell[int] = cell.new()\ncell.set(%c, %x)\n=> %x", "=> %x")
    kept("%c: cell[int] = cell.new()\ncell.set(%c, %x)\n%a: int = cell.get(%c)\n=> %x")
    kept("%c: cell[int] = cell.new()\ncell.set(%c, %x)\n%a: None = print(%c)\n=> %x")
    kept("%c: cell[int] = cell.new()\ncell.set(%c, %x)\n=> %c")


def test_a_cell_that_leaves_a_block_stays():
    kept("%d: cell[int] = cond(%p) {\n%c: cell[int] = cell.new()\ncell.set(%c, %x)\n=> %c\n} {\n%e: cell[int] = cell.new()\n=> %e\n}\n=> %d")


def test_results_of_try():
    attrs = "[handlers = ((),), has_else = False, has_finally = True]"
    same(
        f"%r: int, %s: int = try() {attrs} {{\n%a: int = floordiv(%x, %y)\n=> %a, %x\n}} {{\n(%e: ValueError)\n=> %x, %y\n}} {{\n}}\n=> %r",
        f"%r: int = try() {attrs} {{\n%a: int = floordiv(%x, %y)\n=> %a\n}} {{\n(%e: ValueError)\n=> %x\n}} {{\n}}\n=> %r",
    )
    same(f"%r: int = try() {attrs} {{\n=> %y\n}} {{\n(%e: ValueError)\n=> %x\n}} {{\n}}\n=> %x", "=> %x")


def test_calls_of_what_only_computes_go():
    pure = "graph 'g' (%n: int) { %a: int = add(%n, %n) => %a }\n"
    same("%a: int = call(%x) [graph = 'g']\n=> %x", "=> %x", pure)
    kept("%a: int = call(%x) [graph = 'g']\n=> %x", "graph 'g' (%n: int) { %a: int = floordiv(%n, %n) => %a }\n")
    printing = "graph 'g' (%n: int) { %b: None = print(%n) %a: int = call(%n) [graph = 'h'] => %a }\n"
    kept("%a: int = call(%x) [graph = 'g']\n=> %x", pure.replace("'g'", "'h'") + printing)


def test_recursion_may_not_end():
    p = rich()
    text = """program 'p'
graph 'a' (%n: int) { %r: int = call(%n) [graph = 'b'] => %r }
graph 'b' (%n: int) { %r: int = call(%n) [graph = 'c'] => %r }
graph 'c' (%n: int) { %r: int = call(%n) [graph = 'b'] => %r }
graph 'd' (%n: int) { %r: iterator[int] = call(%n) [graph = 'e'] => %n }
graph 'e' generator `int` (%n: int) { yield(%n) }
"""
    p = parse_program(text.replace("=> %r }\ngraph 'b'", "=> %n }\ngraph 'b'"), TABLE)
    verify(p)
    effects = Effects(p)
    found = {name: effects.of(g.block.nodes[0]) for name, g in p.graphs.items()}
    assert found["a"] == found["b"] == found["c"] == {Effect.IO}
    assert found["d"] == {Effect.READ}
    dce.run(p)
    assert [len(g.block.nodes) for g in p.graphs.values()] == [1, 1, 1, 0, 1]


def test_a_call_of_a_loop_that_may_not_end_stays():
    kept("call(%p) [graph = 'g']\n=> %x", "graph 'g' (%q: bool) { while() [form = 'while'] { => %q } { } }\n")


def test_prune():
    p = rich()
    p.sources["unused.py"] = SourceText("unused.py")
    p.entries["f"].graph, p.entries["f"].params = "items", p.entries["f"].params[:1]
    del p.classes["m.Obj"].methods["__len__"]
    prune.run(p)
    assert list(p.graphs) == ["items"]
    assert p.constants == {}
    assert p.sources == {}
    assert "layer.weight" in p.state
    verify(p)


def test_prune_keeps_what_is_reached():
    p = prune.run(rich())
    assert list(p.graphs) == ["helper", "items", "m.f"]
    assert list(p.constants) == ["steps"]
    assert list(p.sources) == ["model.py"]


def test_pipeline():
    seen = []
    p = pipeline.run(rich(), after=lambda name, p: (seen.append(name), verify(p)))
    assert seen == [name for name, _ in pipeline.PIPELINE]
    assert set(pipeline.PASSES) - set(seen) == {"freeze"}
    assert pipeline.run(p, []) is p
    with pytest.raises(KeyError):
        pipeline.run(new(), ["nope"])


def test_passes_twice_change_nothing():
    p = pipeline.run(rich())
    text = print_program(p)
    assert print_program(pipeline.run(p)) == text
