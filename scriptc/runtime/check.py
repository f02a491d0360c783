"""Is a value of a static type? One closure a type, made once: fast where it fits.

A closure answers yes or no and looks at nothing but kinds, dtypes and sizes; `explain.py` says what is wrong after a no.
Named dimensions are left to `dims.py`, since they tie arguments together. Objects met on the way are put on a list and
looked into afterwards, each once, so that chains and rings of them need no recursion.
"""

from __future__ import annotations

import builtins
import random
from collections.abc import Callable, Mapping
from itertools import chain
from operator import countOf, itemgetter
from types import TracebackType
from typing import Any

import numpy as np

from scriptc.ir.core import Program
from scriptc.ir.structural import class_fields
from scriptc.types import Type, members
from scriptc.types.core import (
    BOOL,
    BYTES,
    COMPLEX,
    DTYPE,
    ELLIPSIS,
    ERRSTATE,
    EXC_TYPE,
    FLOAT,
    INT,
    NONE,
    NP_BITS,
    NP_RNG,
    NP_SEED,
    NP_STATE,
    RANGE,
    RNG,
    SLICE,
    STR,
    TRACEBACK,
    UNDEF,
    Dict,
    DictView,
    EnumType,
    List,
    Record,
    Set,
    Tensor,
    Tuple,
    TupleOf,
    Union,
)

Found = list[Any]
"""The objects whose fields are still to be checked."""
Check = Callable[[Any, Found], bool]

EXACT: dict[Type, type] = {
    INT: int, FLOAT: float, COMPLEX: complex, BOOL: bool, STR: str, BYTES: bytes, NONE: type(None), ELLIPSIS: type(...),
    RANGE: range, SLICE: slice, RNG: random.Random, ERRSTATE: np.errstate, TRACEBACK: TracebackType,
}  # fmt: skip
"""Types whose values are known by their exact Python class."""

VIEWS: dict[str, type] = {"keys": type({}.keys()), "values": type({}.values()), "items": type({}.items())}


class Checker:
    """Makes checks for the types of one program. `classes` maps class names to the real classes."""

    def __init__(self, program: Program, classes: Mapping[str, type]) -> None:
        self.program, self.classes = program, classes
        self._names = {cls: name for name, cls in classes.items()}
        self._fields: dict[type, list[tuple[str, Check, bool]]] = {}

    def check(self, t: Type) -> Check:
        """The check for `t`."""
        exact = EXACT.get(t)
        if exact is not None:
            return _is_exactly(exact)
        if t == NP_RNG:  # NumPy imports its random module only when it is used
            return _is_exactly(np.random.Generator)
        if t in (NP_STATE, NP_SEED):
            return _is_exactly(np.random.RandomState if t == NP_STATE else np.random.SeedSequence)
        if t == NP_BITS:
            return lambda v, found: isinstance(v, np.random.BitGenerator)
        if t == DTYPE:
            return lambda v, found: isinstance(v, np.dtype)
        if t == EXC_TYPE:
            return lambda v, found: isinstance(v, type) and issubclass(v, BaseException)
        make = _MAKERS.get(type(t))
        return make(self, t) if make is not None else _never

    def fields(self, t: Type) -> list[tuple[str, Type]]:
        """The declared fields of a record type with their types."""
        return [(f.name, f.type) for f in class_fields(self.program, t.name).values()] if isinstance(t, Record) else []

    def objects_fit(self, found: Found) -> bool:
        """Do the fields of the objects found, and of those found in them, hold what their classes declare?"""
        seen: set[int] = set()
        while found:
            v = found.pop()
            if id(v) in seen:
                continue
            seen.add(id(v))
            for name, check, optional in self._field_checks(type(v)):
                if not hasattr(v, name):
                    if not optional:
                        return False
                elif not check(getattr(v, name), found):
                    return False
        return True

    def _field_checks(self, cls: type) -> list[tuple[str, Check, bool]]:
        checks = self._fields.get(cls)
        if checks is None:
            fields = self.fields(Record(self._names[cls])) if cls in self._names else []
            checks = self._fields[cls] = [(n, self.check(t), UNDEF in members(t)) for n, t in fields]
        return checks


def _record(checker: Checker, t: Record) -> Check:
    """An instance of exactly that class; its fields are looked at later."""
    cls = checker.classes.get(t.name) or builtin_exception(t.name)
    if cls is None:
        return _never

    def check(v: Any, found: Found) -> bool:
        if type(v) is not cls:
            return False
        found.append(v)
        return True

    return check


def builtin_exception(name: str) -> type | None:
    """The built-in exception class of that name."""
    cls = getattr(builtins, name, None)
    return cls if isinstance(cls, type) and issubclass(cls, BaseException) else None


def _never(v: Any, found: Found) -> bool:
    return False


def _is_exactly(cls: type) -> Check:
    return lambda v, found: type(v) is cls


def tensor_check(t: Tensor) -> Check:
    """Exactly `ndarray` (no subclass), or a NumPy scalar, of that dtype in native byte order, and that rank and sizes."""
    shape_fits = _shape_check(t)
    dtype = None if t.dtype is None else np.dtype(t.dtype)
    if t.scalar is False:
        if dtype is None:
            return lambda v, found: type(v) is np.ndarray and shape_fits(v.shape)
        return lambda v, found: type(v) is np.ndarray and v.dtype == dtype and shape_fits(v.shape)
    arrays = t.scalar is None

    def check(v: Any, found: Found) -> bool:
        kind = isinstance(v, np.generic) or (arrays and type(v) is np.ndarray)
        return kind and (dtype is None or v.dtype == dtype) and shape_fits(v.shape)

    return check


def _shape_check(t: Tensor) -> Callable[[tuple[int, ...]], bool]:
    if t.shape is None:
        return lambda shape: True
    rank = len(t.shape)
    sizes = [(i, d) for i, d in enumerate(t.shape) if isinstance(d, int)]
    if not sizes:
        return lambda shape: len(shape) == rank
    return lambda shape: len(shape) == rank and all(shape[i] == d for i, d in sizes)


def _all_of(item: Type, checker: Checker) -> Check:
    """A check of every item of an iterable that has a length. Items of one class are counted by C code alone."""
    exact = EXACT.get(item)
    if exact is not None:
        return lambda values, found: countOf(map(type, values), exact) == len(values)
    if isinstance(item, List | TupleOf):
        return _all_sequences(list if isinstance(item, List) else tuple, item.elem, checker)
    if isinstance(item, Tuple):
        return _all_tuples(item, checker)
    if isinstance(item, Union) and EXACT.keys() >= set(item.members):
        classes = frozenset(EXACT[m] for m in item.members)
        return lambda values, found: classes.issuperset(map(type, values))
    check = checker.check(item)
    return lambda values, found: all(check(v, found) for v in values)


def _all_sequences(cls: type, item: Type, checker: Checker) -> Check:
    """Lists, or tuples, of any lengths: their items are checked together."""
    exact = EXACT.get(item)
    if exact is None:
        inner = _all_of(item, checker)
        return lambda values, found: countOf(map(type, values), cls) == len(values) and inner([*chain.from_iterable(values)], found)

    def check(values: Any, found: Found) -> bool:
        if countOf(map(type, values), cls) != len(values):
            return False
        return countOf(map(type, chain.from_iterable(values)), exact) == sum(map(len, values))

    return check


def _all_tuples(item: Tuple, checker: Checker) -> Check:
    """Tuples of one length: checked column by column."""
    columns, count = [(itemgetter(i), _all_of(t, checker)) for i, t in enumerate(item.items)], len(item.items)

    def check(values: Any, found: Found) -> bool:
        if not values:
            return True
        if countOf(map(type, values), tuple) != len(values) or countOf(map(len, values), count) != len(values):
            return False
        return all(inner([*map(get, values)], found) for get, inner in columns)

    return check


def _list(checker: Checker, t: List) -> Check:
    items = _all_of(t.elem, checker)
    return lambda v, found: type(v) is list and items(v, found)


def _set(checker: Checker, t: Set) -> Check:
    cls, items = frozenset if t.frozen else set, _all_of(t.elem, checker)
    return lambda v, found: type(v) is cls and items(v, found)


def _dict(checker: Checker, t: Dict) -> Check:
    keys, values = _all_of(t.key, checker), _all_of(t.value, checker)
    return lambda v, found: type(v) is dict and keys(v, found) and values(v.values(), found)


def _dict_view(checker: Checker, t: DictView) -> Check:
    cls, items = VIEWS[t.kind], _all_of(t.elem, checker)
    return lambda v, found: type(v) is cls and items(v, found)


def _tuple(checker: Checker, t: Tuple) -> Check:
    checks = [checker.check(item) for item in t.items]
    return lambda v, found: type(v) is tuple and len(v) == len(checks) and all(c(x, found) for c, x in zip(checks, v, strict=True))


def _tuple_of(checker: Checker, t: TupleOf) -> Check:
    items = _all_of(t.elem, checker)
    return lambda v, found: type(v) is tuple and items(v, found)


def _union(checker: Checker, t: Union) -> Check:
    if EXACT.keys() >= set(t.members):
        classes = frozenset(EXACT[m] for m in t.members)
        return lambda v, found: type(v) in classes
    checks = [checker.check(m) for m in t.members]
    return lambda v, found: any(c(v, found) for c in checks)


def _enum(checker: Checker, t: EnumType) -> Check:
    cls = checker.classes.get(t.name)
    return _never if cls is None else _is_exactly(cls)


_MAKERS: dict[type, Callable[[Checker, Any], Check]] = {
    Tensor: lambda _, t: tensor_check(t),
    List: _list, Set: _set, Dict: _dict, DictView: _dict_view, Tuple: _tuple, TupleOf: _tuple_of, Union: _union,
    EnumType: _enum, Record: _record,
}  # fmt: skip
