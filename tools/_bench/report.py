"""The rows as a table for people, as JSON, and as the page docs/bench.md."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from rich.table import Table
from rows import Row

HEADS = ("what", "value", "quartiles", "at most", "", "note")
COMMAND = "tools/bench --markdown docs/bench.md"
INTRO = f"""# Measurements

Made by `{COMMAND}`. {{machine}}; NumPy's products run on one thread.

What is compared runs in turns in one process: each round times both, in alternating order, and has a ratio; the value is the median of
the ratios, with their quartiles. Times are processor times, so that what else the machine does counts little.

What `lint` takes is told in seconds on the clock, of the whole command with all processes it starts; what other linters take, likewise.

"Compiled" is the saved and loaded file. It is warm: from the second call with arguments of the same dtypes and ranks on, a version of the
code made for these runs. The second call makes it, which the rows on loading show.

The exit code of `tools/bench` is 1 where a value is over what it may be at most.
"""


def as_table(rows: Sequence[Row]) -> Table:
    table = Table(title=machine(), title_justify="left")
    for head in HEADS:
        table.add_column(head, justify="right" if head in HEADS[1:4] else "left")
    group = ""
    for r in rows:
        if r.group != group:
            table.add_section()
            table.add_row(f"[bold]{r.group}[/]")
            group = r.group
        table.add_row(*cells(r, "[green]ok[/]", "[red]over[/]"))
    return table


def cells(r: Row, ok: str, over: str) -> Iterator[str]:
    spread = "" if r.low is None or r.high is None else f"{r.low:.3g} to {r.high:.3g}"
    verdict = "" if r.limit is None else ok if r.ok else over
    return iter((r.what, f"{r.value:.3g} {r.unit}".strip(), spread, "" if r.limit is None else f"{r.limit:g}", verdict, r.note))


def as_json(rows: Sequence[Row]) -> str:
    return json.dumps({"machine": machine(), "rows": [{**asdict(r), "ok": r.ok} for r in rows]}, indent=1) + "\n"


def as_markdown(rows: Sequence[Row]) -> str:
    parts = [INTRO.format(machine=machine())]
    for group in dict.fromkeys(r.group for r in rows):
        parts.append(f"## {group[0].upper()}{group[1:]}\n")
        parts.append("| " + " | ".join(HEADS) + " |\n| --- | ---: | ---: | ---: | --- | --- |")
        parts += ["| " + " | ".join(cells(r, "ok", "**over**")) + " |" for r in rows if r.group == group]
        parts.append("")
    return "\n".join(parts)


def machine() -> str:
    return f"Python {platform.python_version()}, NumPy {np.__version__}, {platform.system()}, {processor()}, {os.cpu_count()} cores"


def processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
