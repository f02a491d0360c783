"""`mean` of an exact `ndarray` of float32 or float64 with fewer steps than NumPy's own, which is written in Python too."""

from __future__ import annotations

from typing import Any

import numpy as np

_sum: Any = np.add.reduce
_divide, _intp = np.true_divide, np.intp
KNOWN = np.lib.NumpyVersion(np.__version__).major == 2
"""Does NumPy take the mean as below: the sum in the array's dtype, divided by the count in float64, rounded once?"""


def mean(a: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """`a.mean(axis, keepdims=keepdims)`. Whatever is not plain is left to NumPy itself."""
    n = a.ndim
    if axis is None and keepdims is False and a.size and KNOWN:
        total = _sum(a, None)
        return type(total)(total / _intp(a.size))
    if type(axis) is not int or not -n <= axis < n or not a.shape[axis] or type(keepdims) is not bool or not KNOWN:
        return a.mean(axis, keepdims=keepdims)
    total = _sum(a, axis, None, None, keepdims)
    if type(total) is np.ndarray:
        return _divide(total, _intp(a.shape[axis]), out=total, casting="unsafe", subok=False)
    return type(total)(total / _intp(a.shape[axis]))
