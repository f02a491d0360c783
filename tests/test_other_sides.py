"""The other places that a finding shows, by line: what sets a name and what leaves it unset, and where values and dimensions came from."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_findings import PRELUDE, _imported

from scriptc import ScriptError
from scriptc.diagnostics import Diagnostic

OFFSET = PRELUDE.count("\n")


def refused(text: str, folder: Path) -> Diagnostic:
    path = folder / "model.py"
    path.write_text(PRELUDE + text, encoding="utf-8")
    with pytest.raises(ScriptError) as e:
        _imported(path)
    (found,) = e.value.diagnostics
    assert all(label.span.file in e.value.files for label in (*found.secondary, *found.calls))
    return found


def told(d: Diagnostic) -> list[str]:
    """`line: words` of each other place, in the order of the text."""
    return [f"{label.span.line - OFFSET}: {label.text}" for label in sorted(d.secondary, key=lambda s: (s.span.line, s.span.column))]


IF_FALSE, EMPTY = "not set where this is false", "not set where this is empty"
UNSET: dict[str, tuple[str, list[str]]] = {
    "one branch": ("if k:\n    y = 1\nreturn y", ["3: " + IF_FALSE, "4: set here"]),
    "the other branch": ("if k:\n    pass\nelse:\n    y = 1\nreturn y", ["3: not set where this is true", "6: set here"]),
    "a branch inside a branch": ("y = 0\nif k:\n    del y\n    if n:\n        y = 1\nreturn y", ["3: set here", "5: deleted here", "7: set here"]),
    "a branch that leaves plays no part": ("if k:\n    y = 1\nelif n > 3:\n    return 0\nreturn y", ["3: " + IF_FALSE, "4: set here"]),
    "a loop": ("for i in xs:\n    y = i\nreturn y", ["3: " + EMPTY, "4: set here"]),
    "the variable of a loop": ("for y in xs:\n    pass\nreturn y", ["3: set here", "3: " + EMPTY]),
    "a loop that always runs": ("for i in range(3):\n    if k:\n        y = i\nreturn y", ["4: " + IF_FALSE, "5: set here"]),
    "a break before it": (
        "while True:\n    if k:\n        break\n    y = 1\n    k = n > 3\nreturn y",
        ["5: not set where the loop is left here", "6: set here"],
    ),
    "while": ("while n > 0:\n    n -= 1\n    y = n\nreturn y", ["3: not set where this is false at once", "5: set here"]),
    "an exception before it": (
        "try:\n    y = 1 // n\nexcept ZeroDivisionError:\n    pass\nreturn y",
        ["4: set here", "5: not set where this is reached"],
    ),
    "match": (
        "match n:\n    case 0:\n        y = 1\n    case 1:\n        pass\n    case _:\n        y = 2\nreturn y",
        ["5: set here", "6: not set in this case", "9: set here"],
    ),
    "after it": ("z = y\ny = 1\nreturn z", ["4: set only here, after that"]),
    "its own loop": ("for i in xs:\n    if i:\n        print(y)\n    y = i\nreturn 0", ["6: set here"]),
    "the name of a handler": (
        "e = 1\ntry:\n    n //= n\nexcept ZeroDivisionError as e:\n    pass\nreturn e",
        ["3: set here", "6: unset again at the end of this"],
    ),
    "with": ("with np.errstate(all='ignore'):\n    if k:\n        y = 1\nreturn y", ["4: " + IF_FALSE, "5: set here"]),
    "an inner function": ("if k:\n    def y():\n        return 1\nreturn y()", ["3: " + IF_FALSE, "4: set here"]),
    "augmented": ("if k:\n    y = 1\ny += 1\nreturn y", ["3: " + IF_FALSE, "4: set here"]),
}


@pytest.mark.parametrize("name", UNSET)
def test_what_leaves_a_name_unset(name: str, tmp_path: Path) -> None:
    body, expected = UNSET[name]
    text = "@script\ndef f(n: int, k: bool, xs: list[int]):\n    " + body.replace("\n", "\n    ") + "\n"
    found = refused(text, tmp_path)
    assert found.code == "SC402"
    assert told(found) == expected


SIDES: dict[str, tuple[str, list[str]]] = {
    "both operands": ("@script\ndef f(n: int):\n    s = 'a'\n    return n - s\n", ["2: declared here", "3: `str` here", "4: `int`", "4: `str`"]),
    "both values at a join": (
        "@script\ndef f(k: bool):\n    if k:\n        y = 'a'\n    else:\n        y = 1\n    return y - 1\n",
        ["4: `str` here", "6: `int` here", "7: `int | str`", "7: `int`"],
    ),
    "the entry of a loop and its back edge": (
        "@script\ndef f(xs: list[int]):\n    y = None\n    for x in xs:\n        z = y + 1\n        y = x\n    return y\n",
        ["3: `None` here", "5: `int | None`", "5: `int`", "6: `int` here"],
    ),
    "both returns": (
        "def g(k: bool):\n    if k:\n        return 'a'\n    return 1\n\n\n@script\ndef f(k: bool):\n    return g(k) - 1\n",
        ["3: `str` returned here", "4: `int` returned here", "9: `int | str`", "9: `int`"],
    ),
    "no return on one path": (
        "def g(k: bool):\n    if k:\n        return 1\n\n\n@script\ndef f(k: bool):\n    return g(k) - 1\n",
        ["1: this may end without `return`, which gives `None`", "3: `int` returned here", "8: `int | None`", "8: `int`"],
    ),
    "annotation and value": ("@script\ndef f(s: str):\n    n: int = s\n    return n\n", ["2: declared here", "3: declared `int`"]),
    "two items of a list": (
        "@script\ndef f(n: int):\n    xs = [n, 'a', n]\n    return max(xs)\n",
        ["3: `int` here", "3: `str` here", "4: `list[int | str]`"],
    ),
    "an item and what is put in": (
        "@script\ndef f(n: int):\n    xs = [n]\n    xs[0] = 'a'\n    return max(xs)\n",
        ["3: `int` here", "4: `str` put in here", "5: `list[int | str]`"],
    ),
    "the argument and the parameter": (
        "def g(a, b):\n    return a - b\n\n\n@script\ndef f(n: int, s: str):\n    return g(n, s)\n",
        ["1: `int` in this call", "1: `str` in this call", "2: `int`", "2: `str`"],
    ),
    "the dimensions of a creation": (
        "@script\ndef f(n: int):\n    a = np.zeros((2, 3)) * 2\n    b = np.ones((5, n)).T\n    return a + np.zeros(7) - b\n",
        ["3: `float64[2, 3]` has its 3 from here", "5: `float64[2, 3]`", "5: `float64[7]`"],
    ),
    "the dimensions of an attribute and of a caller's array": (
        "class Net:\n    def __init__(self):\n        self.w = np.zeros((4, 3))\n\n"
        "    def apply(self, x):\n        y = np.tanh(x)\n        return y @ self.w\n\n"
        "    def forward(self, n: int):\n        return self.apply(np.ones((2, 5)))\n\n\nnet = script(Net())\n",
        ["3: `float64[4, 3]`, set here", "7: `float64[2, 5]`", "7: `float64[4, 3]`", "10: `float64[2, 5]` has its 5 from here"],
    ),
    "a global": (
        "W = np.zeros((2, 3))\n\n\n@script\ndef f(n: int):\n    return W + np.ones((n, 4))\n",
        ["1: `float64[2, 3]`, set here", "6: `float64[2, 3]`", "6: `float64[?, 4]`"],
    ),
    "what may be None, and where": (
        "class Net:\n    def __init__(self):\n        self.last = None\n\n    def forward(self, x: float) -> float:\n"
        "        y = self.last\n        self.last = x\n        return y * 2\n\n\nnet = script(Net())\n",
        ["6: `float | None` here", "8: `float | None`", "8: `int`"],
    ),
}


@pytest.mark.parametrize("name", SIDES)
def test_both_sides(name: str, tmp_path: Path) -> None:
    text, expected = SIDES[name]
    assert told(refused(text, tmp_path)) == expected


def test_the_calls_that_led_there_in_the_users_own_files(tmp_path: Path) -> None:
    text = "def g(a):\n    return np.median(a - 's')\n\n\ndef h(a):\n    return g(a) + 1\n\n\n@script\ndef f(n: int):\n    return h(n)\n"
    found = refused(text, tmp_path)
    assert [label.span.line - OFFSET for label in found.calls] == [6, 11]


def test_a_fault_inside_a_layer_is_told_at_the_call_of_it(tmp_path: Path) -> None:
    text = (
        "from scriptc import nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n        self.layer = nn.Linear(4, 4)\n\n"
        "    def inner(self, s):\n        return self.layer(s)\n\n"
        "    def forward(self, s: str):\n        return self.inner(s)\n\n\nnet = script(Net())\n"
    )
    found = refused(text, tmp_path)
    assert found.span is not None
    assert found.span.line - OFFSET == 9
    assert [label.span.line - OFFSET for label in found.calls] == [12]
    assert found.notes == ("found inside `Linear.forward`, which this calls",)
    assert told(found) == ["8: `str` in this call", "9: `str`"]
