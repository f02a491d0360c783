"""Plain data a program holds (state, constants, defaults): what is allowed, whether it fits its type, and equality.

Allowed: arrays and NumPy scalars of the dtypes in `DTYPES`, None, bool, int, float, complex, str, bytes, Ellipsis, list, tuple,
dict, set, frozenset, deque, Counter, defaultdict of a built-in class, range, slice, dtypes, generators of random numbers, and
members of enums (`EnumRef`, or Python's own). Nothing else, subclasses neither.
Two places may hold the same list or array: that is kept, since a write through one shows in the other.
"""

from __future__ import annotations

import collections
import enum
import re
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, permutations
from typing import Any

import numpy as np

from scriptc.ir.collected import factory_of
from scriptc.ir.generators import KINDS, MODULES, generator_kind, state_of
from scriptc.ir.views import View
from scriptc.types import (
    BOOL,
    BYTES,
    COMPLEX,
    DTYPE,
    ELLIPSIS,
    FLOAT,
    INT,
    NONE,
    RANGE,
    SLICE,
    STR,
    DefaultDict,
    Deque,
    Dict,
    EnumType,
    List,
    Set,
    Tensor,
    Tuple,
    TupleOf,
    Type,
    Union,
)

MAX_ORDERS = 6
DTYPES = frozenset({
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64",
    "complex64", "complex128",
})  # fmt: skip


@dataclass(frozen=True)
class EnumRef:
    """A member of an enum of the program, by names: what stands for it where the user's class is not at hand."""

    cls: str
    member: str


def enum_ref(value: Any) -> EnumRef:
    """`value`, a member of one of Python's enums or a reference to one, as a reference."""
    if isinstance(value, EnumRef):
        return value
    return EnumRef(f"{type(value).__module__}.{type(value).__qualname__}", value.name)


def is_enum(value: Any) -> bool:
    return isinstance(value, EnumRef | enum.Enum)


def float_bits(x: float) -> int:
    return int.from_bytes(struct.pack(">d", x), "big")


def float_text(x: float) -> str:
    """`float.hex`, and the bits as well for a NaN that is not the usual one."""
    return x.hex() if x == x or float_bits(x) == 0x7FF8000000000000 else f"nan:{float_bits(x):016x}"


def float_of_text(text: str) -> float:
    """The inverse of `float_text`; raises ValueError where `text` is not what that gives."""
    if re.fullmatch("nan:[0-9a-f]{16}", text):
        x: float = struct.unpack(">d", bytes.fromhex(text[4:]))[0]
    else:
        x = float.fromhex(text)
    if float_text(x) != text:
        raise ValueError(f"not a float as written by float.hex: {text!r}")
    return x


_EXACT: dict[Type, type] = {
    NONE: type(None), BOOL: bool, INT: int, FLOAT: float, COMPLEX: complex, STR: str, BYTES: bytes, ELLIPSIS: type(...),
    RANGE: range, SLICE: slice,
}  # fmt: skip


def misfit(value: Any, t: Type) -> str | None:
    """Why `value` is not a `t`, or None where it is. As deep as `t` is, whatever `value` is."""
    if isinstance(t, Union):
        return None if any(misfit(value, m) is None for m in t.members) else _found(value, t)
    if isinstance(t, Tensor):
        return _tensor_misfit(value, t)
    if isinstance(t, EnumType):
        return None if is_enum(value) and enum_ref(value).cls == t.name else _found(value, t)
    if t == DTYPE:
        return None if isinstance(value, np.dtype) and value.name in DTYPES else _found(value, t)
    if t in _EXACT:
        return _exact_misfit(value, t)
    if t in KINDS:
        return None if generator_kind(value) == KINDS[t] else _found(value, t)
    return _container_misfit(value, t)


def _found(value: Any, t: Type) -> str:
    return f"expected `{t}`, found a value of type `{type(value).__name__}`"


def _exact_misfit(value: Any, t: Type) -> str | None:
    if type(value) is not _EXACT[t]:
        return _found(value, t)
    if isinstance(value, slice):
        parts = (value.start, value.stop, value.step)
        return None if all(type(p) in (int, type(None)) for p in parts) else "a slice of something else than int"
    return None


def _tensor_misfit(value: Any, t: Tensor) -> str | None:
    if type(value) is not np.ndarray and not isinstance(value, np.generic):
        return _found(value, t)
    if value.dtype.name not in DTYPES or t.dtype not in (None, value.dtype.name):
        return f"expected `{t}`, found dtype {value.dtype.name}"
    if t.scalar not in (None, isinstance(value, np.generic)):
        return _found(value, t)
    if t.shape is None:
        return None
    same = len(t.shape) == value.ndim and all(d == n for d, n in zip(t.shape, value.shape, strict=True) if isinstance(d, int))
    return None if same else f"expected `{t}`, found shape {value.shape}"


def _container_misfit(value: Any, t: Type) -> str | None:
    kind = type(value)
    if isinstance(t, List) and kind is list:
        return _items_misfit(value, t.elem)
    if isinstance(t, Deque) and kind is collections.deque:
        return _items_misfit(value, t.elem)
    if isinstance(t, DefaultDict) and factory_of(value) == t.factory:
        return _items_misfit(value.keys(), t.key) or _items_misfit(value.values(), t.value)
    if isinstance(t, Set) and kind is (frozenset if t.frozen else set):
        return _items_misfit(value, t.elem)
    if isinstance(t, TupleOf) and kind is tuple:
        return _items_misfit(value, t.elem)
    if isinstance(t, Dict) and kind is dict:
        return _items_misfit(value.keys(), t.key) or _items_misfit(value.values(), t.value)
    if isinstance(t, Tuple) and kind is tuple and len(value) == len(t.items):
        return next((m for v, e in zip(value, t.items, strict=True) if (m := misfit(v, e))), None)
    return _found(value, t)


def _items_misfit(items: Any, elem: Type) -> str | None:
    exact = _EXACT.get(elem)
    if exact is not None and exact is not slice:  # long lists and dictionaries of plain values: one pass without calls
        odd = {type(v) for v in items} - {exact}
        return f"expected `{elem}` inside, found `{odd.pop().__name__}`" if odd else None
    return next((m for v in items if (m := misfit(v, elem))), None)


class DataEquality:
    """Equality of data of two programs, bit for bit; remembers which mutable objects met, so that sharing must be the same.

    Likewise an array that is a view of another must be one in both; `views` give those of each program.
    """

    def __init__(self, left_views: Mapping[int, View | None], right_views: Mapping[int, View | None]) -> None:
        self.left_views, self.right_views = left_views, right_views
        self.bases: list[tuple[int, int]] = []
        self.left: dict[int, int] = {}
        self.right: dict[int, int] = {}

    def equal(self, a: Any, b: Any) -> bool:
        if is_enum(a) and is_enum(b):
            return enum_ref(a) == enum_ref(b)
        if type(a) is not type(b):
            return False
        compare = DataEquality._generator if generator_kind(a) is not None else _EQUAL.get(type(a))
        if compare is None:
            return self._numpy(a, b) if isinstance(a, np.generic) else bool(a == b)
        if is_shareable(a):
            met = self.left.get(id(a))
            if met is not None or id(b) in self.right:
                return met == id(b) and self.right.get(id(b)) == id(a)
            self.left[id(a)], self.right[id(b)] = id(b), id(a)
        return compare(self, a, b)

    def _float(self, a: float, b: float) -> bool:
        return float_bits(a) == float_bits(b)

    def _complex(self, a: complex, b: complex) -> bool:
        return self._float(a.real, b.real) and self._float(a.imag, b.imag)

    def _items(self, a: Any, b: Any) -> bool:
        return len(a) == len(b) and all(self.equal(x, y) for x, y in zip(a, b, strict=True))

    def _dict(self, a: dict[Any, Any], b: dict[Any, Any]) -> bool:
        return self._items(a.keys(), b.keys()) and self._items(a.values(), b.values())

    def _deque(self, a: Any, b: Any) -> bool:
        return a.maxlen == b.maxlen and self._items(a, b)

    def _filled(self, a: Any, b: Any) -> bool:
        return factory_of(a) == factory_of(b) and self._dict(a, b)

    def _set(self, a: Any, b: Any) -> bool:
        return self._items(set_order(a), set_order(b))

    def _slice(self, a: slice, b: slice) -> bool:
        return self._items((a.start, a.stop, a.step), (b.start, b.stop, b.step))

    def finish(self) -> bool:
        """After all data: are the views' bases the same?"""
        return all(self.left.get(a) == b for a, b in self.bases)

    def _array(self, a: Any, b: Any) -> bool:
        v, w = self.left_views.get(id(a)), self.right_views.get(id(b))
        if v is not None and w is not None:
            self.bases.append((v.base, w.base))
            return (v.offset, v.strides) == (w.offset, w.strides) and self._numpy(a, b)
        return v is w and self._numpy(a, b)

    def _numpy(self, a: Any, b: Any) -> bool:
        if a.dtype.name != b.dtype.name or a.shape != b.shape or layout(a) != layout(b):
            return False
        return array_bytes(a) == array_bytes(b)

    def _generator(self, a: Any, b: Any) -> bool:
        return self.equal(state_of(a), state_of(b))

    def _range(self, a: range, b: range) -> bool:
        return (a.start, a.stop, a.step) == (b.start, b.stop, b.step)


_EQUAL: dict[type, Callable[..., bool]] = {
    float: DataEquality._float, complex: DataEquality._complex, list: DataEquality._items, tuple: DataEquality._items,
    dict: DataEquality._dict, set: DataEquality._set, frozenset: DataEquality._set, slice: DataEquality._slice,
    collections.deque: DataEquality._deque, collections.defaultdict: DataEquality._filled, collections.Counter: DataEquality._dict,
    np.ndarray: DataEquality._array, range: DataEquality._range,
}  # fmt: skip
_SHAREABLE = frozenset({list, dict, set, collections.deque, collections.defaultdict, collections.Counter, np.ndarray})
"""Types with identity: writing to one shows wherever it is held."""


def is_shareable(value: Any) -> bool:
    return type(value) in _SHAREABLE or (type(value).__name__ in MODULES and generator_kind(value) is not None)


def layout(a: Any) -> str:
    """How an array lies in memory, as far as a file keeps it: `F` for column-major, `r` for read-only."""
    if not isinstance(a, np.ndarray):
        return ""
    column_major = a.ndim > 1 and a.flags.f_contiguous and not a.flags.c_contiguous
    return ("F" if column_major else "") + ("" if a.flags.writeable else "r")


def array_bytes(a: Any) -> bytes:
    """The elements in row-major order, little-endian."""
    return np.asarray(a).astype(np.asarray(a).dtype.newbyteorder("<"), copy=False).tobytes()


def set_order(s: Any) -> list[Any]:
    """The items of a set in the order files and texts hold them: such that a set built of them iterates as `s` does.

    Sorted where that does it, or where Python promises no order from run to run (strings: their hashes are random); else
    as `s` iterates, or backwards, or for small sets in the first order that does it.
    """
    items, ordered = list(s), sorted(s, key=sort_key)
    if any(map(_random_hash, items)):
        return ordered
    orders: Iterable[list[Any]] = (ordered, items, items[::-1])
    if len(items) <= MAX_ORDERS:
        orders = chain(orders, map(list, permutations(ordered)))
    return next((o for o in orders if list(type(s)(o)) == items), ordered)


def _random_hash(v: Any) -> bool:
    if isinstance(v, tuple | frozenset):
        return any(map(_random_hash, v))
    return v is None or v is ... or isinstance(v, str | bytes) or is_enum(v)


def sort_key(v: Any) -> tuple[str, Any]:
    """A total order on hashable data, by type name first."""
    if isinstance(v, tuple):
        return ("tuple", [sort_key(x) for x in v])
    if isinstance(v, frozenset):
        return ("frozenset", [sort_key(x) for x in set_order(v)])
    if is_enum(v):
        ref = enum_ref(v)
        return ("enum", (ref.cls, ref.member))
    if isinstance(v, str | bytes):
        return (type(v).__name__, v)
    if type(v) is int:
        return ("int", v)
    return (type(v).__name__, float_text(v) if type(v) is float else repr(v))
