"""`scriptc explain CODE`."""

from __future__ import annotations

import re
from difflib import get_close_matches

import click

from scriptc.archive import CODES as LOAD_CODES
from scriptc.cli.errors import CannotRun
from scriptc.cli.output import console, painted
from scriptc.diagnostics.cells import wrapped
from scriptc.diagnostics.codes import CODES
from scriptc.diagnostics.rendering import Layout, lay_out
from scriptc.diagnostics.snippets import Line
from scriptc.lint.pages import all_pages, found_in, page

WIDEST = 120
INDENT = "    "
FENCE = re.compile(r"^```", re.MULTILINE)


@click.command("explain")
@click.argument("codes", metavar="[CODE]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every code on one page: docs/codes.md is made so.")
@click.option("--list", "listing", is_flag=True, help="Every code with its title, a line each.")
def command(codes: tuple[str, ...], everything: bool, listing: bool) -> None:
    """Say what a CODE, or the name of one, means: SC1xx to SC9xx of the compiler with examples, SL1xx of files that cannot be loaded."""
    if listing:
        for info in CODES.values():
            click.echo(f"{info.code}  {info.name:30} {info.title}")
        for code, title in LOAD_CODES.items():
            click.echo(f"{code}  {'':30} {title}")
        return
    wanted = [_known(code) for code in codes]
    if not wanted and not everything:
        raise CannotRun("which code? `scriptc explain SC402`; `--list` names all")
    target = console()
    if target.is_terminal and not everything:
        target.print(painted([line for c in wanted for line in for_terminal(_page(c), c, min(target.width, WIDEST))]), end="")
    else:
        click.echo(all_pages(LOAD_CODES) if everything else "\n".join(_page(c) for c in wanted), nl=False)


def for_terminal(page: str, code: str, width: int) -> list[Line]:
    """A page as lines of pieces: text wrapped, code indented, and what is said of the example in its colours, at this width."""
    out: list[Line] = []
    for i, part in enumerate(FENCE.split(page)):
        if i % 2 == 0:
            out += [row for text in part.split("\n\n") if text.strip() for row in _prose(text.strip(), width)]
        elif part.startswith("text\n"):
            out += _said(code, width - len(INDENT))
        else:
            out += [*([(INDENT + line, "source")] for line in part.splitlines()[1:]), []]
    return out


def _prose(text: str, width: int) -> list[Line]:
    """One paragraph, and an empty line."""
    if text.startswith("# "):
        return [[(text[2:], "title")], []]
    return [*([(row, "text")] for row in wrapped(" ".join(text.split()), width)), []]


def _said(code: str, width: int) -> list[Line]:
    found = found_in(code)
    return [line for d in found.diagnostics for line in [*([(INDENT, "text"), *row] for row in lay_out(d, found.files, Layout(width))), []]]


def _page(code: str) -> str:
    return f"# {code}\n\nA file cannot be loaded: {LOAD_CODES[code]}.\n" if code in LOAD_CODES else page(code)


def _known(code: str) -> str:
    by_name = {info.name: info.code for info in CODES.values()}
    found = by_name.get(code.lower(), code.upper())
    if found not in CODES and found not in LOAD_CODES:
        near = get_close_matches(code.lower(), by_name, 3) or get_close_matches(code.upper(), [*CODES, *LOAD_CODES], 3)
        meant = f"; is it {' or '.join(near)}?" if near else ""
        raise CannotRun(f"there is no code or name {code!r}{meant or ';'} `scriptc explain --list` names all")
    return found
