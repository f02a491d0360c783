"""What the code of all graphs shares: the module's global names and what they stand for."""

from __future__ import annotations

import builtins
import functools
import itertools
import math
import operator
import random
import warnings
from typing import Any

import numpy as np

from scriptc.ir.core import Graph, Program
from scriptc.ir.enums import resolve_enums
from scriptc.targets.python import rt
from scriptc.targets.python.classes import builtin_class, runtime_classes
from scriptc.targets.python.names import RESERVED, identifier

MODULES: dict[str, Any] = {
    "np": np, "math": math, "random": random, "operator": operator, "functools": functools, "itertools": itertools,
    "warnings": warnings, "rt": rt, "nan": math.nan, "inf": math.inf,
}  # fmt: skip
"""Names every template may use, besides the builtins. `nan` and `inf` are how those floats are written."""


class Scope:
    """The globals of one compiled program: functions, state slots, constants and classes, each under a name of its own."""

    def __init__(self, program: Program, classes: dict[str, type] | None) -> None:
        self.program = program
        self.namespace: dict[str, Any] = {"__name__": program.name, "__builtins__": builtins.__dict__, **MODULES}
        self._taken: set[str] = set(RESERVED) | set(self.namespace)
        self._counts: dict[str, int] = {}
        self.functions = {name: self._claim(function_name(g)) for name, g in program.graphs.items()}
        self.state = {name: self._claim(name.replace(".", "_")) for name in program.state}
        self._constants: dict[str, str] = {}
        self._classes: dict[str, str] = {}
        self._extra: dict[int, str] = {}
        self._values: dict[object, object] = {}
        self.classes: dict[str, type] = {}
        if program.classes:
            self.classes = runtime_classes(program, classes)
            resolve_enums(program, self.classes)
        for name, slot in program.state.items():
            self.namespace[self.state[name]] = slot.value

    def _claim(self, text: str) -> str:
        base = name = identifier(text, "f")
        while name in self._taken:
            self._counts[base] = self._counts.get(base, 0) + 1
            name = f"{base}_{self._counts[base]}"
        self._taken.add(name)
        return name

    @functools.cached_property
    def unbound_cells(self) -> bool:
        """Does the program make cells without a first value?"""
        return any(n.op.name == "cell.new" and not n.operands for g in self.program.graphs.values() for n in g.block.walk())

    def is_global(self, name: str) -> bool:
        """Would a local variable of this name hide a global one?"""
        return name in self._taken

    @functools.cached_property
    def changing(self) -> frozenset[str]:
        """The state slots that some graph sets: where they are read matters."""
        nodes = (n for g in self.program.graphs.values() for n in g.block.walk() if n.op.name == "state.set")
        return frozenset(self.program.aliases.get(n.attrs["name"], n.attrs["name"]) for n in nodes)

    def is_fixed(self, name: str) -> bool:
        """Does no graph set this state slot? Then when it is read does not matter."""
        return self.program.aliases.get(name, name) not in self.changing

    def state_name(self, name: str) -> str:
        return self.state[self.program.aliases.get(name, name)]

    def constant_name(self, name: str) -> str:
        found = self._constants.get(name)
        if found is None:
            found = self._constants[name] = self._claim(identifier(name, "c"))
            self.namespace[found] = self.program.constants[name].value
        return found

    def bind(self, value: object, name: str) -> str:
        """A global name for `value`, made once for each object."""
        found = self._extra.get(id(value))
        if found is None:
            found = self._extra[id(value)] = self._claim(name)
            self.namespace[found] = value
        return found

    def bind_value(self, value: object, name: str) -> str:
        """As `bind`, once for each equal constant of a type (told apart by their text)."""
        key = (type(value), repr(value) if not isinstance(value, int) else value)
        kept = self._values.setdefault(key, value)
        return self.bind(kept, name)

    def class_name(self, name: str) -> str:
        """The global name of a class of the program, or the name of a builtin exception."""
        found = self._classes.get(name)
        if found is None:
            if name in self.classes:
                found = self._claim(name.rpartition(".")[2])
                self.namespace[found] = self.classes[name]
            else:
                found = self._builtin(name)
            self._classes[name] = found
        return found

    def _builtin(self, name: str) -> str:
        value = builtin_class(name)
        if getattr(__builtins__, name, None) is value or name in RESERVED:
            return name
        return self.bind(value, name.rpartition(".")[2])


def function_name(graph: Graph) -> str:
    """The Python name of a graph's function: the last part of the user's name."""
    last = (graph.qualname or graph.name).rpartition(".")[2]
    return "lambda_" if last == "<lambda>" else last
