"""Allocation sites: where a list, dict or set may come from, so that storing something else widens it at its source.

`Sites` holds, per site, the element types found so far. Site kinds: an expression that makes a container; ("param", graph key, i, path): what a
caller passes; ("state", path): an attribute of the compiled object; ("field", ...) none of its own: fields keep their types' sites;
("rigid", label): declared or captured, cannot be widened.
"""

from __future__ import annotations

from typing import Any

from scriptc.frontend import sides
from scriptc.frontend.frame import Frame
from scriptc.ir.collected import CHANGING
from scriptc.types import (
    ERROR,
    NEVER,
    DefaultDict,
    Deque,
    Dict,
    List,
    Set,
    Tuple,
    TupleOf,
    Type,
    TypeGrowth,
    Union,
    is_subtype,
    members,
    settle_tuples,
    strip_sites,
    union,
    walk,
)
from scriptc.types.lattice import MAX_DEPTH

MAX_LENGTHS = 4
"""More tuples of different lengths in one container are taken for tuples of any length."""
Container = List | Deque | Set | Dict | DefaultDict


class Sites:
    """The table of sites, and the ways a type goes through it."""

    def __init__(self) -> None:
        self.site_types: dict[Any, tuple[Type, ...]] = {}
        self.changed_sites: set[Any] = set()  # containers some code writes to
        self.trusted_sites: set[Any] = set()
        self.unsure_sites: set[Any] = set()  # containers that were given something already reported: what they hold is not known
        self.dirty = False
        self.unifying = 0  # how deep `unify_containers` is in itself
        self.mutated: set[str] = set()
        self.homes: dict[int, str] = {}  # id of a container found when compiling: the one path it is known by in this pass
        self.found_at: dict[str, int] = {}  # path: id of the container there
        self.holders: dict[int, set[str]] = {}  # id of a container: the homes of those around it that are values at run time
        self.met: set[int] = set()  # containers found in globals
        self.alive: list[Any] = []  # objects whose ids are keys

    def has_error(self, t: Type) -> bool:
        """Is the type, or a part of it, that of something already reported?"""
        return any(part == ERROR for part in walk(t))

    def fresh_sites(self, t: Type, key: Any) -> Type:
        """`t` with a site for each container in it that has none yet, at the widest type found for that site."""
        parts = tuple(self.fresh_sites(c, (key, i)) for i, c in enumerate(t.children()))
        if parts:
            t = self.with_parts(t, parts)
        if isinstance(t, Container) and not t.sites and not (isinstance(t, Set) and t.frozen):
            return self._known(self.sited(t, frozenset({key})), key)
        return t

    def rooted(self, t: Type, root: Any) -> Type:
        """`t` with every container's sites replaced by ones that lead back to `root` (a parameter, an attribute...)."""
        parts = tuple(self.rooted(c, (*root, i)) for i, c in enumerate(t.children()))
        if parts:
            t = self.with_parts(t, parts)
        if isinstance(t, Container) and not (isinstance(t, Set) and t.frozen):
            return self._known(self.sited(t, frozenset({root})), root)
        return t

    def refreshed(self, t: Type) -> Type:
        """`t`, remembered from before, with every container as wide as its sites are by now."""
        parts = tuple(map(self.refreshed, t.children()))
        if parts:
            t = self.with_parts(t, parts)
        if isinstance(t, Container):
            for site in t.sites:
                t = self._known(t, site)
        return t

    def home(self, value: Any, path: str | None) -> str | None:
        """The path that stands for a list, dict or set reached by several; None for one that only globals hold."""
        if not isinstance(value, CHANGING):
            return path
        known = self.homes.get(id(value))
        if known is None and path is None:
            known = next((p for p, i in self.found_at.items() if i == id(value)), None)
            self.met.add(id(value))
            self.alive.append(value)
        if known is None and path is not None:
            self.dirty = self.dirty or (id(value) in self.met and id(value) not in self.found_at.values())
            known = self.homes[id(value)] = path
            self.found_at[path] = id(value)
            self.alive.append(value)
        return known

    def changes(self, value: Any) -> bool:
        """Does compiled code change this container, by any path that leads to it?"""
        around = self.holders.get(id(value), ())
        return any(self.found_at.get(p) == id(value) or p in around for p in self.mutated)

    def hold(self, value: Any) -> bool:
        """A container becomes a value at run time: False where compiled code changes it, or one in it, under another name."""
        changed = {self.found_at.get(p) for p in self.mutated}
        self.alive.append(value)
        inner, known = _inside(value), self.met.union(self.found_at.values())
        for v in inner:
            around = self.holders.setdefault(id(v), set())
            self.dirty = self.dirty or (id(v) in known and self.homes[id(value)] not in around)
            around.add(self.homes[id(value)])
        return not any(id(v) in changed for v in inner) and self.mutated.isdisjoint(self.holders.get(id(value), ()))

    def _known(self, t: Container, key: Any) -> Container:
        known = self.site_types.get(key)
        if known is None:
            return t
        parts = tuple(self.unify_containers(a, b) for a, b in zip(t.children(), known, strict=True))
        out = self.with_parts(t, parts)
        assert isinstance(out, Container)
        return out

    def sited(self, t: Container, sites: frozenset[Any]) -> Container:
        """`t` with these sites."""
        if isinstance(t, List):
            return List(t.elem, sites)
        if isinstance(t, Deque):
            return Deque(t.elem, sites)
        if isinstance(t, DefaultDict):
            return DefaultDict(t.factory, t.key, t.value, sites)
        if isinstance(t, Set):
            return Set(t.elem, t.frozen, sites)
        return Dict(t.key, t.value, sites)

    def with_parts(self, t: Type, parts: tuple[Type, ...]) -> Type:
        """`t` around other parts."""
        it = iter(parts)
        if isinstance(t, Union):
            return union(parts)
        return t.map(lambda _: next(it))

    def widen(self, f: Frame, found: Type, wanted: Type, node: Any) -> bool:
        """Widen every site of `found` so that its elements may be those of `wanted`. False (and reported) where one is rigid."""
        ok = True
        for one in members(found):
            if not isinstance(one, Container):
                continue
            goal = next((w for w in members(wanted) if _alike(w, one)), None)
            if goal is None:
                continue
            for site in one.sites:
                ok = self._widen_site(f, site, one, goal, node) and ok
        return ok

    def _widen_site(self, f: Frame, site: Any, one: Container, goal: Type, node: Any) -> bool:
        if is_rigid(site):
            root = site_root(site)
            if root[1] != "argument":
                self._write_captured(f, root[1], node)
                return False
            f.report(
                "SC206",
                node,
                f"`{site_label(site)}` is `{strip_sites(one)}`, and this makes it `{strip_sites(goal)}`",
                help=f"declare it as `{strip_sites(goal)}`, or keep its items to one type",
                more=lambda: sides.rigid(f, site, node),
            )
            return False
        known = self.site_types.get(site, tuple(NEVER for _ in one.children()))
        new = tuple(self.unify_containers(self.unify_containers(k, o), g) for k, o, g in zip(known, one.children(), goal.children(), strict=True))
        if new != known and not any(self.has_error(t) for t in new):
            self.site_types[site] = new
            self.dirty = True
        return True

    def unify_containers(self, a: Type, b: Type) -> Type:
        """`join` of two types, where containers that may still be widened become one wider container."""
        if self.unifying > 2 * MAX_DEPTH:
            raise TypeGrowth("a container that may hold itself has no type")
        self.unifying += 1
        try:
            out: list[Type] = []
            for t in (*members(a), *members(b)):
                self._add(out, t)
            return out[0] if len(out) == 1 else _settled(union(out))
        finally:
            self.unifying -= 1

    def _add(self, out: list[Type], t: Type) -> None:
        for i, old in enumerate(out):
            merged = self._unify_two(old, t)
            if merged is not None:
                out[i] = merged
                return
        out.append(t)

    def _unify_two(self, a: Type, b: Type) -> Type | None:
        if a == b:
            return a
        if isinstance(a, Tuple) and isinstance(b, Tuple) and len(a.items) == len(b.items):
            return Tuple(tuple(self.unify_containers(x, y) for x, y in zip(a.items, b.items, strict=True)))
        if not isinstance(a, Container) or not _alike(a, b) or (isinstance(a, Set) and a.frozen):
            return None
        assert isinstance(b, Container)
        if strip_sites(a) == strip_sites(b) or not (a.sites and b.sites) or any(is_rigid(s) for s in a.sites | b.sites):
            return None
        parts = tuple(self.unify_containers(x, y) for x, y in zip(a.children(), b.children(), strict=True))
        goal = self.with_parts(self.sited(a, a.sites | b.sites), parts)
        for one in (a, b):
            for site in one.sites:
                known = self.site_types.get(site, tuple(NEVER for _ in parts))
                new = tuple(self.unify_containers(k, g) for k, g in zip(known, parts, strict=True))
                if new != known and not any(self.has_error(t) for t in new):
                    self.site_types[site] = new
                    self.dirty = True
        return goal

    def spoil(self, t: Type | None) -> None:
        """Something already reported is put into a container of this type."""
        self.unsure_sites.update(site for part in walk(t or NEVER) for site in getattr(part, "sites", ()))

    def is_spoilt(self, t: Type) -> bool:
        """Is this of a container, or has it one in it, that was given something already reported?"""
        return bool(self.unsure_sites) and any(site in self.unsure_sites for part in walk(t) for site in getattr(part, "sites", ()))

    def note_mutation(self, f: Frame, t: Type, node: Any) -> None:
        """Code writes to a container of this type."""
        for one in members(t):
            for site in getattr(one, "sites", ()):
                self._note_site(f, site, node)

    def _write_captured(self, f: Frame, name: str, node: Any) -> None:
        help = "pass it as an argument, or make it an attribute of the compiled object"
        what = f"this changes `{name}`, which was captured when compiling"
        f.report("SC501", node, what, help=help, more=lambda: sides.captured(f, name))

    def _note_site(self, f: Frame, site: Any, node: Any) -> None:
        root = site_root(site)
        if root[0] == "state":
            if root[1] not in self.mutated:
                self.mutated.add(root[1])
                self.dirty = True
        elif root[0] == "rigid" and root[1] != "argument":
            self._write_captured(f, root[1], node)
        if site in self.trusted_sites and site not in self.changed_sites:
            self.dirty = True  # the keys of this dict were taken for known
        self.changed_sites.add(site)


def _settled(t: Type) -> Type:
    """`t`; where it has tuples of many lengths, or of lengths that a tuple of any length covers, that one in their place.

    A tuple that a loop makes longer would otherwise have another type in each pass.
    """
    tuples = [m for m in members(t) if isinstance(m, Tuple | TupleOf)]
    covered = any(isinstance(a, TupleOf) and isinstance(b, Tuple) and is_subtype(b, a) for a in tuples for b in tuples)
    return settle_tuples(t) if covered or len(tuples) > MAX_LENGTHS else t


def _alike(a: Type, b: Type) -> bool:
    """Containers of one kind; what makes the missing values of a defaultdict is part of its kind."""
    return type(a) is type(b) and getattr(a, "factory", None) == getattr(b, "factory", None)


def _inside(value: Any) -> list[Any]:
    """The lists, dicts and sets in one, each once."""
    found: dict[int, Any] = {}
    pending = [value]
    while pending:
        v = pending.pop()
        for item in v.values() if isinstance(v, dict) else v:
            if isinstance(item, (*CHANGING, tuple)) and id(item) not in found:
                found[id(item)] = item
                pending.append(item)
    return [v for v in found.values() if not isinstance(v, tuple)]


def site_root(site: Any) -> tuple[Any, ...]:
    """(kind, name) of a rooted site; ("new", key) for an expression's."""
    if isinstance(site, tuple) and site and site[0] in ("state", "rigid", "param"):
        return (site[0], site[1])
    return ("new", site)


def is_rigid(site: Any) -> bool:
    """Is this of a type that was declared, or captured, and so cannot be widened?"""
    return bool(site_root(site)[0] == "rigid")


def site_label(site: Any) -> str:
    """The name the user knows a rigid site by."""
    root = site_root(site)
    return str(site[2]) if root[1] == "argument" and len(site) > 2 else str(root[1])
