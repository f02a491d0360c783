"""`scriptc lsp`."""

from __future__ import annotations

import click

from scriptc.cli.errors import CannotRun

NEEDED = ("pygls", "lsprotocol", "cattrs", "attrs")


@click.command("lsp")
@click.option("--stdio", is_flag=True, help="Talk over standard input and output, as is done anyway; editors pass it.")
def command(stdio: bool) -> int:
    """Be the language server of an editor: findings while typing, types on hover, until the editor says that it is done.

    Exits 0 where the editor asked it to shut down before it left, else 1.
    """
    try:
        from scriptc.lsp.server import serve
    except ModuleNotFoundError as e:
        missing = (e.name or "").partition(".")[0]
        if missing not in NEEDED:
            raise
        raise CannotRun(f"the language server needs {missing}, which is not installed: pip install 'scriptc[lsp]'") from None
    return serve()
