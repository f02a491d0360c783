"""`scriptc opt -p PASS,PASS FILE`."""

from __future__ import annotations

import sys

import click

from scriptc.cli.errors import CannotRun
from scriptc.cli.target import find_instance
from scriptc.ir.core import Program


@click.command("opt")
@click.argument("file", metavar="FILE[:NAME]", required=False)
@click.option("-p", "--passes", "names", metavar="PASS,PASS", default="", help="The passes to run, in order; `all` for those of a compilation.")
@click.option("--list", "listing", is_flag=True, help="Name the passes there are.")
def command(file: str | None, names: str, listing: bool) -> None:
    """Run passes on a program and print the graph before and after each.

    FILE is a .scriptc file, whose passes have run, or FILE:NAME as for `compile`: the program as it is before any pass.
    """
    from scriptc.ir import print_program
    from scriptc.ir.verifier import verify
    from scriptc.passes import pipeline

    known = pipeline.PASSES
    if listing:
        for name, run in known.items():
            click.echo(f"{name:12} {(sys.modules[run.__module__].__doc__ or '').strip().splitlines()[0]}")
        return
    if file is None:
        raise CannotRun("which file? `scriptc opt -p PASS,PASS FILE`; `--list` names the passes")
    wanted = [n.strip() for n in names.split(",") if n.strip()]
    if wanted == ["all"]:
        wanted = [name for name, _ in pipeline.PIPELINE]
    for name in wanted:
        if name not in known:
            raise CannotRun(f"there is no pass {name!r}; there are {', '.join(known)}")
    program = _program(file)
    click.echo(f"# {file}\n{print_program(program, data=False)}")
    for name in wanted:
        program = known[name](program)
        verify(program)
        click.echo(f"# after {name}\n{print_program(program, data=False)}")


def _program(file: str) -> Program:
    if ".py:" not in file:
        from scriptc import archive

        return archive.load(file)
    from scriptc.runtime.build import lower
    from scriptc.runtime.compiled import Compiled

    obj = find_instance(file)
    return lower(obj.__wrapped__ if isinstance(obj, Compiled) else obj)
