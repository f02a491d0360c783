"""Removes graphs that no entry reaches, constants no graph reads, and sources no place points into.

Before:

    constant 'table': `int` = 3
    entry 'f' = 'f' {
    }
    graph 'f' () {
      %0: int = const() [value = 1]
      => %0
    }
    graph 'helper' () {
      %0: int = constant() [name = 'table']
      => %0
    }

After:

    entry 'f' = 'f' {
    }
    graph 'f' () {
      %0: int = const() [value = 1]
      => %0
    }
"""

from __future__ import annotations

from scriptc.ir.core import Program


def run(program: Program) -> Program:
    """Changes `program` in place, and gives it back."""
    reached = _reached(program)
    program.graphs = {name: g for name, g in program.graphs.items() if name in reached}
    nodes = [n for g in program.graphs.values() for n in g.block.walk()]
    read = {n.attrs["name"] for n in nodes if n.op.name == "constant"}
    program.constants = {name: c for name, c in program.constants.items() if name in read}
    spans = [n.span for n in nodes] + [g.span for g in program.graphs.values()]
    files = {s.file for s in spans if s is not None}
    program.sources = {key: s for key, s in program.sources.items() if key in files}
    return program


def _reached(program: Program) -> set[str]:
    """The graphs that entries and methods of classes lead to."""
    pending = [e.graph for e in program.entries.values()]
    pending += [graph for c in program.classes.values() for graph in c.methods.values()]
    reached: set[str] = set()
    while pending:
        name = pending.pop()
        if name not in reached:
            reached.add(name)
            nodes = program.graphs[name].block.walk()
            pending += [n.attrs["graph"] for n in nodes if n.op.name in ("call", "function")]
    return reached
