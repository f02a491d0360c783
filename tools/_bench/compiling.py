"""Compile time against lines of source: straight on, with loops and branches in one function, and in many functions."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from rows import Row, seconds

import scriptc

STRAIGHT = """    h = h * 0.5 + x
    total = total + {k}
    h = np.maximum(h, 0.1) + np.tanh(x) * {k}
    t{k} = [total, {k}, len(x)]
    total = total + sum(t{k}) - h.shape[0]
"""
STEP = """    for i in range(n):
        if h.mean() > {k}.5:
            h = h * 0.5 + x
            total += i
        elif total % 7 == {k} % 7:
            break
    t{k} = [total, {k}, len(x)]
    total = total + sum(t{k}) - h.shape[0]
    h = np.maximum(h, 0.1) + np.tanh(x) * {k}
    name = f"step {k}: {{total}}"
"""
SIZES = (100, 1000, 5000)
MOST = 1.0
"""Milliseconds a line."""


def straight(lines: int) -> str:
    return one(STRAIGHT, lines)


def branching(lines: int) -> str:
    return one(STEP, lines)


def one(step: str, lines: int) -> str:
    body = "".join(step.format(k=k) for k in range(lines // step.count("\n")))
    return f"import numpy as np\n\ndef f(x: np.ndarray, n: int) -> np.ndarray:\n    h, total = x, 0\n{body}    return h\n"


def functions(lines: int) -> str:
    """A function for each step."""
    count = lines // (STEP.count("\n") + 4)
    head = "def g{k}(x: np.ndarray, h: np.ndarray, n: int, total: int) -> np.ndarray:\n"
    parts = [head.format(k=k) + STEP.format(k=k) + "    return h\n" for k in range(count)]
    calls = "".join(f"    h = g{k}(x, h, n, {k})\n" for k in range(count))
    return "\n".join(["import numpy as np\n", *parts, f"def f(x: np.ndarray, n: int) -> np.ndarray:\n    h = x\n{calls}    return h\n"])


KINDS: dict[str, Callable[[int], str]] = {"straight line": straight, "loops and branches": branching, "many functions": functions}


def run_compile(folder: Path, rounds: int) -> Iterator[Row]:
    for kind, make in KINDS.items():
        scriptc.script(module_from(make(30), folder, f"warm_{make.__name__}").f)
        for size in SIZES:
            text = make(size)
            module = module_from(text, folder, f"{make.__name__}_{size}")
            times = [seconds(lambda fn=module.f: scriptc.script(fn)) for _ in range(3)]  # the first also pays for fresh memory
            lines = text.count("\n")
            yield Row("compile", f"{kind}, {lines} lines", 1000 * min(times) / lines, "ms a line", limit=MOST, note=f"{1000 * min(times):.0f} ms")


def module_from(text: str, folder: Path, name: str) -> Any:
    path = folder / f"{name}.py"
    path.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
