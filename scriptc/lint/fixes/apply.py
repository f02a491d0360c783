"""Fixing files: all fixes that do not touch the same lines, then another look, until there is nothing left to fix."""

from __future__ import annotations

import ast
import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scriptc.diagnostics.diagnostic import SAFE, UNSAFE, Diagnostic, Edit, Fix
from scriptc.lint.broken import encoding_of
from scriptc.lint.fixes.edits import BOM, apply_edits
from scriptc.lint.run import Findings

MAX_ROUNDS = 20
Made = tuple[Fix, tuple[Edit, ...]]
Look = Callable[[dict[str, str]], Findings]
"""Gives the findings of all files; of those in its argument, of these texts."""


@dataclass
class Fixed:
    """What was done: the findings that are left, and for each file that changes its text before and after."""

    findings: Findings
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    count: int = 0

    @property
    def changed(self) -> list[str]:
        return [path for path, text in self.after.items() if text != self.before[path]]


def fix_files(look: Look, texts: Mapping[str, str], *, unsafe: bool = False) -> Fixed:
    """The texts with every fix applied that is safe, or with `unsafe` every one that is not manual. Nothing is written.

    A fix that leaves no Python, or more errors than before, is left out. Raises ImportError without libcst.
    """
    out = Fixed(look({}), dict(texts), dict(texts))
    failed: set[tuple[str, Fix]] = set()
    for _ in range(MAX_ROUNDS):
        chosen = {path: found for path in texts if (found := _chosen(out, path, failed, unsafe))}
        if not chosen:
            break
        if not _try(out, chosen, look):
            _one_by_one(out, chosen, look, failed)
    return out


def _chosen(out: Fixed, path: str, failed: set[tuple[str, Fix]], unsafe: bool) -> list[Made]:
    """The fixes of one file that can be made together; those that cannot be made at all go into `failed`."""
    wanted = [f for f in _applicable(out.findings.by_path.get(path, ()), unsafe) if (path, f) not in failed]
    chosen = _compatible(out.after[path], wanted) if wanted else []
    if not chosen:
        failed.update((path, f) for f in wanted)
    return chosen


def _one_by_one(out: Fixed, chosen: Mapping[str, list[Made]], look: Look, failed: set[tuple[str, Fix]]) -> None:
    """Something in `chosen` does harm: file by file, and where need be fix by fix, keep what does none."""
    for path, fixes in chosen.items():
        if len(chosen) > 1 and _try(out, {path: fixes}, look):
            continue
        for fix, _ in fixes:
            alone = _compatible(out.after[path], [fix])
            if alone and _try(out, {path: alone}, look):
                break  # the places of the others are not what they were
            failed.add((path, fix))


def _applicable(found: Iterable[Diagnostic], unsafe: bool) -> list[Fix]:
    wanted = (SAFE, UNSAFE) if unsafe else (SAFE,)
    return list(dict.fromkeys(d.fix for d in found if d.fix is not None and d.fix.rewrite is not None and d.fix.applicability in wanted))


def _compatible(text: str, fixes: list[Fix]) -> list[Made]:
    """Those of the fixes that can be made and touch no line that one before them touches, with their edits."""
    from scriptc.lint.fixes.rewrite import Text

    try:
        tree = Text(text)
    except ValueError:
        return []
    out: list[Made] = []
    for fix in fixes:
        edits = tree.edits(fix.rewrite) if fix.rewrite is not None else ()
        if edits and not any(_overlap(a, b) for a in edits for _, taken in out for b in taken):
            out.append((fix, edits))
    return out


def _overlap(a: Edit, b: Edit) -> bool:
    return a.span.line == b.span.line or (a.span.line < b.span.end_line and b.span.line < a.span.end_line)


def _try(out: Fixed, chosen: Mapping[str, list[Made]], look: Look) -> bool:
    """Keep the edits of these files if the results are Python and have no more errors than before."""
    texts = {path: apply_edits(out.after[path], [e for _, edits in fixes for e in edits]) for path, fixes in chosen.items()}
    if not all(_parses(text) for text in texts.values()):
        return False
    after = {**out.after, **texts}
    findings = look({path: text for path, text in after.items() if text != out.before[path]})
    if _errors(findings) - _errors(out.findings):
        return False
    out.after, out.findings = after, findings
    out.count += sum(map(len, chosen.values()))
    return True


def _errors(findings: Findings) -> Counter[tuple[str, str]]:
    return Counter((d.code, d.message) for d in findings.diagnostics if d.is_error)


def _parses(text: str) -> bool:
    try:
        ast.parse(text.removeprefix(BOM))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def read(path: str) -> str:
    """A file's text with its own line ends. Raises OSError, UnicodeError, LookupError."""
    data = Path(path).read_bytes()
    return data.decode(encoding_of(data))


def plain(text: str) -> str:
    """The text as the linter reads it."""
    return re.sub("\r\n?", "\n", text).removeprefix(BOM)


def write(path: str, text: str) -> None:
    """Replace a file by `text` in its own encoding, whole or not at all. Raises OSError, UnicodeError."""
    target = os.path.realpath(path)
    data = text.encode(encoding_of(Path(target).read_bytes()))
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".scriptc-")
    try:
        with os.fdopen(handle, "wb") as f:
            f.write(data)
        os.chmod(temporary, os.stat(target).st_mode & 0o7777)
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise
