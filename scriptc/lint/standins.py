"""Stand-ins for the user's modules: what their top level defines, without running it.

Functions and classes become real ones, made from the user's text with the values of decorators, defaults, bases and
annotations put in; other names get the value of their assignment where that can be evaluated, else `Unknown`.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import importlib
import os
import sys
import sysconfig
import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from scriptc.frontend.unknown import OPEN, Unknown
from scriptc.lint import define, elsewhere, objects, trusted
from scriptc.lint.broken import decoded
from scriptc.lint.evaluate import UNKNOWN, Evaluator, attribute, bind
from scriptc.lint.finder import INIT, TRUSTED, Finder, digest
from scriptc.lint.records import Uses
from scriptc.runtime.decorate import script
from scriptc.source import SourceUnavailable
from scriptc.source.parse import parse_file

NESTING = 1000
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

    @cached_property
    def reached(self) -> frozenset[str]:
        """The names of its functions and methods that compiled code may call."""
        return elsewhere.reached(self.tree)

    def may_have_more(self) -> None:
        """Names may be bound that are not seen here: whatever is asked for is unknown."""
        self.names["__getattr__"] = lambda name: UNKNOWN
        self.names[OPEN] = True


class World:
    """The user's files that were looked at, by path. `texts` are unsaved texts that stand before what is on disk.

    A file has one path, however it is reached: as it is in `texts` or `asked`, else the first it is asked for by.
    """

    def __init__(self, roots: Iterable[str | Path] = (), texts: Mapping[str, str] | None = None, asked: Iterable[str] = ()) -> None:
        self.texts = dict(texts or {})
        self.modules: dict[str, StandIn | None] = {}
        self.spaces: dict[str, types.ModuleType] = {}
        self.paths = {os.path.realpath(p): p for p in (*asked, *self.texts)}
        self.finder = Finder(map(str, roots), self.texts)
        self.imports: dict[str, dict[tuple[str, int], str | None]] = {}
        """For each module's path what it imports, (dotted name, level), and the file that is."""
        self.digests: dict[str, str] = {}
        """Of every file that was read, by its path here."""

    def named(self, name: str) -> StandIn | None:
        """The module of this name among those that were looked at."""
        return next((m for m in self.modules.values() if m is not None and m.name == name), None)

    def module(self, path: str) -> StandIn | None:
        """The stand-in of the file, None where it cannot be read or parsed."""
        path = self.paths.setdefault(os.path.realpath(path), path)
        if path not in self.modules:
            self.modules[path] = None
            made = self._parse(path)
            self.modules[path] = made
            if made is not None:
                TopLevel(self, made).run()
        return self.modules[path]

    def _parse(self, path: str) -> StandIn | None:
        try:
            data = self.texts[path].encode(errors="surrogatepass") if path in self.texts else Path(path).read_bytes()
            self.digests[path] = digest(data)
            text, name = self.texts[path] if path in self.texts else decoded(data), self.finder.name(path)
            with _shallow():
                tree = parse_file(path, text, name).tree
        except (OSError, SyntaxError, ValueError, SourceUnavailable, RecursionError, MemoryError):
            return None
        made = StandIn(path, name, text, tree, types.ModuleType(name))
        made.names.update(__builtins__=builtins, __file__=path)
        if os.path.basename(path) == INIT:
            made.names["__getattr__"] = _Submodules(self, made)
        return made

    # -- imports ----------------------------------------------------------------------------------------------------
    def imported(self, dotted: str, origin: StandIn, level: int = 0) -> Any:
        """The module `import dotted` gives in `origin`: trusted ones really, the user's as stand-ins."""
        found = self.finder.find(dotted, origin.path, level)
        self.imports.setdefault(origin.path, {})[dotted, level] = found
        if found is None:
            return trusted_module(dotted) if level == 0 else UNKNOWN
        return self._object(found)

    def is_users(self, obj: Any) -> bool:
        """Is this one of the user's modules?"""
        return any(obj is o for o in self.spaces.values()) or any(m is not None and m.object is obj for m in self.modules.values())

    def _object(self, path: str) -> Any:
        if path in self.spaces or os.path.isdir(path):
            return self.spaces.setdefault(path, _namespace(path))
        owner = self.finder.owner(path)
        package = None if owner is None else self.module(owner)
        made = self.module(path)
        if made is None:
            return UNKNOWN
        if package is not None and package is not made:
            package.names.setdefault(made.name.rpartition(".")[2], made.object)
        return made.object

    def reached(self, path: str) -> list[str]:
        """The file itself and all files that it imports, through any number of files, by the paths they have here."""
        found: dict[str, None] = {}
        pending = [self.paths.get(os.path.realpath(path), path)]
        while pending:
            at = pending.pop()
            if at not in found:
                found[at] = None
                files = [f for f in self.imports.get(at, {}).values() if f is not None]
                owners = [o for o in map(self.finder.owner, files) if o is not None]
                pending += [known for f in (*files, *owners) if (known := self.paths.get(os.path.realpath(f), f)) in self.modules]
        return list(found)

    def uses(self, path: str) -> Uses:
        """What of the disk a look at the file depends on."""
        paths = self.reached(path)
        files = [(os.path.abspath(p), self.digests.get(p, ""), self.finder.name(p)) for p in paths]
        imports = [(i, *key, found) for i, p in enumerate(paths) for key, found in self.imports.get(p, {}).items()]
        return Uses(tuple(files), tuple(imports))


class _Submodules:
    """The `__getattr__` of a package: its submodules are there, whoever imported them."""

    def __init__(self, world: World, package: StandIn) -> None:
        self.world, self.package = world, package

    def __call__(self, name: str) -> Any:
        if not name.startswith("__"):
            found = self.world.finder.find(name, self.package.path, 1)
            if found is not None:
                return self.world.imported(name, self.package, 1)
        raise AttributeError(f"module {self.package.name!r} has no attribute {name!r}")


@contextlib.contextmanager
def _shallow() -> Iterator[None]:
    """Python's parser, which uses the C stack, may nest no deeper than it may by default."""
    before, depth, frame = sys.getrecursionlimit(), 0, sys._getframe()
    while frame.f_back is not None:
        depth, frame = depth + 1, frame.f_back
    sys.setrecursionlimit(min(before, depth + NESTING))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _namespace(path: str) -> types.ModuleType:
    made = types.ModuleType(os.path.basename(path))
    vars(made)["__getattr__"] = lambda name: UNKNOWN
    return made


def trusted_module(dotted: str) -> Any:
    """A module that is safe to import, else `UNKNOWN`."""
    top = dotted.partition(".")[0]
    if top in NEVER or not (top in TRUSTED or top in sys.stdlib_module_names):
        return UNKNOWN
    if dotted in sys.modules:
        return sys.modules[dotted]
    before = sys.path
    sys.path = [p for p in before if _installed(p)]  # a file of the user's may have the name of one of Python's
    try:
        return importlib.import_module(dotted)
    except Exception:
        return UNKNOWN
    finally:
        sys.path = before


def _installed(folder: str) -> bool:
    """Is this folder of the module search path one of Python's own, or one of installed packages?"""
    parts = Path(folder).parts
    return "site-packages" in parts or "dist-packages" in parts or folder in STDLIB


STDLIB = frozenset({os.path.dirname(os.__file__), *(sysconfig.get_path(k) for k in ("stdlib", "platstdlib"))})
STDLIB |= {os.path.join(p, "lib-dynload") for p in STDLIB} | {p for p in sys.path if p.endswith(".zip")}


class TopLevel:
    """Walks the top level of one module and binds its names."""

    def __init__(self, world: World, module: StandIn) -> None:
        self.world, self.module, self.names = world, module, module.names
        self.evaluator = Evaluator(self.lookup, self.call)

    def run(self) -> None:
        """Bind every name the module's text binds."""
        self.block(self.module.tree.body)
        for name in _bound(self.module.tree) - self.names.keys():  # in a loop, a handler, a function's `global`
            self.names[name] = UNKNOWN
        if "__getattr__" in self.names and not isinstance(self.names["__getattr__"], _Submodules):  # bound in some other way
            self.module.may_have_more()

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
            top, whole = self._along(alias.name)
            self.names[alias.asname or alias.name.partition(".")[0]] = whole if alias.asname else top

    def _along(self, dotted: str) -> tuple[Any, Any]:
        """The first and the last module of `import a.b.c`; each is bound in the one before it."""
        parts = dotted.split(".")
        top = whole = self.world.imported(parts[0], self.module)
        for i, part in enumerate(parts[1:], 2):
            inner = self.world.imported(".".join(parts[:i]), self.module)
            if self.world.is_users(whole) and not isinstance(inner, Unknown):
                vars(whole).setdefault(part, inner)
            whole = inner
        return top, whole

    def _importfrom(self, stmt: ast.ImportFrom) -> None:
        source = self.world.imported(stmt.module or "", self.module, stmt.level)
        for alias in stmt.names:
            if alias.name == "*":
                self._star(source)
                continue
            self.names[alias.asname or alias.name] = self._member(source, alias.name, stmt)

    def _member(self, source: Any, name: str, stmt: ast.ImportFrom) -> Any:
        found = attribute(source, name)
        if isinstance(found, Unknown) and (isinstance(source, types.ModuleType) or stmt.level):
            inner = self.world.imported(f"{stmt.module}.{name}" if stmt.module else name, self.module, stmt.level)
            return inner if not isinstance(inner, Unknown) else found
        return found

    def _star(self, source: Any) -> None:
        if not isinstance(source, types.ModuleType):
            self.module.may_have_more()
            return
        names = vars(source)
        public = names.get("__all__", [n for n in names if not n.startswith(("_", "%"))])
        if type(public) not in (list, tuple) or OPEN in names:
            self.module.may_have_more()
            public = [n for n in names if not n.startswith(("_", "%"))]
        self.names.update({n: names[n] for n in public if isinstance(n, str) and n in names})

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
            if define.is_stand_in(type(owner)) or self.world.is_users(owner):
                objects.keep(owner, target.attr, UNKNOWN)
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
        if stmt.name == "__getattr__":
            self.module.may_have_more()
        else:
            self.names[stmt.name] = define.function(self, stmt)

    _asyncfunctiondef = _functiondef

    def _classdef(self, stmt: ast.ClassDef) -> None:
        self.names[stmt.name] = define.class_(self, stmt)

    def _if(self, stmt: ast.If) -> None:
        test = True if _type_checking(stmt.test) else self.evaluator.truth(stmt.test)
        if test is None:
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


def _bound(tree: ast.Module) -> set[str]:
    """Every name that something in the text may bind in the module."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            found.update(node.names)
    waiting: list[ast.AST] = [*tree.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found.update((a.asname or a.name).partition(".")[0] for a in node.names)
        elif not isinstance(node, ast.Lambda):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
            waiting += ast.iter_child_nodes(node)
    return found - {"*"}
