"""The `scriptc` command."""

from __future__ import annotations


def main() -> None:
    """Run the command line. Exits 0 when all is well, 1 with findings, 2 when it could not run."""
    from scriptc.cli.app import run

    run()


__all__ = ["main"]
