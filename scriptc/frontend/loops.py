"""Loops: `while` and `for` become one `while` node over the names their bodies change.

The types of the carried names are a fixed point: the body is lowered again with wider types until its end fits its beginning.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from scriptc.frontend import scopes, sides
from scriptc.frontend.frame import Env, Frame
from scriptc.frontend.merge import choose, fold, relabel, then_do
from scriptc.frontend.values import (
    BREAK,
    CONTINUE,
    FALL,
    FV,
    LEFT,
    POISON,
    RETURN,
    TURNS,
    CellVal,
    Conflict,
    Const,
    Dyn,
    Fact,
    Flow,
    Poison,
    Unbound,
    leaves,
    rebuild,
    same,
)  # fmt: skip
from scriptc.ir import Block, Node, Value
from scriptc.types import BOOL, INT, Type, is_subtype, settle_tuples

MAX_TURNS = 12
Facts = list[tuple[str, Type]]
Body = Callable[[], Flow]


class Loop:
    """One loop being lowered. `test` gives the predicate and what it tells; `bind` sets the target from an element."""

    def __init__(
        self,
        f: Frame,
        node: Any,
        changed: set[str],
        body: Body,
        *,
        test: Callable[[], tuple[FV, Facts, Facts]] | None = None,
        driver: Dyn | None = None,
        elem: Type | None = None,
        bind: Callable[[FV], None] | None = None,
        leaves_early: bool = False,
        orelse: Body | None = None,
    ) -> None:
        self.f, self.node, self.changed, self.body = f, node, changed, body
        self.test, self.driver, self.elem, self.bind = test, driver, elem, bind
        self.has_code, self.orelse = leaves_early, orelse
        self.key = (f.key, id(node))
        self.endless = False
        self.never_empty = driver is not None and _never_empty(driver)

    # -- the fixed point --------------------------------------------------------------------------------------------
    def run(self) -> Flow:
        """Lower the body until the types of the carried names settle, then what comes after the loop."""
        f = self.f
        self.entry: Env = {k: v for k, v in f.env.items() if not isinstance(v, Fact)}
        self.carried = [n for n in self.entry if n in self.changed and not isinstance(self.entry[n], CellVal | Unbound)]
        self.header: dict[str, FV] = {}
        for name in self.carried:
            self.entry[name] = self.header[name] = self._generalise(self.entry[name], name)
        self.cells = [n for n, v in self.entry.items() if isinstance(v, CellVal)]
        self._recall()
        for turn in range(MAX_TURNS):
            mark = f.c.sink_mark()
            flow = self._once()
            if flow is not None:
                self._remember()
                return self._after(flow)
            if turn < MAX_TURNS - 1:
                f.c.sink_reset(mark)
        what = "the types of the names this loop changes do not settle"
        raise f.refuse("SC209", self.node, what, more=lambda: sides.loop_types(f, self.carried, self.node))

    def run_endless(self) -> Flow:
        """A loop without a test: it is left by `break` or `return`, or never."""
        self.has_code = True
        return self.run()

    def _generalise(self, fv: FV, name: str) -> FV:
        """`fv` with every literal in it made a graph value, so that it may change from turn to turn."""
        if isinstance(fv, Const):
            return self.f.dyn(fv, self.node) if self.f.type_of(fv) is not None else fv
        kids = fv.children()
        if isinstance(fv, Dyn) or not kids:
            return fv
        return fv.with_children(tuple(self._generalise(k, name) for k in kids))

    def _recall(self) -> None:
        """Begin with the types found the last time this loop was lowered."""
        for name, types in self.f.c.loop_types.get(self.key, {}).items():
            fv = self.header.get(name)
            if fv is not None and len(list(leaves(fv))) == len(types):
                it = iter(types)
                self.header[name] = rebuild(fv, lambda d: Dyn(d.value, self.f.c.merge_type(d.type, self.f.c.refreshed(next(it))), d.unbound))  # noqa: B023
        for name, t in self.f.c.loop_cells.get(self.key, {}).items():
            cell = self.entry.get(name)
            if isinstance(cell, CellVal):
                self.entry[name] = CellVal(cell.cell, self.f.c.merge_type(cell.type, self.f.c.refreshed(t)), cell.key, cell.unbound, cell.shared)

    def _remember(self) -> None:
        c = self.f.c
        c.loop_types[self.key] = {n: [d.type for d in leaves(fv)] for n, fv in self.header.items()}
        c.loop_cells[self.key] = {n: v.type for n, v in self.entry.items() if isinstance(v, CellVal) and n in self.changed}

    def _params(self, block: Block) -> Env:
        """Parameters of `block` for the carried names, and the environment that has them."""
        env = dict(self.entry)
        for name in self.carried:
            env[name] = rebuild(self.header[name], lambda d: Dyn(block.add_param(d.type, self._hint(name, d)), d.type, d.unbound))  # noqa: B023
        for name in self.changed:
            if name not in env:
                env[name] = Unbound("it is set only inside this loop, which may not run")
        return env

    def _once(self) -> Flow | None:
        """Lower test and body at the header's types; None where the body's end showed those too narrow."""
        f = self.f
        cond, body = Block(), Block()
        self.cond_block, self.body_block = cond, body
        element = body.add_param(self.elem) if self.elem is not None else None
        cond_env, body_env = self._params(cond), self._params(body)
        code = cond.add_param(INT, "code") if self.has_code else None
        if self.has_code:
            body.add_param(INT, "code")
        true_facts = self._lower_cond(cond, cond_env, code)
        f.env = body_env
        self.narrow(f.env, true_facts)
        with f.inside(body):
            if element is not None and self.bind is not None:
                self.bind(Dyn(element, element.type))
            flow = fold(f, self.body(), CONTINUE, self.node)
        return flow if self._fits(flow) else None

    def _lower_cond(self, block: Block, env: Env, code: Value | None) -> Facts:
        f = self.f
        f.env = env
        true: Facts = []
        self.false_facts: Facts = []

        def test() -> FV:
            nonlocal true
            if self.test is None:
                return Const(True)
            pred, true, self.false_facts = self.test()
            return pred

        with f.inside(block):
            if code is None:
                pred = test()
            else:
                go_on = f.emit("eq", [Dyn(code, INT), Const(FALL)], self.node)
                pred = self._both(go_on, test)
            if isinstance(pred, Poison):
                pred = Dyn(f.dead(), BOOL)  # the body is looked at all the same
            block.yields = [f.value(pred, self.node)]
        return true

    def _both(self, go_on: FV, test: Callable[[], FV]) -> FV:
        if self.test is None:
            self.endless = self.driver is None
            return go_on
        return choose(self.f, go_on, test, lambda: Const(False), self.node)

    def narrow(self, env: Env, facts: Facts) -> None:
        """Apply what the test tells to the names in `env`."""
        self.f.c.apply_facts(env, facts)

    def _fits(self, flow: Flow) -> bool:
        """Does the end of the body fit the header? If not, widen the header (and so begin again)."""
        end = flow.envs.get(FALL)
        if end is None:
            return True
        ok = True
        for name in self.carried:
            ok = self._fit(name, end.get(name, Unbound())) and ok
        for name in self.cells:
            cell, got = self.entry[name], end.get(name)
            if isinstance(cell, CellVal) and isinstance(got, CellVal):
                t, unbound = self.f.c.merge_type(cell.type, got.type), cell.unbound or got.unbound
                if t != cell.type or unbound != cell.unbound:
                    self.entry[name] = CellVal(cell.cell, t, cell.key, unbound, cell.shared)
                    ok = False
        return ok

    def _fit(self, name: str, got: FV) -> bool:
        head = self.header[name]
        if isinstance(head, Conflict | Poison):
            return True
        if isinstance(got, Poison):
            return True  # reported in this turn, whose findings stand if the other names fit
        if isinstance(got, Unbound):
            if isinstance(head, Dyn) and not head.unbound:
                self.header[name] = Dyn(head.value, head.type, True)
                return False
            return True
        wider = self._wider(head, got)
        if same(wider, head):
            return True
        self.header[name] = wider
        if isinstance(wider, Dyn) and not isinstance(head, Dyn):
            self.entry[name] = self.f.dyn(self.entry[name], self.node)
            self.header[name] = Dyn(self.entry[name].value, wider.type, wider.unbound)  # type: ignore[attr-defined]
        return False

    def _wider(self, head: FV, got: FV) -> FV:
        c = self.f.c
        if isinstance(head, Dyn) and self.f.type_of(got) is not None:
            t = self.f.type_of(got)
            assert t is not None
            unbound = head.unbound or (isinstance(got, Dyn) and got.unbound)
            return Dyn(head.value, settle_tuples(c.merge_type(head.type, t)), unbound)
        kh, kg = head.children(), got.children()
        if head.token() == got.token() and len(kh) == len(kg):
            return head.with_children(tuple(self._wider(a, b) for a, b in zip(kh, kg, strict=True))) if kh else head
        th, tg = self.f.type_of(head), self.f.type_of(got)
        if th is None or tg is None:
            return Conflict(TURNS)
        return Dyn(Value(th), settle_tuples(c.merge_type(th, tg)))

    # -- after the fixed point --------------------------------------------------------------------------------------
    def _after(self, flow: Flow) -> Flow:
        f = self.f
        inits: list[Value] = []
        yields: list[Value] = []
        self.results: list[Value] = []
        # the values to begin with, at the types the header was given
        self.first = {n: [f.value(d, self.node) for d in leaves(self.entry[n])] for n in self.carried}
        with f.inside(self.body_block):
            dead: Value | None = None
            for name in self.carried:
                if isinstance(self.header[name], Conflict):
                    continue
                dead = self._carry(name, self._last(flow, name), inits, yields, dead)
            if self.has_code:
                yields.append(f.value(flow.code, self.node) if flow.envs else f.dead())
        if self.has_code:
            inits.append(f.value(Const(FALL), self.node))
            self.code_result = Value(INT, "code")
            self.results.append(self.code_result)
        extra = self._extra(flow, inits, yields)
        self.body_block.yields = yields
        operands = ([self.driver.value] if self.driver is not None else []) + inits
        form = "for" if self.driver is not None else "while"
        n = f.node("while", operands, {"form": form}, (), self.node)
        n.blocks = [self.cond_block, self.body_block]
        n.results = self.results
        for r in self.results:
            r.owner = n
        return self._ways_out(flow, extra)

    def _last(self, flow: Flow, name: str) -> FV | None:
        """What the body leaves `name` as: one value, whichever way it is left."""
        for env in flow.envs.values():
            fv = env.get(name)
            if fv is not None and not isinstance(fv, Unbound | Poison):
                return fv
        return None

    def _carry(self, name: str, last: FV | None, inits: list[Value], yields: list[Value], dead: Value | None) -> Value | None:
        """Thread the leaves of `name` through the node: init, yield, result."""
        f = self.f
        head = self.header[name]
        mine = list(leaves(head))
        if isinstance(head, Dyn) and last is not None:
            ends: list[Value] = [f.value(last, self.node)] if not isinstance(last, Dyn) else [last.value]
        else:
            ends = [d.value for d in leaves(last)] if last is not None else []
        for i, d in enumerate(mine):
            inits.append(self.first[name][i])
            result = Value(d.type, self._hint(name, d))
            self.results.append(result)
            if i < len(ends):
                yields.append(ends[i])
                result.type = f.c.merge_type(result.type, ends[i].type)
                self._declare(len(self.results) - 1, result.type)
            else:
                dead = dead or f.dead()
                yields.append(dead)
        return dead

    def _hint(self, name: str, d: Dyn) -> str | None:
        """The name of a carried value: the variable's own, unless it is a part of what the variable holds."""
        return name if d is self.header[name] and name.isidentifier() else d.value.hint

    def _declare(self, index: int, type: Type) -> None:
        """Give carried parameter `index` the slot's type; where that is wider, the body sees it narrowed again."""
        for block, first in ((self.cond_block, 0), (self.body_block, int(self.driver is not None))):
            param = block.params[first + index]
            if is_subtype(type, param.type):
                continue
            wide = Value(type, param.hint)
            wide.owner = block
            block.params[first + index] = wide
            n = Node(self.f.c.table["narrow"], [wide], {"type": param.type}, (), None, self.f.span(self.node))
            n.results, param.owner = [param], n
            block.nodes.insert(0, n)

    def _extra(self, flow: Flow, inits: list[Value], yields: list[Value]) -> dict[str, FV]:
        """Slots for names first set in the body and read after a `break`, and for the value returned."""
        extra: dict[str, FV] = {}
        wanted: dict[str, FV] = {}
        if RETURN in flow.envs and "%ret" in flow.envs[RETURN] and not isinstance(flow.envs[RETURN]["%ret"], CellVal | Const):
            wanted["%ret"] = flow.envs[RETURN]["%ret"]
        source = flow.envs.get(BREAK) if self.endless or self.orelse is not None else None
        if self.never_empty and FALL in flow.envs:
            source = flow.envs[FALL]
        if source is not None:
            for name, fv in source.items():
                if name in self.changed and name not in self.entry and not isinstance(fv, CellVal | Fact):
                    wanted[name] = fv
        for name, fv in wanted.items():
            if isinstance(fv, Conflict | Poison | Unbound):
                continue
            if fv.children() and self.f.type_of(fv) is not None:  # after a loop of no turn its parts are nowhere
                with self.f.inside(self.body_block):
                    fv = self.f.dyn(fv, self.node)
            extra[name] = rebuild(fv, lambda d: self._slot(d, name, inits, yields))  # noqa: B023
        return extra

    def _slot(self, d: Dyn, name: str, inits: list[Value], yields: list[Value]) -> FV:
        """One more value out of the loop, with nothing to begin with."""
        inits.append(self.f.dead())
        yields.append(d.value)
        hint = name if name.isidentifier() else None
        self.cond_block.add_param(d.value.type, hint)
        self.body_block.add_param(d.value.type, hint)
        result = Value(d.value.type, hint)
        self.results.append(result)
        return Dyn(result, d.type, d.unbound)

    def _env(self, kind_env: Env | None, extra: dict[str, FV]) -> Env:
        """The environment after the loop, at the types of one way out (of the header, where `kind_env` is None)."""
        env = dict(self.entry)
        results = iter(self.results)
        for name in self.carried:
            head = self.header[name]
            if isinstance(head, Conflict):
                env[name] = head
                continue
            seen = kind_env.get(name) if kind_env is not None else head
            seen_leaves = list(leaves(seen)) if seen is not None and not isinstance(seen, Unbound | Poison) else []
            if isinstance(head, Dyn) and seen is not None and not isinstance(seen, Dyn):
                t = self.f.type_of(seen)
                seen_leaves = [Dyn(head.value, t)] if t is not None else []
            it = iter(seen_leaves)

            def leaf(d: Dyn) -> FV:
                s = next(it, None)  # noqa: B023
                result = next(results)
                return Dyn(result, s.type if s is not None else d.type, s.unbound if s is not None else d.unbound)

            env[name] = rebuild(head, leaf)
            if isinstance(seen, Poison):
                env[name] = seen
        for name, fv in (kind_env or {}).items():
            if isinstance(fv, CellVal):
                env[name] = fv
        for name in self.changed:
            if name not in env:
                seen_here = name in kind_env if kind_env is not None else self.never_empty
                known = extra.get(name) if seen_here else None
                env[name] = known if known is not None else Unbound("it is set only inside the loop, which may not run")
        return env

    def _ways_out(self, flow: Flow, extra: dict[str, FV]) -> Flow:
        f = self.f
        normal: Env | None = None
        if not self.endless:
            normal = self._env(None, extra)
            if FALL in flow.envs:
                for name, fv in flow.envs[FALL].items():
                    if isinstance(fv, CellVal) and isinstance(self.entry.get(name), CellVal):
                        entry = self.entry[name]
                        assert isinstance(entry, CellVal)
                        normal[name] = CellVal(fv.cell, f.c.merge_type(fv.type, entry.type), fv.key, fv.unbound or entry.unbound, fv.shared)
            self.narrow(normal, self.false_facts)
        out: dict[int, Env] = {} if normal is None else {FALL: normal}
        if BREAK in flow.envs:
            out[BREAK] = self._env(flow.envs[BREAK], extra)
        if RETURN in flow.envs:
            ret = flow.envs[RETURN].get("%ret", Const(None))
            out[RETURN] = {"%ret": extra.get("%ret", ret)}
        code: FV = Const(next(iter(out))) if len(out) == 1 else POISON
        if self.has_code and len(out) > 1:
            code = Dyn(self.code_result, INT)
        after = Flow(out, code)
        if not out:
            f.env = {}
            return after
        if self.orelse is not None:
            after = relabel(f, after, BREAK, LEFT, self.node)
            after = fold(f, then_do(f, after, self.orelse, self.node), LEFT, self.node)
            f.env = after.envs.get(FALL, {})
            return after
        if FALL in after.envs:
            f.env = after.envs[FALL]
        after = fold(f, after, BREAK, self.node)
        f.env = after.envs.get(FALL, {})
        return after


def over_unknown(f: Frame, stmt: Any, body: Body) -> Flow:
    """A `for` over what is already reported: its body is looked at, and nothing is known of the names it sets."""
    changed = scopes.assigned([stmt])
    flow = Loop(f, stmt, changed, body, test=lambda: (Dyn(f.dead(), BOOL), [], []), leaves_early=scopes.leaves_loop(stmt.body)).run()
    for env in flow.envs.values():
        env.update(dict.fromkeys(changed, POISON))
    return flow


def _never_empty(driver: Dyn) -> bool:
    """Does a `for` over this always run: a `range` of literals, say?"""
    owner = driver.value.owner
    if not isinstance(owner, Node) or owner.op.name != "range" or owner.attrs.get("kw"):
        return False
    bounds = [v.const for v in owner.operands]
    try:
        return all(type(b) is int for b in bounds) and len(range(*bounds)) > 0
    except (TypeError, ValueError, OverflowError):
        return False


def lower_while(f: Frame, stmt: Any, lower: Callable[[list[Any], bool], Flow]) -> Flow:
    """`while test: body else: orelse`."""
    changed = scopes.assigned([stmt])
    orelse = (lambda: lower(stmt.orelse, False)) if stmt.orelse else None
    early = scopes.leaves_loop(stmt.body)
    static = f.c.static_test(f, stmt.test)
    if static is False:
        return lower(stmt.orelse, False) if stmt.orelse else Flow({FALL: f.env})
    if static is True:
        return Loop(f, stmt, changed, lambda: lower(stmt.body, True)).run_endless()
    if scopes.has_walrus(stmt.test):
        return _while_inside(f, stmt, changed, lower)
    test = lambda: f.c.lower_test(f, stmt.test)  # noqa: E731
    return Loop(f, stmt, changed, lambda: lower(stmt.body, True), test=test, leaves_early=early, orelse=orelse).run()


def _while_inside(f: Frame, stmt: Any, changed: set[str], lower: Callable[[list[Any], bool], Flow]) -> Flow:
    """A test that binds names runs in the body: the loop is endless and leaves by the test."""
    leave = gast.Break()
    els = [*stmt.orelse, gast.Break()] if stmt.orelse else [leave]
    for n in els:
        gast.copy_location(n, stmt.test)
    inner = gast.If(test=stmt.test, body=list(stmt.body), orelse=els)
    gast.copy_location(inner, stmt)
    inner = f.c.keep(("walrus", id(stmt)), inner)
    return Loop(f, stmt, changed, lambda: lower([inner], True)).run_endless()


def unroll(f: Frame, items: list[FV], bind: Callable[[FV], None], body: Body, orelse: Body | None, node: Any) -> Flow:
    """A loop over what is known when compiling: the body once for each item."""

    def rest(i: int) -> Flow:
        if i == len(items):
            return orelse() if orelse is not None else Flow({FALL: f.env})
        bind(items[i])
        flow = relabel(f, fold(f, body(), CONTINUE, node), BREAK, LEFT, node)
        if FALL in flow.envs and len(flow.envs) == 1:
            f.env = flow.envs[FALL]
            return rest(i + 1)
        return then_do(f, flow, lambda: rest(i + 1), node)

    flow = fold(f, rest(0), LEFT, node)
    f.env = flow.envs.get(FALL, {})
    return flow
