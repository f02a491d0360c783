"""Random typed programs: what an author might write, only stranger.

`generate(seed)` gives a module text with a function `f` and a list of calls. Every program ends: loops have a fuel, numbers
are reduced, strings and lists are cut. Programs may raise; then the exception is what is compared.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

INT, FLOAT, STR, BOOL = "int", "float", "str", "bool"
INTS, FLOATS, STRS, DICT, SET, ARR, OPT, PAIR, ACC, PT = (
    "list[int]", "list[float]", "list[str]", "dict[str, int]", "set[int]", "np.ndarray", "int | None", "tuple[int, float]", "Acc", "Pt",
)  # fmt: skip
SCALARS = (INT, FLOAT, STR, BOOL)
PARAMS = (INT, FLOAT, STR, BOOL, INTS, FLOATS, STRS, DICT, ARR, OPT, PAIR)
RESULTS = (INT, FLOAT, STR, INTS, DICT, ARR, OPT)

PRELUDE = '''from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

import numpy as np

class Color(Enum):
    RED = 1
    GREEN = 2
    BLUE = 3

class Cut(NamedTuple):
    lo: int
    hi: int = 9

    def size(self) -> int:
        return self.hi - self.lo

@dataclass
class Pt:
    x: int
    y: float = 0.5

    def scale(self, k: int) -> "Pt":
        return Pt(self.x * k % 1000003, self.y * k)

class Base:
    step = 2

    def __init__(self, k: int) -> None:
        self.k = k

    def val(self) -> int:
        return self.k + self.step

    def __add__(self, other: "Base") -> int:
        return self.val() - other.val()

class Sub(Base):
    step = 5

    def val(self) -> int:
        return super().val() * 2 + 1

def countdown(n: int):
    while n > 0:
        yield n
        n -= 1

def kw(a: int, b: int = 2, *rest: int, c: int = 3, **more: int) -> int:
    for name in more:
        c += more[name] * len(name)
    return (a - b * len(rest) + c) % 1000003

class Acc:
    def __init__(self, n: int) -> None:
        self.n = n
        self.log: list[int] = []

    def add(self, k: int) -> int:
        self.n = (self.n + k) % 1000003
        if len(self.log) < 6:
            self.log.append(k)
        return self.n

    def __enter__(self) -> "Acc":
        print("enter", self.n)
        return self

    def __exit__(self, kind, value, tb) -> bool:
        print("exit", kind is not None)
        return kind is not None and self.n % 2 == 0

def say(label: str, x):
    print(label, x)
    return x

'''


@dataclass
class Scope:
    """What may be used at one place: variables by type, what statements are legal."""

    names: dict[str, str]
    result: tuple[str, ...]
    loop: bool = False  # `break` and `continue` are legal here
    in_loop: int = 0
    in_finally: bool = False
    in_try: bool = False
    locked: frozenset[str] = frozenset()  # loop counters: never assigned

    def inner(self, **changes: object) -> Scope:
        values = {**vars(self), "names": dict(self.names), **changes}
        return Scope(**values)

    def of(self, kind: str) -> list[str]:
        return [n for n, t in self.names.items() if t == kind]


@dataclass
class Generator:
    """One program. `self.r` decides everything, so that a seed gives the same program again."""

    seed: int
    r: random.Random = field(init=False)
    counter: int = 0
    helpers: list[tuple[str, tuple[str, ...], str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.r = random.Random(self.seed)

    def name(self, prefix: str = "v") -> str:
        self.counter += 1
        return f"{prefix}{self.counter}"

    def chance(self, p: float) -> bool:
        return self.r.random() < p

    # --- expressions -----------------------------------------------------------------------------------------------

    def expr(self, s: Scope, kind: str, depth: int = 2) -> str:
        """An expression of type `kind`."""
        names = s.of(kind)
        if names and (depth <= 0 or self.chance(0.35)):
            return self.r.choice(names)
        if depth <= 0:
            return self.literal(kind)
        if self.chance(0.08):
            return f"({self.expr(s, kind, depth - 1)} if {self.expr(s, BOOL, depth - 1)} else {self.expr(s, kind, depth - 1)})"
        if kind in SCALARS and self.chance(0.06):
            return f"say({self.name('t')!r}, {self.expr(s, kind, depth - 1)})"
        fitting = [h for h in self.helpers if h[2] == kind]
        if fitting and self.chance(0.2):
            name, params, _ = self.r.choice(fitting)
            return f"{name}({', '.join(self.expr(s, p, depth - 1) for p in params)})"
        return self.makers()[kind](s, depth - 1)

    def makers(self) -> dict[str, Callable[[Scope, int], str]]:
        return {
            INT: self.int_expr, FLOAT: self.float_expr, STR: self.str_expr, BOOL: self.bool_expr, INTS: self.ints_expr,
            FLOATS: self.floats_expr, STRS: self.strs_expr, DICT: self.dict_expr, SET: self.set_expr, ARR: self.arr_expr,
            OPT: self.opt_expr, PAIR: self.pair_expr, ACC: lambda s, d: f"Acc({self.expr(s, INT, d)})", PT: self.pt_expr,
        }  # fmt: skip

    def literal(self, kind: str) -> str:
        choices = {
            INT: ["0", "1", "-1", "2", "3", "7", "10", "-5", "2**31", "2**63", "-(2**64)"],
            FLOAT: ["0.0", "-0.0", "0.5", "1.5", "-2.25", "1e10", "float('inf')", "float('nan')"],
            STR: ["''", "'a'", "'b'", "'añ'", "'xyz'", "'𝄞'"],
            BOOL: ["True", "False"],
            INTS: ["[]", "[1]", "[3, 1, 2]", "[0, -1]"],
            FLOATS: ["[]", "[0.5]", "[1.5, -0.0]"],
            STRS: ["[]", "['a']", "['b', 'a', 'añ']"],
            DICT: ["{}", "{'a': 1}", "{'b': 2, 'a': 0}"],
            SET: ["{1}", "{1, 2, 3}", "set()"],
            ARR: ["np.zeros(3)", "np.ones(2)", "np.arange(4.0)", "np.array([1.5, -0.5, 2.0])"],
            OPT: ["None", "5", "0"],
            PAIR: ["(1, 0.5)", "(-2, 1.0)"],
            ACC: ["Acc(1)", "Acc(0)"],
            PT: ["Pt(1)", "Pt(2, 1.5)"],
        }
        return self.r.choice(choices[kind])

    def pick(self, *options: Callable[[], str]) -> str:
        return self.r.choice(options)()

    def int_expr(self, s: Scope, d: int) -> str:
        a = lambda: self.expr(s, INT, d)
        return self.pick(
            lambda: f"({a()} {self.r.choice(['+', '-'])} {a()})",
            lambda: f"({a()} * {a()}) % {self.r.choice([97, 1000003, 2**70, -7])}",
            lambda: f"({a()} {self.r.choice(['//', '%'])} {self.r.choice([a(), '3', '-4', '7'])})",
            lambda: f"({a()} {self.r.choice(['&', '|', '^'])} {a()})",
            lambda: f"({a()} % 50) ** {self.r.randint(0, 3)}",
            lambda: f"({a()} {self.r.choice(['<<', '>>'])} {self.r.randint(0, 40)}) % {self.r.choice([10**9, 2**66])}",
            lambda: f"({self.r.choice('-~+')}({a()}))",
            lambda: f"abs({a()})",
            lambda: f"len({self.expr(s, self.r.choice([STR, INTS, FLOATS, STRS, DICT, SET, ARR]), d)})",
            lambda: f"{self.r.choice(['min', 'max'])}({a()}, {a()})",
            lambda: f"sum({self.expr(s, INTS, d)})",
            lambda: self.item(s, INTS, "[7]", d),
            lambda: f"{self.expr(s, DICT, d)}.get({self.expr(s, STR, d)}, {a()})",
            lambda: f"{self.expr(s, PAIR, d)}[0]",
            lambda: f"({a()} {self.r.choice(['and', 'or'])} {a()})",
            lambda: f"{self.expr(s, STR, d)}.{self.r.choice(['find', 'count'])}({self.expr(s, STR, d)})",
            lambda: f"int({self.expr(s, BOOL, d)})",
            lambda: f"sum(q * {a()} for q in {self.expr(s, INTS, d)} if q)",
            lambda: self.acc_expr(s, d),
            lambda: self.class_expr(s, d),
            lambda: self.call_expr(s, d),
        )

    def class_expr(self, s: Scope, d: int) -> str:
        a = lambda: self.expr(s, INT, d)
        return self.pick(
            lambda: f"(Sub({a()}) if {self.expr(s, BOOL, d)} else Base({a()})).val()",
            lambda: f"({self.r.choice(['Sub', 'Base'])}({a()}) + {self.r.choice(['Sub', 'Base'])}({a()}))",
            lambda: f"{self.expr(s, PT, d)}.x",
            lambda: f"Cut({a()}).size()",
            lambda: f"Cut({a()}, {a()})[{self.r.choice('01')}]",
            lambda: f"Cut({a()})._replace(hi={a()}).hi",
            lambda: f"Color({a()} % 4).value",
        )

    def call_expr(self, s: Scope, d: int) -> str:
        a = lambda: self.expr(s, INT, d)
        return self.pick(
            lambda: f"kw({a()})",
            lambda: f"kw({a()}, c={a()})",
            lambda: f"kw({a()}, {a()}, {a()}, z={a()}, a1={a()})",
            lambda: f"kw(b={a()}, a={a()})",
            lambda: f"sum(countdown({a()} % 5))",
            lambda: f"max(countdown({a()} % 5), default={a()})",
            lambda: f"(lambda q, w={a()}: q - w)({a()})",
            lambda: f"max({self.expr(s, INTS, d)}, key=lambda q: (-q % 4, q), default=0)",
        )

    def pt_expr(self, s: Scope, d: int) -> str:
        return self.pick(
            lambda: f"Pt({self.expr(s, INT, d)}, {self.expr(s, FLOAT, d)})",
            lambda: f"Pt(x={self.expr(s, INT, d)})",
            lambda: f"{self.expr(s, PT, d)}.scale({self.expr(s, INT, d)} % 100)",
        )

    def acc_expr(self, s: Scope, d: int) -> str:
        accs = s.of(ACC)
        if not accs:
            return self.literal(INT)
        return self.r.choice([f"{self.r.choice(accs)}.n", f"{self.r.choice(accs)}.add({self.expr(s, INT, d)})"])

    def index(self, s: Scope, d: int) -> str:
        return self.r.choice(["0", "-1", "1", self.expr(s, INT, d), f"{self.expr(s, INT, d)} % 3"])

    def item(self, s: Scope, kind: str, otherwise: str, d: int) -> str:
        """An element of a list; mostly one that is there."""
        if self.chance(0.75):
            return f"({self.expr(s, kind, d)} or {otherwise})[{self.r.choice(['0', '-1'])}]"
        return f"{self.expr(s, kind, d)}[{self.index(s, d)}]"

    def float_expr(self, s: Scope, d: int) -> str:
        a = lambda: self.expr(s, FLOAT, d)
        return self.pick(
            lambda: f"({a()} {self.r.choice('+-*')} {self.r.choice([a(), self.expr(s, INT, d)])})",
            lambda: f"({a()} {self.r.choice(['/', '//', '%'])} {self.r.choice([a(), '0.5', '-3', '2.0'])})",
            lambda: f"{self.expr(s, INT, d)} / {self.r.choice(['2', '-3', '8'])}",
            lambda: f"(-({a()}))",
            lambda: f"abs({a()})",
            lambda: f"max({a()}, {a()})",
            lambda: f"sum({self.expr(s, FLOATS, d)}, 0.0)",
            lambda: self.item(s, FLOATS, "[2.5]", d),
            lambda: f"float({self.r.choice([self.expr(s, INT, d), self.expr(s, BOOL, d)])} % 1000)",
            lambda: f"float({self.expr(s, ARR, d)}.{self.r.choice(['sum', 'sum', 'mean', 'min'])}())",
            lambda: f"float({self.expr(s, ARR, d)}[{self.index(s, d)}])",
            lambda: f"{self.expr(s, PAIR, d)}[1]",
            lambda: f"{self.expr(s, PT, d)}.y",
            lambda: f"round({a()}, {self.r.randint(-1, 3)})",
        )

    def str_expr(self, s: Scope, d: int) -> str:
        a = lambda: self.expr(s, STR, d)
        sub = lambda: f"{self.r.randint(-3, 2)}:{self.r.choice(['', '2', '-1', '9'])}{self.r.choice(['', '::'[1:] + '2', ':-1'])}"
        return self.pick(
            lambda: f"({a()} + {a()})[:20]",
            lambda: f"f'{{{self.quiet(s, INT)}}}|{{{self.quiet(s, FLOAT)}:.2f}}'",
            lambda: f"f'<{{{self.quiet(s, self.r.choice(SCALARS))}!r:>{self.r.randint(1, 9)}}}>'[:24]",
            lambda: f"({a()})[{sub()}]",
            lambda: f"{a()}.{self.r.choice(['upper', 'lower', 'strip', 'title', 'swapcase'])}()",
            lambda: f"str({self.expr(s, self.r.choice([INT, FLOAT, BOOL, INTS, OPT, PAIR]), d)})[:20]",
            lambda: f"{a()}.join({self.expr(s, STRS, d)})[:20]",
            lambda: self.item(s, STRS, "['k']", d),
            lambda: f"{a()}.replace({a()}, {a()})[:20]",
            lambda: f"({a()} * {self.r.randint(0, 3)})[:20]",
            lambda: f"({a()} or {a()})",
            lambda: f"str({self.expr(s, PT, d)})[:24]",
            lambda: f"Color({self.expr(s, INT, d)} % 3 + 1).name",
            lambda: f"('%s-%d' % ({a()}, {self.expr(s, INT, d)} % 1000))",
        )

    def quiet(self, s: Scope, kind: str) -> str:
        """A short operand without quotes of its own, for f-strings."""
        names = s.of(kind)
        return self.r.choice(names) if names else {INT: "41", FLOAT: "2.5", BOOL: "True"}.get(kind, "7")

    def bool_expr(self, s: Scope, d: int) -> str:
        b = lambda: self.expr(s, BOOL, d)
        kind = self.r.choice([INT, FLOAT, STR, INTS])
        op = self.r.choice(["<", "<=", ">", ">=", "==", "!="])
        return self.pick(
            lambda: f"({self.expr(s, kind, d)} {op} {self.expr(s, kind, d)})",
            lambda: f"({self.expr(s, INT, d)} < {self.expr(s, INT, d)} <= {self.expr(s, INT, d)})",
            lambda: f"(not {self.expr(s, self.r.choice([BOOL, INT, STR, INTS, DICT]), d)})",
            lambda: f"({b()} {self.r.choice(['and', 'or'])} {b()})",
            lambda: f"({self.expr(s, INT, d)} {self.r.choice(['in', 'not in'])} {self.expr(s, INTS, d)})",
            lambda: f"({self.expr(s, STR, d)} in {self.expr(s, self.r.choice([STR, STRS, DICT]), d)})",
            lambda: f"({self.r.choice(s.of(OPT) or ['None or None'])} is {self.r.choice(['', 'not '])}None)",
            lambda: f"bool({self.expr(s, ARR, d)}.sum() > {self.expr(s, FLOAT, d)})",
            lambda: f"{self.r.choice(['any', 'all'])}(q > {self.expr(s, INT, d)} for q in {self.expr(s, INTS, d)})",
            lambda: f"({self.expr(s, INT, d)} % 2 == {self.r.randint(0, 1)})",
            lambda: f"isinstance({self.expr(s, OPT, d)}, int)",
            lambda: f"({self.expr(s, DICT, d)} == {self.expr(s, DICT, d)})",
            lambda: f"({self.expr(s, PT, d)} {self.r.choice(['==', '!='])} {self.expr(s, PT, d)})",
            lambda: f"(Color({self.expr(s, INT, d)} % 3 + 1) {self.r.choice(['is', 'is not', '=='])} Color.RED)",
        )

    def ints_expr(self, s: Scope, d: int) -> str:
        a = lambda: self.expr(s, INTS, d)
        return self.pick(
            lambda: f"[{', '.join(self.expr(s, INT, d) for _ in range(self.r.randint(0, 3)))}]" if self.chance(0.8) else self.literal(INTS),
            lambda: f"[q + {self.expr(s, INT, d)} for q in {a()}]",
            lambda: f"[q for q in {a()} if q {self.r.choice(['>', '<', '!='])} {self.expr(s, INT, d)}]",
            lambda: f"({a()} + {a()})[:8]",
            lambda: f"{a()}[{self.slice()}]",
            lambda: f"sorted({a()}, reverse={self.r.choice(['True', 'False'])})",
            lambda: f"list(reversed({a()}))",
            lambda: f"list(range({self.expr(s, INT, d)} % 5))",
            lambda: f"list(countdown({self.expr(s, INT, d)} % 5))",
            lambda: f"sorted({self.expr(s, SET, d)})",
            lambda: f"list({self.expr(s, DICT, d)}.values())",
            lambda: f"[*{a()}, {self.expr(s, INT, d)}][:8]",
            lambda: f"[len(q) for q in {self.expr(s, STRS, d)}]",
            lambda: f"[q * w for q, w in zip({a()}, {a()})]" if self.chance(0.5) else f"[i - q for i, q in enumerate({a()})]",
            lambda: f"sorted({a()}, key=lambda q: (q % 3, -q))",
        )

    def slice(self) -> str:
        part = lambda: self.r.choice(["", "", "0", "1", "-1", "2", "-2", "9"])
        step = self.r.choice(["", "", ":2", ":-1", ":-2"])
        return f"{part()}:{part()}{step}"

    def floats_expr(self, s: Scope, d: int) -> str:
        a = lambda: self.expr(s, FLOATS, d)
        return self.pick(
            lambda: f"[{', '.join(self.expr(s, FLOAT, d) for _ in range(self.r.randint(1, 3)))}]",
            lambda: f"[q * {self.expr(s, FLOAT, d)} for q in {a()}]",
            lambda: f"{a()}[{self.slice()}]",
            lambda: f"[float(q) for q in {self.expr(s, ARR, d)}[:6]]",
            lambda: f"[q / 2 for q in {self.expr(s, INTS, d)}]",
        )

    def strs_expr(self, s: Scope, d: int) -> str:
        a = lambda: self.expr(s, STRS, d)
        return self.pick(
            lambda: f"[{', '.join(self.expr(s, STR, d) for _ in range(self.r.randint(1, 3)))}]",
            lambda: f"{self.expr(s, STR, d)}.split({self.r.choice(['', repr('a'), repr(' ')])})[:6]",
            lambda: f"[q + {self.expr(s, STR, d)}[:3] for q in {a()}][:6]",
            lambda: f"list({self.expr(s, STR, d)})[:6]",
            lambda: f"sorted({self.expr(s, DICT, d)})[:6]",
            lambda: f"{a()}[{self.slice()}]",
            lambda: f"list(map(str, {self.expr(s, INTS, d)}))",
        )

    def dict_expr(self, s: Scope, d: int) -> str:
        a = lambda: self.expr(s, DICT, d)
        return self.pick(
            lambda: f"{{{', '.join(f'{self.expr(s, STR, d)}: {self.expr(s, INT, d)}' for _ in range(self.r.randint(1, 3)))}}}",
            lambda: f"{{q[:2]: len(q) for q in {self.expr(s, STRS, d)}}}",
            lambda: f"{{**{a()}, {self.expr(s, STR, d)}: {self.expr(s, INT, d)}}}",
            lambda: f"({a()} | {a()})",
            lambda: f"{{k: -v for k, v in {a()}.items()}}",
            lambda: f"dict(zip({self.expr(s, STRS, d)}, {self.expr(s, INTS, d)}))",
        )

    def set_expr(self, s: Scope, d: int) -> str:
        return self.pick(
            lambda: f"{{q % 5 for q in {self.expr(s, INTS, d)}}}",
            lambda: f"set({self.expr(s, INTS, d)})",
            lambda: f"({self.expr(s, SET, d)} {self.r.choice('|&-^')} {self.expr(s, SET, d)})",
        )

    def arr_expr(self, s: Scope, d: int) -> str:
        a = lambda: self.expr(s, ARR, d)
        return self.pick(
            lambda: f"({a()} {self.r.choice('+-*')} {self.r.choice([self.expr(s, FLOAT, d), '2', '0.5'])})",
            lambda: f"({(x := a())} + {x})",
            lambda: f"{a()}[{self.slice()}]",
            lambda: f"np.maximum({a()}, {self.expr(s, FLOAT, d)})",
            lambda: f"np.where({(x := a())} > {self.r.choice(['0', '0.5'])}, {x}, {self.expr(s, FLOAT, d)})",
            lambda: f"np.abs({a()})",
            lambda: f"{a()}.copy()",
            lambda: f"np.array({self.expr(s, FLOATS, d)}, dtype=np.float64)",
            lambda: f"np.cumsum({a()})",
            lambda: f"(-{a()})",
        )

    def opt_expr(self, s: Scope, d: int) -> str:
        return self.pick(
            lambda: "None",
            lambda: self.expr(s, INT, d),
            lambda: f"{self.expr(s, DICT, d)}.get({self.expr(s, STR, d)})",
            lambda: f"next((q for q in {self.expr(s, INTS, d)} if q > {self.expr(s, INT, d)}), None)",
        )

    def pair_expr(self, s: Scope, d: int) -> str:
        return f"({self.expr(s, INT, d)}, {self.expr(s, FLOAT, d)})"


def generate(seed: int) -> tuple[str, list[str]]:
    """A module text and the argument texts of some calls of its `f`."""
    from statements import Statements

    return Statements(seed).program()
