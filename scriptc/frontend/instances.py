"""Which class a value has: `isinstance`, `issubclass`, `type` and `hasattr`, told when compiling or asked as it runs."""

from __future__ import annotations

import collections
import dataclasses
import inspect
import types
import typing
from typing import Any

import numpy as np

from scriptc.frontend.advice import said
from scriptc.frontend.frame import Frame
from scriptc.frontend.values import (
    FV,
    Const,
    Dyn,
    LocalFunc,
    ObjRef,
    StaticDict,
    StaticList,
    TupleVal,
    TypeOf,
)  # fmt: skip
from scriptc.types import (
    BOOL,
    BYTES,
    COMPLEX,
    EXC_TYPE,
    FLOAT,
    INT,
    NONE,
    RANGE,
    SLICE,
    STR,
    DefaultDict,
    Deque,
    Dict,
    DictView,
    EnumType,
    Function,
    List,
    Record,
    Set,
    Tensor,
    Tuple,
    TupleOf,
    Type,
    members,
)  # fmt: skip

ATOM_CLASS: dict[Type, type] = {
    INT: int, FLOAT: float, COMPLEX: complex, BOOL: bool, STR: str, BYTES: bytes, NONE: type(None), RANGE: range, SLICE: slice,
}  # fmt: skip


def class_of_type(f: Frame, t: Type) -> type | None:
    """The exact Python class of every value of type `t`, where there is one."""
    if t in ATOM_CLASS:
        return ATOM_CLASS[t]
    if isinstance(t, Record | EnumType):
        return f.c.classes.cls(t)
    if isinstance(t, Tensor):
        if t.scalar is False:
            return np.ndarray
        return np.dtype(t.dtype).type if t.scalar and t.dtype is not None else None
    if isinstance(t, Set):
        return frozenset if t.frozen else set
    if isinstance(t, DictView):
        return type(getattr({}, t.kind)())
    if isinstance(t, DefaultDict):
        return collections.Counter if t.factory == "Counter" else collections.defaultdict
    return {List: list, Deque: collections.deque, Dict: dict, Tuple: tuple, TupleOf: tuple, Function: types.FunctionType}.get(type(t))


def classes_in(fv: FV) -> tuple[type, ...] | None:
    """The classes that a second argument of `isinstance` names, None where it is no class."""
    if isinstance(fv, Const) and isinstance(fv.value, type):
        return (fv.value,)
    if isinstance(fv, Const) and fv.value is None:
        return None
    if isinstance(fv, ObjRef | Const) and isinstance(value := getattr(fv, "obj", getattr(fv, "value", None)), types.UnionType):
        return tuple(a if isinstance(a, type) else type(None) for a in typing.get_args(value))
    if isinstance(fv, TupleVal):
        parts = [classes_in(x) for x in fv.items]
        return None if any(p is None for p in parts) else tuple(c for p in parts if p is not None for c in p)
    return None


def type_isinstance(f: Frame, t: Type, classes: tuple[type, ...]) -> bool | None:
    """Is every (True), no (False) value of type `t` an instance of the classes? None: some may be."""
    cls = class_of_type(f, t)
    if cls is not None:
        try:
            known = issubclass(cls, classes)
        except TypeError:
            return None
        return None if not known and _open_ended(f, t) else known
    if isinstance(t, Tensor):
        found = {issubclass(c, classes) for c in tensor_classes(t)}  # `np.float64` is a `float`, others are not
        return found.pop() if len(found) == 1 else None
    return None


def tensor_classes(t: Tensor) -> set[type]:
    """Every class a value of type `t` may have."""
    scalars = set(np.sctypeDict.values()) if t.dtype is None else {np.dtype(t.dtype).type}
    return {np.ndarray, *scalars} if t.scalar is None else scalars if t.scalar else {np.ndarray}


def _open_ended(f: Frame, t: Type) -> bool:
    """May a value of type `t` be of a derived class? Exceptions may: what is caught is whatever was raised."""
    return isinstance(t, Record) and issubclass(f.c.classes.cls(t), BaseException)


METHODS = (
    types.FunctionType, types.BuiltinFunctionType, types.MethodDescriptorType, types.WrapperDescriptorType, types.ClassMethodDescriptorType,
    staticmethod, classmethod,
)  # fmt: skip


def unreadable(f: Frame, t: Type, name: str) -> str | None:
    """Why attribute `name`, for which there is no op, is no method that may be called; None where it may be one."""
    classes = [c for m in members(t) for c in (tensor_classes(m) if isinstance(m, Tensor) else {class_of_type(f, m)})]
    found = [inspect.getattr_static(c, name, None) for c in classes if c is not None]
    if any(raw is not None and not isinstance(raw, METHODS) for raw in found):
        return f"`{name}` of {said(t)} cannot be compiled"
    missing = found and len(found) == len(classes) and not any(hasattr(c, name) for c in classes)
    return f"{said(t)} has no attribute `{name}`" if missing else None


def readable(f: Frame, t: Type) -> list[str]:
    """The names of attributes and methods that values of type `t` have."""
    classes = [c for m in members(t) for c in (tensor_classes(m) if isinstance(m, Tensor) else {class_of_type(f, m)})]
    return [name for c in classes if c is not None for name in dir(c)]


def is_instance(f: Frame, fv: FV, classes: tuple[type, ...], node: Any) -> FV:
    """`isinstance(fv, classes)`, decided by type where it can be."""
    if isinstance(fv, ObjRef):
        return Const(isinstance(fv.obj, classes))
    if isinstance(fv, Const):
        return Const(isinstance(fv.value, classes))
    if isinstance(fv, LocalFunc):
        return Const(issubclass(types.FunctionType, classes))
    if isinstance(fv, TupleVal):
        return Const(issubclass(tuple, classes))
    if isinstance(fv, StaticList | StaticDict):
        return Const(issubclass(list if isinstance(fv, StaticList) else dict, classes))
    t = f.type_of(fv)
    if t is None:
        return f.report("SC202", node, f"whether {f.c.describe(fv)} is an instance cannot be told")
    parts = members(t)
    answers = [type_isinstance(f, m, classes) for m in parts]
    if parts and all(a is True for a in answers):
        return Const(True)
    if parts and all(a is False for a in answers):
        return Const(False)
    names: list[str] = []
    for m, a in zip(parts, answers, strict=True):
        if a is None:
            names += _runtime_names(f, classes)
        elif a:
            names += [class_name(f, c) for c in exact_classes(f, m)]
    unknown = [n for n in names if not n]
    if unknown:
        return f.report("SC202", node, f"whether a `{t}` is an instance cannot be told")
    return f.emit("isinstance", [fv], node, {"classes": tuple(dict.fromkeys(names))})


def _runtime_names(f: Frame, classes: tuple[type, ...]) -> list[str]:
    return [class_name(f, c) for c in classes]


def exact_classes(f: Frame, t: Type) -> tuple[type, ...]:
    """The class a type test for members of `t` names."""
    cls = class_of_type(f, t)
    if cls is not None:
        return (cls,)
    if isinstance(t, Tensor) and t.scalar is True:
        return (np.generic,)
    return (np.ndarray, np.generic) if isinstance(t, Tensor) else ()


def class_name(f: Frame, cls: type) -> str:
    """The name of a class in an `isinstance` node, empty where it has none."""
    if cls.__module__ == "builtins":
        return cls.__name__
    if cls in (collections.deque, collections.defaultdict, collections.Counter):
        return ""
    if cls.__module__ == "numpy":
        return f"numpy.{cls.__name__}"
    try:
        return str(f.c.classes.name(cls))
    except TypeError:
        return ""


def isinstance_(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    classes = classes_in(args[1]) if len(args) == 2 else None
    if classes is None:
        return f.report("SC202", node, "isinstance() needs a value and classes known when compiling")
    return is_instance(f, args[0], classes, node)


def issubclass_(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    classes = classes_in(args[1]) if len(args) == 2 else None
    if classes is not None and f.type_of(args[0]) == EXC_TYPE:
        return f.emit("exception_type.under", [args[0]], node, {"classes": tuple(class_name(f, c) for c in classes)})
    if classes is None or not isinstance(args[0], Const) or not isinstance(args[0].value, type):
        return f.report("SC202", node, "issubclass() needs classes known when compiling")
    return Const(issubclass(args[0].value, classes))


def has_attribute(f: Frame, fv: FV, name: str) -> bool | None:
    """Does the value have the attribute? None where only running tells."""
    if isinstance(fv, ObjRef):
        if (id(fv.obj), name) in f.c.assigned_attrs:
            return True
        return hasattr(fv.obj, name)
    if isinstance(fv, Const):
        return hasattr(fv.value, name)
    t = f.type_of(fv)
    if t is None:
        return None
    answers: set[bool | None] = set()
    for m in members(t):
        cls = class_of_type(f, m)
        if isinstance(m, Tensor):
            answers |= {hasattr(c, name) for c in tensor_classes(m)}
        elif cls is None:
            answers.add(None)
        elif hasattr(cls, name) or (isinstance(m, Record) and _always_set(cls, name)):
            answers.add(True)
        elif isinstance(m, Record) and (inspect.getattr_static(cls, name, None) is not None or f.c.classes.may_gain(m, name)):
            answers.add(None)
        else:
            answers.add(False)
    return answers.pop() if len(answers) == 1 else None


def _always_set(cls: type, name: str) -> bool:
    if dataclasses.is_dataclass(cls):
        return name in {x.name for x in dataclasses.fields(cls)}
    return hasattr(cls, "_fields") and name in cls._fields


def type_(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    if len(args) != 1:
        return f.report("SC110", node, "type() with three arguments cannot be compiled")
    a = args[0]
    if isinstance(a, ObjRef):
        return Const(type(a.obj))
    if isinstance(a, Const):
        return Const(type(a.value))
    t = f.type_of(a)
    if isinstance(a, Dyn) and any(_open_ended(f, m) for m in members(a.type)):
        return f.emit("exception.type", [a], node)
    cls = class_of_type(f, t) if t is not None else None
    if cls is None and isinstance(a, Dyn):
        return TypeOf(a)
    return Const(cls) if cls is not None else f.report("SC201", node, f"the class of {f.c.describe(a)} cannot be told", help="use isinstance()")
