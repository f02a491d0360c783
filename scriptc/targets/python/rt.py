"""Run-time helpers that generated code calls as `rt.name(...)`."""

from __future__ import annotations

import copy as _copy
import warnings
from typing import Any

import numpy as np

from scriptc.targets.python import arguments, reductions

END: Any = object()
"""What `next(iterator, END)` gives when nothing is left."""

new = object.__new__
set_field = object.__setattr__
delete_field = object.__delattr__
copy = _copy.copy
deepcopy = _copy.deepcopy
mean = reductions.mean
check_call = arguments.check_call
distinct = arguments.distinct
other_keywords = arguments.other_keywords


def split(array: Any, sections: int, axis: int = 0) -> list[Any]:
    """`np.split` of an ndarray into equal sections: the same views. Whatever is not plain is left to NumPy itself."""
    n = array.ndim
    if type(sections) is not int or type(axis) is not int or not -n <= axis < n or sections <= 0:
        return np.split(array, sections, axis)
    size, rest = divmod(array.shape[axis], sections)
    if rest:
        return np.split(array, sections, axis)
    before = (slice(None),) * (axis % n)
    return [array[(*before, slice(i, i + size))] for i in range(0, sections * size, size)] if size else np.split(array, sections, axis)


def as_strided(x: Any, shape: Any = None, strides: Any = None, subok: bool = False, writeable: bool = True) -> Any:
    """`np.lib.stride_tricks.as_strided`, which must stay within the memory of the array it is a view of (NumPy does not look).

    Raises ValueError where it would reach out of that.
    """
    made = np.lib.stride_tricks.as_strided(x, shape, strides, subok, writeable=writeable)
    whole = np.asarray(x)
    while isinstance(whole.base, np.ndarray):
        whole = whole.base
    if made.size:
        (low, high), (begin, end) = (np.lib.array_utils.byte_bounds(a) for a in (made, whole))
        if low < begin or high > end:
            raise ValueError(f"as_strided() of shape {made.shape} and strides {made.strides} reaches out of the array")
    return made


def warn(message: Any, category: Any = None, stacklevel: int = 1) -> None:
    """`warnings.warn` as seen from the user's function, not from here."""
    warnings.warn(message, category, stacklevel + 1)
