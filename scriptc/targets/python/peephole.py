"""Flow form → shorter flow form, before liveness: what straight lowering writes in steps and Python has one statement for.

t = counts[w]; t += 1; counts[w] = t        counts[w] += 1
u = t; u += i; t = u                        t += i             (`t` may be read by a handler: the two never share a name)
u = f(x); t = u                             t = f(x)
pair = next(...); i = pair[0]; x = pair[1]  i, x = next(...)
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from scriptc.targets.python.flow import Assign, Augment, Copy, Do, Ex, Function, Loop, Raw, Stmt, Var, parts, place

_SHORT = 3
"""Longer tuples are not unpacked for some of their items."""


def shorten(function: Function) -> None:
    """Rewrites the function's statements in place."""
    _Shortener(function).body(function.body)


class _Shortener:
    def __init__(self, function: Function) -> None:
        self.function = function
        self.var_of = {id(node): var for node, var in function.names}
        self.mentions = function.mentions()
        self._taken = 0

    def body(self, body: list[Stmt]) -> None:
        for stmt in body:
            if isinstance(stmt, Loop) and stmt.targets:
                self._unpack_target(stmt)
            for inner in parts(stmt):
                self.body(inner)
        if len(body) < 2:
            return
        out: list[Stmt] = []
        for stmt in body:
            out.append(stmt)
            while len(out) > 1 and (self._augment_place(out) or self._augment_copy(out) or self._assign_copy(out)):
                pass
        body[:] = out
        self._unpack_assigned(body)

    # augmented assignments

    def _augment_place(self, out: list[Stmt]) -> bool:
        """`t = box[i]; t += v; box[i] = t`."""
        if len(out) < 3:
            return False
        load, augment, store = out[-3:]
        if not (isinstance(load, Assign) and isinstance(augment, Augment) and isinstance(store, Raw) and isinstance(store.stmt, ast.Assign)):
            return False
        target = store.stmt.targets[0]
        if load.unpack or load.targets != [augment.target] or self.mentions[augment.target] != 3:
            return False
        if self.var_of.get(id(store.stmt.value)) != augment.target or not self._same_place(load.value.node, target):
            return False
        uses = tuple(u for u in store.uses if u != augment.target)
        merged = place(ast.AugAssign(target, augment.op, augment.value.node), augment.pos)  # type: ignore[arg-type]
        out[-3:] = [Raw(merged, (*uses, *augment.value.uses), augment.pos)]
        return True

    def _same_place(self, load: ast.expr, store: ast.expr) -> bool:
        """Do the two name the same place, whatever runs between them? Made of variables and constants only."""
        if type(load) is not type(store):
            return False
        if isinstance(load, ast.Subscript):
            assert isinstance(store, ast.Subscript)
            return self._same(load.value, store.value) and self._same(load.slice, store.slice)
        if isinstance(load, ast.Attribute):
            assert isinstance(store, ast.Attribute)
            return load.attr == store.attr and self._same(load.value, store.value)
        return isinstance(load, ast.Name) and id(load) not in self.var_of and load.id == store.id  # type: ignore[attr-defined]

    def _same(self, a: ast.AST | None, b: ast.AST | None) -> bool:
        if a is None or b is None or type(a) is not type(b):
            return a is b
        if isinstance(a, ast.Name):
            assert isinstance(b, ast.Name)
            found = self.var_of.get(id(a))
            return found == self.var_of.get(id(b)) and (found is not None or a.id == b.id)
        if isinstance(a, ast.Constant):
            assert isinstance(b, ast.Constant)
            return type(a.value) is type(b.value) and repr(a.value) == repr(b.value)
        if isinstance(a, ast.Tuple | ast.Slice) or (isinstance(a, ast.UnaryOp) and isinstance(a.operand, ast.Constant)):
            return all(self._same(x, y) for x, y in zip(_operands(a), _operands(b), strict=False)) and len(_operands(a)) == len(_operands(b))
        return isinstance(a, ast.USub) and isinstance(b, ast.USub)

    def _augment_copy(self, out: list[Stmt]) -> bool:
        """`u = t; u += v; t = u`."""
        if len(out) < 3:
            return False
        first, augment, last = out[-3:]
        if not (isinstance(first, Copy) and isinstance(augment, Augment) and isinstance(last, Copy)):
            return False
        temporary = augment.target
        if len(first.pairs) != 1 or len(last.pairs) != 1 or self.mentions[temporary] != 3:
            return False
        target, source = last.pairs[0]
        if source != temporary or first.pairs[0] != (temporary, target):
            return False
        self.mentions[target] -= 1
        out[-3:] = [Augment(target, augment.op, augment.value, augment.pos)]
        return True

    # assignments

    def _assign_copy(self, out: list[Stmt]) -> bool:
        """`u = value; t = u`."""
        made, copied = out[-2:]
        if not (isinstance(made, Assign) and isinstance(copied, Copy)):
            return False
        sources = {s for _, s in copied.pairs if isinstance(s, int)}
        for pair in copied.pairs:
            target, source = pair
            if not isinstance(source, int) or source not in made.targets or self.mentions[source] != 2 or target in sources:
                continue
            if target in made.targets or any(target in ex.uses for _, ex in copied.pairs if isinstance(ex, Ex)):
                continue
            made.targets[made.targets.index(source)] = target
            self.mentions[source] = 0
            copied.pairs.remove(pair)
            if not copied.pairs:
                out.pop()
            return True
        return False

    # unpacking

    def _unpack_assigned(self, body: list[Stmt]) -> None:
        for at, stmt in enumerate(body):
            if isinstance(stmt, Assign) and not stmt.unpack and stmt.targets[0] in self.function.tuples:
                taken = self._items(stmt.targets[0], body, at + 1)
                if taken is not None:
                    stmt.targets, stmt.unpack = taken, True
                    del body[at + 1 : at + 1 + self._taken]

    def _unpack_target(self, loop: Loop) -> None:
        (target,) = loop.targets
        taken = self._items(target, loop.body, 0) if target in self.function.tuples else None
        if taken is not None:
            loop.targets, loop.unpack = taken, True
            del loop.body[: self._taken]

    def _items(self, var: Var, body: Sequence[Stmt], start: int) -> list[Var] | None:
        """The variables that the statements from `start` on set to the items of the tuple `var`, in order, if that is all it is for.

        An item nobody wants gets a variable nobody reads.
        """
        size = self.function.tuples[var]
        taken: dict[int, Var | None] = {}
        for stmt in body[start : start + size]:
            index = self._item(stmt, var)
            if index is None or index >= size or index <= max(taken, default=-1):
                break
            taken[index] = stmt.targets[0] if isinstance(stmt, Assign) else None
        if not taken or self.mentions[var] != len(taken) + 1 or (size > _SHORT and len(taken) < size):
            return None
        self._taken = len(taken)
        found = [taken.get(i) for i in range(size)]
        return [self._unused() if v is None else v for v in found]

    def _unused(self) -> Var:
        self.mentions.append(1)
        return self.function.new_var("_")

    def _item(self, stmt: Stmt, var: Var) -> int | None:
        """Which item of `var` the statement takes, if that is what it does."""
        if not isinstance(stmt, Assign | Do) or (isinstance(stmt, Assign) and (stmt.unpack or stmt.targets[0] in self.function.params)):
            return None
        node = stmt.value.node
        if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Constant) or self.var_of.get(id(node.value)) != var:
            return None
        return node.slice.value if type(node.slice.value) is int else None


def _operands(node: ast.AST) -> list[ast.AST | None]:
    if isinstance(node, ast.Tuple):
        return list(node.elts)
    if isinstance(node, ast.Slice):
        return [node.lower, node.upper, node.step]
    assert isinstance(node, ast.UnaryOp)
    return [node.op, node.operand]
