"""`obj.name = value` and `del obj.name`, by what is known of the object."""

from __future__ import annotations

import inspect
from typing import Any

from scriptc.frontend import modules, sides
from scriptc.frontend.class_facts import dataclass_fields, is_namedtuple, thaws
from scriptc.frontend.frame import Frame
from scriptc.frontend.values import FV, Const, Dyn, ObjRef
from scriptc.types import NEVER, NONE, Record, Tensor, Type, members, without

MISSING = object()


def set_attribute(f: Frame, base: FV, name: str, value: FV, node: Any, init: bool = False, fresh: bool = False) -> Type | None:
    """`base.name = value`. The type the attribute of an object known when compiling has now; None where that is not known.

    Of a `fresh` object, which nothing else can see yet, nothing is known that the store could change. `init`: the class's own
    `__setattr__` has no say.
    """
    if not fresh:
        f.c.note_store(name)
    if isinstance(base, ObjRef):
        slot = modules.set_object_attribute(f, base, name, value, node, init)
        t = f.type_of(value)
        return None if slot is None or t is None or NONE in members(t) else without(slot, [NONE])
    if isinstance(base, Const) and isinstance(base.value, type):
        what, cls = f"this changes the class `{base.value.__name__}`", base.value
        raise f.refuse("SC502", node, what, help="keep the value on an object instead", more=lambda: sides.class_of(f, cls))
    _set_on_value(f, base, name, value, node, init)
    return None


def _set_on_value(f: Frame, base: FV, name: str, value: FV, node: Any, init: bool) -> None:
    from scriptc.frontend import overload

    t = f.type_of(base)
    if t is not None and NONE in members(t):
        what = f"this may be None here, and `None` has no attribute `{name}`"
        raise f.refuse("SC205", node, what, help="check `is not None` first", more=lambda: sides.receiver(f, node))
    if t == NEVER:
        return  # never reached: an element of a list that nothing was put into, as far as this pass knows
    if isinstance(t, Tensor) and f"ndarray.{name}.assign" in f.c.table:
        f.emit(f"ndarray.{name}.assign", [base, value], node)
    elif not isinstance(base, Dyn) or not overload.applies(f, base):
        raise f.refuse("SC204", node, f"attribute `{name}` of {f.c.describe(base)} cannot be set")
    elif isinstance(t, Record):
        _set_on_record(f, base, t, name, value, node, init)
    else:

        def store(one: FV) -> FV:
            set_attribute(f, one, name, value, node)
            return Const(None)

        overload.split(f, base, store, node)


def _set_on_record(f: Frame, base: Dyn, t: Record, name: str, value: FV, node: Any, init: bool) -> None:
    """Of an object made at run time: by its setter, or into its field."""
    from scriptc.frontend import calls

    cls = f.c.classes.cls(t)
    raw = inspect.getattr_static(cls, name, MISSING)
    if isinstance(raw, property):
        if raw.fset is None:
            raise f.refuse("SC204", node, f"property `{name}` has no setter")
        calls.call(f, Const(raw.fset), [base, value], {}, node)
        return
    if f.c.classes.user_method(cls, "__setattr__") is not None and not init:
        raise f.refuse("SC204", node, "a class with its own `__setattr__` cannot be compiled")
    if _is_closed(f, cls, raw) or (not init and thaws(cls) and name not in dataclass_fields(cls)):
        raise f.refuse("SC204", node, f"attribute `{name}` of {f.c.describe(base)} cannot be set")
    if f.type_of(value) is None:
        raise f.refuse("SC208", node, f"{f.c.describe(value)} cannot be kept in an attribute of an object made at run time")
    v = f.value(value, node)
    f.c.classes.widen_field(t, name, v.type)
    if raw is not MISSING and not f.c.classes.is_slot(raw) and name not in dataclass_fields(cls):
        f.c.classes.widen_field(t, name, f.c.classes.class_value_type(f, raw, name, node))
    f.node("attr.init" if init else "attr.set", [f.value(base, node), v], {"name": name}, (), node)


def _is_closed(f: Frame, cls: type, raw: Any) -> bool:
    """Has an object of the class no place for an attribute that the class has as `raw`?"""
    return is_namedtuple(cls) or ((cls.__dictoffset__ == 0 or hasattr(type(raw), "__set__")) and not f.c.classes.is_slot(raw))


def delete_attribute(f: Frame, base: FV, name: str, node: Any) -> None:
    """`del base.name`."""
    f.c.note_store(name)
    t = f.type_of(base)
    if not isinstance(base, Dyn) or not isinstance(t, Record):
        raise f.refuse("SC111", node, f"attribute `{name}` of {f.c.describe(base)} cannot be deleted")
    f.node("attr.del", [f.value(base, node)], {"name": name}, (), node)
