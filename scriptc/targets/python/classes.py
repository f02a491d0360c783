"""Run-time classes for the classes a program declares: the user's own where they are given, else made to look like them."""

from __future__ import annotations

import builtins
import collections
import collections.abc
import dataclasses
import enum
import numbers
import types
from typing import Any

import numpy as np

from scriptc.ir.core import ClassDef, Program

_NAMED: dict[str, type] = {
    "NoneType": type(None), "ellipsis": type(...), "function": types.FunctionType,
    "numpy.bool_": np.bool_, "numpy.bool": np.bool_, "numpy.float_": np.float64,
}  # fmt: skip
_PLAIN = ("int", "float", "complex", "bool", "str", "bytes", "list", "tuple", "dict", "set", "frozenset", "range", "slice", "object", "type")
_ENUMS: dict[str, type] = {c.__name__: c for c in (enum.Enum, enum.IntEnum, enum.Flag, enum.IntFlag, enum.StrEnum)}


def builtin_class(name: str) -> type:
    """A class of Python or NumPy that a program may name: in `isinstance`, or as an exception. Raises `LookupError`."""
    if name in _NAMED:
        return _NAMED[name]
    module, _, last = name.rpartition(".")
    found: Any = None
    if module == "numpy":
        found = getattr(np, last, None)
        allowed = isinstance(found, type) and (issubclass(found, np.generic) or found in (np.ndarray, np.dtype, np.random.Generator))
    elif module in ("collections.abc", "numbers"):
        found = getattr(collections.abc if module == "collections.abc" else numbers, last, None)
        allowed = isinstance(found, type)
    else:
        found = getattr(builtins, last, None) if not module else None
        allowed = isinstance(found, type) and (last in _PLAIN or issubclass(found, BaseException))
    if not allowed:
        raise LookupError(f"no class `{name}`")
    assert isinstance(found, type)
    return found


def runtime_classes(program: Program, real: dict[str, type] | None = None) -> dict[str, type]:
    """A class for each name in `program.classes`: from `real` where it is there, else made from the declaration."""
    out: dict[str, type] = dict(real or {})
    for name in program.classes:
        _resolve(program, name, out, ())
    return {name: out[name] for name in program.classes}


def _resolve(program: Program, name: str, out: dict[str, type], above: tuple[str, ...]) -> type:
    if name in out:
        return out[name]
    definition = program.classes.get(name)
    if definition is None or name in above:
        return builtin_class(name)
    bases = tuple(_ENUMS[b] if b in _ENUMS else _resolve(program, b, out, (*above, name)) for b in definition.bases)
    made = _make(definition, bases)
    made.__module__, made.__qualname__ = module_and_qualname(name)
    out[name] = made
    return made


def module_and_qualname(name: str) -> tuple[str, str]:
    """`pkg.mod.Outer.Inner` -> its module (the leading lower-case part) and the qualified name in it.

    `f.<locals>.C` and the like stay whole: what follows the first part that is no plain lower-case name is the qualname.
    """
    parts = name.split(".")
    locals_at = parts.index("<locals>") if "<locals>" in parts else len(parts)
    at = next((i for i, p in enumerate(parts) if p[:1].isupper()), len(parts) - 1)
    at = max(min(at, locals_at - 1, len(parts) - 1), 0)
    return ".".join(parts[:at]) or "__main__", ".".join(parts[at:])


def _make(definition: ClassDef, bases: tuple[type, ...]) -> type:
    last = definition.name.rpartition(".")[2]
    match definition.kind:
        case "namedtuple":
            return _named_tuple(definition, last)
        case "dataclass":
            return _dataclass(definition, last, bases)
        case "enum":
            return _enum(definition, last, bases)
        case "exception":
            return type(last, bases or (Exception,), {})
    return type(last, bases, {})


def _named_tuple(definition: ClassDef, last: str) -> type:
    names = [f.name for f in definition.fields]
    defaults = [f.default.value for f in definition.fields if f.default is not None]
    base = collections.namedtuple(last, names, defaults=defaults)  # type: ignore[misc]
    return base


def _dataclass(definition: ClassDef, last: str, bases: tuple[type, ...]) -> type:
    on = set(definition.options)
    fields: list[Any] = []
    for f in definition.fields:
        if f.default is None:
            fields.append((f.name, Any))
        else:
            fields.append((f.name, Any, _default(f.default.value)))
    flags: dict[str, Any] = {flag: flag in on for flag in ("repr", "eq", "order", "unsafe_hash", "frozen")}
    return dataclasses.make_dataclass(last, fields, bases=bases, kw_only="kw_only" in on, slots="slots" in on, **flags)


def _default(value: Any) -> Any:
    if isinstance(value, list | dict | set):
        return dataclasses.field(default_factory=lambda: type(value)(value))
    return dataclasses.field(default=value)


def _enum(definition: ClassDef, last: str, bases: tuple[type, ...]) -> type:
    base = _enum_base(definition, bases)
    if isinstance(base, tuple):
        namespace = enum.EnumMeta.__prepare__(last, base)
        for name, value in definition.members:
            namespace[name] = value
        return enum.EnumMeta(last, base, namespace)
    made: type = base(last, list(definition.members))
    return made


def _enum_base(definition: ClassDef, bases: tuple[type, ...]) -> Any:
    if not bases:
        return enum.Enum
    if len(bases) == 1 and issubclass(bases[0], enum.Enum):
        return bases[0]
    if bases == (int,):
        return enum.IntEnum
    if bases == (str,):
        return (str, enum.Enum)
    return bases if any(issubclass(b, enum.Enum) for b in bases) else (*bases, enum.Enum)
