"""Functions and classes of the user's, made from their text with nothing of the user's run.

The text is compiled as it is, but for decorators, defaults, bases and annotations: in their places stand names of the
values that were evaluated. Line and column numbers stay, so that the compiler finds the definition again.
"""

from __future__ import annotations

import ast
import copy
import dataclasses
import enum
import functools
import itertools
import types
import typing
from typing import TYPE_CHECKING, Any

from scriptc.frontend.unknown import Unknown
from scriptc.lint.evaluate import STAND_IN, UNKNOWN, Evaluator, among, foreign, within

if TYPE_CHECKING:
    from scriptc.lint.standins import TopLevel

MARK = STAND_IN
DROPPED = frozenset({"__init_subclass__", "__set_name__", "__del__"})
"""Methods that Python calls when classes are made and objects go."""
HOOKS = frozenset({
    "__new__", "__getattribute__", "__getattr__", "__setattr__", "__delattr__", "__class_getitem__", "__mro_entries__",
    "__get__", "__set__", "__delete__",
})  # fmt: skip
"""Methods by which an object is something else than it looks: nothing is said of a class that has one."""
ENUM_HOOKS = frozenset({"__init__", "_generate_next_value_", "_missing_", "__eq__", "__hash__", "__init_subclass__", "__set_name__", "__del__"})
"""Methods that Python calls when the members of an enum are made or looked for."""
KEPT_DECORATORS = ("abstractmethod", "final", "override", "no_type_check", "runtime_checkable")


def is_stand_in(cls: Any) -> bool:
    """Is this class one of the user's, made here?"""
    return isinstance(cls, type) and any(MARK in vars(b) for b in cls.__mro__)


_NUMBERS = itertools.count()  # a class inside a class has slots of its own


class Slots:
    """Names that stand for evaluated values in the text that is compiled."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.names, self.made = names, []  # type: ignore[var-annotated]

    def name(self, value: Any, at: ast.AST) -> ast.expr:
        slot = f"%slot{next(_NUMBERS)}"
        self.made.append(slot)
        self.names[slot] = value
        return ast.copy_location(ast.Name(slot, ast.Load()), at)

    def clear(self) -> None:
        for slot in self.made:
            self.names.pop(slot, None)


def function(top: TopLevel, stmt: ast.FunctionDef) -> Any:
    """The function object of a `def`; `UNKNOWN` where a decorator is not one that leaves it as it is."""
    slots = Slots(top.names)
    try:
        decorators = [decorator(top.evaluator, d) for d in stmt.decorator_list]
        if any(d is None for d in decorators):
            return UNKNOWN
        made = _function(stmt, slots, top.evaluator, _evaluated)
        made.decorator_list = [slots.name(_same, d) for d in stmt.decorator_list]  # they decide the function's first line
        return _as_in_file(_run([made], top.names)[stmt.name], top)
    except Exception:
        return UNKNOWN
    finally:
        slots.clear()


def _same(fn: Any) -> Any:
    return fn


def _as_in_file(fn: Any, top: TopLevel) -> Any:
    """`fn` with the code Python makes of the whole file: calls of imported modules are compiled in another way."""
    if isinstance(fn, types.FunctionType) and fn.__globals__ is top.names:
        code = fn.__code__
        for real in top.module.codes.get((code.co_name, code.co_firstlineno), ()):
            if (real.co_freevars, real.co_varnames) == (code.co_freevars, code.co_varnames):
                fn.__code__ = real
    return fn


def decorator(evaluator: Evaluator, node: ast.expr) -> Any:
    """A decorator that leaves the function as it is (`@script`, `@final`): a value; None for one that may not."""
    base = node.func if isinstance(node, ast.Call) else node
    value = evaluator.value(base)
    if isinstance(value, Unknown) or foreign(value):
        return None
    name = getattr(value, "__name__", "")
    if str(getattr(value, "__module__", "")).startswith("scriptc.") or name in KEPT_DECORATORS or among(value, (staticmethod, classmethod)):
        return value
    return None


def _evaluated(evaluator: Evaluator, node: ast.expr) -> Any:
    return evaluator.value(node)


def annotation(evaluator: Evaluator, node: ast.expr) -> Any:
    """The object an annotation means; strings in it are read as annotations too."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            return annotation(evaluator, ast.parse(node.value.strip(), mode="eval").body)
        except SyntaxError:
            return UNKNOWN
    return evaluator.value(_Unquoted().visit(copy.deepcopy(node)))


class _Unquoted(ast.NodeTransformer):
    """Strings inside an annotation, as in `list["Node"]`, as the expressions they hold; not those of `Literal` and jaxtyping."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        head = ast.unparse(node.value).rpartition(".")[2]
        if head in ("Literal", "Annotated") or (isinstance(node.slice, ast.Tuple) and head[:1].isupper() and "ndarray" in ast.unparse(node.slice)):
            return node
        self.generic_visit(node)
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, str):
            try:
                return ast.copy_location(ast.parse(node.value.strip(), mode="eval").body, node)
            except SyntaxError:
                return node
        return node


def _function(stmt: ast.FunctionDef, slots: Slots, evaluator: Evaluator, value: Any) -> ast.FunctionDef:
    """`stmt` with names in the places of what Python would evaluate when it is defined; its body is left alone."""
    made = copy.copy(stmt)
    made.args = args = copy.deepcopy(stmt.args)
    args.defaults = [slots.name(value(evaluator, d), d) for d in args.defaults]
    args.kw_defaults = [None if d is None else slots.name(value(evaluator, d), d) for d in args.kw_defaults]
    for a in (*args.posonlyargs, *args.args, *args.kwonlyargs, *(x for x in (args.vararg, args.kwarg) if x)):
        if a.annotation is not None:
            a.annotation = slots.name(annotation(evaluator, a.annotation), a.annotation)
    if made.returns is not None:
        made.returns = slots.name(annotation(evaluator, made.returns), made.returns)
    if hasattr(made, "type_params"):
        made.type_params = []
    return made


def _run(body: list[ast.stmt], names: dict[str, Any]) -> dict[str, Any]:
    """Execute definitions of which nothing but slots is evaluated; what they bind."""
    found: dict[str, Any] = {}
    code = compile(ast.Module(body, []), str(names["__file__"]), "exec", dont_inherit=True)
    exec(code, names, found)  # only `def` and `class` statements whose parts are slots: no code of the user's runs
    return found


# -- classes --------------------------------------------------------------------------------------------------------
def class_(top: TopLevel, stmt: ast.ClassDef) -> Any:
    """The class object of a `class` statement; `UNKNOWN` where a base or a decorator is not known."""
    bases = [top.evaluator.value(b) for b in stmt.bases]
    decorators = [_class_decorator(top.evaluator, d) for d in stmt.decorator_list]
    metaclass = any(k.arg != "metaclass" or getattr(top.evaluator.value(k.value), "__module__", "") != "abc" for k in stmt.keywords)
    if metaclass or any(isinstance(b, Unknown) or foreign(b) for b in bases) or any(d is None for d in decorators):
        return UNKNOWN
    slots = Slots(top.names)
    try:
        made = copy.copy(stmt)
        made.bases = [slots.name(b, n) for b, n in zip(bases, stmt.bases, strict=True)]
        made.keywords = []
        made.decorator_list = []
        if hasattr(made, "type_params"):
            made.type_params = []
        made.body = ClassBody(top, slots, bases).body(stmt)
        cls = _run([made], top.names)[stmt.name]
        for node, d in reversed(list(zip(stmt.decorator_list, decorators, strict=True))):
            cls = _decorated(top.evaluator, cls, node, d)
        type.__setattr__(cls, MARK, stmt)
        if "__firstlineno__" in vars(cls):  # Python 3.13 says where a class is, its decorators included, which were left out above
            type.__setattr__(cls, "__firstlineno__", min([stmt.lineno, *(d.lineno for d in stmt.decorator_list)]))
        for value in list(vars(cls).values()):
            for part in (value, getattr(value, "__func__", None), *(getattr(value, k, None) for k in ("fget", "fset", "fdel"))):
                _as_in_file(part, top)
        return cls
    except Exception:
        return UNKNOWN
    finally:
        slots.clear()


def _class_decorator(evaluator: Evaluator, node: ast.expr) -> Any:
    base = evaluator.value(node.func if isinstance(node, ast.Call) else node)
    known = among(base, (dataclasses.dataclass, functools.total_ordering, enum.unique, typing.final))
    ours = not isinstance(base, Unknown) and not foreign(base) and str(getattr(base, "__module__", "")).startswith("scriptc.")
    return base if known or ours else None


def _decorated(evaluator: Evaluator, cls: Any, node: ast.expr, made: Any) -> Any:
    if made is not dataclasses.dataclass:
        return made(cls) if among(made, (functools.total_ordering, enum.unique, typing.final)) else cls
    options = {k.arg: evaluator.value(k.value) for k in node.keywords if k.arg} if isinstance(node, ast.Call) else {}
    return dataclasses.dataclass(**options)(cls)


class ClassBody:
    """The body of a class with every value in it evaluated; what cannot be is `Unknown`."""

    def __init__(self, top: TopLevel, slots: Slots, bases: list[Any]) -> None:
        self.top, self.slots, self.scope = top, slots, {}  # type: ignore[var-annotated]
        self.enum = any(isinstance(b, type) and issubclass(b, enum.Enum) for b in bases)
        if self.enum and any(is_stand_in(b) and not ENUM_HOOKS.isdisjoint(n for k in b.__mro__ if MARK in vars(k) for n in vars(k)) for b in bases):
            raise ValueError("an enum with hooks of its own")
        self.evaluator = Evaluator(self._lookup, top.call)

    def _lookup(self, name: str) -> Any:
        return self.scope[name] if name in self.scope else self.top.lookup(name)

    def body(self, stmt: ast.ClassDef) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        for s in stmt.body:
            if isinstance(s, ast.FunctionDef | ast.AsyncFunctionDef):
                out += self._method(s)
            elif isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name):
                out.append(self._field(s, s.target))
            elif isinstance(s, ast.Assign):
                out += self._assign(s)
            elif isinstance(s, ast.ClassDef):
                out.append(self._inner(s, stmt.name))
            elif not isinstance(s, ast.Expr | ast.Pass):
                out += self._forgotten(s)
        return out or [ast.copy_location(ast.Pass(), stmt)]

    def _inner(self, s: ast.ClassDef, outer: str) -> ast.stmt:
        made = class_(self.top, s)
        if isinstance(made, type):
            type.__setattr__(made, "__qualname__", f"{outer}.{made.__qualname__}")
        return self._set(s, made)

    def _forgotten(self, s: ast.stmt) -> list[ast.stmt]:
        """What an `if` or a loop in a class body binds is not known."""
        names = {n.id for n in ast.walk(s) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        names |= {n.name for n in ast.walk(s) if isinstance(n, ast.FunctionDef | ast.ClassDef)}
        if self.enum or names & (HOOKS | ENUM_HOOKS):
            raise ValueError("a body that depends on what runs")
        return [self._bound(s, n, UNKNOWN) for n in sorted(names)]

    def _field(self, s: ast.AnnAssign, target: ast.Name) -> ast.stmt:
        made = copy.copy(s)
        made.annotation = self.slots.name(annotation(self.evaluator, s.annotation), s.annotation)
        if s.value is not None:
            value = self.evaluator.value(s.value)
            self.scope[target.id] = value
            made.value = self.slots.name(value, s.value)
        return made

    def _assign(self, s: ast.Assign) -> list[ast.stmt]:
        value = self.evaluator.value(s.value)
        names = [t.id for t in s.targets if isinstance(t, ast.Name)]
        self.scope.update(dict.fromkeys(names, value))
        if names and (not HOOKS.isdisjoint(names) or (self.enum and (isinstance(value, Unknown) or within(value)))):
            raise ValueError("the members are not known")
        made = copy.copy(s)
        made.targets = [ast.copy_location(ast.Name(n, ast.Store()), s) for n in names]
        made.value = self.slots.name(value, s.value)
        return [made] if names else []

    def _method(self, s: Any) -> list[ast.stmt]:
        if s.name in HOOKS or (self.enum and s.name in ENUM_HOOKS):
            raise ValueError("a class with hooks of its own")
        if s.name in DROPPED:
            return []
        made = _function(s, self.slots, self.evaluator, _evaluated)
        decorators = []
        for d in s.decorator_list:
            kept = self._decorator(d)
            if kept is None:
                return [self._set(s, UNKNOWN)]
            decorators += kept
        made.decorator_list = decorators
        return [made]

    def _decorator(self, d: ast.expr) -> list[ast.expr] | None:
        if isinstance(d, ast.Attribute) and d.attr in ("setter", "getter", "deleter") and isinstance(d.value, ast.Name):
            return [d]
        value = self.evaluator.value(d)
        if among(value, (property, staticmethod, classmethod)):
            return [self.slots.name(value, d)]
        known = decorator(self.evaluator, d)
        return None if known is None else [self.slots.name(_as_it_is(known), d)]

    def _set(self, s: Any, value: Any) -> ast.stmt:
        return self._bound(s, s.name, value)

    def _bound(self, s: ast.stmt, name: str, value: Any) -> ast.stmt:
        self.scope[name] = value
        target = ast.copy_location(ast.Name(name, ast.Store()), s)
        return ast.copy_location(ast.Assign([target], self.slots.name(value, s)), s)


def _as_it_is(known: Any) -> Any:
    """Our own `@export` and `@ignore` only mark; `@script` on a method is looked at by the linter itself."""
    return known if getattr(known, "__name__", "") in ("export", "ignore", "abstractmethod") else _same
