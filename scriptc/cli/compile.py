"""`scriptc compile FILE:NAME -o OUT`."""

from __future__ import annotations

import os

import click

from scriptc.cli.errors import CannotRun
from scriptc.cli.target import find_instance


@click.command("compile")
@click.argument("target", metavar="FILE:NAME")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False), help="The file to write.")
@click.option("--no-source", is_flag=True, help="Leave the source text out of the file.")
def command(target: str, output: str, no_source: bool) -> None:
    """Compile NAME of the Python FILE, which is imported, and save it.

    NAME is a function, a method or a module instance; a class is called without arguments to make an instance.
    """
    obj = find_instance(target)
    from scriptc.runtime import save

    try:
        save(obj, output, source=not no_source)
    except TypeError as e:
        raise CannotRun(str(e)) from e
    click.echo(f"{output}: {os.path.getsize(output):,} bytes")
