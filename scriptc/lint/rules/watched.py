"""What the compiler saw of the user's code while it lowered one entry point: the material of the rules."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import gast

from scriptc.diagnostics.codes import CODES
from scriptc.diagnostics.diagnostic import Diagnostic, Label
from scriptc.diagnostics.severity import WARNING
from scriptc.frontend.frame import Frame
from scriptc.frontend.values import FV, Const
from scriptc.lint.entries import Entry
from scriptc.lint.evaluate import Evaluator
from scriptc.lint.standins import StandIn, TopLevel, World
from scriptc.source import Captured, SourceFile, Span
from scriptc.source.parse import parse_file
from scriptc.types import ERROR, Type


@dataclass
class Function:
    """A function that was compiled. `tree` is its gast node, `unit` the text it is from."""

    unit: Captured
    tree: Any
    qualname: str

    def nodes(self, kind: Any) -> Iterator[Any]:
        """The nodes of a kind in its body, those of functions inside it left out: they are functions of their own."""
        return (node for node in self._inside if isinstance(node, kind))

    @cached_property
    def _inside(self) -> list[Any]:
        pending, found = list(reversed(body_of(self.tree))), []
        while pending:
            node = pending.pop()
            found.append(node)
            if not isinstance(node, gast.FunctionDef | gast.Lambda | gast.ClassDef):
                pending.extend(reversed(list(ast.iter_child_nodes(node))))
        return found

    @cached_property
    def everything(self) -> list[Any]:
        """All nodes of its tree, those of its head and of functions inside it as well."""
        return list(ast.walk(self.tree))


def body_of(tree: Any) -> list[Any]:
    """The statements of a function, the expression of a lambda."""
    return tree.body if isinstance(tree.body, list) else [tree.body]


@dataclass
class Watched:
    """One entry point: every function it reached, and the value of every expression the compiler looked at."""

    world: World
    module: StandIn
    entry: Entry
    functions: dict[int, Function] = field(default_factory=dict)
    files: dict[str, SourceFile] = field(default_factory=dict)
    _values: dict[int, tuple[Any, Frame, FV]] = field(default_factory=dict)

    def note(self, f: Frame, node: Any, value: FV) -> None:
        """The compiler's own report of an expression it lowered; the last one counts, for it knows most."""
        self._values[id(node)] = node, f, value
        if id(f.tree) not in self.functions:
            self.functions[id(f.tree)] = Function(f.unit, f.tree, f.qualname)
            self.files[f.unit.file.key] = f.unit.file

    def value(self, node: Any) -> FV | None:
        """What `node` was lowered to; None where it never was, as in a branch that is never taken."""
        found = self._values.get(id(node))
        return None if found is None else found[2]

    def type(self, node: Any) -> Type:
        """The static type of `node`, ERROR where it has none."""
        found = self._values.get(id(node))
        return ERROR if found is None else found[1].type_of(found[2]) or ERROR

    def constant(self, node: Any) -> Any:
        """The function, module or number that `node` is known to be, else None."""
        value = self.value(node)
        return value.value if isinstance(value, Const) else None

    def module_of(self, function: Function) -> StandIn | None:
        """The module a function was found in, None for one that is not the user's."""
        return self.world.modules.get(function.unit.file.path)

    def evaluator(self, module: StandIn) -> Evaluator:
        """What gives the values of expressions at the module's top level."""
        return TopLevel(self.world, module).evaluator

    def file_of(self, module: StandIn) -> SourceFile:
        """The module's text, so that a finding may point into it."""
        file = parse_file(module.path, module.text, module.name).file
        self.files[file.key] = file
        return file


def warning(code: str, span: Span, message: str, label: str = "", *, secondary: Iterable[Label] = (), help: str | None = None) -> Diagnostic:
    """A finding of a rule; without `help`, the code's own."""
    return Diagnostic(code, message, Label(span, label), tuple(secondary), (), help or CODES[code].help, WARNING)
