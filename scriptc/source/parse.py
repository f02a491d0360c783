"""Whole files parsed once: the tree, its definitions by name, and the code objects Python makes of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from types import CodeType

from scriptc.source.errors import SourceUnavailable
from scriptc.source.file import SourceFile
from scriptc.source.text import display_name

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda


@dataclass
class Parsed:
    """A parsed file. `definitions` maps a qualified name to its nodes, in file order."""

    file: SourceFile
    tree: ast.Module
    definitions: dict[str, list[Definition]] = field(default_factory=dict)

    @cached_property
    def codes(self) -> dict[tuple[str, int], list[CodeType]]:
        """Every code object of the file as it is now, by name and first line."""
        found: dict[tuple[str, int], list[CodeType]] = {}
        root = compile(self.tree, self.file.path, "exec", dont_inherit=True)
        for code in _walk_code(root):
            found.setdefault((code.co_name, code.co_firstlineno), []).append(code)
        return found


def first_line(node: Definition) -> int:
    """The line Python gives a definition: that of its first decorator."""
    decorators = getattr(node, "decorator_list", None)
    return int(decorators[0].lineno if decorators else node.lineno)


_CACHE: dict[str, Parsed] = {}
"""The last text of each file, the file parsed last at the end."""
_KEYS: dict[str, str] = {}
MAX_CACHED = 2_000_000
"""Characters of text whose trees are kept: a tree takes some hundred bytes for each."""


def parse_file(path: str, text: str, module: str | None) -> Parsed:
    """Parse `text`, or give the tree made before of the same file and text."""
    cached = _CACHE.get(path)
    if cached is not None and cached.file.text == text:
        return cached
    name = display_name(path, module)
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError) as e:
        raise SourceUnavailable(f"the text of `{name}` is not valid Python now: {e}", "save the file as it was and start again", file=path) from None
    parsed = Parsed(SourceFile(file_key(name, path), name, path, text), tree)
    for qualname, node in _walk_definitions(tree, ""):
        parsed.definitions.setdefault(qualname, []).append(node)
    _keep(path, parsed)
    return parsed


def _keep(path: str, parsed: Parsed) -> None:
    _CACHE.pop(path, None)
    _CACHE[path] = parsed
    size = sum(len(p.file.text) for p in _CACHE.values())
    for old in list(_CACHE)[:-1]:
        if size <= MAX_CACHED:
            break
        size -= len(_CACHE.pop(old).file.text)


def file_key(name: str, path: str) -> str:
    """`name`, or `name~2` and so on where another file of this process already has it."""
    key, n = name, 1
    while _KEYS.setdefault(key, path) != path:
        n += 1
        key = f"{name}~{n}"
    return key


def _walk_code(code: CodeType) -> Iterator[CodeType]:
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield const
            yield from _walk_code(const)


def _walk_definitions(node: ast.AST, prefix: str) -> Iterator[tuple[str, Definition]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Lambda):
            yield prefix + "<lambda>", child
            yield from _walk_definitions(child, prefix + "<lambda>.<locals>.")
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield prefix + child.name, child
            yield from _walk_definitions(child, prefix + child.name + ".<locals>.")
        elif isinstance(child, ast.ClassDef):
            yield prefix + child.name, child
            yield from _walk_definitions(child, prefix + child.name + ".")
        else:
            yield from _walk_definitions(child, prefix)
