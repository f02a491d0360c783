"""Arrays of a program as tensors of a file, and back.

An array that lies in another (a transposed or sliced view of a weight) is kept as such, since writing one writes the other.
Two that overlap otherwise cannot be kept: `SaveError`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

import numpy as np

from scriptc.archive.container import SAFETENSORS, tensor_order
from scriptc.archive.errors import LoadError, SaveError
from scriptc.ir.data import layout
from scriptc.ir.views import Array, find_views, make_view

OWN_DTYPES = {"complex64": "float32", "complex128": "float64"}
"""Dtypes that safetensors has not, kept as pairs along one more dimension."""


class TensorWriter:
    """Names the arrays it is given and lays them out as tensors; `row(a)` is how data refers to `a`."""

    def __init__(self, named: Iterable[tuple[str, Array]], rest: Iterable[Array]) -> None:
        """`named` arrays, those of the state, keep their names; the others are numbered."""
        self.arrays: dict[int, Array] = {}
        names: dict[int, str] = {}
        for name, a in named:
            self.arrays.setdefault(id(a), a)
            if name != "__metadata__":
                names.setdefault(id(a), name)
        for a in rest:
            self.arrays.setdefault(id(a), a)
        self._views = find_views(self.arrays.values())
        if None in self._views.values():
            raise SaveError("two arrays of the program share memory, and neither lies in the other: a file cannot keep that")
        stored = [a for key, a in self.arrays.items() if key not in self._views]
        fresh = (n for n in map("scriptc:{}".format, count()) if n not in set(names.values()))
        by_name = {names.get(id(a)) or next(fresh): a for a in stored}
        self.tensors = dict(sorted(((n, _plain(a)) for n, a in by_name.items()), key=tensor_order))
        position = {name: i for i, name in enumerate(self.tensors)}
        self._number = {id(a): position[name] for name, a in by_name.items()}

    def row(self, a: Array) -> list[Any]:
        """`["a", tensor]`, or for a view `["v", tensor, offset, shape, strides]` in elements."""
        view = self._views.get(id(a))
        if view is None:
            return ["a", self._number[id(a)]]
        return ["v", self._number[view.base], view.offset, list(a.shape), list(view.strides), *(["r"] if "r" in layout(a) else [])]

    def flags(self) -> list[list[Any]]:
        """The tensors that are not simply their array: their number, layout, own dtype."""
        out = []
        for key, number in self._number.items():
            a = self.arrays[key]
            own = a.dtype.name if a.dtype.name in OWN_DTYPES else ""
            if layout(a) or own:
                out.append([number, layout(a), own])
        return sorted(out)


def _plain(a: Array) -> Array:
    """Row-major, little-endian, of a dtype safetensors has."""
    out = np.ascontiguousarray(a.astype(a.dtype.newbyteorder("<"), copy=False)).reshape(a.shape)
    if a.dtype.name in OWN_DTYPES:
        pairs = out.reshape(-1).view(np.dtype(OWN_DTYPES[a.dtype.name]).newbyteorder("<"))
        return pairs.reshape(*a.shape, 2)
    assert out.dtype.name in SAFETENSORS
    return out


class TensorReader:
    """Makes the arrays that rows of data stand for. Each tensor is used once, views apart."""

    def __init__(self, tensors: Iterable[Array], flags: Any) -> None:
        self.arrays = list(tensors)
        self.used = [False] * len(self.arrays)
        self.read_only: list[Array] = []
        last = -1
        for number, flag, own in _flag_rows(flags, len(self.arrays)):
            if number <= last:
                raise _fault("holds arrays out of order", number)
            last = number
            self.arrays[number] = self._shaped(number, flag, own)

    def array(self, row: list[Any]) -> Array:
        number = row[1]
        if type(number) is not int or not 0 <= number < len(self.arrays):
            raise _fault("refers to a tensor that is not there", number)
        if row[0] == "v":
            return self._view(*row[1:])
        if len(row) != 2 or self.used[number]:
            raise _fault("holds one array twice", number)
        self.used[number] = True
        return self.arrays[number]

    def finish(self) -> None:
        """After all data: nothing may be left over."""
        if not all(self.used):
            raise _fault("holds a tensor that the program does not name", self.used.index(False))
        for a in self.read_only:
            a.flags.writeable = False

    def _shaped(self, number: int, flag: str, own: str) -> Array:
        a = self.arrays[number]
        if own:
            if a.dtype.name != OWN_DTYPES[own] or a.ndim == 0 or a.shape[-1] != 2:
                raise _fault(f"is no {own}", number)
            a = a.reshape(-1).view(own).reshape(a.shape[:-1])
        if "F" in flag:
            a = np.asfortranarray(a)
        if layout(a) != flag.replace("r", ""):
            raise _fault("has a layout that means nothing for its shape", number)
        if "r" in flag:
            self.read_only.append(a)
        return a

    def _view(self, number: int, offset: Any, shape: Any, strides: Any, *flag: Any) -> Array:
        if flag not in ((), ("r",)):
            raise _fault("is viewed in a malformed way", number)
        made = make_view(self.arrays[number], offset, shape, strides)
        if flag:
            self.read_only.append(made)
        return made


def _flag_rows(rows: Any, count: int) -> Iterator[tuple[int, str, str]]:
    for row in rows if type(rows) is list else [None]:
        if type(row) is not list or [type(x) for x in row] != [int, str, str]:
            raise _fault("holds malformed flags of arrays", 0)
        number, flag, own = row
        if not 0 <= number < count or flag not in ("", "F", "r", "Fr") or own not in ("", *OWN_DTYPES) or not (flag or own):
            raise _fault("holds malformed flags of arrays", number)
        yield number, flag, own


def _fault(problem: str, number: Any) -> LoadError:
    return LoadError("SL107", problem, place=f"tensor {number!r:.20}")
