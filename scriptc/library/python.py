"""Python's own functions and methods as ops, found by object identity, never by spelling."""

from __future__ import annotations

import collections
import sys
from types import BuiltinFunctionType, BuiltinMethodType, FunctionType, MethodDescriptorType, MethodType
from typing import Any

from scriptc.ir.core import Program
from scriptc.ops import TABLE
from scriptc.ops.common import builtin_view
from scriptc.types import (
    BOOL,
    BYTES,
    COMPLEX,
    DTYPE,
    FLOAT,
    INT,
    NP_RNG,
    NP_SEED,
    NP_STATE,
    RANGE,
    RNG,
    STR,
    DefaultDict,
    Deque,
    Dict,
    DictView,
    List,
    Record,
    Set,
    Tensor,
    Tuple,
    TupleOf,
    Type,
)

BUILTINS: dict[Any, str] = {
    list: "builtins.list", tuple: "builtins.tuple", set: "builtins.set", dict: "builtins.dict", pow: "builtins.pow",
    slice: "slice", format: "format", collections.deque: "collections.deque", collections.Counter: "collections.Counter",
    str.maketrans: "str.maketrans", bytes.maketrans: "bytes.maketrans",
    **{f: f.__name__ for f in (
        abs, all, any, ascii, bin, bool, bytes, chr, complex, divmod, enumerate, filter, float, frozenset, hash, hex, int, iter, len,
        map, max, min, next, oct, ord, print, range, repr, reversed, round, sorted, str, sum, zip,
    )},
}  # fmt: skip
"""The built-in functions and classes that are ops. `isinstance`, `getattr`, `super` and the like are the frontend's."""

MODULES = ("math", "random", "itertools", "functools", "copy", "heapq", "bisect")
"""Modules whose functions are ops of the name `module.function`."""

OPERATOR: dict[str, str] = {
    **{n: n for n in (
        "add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "lshift", "rshift", "xor", "iadd", "isub", "imul",
        "itruediv", "ifloordiv", "imod", "ipow", "imatmul", "ilshift", "irshift", "iand", "ior", "ixor", "neg", "pos", "invert",
        "eq", "ne", "lt", "le", "gt", "ge", "contains", "truth", "getitem", "is_not", "abs",
    )},
    "and_": "and", "or_": "or", "not_": "not", "is_": "is", "inv": "invert",
}  # fmt: skip
"""Functions of `operator` and the operators they are."""

CLASS_METHODS = frozenset({"str.maketrans", "bytes.maketrans", "bytes.fromhex", "dict.fromkeys", "float.fromhex", "int.from_bytes"})
"""Called on the class: their ops have no receiver."""

_KINDS: dict[type[Type], str] = {List: "list", Tuple: "tuple", TupleOf: "tuple", Dict: "dict", Set: "set", Deque: "deque", DefaultDict: "defaultdict"}
_ATOM_KINDS: dict[Type, str] = {
    STR: "str", BYTES: "bytes", INT: "int", BOOL: "int", FLOAT: "float", COMPLEX: "complex", RANGE: "range", RNG: "Random", NP_RNG: "numpy.Generator",
    NP_STATE: "numpy.RandomState", NP_SEED: "numpy.SeedSequence", DTYPE: "dtype",
}  # fmt: skip
_CLASSES: dict[type, str] = {
    str: "str", bytes: "bytes", int: "int", bool: "int", float: "float", complex: "complex", list: "list", tuple: "tuple", dict: "dict", set: "set",
    frozenset: "set", range: "range",
}  # fmt: skip


def _module_functions(name: str) -> dict[int, str]:
    """The ids of a loaded module's functions that are ops. The module keeps them alive, so the ids stay theirs."""
    module, found = sys.modules[name], {}
    if name == "operator":
        return {id(getattr(module, n)): op for n, op in OPERATOR.items()}
    for op in TABLE:
        if op.startswith(name + ".") and op.count(".") == 1:
            f = getattr(module, op.partition(".")[2], None)
            if f is not None:
                found[id(f)] = op
    return found


_cache: dict[str, dict[int, str]] = {}


def function_op(obj: Any) -> str | None:
    """The op that a call of `obj` is, or None. Imports nothing: a function at hand is of a module already loaded."""
    if isinstance(obj, type | BuiltinFunctionType):
        known = _hashable_get(obj)
        if known is not None:
            return known
    if isinstance(obj, MethodDescriptorType):
        return _in_table(_CLASSES.get(obj.__objclass__), obj.__name__)
    if isinstance(obj, BuiltinMethodType) and isinstance(obj.__self__, type):
        return _class_method(obj.__self__, obj.__name__)
    if not isinstance(obj, type | BuiltinFunctionType | FunctionType | MethodType):
        return None
    for name in (*MODULES, "operator"):
        if name in sys.modules:
            if name not in _cache:
                _cache[name] = _module_functions(name)
            if id(obj) in _cache[name]:
                return _cache[name][id(obj)]
    return None


def _hashable_get(obj: Any) -> str | None:
    try:
        return BUILTINS.get(obj)
    except TypeError:  # a metaclass without a hash
        return None


def _class_method(cls: type, name: str) -> str | None:
    if cls.__module__ == "itertools":
        return _in_table(f"itertools.{cls.__name__}", name)
    if cls is bool:  # `bool.from_bytes` gives a bool
        return None
    return _in_table(_CLASSES.get(cls), name)


def _in_table(kind: str | None, name: str) -> str | None:
    op = f"{kind}.{name}"
    return op if kind is not None and op in TABLE else None


def kind_of(t: Type, program: Program | None = None) -> str | None:
    """The prefix of the ops that are methods of a `t`."""
    t = builtin_view(t, program)
    if isinstance(t, Tensor):
        return "ndarray"
    if isinstance(t, DefaultDict) and t.factory == "Counter":
        return "Counter"
    return _ATOM_KINDS.get(t) or _KINDS.get(type(t))


def method_op(t: Type, name: str, program: Program | None = None) -> str | None:
    """The op of the method `name` of a value of type `t`, which is not a union."""
    if isinstance(t, Set) and t.frozen and not hasattr(frozenset, name):
        return None
    if isinstance(t, DictView):
        return None
    found = _in_table(kind_of(t, program), name)
    return None if found is None or _is_attribute(found) or found in CLASS_METHODS else found


def attribute_op(t: Type, name: str, program: Program | None = None) -> str | None:
    """The op of the data attribute `name` of a value of type `t`."""
    if isinstance(t, Record):
        return None
    found = _in_table(kind_of(t, program), name)
    return found if found is not None and _is_attribute(found) else None


def _is_attribute(op: str) -> bool:
    """Attributes are printed without a call."""
    emit = TABLE[op].emit
    return emit is not None and not emit.endswith(")")
