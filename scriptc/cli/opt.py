"""`scriptc opt -p PASS,PASS FILE`."""

from __future__ import annotations

import sys

import click

from scriptc.cli.errors import CannotRun


@click.command("opt")
@click.argument("file", type=click.Path(dir_okay=False), required=False)
@click.option("-p", "--passes", "names", metavar="PASS,PASS", default="", help="The passes to run, in order.")
@click.option("--list", "listing", is_flag=True, help="Name the passes there are.")
def command(file: str | None, names: str, listing: bool) -> None:
    """Run passes on the program of a .scriptc FILE and print the graph after each."""
    from scriptc import archive
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
    for name in wanted:
        if name not in known:
            raise CannotRun(f"there is no pass {name!r}; there are {', '.join(known)}")
    program = archive.load(file)
    click.echo(f"# {file}\n{print_program(program, data=False)}")
    for name in wanted:
        program = known[name](program)
        verify(program)
        click.echo(f"# after {name}\n{print_program(program, data=False)}")
