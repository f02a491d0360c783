"""Which definition in a file is the one a code object was made from."""

from __future__ import annotations

import ast
from types import CodeType
from typing import Any

from scriptc.source.errors import SourceChanged, SourceUnavailable
from scriptc.source.parse import Definition, Parsed, first_line

CHANGED_HELP = "restart Python, or reload the module, so that the text and the running code are the same again"


def find_code(parsed: Parsed, code: CodeType, globals_: dict[str, Any]) -> Definition:
    """The node that `code` was compiled from; raises `SourceChanged` where the text says something else now."""
    nodes = _candidates(parsed, code)
    twins = parsed.codes.get((code.co_name, code.co_firstlineno), [])
    exact = [twin for twin in twins if same_code(twin, code)]
    if not nodes or not (exact or any(_same_but_asserts(t, code, globals_) for t in twins)):
        what = "lambda" if code.co_name == "<lambda>" else f"`{code.co_name}`"
        message = f"the text of {what} at line {code.co_firstlineno} has changed since Python read it"
        raise SourceChanged(message, CHANGED_HELP, file=parsed.file.path, line=code.co_firstlineno)
    if code.co_name == "<lambda>":
        return _pick_lambda(nodes, code, parsed)
    return nodes[-1]


def _candidates(parsed: Parsed, code: CodeType) -> list[Definition]:
    out: list[Definition] = []
    for qualname, nodes in parsed.definitions.items():
        if qualname.rpartition(".")[2] == code.co_name:
            out += [n for n in nodes if first_line(n) == code.co_firstlineno and not isinstance(n, ast.ClassDef)]
    return out


def same_code(a: CodeType, b: CodeType) -> bool:
    """Do both do the same, at the same places in the text? (File names may differ.)"""
    return (
        _layout(a) == _layout(b)
        and a.co_code == b.co_code
        and list(a.co_positions()) == list(b.co_positions())
        and len(a.co_consts) == len(b.co_consts)
        and all(_same_const(x, y) for x, y in zip(a.co_consts, b.co_consts, strict=True))
    )


def _layout(c: CodeType) -> tuple[Any, ...]:
    counts = (c.co_argcount, c.co_posonlyargcount, c.co_kwonlyargcount, c.co_flags & 0x2F)
    return (c.co_name, c.co_firstlineno, *counts, c.co_names, c.co_varnames, c.co_freevars, c.co_cellvars)


def _same_const(x: object, y: object) -> bool:
    if isinstance(x, CodeType) and isinstance(y, CodeType):
        return same_code(x, y)
    # repr tells 0.0 from -0.0 and 1 from True; frozensets may print in any order
    return type(x) is type(y) and (repr(x) == repr(y) or (isinstance(x, frozenset) and x == y))


def _same_but_asserts(a: CodeType, b: CodeType, globals_: dict[str, Any]) -> bool:
    """pytest compiles test modules from a tree whose `assert`s it has rewritten: compare what that leaves alone."""
    if "@pytest_ar" not in globals_:
        return False
    mine = [v for v in b.co_varnames if not v.startswith("@py_")]
    counts = a.co_argcount == b.co_argcount and a.co_kwonlyargcount == b.co_kwonlyargcount
    return counts and list(a.co_varnames) == mine and _lines(a) == _lines(b)


def _lines(code: CodeType) -> set[int | None]:
    return {line for _, _, line in code.co_lines()}


def _pick_lambda(nodes: list[Definition], code: CodeType, parsed: Parsed) -> Definition:
    """Several lambdas may start on one line: the columns of the instructions say which body they came from."""
    if len(nodes) == 1:
        return nodes[0]
    spots = [p for p in code.co_positions() if None not in p and p[2:] != (0, 0)]
    inside = [n for n in nodes if isinstance(n, ast.Lambda) and spots and all(_encloses(n.body, p) for p in spots)]
    if inside:
        # nested lambdas enclose each other: the innermost one that still holds every instruction
        return max(inside, key=lambda n: (n.lineno, n.col_offset))
    alike = [] if spots else [n for n in nodes if isinstance(n, ast.Lambda) and _gives_constant(n, code)]
    if len({ast.dump(n) for n in alike}) == 1:
        return alike[0]
    message = f"line {code.co_firstlineno} holds {len(nodes)} lambdas and Python kept no columns to tell them apart"
    raise SourceUnavailable(message, "put each lambda on its own line, or use `def`", file=parsed.file.path, line=code.co_firstlineno)


def _gives_constant(node: ast.Lambda, code: CodeType) -> bool:
    """Python 3.12 keeps no columns for `lambda: 1`: could `node` be the one? Lambdas of the same text do the same."""
    names = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
    value = node.body.value if isinstance(node.body, ast.Constant) else ()
    return names == list(code.co_varnames[: code.co_argcount]) and any(_same_const(value, c) for c in code.co_consts)


def _encloses(node: ast.expr, p: tuple[int | None, int | None, int | None, int | None]) -> bool:
    line, end_line, col, end_col = p
    if line is None or end_line is None or col is None or end_col is None:
        return False
    end = (node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
    return (node.lineno, node.col_offset) <= (line, col) and (end_line, end_col) <= end
