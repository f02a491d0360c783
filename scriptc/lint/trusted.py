"""Calls that are really made while linting: of NumPy, of Python's own and of scriptc's layers, with small arguments."""

from __future__ import annotations

import collections
import dataclasses
import enum
import functools
import inspect
import logging
import math
import re
import types
import typing
from typing import Any

import numpy as np

from scriptc import nn
from scriptc.frontend.declared import open_dims
from scriptc.frontend.unknown import Unknown
from scriptc.lint.evaluate import STAND_IN, UNKNOWN, among, foreign, within
from scriptc.types import INT, Tensor, is_subtype

STAND_IN_SIZE = 2
MAX_SIZE = 1 << 20

PURE: tuple[Any, ...] = (
    abs, all, any, bool, complex, dict, divmod, enumerate, float, frozenset, int, len, list, max, min, range, reversed, round, set, slice, sorted,
    str, sum, tuple, zip, type(None), collections.namedtuple, collections.OrderedDict, dataclasses.field, enum.auto, typing.TypeVar,
    typing.NamedTuple, typing.NewType, typing.cast, types.SimpleNamespace, functools.partial, object, np.dtype, np.finfo, np.iinfo,
    logging.getLogger, re.compile,
)  # fmt: skip
HOLDERS: tuple[Any, ...] = (
    list, tuple, zip, enumerate, reversed, dataclasses.field, functools.partial, types.SimpleNamespace, typing.cast,
    typing.TypeVar, typing.NewType, collections.namedtuple,
)  # fmt: skip
"""Those that do nothing with what is in the collections they are given."""
ARRAYS: frozenset[Any] = frozenset({
    np.zeros, np.ones, np.empty, np.full, np.eye, np.identity, np.arange, np.linspace, np.array, np.asarray, np.tri, np.tril, np.triu, np.diag,
    np.zeros_like, np.ones_like, np.full_like, np.sqrt, np.exp, np.log, np.concatenate, np.stack, np.outer, np.reshape, np.transpose, np.float16,
    np.float32, np.float64, np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64, np.bool_, np.complex64, np.complex128,
})  # fmt: skip


def call(fn: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """What calling a trusted function gives; `UNKNOWN` of any other."""
    values = [*args, *kwargs.values()]
    if foreign(fn) or any(map(foreign if among(fn, HOLDERS) or _is_layer(fn) else _may_run, values)):
        return UNKNOWN
    if among(fn, PURE) or getattr(fn, "__module__", "") == math.__name__:
        return UNKNOWN if any(isinstance(v, Unknown) for v in values) or _long(values) else fn(*args, **kwargs)
    if _is_layer(fn):
        return layer(fn, args, kwargs)
    if _hashable(fn) and fn in ARRAYS:
        return array(fn, args, kwargs)
    return UNKNOWN


def _may_run(value: Any) -> bool:
    """Could what is done with this argument run something of the user's? A key function could, and an object with an `__eq__`."""
    return within(value) or (callable(value) and (not isinstance(value, type) or any(STAND_IN in vars(b) for b in value.__mro__)))


def _is_layer(fn: Any) -> bool:
    return isinstance(fn, type) and issubclass(fn, nn.Module) and fn.__module__.startswith("scriptc.")


def _hashable(fn: Any) -> bool:
    return isinstance(fn, collections.abc.Hashable)


def _long(values: list[Any]) -> bool:
    return any(isinstance(v, int) and abs(v) > MAX_SIZE or isinstance(v, range) and len(v) > MAX_SIZE for v in values)


def _plain_sizes(value: Any, size: int) -> Any:
    """`value` with sizes that are unknown, or huge, replaced by `size`."""
    if isinstance(value, Unknown):
        return size if value.type == INT else value
    if type(value) is int and value > MAX_SIZE:
        return size
    return tuple(_plain_sizes(v, size) for v in value) if type(value) in (tuple, list) else value


def _unknown_in(values: Any) -> bool:
    return any(isinstance(v, Unknown) or (isinstance(v, tuple | list) and _unknown_in(v)) for v in values)


def array(fn: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """A new array; of sizes that are unknown, only its type."""
    given = [*args, *kwargs.values()]
    if not _unknown_in(given) and not _long(given) and _size(given) <= MAX_SIZE:
        return fn(*args, **kwargs)
    made = fn(*(_plain_sizes(a, STAND_IN_SIZE) for a in args), **{k: _plain_sizes(v, STAND_IN_SIZE) for k, v in kwargs.items()})
    if not isinstance(made, np.ndarray):
        return UNKNOWN
    return Unknown(Tensor(made.dtype.name, (None,) * made.ndim, False))


def _size(values: list[Any]) -> int:
    sizes = [math.prod(v) for v in values if isinstance(v, tuple) and all(isinstance(n, int) for n in v)]
    return max([1, *sizes])


def layer(cls: type, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """A layer of `scriptc.nn`. Where a size is unknown, every size of it is left open."""
    given = [*args, *kwargs.values()]
    if any(isinstance(v, Unknown) and not is_subtype(v.type, INT) for v in given):
        return UNKNOWN
    known = not _unknown_in(given)
    made = cls(*(_plain_sizes(a, STAND_IN_SIZE) for a in args), **{k: _plain_sizes(v, STAND_IN_SIZE) for k, v in kwargs.items()})
    if not known and isinstance(made, nn.Module):
        for module in made.modules():
            _open(module)
    return made


def _open(module: nn.Module) -> None:
    """Leave the sizes of the arrays and the integers of `module` open."""
    for name, value in list(vars(module).items()):
        if isinstance(value, np.ndarray):
            setattr(module, name, Unknown(open_dims(Tensor(value.dtype.name, value.shape, False))))
        elif type(value) is int:
            setattr(module, name, Unknown(INT))


def default_of(cls: type, name: str) -> Any:
    """The default of a constructor's parameter, `UNKNOWN` where it has none."""
    found = inspect.signature(cls).parameters.get(name)
    return UNKNOWN if found is None or found.default is inspect.Parameter.empty else found.default
