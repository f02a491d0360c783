"""Stand-in objects of the user's classes: what `__init__` assigns, as far as it can be told without running it."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import types
from typing import TYPE_CHECKING, Any

from scriptc import nn
from scriptc.frontend import declared
from scriptc.frontend.unknown import OPEN, Unknown
from scriptc.lint import define, elsewhere
from scriptc.lint.evaluate import UNKNOWN, Evaluator, among, bind
from scriptc.types import NONE, Type, is_subtype

if TYPE_CHECKING:
    from scriptc.lint.standins import TopLevel

MAX_DEPTH = 8
MAX_TURNS = 200


def instance(top: TopLevel, cls: type, args: list[Any] | None, kwargs: dict[str, Any] | None) -> Any:
    """An object of `cls` made by `cls(*args, **kwargs)`; with `args` None, by arguments of which only the types are known."""
    return Maker(top).make(cls, args, kwargs or {})


class Maker:
    """Follows `__init__` through base classes and submodules."""

    def __init__(self, top: TopLevel, depth: int = 0) -> None:
        self.top, self.depth = top, depth

    def make(self, cls: type, args: list[Any] | None, kwargs: dict[str, Any]) -> Any:
        """The object; `UNKNOWN` for classes of which no object can stand in."""
        if self.depth > MAX_DEPTH or inspect.isabstract(cls) or not all(map(_is_known, cls.__mro__)):
            return UNKNOWN
        try:
            base: Any = next((b for b in (list, dict, set) if issubclass(cls, b)), object)
            obj = base.__new__(cls)
        except TypeError:
            return UNKNOWN
        if dataclasses.is_dataclass(cls) and "__init__" not in _written(cls):
            return self._dataclass(obj, cls, args, kwargs)
        if not self.initialise(obj, cls, args, kwargs):
            vars(obj)[OPEN] = True
        self.loosen(obj, cls)
        return obj

    def loosen(self, obj: Any, cls: type) -> None:
        """Forget what other methods than the compiled ones may have changed by the time it is compiled."""
        for base in cls.__mro__:
            module = self.top.world.named(base.__module__) if _written(base) else None
            if module is not None:
                others = [m for name, m in _written(base).items() if name not in module.reached]
                for name, given in elsewhere.assigned(others).items():
                    keep(obj, name, elsewhere.loosened(held(obj, name), given))

    def _dataclass(self, obj: Any, cls: Any, args: list[Any] | None, kwargs: dict[str, Any]) -> Any:
        if args is None:
            return UNKNOWN
        try:
            bound = inspect.signature(cls).bind(*args, **kwargs)
        except TypeError:
            return UNKNOWN
        for x in dataclasses.fields(cls):
            value = bound.arguments.get(x.name, UNKNOWN)
            if x.name not in bound.arguments and x.default is not dataclasses.MISSING:
                value = x.default
            elif x.name not in bound.arguments and x.default_factory in (list, dict, set, tuple):
                value = x.default_factory()
            keep(obj, x.name, value)
        return obj

    def initialise(self, obj: Any, cls: type, args: list[Any] | None, kwargs: dict[str, Any]) -> bool:
        """Do what the `__init__` that `cls` has would do; False where attributes may be missing afterwards."""
        owner = next((b for b in cls.__mro__ if "__init__" in vars(b)), object)
        if owner is object or owner is nn.Module:
            return True
        if not define.is_stand_in(owner):
            return self._ours(obj, owner, args, kwargs)
        fn = vars(owner)["__init__"]
        node = _written(owner).get("__init__")
        if node is None or isinstance(fn, Unknown) or not (node.args.posonlyargs or node.args.args):
            return False
        env = self._arguments(fn, args, kwargs)
        if env is None:
            return False
        return Init(self, obj, owner, node, env).run()

    def _ours(self, obj: Any, owner: type, args: list[Any] | None, kwargs: dict[str, Any]) -> bool:
        """`__init__` of one of scriptc's own classes."""
        try:
            vars(owner)["__init__"](obj, *(args or []), **kwargs)
        except Exception:
            return False
        return True

    def _arguments(self, fn: Any, args: list[Any] | None, kwargs: dict[str, Any]) -> dict[str, Any] | None:
        params = list(inspect.signature(fn).parameters.values())[1:]
        types = {p.name: Unknown(_type(p)) for p in params}
        if args is None:
            return {p.name: _first(p, types[p.name]) for p in params}
        try:
            bound = inspect.signature(fn).bind(None, *args, **kwargs)
        except TypeError:
            return None
        bound.apply_defaults()
        return {p.name: _at_least(bound.arguments[p.name], types[p.name]) for p in params}


def _is_known(base: type) -> bool:
    """Is it known what objects of this base class are? Of the user's classes, scriptc's, and those that say nothing of their objects."""
    module = base.__module__
    return base in (object, list, dict, set) or define.MARK in vars(base) or module.split(".")[0] in ("scriptc", "typing", "abc", "collections")


def _first(p: inspect.Parameter, unknown: Unknown) -> Any:
    """What a parameter of which nothing is given may be: its default keeps its type only."""
    if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD):
        return UNKNOWN
    if p.default is inspect.Parameter.empty or is_subtype(NONE, unknown.type):
        return unknown
    return p.default


def _at_least(value: Any, unknown: Unknown) -> Any:
    return unknown if isinstance(value, Unknown) and value is UNKNOWN else value


def _type(p: inspect.Parameter) -> Type:
    if p.annotation is inspect.Parameter.empty:
        return UNKNOWN.type
    try:
        return declared.of_value(None, p.annotation)
    except Exception:  # a class of the user's: the table of classes is not there
        return UNKNOWN.type


def _written(cls: type) -> dict[str, ast.FunctionDef]:
    """The methods in the text of a stand-in class."""
    stmt = vars(cls).get(define.MARK)
    return {s.name: s for s in stmt.body if isinstance(s, ast.FunctionDef)} if isinstance(stmt, ast.ClassDef) else {}


class Init:
    """One `__init__`: its assignments to `self`, in order."""

    def __init__(self, maker: Maker, obj: Any, owner: type, node: ast.FunctionDef, env: dict[str, Any]) -> None:
        self.maker, self.obj, self.owner, self.node = maker, obj, owner, node
        a = node.args
        self.self_name = (*a.posonlyargs, *a.args)[0].arg
        self.env = {**env, self.self_name: obj}
        self.evaluator = Evaluator(self._lookup, self._call)
        self.complete = True

    def run(self) -> bool:
        """Follow it; False where attributes may be missing."""
        self.block(self.node.body)
        return self.complete

    def _lookup(self, name: str) -> Any:
        if name in self.env:
            return self.env[name]
        names = vars(self.owner)["__init__"].__globals__
        return names[name] if name in names else self.maker.top.lookup(name)

    def _call(self, fn: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        if define.is_stand_in(fn):
            return Maker(self.maker.top, self.maker.depth + 1).make(fn, args, kwargs)
        return self.maker.top.call(fn, args, kwargs)

    def block(self, stmts: list[ast.stmt]) -> None:
        for stmt in stmts:
            if isinstance(stmt, ast.Return):
                return
            self.statement(stmt)

    def statement(self, stmt: ast.stmt) -> None:
        if isinstance(stmt, ast.Assign):
            value = self.evaluator.value(stmt.value)
            for target in stmt.targets:
                self.store(target, value)
        elif isinstance(stmt, ast.AnnAssign):
            if stmt.value is not None:
                self.store(stmt.target, self._annotated(stmt))
        elif isinstance(stmt, ast.If):
            self._if(stmt)
        elif isinstance(stmt, ast.For):
            self._for(stmt)
        elif isinstance(stmt, ast.Expr):
            self._expression(stmt.value)
        elif isinstance(stmt, ast.With):
            self.block(stmt.body)
        elif not isinstance(stmt, ast.Pass | ast.Raise | ast.Assert | ast.Import | ast.ImportFrom):
            self._give_up(stmt)

    def _keep(self, name: str, value: Any) -> None:
        self.complete = keep(self.obj, name, value) and self.complete

    def _annotated(self, stmt: ast.AnnAssign) -> Any:
        value = self.evaluator.value(stmt.value)
        if value is not UNKNOWN:
            return value
        try:
            return Unknown(declared.of_value(None, define.annotation(self.evaluator, stmt.annotation)))
        except Exception:
            return value

    def store(self, target: ast.expr, value: Any) -> None:
        """`target = value`."""
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == self.self_name:
            self._keep(target.attr, value)
        elif isinstance(target, ast.Tuple | ast.List):
            parts = value if isinstance(value, tuple | list) and len(value) == len(target.elts) else [UNKNOWN] * len(target.elts)
            for t, v in zip(target.elts, parts, strict=True):
                self.store(t, v)
        elif isinstance(target, ast.Name):
            self.env.update(bind(target, value) or {})
        else:
            self._give_up(target)

    def _if(self, stmt: ast.If) -> None:
        test = self.evaluator.truth(stmt.test)
        if test is None:
            before = dict(vars(self.obj))
            self.block(stmt.body)
            first = dict(vars(self.obj))
            self.block(stmt.orelse)
            for name in {**first, **vars(self.obj)}:
                if vars(self.obj).get(name) is not before.get(name) or first.get(name) is not before.get(name):
                    self._keep(name, UNKNOWN)
        else:
            self.block(stmt.body if test else stmt.orelse)

    def _for(self, stmt: ast.For) -> None:
        values = self.evaluator.value(stmt.iter)
        if not among(type(values), (range, list, tuple, dict)) or len(values) > MAX_TURNS:
            self._give_up(stmt)
            return
        for v in values:
            self.store(stmt.target, v)
            self.block(stmt.body)

    def _expression(self, node: ast.expr) -> None:
        if isinstance(node, ast.Constant):
            return
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            fn, name = node.func.value, node.func.attr
            if isinstance(fn, ast.Call) and isinstance(fn.func, ast.Name) and fn.func.id == "super" and name == "__init__":
                self._super(node)
                return
            if name == "append" and type(base := self.evaluator.value(fn)) is list and len(node.args) == 1:
                base.append(self.evaluator.value(node.args[0]))
                return
            if name in ("register_buffer", "register_parameter") and _is_self(fn, self.self_name) and isinstance(node.args[0], ast.Constant):
                self._keep(str(node.args[0].value), self.evaluator.value(node.args[1]))
                return
            if name == "setattr" or _is_self(fn, self.self_name):
                self.complete = False
            return
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("print", "isinstance"):
            return
        self._give_up(node)

    def _super(self, node: ast.Call) -> None:
        mro = type(self.obj).__mro__
        following = mro[mro.index(self.owner) + 1 :]
        base = next((b for b in following if "__init__" in vars(b)), object)
        args = [self.evaluator.value(a) for a in node.args]
        kwargs = {k.arg: self.evaluator.value(k.value) for k in node.keywords if k.arg}
        if base is not object and base is not nn.Module:
            made = Maker(self.maker.top, self.maker.depth + 1)
            self.complete = made.initialise(self.obj, base, args, kwargs) and self.complete

    def _give_up(self, node: ast.AST) -> None:
        """What this does is not followed: every attribute and name it mentions is unknown from here."""
        self.complete = False
        for n in ast.walk(node):
            if isinstance(n, ast.Attribute) and _is_self(n.value, self.self_name):
                self._keep(n.attr, UNKNOWN)
            elif isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) and n.id != self.self_name:
                self.env[n.id] = UNKNOWN


def held(obj: Any, name: str) -> Any:
    """What an attribute of a stand-in object holds; `UNKNOWN` where nothing was put there."""
    raw = inspect.getattr_static(type(obj), name, None)
    if isinstance(raw, types.MemberDescriptorType):
        try:
            return raw.__get__(obj, type(obj))
        except AttributeError:
            return UNKNOWN
    return vars(obj).get(name, UNKNOWN) if hasattr(obj, "__dict__") else UNKNOWN


def keep(obj: Any, name: str, value: Any) -> bool:
    """Give a stand-in object an attribute; False where something of the user's, such as a property, would decide what that does."""
    raw = inspect.getattr_static(type(obj), name, None)
    if isinstance(raw, types.MemberDescriptorType):
        raw.__set__(obj, value)
    elif hasattr(type(raw), "__set__") or not hasattr(obj, "__dict__"):
        return False
    else:
        vars(obj)[name] = value
    return True


def _is_self(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
