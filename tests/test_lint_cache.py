"""What lint remembers from run to run, and that several processes find what one does."""

from __future__ import annotations

import json
import os
import random
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from scriptc.diagnostics import Diagnostic
from scriptc.lint import looking, pool
from scriptc.lint.cache import Cache
from scriptc.lint.files import python_files
from scriptc.lint.looking import Looker
from scriptc.lint.run import Findings, lint_files

HEAD = "import numpy as np\nfrom scriptc import script\n"
MODEL = HEAD + "from helper import scaled\n\n\n@script\ndef f(x: np.ndarray, name: str) -> np.ndarray:\n    return scaled(x, name)\n"
HELPER = "def scaled(x, by):\n    return x * by\n"
FINE = "def scaled(x, by):\n    return x * len(by)\n"
UNSET = HEAD + "\n\n@script\ndef f(x: np.ndarray, flag: bool):\n    if flag:\n        y = x\n    return y\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were really looked at."""
    seen: list[str] = []
    real = Looker.look

    def look(self: Looker, path: str, *, scripted: bool) -> looking.Looked:
        seen.append(path)
        return real(self, path, scripted=scripted)

    monkeypatch.setattr(Looker, "look", look)
    return seen


def write(**files: str) -> None:
    for name, text in files.items():
        path = Path(*name.split("__")).with_suffix(".py") if name != "init" else Path("pkg/__init__.py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def run(folder: str = "cache") -> Findings:
    return lint_files(python_files(["."]), cache=Cache(folder))


def told(findings: Findings) -> list[tuple[object, ...]]:
    """Everything about the findings but the names that files have in this process."""

    def label(x: object) -> object:
        span = getattr(x, "span", None)
        if span is None:
            return None
        file = findings.files[span.file]
        return os.path.abspath(file.path), file.text, span.line, span.column, span.end_line, span.end_column, getattr(x, "text", None)

    def one(d: Diagnostic) -> tuple[object, ...]:
        places = [label(x) for x in (d.primary, *d.secondary, *d.calls, d.fix and d.fix.rewrite)]
        fix = d.fix and (d.fix.title, d.fix.applicability, d.fix.rewrite and d.fix.rewrite.values)
        return d.code, d.message, places, d.notes, d.help, d.severity, fix

    return [(path, one(d)) for path, found in findings.by_path.items() for d in found]


# -- what is remembered ---------------------------------------------------------------------------------------------------
def test_a_second_run_looks_at_nothing_and_says_the_same(looks: list[str]) -> None:
    write(model=MODEL, helper=HELPER, unset=UNSET, plain="x = 1\n", typed=UNSET.replace("flag: bool", "flag=True"))
    first = run()
    assert sorted(looks) == ["helper.py", "model.py", "plain.py", "typed.py", "unset.py"]
    looks.clear()
    assert told(run()) == told(first) != []
    assert looks == []


def test_what_changed_and_what_uses_it_is_looked_at_again(looks: list[str]) -> None:
    write(model=MODEL, helper=HELPER, unset=UNSET)
    assert {d.code for d in run().diagnostics} == {"SC202", "SC402"}
    looks.clear()
    write(helper=FINE)
    assert [d.code for d in run().diagnostics] == ["SC402"]
    assert sorted(looks) == ["helper.py", "model.py"]


@pytest.mark.parametrize("change", ["gone", "shadowed", "package", "chain"])
def test_what_imports_mean_is_asked_again(change: str, looks: list[str]) -> None:
    write(src__helper=HELPER, pkg__model=MODEL, pkg__other=FINE)
    assert [d.code for d in run().diagnostics] == ["SC202"]
    looks.clear()
    if change == "gone":
        Path("src/helper.py").unlink()
    elif change == "shadowed":
        write(helper=FINE)
    elif change == "package":
        write(init="", pkg__helper=HELPER)
    else:
        write(src__helper="from deeper import scaled\n", src__deeper=FINE)
    again = run()
    assert "pkg/model.py" in looks
    assert told(again) == told(lint_files(python_files(["."])))


def test_files_that_are_no_python_are_told_each_time() -> None:
    write(a="def f(:\n", b="from scriptc import script\nreturn 1\n")
    Path("c.py").write_bytes(b"x = '\xff'\n")
    assert told(run()) == told(run())
    assert [d.code for d in run().diagnostics] == ["SC100"] * 3
    write(a="x = 1\n")
    assert len(run().diagnostics) == 2


def test_unsaved_texts_are_not_remembered(looks: list[str]) -> None:
    write(unset=UNSET)
    cache = Cache("cache")
    assert lint_files(["unset.py"], {"unset.py": HEAD}, cache=cache).diagnostics == []
    assert [d.code for d in run().diagnostics] == ["SC402"]
    assert looks == ["unset.py", "unset.py"]


def test_faults_of_ours_are_not_remembered(monkeypatch: pytest.MonkeyPatch, looks: list[str]) -> None:
    write(unset=UNSET)
    with monkeypatch.context() as m:
        m.setattr("scriptc.lint.check.entries", lambda world, module: 1 / 0)
        assert [d.code for d in run().diagnostics] == ["SC900"]
    assert [d.code for d in run().diagnostics] == ["SC402"]


# -- the folder -----------------------------------------------------------------------------------------------------------
def test_the_folder_is_kept_out_of_git_and_of_backups() -> None:
    write(plain="x = 1\n")
    run()
    assert Path("cache/.gitignore").read_text() == "*\n"
    assert Path("cache/CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")
    assert len(list(Path("cache").iterdir())) == 3  # nothing temporary is left


def entries(change: Callable[[dict], object]) -> Callable[[bytes], bytes]:
    """What `change` makes of the one entry, in the file's text."""

    def changed(data: bytes) -> bytes:
        read = json.loads(data)
        for entry in read["entries"].values():
            change(entry)
        return json.dumps(read).encode()

    return changed


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "cut": lambda data: data[: len(data) // 2],
    "no text": lambda data: b"\x80\x04\x95\x00\xff",
    "a list": lambda data: b"[]",
    "another format": lambda data: data.replace(b'"format": 1', b'"format": 2'),
    "deep": lambda data: b"[" * 200_000,
    "entries of another kind": lambda data: b'{"format": 1, "entries": [1]}',
    "no findings": entries(lambda e: e.pop("found")),
    "a number for a text": entries(lambda e: e["found"][0].update(message=3)),
    "an unknown code": entries(lambda e: e["found"][0].update(code="XX1")),
    "a file that is not listed": entries(lambda e: e["found"][0]["primary"][0].__setitem__(0, 7)),
    "a negative file": entries(lambda e: e["found"][0]["primary"][0].__setitem__(0, -1)),
    "an odd severity": entries(lambda e: e["found"][0].update(severity="fatal")),
    "no contents": entries(lambda e: e.update(uses=[[], []])),
    "an import of no file": entries(lambda e: e["uses"][1].append([9, "a", 0, None])),
    "another file's": entries(lambda e: e["uses"][0][0].__setitem__(0, "elsewhere.py")),
    "a fix of no kind": entries(lambda e: e["found"][0].update(fix=["title", "surely", None])),
    "null": entries(lambda e: e.update(found=None)),
}


@pytest.mark.parametrize("name", SPOILT)
def test_what_does_not_fit_counts_as_not_there(name: str, looks: list[str]) -> None:
    write(unset=UNSET)
    first = told(run())
    (file,) = Path("cache").glob("lint-*.json")
    file.write_bytes(SPOILT[name](file.read_bytes()))
    looks.clear()
    assert told(run()) == first
    assert looks == ["unset.py"]
    assert told(run()) == first
    assert looks == ["unset.py"]  # it is whole again


def test_random_bytes_in_the_file_never_fail_a_run() -> None:
    write(unset=UNSET)
    run()
    (file,) = Path("cache").glob("lint-*.json")
    whole, rng = file.read_bytes(), random.Random(5)
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 3)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        file.write_bytes(data)
        run()


def test_a_folder_that_cannot_be_written_is_done_without() -> None:
    write(unset=UNSET)
    Path("cache").write_text("a file")
    assert [d.code for d in run().diagnostics] == ["SC402"]


def test_runs_beside_each_other_keep_what_each_has_found(looks: list[str]) -> None:
    write(a=UNSET, b=UNSET)
    first, second = Cache("cache"), Cache("cache")
    lint_files(["a.py"], cache=first)
    lint_files(["b.py"], cache=second)
    looks.clear()
    run()
    assert looks == []


def test_files_that_are_gone_are_forgotten() -> None:
    write(a="x = 1\n", b="y = 1\n")
    run()
    Path("a.py").unlink()
    write(b="y = 2\n")
    run()
    (file,) = Path("cache").glob("lint-*.json")
    assert [Path(p).name for p in json.loads(file.read_bytes())["entries"]] == ["b.py"]


# -- several processes ----------------------------------------------------------------------------------------------------
@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every byte is worth a process."""
    monkeypatch.setattr(pool, "WORTH", 1e-9)


def test_several_processes_find_what_one_does(cheap: None) -> None:
    write(model=MODEL, helper=HELPER, init="", pkg__a=UNSET, pkg__b="from .a import f\nimport pkg.a\n", pkg__helper=UNSET, plain="x = 1\n")
    write(broken="def f(:\n", again=MODEL)
    Path("bytes.py").write_bytes(b"x = '\xff'\n")
    paths = [*python_files(["."]), "gone.py"]
    steps: list[str] = []
    one = told(lint_files(paths))
    assert told(lint_files(paths, step=steps.append, jobs=3)) == one
    assert sorted(steps) == sorted(paths)
    assert len(one) == 6


def test_what_is_found_does_not_depend_on_the_files_before(cheap: None) -> None:
    uses = "from scriptc import script\n\n@script\ndef g(x: int) -> int:\n    return pkg.c.h(x)\n"
    write(init="", pkg__a=UNSET, pkg__b="import pkg\n" + uses, pkg__c="def h(x):\n    return x + 'a'\n", z="import pkg.c\n" + uses)
    paths = python_files(["."])
    alone = [d.code for path in paths for d in lint_files([path]).diagnostics]
    assert sorted(alone) == ["SC202", "SC202", "SC402"]
    for order in (paths, paths[::-1]):
        together = lint_files(order)
        assert {d.code for d in together.by_path["pkg/c.py"]} == {"SC202"}
        assert len(together.diagnostics) == 2


def test_a_process_that_dies_costs_its_file_alone(cheap: None, monkeypatch: pytest.MonkeyPatch) -> None:
    write(a=UNSET, b=UNSET, c="x = 1\n")
    Path("bin").mkdir()
    Path("bin/worker.py").write_text(f"""import os, signal, sys
sys.path.insert(0, {pool.HOME!r})
from scriptc.lint import looking, worker
real = looking.Looker.look
def look(self, path, *, scripted):
    if path == 'a.py':
        os.kill(os.getpid(), signal.SIGKILL)
    return real(self, path, scripted=scripted)
looking.Looker.look = look
worker.main()
""")
    starts = pool.subprocess.Popen

    def start(command: list[str], **options: object) -> object:
        return starts([command[0], "bin/worker.py"], **options)

    monkeypatch.setattr(pool.subprocess, "Popen", start)
    found = lint_files(["a.py", "b.py", "c.py"], jobs=2)
    assert [(path, d.code) for path, ds in found.by_path.items() for d in ds] == [("a.py", "SC900"), ("b.py", "SC402")]
    assert f"exit code {-signal.SIGKILL}" in found.by_path["a.py"][0].message


def test_processes_that_cannot_start_are_told(cheap: None, monkeypatch: pytest.MonkeyPatch) -> None:
    write(a=UNSET, b=UNSET)
    monkeypatch.setattr("sys.executable", "/bin/true")
    with pytest.raises(Exception, match="no process"):
        lint_files(["a.py", "b.py"], jobs=2)


def test_how_many_processes_are_worth_it() -> None:
    assert pool.processes(8, 0, 1000) == 1
    assert pool.processes(8, 100_000, 0) == 1
    assert pool.processes(8, 10_000_000, 0) == 8
    assert pool.processes(1, 10_000_000, 0) == 1
    assert pool.processors() >= 1
