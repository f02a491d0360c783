"""Flow form: the loop that a comprehension became is a comprehension again, which Python runs faster than calls of `append`.

    a = []
    for x in xs:                   a = [x + 1 for x in xs if x > 0]
        if x > 0:           →
            a.append(x + 1)

Only where the user wrote a comprehension: there the new list and what is put into it have one place in the source. So a
traceback has the frames it had.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from scriptc.targets.python.flow import Assign, Do, Ex, Function, If, Loop, Pos, Raw, Stmt, Var, mentioned, parts, place


def restore(function: Function) -> None:
    """Rewrites the function's statements in place; notes in `function.scopes` which names each comprehension uses."""
    _Restorer(function).body(function.body)


class _Restorer:
    def __init__(self, function: Function) -> None:
        self.function = function
        self.var_of = {id(node): var for node, var in function.names}
        self.counts = function.mentions()

    def body(self, body: list[Stmt]) -> None:
        """Inner statements first, so that a comprehension in a comprehension is one already."""
        for stmt in body:
            for inner in parts(stmt):
                self.body(inner)
        at = 0
        while at + 1 < len(body):
            made, loop = body[at], body[at + 1]
            if isinstance(made, Assign) and isinstance(loop, Loop) and not made.unpack and not made.value.uses:
                found = self._comprehension(made, loop)
                if found is not None:
                    body[at : at + 2] = [Assign(made.targets, found, made.pos)]
                    at -= self._fold_iterable(body, at)
            at += 1

    def _fold_iterable(self, body: list[Stmt], at: int) -> int:
        """`t = zip(a, b); c = [... for x in t]`: the iterable, evaluated first, where it stood. Gives how many statements went."""
        before, made = body[at - 1] if at else None, body[at]
        assert isinstance(made, Assign)
        if not isinstance(before, Assign) or before.unpack:
            return 0
        (var, ex), first = (before.targets[0], before.value), made.value.node.generators[0]  # type: ignore[attr-defined]
        if self.var_of.get(id(first.iter)) != var or self.counts[var] != 2:
            return 0
        first.iter = ex.node
        made.value.uses = (*ex.uses, *(u for u in made.value.uses if u != var))
        targets, uses = self.function.scopes[-1]
        self.function.scopes[-1] = targets, [*ex.uses, *uses]
        del body[at - 1]
        return 1

    def _comprehension(self, made: Assign, loop: Loop) -> Ex | None:
        box = made.targets[0]
        inner: list[tuple[Loop, list[Ex]]] = []
        core = self._descend(loop, inner)
        if not core or mentions_in([loop], box) != 1:
            return None
        node, uses = self._collected(made, box, core)
        if node is None:
            return None
        targets: list[Var] = []
        for turn, tests in inner:
            targets += turn.targets
            for ex in (turn.iter, *tests):
                uses += ex.uses if ex else ()
        if any(self.counts[t] != 1 + uses.count(t) for t in targets):
            return None  # what is set in the loop is read after it
        node.generators = [self._generator(turn, tests, made.pos) for turn, tests in inner]  # type: ignore[attr-defined]
        self.function.scopes.append((targets, uses))
        self.counts[box] -= 1
        return Ex(node, tuple(u for u in uses if u not in targets))

    def _descend(self, loop: Loop, inner: list[tuple[Loop, list[Ex]]]) -> list[Stmt] | None:
        """The innermost statements of loops and conditions that hold nothing else."""
        while True:
            if not loop.targets or loop.iter is None or loop.orelse:
                return None
            tests: list[Ex] = []
            inner.append((loop, tests))
            body = loop.body
            while len(body) == 1 and isinstance(body[0], If) and not body[0].orelse:
                tests.append(body[0].test)
                body = body[0].body
            if len(body) != 1 or not isinstance(body[0], Loop):
                return body
            loop = body[0]

    def _generator(self, loop: Loop, tests: Sequence[Ex], pos: Pos) -> ast.comprehension:
        targets: list[ast.expr] = [self.function.name(v, pos, ast.Store()) for v in loop.targets]
        target = place(ast.Tuple(targets, ast.Store()), pos) if loop.unpack else targets[0]
        assert loop.iter is not None
        return ast.comprehension(target, loop.iter.node, [t.test for t in tests], 0)

    def _collected(self, made: Assign, box: Var, core: list[Stmt]) -> tuple[ast.expr | None, list[Var]]:
        """The comprehension without its loops, and the variables its items read."""
        last = core[-1]
        if last.pos != made.pos or not isinstance(last, Do | Raw):
            return None, []
        new = made.value.node
        if isinstance(last, Raw):
            return self._entry(new, box, core, last)
        call = last.value.node
        method = {ast.List: "append", ast.Call: "add"}.get(type(new))
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr != method or not _is_empty(new):
            return None, []
        if self.var_of.get(id(call.func.value)) != box or len(call.args) != 1 or call.keywords:
            return None, []
        item, uses = call.args[0], [u for u in last.value.uses if u != box]
        if len(core) == 2:
            item, uses = self._single(core[0], item, uses)  # type: ignore[assignment]
        elif len(core) != 1:
            return None, []
        if item is None:
            return None, []
        kind = ast.ListComp if method == "append" else ast.SetComp
        return place(kind(item, []), made.pos), uses

    def _single(self, first: Stmt, item: ast.expr, uses: list[Var]) -> tuple[ast.expr | None, list[Var]]:
        """`t = value` before the item, where the item is `t` and nothing else reads it."""
        if not isinstance(first, Assign) or first.unpack or self.var_of.get(id(item)) != first.targets[0] or self.counts[first.targets[0]] != 2:
            return None, []
        return first.value.node, list(first.value.uses)

    def _entry(self, new: ast.expr, box: Var, core: list[Stmt], store: Raw) -> tuple[ast.expr | None, list[Var]]:
        """`box[key] = value` where the key is evaluated first, or it does not matter which of the two is."""
        target = store.stmt.targets[0] if isinstance(store.stmt, ast.Assign) else None
        if not isinstance(new, ast.Dict) or new.keys or not isinstance(target, ast.Subscript) or self.var_of.get(id(target.value)) != box:
            return None, []
        assert isinstance(store.stmt, ast.Assign)
        key, uses = target.slice, [u for u in store.uses if u != box]
        if not isinstance(key, ast.Name | ast.Constant) or len(core) > 2:
            return None, []
        if len(core) == 2:
            made, read = self._single(core[0], key, [])
            if made is None:
                return None, []
            key, uses = made, [*read, *(u for u in uses if u not in core[0].targets)]  # type: ignore[union-attr]
        return place(ast.DictComp(key, store.stmt.value, []), store.pos), uses


def _is_empty(new: ast.expr) -> bool:
    """`[]` or `set()`."""
    if isinstance(new, ast.List):
        return not new.elts
    return isinstance(new, ast.Call) and isinstance(new.func, ast.Name) and new.func.id == "set" and not new.args


def mentions_in(body: Sequence[Stmt], var: Var) -> int:
    count = 0
    stack = [body]
    while stack:
        for stmt in stack.pop():
            count += mentioned(stmt).count(var)
            stack += parts(stmt)
    return count
