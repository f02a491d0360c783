"""What is said of the place under the cursor: the type of the expression, and what the codes found there mean."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from scriptc.diagnostics.codes import CODES, explain
from scriptc.lint.noqa import suppressions
from scriptc.lsp.look import Look, Place
from scriptc.types import Tensor, Type
from scriptc.types.text import print_type

LONGEST = 80
"""Characters of an expression that are shown."""


def codes_at(look: Look, line: int, column: int) -> list[str]:
    """The codes of findings at a place (line from 1, column in UTF-8 bytes), and the code a comment names there; each once."""
    spans = [(d.code, d.span) for d in look.diagnostics if d.span is not None]
    found = [code for code, s in spans if _holds((s.line, s.column, s.end_line, s.end_column), line, column)]
    return [code for code in dict.fromkeys([*found, *_named(look, line, column)]) if code in CODES]


def _named(look: Look, line: int, column: int) -> Iterator[str]:
    row = look.file.line(line)
    for comment in suppressions(look.file.text):
        for token in comment.tokens or () if comment.line == line else ():
            start = len(row[: token.start].encode(errors="surrogatepass"))
            if start <= column <= start + len(token.text.encode()) and len(token.codes) == 1:
                yield from token.codes


def type_at(look: Look, line: int, column: int) -> tuple[Place, Type] | None:
    """The innermost expression at a place and its type; a name that is being assigned has the type of what is assigned."""
    for inclusive in (False, True):  # at the end of one expression, the one that begins there comes first
        fitting = [p for p in look.types if _holds(p, line, column, inclusive)]
        if fitting:
            place = min(fitting, key=lambda p: (p[2] - p[0], p[3] - p[1]))
            return place, look.types[place]
    return _assigned(look, line, column)


def _assigned(look: Look, line: int, column: int) -> tuple[Place, Type] | None:
    try:
        tree = ast.parse(look.file.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                place, value = _place(target), look.types.get(_place(node.value))
                if isinstance(target, ast.Name) and _holds(place, line, column) and value is not None:
                    return place, value
    return None


def _place(node: ast.expr) -> Place:
    return node.lineno, node.col_offset, node.end_lineno or node.lineno, node.end_col_offset or node.col_offset


def _holds(place: Place, line: int, column: int, inclusive: bool = True) -> bool:
    start, at, end = place[:2], (line, column), place[2:]
    return start <= at < end or (inclusive and at == end)


def markdown(found: tuple[str, Type] | None, codes: list[str]) -> str:
    """The text of a hover: an expression with its type, and what the codes mean. Empty where there is nothing to say."""
    parts = [] if found is None else [f"```python\n{_short(found[0])}: {print_type(found[1])}\n```", *_shape(found[1])]
    return "\n\n---\n\n".join(["\n\n".join(parts), *map(explain, codes)] if parts else map(explain, codes))


def _short(text: str) -> str:
    first, more, _ = text.partition("\n")
    return first[: LONGEST - 2].rstrip() + " …" if more or len(first) > LONGEST else first


def _shape(t: Type) -> list[str]:
    if not isinstance(t, Tensor) or t.scalar:
        return []
    if t.shape is None:
        return [f"{t.dtype or 'unknown dtype'}, number of dimensions not known before it runs"]
    dims = ", ".join("?" if d is None else str(d) for d in t.shape) + ("," if len(t.shape) == 1 else "")
    return [f"{t.dtype or 'unknown dtype'}, shape ({dims})" + ("; `?` is not known before it runs" if None in t.shape else "")]
