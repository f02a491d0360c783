"""Random typed programs: what an author might write, only stranger.

`generate(seed)` gives a module text and a list of calls of its `f`; where the text defines `make`, `f` is what that returns.
Every program ends: loops have a fuel, numbers are reduced, strings and lists are cut. Programs may raise; then the exception
is what is compared.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

from forms import FORMS
from kinds import LITERALS, SCALARS

HOLE = re.compile(r"\$(?:\(((?:[^()]|\([^()]*\))*)\)|([@~]?)(\w+)|=)")
QUIET = {"int": "41", "float": "2.5", "bool": "True", "str": "7"}
WEIGHT = re.compile(r"(\d): (.*)")


def lines_of(text: str) -> list[str]:
    """The forms in a text, each as often as it says."""
    weighted = [(WEIGHT.fullmatch(line), line) for line in text.splitlines() if line]
    return [form for found, line in weighted for form in ([found[2]] * int(found[1]) if found else [line])]


TABLE = {kind: lines_of(text) for kind, text in FORMS.items()}


class NoVariable(Exception):
    """A form needs a variable of a kind that there is none of."""


@dataclass
class Scope:
    """What may be used at one place: variables with their kinds, what statements are legal."""

    names: dict[str, str]
    result: tuple[str, ...] = ()
    calls: dict[str, list[str]] = field(default_factory=dict)
    loop: bool = False  # `break` and `continue` are legal here
    in_loop: int = 0
    in_finally: bool = False
    in_try: bool = False
    item: str | None = None  # in a generator: the kind it yields
    locked: frozenset[str] = frozenset()  # loop counters, narrowed names: never assigned
    own: set[str] = field(default_factory=set)  # bound in this very block: may change their kind

    def inner(self, **changes: object) -> Scope:
        values = {**vars(self), "names": dict(self.names), "calls": {k: list(v) for k, v in self.calls.items()}, "own": set(), **changes}
        return Scope(**values)  # type: ignore[arg-type]

    def of(self, kind: str) -> list[str]:
        return [n for n, t in self.names.items() if t == kind]

    def bind(self, name: str, kind: str) -> None:
        if name not in self.names:
            self.own.add(name)
        self.names[name] = kind


class Generator:
    """Expressions of one program. `self.r` decides everything, so that a seed gives the same program again."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)
        self.counter = 0
        self.extra: dict[str, list[str]] = {}  # forms that use this program's own functions and classes
        self.heads: list[str] = []
        self.dataclasses: list[str] = []
        self.literals = dict(LITERALS)

    def name(self, prefix: str = "v") -> str:
        self.counter += 1
        return f"{prefix}{self.counter}"

    def chance(self, p: float) -> bool:
        return self.r.random() < p

    def expr(self, s: Scope, kind: str, depth: int = 2) -> str:
        """An expression of `kind`."""
        names = s.of(kind)
        if names and (depth <= 0 or self.chance(0.4)):
            return self.r.choice(names)
        if depth <= 0 and kind in self.literals:
            return self.literal(kind)
        return self.common(s, kind, depth - 1) if self.chance(0.15) and kind not in ("slice", "index", "test") else self.form(s, kind, depth - 1)

    def literal(self, kind: str) -> str:
        return self.r.choice(self.literals[kind])

    def common(self, s: Scope, kind: str, d: int) -> str:
        """Forms that every kind has."""
        pick = self.r.randrange(4)
        if pick == 0 and kind in SCALARS:
            return f"say({self.name('t')!r}, {self.expr(s, kind, d)})"
        own = [*s.calls.get(kind, ()), *self.extra.get(kind, ())]
        if own and pick != 1:
            return self.fill(s, self.r.choice(own), d)
        if pick == 1 or kind not in self.literals:
            return f"({self.expr(s, kind, d)} if {self.expr(s, 'test', d)} else {self.expr(s, kind, d)})"
        return self.form(s, kind, d)

    def form(self, s: Scope, kind: str, d: int) -> str:
        forms = TABLE.get(kind) or self.extra[kind]
        own = s.calls.get(kind)
        for _ in range(4):
            try:
                return self.fill(s, self.r.choice(own) if own and self.chance(0.1) else self.r.choice(forms), d)
            except NoVariable:
                continue
        return self.literal(kind)

    def fill(self, s: Scope, form: str, d: int) -> str:
        """`form` with its holes filled."""
        out, end, last = [], 0, ""
        for hole in HOLE.finditer(form):
            words, mark, kind = hole.groups()
            if mark == "@":
                last = self.variable(s, kind)
            if words is not None:
                word = self.r.choice(words.split())
                text = self.expr(s, word, d) if word in LITERALS else self.fill(s, word, d)
            elif mark == "~":
                text = self.r.choice(s.of(kind) or [QUIET[kind]])
            else:
                text = self.expr(s, kind, d) if kind and not mark else last
            out += [form[end : hole.start()], text]
            end = hole.end()
        return "".join(out) + form[end:]

    def variable(self, s: Scope, kind: str) -> str:
        names = [n for n in s.of(kind) if n not in s.locked or kind not in SCALARS]
        if not names:
            raise NoVariable(kind)
        return self.r.choice(names)


OTHERS = 8
"""Two seeds in so many give programs of forms about the order of evaluation, and about objects."""


def generate(seed: int) -> tuple[str, list[str]]:
    """A module text and the argument texts of some calls of its `f`."""
    from objects import Objects
    from order import Order
    from programs import Programs

    kind = {OTHERS - 1: Order, OTHERS // 2 - 1: Objects}.get(seed % OTHERS, Programs)
    return kind(seed).program()
