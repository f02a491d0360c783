"""Versions: functions for arguments of known dtypes and ranks, which do the same as those made for all with cheaper forms.

`Versions.function` finds the types of all values (`scriptc/ir/refine.py`), then writes the functions: arrays made in advance for
numbers (`direct.py`), tables (`tables.py`), operations in place (`inplace.py`), NumPy's functions and constant indices as global names.
Imported when a version is first made.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np

from scriptc.ir.core import Node, Program, Value
from scriptc.ir.refine import Refiner, Unfit, Version
from scriptc.targets.python.direct import ARITHMETIC, are_floats, emitted, known_shape, plain_operands, prepared, strict_zip
from scriptc.targets.python.filled import filled
from scriptc.targets.python.flow import Assign, Do, Ex, If, Raw, Var, place
from scriptc.targets.python.inplace import BINARY, UFUNCS, plan
from scriptc.targets.python.lowering import Leaf, Lowering, joined
from scriptc.targets.python.repeated import repeated
from scriptc.targets.python.scope import Scope
from scriptc.targets.python.spread import SIZE, Spread, spread, with_more_axes
from scriptc.targets.python.tables import WITHIN, meets, tables
from scriptc.targets.python.templates import Template, template
from scriptc.types import Tensor, Type

_UNKNOWN = object()
_FEW = 128
"""Elements up to which `z[mask] = number` takes less time than `putmask`."""
_COMPARISONS = {"lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal"}


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
        self.filled = filled(version)
        self.unwritten = {items for array, items in self.filled.items() if self.uses.get(items.results[0]) == 1}
        known = {v: v.owner for v in version.constants if isinstance(v.owner, Node)}
        self.alias.update((v, Leaf(version.constants[v])) for v in known)
        self.sizes = Counter(node.operands[0] for node in known.values())
        self.repeated = repeated(version, self.unwritten)
        for again, first in self.repeated.items():
            self.alias[again] = first
            self.uses[first] = self.uses.get(first, 0) + self.uses.get(again, 0)
        self.arrays = {p: self._array_of(p) for p in version.graph.params if p in self.tables.numbers}
        self.scratch = {node: self._empty(*found) for node, found in self.plan.scratch.items()}

    def _array_of(self, param: Value) -> Var:
        """A variable that holds the number as an array, for the whole function."""
        var = self.function.new_var(f"{param.hint or 't'}_array")
        self._make(var, "np.array", [self.function.read(self.where[param], self.pos)])
        return var

    def _empty(self, shape: tuple[int, ...], dtype: str) -> Var:
        """A variable that holds an array to write into, for the whole function."""
        var = self.function.new_var(None)
        self._make(var, "np.empty", self._of(shape, dtype))
        return var

    def _of(self, shape: tuple[int, ...], dtype: str) -> list[Ex]:
        """What `np.empty` is called with."""
        size = place(ast.Constant(shape[0]), self.pos) if len(shape) == 1 else self.global_name(self.scope.bind_index(shape))
        return [Ex(size), Ex(self.global_name(self.scope.bind(np.dtype(dtype), dtype)))]

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
        axes = with_more_axes(node, self.version)
        if axes is not None:
            index, more = axes
            view = ast.Subscript(args[index].node, self.global_name(self.scope.bind_index((None,) * more)), ast.Load())
            args[index] = joined(place(view, self.pos), [args[index]])

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
        text = strict_zip(node, self.uses) or emitted(node, self.type_of, True)
        if node.op.name in _COMPARISONS and are_floats(node, self.version):  # without the detour an operator takes
            text = f"np.{_COMPARISONS[node.op.name]}($0, $1)"
        t = template(text, plain_operands(node, self.type_of))
        self.scope.namespace.update(t.bound)
        return t

    def is_known(self, node: Node) -> bool:
        if not node.results:
            return False
        result = node.results[0]
        if result in self.repeated or result in self.version.constants:
            return True
        return node.op.name == "ndarray.shape" and self.sizes[result] == self.uses.get(result)

    def template(self, node: Node) -> None:
        if node.results and node.results[0] in self.plan.late:
            self.flush()  # the mask is looked at now; what it chooses between may be read until the choice is made
            return
        if node in self.unwritten:
            return
        self._choose_late(node)
        target = self._target(node)
        how = spread(node, self.version) if with_more_axes(node, self.version) is None else None
        if how is not None and (how.shape is not None or target is None):
            self._spread(node, how, None if node in self.plan.over else target)
        elif target is not None:
            self._write(node, target)
        elif self.filled.get(node) in self.unwritten:
            self._fill(node, self.filled[node])
        else:
            super().template(node)

    def produce(self, node: Node, ex: Ex) -> None:
        super().produce(node, ex)
        if node.results and node.results[0] in self.plan.reused:
            self.flush()  # it needs a variable

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
            shape = known_shape(self.type_of(v))
            if shape is not None and prod(shape) <= _FEW:
                self._store(z.uses[0], mask.node, [mask], value)
            else:
                self._do("np.putmask", [z, mask, value])
            self.where[v] = z.uses[0]

    def _target(self, node: Node) -> Var | None:
        """The variable whose array the node's result is written into."""
        index = self.plan.over.get(node)
        value = self.plan.into.get(node) if index is None else node.operands[index]
        if value is None:
            return self.scratch.get(node)
        self.flush()
        return self.read(self.resolve(value)).uses[0]

    def _write(self, node: Node, target: Var) -> None:
        """An elementwise operation whose result goes into an array that is there already."""
        self.flush()
        args = self.take(node.operands)
        self.prepare(node, args)
        self._do(f"np.{UFUNCS[node.op.name]}", [*args, self.function.read(target, self.pos)])
        self.alias.pop(node.results[0], None)
        self.where[node.results[0]] = target

    def _fill(self, node: Node, items: Node) -> None:
        """An array of the numbers of a list that was not made."""
        found = self.take(items.operands)
        self.flush()
        result = node.results[0]
        t = self.type_of(result)
        assert isinstance(t, Tensor)
        assert t.dtype is not None
        var = self.where[result] = self.function.new_var(result.hint)
        self.alias.pop(result, None)
        self._make(var, "np.empty", self._of((len(found),), t.dtype))
        for i, item in enumerate(found):
            self._store(var, place(ast.Constant(i), self.pos), [], item)

    def _spread(self, node: Node, how: Spread, target: Var | None) -> None:
        """An elementwise operation with a copy of the smaller operand that has the larger one's shape, made in `target` if that is there."""
        self.flush()
        args, function, result = self.take(node.operands), f"np.{BINARY[node.op.name]}", node.results[0]
        self.alias.pop(result, None)
        var = self.where[result] = self.function.new_var(result.hint) if target is None else target
        full = args[1 - how.small]
        out, self.out = self.out, []
        if how.shape is None:
            self._make(var, "np.empty_like", [self._again(full)])
        elif target is None:
            self._make(var, "np.empty", self._of(how.shape, how.dtype))
        self._store(var, place(ast.Constant(...), self.pos), [], self._again(args[how.small]))
        copied = [self.function.read(var, self.pos) if i == how.small else self._again(a) for i, a in enumerate(args)]
        self._do(function, [*copied, self.function.read(var, self.pos)])
        then, self.out = self.out, out
        if how.shape is not None:
            self.out += then
            return
        orelse = Assign([var], self._call(function, [self._again(a) for a in args]), self.pos)
        self.out.append(If(self._is_plain(full, how.depends), then, [orelse], self.pos))

    def _is_plain(self, array: Ex, depends: bool) -> Ex:
        """Is the array C-contiguous, and small where that is not known?"""
        reads = [self._again(array) for _ in range(1 + depends)]
        flags = place(ast.Attribute(reads[0].node, "flags", ast.Load()), self.pos)
        test: ast.expr = place(ast.Attribute(flags, "c_contiguous", ast.Load()), self.pos)
        if depends:
            size = place(ast.Attribute(reads[1].node, "size", ast.Load()), self.pos)
            small = place(ast.Compare(size, [ast.LtE()], [place(ast.Constant(SIZE), self.pos)]), self.pos)
            test = place(ast.BoolOp(ast.And(), [small, test]), self.pos)
        return joined(test, reads)

    def _store(self, var: Var, index: ast.expr, parts: list[Ex], value: Ex) -> None:
        """`var[index] = value`; `parts` are what the index is made of."""
        box = self.function.read(var, self.pos)
        target = place(ast.Subscript(box.node, index, ast.Store()), self.pos)
        uses = tuple(u for part in (value, box, *parts) for u in part.uses)
        self.out.append(Raw(place(ast.Assign([target], value.node), self.pos), uses, self.pos))

    def _again(self, ex: Ex) -> Ex:
        """One more reading of a variable or a global name."""
        return self.function.read(ex.uses[0], self.pos) if ex.uses else ex

    def _do(self, function: str, args: list[Ex]) -> None:
        self.out.append(Do(self._call(function, args), self.pos))

    def _make(self, var: Var, function: str, args: list[Ex]) -> None:
        self.out.append(Assign([var], self._call(function, args), self.pos))

    def _call(self, function: str, args: list[Ex]) -> Ex:
        t = template(f"{function}($*)", True)
        self.scope.namespace.update(t.bound)
        return joined(t.build([a.node for a in args], (), self.pos), args)


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
