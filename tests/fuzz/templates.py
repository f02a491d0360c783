"""Programs made of forms with holes: `{I}`, `{L}`... are filled with a form of that kind, `{k}` with a literal, `{ST}` with a statement.

`{{` and `}}` are braces; so is `{` before anything else.
"""

from __future__ import annotations

import random
import re
import warnings
from collections.abc import Callable

HOLE = re.compile(r"\{\{|\}\}|\{(k|small|ST|[A-Z])\}")
PART = re.compile(r"\{[A-Z]\}")
LITERALS = {"k": ["0", "1", "2", "3", "5", "-1", "9"], "small": ["0", "1", "2"]}


def forms_of(text: str) -> list[str]:
    """One form a line."""
    return [line for line in text.split("\n") if line]


class Templates:
    """The programs of one kind; Where an expression may go no deeper, `leaves` and the forms without parts are taken."""

    prelude: str
    calls: list[str]
    forms: dict[str, str]
    leaves: dict[str, str]
    statements: list[str]
    last: str
    results: str
    """The kinds of what is returned."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)

    def program(self) -> tuple[str, list[str]]:
        """Its text, and the argument texts of the calls of its `f`."""
        texts = [self.statement(self.r.randint(1, 3)) for _ in range(self.r.randint(2, 6))]
        lines = [line for text in (*texts, self.last, self.legal(self.result)) for line in text.split("\n")]
        return self.prelude + "".join(f"    {line}\n" for line in lines), self.calls

    def result(self) -> str:
        return "return " + ", ".join(self.part(self.r.choice(self.results), 2) for _ in range(self.r.randint(1, 3)))

    def statement(self, depth: int) -> str:
        chosen = self.statements if depth > 0 else [s for s in self.statements if "{ST}" not in s]
        return self.legal(lambda: self.fill(self.r.choice(chosen), max(depth, 1)))

    def legal(self, made: Callable[[], str]) -> str:
        """One that Python takes: `:=` and nested quotes are not legal everywhere."""
        while True:
            text = made()
            try:
                with warnings.catch_warnings(action="ignore"):
                    compile(f"def f():\n    {text}".replace("\n", "\n    "), "", "exec", dont_inherit=True)
            except SyntaxError:
                continue
            return text

    def part(self, kind: str, depth: int) -> str:
        forms = forms_of(self.forms[kind])
        if depth <= 0 or self.r.random() < 0.35:
            forms = forms_of(self.leaves[kind]) + [form for form in forms if not PART.search(form)]
        return self.fill(self.r.choice(forms), depth)

    def fill(self, form: str, depth: int) -> str:
        out, end = [], 0
        for hole in HOLE.finditer(form):
            out += [form[end : hole.start()], self.filled(hole, form, depth)]
            end = hole.end()
        return "".join(out) + form[end:]

    def filled(self, hole: re.Match[str], form: str, depth: int) -> str:
        kind = hole[1]
        if kind is None:
            return hole[0][0]
        if kind in LITERALS:
            return self.r.choice(LITERALS[kind])
        if kind == "ST":
            indent = len(form[: hole.start()].rsplit("\n", 1)[-1])
            return self.statement(depth - 1).replace("\n", "\n" + " " * indent)
        return self.part(kind, depth - 1)
