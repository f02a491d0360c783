"""Comprehensions are loops written in place; a generator expression is a generator function called at once."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import gast

from scriptc.frontend import functions, picking, scopes
from scriptc.frontend.assign import assign
from scriptc.frontend.expressions import lower
from scriptc.frontend.frame import Frame, Refused
from scriptc.frontend.iteration import for_loop, iterable, static_items
from scriptc.frontend.merge import branch
from scriptc.frontend.tests import lower_test
from scriptc.frontend.values import FALL, FV, POISON, Const, Dyn, Flow, LocalFunc, PickingIter, Poison, StaticIter, StaticList
from scriptc.ir.closing import is_closing
from scriptc.types import DefaultDict, Deque, Dict, DictView, Set, members

AS_FUNCTION = sys.version_info < (3, 12)
"""Is a comprehension a function, whose frame holds what it draws from, also while an error of it is handled?"""
Emit = Callable[[], None]


def lower_comprehension(f: Frame, node: Any) -> FV:
    """A list, set or dict comprehension, or a generator expression."""
    if any(g.is_async for g in node.generators):
        raise f.refuse("SC101", node, "an `async` comprehension cannot be compiled")
    if isinstance(node, gast.GeneratorExp):
        return _generator(f, node)
    source = lower(f, node.generators[0].iter)
    if isinstance(source, Poison):
        return POISON
    if isinstance(node, gast.ListComp) and static_items(f, source) is not None and len(node.generators) == 1:
        return _static_list(f, node, source)
    if AS_FUNCTION and isinstance(source, Dyn) and is_closing(f.c.program, source.value):
        return _called(f, node, source)
    return _display(f, node, source)


def _scope(f: Frame, node: Any) -> dict[str, FV | None]:
    """The names the comprehension binds, with what they hide."""
    names = {n.id for g in node.generators for n in gast.walk(g.target) if isinstance(n, gast.Name)}
    return {n: f.env.get(n) for n in sorted(names)}


def _enter(f: Frame, hidden: dict[str, FV | None]) -> tuple[set[str], set[str]]:
    kept = (set(f.locals), set(f.cell_names))
    for name in hidden:
        f.env.pop(name, None)
    f.locals |= set(hidden)
    f.cell_names -= set(hidden)
    return kept


def _leave(f: Frame, hidden: dict[str, FV | None], kept: tuple[set[str], set[str]]) -> None:
    f.locals, f.cell_names = kept
    for name, old in hidden.items():
        f.env.pop(name, None)
        f.forget(name)
        if old is not None:
            f.env[name] = old


def _display(f: Frame, node: Any, source: FV) -> FV:
    kind = {gast.ListComp: "list", gast.SetComp: "set", gast.DictComp: "dict"}[type(node)]
    out = f.emit(kind, [], node)
    place = f.c.keep((id(node), "store"), gast.copy_location(gast.Constant(value=None, kind=None), node))

    def emit() -> None:
        if kind == "dict":
            key = lower(f, node.key)
            value = lower(f, node.value)
            _need(f, node, key, value)
            f.emit("setitem", [out, key, value], place)
            return
        item = lower(f, node.elt)
        _need(f, node.elt, item)
        f.emit("list.append" if kind == "list" else "set.add", [out, item], place)

    hidden = _scope(f, node)
    kept = _enter(f, hidden)
    try:
        _loops(f, node, 0, source, emit)
    finally:
        _leave(f, hidden, kept)
    return Dyn(out.value, f.c.refresh(out.type)) if isinstance(out, Dyn) else out


def _need(f: Frame, place: Any, *fvs: FV) -> None:
    if any(isinstance(fv, Poison) for fv in fvs):
        raise Refused
    for fv in fvs:
        if f.type_of(fv) is None:
            raise f.refuse("SC208", place, f"{f.c.describe(fv)} cannot be kept in a collection made at run time")


def _loops(f: Frame, node: Any, i: int, source: FV, emit: Emit) -> None:
    """The `for` number `i` and all inside it."""
    gen = node.generators[i]

    def inner() -> Flow:
        _filters(f, gen.ifs, lambda: _next(f, node, i, emit))
        return Flow({FALL: f.env})

    changed = scopes.assigned([n for g in node.generators[i:] for n in (g.target, *g.ifs)]) | _walrus(node)
    place = f.c.keep((id(node), "for", i), gast.copy_location(gast.Constant(value=None, kind=None), gen.target))
    if i == 0 and AS_FUNCTION and isinstance(source, Dyn):
        f.c.comprehended.append((source.value, f.span(gen.iter)))
    flow = for_loop(f, place, source, lambda fv: assign(f, gen.target, fv, gen.target), inner, changed, False, None)
    f.env = flow.envs[FALL]


def _walrus(node: Any) -> set[str]:
    return {n.target.id for n in gast.walk(node) if isinstance(n, gast.NamedExpr)}


def _next(f: Frame, node: Any, i: int, emit: Emit) -> None:
    if i + 1 == len(node.generators):
        emit()
        return
    source = lower(f, node.generators[i + 1].iter)
    if isinstance(source, Poison):
        raise Refused
    _loops(f, node, i + 1, source, emit)


def _filters(f: Frame, ifs: list[Any], emit: Emit) -> None:
    if not ifs:
        emit()
        return
    pred, true, _ = lower_test(f, ifs[0])
    if isinstance(pred, Poison):
        raise Refused

    def yes() -> Flow:
        f.c.apply_facts(f.env, true)
        _filters(f, ifs[1:], emit)
        return Flow({FALL: f.env})

    flow = branch(f, pred, yes, lambda: Flow({FALL: f.env}), ifs[0])
    f.env = flow.envs[FALL]


def _static_list(f: Frame, node: Any, source: FV) -> FV:
    """Over modules or functions: one item for each, written out; a graph list where the items can be one."""
    items = static_items(f, source) or []
    gen = node.generators[0]
    hidden = _scope(f, node)
    kept = _enter(f, hidden)
    out: list[FV] = []
    try:
        for item in items:
            assign(f, gen.target, item, gen.target)
            keep = True
            for test in gen.ifs:
                pred, _, _ = lower_test(f, test)
                if not isinstance(pred, Const):
                    raise f.refuse("SC208", test, "a filter over modules must be known when compiling")
                keep = keep and bool(pred.value)
            if keep:
                out.append(lower(f, node.elt))
    finally:
        _leave(f, hidden, kept)
    if any(isinstance(x, Poison) for x in out):
        return POISON
    if any(f.type_of(x) is None for x in out):
        return StaticList(tuple(out))
    return f.emit("list", out, node)


# -- generator expressions ------------------------------------------------------------------------------------------
def _generator(f: Frame, node: Any) -> FV:
    """`(elt for target in source if test)`: the outermost source is evaluated now, the rest when it is drawn from."""
    source = lower(f, node.generators[0].iter)
    if isinstance(source, Poison):
        return POISON
    items = static_items(f, source)
    if items is not None and not _calls(node):
        made = _static_list(f, node, source)
        return StaticIter(made.items) if isinstance(made, StaticList) else made
    if items is not None:
        source = _drawn_from(f, items, node)
    if not isinstance(source, PickingIter):
        source = _begun(f, iterable(f, source, node), node)
    return _call(f, node, f.c.keep(("genexp", id(node)), _as_function(node)), "<genexpr>", source)


def _begun(f: Frame, source: Dyn, node: Any) -> FV:
    """The outermost source as Python has it: an iterator, made now. Those of these kinds notice what is put in or taken out from now on."""
    noticing = any(isinstance(m, Dict | DefaultDict | DictView | Deque) or (isinstance(m, Set) and not m.frozen) for m in members(source.type))
    return f.emit("iter", [source], node) if noticing else source


def _calls(node: Any) -> bool:
    """Does drawing an item call anything? If not, all may as well be there at once."""
    inner = [node.elt, *(x for g in node.generators for x in g.ifs), *(g.iter for g in node.generators[1:])]
    return any(isinstance(n, gast.Call) for part in inner for n in gast.walk(part))


def _drawn_from(f: Frame, items: list[FV], node: Any) -> FV:
    """What a generator over items known when compiling draws from: each is come to only when it is asked for."""
    if all(f.type_of(x) is not None for x in items):
        return f.emit("list", items, node)
    spec = picking.options(f, items)
    driver = f.emit("range", [Const(len(items))], node)
    if spec is None or not isinstance(driver, Dyn):
        raise f.refuse("SC208", node, "a generator expression over these functions or objects cannot be compiled", help="write a list comprehension")
    return PickingIter(driver, spec)


def _call(f: Frame, node: Any, tree: Any, name: str, source: FV) -> FV:
    """Call the function that a generator expression or a comprehension is, with its outermost source."""
    drawn = source if isinstance(source, PickingIter) else iterable(f, source, node)
    free = tuple(sorted(n for n in scopes.free_names(tree) if n in f.env))
    fn = LocalFunc(tree, f.unit, f, f"{f.qualname}.<locals>.{name}", (), (), free)
    return functions.call_callee(f, functions.local_callee(fn), [drawn], {}, node)


def _called(f: Frame, node: Any, source: FV) -> FV:
    """A comprehension as a function of its own."""
    if isinstance(node, gast.DictComp) or _walrus(node):
        return _display(f, node, source)
    name, empty, method = "<setcomp>", gast.Set(elts=[]), "add"
    if isinstance(node, gast.ListComp):
        name, empty, method = "<listcomp>", gast.List(elts=[], ctx=gast.Load()), "append"
    gast.copy_location(empty, node.generators[0].target)  # not where the items are added: it is printed as a loop, for the function is one already
    box = gast.Name(id="%out", ctx=gast.Store(), annotation=None, type_comment=None)
    read = gast.Name(id="%out", ctx=gast.Load(), annotation=None, type_comment=None)
    add = gast.Call(func=gast.Attribute(value=read, attr=method, ctx=gast.Load()), args=[node.elt], keywords=[])
    tree = _as_function(node, gast.Expr(value=add))
    tree.body = [gast.Assign(targets=[box], value=empty, type_comment=None), *tree.body, gast.Return(value=read)]
    for n in gast.walk(tree):
        if getattr(n, "lineno", None) is None:
            gast.copy_location(n, node)
    return _call(f, node, f.c.keep(("comp", id(node)), tree), name, source)


def _as_function(node: Any, each: Any = None) -> Any:
    """`def <genexpr>(%source): for target in %source: if ...: yield elt`; or what `each` says in place of the `yield`."""
    body: Any = each or gast.Expr(value=gast.Yield(value=node.elt))
    for i in range(len(node.generators) - 1, -1, -1):
        gen = node.generators[i]
        for test in reversed(gen.ifs):
            body = gast.If(test=test, body=[body], orelse=[])
            gast.copy_location(body, test)
        source = gen.iter if i else gast.copy_location(gast.Name(id="source%", ctx=gast.Load(), annotation=None, type_comment=None), gen.iter)
        loop = gast.For(target=gen.target, iter=source, body=[body], orelse=[], type_comment=None)
        body = gast.copy_location(loop, node)
    for n in gast.walk(body):
        if isinstance(n, gast.Expr | gast.Yield) and getattr(n, "lineno", None) is None:
            gast.copy_location(n, node)
    param = gast.copy_location(gast.Name(id="source%", ctx=gast.Param(), annotation=None, type_comment=None), node)
    args = gast.arguments(args=[param], posonlyargs=[], vararg=None, kwonlyargs=[], kw_defaults=[], kwarg=None, defaults=[])
    named = sorted({n.target.id for n in gast.walk(node) if isinstance(n, gast.NamedExpr)})
    before = [gast.copy_location(gast.Nonlocal(names=named), node)] if named else []
    fn = gast.FunctionDef(name="genexpr", args=args, body=[*before, body], decorator_list=[], returns=None, type_comment=None, type_params=[])
    return gast.copy_location(fn, node)
