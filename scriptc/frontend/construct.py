"""Making objects: user classes, dataclasses, named tuples, exceptions, enum members by value; and the methods Python gives them."""

from __future__ import annotations

import dataclasses
import enum
import inspect
import types
from collections.abc import Callable
from typing import Any

import gast

from scriptc.frontend import attached, sides, stores, unpacking
from scriptc.frontend.class_facts import is_namedtuple
from scriptc.frontend.frame import Frame
from scriptc.frontend.statics import wrap
from scriptc.frontend.values import FV, POISON, BoundVal, Const, Dyn, Poison, SuperVal, TupleVal
from scriptc.types import BOOL, BYTES, COMPLEX, FLOAT, INT, NEVER, NONE, STR, Dict, EnumType, List, Record, Set, Tuple, TupleOf, Type, Union, join


def construct(f: Frame, cls: type, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    """`cls(*args, **kwargs)`."""
    if unpacking.at_run_time(args, kwargs) and issubclass(cls, (enum.Enum, BaseException)):
        return f.report("SC113", node, f"how many arguments `*` or `**` gives {cls.__name__}() cannot be told")
    if issubclass(cls, enum.Enum):
        return _enum_member(f, cls, args, node)
    if type(cls) is not type and type(cls).__name__ != "ABCMeta":
        return f.report("SC105", node, f"`{cls.__name__}` has the metaclass `{type(cls).__name__}`", more=lambda: sides.class_of(f, cls))
    if issubclass(cls, BaseException):
        return _exception(f, cls, args, kwargs, node)
    if cls.__module__ == "builtins" or (issubclass(cls, list | dict | set | str | bytes | int | float | tuple) and not is_namedtuple(cls)):
        return f.report("SC110", node, f"`{cls.__qualname__}` objects cannot be made by compiled code", more=lambda: sides.class_of(f, cls))
    abstract = getattr(cls, "__abstractmethods__", None)
    if abstract:
        return f.report("SC202", node, f"`{cls.__name__}` is abstract: {', '.join(sorted(abstract))}", more=lambda: sides.class_of(f, cls))
    own = {n for b in cls.__mro__ if b.__module__ != "builtins" for n in vars(b)}
    if "__new__" in own and not is_namedtuple(cls) and not _typing_new(cls):
        return f.report("SC110", node, f"`{cls.__name__}` has its own `__new__`, which cannot be compiled", more=lambda: sides.class_of(f, cls))
    if inspect.getattr_static(cls, "__getattr__", None) is not None or "__getattribute__" in own:
        return f.report("SC204", node, f"`{cls.__name__}` has its own `__getattr__`, which cannot be compiled", more=lambda: sides.class_of(f, cls))
    if cls.__module__.split(".")[0] in ("numpy", "collections", "datetime", "decimal", "fractions", "re", "pathlib"):
        return f.report("SC110", node, f"`{cls.__module__}.{cls.__qualname__}` objects are not supported")
    if is_namedtuple(cls):
        return _namedtuple(f, cls, args, kwargs, node)
    init = inspect.getattr_static(cls, "__init__", None)
    try:
        record = f.c.classes.record(cls)
    except TypeError as e:
        return f.report("SC110", node, f"`{cls.__name__}` cannot be compiled: {e}")
    if dataclasses.is_dataclass(cls) and f.c.classes.user_method(cls, "__init__") is None:
        return _dataclass(f, cls, record, args, kwargs, node)
    n = f.node("record", [], {"cls": record.name}, (record,), node)
    obj = Dyn(n.results[0], record)
    if isinstance(init, types.FunctionType):
        from scriptc.frontend import calls

        if isinstance(calls.call(f, BoundVal(Const(init), obj), args, kwargs, node), Poison):
            return POISON
    elif unpacking.at_run_time(args, kwargs):
        return f.report("SC113", node, f"how many arguments `*` or `**` gives {cls.__name__}(), which takes none, cannot be told")
    elif args or kwargs:
        return f.report("SC203", node, f"{cls.__name__}() takes no arguments", more=lambda: sides.class_of(f, cls))
    return obj


def _typing_new(cls: type) -> bool:
    return all("__new__" not in vars(b) or b.__module__ in ("typing", "abc") for b in cls.__mro__[:-1])


def _enum_member(f: Frame, cls: type, args: list[FV], node: Any) -> FV:
    if len(args) != 1:
        return f.report("SC203", node, f"{cls.__name__}() takes one value")
    a = args[0]
    if isinstance(a, Const):
        try:
            return Const(cls(a.value))
        except ValueError:
            pass
    return f.c.classes.enum_lookup(f, "enum.by_value", a, cls, node)


# -- dataclasses ----------------------------------------------------------------------------------------------------
def _dataclass(f: Frame, cls: type, record: Record, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    """What the generated `__init__` does: fields in order, defaults, factories, then `__post_init__`."""
    from scriptc.frontend import calls

    if any(isinstance(v, dataclasses.InitVar) for v in inspect.get_annotations(cls).values()) or _mentions_initvar(cls):
        return f.report("SC110", node, f"`{cls.__name__}` has an `InitVar`, which cannot be compiled", more=lambda: sides.class_of(f, cls))
    if unpacking.at_run_time(args, kwargs):
        return _unpacked(f, cls, args, kwargs, node, lambda a, k: _dataclass(f, cls, record, a, k, node))
    given = _bind_fields(f, cls, args, kwargs, node)
    if given is None:
        return POISON
    n = f.node("record", [], {"cls": record.name}, (record,), node)
    obj = Dyn(n.results[0], record)
    for x in dataclasses.fields(cls):
        if x.name in given:
            value = given[x.name]
        elif x.default_factory is not dataclasses.MISSING:
            value = calls.call(f, wrap(x.default_factory, x.name, None), [], {}, f.c.keep((id(node), x.name), _copy(node)))
        elif x.default is not dataclasses.MISSING:
            value = wrap(x.default, f"{cls.__name__}.{x.name}", None)
        else:
            continue
        if isinstance(value, Poison):
            return POISON
        stores.set_attribute(f, obj, x.name, value, node, init=True, fresh=True)
    if isinstance(inspect.getattr_static(cls, "__post_init__", None), types.FunctionType):
        calls.call(f, f.c.classes.attribute(f, obj, "__post_init__", node), [], {}, node)
    return obj


def _unpacked(f: Frame, cls: type, args: list[FV], kwargs: dict[str, FV], node: Any, go: unpacking.Go) -> FV:
    """A dataclass or named tuple made of `*xs` and `**d`: what it takes is what the function that Python generated takes."""
    made: Any = cls.__new__ if is_namedtuple(cls) else inspect.getattr_static(cls, "__init__")
    kinds: dict[Any, list[str]] = {kind: [] for kind in inspect._ParameterKind}
    defaults: dict[str, FV] = {}
    for x in inspect.signature(made).parameters.values():
        kinds[x.kind].append(x.name)
        if x.default is not inspect.Parameter.empty:
            defaults[x.name] = wrap(x.default, f"{cls.__name__}.{x.name}", None)
            if type(x.default).__name__ == "_HAS_DEFAULT_FACTORY_CLASS" and any(k.startswith(unpacking.STARS) for k in kwargs):
                return f.report("SC113", node, f"whether `**` gives `{x.name}` of `{cls.__name__}`, which has a factory, cannot be told")
    named, keyword = kinds[inspect.Parameter.POSITIONAL_OR_KEYWORD], kinds[inspect.Parameter.KEYWORD_ONLY]
    p = unpacking.Parameters(made.__qualname__, (), tuple(named), False, tuple(keyword), False, defaults)
    return unpacking.call(f, p, [Const(None), *args], kwargs, node, lambda a, k: go(a[1:], k))


def _copy(node: Any) -> Any:
    return gast.copy_location(gast.Constant(value=None, kind=None), node)


def _mentions_initvar(cls: type) -> bool:
    return any("InitVar" in str(v) for v in inspect.get_annotations(cls).values())


def _bind_fields(f: Frame, cls: type, args: list[FV], kwargs: dict[str, FV], node: Any) -> dict[str, FV] | None:
    fields = [x for x in dataclasses.fields(cls) if x.init]
    positional = [x.name for x in fields if not x.kw_only]
    out = dict(zip(positional, args, strict=False))
    if len(args) > len(positional):
        what = f"{cls.__name__}() takes {len(positional)} positional arguments but {len(args)} were given"
        f.report("SC203", node, what, more=lambda: sides.class_of(f, cls))
        return None
    for k, v in kwargs.items():
        if k in out or k not in {x.name for x in fields}:
            why = "multiple values for" if k in out else "an unexpected keyword"
            f.report("SC203", node, f"{cls.__name__}() got {why} argument '{k}'", more=lambda: sides.class_of(f, cls))
            return None
        out[k] = v
    missing = [
        x.name for x in fields if x.name not in out and x.default is dataclasses.MISSING and x.default_factory is dataclasses.MISSING
    ]  # fmt: skip
    if missing:
        what = f"{cls.__name__}() is missing required arguments: {', '.join(missing)}"
        f.report("SC203", node, what, more=lambda: sides.class_of(f, cls))
        return None
    return out


# -- named tuples ---------------------------------------------------------------------------------------------------
def _namedtuple(f: Frame, cls: type, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    if unpacking.at_run_time(args, kwargs):
        return _unpacked(f, cls, args, kwargs, node, lambda a, k: _namedtuple(f, cls, a, k, node))
    names: tuple[str, ...] = cls._fields  # type: ignore[attr-defined]
    defaults: dict[str, Any] = cls._field_defaults  # type: ignore[attr-defined]
    given = dict(zip(names, args, strict=False))
    unknown = [k for k in kwargs if k not in names or k in given]
    if len(args) > len(names) or unknown:
        what, help = f"{cls.__name__}() does not take these arguments", f"its fields are {', '.join(names)}"
        return f.report("SC203", node, what, help=help, more=lambda: sides.class_of(f, cls))
    given.update(kwargs)
    values: list[FV] = []
    for name in names:
        if name not in given and name not in defaults:
            what = f"{cls.__name__}() is missing required argument '{name}'"
            return f.report("SC203", node, what, more=lambda: sides.class_of(f, cls))
        values.append(given[name] if name in given else wrap(defaults[name], f"{cls.__name__}.{name}", None))
    record = f.c.classes.record(cls)
    if any(f.type_of(v) is None for v in values):
        return f.report("SC208", node, f"a field of `{cls.__name__}` is given a function or object known only when compiling")
    operands = [f.value(v, node) for v in values]
    for name, v in zip(names, operands, strict=True):
        f.c.classes.widen_field(record, name, v.type)
    f.c.classes.sync(record.name)
    n = f.node("record", operands, {"cls": record.name}, (record,), node)
    return Dyn(n.results[0], record)


def builtin_method(f: Frame, v: FV, t: Record, name: str, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    """Methods that `tuple`, NamedTuple and exceptions give their objects."""
    from scriptc.frontend import calls

    fields = f.c.classes.namedtuple_fields(t)
    cls = f.c.classes.cls(t)
    if fields is not None and name == "_replace" and not args:
        values = {n: kwargs.get(n) or f.c.classes.attribute(f, v, n, node) for n, _ in fields}
        return construct(f, cls, [], {**values, **kwargs}, node)
    if fields is not None and name == "_asdict":
        flat: list[FV] = []
        for n, _ in fields:
            flat += [Const(n), f.c.classes.attribute(f, v, n, node)]
        return f.emit("dict", flat, node)
    if fields is not None and name in ("index", "count"):
        return calls.call_method(f, TupleVal(tuple(f.c.classes.attribute(f, v, n, node) for n, _ in fields)), name, args, kwargs, node)
    if issubclass(cls, BaseException) and name == "with_traceback":
        return f.report("SC110", node, "with_traceback() cannot be compiled")
    return f.report("SC204", node, f"`{name}` of `{cls.__name__}` objects cannot be compiled")


# -- exceptions -----------------------------------------------------------------------------------------------------
def _exception(f: Frame, cls: type, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    """An exception object: Python's own, or a user's with or without its own `__init__`."""
    from scriptc.frontend import calls

    try:
        record = f.c.classes.record(cls)
    except TypeError as e:
        return f.report("SC110", node, f"`{cls.__name__}` cannot be compiled: {e}")
    if any(f.type_of(a) is None for a in args):
        return f.report("SC208", node, f"{cls.__name__}() is given a function or object known only when compiling")
    attached.text(f, record, node)  # what is raised may leave the program, and is then shown
    init = f.c.classes.user_method(cls, "__init__")
    if init is None and kwargs:
        return f.report("SC203", node, f"{cls.__name__}() takes no keyword arguments")
    operands = [f.value(a, node) for a in args]
    f.c.classes.widen_field(record, "args", TupleOf(_joined(operands)) if operands else Tuple(()))
    if not isinstance(init, types.FunctionType):
        n = f.node("exception", operands, {"cls": record.name}, (record,), node)
        return Dyn(n.results[0], record)
    n = f.node("record", [], {"cls": record.name}, (record,), node)
    obj = Dyn(n.results[0], record)
    kept = f.emit("tuple", [Dyn(v, v.type) for v in operands], node)
    f.node("attr.set", [obj.value, f.value(kept, node)], {"name": "args"}, (), node)
    calls.call(f, BoundVal(Const(init), obj), [Dyn(v, v.type) for v in operands], kwargs, node)
    return obj


def _joined(operands: list[Any]) -> Type:
    t: Type = NEVER
    for v in operands:
        t = join(t, v.type)
    return t


def builtin_super(f: Frame, base: SuperVal, name: str, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    """`super().__init__(...)` and the like, where the next class is one of Python's own."""
    if name == "__init__" and issubclass(base.start, BaseException):
        record = f.c.classes.record(base.start)
        operands = [f.value(a, node) for a in args]
        f.c.classes.widen_field(record, "args", TupleOf(_joined(operands)) if operands else Tuple(()))
        value = f.emit("tuple", list(args), node)
        f.node("attr.set", [f.value(base.self_, node), f.value(value, node)], {"name": "args"}, (), node)
        return Const(None)
    if name == "__init__" and not args and not kwargs:
        return Const(None)
    if name == "__setattr__" and len(args) == 2 and isinstance(args[0], Const):
        stores.set_attribute(f, base.self_, args[0].value, args[1], node, init=True)
        return Const(None)
    if name == "__str__" and issubclass(base.start, BaseException):
        return f.report("SC110", node, "super().__str__() of an exception cannot be compiled")
    return f.report("SC110", node, f"`super().{name}` reaches a method of `{base.start.__mro__[-2].__name__}` that cannot be compiled")


# -- dataclasses' own functions ---------------------------------------------------------------------------------------
def _asdict(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    return _taken_apart(f, args, kwargs, node, True)


def _astuple(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    return _taken_apart(f, args, kwargs, node, False)


def _taken_apart(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any, named: bool) -> FV:
    """`asdict(obj)` and `astuple(obj)`: copies all the way down."""
    cls = f.c.classes.class_of(f, args[0]) if len(args) == 1 and not kwargs else None
    if cls is None or not dataclasses.is_dataclass(cls) or not isinstance(args[0], Dyn):
        return f.report("SC202", node, "asdict() and astuple() need one dataclass object")
    flat: list[FV] = []
    for x in dataclasses.fields(cls):
        value = _deep(f, f.c.classes.attribute(f, args[0], x.name, node), node, named)
        if isinstance(value, Poison):
            return POISON
        flat += [Const(x.name), value] if named else [value]
    return f.emit("dict", flat, node) if named else TupleVal(tuple(flat))


def _deep(f: Frame, value: FV, node: Any, named: bool) -> FV:
    t = f.type_of(value)
    if t is None or isinstance(value, Poison):
        return POISON
    if _copies_itself(t):
        return value
    if isinstance(t, Record) and dataclasses.is_dataclass(f.c.classes.cls(t)):
        return _taken_apart(f, [value], {}, node, named)
    if isinstance(t, List | Set | Dict) and all(_copies_itself(c) for c in t.children()):
        return f.emit(f"builtins.{type(t).__name__.lower()}", [value], node)
    return f.report("SC202", node, f"a field of type `{t}` cannot be copied by asdict() or astuple()", help="make the dict or tuple from the fields")


def _copies_itself(t: Type) -> bool:
    if isinstance(t, Tuple | TupleOf | Union):
        return all(_copies_itself(c) for c in t.children())
    return isinstance(t, EnumType) or t in (INT, FLOAT, COMPLEX, BOOL, STR, BYTES, NONE, NEVER)


OBJECT_HANDLERS: dict[int, Callable[[Frame, list[FV], dict[str, FV], Any], FV]] = {
    id(dataclasses.asdict): _asdict, id(dataclasses.astuple): _astuple,
}  # fmt: skip
