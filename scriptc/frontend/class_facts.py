"""What a class is, told from the class itself: its kind, a dataclass's fields, an enum's bases and members."""

from __future__ import annotations

import dataclasses
import enum
import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scriptc.frontend.compiler import Compiler


def is_namedtuple(cls: type) -> bool:
    """Is `cls` a NamedTuple, or made by `collections.namedtuple`?"""
    return issubclass(cls, tuple) and hasattr(cls, "_fields")


def kind_of(cls: type) -> str:
    """The `ClassDef.kind` of a class."""
    if issubclass(cls, enum.Enum):
        return "enum"
    if issubclass(cls, BaseException):
        return "exception"
    if is_namedtuple(cls):
        return "namedtuple"
    return "dataclass" if dataclasses.is_dataclass(cls) else "class"


def dataclass_fields(cls: type) -> dict[str, Any]:
    """The fields of a dataclass by name; none of another class."""
    return {f.name: f for f in dataclasses.fields(cls)} if dataclasses.is_dataclass(cls) else {}


def thaws(cls: type) -> bool:
    """Is `cls` an undecorated subclass of a frozen dataclass? Its objects take new attributes; those of a loaded program would not."""
    params = getattr(cls, "__dataclass_params__", None)
    return params is not None and params.frozen and "__dataclass_params__" not in vars(cls)


def field_flags(cls: type, attr: str) -> tuple[str, ...]:
    """What `dataclasses.field` was told; empty for what is no field of a dataclass."""
    f = dataclass_fields(cls).get(attr)
    if f is None:
        return ()
    told = {
        "no_init": not f.init, "no_repr": not f.repr, "no_compare": not f.compare,
        "hash": f.hash is True, "no_hash": f.hash is False, "kw_only": f.kw_only,
    }  # fmt: skip
    return ("field", *(flag for flag, on in told.items() if on))


ENUM_TAKES = (
    "__eq__", "__ne__", "__hash__", "__bool__", "__len__", "__contains__", "__iter__", "__int__", "__index__", "__new__", "__getattr__", "__call__",
)  # fmt: skip


def enum_bases(cls: type) -> tuple[str, ...]:
    """The bases of an enum as the program declares them. Raises `TypeError` for one that works in ways of its own."""
    if issubclass(cls, enum.Flag):
        raise TypeError("it is an `enum.Flag`")
    for base in cls.__mro__:
        own = vars(base) if base.__module__ not in ("enum", "builtins") else {}
        if any(n in own for n in ENUM_TAKES if n != "__new__") or ("__new_member__" in own and "__new__" in own and _user_new(own)):
            raise TypeError("it redefines how its members compare, hash or are made")
        if issubclass(cls, int | str) and any(_operator(n, v) for n, v in own.items()):
            raise TypeError("it redefines an operator of its members, which are numbers or texts")
    for mixin, names in ((enum.IntEnum, ("int",)), (enum.StrEnum, ("StrEnum", "str"))):
        if issubclass(cls, mixin):
            return names
    plain = next((b for b in (int, str, bytes, float, complex, tuple, list, dict, set, frozenset) if issubclass(cls, b)), None)
    if plain is str:
        return ("str",)
    if plain is not None or type(cls) is not enum.EnumMeta:
        raise TypeError(f"it mixes in `{plain.__name__}`" if plain is not None else "it has a metaclass of its own")
    return ()


def _operator(name: str, value: Any) -> bool:
    shown = name in ("__repr__", "__str__", "__format__", "__init__", "__new__", "__new_member__")
    return name.startswith("__") and name.endswith("__") and not shown and isinstance(value, types.FunctionType) and value.__module__ != "enum"


def _user_new(own: Any) -> bool:
    new = own["__new_member__"]
    new = getattr(new, "__func__", new)
    return isinstance(new, types.FunctionType) and new.__module__ != "enum"


def enum_members(c: Compiler, cls: type) -> tuple[tuple[str, Any], ...]:
    """Name and value of each member, other names of a member included."""
    named = cls.__members__.items()  # type: ignore[attr-defined]
    for name, m in named:
        c.data_type(m.value, f"{cls.__qualname__}.{name}")
    return tuple((name, m.value) for name, m in named)
