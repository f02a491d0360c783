"""Makes constants of the state slots that the program never writes.

Before:

    state 'training' attribute: `bool` = False
    state 'count' attribute: `int` = 0
    graph 'f' (%x: int) {
      %0: bool = state.get() [name = 'training']
      %1: int = state.get() [name = 'count']
      state.set(%x) [name = 'count']
      %2: int = cond(%0) {
        => %1
      } {
        => %x
      }
      => %2
    }

After:

    state 'count' attribute: `int` = 0
    constant 'training': `bool` = False
    graph 'f' (%x: int) {
      %0: bool = constant() [name = 'training']
      %1: int = state.get() [name = 'count']
      state.set(%x) [name = 'count']
      %2: int = cond(%0) {
        => %1
      } {
        => %x
      }
      => %2
    }

No pass of the pipeline: `scriptc.freeze` runs it, since what is frozen cannot be set any more. The passes after it take the branches
that the constants decide; what then is never written is frozen next.
"""

from __future__ import annotations

from collections.abc import Collection

from scriptc.ir.core import Constant, Program
from scriptc.ir.structural import STRUCTURAL
from scriptc.passes import arguments, branches, dce, fold, prune
from scriptc.passes.writes import written_slots

CONSTANT = STRUCTURAL["constant"]


def run(program: Program, keep: Collection[str] = ()) -> Program:
    """Changes `program` in place, and gives it back. Slots in `keep` stay, and so do those that some graph writes."""
    written = written_slots(program)
    names: dict[str, str] = {}
    for name, slot in list(program.state.items()):
        if name not in keep and name not in written:
            names[name] = _free(name, program)
            program.constants[names[name]] = Constant(slot.type, slot.value)
            del program.state[name]
    for node in (n for g in program.graphs.values() for n in g.block.walk()):
        if node.op.name == "state.get":
            name = program.aliases.get(node.attrs["name"], node.attrs["name"])
            if name in names:
                node.op, node.attrs = CONSTANT, {"name": names[name]}
    program.aliases = {alias: name for alias, name in program.aliases.items() if name in program.state}
    return program


def settle(program: Program, keep: Collection[str] = ()) -> Program:
    """Freeze, and decide what that decides, as long as more can be frozen; slots that nobody needs then go, but for those in `keep`."""
    before = None
    while before != (before := _size(program)):
        for step in (lambda p: run(p, keep), arguments.run, fold.run, branches.run, dce.run, prune.run):
            program = step(program)
    used = {n.attrs["name"] for g in program.graphs.values() for n in g.block.walk() if n.op.name in ("state.get", "state.set")}
    used = {program.aliases.get(name, name) for name in used} | set(keep)
    program.state = {name: slot for name, slot in program.state.items() if name in used}
    program.aliases = {alias: name for alias, name in program.aliases.items() if name in program.state}
    return program


def _size(program: Program) -> tuple[int, int]:
    return len(program.state), sum(1 for g in program.graphs.values() for _ in g.block.walk())


def _free(name: str, program: Program) -> str:
    while name in program.constants:
        name += "'"
    return name
