"""Arrays that lie in other arrays of the same program: a transposed or sliced view of a weight.

A file and a graph's text keep them as views, since writing the one writes the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from scriptc.ir.collected import LINES
from scriptc.ir.core import Program

Array = np.ndarray[Any, Any]
LIMIT = 1 << 59


@dataclass(frozen=True)
class View:
    """Where an array lies: `base` is the `id` of the array it lies in; offset and strides in elements."""

    base: int
    offset: int
    strides: tuple[int, ...]


Views = dict[int, View | None]


def data_of(program: Program) -> Iterator[Any]:
    """All data of the program, in the order it is printed and saved."""
    yield from (s.value for s in program.state.values())
    yield from (c.value for c in program.constants.values())
    for cls in program.classes.values():
        yield from (f.default.value for f in cls.fields if f.default is not None)
        yield from (value for _, value in cls.members)
    for entry in program.entries.values():
        yield from (p.default.value for p in entry.params if p.default is not None)


def arrays_in(value: Any) -> Iterator[Array]:
    """Every array in plain data, in order."""
    if type(value) is np.ndarray:
        yield value
    elif isinstance(value, LINES):
        for v in value:
            yield from arrays_in(v)
    elif isinstance(value, dict):
        for v in value.values():
            yield from arrays_in(v)


def find_views(arrays: Iterable[Array]) -> Views:
    """The arrays that lie in another of them, by `id`; None for one that overlaps another without lying in it."""
    found: Views = {}
    known = {id(a): a for a in arrays if a.size}
    spans = sorted(((*bounds(a), not _regular(a), i, key) for i, (key, a) in enumerate(known.items())), key=lambda s: (s[0], -s[1], *s[2:]))
    held: list[tuple[int, int]] = []
    for begin, end, _, _, key in spans:
        held = [h for h in held if h[0] > begin]
        base = next((k for _, k in held if _overlap(known[k], known[key])), None)
        if base is None:
            held.append((end, key))
        else:
            found[key] = _place_in(known[base], known[key])
    return found


def bounds(a: Array) -> tuple[int, int]:
    """The first address of the array's elements, and the first after them."""
    low, high = np.lib.array_utils.byte_bounds(a)
    return low, high


def _regular(a: Array) -> bool:
    """Is there an element at every address between its bounds?"""
    return a.flags.c_contiguous or a.flags.f_contiguous


def _overlap(a: Array, b: Array) -> bool:
    work: Any = 100_000  # the exact question is NP-complete; where it takes longer, the answer is yes
    try:
        return bool(np.shares_memory(a, b, max_work=work))
    except np.exceptions.TooHardError:
        return True


def _place_in(whole: Array, part: Array) -> View | None:
    size, begin = whole.itemsize, bounds(whole)[0]
    start = part.__array_interface__["data"][0] - begin
    aligned = whole.dtype == part.dtype and start % size == 0 and all(s % size == 0 for s in part.strides)
    inside = begin <= bounds(part)[0] and bounds(part)[1] <= bounds(whole)[1]
    if not (_regular(whole) and aligned and inside):
        return None
    return View(id(whole), start // size, tuple(s // size for s in part.strides))


def make_view(base: Array, offset: int, shape: Iterable[int], strides: Iterable[int]) -> Array:
    """The array that lies so in `base`. Raises ValueError or TypeError where it would reach out of it."""
    shape, strides = tuple(shape), tuple(strides)
    if any(type(n) is not int or not -LIMIT < n < LIMIT for n in (offset, *shape, *strides)) or min(shape, default=0) < 0:
        raise ValueError("a malformed view")
    flat = base.reshape(-1) if base.flags.c_contiguous else base.T.reshape(-1)
    size = base.itemsize
    return np.ndarray(shape, base.dtype, flat, offset * size, tuple(s * size for s in strides))
