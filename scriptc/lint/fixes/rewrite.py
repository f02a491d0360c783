"""Changes of source text on its concrete syntax tree: whatever is not changed keeps its formatting and comments.

A `Rewrite` is one of

    annotate        (TYPE,)               the parameter whose name is at the span gets an annotation
    insert-before   (STATEMENT,)          before the statement at the span
    none-default    (PARAMETER, TYPE)     the default at the span becomes None and is made inside the function; a TYPE that is not
                                          empty annotates the parameter
    isinstance      ()                    the comparison `type(x) == T` at the span becomes a call of `isinstance`
    iterate         (LIST, INDEX, ITEM)   the `for` at the span loops over the items, not their indices
"""

from __future__ import annotations

import difflib
import io
import tokenize
from collections import Counter
from collections.abc import Callable
from typing import Any

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from scriptc.diagnostics.cells import characters
from scriptc.diagnostics.diagnostic import Edit, Rewrite
from scriptc.lint.fixes.edits import BOM, lines_of
from scriptc.source.span import Span

Position = tuple[int, int, int, int]
Replacement = Callable[[Any], Any]


class Text:
    """One file's text and its tree, parsed once for all rewrites. Raises ValueError where libcst cannot read it."""

    def __init__(self, text: str) -> None:
        text = text.removeprefix(BOM)
        try:
            self.wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
        except (cst.ParserSyntaxError, RecursionError) as e:
            raise ValueError(f"libcst cannot read it: {e}") from e
        self.text, self.lines = text, lines_of(text)
        self.nodes: dict[Position, list[Any]] = {}
        for node, at in self.wrapper.resolve(PositionProvider).items():
            if isinstance(at, CodeRange):
                self.nodes.setdefault((at.start.line, at.start.column, at.end.line, at.end.column), []).append(node)

    def edits(self, rewrite: Rewrite) -> tuple[Edit, ...]:
        """The rewrite as changes of whole lines; none where it cannot be done or would lose a comment."""
        replaced = _KINDS[rewrite.kind](self, rewrite)
        if not replaced:
            return ()
        changed = self.wrapper.module.visit(_Replacing(replaced)).code
        if changed == self.text or _comments(changed) != _comments(self.text):
            return ()
        return _line_edits(rewrite.span.file, self.lines, lines_of(changed))

    def at(self, span: Span, kind: Any) -> Any:
        """The node of a kind that is exactly there; None if there is none."""
        start, end = self._position(span.line, span.column), self._position(span.end_line, span.end_column)
        return next((n for n in self.nodes.get((*start, *end), ()) if isinstance(n, kind)), None)

    def starting(self, span: Span, kind: Any) -> Any:
        """The node of a kind that starts there. The end of a block counts differently here: comments below it belong to it."""
        start = self._position(span.line, span.column)
        return next((n for place, nodes in self.nodes.items() if place[:2] == start for n in nodes if isinstance(n, kind)), None)

    def _position(self, line: int, column: int) -> tuple[int, int]:
        row = self.lines[line - 1] if line <= len(self.lines) else ""
        return line, characters(row, column)


class _Replacing(cst.CSTTransformer):
    """Puts other nodes, or several statements, in the places of nodes, which are told by their identity."""

    def __init__(self, replaced: dict[Any, Replacement]) -> None:
        super().__init__()
        self.replaced = replaced

    def on_leave(self, original_node: Any, updated_node: Any) -> Any:
        change = self.replaced.get(original_node)
        updated = super().on_leave(original_node, updated_node)
        return updated if change is None else change(updated)


def _line_edits(key: str, before: list[str], after: list[str]) -> tuple[Edit, ...]:
    found = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return tuple(Edit(Span(key, i + 1, 0, j + 1, 0), "".join(after[k:m])) for tag, i, j, k, m in found if tag != "equal")


def _comments(text: str) -> Counter[str]:
    return Counter(t.string for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.type == tokenize.COMMENT)


# -- the kinds ----------------------------------------------------------------------------------------------------------
def _insert_before(text: Text, rewrite: Rewrite) -> dict[Any, Replacement]:
    stmt = text.starting(rewrite.span, cst.BaseCompoundStatement | cst.SimpleStatementLine)
    if stmt is None:
        return {}

    def insert(updated: Any) -> Any:
        above = list(updated.leading_lines)
        blank = next((i for i, line in enumerate(above) if line.comment is not None), len(above))
        new = cst.parse_statement(rewrite.values[0]).with_changes(leading_lines=above[:blank])
        return cst.FlattenSentinel([new, updated.with_changes(leading_lines=above[blank:])])

    return {stmt: insert}


def _isinstance(text: Text, rewrite: Rewrite) -> dict[Any, Replacement]:
    def ask(updated: Any) -> Any:
        left, target = updated.left, updated.comparisons[0]
        call, cls = (left, target.comparator) if _is_type_call(left) else (target.comparator, left)
        args = [cst.Arg(call.args[0].value, comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))), cst.Arg(cls)]
        test: Any = cst.Call(cst.Name("isinstance"), args)
        if isinstance(target.operator, cst.NotEqual):
            test = cst.UnaryOperation(cst.Not(), test)
        return test.with_changes(lpar=updated.lpar, rpar=updated.rpar)

    node = text.at(rewrite.span, cst.Comparison)
    is_one = node is not None and len(node.comparisons) == 1
    return {node: ask} if is_one and (_is_type_call(node.left) or _is_type_call(node.comparisons[0].comparator)) else {}


def _is_type_call(node: Any) -> bool:
    return isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value == "type" and len(node.args) == 1


def _iterate(text: Text, rewrite: Rewrite) -> dict[Any, Replacement]:
    items, index, item = rewrite.values
    loop = text.starting(rewrite.span, cst.For)
    if loop is None:
        return {}
    found = _Collect(lambda n: isinstance(n, cst.Subscript) and _bare(text, n.value) == items and _index(n) == index)
    uses = _Collect(lambda n: isinstance(n, cst.Name) and n.value == index)
    loop.body.visit(found)
    loop.body.visit(uses)
    inner = _argument(_argument(loop.iter))
    if inner is None or not isinstance(loop.target, cst.Name) or len(found.nodes) != len(uses.nodes):
        return {}
    out: dict[Any, Replacement] = {n: lambda updated: cst.Name(item, lpar=updated.lpar, rpar=updated.rpar) for n in found.nodes}
    out[loop.target] = lambda updated: updated.with_changes(value=item)
    out[loop.iter] = lambda updated: inner
    return out


def _argument(node: Any) -> Any:
    """The one argument of a call, else None."""
    return node.args[0].value if isinstance(node, cst.Call) and len(node.args) == 1 else None


def _bare(text: Text, node: Any) -> str:
    """The text of an expression without the parentheses around it."""
    return text.wrapper.module.code_for_node(node.with_changes(lpar=[], rpar=[]) if hasattr(node, "lpar") else node)


def _index(node: Any) -> str | None:
    """The name a subscript consists of."""
    part = node.slice[0].slice if len(node.slice) == 1 else None
    return part.value.value if isinstance(part, cst.Index) and isinstance(part.value, cst.Name) else None


class _Collect(cst.CSTVisitor):
    def __init__(self, wanted: Callable[[Any], bool]) -> None:
        super().__init__()
        self.wanted, self.nodes = wanted, list[Any]()

    def on_visit(self, node: cst.CSTNode) -> bool:
        if self.wanted(node):
            self.nodes.append(node)
        return True


def _none_default(text: Text, rewrite: Rewrite) -> dict[Any, Replacement]:
    name, known = rewrite.values
    default = text.at(rewrite.span, cst.BaseExpression)
    found = _Collect(lambda n: isinstance(n, cst.FunctionDef) and any(p.default is default for p in _params(n)))
    text.wrapper.module.visit(found)
    if default is None or not found.nodes:
        return {}
    function = found.nodes[0]
    param = next(p for p in _params(function) if p.default is default)
    made = cst.parse_statement(f"if {name} is None:\n{text.wrapper.module.default_indent}{name} = None\n")
    made = made.deep_replace(made.body.body[0].body[0].value, default)  # type: ignore[union-attr]
    return {param: lambda updated: _optional(updated, known), function: lambda updated: updated.with_changes(body=_starting_with(updated.body, made))}


def _params(function: Any) -> list[Any]:
    p = function.params
    return [*p.posonly_params, *p.params, *p.kwonly_params]


def _optional(param: Any, known: str) -> Any:
    """The parameter with the default None, and an annotation that has it."""
    annotation = param.annotation
    if annotation is None and known:
        inferred = cst.Annotation(cst.parse_expression(f"{known} | None"))
        return param.with_changes(default=cst.Name("None"), annotation=inferred, equal=cst.AssignEqual())
    if annotation is not None and "None" not in (text := cst.Module([]).code_for_node(annotation.annotation)) and "Optional" not in text:
        union = cst.BinaryOperation(annotation.annotation, cst.BitOr(), cst.Name("None"))
        if not isinstance(annotation.annotation, cst.BaseString):
            annotation = annotation.with_changes(annotation=union)
        else:
            annotation = annotation.with_changes(annotation=_quoted_optional(annotation.annotation))
    return param.with_changes(default=cst.Name("None"), annotation=annotation)


def _quoted_optional(text: Any) -> Any:
    if not isinstance(text, cst.SimpleString):
        return text
    return text.with_changes(value=f"{text.value[: -len(text.quote)]} | None{text.quote}")


def _starting_with(body: Any, made: Any) -> Any:
    """A function's body with a statement at its start, below its docstring."""
    if isinstance(body, cst.SimpleStatementSuite):
        rest = cst.SimpleStatementLine(body.body, trailing_whitespace=body.trailing_whitespace)
        return cst.IndentedBlock([made, rest])
    first = body.body[0]
    has_doc = isinstance(first, cst.SimpleStatementLine) and isinstance(first.body[0], cst.Expr)
    at = 1 if has_doc and isinstance(first.body[0].value, cst.SimpleString | cst.ConcatenatedString) else 0
    return body.with_changes(body=[*body.body[:at], made, *body.body[at:]])


def _annotate(text: Text, rewrite: Rewrite) -> dict[Any, Replacement]:
    name = text.at(rewrite.span, cst.Name)
    found = _Collect(lambda n: isinstance(n, cst.Param) and n.name is name and n.annotation is None)
    text.wrapper.module.visit(found)
    annotation = cst.Annotation(cst.Name(rewrite.values[0]))
    return {n: lambda updated: updated.with_changes(annotation=annotation, equal=cst.AssignEqual()) for n in found.nodes}


_KINDS: dict[str, Callable[[Text, Rewrite], dict[Any, Replacement]]] = {
    "annotate": _annotate,
    "insert-before": _insert_before,
    "isinstance": _isinstance,
    "iterate": _iterate,
    "none-default": _none_default,
}
