"""`scriptc compile FILE:NAME -o OUT`."""

from __future__ import annotations

import os
from typing import Any

import click

from scriptc.cli.errors import CannotRun
from scriptc.cli.target import find_object


@click.command("compile")
@click.argument("target", metavar="FILE:NAME")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False), help="The file to write.")
@click.option("--no-source", is_flag=True, help="Leave the source text out of the file.")
def command(target: str, output: str, no_source: bool) -> None:
    """Compile NAME of the Python FILE, which is imported, and save it.

    NAME is a function, a method or a module instance; a class is called without arguments to make an instance.
    """
    obj = _instance(find_object(target), target)
    from scriptc.runtime import save

    try:
        save(obj, output, source=not no_source)
    except TypeError as e:
        raise CannotRun(str(e)) from e
    click.echo(f"{output}: {os.path.getsize(output):,} bytes")


def _instance(obj: Any, target: str) -> Any:
    if not isinstance(obj, type):
        return obj
    try:
        return obj()
    except Exception as e:
        raise CannotRun(f"{target} is a class, and {obj.__name__}() fails: {type(e).__name__}: {e}; name an instance") from e
