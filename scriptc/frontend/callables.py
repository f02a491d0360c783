"""Functions as values: what is passed to built-ins that call it becomes a graph of its own."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from scriptc.frontend.frame import Frame
from scriptc.frontend.statics import wrap
from scriptc.frontend.values import (
    FV,
    POISON,
    BoundVal,
    ComparisonVal,
    Const,
    Dyn,
    LocalFunc,
    MethodVal,
    ObjRef,
    PartialVal,
    Poison,
    TupleVal,
    captured,
    leaves,
    rebuild,
    same,
    structure,
)  # fmt: skip
from scriptc.ir import Arg, Block, Call, Graph, OpTypeError, Value
from scriptc.ops.callbacks import callback_params
from scriptc.types import (
    DTYPE,
    NEVER,
    Function,
    Record,
    Type,
    strip_sites,
)  # fmt: skip


def call_getter(f: Frame, getter: Any, args: list[FV], node: Any) -> FV:
    """A call of an `itemgetter` or `attrgetter`."""
    from scriptc.frontend import subscripts

    if len(args) != 1:
        return f.report("SC203", node, "this takes one argument")
    found: list[FV] = []
    for key in getter.__reduce__()[1]:
        if isinstance(getter, operator.itemgetter):
            found.append(subscripts.getitem(f, args[0], wrap(key, "key", None), node))
            continue
        value = args[0]
        for part in key.split("."):
            value = f.c.classes.attribute(f, value, part, node)
        found.append(value)
    return found[0] if len(found) == 1 else TupleVal(tuple(found))


def callable_object(f: Frame, fv: FV, node: Any) -> FV:
    """An object with `__call__` given where a function is wanted: its bound method."""
    if isinstance(fv, Dyn) and isinstance(fv.type, Record) and f.c.classes.find_method(f, fv, "__call__") is not None:
        return f.c.classes.attribute(f, fv, "__call__", node)
    return fv


def function_arguments(f: Frame, op: Any, args: list[FV], kwargs: dict[str, FV], node: Any) -> tuple[list[FV], dict[str, FV]] | None:
    """Functions among the arguments of an op become graph values, compiled for what the op will call them with."""
    new_args, new_kwargs = list(args), dict(kwargs)
    places: list[tuple[int | str, FV]] = [*enumerate(args), *kwargs.items()]
    for place, fv in places:
        if f.type_of(fv) is not None:
            continue
        if isinstance(fv, Const) and fv.value in (bool, int, float, complex) and op.name.startswith(("numpy.", "ndarray.")):
            made_dtype = python_dtype(f, fv.value, node)
            if isinstance(place, int):
                new_args[place] = made_dtype
            else:
                new_kwargs[place] = made_dtype
            continue
        if place == "key" and isinstance(fv, MethodVal) and fv.name == "get" and args and same(args[0], fv.self_):
            fv = MethodVal(fv.self_, "__getitem__")  # its own keys: `d.get(k)` is `d[k]`, never None
        params = _params_for(f, op, place, args, kwargs, node)
        comparison = isinstance(fv, ComparisonVal) and place == "key" and op.name in SORTING
        if params is None or not (is_function(fv) or comparison):
            help = "arrays of objects are not compiled: use a list" if isinstance(fv, Const) and fv.value is object else None
            f.report("SC208", node, f"{f.c.describe(fv)} cannot be passed to `{op.name.removeprefix('star.')}`", help=help)
            return None
        made = _comparison(f, fv.fn, params, node) if isinstance(fv, ComparisonVal) else function_value(f, fv, params, node)
        if isinstance(made, Poison):
            return None
        if isinstance(place, int):
            new_args[place] = made
        else:
            new_kwargs[place] = made
    return new_args, new_kwargs


def python_dtype(f: Frame, cls: type, node: Any) -> FV:
    """Python's `float` where a dtype is wanted."""
    n = f.node("dtype", [], {"name": np.dtype(cls).name, "cls": "python"}, (DTYPE,), node)
    return Dyn(n.results[0], DTYPE)


SORTING = ("sorted", "list.sort", "min", "max", "star.min", "star.max", "heapq.nlargest", "heapq.nsmallest")
"""Ops that do nothing with a key but compare it."""


def _comparison(f: Frame, fn: FV, params: tuple[Type, ...], node: Any) -> FV:
    """The key that a function of two items makes. Its type is said to be a function that gives an int: it is only compared."""
    made = function_value(f, fn, params * 2, node)
    return made if isinstance(made, Poison) else f.emit("functools.comparison", [made], node)


def is_function(fv: FV) -> bool:
    """May this be passed where a function is expected?"""
    return isinstance(fv, LocalFunc | BoundVal | MethodVal | PartialVal | ObjRef) or (isinstance(fv, Const) and callable(fv.value))


def _params_for(f: Frame, op: Any, place: int | str, args: list[FV], kwargs: dict[str, FV], node: Any) -> tuple[Type, ...] | None:
    """The types of what `op` calls its function argument with."""
    given = [*args, *kwargs.values()]
    index = place if isinstance(place, int) else len(args) + list(kwargs).index(place)
    types_ = [f.type_of(a) or NEVER for a in given]
    call = Call(tuple(Arg(t) for t in types_), tuple(kwargs), {"kw": tuple(kwargs)} if kwargs else {}, f.c.program)
    try:
        return callback_params(op, call, index)
    except OpTypeError as e:
        f.report("SC202", node, e.message, help=e.help)
        return None


def function_value(f: Frame, fv: FV, params: tuple[Type, ...], node: Any, name: str = "<fn>") -> FV:
    """`fv` as a run-time function of positional parameters of these types, called `name` where it shows."""
    from scriptc.frontend import calls

    c = f.c
    fv = captured(fv)
    stripped = tuple(strip_sites(p) for p in params)
    caps = list(leaves(fv))
    key = ("value", structure(fv), tuple(strip_sites(d.type) for d in caps), stripped, id(node))
    made = c.memo.get(key)
    if made is None:
        inner = Frame(c, key, f.unit, f.tree, f.qualname, f.statics)
        block = Block()
        graph = Graph(c.graph_name_for(f"{f.qualname}.{name}"), block, f"{f.qualname}.{name}", span=f.span(node))
        c.program.graphs[graph.name] = graph
        with inner.inside(block):
            fn = rebuild(fv, lambda d: _param(block, strip_sites(d.type), d.value.hint))
            given: list[FV] = [_param(block, t, None) for t in params]
            out = calls.call(inner, fn, given, {}, node)
            if isinstance(out, Poison):
                return POISON
            if c.type_of(out) is None:
                return f.report("SC208", node, f"{c.describe(out)} cannot be the result of a function that Python calls")
            block.yields = [inner.value(out, node)]
        made = c.memo[key] = graph
    result = made.block.yields[0].type
    t = Function(params, result)
    n = f.node("function", [f.value(d, node) for d in caps], {"graph": made.name}, (t,), node)
    return Dyn(n.results[0], t)


def _param(block: Any, t: Type, hint: str | None) -> Dyn:
    v: Value = block.add_param(t, hint)
    return Dyn(v, t)
