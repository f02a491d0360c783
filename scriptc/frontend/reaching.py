"""Which assignments of a name reach a use of it, and what leaves it unset on the way there.

A question about the tree alone, asked only where a message needs the answer. As Python runs it: a branch, a loop that may not run,
an exception on its way, `del`. What a test is known to be is asked of `truth`, so that a branch that is not compiled plays no part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import gast

from scriptc.frontend import scopes


@dataclass(frozen=True, eq=False)
class Reach:
    """One way to the use: `node`, a part of `stmt`, sets the name; or, where there is a `why`, is what leaves it unset."""

    node: Any
    stmt: Any
    why: str = ""


State = dict[tuple[int, str], Reach]
"""The ways to one place: the key says which node, and why."""

LEAVING = (gast.Return, gast.Raise, gast.Break, gast.Continue)
START = "start"
"""Why a name is unset that nothing has touched yet."""


def place(node: Any) -> tuple[Any, ...]:
    """Where a node is: the compiler may look at a copy of it."""
    return tuple(getattr(node, name, None) or 0 for name in ("lineno", "col_offset", "end_lineno", "end_col_offset"))


def reaching(tree: Any, name: str, use: Any, truth: Callable[[Any], bool | None]) -> list[Reach]:
    """The ways to `use`, which is inside the function `tree`, in the order of the text; none where that cannot be told."""
    walker = _Walker(name, place(use), truth)
    start = next((p for p in gast.walk(tree.args) if isinstance(p, gast.Name) and p.id == name and isinstance(p.ctx, gast.Param)), None)
    first = Reach(start, tree) if start is not None else Reach(tree, tree, START)
    walker.block(scopes.body_of(tree), {_key(first): first})
    return sorted(walker.found.values(), key=lambda r: (r.why != "", place(r.node)[:2]))


def bindings(tree: Any, name: str) -> list[Any]:
    """The nodes of the function that bind the name, in the order of the text."""
    found = [n for n in scopes.own_nodes(scopes.body_of(tree)) if _binds(n, name)]
    return sorted(found, key=lambda n: place(n)[:2])


def _binds(node: Any, name: str) -> bool:
    return place(node)[0] > 0 and name in scopes._bindings_of(node) and not isinstance(getattr(node, "ctx", None), gast.Del)


def _key(r: Reach) -> tuple[int, str]:
    return id(r.node), r.why


def _touched(stmt: Any) -> set[str] | None:
    """The names the statement sets; None where it may leave."""
    return None if isinstance(stmt, LEAVING) or scopes.contains_exit([stmt]) else scopes.assigned([stmt])


def _union(*states: State | None) -> State | None:
    live = [s for s in states if s is not None]
    return {k: r for s in live for k, r in s.items()} if live else None


def _unset(state: State) -> bool:
    return any(r.why for r in state.values())


def _blamed(state: State | None, others: Iterable[State | None], node: Any, stmt: Any, why: str) -> State | None:
    """`state` of one side: where another side sets the name and this one does not, `node` is why it is unset."""
    untouched = state is not None and any(r.why == START for r in state.values())
    if state is None or not untouched or all(s is None or _unset(s) for s in others):
        return state
    new = Reach(node, stmt, why)
    return {k: r for k, r in state.items() if r.why != START} | {_key(new): new}


class _Walker:
    def __init__(self, name: str, use: tuple[Any, ...], truth: Callable[[Any], bool | None]) -> None:
        self.name, self.use, self.truth = name, use, truth
        self.found: State = {}
        self.loops: list[Any] = []
        self.breaks: list[list[State]] = []
        self.continues: list[list[State]] = []
        self.raised: list[State] = []

    # -- what a piece of the text does ------------------------------------------------------------------------------
    def block(self, stmts: list[Any], state: State | None) -> State | None:
        """The ways past the statements; None where none of them gets there."""
        for stmt in stmts:
            if state is None:
                return None
            if self._passed_by(stmt):
                continue
            handler = _HANDLERS.get(type(stmt), _Walker._simple)
            state = handler(self, stmt, state)
        return state

    def _passed_by(self, stmt: Any) -> bool:
        """Does the statement neither hold the use, nor set the name, nor leave? Of long functions most are so."""
        if stmt.lineno <= self.use[0] <= stmt.end_lineno:
            return False
        names = scopes.cached("touched", stmt, _touched)
        return names is not None and self.name not in names

    def _look(self, node: Any, state: State) -> State:
        """An expression is evaluated: the use may be in it, and it may bind the name by `:=`."""
        if node is None:
            return state
        for n in gast.walk(node):
            if isinstance(n, gast.Name) and n.id == self.name and place(n) == self.use:
                self.found.update(state)
        for n in scopes.own_nodes([node]):
            if isinstance(n, gast.NamedExpr) and n.target.id == self.name:
                state = self._set(n.target, n)
        return state

    def _set(self, node: Any, stmt: Any) -> State:
        """From here on the name is what `node` sets it to."""
        r = Reach(node, stmt)
        state = {_key(r): r}
        for points in self.raised:
            points.update(state)
        return state

    def _bind(self, target: Any, stmt: Any, state: State) -> State:
        if target is None:
            return state
        found = [n for n in scopes.own_nodes([target]) if _binds(n, self.name)]
        return self._set(found[-1], stmt) if found else state

    def _simple(self, stmt: Any, state: State) -> State | None:
        state = self._look(stmt, state)
        if isinstance(stmt, gast.Return | gast.Raise):
            return None
        if isinstance(stmt, gast.Break | gast.Continue):
            self._leave(stmt, state)
            return None
        if isinstance(stmt, gast.Delete):
            gone = next((t for t in stmt.targets if isinstance(t, gast.Name) and t.id == self.name), None)
            return {(id(gone), "del"): Reach(gone, stmt, "deleted here")} if gone is not None else state
        if isinstance(stmt, gast.AnnAssign) and stmt.value is None:
            return state
        return self._bind(stmt, stmt, state)

    def _leave(self, stmt: Any, state: State) -> None:
        """`break` and `continue`: where the loop sets the name and this comes first, this is why it is unset."""
        if not self.loops:
            return
        sets = self.name in scopes.assigned([self.loops[-1]])
        if isinstance(stmt, gast.Continue):
            self.continues[-1].append(state)
        else:
            self.breaks[-1].append(_blamed(state, [{}] if sets else [], stmt, stmt, "not set where the loop is left here") or state)

    # -- branches ---------------------------------------------------------------------------------------------------
    def _if(self, stmt: Any, state: State) -> State | None:
        state = self._look(stmt.test, state)
        known = self.truth(stmt.test)
        if known is not None:
            taken, other = (stmt.body, stmt.orelse) if known else (stmt.orelse, stmt.body)
            end = self.block(taken, state)
            if end is not None and self.name in scopes.assigned(other):
                why = f"this is always {'true' if known else 'false'}, so the other branch, which sets it, is not compiled"
                return _blamed(end, [{}], stmt.test, stmt, why)
            return end
        yes, no = self.block(stmt.body, dict(state)), self.block(stmt.orelse, dict(state))
        return _union(
            _blamed(yes, [no], stmt.test, stmt, "not set where this is true"), _blamed(no, [yes], stmt.test, stmt, "not set where this is false")
        )

    def _match(self, stmt: Any, state: State) -> State | None:
        state = self._look(stmt.subject, state)
        ends: list[tuple[State | None, Any, str]] = []
        complete = False
        for case in stmt.cases:
            inner = self._look(case.guard, self._bind(case.pattern, stmt, dict(state)))
            ends.append((self.block(case.body, inner), case.pattern, "not set in this case"))
            complete = complete or (case.guard is None and isinstance(case.pattern, gast.MatchAs) and case.pattern.pattern is None)
        if not complete:
            ends.append((dict(state), stmt.subject, "not set where no case matches this"))
        sides = [s for s, _, _ in ends]
        return _union(*(_blamed(s, [o for o in sides if o is not s], node, stmt, why) for s, node, why in ends))

    # -- loops ------------------------------------------------------------------------------------------------------
    def _for(self, stmt: Any, state: State) -> State | None:
        state = self._look(stmt.iter, state)
        return self._loop(stmt, state, lambda s: self._bind(stmt.target, stmt, s), stmt.iter, "not set where this is empty", _always_runs(stmt.iter))

    def _while(self, stmt: Any, state: State) -> State | None:
        endless = isinstance(stmt.test, gast.Constant) and bool(stmt.test.value)

        def begin(s: State) -> State:
            return self._look(stmt.test, s)

        if endless:
            return self._loop(stmt, state, begin, None, "", True)
        return self._loop(stmt, begin(state), begin, stmt.test, "not set where this is false at once", False)

    def _loop(self, stmt: Any, state: State, begin: Callable[[State], State], head: Any, why: str, runs: bool) -> State | None:
        self.loops.append(stmt)
        self.breaks.append([])
        self.continues.append([])
        back: State | None = None
        for _ in range(2):  # what one turn leaves is there in the next
            turn = self.block(stmt.body, begin(dict(_union(state, back) or {})))
            back = _union(turn, *self.continues[-1])
        broken, _, _ = self.breaks.pop(), self.continues.pop(), self.loops.pop()
        none = None if runs else _blamed(dict(state), [{}] if self.name in scopes.assigned([stmt]) else [], head, stmt, why)
        done = _union(none, back) if head is not None else None
        done = self.block(stmt.orelse, done) if done is not None else None
        return _union(done, *broken)

    # -- exceptions -------------------------------------------------------------------------------------------------
    def _try(self, stmt: Any, state: State) -> State | None:
        self.raised.append(dict(state))
        end = self.block(stmt.body, dict(state))
        raised = self.raised.pop()
        if self.raised:
            self.raised[-1].update(raised)
        if end is not None:
            end = self.block(stmt.orelse, end)
        ends = [end]
        sets = self.name in scopes.assigned(stmt.body)
        for handler in stmt.handlers:
            ends.append(self._handler(handler, stmt, raised, sets))
        after = _union(*ends)
        if not stmt.finalbody:
            return after
        last = self.block(stmt.finalbody, after if after is not None else raised)
        return last if after is not None else None

    def _handler(self, handler: Any, stmt: Any, raised: State, sets: bool) -> State | None:
        state = _blamed(dict(raised), [{}] if sets else [], handler, stmt, "not set where this is reached") or {}
        named = handler.name is not None and self.name in scopes._bindings_of(handler)
        if named:
            state = self._set(handler, stmt)
        end = self.block(handler.body, state)
        if named and end is not None:
            gone = Reach(handler, stmt, "unset again at the end of this")
            return {_key(gone): gone}
        return end

    def _with(self, stmt: Any, state: State) -> State | None:
        for item in stmt.items:
            state = self._bind(item.optional_vars, stmt, self._look(item.context_expr, state))
        return self.block(stmt.body, state)

    def _function(self, stmt: Any, state: State) -> State:
        return self._set(stmt, stmt) if stmt.name == self.name else self._look(stmt, state)


_HANDLERS: dict[type, Callable[[_Walker, Any, State], State | None]] = {
    gast.If: _Walker._if,
    gast.Match: _Walker._match,
    gast.For: _Walker._for,
    gast.While: _Walker._while,
    gast.Try: _Walker._try,
    gast.With: _Walker._with,
    gast.FunctionDef: _Walker._function,
}


def _always_runs(node: Any) -> bool:
    """Is this a `range` of numbers written out that is not empty, or a display with items?"""
    if isinstance(node, gast.List | gast.Tuple):
        return bool(node.elts)
    if not (isinstance(node, gast.Call) and isinstance(node.func, gast.Name) and node.func.id == "range" and not node.keywords):
        return False
    bounds = [a.value for a in node.args if isinstance(a, gast.Constant)]
    return len(bounds) == len(node.args) in (1, 2, 3) and all(type(b) is int for b in bounds) and 0 not in bounds[2:] and len(range(*bounds)) > 0
