"""Versions: functions for arguments of known dtypes and ranks, which do the same as those made for all with cheaper forms.

`Versions.function` finds the types of all values (`scriptc/ir/refine.py`), then writes the functions: arrays made in advance for
numbers (`direct.py`), tables (`tables.py`), operations in place (`inplace.py`), NumPy's functions and constant indices as global names.
Imported when a version is first made.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from scriptc.ir.core import Node, Program, Value
from scriptc.ir.refine import Refiner, Unfit, Version
from scriptc.targets.python.direct import ARITHMETIC, emitted, plain_operands, prepared
from scriptc.targets.python.flow import Assign, Do, Ex, Var, place
from scriptc.targets.python.inplace import UFUNCS, plan
from scriptc.targets.python.lowering import Leaf, Lowering, joined
from scriptc.targets.python.scope import Scope
from scriptc.targets.python.tables import WITHIN, meets, tables
from scriptc.targets.python.templates import BOUND, Template, template
from scriptc.types import Type

MAKE_ARRAY = f"{BOUND}np_array"
_UNKNOWN = object()


class Versions:
    """The versions of one program. `make` makes a function of what is lowered."""

    def __init__(self, program: Program, scope: Scope, make: Callable[[Lowering], Callable[..., Any]]) -> None:
        self.program, self.scope, self.make = program, scope, make
        self.refiner = Refiner(program)
        self.names: dict[Version, str] = {}

    def function(self, graph: str, args: Sequence[Type]) -> Callable[..., Any] | None:
        """The graph's function for arguments of these types, those of the versions it calls made too; None where there is none."""
        try:
            version = self.refiner.version(self.program.graphs[graph], args)
        except Unfit:
            return None
        pending, new = [version], []
        while pending:
            found = pending.pop()
            if found not in self.names:
                self.names[found] = self.scope.new_function(found.graph)
                new.append(found)
                pending += found.calls.values()
        try:
            made = [self.make(VersionLowering(v, self.scope, self.names)) for v in new]
        except RecursionError:
            for v in new:
                del self.names[v]
            raise
        self.scope.namespace.update((self.names[v], function) for v, function in zip(new, made, strict=True))
        return self.scope.namespace[self.names[version]]  # type: ignore[no-any-return]


class VersionLowering(Lowering):
    """The state of lowering one version."""

    def __init__(self, version: Version, scope: Scope, names: dict[Version, str]) -> None:
        super().__init__(version.graph, scope)
        self.version, self.names, self.name = version, names, names[version]
        self.tables = tables(version)
        self.plan = plan(version, self.tables.numbers)
        known = {v: v.owner for v in version.constants if isinstance(v.owner, Node)}
        self.alias.update((v, Leaf(version.constants[v])) for v in known)
        self.sizes = Counter(node.operands[0] for node in known.values())
        self.arrays = {p: self._array_of(p) for p in version.graph.params if p in self.tables.numbers}

    def _array_of(self, param: Value) -> Var:
        """A variable that holds the number as an array, for the whole function."""
        var = self.function.new_var(f"{param.hint or 't'}_array")
        self.scope.namespace[MAKE_ARRAY] = np.array
        number = self.function.read(self.where[param], self.pos)
        made = place(ast.Call(self.global_name(MAKE_ARRAY), [number.node], []), self.pos)
        self.out.append(Assign([var], joined(made, [number]), self.pos))
        return var

    def type_of(self, value: Value) -> Type:
        return self.version.type_of(value)

    def callee(self, node: Node) -> str:
        version = self.version.calls.get(node)
        return super().callee(node) if version is None else self.names[version]

    def prepare(self, node: Node, args: list[Ex]) -> None:
        """Put an array made once in the place of a number that NumPy would make one of at each call."""
        if self.arrays and node.op.name in ARITHMETIC:
            for i, v in enumerate(node.operands):
                var = self.arrays.get(v)
                if var is not None and meets(self.version, node, i) == "float64":
                    args[i] = self.function.read(var, self.pos)
        found = prepared(node, self.version)
        if found is not None:
            index, number, dtype = found
            args[index] = Ex(self.global_name(self.scope.number(number, dtype)))

    def table(self, value: Value) -> Ex | bool:
        dtype = self.tables.dtypes.get(value)
        if dtype is None or dtype == WITHIN:
            return dtype == WITHIN
        return Ex(self.global_name(self.scope.table(value.const, dtype)))

    def constant_index(self, index: ast.expr) -> ast.expr | None:
        """A slice, or a tuple with one, is made once."""
        made = constant(index) if isinstance(index, ast.Slice | ast.Tuple) else _UNKNOWN
        return None if made is _UNKNOWN else self.global_name(self.scope.bind_index(made))

    def template_of(self, node: Node) -> Template:
        t = template(emitted(node, self.type_of, True), plain_operands(node, self.type_of))
        self.scope.namespace.update(t.bound)
        return t

    def is_known(self, node: Node) -> bool:
        if not self.sizes or not node.results:
            return False
        result = node.results[0]
        return result in self.version.constants or (node.op.name == "ndarray.shape" and self.sizes[result] == self.uses.get(result))

    def template(self, node: Node) -> None:
        if node.results and node.results[0] in self.plan.late:
            self.flush()  # the mask is looked at now; what it chooses between may be read until the choice is made
            return
        self._choose_late(node)
        if node in self.plan.over:
            self._overwrite(node, self.plan.over[node])
        else:
            super().template(node)

    def _choose_late(self, node: Node) -> None:
        """Do the `where` nodes whose results `node` uses: put the number into `z`, which is the result now."""
        for v in node.operands:
            choice = self.plan.late.get(v)
            if choice is None:
                continue
            self.flush()
            mask, z = self.read(self.resolve(choice.operands[0])), self.read(self.resolve(choice.operands[2]))
            _, number, dtype = prepared(choice, self.version)  # type: ignore[misc]
            value = Ex(self.global_name(self.scope.number(number, dtype)))
            self._do("np.putmask", [z, mask, value])
            self.where[v] = z.uses[0]

    def _overwrite(self, node: Node, index: int) -> None:
        """An elementwise operation that writes where its operand was."""
        self.flush()
        args = self.take(node.operands)
        self.prepare(node, args)
        target = args[index]
        self._do(f"np.{UFUNCS[node.op.name]}", [*args, target])
        self.alias.pop(node.results[0], None)
        self.where[node.results[0]] = target.uses[0]

    def _do(self, function: str, args: list[Ex]) -> None:
        t = template(f"{function}($*)", True)
        self.scope.namespace.update(t.bound)
        read = [self.function.read(a.uses[0], self.pos) if a.uses else a for a in args]
        self.out.append(Do(joined(t.build([a.node for a in read], (), self.pos), read), self.pos))


def constant(index: ast.expr | None) -> Any:
    """The slice or tuple that an index of constants is; `_UNKNOWN` for any other."""
    if index is None or isinstance(index, ast.Constant):
        return None if index is None else index.value
    if isinstance(index, ast.UnaryOp) and isinstance(index.op, ast.USub) and isinstance(index.operand, ast.Constant):
        return -index.operand.value  # type: ignore[operator]
    parts = index.elts if isinstance(index, ast.Tuple) else [index.lower, index.upper, index.step] if isinstance(index, ast.Slice) else None
    found = [_UNKNOWN] if parts is None else [constant(p) for p in parts]
    if _UNKNOWN in found:
        return _UNKNOWN
    return tuple(found) if isinstance(index, ast.Tuple) else slice(*found)
