"""Operators on objects of user classes: their own special methods, called as Python would.

What Python calls behind an op's back (equality, hashing, order and text of objects inside containers) is in `attached.py`.
"""

from __future__ import annotations

from typing import Any

from scriptc.frontend.attached import not_implemented
from scriptc.frontend.frame import Frame
from scriptc.frontend.merge import choose
from scriptc.frontend.values import FV, Const, Dyn, ObjRef, Poison, same
from scriptc.types import STR, Record, Type, Union, members, walk, without


def applies(f: Frame, fv: FV) -> bool:
    """Is this an object of a user class (or may be)?"""
    if isinstance(fv, ObjRef):
        return True
    t = fv.type if isinstance(fv, Dyn) else None
    return t is not None and any(isinstance(m, Record) for m in members(t))


def records(t: Type | None) -> list[Record]:
    """The user classes among the members of `t`."""
    return [] if t is None else [m for m in members(t) if isinstance(m, Record)]


def method_call(f: Frame, base: FV, name: str, args: list[FV], node: Any) -> FV:
    """`base.name(*args)` for a special method, looked up on the class."""
    from scriptc.frontend import calls

    if f.c.classes.find_method(f, base, name) is None:
        return f.report("SC204", node, f"{f.c.describe(base)} has no `{name}`")
    return calls.call(f, f.c.classes.attribute(f, base, name, node), args, {}, node)


def split(f: Frame, fv: FV, fn: Any, node: Any) -> FV:
    """`fn` on each exact class of a union of objects, chosen when it runs; on the value itself otherwise."""
    if not isinstance(fv, Dyn) or not isinstance(fv.type, Union) or not records(fv.type):
        return fn(fv)  # type: ignore[no-any-return]
    first = most_derived(f, records(fv.type))
    rest = without(fv.type, [first])
    test = f.emit("isinstance", [fv], node, {"classes": (first.name,)})
    return choose(
        f, test, lambda: fn(Dyn(fv.value, first)), lambda: split(f, Dyn(fv.value, rest), fn, node), node
    )  # fmt: skip


def most_derived(f: Frame, found: list[Record]) -> Record:
    """One whose class none of the others derives from: `isinstance` of it tells it apart from them all."""
    for one in found:
        cls = f.c.classes.cls(one)
        if not any(other is not one and issubclass(f.c.classes.cls(other), cls) for other in found):
            return one
    return found[0]


def binary(f: Frame, name: str, dunder: str, left: FV, right: FV, node: Any) -> FV:
    """`left op right` where one is an object: `__op__`, else `__rop__`."""
    return split(f, left, lambda a: split(f, right, lambda b: _binary_one(f, name, dunder, a, b, node), node), node)


def _binary_one(f: Frame, name: str, dunder: str, left: FV, right: FV, node: Any) -> FV:
    if not applies(f, left) and not applies(f, right):
        return f.emit(name, [left, right], node)
    if name == "mod" and f.type_of(left) == STR:
        return f.emit(name, [left, right], node)
    forward, backward = f"__{dunder}__", f"__r{dunder}__"
    order = [(left, forward, right), (right, backward, left)]
    if _subclass_first(f, left, right, backward):
        order.reverse()
    if f.c.classes.same_class(f, left, right):
        order = order[:1]
    for obj, method, other in order:
        if applies(f, obj) and f.c.classes.find_method(f, obj, method) is not None:
            out = method_call(f, obj, method, [other], node)
            if not not_implemented(out):
                return out
    named = [o for o in (left, right) if f.c.classes.as_tuple(f, o) is not None]
    if named:
        return f.emit(name, [left, right], node)
    return f.report("SC202", node, f"unsupported operand types for {name}: {f.c.describe(left)} and {f.c.describe(right)}")


def _subclass_first(f: Frame, left: FV, right: FV, backward: str) -> bool:
    """Python asks the right operand first where its class is a proper subclass that redefines the reflected method."""
    a, b = f.c.classes.class_of(f, left), f.c.classes.class_of(f, right)
    if a is None or b is None or a is b or not issubclass(b, a):
        return False
    return getattr(b, backward, None) is not getattr(a, backward, None)


def inplace(f: Frame, op: str, name: str, dunder: str, left: FV, right: FV, node: Any) -> FV:
    """`left op= right`: `__iop__`, else as `left op right`."""

    def one(a: FV) -> FV:
        if applies(f, a) and f.c.classes.find_method(f, a, f"__i{dunder}__") is not None:
            return method_call(f, a, f"__i{dunder}__", [right], node)
        if not applies(f, a) and not applies(f, right):
            return f.emit(op, [a, right], node)
        return binary(f, name, dunder, a, right, node)

    return split(f, left, one, node)


def unary(f: Frame, method: str, value: FV, node: Any) -> FV:
    """`-obj` and the like."""
    return split(f, value, lambda v: method_call(f, v, method, [], node), node)


def compare(f: Frame, name: str, dunder: str, swapped: str, left: FV, right: FV, node: Any) -> FV:
    """A comparison where one side is an object."""
    return split(f, left, lambda a: split(f, right, lambda b: _compare_one(f, name, dunder, swapped, a, b, node), node), node)


def _compare_one(f: Frame, name: str, dunder: str, swapped: str, left: FV, right: FV, node: Any) -> FV:
    if not applies(f, left) and not applies(f, right):
        return f.emit(name, [left, right], node)
    declined = False
    order = [(left, dunder, right), (right, swapped, left)]
    a_cls, b_cls = f.c.classes.class_of(f, left), f.c.classes.class_of(f, right)
    if a_cls is not None and b_cls is not None and a_cls is not b_cls and issubclass(b_cls, a_cls):
        order.reverse()
    for obj, method, other in order:
        if not applies(f, obj):
            continue
        if f.c.classes.find_method(f, obj, method) is not None:
            out = method_call(f, obj, method, [other], node)
            if not not_implemented(out):
                return out
            declined = True
            continue
        if name == "ne" and f.c.classes.find_method(f, obj, "__eq__") is not None:
            from scriptc.frontend.truth import truth

            equal = truth(f, _compare_one(f, "eq", "__eq__", "__eq__", left, right, node), node)
            if isinstance(equal, Const):
                return Const(not equal.value)
            return equal if isinstance(equal, Poison) else f.emit("not", [equal], node)
    if isinstance(left, ObjRef) or isinstance(right, ObjRef):
        if name in ("eq", "ne") and isinstance(left, ObjRef) and isinstance(right, ObjRef):
            return Const(same(left, right) == (name == "eq"))
        return f.report("SC202", node, "these two cannot be compared when compiling")
    if declined:
        if name not in ("eq", "ne"):
            return f.report("SC202", node, f"`{name}` is not supported between {f.c.describe(left)} and {f.c.describe(right)}")
        if f.type_of(left) != f.type_of(right):
            return Const(name == "ne")
        return f.emit("is" if name == "eq" else "is_not", [left, right], node)
    return f.emit(name, [left, right], node)


def contains(f: Frame, container: FV, item: FV, node: Any) -> FV:
    """`item in obj`: `__contains__`; a namedtuple is a tuple."""
    from scriptc.frontend.truth import truth

    if f.c.classes.find_method(f, container, "__contains__") is not None:
        return truth(f, method_call(f, container, "__contains__", [item], node), node)
    if f.c.classes.as_tuple(f, container) is not None:
        return f.emit("contains", [container, item], node)
    raise f.refuse("SC204", node, f"{f.c.describe(container)} has no `__contains__`")


def contains_element(f: Frame, container: FV, item: FV, node: Any) -> FV:
    """`obj in list_of_objects`."""
    return f.emit("contains", [container, item], node)


def element_needs(f: Frame, fv: FV) -> bool:
    """Are there objects in this container, or in what it holds?"""
    t = f.type_of(fv)
    return t is not None and any(isinstance(x, Record) for x in walk(t))


def format_value(f: Frame, value: FV, spec: FV, conversion: str, node: Any) -> FV:
    """An object in an f-string: its `__format__`, `__str__` or `__repr__`."""

    def one(v: FV) -> FV:
        if not applies(f, v):
            return f.emit("format", [v, spec], node, {"conversion": conversion})
        if not conversion and f.c.classes.find_method(f, v, "__format__") is not None:
            return method_call(f, v, "__format__", [spec], node)
        if not conversion and not (isinstance(spec, Const) and spec.value == ""):
            raise f.refuse("SC202", node, f"{f.c.describe(v)} has no `__format__`, so it takes no format spec", help="format `str()` of it")
        text = text_of(f, v, "repr" if conversion in ("r", "a") else "str", node)
        if isinstance(text, Poison):
            return text
        return f.emit("format", [text, spec], node, {"conversion": ""})

    if conversion == "a":
        raise f.refuse("SC107", node, "`!a` on an object cannot be compiled")
    return split(f, value, one, node)


def text_of(f: Frame, fv: FV, how: str, node: Any) -> FV:
    """`str(obj)` or `repr(obj)`."""

    def one(v: FV) -> FV:
        names = ("__str__", "__repr__") if how == "str" else ("__repr__",)
        for name in names if applies(f, v) else ():
            if f.c.classes.find_method(f, v, name) is not None:
                return method_call(f, v, name, [], node)
        if isinstance(v, ObjRef):
            return f.report("SC202", node, f"{f.c.describe(v)} has no text of its own")
        if applies(f, v) and f.c.classes.default_repr(f, v):
            return f.report("SC202", node, f"the text of {f.c.describe(v)} shows its address", help="give its class a `__repr__`")
        return f.emit(how, [v], node)

    return split(f, fv, one, node)


def namedtuple_item(f: Frame, base: FV, index: FV, node: Any) -> FV | None:
    """A namedtuple is indexed as the tuple it is."""
    t = f.type_of(base)
    if isinstance(t, Record) and f.c.classes.namedtuple_fields(t) is not None and not f.c.classes.user_defines(t, "__getitem__"):
        return f.emit("getitem", [base, index], node)
    return None
