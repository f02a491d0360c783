"""The built-in functions that look at types or at the compiler's own values: each a handler, found by the object it stands for."""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import enum
import functools
import keyword
import operator
import types
import typing
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from scriptc.frontend import callables, choice, construct, dtypes, functions, instances, overload, picking, stores, vectorized, walking
from scriptc.frontend.frame import Frame
from scriptc.frontend.iteration import MAX_UNROLL, iterable, iterated, static_items
from scriptc.frontend.statics import wrap
from scriptc.frontend.values import (
    FV,
    POISON,
    BoundVal,
    Captured,
    ComparisonVal,
    Const,
    Dyn,
    LocalFunc,
    MethodVal,
    ObjRef,
    PartialVal,
    PickingIter,
    Poison,
    StaticDict,
    StaticIter,
    StaticList,
    SuperVal,
    Suppress,
    TupleVal,
)  # fmt: skip
from scriptc.ir import Node
from scriptc.types import (
    NEVER,
    STR,
    Function,
    Record,
    Tuple,
    Type,
    join,
    members,
)  # fmt: skip

Handler = Callable[[Frame, list[FV], dict[str, FV], Any], FV]


def _plain_name(name: str) -> bool:
    """May compiled code ask an object for this attribute as it runs?"""
    return name.isidentifier() and not keyword.iskeyword(name) and not name.startswith("__")


def _hasattr(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    if len(args) != 2 or not isinstance(args[1], Const) or not isinstance(args[1].value, str):
        return f.report("SC204", node, "hasattr() needs a literal name")
    known = instances.has_attribute(f, args[0], args[1].value)
    if known is None and isinstance(args[0], Dyn) and _plain_name(args[1].value):
        return f.emit("attr.has", [args[0]], node, {"name": args[1].value})
    if known is None:
        what = f"whether {f.c.describe(args[0])} has `{args[1].value}` cannot be told"
        return f.report("SC204", node, what, help="set the attribute in `__init__`")
    return Const(known)


def _getattr(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    if len(args) not in (2, 3) or not isinstance(args[1], Const) or not isinstance(args[1].value, str):
        return f.report("SC204", node, "getattr() needs a name known when compiling")
    name = args[1].value
    if len(args) == 3:
        known = instances.has_attribute(f, args[0], name)
        if known is None and isinstance(args[0], Dyn) and _plain_name(name):
            from scriptc.frontend.merge import choose

            there = f.emit("attr.has", [args[0]], node, {"name": name})
            return choose(f, there, lambda: f.c.classes.attribute(f, args[0], name, node), lambda: args[2], node)
        if known is None:
            return f.report("SC204", node, f"whether {f.c.describe(args[0])} has `{name}` cannot be told")
        if not known:
            return args[2]
    return f.c.classes.attribute(f, args[0], name, node)


def _setattr(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    if len(args) != 3 or not isinstance(args[1], Const) or not isinstance(args[1].value, str):
        return f.report("SC204", node, "setattr() needs a name known when compiling")
    stores.set_attribute(f, args[0], args[1].value, args[2], node)
    f.forget_attributes(args[1].value)
    return Const(None)


def _object_setattr(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    """`object.__setattr__(self, name, value)`, as frozen dataclasses' `__post_init__` uses it."""
    if len(args) != 3 or not isinstance(args[1], Const) or not isinstance(args[1].value, str):
        return f.report("SC204", node, "object.__setattr__() needs a name known when compiling")
    stores.set_attribute(f, args[0], args[1].value, args[2], node, init=True)
    f.forget_attributes(args[1].value)
    return Const(None)


def _len(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    if len(args) == 1 and not kwargs:
        a = args[0]
        if isinstance(a, TupleVal | StaticList | StaticDict):
            return Const(len(a.items))
        if isinstance(a, Captured) and f.c.folds(a) and isinstance(a.value, list | tuple | dict | set | frozenset | range):
            return Const(len(a.value))
        if isinstance(a, Const) and (type(a.value) is str or (isinstance(a.value, type) and issubclass(a.value, enum.Enum))):
            return Const(len(a.value))
        if isinstance(a, ObjRef) and isinstance(a.obj, list | dict):
            return Const(len(a.obj))
        if isinstance(a, ObjRef) or (overload.applies(f, a) and f.c.classes.as_tuple(f, a) is None):
            return overload.method_call(f, a, "__len__", [], node)
    return _op(f, len, args, kwargs, node)


def _op(f: Frame, obj: Any, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    from scriptc.frontend import calls

    op = f.c.library.op_for(obj)
    if op is None:
        return f.report("SC110", node, f"`{obj.__name__}` is not supported")
    return calls.call_op(f, op, args, kwargs, node)


def _callable(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    if len(args) != 1 or kwargs:
        return f.report("SC203", node, "callable() takes one argument")
    a = args[0]
    if isinstance(a, LocalFunc | BoundVal | MethodVal | PartialVal):
        return Const(True)
    if isinstance(a, Const | ObjRef):
        return Const(callable(a.value if isinstance(a, Const) else a.obj))
    t = f.type_of(a)
    cls = instances.class_of_type(f, t) if t is not None else None
    if cls is None:
        return f.report("SC201", node, "this cannot be told")
    return Const(any("__call__" in vars(base) for base in cls.__mro__))


def _bool(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    from scriptc.frontend.truth import truth

    return truth(f, args[0], node) if args else Const(False)


def _text(how: str) -> Handler:
    def handler(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
        if len(args) == 1 and not kwargs:
            a = args[0]
            if overload.applies(f, a):
                return overload.text_of(f, a, how, node)
            if isinstance(a, Const) and type(a.value) in (str, int, bool, float, complex, type(None)):
                return Const(str(a.value) if how == "str" else repr(a.value))
        return _op(f, str if how == "str" else repr, args, kwargs, node)

    return handler


def _print(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    shown = [overload.text_of(f, a, "str", node) if overload.applies(f, a) else a for a in args]
    if "file" in kwargs:
        return f.report("SC110", node, "print() to a file cannot be compiled")
    return _op(f, print, shown, kwargs, node)


def _format(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    if len(args) not in (1, 2) or kwargs:
        return f.report("SC203", node, "format() takes a value and perhaps how to write it")
    spec = args[1] if len(args) > 1 else Const("")
    if overload.applies(f, args[0]):
        return overload.format_value(f, args[0], spec, "", node)
    return f.emit("format", [args[0], spec], node, {"conversion": ""})


def _static_walk(f: Frame, args: list[FV]) -> list[list[FV]] | None:
    """The items of each argument, where all are known when compiling and some cannot exist at run time."""
    lists = [static_items(f, a, unroll_data=True) for a in args]
    if any(x is None for x in lists) or not any(static_items(f, a) is not None for a in args):
        return None
    return [x for x in lists if x is not None]


def _zip(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    lists = _static_walk(f, args)
    if lists is not None:
        strict = kwargs.get("strict")
        if isinstance(strict, Const) and strict.value and len({len(x) for x in lists}) > 1:
            return f.report("SC210", node, "zip(strict=True) over sequences of different lengths")
        return StaticIter(tuple(TupleVal(row) for row in zip(*lists, strict=False)))
    specs = [_picked(f, a) for a in args]
    if not any(isinstance(spec, picking.Options | picking.Row) for spec, _ in specs):
        return _walked(zip)(f, args, kwargs, node)
    drivers = [a if n is None else _op(f, range, [Const(n)], {}, node) for a, (_, n) in zip(args, specs, strict=True)]
    return picking.zipped(f, drivers, [spec for spec, _ in specs], lambda walked: _walked(zip)(f, walked, kwargs, node))


def _picked(f: Frame, fv: FV) -> tuple[picking.Spec, int | None]:
    """How the items of an argument of `zip` are picked, and how many there are; plainly, where they are values."""
    items = static_items(f, fv)
    spec = None if items is None or isinstance(fv, StaticIter) and not fv.once else picking.options(f, items)
    return (picking.Plain(), None) if spec is None or items is None else (spec, len(items))


def _enumerate(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    lists = _static_walk(f, args[:1])
    start = args[1] if len(args) > 1 else kwargs.get("start", Const(0))
    if lists is not None and isinstance(start, Const):
        return StaticIter(tuple(TupleVal((Const(i), x)) for i, x in enumerate(lists[0], start.value)))
    if args and isinstance(args[0], PickingIter):
        return picking.numbered(_op(f, enumerate, [args[0].driver, *args[1:]], kwargs, node), args[0])
    return _walked(enumerate)(f, args, kwargs, node)


def _reversed(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    lists = _static_walk(f, args)
    if lists is not None:
        return StaticIter(tuple(reversed(lists[0])))
    if args and overload.applies(f, args[0]):
        return overload.method_call(f, args[0], "__reversed__", [], node)
    return _op(f, reversed, args, kwargs, node)


def _walked(obj: Any) -> Handler:
    """A built-in that walks its arguments: objects with `__iter__` are walked by theirs."""

    def handler(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
        walked = [iterable(f, a, node) if overload.applies(f, a) and f.c.classes.find_method(f, a, "__iter__") else a for a in args]
        return _op(f, obj, walked, kwargs, node)

    return handler


def _sum(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    """`sum`; of objects it is a loop of their `__add__`."""
    t = f.type_of(args[0]) if args else None
    elem = iterated(f, t) if t is not None and not overload.applies(f, args[0]) else None
    if elem is None or elem == NEVER or not all(isinstance(m, Record) for m in members(elem)) or len(args) > 2 or set(kwargs) - {"start"}:
        return _walked(sum)(f, args, kwargs, node)
    start = args[1] if len(args) > 1 else kwargs.get("start", Const(0))
    return functions.call_callee(f, functions.callee_of(f, f.c, walking.total, node), [args[0], start], {}, node)


def _sequence(obj: Any) -> Handler:
    """`list(...)`, `tuple(...)`: of static things they stay static."""

    def handler(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
        if len(args) == 1:
            a = args[0]
            if obj is tuple and isinstance(a, TupleVal):
                return a
            items = static_items(f, a)
            if items is not None:
                return TupleVal(tuple(items)) if obj is tuple else StaticList(tuple(items))
            if obj is tuple and isinstance(a, Dyn) and isinstance(a.type, Tuple):
                return a
        return _walked(obj)(f, args, kwargs, node)

    return handler


def _dict(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    if not args and kwargs:
        flat: list[FV] = []
        for k, v in kwargs.items():
            flat += [Const(k), v]
        if all(f.type_of(v) is not None for v in kwargs.values()):
            return f.emit("dict", flat, node)
        return StaticDict(tuple(kwargs), tuple(kwargs.values()))
    if len(args) == 1 and isinstance(args[0], StaticDict) and not kwargs:
        return args[0]
    return _walked(dict)(f, args, kwargs, node)


def _partial(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    if not args:
        return f.report("SC203", node, "partial() needs a function")
    return PartialVal(args[0], tuple(args[1:]), tuple(kwargs), tuple(kwargs.values()))


def _reduce(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    if len(args) not in (2, 3) or kwargs:
        return f.report("SC203", node, "reduce() takes a function, an iterable and an optional first value")
    t = f.type_of(args[1])
    elem = iterated(f, t) if t is not None else None
    if elem is None:
        return f.report("SC210", node, f"{f.c.describe(args[1])} cannot be iterated over")
    acc: Type = elem if len(args) == 2 else join(NEVER, f.type_of(args[2]) or NEVER)
    for _ in range(6):
        fn = callables.function_value(f, args[0], (acc, elem), node)
        if isinstance(fn, Poison) or not isinstance(fn, Dyn) or not isinstance(fn.type, Function):
            return POISON
        wider = join(acc, fn.type.result)
        if wider == acc:
            return _op(f, functools.reduce, [fn, *args[1:]], {}, node)
        acc = wider
    return f.report("SC209", node, "the type of the reduction does not settle")


def _next(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    return _op(f, next, args, kwargs, node)


def _warn(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    """`warnings.warn(message, category, stacklevel)` with a built-in category."""
    names = ["message", "category", "stacklevel"]
    given = {**dict(zip(names, args, strict=False)), **kwargs}
    category = given.get("category", Const(UserWarning))
    plain = isinstance(category, Const) and isinstance(category.value, type) and category.value.__module__ == "builtins"
    if set(given) - set(names) or not isinstance(category, Const) or not plain:
        return f.report("SC110", node, "warnings.warn() takes a message, a built-in category and a stacklevel")
    level = given.get("stacklevel", Const(1))
    if not isinstance(level, Const) or type(level.value) is not int or f.type_of(given["message"]) != STR:
        return f.report("SC110", node, "warnings.warn() takes a text and a literal stacklevel")
    return f.emit("warn", [given["message"]], node, {"category": category.value.__name__, "stacklevel": level.value})


def _errstate(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    if args or any(k not in ("all", "divide", "over", "under", "invalid") for k in kwargs):
        return f.report("SC203", node, "np.errstate() takes all=, divide=, over=, under= and invalid=")
    return f.emit("errstate", list(kwargs.values()), node, {"kw": tuple(kwargs)})


def _suppress(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    classes = tuple(a.value for a in args if isinstance(a, Const) and isinstance(a.value, type) and issubclass(a.value, BaseException))
    if len(classes) != len(args) or kwargs:
        return f.report("SC202", node, "contextlib.suppress() needs exception classes known when compiling")
    return Suppress(classes)


def _static_object(cls: Any) -> Handler:
    """An object made of literals when compiling: `np.finfo(np.float32)`, `operator.itemgetter(1)`."""

    def handler(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
        if kwargs or not all(isinstance(a, Const) for a in args):
            return f.report("SC110", node, f"`{cls.__name__}` needs arguments known when compiling")
        try:
            made = cls(*[a.value for a in args if isinstance(a, Const)])
        except Exception as e:
            return f.report("SC202", node, f"{cls.__name__}(): {e}")
        return Const(made) if isinstance(made, operator.itemgetter | operator.attrgetter | np.dtype) else ObjRef(made, f"%{cls.__name__}")

    return handler


def _cast(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    return args[1] if len(args) == 2 else f.report("SC203", node, "cast() takes two arguments")


def _replace(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    """`dataclasses.replace(obj, **changes)`."""
    cls = f.c.classes.class_of(f, args[0])
    if cls is None or not dataclasses.is_dataclass(cls):
        return f.report("SC202", node, "replace() needs a dataclass object")
    given = {x.name: kwargs.get(x.name) or f.c.classes.attribute(f, args[0], x.name, node) for x in dataclasses.fields(cls) if x.init}
    return construct.construct(f, cls, [], {**given, **{k: v for k, v in kwargs.items() if k not in given}}, node)


def _defaultdict(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    """`defaultdict(list)` and the like; of functions those that give one constant, which do nothing else when they are called."""
    if not args or kwargs:
        return f.report("SC110", node, "defaultdict() takes a factory here, and perhaps a dict or pairs")
    factory = args[0]
    if isinstance(factory, Const):
        op = f.c.table.get(f"collections.defaultdict.{getattr(factory.value, '__name__', '')}")
        if op is not None and isinstance(factory.value, type) and factory.value.__module__ == "builtins":
            return f.emit(op, args[1:], node)
    elif isinstance(factory, LocalFunc):
        made = callables.function_value(f, factory, (), node)
        if isinstance(made, Poison):
            return POISON
        owner = made.value.owner if isinstance(made, Dyn) else None
        graph = f.c.program.graphs.get(owner.attrs["graph"]) if isinstance(owner, Node) else None
        if graph is not None and all(n.op.name in ("const", "neg", "float", "tuple") for n in _nodes(f, graph)):
            return f.emit("collections.defaultdict.function", [made, *args[1:]], node)
    help = "use `int`, `float`, `str`, `list`, `dict`, `set`, or a lambda that gives a number or a text"
    return f.report("SC110", node, "a `defaultdict` with this factory cannot be compiled", help=help)


def _nodes(f: Frame, graph: Any, within: tuple[Any, ...] = ()) -> list[Node]:
    """The nodes of a graph and of the graphs it calls; a call of one that it is part of stays one."""
    out: list[Node] = []
    for n in graph.block.nodes:
        called = f.c.program.graphs.get(n.attrs["graph"]) if n.op.name == "call" else None
        out += [n] if called is None or called in (graph, *within) else _nodes(f, called, (graph, *within))
    return out


def _cmp_to_key(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    if len(args) != 1 or kwargs:
        return f.report("SC203", node, "cmp_to_key() takes a function")
    return ComparisonVal(args[0])


def _refuse(code: str, what: str) -> Handler:
    def handler(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
        return f.report(code, node, f"{what} cannot be compiled")

    return handler


def super_(f: Frame, args: list[FV], node: Any) -> FV:
    """`super()` or `super(cls, self)`."""
    cls = args[0].value if args and isinstance(args[0], Const) else f.cls
    self_ = args[1] if len(args) > 1 else f.self_fv
    if cls is None or self_ is None:
        return f.report("SC110", node, "super() is used outside a method")
    start = self_.value if isinstance(self_, Const) and isinstance(self_.value, type) else f.c.classes.class_of(f, self_)
    return SuperVal(cls, start, self_) if start is not None else f.report("SC201", node, "the class of `self` cannot be told")


# -- methods --------------------------------------------------------------------------------------------------------
def static_method(f: Frame, base: FV, name: str, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV | None:
    """Methods of what is known when compiling; None where it is a graph value's own method."""
    if isinstance(base, ObjRef) and isinstance(base.obj, dict) and not args:
        pairs = [(wrap(k, str(k), None), f.c.classes.module_item(f, base, k, node)) for k in base.obj]
        return _views(name, [k for k, _ in pairs], [v for _, v in pairs if v is not None])
    if name == "get" and len(args) == 2 and not kwargs and isinstance(args[0], Dyn):
        picked = choice.get(f, base, args[0], args[1], node)
        if picked is not None:
            return picked
    if isinstance(base, StaticDict):
        return _static_dict(base, name, args)
    if isinstance(base, Captured) and type(base.value) is dict and f.c.folds(base) and not args:
        values = f.c.captured_values(f, base)
        if any(f.type_of(v) is None for v in values) or (f.c.mixed(base) and len(values) <= MAX_UNROLL):
            return _views(name, [Const(k) for k in base.value], values)
    if isinstance(base, TupleVal) and name in ("count", "index") and f.type_of(base) is None:
        return f.report("SC208", node, f"`{name}` on {f.c.describe(base)} cannot be compiled")
    return None


def _views(name: str, keys: list[FV], values: list[FV]) -> FV | None:
    if name == "items":
        return StaticIter(tuple(TupleVal((k, v)) for k, v in zip(keys, values, strict=True)), once=False)
    return StaticIter(tuple(keys if name == "keys" else values), once=False) if name in ("keys", "values") else None


def _static_dict(base: StaticDict, name: str, args: list[FV]) -> FV | None:
    if name in ("items", "keys", "values") and not args:
        return _views(name, [Const(k) for k in base.keys], list(base.items))
    if name == "get" and args and isinstance(args[0], Const):
        if args[0].value in base.keys:
            return base.items[base.keys.index(args[0].value)]
        return args[1] if len(args) > 1 else Const(None)
    return None


def is_builtin_classmethod(fn: BoundVal) -> bool:
    """Is this a method of one of Python's own classes, bound to the class?"""
    return isinstance(fn.fn, Const) and isinstance(fn.fn.value, types.BuiltinFunctionType)


def object_argument(f: Frame, op: str, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV | None:
    """Built-ins given an object of a user class: its special method, or None where the op itself takes objects."""
    dunder = {"abs": "__abs__", "int": "__int__", "float": "__float__", "hash": "__hash__", "round": "__round__", "complex": "__complex__",
              "iter": "__iter__", "next": "__next__"}.get(op)
    if dunder == "__hash__" and f.c.classes.find_method(f, args[0], dunder) is None:
        return None
    if dunder is not None and args and overload.applies(f, args[0]):
        return overload.method_call(f, args[0], dunder, args[1:], node)
    if op in ("divmod",) or op.startswith("operator."):
        return f.report("SC202", node, f"`{op}` on objects cannot be compiled")
    return None


WALKS = {
    "max": 1, "min": 1, "sum": 1, "any": 1, "all": 1, "sorted": 1, "list.extend": 2, "set.update": 2, "str.join": 2,
    "builtins.list": 1, "builtins.tuple": 1, "builtins.set": 1, "frozenset": 1,
    "enumerate": 1, "zip": 9, "map": 9, "filter": 2, "functools.reduce": 2, "itertools.chain": 9, "iter": 1,
}  # fmt: skip
"""Ops that walk arguments, and up to which one."""


def walked_argument(f: Frame, op: str, place: int, fv: FV) -> bool:
    """Does `op` walk this argument, and is that an object with its own `__iter__`, or an enum?"""
    if place >= WALKS.get(op, 0) or (place == 0 and op in ("map", "filter", "functools.reduce")):
        return False
    if isinstance(fv, Const) and isinstance(fv.value, type) and issubclass(fv.value, enum.Enum):
        return True
    return op != "iter" and isinstance(fv, Dyn) and overload.applies(f, fv) and f.c.classes.find_method(f, fv, "__iter__") is not None


HANDLERS: dict[int, Handler] = {
    id(isinstance): instances.isinstance_,
    id(issubclass): instances.issubclass_,
    id(hasattr): _hasattr,
    id(getattr): _getattr,
    id(setattr): _setattr,
    id(object.__setattr__): _object_setattr,
    id(len): _len,
    id(type): instances.type_,
    id(callable): _callable,
    id(bool): _bool,
    id(str): _text("str"),
    id(repr): _text("repr"),
    id(print): _print,
    id(format): _format,
    id(zip): _zip,
    id(enumerate): _enumerate,
    id(reversed): _reversed,
    id(list): _sequence(list),
    id(tuple): _sequence(tuple),
    id(dict): _dict,
    id(set): _walked(set),
    id(frozenset): _walked(frozenset),
    id(sum): _sum,
    id(any): _walked(any),
    id(all): _walked(all),
    id(sorted): _walked(sorted),
    id(next): _next,
    id(functools.partial): _partial,
    id(functools.cmp_to_key): _cmp_to_key,
    id(collections.defaultdict): _defaultdict,
    id(functools.reduce): _reduce,
    id(warnings.warn): _warn,
    id(typing.cast): _cast,
    id(np.errstate): _errstate,
    id(contextlib.suppress): _suppress,
    id(np.dtype): dtypes.made(_static_object(np.dtype), _op),
    id(np.finfo): dtypes.limits(np.finfo, _static_object(np.finfo)),
    id(np.iinfo): dtypes.limits(np.iinfo, _static_object(np.iinfo)),
    id(np.issubdtype): dtypes.issubdtype(_op),
    **{id(fn): dtypes.folding(fn, _op) for fn in (np.isdtype, np.promote_types, np.can_cast)},
    **{id(fn): dtypes.folding(fn, _op, arrays=True) for fn in (np.result_type, np.common_type)},
    id(np.vectorize): vectorized.made,
    id(vectorized.call): vectorized.call,
    id(np.fromfunction): vectorized.from_function,
    id(operator.itemgetter): _static_object(operator.itemgetter),
    id(operator.attrgetter): _static_object(operator.attrgetter),
    id(dataclasses.replace): _replace,
    id(eval): _refuse("SC104", "`eval`"),
    id(exec): _refuse("SC104", "`exec`"),
    id(compile): _refuse("SC104", "`compile`"),
    id(__import__): _refuse("SC104", "`__import__`"),
    id(globals): _refuse("SC104", "`globals`"),
    id(locals): _refuse("SC104", "`locals`"),
    id(vars): _refuse("SC104", "`vars`"),
    id(dir): _refuse("SC104", "`dir`"),
    id(id): _refuse("SC110", "`id`, which differs from run to run,"),
    id(open): _refuse("SC110", "`open`"),
    id(input): _refuse("SC110", "`input`"),
}


def handler(obj: Any) -> Handler | None:
    """The handler for a built-in, by identity."""
    found = HANDLERS.get(id(obj))
    return found if found is not None else construct.OBJECT_HANDLERS.get(id(obj))
