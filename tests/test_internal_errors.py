"""A fault of scriptc's own is told as one by every command: SC900, the user's function and line, what to attach, exit code 2."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scriptc.cli import explain as explain_command
from scriptc.cli import show as show_command
from scriptc.cli.app import run
from scriptc.diagnostics.errors import InternalError, ScriptError
from scriptc.frontend.frame import Frame
from scriptc.lint.run import lint_files
from scriptc.passes import pipeline
from scriptc.runtime import link

MODEL = "import numpy as np\nfrom scriptc import script\n\n\n@script\ndef area(width: float, height: float) -> float:\n    return width * height\n"
ATTACH = re.compile(r"note: attach: scriptc [\d.]+, Python 3[\d.]+, NumPy [\d.]+, \w+ \w+; (scriptc/\S+:\d+ \S+( > )?)+")
COMPILE = ["compile", "model.py:area", "-o", "out.scriptc"]
Plant = Callable[[Any, str], None]


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a model and the file it is compiled to."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.py").write_text(MODEL)
    assert ended(["compile", "model.py:area", "-o", "area.scriptc"]) == 0
    return tmp_path


@pytest.fixture
def plant(monkeypatch: pytest.MonkeyPatch) -> Plant:
    """Makes a function of scriptc's fail."""

    def fail(*args: Any, **kwargs: Any) -> None:
        raise IndexError("planted")

    return lambda holder, name: monkeypatch.setattr(holder, name, fail)


def ended(args: list[str]) -> int:
    with pytest.raises(SystemExit) as e:
        run(args)
    assert isinstance(e.value.code, int)
    return e.value.code


def told(capsys: pytest.CaptureFixture[str], args: list[str]) -> str:
    """What is said of the fault, on whichever stream."""
    capsys.readouterr()
    assert ended(args) == 2
    out, err = capsys.readouterr()
    said = out + err
    assert said.count("error[SC900]: scriptc failed while ") == 1
    assert said.count("this is a fault in scriptc, not in your code; please report it with these lines") == 1
    assert "IndexError: planted" in said
    assert ATTACH.search(said), said
    assert "Traceback" not in said
    return said


PLACE = " --> model.py:7:12\n  |\n7 |     return width * height\n  |            ^^^^^^^^^^^^^^ while compiling this\n"


@pytest.mark.parametrize("args", [[*COMPILE], ["opt", "model.py:area"], ["lint", "model.py"]], ids=lambda a: a[0])
def test_a_fault_of_the_compiler_names_the_line(model: Path, plant: Plant, capsys: pytest.CaptureFixture[str], args: list[str]) -> None:
    plant(Frame, "emit")
    said = told(capsys, args).replace(str(model) + "/", "")
    assert "while compiling `area`" in said
    assert PLACE in said
    assert not Path("out.scriptc").exists()


def test_where_the_file_itself_compiles(model: Path, plant: Plant, capsys: pytest.CaptureFixture[str]) -> None:
    (model / "model.py").write_text(MODEL + "\n\nprint(area(2.0, 3.0))\n")
    plant(Frame, "emit")
    assert PLACE in told(capsys, COMPILE).replace(str(model) + "/", "")


@pytest.mark.parametrize("args", [[*COMPILE], ["opt", "-p", "fold", "model.py:area"]], ids=lambda a: a[0])
def test_a_fault_of_a_pass(model: Path, plant: Plant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], args: list[str]) -> None:
    def fail(program: Any) -> Any:
        raise IndexError("planted")

    monkeypatch.setitem(pipeline.PASSES, "fold", fail)
    monkeypatch.setattr(pipeline, "run", fail)
    told(capsys, args)


@pytest.mark.parametrize(
    ("holder", "name", "args"),
    [
        (link, "Linked", ["show", "--code", "area.scriptc"]),
        (show_command, "signature_line", ["show", "area.scriptc"]),
        (explain_command, "page", ["explain", "SC402"]),
    ],
    ids=["show --code", "show", "explain"],
)
def test_a_fault_of_another_command(model: Path, plant: Plant, capsys: pytest.CaptureFixture[str], holder: Any, name: str, args: list[str]) -> None:
    plant(holder, name)
    assert f"while running `scriptc {args[0]}`" in told(capsys, args)


def test_a_fault_of_run_before_the_model_runs(model: Path, plant: Plant, capsys: pytest.CaptureFixture[str]) -> None:
    from scriptc.cli import run as run_command

    plant(run_command, "read_input")
    assert "while running `scriptc run`" in told(capsys, ["run", "area.scriptc", "-i", "width=1.0", "-i", "height=2.0"])


def test_in_python_it_is_no_error_of_the_users(model: Path, plant: Plant) -> None:
    plant(Frame, "emit")
    with pytest.raises(InternalError) as e:
        exec(compile(MODEL, str(model / "model.py"), "exec"), {})
    assert not isinstance(e.value, ScriptError)
    assert isinstance(e.value.__cause__, IndexError)
    assert [d.code for d in e.value.diagnostics] == ["SC900"]
    assert "model.py:7:12" in str(e.value)


def test_a_fault_while_an_error_is_explained(model: Path, plant: Plant) -> None:
    """The finding stands; that its other side is missing is told."""
    from scriptc.frontend import sides

    (model / "model.py").write_text(MODEL.replace("width * height", "width.nothing"))
    plant(sides, "receiver")
    (found,) = lint_files(["model.py"]).diagnostics
    assert found.code == "SC204"
    assert any("please report it: IndexError: planted" in note for note in found.notes)
