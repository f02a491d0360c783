"""The passes, in the order they run after lowering: one flat list.

    program = pipeline.run(program)                        all of them
    program = pipeline.run(program, ["dce"], after=check)  some, `check(name, program)` after each
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from scriptc.ir.core import Program
from scriptc.passes import arguments, branches, cse, dce, fold, freeze, inline, licm, loops, prune, tuples

Pass = Callable[[Program], Program]

PIPELINE: list[tuple[str, Pass]] = [
    ("arguments", arguments.run),
    ("inline", inline.run),
    ("tuples", tuples.run),
    ("cse", cse.run),
    ("loops", loops.run),
    ("fold", fold.run),
    ("branches", branches.run),
    ("licm", licm.run),
    ("dce", dce.run),
    ("prune", prune.run),
]
PASSES: dict[str, Pass] = {**dict(PIPELINE), "freeze": freeze.run}
"""Each pass by its name; `freeze` is for those who ask for it."""


def run(program: Program, names: Iterable[str] | None = None, after: Callable[[str, Program], object] | None = None) -> Program:
    """Run the passes named, or all; `after` is called with each pass's name and what it made. Raises KeyError for no such pass."""
    for name in dict(PIPELINE) if names is None else names:
        program = PASSES[name](program)
        if after is not None:
            after(name, program)
    return program
