"""Pages that explain codes, as Markdown: each with what `scriptc lint` says of its example."""

from __future__ import annotations

from functools import cache

from scriptc.diagnostics import CODES, explain, render_all
from scriptc.lint.reporting import reported
from scriptc.lint.run import Findings, lint_files
from scriptc.lint.settings import Settings

EXAMPLE = "example.py"
INTRO = """# Codes

Made by `scriptc explain --all`; do not edit. Every finding has a code and a name, and both are taken wherever one is asked for:
`scriptc explain SC402`, `--select name-maybe-unset`, `# noqa: SC402`. An *error* cannot be compiled; a *warning* can, and may surprise,
and only `scriptc lint` tells it. `SC1xx` is about syntax and names, `SC2xx` about types, `SC3xx` about dtypes and shapes, `SC4xx` about
control flow, `SC5xx` about effects and captured data; `SC900` is a fault of scriptc's own. `SL` codes are of files that cannot be loaded.
"""


@cache
def page(code: str) -> str:
    """What `code` means, with an example, what is said of it, and what to write instead. Raises `KeyError` for an unknown code."""
    found = found_in(code)
    return explain(code, said=render_all(found.diagnostics, found.files))


def found_in(code: str) -> Findings:
    """What lint finds in the example of `code`; nothing where there is none, or only running it can tell."""
    text = CODES[code.upper()].bad
    if text is None:
        return Findings()
    return reported(lint_files([EXAMPLE], {EXAMPLE: text}), [EXAMPLE], {}, lambda path: Settings(), None)


def all_pages(load_codes: dict[str, str]) -> str:
    """Every page in one, after a table of them. `load_codes` are those of files that cannot be loaded, with what they stand for."""
    rows = ["| code | name | | what |", "| --- | --- | --- | --- |"]
    for code, info in CODES.items():
        rows.append(f"| [{code}](#{code.lower()}-{info.name}) | `{info.name}` | {info.severity} | {info.title} |")
    loads = ["| code | a file cannot be loaded |", "| --- | --- |", *(f"| {code} | {title} |" for code, title in load_codes.items())]
    return "\n".join([INTRO, *rows, "", *("#" + page(code) for code in CODES), "## Files that cannot be loaded", "", *loads]) + "\n"
