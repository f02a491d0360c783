"""The passes, in the order they run after lowering: one flat list.

    program = pipeline.run(program)                        all of them
    program = pipeline.run(program, ["dce"], after=check)  some, `check(name, program)` after each
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from scriptc.ir.core import Program
from scriptc.passes import dce, prune

Pass = Callable[[Program], Program]

PIPELINE: list[tuple[str, Pass]] = [
    ("dce", dce.run),
    ("prune", prune.run),
]
PASSES: dict[str, Pass] = dict(PIPELINE)
"""Each pass by its name."""


def run(program: Program, names: Iterable[str] | None = None, after: Callable[[str, Program], object] | None = None) -> Program:
    """Run the passes named, or all; `after` is called with each pass's name and what it made. Raises KeyError for no such pass."""
    for name in PASSES if names is None else names:
        program = PASSES[name](program)
        if after is not None:
            after(name, program)
    return program
