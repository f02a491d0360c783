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

from scriptc.ir.core import ClassDef, FieldDef, Program
from scriptc.types import BOOL, BYTES, COMPLEX, FLOAT, INT, NONE, STR, EnumType, Record, Type, members

_NAMED: dict[str, type] = {
    "NoneType": type(None), "ellipsis": type(...), "function": types.FunctionType,
    "numpy.bool_": np.bool_, "numpy.bool": np.bool_, "numpy.float_": np.float64,
}  # fmt: skip
_PLAIN = ("int", "float", "complex", "bool", "str", "bytes", "list", "tuple", "dict", "set", "frozenset", "range", "slice", "object", "type")
_LIBRARY: dict[str, type] = {"dataclasses.FrozenInstanceError": dataclasses.FrozenInstanceError, "numpy.linalg.LinAlgError": np.linalg.LinAlgError}
"""Exceptions of libraries, which every program means itself."""
_ENUMS: dict[str, type] = {c.__name__: c for c in (enum.Enum, enum.IntEnum, enum.Flag, enum.IntFlag, enum.StrEnum)}


def builtin_class(name: str) -> type:
    """A class of Python or NumPy that a program may name: in `isinstance`, or as an exception. Raises `LookupError`."""
    if name in _NAMED:
        return _NAMED[name]
    module, _, last = name.rpartition(".")
    found: Any = None
    if module == "numpy":
        found = getattr(np, last, None)
        known = (np.ndarray, np.dtype, np.random.Generator, np.random.RandomState)
        allowed = isinstance(found, type) and (issubclass(found, np.generic) or found in known)
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
    out: dict[str, type] = {**_LIBRARY, **(real or {})}
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


def attach_methods(program: Program, classes: dict[str, type], functions: dict[str, Any], real: dict[str, type]) -> None:
    """Give the classes made here their compiled special methods; the user's own classes have theirs."""
    for name, definition in program.classes.items():
        if name not in real:
            for method, graph in definition.methods.items():
                setattr(classes[name], method, _declining(functions[graph], [p.type for p in program.graphs[graph].params], classes))


_EXACT: dict[Type, type] = {INT: int, FLOAT: float, COMPLEX: complex, BOOL: bool, STR: str, BYTES: bytes, NONE: type(None)}


def _declining(fn: Any, params: list[Type], classes: dict[str, type]) -> Any:
    """A method of two operands gives NotImplemented where the other is of a class it was not compiled for."""
    if len(params) != 2:
        return fn
    named = [_EXACT.get(t) or (classes.get(t.name) if isinstance(t, Record | EnumType) else None) for t in members(params[1])]
    if not all(named):
        return fn
    taken = frozenset(named)

    def method(self: Any, other: Any) -> Any:
        return fn(self, other) if type(other) in taken else NotImplemented

    return method


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
            return type(last, bases or (Exception,), _attributes(definition.fields))
    return type(last, bases, _attributes(definition.fields))


def _attributes(fields: list[FieldDef]) -> dict[str, Any]:
    """The attributes of the class itself that its objects may hide."""
    return {f.name: f.default.value for f in fields if f.default is not None}


def _named_tuple(definition: ClassDef, last: str) -> type:
    names = [f.name for f in definition.fields]
    defaults = [f.default.value for f in definition.fields if f.default is not None]
    base = collections.namedtuple(last, names, defaults=defaults)  # type: ignore[misc]
    return base


def _dataclass(definition: ClassDef, last: str, bases: tuple[type, ...]) -> type:
    on = set(definition.options)
    flagged = any(f.flags for f in definition.fields)
    own = [f for f in definition.fields if f.flags or not flagged]
    rest = [f for f in definition.fields if f not in own]
    fields: list[Any] = []
    optional = False
    for f in own:
        optional = optional or f.default is not None
        fields.append((f.name, Any, _field(f, optional)))
    flags = {flag: flag in on for flag in ("repr", "eq", "order", "unsafe_hash", "frozen")}
    return dataclasses.make_dataclass(last, fields, bases=bases, namespace=_attributes(rest), **flags)


def _field(f: FieldDef, optional: bool) -> Any:
    """`dataclasses.field` as the class had it. Its own factory is not at hand: a field after one with a default must be given."""
    on = set(f.flags)
    hashed = True if "hash" in on else False if "no_hash" in on else None
    options: dict[str, Any] = {flag: f"no_{flag}" not in on for flag in ("init", "repr", "compare")}
    options |= {"hash": hashed, "kw_only": "kw_only" in on}
    if f.default is None:
        return dataclasses.field(default_factory=_must_be_given(f.name), **options) if optional else dataclasses.field(**options)
    value = f.default.value
    if isinstance(value, list | dict | set):
        return dataclasses.field(default_factory=lambda: type(value)(value), **options)
    return dataclasses.field(default=value, **options)


def _must_be_given(name: str) -> Any:
    def factory() -> Any:
        raise TypeError(f"the field `{name}` must be given: what made its default is not in the file")

    return factory


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
    if bases == (enum.StrEnum, str):
        return enum.StrEnum
    if bases == (str,):
        return (str, enum.Enum)
    return bases if any(issubclass(b, enum.Enum) for b in bases) else (*bases, enum.Enum)
