"""`scriptc lint --fix`: what it changes, what it leaves alone, and what is written."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scriptc.cli import lint_fix
from scriptc.cli.app import run
from scriptc.diagnostics import CODES
from scriptc.lint.fixes import apply

HEAD = "import numpy as np\nfrom scriptc import nn, script\n\n\n"
NET = """class Net(nn.Module):
    def __init__(self):
        self.layers = nn.ModuleList([nn.Linear(3, 3), nn.Linear(3, 3)])

    def forward(self, x: np.ndarray) -> np.ndarray:
{body}
        return x


net = script(Net())
"""
Lint = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def lint(capsys: pytest.CaptureFixture[str]) -> Lint:
    def call(*args: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as e:
            run(["lint", *args])
        out = capsys.readouterr()
        assert "Traceback" not in out.err + out.out
        assert isinstance(e.value.code, int)
        return e.value.code, out.out, out.err

    return call


def fixed(lint: Lint, text: str, *options: str) -> str:
    """The text after its fixes; a second run finds nothing more to fix."""
    Path("m.py").write_text(HEAD + text)
    lint("m.py", *options)
    once = Path("m.py").read_text()
    lint("m.py", *options)
    assert Path("m.py").read_text() == once
    assert once.startswith(HEAD)
    return once.removeprefix(HEAD)


def net(*body: str) -> str:
    return NET.format(body="\n".join(f"        {line}" for line in body))


# -- loops over indices: safe -------------------------------------------------------------------------------------------
def test_index_loop(lint: Lint) -> None:
    text = net("for i in range(len(self.layers)):  # each one", "    # applied", "    x = self.layers[ i ](x) + 1", "    x = self.layers[i](  x )")
    wanted = net("for layer in self.layers:  # each one", "    # applied", "    x = layer(x) + 1", "    x = layer(  x )")
    assert fixed(lint, text, "--fix") == wanted
    assert lint("m.py") == (0, "no findings in 1 file\n", "")


def test_index_loop_takes_a_free_name(lint: Lint) -> None:
    text = net("layer = 2", "for i in range(len(self.layers)):", "    x = self.layers[i](x) * layer")
    assert "for layer_ in self.layers:\n            x = layer_(x) * layer\n" in fixed(lint, text, "--fix")


def test_index_loops_that_share_a_name(lint: Lint) -> None:
    loop = ["for i in range(len(self.layers)):", "    x = (self.layers[i])((self.layers)[i](x))"]
    out = fixed(lint, net(*loop, *loop, "for i in range(3):", "    x = x + i"), "--fix")
    assert out == net(*["for layer in self.layers:", "    x = (layer)(layer(x))"] * 2, "for i in range(3):", "    x = x + i")


@pytest.mark.parametrize(
    "body",
    [
        ["for i in range(2):", "    for i in range(len(self.layers)):", "        x = self.layers[i](x)", "    x = x + i"],
        ["for i in range(len(self.layers)):", "    x = self.layers[i](x)", "    for i in range(2):", "        x = x + i"],
        ["for i in range(len(self.layers)):", "    x = self.layers[i](x)", "f = lambda y: y + i", "x = f(x)"],
        ["for i in range(len(self.layers)):", "    x = self.layers[i](x) + i"],
        ["for i in range(len(self.layers)):", "    x = self.layers[i](x)", "x = x + i"],
        ["for i in range(len(self.layers)):", "    x = self.layers[i](x) * len(self.layers)"],
        ["for i in range(len(self.layers) - 1):", "    x = self.layers[i](x)"],
        ["for i in range(1, len(self.layers)):", "    x = self.layers[i](x)"],
        ["for i in range(len(self.layers)):", "    x = x + 1"],
        ["rows = [1, 2]", "for i in range(len(rows)):", "    x = x + rows[i]"],
    ],
)
def test_index_loops_that_stay(lint: Lint, body: list[str]) -> None:
    assert fixed(lint, net(*body), "--unsafe-fixes") == net(*body)
    assert "SC451" not in lint("m.py")[1]


def test_no_comment_is_lost(lint: Lint) -> None:
    text = net("for i in range(", "    len(self.layers)  # all", "):", "    x = self.layers[i](x)")
    assert fixed(lint, text, "--fix") == text
    assert "SC451" in lint("m.py")[1]


# -- names that are unset on a path: unsafe -----------------------------------------------------------------------------
@pytest.mark.parametrize(("value", "default"), [("2", "0"), ("x * 2", "0.0"), ("x > 1", "False"), ("'a'", '""')])
def test_unset_name(lint: Lint, value: str, default: str) -> None:
    text = f"@script\ndef f(x: float, a: bool):\n    x = x + 1\n\n    # only then\n    if a:\n        y = {value}  # here\n    return y\n"
    assert fixed(lint, text, "--fix") == text
    wanted = text.replace("\n\n    # only", f"\n\n    y = {default}\n    # only")
    assert fixed(lint, text, "--unsafe-fixes") == wanted
    assert lint("m.py")[0] == 0


def test_unset_name_gets_its_default_before_the_loop_that_uses_it(lint: Lint) -> None:
    loop = "    for x in xs:\n        if x > 0:\n            y = x\n        s += y\n"
    text = f"@script\ndef f(xs: list[float]) -> float:\n    s = 0.0\n{loop}    return s\n"
    assert fixed(lint, text, "--unsafe-fixes") == text.replace("    for", "    y = 0.0\n    for")


def test_unset_name_in_a_branch_gets_its_default_there(lint: Lint) -> None:
    text = "@script\ndef f(a: bool, b: bool) -> int:\n    if a:\n        if b:\n            y = 1\n        return y\n    return 2\n"
    assert fixed(lint, text, "--unsafe-fixes") == text.replace("        if b", "        y = 0\n        if b")


@pytest.mark.parametrize("value", ["np.ones(3)", "[1.0]", "None"])
def test_a_default_that_is_not_known_is_left_to_people(lint: Lint, value: str) -> None:
    text = f"@script\ndef f(a: bool):\n    if a:\n        y = {value}\n    return y\n"
    assert fixed(lint, text, "--unsafe-fixes") == text
    assert "fix (manual): set `y` to a default before line 7" in lint("m.py")[1]


def test_values_of_two_types_have_no_default(lint: Lint) -> None:
    text = "@script\ndef f(n: int):\n    if n > 1:\n        y = 1\n    elif n > 0:\n        y = 1.5\n    return y\n"
    assert fixed(lint, text, "--unsafe-fixes") == text


# -- defaults that can be changed: unsafe -------------------------------------------------------------------------------
def test_mutable_default(lint: Lint) -> None:
    text = '@script\ndef f(x: float, seen: list[float] = [1.0]) -> list[float]:  # grows\n    """Doc."""\n    seen.append(x)\n    return seen\n'
    wanted = text.replace(" = [1.0]", " | None = None").replace('."""\n', '."""\n    if seen is None:\n        seen = [1.0]\n')
    assert fixed(lint, text, "--fix") == text
    assert fixed(lint, text, "--unsafe-fixes") == wanted
    assert lint("m.py")[0] == 0


def test_mutable_defaults_of_one_function_do_not_clash(lint: Lint) -> None:
    text = "@script\ndef f(a: list[int] = [], *, b: list[int] = []):\n    return len(a) + len(b)\n"
    out = fixed(lint, text, "--unsafe-fixes")
    assert out.startswith("@script\ndef f(a: list[int] | None = None, *, b: list[int] | None = None):\n")
    assert lint("m.py")[0] == 0


@pytest.mark.parametrize(
    ("default", "annotation"),
    [("[1, 2]", "list[int]"), ("np.zeros(3)", "np.ndarray"), ("[('a', 1.5)]", "list[tuple[str, float]]"), ("{'a': [True]}", "dict[str, list[bool]]")],
)
def test_mutable_default_without_an_annotation_gets_the_one_inferred(lint: Lint, default: str, annotation: str) -> None:
    text = f"@script\ndef f(x: int, seen={default}):\n    return x + len(seen)\n"
    wanted = f"@script\ndef f(x: int, seen: {annotation} | None = None):\n    if seen is None:\n        seen = {default}\n    return x + len(seen)\n"
    assert fixed(lint, text, "--unsafe-fixes") == wanted
    assert lint("m.py")[0] == 0


@pytest.mark.parametrize("rest", ["=[]):\n    return x\n", "=[]):\n    seen = [x]\n    return seen\n", "=[np]):\n    return len(seen)\n"])
def test_mutable_default_whose_type_is_not_known_is_left_to_people(lint: Lint, rest: str) -> None:
    text = f"@script\ndef f(x: int, seen{rest}"
    assert fixed(lint, text, "--unsafe-fixes") == text
    assert "can be fixed" not in lint("m.py")[1]


def test_mutable_default_of_a_helper_needs_no_annotation(lint: Lint) -> None:
    helper = "def helper(x, seen=[]):\n    return x + len(seen)\n"
    out = fixed(lint, f"{helper}\n\n@script\ndef f(x: int):\n    return helper(x)\n", "--unsafe-fixes")
    assert out.startswith("def helper(x, seen=None):\n    if seen is None:\n        seen = []\n")
    assert lint("m.py")[0] == 0


# -- parameters with the type of their default: unsafe ------------------------------------------------------------------
def test_annotation_that_the_default_tells(lint: Lint) -> None:
    helper = "def helper(x, n=1):\n    return x\n"
    text = f"@script\ndef f(x: float, k=3,  # times\n      *, low=-1.5, name='a', other: int = 2):\n    return helper(x * k + low)\n\n\n{helper}"
    assert fixed(lint, text, "--fix") == text
    wanted = text.replace("k=3", "k: int = 3").replace("low=-1.5", "low: float = -1.5")
    assert fixed(lint, text, "--unsafe-fixes") == wanted
    assert lint("m.py")[0] == 0


@pytest.mark.parametrize("call", ["script(f, example=(1.0, 0.5))", "script(Net())"])
def test_annotations_of_other_entry_points(lint: Lint, call: str) -> None:
    model = "class Net(nn.Module):\n    def forward(self, x: float, k=3):\n        return x * k\n"
    text = f"def f(x: float, k=3):\n    return x * k\n\n\n{model}\n\ng = {call}\n"
    wanted = text.replace("(self, x: float, k=3)", "(self, x: float, k: int = 3)")
    assert fixed(lint, text, "--unsafe-fixes") == wanted


# -- types compared with == : unsafe ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("type(x) == int", "isinstance(x, int)"),
        ("type( x )!=int", "not isinstance(x, int)"),
        ("int == type(x)", "isinstance(x, int)"),
        ("(type(x) == int) and x > 1", "(isinstance(x, int)) and x > 1"),
        ("type(x) is int", "type(x) is int"),
    ],
)
def test_type_comparison(lint: Lint, before: str, after: str) -> None:
    text = "@script\ndef f(x: int | float) -> int:\n    if {}:  # whole\n        return 1\n    return 2\n"
    assert fixed(lint, text.format(before), "--fix") == text.format(before)
    assert fixed(lint, text.format(before), "--unsafe-fixes") == text.format(after)
    assert lint("m.py")[0] == 0


# -- files --------------------------------------------------------------------------------------------------------------
LOOP = HEAD + net("for i in range(len(self.layers)):", "    x = self.layers[i](x)")


def test_diff_writes_nothing(lint: Lint) -> None:
    Path("m.py").write_text(LOOP)
    status, out, err = lint("m.py", "--diff")
    assert (status, err) == (1, "")
    assert lint("m.py", "--diff", "--exit-zero") == (0, out, "")
    assert out.startswith("--- m.py\n+++ m.py\n@@ ")
    assert "\n-        for i in range(len(self.layers)):\n" in out
    assert "\n+        for layer in self.layers:\n" in out
    assert Path("m.py").read_text() == LOOP
    lint("m.py", "--fix")
    assert lint("m.py", "--diff") == (0, "", "")


def test_what_is_left_is_reported(lint: Lint) -> None:
    Path("m.py").write_text(LOOP + "\n\n@script\ndef g(a: bool):\n    if a:\n        y = 1\n    return y\n")
    status, out, _ = lint("m.py", "--output-format", "concise")
    assert out.endswith("can be fixed: 1 with --fix, 1 more with --unsafe-fixes\n")
    status, out, err = lint("m.py", "--fix", "--output-format", "concise")
    assert (status, err) == (1, "scriptc: fixed 1 finding in 1 file\n")
    assert "SC402" in out
    assert "SC451" not in out
    assert lint("m.py", "--unsafe-fixes")[0] == 0


def test_line_ends_encoding_and_mode_stay(lint: Lint) -> None:
    raw = ("# -*- coding: latin-1 -*-\n# größe\n" + LOOP).replace("\n", "\r\n").encode("latin-1")
    Path("m.py").write_bytes(raw)
    os.chmod("m.py", 0o640)
    lint("m.py", "--fix")
    wanted = raw.replace(b"for i in range(len(self.layers))", b"for layer in self.layers").replace(b"self.layers[i](x)", b"layer(x)")
    assert Path("m.py").read_bytes() == wanted
    assert os.stat("m.py").st_mode & 0o777 == 0o640
    assert os.listdir() == ["m.py"]


def test_byte_order_mark_tabs_and_form_feeds_stay(lint: Lint) -> None:
    text = LOOP.replace("    ", "\t").replace("\n\n\nclass", "\n\f\nclass").replace("= self.layers[i](x)", "= self.layers[i](x) if 'ü' else x")
    Path("m.py").write_text(text, encoding="utf-8-sig", newline="")
    lint("m.py", "--fix")
    wanted = text.replace("i in range(len(self.layers))", "layer in self.layers").replace("self.layers[i](x)", "layer(x)")
    assert Path("m.py").read_bytes() == wanted.encode("utf-8-sig")


def test_suppressed_findings_and_broken_files_are_left_alone(lint: Lint) -> None:
    Path("m.py").write_text(LOOP.replace("layers)):", "layers)):  # noqa: SC451"))
    Path("broken.py").write_text("from scriptc import script\ndef f(:\n")
    before = {p: p.read_bytes() for p in Path().iterdir()}
    assert lint(".", "--unsafe-fixes")[0] == 1
    assert {p: p.read_bytes() for p in Path().iterdir()} == before


def test_a_result_that_is_no_python_is_not_written(lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("m.py").write_text(LOOP)
    monkeypatch.setattr(apply, "_parses", lambda text: False)
    assert lint("m.py", "--fix")[0] == 1
    assert Path("m.py").read_text() == LOOP


def test_a_failed_write_leaves_the_old_file(lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(source: str, target: str) -> None:
        raise OSError("no room")

    Path("m.py").write_text(LOOP)
    monkeypatch.setattr(os, "replace", fails)
    assert lint("m.py", "--fix")[0] == 2
    assert os.listdir() == ["m.py"]
    assert Path("m.py").read_text() == LOOP


def test_formats_say_that_there_is_a_fix(lint: Lint) -> None:
    Path("m.py").write_text(LOOP)
    assert "= fix (safe): loop over `self.layers` itself\n" in lint("m.py")[1]
    wanted = {"title": "loop over `self.layers` itself", "applicability": "safe"}
    assert json.loads(lint("m.py", "--output-format", "json")[1])[0]["fix"] == wanted
    assert json.loads(lint("m.py", "--output-format", "sarif")[1])["runs"][0]["results"][0]["properties"]["fix"] == wanted


def test_without_libcst(lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lint_fix.importlib.util, "find_spec", lambda name: None)
    Path("m.py").write_text(LOOP)
    assert lint("m.py", "--fix") == (2, "", "scriptc: fixes need libcst: pip install 'scriptc[lint]'\n")


def test_standard_input_cannot_be_fixed(lint: Lint) -> None:
    assert lint("-", "--fix")[0] == 2


def test_lint_alone_does_not_import_libcst() -> None:
    Path("m.py").write_text(LOOP)
    text = "import sys\nfrom scriptc.lint.run import lint_files\nassert lint_files(['m.py']).diagnostics[0].fix\nassert 'libcst' not in sys.modules\n"
    subprocess.run([sys.executable, "-c", text], check=True)


@pytest.mark.parametrize("code", ["SC251", "SC252", "SC402", "SC451", "SC551"])
def test_the_examples_of_codes_with_fixes_are_mended(lint: Lint, code: str) -> None:
    bad = CODES[code].bad
    assert bad is not None
    Path("m.py").write_text(bad)
    lint("m.py", "--unsafe-fixes")
    status, out, _ = lint("m.py")
    assert status == 0 or "fix (manual)" in out


def test_a_fixed_model_computes_the_same(lint: Lint) -> None:
    Path("m.py").write_text(LOOP)
    lint("m.py", "--fix")
    before, after = ({}, {})
    for text, names in ((LOOP, before), (Path("m.py").read_text(), after)):
        exec(text.replace("net = script(Net())", "np.random.seed(0)"), names)
    one, other = before["Net"](), after["Net"]()
    other.layers = one.layers
    x = before["np"].ones(3, dtype="float32")
    assert one(x).tobytes() == other(x).tobytes()


def test_a_fix_that_brings_an_error_is_left_out_and_the_others_are_made(lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.import_module("scriptc.lint.rules.mutable_default"), "inferred", lambda *given: "str")  # which it is not
    Path("m.py").write_text(HEAD + "@script\ndef f(a: bool, t=[1]):\n    if type(a) == bool:\n        t.append(2)\n    return len(t)\n")
    Path("n.py").write_text(LOOP)
    status, out, err = lint("m.py", "n.py", "--unsafe-fixes", "--output-format", "concise")
    assert "SC551" in out
    assert "isinstance(a, bool)" in Path("m.py").read_text()
    assert "t=[1]" in Path("m.py").read_text()
    assert "for layer in" in Path("n.py").read_text()
    assert (status, err) == (1, "scriptc: fixed 2 findings in 2 files\n")


EVERYTHING = """@script
class Net(nn.Module):
    def __init__(self):
        self.layers = nn.ModuleList([nn.Linear(3, 3)])

    def forward(self, x: np.ndarray, k=2, seen=[1.0], *, low=-1.5):  # all at once
        for i in range(len(self.layers)):
            x = self.layers[i](x)
        if x.mean() > k: rate = 0.5; n = 1
        if type(k) == int:
            # below
            for j in range(k):
                name = "a"
            low += len(name)
        return x * rate * low + len(seen), n
"""


def test_a_second_run_has_nothing_left_to_fix_and_tells_what_the_first_one_told(lint: Lint) -> None:
    once = fixed(lint, EVERYTHING, "--unsafe-fixes")
    assert once != EVERYTHING
    path = Path("m.py")
    path.write_text(HEAD + EVERYTHING)
    _, told, _ = lint("m.py", "--unsafe-fixes", "--output-format", "json")
    assert path.read_text() == HEAD + once
    assert lint("m.py", "--unsafe-fixes", "--output-format", "json") == (0, told, "")
    assert path.read_text() == HEAD + once
    assert lint("m.py", "--output-format", "json", "--no-cache")[1] == told == "[]\n"
