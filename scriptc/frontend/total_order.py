"""What `functools.total_ordering` adds to a class, written so that it can be compiled; named as there (Lib/functools.py)."""

from __future__ import annotations

import types
from typing import Any


def _gt_from_lt(self: Any, other: Any) -> Any:
    return not self.__lt__(other) and self != other


def _le_from_lt(self: Any, other: Any) -> Any:
    return self.__lt__(other) or self == other


def _ge_from_lt(self: Any, other: Any) -> Any:
    return not self.__lt__(other)


def _ge_from_le(self: Any, other: Any) -> Any:
    return not self.__le__(other) or self == other


def _lt_from_le(self: Any, other: Any) -> Any:
    return self.__le__(other) and self != other


def _gt_from_le(self: Any, other: Any) -> Any:
    return not self.__le__(other)


def _lt_from_gt(self: Any, other: Any) -> Any:
    return not self.__gt__(other) and self != other


def _ge_from_gt(self: Any, other: Any) -> Any:
    return self.__gt__(other) or self == other


def _le_from_gt(self: Any, other: Any) -> Any:
    return not self.__gt__(other)


def _le_from_ge(self: Any, other: Any) -> Any:
    return not self.__ge__(other) or self == other


def _gt_from_ge(self: Any, other: Any) -> Any:
    return self.__ge__(other) and self != other


def _lt_from_ge(self: Any, other: Any) -> Any:
    return not self.__ge__(other)


ADDED = {fn.__name__: fn for fn in list(globals().values()) if isinstance(fn, types.FunctionType)}


def compilable(fn: types.FunctionType) -> types.FunctionType:
    """`fn`, or what stands for it here where `total_ordering` made it."""
    return ADDED[fn.__code__.co_name] if fn.__code__.co_filename.endswith("functools.py") and fn.__code__.co_name in ADDED else fn
