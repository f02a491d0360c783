"""Where paths meet: several (block, flow) pairs become one flow, through the results of one node.

Each name gets at most one graph value for all the ways out (its *slot*); per way out only its type and boundness differ.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import compress
from operator import is_not
from typing import Any

from scriptc.frontend.frame import Env, Frame
from scriptc.frontend.values import (
    FALL,
    FV,
    POISON,
    RETURN,
    CellVal,
    Choice,
    Conflict,
    Const,
    Dyn,
    Fact,
    Flow,
    Poison,
    Unbound,
    same,
)  # fmt: skip
from scriptc.ir import Block, Node, Value
from scriptc.types import INT, NEVER, Type

Entries = list[dict[int, FV]]  # per branch: kind -> value
Branch = tuple[Block, Flow]


class Merge:
    """The meeting of `branches`; `base` is the environment they all began with."""

    def __init__(self, f: Frame, branches: list[Branch], base: Env, node: Any) -> None:
        self.f, self.branches, self.base, self.node = f, branches, base, node
        self.results: list[Value] = []
        self.yields: list[list[Value]] = [[] for _ in branches]
        self.kinds = sorted({k for _, flow in branches for k in flow.envs})

    def run(self) -> Flow:
        """The ways out of all branches together, each name with one value."""
        out = Flow({k: {} if k == RETURN else dict(self.base) for k in self.kinds})
        for name in self._touched():
            fvs = self.name(name)
            for kind, env in out.envs.items():
                if kind in fvs:
                    env[name] = fvs[kind]
                else:
                    env.pop(name, None)
        out.code = self.code()
        return out

    def _touched(self) -> list[str]:
        """The names that some branch set or removed; the others, often hundreds, are as they were."""
        touched: dict[str, None] = {}
        for _, flow in self.branches:
            for kind, env in flow.envs.items():
                touched.update(dict.fromkeys(env if kind == RETURN else differing(self.base, env)))
                if kind != RETURN:
                    touched.update(dict.fromkeys(self.base.keys() - env.keys()))
        return [name for name in {**self.base, **touched} if name in touched]

    def name(self, name: str) -> dict[int, FV]:
        """What `name` is on each way out."""
        entries: Entries = []
        first: FV | None = None
        uniform = True
        for _, flow in self.branches:
            entry: dict[int, FV] = {}
            for kind, env in flow.envs.items():
                fv = env.get(name)
                if fv is None:
                    if name.startswith("%") or kind == RETURN:
                        continue
                    fv = Unbound()
                entry[kind] = fv
                if first is None:
                    first = fv
                elif fv is not first:
                    uniform = False
            entries.append(entry)
        settled = first is self.base.get(name) or isinstance(first, Const | Unbound | Conflict | Fact | CellVal | Poison)
        if first is not None and uniform and settled:
            return {k: first for entry in entries for k in entry}
        if any(isinstance(fv, Fact) for e in entries for fv in e.values()):
            return self._facts(entries)
        if any(isinstance(fv, CellVal) for e in entries for fv in e.values()):
            return self._cells(entries)
        return self.unify(entries, name, self.base.get(name))

    def _facts(self, entries: Entries) -> dict[int, FV]:
        out: dict[int, FV] = {}
        for kind in self.kinds:
            fvs = [e.get(kind) for (_, flow), e in zip(self.branches, entries, strict=True) if kind in flow.envs]
            if all(isinstance(fv, Fact) for fv in fvs):
                out[kind] = Fact(self._join([fv.type for fv in fvs if isinstance(fv, Fact)]))
        return out

    def _cells(self, entries: Entries) -> dict[int, FV]:
        out: dict[int, FV] = {}
        for kind in {k for e in entries for k in e}:
            fvs = [e[kind] for e in entries if kind in e]
            cells = [fv for fv in fvs if isinstance(fv, CellVal)]
            if not cells:
                out[kind] = fvs[0]
                continue
            one = cells[0]
            if any(c.cell is not one.cell for c in cells) or (len(cells) < len(fvs) and not all(isinstance(v, CellVal | Unbound) for v in fvs)):
                out[kind] = Conflict("it is kept in two different cells")
                continue
            unbound = len(cells) < len(fvs) or any(c.unbound for c in cells)
            out[kind] = CellVal(one.cell, self._join([c.type for c in cells]), one.key, unbound, one.shared)
        return out

    def _join(self, types: list[Type]) -> Type:
        t: Type = NEVER
        for u in types:
            t = self.f.c.merge_type(t, u)
        return t

    # -- slots ------------------------------------------------------------------------------------------------------
    def unify(self, entries: Entries, name: str, base: FV | None) -> dict[int, FV]:
        """One value for a name that differs between branches, by way out."""
        kinds = {k for e in entries for k in e}
        if any(isinstance(fv, Poison) for e in entries for fv in e.values()):
            return dict.fromkeys(kinds, POISON)
        direct = {k: fv for k in kinds if (fv := self._direct(entries, k, base)) is not None}
        # all ways out must see one value, or a later merge could not tell which to pass on
        if len(direct) == len(kinds) and all(same(fv, next(iter(direct.values()))) for fv in direct.values()):
            return direct
        reps = [next((fv for fv in e.values() if not isinstance(fv, Unbound)), None) for e in entries]
        bound = [r for r in reps if r is not None]
        if not bound:
            return {k: next(e[k] for e in entries if k in e) for k in kinds}
        if all(r.token() == bound[0].token() and len(r.children()) == len(bound[0].children()) for r in bound):
            return self._structural(entries, bound[0], name)
        return self._leaf(entries, reps, name)

    def _direct(self, entries: Entries, kind: int, base: FV | None) -> FV | None:
        """The value for `kind` where no slot is needed: static, or from before the branches, and the same on all."""
        fvs = [e[kind] for e in entries if kind in e]
        one = fvs[0]
        if not all(same(fv, one) for fv in fvs):
            return None
        if isinstance(one, Const | Unbound | Conflict) or (base is not None and same(one, base)):
            return one
        return None

    def _structural(self, entries: Entries, rep: FV, name: str) -> dict[int, FV]:
        if isinstance(rep, Dyn):
            return self._leaf(entries, [next((v for v in e.values() if not isinstance(v, Unbound)), None) for e in entries], name)
        n = len(rep.children())
        unbound_kinds = {k for e in entries for k, fv in e.items() if isinstance(fv, Unbound)}
        # a side without the value must not have it put together again from its parts
        partly = any(not e for e in entries) and self.f.type_of(rep) is not None
        if (unbound_kinds or partly) and n:
            return self._leaf(entries, [next((v for v in e.values() if not isinstance(v, Unbound)), None) for e in entries], name)
        parts: list[dict[int, FV]] = []
        for i in range(n):
            sub = [{k: fv.children()[i] for k, fv in e.items() if not isinstance(fv, Unbound)} for e in entries]
            parts.append(self.unify(sub, name, None))
        out: dict[int, FV] = {}
        for kind in {k for e in entries for k in e}:
            out[kind] = Unbound() if kind in unbound_kinds else rep.with_children(tuple(p[kind] for p in parts)) if n else rep
        return out

    def _leaf(self, entries: Entries, reps: list[FV | None], name: str) -> dict[int, FV]:
        f = self.f
        kinds = {k for e in entries for k in e}
        picked = self._choice(entries, reps)
        if picked is not None:
            return picked
        for r in reps:
            if r is not None and (isinstance(r, Conflict) or f.type_of(r) is None):
                why = r.why if isinstance(r, Conflict) else f"one of them is {f.c.describe(r)}"
                return {k: Conflict(why) for k in kinds}
        values: list[Value | None] = []
        for (block, _), rep in zip(self.branches, reps, strict=True):
            if rep is None:
                values.append(None)
                continue
            with f.inside(block):
                values.append(rep.value if isinstance(rep, Dyn) else f.value(rep, self.node))
        types = {k: self._join([self._kind_type(e[k]) for e in entries if k in e]) for k in kinds}
        unbound = {k: any(self._is_unbound(e[k]) for e in entries if k in e) for k in kinds}
        slot = self._from_before(name, entries, values)
        if slot is None:
            slot = self.slot(values, self._join(list({id(v): v.type for v in values if v is not None}.values())), name)
        return {k: Unbound() if types[k] == NEVER and unbound[k] else Dyn(slot, types[k], unbound[k]) for k in kinds}

    def _from_before(self, name: str, entries: Entries, values: list[Value | None]) -> Value | None:
        """The one value `name` has on every way out, where it is that from before the branches: only what is known of it differs."""
        base = self.base.get(name)
        if isinstance(base, Dyn) and all(v is base.value or not e for v, e in zip(values, entries, strict=True)):
            return base.value
        return None

    def _choice(self, entries: Entries, reps: list[FV | None]) -> dict[int, FV] | None:
        """Different functions or modules that meet: an index among them."""
        from scriptc.frontend import choice

        bound = [r for r in reps if r is not None]
        if all(self.f.type_of(r) is not None for r in bound):
            return None
        kinds = {k for e in entries for k in e}
        options = choice.merged(bound)
        if options is None or any(isinstance(fv, Unbound) for e in entries for fv in e.values()):
            return None
        indices: list[FV | None] = []
        for (block, _), rep in zip(self.branches, reps, strict=True):
            if rep is None:
                indices.append(None)
                continue
            with self.f.inside(block):
                indices.append(self.f.dyn(choice.index_of(self.f, rep, options, self.node), self.node))
        slot = self.slot([i.value if isinstance(i, Dyn) else None for i in indices], INT, "%pick")
        return {k: Choice(tuple(options), Dyn(slot, INT)) for k in kinds}

    def _kind_type(self, fv: FV) -> Type:
        if isinstance(fv, Unbound):
            return NEVER
        t = self.f.type_of(fv)
        return NEVER if t is None else t

    def _is_unbound(self, fv: FV) -> bool:
        return isinstance(fv, Unbound) or (isinstance(fv, Dyn) and fv.unbound)

    def slot(self, values: list[Value | None], type: Type, name: str) -> Value:
        """A result of the node, with what each branch yields for it (None: nothing reads it)."""
        result = Value(type, name if name.isidentifier() else None)
        self.results.append(result)
        for i, v in enumerate(values):
            if v is None:
                with self.f.inside(self.branches[i][0]):
                    v = self.f.dead()
            self.yields[i].append(v)
        return result

    def code(self) -> FV:
        """Which way out is taken."""
        if len(self.kinds) <= 1:
            return Const(self.kinds[0] if self.kinds else FALL)
        values: list[Value | None] = []
        for block, flow in self.branches:
            if not flow.envs:
                values.append(None)
                continue
            with self.f.inside(block):
                values.append(self.f.value(flow.code, self.node))
        return Dyn(self.slot(values, INT, "%code"), INT)

    def finish(self, node: Node) -> None:
        """Give `node` the slots as results, and the branches their yields."""
        node.results = self.results
        for r in self.results:
            r.owner = node
        for (block, _), values in zip(self.branches, self.yields, strict=True):
            block.yields = values


def branch(f: Frame, pred: FV, then: Callable[[], Flow], orelse: Callable[[], Flow], node: Any) -> Flow:
    """Lower both sides into a `cond` on `pred` (one side only, in place, where it is known) and merge them."""
    if isinstance(pred, Const):
        return then() if pred.value else orelse()
    pred_value = f.value(pred, node)
    base = f.env
    branches: list[Branch] = []
    for fn in (then, orelse):
        block = Block()
        f.env = dict(base)
        with f.inside(block):
            flow = fn()
        branches.append((block, flow))
    return join_cond(f, pred_value, branches, base, node)


def join_cond(f: Frame, pred: Value, branches: list[Branch], base: Env, node: Any) -> Flow:
    """Emit the `cond` whose branches have been lowered."""
    merge = Merge(f, branches, base, node)
    flow = merge.run()
    n = f.node("cond", [pred], None, (), node)
    n.blocks = [b for b, _ in branches]
    merge.finish(n)
    f.env = flow.envs.get(FALL, {})
    return flow


def choose(f: Frame, pred: FV, then: Callable[[], FV], orelse: Callable[[], FV], node: Any) -> FV:
    """As `branch`, for expressions: the value of the side taken."""

    def side(fn: Callable[[], FV]) -> Callable[[], Flow]:
        def run() -> Flow:
            value = fn()
            f.env["%value"] = value
            return Flow({FALL: f.env})

        return run

    if isinstance(pred, Const):
        return then() if pred.value else orelse()
    flow = branch(f, pred, side(then), side(orelse), node)
    f.env = flow.envs[FALL]
    value = f.env.pop("%value")
    if isinstance(value, Conflict):
        return f.report("SC208", node, "this gives different functions or objects on its two paths", label=value.why)
    return value


def plain(flow: Flow) -> bool:
    """Does control simply go on?"""
    return list(flow.envs) == [FALL] and isinstance(flow.code, Const)


def then_do(f: Frame, flow: Flow, rest: Callable[[], Flow], node: Any) -> Flow:
    """What `rest` lowers runs only where `flow` falls through; the other ways out pass by it."""
    if FALL not in flow.envs:
        return flow
    f.env = flow.envs[FALL]
    if len(flow.envs) == 1:
        return rest()
    others = {k: env for k, env in flow.envs.items() if k != FALL}
    if len(others) == 1:
        code = next(iter(others))
        leaves = f.emit("eq", [flow.code, Const(code)], node)
        leaving = Flow(others, Const(code))
        then: Callable[[], Flow] = lambda: leaving  # noqa: E731
    else:
        leaves = f.emit("ne", [flow.code, Const(FALL)], node)
        then = lambda: Flow(others, flow.code)  # noqa: E731
    return branch(f, leaves, then, rest, node)


def as_fall(flow: Flow, kind: int) -> Flow:
    """`flow` with its only way out, `kind`, turned into falling through."""
    if kind in flow.envs and len(flow.envs) == 1:
        return Flow({FALL: flow.envs[kind]}, Const(FALL))
    return flow


def relabel(f: Frame, flow: Flow, old: int, new: int, node: Any) -> Flow:
    """`flow` with the way out `old` called `new`, so that it is not taken for another loop's."""
    if old not in flow.envs:
        return flow
    envs = {new if k == old else k: env for k, env in flow.envs.items()}
    if isinstance(flow.code, Const):
        return Flow(envs, Const(new))
    if FALL in flow.envs:
        f.env = flow.envs[FALL]
    is_old = f.emit("eq", [flow.code, Const(old)], node)
    return Flow(envs, choose(f, is_old, lambda: Const(new), lambda: flow.code, node))


def fold(f: Frame, flow: Flow, kind: int, node: Any) -> Flow:
    """`flow` where leaving by `kind` means falling through."""
    if kind not in flow.envs:
        return flow
    if len(flow.envs) == 1:
        return as_fall(flow, kind)
    envs = dict(flow.envs)
    env = envs.pop(kind)
    envs[FALL] = join_envs(f, env, envs[FALL]) if FALL in envs else env
    if len(envs) == 1:
        return Flow(envs, Const(FALL))
    is_kind = f.emit("eq", [flow.code, Const(kind)], node)
    code = choose(f, is_kind, lambda: Const(FALL), lambda: flow.code, node)
    return Flow(envs, code)


def join_envs(f: Frame, a: Env, b: Env) -> Env:
    """One environment for two ways out of one flow: the graph values are the same, types and boundness join."""
    out: Env = {**a, **b}
    for name in [*differing(a, b), *(a.keys() - b.keys())]:
        fv = _join_fv(f, a.get(name), b.get(name))
        if fv is not None:
            out[name] = fv
        else:
            del out[name]
    return out


def differing(a: Env, b: Env) -> list[str]:
    """The names of `b` that are not the very same thing in `a`."""
    return list(compress(b, map(is_not, b.values(), map(a.get, b))))  # often hundreds of names, of which few differ


def _join_fv(f: Frame, x: FV | None, y: FV | None) -> FV | None:
    if isinstance(x, Fact) or isinstance(y, Fact):
        return Fact(f.c.merge_type(x.type, y.type)) if isinstance(x, Fact) and isinstance(y, Fact) else None
    x, y = x or Unbound(), y or Unbound()
    if same(x, y):
        return x
    if isinstance(x, Dyn) and isinstance(y, Dyn) and x.value is y.value:
        return Dyn(x.value, f.c.merge_type(x.type, y.type), x.unbound or y.unbound)
    if isinstance(x, Unbound) or isinstance(y, Unbound):
        other = y if isinstance(x, Unbound) else x
        return Dyn(other.value, other.type, True) if isinstance(other, Dyn) else Unbound()
    if isinstance(x, CellVal) and isinstance(y, CellVal) and x.cell is y.cell:
        return CellVal(x.cell, f.c.merge_type(x.type, y.type), x.key, x.unbound or y.unbound, x.shared)
    kx, ky = x.children(), y.children()
    if x.token() == y.token() and len(kx) == len(ky) and kx:
        return x.with_children(tuple(_join_fv(f, p, q) or POISON for p, q in zip(kx, ky, strict=True)))
    return Conflict("its value differs between two ways out")
