"""The `scriptc` command."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_runtime import module_program, scale_program

from scriptc import archive
from scriptc.cli.app import run
from scriptc.cli.errors import CannotRun
from scriptc.cli.target import find_object
from scriptc.cli.values import Misfit, as_json, convert
from scriptc.diagnostics import CODES
from scriptc.ir.core import Program
from scriptc.passes import pipeline
from scriptc.types import BOOL, COMPLEX, FLOAT, INT, NONE, STR, Dict, EnumType, List, Set, Tensor, Tuple, TupleOf, union

ROOT = Path(__file__).parent.parent


def cli(capsys: pytest.CaptureFixture[str], *args: object) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    with pytest.raises(SystemExit) as e:
        run([str(a) for a in args])
    out = capsys.readouterr()
    assert "Traceback" not in out.err or "the model raised" in out.err
    assert isinstance(e.value.code, int)
    return e.value.code, out.out, out.err


def saved(tmp_path: Path, program: Program) -> Path:
    path = tmp_path / f"{program.name}.scriptc"
    archive.save(program, path)
    return path


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


# ---------------------------------------------------------------------------------------------- the command itself


def test_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "scriptc", "--version"], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.startswith("scriptc, version ")


@pytest.mark.parametrize(
    ("args", "status"),
    [(["--help"], 0), (["run", "--help"], 0), (["nothing"], 2), (["run"], 2), (["show", "--nothing", "x"], 2), (["compile", "a.py:f"], 2)],
)
def test_usage(capsys: pytest.CaptureFixture[str], args: list[str], status: int) -> None:
    assert cli(capsys, *args)[0] == status


@pytest.mark.parametrize("command", ["run", "show", "opt"])
@pytest.mark.parametrize(
    "content", [None, b"", b"x", b"\x08\0\0\0\0\0\0\0{}      ", b"\xff" * 100], ids=["none", "empty", "short", "no_program", "huge"]
)
def test_bad_files_give_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str, content: bytes | None) -> None:
    path = tmp_path / "bad.scriptc"
    if content is not None:
        path.write_bytes(content)
    status, out, err = cli(capsys, command, path)
    assert status == 2
    assert not out
    assert err.startswith("scriptc: ")
    assert err.count("\n") == 1
    assert "bad.scriptc" in err


def test_a_folder_is_not_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for command in ("run", "show", "opt"):
        assert cli(capsys, command, tmp_path)[0] == 2


# ---------------------------------------------------------------------------------------------- explain


def test_explain(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = cli(capsys, "explain", "sc402")
    assert status == 0
    assert out.startswith("# SC402 name-maybe-unset")
    assert cli(capsys, "explain", "name-maybe-unset")[1] == out
    assert "error[SC402]: `y` may not be set here" in out
    assert cli(capsys, "explain", "--all")[1].count("\n## SC") > 20
    assert "cut short" in cli(capsys, "explain", "sl101")[1]
    assert "SC402  name-maybe-unset" in cli(capsys, "explain", "--list")[1]


def test_explain_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    for args in (["SC000"], [""], []):
        status, _, err = cli(capsys, "explain", *args)
        assert status == 2
        assert "--list" in err


# ---------------------------------------------------------------------------------------------- run


def test_run_scalars_and_arrays(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = saved(tmp_path, scale_program())
    np.save(tmp_path / "x.npy", np.arange(3.0))
    np.savez(tmp_path / "x.npz", x=np.arange(3.0), other=1)
    out = tmp_path / "y.npy"
    for x in (tmp_path / "x.npy", tmp_path / "x.npz", "[0, 1, 2]"):
        assert cli(capsys, "run", file, "--input", f"x={x}", "-i", "k=3", "-o", out)[:2] == (0, "")
        assert np.load(out).tolist() == [0, 3, 6]
    assert cli(capsys, "run", file, "-i", "x=[1, 2]")[1] == "[2 4]\n"
    assert cli(capsys, "run", file, "-i", "x=[1, 2]", "-e", "scale")[1] == "[2 4]\n"


def test_run_writes_where_it_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = saved(tmp_path, scale_program())
    for name in ("y.npy", "y.npz", "y.json", "plain"):
        assert cli(capsys, "run", file, "-i", "x=[1.5]", "-o", tmp_path / name)[0] == 0
    assert np.load(tmp_path / "y.npz")["arr_0"].tolist() == [3]
    assert json.loads((tmp_path / "y.json").read_text()) == [3]
    assert np.load(tmp_path / "plain").tolist() == [3]
    assert cli(capsys, "run", file, "-i", "x=[1.5]", "-o", tmp_path / "no" / "y.npy")[0] == 2


@pytest.mark.parametrize(
    ("args", "want"),
    [
        ([], "missing 1 required positional argument: 'x'"),
        (["-i", "x"], "write NAME=VALUE"),
        (["-i", "z=1"], "there is no argument 'z'; there are x, k"),
        (["-i", "x=[1]", "-i", "x=[2]"], "given twice"),
        (["-i", "x=[1]", "-i", "k=1.5"], "expected int, got 1.5"),
        (["-i", "x=text"], 'got "text"'),
        (["-i", "x=[[1], [1, 2]]"], "--input x=[[1], [1, 2]]: expected"),
        (["-i", "x=[[1]]"], "expected any[n], got int64[1, 1]"),
        (["-i", "x=missing.npy"], "no such file"),
        (["-i", "x=[1]", "-e", "nothing"], "no entry 'nothing'; it has scale"),
    ],
)
def test_run_refuses(capsys: pytest.CaptureFixture[str], tmp_path: Path, args: list[str], want: str) -> None:
    status, out, err = cli(capsys, "run", saved(tmp_path, scale_program()), *args)
    assert (status, out) == (2, "")
    assert want in err
    assert err.count("\n") == 1


def test_run_refuses_bad_array_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = saved(tmp_path, scale_program())
    (tmp_path / "junk.npy").write_bytes(b"junk")
    np.save(tmp_path / "objects.npy", np.array([object()]), allow_pickle=True)
    np.savez(tmp_path / "two.npz", a=1, b=2)
    for name in ("junk.npy", "objects.npy", "two.npz"):
        status, _, err = cli(capsys, "run", file, "-i", f"x={tmp_path / name}")
        assert status == 2
        assert err.count("\n") == 1


def test_run_shows_what_the_model_raised(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = saved(tmp_path, scale_program())
    np.save(tmp_path / "x.npy", np.array(["a", "b"]))
    status, _, err = cli(capsys, "run", file, "-i", f"x={tmp_path / 'x.npy'}")
    assert status == 2
    assert err.startswith("scriptc: the model raised")
    assert "Error: " in err.splitlines()[-1]


def test_run_entries_of_a_module(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = saved(tmp_path, module_program())
    assert cli(capsys, "run", file, "-i", "x=[1, 1, 1]")[1] == "[1. 2. 3.]\n"
    assert cli(capsys, "run", file, "-e", "mode")[1] == "true\n"


# ---------------------------------------------------------------------------------------------- values


class Color:
    __members__ = {"RED": "the red"}


@pytest.mark.parametrize(
    ("data", "t", "want"),
    [
        (3, INT, 3), (3, FLOAT, 3.0), (True, BOOL, True), ("a", STR, "a"), (None, NONE, None), ("1+2j", COMPLEX, 1 + 2j),
        ([1, 2], List(FLOAT), [1.0, 2.0]), ([1, 2], TupleOf(INT), (1, 2)), ([1, "a"], Tuple((INT, STR)), (1, "a")),
        ([1, 1], Set(INT), {1}), ({"a": [1]}, Dict(STR, List(INT)), {"a": [1]}), ({"3": 1}, Dict(INT, FLOAT), {3: 1.0}),
        (None, union((INT, NONE)), None), ("RED", EnumType("m.Color"), "the red"),
    ],
    ids=str,
)  # fmt: skip
def test_convert(data: Any, t: Any, want: Any) -> None:
    got = convert(data, t, {"Color": Color})
    assert got == want
    assert type(got) is type(want)


@pytest.mark.parametrize(
    ("data", "t"),
    [
        (True, INT), (1.0, INT), ("1", INT), (1, BOOL), (1, STR), (None, INT), ([1], Tuple((INT, INT))), ({"a": 1}, List(INT)), (1, List(INT)),
        ({"a": 1}, Dict(INT, INT)), ("BLUE", EnumType("m.Color")), (1, EnumType("m.Color")), ("a", Tensor()), (10**400, FLOAT), ("x", COMPLEX),
        (300, Tensor("uint8")), ([1, [2]], Tensor("int64")),
    ],
    ids=str,
)  # fmt: skip
def test_convert_refuses(data: Any, t: Any) -> None:
    with pytest.raises(Misfit):
        convert(data, t, {"Color": Color})


def test_tensors_from_json() -> None:
    got = convert([[1, 2]], Tensor("float32", (1, 2)), {})
    assert (got.dtype, got.shape) == (np.dtype("f4"), (1, 2))
    assert type(convert(1.5, Tensor("float64", (), True), {})) is np.float64


def test_results_as_json() -> None:
    class Thing:
        def __init__(self) -> None:
            self.x = np.float32(1.5)

    value = {"a": [1, (2, None)], 3: {"é"}, "t": Thing(), "z": np.array([1 + 2j])}
    assert json.loads(as_json(value)) == {"a": [1, [2, None]], "3": ["é"], "t": {"x": 1.5}, "z": ["(1+2j)"]}


# ---------------------------------------------------------------------------------------------- compile's target


def test_find_object(tmp_path: Path) -> None:
    path = write(tmp_path / "target_a.py", "class A:\n    class B:\n        def f(self): return 1\ndef g(): return 2\n")
    assert find_object(f"{path}:g")() == 2
    assert find_object(f"{path}:A.B.f").__qualname__ == "A.B.f"


def test_find_object_in_a_package(tmp_path: Path) -> None:
    package = tmp_path / "target_pkg" / "sub"
    package.mkdir(parents=True)
    write(tmp_path / "target_pkg" / "__init__.py", "")
    write(package / "__init__.py", "")
    write(package / "other.py", "k = 3\n")
    path = write(package / "model.py", "from .other import k\nfrom target_pkg.sub import other\ndef f(): return k\n")
    f = find_object(f"{path}:f")
    assert f() == 3
    assert f.__module__ == "target_pkg.sub.model"


@pytest.mark.parametrize(
    ("text", "name", "want"),
    [
        ("x = 1\ndef f(): pass\n", "g", "has no 'g'; it has f"),
        ("def f(:\n", "f", "SyntaxError"),
        ("import nothing_of_that_name\n", "f", r"ModuleNotFoundError.*\(line 1\)"),
        ("1 / 0\n", "f", "ZeroDivisionError"),
        ("import sys\nsys.exit(3)\n", "f", "ended the program"),
    ],
)
def test_find_object_refuses(tmp_path: Path, text: str, name: str, want: str) -> None:
    path = write(tmp_path / "target_bad.py", text)
    with pytest.raises(CannotRun, match=want):
        find_object(f"{path}:{name}")


@pytest.mark.parametrize("target", ["model.py", ":f", "model.py:", "missing_file.py:f", "."])
def test_find_object_bad_target(capsys: pytest.CaptureFixture[str], tmp_path: Path, target: str) -> None:
    status, _, err = cli(capsys, "compile", target, "-o", tmp_path / "o")
    assert status == 2
    assert err.count("\n") == 1


# ---------------------------------------------------------------------------------------------- compile, show, opt

MODEL = """\
import numpy as np
import numpy.typing as npt
from scriptc import nn


class Net(nn.Module):
    def __init__(self, k: float = 2.0):
        self.weight = np.arange(3, dtype=np.float32)
        self.k = k

    def forward(self, x: npt.NDArray[np.float32], depth: int = 1, *, name: str = "net") -> npt.NDArray[np.float32]:
        for _ in range(depth):
            if x.sum() > 100:
                raise ValueError(f"{name} is too large")
            x = x * self.weight + 1
        return x


class NeedsArgument(nn.Module):
    def __init__(self, k):
        self.k = k

    def forward(self, x: float) -> float:
        return x * self.k


net = Net()
number = 3


def clip(x: float, /, *rest: float, top: float = 1.0) -> tuple[float, int]:
    return min(x, top), len(rest)


def bad(x: float) -> float:
    return x + undefined_name + x.nothing


async def worse(x):
    return x
"""


def compiled(capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, *more: str) -> Path:
    write(tmp_path / "model_file.py", MODEL)
    out = tmp_path / f"{name}.scriptc"
    status, said, err = cli(capsys, "compile", f"{tmp_path / 'model_file.py'}:{name}", "-o", out, *more)
    assert (status, err) == (0, "")
    assert said.startswith(f"{out}: ")
    return out


def test_compile_and_run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for name in ("net", "Net"):
        out = compiled(capsys, tmp_path, name)
        assert cli(capsys, "run", out, "-i", "x=[1, 1, 1]", "-i", "depth=2")[1] == "[1. 3. 7.]\n"
    out = compiled(capsys, tmp_path, "clip")
    assert cli(capsys, "run", out, "-i", "x=3", "-i", "rest=[1, 2]", "-i", "top=2")[:2] == (0, "[2.0, 2]\n")
    assert cli(capsys, "run", out, "-i", "x=0.5")[1] == "[0.5, 0]\n"


def test_model_error_shows_its_own_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = compiled(capsys, tmp_path, "net")
    (tmp_path / "model_file.py").unlink()
    status, _, err = cli(capsys, "run", out, "-i", "x=[100, 1, 1]", "-i", "name=mine")
    assert status == 2
    assert err.splitlines()[-1] == "ValueError: mine is too large"
    assert 'raise ValueError(f"{name} is too large")' in err
    assert 'File "model_file.py", line 14, in forward' in err
    assert "scriptc/" not in err


def test_compile_findings(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = write(tmp_path / "model_file.py", MODEL)
    status, out, err = cli(capsys, "compile", f"{path}:bad", "-o", tmp_path / "o")
    assert (status, out) == (1, "")
    assert "error[SC109]" in err
    assert f"--> {path}:36:16" in err
    assert "\x1b[" not in err
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize(
    ("name", "want"), [("number", "script() takes a function"), ("nothing", "it has NeedsArgument, Net"), ("NeedsArgument", "name an instance")]
)
def test_compile_refuses(capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, want: str) -> None:
    path = write(tmp_path / "model_file.py", MODEL)
    status, _, err = cli(capsys, "compile", f"{path}:{name}", "-o", tmp_path / "o")
    assert status == 2
    assert want in err
    assert err.count("\n") == 1


def test_compile_where_nothing_can_be_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = write(tmp_path / "model_file.py", MODEL)
    for where in (tmp_path / "no" / "o", tmp_path):
        status, _, err = cli(capsys, "compile", f"{path}:net", "-o", where)
        assert status == 2
        assert "Traceback" not in err


def test_show(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = compiled(capsys, tmp_path, "net")
    status, text, _ = cli(capsys, "show", out)
    assert status == 0
    assert f"{out}: Net, {out.stat().st_size:,} bytes" in text
    assert "source: model_file.py (40 lines of text)" in text
    assert "forward(x: float32[...], depth: int = 1, *, name: str = 'net') -> " in text
    assert "weight" in text
    assert "float32[3]" in text
    assert "total: 12 bytes of arrays" in text
    assert "while" in text
    assert "undefined_name" not in text  # the source text is not printed unless asked for
    assert "def forward(x, depth, name):" in cli(capsys, "show", out, "--code", "--no-graph")[1]
    assert "class NeedsArgument" in cli(capsys, "show", out, "--source")[1]


def test_show_without_source(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = compiled(capsys, tmp_path, "net", "--no-source")
    assert "source: model_file.py (no text)" in cli(capsys, "show", out)[1]
    assert "(no text in this file)" in cli(capsys, "show", out, "--source")[1]


def test_show_signatures(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    text = cli(capsys, "show", compiled(capsys, tmp_path, "clip"))[1]
    assert "(x: float, /, *rest: tuple[float, ...], top: float = 1.0) -> tuple[float, int]" in text


def test_opt(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = compiled(capsys, tmp_path, "net")
    status, text, _ = cli(capsys, "opt", "-p", "dce,dce", out)
    assert status == 0
    assert text.count("# after dce") == 2
    assert "dce" in cli(capsys, "opt", "--list")[1]
    assert cli(capsys, "opt")[0] == 2
    status, _, err = cli(capsys, "opt", "-p", "nothing", out)
    assert status == 2
    assert "there is no pass 'nothing'; there are" in err
    assert cli(capsys, "opt", "-p", "all", out)[1].count("# after ") == len(pipeline.PIPELINE)


def test_opt_of_a_python_file_starts_before_any_pass(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "steps.py"
    text = "import scriptc\n\ndef f(x: int) -> int:\n    y = x + 1\n    return x\n\n@scriptc.script\ndef g(x: int) -> int:\n    return f(x)\n"
    path.write_text(text)
    for name in "fg":
        status, text, _ = cli(capsys, "opt", "-p", "dce", f"{path}:{name}")
        before, after = text.split("# after dce")
        assert status == 0
        assert "add(" in before
        assert "add(" not in after


def test_explain_on_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Text wrapped, code as it is, and what is said of the example in colours, all within the terminal; into a pipe it is Markdown."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("COLUMNS", "60")
    for code in CODES:
        _, out, _ = cli(capsys, "explain", code)
        assert "\x1b[1;3" in out or "scriptc says" not in out
        text = re.sub(r"\x1b\[[\d;]*m", "", out)
        assert text.startswith(f"{code} {CODES[code].name}\n\n")
        assert "```" not in text
        assert max(len(line) for line in text.splitlines() if not line.startswith("    ")) <= 60
        for example in (CODES[code].bad, CODES[code].good):
            assert all(f"    {line}".rstrip() in text for line in (example or "").splitlines())
