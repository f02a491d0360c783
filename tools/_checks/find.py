"""The checks of the verifier and the reader: what each is, and a copy of its module without it.

A check is what refuses a program or a file: a `raise`, a message returned, a call of another check. Each part of a compound condition
counts on its own. A check is known by its file, its function and its text, so it keeps its name when lines move.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = (
    *(f"scriptc/ir/{n}.py" for n in ("verifier", "checks", "regions", "structural", "infer", "views", "data", "parser", "literal")),
    *(f"scriptc/archive/{n}.py" for n in ("__init__", "decode", "data", "tensors", "container", "fields", "stream", "atomic")),
    "scriptc/types/json.py",
    *(f"scriptc/ops/{n}.py" for n in ("objects", "calling", "numpy_star", "defaultdicts", "counters", "bytes_")),
)
"""The verifier, the readers of files and of a graph's text, and the rules of the ops whose operands or attributes the frontend arranges by itself."""
READERS = ("scriptc/archive/decode.py", "scriptc/archive/data.py")
READING = {"natural", "text", "texts", "sequence", "integers", "keyed", "_object", "_text"}
"""Functions of the reader that give back what they checked."""
_REFUSALS = {"fail", "fault", "_found"}
_WITH_MESSAGE = {"_require", "_flow"}
_CHECKERS = READING | _WITH_MESSAGE | {"unique", "verify"}
_CONDITIONS = {"fine", "same", "counts"}
_CODE = re.compile(r"SL\d+")


@dataclass(frozen=True)
class Check:
    """One check, or one part of a compound condition."""

    path: str
    function: str
    text: str
    part: bool
    node: int  # which node of the module, in the order of `_nodes`
    by: str  # what to put in its place

    @property
    def key(self) -> tuple[str, str, str]:
        return self.path, self.function, self.text


def find(path: str, source: str) -> list[Check]:
    """The checks of a module, in order; where two have the same text in one function, the later ones are numbered."""
    finder = _Finder(path, source)
    found = [c for node, function in _nodes(finder.tree) for c in finder.checks(node, function)]
    met: Counter[tuple[str, str, str]] = Counter()
    out = []
    for c in found:
        met[c.key] += 1
        out.append(c if met[c.key] == 1 else replace(c, text=f"{c.text} ({met[c.key]})"))
    return out


def find_all() -> list[Check]:
    return [c for path in FILES for c in find(path, (ROOT / path).read_text(encoding="utf-8"))]


def without(source: str, check: Check) -> ast.Module:
    """The module without the check."""
    tree = ast.parse(source)
    node = next(n for i, (n, _) in enumerate(_nodes(tree)) if i == check.node)
    new: ast.AST = ast.parse(check.by).body[0] if isinstance(node, ast.stmt) else ast.parse(check.by, mode="eval").body
    made: ast.Module = _Replacing(node, new).visit(tree)
    return ast.fix_missing_locations(made)


class _Replacing(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, ast.copy_location(new, old)

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else super().generic_visit(node)


def _nodes(tree: ast.AST, function: str = "") -> Iterator[tuple[ast.AST, str]]:
    """Every node in the order of the source, with the function it is in."""
    if isinstance(tree, ast.FunctionDef | ast.ClassDef):
        function = f"{function}.{tree.name}" if function else tree.name
    yield tree, function
    for child in ast.iter_child_nodes(tree):
        yield from _nodes(child, function)


class _Finder:
    def __init__(self, path: str, source: str) -> None:
        self.path, self.source, self.tree = path, source, ast.parse(source)
        self.numbers = {node: i for i, (node, _) in enumerate(_nodes(self.tree))}
        functions = [f for f in ast.walk(self.tree) if isinstance(f, ast.FunctionDef)]
        self.messages = {n for f in functions if f.returns and ast.unparse(f.returns) == "str | None" for n in ast.walk(f) if _is_text(n)}
        self.refusing = {f.name for f in functions if any(map(self._refuses, ast.walk(f)))} - _REFUSALS

    def checks(self, node: ast.AST, function: str) -> Iterator[Check]:
        """The checks that begin with the node."""
        for old, by, text, part in self._of(node):
            yield Check(self.path, function or "<module>", text, part, self.numbers[old], by)

    def _of(self, node: ast.AST) -> Iterator[tuple[ast.AST, str, str, bool]]:
        if isinstance(node, ast.If):
            yield from self._of_if(node)
        elif isinstance(node, ast.ExceptHandler) and self._refuses(node.body[-1]) and ast.unparse(node.body[-1]) != "raise":
            yield node.body[-1], "raise", self._message(node.body[-1]), False
        elif isinstance(node, ast.FunctionDef) and len(node.body) > 1 and isinstance(node.body[-1], ast.Return) and self._refuses(node.body[-1]):
            yield node.body[-1], "return None", self._message(node.body[-1]), False
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield from self._of_call(node, node.value)
        elif isinstance(node, ast.Return) and node.value is not None:
            yield from self._of_return(node.value)
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in _CONDITIONS:
            yield from self._parts(node.value, ast.And, "True")
        elif isinstance(node, ast.Call) and self.path in READERS and _name(node) in READING and not isinstance(node.args[0], ast.Starred):
            yield node, ast.unparse(node.args[0]), self._text(node), False

    def _of_if(self, node: ast.If) -> Iterator[tuple[ast.AST, str, str, bool]]:
        if self._refuses(node.body[-1]):
            yield node.test, "False", self._message(node.body[-1]), False
            yield from self._parts(node.test, ast.Or, "False")
        if node.orelse and not isinstance(node.orelse[0], ast.If) and self._refuses(node.orelse[-1]):
            yield node.orelse[-1], "pass", self._message(node.orelse[-1]), False

    def _of_call(self, node: ast.Expr, call: ast.Call) -> Iterator[tuple[ast.AST, str, str, bool]]:
        name = _name(call)
        local = isinstance(call.func, ast.Name) and name in self.refusing | _CHECKERS
        if local or re.match(r"_?(check|need)|finish$", name):
            yield node, "pass", self._message(node) if name in _WITH_MESSAGE else self._text(node), False
        if name == "_require":
            yield from self._parts(call.args[0], ast.And, "True")

    def _of_return(self, value: ast.expr) -> Iterator[tuple[ast.AST, str, str, bool]]:
        if isinstance(value, ast.IfExp):
            for arm, other in ((value.body, value.orelse), (value.orelse, value.body)):
                if self._is_refusal(arm):
                    yield value, ast.unparse(other), self._message(arm), False
            yield from self._parts(value.test, ast.And, "True")
        elif isinstance(value, ast.Call) and _name(value) == "next" and ast.unparse(value.args[-1]) == "None":
            yield value, "None", self._text(value), False
        elif isinstance(value, ast.BoolOp) and "misfit" in ast.unparse(value):
            yield from self._parts(value, ast.Or, "None")

    def _parts(self, test: ast.expr, kind: type[ast.boolop], by: str) -> Iterator[tuple[ast.AST, str, str, bool]]:
        if isinstance(test, ast.BoolOp) and isinstance(test.op, kind):
            for v in test.values:
                yield v, by, self._text(v), True

    def _refuses(self, node: ast.AST) -> bool:
        """Is this a statement that refuses?"""
        if isinstance(node, ast.Expr):
            return isinstance(node.value, ast.Call) and self._is_refusal(node.value)
        return isinstance(node, ast.Raise) or (isinstance(node, ast.Return) and node.value is not None and self._is_refusal(node.value))

    def _is_refusal(self, value: ast.expr) -> bool:
        """Is this a message of a function that gives one or None, or a call that refuses?"""
        return value in self.messages or (isinstance(value, ast.Call) and _name(value) in _REFUSALS)

    def _text(self, node: ast.AST) -> str:
        return re.sub(r"\s+", " ", ast.get_source_segment(self.source, node) or "")

    def _message(self, node: ast.AST) -> str:
        """The first text in the node that is no code; its source where there is none."""
        for n in ast.walk(node):
            if _is_text(n) and not (isinstance(n, ast.Constant) and _CODE.fullmatch(n.value)):
                return self._text(n).lstrip("f")[1:-1]
        return self._text(node)


def _name(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
