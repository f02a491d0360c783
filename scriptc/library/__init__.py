"""What model code may call: Python's functions and NumPy's, as ops or as functions that are compiled like the user's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scriptc.ir.core import OpDef, Program
from scriptc.library import numpy_, python, refused
from scriptc.ops import TABLE
from scriptc.ops.numpy_out import OutCall
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

    def out_call(self, op: OpDef) -> OutCall | None:
        """How `op` is called with `out=`; None where it has no such variant."""
        return numpy_.out_call(op)

    def refusal(self, obj: Any) -> tuple[str, str] | None:
        """Why calling `obj` is not compiled, and what to do instead; None where nothing more is to be said."""
        return refused.reason(obj)

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
