"""The measurements of tools/bench. Medians; what is compared runs in turns, so that a slow moment hits both."""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from compiling import run_compile
from linting import run_lint
from report import as_json, as_markdown, as_table
from rich.console import Console
from rows import Row
from speed import run_g2p, run_samples, run_silero
from starting import run_import, run_load

BENCHES: dict[str, Callable[[Path, int], Iterator[Row]]] = {
    "samples": run_samples,
    "silero": run_silero,
    "g2p": run_g2p,
    "import": run_import,
    "load": run_load,
    "compile": run_compile,
    "lint": run_lint,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools/bench")
    parser.add_argument("only", nargs="*", metavar="WHAT", help=f"some of: {', '.join(BENCHES)} (default: all)")
    parser.add_argument("--json", type=Path, help="also write the rows to this file")
    parser.add_argument("--markdown", type=Path, help="also write the page docs/bench.md here")
    parser.add_argument("--rounds", type=int, default=40, help="turns of each comparison (default: 40)")
    args = parser.parse_args()
    unknown = set(args.only) - set(BENCHES)
    if unknown:
        parser.error(f"nothing here is called {', '.join(sorted(unknown))}")
    rows = measured(args.only or list(BENCHES), args.rounds)
    groups = list(dict.fromkeys(r.group for r in rows))
    rows.sort(key=lambda r: groups.index(r.group))
    for path, text in ((args.json, as_json), (args.markdown, as_markdown)):
        if path is not None:
            path.write_text(text(rows), encoding="utf-8")
    Console().print(as_table(rows))
    return 0 if all(r.ok for r in rows) else 1


def measured(names: list[str], rounds: int) -> list[Row]:
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder, Console().status("") as status:
        for name in names:
            status.update(name)
            try:
                for r in BENCHES[name](Path(folder), rounds):
                    rows.append(r)
                    status.update(f"{name}: {r.what}")
            except Exception as e:  # the others are still worth knowing
                rows.append(Row(name, "failed", math.nan, limit=0.0, note=f"{type(e).__name__}: {e}".strip().splitlines()[0]))
    return rows


if __name__ == "__main__":
    sys.exit(main())
