"""What is wrong with an argument, in words, once a check has said no."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from scriptc.runtime.check import Checker
from scriptc.types import BOOL, FLOAT, INT, STR, UNDEF, Type, members
from scriptc.types.core import Dict, EnumType, Function, IteratorOf, List, Record, Set, Tensor, Tuple, TupleOf, Union

MAX_DEPTH = 50


@dataclass(frozen=True)
class Problem:
    """`kind` is TypeError, or ValueError where only a size is wrong; `path` leads from the argument to the culprit."""

    kind: type[Exception]
    path: str
    expected: str
    got: str
    help: str | None = None

    def error(self, what: str) -> Exception:
        """The exception to raise; `what` names the value, `forward() argument 'x'`."""
        text = f"{what}{self.path}: expected {self.expected}, got {self.got}"
        return self.kind(f"{text} ({self.help})" if self.help else text)


class Explainer:
    """Finds the first part of a value that does not fit its type."""

    def __init__(self, checker: Checker) -> None:
        self.checker = checker
        self._seen: set[int] = set()

    def problem(self, t: Type, v: Any) -> Problem | None:
        self._seen = set()
        return self._find(t, v, "", 0)

    def _find(self, t: Type, v: Any, path: str, depth: int) -> Problem | None:
        found: list[Any] = []
        if self.checker.check(t)(v, found) and not found:
            return None
        if depth > MAX_DEPTH:
            return Problem(TypeError, path, str(t), describe(v))
        return self._inside(t, v, path, depth + 1) or self._here(t, v, path)

    def _here(self, t: Type, v: Any, path: str) -> Problem | None:
        found: list[Any] = []
        if self.checker.check(t)(v, found) and self.checker.objects_fit(found):
            return None
        kind = ValueError if isinstance(t, Tensor) and _only_shape(t, v) else TypeError
        return Problem(kind, path, str(t), describe(v), advice(t, v))

    def _inside(self, t: Type, v: Any, path: str, depth: int) -> Problem | None:
        """The problem of a part, where the whole is of the right kind."""
        for part_type, part, where in self._parts(t, v):
            if part is _MISSING:
                return Problem(TypeError, path + where, str(part_type), "nothing: it is not set")
            problem = self._find(part_type, part, path + where, depth)
            if problem is not None:
                return problem
        return None

    def _parts(self, t: Type, v: Any) -> Iterable[tuple[Type, Any, str]]:
        if isinstance(t, Union):
            return self._union_parts(t, v)
        if isinstance(t, List | TupleOf) and type(v) is (list if isinstance(t, List) else tuple):
            return ((t.elem, x, f"[{i}]") for i, x in enumerate(v))
        if isinstance(t, Tuple) and type(v) is tuple and len(v) == len(t.items):
            return ((item, x, f"[{i}]") for i, (item, x) in enumerate(zip(t.items, v, strict=True)))
        if isinstance(t, Dict) and type(v) is dict:
            keys = [(t.key, k, f" key {k!r}") for k in v]
            return keys + [(t.value, x, f"[{k!r}]") for k, x in v.items()]
        if isinstance(t, Set) and type(v) is (frozenset if t.frozen else set):
            return ((t.elem, x, f" item {x!r}") for x in v)
        return self._object_parts(t, v) if isinstance(t, Record) else ()

    def _union_parts(self, t: Union, v: Any) -> Iterable[tuple[Type, Any, str]]:
        """Only one member of `t` can be meant: the one of `v`'s own kind."""
        kinds = [m for m in t.members if _kind(m) is not None and isinstance(v, _kind(m) or ())]
        kinds += [m for m in t.members if isinstance(m, Record) and type(v) is self.checker.classes.get(m.name)]
        return [(kinds[0], v, "")] if len(kinds) == 1 else ()

    def _object_parts(self, t: Record, v: Any) -> Iterable[tuple[Type, Any, str]]:
        if type(v) is not self.checker.classes.get(t.name) or id(v) in self._seen:
            return ()
        self._seen.add(id(v))
        fields = ((n, ft) for n, ft in self.checker.fields(t) if hasattr(v, n) or UNDEF not in members(ft))
        return [(ft, getattr(v, n, _MISSING), f".{n}") for n, ft in fields]


_MISSING = object()
_KINDS: dict[type[Type], type] = {List: list, Tuple: tuple, TupleOf: tuple, Dict: dict, Tensor: np.ndarray}


def _kind(t: Type) -> type | None:
    if isinstance(t, Set):
        return frozenset if t.frozen else set
    return _KINDS.get(type(t))


def _only_shape(t: Tensor, v: Any) -> bool:
    """Right but for rank or sizes."""
    kind = type(v) is np.ndarray if t.scalar is False else isinstance(v, np.generic) or (t.scalar is None and type(v) is np.ndarray)
    return kind and (t.dtype is None or v.dtype == np.dtype(t.dtype))


def describe(v: Any) -> str:
    """A value as error messages show it: `float64[3, 10]`, `int`, `list of 3`."""
    if type(v) is np.ndarray:
        return f"{_dtype(v.dtype)}[{', '.join(map(str, v.shape))}]"
    if isinstance(v, np.ndarray):
        return f"{type(v).__name__}, a subclass of ndarray"
    if isinstance(v, np.generic):
        return f"np.{_dtype(v.dtype)}"
    if v is None:
        return "None"
    if type(v) in (list, tuple, set, frozenset, dict):
        return f"{type(v).__name__} of {len(v)}"
    return _class_name(type(v))


def _dtype(dtype: np.dtype[Any]) -> str:
    return str(dtype) if dtype.isnative else f"{dtype.name} (byte order {dtype.str[0]})"


def _class_name(cls: type) -> str:
    return cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"


def advice(t: Type, v: Any) -> str | None:
    """What to write instead, where that is clear."""
    if isinstance(t, Record | EnumType):
        if type(v).__name__ == t.name.rpartition(".")[2]:
            return "it is an instance of another class of that name; a loaded file has its own, in `.classes`"
        return "subclasses are not taken: which methods run is fixed when compiling" if isinstance(t, Record) and _is_subclass_of(t, v) else None
    if isinstance(t, Function | IteratorOf):
        return "its kind of value cannot be checked, so it cannot be passed into a compiled program"
    if isinstance(t, Tensor):
        return _tensor_advice(t, v)
    return _scalar_advice(t, v)


def _is_subclass_of(t: Record, v: Any) -> bool:
    return any(f"{c.__module__}.{c.__qualname__}" == t.name for c in type(v).__mro__[1:])


def _tensor_advice(t: Tensor, v: Any) -> str | None:
    if isinstance(v, np.ndarray):
        if type(v) is not np.ndarray:
            return "pass `np.asarray(...)` of it"
        if t.dtype is not None and v.dtype != np.dtype(t.dtype):
            return f"convert it with `.astype(np.{t.dtype})`" if hasattr(np, t.dtype) else None
        return None
    if isinstance(v, bool | int | float | complex) and not isinstance(v, np.generic):
        return f"annotate the parameter `{type(v).__name__}` to pass Python's own numbers, or pass `np.asarray(...)`"
    if isinstance(v, str | list | tuple | dict) or v is None:
        return "annotate the parameter, or compile with `types={...}` or `example=(...)`"
    return None


def _scalar_advice(t: Type, v: Any) -> str | None:
    if isinstance(v, enum.Enum):
        return "pass its `.value`" if t in (INT, STR) else None
    if t in (INT, FLOAT, BOOL) and isinstance(v, np.generic | np.ndarray):
        return f"convert it with `{t}(...)`"
    if t == FLOAT and type(v) is int:
        return f"pass `{v}.0`, or annotate the parameter `float | int`" if abs(v) < 10**6 else "convert it with `float(...)`"
    if t == INT and type(v) is bool:
        return f"pass `int({v})`"
    if t == INT and type(v) is float:
        return "convert it with `int(...)`"
    return None
