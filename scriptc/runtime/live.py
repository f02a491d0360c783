"""Compiled methods of objects the user goes on using: what either side assigns, the other sees.

`@script` in a class leaves the user with the object itself. Its attributes may change between calls, and compiled code may
assign them. Before a call, slots take the object's values; after it, the object takes the slots'. Where anything else that
may have been looked at when compiling is another object now, the method is compiled again.
"""

from __future__ import annotations

import functools
import types
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from scriptc.runtime.compiled import Compiled
from scriptc.runtime.link import Linked

MAX_ITEMS = 256
"""Longer lists and dicts are data: they are not watched item by item."""

_MISSING = object()
_OPAQUE = (type, types.FunctionType, types.MethodType, types.ModuleType, np.ndarray, np.generic, str, bytes, int, float, complex, type(None))


class Snapshot:
    """The attributes and items of an object and all it holds, as they were: who changes them is noticed."""

    def __init__(self, root: Any, skip: set[int]) -> None:
        self.copies: dict[int, tuple[Any, Any]] = {}
        pending, seen = [root], set(skip)
        while pending:
            value = pending.pop()
            if id(value) in seen or isinstance(value, _OPAQUE):
                continue
            seen.add(id(value))
            store = value if isinstance(value, dict | list | tuple) else getattr(value, "__dict__", None)
            if store is None or len(store) > MAX_ITEMS or isinstance(store, types.MappingProxyType):
                continue
            self.copies[id(store)] = store, dict(store) if isinstance(store, dict) else tuple(store)
            pending.extend(store.values() if isinstance(store, dict) else store)

    def holds(self) -> bool:
        """Is everything the very object it was?"""
        return all(_same(now, then) for now, then in self.copies.values())

    def note(self, owner: Any, name: str, value: Any) -> None:
        """An assignment that changes nothing about the compiled code."""
        found = self.copies.get(id(getattr(owner, "__dict__", None)))
        if found is not None:
            found[1][name] = value


def _same(now: Any, then: Any) -> bool:
    if len(now) != len(then):
        return False
    if isinstance(then, dict):
        return all(now.get(k, _MISSING) is v for k, v in then.items())
    return all(x is y for x, y in zip(now, then, strict=True))


class Live:
    """The tie between an object and one compiled method of it."""

    def __init__(self, obj: Any, make: Callable[[Any], Linked], compiled: Compiled[..., Any]) -> None:
        try:
            self._obj: Callable[[], Any] = weakref.ref(obj)
        except TypeError:
            self._obj = lambda: obj
        self._make, self._compiled = make, compiled
        self._start(obj)
        compiled._tie = self

    def _start(self, obj: Any) -> None:
        linked = self._make(obj)
        self._linked, self._raw = linked, linked.calls
        linked.calls = {name: self._synchronized(name) for name in self._raw}
        found = ((slot, _owner(obj, slot)) for slot in linked.program.state)
        self._slots = [(slot, *owner) for slot, owner in found if owner is not None]
        self._snapshot = Snapshot(obj, {id(linked.get(slot)) for slot, _, _ in self._slots})
        self._compiled._attach(linked)

    def take(self) -> None:
        """The slots' values, and the code itself where that changes it, from the object as it is now."""
        obj = self._obj()
        if obj is not None:  # else nobody else can see the object any more
            self._take(obj)

    def give(self) -> None:
        """What was assigned to the slots, to the object."""
        if self._obj() is not None:
            self._give()

    def _synchronized(self, name: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            obj = self._obj()
            if obj is None:
                return self._raw[name](*args, **kwargs)
            self._take(obj)
            try:
                return self._raw[name](*args, **kwargs)
            finally:
                self._give()

        return functools.update_wrapper(call, self._raw[name])

    def _take(self, obj: Any) -> None:
        """Before a call: the slots' values from the object; all anew where the code itself may be another."""
        for slot, owner, name in self._slots:
            value = getattr(owner, name, _MISSING)
            if value is not self._linked.get(slot):
                if not self._linked.takes(slot, value):
                    return self._start(obj)
                self._linked.set(slot, value)
                self._snapshot.note(owner, name, value)
        if not self._snapshot.holds() and not self._only_slots_are_new():
            self._start(obj)
        return None

    def _only_slots_are_new(self) -> bool:
        """`eval()` may give the object an attribute `training` of its own where the class's was used: no change."""
        for slot, owner, name in self._slots:
            if name in getattr(owner, "__dict__", ()):
                self._snapshot.note(owner, name, self._linked.get(slot))
        return self._snapshot.holds()

    def _give(self) -> None:
        """After a call: what the compiled code assigned."""
        for slot, owner, name in self._slots:
            value = self._linked.get(slot)
            if getattr(owner, name, _MISSING) is not value:
                setattr(owner, name, value)
                self._snapshot.note(owner, name, value)


def _owner(root: Any, path: str) -> tuple[Any, str] | None:
    """The object and attribute that a slot's path names; None where the last step is no attribute."""
    *steps, last = path.split(".")
    for step in steps:
        if isinstance(root, list | tuple) and step.isdigit() and int(step) < len(root):
            root = root[int(step)]
        elif isinstance(root, dict):
            root = root.get(step, _MISSING)
        else:
            root = getattr(root, step, _MISSING)
    if root is _MISSING or isinstance(root, list | tuple | dict | type) or not hasattr(root, last):
        return None
    return root, last
