"""Run-time helpers that generated code calls as `rt.name(...)`."""

from __future__ import annotations

import copy as _copy
import warnings
from typing import Any

import numpy as np

END: Any = object()
"""What `next(iterator, END)` gives when nothing is left."""

new = object.__new__
set_field = object.__setattr__
delete_field = object.__delattr__
copy = _copy.copy
deepcopy = _copy.deepcopy


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


def warn(message: Any, category: Any = None, stacklevel: int = 1) -> None:
    """`warnings.warn` as seen from the user's function, not from here."""
    warnings.warn(message, category, stacklevel + 1)
