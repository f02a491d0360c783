"""Import, load, the first call and later ones, each in new processes; what a file holds besides its weights."""

from __future__ import annotations

import pickle
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from rows import Row

import samples
import scriptc

IMPORT = """
import time
start = time.process_time()
import numpy
between = time.process_time()
import scriptc
print(between - start, time.process_time() - between)
"""
LOAD = """
import pickle, random, sys, time
import numpy as np, scriptc
args = pickle.load(open(sys.argv[2], "rb"))
now = time.process_time
def call():
    random.seed(0), np.random.seed(0)
    start = now()
    model(*args)
    return now() - start
start = now()
model = scriptc.load(sys.argv[1])
loaded = now() - start
times = [call() for _ in range(100)]
print(loaded, times[0], times[1], sorted(times[-11:])[5])
"""
LOADS = 5
FIRST_CALL = 15.0
"""Milliseconds for loading the dynamic net and calling it once."""
OVERHEAD = 5.0
"""Kilobytes of its file besides the weights and the source text."""


def in_new_process(code: str, *args: str) -> list[float]:
    done = subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True, check=True)
    return [float(x) for x in done.stdout.split()]


def row(group: str, what: str, milliseconds: list[float], limit: float | None = None, note: str = "") -> Row:
    low, middle, high = statistics.quantiles(milliseconds, n=4)
    return Row(group, what, middle, "ms", low, high, limit, note)


def run_import(folder: Path, rounds: int) -> Iterator[Row]:
    in_new_process(IMPORT)  # writes the bytecode
    times = [in_new_process(IMPORT) for _ in range(rounds)]
    numpy, ours = ([1000 * t[k] for t in times] for k in (0, 1))
    yield row("import", "numpy", numpy)
    yield row("import", "scriptc", ours, 50.0, "on top of numpy")


def run_load(folder: Path, rounds: int) -> Iterator[Row]:
    for name in samples.ALL:
        model, calls = samples.make(name)
        file, data = folder / f"{name}.scriptc", folder / f"{name}.pickle"
        compiled = scriptc.script(model)
        compiled.save(file)
        data.write_bytes(pickle.dumps(calls[0]))
        times = [[1000 * t for t in in_new_process(LOAD, str(file), str(data))] for _ in range(LOADS)]
        first, second, hundredth = (statistics.median(t[k] for t in times) for k in (1, 2, 3))
        both = [t[0] + t[1] for t in times]
        note = f"first call {first:.3g} ms, second {second:.3g} ms, hundredth {hundredth:.3g} ms"
        yield row("load and first call", name, both, FIRST_CALL if name == "dynamic_net" else None, note)
        yield file_size(name, compiled, file)


def file_size(name: str, compiled: scriptc.CompiledFunction, file: Path) -> Row:  # type: ignore[type-arg]
    """What the file holds besides the arrays and the source text."""
    size, weights = file.stat().st_size, sum(a.nbytes for a in compiled.state_dict().values())
    source = sum(len((s.text or "").encode()) for s in compiled.program.sources.values())
    note = f"{size / 1000:.1f} kB = weights {weights / 1000:.1f} + source {source / 1000:.1f} + graph"
    limit = OVERHEAD if name == "dynamic_net" else None
    return Row("file without weights and source", name, (size - weights - source) / 1000, "kB", limit=limit, note=note)
