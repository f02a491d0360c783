"""Members of enums in a program's data: by reference in a file, Python's own members where the classes are at hand.

    state 'mode': `enum model.Color` = enum('model.Color', 'RED')      →  model.Color.RED
"""

from __future__ import annotations

import collections
from collections.abc import Iterator, Mapping
from typing import Any

from scriptc.ir.collected import CHANGING, LINES
from scriptc.ir.core import Constant, Entry, FieldDef, Param, Program, State
from scriptc.ir.data import EnumRef, enum_ref, is_enum
from scriptc.types import EnumType, Type, walk


def holds_enum(t: Type) -> bool:
    return any(isinstance(part, EnumType) for part in walk(t))


def enums_in(value: Any) -> Iterator[EnumRef]:
    """Every member of an enum in plain data."""
    if is_enum(value):
        yield enum_ref(value)
    elif isinstance(value, (*LINES, set, frozenset)):
        for v in value:
            yield from enums_in(v)
    elif isinstance(value, dict):
        for pair in value.items():
            yield from enums_in(pair)


def resolve_enums(program: Program, classes: Mapping[str, type]) -> None:
    """Put the members of `classes` (by their names in the program) in the place of references, in all data of `program`.

    Lists, dicts and sets stay the same objects. Raises AttributeError or KeyError for a member that is not there, which `verify` excludes.
    """
    resolver = _Resolver(classes)
    for state in program.state.values():
        resolver.slot(state)
    for constant in program.constants.values():
        resolver.slot(constant)
    for cls in program.classes.values():
        for f in cls.fields:
            resolver.default(f)
    for entry in program.entries.values():
        resolver.entry(entry)


class _Resolver:
    def __init__(self, classes: Mapping[str, type]) -> None:
        self.classes = classes
        self.done: dict[int, Any] = {}

    def slot(self, slot: State | Constant) -> None:
        if holds_enum(slot.type):
            slot.value = self.value(slot.value)

    def default(self, holder: FieldDef | Param) -> None:
        if holder.default is not None:
            self.slot(holder.default)

    def entry(self, entry: Entry) -> None:
        for p in entry.params:
            self.default(p)

    def value(self, v: Any) -> Any:
        if isinstance(v, EnumRef):
            return getattr(self.classes[v.cls], v.member)
        if isinstance(v, tuple | frozenset):
            return type(v)(self.value(x) for x in v)
        if isinstance(v, CHANGING) and id(v) not in self.done:
            self.done[id(v)] = v
            self.refill(v)
        return v

    def refill(self, v: Any) -> None:
        if isinstance(v, list):
            v[:] = [self.value(x) for x in v]
            return
        if isinstance(v, collections.deque):
            for i, x in enumerate(v):
                v[i] = self.value(x)
            return
        new = {self.value(k): self.value(x) for k, x in v.items()} if isinstance(v, dict) else {self.value(x) for x in v}
        v.clear()
        v.update(new)
