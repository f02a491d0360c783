"""Names for variables: copies disappear where both sides can be one variable; the user's own names wherever they are free."""

from __future__ import annotations

from collections.abc import Iterator

from scriptc.targets.python.flow import Augment, Copy, Function, If, Loop, Stmt, Try, Var
from scriptc.targets.python.names import identifier
from scriptc.targets.python.scope import Scope

UNUSED = "_"
_PROBES = 12


class Names:
    """The classes of variables that became one, and the name of each.

    `clashes` comes from liveness. `read` are the classes that some copy still reads once the others have gone.
    """

    def __init__(self, function: Function, clashes: list[int], scope: Scope) -> None:
        self.function, self.scope = function, scope
        count = len(function.hints)
        self.parent = list(range(count))
        self.members = [1 << v for v in range(count)]
        self.clashes = clashes
        self.hints = list(function.hints)
        copies = [(depth, s) for s, depth in walk(function.body) if isinstance(s, Copy)]
        self._coalesce(sorted(copies, key=lambda c: -c[0]))
        self.read = {self.find(src) for _, s in copies for dst, src in s.pairs if self._remains(s, dst, src)}
        self._taken: dict[str, list[tuple[str, list[int]]]] = {}
        self._used: set[str] = set()
        self.names: dict[Var, str] = {}
        self._choose()

    def find(self, var: Var | object) -> Var:
        assert isinstance(var, int)
        parent = self.parent
        while parent[var] != var:
            parent[var] = var = parent[parent[var]]
        return var

    def __getitem__(self, var: Var) -> str:
        return self.names[self.find(var)]

    def _remains(self, stmt: Copy, dst: Var, src: object) -> bool:
        return isinstance(src, int) and bool(stmt.live >> dst & 1) and self.find(dst) != self.find(src)

    def _coalesce(self, copies: list[tuple[int, Copy]]) -> None:
        """Innermost loops first: there a copy costs most."""
        for _, stmt in copies:
            for dst, src in stmt.pairs:
                if isinstance(src, int) and stmt.live >> dst & 1:
                    self._merge(self.find(dst), self.find(src))

    def _merge(self, a: Var, b: Var) -> None:
        if a == b or self.clashes[a] & self.members[b] or self.clashes[b] & self.members[a]:
            return
        ha, hb = self.hints[a], self.hints[b]
        if ha is not None and hb is not None and ha != hb:
            return
        if b < a:
            a, b = b, a
        self.parent[b] = a
        self.members[a] |= self.members[b]
        self.clashes[a] |= self.clashes[b]
        self.hints[a] = ha if ha is not None else hb

    def _choose(self) -> None:
        for var in self.function.params:
            self._name(self.find(var))
        unread = self._unread()
        for var in range(len(self.parent)):
            if self.parent[var] == var and var not in self.names:
                if var in unread and self.hints[var] in (None, UNUSED):
                    self.names[var] = UNUSED
                else:
                    self._name(var)

    def _unread(self) -> set[Var]:
        """Classes that are set but never read, and are no parameter."""
        read = {self.find(v) for _, v in self.function.reads()}
        for stmt, _ in walk(self.function.body):
            if isinstance(stmt, Copy):
                read.update(self.find(s) for _, s in stmt.pairs if isinstance(s, int))
            elif isinstance(stmt, Augment):
                read.add(self.find(stmt.target))
        return {v for v in range(len(self.parent)) if self.parent[v] == v} - read

    def _name(self, var: Var) -> None:
        hint = self.hints[var]
        base = "v" if hint == UNUSED else identifier(hint, "t")
        known = self._taken.setdefault(base, [])
        members, clashes = self.members[var], self.clashes[var]
        for name, masks in known[-_PROBES:]:
            if not (masks[0] & clashes or masks[1] & members):
                masks[0] |= members
                masks[1] |= clashes
                self.names[var] = name
                return
        name, i = base, len(known)
        while (i and name == base) or name in self._used or self.scope.is_global(name):
            i += 1
            name = f"{base}_{i}"
        self._used.add(name)
        known.append((name, [members, clashes]))
        self.names[var] = name


def walk(body: list[Stmt], depth: int = 0) -> Iterator[tuple[Stmt, int]]:
    """Every statement with how many loops it is in."""
    for stmt in body:
        yield stmt, depth
        if isinstance(stmt, If):
            yield from walk(stmt.body, depth)
            yield from walk(stmt.orelse, depth)
        elif isinstance(stmt, Loop):
            yield from walk(stmt.body, depth + 1)
            yield from walk(stmt.orelse, depth)
        elif isinstance(stmt, Try):
            for part in (stmt.body, *(h.body for h in stmt.handlers), stmt.orelse, stmt.final):
                yield from walk(part, depth)
