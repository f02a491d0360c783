"""From a live object to its text: the gast tree of a function, method, lambda or class, at its true place in its file."""

from __future__ import annotations

import ast
import inspect
import sys
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

from scriptc.source.errors import SourceUnavailable
from scriptc.source.file import SourceFile
from scriptc.source.match import find_code
from scriptc.source.parse import Definition, parse_file
from scriptc.source.span import Span
from scriptc.source.text import EXEC, find_texts, module_globals, why_none


@dataclass(frozen=True)
class Captured:
    """The text behind an object.

    `tree` is a gast `FunctionDef`, `AsyncFunctionDef`, `ClassDef` or `Lambda`; its lines and columns are those of `file`.
    `function` is the plain function whose code this is, None for a class.
    """

    tree: Any
    file: SourceFile
    qualname: str
    function: FunctionType | None = None

    def span(self, node: Any) -> Span:
        """Where `node` is; a node without a place of its own (`arguments`, `comprehension`) spans its children."""
        place = _place(node) or _place(self.tree)
        assert place is not None
        return Span(self.file.key, *place)

    def text(self, node: Any) -> str:
        """The user's own text of `node`."""
        return self.file.segment(self.span(node))


def _place(node: Any) -> tuple[int, int, int, int] | None:
    line = getattr(node, "lineno", None)
    if line is not None and getattr(node, "end_lineno", None) is not None:
        return line, node.col_offset, node.end_lineno, node.end_col_offset
    places = [p for child in ast.iter_child_nodes(node) if (p := _place(child)) is not None]
    if not places:
        return None
    start, end = min(p[:2] for p in places), max(p[2:] for p in places)
    return (*start, *end)


def capture(obj: Any) -> Captured:
    """The source of a function, method, lambda or class. Raises `SourceUnavailable` where there is none."""
    if isinstance(obj, type):
        return _capture_class(obj)
    function = plain_function(obj)
    code, module = function.__code__, function.__module__
    node, file = _locate(code, function.__globals__, module)
    return Captured(_to_gast(node), file, function.__qualname__, function)


def plain_function(obj: Any) -> FunctionType:
    """The Python function behind a method, or behind an object with `__wrapped__` that is no function itself.

    A plain function with `__wrapped__` (`functools.wraps`) is taken as it is: it is the wrapper that runs.
    Raises `SourceUnavailable` for anything else.
    """
    seen = set()
    while not isinstance(obj, FunctionType) and id(obj) not in seen:
        seen.add(id(obj))
        if isinstance(obj, staticmethod | classmethod) or inspect.ismethod(obj):
            obj = obj.__func__
        elif hasattr(obj, "__wrapped__"):
            obj = obj.__wrapped__
    if isinstance(obj, FunctionType):
        return obj
    name = getattr(obj, "__qualname__", None) or type(obj).__qualname__
    if inspect.isbuiltin(obj) or inspect.ismethoddescriptor(obj) or inspect.isroutine(obj):
        raise SourceUnavailable(f"`{name}` is built in: it has no Python source")
    raise SourceUnavailable(f"a `{name}` is not a Python function: it has no source of its own")


def _locate(code: CodeType, globals_: dict[str, Any], module: str | None) -> tuple[Definition, SourceFile]:
    error: SourceUnavailable | None = None
    for text in find_texts(code.co_filename, globals_):
        try:
            parsed = parse_file(code.co_filename, text, module)
            return find_code(parsed, code, globals_), parsed.file
        except SourceUnavailable as e:
            error = error or e
    assert error is not None
    if code.co_filename == EXEC:  # the text is that of `python -c`, or of another `exec`
        raise SourceUnavailable(*why_none(EXEC), file=EXEC) from error
    raise error


def _to_gast(node: Definition) -> Any:
    import gast

    return gast.ast_to_gast(node)


def _capture_class(cls: type) -> Captured:
    filename = _class_file(cls)
    for text in find_texts(filename, module_globals(cls.__module__)):
        parsed = parse_file(filename, text, cls.__module__)
        nodes = [n for n in parsed.definitions.get(cls.__qualname__, []) if isinstance(n, ast.ClassDef) and _is_it(cls, n)]
        if len(nodes) == 1:
            return Captured(_to_gast(nodes[0]), parsed.file, cls.__qualname__)
    if not nodes:
        raise SourceUnavailable(f"`{filename}` does not define the class `{cls.__qualname__}`", file=filename)
    lines = ", ".join(str(n.lineno) for n in nodes)
    message = f"`{filename}` defines the class `{cls.__qualname__}` more than once (lines {lines})"
    raise SourceUnavailable(message, "give each its own name", file=filename)


def _own_functions(cls: type) -> list[FunctionType]:
    """The functions the class body itself defined (not those a decorator such as `dataclass` added)."""
    found = []
    for value in vars(cls).values():
        try:
            function = plain_function(value.fget if isinstance(value, property) else value)
        except SourceUnavailable:
            continue
        named = function.__qualname__.startswith(cls.__qualname__ + ".") and function.__globals__.get("__name__") == cls.__module__
        if named and function.__code__.co_filename != "<string>":
            found.append(function)
    return found


def _class_file(cls: type) -> str:
    module = sys.modules.get(cls.__module__)
    for function in _own_functions(cls):
        return function.__code__.co_filename
    filename = getattr(module, "__file__", None)
    if cls.__module__ == "builtins" or (module is not None and filename is None and cls.__module__ != "__main__"):
        raise SourceUnavailable(f"the class `{cls.__qualname__}` is built in: it has no Python source")
    if filename is None:
        raise SourceUnavailable(f"Python does not say in which file the class `{cls.__qualname__}` was defined", "define it in a file")
    return str(filename)


def _is_it(cls: type, node: ast.ClassDef) -> bool:
    """Is `node` where the class's own methods are (or where Python 3.13 says the class is)?"""
    line = vars(cls).get("__firstlineno__")
    first = node.decorator_list[0].lineno if node.decorator_list else node.lineno
    if line is not None:
        return bool(line == first)
    functions = _own_functions(cls)
    return all(first <= f.__code__.co_firstlineno <= (node.end_lineno or first) for f in functions)
