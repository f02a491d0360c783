"""NumPy's functions that call a function of the user's, in the language scriptc compiles: what they do, step by step, as NumPy does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["STANDS_FOR"]


def apply_along_axis(func1d: Callable[..., Any], axis: int, arr: Any, *args: Any) -> np.ndarray:
    """`func1d` of each vector along `axis`; the first result gives the dtype, and its dimensions take that axis's place."""
    arr = np.asanyarray(arr)
    np.flip(arr, axis)  # raises where there is no such axis
    axis = axis % arr.ndim
    rows = np.moveaxis(arr, axis, -1)
    outer = rows.shape[:-1]
    if 0 in outer:
        raise ValueError("Cannot apply_along_axis when any iteration dimensions are 0")
    first = np.asanyarray(func1d(rows[(0,) * len(outer)], *args))
    out = np.zeros_like(first, shape=outer + first.shape)
    for count, place in enumerate(np.ndindex(outer)):
        if count == 0:
            out[place] = first
        else:
            out[place] = np.asanyarray(func1d(rows[place], *args))
    rank = len(outer)
    return np.transpose(out, tuple(range(axis)) + tuple(range(rank, out.ndim)) + tuple(range(axis, rank)))


def apply_over_axes(func: Callable[..., Any], a: np.ndarray, axes: Any) -> Any:
    """`func(a, axis)` for one axis after the other; the number of dimensions stays."""
    val = np.asarray(a)
    rank = val.ndim
    for axis in np.atleast_1d(np.asarray(axes)):
        place = int(axis)
        if place < 0:
            place = rank + place
        res = func(val, place)
        if res.ndim != val.ndim:
            res = np.expand_dims(res, place)
            if res.ndim != val.ndim:
                raise ValueError("function is not returning an array of the correct shape")
        val = res
    return val


def piecewise(x: np.ndarray, condlist: Any, funclist: Any, *args: Any) -> np.ndarray:
    """A function or a number of `funclist` where the condition beside it holds; one more is for where none does."""
    x = np.asanyarray(x)
    if np.isscalar(condlist) or (not isinstance(condlist[0], (list, np.ndarray)) and x.ndim != 0):
        conditions = np.asarray([condlist], dtype=bool)
    else:
        conditions = np.asarray(condlist, dtype=bool)
    n = len(conditions)
    if n == len(funclist) - 1:
        conditions = np.concatenate([conditions, ~np.any(conditions, axis=0, keepdims=True)], axis=0)
        n += 1
    elif n != len(funclist):
        raise ValueError(f"with {n} condition(s), either {n} or {n + 1} functions are expected")
    y = np.zeros_like(x)
    for i, func in enumerate(funclist):
        if callable(func):
            values = x[conditions[i]]
            if values.size > 0:
                y[conditions[i]] = func(values, *args)
        else:
            y[conditions[i]] = func
    return y


def mask_indices(n: int, mask_func: Callable[..., Any], k: Any = 0) -> Any:
    """The positions in an (n, n) array that `mask_func` (`np.triu`, `np.tril`) keeps."""
    return np.nonzero(mask_func(np.ones((n, n), int), k) != 0)


STANDS_FOR: dict[Any, Callable[..., Any]] = {
    np.apply_along_axis: apply_along_axis, np.apply_over_axes: apply_over_axes, np.piecewise: piecewise, np.mask_indices: mask_indices,
}  # fmt: skip
"""NumPy's function -> the one that is compiled for it."""
