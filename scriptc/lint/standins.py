"""Stand-ins for the user's modules: what their top level defines, without running it.

Functions and classes become real ones, made from the user's text with the values of decorators, defaults, bases and
annotations put in; other names get the value of their assignment where that can be evaluated, else `Unknown`.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from scriptc.frontend.unknown import Unknown
from scriptc.lint import define, objects, trusted
from scriptc.lint.evaluate import UNKNOWN, Evaluator, bind
from scriptc.runtime.decorate import script
from scriptc.source.parse import parse_file

OURS = ("scriptc", "numpy", "jaxtyping", "typing_extensions")
NEVER = frozenset({"antigravity", "this", "__main__", "idlelib", "turtle", "tkinter", "test"})


@dataclass
class StandIn:
    """One of the user's modules as the linter sees it: `object` is what names of it stand for, `names` are its globals."""

    path: str
    name: str
    text: str
    tree: ast.Module
    object: types.ModuleType

    @property
    def names(self) -> dict[str, Any]:
        return vars(self.object)

    @cached_property
    def codes(self) -> dict[tuple[str, int], list[types.CodeType]]:
        """The code objects Python makes of the file, by name and first line."""
        return parse_file(self.path, self.text, self.name).codes

    def may_have_more(self) -> None:
        """Names may be bound that are not seen here: whatever is asked for is unknown."""
        self.names["__getattr__"] = lambda name: UNKNOWN


class World:
    """The user's files that were looked at, by path. `texts` are unsaved texts that stand before what is on disk."""

    def __init__(self, roots: tuple[Path, ...] = (), texts: dict[str, str] | None = None) -> None:
        self.roots, self.texts = roots, dict(texts or {})
        self.modules: dict[str, StandIn | None] = {}

    def module(self, path: str) -> StandIn | None:
        """The stand-in of the file, None where it cannot be read or parsed."""
        if path not in self.modules:
            self.modules[path] = None
            made = self._parse(path)
            self.modules[path] = made
            if made is not None:
                TopLevel(self, made).run()
        return self.modules[path]

    def _parse(self, path: str) -> StandIn | None:
        try:
            text = self.texts[path] if path in self.texts else read(path)
            tree = ast.parse(text)
        except (OSError, SyntaxError, ValueError):
            return None
        name = module_name(Path(path))
        made = StandIn(path, name, text, tree, types.ModuleType(name))
        made.names.update(__builtins__=builtins, __file__=path)
        return made

    # -- imports ----------------------------------------------------------------------------------------------------
    def imported(self, dotted: str, origin: StandIn, level: int = 0) -> Any:
        """The module `import dotted` gives in `origin`: trusted ones really, the user's as stand-ins."""
        top = dotted.partition(".")[0]
        if level == 0:
            for root in self._roots(Path(origin.path)):
                found = _file(root, dotted)
                if found is not None and top not in OURS:
                    return self._object(found)
            return trusted_module(dotted)
        base = Path(origin.path).resolve().parent
        for _ in range(level - 1):
            base = base.parent
        found = _file(base, dotted) if dotted else _package(base)
        return self._object(found) if found is not None else UNKNOWN

    def _object(self, path: str) -> Any:
        made = self.module(path)
        return UNKNOWN if made is None else made.object

    def _roots(self, path: Path) -> Iterator[Path]:
        folder = path.resolve().parent
        yield folder
        while (folder / "__init__.py").exists() and folder.parent != folder:
            folder = folder.parent
        yield folder
        yield from self.roots


def read(path: str) -> str:
    """The text of a Python file in its own encoding. Raises OSError, SyntaxError or UnicodeDecodeError."""
    import tokenize

    with tokenize.open(path) as f:
        return f.read()


def module_name(path: Path) -> str:
    """The dotted name a file has within its package."""
    path = path.resolve()
    parts = [] if path.stem == "__init__" else [path.stem]
    folder = path.parent
    while (folder / "__init__.py").exists() and folder.parent != folder:
        parts.insert(0, folder.name)
        folder = folder.parent
    return ".".join(parts) or path.parent.name


def _file(root: Path, dotted: str) -> str | None:
    path = root.joinpath(*dotted.split("."))
    if path.with_suffix(".py").is_file():
        return str(path.with_suffix(".py"))
    return _package(path)


def _package(path: Path) -> str | None:
    init = path / "__init__.py"
    return str(init) if init.is_file() else None


def trusted_module(dotted: str) -> Any:
    """A module that is safe to import, else `UNKNOWN`."""
    top = dotted.partition(".")[0]
    if top in NEVER or not (top in OURS or top in sys.stdlib_module_names):
        return UNKNOWN
    try:
        return importlib.import_module(dotted)
    except Exception:
        return UNKNOWN


class TopLevel:
    """Walks the top level of one module and binds its names."""

    def __init__(self, world: World, module: StandIn) -> None:
        self.world, self.module, self.names = world, module, module.names
        self.evaluator = Evaluator(self.lookup, self.call)

    def run(self) -> None:
        """Bind every name the module's text binds."""
        self.block(self.module.tree.body)

    def lookup(self, name: str) -> Any:
        """What a global name stands for."""
        return self.names[name] if name in self.names else getattr(builtins, name, UNKNOWN)

    def call(self, fn: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """A call at the top level: the user's classes give stand-in objects."""
        if isinstance(fn, type) and define.is_stand_in(fn):
            return objects.instance(self, fn, args, kwargs)
        if fn is script and args:
            return args[0]  # compiled, it does what it did
        return trusted.call(fn, args, kwargs)

    def block(self, stmts: list[ast.stmt]) -> None:
        for stmt in stmts:
            handler = getattr(self, f"_{type(stmt).__name__.lower()}", None)
            self.evaluator.budget = 100_000
            if handler is not None:
                handler(stmt)
            else:
                self._forget(stmt)

    def _forget(self, stmt: ast.stmt) -> None:
        for node in ast.walk(stmt):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
                self.names[node.id] = UNKNOWN

    def _expr(self, stmt: ast.Expr) -> None:
        pass

    def _import(self, stmt: ast.Import) -> None:
        for alias in stmt.names:
            whole = self.world.imported(alias.name, self.module)
            if alias.asname:
                self.names[alias.asname] = whole
            else:
                top = alias.name.partition(".")[0]
                self.names[top] = self.world.imported(top, self.module)

    def _importfrom(self, stmt: ast.ImportFrom) -> None:
        source = self.world.imported(stmt.module or "", self.module, stmt.level)
        for alias in stmt.names:
            if alias.name == "*":
                self._star(source)
                continue
            self.names[alias.asname or alias.name] = self._member(source, alias.name, stmt)

    def _member(self, source: Any, name: str, stmt: ast.ImportFrom) -> Any:
        found = getattr(source, name, UNKNOWN)
        if isinstance(found, Unknown) and (isinstance(source, types.ModuleType) or stmt.level):
            inner = self.world.imported(f"{stmt.module}.{name}" if stmt.module else name, self.module, stmt.level)
            return inner if not isinstance(inner, Unknown) else found
        return found

    def _star(self, source: Any) -> None:
        if not isinstance(source, types.ModuleType):
            self.module.may_have_more()
            return
        names = vars(source)
        public = names.get("__all__", [n for n in names if not n.startswith("_")])
        self.names.update({n: names[n] for n in public if n in names})

    def _assign(self, stmt: ast.Assign) -> None:
        value = self.evaluator.value(stmt.value)
        for target in stmt.targets:
            bound = bind(target, value)
            self.names.update(bound or {})
            if bound is None:
                self._changed(target)

    def _changed(self, target: ast.expr) -> None:
        """`NAME.x = ...`, `NAME[i] = ...`: what NAME holds is not known any more; of the user's objects, what the attribute holds."""
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            owner = self.names.get(target.value.id)
            if define.is_stand_in(type(owner)) or any(m is not None and m.object is owner for m in self.world.modules.values()):
                object.__setattr__(owner, target.attr, UNKNOWN)
                return
        while isinstance(target, ast.Attribute | ast.Subscript):
            target = target.value
        if isinstance(target, ast.Name):
            self.names[target.id] = UNKNOWN

    def _annassign(self, stmt: ast.AnnAssign) -> None:
        if isinstance(stmt.target, ast.Name) and stmt.value is not None:
            self.names[stmt.target.id] = self.evaluator.value(stmt.value)

    def _augassign(self, stmt: ast.AugAssign) -> None:
        self._changed(stmt.target)

    def _functiondef(self, stmt: ast.FunctionDef) -> None:
        self.names[stmt.name] = define.function(self, stmt)

    _asyncfunctiondef = _functiondef

    def _classdef(self, stmt: ast.ClassDef) -> None:
        self.names[stmt.name] = define.class_(self, stmt)

    def _if(self, stmt: ast.If) -> None:
        test = self.evaluator.value(stmt.test)
        if _type_checking(stmt.test):
            test = True
        if isinstance(test, Unknown):
            self._forget(stmt)
            self.block([s for s in (*stmt.body, *stmt.orelse) if isinstance(s, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom)])
        else:
            self.block(stmt.body if test else stmt.orelse)

    def _try(self, stmt: ast.Try) -> None:
        self.block(stmt.body)
        for handler in stmt.handlers:
            for s in handler.body:
                if isinstance(s, ast.Import | ast.ImportFrom | ast.Assign):
                    known = dict(self.names)
                    self.block([s])
                    self.names.update({k: v for k, v in known.items() if not isinstance(v, Unknown)})
        self.block([*stmt.orelse, *stmt.finalbody])

    def _with(self, stmt: ast.With) -> None:
        self.block(stmt.body)


def _type_checking(test: ast.expr) -> bool:
    return ast.unparse(test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")
