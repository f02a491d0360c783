"""`scriptc show FILE`."""

from __future__ import annotations

import os
from typing import Any

import click
import numpy as np
from rich.table import Table
from rich.text import Text

from scriptc.cli.output import console
from scriptc.ir.core import Entry, Graph, Program


@click.command("show")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--graph/--no-graph", default=True, help="Print the graphs (the default).")
@click.option("--code", is_flag=True, help="Print the Python that runs, too.")
@click.option("--source", is_flag=True, help="Print the source text the file holds, too.")
def command(file: str, graph: bool, code: bool, source: bool) -> None:
    """Say what a .scriptc FILE holds: entry points, parameters, size, source; and print its graphs."""
    from scriptc import archive

    program = archive.load(file)
    click.echo(f"{file}: {program.name}, {os.path.getsize(file):,} bytes")
    click.echo(f"source: {source_line(program)}")
    click.echo("entries:")
    for name, entry in program.entries.items():
        click.echo("  " + signature_line(name, entry, program.graphs[entry.graph]))
    _show_state(program)
    if graph:
        from scriptc.ir import print_program

        click.echo("\n" + str(print_program(program, data=False)).rstrip("\n"))
    if code:
        from scriptc.runtime.link import Linked

        click.echo("\n" + Linked(program).code.rstrip("\n"))
    if source:
        _show_source(program)


def source_line(program: Program) -> str:
    """Whether the file holds the user's text, and of which files."""
    if not program.sources:
        return "none"
    return ", ".join(f"{s.name} ({'no text' if s.text is None else f'{len(s.text.splitlines())} lines of text'})" for s in program.sources.values())


def signature_line(name: str, entry: Entry, graph: Graph) -> str:
    """`forward(x: float32[batch, 10], depth: int = 3) -> float32[batch, 2]`."""
    parts, last = [], ""
    for p in entry.params:
        if p.kind == "KEYWORD_ONLY" and last not in ("KEYWORD_ONLY", "VAR_POSITIONAL"):
            parts.append("*")
        if last == "POSITIONAL_ONLY" and p.kind != last:
            parts.append("/")
        stars = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}.get(p.kind, "")
        default = "" if p.default is None else f" = {short(p.default.value)}"
        parts.append(f"{stars}{p.name}: {p.type}{default}")
        last = p.kind
    if last == "POSITIONAL_ONLY":
        parts.append("/")
    return f"{name}({', '.join(parts)}) -> {', '.join(map(str, graph.result_types)) or 'None'}"


def short(value: Any) -> str:
    """A value on one line of no great length."""
    if isinstance(value, np.ndarray):
        return f"array of {value.size:,}"
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else text[:57] + "..."


def _show_state(program: Program) -> None:
    if not program.state:
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("name", "kind", "type"):
        table.add_column(heading, no_wrap=True)
    table.add_column("size", justify="right", no_wrap=True)
    total = 0
    for name, slot in program.state.items():
        array = slot.value if isinstance(slot.value, np.ndarray | np.generic) else None
        total += array.nbytes if array is not None else 0
        size = f"{array.nbytes:,}" if array is not None else short(slot.value)
        table.add_row(*(Text(cell) for cell in (name, slot.kind, _type_text(slot.type, array), size)))
    for alias, name in program.aliases.items():
        table.add_row(*(Text(cell) for cell in (alias, "tied", f"= {name}", "")))
    out = console()
    out.print()
    out.print(table)
    click.echo(f"total: {total:,} bytes of arrays")


def _type_text(type: Any, array: Any) -> str:
    return str(type) if array is None else f"{array.dtype}[{', '.join(map(str, array.shape))}]"


def _show_source(program: Program) -> None:
    for text in program.sources.values():
        click.echo(f"\n# {text.name}")
        click.echo("# (no text in this file)" if text.text is None else text.text.rstrip("\n"))
