"""The warnings: for each rule what it finds, and what is as legal and not surprising."""

from __future__ import annotations

from pathlib import Path

import pytest

from scriptc.diagnostics import Diagnostic
from scriptc.lint.files import python_files
from scriptc.lint.run import lint_files

ROOT = Path(__file__).resolve().parent.parent
HEAD = "import math\nimport time\nimport warnings\nimport numpy as np\nfrom scriptc import nn, script\n"
LINES = HEAD.count("\n")


def findings(text: str, **others: str) -> list[Diagnostic]:
    """What lint finds in `m.py`, and in the other files it is given by name."""
    Path("m.py").write_text(HEAD + text)
    for name, other in others.items():
        Path(f"{name}.py").write_text(HEAD + other)
    return lint_files(["m.py"]).diagnostics


def places(text: str, **others: str) -> list[str]:
    """Code and line of each finding, lines counted in `text`."""
    return [f"{d.code}:{d.place[1] - LINES}" for d in findings(text, **others)]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_nothing_is_said_of_our_own_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_files(python_files(["samples", "scriptc/nn"])).diagnostics == []


# -- float equality -----------------------------------------------------------------------------------------------------
FLOATS = "@script\ndef f(x: float, y: float, n: int, a: np.ndarray, b: list[float], s: str):\n    return {}\n"


@pytest.mark.parametrize(
    "expression",
    ["x == y", "x != y", "x == 1.0", "x == n", "x + y == 0.3", "0.1 < x == y", "b[0] == x", "np.ones(3) == np.zeros(3) + x", "[v == x for v in b]"],
)
def test_float_equality(expression: str) -> None:
    assert places(FLOATS.format(expression)) == ["SC250:3"]


@pytest.mark.parametrize(
    "expression",
    [
        "x == 0", "x != 0.0", "x == math.inf", "x == -math.inf", "x != x", "x + y == x", "x == y + x", "x == round(x)", "x == math.floor(x)",
        "x == float(int(x))", "b[0] == max(b)", "n == 3", "s == 'a'", "a == 1", "len(b) == n", "x is None", "x <= y", "0.5 == 0.25",
        "np.ones(3, dtype=np.int64) == 1",
    ],
)  # fmt: skip
def test_comparisons_that_are_meant(expression: str) -> None:
    assert places(FLOATS.format(expression)) == []


def test_settings_of_a_model_are_compared_when_compiling() -> None:
    init = "class Net(nn.Module):\n    def __init__(self):\n        self.p = 0.5\n"
    model = f"{init}    def forward(self, x: float):\n        return x if self.p == 0.5 else 0.0\n"
    assert places(model) == []


# -- arrays rebuilt -----------------------------------------------------------------------------------------------------
def loop(head: str, body: str) -> str:
    start = "@script\ndef f(xs: list[float], n: int, a: np.ndarray):\n    out = np.zeros(0)\n    i = 0\n"
    return f"{start}    {head}:\n        i += 1\n        {body}\n    return out\n"


APPEND = "out = np.append(out, 1.0)"


@pytest.mark.parametrize(
    "head", ["for x in xs", "for _ in range(n)", "for _ in range(len(xs))", "while i < n", "for k, x in enumerate(xs)", "for row in a"]
)
def test_loops_that_rebuild(head: str) -> None:
    assert places(loop(head, APPEND)) == ["SC450:7"]


@pytest.mark.parametrize("head", ["for x in (1, 2)", "for x in [1, 2]", "for _ in range(3)", "for x in np.zeros(3)", "for x, y in zip((1, 2), xs)"])
def test_loops_of_known_length(head: str) -> None:
    assert places(loop(head, APPEND)) == []


@pytest.mark.parametrize("call", ["np.append(out, 1.0)", "np.concatenate([out, a])", "np.hstack((out, a))", "np.concatenate([a, out], axis=0)"])
def test_ways_to_rebuild(call: str) -> None:
    found = findings(loop("for x in xs", f"out = {call}"))
    assert [d.code for d in found] == ["SC450"]
    assert found[0].secondary[0].text == "on each turn of this loop"


@pytest.mark.parametrize(
    "body",
    [
        "out = np.append(a, 1.0)",
        "out = np.concatenate([a, a])",
        "out = np.concatenate([out, a])[-3:]",
        "out = np.append(out, 1.0); out = out[-3:]",
        "out = out + 1.0",
    ],
)
def test_assignments_that_do_not_grow(body: str) -> None:
    assert places(loop("for x in xs", body)) == []


def test_layers_of_a_model_may_be_put_together() -> None:
    model = """
class Net(nn.Module):
    def __init__(self):
        self.layers = nn.ModuleList([nn.Linear(3, 3), nn.Linear(3, 3)])

    def forward(self, x: np.ndarray):
        out = np.zeros(0, np.float32)
        for layer in self.layers:
            out = np.concatenate([out, layer(x)])
        for i in range(len(self.layers)):
            out = np.append(out, 1.0)
        return out
"""
    assert places(model) == []


# -- captured globals ---------------------------------------------------------------------------------------------------
READER = "SCALE = [2.0]\n@script\ndef f(x: float):\n    return x * SCALE[0]\n"


@pytest.mark.parametrize(
    "later",
    [
        "SCALE = [3.0]", "SCALE[0] = 3.0", "SCALE.append(1.0)", "SCALE += [1.0]", "del SCALE[0]", "for SCALE in ([1.0], [2.0]):\n    pass",
        "if f(1.0) > 2.0:\n    SCALE = [3.0]", "def change():\n    global SCALE\n    SCALE = [3.0]", "def change():\n    SCALE[0] = 3.0",
        "class A:\n    def change(self):\n        SCALE.clear()",
    ],
)  # fmt: skip
def test_captured_global_changed(later: str) -> None:
    found = findings(READER + later + "\n")
    assert [(d.code, d.place[1] - LINES) for d in found] == [("SC550", 4)]
    assert found[0].secondary[0].span.line - LINES > 4


@pytest.mark.parametrize(
    "later",
    [
        "print(SCALE)", "OTHER = SCALE", "def g(SCALE):\n    SCALE[0] = 3.0", "def g():\n    SCALE = [1.0]\n    SCALE[0] = 3.0", "other.SCALE = 3.0",
        "class A:\n    SCALE = 3.0", "[SCALE for SCALE in (1, 2)]", "SCALE: list",
    ],
)  # fmt: skip
def test_globals_that_are_not_changed(later: str) -> None:
    assert places("class Other: pass\nother = Other()\n" + READER + later + "\n") == []


@pytest.mark.parametrize(
    "text",
    [
        "SCALE = 1.0\nSCALE = 2.0\n@script\ndef f(x: float):\n    return x * SCALE\n",
        "@script\ndef f(x: float):\n    return x * SCALE\nSCALE = 2.0\n",
        "def f(x: float):\n    return x * SCALE\nSCALE = 2.0\nSCALE = 3.0\nf = script(f)\n",
        "def g(x: float):\n    return x\n@script\ndef f(x: float):\n    return g(x)\ng = script(g)\n",
        "T = {}\ndef register(fn):\n    T['a'] = 2.0\n    return fn\n@register\ndef g():\n    pass\n"
        "@script\ndef f(x: float):\n    return x * T['a']\n",
    ],
)
def test_changes_before_it_is_compiled(text: str) -> None:
    assert places(text) == []


def test_global_read_by_a_helper_and_compiled_by_a_call() -> None:
    text = "SCALE = 2.0\ndef helper(x: float):\n    return x * SCALE\ndef f(x: float):\n    return helper(x)\nmodel = script(f)\nSCALE = 3.0\n"
    assert places(text) == ["SC550:3"]


def test_global_of_another_module() -> None:
    reader = "import config\n@script\ndef f(x: float):\n    return x * config.scaled(x)\n"
    config = "SCALE = 2.0\ndef scaled(x: float):\n    return x * SCALE\n"
    found = findings(reader + "config.SCALE = 3.0\n", config=config)
    assert [d.code for d in found] == ["SC550"]
    assert places(reader, config=config) == []
    assert places(reader.replace("@script", "config.SCALE = 3.0\n@script"), config=config) == []


def test_function_rebound_to_its_compiled_form() -> None:
    assert places("def f(x: float, seen: list[float] = []):\n    return x\nf = script(f)\n") == ["SC551:1"]


# -- defaults -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("default", ["[]", "{}", "[1.0]", "{'a': 1}", "list()", "np.zeros(3)", "[i for i in range(3)]"])
def test_mutable_default(default: str) -> None:
    text = f"@script\ndef f(x: float, *, a: {'dict[str, int]' if '{' in default else 'list[float]'} = {default}):\n    return x\n"
    assert places(text.replace("list[float] = np", "np.ndarray = np").replace("list[float] = [i", "list[int] = [i")) == ["SC551:2"]


@pytest.mark.parametrize("default", ["()", "1.0", "'a'", "np.float32(1)", "math.pi", "(1, 2)"])
def test_defaults_that_cannot_change(default: str) -> None:
    assert "SC551:2" not in places(f"@script\ndef f(x: float, y={default}):\n    return x\n")


def test_default_of_a_helper_is_only_of_interest_when_reached() -> None:
    text = "def helper(x: float, seen: list[float] = []):\n    return x\n@script\ndef f(x: float):\n    return {}\n"
    assert places(text.format("helper(x)")) == ["SC551:1"]
    assert places(text.format("x")) == []


# -- models changed from outside ----------------------------------------------------------------------------------------
NET = """class Net:
    def __init__(self):
        self.scale, self.sizes, self.w = 2.0, [1.0, 2.0], np.ones(3)
    def forward(self, x: float):
        return x * self.scale * self.sizes[0]
    def step(self, x: float):
        return x * 2
net = Net()
"""
AT = NET.count("\n")


@pytest.mark.parametrize("change", ["net.scale = 3.0", "net.scale *= 2", "net.sizes.append(2.0)", "if x:\n    net.scale = 1.0"])
def test_attribute_changed_outside(change: str) -> None:
    found = findings(f"{NET}model = script(net)\nx = 1\n{change}\n")
    assert [d.code for d in found] == ["SC552"]
    assert found[0].secondary[0].span.line == LINES + AT + 1


@pytest.mark.parametrize(
    "text",
    [
        "net.scale = 3.0\nmodel = script(net)",
        "model = script(net)\nnet.w[0] = 3.0",
        "model = script(net)\nnet = Net()\nnet.scale = 3.0",
        "net = script(net)\nnet.scale = 3.0",
        "model = script(net)\nnet.scale = 3.0\nmodel = script(net)",
        "model = script(net)\nother = Net()\nother.scale = 3.0",
        "if x:\n    model = script(net)\nelse:\n    net.scale = 3.0",
        "model = script(Net())\nmodel.scale = 3.0",
    ],
)
def test_changes_that_are_seen(text: str) -> None:
    assert places(f"x = 1\n{NET}{text}\n") == []


def test_attribute_changed_outside_of_a_method_and_in_a_function() -> None:
    assert places(f"{NET}step = script(net.step)\nnet.scale = 3.0\n") == [f"SC552:{AT + 2}"]
    assert places(f"{NET}def main():\n    model = script(net)\n    net.scale = 3.0\n") == [f"SC552:{AT + 3}"]


# -- input and output ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("statement", ["print(x)", "warnings.warn('a')", "self.helper(x)"])
def test_output_in_forward(statement: str) -> None:
    forward = f"class Net(nn.Module):\n    def forward(self, x: float):\n        {statement}\n        return x\n"
    assert [p.partition(":")[0] for p in places(f"{forward}    def helper(self, x: float):\n        print(x)\n")] == ["SC553"]


def test_time_in_forward_is_refused_and_said_once() -> None:
    assert places("class Net(nn.Module):\n    def forward(self, x: float):\n        return x + time.time()\n") == ["SC110:3"]


@pytest.mark.parametrize(
    "text",
    [
        "@script\ndef f(x: float):\n    print(x)\n    return x\n",
        "class Net(nn.Module):\n    verbose = False\n    def forward(self, x: float):\n"
        "        if self.verbose:\n            print(x)\n        return x\n",
        "class Net(nn.Module):\n    def forward(self, x: float):\n        return x\n    def show(self):\n        print(self)\n",
        "def print(x: float) -> float:\n    return x\nclass Net(nn.Module):\n    def forward(self, x: float):\n        return print(x)\n",
    ],
)
def test_output_elsewhere(text: str) -> None:
    assert places(text) == []
