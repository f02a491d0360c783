"""`raise`, `try`, `with`: code that may be left at any point.

A name assigned inside a `try` lives in a cell while the `try` runs, because an exception may come between any two nodes; afterwards it is a
plain name again. How the `try` is left (falls through, break, continue, return) is its only result.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import gast

from scriptc.frontend import scopes
from scriptc.frontend.expressions import lower
from scriptc.frontend.frame import Env, Frame
from scriptc.frontend.merge import Branch, Merge, branch, fold, join_envs, relabel, then_do
from scriptc.frontend.values import ELSE, FALL, FV, LEFT, RETURN, CellVal, Const, Dyn, Fact, Flow, ObjRef, Poison, Suppress, TupleVal, Unbound
from scriptc.ir import Block, Value
from scriptc.types import ERRSTATE, EXC_TYPE, NEVER, NONE, TRACEBACK, Cell, Record, Type, members, union, without


# -- raise ----------------------------------------------------------------------------------------------------------
def lower_raise(f: Frame, stmt: Any) -> Flow:
    """`raise`, `raise exc` and `raise exc from cause`."""
    if stmt.exc is None:
        if not f.handler:
            raise f.refuse("SC107", stmt, "a bare `raise` outside `except` cannot be compiled")
        f.node("reraise", [], None, (), stmt)
        return Flow({})
    exc = exception_value(f, lower(f, stmt.exc), stmt)
    if exc is None:
        return Flow({})
    operands = [f.value(exc, stmt)]
    if stmt.cause is not None:
        cause = lower(f, stmt.cause)
        if not (isinstance(cause, Const) and cause.value is None):
            made = exception_value(f, cause, stmt, optional=True)
            if made is None:
                return Flow({})
            cause = made
        operands.append(f.value(cause, stmt))
    f.node("raise", operands, None, (), stmt)
    return Flow({})


def exception_value(f: Frame, fv: FV, node: Any, optional: bool = False) -> FV | None:
    """The exception object that `raise fv` raises."""
    from scriptc.frontend import calls

    if isinstance(fv, Poison):
        return None
    if isinstance(fv, Const) and isinstance(fv.value, type) and issubclass(fv.value, BaseException):
        fv = calls.call(f, fv, [], {}, node)
    t = f.type_of(fv)
    if isinstance(fv, Poison):
        return None
    if t is None or not _is_exception(f, without(t, [NONE]) if optional else t):
        help = f"raise an exception with that text: `raise ValueError({fv.value!r})`" if isinstance(fv, Const) and type(fv.value) is str else None
        raise f.refuse("SC202", node, f"exceptions must derive from BaseException, not {f.c.describe(fv)}", help=help)
    return fv


def _is_exception(f: Frame, t: Type) -> bool:
    return all(isinstance(m, Record) and issubclass(f.c.classes.cls(m), BaseException) for m in members(t))


def raise_builtin(f: Frame, cls: type, args: list[FV], node: Any) -> None:
    """Raise one of Python's own exceptions."""

    from scriptc.frontend import calls

    exc = calls.call(f, Const(cls), args, {}, node)
    if not isinstance(exc, Poison):
        f.node("raise", [f.value(exc, node)], None, (), node)


# -- try ------------------------------------------------------------------------------------------------------------
class Handler:
    """An `except` clause: the classes it catches, and what lowers it given the exception."""

    def __init__(self, classes: tuple[type, ...], lower: Callable[[Dyn], Flow]) -> None:
        self.classes, self.lower = classes, lower


class Protected:
    """One `try` node being made. `whole`: the names it assigns are known also where it is left by `return`."""

    def __init__(self, f: Frame, node: Any, names: set[str], whole: bool = False) -> None:
        self.f, self.node, self.whole = f, node, whole
        # what only the body mentions need not outlive it: it may be a function or a module
        self.private = scopes.private_names(f.tree, list(node.body)) - f.cell_names
        self.names = sorted(names - set(f.local_defs) - f.defs - self.private)  # a function defined inside stays what it is

    def run(
        self, body: Callable[[], Flow], handlers: list[Handler], orelse: Callable[[], Flow] | None, final: Callable[[], Flow] | None
    ) -> Flow:  # fmt: skip
        """Lower the parts of the `try` in order and join their ways out."""
        f = self.f
        self._enter()
        f.env = self._without_private(f.env)
        entry = {k: v for k, v in f.env.items() if not isinstance(v, Fact)}
        assigned = {n: self._entry_type(entry, n) for n in self.names}
        f.try_cells.append(assigned)
        branches: list[Branch] = [self._block(entry, body)]
        branches[0][1].envs = {kind: self._without_private(env) for kind, env in branches[0][1].envs.items()}
        n_else: Branch | None = None
        body_flow = branches[0][1]
        if orelse is not None and FALL in body_flow.envs:
            n_else = self._block({k: v for k, v in body_flow.envs[FALL].items() if k in entry or not k.startswith("%")}, orelse)
        f.try_cells.pop()
        thrown = self._thrown_env(entry, assigned)
        f.try_cells.append(assigned)
        handled = [self._handler(thrown, h) for h in handlers]
        f.try_cells.pop()
        flows = self._gather(branches[0], n_else, handled)
        merge = Merge(f, flows, entry, self.node)
        flow = merge.run()
        blocks = self._blocks(branches[0], n_else, handled, merge)
        has_else = n_else is not None
        if final is not None:
            blocks.append(self._final(final, self._thrown_env(entry, assigned), flow))
        names = tuple(tuple(f.c.classes.name(c) for c in h.classes) for h in handlers)
        n = f.node("try", [], {"handlers": names, "has_else": has_else, "has_finally": final is not None}, (), self.node)
        n.blocks = blocks
        n.results = merge.results
        for r in n.results:
            r.owner = n
        if self.whole and RETURN in flow.envs:
            flow.envs[RETURN] = {**{n: fv for n, fv in thrown.items() if n in assigned and n != "%ret"}, **flow.envs[RETURN]}
        return self._leave(flow)

    def _enter(self) -> None:
        """Move the names this `try` assigns into cells."""
        f = self.f
        f.serial += 1
        self.opened: dict[str, FV] = {}
        for name in self.names:
            old = f.env.get(name)
            if isinstance(old, CellVal):
                continue
            first = old if old is not None and not isinstance(old, Unbound) and not (isinstance(old, Dyn) and old.unbound) else None
            if first is not None and f.type_of(first) is None:
                raise f.refuse("SC208", self.node, f"`{name}` holds {f.c.describe(first)} and is assigned inside a `try`")
            # a cell with no value yet holds None: it is read after the `try` on every way out, also where the name is not set
            cell = f.new_cell(name, first if first is not None else Const(None), self.node, shared=False, serial=f.serial)
            if first is None and isinstance(cell, CellVal):
                cell = CellVal(cell.cell, NEVER, cell.key, True, False)
            self.opened[name] = cell
            f.env[name] = cell

    def _without_private(self, env: Env) -> Env:
        return {name: fv for name, fv in env.items() if name not in self.private}

    def _entry_type(self, entry: Env, name: str) -> Type:
        cell = entry[name]
        return cell.type if isinstance(cell, CellVal) and not cell.unbound else NEVER

    def _block(self, env: Env, fn: Callable[[], Flow]) -> Branch:
        f = self.f
        block = Block()
        f.env = dict(env)
        with f.inside(block):
            flow = fn()
        return block, flow

    def _thrown_env(self, entry: Env, assigned: dict[str, Type]) -> Env:
        """What a handler sees: each name at any of the types it may have had."""
        env = dict(entry)
        for name, t in assigned.items():
            cell = entry[name]
            if isinstance(cell, CellVal):
                env[name] = CellVal(cell.cell, self.f.c.merge_type(cell.type, t) if not cell.unbound else t, cell.key, cell.unbound, cell.shared)
        return env

    def _handler(self, env: Env, handler: Handler) -> Branch:
        f = self.f
        block = Block()
        t = exception_type(f, handler.classes)
        param = block.add_param(t, "e")
        f.env = dict(env)
        f.handler.append(param)
        with f.inside(block):
            flow = handler.lower(Dyn(param, t))
        f.handler.pop()
        return block, flow

    def _gather(self, body: Branch, orelse: Branch | None, handled: list[Branch]) -> list[Branch]:
        """The branches that give the node's results. Where there is an `else`, the body's other ways out must not exist."""
        if orelse is None:
            return [body, *handled]
        others = {k for k in body[1].envs if k != FALL}
        if others:
            raise self.f.refuse("SC107", self.node, "`return`, `break` or `continue` in a `try` body that has an `else` cannot be compiled")
        return [orelse, *handled]

    def _blocks(self, body: Branch, orelse: Branch | None, handled: list[Branch], merge: Merge) -> list[Block]:
        for (block, _), values in zip(merge.branches, merge.yields, strict=True):
            block.yields = values
        if orelse is None:
            return [body[0], *(b for b, _ in handled)]
        body[0].yields = []
        return [body[0], *(b for b, _ in handled), orelse[0]]

    def _final(self, final: Callable[[], Flow], env: Env, flow: Flow) -> Block:
        f = self.f
        block = Block()
        f.env = dict(env)
        before = dict(f.env)
        with f.inside(block):
            out = final()
        if not out.envs:
            flow.envs.clear()
            return block
        for name, fv in out.envs[FALL].items():
            if fv is not before.get(name) and isinstance(fv, CellVal) and name != "%ret":  # which only the other ways out have set
                for e in flow.envs.values():
                    if name in e:
                        e[name] = fv
        return block

    def _leave(self, flow: Flow) -> Flow:
        """After the `try` its names are plain again."""
        f = self.f
        for name in self.opened:
            value: Value | None = None  # one value, whichever way the `try` is left
            for kind, env in flow.envs.items():
                cell = env.get(name)
                if not isinstance(cell, CellVal):
                    continue
                if name == "%ret" and kind not in (RETURN, RETURN + PASSED):  # a later `return` gives another value
                    del env[name]
                    continue
                if cell.type == NEVER and cell.unbound:
                    env[name] = Unbound()
                    continue
                if value is None:
                    value = f.node("cell.get", [cell.cell], None, (_held(cell),), self.node).results[0]
                env[name] = Dyn(value, cell.type, cell.unbound)
        f.env = flow.envs.get(FALL, {})
        return flow


def exception_type(f: Frame, classes: tuple[type, ...]) -> Type:
    """The type of what an `except` clause catches: any of the known classes under its own."""
    known = [c for c in f.c.known_exceptions() if issubclass(c, classes)]
    found = {*classes, *known}
    return union(f.c.classes.record(c) for c in sorted(found, key=lambda c: c.__qualname__))


def lower_try(f: Frame, stmt: Any, tail: bool) -> Flow:
    """`try: ... except: ... else: ... finally: ...`."""

    from scriptc.frontend.statements import lower_block

    blocks = [*stmt.body, *stmt.orelse, *stmt.finalbody, *(s for h in stmt.handlers for s in h.body)]
    names = scopes.assigned(blocks)
    if scopes.contains_return(blocks):
        names.add("%ret")
    handlers = [_clause(f, h, tail) for h in stmt.handlers]
    orelse = (lambda: lower_block(f, stmt.orelse, False)) if stmt.orelse else None
    final = (lambda: lower_block(f, stmt.finalbody, False)) if stmt.finalbody else None

    def unfinished(final: Callable[[], Flow] | None = None) -> Flow:
        if orelse is not None and scopes.contains_exit(stmt.body):
            return _with_else(f, stmt, names, handlers, orelse, final)
        return Protected(f, stmt, names).run(lambda: lower_block(f, stmt.body, False), handlers, orelse, final)

    if final is None or not scopes.contains_exit(stmt.finalbody):
        return unfinished(final)
    return _left_by_finally(f, stmt, names, unfinished if handlers else lambda: lower_block(f, stmt.body, False), final)


def _with_else(
    f: Frame, stmt: Any, names: set[str], handlers: list[Handler], orelse: Callable[[], Flow], final: Callable[[], Flow] | None
) -> Flow:  # fmt: skip
    """A body that may also leave by `return` and the like: its falling through is a way out of its own, which the `else` follows."""
    from scriptc.frontend.statements import lower_block

    def inner() -> Flow:
        flow = Protected(f, stmt, names).run(
            lambda: relabel(f, lower_block(f, stmt.body, False), FALL, ELSE, stmt), handlers, None, None
        )  # fmt: skip
        flow = relabel(f, relabel(f, flow, FALL, LEFT, stmt), ELSE, FALL, stmt)
        return fold(f, then_do(f, flow, orelse, stmt), LEFT, stmt)

    return inner() if final is None else Protected(f, stmt, names).run(inner, [], None, final)


# -- a `finally` that leaves ------------------------------------------------------------------------------------------
PASSED = 100  # added to the ways out of a `finally` that threw an exception away


def _left_by_finally(f: Frame, stmt: Any, names: set[str], body: Callable[[], Flow], final: Callable[[], Flow]) -> Flow:
    """A `finally` with a `return`, `break` or `continue` of its own, which overrides whatever was on its way.

    It is lowered twice, as CPython compiles it: once as a handler that raises again where it comes to its end, once for the other ways out.
    """
    entry = {k: v for k, v in f.env.items() if not isinstance(v, Fact)}

    def on_error(exc: Dyn) -> Flow:
        def again() -> Flow:
            f.node("reraise", [], None, (), stmt)
            return Flow({})

        flow = then_do(f, final(), again, stmt)
        for kind in sorted(flow.envs):
            flow = relabel(f, flow, kind, kind + PASSED, stmt)
        return flow

    flow = Protected(f, stmt, names, whole=True).run(body, [Handler((BaseException,), on_error)], None, None)
    done = {k: env for k, env in flow.envs.items() if k >= PASSED}
    pending = {k: env for k, env in flow.envs.items() if k < PASSED}
    code = flow.code

    def left() -> Flow:
        return _unlabelled(f, _among(done, code), stmt)

    def go_on() -> Flow:
        return _finally(f, _among(pending, code), entry, names, final, stmt)

    f.env = dict(entry)
    if done and pending:
        flow = branch(f, f.emit("ge", [code, Const(PASSED)], stmt), left, go_on, stmt)
    else:
        flow = left() if done else go_on() if pending else flow
    f.env = flow.envs.get(FALL, {})
    return flow


def _among(envs: dict[int, Env], code: FV) -> Flow:
    """Only these ways out are possible."""
    return Flow(envs, code if len(envs) > 1 else Const(next(iter(envs))))


def _unlabelled(f: Frame, flow: Flow, stmt: Any) -> Flow:
    for kind in sorted(flow.envs):
        flow = relabel(f, flow, kind, kind - PASSED, stmt)
    return flow


def _finally(f: Frame, pending: Flow, entry: Env, names: set[str], final: Callable[[], Flow], stmt: Any) -> Flow:
    """Run `final`; where it comes to its end, leave as was `pending`."""
    held = [{n: env[n] for n in sorted(names - {"%ret"}) if n in env} for env in pending.envs.values()]
    before = {**entry, **functools.reduce(functools.partial(join_envs, f), held)}
    f.env = dict(before)
    ret = entry.get("%ret")
    kept = f.node("cell.get", [ret.cell], None, (_held(ret),), stmt).results[0] if isinstance(ret, CellVal) else None

    def resume() -> Flow:
        after = f.env
        if isinstance(ret, CellVal) and kept is not None:  # a `return` in `final` that was itself overridden has set it
            f.node("cell.set", [ret.cell, kept], None, (), stmt)
        envs = {k: _resumed(env, before, after, k == RETURN) for k, env in pending.envs.items()}
        return Flow(envs, pending.code)

    return then_do(f, final(), resume, stmt)


def _held(cell: CellVal) -> Type:
    return cell.cell.type.elem if isinstance(cell.cell.type, Cell) else cell.type


def _resumed(env: Env, before: Env, after: Env, returning: bool) -> Env:
    """A way out of the `try`, with what its `finally` changed."""
    changed = {n for n in {**before, **after} if after.get(n) is not before.get(n)} - {"%ret"}
    out = {n: fv for n, fv in env.items() if n not in changed and not isinstance(fv, Fact)}
    out.update({n: after[n] for n in changed if n in after and (n in env or not returning)})
    return out


def _clause(f: Frame, clause: Any, tail: bool) -> Handler:
    from scriptc.frontend.statements import lower_block

    classes = _caught(f, clause)
    name = clause.name.id if isinstance(clause.name, gast.Name) else clause.name

    def lower_clause(exc: Dyn) -> Flow:
        if name is None:
            return lower_block(f, clause.body, False)
        old = f.env.get(name)
        if isinstance(old, CellVal):
            f.store(name, exc, clause)
        else:
            f.env[name] = exc
        flow = lower_block(f, clause.body, False)
        for env in flow.envs.values():
            if isinstance(env.get(name), CellVal):
                cell = env[name]
                assert isinstance(cell, CellVal)
                env[name] = CellVal(cell.cell, NEVER, cell.key, True, cell.shared)
            else:
                env[name] = Unbound("the name of an exception is gone after its `except`")
        return flow

    return Handler(classes, lower_clause)


def _caught(f: Frame, clause: Any) -> tuple[type, ...]:
    if clause.type is None:
        return (BaseException,)
    fv = lower(f, clause.type)
    items = fv.items if isinstance(fv, TupleVal) else (fv,)
    out: list[type] = []
    for item in items:
        if not isinstance(item, Const) or not isinstance(item.value, type) or not issubclass(item.value, BaseException):
            raise f.refuse("SC202", clause, "`except` needs exception classes known when compiling")
        out.append(item.value)
    return tuple(out)


# -- with -----------------------------------------------------------------------------------------------------------
def lower_with(f: Frame, stmt: Any, tail: bool) -> Flow:
    """`with a as x, b as y: ...`."""

    from scriptc.frontend.statements import lower_block

    return _with_items(f, stmt, list(stmt.items), lambda: lower_block(f, stmt.body, False))


def _with_items(f: Frame, stmt: Any, items: list[Any], body: Callable[[], Flow]) -> Flow:
    from scriptc.frontend import assign

    if not items:
        return body()
    item = items[0]
    manager = lower(f, item.context_expr)
    if isinstance(manager, Poison):  # what is inside is looked at all the same
        if item.optional_vars is not None:
            assign.assign(f, item.optional_vars, manager, item)
        return _with_items(f, stmt, items[1:], body)
    if isinstance(manager, Suppress):
        return _suppressed(f, stmt, manager, items, body)
    names = scopes.assigned(stmt.body) | {n for i in items for n in scopes.assigned([i])}
    if scopes.contains_return(stmt.body):
        names.add("%ret")
    return _with_one(f, stmt, item, manager, names, lambda: _with_items(f, stmt, items[1:], body))


def _suppressed(f: Frame, stmt: Any, manager: Suppress, items: list[Any], body: Callable[[], Flow]) -> Flow:
    """`with contextlib.suppress(...)`: a `try` whose handler does nothing."""
    if items[0].optional_vars is not None:
        raise f.refuse("SC107", stmt, "the value of contextlib.suppress() cannot be used")
    names = scopes.assigned(stmt.body) | ({"%ret"} if scopes.contains_return(stmt.body) else set())
    handler = Handler(manager.classes, lambda exc: Flow({FALL: f.env}))
    return Protected(f, stmt, names).run(lambda: _with_items(f, stmt, items[1:], body), [handler], None, None)


def _with_one(f: Frame, stmt: Any, item: Any, manager: FV, names: set[str], body: Callable[[], Flow]) -> Flow:
    from scriptc.frontend import assign

    if not isinstance(manager, ObjRef):
        manager = f.dyn(manager, stmt)
    entered = _call_special(f, manager, "__enter__", [], item)
    none = Const(None)

    def inner() -> Flow:
        if item.optional_vars is not None:
            assign.assign(f, item.optional_vars, entered, item)
        return body()

    def leave_normally() -> None:
        _call_special(f, manager, "__exit__", [none, none, none], item)

    def on_error(exc: Dyn) -> Flow:
        kind = f.node("exception.type", [exc.value], None, (EXC_TYPE,), item).results[0]
        trace = f.node("exception.traceback", [exc.value], None, (TRACEBACK,), item).results[0]
        swallowed = _call_special(f, manager, "__exit__", [Dyn(kind, EXC_TYPE), exc, Dyn(trace, TRACEBACK)], item)
        from scriptc.frontend.truth import truth

        pred = truth(f, swallowed, item)

        def again() -> Flow:
            f.node("reraise", [], None, (), stmt)
            return Flow({})

        return branch(f, pred if not isinstance(pred, Poison) else Const(False), lambda: Flow({FALL: f.env}), again, stmt)

    return _with_flow(f, stmt, names, inner, on_error, leave_normally)


def _with_flow(
    f: Frame, stmt: Any, names: set[str], body: Callable[[], Flow], on_error: Callable[[Dyn], Flow], leave: Callable[[], None]
) -> Flow:  # fmt: skip
    """The body in a `try`; `__exit__(None, None, None)` runs on every way out of the body that is no exception."""
    swallowed = "%swallowed"

    def handle(exc: Dyn) -> Flow:
        flow = on_error(exc)
        for env in flow.envs.values():
            f.env = env
            f.store(swallowed, Const(True), stmt)
        return flow

    old = f.env.get(swallowed)
    f.env[swallowed] = Const(False)
    flow = Protected(f, stmt, {*names, swallowed}).run(body, [Handler((BaseException,), handle)], None, None)
    if not flow.envs:
        return flow
    any_env = next(iter(flow.envs.values()))
    base = f.env
    f.env = dict(any_env)
    _leave_unless(f, any_env.get(swallowed), leave, stmt)
    for env in flow.envs.values():
        env.pop(swallowed, None)
        if old is not None:
            env[swallowed] = old
    f.env = flow.envs.get(FALL, base)
    return flow


def _leave_unless(f: Frame, swallowed: FV | None, leave: Callable[[], None], stmt: Any) -> None:
    """Run `leave`, unless an exception was swallowed: then `__exit__` has been called already."""
    if not isinstance(swallowed, Dyn):
        leave()
        return

    def yes() -> Flow:
        leave()
        return Flow({FALL: f.env})

    branch(f, f.emit("not", [swallowed], stmt), yes, lambda: Flow({FALL: f.env}), stmt)


def _call_special(f: Frame, manager: FV, name: str, args: list[FV], node: Any) -> FV:
    """The context manager's own `name`: a user's method, or that of `np.errstate`."""
    from scriptc.frontend import calls, overload

    t = f.type_of(manager)
    if isinstance(manager, ObjRef) or overload.applies(f, manager):
        if f.c.classes.find_method(f, manager, name) is None:
            own = isinstance(manager, ObjRef) and hasattr(type(manager.obj), name)
            why = "is a context manager that cannot be compiled" if own else f"has no `{name}`, so it is no context manager"
            raise f.refuse("SC204", node, f"{f.c.describe(manager)} {why}", help="enter it around the call of the compiled code" if own else None)
        return calls.call(f, f.c.classes.attribute(f, manager, name, node), args, {}, node)
    if t != ERRSTATE:
        raise f.refuse("SC204", node, f"{f.c.describe(manager)} is no context manager that can be compiled")
    return f.emit("errstate.enter" if name == "__enter__" else "errstate.exit", [manager], node)
