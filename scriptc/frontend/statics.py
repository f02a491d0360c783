"""Python objects found when compiling, as frontend values; and the names of a function that are not its own."""

from __future__ import annotations

import builtins
import collections
import enum
import functools
import types
from typing import Any

import numpy as np

from scriptc.frontend.advice import close
from scriptc.frontend.frame import Frame
from scriptc.frontend.unknown import OPEN, Unknown
from scriptc.frontend.values import FV, POISON, BoundVal, Captured, CellBox, CellVal, Const, ObjRef, PartialVal, TupleVal
from scriptc.ir.generators import generator_kind
from scriptc.types import ERROR, Cell

LITERALS = (type(None), bool, int, float, complex, str, bytes, type(Ellipsis))
PLAIN = (list, dict, set, frozenset, range, collections.deque, collections.defaultdict, collections.Counter)
STATIC = (
    types.FunctionType, types.BuiltinFunctionType, types.ModuleType, type, np.ufunc, np.dtype, types.GenericAlias,
    types.MethodDescriptorType, types.WrapperDescriptorType, types.MethodWrapperType, types.ClassMethodDescriptorType,
)  # fmt: skip


def wrap(value: Any, label: str, path: str | None) -> FV:
    """The frontend value of a Python object found at `path` of the compiled object (None: in a global)."""
    if type(value) is Unknown:
        return POISON if value.type == ERROR else Captured(value, path, label)
    if type(value) in LITERALS or isinstance(value, (enum.Enum, *STATIC)):
        return Const(value)
    if isinstance(value, types.MethodType):
        owner = value.__self__
        if type(owner).__module__ in ("random", "numpy.random.mtrand", "numpy.random._generator"):
            return Const(value)
        return BoundVal(Const(value.__func__), wrap(owner, label, path))
    if type(value) is tuple:
        sub = [None if path is None else f"{path}.{i}" for i in range(len(value))]
        return TupleVal(tuple(wrap(v, f"{label}[{i}]", p) for i, (v, p) in enumerate(zip(value, sub, strict=True))))
    if type(value) in PLAIN or type(value) is np.ndarray or isinstance(value, np.generic):
        return Captured(value, path, label)
    if path is not None and generator_kind(value) is not None:
        return Captured(value, path, label)
    if isinstance(value, functools.partial) and type(value) is functools.partial:
        args = tuple(wrap(a, label, None if path is None else f"{path}.args.{i}") for i, a in enumerate(value.args))
        kwargs = tuple(wrap(v, label, None if path is None else f"{path}.{k}") for k, v in value.keywords.items())
        return PartialVal(wrap(value.func, label, path), args, tuple(value.keywords), kwargs)
    compiled = getattr(value, "__wrapped__", None) if type(value).__module__.startswith("scriptc.") else None
    if compiled is not None:
        return wrap(compiled, label, path)
    if type(value).__name__ in ("_ArrayFunctionDispatcher", "cython_function_or_method"):
        return Const(value)
    if callable(value) and type(value).__module__ in ("numpy", "functools", "operator"):
        return Const(value)
    return ObjRef(value, path if path is not None else f"%{label}")


def item_path(path: str | None, key: Any) -> str | None:
    """The name of the slot for an item of the list or dict at `path`: `1` and `"1"`, `"a.b"` and the `"b"` of `"a"` have different ones."""
    if path is None:
        return None
    plain = type(key) is int or (type(key) is str and key.isidentifier())
    return f"{path}.{key}" if plain else f"{path}[{key!r}]"


class Outer:
    """The names a Python function sees around it: its closure, its module, the builtins."""

    def __init__(self, fn: types.FunctionType) -> None:
        self.fn = fn
        self.closure = dict(zip(fn.__code__.co_freevars, fn.__closure__ or (), strict=True))

    def lookup(self, f: Frame, name: str, node: Any) -> FV:
        """What a free name stands for: closure, module, builtins, in this order."""
        if name in self.closure:
            try:
                return wrap(self.closure[name].cell_contents, name, None)
            except ValueError:
                return f.report("SC109", node, f"`{name}` of the enclosing function has no value yet")
        scope = self.fn.__globals__
        if name in scope:
            return wrap(scope[name], name, None)
        if hasattr(builtins, name):
            return wrap(getattr(builtins, name), name, None)
        if OPEN in scope:
            return POISON
        meant = close(name, [*f.locals, *scope, *dir(builtins)])
        return f.report("SC109", node, f"the name `{name}` is not defined", help=f"did you mean `{meant}`?" if meant else None)


class Nested:
    """The names an inner function sees around it that were not captured as values."""

    def __init__(self, outer: Any) -> None:
        self.outer = outer

    def lookup(self, f: Frame, name: str, node: Any) -> FV:
        """As the enclosing function sees it."""
        return self.outer.lookup(f, name, node)  # type: ignore[no-any-return]


def captured_name(fv: FV) -> FV:
    """A captured variable as the inner function's environment has it: a cell stays a cell."""
    if isinstance(fv, CellBox):
        elem = fv.cell.type.elem if isinstance(fv.cell.type, Cell) else fv.cell.type
        return CellVal(fv.cell.value, elem, fv.key, False, True)
    return fv
