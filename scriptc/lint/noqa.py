"""Comments that suppress findings: `# noqa`, `# noqa: SC402, float-equality` and `# scriptc: ignore[SC402] why`.

A comment speaks for the findings of its line. Where a statement takes several lines, a comment on its first or its last line
speaks for all of it; for `if`, `for`, `def` and the like that is the part up to the colon. `# noqa` without codes and with
codes of other tools is left to those tools, and so never called unused. What scriptc itself did wrong (SC900) and files that
are no Python (SC100) cannot be suppressed.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scriptc.diagnostics.diagnostic import Diagnostic, Label
from scriptc.diagnostics.severity import WARNING
from scriptc.lint.settings import INTERNAL, UNREADABLE, expand
from scriptc.source.file import SourceFile
from scriptc.source.span import Span

UNUSED = "SC150"
FIXED = frozenset({INTERNAL, UNREADABLE, UNUSED})
"""What no comment suppresses."""
_NOQA = re.compile(r"#\s*noqa\b(?:\s*:(?P<codes>[^#]*))?", re.IGNORECASE)
_IGNORE = re.compile(r"#\s*scriptc\s*:\s*ignore\b(?:\s*\[(?P<codes>[^\]]*)\])?")
_WORD = re.compile(r"[\s,]*([A-Za-z][\w-]*)")
_CODE = re.compile(r"[A-Z]+[0-9]+$")


@dataclass(frozen=True)
class Token:
    """One code of a comment: what it says, what it means, and where it stands (characters from the line's start)."""

    text: str
    codes: frozenset[str]
    start: int


@dataclass
class Suppression:
    """One comment. `tokens` is None where it speaks of every code; `ours` says that it is of `# scriptc: ignore`'s kind."""

    line: int
    start: int
    end: int
    tokens: tuple[Token, ...] | None
    ours: bool
    used: set[str] = field(default_factory=set)

    def takes(self, code: str) -> bool:
        """Does it suppress `code`? Remembers what it was used for."""
        if self.tokens is None:
            self.used.add("")
            return True
        fitting = [t for t in self.tokens if code in t.codes]
        self.used.update(t.text for t in fitting)
        return bool(fitting)


def apply(found: Iterable[Diagnostic], file: SourceFile, selected: frozenset[str]) -> list[Diagnostic]:
    """What of the findings of one file is left, and a warning for each suppression that suppressed nothing.

    selected   the codes that are reported of the file: of others it cannot be told whether they would be found
    """
    found = list(found)
    comments = suppressions(file.text)
    if not comments:
        return found
    try:
        tree = ast.parse(file.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return found
    ranges = _ranges(tree, file.text)
    kept = [d for d in found if not _suppressed(d, comments, ranges)]
    unsure = [*_helpers(tree), *_masked(tree, kept, ranges)]
    return [*kept, *_unused(comments, file, unsure, selected)] if UNUSED in selected else kept


def suppressions(text: str) -> list[Suppression]:
    """Every suppression comment of a text; none where it is not Python."""
    if ("noqa" not in text.lower() and "scriptc" not in text) or "\0" in text:  # of which Python 3.12's tokenizer makes a SystemError
        return []
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return []
    return [s for t in tokens if t.type == tokenize.COMMENT for s in _in_comment(t.string, *t.start)]


def _in_comment(comment: str, line: int, column: int) -> Iterator[Suppression]:
    for pattern, ours in ((_IGNORE, True), (_NOQA, False)):
        for match in pattern.finditer(comment):
            codes = match["codes"]
            tokens = None if codes is None else tuple(_tokens(codes, column + match.start("codes"), ours))
            yield Suppression(line, column + match.start(), column + match.end(), tokens, ours)


def _tokens(text: str, offset: int, ours: bool) -> Iterator[Token]:
    """The codes at the beginning of `text`; after `# noqa:` they end at the first word that is none: there the reason begins."""
    at = 0
    while match := _WORD.match(text, at):
        word = match[1]
        if not ours and not _CODE.match(word) and not expand(word):
            return
        yield Token(word, expand(word), offset + match.start(1))
        at = match.end()


# -- statements ---------------------------------------------------------------------------------------------------------
def _ranges(tree: ast.Module, text: str) -> list[tuple[int, int]]:
    """The first and last line of each simple statement, and of the head of each compound one."""
    rows = text.split("\n")
    return [_range(n, rows) for n in ast.walk(tree) if isinstance(n, ast.stmt | ast.match_case | ast.excepthandler)]


def _range(node: ast.stmt | ast.match_case | ast.excepthandler, rows: list[str]) -> tuple[int, int]:
    inside = getattr(node, "body", None) or getattr(node, "cases", None)
    if inside is None:
        return node.lineno, node.end_lineno or node.lineno  # type: ignore[union-attr]
    first = node.pattern.lineno if isinstance(node, ast.match_case) else node.lineno
    lines = [n.end_lineno or 0 for n in _head(node) if isinstance(n, ast.expr | ast.arg | ast.pattern)]
    last = max([first, *lines])
    while last < len(rows) and rows[last].lstrip()[:1] in tuple(")]},:"):  # the rest of the head
        last += 1
    return first, last


def _head(node: ast.AST) -> Iterator[ast.AST]:
    for name, value in ast.iter_fields(node):
        if name not in ("body", "orelse", "finalbody", "handlers", "cases", "decorator_list"):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from ast.walk(child)


def lines_of(line: int, end_line: int, ranges: list[tuple[int, int]]) -> tuple[int, int]:
    """The first and last line of the statement that a finding of these lines is about: where its comment may stand."""
    inside = [r for r in ranges if r[0] <= line <= r[1]]
    if not inside:
        return line, line
    return min(inside, key=lambda r: r[1] - r[0])


def _suppressed(d: Diagnostic, comments: list[Suppression], ranges: list[tuple[int, int]]) -> bool:
    if d.span is None or d.code in FIXED:
        return False
    first, last = lines_of(d.span.line, d.span.end_line, ranges)
    lines = {d.span.line, first, last} | ({d.span.end_line} if d.span.end_line <= last else set())
    takers = [c for c in comments if c.line in lines and c.takes(d.code)]  # all of them: each was of use
    return bool(takers)


# -- unused ones --------------------------------------------------------------------------------------------------------
def _unused(comments: list[Suppression], file: SourceFile, unsure: list[tuple[int, int]], selected: frozenset[str]) -> Iterator[Diagnostic]:
    for c in comments:
        sure = not any(first <= c.line <= last for first, last in unsure)
        if c.tokens is None:
            if c.ours and not c.used and sure:
                yield _finding(file, c.line, c.start, c.end, "this suppresses nothing: nothing is found here")
            continue
        for t in c.tokens:
            mine = c.ours or t.text[:2].upper() == "SC"
            if not t.codes and mine:
                yield _finding(file, c.line, t.start, t.start + len(t.text), f"there is no code `{t.text}` to suppress")
            elif sure and t.codes and t.text not in c.used and t.codes <= selected:
                yield _finding(file, c.line, t.start, t.start + len(t.text), f"`{t.text}` is suppressed here and not found")


def _helpers(tree: ast.Module) -> Iterator[tuple[int, int]]:
    """The lines of functions and classes that are not compiled for themselves.

    Whether one is compiled is known by who calls it, and the caller may be in a file that was not looked at.
    """
    called = {n.id for c in ast.walk(tree) if isinstance(c, ast.Call) and _is_script(c.func) for n in ast.walk(c) if isinstance(n, ast.Name)}
    for stmt in ast.walk(tree):
        if isinstance(stmt, ast.FunctionDef | ast.ClassDef) and stmt in tree.body:
            decorated = any(_is_script(d) for n in ast.walk(stmt) for d in getattr(n, "decorator_list", ()))
            forward = any(isinstance(s, ast.FunctionDef) and s.name == "forward" for s in stmt.body)
            if not (decorated or forward or stmt.name in called):
                yield stmt.lineno, stmt.end_lineno or stmt.lineno


def _masked(tree: ast.Module, kept: list[Diagnostic], ranges: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The lines of functions and classes with an error, but for its own: what follows from an error is not looked at."""
    errors = [d for d in kept if d.is_error and d.span is not None]
    for stmt in tree.body:
        lines = (stmt.lineno, stmt.end_lineno or stmt.lineno)
        own = [lines_of(d.span.line, d.span.end_line, ranges) for d in errors if d.span and lines[0] <= d.span.line <= lines[1]]
        for line in range(lines[0], lines[1] + 1) if own else ():
            if not any(first <= line <= last for first, last in own):
                yield line, line


def _is_script(node: ast.expr) -> bool:
    node = node.func if isinstance(node, ast.Call) else node
    return isinstance(node, ast.Name) and node.id == "script" or isinstance(node, ast.Attribute) and node.attr == "script"


def _finding(file: SourceFile, line: int, start: int, end: int, message: str) -> Diagnostic:
    text = file.line(line)
    at, to = (len(text[:n].encode(errors="surrogatepass")) for n in (start, end))
    return Diagnostic(UNUSED, message, Label(Span(file.key, line, at, line, to)), help="take it out", severity=WARNING)


# -- adding them --------------------------------------------------------------------------------------------------------
def add(path: str, found: Iterable[Diagnostic]) -> int:
    """Write a `# noqa: CODE` into the file for each finding; how many findings are now suppressed.

    The comment goes to the end of the statement. A file whose meaning would change is left alone. Raises OSError.
    """
    with tokenize.open(path) as f:
        encoding = f.encoding
    text = Path(path).read_bytes().decode(encoding)
    plain = re.sub("\r\n?", "\n", text)
    ranges = _ranges(ast.parse(plain), plain)
    codes: dict[int, set[str]] = {}
    count = 0
    for d in found:
        if d.span is not None and d.code not in FIXED:
            codes.setdefault(lines_of(d.span.line, d.span.end_line, ranges)[1], set()).add(d.code)
            count += 1
    changed = with_comments(plain, codes)
    if ast.dump(ast.parse(changed)) != ast.dump(ast.parse(plain)) or not codes:
        return 0
    ends = [*re.findall("\r\n?|\n", text), ""]
    Path(path).write_bytes("".join(row + end for row, end in zip(changed.split("\n"), ends, strict=True)).encode(encoding))
    return count


def last_line(text: str, span: Span) -> int:
    """The line at whose end a comment suppresses a finding at `span`. Raises what `ast.parse` raises."""
    return lines_of(span.line, span.end_line, _ranges(ast.parse(text), text))[1]


def with_comments(text: str, codes: Mapping[int, Iterable[str]]) -> str:
    """`text` with a suppression of `codes` at the end of each line; a comment that already lists codes is added to."""
    rows = text.split("\n")
    there = {s.line: s for s in suppressions(text) if s.tokens is not None}
    for line, wanted in codes.items():
        row, known = rows[line - 1], there.get(line)
        if known is not None and known.tokens:
            last = known.tokens[-1]
            end = last.start + len(last.text)
            missing = sorted(c for c in wanted if not any(c in t.codes for t in known.tokens))
            rows[line - 1] = row[:end] + "".join(f", {c}" for c in missing) + row[end:]
        else:
            rows[line - 1] = f"{row.rstrip()}  # noqa: {', '.join(sorted(wanted))}"
    return "\n".join(rows)
