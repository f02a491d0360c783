"""Annotations that users write, as static types; and the types of example values."""

from __future__ import annotations

import ast
import collections.abc
import dataclasses
import enum
import inspect
import sys
import types
import typing
from typing import Any

import numpy as np

from scriptc.frontend import sides
from scriptc.frontend.unknown import Unknown
from scriptc.frontend.values import FV, Dyn
from scriptc.types import (
    BOOL,
    BYTES,
    COMPLEX,
    FLOAT,
    INT,
    NEVER,
    NONE,
    NP_BITS,
    NP_RNG,
    NP_SEED,
    NP_STATE,
    RANGE,
    RNG,
    STR,
    Dict,
    EnumType,
    List,
    Set,
    Tensor,
    Tuple,
    TupleOf,
    Type,
    is_subtype,
    members,
    strip_sites,
    union,
)  # fmt: skip

ATOMS: dict[Any, Type] = {int: INT, float: FLOAT, complex: COMPLEX, bool: BOOL, str: STR, bytes: BYTES, None: NONE, type(None): NONE, range: RANGE}
MAX_SUBCLASSES = 16


class Unclear(Exception):
    """The annotation is not one scriptc understands; the message says what it is."""


def of_value(c: Any, a: Any, seen: tuple[type, ...] = ()) -> Type:
    """The static type an annotation object stands for. Raises `Unclear`."""
    if type(a) is Unknown:
        return a.type
    while type(a).__name__ == "TypeAliasType" or (typing.get_origin(a) is not None and type(typing.get_origin(a)).__name__ == "TypeAliasType"):
        origin = typing.get_origin(a) or a
        value, args = origin.__value__, typing.get_args(a)
        a = value[args] if args else value
    if isinstance(a, str):
        raise Unclear(f"`{a}` cannot be evaluated here")
    try:
        if a in ATOMS:
            return ATOMS[a]
    except TypeError:
        pass
    if a is np.ndarray:
        return Tensor(None, None, False)
    if isinstance(a, types.UnionType) or typing.get_origin(a) is typing.Union:
        return union(of_value(c, x, seen) for x in typing.get_args(a))
    origin, args = typing.get_origin(a), typing.get_args(a)
    if origin is typing.Annotated:
        return of_value(c, args[0], seen)
    if origin is typing.Literal:
        return union(ATOMS[type(x)] for x in args)
    if hasattr(a, "dtypes") and hasattr(a, "dims") and hasattr(a, "array_type"):
        return _jaxtyping(a)
    if origin is not None:
        return _generic(c, a, origin, args, seen)
    if isinstance(a, typing.NewType):
        return of_value(c, a.__supertype__, seen)
    if isinstance(a, type):
        return _class(c, a, seen)
    raise Unclear(f"`{_text(a)}` is not an annotation scriptc understands")


def _text(a: Any) -> str:
    return a.__name__ if isinstance(a, type) else str(a).replace("typing.", "")


PARAMETERS: dict[Any, int] = {
    list: 1, set: 1, frozenset: 1, dict: 2, collections.abc.MutableSequence: 1, collections.abc.MutableMapping: 2,
    collections.abc.Sequence: 1, collections.abc.Mapping: 2,
}  # fmt: skip


def _generic(c: Any, a: Any, origin: Any, args: tuple[Any, ...], seen: tuple[type, ...]) -> Type:
    if origin is np.ndarray:
        return _ndarray(args)
    if len(args) != PARAMETERS.get(origin, len(args)):
        raise Unclear(f"`{_text(a)}` has {len(args)} types in its brackets, and needs {PARAMETERS[origin]}")
    if origin in (list, collections.abc.MutableSequence):
        return List(of_value(c, args[0], seen))
    if origin in (set, frozenset):
        return Set(of_value(c, args[0], seen), origin is frozenset)
    if origin is collections.abc.Sequence:
        item = of_value(c, args[0], seen)
        return union([List(item), TupleOf(item)])
    if origin in (dict, collections.abc.MutableMapping, collections.abc.Mapping):
        return Dict(of_value(c, args[0], seen), of_value(c, args[1], seen))
    if origin is tuple:
        if args == ((),) or not args:
            return Tuple(())
        if len(args) == 2 and args[1] is Ellipsis:
            return TupleOf(of_value(c, args[0], seen))
        return Tuple(tuple(of_value(c, x, seen) for x in args))
    raise Unclear(f"`{_text(a)}` is not an annotation scriptc understands")


def _ndarray(args: tuple[Any, ...]) -> Type:
    """`np.ndarray[tuple[int, int], np.dtype[np.float32]]`; `npt.NDArray[np.float32]` is one with the rank left open."""
    dtype = None
    if len(args) > 1:
        inner = typing.get_args(args[1])
        if inner and isinstance(inner[0], type) and issubclass(inner[0], np.generic):
            try:
                dtype = np.dtype(inner[0]).name
            except TypeError:
                dtype = None
    return Tensor(dtype, _shape(args[0]), False)


def _shape(a: Any) -> tuple[int | None, ...] | None:
    """The dimensions in the first bracket of `np.ndarray[...]`: `tuple[int, Literal[3]]` says the rank, and one size. None for an open rank."""
    sizes = typing.get_args(a)
    if typing.get_origin(a) is not tuple or Ellipsis in sizes:
        return None
    literals = [typing.get_args(s) if typing.get_origin(s) is typing.Literal else () for s in sizes]
    return tuple(values[0] if len(values) == 1 and type(values[0]) is int else None for values in literals)


def _jaxtyping(a: Any) -> Type:
    """`Float32[np.ndarray, "batch 10"]`: dtype, and dims by name or size."""
    names = list(a.dtypes) if not isinstance(a.dtypes, str) else [a.dtypes]
    dtype = names[0] if len(names) == 1 and names[0] in np.sctypeDict else None
    dims: list[int | str | None] = []
    for word in str(a.dim_str).split():
        if word.startswith("*") or word == "...":
            return Tensor(dtype, None, False)
        dims.append(int(word) if word.isdigit() else None if word.startswith("_") or not word.isidentifier() else word)
    return Tensor(dtype, tuple(dims), False)


def _class(c: Any, cls: type, seen: tuple[type, ...]) -> Type:
    if issubclass(cls, np.generic):
        from scriptc.frontend.compiler import dtype_name

        name = dtype_name(cls)
        return Tensor(name, (), True)
    if cls.__module__ == "random" and cls.__name__ == "Random":
        return RNG
    if cls is np.random.Generator:
        return NP_RNG
    if cls in (np.random.RandomState, np.random.SeedSequence):
        return NP_STATE if cls is np.random.RandomState else NP_SEED
    if issubclass(cls, np.random.BitGenerator):
        return NP_BITS
    if cls in (list, dict, set, tuple, frozenset):
        raise Unclear(f"`{cls.__name__}` does not say what it holds; write `{cls.__name__}[...]`")
    if cls.__module__ == "builtins" and not issubclass(cls, BaseException):
        raise Unclear(f"`{cls.__name__}` is not an annotation scriptc understands")
    if cls.__module__.split(".")[0] in ("typing", "collections", "abc", "numpy"):
        raise Unclear(f"`{_text(cls)}` is not an annotation scriptc understands")
    if cls.__module__.split(".")[0] in sys.stdlib_module_names and cls.__module__ not in ("builtins", "__main__"):
        raise Unclear(f"`{cls.__module__}.{cls.__qualname__}` objects cannot be used in compiled code")
    if issubclass(cls, enum.Enum):
        return EnumType(c.classes.name(cls))
    return _record(c, cls, seen)


def _record(c: Any, cls: type, seen: tuple[type, ...]) -> Type:
    """Objects of a user class or of a class derived from it."""
    family = [k for k in _family(cls) if not getattr(k, "__abstractmethods__", None)]
    if len(family) > MAX_SUBCLASSES:
        raise Unclear(f"`{cls.__name__}` has more than {MAX_SUBCLASSES} subclasses")
    for k in family:
        if k not in seen:
            _declare_fields(c, k, (*seen, *family))
    return union(c.classes.record(k) for k in family)


def _family(cls: type) -> list[type]:
    out = [cls]
    subs: list[type] = cls.__subclasses__()
    for sub in subs:
        out += [s for s in _family(sub) if s not in out]
    return out


def _declare_fields(c: Any, cls: type, seen: tuple[type, ...]) -> None:
    """The types of the fields of objects that come from outside: from the class's own annotations, else from `__init__`."""
    record = c.classes.record(cls)
    try:
        hints = typing.get_type_hints(cls)
    except Exception as e:
        raise Unclear(f"the annotations of `{cls.__name__}` cannot be evaluated: {e}") from None
    wanted = [x.name for x in dataclasses.fields(cls)] if dataclasses.is_dataclass(cls) else list(getattr(cls, "_fields", hints))
    for name in wanted:
        if name in hints and typing.get_origin(hints[name]) is not typing.ClassVar:
            t = c.rooted(of_value(c, hints[name], seen), ("rigid", "argument", f"{cls.__name__}.{name}"))
            c.classes.widen_field(record, name, t)
    if not dataclasses.is_dataclass(cls) and not hasattr(cls, "_fields"):
        c.outside_classes.add(cls)
    c.classes.sync(record.name)


def check_local(f: Any, value: FV, declared: Type, node: Any) -> FV:
    """An annotated assignment: the value must be what the annotation says; an empty container takes its type from it."""
    t = f.type_of(value)
    if t is None or is_subtype(strip_sites(t), declared) or t == NEVER:
        return _adopt(f, value, t, declared, node)
    if declared == FLOAT and t in (INT, BOOL):
        return value
    if _empty(t) or all(is_subtype(strip_sites(m), declared) or _loose(m, declared) for m in members(t)):
        return _adopt(f, value, t, declared, node)
    what, found = f"the annotation says `{declared}` and the value is `{strip_sites(t)}`", strip_sites(t)
    f.report("SC207", node.value, what, more=lambda: sides.annotation(f, node, declared, found))
    return value


def _empty(t: Type) -> bool:
    return isinstance(t, List | Set | Dict) and NEVER in t.children()


def _loose(t: Type, declared: Type) -> bool:
    """Containers and arrays are taken by kind: their parts may be narrower than declared."""
    return any(type(t) is type(d) and isinstance(t, List | Dict | Set | Tensor | Tuple) for d in members(declared)) or (
        any(isinstance(d, TupleOf) for d in members(declared)) and isinstance(t, Tuple)
    ) or (t in (INT, BOOL) and FLOAT in members(declared))


def _adopt(f: Any, value: FV, t: Type | None, declared: Type, node: Any) -> FV:
    """A container made here takes the declared element types."""
    goal = next((m for m in members(declared) if t is not None and type(m) is type(t)), None)
    if isinstance(value, Dyn) and isinstance(t, List | Set | Dict) and goal is not None and t.sites:
        f.c.widen(f, t, goal, node)
        return Dyn(value.value, f.c.refresh(value.type), value.unbound)
    return value


def of_node(f: Any, node: Any) -> Type | None:
    """The type of a local annotation; None where it says nothing that can be used."""
    try:
        text = f.unit.text(node)
        fn = getattr(f.statics, "fn", None) or getattr(getattr(f.statics, "outer", None), "fn", None)
        if fn is None:
            return None
        a = _meant(text, fn.__globals__)
        return of_value(f.c, _meant(a, fn.__globals__) if isinstance(a, str) else a)
    except Exception:  # `Unclear`, or whatever the user's text raises
        return None


_IN_ANNOTATIONS = (
    ast.Expression, ast.Name, ast.Attribute, ast.Subscript, ast.BinOp, ast.BitOr, ast.Tuple, ast.List, ast.Constant, ast.UnaryOp, ast.USub, ast.Load,
)  # fmt: skip


def _meant(text: str, names: dict[str, Any]) -> Any:
    """What the text of an annotation stands for. Python evaluates no annotation of a local variable: one that calls something is not looked into."""
    tree = ast.parse(text.strip(), mode="eval")
    if not all(isinstance(n, _IN_ANNOTATIONS) for n in ast.walk(tree)):
        raise ValueError("more than names and brackets")
    return eval(compile(tree, "<annotation>", "eval", dont_inherit=True), names, {})


def of_function(fn: Any) -> dict[str, Any]:
    """The annotation objects of a function's parameters; strings are evaluated where they can be."""
    raw = dict(inspect.get_annotations(fn))
    try:
        hints = typing.get_type_hints(fn, include_extras=True)
    except Exception:
        hints = {}
        for k, v in raw.items():
            try:
                hints[k] = eval(v, fn.__globals__) if isinstance(v, str) else v
            except Exception:
                hints[k] = v
    return {**raw, **hints}


def of_example(c: Any, value: Any) -> Type:
    """The type of an example argument: dtype and rank exactly, sizes left open."""
    if isinstance(value, np.ndarray):
        from scriptc.frontend.compiler import dtype_name

        if type(value) is not np.ndarray or dtype_name(value.dtype) is None:
            raise Unclear(f"an example of dtype `{value.dtype}` ({type(value).__name__})")
        return Tensor(value.dtype.name, (None,) * value.ndim, False)
    if isinstance(value, tuple):
        return Tuple(tuple(of_example(c, v) for v in value)) if type(value) is tuple else _class(c, type(value), ())
    try:
        t: Type = c.data_type(value, "the example")
    except TypeError:
        return _class(c, type(value), ())
    return open_dims(t)


def open_dims(t: Type) -> Type:
    """`t` with the size of every dimension left open."""
    if isinstance(t, Tensor):
        return Tensor(t.dtype, None if t.shape is None else (None,) * len(t.shape) if not t.scalar else (), t.scalar)
    return t.map(open_dims)
