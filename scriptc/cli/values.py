"""Arguments from the command line, and results as JSON."""

from __future__ import annotations

import dataclasses
import enum
import json
import os
from collections.abc import Callable
from typing import Any

import numpy as np

from scriptc.cli.errors import CannotRun
from scriptc.types import Type, members
from scriptc.types.core import BOOL, COMPLEX, FLOAT, INT, NONE, STR, Dict, EnumType, List, Set, Tensor, Tuple, TupleOf


class Misfit(Exception):
    """The JSON value is not of the type."""


def read_input(name: str, text: str, type: Type | None, classes: dict[str, type]) -> Any:
    """The argument `text` stands for: an array file, JSON of the declared type, or the text itself where that is `str`."""
    if type == STR and not text.startswith('"'):
        return text
    if text.endswith((".npy", ".npz")):
        return _read_file(name, text)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = text
    if type is None:
        return data
    try:
        return convert(data, type, classes)
    except Misfit as e:
        raise CannotRun(f"--input {name}={text}: expected {type}, got {e}") from None


def _read_file(name: str, path: str) -> Any:
    try:
        loaded = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as e:
        reason = "no such file" if not os.path.exists(path) else f"not a readable array file: {e}"
        raise CannotRun(f"--input {name}={path}: {reason}") from e
    if isinstance(loaded, np.ndarray):
        return loaded
    with loaded:
        keys = list(loaded.files)
        if name not in keys and len(keys) != 1:
            raise CannotRun(f"--input {name}={path}: it holds {', '.join(keys) or 'nothing'}, none of them {name!r}")
        return loaded[name if name in keys else keys[0]]


def convert(data: Any, type: Type, classes: dict[str, type]) -> Any:
    """JSON data as a value of `type`. Raises `Misfit`."""
    for member in members(type):
        try:
            return _convert(data, member, classes)
        except Misfit:
            continue
    raise Misfit(_show(data))


def _convert(data: Any, t: Type, classes: dict[str, type]) -> Any:
    if t in _SCALARS:
        return _scalar(data, t)
    if isinstance(t, Tensor):
        return _tensor(data, t)
    if isinstance(t, List | TupleOf | Set):
        items = [convert(x, t.elem, classes) for x in _sequence(data)]
        return items if isinstance(t, List) else tuple(items) if isinstance(t, TupleOf) else frozenset(items) if t.frozen else set(items)
    if isinstance(t, Tuple):
        parts = _sequence(data)
        if len(parts) != len(t.items):
            raise Misfit(_show(data))
        return tuple(convert(x, item, classes) for x, item in zip(parts, t.items, strict=True))
    if isinstance(t, Dict) and isinstance(data, dict):
        return {_key(k, t.key, classes): convert(v, t.value, classes) for k, v in data.items()}
    if isinstance(t, EnumType):
        return _member(data, t, classes)
    raise Misfit(_show(data))


_SCALARS: dict[Type, Callable[[Any], bool]] = {
    INT: lambda d: type(d) is int,
    FLOAT: lambda d: type(d) in (int, float),
    BOOL: lambda d: type(d) is bool,
    STR: lambda d: type(d) is str,
    NONE: lambda d: d is None,
    COMPLEX: lambda d: type(d) in (int, float, str),
}


def _scalar(data: Any, t: Type) -> Any:
    if not _SCALARS[t](data):
        raise Misfit(_show(data))
    try:
        return float(data) if t == FLOAT else complex(data) if t == COMPLEX else data
    except (ValueError, OverflowError):
        raise Misfit(_show(data)) from None


def _tensor(data: Any, t: Tensor) -> Any:
    if isinstance(data, str) or data is None or isinstance(data, dict):
        raise Misfit(_show(data))
    try:
        array = np.array(data, dtype=t.dtype)
    except (ValueError, TypeError, OverflowError):
        raise Misfit(_show(data)) from None
    if array.dtype == object:
        raise Misfit(_show(data))
    return array[()] if t.scalar else array


def _sequence(data: Any) -> list[Any]:
    if not isinstance(data, list):
        raise Misfit(_show(data))
    return data


def _key(text: str, t: Type, classes: dict[str, type]) -> Any:
    """JSON's keys are texts: those of other types are JSON once more."""
    try:
        return convert(text, t, classes)
    except Misfit:
        try:
            return convert(json.loads(text), t, classes)
        except ValueError:
            raise Misfit(_show(text)) from None


def _member(data: Any, t: EnumType, classes: dict[str, type]) -> Any:
    cls = classes.get(t.name) or classes.get(t.name.rpartition(".")[2])
    found = getattr(cls, "__members__", {}).get(data) if isinstance(data, str) else None
    if found is None:
        raise Misfit(_show(data))
    return found


def _show(data: Any) -> str:
    text = json.dumps(data)
    return text if len(text) <= 60 else text[:57] + "..."


def as_json(value: Any) -> str:
    """A result as JSON text; objects as their fields, arrays as nested lists."""
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist()) if not isinstance(value.tolist(), np.generic) else str(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if hasattr(value, "_asdict"):
        return {k: _plain(v) for k, v in value._asdict().items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, set | frozenset):
        return sorted((_plain(v) for v in value), key=repr)
    if isinstance(value, dict):
        return {k if isinstance(k, str) else as_json(k): _plain(v) for k, v in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    return {k: _plain(v) for k, v in vars(value).items()} if hasattr(value, "__dict__") else str(value)
