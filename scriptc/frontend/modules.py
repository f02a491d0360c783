"""Objects that exist when compiling: modules and whatever else is reached from the compiled object.

What compiled code never assigns is known when compiling; what it assigns is a named slot of the compiled module's state.
"""

from __future__ import annotations

import inspect
import random
import types
from typing import Any

import numpy as np

from scriptc.frontend import sides
from scriptc.frontend.frame import Frame
from scriptc.frontend.statics import wrap
from scriptc.frontend.unknown import Unknown, is_open
from scriptc.frontend.values import FV, POISON, Const, MethodVal, ObjRef, StaticList
from scriptc.ir.collected import CHANGING
from scriptc.types import BOOL, ERROR, NEVER, Type

MISSING = object()


def child_path(ref: ObjRef, name: str) -> str:
    """The path of attribute `name` of the object, from the compiled one."""
    return f"{ref.path}.{name}" if ref.path else name


def stored(obj: Any, name: str) -> Any:
    """The instance's own value of an attribute, or MISSING."""
    own = getattr(obj, "__dict__", None)
    if own is not None and name in own:
        return own[name]
    raw = inspect.getattr_static(type(obj), name, MISSING)
    if isinstance(raw, types.MemberDescriptorType):
        try:
            return getattr(obj, name)
        except AttributeError:
            return MISSING
    return MISSING


def object_attribute(f: Frame, ref: ObjRef, name: str, node: Any) -> FV:
    """`ref.name`."""
    cls = type(ref.obj)
    if cls in (np.iinfo, np.finfo):
        return wrap(getattr(ref.obj, name, None), name, None)
    if isinstance(ref.obj, np.random.Generator | np.random.RandomState | random.Random):
        help = "make it in the function from a seed, keep it in an attribute of the compiled object, or pass it: `rng: np.random.Generator`"
        raise f.refuse("SC204", node, f"{f.c.describe(ref)} was made outside the compiled code, which does not keep its state", help=help)
    if isinstance(ref.obj, tuple) and name in getattr(cls, "_fields", ()):
        return wrap(getattr(ref.obj, name), child_path(ref, name), None if ref.path.startswith("%") else child_path(ref, name))
    if name == "__class__":
        return Const(cls)
    raw = inspect.getattr_static(cls, name, MISSING)
    if isinstance(raw, property):
        return f.c.classes.bind(f, raw, ref, cls, name, node, MethodVal(ref, name))
    if f.c.classes.user_method(cls, "__getattribute__") is not None:
        what = f"`{cls.__name__}` has its own `__getattribute__`, which cannot be compiled"
        raise f.refuse("SC204", node, what, more=lambda: sides.class_of(f, cls))
    _refuse_descriptor(f, raw, name, node)
    value = stored(ref.obj, name)
    key = (id(ref.obj), name)
    if name == "training" and not ref.path.startswith("%") and type(value if value is not MISSING else raw) is bool:
        f.c.slot_paths.setdefault(key, child_path(ref, name))
        f.c.assigned_attrs.setdefault(key, BOOL)  # `train()` and `eval()` of the compiled module set it
    if key in f.c.assigned_attrs:
        return _slot(f, ref, name, value if value is not MISSING else raw, node)
    if value is MISSING:
        if raw is MISSING and is_open(ref.obj):
            return POISON
        if raw is MISSING or isinstance(raw, types.MemberDescriptorType):
            if key in f.c.never_first:
                return POISON  # said where compiled code sets it
            names = [*vars(ref.obj), *dir(cls)] if hasattr(ref.obj, "__dict__") else dir(cls)
            what = f"{f.c.describe(ref)} has no attribute `{name}`"
            return f.report("SC204", node, what, more=lambda: sides.missing_attribute(f, cls, name, names))
        return f.c.classes.bind(f, raw, ref, cls, name, node, MethodVal(ref, name))
    path = child_path(ref, name)
    if ref.path.startswith("%"):
        return wrap(value, f"{ref.path[1:]}.{name}", None)
    return wrap(value, path, path)


def _slot(f: Frame, ref: ObjRef, name: str, value: Any, node: Any) -> FV:
    """An attribute that compiled code assigns: read from the state."""
    key = (id(ref.obj), name)
    path, t = f.c.slot_paths[key], f.c.assigned_attrs[key]
    if value is MISSING:
        what, cls = f"`{path}` is not set before the compiled code runs", type(ref.obj)
        return f.report("SC402", node, what, help="set it in `__init__`", more=lambda: sides.missing_attribute(f, cls, name, ()))
    first = _value_type(f, value, path, node)
    home = f.c.home(value, path)
    if isinstance(value, CHANGING) and not f.c.hold(value):
        what = f"`{path}` is changed under one of its names and read under another"
        return f.report("SC503", node, what, more=lambda: sides.tangled(f, node, value))
    return f.c.state(f, value, f.c.rooted(f.c.merge_type(first, t), ("state", home)), path, "slot", node)


def _value_type(f: Frame, value: Any, path: str, node: Any) -> Type:
    try:
        return f.c.data_type(value, path)
    except TypeError as e:
        f.report("SC201", node, f"the type of `{path}` cannot be told: {e}")
        return NEVER


def _refuse_descriptor(f: Frame, raw: Any, name: str, node: Any) -> None:
    """A descriptor that stores comes before what the object itself holds; slots are plain."""
    if hasattr(type(raw), "__set__") and not isinstance(raw, types.MemberDescriptorType | types.GetSetDescriptorType):
        raise f.refuse("SC204", node, f"the descriptor `{name}` ({type(raw).__name__}) cannot be compiled")


def _refuse_hook(f: Frame, cls: type, node: Any) -> None:
    """Classes whose `__setattr__` does something else than to store."""
    params = getattr(cls, "__dataclass_params__", None)
    if params is not None and params.frozen:
        raise f.refuse("SC204", node, f"`{cls.__name__}` is frozen: its attributes cannot be set", more=lambda: sides.class_of(f, cls))
    if f.c.classes.user_method(cls, "__setattr__") is not None:
        raise f.refuse("SC204", node, "a class with its own `__setattr__` cannot be compiled", more=lambda: sides.class_of(f, cls))


def set_object_attribute(f: Frame, ref: ObjRef, name: str, value: FV, node: Any, init: bool = False) -> Type | None:
    """`ref.name = value`: a store to the state, which must have the slot. The slot's type; None where a property took it."""
    if not init:
        _refuse_hook(f, type(ref.obj), node)
    raw = inspect.getattr_static(type(ref.obj), name, MISSING)
    if isinstance(raw, property):
        from scriptc.frontend import calls

        if raw.fset is None:
            raise f.refuse("SC204", node, f"property `{name}` has no setter")
        calls.call(f, Const(raw.fset), [ref, value], {}, node)
        return None
    _refuse_descriptor(f, raw, name, node)
    path = child_path(ref, name)
    if ref.path.startswith("%"):
        what = f"this changes the captured object `{ref.path[1:]}`"
        raise f.refuse("SC501", node, what, help="make it an attribute of the compiled object", more=lambda: sides.captured(f, ref.path[1:]))
    current = stored(ref.obj, name)
    if current is MISSING and raw is not MISSING and not isinstance(raw, types.MemberDescriptorType):
        current = raw
    if (current is MISSING and is_open(ref.obj)) or (type(current) is Unknown and current.type == ERROR):
        return None
    if current is MISSING:
        if (id(ref.obj), name) not in f.c.never_first:
            f.c.never_first.add((id(ref.obj), name))
            f.c.dirty = True
        what, cls = f"`{path}` is not set before the compiled code runs", type(ref.obj)
        help = f"give it a first value in `__init__`: `self.{name} = ...`"
        raise f.refuse("SC402", node, what, help=help, more=lambda: sides.missing_attribute(f, cls, name, ()))
    if f.type_of(value) is None:
        raise f.refuse("SC208", node, f"{f.c.describe(value)} cannot be kept in the module's state")
    v = f.value(value, node)
    key = (id(ref.obj), name)
    path = f.c.slot_paths.setdefault(key, path)
    first = _value_type(f, current, path, node)
    old = f.c.assigned_attrs.get(key)
    new = f.c.merge_type(f.c.merge_type(old if old is not None else NEVER, first), v.type)
    if new != old and not f.c.has_error(new):
        f.c.assigned_attrs[key] = new
        f.c.alive.append(ref.obj)
        f.c.dirty = True
    slot = f.c.rooted(new, ("state", f.c.home(current, path)))
    f.c.state(f, current, slot, path, "slot", node)
    f.block.nodes.pop()
    f.node("state.set", [v], {"name": path}, (), node)
    return slot


def items(ref: ObjRef) -> list[FV] | None:
    """What walking a static container object gives."""
    if isinstance(ref.obj, list | tuple):
        return [wrap(v, child_path(ref, str(i)), child_path(ref, str(i))) for i, v in enumerate(ref.obj)]
    if isinstance(ref.obj, dict):
        return [wrap(k, str(k), None) for k in ref.obj]
    return None


def item(f: Frame, ref: ObjRef, key: Any, node: Any) -> FV | None:
    """`ref[key]` of a static container object."""
    if not isinstance(ref.obj, list | dict | tuple):
        return None
    try:
        got = ref.obj[key]
    except Exception as e:
        return f.report("SC210", node, f"{f.c.describe(ref)}[{key!r}] does not exist: {type(e).__name__}")
    if isinstance(key, slice):
        n = len(ref.obj)
        return StaticList(tuple(wrap(ref.obj[i], child_path(ref, str(i)), child_path(ref, str(i))) for i in range(n)[key]))
    if isinstance(key, int) and isinstance(ref.obj, list | tuple):
        key %= len(ref.obj)
    return wrap(got, child_path(ref, str(key)), child_path(ref, str(key)))
