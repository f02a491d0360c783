"""What model code may call: Python's functions and NumPy's, as ops or as functions that are compiled like the user's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scriptc.ir.core import OpDef, Program
from scriptc.library import numpy_, python
from scriptc.ops import TABLE
from scriptc.types import Type


class Library:
    """Resolves the objects that names in the user's code stand for."""

    def __init__(self) -> None:
        self.table = TABLE

    def op_for(self, obj: Any) -> OpDef | None:
        """The op that a call of `obj` is."""
        name = _lookup(numpy_.NUMPY_FUNCTIONS, obj) or python.function_op(obj)
        return None if name is None else self.table.get(name)

    def op_for_method(self, t: Type, name: str, program: Program | None = None) -> OpDef | None:
        """The op of a method of a value of type `t` (a type without members: ask for each member of a union)."""
        found = python.method_op(t, name, program)
        return None if found is None else self.table[found]

    def op_for_attribute(self, t: Type, name: str, program: Program | None = None) -> OpDef | None:
        """The op of a data attribute of a value of type `t`."""
        found = python.attribute_op(t, name, program)
        return None if found is None else self.table[found]

    def with_out(self, name: str, positional: int, keywords: tuple[str, ...]) -> tuple[str, tuple[str, ...]] | None:
        """The op of a NumPy call with `out=`, and the order of its keyword operands; None where there is none."""
        found: tuple[str, tuple[str, ...]] = numpy_.with_out(name, positional, keywords)
        return found if found[0] in self.table and found[0] != name else None

    def scripted_for(self, obj: Any) -> Callable[..., Any] | None:
        """The Python function, in the language scriptc compiles, that stands for `obj`."""
        found = _lookup(numpy_.SCRIPTED, obj)
        return found if callable(found) else None


def _lookup(entries: Mapping[Any, Any], obj: Any) -> Any:
    try:
        return entries.get(obj)
    except TypeError:  # not hashable, so no function of a library
        return None


__all__ = ["Library", "python"]
