"""One random program in CPython and in scriptc: what differs, and the smallest program that still shows it."""

from __future__ import annotations

import ast
import copy
import importlib.util
import re
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import case_runner


@dataclass(frozen=True)
class Finding:
    """`kind` says which fault it is, coarsely, so that shrinking keeps to the same one; `detail` is for the reader."""

    kind: str
    detail: str


def load_module(text: str, folder: Path, name: str) -> ModuleType:
    path = folder / f"{name}.py"
    path.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


class Checker:
    """Runs programs, each as a module of its own in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    def check(self, text: str, calls: list[str]) -> Finding | None:
        """The first difference, a refusal, or a crash; None where all is equal or the program is no fair one."""
        self.count += 1
        name = f"fuzz_{self.count}"
        sys.dont_write_bytecode = True
        try:
            return self._check(text, calls, name)
        finally:
            sys.modules.pop(name, None)
            (self.folder / f"{name}.py").unlink(missing_ok=True)

    def _check(self, text: str, calls: list[str], name: str) -> Finding | None:
        try:
            with case_runner.time_limit(5):
                want = self._run(load_module(text, self.folder, name), None, calls, name)
        except (Exception, case_runner.CaseTimeout):  # no fair program: a shrunk one may be anything
            return None
        if any(bad in str(w.get("raised")) for w in want for bad in ("UnboundLocalError", "NameError", "TypeError", "AttributeError")):
            return None
        return self._compare(load_module(text, self.folder, name), calls, name, want)

    def _run(self, module: ModuleType, fn: Any, calls: list[str], name: str) -> list[dict[str, Any]]:
        names = {**case_runner.base_names(), **vars(module)}
        return case_runner.run_calls(fn or module.f, names, calls, f"{name}.py")

    def _compare(self, module: ModuleType, calls: list[str], name: str, want: list[dict[str, Any]]) -> Finding | None:
        import scriptc

        path = self.folder / f"{name}.scriptc"
        try:
            with case_runner.time_limit(30):
                compiled = scriptc.script(module.f)
                got = self._run(module, compiled, calls, name)
                scriptc.save(scriptc.script(module.f), path)
                again = self._run(module, scriptc.load(path), calls, name)
        except scriptc.ScriptError as error:
            if "SC109" in error.codes:  # a name that shrinking took away
                return None
            first = error.diagnostics[0]
            return Finding(f"refused {first.code} {_shape(first.message)}", "\n".join(map(str, error.diagnostics)))
        except (Exception, case_runner.CaseTimeout) as error:
            return Finding(f"crash {_cause(error)}", f"{type(error).__name__}: {error}")
        finally:
            path.unlink(missing_ok=True)
        return _difference("compiled", calls, want, got) or _difference("loaded", calls, want, again)


def _shape(message: str) -> str:
    """A message without the names and types that differ from program to program."""
    return " ".join(w for w in message.split() if "`" not in w)[:60]


def _cause(error: BaseException) -> str:
    """What went wrong, without the names of this program: a crash that is wrapped counts as what it wraps."""
    text = re.sub(r"`[^`]*`|'[^']*'|%\S+|0x\w+", "..", str(error)).partition(" in graph")[0]
    found = re.search(r"(\w+(?:Error|Exception)|KeyError|Refused): ([^\n]*)", text)
    return f"{found.group(1)} {found.group(2)}"[:90] if found else f"{type(error).__name__} {_where(error)}"


def _where(error: BaseException) -> str:
    tb, last = error.__traceback__, "?"
    while tb is not None:
        last = f"{Path(tb.tb_frame.f_code.co_filename).name}:{tb.tb_frame.f_code.co_name}"
        tb = tb.tb_next
    return "program" if last.startswith("fuzz_") else last


def _difference(who: str, calls: list[str], want: list[dict[str, Any]], got: list[dict[str, Any]]) -> Finding | None:
    for i, (a, b) in enumerate(zip(want, got, strict=True)):
        if a != b:
            keys = [k for k in sorted({*a, *b}) if a.get(k) != b.get(k)]
            text = "".join(f"\n  {k}: CPython {a.get(k)!s:.400}\n  {who} {b.get(k)!s:.400}" for k in keys)
            return Finding(f"differs {who} {keys[0]}", f"f{calls[i % len(calls)]} call {i}{text}")
    return None


def shrink(checker: Checker, text: str, calls: list[str], finding: Finding, seconds: float = 60.0) -> tuple[str, list[str]]:
    """A smaller program and fewer calls with a finding of the same kind."""
    end = time.monotonic() + seconds
    for call in list(calls):
        if _same(checker, text, [call], finding):
            calls = [call]
            break
    start, changed = 0, True
    while changed and time.monotonic() < end:
        found = next((pair for pair in _after(text, start) if time.monotonic() > end or _same(checker, pair[1], calls, finding)), None)
        if found is not None and time.monotonic() < end:
            start, text = found
        else:
            start, changed = 0, start > 0
    return text, calls


def _after(text: str, start: int) -> Iterator[tuple[int, str]]:
    """The shorter candidates from number `start` on: those before it were tried on a larger program already."""
    return ((i, smaller) for i, smaller in enumerate(candidates(text)) if i >= start and len(smaller) < len(text))


def _same(checker: Checker, text: str, calls: list[str], finding: Finding) -> bool:
    found = checker.check(text, calls)
    return found is not None and found.kind == finding.kind


BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


def candidates(text: str) -> Iterator[str]:
    """The program with one statement deleted, one compound replaced by a body of it, or one expression by a part."""
    tree = ast.parse(text)
    places = [(node, name) for node in ast.walk(tree) for name in BLOCKS if isinstance(getattr(node, name, None), list)]
    for node, name in places:
        block = getattr(node, name)
        for i, old in enumerate(list(block)):
            for new in _replacements(old, name):
                yield from _with(tree, block, slice(i, i + 1), new, name)
    yield from _expressions(tree)


def _replacements(old: ast.AST, name: str) -> Iterator[list[ast.stmt]]:
    yield []
    if name in ("handlers", "cases"):
        return
    for inner in ("body", "orelse", "finalbody"):
        part = getattr(old, inner, None)
        if part and not isinstance(old, ast.FunctionDef | ast.ClassDef):
            yield part
    for handler in getattr(old, "handlers", []):
        yield handler.body


def _with(tree: ast.AST, block: list[Any], at: slice, new: list[ast.stmt], name: str) -> Iterator[str]:
    saved = list(block)
    block[at] = new
    if not block and name == "body":
        block.append(ast.Pass())
    text = _unparse(tree)
    block[:] = saved
    if text is not None:
        yield text


def _expressions(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        for name, value in list(ast.iter_fields(node)):
            if isinstance(value, ast.expr) and not isinstance(value, ast.Name | ast.Constant) and name not in ("annotation", "returns"):
                for part in ast.iter_child_nodes(value):
                    if isinstance(part, ast.expr) and getattr(part, "ctx", None).__class__ is not ast.Store:
                        setattr(node, name, copy.copy(part))
                        text = _unparse(tree)
                        setattr(node, name, value)
                        if text is not None:
                            yield text


def _unparse(tree: ast.AST) -> str | None:
    try:
        text = ast.unparse(tree)
        with warnings.catch_warnings(action="ignore"):
            compile(text, "candidate", "exec")
    except (SyntaxError, ValueError, TypeError, AttributeError):
        return None
    return text
