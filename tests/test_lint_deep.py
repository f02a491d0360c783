"""`scriptc lint --deep`: what importing and compiling for real finds, and what the user's code can do to the process it runs in."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scriptc.cli.app import run
from scriptc.lint.formats import PROGRAMS
from scriptc.lint.run import Findings, lint_files

HEAD = "import numpy as np\nfrom scriptc import nn, script\n"
LIMIT = 8.0
FILES = {
    "fine": "@script\ndef f(x: int) -> int:\n    return x\nprint('noise')\n",
    "raises": "def load():\n    return open('nowhere.txt')\n\nDATA = load()\n",
    "missing": "import no_such_module\n",
    "exits": "import sys\nsys.exit(3)\n",
    "at_once": "import os\nos._exit(5)\n",
    "crashes": "import ctypes\n\nctypes.string_at(0)\n",
    "hangs": "import time\n\nwhile True:\n    time.sleep(1)\n",
    "hangs_in_c": "import re\n\nre.match(r'(a+)+$', 'a' * 60 + 'b')\n",
    "leaves_a_thread": "import threading, time\nthreading.Thread(target=time.sleep, args=(1000,)).start()\n",
    "leaves_a_process": "import subprocess\nopen('child', 'w').write(str(subprocess.Popen(['sleep', '1000']).pid))\n",
    "values": "W = np.zeros((3, int('4')))\n\n@script\ndef f(x: np.ndarray) -> np.ndarray:\n    return W @ np.zeros((5, 2)) + x\n",
    "twice": "K = eval('{}')\n@script\ndef f(x: int):\n    return x + K\n\n@script\ndef g(x: int):\n    return x + 'a'\nf(1)\n",
    "later": "@script\ndef f(x: int):\n    return later(x)\n\nK = eval('\"a\"')\ndef later(x):\n    return x + K\n",
    "model": "class Net(nn.Module):\n    def __init__(self, n):\n        self.n = [eval('1'), 'a'][n]\n"
    "    def forward(self, x: np.ndarray):\n        return x + self.n\n\nnet = Net(1)\n",
    "class_": "@script\nclass Net:\n    def __init__(self):\n        self.n = eval('\"a\"')\n"
    "    def forward(self, x: int):\n        return x + self.n\n",
    "methods": "class A:\n    def __init__(self):\n        self.k = eval('{1: 2}')\n"
    "    @script\n    def m(self, x: int):\n        return x + self.k\n"
    "    @staticmethod\n    @script\n    def s(x: int):\n        return x + eval('1')\n",
    "disabled": "import os\nos.environ['SCRIPTC_DISABLE'] = ''\nK = eval('\"a\"')\n@script\ndef f(x: int):\n    return x + K\n",
    "odd": """class Raises(type):
    def __getattribute__(cls, name):
        raise RuntimeError(name)
    def __dir__(cls):
        raise RuntimeError
class Odd(metaclass=Raises):
    pass
class Proxy:
    __class__ = property(lambda self: 1 / 0)
    def __getattr__(self, name):
        raise RuntimeError(name)
class Net(nn.Module):
    def __init__(self):
        raise RuntimeError
    def forward(self, x: int):
        return x
proxy, odd = Proxy(), object.__new__(Odd)
K = eval('"a"')
@script
def f(x: int):
    return x + K
""",
    "broken": "def f(:\n",
}
PACKAGE = {
    "pkg/__init__.py": "",
    "pkg/a.py": HEAD + "from . import b\nfrom .b import K\n\n@script\ndef f(x: int):\n    return b.add(x, K)\n",
    "pkg/b.py": "K = eval('\"a\"')\n\ndef add(x, y):\n    return x + y\n",
    "plain.py": "open('ran', 'w')\nraise SystemExit\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("deep")
    for name, text in {**PACKAGE, **{f"{name}.py": HEAD + text for name, text in FILES.items()}}.items():
        (made / name).parent.mkdir(exist_ok=True)
        (made / name).write_text(text)
    return made


@pytest.fixture(scope="module")
def found(folder: Path) -> Findings:
    before = os.getcwd()
    os.chdir(folder)
    os.environ["SCRIPTC_DISABLE"] = "1"  # a debugger's setting, not one for this
    try:
        return lint_files([*PACKAGE, *(f"{name}.py" for name in FILES)], jobs=2, deep=LIMIT)
    finally:
        os.chdir(before)
        del os.environ["SCRIPTC_DISABLE"]


def test_files_without_scripted_code_are_not_imported(found: Findings, folder: Path) -> None:
    assert not (folder / "ran").exists()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("fine.py", []),
        ("leaves_a_thread.py", []),
        ("leaves_a_process.py", []),
        ("values.py", [("SC301", 7)]),
        ("twice.py", [("SC202", 6), ("SC202", 10)]),
        ("later.py", [("SC202", 9)]),
        ("model.py", [("SC202", 7)]),
        ("class_.py", [("SC202", 8)]),
        ("methods.py", [("SC202", 8), ("SC104", 12)]),
        ("disabled.py", [("SC202", 8)]),
        ("odd.py", [("SC202", 23)]),
        ("broken.py", [("SC100", 3)]),
        ("pkg/a.py", []),
        ("pkg/b.py", [("SC202", 4)]),
    ],
)
def test_what_compiling_for_real_finds(found: Findings, name: str, expected: list[tuple[str, int]]) -> None:
    assert [(d.code, d.place[1]) for d in found.by_path.get(name, [])] == expected


@pytest.mark.parametrize(
    ("name", "line", "message"),
    [
        ("raises.py", 4, "importing this file fails: FileNotFoundError: [Errno 2] No such file or directory: 'nowhere.txt'"),
        ("missing.py", 3, "importing this file fails: ModuleNotFoundError: No module named 'no_such_module'"),
        ("exits.py", 4, "importing this file ends the program (exit code 3)"),
        ("at_once.py", 1, "importing this file ends the process at once (exit code 5)"),
        ("crashes.py", 5, "importing this file crashes Python (SIGSEGV)"),
        ("hangs.py", 6, "importing this file and compiling what is in it takes more than 8 seconds"),
        ("hangs_in_c.py", 5, "importing this file and compiling what is in it takes more than 8 seconds"),
    ],
)
def test_files_that_cannot_be_imported(found: Findings, name: str, line: int, message: str) -> None:
    (d,) = found.by_path[name]
    assert (d.code, d.message, d.place[1]) == ("SC114", message, line)
    assert d.help


def test_nothing_runs_on(found: Findings, folder: Path) -> None:
    child = int((folder / "child").read_text())
    for _ in range(100):
        state = Path(f"/proc/{child}/stat")
        if not state.exists() or state.read_text().split()[2] == "Z":
            return
        time.sleep(0.1)
    pytest.fail("a process that the file started still runs")


def lint(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as e:
        run(["lint", *args])
    out = capsys.readouterr()
    assert isinstance(e.value.code, int)
    return e.value.code, out.out, out.err


@pytest.mark.parametrize("form", PROGRAMS)
def test_every_format_tells_it(form: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(folder)
    code, out, _ = lint(capsys, "--deep", "--no-cache", "--output-format", form, "exits.py")
    assert code == 1
    assert "exit code 3" in out


def test_settings_and_comments_speak_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    Path("m.py").write_text(HEAD + "raise ValueError  # noqa: SC114\n")
    assert lint(capsys, "--deep", "m.py")[0] == 0
    Path("m.py").write_text(HEAD + "raise ValueError\n")
    assert lint(capsys, "--deep", "m.py", "--ignore", "import-fails")[0] == 0
    assert lint(capsys, "m.py")[0] == 0


@pytest.mark.parametrize("args", [["-"], ["--fix"], ["--diff"], ["--unsafe-fixes"]])
def test_what_is_not_on_disk_is_not_imported(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = lint(capsys, "--deep", *args)
    assert code == 2
    assert "on disk" in err


def test_the_command_itself_imports_nothing(tmp_path: Path) -> None:
    """What a file does to its process, it does not do to the one that lints."""
    (tmp_path / "m.py").write_text(HEAD + "import os, sys\nos.chdir('/')\nsys.stdout = None\nsys.path.clear()\nos.environ.clear()\n")
    done = subprocess.run([sys.executable, "-m", "scriptc", "lint", "--deep", "m.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, re.sub(r"\s+", " ", done.stdout), done.stderr) == (0, "no findings in 1 file ", "")
