"""Which variables hold a value still needed, at each point of a function in flow form; and so which may not share one name.

Sets of variables are bit masks (Python ints). `clashes[v]` has the variables live right after a definition of `v`.
Two classes of variables may become one name where neither holds a variable that clashes with one of the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from scriptc.targets.python.flow import (
    Assign,
    Augment,
    Break,
    Continue,
    Copy,
    Do,
    Function,
    If,
    Loop,
    Raw,
    Return,
    Stmt,
    Try,
    Var,
)


@dataclass(slots=True)
class Targets:
    """What is live where jumps lead, and what is live everywhere here because an exception may come at any point."""

    on_break: int = 0
    on_continue: int = 0
    always: int = 0


@dataclass
class Liveness:
    """The analysis of one function. Run `analyze` once; then `clashes` and the marks in the statements are there."""

    function: Function
    clashes: list[int] = field(default_factory=list)
    record: bool = True

    def analyze(self) -> None:
        self.clashes = [0] * len(self.function.hints)
        entry = self.block(self.function.body, 0, Targets())
        params = 0
        for p in self.function.params:
            params |= 1 << p
        for p in self.function.params:
            self.clashes[p] |= entry | params
        for v in self.function.held:
            self.clashes[v] |= (1 << len(self.clashes)) - 1 & ~(1 << v)
        for bound, read in self.function.scopes:
            for var in bound:
                self.clashes[var] |= mask(bound) | mask(read)

    def block(self, body: list[Stmt], live: int, to: Targets) -> int:
        """What is live before `body` where `live` is what is live after it."""
        live |= to.always
        for stmt in reversed(body):
            live = self.statement(stmt, live, to) | to.always
        return live

    def statement(self, stmt: Stmt, live: int, to: Targets) -> int:
        if isinstance(stmt, Assign):
            return self._assign(stmt, live)
        if isinstance(stmt, Copy):
            return self._copy(stmt, live)
        if isinstance(stmt, If):
            then = self.block(stmt.body, live, to)
            other = self.block(stmt.orelse, live, to) if stmt.orelse else live
            return then | other | mask(stmt.test.uses)
        if isinstance(stmt, Loop):
            return self._loop(stmt, live, to)
        if isinstance(stmt, Try):
            return self._try(stmt, live, to)
        return self._simple(stmt, live, to)

    def _simple(self, stmt: Stmt, live: int, to: Targets) -> int:
        if isinstance(stmt, Do):
            return live | mask(stmt.value.uses)
        if isinstance(stmt, Raw):
            return (0 if stmt.ends else live) | mask(stmt.uses)
        if isinstance(stmt, Return):
            return mask(stmt.value.uses) if stmt.value else 0
        if isinstance(stmt, Break):
            return to.on_break
        if isinstance(stmt, Continue):
            return to.on_continue
        assert isinstance(stmt, Augment)
        self.defined(stmt.target, live)
        return live | mask(stmt.value.uses) | 1 << stmt.target

    def defined(self, var: Var, live: int) -> None:
        if self.record:
            self.clashes[var] |= live

    def _assign(self, stmt: Assign, live: int) -> int:
        targets = mask(stmt.targets)
        if self.record:
            stmt.dead = not stmt.unpack and not targets & live
            for var in stmt.targets:
                self.clashes[var] |= live | targets
        return live & ~targets | mask(stmt.value.uses)

    def _copy(self, stmt: Copy, live: int) -> int:
        """A copy's target may share its source's name, unless the source is itself set at the same time."""
        targets, uses = 0, 0
        for var, _ in stmt.pairs:
            targets |= 1 << var
        for var, source in stmt.pairs:
            clash = live
            if isinstance(source, int):
                if live >> var & 1:
                    uses |= 1 << source
                if not targets >> source & 1:
                    clash &= ~(1 << source)
            elif source is not None and live >> var & 1:
                uses |= mask(source.uses)
            self.defined(var, clash)
        if self.record:
            stmt.live = live
        return live & ~targets | uses

    def _loop(self, loop: Loop, live: int, to: Targets) -> int:
        recording, self.record = self.record, False
        while True:
            head = self._head(loop, live, to)
            if head == loop.head:
                break
            loop.head = head
        self.record = recording
        if recording:
            self._head(loop, live, to)
        return loop.head | (mask(loop.iter.uses) if loop.iter else 0)

    def _head(self, loop: Loop, live: int, to: Targets) -> int:
        """What is live before each turn, given what was found so far."""
        inside = self.block(loop.body, loop.head, Targets(live, loop.head, to.always))
        targets = mask(loop.targets)
        for var in loop.targets:
            self.defined(var, inside | targets)
        test = mask(loop.test.uses) if loop.test else 0
        ended = self.block(loop.orelse, live, to) if loop.orelse else live
        return loop.head | ended | inside & ~targets | test

    def _try(self, stmt: Try, live: int, to: Targets) -> int:
        after = live
        leaving = to.on_break | to.on_continue | to.always
        if stmt.final:
            after = self.block(stmt.final, live | leaving, to)
        cleanup = after if stmt.final else 0
        around = Targets(to.on_break, to.on_continue, to.always | cleanup)
        caught = 0
        for handler in stmt.handlers:
            caught |= self._handler(handler.var, handler.body, after, around, leaving)
        ends = self.block(stmt.orelse, after, around) if stmt.orelse else after
        inner = Targets(to.on_break, to.on_continue, around.always | caught)
        return self.block(stmt.body, ends, inner)

    def _handler(self, var: Var | None, body: list[Stmt], after: int, to: Targets, leaving: int) -> int:
        """Python unbinds the exception's name wherever the handler is left: it must be no other variable's."""
        if var is None:
            return self.block(body, after, to)
        bit = 1 << var
        inside = Targets(to.on_break, to.on_continue, to.always | bit)
        live = self.block(body, after, inside)
        self.defined(var, live | after | leaving | to.always)
        return live & ~bit


def mask(variables: tuple[Var, ...] | list[Var]) -> int:
    out = 0
    for v in variables:
        out |= 1 << v
    return out
