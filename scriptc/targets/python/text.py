"""Generated code as text, for people to read."""

from __future__ import annotations

import ast


def text_of(definition: ast.FunctionDef) -> str:
    """The definition as Python text; f-strings that the running Python cannot write become `format` calls."""
    try:
        return ast.unparse(definition)
    except ValueError:
        import copy

        return ast.unparse(ast.fix_missing_locations(_WithoutFStrings().visit(copy.deepcopy(definition))))


class _WithoutFStrings(ast.NodeTransformer):
    """`f"{a:b}c"` -> `"".join([format(a, "b"), "c"])`: before 3.12 not every f-string has a text."""

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        parts = [self._part(v) for v in node.values]
        return ast.Call(ast.Attribute(ast.Constant(""), "join", ast.Load()), [ast.List(parts, ast.Load())], [])

    def _part(self, node: ast.expr) -> ast.expr:
        if not isinstance(node, ast.FormattedValue):
            return node
        value = self.visit(node.value)
        if node.conversion >= 0:
            name = {"s": "str", "r": "repr", "a": "ascii"}[chr(node.conversion)]
            value = ast.Call(ast.Name(name, ast.Load()), [value], [])
        spec = [self.visit(node.format_spec)] if node.format_spec is not None else []
        return ast.Call(ast.Name("format", ast.Load()), [value, *spec], [])
