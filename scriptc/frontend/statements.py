"""Statements, each to the graph. `lower_block` is the way in; every construct not in `STATEMENTS` is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from scriptc.frontend import assign, loops, matching, protected, scopes, sides
from scriptc.frontend import declared as declarations
from scriptc.frontend.expressions import lower
from scriptc.frontend.frame import Frame, Refused
from scriptc.frontend.iteration import for_loop
from scriptc.frontend.merge import branch, join_cond, plain, then_do
from scriptc.frontend.tests import Tested, lower_test
from scriptc.frontend.values import (
    BREAK,
    CONTINUE,
    FALL,
    FV,
    POISON,
    RETURN,
    CellVal,
    Const,
    Dyn,
    Flow,
    LocalFunc,
    Poison,
)  # fmt: skip
from scriptc.ir import Block
from scriptc.types import BOOL, ERROR, TypeGrowth

INPLACE = {
    gast.Add: "iadd", gast.Sub: "isub", gast.Mult: "imul", gast.Div: "itruediv", gast.FloorDiv: "ifloordiv", gast.Mod: "imod", gast.Pow: "ipow",
    gast.MatMult: "imatmul", gast.LShift: "ilshift", gast.RShift: "irshift", gast.BitAnd: "iand", gast.BitOr: "ior", gast.BitXor: "ixor",
}  # fmt: skip


def lower_block(f: Frame, stmts: list[Any], tail: bool = False) -> Flow:
    """Lower statements in order into the current block. `tail`: nothing of the loop body comes after them."""
    for i, stmt in enumerate(stmts):
        last = tail and i == len(stmts) - 1
        if isinstance(stmt, gast.If) and scopes.contains_exit([stmt]):
            return _if_with_exits(f, stmt, stmts[i + 1 :], tail)
        flow = lower_statement(f, stmt, last)
        if plain(flow):
            f.env = flow.envs[FALL]
            continue
        rest = stmts[i + 1 :]
        if FALL not in flow.envs or not rest:
            return flow
        return then_do(f, flow, lambda: lower_block(f, rest, tail), stmt)  # noqa: B023
    return Flow({FALL: f.env})


def lower_statement(f: Frame, stmt: Any, tail: bool) -> Flow:
    """One statement. Refused, it leaves the names it sets as poison, and compiling goes on after it."""
    handler = STATEMENTS.get(type(stmt))
    depth = len(f.blocks)
    try:
        if handler is None:
            code, what, help = REFUSED.get(type(stmt), ("SC107", f"`{type(stmt).__name__}` statements", None))
            raise f.refuse(code, stmt, f"{what} cannot be compiled", help=help)
        return handler(f, stmt, tail)
    except TypeGrowth as e:
        f.report("SC209", stmt, str(e), more=lambda: sides.loop_types(f, sorted(scopes.assigned([stmt])), stmt))
        return _given_up(f, stmt, depth)
    except Refused:
        return _given_up(f, stmt, depth)


def _given_up(f: Frame, stmt: Any, depth: int) -> Flow:
    del f.blocks[depth:]
    for name in scopes.assigned([stmt]):
        f.env[name] = POISON
    return Flow({FALL: f.env})


def _if(f: Frame, stmt: Any, tail: bool) -> Flow:
    pred, true, false = _test(f, stmt)
    return branch(
        f, pred, lambda: _side(f, stmt.body, true, tail), lambda: _side(f, stmt.orelse, false, tail), stmt
    )


def _test(f: Frame, stmt: Any) -> Tested:
    """The test of an `if`; one that was refused may turn out either way."""
    pred, true, false = lower_test(f, stmt.test)
    if f.c.records is not None:
        f.c.records.decided(f, stmt.test, pred)
    return Dyn(f.dead(), BOOL) if isinstance(pred, Poison) else pred, true, false


def _side(f: Frame, stmts: list[Any], facts: Any, tail: bool) -> Flow:
    f.c.apply_facts(f.env, facts)
    return tail_flow(lower_block(f, stmts, tail), tail)


def tail_flow(flow: Flow, tail: bool) -> Flow:
    """At the end of a loop body, `continue` is falling through."""
    if tail and list(flow.envs) == [CONTINUE]:
        return Flow({FALL: flow.envs[CONTINUE]}, Const(FALL))
    return flow


def _if_with_exits(f: Frame, stmt: Any, rest: list[Any], tail: bool) -> Flow:
    """An `if` that may leave: what comes after it moves into the side that goes on, where only one does."""
    try:
        pred, true, false = _test(f, stmt)
    except Refused:
        pred, true, false = Dyn(f.dead(), BOOL), [], []
    alone = tail and not rest
    if isinstance(pred, Const):
        f.c.apply_facts(f.env, true if pred.value else false)
        taken = stmt.body if pred.value else stmt.orelse
        return lower_block(f, [*taken, *rest], tail)
    value = f.value(pred, stmt)
    base = f.env
    sides: list[tuple[Block, Flow]] = []
    for body, facts in ((stmt.body, true), (stmt.orelse, false)):
        block = Block()
        f.env = dict(base)
        with f.inside(block):
            sides.append((block, _side(f, body, facts, alone)))
    falls = [FALL in flow.envs for _, flow in sides]
    only = falls.index(True) if falls.count(True) == 1 and rest else None
    if only is not None and sides[1 - only][1].envs:
        block, flow = sides[only]
        with f.inside(block):
            flow = then_do(f, flow, lambda: tail_flow(lower_block(f, rest, tail), tail), stmt)
        sides[only] = (block, flow)
        if tail:
            sides[1 - only] = (sides[1 - only][0], tail_flow(sides[1 - only][1], True))
        return join_cond(f, value, sides, base, stmt)
    flow = join_cond(f, value, sides, base, stmt)
    if not rest or FALL not in flow.envs:
        return flow
    return then_do(f, flow, lambda: lower_block(f, rest, tail), stmt)


# -- simple statements ----------------------------------------------------------------------------------------------
def fall(fn: Callable[[Frame, Any], None]) -> Callable[[Frame, Any, bool], Flow]:
    """A handler for a statement that always goes on to the next."""

    def handler(f: Frame, stmt: Any, tail: bool) -> Flow:
        fn(f, stmt)
        return Flow({FALL: f.env})

    return handler


def _expr(f: Frame, stmt: Any) -> None:
    if isinstance(stmt.value, gast.Constant):
        return
    if isinstance(stmt.value, gast.Yield | gast.YieldFrom):
        lower_yield(f, stmt.value)
        return
    lower(f, stmt.value)


def lower_yield(f: Frame, node: Any) -> None:
    """`yield x` and `yield from it` as statements of a generator function."""
    if isinstance(node, gast.YieldFrom):
        source = lower(f, node.value)
        flow = for_loop(f, node, source, lambda fv: emit_yield(f, fv, node), lambda: Flow({FALL: f.env}), set(), False, None)
        f.env = flow.envs[FALL]
        return
    emit_yield(f, lower(f, node.value) if node.value is not None else Const(None), node)


def emit_yield(f: Frame, fv: FV, node: Any) -> None:
    """`yield fv`."""
    if isinstance(fv, Poison):
        return
    value = f.value(fv, node)
    if value.type == ERROR:  # reported; a loop's first turn, which does not count, may not know better yet
        return
    f.item = f.c.merge_type(f.item, value.type)
    f.node("yield", [value], None, (), node)
    f.forget_attributes()


def _assign(f: Frame, stmt: Any) -> None:
    value = lower(f, stmt.value)
    for target in stmt.targets:
        assign.assign(f, target, value, stmt)


def _ann_assign(f: Frame, stmt: Any) -> None:
    if stmt.value is None:
        return
    value = lower(f, stmt.value)
    declared = declarations.of_node(f, stmt.annotation)
    if declared is not None and not isinstance(value, Poison):
        value = declarations.check_local(f, value, declared, stmt)
    assign.assign(f, stmt.target, value, stmt)


def _aug_assign(f: Frame, stmt: Any) -> None:
    assign.augmented(f, stmt, INPLACE[type(stmt.op)])


def _delete(f: Frame, stmt: Any) -> None:
    for target in stmt.targets:
        assign.delete(f, target, stmt)


def _return(f: Frame, stmt: Any, tail: bool) -> Flow:
    if f.generator and stmt.value is not None:
        raise f.refuse("SC102", stmt, "a generator that returns a value cannot be compiled")
    value = lower(f, stmt.value) if stmt.value is not None else Const(None)
    ret = f.env.get("%ret")
    if isinstance(ret, CellVal):
        f.store_cell("%ret", ret, value, stmt)
        ret = f.env["%ret"]
    else:
        ret = value
    return Flow({RETURN: {"%ret": ret, **cells_of(f)}}, Const(RETURN))


def cells_of(f: Frame) -> dict[str, FV]:
    """The names that live in cells."""
    return {k: v for k, v in f.env.items() if isinstance(v, CellVal) and k != "%ret"}


def _break(f: Frame, stmt: Any, tail: bool) -> Flow:
    return Flow({BREAK: f.env}, Const(BREAK))


def _continue(f: Frame, stmt: Any, tail: bool) -> Flow:
    return Flow({CONTINUE: f.env}, Const(CONTINUE))


def _while(f: Frame, stmt: Any, tail: bool) -> Flow:
    return loops.lower_while(f, stmt, lambda body, t: lower_block(f, body, t))


def _for(f: Frame, stmt: Any, tail: bool) -> Flow:
    source = lower(f, stmt.iter)
    if isinstance(source, Poison):

        def look() -> Flow:
            assign.assign(f, stmt.target, POISON, stmt)
            return lower_block(f, stmt.body, True)

        return loops.over_unknown(f, stmt, look)
    orelse = (lambda: lower_block(f, stmt.orelse, False)) if stmt.orelse else None
    early = scopes.leaves_loop(stmt.body)
    body = lambda: lower_block(f, stmt.body, True)  # noqa: E731
    return for_loop(f, stmt, source, lambda fv: assign.assign(f, stmt.target, fv, stmt), body, scopes.assigned([stmt]), early, orelse)


def _raise(f: Frame, stmt: Any, tail: bool) -> Flow:
    return protected.lower_raise(f, stmt)


def _assert(f: Frame, stmt: Any, tail: bool) -> Flow:
    pred, true, false = lower_test(f, stmt.test)
    if isinstance(pred, Poison):
        return Flow({FALL: f.env})

    def fail() -> Flow:
        f.c.apply_facts(f.env, false)
        args = [lower(f, stmt.msg)] if stmt.msg is not None else []
        protected.raise_builtin(f, AssertionError, args, stmt)
        return Flow({})

    def go_on() -> Flow:
        f.c.apply_facts(f.env, true)
        return Flow({FALL: f.env})

    return branch(f, pred, go_on, fail, stmt)


def _function(f: Frame, stmt: Any) -> None:
    f.store(stmt.name, make_function(f, stmt), stmt)


def make_function(f: Frame, node: Any) -> FV:
    """The value of a `def` or `lambda` met in the code."""
    if not isinstance(node, gast.Lambda):
        if node.decorator_list:
            raise f.refuse("SC106", node.decorator_list[0], "an inner function with a decorator cannot be compiled")
        name = node.name
    else:
        name = "<lambda>"
    defaults = tuple(lower(f, d) for d in node.args.defaults)
    kw = tuple(None if d is None else lower(f, d) for d in node.args.kw_defaults)
    family = scopes.family(node, f.local_defs)
    reads = scopes.free_names(node).union(*(scopes.free_names(n) for n in family.values())) - set(family)
    free = tuple(sorted(n for n in reads if n in f.locals or n in f.env))
    return LocalFunc(node, f.unit, f, f"{f.qualname}.<locals>.{name}", defaults, kw, free, tuple(sorted(family.items(), key=lambda kv: kv[0])))


def _pass(f: Frame, stmt: Any) -> None:
    pass


def _nonlocal(f: Frame, stmt: Any) -> None:
    for name in stmt.names:
        if not isinstance(f.env.get(name), CellVal):
            raise f.refuse("SC107", stmt, f"`nonlocal {name}` does not reach a variable that can be shared")


def _global(f: Frame, stmt: Any) -> None:
    written = set(stmt.names) & scopes.assigned(scopes.body_of(f.tree))
    if written:
        name = sorted(written)[0]
        what = f"this function writes the global `{name}`"
        raise f.refuse("SC103", stmt, what, label="declared global here", more=lambda: sides.captured(f, name))


STATEMENTS: dict[type, Callable[[Frame, Any, bool], Flow]] = {
    gast.Expr: fall(_expr),
    gast.Assign: fall(_assign),
    gast.AnnAssign: fall(_ann_assign),
    gast.AugAssign: fall(_aug_assign),
    gast.Delete: fall(_delete),
    gast.Assert: _assert,
    gast.FunctionDef: fall(_function),
    gast.Pass: fall(_pass),
    gast.Nonlocal: fall(_nonlocal),
    gast.Global: fall(_global),
    gast.If: _if,
    gast.While: _while,
    gast.For: _for,
    gast.Return: _return,
    gast.Break: _break,
    gast.Continue: _continue,
    gast.Raise: _raise,
    gast.Try: protected.lower_try,
    gast.With: protected.lower_with,
    gast.Match: matching.lower_match,
}

REFUSED: dict[type, tuple[str, str, str | None]] = {
    gast.AsyncFunctionDef: ("SC101", "`async def`", None),
    gast.AsyncFor: ("SC101", "`async for`", None),
    gast.AsyncWith: ("SC101", "`async with`", None),
    gast.ClassDef: ("SC107", "a class defined inside a function", "define it at the top of the module"),
    gast.TryStar: ("SC107", "`except*`", "catch the exceptions one by one, with `except`"),
    gast.Import: ("SC112", "an import inside a function", None),
    gast.ImportFrom: ("SC112", "an import inside a function", None),
}
