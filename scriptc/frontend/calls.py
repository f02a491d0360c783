"""Calls: arguments with stars, and what each kind of callee does."""

from __future__ import annotations

import operator
import os
import sys
import types
from collections.abc import Callable
from typing import Any

import gast
import numpy as np

from scriptc.frontend import (
    advice,
    callables,
    choice,
    construct,
    functions,
    instances,
    outputs,
    overload,
    sides,
    special,
    subscripts,
    unpacking,
    vectorized,
)
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
from scriptc.types import DTYPE, NEVER, NONE, Function, Record, Type, Union, members, without


def lower_call(f: Frame, node: Any) -> FV:
    """A call expression."""
    if isinstance(node.func, gast.Name) and node.func.id == "super" and "super" not in f.locals:
        return special.super_(f, [lower(f, a) for a in node.args], node)
    fn = lower(f, node.func)
    if isinstance(fn, Const) and isinstance(fn.value, types.BuiltinFunctionType) and fn.value.__name__ in ("eval", "exec", "compile", "__import__"):
        return f.report("SC104", node, f"`{fn.value.__name__}` cannot be compiled")
    args = _positional(f, node)
    kwargs = None if args is None else _keywords(f, fn, node)
    return POISON if args is None or kwargs is None else call(f, fn, args, kwargs, node)


def _positional(f: Frame, node: Any) -> list[FV] | None:
    """The positional arguments; None where one is already reported."""
    args: list[FV] = []
    for a in node.args:
        if not isinstance(a, gast.Starred):
            args.append(lower(f, a))
            continue
        items = spread(f, source := lower(f, a.value))
        if items is None:
            if isinstance(source, Poison):
                return None
            # Python drains a lone `*xs` when it calls, and others where they stand
            items = [Spread(source if len(node.args) == 1 else unpacking.snapshot(f, source, a))]
        args += items
    return args


def _keywords(f: Frame, fn: FV, node: Any) -> dict[str, FV] | None:
    """The keyword arguments by name; None where one is already reported."""
    out: dict[str, FV] = {}
    for i, k in enumerate(node.keywords):
        value = lower(f, k.value)
        if k.arg is not None:
            out[k.arg] = value
            last = i + 1 == len(node.keywords) or node.keywords[i + 1].arg is None
            named = [k.arg]
        else:
            given = _unpacked(f, fn, value, out, k)
            if given is None:
                return None
            repeated = next((n for n in given if n in out), None)
            if repeated is not None:
                raise f.refuse("SC203", node, f"multiple values for keyword argument '{repeated}'")
            out.update(given)
            last, named = True, [n for n in given if not unpacking.is_open(n)]
        if last and named and any(unpacking.is_open(n) for n in out):
            since = _since_stars(out)
            unpacking.distinct(f, fn, {n: v for n, v in out.items() if n not in since}, since, None, k.value)
    return out


def _since_stars(kwargs: dict[str, FV]) -> list[str]:
    """The names given after the last `**d` whose keys only running tells."""
    since: list[str] = []
    for name in kwargs:
        since = [] if unpacking.is_open(name) else [*since, name]
    return since


def _unpacked(f: Frame, fn: FV, value: FV, before: dict[str, FV], k: Any) -> dict[str, FV] | None:
    """What `**value` gives: names and values, or one dict under a name of its own."""
    if isinstance(value, Poison):
        return None
    if isinstance(value, Captured) and type(value.value) is dict:
        value = StaticDict(tuple(value.value), tuple(f.c.captured_values(f, value))) if f.c.folds(value) else f.dyn(value, k.value)
    if isinstance(value, Dyn):
        value = _known_dict(f, value, k.value) or value
    if isinstance(value, Dyn):
        made = unpacking.run_time_keywords(f, fn, value, before, k.value)
        return None if isinstance(made, Poison) else {f"{unpacking.STARS}{len(before)}": made}
    if not isinstance(value, StaticDict) or not all(isinstance(n, str) for n in value.keys):
        raise f.refuse("SC113", k.value, "which keyword arguments `**` gives here cannot be told")
    return dict(zip(value.keys, value.items, strict=True))


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


SPREADABLE = {id(print): "print", id(zip): "zip", id(max): "max", id(min): "min", id(range): "range", id(slice): "slice"}


def call(f: Frame, fn: FV, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    """`fn(*args, **kwargs)`."""
    if any(isinstance(x, Poison) for x in (fn, *args, *kwargs.values())):
        if isinstance(fn, MethodVal):
            f.c.spoil(f.type_of(fn.self_))
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
        if fn.names and any(unpacking.is_open(k) for k in kwargs):
            return f.report("SC113", node, "which keywords of `partial` the `**` here replaces cannot be told")
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
    return _not_called(f, fn, node)


def _not_called(f: Frame, fn: FV, node: Any) -> FV:
    """A value that is no function."""
    help = "take the parentheses off, if its value is meant"
    if isinstance(node, gast.Call) and isinstance(node.func, gast.Attribute) and node.func.attr == "size":
        help = "`x.size` is a number; the length of one dimension is `x.shape[0]`"
    return f.report("SC110", node, f"{f.c.describe(fn)} cannot be called", help=help)


def _call_instance(f: Frame, fn: ObjRef, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    cls = type(fn.obj)
    raw = getattr(cls, "__call__", None)  # noqa: B004
    if type(raw).__module__.startswith("scriptc."):
        raw = getattr(raw, "__wrapped__", raw)
    if isinstance(raw, types.FunctionType) and raw.__module__ == "scriptc.nn.module":
        return call(f, f.c.classes.attribute(f, fn, "forward", node), args, kwargs, node)
    if isinstance(raw, types.FunctionType):
        return call(f, BoundVal(Const(raw), fn), args, kwargs, node)
    return _not_called(f, fn, node)


def _call_value(f: Frame, fn: Dyn, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    t = fn.type
    if t == NEVER:
        return Dyn(f.dead(), t)
    if isinstance(t, Function):
        if unpacking.at_run_time(args, kwargs):
            return f.report("SC113", node, "how many arguments `*` or `**` gives a function held in a variable cannot be told")
        if kwargs:
            return f.report("SC203", node, "a function held in a variable takes no keyword arguments here")
        return f.emit("call_function", [fn, *args], node)
    if t == DTYPE:
        return call_op(f, f.c.table["dtype.call"], [fn, *args], kwargs, node)
    if overload.applies(f, fn):
        def one(v: FV) -> FV:
            if f.c.classes.find_method(f, v, "__call__") is None:
                return f.report("SC110", node, f"{f.c.describe(v)} cannot be called")
            return call(f, f.c.classes.attribute(f, v, "__call__", node), args, kwargs, node)

        return overload.split(f, fn, one, node)
    return _not_called(f, fn, node)


def _call_object(f: Frame, obj: Any, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    if unpacking.at_run_time(args, kwargs) and not _is_users(f, obj):
        op = _op_for(f, obj)
        return unpacking.builtin(f, SPREADABLE.get(id(obj)) or getattr(op, "name", None), args, kwargs, node)
    if isinstance(obj, operator.itemgetter | operator.attrgetter):
        return callables.call_getter(f, obj, args, node)
    handler = special.handler(obj)
    if handler is not None:
        return handler(f, args, kwargs, node)
    if isinstance(obj, np.vectorize) and (made := vectorized.found(obj)) is not None:
        return call(f, made, args, kwargs, node)
    op = _op_for(f, obj)
    if op is not None:
        return call_op(f, op, args, kwargs, node)
    scripted = f.c.library.scripted_for(obj)
    if scripted is not None:
        return _call_scripted(f, obj, scripted, args, kwargs, node)
    if isinstance(obj, types.FunctionType):
        return _call_user(f, obj, args, kwargs, node)
    return _call_class(f, obj, args, kwargs, node)


def _call_class(f: Frame, obj: Any, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    """A class, an unbound method, or an object that holds a function."""
    if f.c.library.refusal(obj) is not None or type(obj).__name__ == "_ArrayFunctionDispatcher":
        return _not_supported(f, obj, node)
    if isinstance(obj, type):
        return construct.construct(f, obj, args, kwargs, node)
    if isinstance(obj, types.MethodDescriptorType | types.WrapperDescriptorType) and args:
        return call_method(f, args[0], obj.__name__, args[1:], kwargs, node)
    wrapped = getattr(obj, "__wrapped__", None)
    if wrapped is not None:
        if type(obj).__module__.startswith("scriptc."):
            return call(f, wrap(wrapped, "function", None), args, kwargs, node)
        what = f"`{getattr(wrapped, '__qualname__', '?')}` is wrapped in a `{type(obj).__name__}`, which cannot be compiled"
        return f.report("SC106", node, what, more=lambda: sides.function_of(f, wrapped))
    return _not_supported(f, obj, node)


def _not_supported(f: Frame, obj: Any, node: Any) -> FV:
    if not callable(obj):
        return f.report("SC110", node, f"`{obj!r:.60}` cannot be called", help="give it a function first", more=lambda: sides.called(f, node))
    name = getattr(obj, "__qualname__", None) or type(obj).__name__
    module = getattr(obj, "__module__", None)
    full = f"{f'{module}.' if module and module != 'builtins' else ''}{name}"
    what = f"`{_as_written(f, node, full)}` is not supported"
    why = f.c.library.refusal(obj)
    return f.report("SC110", node, what) if why is None else f.report("SC110", node, f"{what}: {why[0]}", help=why[1])


def _as_written(f: Frame, node: Any, name: str) -> str:
    """A function by the name the user's text has for it, where that is a plain one: `os.path.join` for `posixpath.join`."""
    fn = node.func if isinstance(node, gast.Call) else None
    text = f.unit.text(fn) if isinstance(fn, gast.Attribute) else ""
    return text if text.replace(".", "").isidentifier() and text.rpartition(".")[2] == name.rpartition(".")[2] and "self" not in text else name


def _is_users(f: Frame, obj: Any) -> bool:
    """A function or class that is compiled, whose parameters are known."""
    return isinstance(obj, types.FunctionType | type) and special.handler(obj) is None and _op_for(f, obj) is None


def _op_for(f: Frame, obj: Any) -> Any:
    try:
        return f.c.library.op_for(obj)
    except TypeError:
        return None


def _call_scripted(f: Frame, obj: Any, fn: Any, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    name = f"{obj.__module__}.{obj.__qualname__}"
    return functions.call_callee(f, functions.callee_of(f, f.c, fn, node, name), args, kwargs, node)


COMPILED_STDLIB = ("_collections_abc", "collections", "operator", "bisect", "heapq")
"""Modules of the standard library whose own Python text is compiled: what they mix into the user's classes, and small helpers."""


def is_library(fn: types.FunctionType) -> bool:
    """Is this a function of the standard library or of NumPy, whose text is not the user's to change?"""
    top = (fn.__module__ or "").split(".")[0]
    name = fn.__code__.co_filename
    ours = name.startswith("<frozen ") or (name.startswith(STDLIB) and "site-packages" not in name)
    return top == "numpy" or (top not in COMPILED_STDLIB and top in sys.stdlib_module_names and (ours or top in GENERATED))


OUTSIDE = "do this outside, and pass what it gives as an argument"
STDLIB = os.path.dirname(os.__file__) + os.sep
GENERATED = ("contextlib", "functools", "typing", "enum", "abc", "dataclasses")
"""Modules that also make functions of text that is in no file."""


def _call_user(f: Frame, fn: types.FunctionType, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    if is_library(fn):
        return _not_supported(f, fn, node)
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
    args, kwargs, op = outputs.placed(f, op, args, kwargs)
    given = [*args, *kwargs.values()]
    attrs = {"kw": tuple(kwargs)} if kwargs else None
    return f.emit(op, given, node, attrs)


DUNDERS = {
    "__getitem__": "getitem", "__len__": "len", "__contains__": "contains", "__add__": "add", "__sub__": "sub", "__mul__": "mul", "__eq__": "eq",
    "__lt__": "lt", "__le__": "le", "__gt__": "gt", "__ge__": "ge", "__ne__": "ne", "__neg__": "neg", "__setitem__": "setitem",
    "__str__": "str", "__repr__": "repr",
}  # fmt: skip


def call_method(f: Frame, base: FV, name: str, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    """`base.name(*args, **kwargs)` for a method found by the type of `base`."""
    if unpacking.at_run_time(args, kwargs) and not overload.applies(f, base):
        return unpacking.method(f, base, name, args, kwargs, node)
    static = special.static_method(f, base, name, args, kwargs, node)
    if static is not None:
        return static
    if isinstance(base, SuperVal):
        return construct.builtin_super(f, base, name, args, kwargs, node)
    if isinstance(base, StaticList | StaticDict | StaticIter):
        what = f"`{name}` of {f.c.describe(base)} cannot be compiled: it cannot be changed"
        whole = "write all of its items where it is made: functions and modules are known only when compiling"
        raise f.refuse("SC206", node, what, help=whole, more=lambda: sides.made(f, node))
    if isinstance(base, ObjRef):
        help = OUTSIDE if (type(base.obj).__module__ or "").split(".")[0] in sys.stdlib_module_names else None
        return f.report("SC204", node, f"`{name}` of {f.c.describe(base)} cannot be compiled", help=help)
    d = f.dyn(base, node)
    t = d.type
    if any(isinstance(m, Record) for m in members(t)):
        return overload.split(f, d, lambda v: _record_method(f, v, name, args, kwargs, node), node)
    op = f.c.library.op_for_method(t, name, f.c.program)
    if op is None and name == "__getitem__" and len(args) == 1 and not kwargs:
        return subscripts.getitem(f, d, args[0], node)
    if op is None and name in DUNDERS and not kwargs:
        return f.emit(DUNDERS[name], [d, *args], node)
    if op is None and isinstance(t, Union):
        return _union_method(f, d, name, args, kwargs, node)
    if op is None:
        if t == NEVER:
            return Dyn(f.dead(), t)
        what = f"{advice.said(t)} has no method `{name}` that can be compiled"
        return f.report("SC204", node, what, more=lambda: sides.receiver(f, node, advice.for_attribute(t, name, ())))
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
        return f.report("SC205", node, what, help="check `is not None` first", more=lambda: sides.receiver(f, node))
    ops = {op.name: op for m in parts if (op := f.c.library.op_for_method(m, name)) is not None}
    if len(ops) == 1 and all(f.c.library.op_for_method(m, name) is not None for m in parts):
        return call_op(f, next(iter(ops.values())), [d, *args], kwargs, node)
    from scriptc.frontend.merge import choose

    first = parts[0]
    test = instances.is_instance(f, d, instances.exact_classes(f, first), node)
    if isinstance(test, Const | Poison):
        return f.report("SC202", node, f"`{name}` on `{d.type}` cannot be told apart", more=lambda: sides.receiver(f, node))
    rest = without(d.type, [first])

    def on(part: Type) -> Callable[[], FV]:
        return lambda: call_method(f, Dyn(d.value, part), name, args, kwargs, node)

    return choose(f, test, on(first), on(rest), node)
