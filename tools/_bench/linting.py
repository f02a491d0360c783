"""`scriptc lint` of a large tree: on the clock, from the cache, and against ruff and mypy on the same files."""

from __future__ import annotations

import importlib.util
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from rows import Row

GROUP = "lint"
PLAIN = '''import json
import os
from dataclasses import dataclass


@dataclass
class Record{k}:
    """One line of the table."""

    name: str
    size: int = 0

    def total(self, other: "Record{k}") -> int:
        result = self.size + other.size
        for i in range(result):
            result += i % 7 if result > 100 else -1
        return result


def load_{k}(path: str) -> list[Record{k}]:
    with open(os.path.join(path, "data.json"), encoding="utf-8") as f:
        data = json.load(f)
    out: list[Record{k}] = []
    for item in data:
        try:
            out.append(Record{k}(item["name"], int(item["size"])))
        except (KeyError, ValueError) as e:
            print(f"bad {{item}}: {{e}}")
    return sorted(out, key=lambda r: (r.name, -r.size))


'''
SCRIPTED = """
@script
def step_{k}(x: np.ndarray, n: int) -> np.ndarray:
    h, total = x, 0
    for i in range(n):
        if h.mean() > {k}.5:
            h = np.maximum(h * 0.5 + x, 0.1)
            total += i
        elif total % 7 == 3:
            break
    t = [total, {k}, len(x)]
    total = total + sum(t) - h.shape[0]
    return np.maximum(h, 0.1) + np.tanh(x) * total

"""
HEAD = "import numpy as np\n\nfrom scriptc import script\n\n"
LINES, FUNCTIONS, A_FILE = 100_000, 1000, 10
ROUNDS = 5
MOST_PLAIN, MOST_SCRIPTED, MOST_CACHED = 5.0, 10.0, 1.0
MOST_RUFF, MOST_MYPY = 10.0, 1.0


def run_lint(folder: Path, rounds: int) -> Iterator[Row]:
    plain, scripted = folder / "plain", folder / "scripted"
    lines = fill(plain, PLAIN, "", LINES // PLAIN.count("\n") + 1)
    fill(scripted, SCRIPTED, HEAD, FUNCTIONS)
    turns = min(rounds, ROUNDS)
    yield timed(f"{lines:,} lines without scripted code", [command(plain, "--no-cache") for _ in range(turns)], MOST_PLAIN)
    yield timed(f"{FUNCTIONS:,} scripted functions", [command(scripted, "--no-cache")], MOST_SCRIPTED)
    command(scripted)
    yield timed("the same from the cache", [command(scripted) for _ in range(turns)], MOST_CACHED)
    yield against("ruff", ["check", "--no-cache", "--isolated"], plain, turns, MOST_RUFF)
    yield against("mypy", ["--no-incremental", "--cache-dir", "/dev/null"], plain, 1, MOST_MYPY)


def fill(folder: Path, part: str, head: str, parts: int) -> int:
    """Files with so many parts in all; how many lines they have."""
    folder.mkdir()
    lines = 0
    for first in range(0, parts, A_FILE):
        text = head + "".join(part.format(k=k) for k in range(first, min(first + A_FILE, parts)))
        (folder / f"m{first}.py").write_text(text, encoding="utf-8")
        lines += text.count("\n")
    return lines


def clock(args: list[str], folder: Path) -> float:
    """Seconds that a command takes in the folder."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", *args], cwd=folder, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{args[0]} fails: {(done.stderr or done.stdout)[:200]}")
    return seconds


def command(folder: Path, *options: str) -> float:
    return clock(["scriptc", "lint", *options], folder)


def timed(what: str, seconds: list[float], limit: float) -> Row:
    low, middle, high = statistics.quantiles(seconds, n=4) if len(seconds) > 1 else (None, seconds[0], None)
    return Row(GROUP, what, middle, "s", low, high, limit)


def against(tool: str, options: list[str], folder: Path, turns: int, limit: float) -> Row:
    """Ours / theirs, both without a cache, in turns."""
    what = f"{LINES:,} lines without scripted code / {tool}"
    if importlib.util.find_spec(tool) is None:
        return Row(GROUP, what, float("nan"), note=f"{tool} is not installed")
    pairs = [(command(folder, "--no-cache"), clock([tool, *options, "."], folder)) for _ in range(turns)]
    ratios = [ours / theirs for ours, theirs in pairs]
    low, middle, high = statistics.quantiles(ratios, n=4) if turns > 1 else (None, ratios[0], None)
    ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    return Row(GROUP, what, middle, "", low, high, limit, f"{ours:.3g} s, {theirs:.3g} s")
