"""Calls: arguments with stars, and what each kind of callee does."""

from __future__ import annotations

import operator
import types
from collections.abc import Callable
from typing import Any

import gast

from scriptc.frontend import callables, choice, construct, functions, instances, overload, special
from scriptc.frontend.expressions import lower, spread
from scriptc.frontend.frame import Frame
from scriptc.frontend.iteration import iterable
from scriptc.frontend.statics import wrap
from scriptc.frontend.values import (
    FV,
    POISON,
    BoundVal,
    Captured,
    Choice,
    Const,
    Dyn,
    LocalFunc,
    MethodVal,
    ObjRef,
    PartialVal,
    Poison,
    Spread,
    StaticDict,
    StaticIter,
    StaticList,
    SuperVal,
)  # fmt: skip
from scriptc.ir import Node
from scriptc.types import NEVER, NONE, Function, Record, Type, Union, members, without


def lower_call(f: Frame, node: Any) -> FV:
    """A call expression."""
    if isinstance(node.func, gast.Name) and node.func.id == "super" and "super" not in f.locals:
        return special.super_(f, [lower(f, a) for a in node.args], node)
    fn = lower(f, node.func)
    if isinstance(fn, Const) and isinstance(fn.value, types.BuiltinFunctionType) and fn.value.__name__ in ("eval", "exec", "compile", "__import__"):
        return f.report("SC104", node, f"`{fn.value.__name__}` cannot be compiled")
    args: list[FV] = []
    for a in node.args:
        if not isinstance(a, gast.Starred):
            args.append(lower(f, a))
            continue
        items = spread(f, source := lower(f, a.value))
        if items is None:
            if isinstance(source, Poison):
                return POISON
            if a is not node.args[-1] or not takes_spread(fn):
                raise f.refuse("SC113", a, f"how many arguments `*` gives here cannot be told ({f.c.describe(source)})")
            items = [Spread(source)]
        args += items
    kwargs: dict[str, FV] = {}
    for k in node.keywords:
        value = lower(f, k.value)
        if k.arg is not None:
            kwargs[k.arg] = value
            continue
        if isinstance(value, Captured) and type(value.value) is dict and f.c.folds(value):
            value = StaticDict(tuple(value.value), tuple(f.c.captured_values(f, value)))
        if isinstance(value, Poison):
            return POISON
        if isinstance(value, Dyn):
            value = _known_dict(f, value, k.value) or value
        if not isinstance(value, StaticDict) or not all(isinstance(n, str) for n in value.keys):
            raise f.refuse("SC113", k.value, "which keyword arguments `**` gives here cannot be told")
        for name, item in zip(value.keys, value.items, strict=True):
            if name in kwargs:
                raise f.refuse("SC203", node, f"multiple values for keyword argument '{name}'")
            kwargs[name] = item
    return call(f, fn, args, kwargs, node)


def _known_dict(f: Frame, value: Dyn, node: Any) -> StaticDict | None:
    """A dict made here with literal keys, which no code of the program changes: its keys are known."""
    owner = value.value.owner
    sites = getattr(value.type, "sites", ())
    if not isinstance(owner, Node) or owner.op.name != "dict" or not sites or any(s in f.c.changed_sites for s in sites):
        return None
    keys = [v.const for v in owner.operands[::2]]
    if any(type(k) is not str for k in keys) or len(set(keys)) != len(keys):
        return None
    f.c.trusted_sites.update(sites)
    return StaticDict(tuple(keys), tuple(f.emit("getitem", [value, Const(k)], node) for k in keys))


SPREADABLE = {id(print): "print", id(zip): "zip", id(max): "max", id(min): "min"}


def takes_spread(fn: FV) -> bool:
    """Can the callee take `*xs` of any length: a function of the user's, or one of a few built-ins?"""
    if isinstance(fn, BoundVal | PartialVal):
        return takes_spread(fn.fn)
    return isinstance(fn, LocalFunc) or (isinstance(fn, Const) and (isinstance(fn.value, types.FunctionType) or id(fn.value) in SPREADABLE))


def call(f: Frame, fn: FV, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    """`fn(*args, **kwargs)`."""
    if any(isinstance(x, Poison) for x in (fn, *args, *kwargs.values())):
        return POISON
    if isinstance(fn, Const):
        return _call_object(f, fn.value, args, kwargs, node)
    if isinstance(fn, LocalFunc):
        return functions.call_callee(f, functions.local_callee(fn), args, kwargs, node)
    if isinstance(fn, BoundVal):
        if special.is_builtin_classmethod(fn):
            return f.report("SC110", node, f"{f.c.describe(fn)} cannot be compiled")
        return call(f, fn.fn, [fn.self_, *args], kwargs, node)
    if isinstance(fn, PartialVal):
        given = dict(zip(fn.names, fn.kwargs, strict=True))
        return call(f, fn.fn, [*fn.args, *args], {**given, **kwargs}, node)
    if isinstance(fn, MethodVal):
        return call_method(f, fn.self_, fn.name, args, kwargs, node)
    if isinstance(fn, Choice):
        return choice.each(f, fn, lambda o: call(f, o, args, kwargs, node), node)
    if isinstance(fn, ObjRef):
        return _call_instance(f, fn, args, kwargs, node)
    if isinstance(fn, Dyn):
        return _call_value(f, fn, args, kwargs, node)
    return f.report("SC110", node, f"{f.c.describe(fn)} cannot be called")


def _call_instance(f: Frame, fn: ObjRef, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    cls = type(fn.obj)
    raw = getattr(cls, "__call__", None)  # noqa: B004
    if type(raw).__module__.startswith("scriptc."):
        raw = getattr(raw, "__wrapped__", raw)
    if isinstance(raw, types.FunctionType) and raw.__module__ == "scriptc.nn.module":
        return call(f, f.c.classes.attribute(f, fn, "forward", node), args, kwargs, node)
    if isinstance(raw, types.FunctionType):
        return call(f, BoundVal(Const(raw), fn), args, kwargs, node)
    return f.report("SC110", node, f"{f.c.describe(fn)} cannot be called")


def _call_value(f: Frame, fn: Dyn, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    t = fn.type
    if isinstance(t, Function):
        if kwargs:
            return f.report("SC203", node, "a function held in a variable takes no keyword arguments here")
        return f.emit("call_function", [fn, *args], node)
    if overload.applies(f, fn):
        def one(v: FV) -> FV:
            if f.c.classes.find_method(f, v, "__call__") is None:
                return f.report("SC110", node, f"{f.c.describe(v)} cannot be called")
            return call(f, f.c.classes.attribute(f, v, "__call__", node), args, kwargs, node)

        return overload.split(f, fn, one, node)
    return f.report("SC110", node, f"{f.c.describe(fn)} cannot be called")


def _call_object(f: Frame, obj: Any, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    if args and isinstance(args[-1], Spread) and id(obj) in SPREADABLE:
        if len(args) > 1:
            return f.report("SC113", node, f"`*` after other arguments of `{SPREADABLE[id(obj)]}` cannot be compiled")
        return call_op(f, f.c.table[f"{SPREADABLE[id(obj)]}.star"], [iterable(f, args[-1].value, node)], kwargs, node)
    if isinstance(obj, operator.itemgetter | operator.attrgetter):
        return callables.call_getter(f, obj, args, node)
    handler = special.handler(obj)
    if handler is not None:
        return handler(f, args, kwargs, node)
    if isinstance(obj, types.FunctionType):
        scripted = f.c.library.scripted_for(obj)
        op = f.c.library.op_for(obj)
        if op is not None:
            return call_op(f, op, args, kwargs, node)
        if scripted is not None:
            return _call_scripted(f, obj, scripted, args, kwargs, node)
        return _call_user(f, obj, args, kwargs, node)
    op = _op_for(f, obj)
    if op is not None:
        return call_op(f, op, args, kwargs, node)
    scripted = f.c.library.scripted_for(obj)
    if scripted is not None:
        return _call_scripted(f, obj, scripted, args, kwargs, node)
    if isinstance(obj, type):
        return construct.construct(f, obj, args, kwargs, node)
    if isinstance(obj, types.MethodDescriptorType | types.WrapperDescriptorType) and args:
        return call_method(f, args[0], obj.__name__, args[1:], kwargs, node)
    wrapped = getattr(obj, "__wrapped__", None)
    if wrapped is not None:
        if type(obj).__module__.startswith("scriptc."):
            return call(f, wrap(wrapped, "function", None), args, kwargs, node)
        return f.report("SC106", node, f"`{getattr(wrapped, '__qualname__', '?')}` is wrapped in a `{type(obj).__name__}`, which cannot be compiled")
    name = getattr(obj, "__qualname__", None) or type(obj).__name__
    module = getattr(obj, "__module__", None)
    return f.report("SC110", node, f"`{f'{module}.' if module and module != 'builtins' else ''}{name}` is not supported")


def _op_for(f: Frame, obj: Any) -> Any:
    try:
        return f.c.library.op_for(obj)
    except TypeError:
        return None


def _call_scripted(f: Frame, obj: Any, fn: Any, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    name = f"{obj.__module__}.{obj.__qualname__}"
    return functions.call_callee(f, functions.callee_of(f, f.c, fn, node, name), args, kwargs, node)


STDLIB_REFUSED = ("contextlib", "functools", "typing", "enum", "abc", "asyncio", "threading", "re", "json", "time", "os", "copy", "numpy",
    "dataclasses",
)


def _call_user(f: Frame, fn: types.FunctionType, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    if (fn.__module__ or "").split(".")[0] in STDLIB_REFUSED:
        return f.report("SC110", node, f"`{fn.__module__}.{fn.__qualname__}` is not supported")
    return functions.call_callee(f, functions.callee_of(f, f.c, fn, node), args, kwargs, node)


def call_op(f: Frame, op: Any, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    """An op of the library, with its arguments as the user gave them."""
    args = [iterable(f, a, node) if special.walked_argument(f, op.name, i, a) else a for i, a in enumerate(args)]
    if op.name in ("map", "filter") and args:
        args[0] = callables.callable_object(f, args[0], node)
    if "key" in kwargs:
        kwargs = {**kwargs, "key": callables.callable_object(f, kwargs["key"], node)}
    given = [*args, *kwargs.values()]
    if any(f.type_of(a) is None for a in given):
        made = callables.function_arguments(f, op, args, kwargs, node)
        if made is None:
            return POISON
        args, kwargs = made
        given = [*args, *kwargs.values()]
    if any(overload.applies(f, a) for a in given):
        out = special.object_argument(f, op.name, args, kwargs, node)
        if out is not None:
            return out
    if op.name == "hash" and f.c.classes.only_compared(f, node):
        op = f.c.table["hash.same"]
    if "out" in kwargs:
        args, kwargs, op = _with_out(f, op, args, kwargs)
        given = [*args, *kwargs.values()]
    attrs = {"kw": tuple(kwargs)} if kwargs else None
    return f.emit(op, given, node, attrs)


def _with_out(f: Frame, op: Any, args: list[FV], kwargs: dict[str, FV]) -> tuple[list[FV], dict[str, FV], Any]:
    """A ufunc with `out=` is an op of its own, which writes that operand."""
    found = f.c.library.with_out(op.name, len(args), tuple(kwargs))
    if found is None:
        return args, kwargs, op
    name, order = found
    return args, {k: kwargs[k] for k in order}, f.c.table[name]


DUNDERS = {
    "__getitem__": "getitem", "__len__": "len", "__contains__": "contains", "__add__": "add", "__sub__": "sub", "__mul__": "mul", "__eq__": "eq",
    "__lt__": "lt", "__le__": "le", "__gt__": "gt", "__ge__": "ge", "__ne__": "ne", "__neg__": "neg", "__setitem__": "setitem",
    "__str__": "str", "__repr__": "repr",
}  # fmt: skip


def call_method(f: Frame, base: FV, name: str, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    """`base.name(*args, **kwargs)` for a method found by the type of `base`."""
    static = special.static_method(f, base, name, args, kwargs, node)
    if static is not None:
        return static
    if isinstance(base, SuperVal):
        return construct.builtin_super(f, base, name, args, kwargs, node)
    if isinstance(base, StaticList | StaticDict | StaticIter):
        raise f.refuse("SC206", node, f"`{name}` of {f.c.describe(base)} cannot be compiled: it cannot be changed")
    if isinstance(base, ObjRef):
        return f.report("SC204", node, f"`{name}` of {f.c.describe(base)} cannot be compiled")
    d = f.dyn(base, node)
    t = d.type
    if any(isinstance(m, Record) for m in members(t)):
        return overload.split(f, d, lambda v: _record_method(f, v, name, args, kwargs, node), node)
    op = f.c.library.op_for_method(t, name, f.c.program)
    if op is None and name in DUNDERS and not kwargs:
        return f.emit(DUNDERS[name], [d, *args], node)
    if op is None and isinstance(t, Union):
        return _union_method(f, d, name, args, kwargs, node)
    if op is None:
        if t == NEVER:
            return Dyn(f.dead(), t)
        return f.report("SC204", node, f"`{t}` has no method `{name}` that can be compiled")
    return call_op(f, op, [d, *args], kwargs, node)


def _record_method(f: Frame, v: FV, name: str, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    t = f.type_of(v)
    if isinstance(t, Record):
        got = f.c.classes.attribute(f, v, name, node)
        if isinstance(got, MethodVal):
            return construct.builtin_method(f, v, t, name, args, kwargs, node)
        return call(f, got, args, kwargs, node)
    return call_method(f, v, name, args, kwargs, node)


def _union_method(f: Frame, d: Dyn, name: str, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    parts = members(d.type)
    if NONE in parts:
        what = f"this may be None here, and `None` has no method `{name}`"
        return f.report("SC205", node, what, label=f"`{d.type}`", help="check `is not None` first")
    ops = {op.name: op for m in parts if (op := f.c.library.op_for_method(m, name)) is not None}
    if len(ops) == 1 and all(f.c.library.op_for_method(m, name) is not None for m in parts):
        return call_op(f, next(iter(ops.values())), [d, *args], kwargs, node)
    from scriptc.frontend.merge import choose

    first = parts[0]
    test = instances.is_instance(f, d, instances.exact_classes(f, first), node)
    if isinstance(test, Const | Poison):
        return f.report("SC202", node, f"`{name}` on `{d.type}` cannot be told apart")
    rest = without(d.type, [first])

    def on(part: Type) -> Callable[[], FV]:
        return lambda: call_method(f, Dyn(d.value, part), name, args, kwargs, node)

    return choose(f, test, on(first), on(rest), node)
