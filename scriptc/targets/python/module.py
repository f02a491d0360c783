"""`compile_program`: the Python target's front door."""

from __future__ import annotations

import ast
import linecache
import sys
import types
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any

from scriptc.ir.core import Block, Graph, Program
from scriptc.targets.python import comprehensions, loop_else
from scriptc.targets.python.classes import attach_methods
from scriptc.targets.python.continuations import ReturnCont
from scriptc.targets.python.control import run
from scriptc.targets.python.flow import Pos, place
from scriptc.targets.python.liveness import Liveness
from scriptc.targets.python.lowering import Lowering
from scriptc.targets.python.naming import Names
from scriptc.targets.python.peephole import shorten
from scriptc.targets.python.printing import Printer
from scriptc.targets.python.scope import Scope
from scriptc.types import Type

if TYPE_CHECKING:
    from scriptc.targets.python.versions import Versions

_FRAMES_A_LEVEL = 40


class PythonModule:
    """A compiled program: its functions, and the namespace they live in.

    functions   graph name -> callable
    namespace   the functions' globals; state slots live there as ordinary global variables
    classes     class name -> the run-time class
    """

    def __init__(self, program: Program, classes: dict[str, type] | None, origin: str | None) -> None:
        self.program = program
        self.origin = origin
        self._scope = Scope(program, classes)
        self.namespace: dict[str, Any] = self._scope.namespace
        self.classes: dict[str, type] = self._scope.classes
        self.functions: dict[str, Callable[..., Any]] = {}
        self._defs: list[ast.FunctionDef] = []
        self._lock = Lock()
        for graph in program.graphs.values():
            self._add(graph)
        attach_methods(program, self.classes, self.functions, classes or {})

    def _add(self, graph: Graph) -> None:
        with deep_recursion(graph.block):
            definition = definition_of(Lowering(graph, self._scope))
            made = make_function(definition, graph, self._file(graph), self.namespace)
        self._defs.append(definition)
        self.functions[graph.name] = made
        self.namespace[self._scope.functions[graph.name]] = made

    def specialize(self, graph: str, args: Sequence[Type]) -> Callable[..., Any] | None:
        """The graph's function for arguments of these types, which does the same with cheaper forms; None where there is none."""
        with self._lock, deep_recursion(*(g.block for g in self.program.graphs.values())):
            try:
                return self._versions.function(graph, args)
            except RecursionError:  # the caller may stand deep in a recursion of its own
                return None

    @cached_property
    def _versions(self) -> Versions:
        from scriptc.targets.python.versions import Versions  # needed only by what runs more than once

        return Versions(self.program, self._scope, self._make)

    def _make(self, lw: Lowering) -> Callable[..., Any]:
        return make_function(definition_of(lw), lw.graph, self._file(lw.graph), self.namespace)

    def _file(self, graph: Graph) -> str:
        source = self.program.sources.get(graph.span.file) if graph.span else None
        return source.name if source else f"<scriptc {self.origin or self.program.name}>"

    def entry(self, name: str) -> Callable[..., Any]:
        """The function of an entry point; it takes its arguments by position. Raises `KeyError`."""
        return self.functions[self.program.entries[name].graph]

    def get_state(self, name: str) -> Any:
        return self.namespace[self._scope.state_name(name)]

    def set_state(self, name: str, value: Any) -> None:
        self.namespace[self._scope.state_name(name)] = value

    def state_global(self, name: str) -> str:
        """The name of the global variable that holds a state slot."""
        return self._scope.state_name(name)

    @cached_property
    def code(self) -> str:
        """The program as Python text."""
        from scriptc.targets.python.text import text_of

        with deep_recursion(*(g.block for g in self.program.graphs.values())):
            return "\n\n\n".join(text_of(d) for d in self._defs) + "\n"


def compile_program(program: Program, classes: dict[str, type] | None = None, origin: str | None = None) -> PythonModule:
    """Python functions for all graphs of `program`.

    classes   the user's own classes by their names in `program.classes`; the others are made from their declarations
    origin    what tracebacks call code without a source file
    """
    for source in program.sources.values():
        if source.text is not None:
            register_source(source.name, source.text)
    return PythonModule(program, classes, origin)


def register_source(name: str, text: str) -> None:
    """Let tracebacks show `text` for the file `name`, also where the file has gone or has changed."""
    lines = text.splitlines(True)
    linecache.cache[name] = (len(text), None, lines, name)


def definition_of(lw: Lowering) -> ast.FunctionDef:
    """The graph being lowered as a Python function definition."""
    start = lw.pos
    run(lw, lw.graph.block, ReturnCont())
    shorten(lw.function)
    loop_else.restore(lw.function)
    comprehensions.restore(lw.function)
    liveness = Liveness(lw.function)
    liveness.analyze()
    names = Names(lw.function, liveness.clashes, lw.scope)
    body = Printer(lw.function, names).body(lw.function.body)
    return _definition(lw, body, names, start)


def _definition(lw: Lowering, body: list[ast.stmt], names: Names, pos: Pos) -> ast.FunctionDef:
    if lw.graph.generator and not lw.has_yield:
        never = place(ast.Expr(place(ast.Yield(None), pos)), pos)
        body.insert(0, place(ast.If(place(ast.Constant(False), pos), [never], []), pos))
    if lw.globals:
        body.insert(0, place(ast.Global(sorted(lw.globals)), pos))
    if body and isinstance(body[-1], ast.Return) and body[-1].value is None:
        body.pop()
    args = [place(ast.arg(names[v], None), pos) for v in lw.function.params]
    signature = ast.arguments(posonlyargs=[], args=args, vararg=None, kwonlyargs=[], kw_defaults=[], kwarg=None, defaults=[])
    definition = ast.FunctionDef(lw.name, signature, body or [place(ast.Pass(), pos)], [], None)
    if sys.version_info >= (3, 12):
        definition.type_params = []
    return place(definition, pos)


def make_function(definition: ast.FunctionDef, graph: Graph, file: str, namespace: dict[str, Any]) -> Callable[..., Any]:
    with warnings.catch_warnings():  # the user's own text was compiled before, and warned of then
        warnings.simplefilter("ignore", SyntaxWarning)
        module = compile(ast.Module([definition], []), file, "exec", dont_inherit=True)
    code = next(c for c in module.co_consts if isinstance(c, types.CodeType))
    qualname = graph.qualname or graph.name
    name = qualname.rpartition(".")[2]
    code = code.replace(co_name=name, co_qualname=qualname)
    return types.FunctionType(code, namespace, name)


@contextmanager
def deep_recursion(*blocks: Block) -> Iterator[None]:
    """Room for blocks nested as deep as these: a chain of a thousand early returns is a thousand blocks deep."""
    deepest = max(map(depth, blocks), default=0)
    before = sys.getrecursionlimit()
    if deepest > 10:
        sys.setrecursionlimit(before + deepest * _FRAMES_A_LEVEL)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def depth(block: Block) -> int:
    """How deep blocks are nested, found without recursion."""
    deepest, stack = 0, [(block, 1)]
    while stack:
        b, d = stack.pop()
        deepest = max(deepest, d)
        stack.extend((inner, d + 1) for node in b.nodes for inner in node.blocks)
    return deepest
