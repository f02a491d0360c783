"""`scriptc lint`: what it reads, how it ends, what it prints."""

from __future__ import annotations

import functools
import io
import json
import os
import pty
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scriptc.cli.app import run
from scriptc.cli.progress import PATIENCE, Bar
from scriptc.cli.watching import watch
from scriptc.lint import check
from scriptc.lint.formats import PEOPLE, PROGRAMS

ROOT = Path(__file__).parent.parent
HEAD = "import numpy as np\nfrom scriptc import script\n\n\n"
UNSET = HEAD + "@script\ndef f(x: np.ndarray, flag: bool):\n    if flag:\n        y = x\n    return y\n"
GOOD = HEAD + "@script\ndef f(x: np.ndarray):\n    return x + 1\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    yield tmp_path


Lint = Callable[..., tuple[int, str, str]]


@pytest.fixture
def lint(capsys: pytest.CaptureFixture[str]) -> Lint:
    def call(*args: object) -> tuple[int, str, str]:
        """Exit code, standard output, standard error."""
        with pytest.raises(SystemExit) as e:
            run(["lint", *(str(a) for a in args)])
        out = capsys.readouterr()
        assert "Traceback" not in out.err + out.out
        assert isinstance(e.value.code, int)
        return e.value.code, out.out, out.err

    return call


def stdin(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


# ---------------------------------------------------------------------------------------------- how it ends


def test_exit_codes(lint: Lint, folder: Path) -> None:
    (folder / "good.py").write_text(GOOD)
    (folder / "bad.py").write_text(UNSET)
    assert lint("good.py") == (0, "no findings in 1 file\n", "")
    assert lint("bad.py")[0] == 1
    assert lint("bad.py", "--exit-zero")[0] == 0
    assert lint("missing.py") == (2, "", "scriptc: there is no file or folder 'missing.py'\n")
    assert lint("good.py", "--no-such-option")[0] == 2
    assert lint("good.py", "--output-format", "yaml")[0] == 2


def test_the_current_folder_is_looked_at_without_a_path(lint: Lint, folder: Path) -> None:
    (folder / "pkg").mkdir()
    (folder / "pkg" / "bad.py").write_text(UNSET)
    (folder / "notes.txt").write_text("(")
    status, out, _ = lint("--output-format", "concise")
    assert status == 1
    assert out.startswith(f"{os.path.join('pkg', 'bad.py')}:9:12: error[SC402] `y` may not be set here\n1 error in 1 file (1 file looked at)\n")


def test_an_empty_folder(lint: Lint, folder: Path) -> None:
    assert lint() == (0, "no findings in 0 files\n", "scriptc: there is no Python file in .\n")


def test_exclude(lint: Lint, folder: Path) -> None:
    for name in ("a", "skip", "b"):
        (folder / name).mkdir()
        (folder / name / "bad.py").write_text(UNSET)
    status, out, _ = lint("--exclude", "skip", "--exclude", "b/*", "--output-format", "json")
    assert (status, [d["path"] for d in json.loads(out)]) == (1, [os.path.join("a", "bad.py")])


def test_paths_are_told_from_the_current_folder(lint: Lint, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "bad.py").write_text(UNSET)
    (folder / "inner").mkdir()
    assert lint(folder / "bad.py", "--output-format", "concise")[1].startswith("bad.py:9:12: ")
    assert "bad.py:9:12" in lint(folder / "bad.py")[1].replace(str(folder), "FOLDER")
    assert "FOLDER" not in lint(folder / "bad.py")[1].replace(str(folder), "FOLDER")
    monkeypatch.chdir(folder / "inner")
    assert lint(os.path.join("..", "bad.py"), "--output-format", "concise")[1].startswith(f"{folder / 'bad.py'}:9:12: ")


def test_every_finding_of_several_files_once(lint: Lint, folder: Path) -> None:
    helper = HEAD + "def helper(x):\n    return x.nothing\n"
    (folder / "helper.py").write_text(helper)
    for name in ("one", "two"):
        (folder / f"{name}.py").write_text(HEAD + "from helper import helper\n\n\n@script\ndef f(x: int):\n    return helper(x)\n")
    both = json.loads(lint("one.py", "two.py", "--output-format", "json")[1])
    assert {(d["path"], d["start"]["line"]) for d in both} == {("helper.py", 6)}
    found = json.loads(lint("one.py", "--output-format", "json")[1])
    assert [(d["path"], d["start"]["line"], [c["path"] for c in d["calls"]]) for d in found] == [("helper.py", 6, ["one.py"])]
    text = lint("one.py")[1]
    assert " --> helper.py:6:12\n" in text
    assert " ::: one.py:" in text
    assert "called here" in text


# ---------------------------------------------------------------------------------------------- texts of every kind


def columns(out: str) -> list[tuple[int, int, int, int]]:
    return [(d["start"]["line"], d["start"]["column"], d["end"]["line"], d["end"]["column"]) for d in json.loads(out)]


@pytest.mark.parametrize(
    ("text", "place", "mark"),
    [
        ("    é = '日本' + x\n", (7, 9, 7, 17), "        ------^^^-"),
        ("    s = '\U0001f600' + x\n", (7, 9, 7, 16), "        ----^^^-"),
        ("    s = 'e\u0301' + x\n", (7, 9, 7, 17), "        ---^^^-"),
        ("\ts =\t'a' + x\n", (7, 6, 7, 13), "           ---^^^-"),
        ("\x0c    s = 'a' + x\n", (7, 10, 7, 17), "         ---^^^-"),
        ("    s = 'a' + x", (7, 9, 7, 16), "        ---^^^-"),
    ],
    ids=["wide", "emoji", "combining", "tab", "form feed", "no newline at the end"],
)
def test_columns_count_characters_and_marks_fit_below(lint: Lint, folder: Path, text: str, place: tuple[int, ...], mark: str) -> None:
    (folder / "m.py").write_text(HEAD + "@script\ndef f(x: int):\n" + text, encoding="utf-8")
    assert columns(lint("m.py", "--output-format", "json")[1]) == [place]
    assert f"\n  | {mark} `int`\n" in lint("m.py")[1]


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_of_other_systems(lint: Lint, folder: Path, monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    data = UNSET.replace("\n", end).encode()
    (folder / "m.py").write_bytes(data)
    assert columns(lint("m.py", "--output-format", "json")[1]) == [(9, 12, 9, 13)]
    stdin(monkeypatch, data)
    status, out, _ = lint("-")
    assert status == 1
    assert " --> <stdin>:9:12\n  |\n7 |     if flag:\n  |        ---- not set where this is false\n" in out
    assert "\n9 |     return y\n  |            ^ used here\n" in out
    assert "\r" not in out


def test_a_span_over_lines(lint: Lint, folder: Path) -> None:
    (folder / "m.py").write_text(HEAD + "@script\ndef f(x: int):\n    return ('a' +\n        x)\n")
    assert columns(lint("m.py", "--output-format", "json")[1]) == [(7, 13, 8, 10)]
    expected = "7 |       return ('a' +\n  |               --- `str`\n  |  _____________^\n8 | |         x)\n  | |         - `int`\n  | |_________^\n"
    assert expected in lint("m.py")[1]


def test_standard_input(lint: Lint, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stdin(monkeypatch, UNSET.encode())
    assert lint("-", "--stdin-filename", "net.py", "--output-format", "concise")[1].startswith("net.py:9:12: error[SC402]")
    stdin(monkeypatch, GOOD.encode())
    (folder / "net.py").write_text(UNSET)
    assert lint("-", "--stdin-filename", "net.py") == (0, "no findings in 1 file\n", "")
    stdin(monkeypatch, b"")
    assert lint("-")[0] == 0
    assert lint("-", "net.py")[0] == 2
    assert lint("-", "--watch")[0] == 2


def test_standard_input_sees_the_files_beside_it(lint: Lint, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "pkg").mkdir()
    (folder / "pkg" / "helper.py").write_text("def helper(x):\n    return x.nothing\n")
    stdin(monkeypatch, (HEAD + "from helper import helper\n\n\n@script\ndef f(x: int):\n    return helper(x)\n").encode())
    found = json.loads(lint("-", "--stdin-filename", os.path.join("pkg", "net.py"), "--output-format", "json")[1])
    assert [d["path"] for d in found] == [os.path.join("pkg", "helper.py")]


def test_an_encoding_named_in_the_file(lint: Lint, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = ("# -*- coding: latin-1 -*-\n" + HEAD + "@script\ndef f(x: int):\n    return 'é' + x\n").encode("latin-1")
    (folder / "m.py").write_bytes(data)
    assert columns(lint("m.py", "--output-format", "json")[1]) == [(8, 12, 8, 19)]
    assert "8 |     return 'é' + x\n  |            ---^^^- " in lint("m.py")[1]
    stdin(monkeypatch, data)
    assert columns(lint("-", "--output-format", "json")[1]) == [(8, 12, 8, 19)]


# ---------------------------------------------------------------------------------------------- what is no Python

BROKEN = {
    "unclosed": (b"x = 1\ny = (\n", "this is not valid Python: '(' was never closed", (2, 5)),
    "syntax": ("é = '日' $ 1\n".encode(), "this is not valid Python: invalid syntax", (1, 9)),
    "indent": (b"def f():\nreturn 1\n", "this is not valid Python: expected an indented block after function definition on line 1", (2, 1)),
    "bytes": (b"x = 1\r\nab = '\xff'\r\n", "this file is not UTF-8 text: byte 0xff (invalid start byte)", (2, 7)),
    "utf16": ("x = 1\n".encode("utf-16"), "this file is not UTF-8 text: byte 0xff (invalid start byte)", (1, 1)),
    "encoding": (b"# coding: klingon\nx = 1\n", "this file names an encoding that Python does not know: klingon", (1, 1)),
    "null": (b"x = 1  # noqa: SC402\ny = '\0'\n", "this is not valid Python: source code string cannot contain null bytes", (2, 6)),
    "end": (b"try:\n    pass\n", "this is not valid Python: expected 'except' or 'finally' block", (3, 1)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_python(lint: Lint, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    data, message, (line, column) = BROKEN[name]
    (folder / "m.py").write_bytes(data)
    status, out, err = lint("m.py", "--output-format", "concise")
    assert (status, err) == (1, "")
    line_at, column_at = re.findall(r"\d+", out)[:2]
    assert out.splitlines()[0].endswith(f": error[SC100] {message}")
    assert int(column_at) == column or name == "end"
    assert int(line_at) == line or name == "end"
    stdin(monkeypatch, data)
    assert lint("-", "--stdin-filename", "m.py", "--output-format", "concise")[1] == out


@pytest.mark.parametrize("form", [*PEOPLE, *PROGRAMS])
def test_what_is_no_python_is_in_every_format(lint: Lint, folder: Path, form: str) -> None:
    for name, (data, _, _) in BROKEN.items():
        (folder / f"{name}.py").write_bytes(data)
    (folder / "good.py").write_text(GOOD)
    status, out, err = lint("--output-format", form)
    assert (status, err) == (1, "")
    for name in BROKEN:
        assert f"{name}.py" in out


def test_a_file_that_cannot_be_read(lint: Lint, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "bad.py").write_text(UNSET)
    monkeypatch.setattr("scriptc.cli.lint_job.python_files", lambda paths, exclude: ["bad.py", "gone.py"])
    status, out, _ = lint("--output-format", "concise")
    assert status == 1
    assert out.splitlines()[:2] == [
        "bad.py:9:12: error[SC402] `y` may not be set here",
        "gone.py: error[SC100] this file cannot be read: No such file or directory",
    ]


def test_pipes_and_links_to_nothing_below_a_folder_are_left_out(lint: Lint, folder: Path) -> None:
    os.mkfifo(folder / "pipe.py")
    (folder / ".#lock.py").symlink_to("nobody@nowhere.1")
    (folder / "good.py").write_text(GOOD)
    assert lint() == (0, "no findings in 1 file\n", "")


def test_what_python_warns_of_is_not_printed(folder: Path) -> None:
    (folder / "m.py").write_text(GOOD + "s = '\\d'\nif 1 is 1: pass\n")
    command = [sys.executable, "-W", "always", "-m", "scriptc", "lint", "m.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert (done.stdout, done.stderr) == ("no findings in 1 file\n", "")


# ---------------------------------------------------------------------------------------------- faults of our own


def test_a_fault_of_ours_is_told_and_the_rest_goes_on(lint: Lint, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "a.py").write_text(GOOD.replace("def f", "def broken"))
    (folder / "b.py").write_text(UNSET)
    lower = check.Compilation.lower

    def failing(self: Any) -> Any:
        if self.obj.__name__ == "broken":
            raise ZeroDivisionError("what a pity")
        return lower(self)

    monkeypatch.setattr(check.Compilation, "lower", failing)
    status, out, err = lint()
    assert (status, err) == (2, "")
    assert "error[SC900]: scriptc failed while compiling `broken`: ZeroDivisionError: what a pity\n --> a.py:" in out
    assert "def broken(x: np.ndarray):" in out
    assert "this is a fault in scriptc, not in your code; please report it" in out
    assert re.search(r"attach: scriptc [\d.]+, Python 3[\d.]+, NumPy [\d.]+, \w+ \w+; scriptc/lint/check\.py:\d+ ", out)
    assert "error[SC402]" in out
    assert lint("--exit-zero")[0] == 2
    for form in PROGRAMS:
        assert "SC900" in lint("--output-format", form)[1]


def test_a_fault_outside_of_any_function(lint: Lint, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "a.py").write_text(GOOD)
    (folder / "b.py").write_text(UNSET)
    find = check.entries

    def failing(world: Any, module: Any) -> Any:
        if module.path.endswith("a.py"):
            raise RecursionError
        return find(world, module)

    monkeypatch.setattr(check, "entries", failing)
    status, out, _ = lint("--output-format", "concise")
    assert status == 2
    assert [line.split(" ")[:2] for line in out.splitlines()[:2]] == [["a.py:", "error[SC900]"], ["b.py:9:12:", "error[SC402]"]]


# ---------------------------------------------------------------------------------------------- where it is written


def test_output_file(lint: Lint, folder: Path) -> None:
    (folder / "bad.py").write_text(UNSET + "# 日本\n", encoding="utf-8")
    status, out, err = lint("bad.py", "--output-format", "sarif", "-o", "out.sarif")
    assert (status, out) == (1, "")
    assert err == "scriptc: wrote out.sarif: 1 error in 1 file (1 file looked at)\n"
    assert json.loads((folder / "out.sarif").read_bytes())["version"] == "2.1.0"
    lint("bad.py", "-o", "out.txt")
    assert (folder / "out.txt").read_text(encoding="utf-8") == lint("bad.py")[1]
    status, _, err = lint("bad.py", "-o", os.path.join("no", "such", "folder"))
    assert status == 2
    assert "No such file or directory" in err


def test_statistics(lint: Lint, folder: Path) -> None:
    (folder / "bad.py").write_text(UNSET)
    assert lint("--statistics") == (1, "1  SC402  error    name-maybe-unset\n", "")
    assert json.loads(lint("--statistics", "--output-format", "json")[1])[0]["count"] == 1
    assert lint("--statistics", "--output-format", "sarif")[0] == 2
    (folder / "bad.py").write_text(GOOD)
    assert lint("--statistics") == (0, "", "")


def on_a_terminal(args: list[str], **env: str) -> str:
    """What the command prints where its output is a terminal 80 columns wide."""
    ours, theirs = pty.openpty()
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    process = subprocess.Popen(
        [sys.executable, "-m", "scriptc", "lint", *args],
        stdout=theirs, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
        env={**kept, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "COLUMNS": "80", **env},
    )  # fmt: skip
    os.close(theirs)
    out = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # Linux: the other side is closed
            break
        if not part:
            break
        out += part
    process.wait()
    os.close(ours)
    return out.decode().replace("\r\n", "\n")


COLOUR = re.compile(r"\x1b\[[\d;]*m")
LONG = HEAD + "@script\ndef f(x: int):\n    return 'some words' + x + '" + "words " * 40 + "'\n"


def test_colour_and_width_of_a_terminal(folder: Path) -> None:
    (folder / "bad.py").write_text(LONG)
    out = on_a_terminal(["bad.py"])
    assert "\x1b[1;31merror[SC202]\x1b[0m" in out
    rows = COLOUR.sub("", out).splitlines()
    assert max(len(row) for row in rows) <= 80
    assert any(row.startswith("7 |     return 'some words' + x") and row.endswith("…") for row in rows)


def test_no_color(folder: Path) -> None:
    (folder / "bad.py").write_text(UNSET)
    assert not re.search(r"\x1b\[[\d;]*3\dm", on_a_terminal(["bad.py"], NO_COLOR="1"))
    assert "\x1b" not in on_a_terminal(["bad.py"], TERM="dumb")


def test_colour_into_a_pipe_only_when_asked_for(folder: Path) -> None:
    (folder / "bad.py").write_text(LONG)
    command = [sys.executable, "-m", "scriptc", "lint", "bad.py"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    plain = subprocess.run(command, capture_output=True, text=True, check=False, env=env).stdout
    assert "\x1b" not in plain
    forced = subprocess.run(command, capture_output=True, text=True, check=False, env={**env, "FORCE_COLOR": "1", "COLUMNS": "300"}).stdout
    assert "\x1b[" in forced
    assert COLOUR.sub("", forced) == plain


def test_a_terminal_that_cannot_show_a_character(folder: Path) -> None:
    (folder / "bad.py").write_text(HEAD + "@script\ndef f(x: int):\n    return '日本' + x\n", encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([sys.executable, "-m", "scriptc", "lint", "bad.py"], capture_output=True, check=False, env=env)
    assert done.returncode == 1
    assert b"return '\\u65e5\\u672c' + x" in done.stdout


# ---------------------------------------------------------------------------------------------- what is reported

TWO = HEAD + "@script\ndef f(x: np.ndarray, flag: bool, n: int):\n    if flag:\n        y = x\n    s = 'a' + n\n    return y\n"


def codes(out: str) -> list[str]:
    return re.findall(r"(?:error|warning)\[(SC\d+)\]", out)


@pytest.mark.parametrize(
    ("args", "left"),
    [
        ([], ["SC202", "SC402"]),
        (["--select", "SC402"], ["SC402"]),
        (["--select", "SC2,SC3"], ["SC202"]),
        (["--select", "operand-types", "--select", "SC4"], ["SC202", "SC402"]),
        (["--select", "SC3", "--extend-select", "name-maybe-unset"], ["SC402"]),
        (["--ignore", "SC4"], ["SC202"]),
        (["--ignore", "SC202, name-maybe-unset"], []),
        (["--ignore", "ALL"], []),
    ],
)
def test_select_and_ignore(lint: Lint, folder: Path, args: list[str], left: list[str]) -> None:
    (folder / "m.py").write_text(TWO)
    status, out, _ = lint("m.py", "--output-format", "concise", *args)
    assert codes(out) == left
    assert status == bool(left)


def test_settings_that_mean_nothing(lint: Lint, folder: Path) -> None:
    (folder / "m.py").write_text(TWO)
    status, out, err = lint("m.py", "--select", "SC999")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "`SC999`" in err
    (folder / "pyproject.toml").write_text("[tool.scriptc]\nselct = []\n")
    status, out, err = lint("m.py")
    assert (status, out) == (2, "")
    assert "selct" in err


def test_the_nearest_pyproject_counts(lint: Lint, folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.scriptc]\nignore = ["SC4"]\nexclude = ["generated"]\n')
    for name in ("", "inner", "generated"):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "m.py").write_text(TWO)
    (folder / "inner" / "pyproject.toml").write_text('[tool.scriptc.per-file-ignores]\n"m.py" = ["operand-types"]\n')
    out = lint("--output-format", "concise")[1]
    assert [line.split(":")[0] for line in out.splitlines()[:2]] == [os.path.join("inner", "m.py"), "m.py"]
    assert codes(out) == ["SC402", "SC202"]
    assert codes(lint(os.path.join("generated", "m.py"), "--output-format", "concise")[1]) == ["SC202"]


def test_show_settings(lint: Lint, folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.scriptc]\nselect = ["SC4"]\n[tool.scriptc.per-file-ignores]\n"a.py" = ["SC402"]\n')
    status, out, _ = lint("--show-settings", "--ignore", "SC404", "m.py")
    assert status == 0
    assert out.startswith(f"# m.py: {folder / 'pyproject.toml'}\n[tool.scriptc]\nselect = [\"SC4\"]\n")
    assert 'ignore = ["SC404"]\n' in out
    assert '[tool.scriptc.per-file-ignores]\n"a.py" = ["SC402"]\n' in out
    assert "SC402" in out.splitlines()[-1]
    assert "SC404" not in out.splitlines()[-1]
    (found,) = json.loads(lint("--show-settings", "m.py", "--output-format", "json")[1])
    assert (found["path"], found["select"], found["per-file-ignores"]) == ("m.py", ["SC4"], {"a.py": ["SC402"]})


def test_targets_without_rules_are_told_of(lint: Lint, folder: Path) -> None:
    (folder / "m.py").write_text(GOOD)
    assert lint("m.py", "--target", "python") == (0, "no findings in 1 file\n", "")
    code, out, err = lint("m.py", "--target", "c")
    assert (code, out) == (0, "no findings in 1 file\n")
    assert err == "scriptc: the target c has no rules of its own yet: what is reported holds for every target\n"
    (folder / "pyproject.toml").write_text('[tool.scriptc]\ntarget = "train"\n')
    assert "the target train has no rules" in lint("m.py")[2]
    assert lint("m.py", "--target", "python")[2] == ""  # the command line goes before the file
    assert "# the target train has no rules" in lint("m.py", "--show-settings")[1]
    code, _, err = lint("m.py", "--target", "wasm")
    assert code == 2
    assert "'python', 'c', 'onnx', 'train'" in err


def test_comments_suppress_also_in_files_that_are_imported(lint: Lint, folder: Path) -> None:
    (folder / "helper.py").write_text("def helper(x):\n    return x.nothing  # scriptc: ignore[SC204] known\n")
    (folder / "m.py").write_text(HEAD + "from helper import helper\n\n\n@script\ndef f(x: int):\n    return helper(x)\n")
    assert lint("m.py")[0] == 0
    assert lint("m.py", "helper.py")[0] == 0
    (folder / "m.py").write_text(TWO.replace("    return y", "    return y  # noqa: SC402"))
    assert codes(lint("m.py", "--output-format", "concise")[1]) == ["SC202"]


def test_suppressions_that_suppress_nothing(lint: Lint, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = GOOD.replace("return x + 1", "return x + 1  # noqa: SC402")
    (folder / "m.py").write_text(text)
    found = json.loads(lint("m.py", "--output-format", "json")[1])
    assert [(d["code"], d["severity"], d["start"]) for d in found] == [("SC150", "warning", {"line": 7, "column": 27})]
    stdin(monkeypatch, text.encode())
    assert codes(lint("-", "--output-format", "concise")[1]) == ["SC150"]


def test_add_noqa(lint: Lint, folder: Path) -> None:
    (folder / "m.py").write_text(TWO)
    (folder / "broken.py").write_text("(")
    status, out, _ = lint("--add-noqa")
    assert (status, out) == (0, "m.py: 2 suppressed\n")
    assert (folder / "m.py").read_text() == TWO.replace("+ n", "+ n  # noqa: SC202").replace("return y", "return y  # noqa: SC402")
    assert codes(lint("--output-format", "concise")[1]) == ["SC100"]
    assert lint("--add-noqa")[1] == ""
    assert lint("-", "--add-noqa")[0] == 2


def test_baseline(lint: Lint, folder: Path) -> None:
    (folder / "m.py").write_text(UNSET)
    assert lint("--baseline", "known.json")[0] == 2
    assert lint("--update-baseline")[0] == 2
    assert lint("--baseline", "known.json", "--update-baseline") == (0, "known.json: 1 finding\n", "")
    assert lint("--baseline", "known.json")[:2] == (0, "no findings in 1 file\n")
    (folder / "m.py").write_text("# a line more\n" + UNSET + "\n\n@script\ndef g(n: int):\n    return 'a' + n\n")
    assert codes(lint("--baseline", "known.json", "--output-format", "concise")[1]) == ["SC202"]
    (folder / "known.json").write_text("no json")
    status, _, err = lint("--baseline", "known.json")
    assert status == 2
    assert "--update-baseline" in err


# ---------------------------------------------------------------------------------------------- long runs


class Ended(Exception):
    pass


def test_watch_looks_again_when_a_file_changes(folder: Path) -> None:
    path = folder / "a.py"
    path.write_text("1")
    seen: list[str] = []
    changes = iter([lambda: None, lambda: path.write_text("22"), lambda: (folder / "b.py").write_text(""), path.unlink])

    def sleep(_: float) -> None:
        change = next(changes, None)
        if change is None:
            raise Ended
        change()

    def files() -> list[str]:
        return [str(path), *(str(p) for p in folder.glob("b*.py"))]

    with pytest.raises(Ended):
        watch(lambda: seen.append(path.read_text() if path.exists() else "gone"), files, sleep)
    assert seen == ["1", "22", "22", "gone"]


def test_watch_sees_what_changed_during_a_run(folder: Path) -> None:
    path = folder / "a.py"
    path.write_text("1")
    runs: list[int] = []

    def once() -> None:
        runs.append(1)
        if len(runs) == 1:
            path.write_text("changed meanwhile")

    def sleep(_: float) -> None:
        raise Ended

    with pytest.raises(Ended):
        watch(once, lambda: [str(path)], sleep)
    assert len(runs) == 2


def test_watch_does_not_run_again_for_what_a_run_turns_out_to_use(folder: Path) -> None:
    one, other = folder / "a.py", folder / "b.py"
    for path in (one, other):
        path.write_text("1")
        os.utime(path, (1, 1))
    used, runs = [one], list[int]()
    changes = iter([lambda: other.write_text("2"), lambda: used.remove(other) or one.write_text("2")])

    def once() -> None:
        runs.append(1)
        if len(runs) == 1:
            used.append(other)

    def sleep(_: float) -> None:
        change = next(changes, None)
        if change is None:
            raise Ended
        change()

    with pytest.raises(Ended):
        watch(once, lambda: map(str, used), sleep)
    assert len(runs) == 3


def test_watch_sees_that_what_a_run_uses_was_written_meanwhile(folder: Path) -> None:
    runs: list[int] = []

    def once() -> None:
        runs.append(1)
        if len(runs) == 1:
            (folder / "b.py").write_text("new")

    def sleep(_: float) -> None:
        raise Ended

    with pytest.raises(Ended):
        watch(once, lambda: [str(p) for p in folder.glob("*.py")], sleep)
    assert len(runs) == 2


@pytest.mark.parametrize("option", ["--fix", "--unsafe-fixes", "--diff", "--add-noqa"])
def test_watch_changes_nothing(lint: Lint, folder: Path, option: str) -> None:
    status, _, err = lint("--watch", option)
    assert status == 2
    assert "--watch looks and changes nothing" in err


def test_watch_of_the_command(folder: Path) -> None:
    """The command itself: it prints again after a file that is imported changes, and Ctrl-C ends it with 0."""
    helper = folder / "lib" / "helper.py"
    helper.parent.mkdir()
    (helper.parent / "__init__.py").write_text("")
    helper.write_text("def helper(x):\n    return x.nothing\n")
    (folder / "net.py").write_text(HEAD + "from lib.helper import helper\n\n\n@script\ndef f(x: int):\n    return helper(x)\n")
    command = [sys.executable, "-u", "-m", "scriptc", "lint", "net.py", "--watch", "--output-format", "concise"]
    default = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # a shell's background job ignores Ctrl-C
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env, preexec_fn=default)
    assert process.stdout is not None
    assert process.stderr is not None
    guard = threading.Timer(120, process.kill)
    guard.start()
    try:
        assert "error[SC" in process.stdout.readline()
        assert process.stderr.readline() == "watching; Ctrl-C ends\n"
        helper.write_text("def helper(x):\n    return x + 1\n")
        rest = ""
        while "no findings" not in rest:
            line = process.stdout.readline()
            assert line
            rest += line
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait() == 0
    finally:
        guard.cancel()
        process.kill()
        process.stdout.close()
        process.stderr.close()


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(("terminal", "seconds", "shown"), [(True, PATIENCE + 1, True), (True, PATIENCE / 2, False), (False, PATIENCE + 1, False)])
def test_a_bar_is_shown_on_a_terminal_when_it_takes_long(monkeypatch: pytest.MonkeyPatch, terminal: bool, seconds: float, shown: bool) -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return terminal

    monkeypatch.setattr(sys, "stderr", Screen())
    monkeypatch.setenv("TERM", "xterm")
    clock = Clock()
    with Bar(3, clock) as bar:
        bar.step("a.py")
        clock.now = seconds
        bar.step("b.py")
    written = sys.stderr.getvalue()  # type: ignore[attr-defined]
    assert ("2/3" in written) == shown
    assert bool(written) == shown


# ---------------------------------------------------------------------------------------------- around it


def test_pre_commit_hook() -> None:
    text = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    assert re.search(r"^- id: scriptc-lint$", text, re.M)
    assert re.search(r"^  entry: scriptc lint$", text, re.M)
    assert re.search(r"^  language: python$", text, re.M)
    assert re.search(r"^  types: \[python\]$", text, re.M)


def test_explain_takes_names_and_says_what_was_meant(capsys: pytest.CaptureFixture[str]) -> None:
    def explained(word: str) -> tuple[Any, str, str]:
        with pytest.raises(SystemExit) as e:
            run(["explain", word])
        return e.value.code, *capsys.readouterr()

    assert explained("not-python") == explained("SC100") == explained("sc100")
    status, out, err = explained("name-maybe-unst")
    assert (status, out) == (2, "")
    assert "is it name-maybe-unset" in err


def test_compile_shows_the_findings_of_what_the_file_decorates(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "m.py").write_text(HEAD + "@script\ndef f(x: int):\n    return 'a' + x\n")
    with pytest.raises(SystemExit) as e:
        run(["compile", "m.py:f", "-o", "m.scriptc"])
    assert e.value.code == 1
    err = capsys.readouterr().err
    assert err.startswith("error[SC202]: ")
    assert err.endswith("more about a finding: scriptc explain SC202\n")
