"""What model code may call: Python's functions and NumPy's, as ops or as functions that are compiled like the user's own."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from typing import Any

from scriptc.ir.core import OpDef, Program
from scriptc.library import python
from scriptc.ops import TABLE
from scriptc.types import Type


class Library:
    """Resolves the objects that names in the user's code stand for."""

    def __init__(self) -> None:
        self.table = TABLE
        self._numpy = _numpy_tables()

    def op_for(self, obj: Any) -> OpDef | None:
        """The op that a call of `obj` is."""
        name = self._lookup("NUMPY_FUNCTIONS", obj) or python.function_op(obj)
        return None if name is None else self.table.get(name)

    def op_for_method(self, t: Type, name: str, program: Program | None = None) -> OpDef | None:
        """The op of a method of a value of type `t` (a type without members: ask for each member of a union)."""
        found = python.method_op(t, name, program)
        return None if found is None else self.table[found]

    def op_for_attribute(self, t: Type, name: str, program: Program | None = None) -> OpDef | None:
        """The op of a data attribute of a value of type `t`."""
        found = python.attribute_op(t, name, program)
        return None if found is None else self.table[found]

    def scripted_for(self, obj: Any) -> Callable[..., Any] | None:
        """The Python function, in the language scriptc compiles, that stands for `obj`."""
        found = self._lookup("SCRIPTED", obj)
        return found if callable(found) else None

    def _lookup(self, table: str, obj: Any) -> Any:
        entries = self._numpy[table]
        try:
            return entries.get(obj)
        except TypeError:  # not hashable, so no function of a library
            return None


def _numpy_tables() -> dict[str, dict[Any, Any]]:
    if importlib.util.find_spec("scriptc.library.numpy_") is None:
        return {"NUMPY_FUNCTIONS": {}, "SCRIPTED": {}}
    numpy_ = importlib.import_module("scriptc.library.numpy_")
    return {"NUMPY_FUNCTIONS": numpy_.NUMPY_FUNCTIONS, "SCRIPTED": numpy_.SCRIPTED}


__all__ = ["Library", "python"]
