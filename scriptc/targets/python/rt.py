"""Run-time helpers that generated code calls as `rt.name(...)`."""

from __future__ import annotations

import copy as _copy
import warnings
from typing import Any

END: Any = object()
"""What `next(iterator, END)` gives when nothing is left."""

new = object.__new__
set_field = object.__setattr__
delete_field = object.__delattr__
copy = _copy.copy
deepcopy = _copy.deepcopy


def warn(message: Any, category: Any = None, stacklevel: int = 1) -> None:
    """`warnings.warn` as seen from the user's function, not from here."""
    warnings.warn(message, category, stacklevel + 1)
