"""One random program in CPython and in scriptc, lowered, compiled and loaded: what differs."""

from __future__ import annotations

import contextlib
import linecache
import re
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import case_runner

import scriptc
from scriptc import ir
from scriptc.frontend import compile_object
from scriptc.ir.core import Program
from scriptc.ir.verifier import verify
from scriptc.library import Library
from scriptc.ops import TABLE
from scriptc.passes import pipeline
from scriptc.runtime.compiled import wrap
from scriptc.runtime.link import Linked

UNFAIR = ("UnboundLocalError", "NameError", "TypeError", "AttributeError")
SECONDS = 10.0
WARM = 20
"""Runs after which CPython has specialised a function."""
THOROUGH = 16
"""One program in so many is looked at more closely."""


@dataclass(frozen=True)
class Finding:
    """`kind` says which fault it is, coarsely, so that shrinking keeps to the same one; `detail` is for the reader."""

    kind: str
    detail: str

    @property
    def refused(self) -> bool:
        return self.kind.startswith("refused")


@contextlib.contextmanager
def time_limit(seconds: float = SECONDS) -> Iterator[None]:
    """`CaseTimeout` after `seconds` of computing, and again each second: a `finally` of the program may swallow one."""

    def stop(signum: int, frame: FrameType | None) -> None:
        raise case_runner.CaseTimeout(f"no answer in {seconds} s")

    old = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds, 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, old)


@contextlib.contextmanager
def module_of(text: str, name: str) -> Iterator[ModuleType]:
    """`text` as a module whose source only `linecache` has."""
    module = ModuleType(name)
    module.__file__ = f"/fuzz/{name}.py"
    sys.modules[name] = module
    linecache.cache[module.__file__] = (len(text), None, text.splitlines(keepends=True), module.__file__)
    try:
        exec(compile(text, module.__file__, "exec", dont_inherit=True), vars(module))
        yield module
    finally:
        del sys.modules[name]
        linecache.cache.pop(module.__file__, None)


def target(module: ModuleType) -> Any:
    """What is called: `f`, or a fresh module object."""
    return module.make() if hasattr(module, "make") else module.f


Seen = list[dict[str, Any]]


class Checker:
    """Compares programs; files are saved in `folder`.

    Models with state are frozen, too. One program in `thorough` is compiled once more by `script` itself for equal bytes,
    verified after every pass, printed and parsed.
    """

    def __init__(self, folder: Path, thorough: int = THOROUGH) -> None:
        self.path = folder / "fuzz.scriptc"
        self.again = folder / "again.scriptc"
        self.thorough = thorough
        self.count = 0
        self.raised: list[str | None] = []
        """How the calls of the last program ended in CPython: the exception, or None."""

    @property
    def is_thorough(self) -> bool:
        return self.count % self.thorough == 0

    def check(self, text: str, calls: list[str]) -> Finding | None:
        """The first difference, a refusal, a crash or a hang; None where all is equal or the program is no fair one."""
        self.count += 1
        self.raised = []
        name = f"fuzz_{self.count}"
        try:
            with time_limit(), module_of(text, name) as module:
                want = self.run(module, target(module), calls, vars(module))
                self.raised = [_ended(w) for w in want]
                if any(bad in str(w.get("raised")) for w in want for bad in UNFAIR):
                    return None
        except (Exception, case_runner.CaseTimeout):  # no fair program: a shrunk one may be anything
            return None
        try:
            with time_limit(), module_of(text, name) as module:
                finding = self.compare(module, calls, want)
            return None if finding is not None and self.wavers(text, calls, want) else finding
        except scriptc.ScriptError as error:
            return _refusal(error)
        except (Exception, case_runner.CaseTimeout) as error:
            kind = "hang" if isinstance(error, case_runner.CaseTimeout) else f"crash {_cause(error)}"
            return Finding(kind, f"{type(error).__name__}: {error}")

    def wavers(self, text: str, calls: list[str], want: Seen) -> bool:
        """Does CPython differ from itself? Once it has specialised `nan * -nan` to floats, the product has the other sign.

        So it depends on what ran before. Asked are many runs in a row, each call alone, and runs that are traced, where CPython 3.11
        specialises nothing.
        """
        try:
            with time_limit():
                return self.runs(text, calls, 1) == [want] and any(s != want for s in self.others(text, calls, want))
        except (Exception, case_runner.CaseTimeout):
            return False

    def others(self, text: str, calls: list[str], want: Seen) -> Iterator[Seen]:
        """What CPython gives for the same calls in other circumstances."""
        yield from self.runs(text, calls, WARM)
        if "state" not in want[-1]:
            alone = [self.runs(text, [call], 1)[0] for call in calls]
            yield [seen[i] for i in (0, 1) for seen in alone]
        sys.settrace(_nothing)
        try:
            yield self.runs(text, calls, 1)[0]
        finally:
            sys.settrace(None)

    def runs(self, text: str, calls: list[str], times: int) -> list[Seen]:
        with module_of(text, "fuzz_again") as module:
            return [self.run(module, target(module), calls, vars(module)) for _ in range(times)]

    def run(self, module: ModuleType, fn: Any, calls: list[str], names: dict[str, Any]) -> Seen:
        seen = case_runner.run_calls(fn, {**case_runner.base_names(), **names}, calls, f"{module.__name__}.py")
        if hasattr(module, "make"):
            seen.append({"state": case_runner.Describer()(dict(sorted(fn.state_dict().items())))})
        return seen

    def compare(self, module: ModuleType, calls: list[str], want: Seen) -> Finding | None:
        for who, make in (("lowered", self.lowered), ("compiled", self.compiled), ("loaded", self.loaded)):
            fn, names = make(module)
            finding = difference(who, calls, want, self.run(module, fn, calls, names))
            if finding is not None:
                return finding
        if self.program.state or self.is_thorough:
            fn = scriptc.freeze(scriptc.load(self.path), training=True)
            seen = want[: 2 * len(calls)]  # not its state: there may be none
            finding = difference("frozen", calls, seen, self.run(module, fn, calls, {**vars(module), **fn.classes})[: len(seen)])
            if finding is not None:
                return finding
        return self.scrutinize(module) if self.is_thorough else None

    def lowered(self, module: ModuleType) -> tuple[Any, dict[str, Any]]:
        """As the frontend made it, without passes."""
        self.obj = target(module)
        self.program, self.classes = compile_object(self.obj, library=Library())
        if self.is_thorough:
            verify(self.program)
        return self.linked(self.program), vars(module)

    def linked(self, program: Program) -> Any:
        return wrap(Linked(program, self.classes), self.obj, module=not hasattr(self.obj, "__code__"))

    def compiled(self, module: ModuleType) -> tuple[Any, dict[str, Any]]:
        """With all passes; saved before it runs."""
        if self.program.state:  # the first run has changed it
            self.obj = target(module)
            self.program, self.classes = compile_object(self.obj, library=Library())
        after: Callable[[str, Program], object] | None = (lambda _, p: verify(p)) if self.is_thorough else None
        self.program = pipeline.run(self.program, after=after)
        made = self.linked(self.program)
        made.save(self.path)  # verifies
        return made, vars(module)

    def loaded(self, module: ModuleType) -> tuple[Any, dict[str, Any]]:
        made = scriptc.load(self.path)
        return made, {**vars(module), **made.classes}

    def scrutinize(self, module: ModuleType) -> Finding | None:
        """The text form parses back; compiling again, and saving what was loaded, give the same bytes."""
        bytes_ = self.path.read_bytes()
        made = scriptc.script(target(module))
        made.save(self.again)
        if self.again.read_bytes() != bytes_:
            return Finding("differs bytes compiled again", "")
        loaded = scriptc.load(self.path)
        loaded.save(self.again)
        if self.again.read_bytes() != bytes_:
            return Finding("differs bytes saved again", "")
        if ir.parse_program(ir.print_program(made.program), TABLE) != made.program:
            return Finding("differs text parsed", "")
        return None


def _nothing(frame: FrameType, event: str, arg: object) -> None:
    """A trace function that traces nothing."""


def _ended(seen: dict[str, Any]) -> str | None:
    found = re.search(r"\w*(?:Error|Exception|Oops)", str(seen.get("raised", "")))
    return found and found.group()


def _refusal(error: scriptc.ScriptError) -> Finding | None:
    if "SC109" in error.codes:  # a name that shrinking took away
        return None
    first = error.diagnostics[0]
    shape = " ".join(w for w in first.message.split() if "`" not in w)[:60]  # without names and types
    return Finding(f"refused {first.code} {shape}", "\n".join(map(str, error.diagnostics)))


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


def difference(who: str, calls: list[str], want: Seen, got: Seen) -> Finding | None:
    for i, (a, b) in enumerate(zip(want, got, strict=True)):
        if a != b:
            keys = [k for k in sorted({*a, *b}) if a.get(k) != b.get(k)]
            text = "".join(f"\n  {k}: CPython {a.get(k)!s:.400}\n  {who} {b.get(k)!s:.400}" for k in keys)
            return Finding(f"differs {who} {keys[0]}", f"f{calls[i % len(calls)]} call {i}{text}")
    return None
