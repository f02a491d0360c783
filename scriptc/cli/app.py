"""The commands and the way they end: 0 fine, 1 findings, 2 could not run. Bad input gives one line, never a traceback."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from scriptc import __version__
from scriptc.cli.errors import CannotRun
from scriptc.cli.output import show_findings
from scriptc.diagnostics.errors import InternalError, ScriptcError, ScriptError

FOUND, COULD_NOT_RUN = 1, 2

# Command name -> module of this room: a command's imports cost nothing until it is used.
COMMANDS = {"compile": "compile", "explain": "explain", "lint": "lint", "lsp": "lsp", "opt": "opt", "run": "run", "show": "show"}


class LazyGroup(click.Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        import importlib

        command: click.Command = importlib.import_module(f"scriptc.cli.{COMMANDS[cmd_name]}").command
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="scriptc")
def cli() -> None:
    """Compile models written in ordinary Python into one file that runs without their source."""


def run(args: list[str] | None = None) -> None:
    """Run the command line and exit."""
    sys.exit(_outcome(args))


def _outcome(args: list[str] | None) -> int:
    try:
        result: Any = cli.main(args, prog_name="scriptc", standalone_mode=False)
    except click.ClickException as e:
        e.show()
        return COULD_NOT_RUN
    except (click.Abort, KeyboardInterrupt):
        return _say("interrupted")
    except ScriptError as e:
        show_findings(e.diagnostics, e.files)
        return FOUND
    except InternalError as e:
        show_findings(e.diagnostics, e.files)
        return COULD_NOT_RUN
    except (CannotRun, ScriptcError) as e:
        return _say(str(e))
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  the reader is gone; nothing more can be said
        return COULD_NOT_RUN
    except OSError as e:
        return _say(f"{e.filename}: {e.strerror}" if e.filename else str(e))
    except MemoryError:
        return _say("there is not enough memory")
    except Exception as e:
        return _fault(sys.argv[1:] if args is None else args, e)
    return result if isinstance(result, int) else 0


def _fault(args: list[str], error: Exception) -> int:
    """Whatever else is raised is a fault of ours: told as one, with what a report needs."""
    from scriptc.runtime.crash import internal_finding

    finding, files = internal_finding(f"scriptc {args[0] if args else ''}".strip(), error, "running")
    show_findings([finding], files)
    return COULD_NOT_RUN


def _say(message: str) -> int:
    click.echo(f"scriptc: {message.strip()}", err=True)
    return COULD_NOT_RUN
