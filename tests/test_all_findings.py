"""All findings in one run: each cause once, nothing of what follows from it, and nothing in branches that are never taken."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_findings import PRELUDE, _imported

from scriptc import ScriptError

OFFSET = PRELUDE.count("\n")


def findings(text: str, folder: Path) -> list[tuple[int, str]]:
    """(line of the text, code) of everything said of the first object of the module that is refused."""
    path = folder / "model.py"
    path.write_text(PRELUDE + text, encoding="utf-8")
    try:
        _imported(path)
    except ScriptError as e:
        return [(d.span.line - OFFSET if d.span is not None else 0, d.code) for d in e.diagnostics]
    return []


TEN = """\
def helper(a: int) -> int:
    return a


@script
def f(n: int, s: str, x: np.ndarray, t: tuple[int, int], flag: bool):
    a = n + s  # SC202
    b = s.uper()  # SC204
    c = helper(n, n, n)  # SC203
    if flag:
        d = 1
    e = d  # SC402
    g = nowhere  # SC109
    h = np.zeros((2, 3)) + np.zeros((4, 3))  # SC301
    i = ~np.zeros(3, np.float32)  # SC302
    k: int = "text"  # SC207
    p, q, r = t  # SC210
    u = open(s)  # SC110
    return a, b, c, e, g, h, i, k, p, q, r, u
"""


def test_ten_causes_give_ten_findings(tmp_path: Path) -> None:
    expected = [(i, line.partition("# ")[2]) for i, line in enumerate(TEN.splitlines(), 1) if "# SC" in line]
    assert len(expected) == 10
    assert findings(TEN, tmp_path) == expected


ONE_CAUSE = {
    "its value is used again and again": """\
@script
def f(n: int):
    a = n + "x"  # SC202
    b = a * 2
    c = b.nothing + np.sum(a)
    for i in range(a):
        c = c + i
    if a:
        return [a, b]
    return {a: c}.get(b)[0]
""",
    "a helper that is called often": """\
def helper(a):
    return a.nothing  # SC204


@script
def f(n: int):
    return helper(n) + helper(n + 1) * helper(helper(n))
""",
    "a helper that is called with several types": """\
def helper(a, b):
    return missing + a  # SC109


@script
def f(n: int, x: float):
    return helper(n, n) + helper(x, n)
""",
    "in a loop whose types take several turns": """\
@script
def f(n: int):
    a = None
    b = 0
    for i in range(n):
        b = b + 0.5
        c = b.nothing  # SC204
        a = [c]
    return a
""",
    "in a loop inside a loop": """\
@script
def f(n: int):
    total = None
    for i in range(n):
        for k in range(i):
            total = nowhere + k  # SC109
    return total
""",
    "a name of it is left unset": """\
@script
def f(n: int, flag: bool):
    if flag:
        y = n.nothing  # SC204
    else:
        y = 0
    return y + 1
""",
    "an attribute without a first value": """\
class Net:
    def forward(self, x: float) -> float:
        y = self.last
        self.last = x  # SC402
        return self.last + y


net = script(Net())
""",
    "what it gives is unpacked and indexed": """\
@script
def f(n: int):
    a, (b, c) = n.nothing  # SC204
    d = a[b]
    d[c] = 3
    d.append(a)
    del d[0]
    return d, f"{a} {b:>{c}}", lambda: a
""",
    "a comprehension over it": """\
@script
def f(n: int):
    xs = [i.nothing for i in range(n)]  # SC204
    return sorted(x + 1 for x in xs if x), max(xs), {x: 1 for x in xs}
""",
    "it is put into a list": """\
@script
def f(n: int):
    xs, ys, zs, ws = [], [], [n], []
    for i in range(n):
        xs.append(i.nothing)  # SC204
        ys.insert(0, xs[0])
        zs.extend(ys)
        ws += [xs[-1]]
    a = np.stack(xs, axis=0) + np.stack(ys) + np.array(zs) + sum(ws)
    return a, max(xs) - min(ys), xs[0].nothing, "".join(xs), [y + 1 for y in ys]
""",
    "it is put into a dict or a set": """\
@script
def f(n: int):
    d, e, s, t = {}, {}, set(), {}
    for i in range(n):
        d[i] = n.nothing  # SC204
        e.setdefault(i, d[i])
        s.add(d[i])
        t[d[i]] = i
    return np.stack(list(d.values())), sum(e.values()), np.sqrt(d[0]), max(s) + 1, [k.x for k in t]
""",
    "it is put into an attribute's list": """\
class Net:
    def __init__(self):
        self.seen = []

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.seen.append(x.nothing)  # SC204
        return np.concatenate(self.seen)


net = script(Net())
""",
    "it is matched, raised and managed": """\
@script
def f(n: int):
    a = n.nothing  # SC204
    match a:
        case [x, y]:
            return x + y
        case {"k": v}:
            return v
        case _:
            pass
    with a as b:
        pass
    try:
        raise a
    except ValueError as e:
        return str(e), b
    assert a, "text"
    return a if a else -a
""",
    "a test that is refused": """\
@script
def f(n: int):
    if n.nothing > 3:  # SC204
        y = 1
    else:
        y = 2
    while n.nothing:  # SC204
        y += 1
    return y
""",
}


@pytest.mark.parametrize("name", ONE_CAUSE)
def test_one_cause_gives_one_finding(name: str, tmp_path: Path) -> None:
    text = ONE_CAUSE[name]
    expected = [(i, line.partition("# ")[2]) for i, line in enumerate(text.splitlines(), 1) if "# SC" in line]
    assert findings(text, tmp_path) == expected


DEAD = {
    "False": ("", "n: int", "if False:"),
    "0": ("", "n: int", "if 0:"),
    "not True": ("", "n: int", "if not True:"),
    "a constant of the module": ("DEBUG = False", "n: int", "if DEBUG:"),
    "a constant and more": ("DEBUG = False", "n: int", "if DEBUG and n > 3:"),
    "TYPE_CHECKING": ("from typing import TYPE_CHECKING", "n: int", "if TYPE_CHECKING:"),
    "typing.TYPE_CHECKING": ("import typing", "n: int", "if typing.TYPE_CHECKING:"),
    "isinstance of another type": ("", "n: int", "if isinstance(n, str):"),
    "an array is no int": ("", "n: np.ndarray", "if isinstance(n, int):"),
    "is None of what never is": ("", "n: int", "if n is None:"),
    "a platform": ("import sys", "n: int", "if sys.platform == 'nowhere':"),
    "hasattr": ("", "n: int", "if hasattr(n, 'unsqueeze'):"),
    "while False": ("", "n: int", "while False:"),
    "an empty tuple": ("LAYERS = ()", "n: int", "for n in LAYERS:"),
}


@pytest.mark.parametrize("name", DEAD)
def test_nothing_is_found_where_nothing_runs(name: str, tmp_path: Path) -> None:
    head, param, test = DEAD[name]
    inside = "        a = n.nothing + nowhere\n        open('x')\n        return a.b.c\n"
    text = f"{head}\n\n\n@script\ndef f({param}):\n    {test}\n{inside}    return n\n"
    assert findings(text, tmp_path) == []


FROZEN = """\
class Net:
    def __init__(self):
        self.mode = "eval"
        self.fancy = False
        self.extra = None

    def forward(self, x: float) -> float:
        if self.mode == "train":
            return x.nothing
        if self.fancy:
            return nowhere
        if self.extra is not None:
            return self.extra.forward(x)
        y = x if not self.fancy else x.nothing
        return y or x.nothing if self.fancy else y


net = script(Net())
"""


def test_attributes_that_are_known_choose_the_branch(tmp_path: Path) -> None:
    assert findings(FROZEN, tmp_path) == []


def test_after_what_always_leaves_nothing_is_found(tmp_path: Path) -> None:
    text = "@script\ndef f(n: int) -> int:\n    if n > 3:\n        return n\n        n.nothing\n    raise ValueError(n)\n    return n.nothing\n"
    assert findings(text, tmp_path) == []


EACH = {
    "in a loop over what is refused": """\
@script
def f(n: int):
    total = 0
    for x in n.items:  # SC204
        total = total + x
        y = nowhere  # SC109
        if x:
            return x
    return total + y
""",
    "in a loop whose test is refused": """\
@script
def f(n: int):
    while n.left > 0:  # SC204
        n = nowhere  # SC109
    return n
""",
    "in a block under what is refused": """\
@script
def f(path: str):
    with open(path) as file:  # SC110
        text = file.read()
        return nowhere + text  # SC109
""",
    "in the branches of a test that is refused": """\
@script
def f(n: int):
    if n.left:  # SC204
        return nowhere  # SC109
    elif n.right:  # SC204
        return open("x")  # SC110
    return None
""",
    "in several functions": """\
def one(a):
    return a.left  # SC204


def two(a):
    return a.right  # SC204


@script
def f(n: int):
    return one(n) + two(n) + three(n)  # SC109
""",
    "in several methods": """\
class Net:
    def inner(self, x: float) -> float:
        return x.left  # SC204

    def outer(self, x: float) -> float:
        return x + nowhere  # SC109

    def forward(self, x: float) -> float:
        return self.inner(x) + self.outer(x) + self.other(x)  # SC204


net = script(Net())
""",
}


@pytest.mark.parametrize("name", EACH)
def test_what_is_inside_something_refused_is_looked_at(name: str, tmp_path: Path) -> None:
    text = EACH[name]
    expected = [(i, line.partition("# ")[2]) for i, line in enumerate(text.splitlines(), 1) if "# SC" in line]
    assert findings(text, tmp_path) == expected
