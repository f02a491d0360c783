"""The measurements of tools/bench. Medians; what is compared runs in turns, so that a slow moment hits both."""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import statistics
import subprocess
import sys
import tempfile
import time
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

import scriptc


@dataclass
class Row:
    """One measurement: `limit` is what issue 2 allows, None where it names none."""

    what: str
    value: float
    unit: str
    limit: float | None
    note: str = ""

    @property
    def ok(self) -> bool:
        return self.limit is None or self.value <= self.limit


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools/bench")
    parser.add_argument("--json", type=Path, help="also write the rows to this file")
    parser.add_argument("--rounds", type=int, default=15, help="turns of each comparison (default: 15)")
    args = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder, Console().status("") as status:
        for name, bench in BENCHES.items():
            status.update(name)
            try:
                rows += bench(Path(folder), args.rounds)
            except Exception as e:  # the others are still worth knowing
                rows.append(Row(name, math.nan, "", 0, f"{type(e).__name__}: {e}".strip().splitlines()[0]))
    if args.json:
        args.json.write_text(json.dumps([{**asdict(r), "ok": r.ok} for r in rows], indent=1) + "\n", encoding="utf-8")
    Console().print(as_table(rows))
    return 0 if all(r.ok for r in rows) else 1


def as_table(rows: list[Row]) -> Table:
    table = Table(title=f"Python {sys.version.split()[0]}, NumPy {np.__version__}", title_justify="left")
    for head, justify in (("what", "left"), ("value", "right"), ("at most", "right"), ("", "left"), ("note", "left")):
        table.add_column(head, justify=justify)  # type: ignore[arg-type]
    for r in rows:
        verdict = "" if r.limit is None else "[green]ok[/]" if r.ok else "[red]over[/]"
        table.add_row(r.what, f"{r.value:.3g} {r.unit}", "" if r.limit is None else f"{r.limit:g} {r.unit}", verdict, r.note)
    return table


def seconds(fn: Callable[[], Any]) -> float:
    start = time.perf_counter()
    fn()
    return time.perf_counter() - start


def in_turns(a: Callable[[], Any], b: Callable[[], Any], rounds: int) -> tuple[float, float]:
    """Median seconds of each; the order within a turn alternates."""
    a(), b()
    times: tuple[list[float], list[float]] = ([], [])
    for k in range(rounds):
        for which in (0, 1) if k % 2 else (1, 0):
            times[which].append(seconds((a, b)[which]))
    return statistics.median(times[0]), statistics.median(times[1])


def ratio(what: str, compiled: Callable[[], Any], eager: Callable[[], Any], rounds: int) -> list[Row]:
    t, t_eager = in_turns(compiled, eager, rounds)
    return [Row(f"{what}: compiled / eager", t / t_eager, "", 1.0, f"{1000 * t:.3g} ms, {1000 * t_eager:.3g} ms")]


def dynamic_net(folder: Path, rounds: int) -> list[Row]:
    from samples.dynamic_net import DynamicNet

    model = DynamicNet(1000, 100, 10)
    compiled = scriptc.script(model)
    file = folder / "net.scriptc"
    compiled.save(file)
    loaded = scriptc.load(file)
    x = np.random.default_rng(0).standard_normal((1, 1000)).astype(np.float32) / 100
    rows = ratio("dynamic net, depth 30", lambda: loaded(x, 30), lambda: model(x, 30), rounds * 20)
    weights = sum(a.nbytes for a in compiled.state_dict().values())
    source = sum(len((s.text or "").encode()) for s in compiled.program.sources.values())
    over = file.stat().st_size - weights - source
    rows.append(Row("dynamic net: file over weights and source", over / 1000, "kB", 5, f"{weights} + {source} + {over} bytes"))
    return [*rows, *starting(file, rounds)]


IN_NEW_PROCESS = """
import sys, time, numpy as np
x = np.ones((1, 1000), np.float32)
start = time.perf_counter()
import scriptc
imported = time.perf_counter()
scriptc.load(sys.argv[1])(x, 3)
print(imported - start, time.perf_counter() - imported)
"""


def in_new_process(file: Path) -> tuple[float, float]:
    """Seconds for `import scriptc` after `import numpy`, and for loading and calling the dynamic net after that."""
    out = subprocess.run([sys.executable, "-c", IN_NEW_PROCESS, str(file)], capture_output=True, text=True, check=True).stdout.split()
    return float(out[0]), float(out[1])


def starting(file: Path, rounds: int) -> list[Row]:
    in_new_process(file)  # writes the bytecode
    times = [in_new_process(file) for _ in range(rounds)]
    imports, firsts = (1000 * statistics.median(t[k] for t in times) for k in (0, 1))
    return [
        Row("import scriptc", imports, "ms", 50, "on top of import numpy"),
        Row("dynamic net: load and first call", firsts, "ms", 15, "after import, new process"),
    ]


def silero(folder: Path, rounds: int) -> list[Row]:
    from samples.silero_vad.audio import read_wav
    from samples.silero_vad.model import pretrained

    model = pretrained()
    audio = read_wav(Path("samples/silero_vad/speech.wav"))
    scriptc.script(model).save(folder / "vad.scriptc")
    loaded = scriptc.load(folder / "vad.scriptc")
    return ratio("Silero VAD, 5 s of audio", lambda: loaded(audio), lambda: model(audio), rounds)


def g2p(folder: Path, rounds: int) -> list[Row]:
    if importlib.util.find_spec("g2p_en") is None:
        return []
    with stubs():
        from g2p_en import G2p

        model = G2p()
    compiled = scriptc.script(model.predict, types={"word": str})
    words = ["activationist", "scripting", "compiler", "a", "phoneme", "unbelievably", "numpy", "loop"]
    return ratio("g2p, 8 words", lambda: [compiled(w) for w in words], lambda: [model.predict(w) for w in words], rounds * 2)


@contextmanager
def stubs() -> Iterator[None]:
    """g2p_en imports nltk and inflect; `predict` uses neither."""
    nltk, corpus, tokenize = types.ModuleType("nltk"), types.ModuleType("nltk.corpus"), types.ModuleType("nltk.tokenize")
    inflect = types.ModuleType("inflect")
    inflect.__dict__.update(engine=lambda: None)
    nltk.__dict__.update(pos_tag=None, data=types.SimpleNamespace(find=str))
    corpus.__dict__.update(cmudict=types.SimpleNamespace(dict=dict))
    tokenize.__dict__.update(TweetTokenizer=lambda: types.SimpleNamespace(tokenize=str.split))
    modules = {"nltk": nltk, "nltk.corpus": corpus, "nltk.tokenize": tokenize, "inflect": inflect}
    sys.modules.update(modules)
    try:
        yield
    finally:
        for name in modules:
            sys.modules.pop(name, None)


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
LINES = STEP.count("\n")


def one_function(steps: int) -> str:
    return "import numpy as np\n\ndef f(x: np.ndarray, n: int) -> np.ndarray:\n    h, total = x, 0\n" + _steps(range(steps)) + "    return h\n"


def _steps(numbers: range) -> str:
    return "".join(STEP.format(k=k) for k in numbers)


def many_functions(steps: int) -> str:
    parts = ["import numpy as np\n"]
    for k in range(steps):
        parts.append(f"def g{k}(x: np.ndarray, h: np.ndarray, n: int, total: int) -> np.ndarray:\n{_steps(range(k, k + 1))}    return h\n")
    calls = "".join(f"    h = g{k}(x, h, n, {k})\n" for k in range(steps))
    return "\n".join([*parts, f"def f(x: np.ndarray, n: int) -> np.ndarray:\n    h = x\n{calls}    return h\n"])


def compile_time(folder: Path, rounds: int) -> list[Row]:
    rows = []
    for kind, make in (("one function", one_function), ("many functions", many_functions)):
        scriptc.script(module_from(make(2), folder, f"warm_{make.__name__}").f)
        for lines in (100, 1000, 5000):
            text = make(lines // (LINES if make is one_function else LINES + 4))
            module = module_from(text, folder, f"{make.__name__}_{lines}")
            times = [seconds(lambda fn=module.f: scriptc.script(fn)) for _ in range(3 if lines < 5000 else 1)]
            per_line = 1000 * min(times) / text.count("\n")
            rows.append(Row(f"compile {text.count(chr(10))} lines, {kind}", per_line, "ms a line", 1))
    return rows


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


BENCHES: dict[str, Callable[[Path, int], list[Row]]] = {
    "dynamic net": dynamic_net,
    "g2p": g2p,
    "Silero VAD": silero,
    "compile time": compile_time,
}

if __name__ == "__main__":
    sys.exit(main())
