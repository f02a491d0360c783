"""From a verified program to something that runs: its graphs as Python functions, its entries as checked callables."""

from __future__ import annotations

import builtins
import functools
from collections.abc import Callable, Mapping
from typing import Any

from scriptc.ir.core import Program
from scriptc.runtime.calls import find_problem, make_call
from scriptc.runtime.check import Checker
from scriptc.runtime.signatures import Versions
from scriptc.targets.python import compile_program
from scriptc.types import Type

MAIN_NAMES = ("forward", "__call__")


class Linked:
    """A running program. `calls` holds its entries; they check their arguments."""

    def __init__(self, program: Program, classes: Mapping[str, type] | None = None) -> None:
        self.program = program
        self._module = compile_program(program, None if classes is None else dict(classes))
        # NumPy's compiled parts import modules through the globals of the function that called them
        self._module.namespace.setdefault("__builtins__", builtins)
        self.classes: dict[str, type] = self._module.classes
        self._checker = Checker(program, self.classes)
        self.calls: dict[str, Callable[..., Any]] = {name: self._call(name) for name in program.entries}

    def _call(self, name: str) -> Callable[..., Any]:
        entry = self.program.entries[name]
        qualname = self.program.graphs[entry.graph].qualname or name
        versions = Versions(self.program, entry.params, functools.partial(self._module.specialize, entry.graph))
        return make_call(qualname, entry.params, self._module.entry(name), self._checker, method=is_method(qualname), versions=versions)

    def fits(self, what: str, t: Type, value: Any) -> None:
        """Raise TypeError or ValueError, naming `what`, unless `value` is of type `t`."""
        problem = find_problem(t, value, self._checker)
        if problem is not None:
            raise problem.error(f"{self.program.name} {what}")

    def takes(self, slot: str, value: Any) -> bool:
        """May the state slot hold `value`?"""
        return find_problem(self.program.state[slot].type, value, self._checker) is None

    @property
    def code(self) -> str:
        """The generated Python."""
        return self._module.code

    def get(self, slot: str) -> Any:
        """What a state slot holds now."""
        return self._module.get_state(slot)

    def set(self, slot: str, value: Any) -> None:
        self._module.set_state(slot, value)


def is_method(qualname: str) -> bool:
    """Was it defined in a class body? Python counts `self` in its messages then."""
    owner = qualname.rpartition(".")[0]
    return bool(owner) and not owner.endswith("<locals>")


def main_entry(program: Program) -> str:
    """The entry that calling the object runs."""
    return next((n for n in MAIN_NAMES if n in program.entries), next(iter(program.entries)))
