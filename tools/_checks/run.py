"""The tests, run in a process of its own in which one check is missing."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import multiprocessing
import os
import re
import signal
import sys
import types
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any

from _checks.find import ROOT, Check, without

SECONDS = 60
"""Of processor time for a test run that does not come to its end: a check may be what ends a loop."""
TESTS = ("verifier", "archive", "infer", "fresh", "ir_text", "types", "closing", "ops_python", "ops_rules")
LIKELY = {"types/": "types", "archive/": "archive", "parser": "ir_text", "literal": "ir_text", "infer": "infer"}
"""The tests to run first, by a part of the path."""
SLOW = re.compile("changed_programs|places|changed_bytes|cut_short|every_process|data_reads_back|light_imports")
PRELOADED = ["numpy", "numpy.testing", "hypothesis", "pytest", "_pytest.main", "gast", "safetensors.numpy"]


def killer(check: Check | None) -> str:
    """A test that fails without the check, as `test_file.py::test_name[case]`; empty where none does. None: nothing is missing."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    here, there = context.Pipe(False)
    child = context.Process(target=_run, args=(there, check))
    child.start()
    there.close()
    started, found = "", None
    try:
        while found is None:
            started, found = here.recv()
    except EOFError:  # the interpreter died
        found = started or "?"
    child.join()
    return _lasting(found)


def _lasting(test: str) -> str:
    """The test's name without the number of its case, which changes as cases are added."""
    return re.sub(r"\[\d+\]$", "", re.sub(r"test_refused\[\d+-", "test_refused[", test.removeprefix("tests/")))


def _run(there: Connection, check: Check | None) -> None:
    _silence()
    os.chdir(ROOT)
    sys.pycache_prefix = str(ROOT / ".venv" / "pycache")
    if check is not None:
        sys.meta_path.insert(0, _Without(check))
        signal.signal(signal.SIGPROF, _stop)
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
    import pytest

    watch = _Watch(there, check)
    files = [f"tests/test_{n}.py" for n in _ordered(check)]
    for group in (files[:1], files[1:]):
        status = pytest.main(["-q", "-x", "--tb=no", "-p", "no:cacheprovider", "-p", "no:xdist", *group], plugins=[watch])
        if watch.failed or status:
            break
    there.send(("", watch.failed or ("" if status == 0 else f"? pytest ends with {status}")))


def _silence() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


def _stop(*_: object) -> None:
    raise TimeoutError("the tests do not come to their end")


def _ordered(check: Check | None) -> list[str]:
    """The likeliest tests first."""
    path = check.path if check is not None else ""
    first = next((test for part, test in LIKELY.items() if part in path), "verifier")
    return [first, *(n for n in TESTS if n != first)]


class _Without(importlib.abc.MetaPathFinder):
    """Imports the module of a check without it."""

    def __init__(self, check: Check) -> None:
        self.check = check
        self.name = check.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None) -> Any:
        if fullname != self.name:
            return None
        file = str(ROOT / self.check.path)
        return importlib.util.spec_from_file_location(fullname, file, loader=_Loader(fullname, file, self.check))


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, file: str, check: Check) -> None:
        super().__init__(name, file)
        self.check = check

    def get_code(self, fullname: str) -> types.CodeType:
        source = self.get_data(self.path).decode("utf-8")
        return compile(without(source, self.check), self.path, "exec", dont_inherit=True)


class _Watch:
    """Puts the likeliest tests first; tells which began, and which failed."""

    def __init__(self, there: Connection, check: Check | None) -> None:
        self.there, self.failed = there, ""
        self.words = set(re.findall(r"\w+", f"{check.function} {check.text}")) if check is not None else set()

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items.sort(key=self._rank)

    def _rank(self, item: Any) -> tuple[bool, int]:
        given = item.callspec.params.values() if hasattr(item, "callspec") else ()
        shown = " ".join([item.name, *(v for v in given if isinstance(v, str))])
        return bool(SLOW.search(item.name)), -len(self.words.intersection(re.findall(r"\w+", shown)))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.there.send((nodeid, None))

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self.failed = self.failed or report.nodeid

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            self.failed = self.failed or f"? {report.nodeid}"
