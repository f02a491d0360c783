"""Expressions of a module's top level and of `__init__`, evaluated without running the user's code.

Literals, arithmetic, comprehensions and calls of trusted functions are evaluated; all else is `Unknown`. A value made of
an unknown one is unknown as a whole, so that nothing half known is ever compiled.
"""

from __future__ import annotations

import ast
import enum
import operator
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from scriptc.frontend.unknown import Unknown
from scriptc.types import BOOL, FLOAT, INT, STR, Type

UNKNOWN = Unknown()
STAND_IN = "%stand_in"
"""In the `__dict__` of a class that was made here of the user's text."""
MAX_ITEMS = 100_000
MAX_BITS = 4096

OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv, ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod, ast.Pow: operator.pow, ast.LShift: operator.lshift, ast.RShift: operator.rshift, ast.BitOr: operator.or_,
    ast.BitXor: operator.xor, ast.BitAnd: operator.and_, ast.MatMult: operator.matmul,
}  # fmt: skip
COMPARISONS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Is: operator.is_, ast.IsNot: operator.is_not, ast.In: lambda a, b: a in b, ast.NotIn: lambda a, b: a not in b,
}  # fmt: skip
UNARY: dict[type, Callable[[Any], Any]] = {ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Invert: operator.invert, ast.Not: operator.not_}
PLAIN = (int, float, complex, bool, str, bytes, type(None), np.ndarray, np.generic, np.dtype)


class Evaluator:
    """Evaluates expressions whose names mean what `names` says.

    `call` decides what a call gives: (function, positional, keywords) to a value or `UNKNOWN`.
    """

    def __init__(self, names: Callable[[str], Any], call: Callable[[Any, list[Any], dict[str, Any]], Any]) -> None:
        self.names, self.call = names, call
        self.budget = MAX_ITEMS

    def value(self, node: ast.expr | None) -> Any:
        """The value of `node`, or an `Unknown`."""
        if node is None:
            return None
        handler = getattr(self, f"_{type(node).__name__.lower()}", None)
        self.budget -= 1
        if handler is None or self.budget < 0:
            return UNKNOWN
        try:
            return handler(node)
        except (RecursionError, Exception):  # whatever a trusted function raises: the program would raise it too, elsewhere
            return UNKNOWN

    def truth(self, node: ast.expr) -> bool | None:
        """Is the value of `node` true? None where it cannot be told."""
        v = self.value(node)
        return None if isinstance(v, Unknown) or foreign(v) or isinstance(v, np.ndarray) else bool(v)

    def _constant(self, node: ast.Constant) -> Any:
        return node.value

    def _name(self, node: ast.Name) -> Any:
        return self.names(node.id)

    def _attribute(self, node: ast.Attribute) -> Any:
        return attribute(self.value(node.value), node.attr)

    def _tuple(self, node: ast.Tuple) -> Any:
        return whole(tuple, self._items(node.elts))

    def _list(self, node: ast.List) -> Any:
        return whole(list, self._items(node.elts))

    def _set(self, node: ast.Set) -> Any:
        items = self._items(node.elts)
        return UNKNOWN if within(items) else whole(set, items)

    def _items(self, nodes: list[ast.expr]) -> list[Any]:
        out: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                inner = self.value(node.value)
                out += [UNKNOWN] if isinstance(inner, Unknown) or foreign(inner) else list(inner)
            else:
                out.append(self.value(node))
        return out

    def _dict(self, node: ast.Dict) -> Any:
        out: dict[Any, Any] = {}
        for key, item in zip(node.keys, node.values, strict=True):
            v = self.value(item)
            k = self.value(key) if key is not None else None
            if isinstance(v, Unknown) or isinstance(k, Unknown) or within(k) or (key is None and foreign(v)):
                return UNKNOWN
            out.update(v if key is None else {k: v})
        return out

    def _unaryop(self, node: ast.UnaryOp) -> Any:
        v = self.value(node.operand)
        if isinstance(v, Unknown):
            return Unknown(BOOL) if isinstance(node.op, ast.Not) else v
        return UNARY[type(node.op)](v) if isinstance(v, PLAIN) else UNKNOWN

    def _binop(self, node: ast.BinOp) -> Any:
        a, b = self.value(node.left), self.value(node.right)
        if isinstance(a, Unknown) or isinstance(b, Unknown):
            return unknown_result(node.op, a, b)
        if foreign(a) or foreign(b):
            return UNKNOWN
        if isinstance(node.op, ast.BitOr) and not (isinstance(a, PLAIN) and isinstance(b, PLAIN)):
            return a | b  # of classes: a union
        if not all(isinstance(x, (*PLAIN, list, tuple)) for x in (a, b)) or too_big(node.op, a, b):
            return UNKNOWN
        return OPERATORS[type(node.op)](a, b)

    def _compare(self, node: ast.Compare) -> Any:
        values = [self.value(x) for x in (node.left, *node.comparators)]
        if any(isinstance(v, Unknown) for v in values):
            return Unknown(BOOL)
        pairs = zip(node.ops, values[:-1], values[1:], strict=True)
        identity = all(isinstance(op, ast.Is | ast.IsNot) for op in node.ops)
        if not identity and (within(values) or not all(isinstance(v, (*PLAIN, list, tuple, dict, set)) for v in values)):
            return UNKNOWN
        return all(COMPARISONS[type(op)](a, b) for op, a, b in pairs)

    def _boolop(self, node: ast.BoolOp) -> Any:
        for item in node.values:
            v = self.value(item)
            if isinstance(v, Unknown) or foreign(v):
                return UNKNOWN
            if bool(v) is isinstance(node.op, ast.Or):
                return v
        return v

    def _ifexp(self, node: ast.IfExp) -> Any:
        test = self.truth(node.test)
        if test is None:
            a, b = self.value(node.body), self.value(node.orelse)
            return Unknown(type_of(a)) if type_of(a) == type_of(b) else UNKNOWN
        return self.value(node.body if test else node.orelse)

    def _subscript(self, node: ast.Subscript) -> Any:
        base, index = self.value(node.value), self.value(node.slice)
        if isinstance(base, Unknown) or isinstance(index, Unknown) or foreign(base) or within(index):
            return UNKNOWN
        if isinstance(base, (*PLAIN, list, tuple, dict, type)) or is_typing(base):
            return base[index]
        return UNKNOWN

    def _slice(self, node: ast.Slice) -> Any:
        parts = [self.value(x) for x in (node.lower, node.upper, node.step)]
        return whole(lambda p: slice(*p), parts)

    def _joinedstr(self, node: ast.JoinedStr) -> Any:
        return Unknown(STR)

    def _lambda(self, node: ast.Lambda) -> Any:
        return UNKNOWN

    def _call(self, node: ast.Call) -> Any:
        fn = self.value(node.func)
        args = self._items(node.args)
        kwargs: dict[str, Any] = {}
        for k in node.keywords:
            v = self.value(k.value)
            if k.arg is None:
                if not isinstance(v, dict):
                    return UNKNOWN
                kwargs.update(v)
            else:
                kwargs[k.arg] = v
        return UNKNOWN if isinstance(fn, Unknown) else self.call(fn, args, kwargs)

    # -- comprehensions ---------------------------------------------------------------------------------------------
    def _listcomp(self, node: ast.ListComp) -> Any:
        return whole(list, self._walk(node.generators, lambda inner: inner.value(node.elt)))

    def _generatorexp(self, node: ast.GeneratorExp) -> Any:
        return whole(list, self._walk(node.generators, lambda inner: inner.value(node.elt)))

    def _setcomp(self, node: ast.SetComp) -> Any:
        items = self._walk(node.generators, lambda inner: inner.value(node.elt))
        return UNKNOWN if within(items) else whole(set, items)

    def _dictcomp(self, node: ast.DictComp) -> Any:
        pairs = self._walk(node.generators, lambda inner: whole(tuple, [inner.value(node.key), inner.value(node.value)]))
        return UNKNOWN if within([p[0] for p in pairs if isinstance(p, tuple)]) else whole(dict, pairs)

    def _walk(self, generators: list[ast.comprehension], item: Callable[[Evaluator], Any]) -> list[Any]:
        if not generators:
            return [item(self)]
        first, rest = generators[0], generators[1:]
        values = self.value(first.iter)
        if isinstance(values, Unknown) or foreign(values) or not hasattr(values, "__iter__"):
            return [UNKNOWN]
        out: list[Any] = []
        for v in values:
            bound = bind(first.target, v)
            if bound is None or self.budget < 0:
                return [UNKNOWN]
            inner = Evaluator(lambda n, bound=bound: bound[n] if n in bound else self.names(n), self.call)  # type: ignore[misc]
            inner.budget = self.budget
            tests = [inner.truth(t) for t in first.ifs]
            if None in tests:
                return [UNKNOWN]
            if all(tests):
                out += inner._walk(rest, item)
            self.budget = inner.budget
        return out


def foreign(value: Any) -> bool:
    """Is this an object of a class of the user's, whose methods would run if anything were done with it? Not members of plain enums."""
    cls = type(value)
    if cls is type or not any(STAND_IN in vars(b) for b in cls.__mro__):
        return False
    return not issubclass(cls, enum.Enum)  # enums with methods that Python calls are not made


def within(value: Any) -> bool:
    """Is this an object of the user's or a collection with one in it?"""
    if type(value) in (list, tuple, set, frozenset):
        return any(map(within, value))
    if type(value) is dict:
        return any(map(within, value.values()))
    return foreign(value)


def among(value: Any, options: Iterable[Any]) -> bool:
    """Is this very object one of `options`? Unlike `in`, this compares nothing."""
    return any(value is o for o in options)


def bind(target: ast.expr, value: Any) -> dict[str, Any] | None:
    """The names `target = value` sets; None where it cannot be told."""
    if isinstance(target, ast.Name):
        return {target.id: value}
    if isinstance(target, ast.Tuple | ast.List):
        names = [n.id for n in ast.walk(target) if isinstance(n, ast.Name)]
        if isinstance(value, Unknown):
            return dict.fromkeys(names, UNKNOWN)
        if isinstance(value, tuple | list) and len(value) == len(target.elts):
            out: dict[str, Any] = {}
            for t, v in zip(target.elts, value, strict=True):
                inner = bind(t, v)
                if inner is None:
                    return None
                out.update(inner)
            return out
        return dict.fromkeys(names, UNKNOWN)
    return None


def attribute(base: Any, name: str) -> Any:
    """`base.name`, where reading it runs nothing of the user's."""
    if isinstance(base, Unknown):
        return UNKNOWN
    if isinstance(base, (type, *PLAIN)) and not foreign(base) or type(base).__name__ in ("module", "ufunc") or is_typing(base):
        found = getattr(base, name, UNKNOWN)
        return UNKNOWN if isinstance(found, property) else found
    return vars(base).get(name, UNKNOWN) if hasattr(base, "__dict__") else UNKNOWN


def whole(make: Callable[[Any], Any], parts: list[Any]) -> Any:
    """`make(parts)`, unless one of them is unknown."""
    return UNKNOWN if any(isinstance(p, Unknown) for p in parts) else make(parts)


def is_typing(value: Any) -> bool:
    """Is this one of `typing`'s forms, or another trusted library's (jaxtyping)?"""
    return type(value).__module__.split(".")[0] in ("typing", "types", "jaxtyping", "collections")


def type_of(value: Any) -> Type:
    """The static type of a plain value, `ERROR` where it has none here."""
    if isinstance(value, Unknown):
        return value.type
    return {int: INT, float: FLOAT, bool: BOOL, str: STR}.get(type(value), UNKNOWN.type)


def unknown_result(op: ast.operator, a: Any, b: Any) -> Unknown:
    """Arithmetic of values of which the types alone are known."""
    types = {type_of(a), type_of(b)}
    if types == {INT} and not isinstance(op, ast.Div | ast.Pow | ast.MatMult):
        return Unknown(INT)
    if types <= {INT, FLOAT} and not isinstance(op, ast.Pow | ast.MatMult | ast.BitOr):
        return Unknown(FLOAT)
    return UNKNOWN


def too_big(op: ast.operator, a: Any, b: Any) -> bool:
    """Would this make a number or a sequence nobody meant to wait for?"""
    if isinstance(op, ast.Pow | ast.LShift):
        return not (isinstance(a, int | float) and isinstance(b, int | float) and abs(b) <= 64 and abs(a) < 2**64)
    if isinstance(op, ast.Mult):
        sizes = [len(x) * abs(y) for x, y in ((a, b), (b, a)) if hasattr(x, "__len__") and isinstance(y, int) and not isinstance(x, np.ndarray)]
        return any(s > MAX_ITEMS for s in sizes) or any(isinstance(x, int) and x.bit_length() > MAX_BITS for x in (a, b))
    return False

