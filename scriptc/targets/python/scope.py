"""What the code of all graphs shares: the module's global names and what they stand for."""

from __future__ import annotations

import bisect
import builtins
import collections
import functools
import heapq
import itertools
import math
import operator
import random
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from scriptc.ir.closing import Closing
from scriptc.ir.core import Block, Graph, Node, Program, Value
from scriptc.ir.enums import resolve_enums
from scriptc.targets.python import rt
from scriptc.targets.python.classes import builtin_class, runtime_classes
from scriptc.targets.python.names import RESERVED, identifier

MODULES: dict[str, Any] = {
    "np": np, "math": math, "random": random, "operator": operator, "functools": functools, "itertools": itertools,
    "collections": collections, "heapq": heapq, "bisect": bisect, "warnings": warnings, "rt": rt, "nan": math.nan, "inf": math.inf,
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
    def first_sets(self) -> dict[Node, Node]:
        """`cell.new` without a value -> the `cell.set` that follows it in its block before anything else uses the cell."""
        return dict(pair for g in self.program.graphs.values() for block in blocks(g.block) for pair in _first_sets(block))

    @functools.cached_property
    def setting(self) -> frozenset[Node]:
        """The nodes that set a cell first: they make it."""
        return frozenset(self.first_sets.values())

    @functools.cached_property
    def closing(self) -> set[Value]:
        """Iterators whose last reference going is noticed."""
        return Closing(self.program).values

    @functools.cached_property
    def unbound_cells(self) -> bool:
        """Does the program make cells that may be used without a value?"""
        nodes = (n for g in self.program.graphs.values() for n in g.block.walk())
        return any(n.op.name == "cell.new" and not n.operands and n not in self.first_sets for n in nodes)

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

    def number(self, value: int | float, dtype: str) -> str:
        """The global name of a read-only array of rank 0."""
        key = (dtype, type(value), value.hex() if isinstance(value, float) else value)
        made = self._values.get(key)
        if made is None:
            made = self._values[key] = np.array(value, dtype)
            made.flags.writeable = False
        return self.bind(made, f"{dtype}_")

    def bind_index(self, index: object) -> str:
        """The global name of a slice, or a tuple of indices."""
        return self.bind(self._values.setdefault(("index", repr(index)), index), "index")

    def table(self, constant: tuple[Any, ...], dtype: str) -> str:
        """The global name of a tuple of numbers, tuples of such included, as read-only arrays of rank 0."""
        key = (dtype, repr(constant))
        made = self._values.get(key)
        if made is None:
            made = self._values[key] = self._arrays(constant, dtype)
        return self.bind(made, "table")

    def _arrays(self, constant: object, dtype: str) -> object:
        if isinstance(constant, tuple):
            return tuple(self._arrays(c, dtype) for c in constant)
        assert isinstance(constant, float)
        return self.namespace[self.number(constant, dtype)]

    def new_function(self, graph: Graph) -> str:
        """A global name for one more function of the graph."""
        return self._claim(function_name(graph))

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


def blocks(block: Block) -> Iterator[Block]:
    """The block and all blocks in it."""
    stack = [block]
    while stack:
        inner = stack.pop()
        yield inner
        stack += [b for node in inner.nodes for b in node.blocks]


def _first_sets(block: Block) -> Iterator[tuple[Node, Node]]:
    new: dict[Value, Node] = {}
    for node in block.nodes:
        if new:
            if node.op.name == "cell.set" and node.operands[0] in new and node.operands[1] is not node.operands[0]:
                yield new.pop(node.operands[0]), node
            for value in _used(node) & new.keys():
                del new[value]
        if node.op.name == "cell.new" and not node.operands:
            new[node.results[0]] = node


def _used(node: Node) -> set[Value]:
    """What the node and the nodes in it use."""
    found = set(node.operands)
    for block in node.blocks:
        found.update(block.yields)
        for inner in block.walk():
            found.update(inner.operands)
            for b in inner.blocks:
                found.update(b.yields)
    return found
