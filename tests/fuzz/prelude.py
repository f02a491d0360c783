"""Definitions that random programs use, each put in front of a program that names it."""

from __future__ import annotations

import re

PIECES = {
    "Color": """
class Color(Enum):
    RED = 1
    GREEN = 2
    BLUE = 3

    def next(self) -> "Color":
        return Color(self.value % 3 + 1)
""",
    "Cut": """
class Cut(NamedTuple):
    lo: int
    hi: int = 9

    def size(self) -> int:
        return self.hi - self.lo
""",
    "Pt": """
@dataclass
class Pt:
    x: int
    y: float = 0.5

    def scale(self, k: int) -> "Pt":
        return Pt(self.x * k % 1000003, self.y * k)

    def label(self) -> str:
        return f"{self.x % 10}:{self.y:.1f}"

    def steps(self, n: int) -> list[int]:
        return [self.x + i for i in range(n)]
""",
    "Base": """
class Base:
    step = 2

    def __init__(self, k: int) -> None:
        self.k = k

    @property
    def twice(self) -> int:
        return self.val() * 2

    def val(self) -> int:
        return self.k + self.step

    def more(self, n: int) -> "Base":
        return Base(self.k + n)

    def __add__(self, other: "Base") -> int:
        return self.val() - other.val()
""",
    "Sub": """
class Sub(Base):
    step = 5

    def val(self) -> int:
        return super().val() * 2 + 1
""",
    "Oops": """
class Oops(ValueError):
    def __init__(self, code: int) -> None:
        super().__init__(f"code {code}")
        self.code = code
""",
    "countdown": """
def countdown(n: int):
    while n > 0:
        yield n
        n -= 1
""",
    "kw": """
def kw(a: int, b: int = 2, *rest: int, c: int = 3, **more: int) -> int:
    for name in more:
        c += more[name] * len(name)
    return (a - b * len(rest) + c) % 1000003
""",
    "fib": """
def fib(n: int) -> int:
    return n if n < 2 else fib(n - 1) + fib(n - 2)
""",
    "Acc": """
class Acc:
    tag = "acc"

    def __init__(self, n: int) -> None:
        self.n = n
        self.rate = 0.5
        self.log: list[int] = []

    def add(self, k: int) -> int:
        self.n = (self.n + k) % 1000003
        if len(self.log) < 6:
            self.log.append(k)
        return self.n

    @property
    def big(self) -> bool:
        return self.n > 10

    def __len__(self) -> int:
        return len(self.log)

    def __enter__(self) -> "Acc":
        print("enter", self.n)
        return self

    def __exit__(self, kind, value, tb) -> bool:
        print("exit", kind is not None)
        return kind is not None and self.n % 2 == 0
""",
    "Bag": """
class Bag:
    def __init__(self, xs: list[int]) -> None:
        self.xs = xs

    def __len__(self) -> int:
        return len(self.xs)

    def __getitem__(self, i: int) -> int:
        return self.xs[i]

    def __iter__(self):
        for x in self.xs:
            yield x

    def __contains__(self, x: int) -> bool:
        return x in self.xs

    def __call__(self, k: int) -> int:
        return k + len(self.xs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Bag) and self.xs == other.xs

    def __add__(self, other: "Bag") -> "Bag":
        return Bag((self.xs + other.xs)[:8])

    def __iadd__(self, k: int) -> "Bag":
        self.xs = [*self.xs[:7], k]
        return self
""",
    "say": """
def say(label: str, x):
    print(label, x)
    return x
""",
    "statistics_mean": """
def statistics_mean(xs: list[float]) -> float:
    return sum(xs) / len(xs) if xs else math.nan
""",
    "clamp": """
def clamp(x: float, lo: float = -1.0, hi: float = 1.0) -> float:
    if x < lo:
        return lo
    return hi if x > hi else x
""",
    "either": """
def either(xs: list[int], ys: list[int], p: bool) -> list[int]:
    if p and len(xs) <= len(ys):
        return xs
    return ys
""",
    "couple": """
def couple(a: int, b: int) -> list[int]:
    both = [a, b]
    return both
""",
    "textless": """
def textless(s: str, *, keep: str = "ab") -> str:
    out = ""
    for c in s:
        if c not in keep:
            continue
        out += c
    else:
        out += "."
    return out
""",
    "LIMIT": "LIMIT = 7\n",
    "SCALE": "SCALE = -1.5\n",
    "FLAG": "FLAG = True\n",
    "NAMES": 'NAMES = ("a", "xyz", "ñ")\n',
    "TABLE": 'TABLE = {"a": 4, "b": -1}\n',
}
IMPORTS = {
    "dataclass": "from dataclasses import dataclass, field\n",
    "functools": "import functools\n",
    "itertools": "import itertools\n",
    "collections": "import collections\n",
    "operator": "import operator\n",
    "random": "import random\n",
    "contextlib": "import contextlib\n",
    "math": "import math\n",
    "Enum": "from enum import Enum\n",
    "NamedTuple": "from typing import NamedTuple\n",
    "np": "import numpy as np\n",
    "npt": "import numpy.typing as npt\n",
    "nn": "from scriptc import nn\n",
}
WORD = re.compile(r"\w+")


def complete(body: str, calls: str) -> str:
    """`body` with the imports and definitions in front that it and the calls need."""
    words, parts = set(WORD.findall(body + calls)), []
    for name in reversed(PIECES):  # a piece uses only those before it, or itself
        if name in words:
            parts.append(PIECES[name].lstrip("\n"))
            words.update(WORD.findall(PIECES[name]))
    imports = "".join(text for name, text in IMPORTS.items() if name in words)
    return "\n".join([imports, *reversed(parts), body])
