"""Language cases: Markdown files in `tests/language`, one a topic, and what is checked about each case.

A heading names a construct. Under it stand cases, each one ```` ```python ```` block: the text of a module, then a line
`# calls:`, then one call a line:

    def f(n: int) -> int:
        return 10 // n

    # calls:
    f(3)
    f(0)  # raises ZeroDivisionError

The function called is compiled from its annotations (`obj.method(...)` compiles a bound method). Every call runs in
CPython, compiled, and loaded in another process without source; all that can be noticed must be equal. The calls then
run a second time on the same object. Names in arguments: the module's own, `np`, `math`, `nan`, `inf`.

A comment `# error: SC402` expects that finding on that line, and that the function is refused with exactly the marked
findings; such a block needs no calls (the last function of the block is compiled). A ```` ```graph ```` block after a case
expects those graphs; `pytest --update-cases` rewrites it. All cases under one heading are supported or all refused.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import case_runner

HERE = Path(__file__).parent
LANGUAGE = HERE / "language"
ERROR = re.compile(r"#\s*error:\s*([A-Z]+\d+(?:\s*,\s*[A-Z]+\d+)*)")
RAISES = re.compile(r"#\s*raises\s+([\w.]+)\s*$")


@dataclass(frozen=True)
class CallLine:
    """One call: `entry` the callee's text, `arguments` the rest with its parentheses, `raises` what its author declares."""

    entry: str
    arguments: str
    raises: str | None


@dataclass(frozen=True)
class Case:
    """One case: where it stands, its module text, its calls, and the findings it expects by line of that text."""

    file: str
    headings: tuple[str, ...]
    number: int
    line: int
    text: str
    calls: tuple[CallLine, ...]
    errors: tuple[tuple[int, str], ...]
    graph: tuple[int, int, str] | None = None

    @property
    def id(self) -> str:
        title = " > ".join(self.headings)
        return f"{self.file}:{title}" + (f" #{self.number}" if self.number > 1 else "")

    @property
    def module(self) -> str:
        """A module name that stays when cases are added around this one."""
        slug = re.sub(r"\W+", "_", " ".join(self.headings)).strip("_").lower()
        return f"case_{Path(self.file).stem}_{slug}_{self.number}"

    def entries(self) -> dict[str, list[str]]:
        """Callee text to the argument texts of its calls, in order."""
        out: dict[str, list[str]] = {}
        for call in self.calls:
            out.setdefault(call.entry, []).append(call.arguments)
        if not out:
            defs = [n.name for n in ast.parse(self.text).body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
            out[defs[-1]] = []
        return out


@dataclass
class _Open:
    """A fenced block being read."""

    info: str
    line: int
    lines: list[str] = field(default_factory=list)


def read_cases(path: Path) -> list[Case]:
    """Every case of one Markdown file, in order."""
    cases: list[Case] = []
    headings: list[tuple[int, str]] = []
    counts: dict[tuple[str, ...], int] = {}
    for kind, line, text in _pieces(path.read_text(encoding="utf-8")):
        if kind == "heading":
            level = len(text) - len(text.lstrip("#"))
            headings = [h for h in headings if h[0] < level] + [(level, text.lstrip("#").strip())]
        elif kind == "python":
            titles = tuple(t for level, t in headings if level > 1)
            counts[titles] = counts.get(titles, 0) + 1
            cases.append(_case(path.name, titles, counts[titles], line, text))
        elif kind == "graph":
            cases[-1] = Case(**{**vars(cases[-1]), "graph": (line, len(text.splitlines()), text)})
    return cases


def _pieces(text: str) -> Iterator[tuple[str, int, str]]:
    """`(kind, line, text)`: headings, and fenced blocks by their info string."""
    block: _Open | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if block is not None and line.rstrip() == "```":
            yield block.info, block.line, "".join(s + "\n" for s in block.lines)
            block = None
        elif block is not None:
            block.lines.append(line)
        elif line.startswith("```"):
            block = _Open(line[3:].strip(), number + 1)
        elif line.startswith("#"):
            yield "heading", number, line
    if block is not None:
        raise ValueError(f"line {block.line}: block never ends")


def _case(file: str, titles: tuple[str, ...], number: int, line: int, text: str) -> Case:
    body, mark, calls = text.partition("# calls:\n")
    errors = []
    for i, source in enumerate(body.splitlines(), 1):
        for codes in ERROR.findall(source):
            errors += [(i, code.strip()) for code in codes.split(",")]
    if not mark and not errors:
        raise ValueError(f"{file}:{line}: a case needs calls or expected errors")
    lines = tuple(_call(file, line, s) for s in calls.splitlines() if s.strip() and not s.lstrip().startswith("#"))
    return Case(file, titles, number, line, body, lines, tuple(sorted(errors)))


def _call(file: str, line: int, text: str) -> CallLine:
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise ValueError(f"{file}:{line}: bad call {text!r}") from error
    if not isinstance(tree, ast.Call):
        raise ValueError(f"{file}:{line}: not a call: {text!r}")
    entry = ast.unparse(tree.func)
    rest = ast.unparse(tree)[len(entry) :]
    found = RAISES.search(text)
    return CallLine(entry, rest, found.group(1) if found else None)


@functools.cache
def all_cases() -> tuple[Case, ...]:
    return tuple(c for path in sorted(LANGUAGE.glob("*.md")) for c in read_cases(path))


@functools.cache
def scratch() -> Path:
    """A folder for this process's case modules and saved files, removed at exit."""
    folder = tempfile.TemporaryDirectory(prefix="scriptc_cases_")
    scratch_owner.append(folder)
    return Path(folder.name)


scratch_owner: list[Any] = []


def load_module(case: Case) -> ModuleType:
    """A fresh copy of the case's module, from a real file. It stays in `sys.modules`, where class sources are looked up."""
    path = scratch() / f"{case.module}.py"
    if not path.exists():
        path.write_text(case.text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(case.module, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[case.module] = module
    spec.loader.exec_module(module)
    return module


def namespace(module: ModuleType) -> dict[str, Any]:
    return {**case_runner.base_names(), **vars(module)}


def run_plain(case: Case) -> dict[str, list[dict[str, Any]]]:
    """What CPython does."""
    names = namespace(load_module(case))
    out = {}
    for entry, calls in case.entries().items():
        fn = eval(entry, names)
        out[entry] = case_runner.run_calls(fn, names, calls, f"{case.module}.py")
    return out


def check_declared(case: Case, plain: dict[str, list[dict[str, Any]]]) -> None:
    """Each call raises in CPython what its author declares, and nothing otherwise."""
    position: dict[str, int] = {}
    for call in case.calls:
        seen = plain[call.entry][position.setdefault(call.entry, 0)]
        position[call.entry] += 1
        raised = seen.get("raised", [None])[0]
        name = None if raised is None else raised.partition("exception ")[2].partition("(")[0] or raised
        if name != call.raises:
            raise AssertionError(f"{call.entry}{call.arguments}: CPython raises {raised}, the case declares {call.raises}")


@dataclass
class Outcome:
    """A case compiled, run and saved; `jobs` are what is left to do in the process without source."""

    failure: str | None = None
    jobs: list[dict[str, Any]] = field(default_factory=list)
    plain: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    program_text: dict[str, str] = field(default_factory=dict)


@functools.cache
def outcome(case: Case) -> Outcome:
    """Compile the case and run it here; never raises, so that a batch survives a bad case."""
    out = Outcome()
    try:
        _check_here(case, out)
    except (AssertionError, case_runner.CaseTimeout) as error:
        out.failure = str(error) or type(error).__name__
    except Exception as error:
        out.failure = f"crash: {type(error).__name__}: {error} at {_where(error)}"
    finally:
        sys.modules.pop(case.module, None)
    return out


def _where(error: BaseException) -> str:
    tb, last = error.__traceback__, "?"
    while tb is not None:
        last = f"{Path(tb.tb_frame.f_code.co_filename).name}:{tb.tb_lineno}"
        tb = tb.tb_next
    return last


def _check_here(case: Case, out: Outcome) -> None:
    out.plain = run_plain(case) if case.calls else {}
    check_declared(case, out.plain)
    names = namespace(load_module(case))
    for k, (entry, calls) in enumerate(case.entries().items()):
        compiled = compile_entry(case, names, entry)
        if compiled is None:
            continue
        path = scratch() / f"{case.module}.{k}.scriptc"
        compare("without passes", entry, calls, out.plain[entry], run_without_passes(case, entry, calls))
        out.program_text[entry] = check_program(compiled, path, lambda e=entry: compile_entry(case, names, e))
        seen = case_runner.run_calls(compiled, names, calls, f"{case.module}.py")
        compare("compiled", entry, calls, out.plain[entry], seen)
        out.jobs.append({"entry": entry, "path": str(path), "calls": calls, "file": f"{case.module}.py"})


def run_without_passes(case: Case, entry: str, calls: list[str]) -> list[dict[str, Any]]:
    """What the program does as the frontend made it."""
    from scriptc.passes import pipeline

    module, passes = sys.modules[case.module], pipeline.PIPELINE[:]
    names = namespace(load_module(case))
    pipeline.PIPELINE.clear()
    try:
        compiled = compile_entry(case, names, entry)
        return case_runner.run_calls(compiled, names, calls, f"{case.module}.py")
    finally:
        pipeline.PIPELINE[:] = passes
        sys.modules[case.module] = module  # where class sources are looked up


def compile_entry(case: Case, names: dict[str, Any], entry: str) -> Any:
    """The compiled entry, or None where the case expects it to be refused and it was, exactly so."""
    import scriptc

    try:
        with case_runner.time_limit(30):
            compiled = scriptc.script(eval(entry, names))
            assert compiled.program is not None  # a function may be compiled only when it is first used
    except scriptc.ScriptError as error:
        found = sorted((_line(d), d.code) for d in error.diagnostics if d.is_error)
        if not case.errors:
            raise AssertionError("refused: " + "; ".join(_finding(d) for d in error.diagnostics)) from None
        assert found == list(case.errors), f"expected findings {list(case.errors)}, got {found}"
        return None
    assert not case.errors, f"compiled, but expected {list(case.errors)}"
    return compiled


def _line(diagnostic: Any) -> int:
    return diagnostic.primary.span.line if diagnostic.primary else 0


def _finding(diagnostic: Any) -> str:
    return f"{diagnostic.code} line {_line(diagnostic)}: {diagnostic.message.strip()}"


def check_program(compiled: Any, path: Path, recompile: Any) -> str:
    """Print and parse, save and load are inverse; compiling again gives the same file."""
    import scriptc
    from scriptc import archive
    from scriptc.ir import parse_program, print_program
    from scriptc.ops import TABLE

    text = print_program(compiled.program)
    again = parse_program(text, TABLE)
    assert print_program(again) == text, "parse(print(program)) prints differently"
    scriptc.save(compiled, path)
    other = path.with_suffix(".other")
    archive.save(again, other)
    assert other.read_bytes() == path.read_bytes(), "parse(print(program)) saves as a different file"
    scriptc.save(recompile(), other)
    assert other.read_bytes() == path.read_bytes(), "two compilations give different files"
    scriptc.save(scriptc.load(path), other)
    assert other.read_bytes() == path.read_bytes(), "save(load(file)) gives different bytes"
    return text


def compare(who: str, entry: str, calls: list[str], want: list[dict[str, Any]], got: list[dict[str, Any]]) -> None:
    """Every observation equal, or an `AssertionError` that shows the first that is not."""
    for i, (a, b) in enumerate(zip(want, got, strict=True)):
        if a == b:
            continue
        call = f"{entry}{calls[i % len(calls)]}" + (" (second time)" if i >= len(calls) else "")
        keys = [k for k in sorted({*a, *b}) if a.get(k) != b.get(k)]
        detail = "".join(f"\n  {k}: CPython {a.get(k, 'nothing')!s:.600}\n  {' ' * len(k)}  {who} {b.get(k, 'nothing')!s:.600}" for k in keys)
        raise AssertionError(f"{who} differs in {', '.join(keys)}: {call}{detail}")


Answers = dict[str, dict[str, Any]]


def run_elsewhere(cases: tuple[Case, ...]) -> Answers:
    """Load and run the saved files of all `cases` in one process that has no source; answers by saved path."""
    jobs = [job for c in cases if outcome(c).failure is None for job in outcome(c).jobs]
    for source in scratch().glob("*.py"):
        source.unlink()
    if not jobs:
        return {}
    job_file = scratch() / f"jobs_{abs(hash(cases))}.json"
    job_file.write_text(json.dumps(jobs))
    answers = Path(f"{job_file}.answers")
    answers.write_text("")
    while True:
        problem = _spawn(job_file)
        if problem is None or len(answers.read_text().splitlines()) >= len(jobs):
            break
        with answers.open("a") as out:  # the job it died on; the rest runs in a new process
            out.write(json.dumps({"failed": f"process died: {problem}"}) + "\n")
    lines = [json.loads(s) for s in answers.read_text().splitlines()]
    return {job["path"]: answer for job, answer in zip(jobs, lines, strict=False)}


def _spawn(job_file: Path) -> str | None:
    env = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    command = [sys.executable, str(HERE / "case_runner.py"), str(job_file)]
    try:
        done = subprocess.run(command, env=env, cwd=scratch(), capture_output=True, text=True, timeout=300)
    except subprocess.TimeoutExpired:
        return "timeout"
    return None if done.returncode == 0 else f"exit {done.returncode}: {done.stderr[-800:]}"


def check_loaded(case: Case, answers: Answers) -> None:
    """The loaded file does in its process what CPython did here."""
    result = outcome(case)
    for job in result.jobs:
        answer = answers[job["path"]]
        assert "failed" not in answer, f"loaded: {answer['failed']}"
        assert answer["same_bytes"], "loaded: save(load(file)) gives different bytes in the other process"
        compare("loaded", job["entry"], job["calls"], result.plain[job["entry"]], answer["seen"])


def check_graph(case: Case, update: bool) -> None:
    """The first entry's graph text is what the block says; with `update` the block is rewritten."""
    if case.graph is None:
        return
    want = case.graph[2]
    text = next(iter(outcome(case).program_text.values()))
    got = text[text.index("\ngraph ") + 1 :].rstrip("\n") + "\n"  # without the source text and the signature, which say nothing new
    if got == want:
        return
    assert update, f"the graph differs (pytest --update-cases rewrites it):\n{got}"
    path = LANGUAGE / case.file
    line, count, _ = next(c.graph for c in read_cases(path) if c.id == case.id and c.graph is not None)  # lines move as blocks are rewritten
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[line - 1 : line - 1 + count] = [got]
    path.write_text("".join(lines), encoding="utf-8")
