"""The last lines of what people read: how much was found, and how to read more about it."""

from __future__ import annotations

from collections import Counter

from scriptc.diagnostics.diagnostic import SAFE, UNSAFE
from scriptc.diagnostics.snippets import Line
from scriptc.lint.formats.result import Result


def summary(result: Result) -> list[Line]:
    """One line that counts, and where something was found one that says how to read on."""
    looked = _count(len(result.looked_at), "file")
    if not result.found:
        return [[(f"no findings in {looked}", "title")]]
    kinds = Counter(f.diagnostic.severity for f in result.found)
    counted = ", ".join(_count(n, kind) for kind, n in sorted(kinds.items()))
    within = len({f.path for f in result.found})
    code = result.found[0].diagnostic.code
    return [
        [(f"{counted} in {_count(within, 'file')}", "title"), (f" ({looked} looked at)", "text")],
        [("more about a finding: ", "text"), (f"scriptc explain {code}", "title")],
        *_fixable(result),
    ]


def _fixable(result: Result) -> list[Line]:
    fixes = Counter(f.diagnostic.fix.applicability for f in result.found if f.diagnostic.fix is not None)
    options = [(fixes[SAFE], "--fix"), (fixes[UNSAFE], "--unsafe-fixes")]
    told = [f"{n:,}{' more' if i and fixes[SAFE] else ''} with {option}" for i, (n, option) in enumerate(options) if n]
    return [[("can be fixed: ", "text"), (", ".join(told), "title")]] if told else []


def _count(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n:,} {what}s"
