"""The Python target: generated code against the reference interpreter, its shape, names, positions and speed."""

from __future__ import annotations

import ast
import builtins
import math
import sys
import traceback

import numpy as np
import pytest
from ir_interpreter import Interpreter, OutOfFuel
from random_programs import random_program

import scriptc
from scriptc.ir.builder import Builder
from scriptc.ir.core import Block, ClassDef, Constant, FieldDef, Graph, Program, SourceText, Span, State
from scriptc.ops import TABLE
from scriptc.targets.python import compile_program, runtime_classes
from scriptc.targets.python.control import SPECIALS
from scriptc.targets.python.scope import MODULES
from scriptc.targets.python.templates import template
from scriptc.types import FLOAT, INT, STR, Cell, List, Record


class Making:
    """One graph being made by hand."""

    def __init__(self, types=(), hints=(), name="f", program=None, **graph):
        self.program = program or Program("hand")
        self.b = Builder(self.program, TABLE)
        self.block = Block(tuple(types), tuple(hints))
        self.program.graphs[name] = Graph(name, self.block, name, **graph)
        self.b.push(self.block)
        self.params = self.block.params

    def const(self, value):
        return self.b.value("const", attrs={"value": value})

    def op(self, name, /, *operands, hint=None, **attrs):
        return self.b.value(name, list(operands), attrs, hint=hint)

    def cond(self, test, then, orelse, *types):
        blocks = []
        for make in (then, orelse):
            block = Block()
            with self.b.inside(block):
                block.yields = list(make())
            blocks.append(block)
        return self.b.emit("cond", [test], blocks=blocks, result_types=types).results

    def loop(self, iterable, inits, hints, test, body):
        types = tuple(v.type for v in inits)
        first = [] if iterable is None else [INT]
        cond_block, body_block = Block(types, hints), Block((*first, *types), (*(["i"] * len(first)), *hints))
        for block, make in ((cond_block, test), (body_block, body)):
            with self.b.inside(block):
                block.yields = list(make(*block.params))
        operands = [*([] if iterable is None else [iterable]), *inits]
        form = "while" if iterable is None else "for"
        return self.b.emit("while", operands, {"form": form}, blocks=[cond_block, body_block], result_types=types).results

    def compile(self, *yields):
        self.block.yields = list(yields)
        return compile_program(self.program)


def outcome(f, args, generator):
    log = [1, 2, 3]
    try:
        result = f(*args, log)
        return (list(result) if generator else result), log
    except (ValueError, KeyError, IndexError, ZeroDivisionError, OverflowError) as e:
        return type(e).__name__, log


@pytest.mark.parametrize("start", range(0, 1000, 100))
@pytest.mark.parametrize("size", [30, 90])
def test_random_programs_do_what_the_interpreter_does(start, size):
    for seed in range(start, start + 100):
        program = random_program(seed, size)
        generator = program.graphs["main"].generator
        module = compile_program(program)
        ast.parse(module.code)
        for args in ((1, 2), (5, 0)):
            try:
                want = outcome(lambda *a, p=program: Interpreter(p).call("main", *a), args, generator)
            except OutOfFuel:
                continue
            assert repr(outcome(module.functions["main"], args, generator)) == repr(want), f"seed {seed}\n{module.code}"


def test_every_template_parses_and_names_only_what_is_there():
    newer = {"math.fma", "math.sumprod", "random.binomialvariate", "itertools.batched"}
    for op in TABLE.values():
        if op.structural or op.name in SPECIALS:
            continue
        assert op.emit is not None, op.name
        for node in ast.walk(template(op.emit).tree):
            if isinstance(node, ast.Name) and not node.id.startswith(("_s_", "_b_")):
                assert node.id in MODULES or hasattr(builtins, node.id), op.name
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in MODULES and op.name not in newer:
                assert hasattr(MODULES[node.value.id], node.attr), op.emit


def test_a_swap_in_a_loop_stays_a_swap():
    m = Making([INT], ["n"])
    true = lambda *_: [m.const(True)]  # noqa: E731
    a, b = m.loop(m.op("range", m.params[0]), [m.const(0), m.const(1)], ("a", "b"), true, lambda i, a, b: [b, a])
    module = m.compile(a, b)
    assert [module.functions["f"](n) for n in range(3)] == [(0, 1), (1, 0), (0, 1)]
    assert "a, b = (b, a)" in module.code or "b, a = (a, b)" in module.code


def test_break_and_return_are_printed_where_they_stood():
    m = Making([INT], ["n"])
    (n,) = m.params

    def body(i, code, h):
        h1 = m.op("add", h, i, hint="h")
        leave = lambda: [m.const(2), h1]  # noqa: E731
        return m.cond(m.op("gt", h1, m.const(20)), leave, lambda: [m.const(0), h1], INT, INT)

    code, h = m.loop(m.op("range", n), [m.const(0), m.const(1)], (None, "h"), lambda code, h: [m.op("eq", code, m.const(0))], body)
    (out,) = m.cond(m.op("eq", code, m.const(2)), lambda: [m.const(-1)], lambda: [m.op("mul", h, m.const(2))], INT)
    module = m.compile(out)
    assert module.code == (
        "def f(n):\n    h = 1\n    for i in range(n):\n        h = h + i\n        if h > 20:\n            return -1\n    return h * 2\n"
    )
    assert [module.functions["f"](k) for k in (0, 3, 50)] == [2, 8, -1]


def test_a_thousand_early_returns_stay_flat():
    m = Making([INT], ["n"])
    (n,) = m.params
    recursion = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    try:
        rest = lambda k: [m.const(-1)] if k == 1000 else m.cond(m.op("eq", n, m.const(k)), lambda: [m.const(k * 2)], lambda: rest(k + 1), INT)  # noqa: E731
        yields = rest(0)
    finally:
        sys.setrecursionlimit(recursion)
    module = m.compile(*yields)
    assert sys.getrecursionlimit() == recursion
    assert max(len(line) - len(line.lstrip()) for line in module.code.splitlines()) == 8
    assert [module.functions["f"](k) for k in (0, 999, 1000)] == [0, 1998, -1]


def test_long_functions_compile_and_run():
    m = Making([INT], ["x"])
    x = m.params[0]
    for k in range(5000):
        x = m.op("add", x, m.const(k), hint=f"x{k % 50}")
    assert m.compile(x).functions["f"](0) == sum(range(5000))


def test_tracebacks_show_the_users_line_without_the_file():
    m = Making([INT], ["x"], span=Span("0", 1, 0, 3, 20))
    m.program.sources["0"] = SourceText("nowhere/model.py", "def f(x):\n    # a comment\n    return 1 + 10 // x\n")
    m.program.graphs["f"].qualname = "Model.forward"
    m.b.span = Span("0", 3, 15, 3, 22)
    module = m.compile(m.op("add", m.const(1), m.op("floordiv", m.const(10), m.params[0])))
    with pytest.raises(ZeroDivisionError) as caught:
        module.functions["f"](0)
    text = "".join(traceback.format_exception(caught.value))
    assert 'File "nowhere/model.py", line 3, in forward' in text
    assert "return 1 + 10 // x" in text


@pytest.mark.parametrize("span", [Span("0", -5, -1, -9, -7), Span("0", 10**12, 10**12, 3, 2), Span("0", 5, 9, 5, 1)])
def test_odd_spans_do_no_harm(span):
    m = Making([INT], ["x"], span=span)
    m.program.sources["0"] = SourceText("odd.py")
    m.b.span = span
    assert m.compile(m.op("add", m.const(1), m.params[0])).functions["f"](1) == 2


EXACT = [0.0, -0.0, math.inf, -math.inf, math.nan, 1e-320, -7, 10**6000, -(10**400), 2j, complex(-0.0, -0.0), complex(math.nan, 1)]


@pytest.mark.parametrize("value", [*EXACT, "a\n'\"{}\ud800", None, ..., True], ids=lambda v: type(v).__name__)
def test_constants_are_exact(value):
    m = Making()
    made = m.compile(m.const(value))
    got = made.functions["f"]()
    assert type(got) is type(value)
    if isinstance(value, int):
        assert got == value
    else:
        assert repr(got) == repr(value)
    assert made.code.startswith("def f():")


def test_hostile_names_become_harmless():
    m = Making([INT, INT, INT, INT], ["len", "class", "__debug__", "a b;import os"])
    total = m.op("add", m.op("add", m.params[0], m.params[1]), m.op("add", m.params[2], m.params[3]))
    module = m.compile(total, m.op("len", m.b.value("list", [total])))
    assert module.functions["f"](1, 2, 3, 4) == (10, 1)
    m = Making([Record("C")], ["c"])
    m.program.classes["C"] = ClassDef("C", "class", [FieldDef("__class__", INT)])
    with pytest.raises(ValueError, match="__class__"):
        m.compile(m.op("attr.get", m.params[0], name="__class__"))


def test_state_is_a_global_variable():
    m = Making()
    m.program.state["net.count"] = State(INT, 3)
    m.b.emit("state.set", [m.op("add", m.op("state.get", name="net.count"), m.const(1))], {"name": "net.count"})
    module = m.compile(m.op("state.get", name="net.count"))
    assert module.functions["f"]() == 4
    module.set_state("net.count", 10)
    assert module.functions["f"]() == 11
    assert module.get_state("net.count") == 11


def test_constants_are_not_copied():
    m = Making()
    array = np.arange(3)
    m.program.constants["w"] = Constant(List(INT), array)
    assert m.compile(m.op("constant", name="w")).functions["f"]() is array


def test_closures_share_their_cell():
    m = Making([Cell(INT), INT], ["c", "k"], name="inner")
    c, k = m.params
    m.b.emit("cell.set", [c, m.op("add", m.op("cell.get", c), k)])
    m.block.yields = [m.op("cell.get", c)]
    outer = Making([INT], ["x"], program=m.program)
    cell = outer.b.value("cell.new", [outer.params[0]], result_types=(Cell(INT),))
    inner = outer.op("function", cell, graph="inner")
    first = outer.op("call_function", inner, outer.const(5))
    module = outer.compile(first, outer.op("cell.get", cell))
    assert module.functions["f"](1) == (6, 6)


def test_in_place_operators_keep_aliases():
    m = Making([List(INT)], ["x"])
    (x,) = m.params
    y = m.b.value("iadd", [x, m.b.value("list", [m.const(1)])], hint="y")
    module = m.compile(x, y)
    given = [0]
    first, second = module.functions["f"](given)
    assert first is second is given == [0, 1]


def test_generator_without_items_is_a_generator():
    m = Making(generator=True, item=INT)
    assert list(m.compile().functions["f"]()) == []


def test_runtime_classes():
    program = Program("classes")
    program.classes = {
        "m.Point": ClassDef("m.Point", "namedtuple", [FieldDef("x", INT), FieldDef("y", INT, Constant(INT, 2))]),
        "m.Data": ClassDef("m.Data", "dataclass", [FieldDef("a", FLOAT)], options=("repr", "eq", "frozen")),
        "m.Plain": ClassDef("m.Plain", "class", [FieldDef("s", STR)]),
        "m.Bad": ClassDef("m.Bad", "exception", bases=("KeyError",)),
        "m.Worse": ClassDef("m.Worse", "exception", bases=("m.Bad",)),
        "m.Color": ClassDef("m.Color", "enum", bases=("int",), members=(("RED", 1), ("BLUE", 2))),
        "m.Mode": ClassDef("m.Mode", "enum", members=(("A", "a"), ("B", 2.5))),
    }
    made = runtime_classes(program)
    assert repr(made["m.Point"](1)) == "Point(x=1, y=2)"
    assert repr(made["m.Data"](1.5)) == "Data(a=1.5)"
    assert made["m.Data"](1.5) == made["m.Data"](1.5)
    assert made["m.Plain"].__module__ == "m" and made["m.Plain"].__qualname__ == "Plain"
    assert issubclass(made["m.Worse"], made["m.Bad"]) and issubclass(made["m.Bad"], KeyError)
    assert made["m.Color"].RED + 1 == 2 and repr(made["m.Color"].BLUE) == "<Color.BLUE: 2>"
    assert made["m.Mode"].B.value == 2.5
    real = type("Plain", (), {})
    assert runtime_classes(program, {"m.Plain": real})["m.Plain"] is real


def test_recursion_takes_one_frame_each():
    m = Making([INT], ["n"])
    (n,) = m.params
    more = lambda: [m.b.emit("call", [m.op("sub", n, m.const(1))], {"graph": "f"}, result_types=(INT,)).results[0]]  # noqa: E731
    m.program.graphs["f"].block.yields = [m.const(0)]
    module = m.compile(*m.cond(m.op("le", n, m.const(0)), lambda: [m.const(0)], more, INT))
    assert module.functions["f"](sys.getrecursionlimit() - 200) == 0


def forms(words: list[str], n: int) -> tuple[dict[str, int], int, list[list[int]], int]:
    counts: dict[str, int] = {}
    for i, word in enumerate(words):
        if word in counts:
            counts[word] += i
        else:
            counts[word] = i
    primes = 0
    for k in range(2, n):
        for d in range(2, k):
            if k % d == 0:
                break
        else:
            primes += 1
    table = [[a * b for a in range(n) if a != b] for b in range(n)]
    total = 0

    def add(k: int) -> None:
        nonlocal total
        total += k

    for k in range(n):
        try:
            add(k)
            primes += 10 // (k - 1)
        except ZeroDivisionError:
            primes += 1
    return counts, primes, table, total


FORMS = (
    "for i, word in enumerate(words):",
    "counts[word] += i",
    "else:\n            primes += 1",
    "[[a * b for a in range(n) if a != b] for b in range(n)]",
    "total = [0]",
    "total[0] += k",
    "primes += 10 // (k - 1)",
)


def test_code_reads_as_the_source_does():
    compiled = scriptc.script(forms)
    words = ["a", "b", "a", "c", "b"]
    assert compiled(words, 12) == forms(words, 12)
    code = compiled.code
    assert [f for f in FORMS if f not in code] == [], code


def test_a_variable_a_comprehension_shadows():
    def shadowing(xs: list[int], x: int) -> tuple[list[int], int, list[int]]:
        ys = [x * x for x in xs if x > 1]
        zs = [x for y in ys for x in (y, y + 1)]
        return ys, x, zs

    assert scriptc.script(shadowing)([1, 2, 3], 7) == shadowing([1, 2, 3], 7)
