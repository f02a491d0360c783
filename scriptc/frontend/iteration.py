"""What `for` walks over: things known when compiling (unrolled where they cannot exist at run time) and graph values."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any

from scriptc.frontend import advice, picking, sides
from scriptc.frontend.frame import Frame, Refused
from scriptc.frontend.loops import Loop, unroll
from scriptc.frontend.values import FV, Captured, Const, Dyn, Flow, ObjRef, PickingIter, Poison, StaticDict, StaticIter, StaticList, TupleVal
from scriptc.ir import Arg, OpTypeError
from scriptc.types import (
    BYTES,
    ERROR,
    INT,
    NEVER,
    RANGE,
    STR,
    DefaultDict,
    Deque,
    Dict,
    DictView,
    IteratorOf,
    List,
    Record,
    Set,
    Tensor,
    Tuple,
    TupleOf,
    Type,
    join_all,
    members,
    union,
)  # fmt: skip

MAX_UNROLL = 100


def static_items(f: Frame, fv: FV, unroll_data: bool = False) -> list[FV] | None:
    """The items of what is known when compiling. Without `unroll_data`, only where some item cannot be a graph value, or is told better by itself."""
    items = _known_items(f, fv)
    if items is None:
        return None
    if isinstance(fv, Captured) and len(items) <= MAX_UNROLL and f.c.mixed(fv) and not isinstance(fv.value, dict):
        return items
    if unroll_data or isinstance(fv, StaticIter | ObjRef) or (isinstance(fv, TupleVal) and not items) or any(f.type_of(x) is None for x in items):
        return items
    return None


def _known_items(f: Frame, fv: FV) -> list[FV] | None:
    if isinstance(fv, TupleVal | StaticList | StaticIter):
        return list(fv.items)
    if isinstance(fv, StaticDict):
        return [Const(k) for k in fv.keys]
    if isinstance(fv, Captured) and type(fv.value) in (list, tuple, dict) and f.c.folds(fv):
        return f.c.captured_items(f, fv)
    if isinstance(fv, ObjRef):
        return f.c.classes.module_items(f, fv)
    if isinstance(fv, Const) and isinstance(fv.value, type) and issubclass(fv.value, enum.Enum):
        return [Const(m) for m in fv.value]
    return None


def element_type(f: Frame, t: Type, node: Any) -> Type:
    """What a `for` over a value of type `t` gives; reported and refused where it cannot be walked."""
    elem = None if any(isinstance(m, Record) for m in members(t)) else iterated(f, t)
    if elem is None:
        raise f.refuse("SC210", node, f"a value of type `{t}` cannot be iterated over", help=advice.over(t), more=lambda: sides.unpacked(f, node))
    return elem


def iterated(f: Frame, t: Type) -> Type | None:
    """As `element_type`, None where a value of type `t` cannot be walked."""
    if t == NEVER:
        return NEVER
    parts = [_iterated_one(f, m) for m in members(t)]
    return None if any(p is None for p in parts) else union(p for p in parts if p is not None)


def _iterated_one(f: Frame, t: Type) -> Type | None:
    if isinstance(t, List | Deque | Set | TupleOf | IteratorOf | DictView):
        return t.elem
    if isinstance(t, Dict | DefaultDict):
        return t.key
    if isinstance(t, Tuple):
        return join_all(t.items)
    if t == STR:
        return STR
    if t in (RANGE, BYTES):
        return INT
    if isinstance(t, Tensor):
        from scriptc.ops import tensor_rules

        try:
            return tensor_rules.iterate(Arg(t))
        except OpTypeError:
            return None
    if isinstance(t, Record):
        fields = f.c.classes.namedtuple_fields(t)
        return None if fields is None else join_all(x for _, x in fields)
    return None


def for_loop(
    f: Frame, node: Any, source: FV, bind: Callable[[FV], None], body: Callable[[], Flow], changed: set[str], early: bool,
    orelse: Callable[[], Flow] | None,
) -> Flow:  # fmt: skip
    """A `for` over `source`."""
    if isinstance(source, Poison):
        raise Refused
    items = static_items(f, source)
    if items is not None:
        if len(items) > MAX_UNROLL:
            raise f.refuse("SC210", node, f"a loop over {len(items)} modules or functions is too long to write out")
        return unroll(f, items, bind, body, orelse, node)
    if isinstance(source, PickingIter):
        spec, inner = source.spec, bind
        bind = lambda fv: inner(picking.item(f, fv, spec, node))  # noqa: E731
        source = source.driver
    driver = iterable(f, source, node)
    elem = element_type(f, driver.type, node)
    if driver.type != driver.value.type:
        driver = Dyn(f.value(driver, node), driver.type)
    f.forget_attributes()
    return Loop(f, node, changed, body, driver=driver, elem=elem, bind=bind, leaves_early=early, orelse=orelse).run()


def iterable(f: Frame, source: FV, node: Any) -> Dyn:
    """`source` as a graph value that `for` can walk; an object's own `__iter__` is called."""
    from scriptc.frontend import calls, overload

    if isinstance(source, ObjRef) or overload.applies(f, source):
        fields = f.c.classes.as_tuple(f, source)
        method = f.c.classes.find_method(f, source, "__iter__")
        if method is None and fields is not None:
            return f.dyn(TupleVal(tuple(f.c.classes.attribute(f, source, name, node) for name, _ in fields)), node)
        if method is None:
            raise f.refuse("SC210", node, f"{f.c.describe(source)} has no `__iter__`, so it cannot be iterated over")
        got = calls.call(f, f.c.classes.attribute(f, source, "__iter__", node), [], {}, node)
        if overload.applies(f, got) or isinstance(got, ObjRef):
            return _walked(f, got, node)
        return f.dyn(got, node)
    if isinstance(source, Const) and isinstance(source.value, type) and issubclass(source.value, enum.Enum):
        source = TupleVal(tuple(Const(m) for m in source.value))
    out = f.dyn(source, node)
    if out.type == ERROR:
        raise Refused
    return out


def _walked(f: Frame, source: FV, node: Any) -> Dyn:
    """An object with `__next__`, walked by a generator that calls it."""
    from scriptc.frontend import functions, walking

    if f.c.classes.find_method(f, source, "__next__") is None:
        raise f.refuse("SC210", node, f"{f.c.describe(source)} has no `__next__`, so it cannot be iterated over")
    return f.dyn(functions.call_callee(f, functions.callee_of(f, f.c, walking.items, node), [source], {}, node), node)
