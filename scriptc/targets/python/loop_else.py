"""Flow form: an exit code that only tells a `break` from the end of a loop becomes the loop's `else` again.

code = 0                            for d in divisors:
for d in divisors:                      if n % d == 0:
    if n % d == 0:                          break
        code = 1                →       else:
        break                               primes += 1
if code == 1: continue
primes += 1
"""

from __future__ import annotations

import ast

from scriptc.targets.python.flow import Break, Continue, Copy, Ex, Function, If, Loop, Raw, Return, Stmt, Var, parts

_FEW = 4
"""More exits than these do not get copies of what follows the `break`."""

Exit = tuple[list[Stmt], int, tuple[Var, Var | Ex | None]]
"""Where a `break` sets the code: the statements, the index of the copy among them, the pair."""


def restore(function: Function) -> None:
    """Rewrites the function's statements in place."""
    _Restorer(function).body(function.body, False)


class _Restorer:
    def __init__(self, function: Function) -> None:
        self.var_of = {id(node): var for node, var in function.names}
        self.counts = function.mentions()

    def body(self, body: list[Stmt], is_loop: bool) -> None:
        """`is_loop`: what falls off the end of `body` starts a loop's next turn."""
        at = 0
        while at + 2 < len(body):
            before, loop, test = body[at : at + 3]
            if isinstance(before, Copy) and isinstance(loop, Loop) and isinstance(test, If):
                self._restore(body, at, before, loop, test, is_loop)
            at += 1
        for stmt in body:
            if isinstance(stmt, Loop):
                self.body(stmt.body, True)
                self.body(stmt.orelse, False)
            else:
                for inner in parts(stmt):
                    self.body(inner, is_loop and stmt is body[-1] and isinstance(stmt, If))

    def _restore(self, body: list[Stmt], at: int, before: Copy, loop: Loop, test: If, is_loop: bool) -> None:
        code = self._code(test.test)
        start = next((p for p in before.pairs if p[0] == code), None)
        if code is None or start is None or _number(start[1]) != 0 or loop.orelse:
            return
        exits = self._exits(loop, code)
        if exits is None or self.counts[code] != len(exits) + 2:
            return
        ended = self._outcome(test.test, 0)
        outcomes = {self._outcome(test.test, _number(pair[1])) for _, _, pair in exits}
        if outcomes != {not ended}:
            return
        otherwise, broken = (test.body, test.orelse) if ended else (test.orelse, test.body)
        copies = [s for s in broken if isinstance(s, Copy)] if len(exits) <= _FEW else []
        tail = broken[len(copies) :]
        new = _arranged(otherwise, tail, body[at + 3 :], is_loop) if broken == [*copies, *tail] else None
        if new is None:
            return
        loop.orelse, after = new
        before.pairs.remove(start)
        for leaving, i, pair in exits:
            copied = leaving[i]
            assert isinstance(copied, Copy)
            copied.pairs.remove(pair)
            leaving[i + 1 : i + 1] = [Copy(list(c.pairs), c.pos) for c in copies]
        body[at + 2 :] = after

    def _code(self, test: Ex) -> Var | None:
        """The variable that `test` compares with a number, if that is all it does."""
        node = test.test
        plain = isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq | ast.NotEq)
        if not plain or not isinstance(node.comparators[0], ast.Constant) or len(test.uses) != 1:  # type: ignore[attr-defined]
            return None
        return self.var_of.get(id(node.left))  # type: ignore[attr-defined]

    def _outcome(self, test: Ex, code: int | None) -> bool:
        node = test.test
        assert isinstance(node, ast.Compare)
        assert isinstance(node.comparators[0], ast.Constant)
        return (code == node.comparators[0].value) == isinstance(node.ops[0], ast.Eq)

    def _exits(self, loop: Loop, code: Var) -> list[Exit] | None:
        """Where each `break` of the loop sets the code, just before; None where one does not."""
        found: list[Exit] = []
        stack = [loop.body]
        while stack:
            body = stack.pop()
            for i, stmt in enumerate(body):
                if isinstance(stmt, Break):
                    copied = body[i - 1] if i else None
                    pair = next((p for p in copied.pairs if p[0] == code), None) if isinstance(copied, Copy) else None
                    if pair is None or not _number(pair[1]):
                        return None
                    found.append((body, i - 1, pair))
                elif not isinstance(stmt, Loop):
                    stack += parts(stmt)
                else:
                    stack.append(stmt.orelse)
        return found or None


def _arranged(otherwise: list[Stmt], broken: list[Stmt], rest: list[Stmt], is_loop: bool) -> tuple[list[Stmt], list[Stmt]] | None:
    """The loop's `else`, and what follows the loop; None where neither order says the same."""
    if not broken:
        return otherwise, rest
    if ends(otherwise):
        return otherwise, [*broken, *rest]
    if otherwise:
        return None
    if is_loop and len(broken) == 1 and isinstance(broken[0], Continue):
        return rest, []
    return (rest, broken) if ends(rest) and ends(broken) else None


def ends(body: list[Stmt]) -> bool:
    """Does control never fall off the end of `body`?"""
    last = body[-1] if body else None
    return isinstance(last, Break | Continue | Return) or (isinstance(last, Raw) and last.ends)


def _number(source: Var | Ex | None) -> int | None:
    """The int that is copied, if it is one."""
    node = source.node if isinstance(source, Ex) else None
    return node.value if isinstance(node, ast.Constant) and type(node.value) is int else None
