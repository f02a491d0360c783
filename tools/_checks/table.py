"""docs/checks.md, written and read back."""

from __future__ import annotations

import re

from _checks.find import ROOT, Check

TARGET = ROOT / "docs" / "checks.md"
SURVIVES = "**survives**"
INTRO = """# Checks of the verifier and the reader, and a test that fails without each

Made by `tools/checks`; do not edit. Each check was taken out alone and the tests of the graph and of the file run until one failed:
{checks} checks and {parts} parts of compound conditions, {survivors}. `tools/checks --new` adds those not in the table.
"""
TITLES = {False: "Checks", True: "Parts of compound conditions"}
Table = dict[tuple[str, str, str], str]
"""The test for each check, by its key; an empty text where none fails."""


def page(checks: list[Check], known: Table) -> str:
    survivors = sum(not known.get(c.key) for c in checks)
    parts = sum(c.part for c in checks)
    said = INTRO.format(checks=len(checks) - parts, parts=parts, survivors=f"{survivors} of which survive" if survivors else "none of which survives")
    out = [said]
    for part, title in TITLES.items():
        rows = [_row(c, known.get(c.key, "")) for c in checks if c.part is part and c.key in known]
        out.append(f"## {title}\n\n| where | check | killed by |\n| --- | --- | --- |\n" + "\n".join(rows) + "\n")
    return "\n".join(out)


def _row(check: Check, test: str) -> str:
    cells = (f"{check.path.removeprefix('scriptc/')}:{check.function}", check.text, test or SURVIVES)
    return f"| {' | '.join(c.replace('|', chr(92) + '|') for c in cells)} |"


def read_table() -> Table:
    """The rows of the page as it is."""
    out: Table = {}
    for line in TARGET.read_text(encoding="utf-8").splitlines() if TARGET.exists() else ():
        cells = [c.replace("\\|", "|").strip() for c in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) == 3 and ":" in cells[0]:
            path, _, function = cells[0].partition(":")
            out[f"scriptc/{path}", function, cells[1]] = "" if cells[2] == SURVIVES else cells[2]
    return out


def faults(checks: list[Check], known: Table) -> list[str]:
    """What is wrong with the table: checks it lacks, checks that are gone, checks no test misses, tests that are gone."""
    keys = {c.key for c in checks}
    out = [f"not in checks.md: {_name(k)}; run tools/checks --new" for k in sorted(keys - known.keys())]
    out += [f"in checks.md, but no longer a check: {_name(k)}; run tools/checks --new" for k in sorted(known.keys() - keys)]
    out += [f"no test fails without: {_name(k)}" for k in sorted(keys & known.keys()) if not known[k]]
    gone = sorted(test for test in {re.sub(r"\[.*", "", t) for t in known.values() if t} if not _exists(test))
    out += [f"named in checks.md, but no test: {t}" for t in gone]
    if not out and TARGET.read_text(encoding="utf-8") != page(checks, known):
        out.append("checks.md is not as tools/checks --new writes it")
    return out


def _name(key: tuple[str, str, str]) -> str:
    path, function, text = key
    return f"{path}:{function}: {text}"


def _exists(test: str) -> bool:
    file, _, name = test.partition("::")
    path = ROOT / "tests" / file
    return path.exists() and re.search(rf"^\s*def {re.escape(name.rpartition('::')[2])}\(", path.read_text(encoding="utf-8"), re.M) is not None
