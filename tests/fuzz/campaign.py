"""Many random programs in a row: counts, coverage, and one shrunk program for each kind of fault."""

from __future__ import annotations

import ast
import collections
import faulthandler
import gc
import hashlib
import itertools
import multiprocessing
import os
import queue
import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from differ import THOROUGH, Checker, Finding
from generate import generate
from shrink import shrink

HANG = 120.0
"""A worker that has not come back from one program after so many seconds (in C code, say) is ended; the program counts as a hang."""
GARBAGE = 10
"""The collector looks at what is new once in so many programs; at everything after each range of seeds."""
RANGES = 20
"""A worker ends after so many ranges of seeds and another takes its place: one that has seen many programs is slower."""
SHARED = Path("/dev/shm")


@dataclass
class Tally:
    """What some programs gave."""

    programs: int = 0
    lines: int = 0
    cpu: float = 0.0
    findings: collections.Counter[str] = field(default_factory=collections.Counter)
    examples: dict[str, int] = field(default_factory=dict)  # the seed of the first program of each kind
    ends: collections.Counter[str] = field(default_factory=collections.Counter)  # how calls ended in CPython
    nodes: collections.Counter[str] = field(default_factory=collections.Counter)  # programs with each kind of syntax

    def add(self, other: Tally) -> None:
        self.programs += other.programs
        self.lines += other.lines
        self.cpu += other.cpu
        for mine, theirs in ((self.findings, other.findings), (self.ends, other.ends), (self.nodes, other.nodes)):
            mine.update(theirs)
        for kind, seed in other.examples.items():
            self.examples[kind] = min(seed, self.examples.get(kind, seed))

    @property
    def faults(self) -> int:
        return sum(n for kind, n in self.findings.items() if not kind.startswith("refused"))

    @property
    def refused(self) -> int:
        return sum(n for kind, n in self.findings.items() if kind.startswith("refused"))


@dataclass(frozen=True)
class Plan:
    """Where findings go, and how long one is shrunk, in seconds."""

    folder: Path
    patience: float = 30.0
    refusals: bool = False
    thorough: int = THOROUGH


class Campaign:
    """Runs programs in this process."""

    def __init__(self, plan: Plan, scratch: Path) -> None:
        self.plan = plan
        self.checker = Checker(scratch, plan.thorough)
        self.seen: set[str] = set()

    def run(self, seeds: range, end: float) -> Tally:
        """The programs of `seeds`, as many as fit before `end`."""
        tally, start = Tally(), time.process_time()
        for seed in seeds:
            if time.monotonic() > end:
                break
            self.one(seed, tally)
            if tally.programs % GARBAGE == 0:
                gc.collect(0)
        gc.collect()
        tally.cpu = time.process_time() - start
        return tally

    def one(self, seed: int, tally: Tally) -> None:
        text, calls = generate(seed)
        tally.programs += 1
        try:
            tree = ast.parse(text)
        except SyntaxError:
            tally.findings["crash of the generator: no Python"] += 1
            tally.examples.setdefault("crash of the generator: no Python", seed)
            return
        finding = self.checker.check(text, calls)
        tally.lines += text.count("\n")
        tally.ends.update(end or "returned" for end in self.checker.raised or ["unfair"])
        tally.nodes.update({type(node).__name__ for node in ast.walk(tree)})
        if finding is not None:
            tally.findings[finding.kind] += 1
            tally.examples.setdefault(finding.kind, seed)
            self.keep(seed, finding, text, calls)

    def keep(self, seed: int, finding: Finding, text: str, calls: list[str]) -> None:
        """Shrink the first program of each kind and write it down."""
        if finding.kind in self.seen or finding.refused and not self.plan.refusals:
            return
        self.seen.add(finding.kind)
        small, few = shrink(self.checker, text, calls, finding, self.plan.patience)
        write(self.plan.folder, seed, self.checker.check(small, few) or finding, small, few)


def write(folder: Path, seed: int, finding: Finding, text: str, calls: list[str]) -> None:
    name = hashlib.sha256(finding.kind.encode()).hexdigest()[:8]
    comment = "".join(f"# {line}\n" for line in f"seed {seed}: {finding.kind}\n{finding.detail}".splitlines())
    body = text + "\n\n# calls:\n" + "".join(f"f{c}\n" for c in calls)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{finding.kind.split()[0]}_{name}.py").write_text(comment + "\n" + body, encoding="utf-8")


# --- several processes -------------------------------------------------------------------------------------------------


def _work(plan: Plan, tasks: Any, answers: Any, current: Any) -> None:
    """A worker: takes ranges of seeds, answers with tallies."""
    warnings.simplefilter("ignore")
    gc.freeze()
    gc.disable()
    with tempfile.TemporaryDirectory(dir=SHARED if SHARED.is_dir() else None) as scratch:
        campaign = Campaign(plan, Path(scratch))
        one = campaign.one

        def watched(seed: int, tally: Tally) -> None:
            current.value = seed
            faulthandler.dump_traceback_later(HANG + plan.patience, exit=True)
            one(seed, tally)

        campaign.one = watched  # type: ignore[method-assign]
        for seeds, end in itertools.islice(_tasks(tasks), RANGES):
            answers.put(campaign.run(seeds, end))
            faulthandler.cancel_dump_traceback_later()


def _tasks(tasks: Any) -> Iterator[tuple[range, float]]:
    """What there is to do, until the end is said or whoever says it is gone."""
    parent = os.getppid()
    while os.getppid() == parent:
        try:
            task = tasks.get(timeout=5.0)
        except queue.Empty:
            continue
        if task is None:
            return
        yield task


class Workers:
    """`jobs` processes; one that ends is replaced, and where it died its program is counted as a hang."""

    def __init__(self, plan: Plan, jobs: int) -> None:
        self.plan, self.context = plan, multiprocessing.get_context("spawn")
        self.tasks, self.answers = self.context.Queue(), self.context.Queue()
        self.running = [self.start() for _ in range(jobs)]

    def start(self) -> tuple[Any, Any]:
        current = self.context.Value("q", -1)
        process = self.context.Process(target=_work, args=(self.plan, self.tasks, self.answers, current), daemon=True)
        process.start()
        return process, current

    def answer(self) -> Tally:
        """The next tally; one of a single hang where a worker died."""
        while True:
            try:
                return self.answers.get(timeout=0.2)  # type: ignore[no-any-return]
            except queue.Empty:
                dead = self.replace()
                if dead is not None:
                    return dead

    def replace(self) -> Tally | None:
        """Start a worker in the place of each that has ended; the hang of the first that died."""
        for i, (process, current) in enumerate(self.running):
            if process.exitcode is not None:
                self.running[i] = self.start()
                if process.exitcode != 0:
                    kind = f"hang or death with exit code {process.exitcode}"
                    return Tally(1, findings=collections.Counter([kind]), examples={kind: current.value})
        return None

    def stop(self) -> None:
        for _ in self.running:
            self.tasks.put(None)
        for process, _ in self.running:
            process.join()
