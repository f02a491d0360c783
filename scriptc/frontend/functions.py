"""User functions: binding arguments to parameters, and one graph per function and argument types."""

from __future__ import annotations

import types
from dataclasses import dataclass
from typing import Any

import gast

from scriptc.frontend import scopes, sides, unpacking
from scriptc.frontend.frame import Frame, Refused
from scriptc.frontend.merge import then_do
from scriptc.frontend.statics import Nested, Outer, captured_name, wrap
from scriptc.frontend.values import (
    FALL,
    FV,
    POISON,
    RETURN,
    Captured,
    CellVal,
    Conflict,
    Const,
    Dyn,
    Flow,
    LocalFunc,
    Poison,
    Spread,
    StaticDict,
    TupleVal,
    Unbound,
    captured,
    leaves,
    rebuild,
    structure,
)  # fmt: skip
from scriptc.ir import Block, Graph, Value
from scriptc.source import SourceUnavailable
from scriptc.types import NEVER, IteratorOf, Tuple, TupleOf, Type, Union, is_subtype, join_all, settle_tuples, strip_sites, walk

MAX_SPECIAL, MAX_NESTED, MAX_CHAIN = 16, 8, 150


@dataclass
class Callee:
    """A function to be lowered: its tree and surroundings, from a Python function or from a `def` met in the code."""

    ident: Any
    node: Any
    unit: Any
    qualname: str
    statics: Any
    defaults: list[FV]
    kw_defaults: list[FV | None]
    captures: list[tuple[str, FV]]
    cls: type | None = None
    library: str | None = None
    family: tuple[tuple[str, Any], ...] = ()


@dataclass
class Lowered:
    """A finished graph, and how its results make the value the call has."""

    graph: Graph
    ret: FV
    params: list[Value]


def callee_of(f: Frame | None, c: Any, fn: Any, node: Any, library: str | None = None) -> Callee:
    """A Python function, with its source. Refused where there is none."""
    try:
        unit = c.unit_of(fn)
    except SourceUnavailable as e:
        if f is None:
            raise
        raise f.refuse("SC108", node, f"`{fn.__qualname__}` has no source to compile: {e}") from None
    a = unit.tree.args
    if isinstance(unit.tree, gast.AsyncFunctionDef):
        frame = f or Frame(c, None, unit, unit.tree, fn.__qualname__, None)
        raise frame.refuse("SC101", node if f is not None else unit.tree, f"`{fn.__qualname__}` is `async`")
    defaults = [wrap(d, f"the default of {fn.__name__}()", None) for d in fn.__defaults__ or ()]
    kw = [wrap((fn.__kwdefaults__ or {})[p.id], p.id, None) if p.id in (fn.__kwdefaults__ or {}) else None for p in a.kwonlyargs]
    return Callee(id(fn), unit.tree, unit, fn.__qualname__, Outer(fn), defaults, kw, [], _class_cell(fn), library)


def _class_cell(fn: types.FunctionType) -> type | None:
    """The class a method was defined in, where it uses `super()`."""
    for name, cell in zip(fn.__code__.co_freevars, fn.__closure__ or (), strict=True):
        if name == "__class__":
            return cell.cell_contents  # type: ignore[no-any-return]
    return None


def local_callee(fn: LocalFunc) -> Callee:
    """A `def` or `lambda` met in the code, its captured names as they are now."""
    captures = list(zip(fn.free, fn.captured().captures or (), strict=True))
    statics = Nested(fn.frame.statics)
    defaults, kw = list(fn.defaults), list(fn.kw_defaults)
    return Callee(("def", id(fn.node)), fn.node, fn.unit, fn.qualname, statics, defaults, kw, captures, fn.frame.cls, None, fn.family)


def call_callee(f: Frame, callee: Callee, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    """Call a user function: bind, lower (or find) its graph, emit the `call`."""
    if unpacking.at_run_time(args, kwargs) and not _fits_anyhow(callee, args, kwargs):
        return unpacking.call(f, parameters(callee), args, kwargs, node, lambda a, k: call_callee(f, callee, a, k, node))
    bound = bind(f, callee, args, kwargs, node)
    if bound is None:
        return POISON
    for fv in bound.values():
        f.refuse_iterator(fv, node)
    values = prepare(f, callee, bound, node)
    return invoke(f, callee, values, node)


def invoke(f: Frame, callee: Callee, values: dict[str, FV], node: Any) -> FV:
    """Call with the arguments bound: lower (or find) the graph, emit the `call`, and give its result."""
    c = f.c
    values = {name: captured(fv) for name, fv in values.items()}
    key, flat = key_of(callee, values)
    operands = [f.value(d, node) for d in flat]
    if any(d.type == NEVER for d in flat):
        return Dyn(f.dead(), NEVER)  # an argument never comes to be, so the call never happens
    if key in c.in_progress:
        return _recursive_call(f, key, operands, node)
    alike = sum(k[0] == callee.ident and objects_in(k) == objects_in(key) for k in c.in_progress)
    if alike >= MAX_NESTED or len(c.in_progress) > MAX_CHAIN:
        raise f.refuse("SC404", node, f"each call of `{callee.qualname}` inside itself has other argument types, without end")
    c.call_chain.append((f, node))
    try:
        lowered = lower_graph(c, callee, values, key)
    finally:
        c.call_chain.pop()
    if lowered is None:
        return POISON
    if c.records is not None:
        c.records.calls[f.key, id(node)] = lowered.graph.name
    for d, param in zip(flat, lowered.params, strict=True):
        settle(f, d.type, param, node)
    g = lowered.graph
    f.forget_calls()
    if g.generator:
        t = IteratorOf(back(f, g.item or NEVER, key, flat))
        n = f.node("call", operands, {"graph": g.name}, (t,), node)
        return Dyn(n.results[0], t)
    types_ = tuple(back(f, v.type, key, flat) for v in g.block.yields)
    n = f.node("call", operands, {"graph": g.name}, types_, node)
    it = iter(n.results)
    return rebuild(lowered.ret, lambda d: _result(next(it)))


def _result(v: Value) -> FV:
    return Dyn(v, v.type)


def _recursive_call(f: Frame, key: Any, operands: list[Value], node: Any) -> FV:
    c = f.c
    if key not in c.recursive:
        c.recursive.add(key)
        c.dirty = True
    graph = c.open_graphs[key]
    c.recursion_places[key] = node
    f.forget_calls()
    if graph.generator:
        t: Type = IteratorOf(c.items.get(key, NEVER))
    else:
        t = c.return_types.get(key, NEVER)
    n = f.node("call", operands, {"graph": graph.name}, (t,), node)
    return Dyn(n.results[0], t)


def settle(f: Frame, arg: Type, param: Value, node: Any) -> None:
    """What the callee found out about a container it was given holds for the caller's container too."""
    given, taken = strip_sites(arg), strip_sites(param.type)
    if not is_subtype(given, taken) or (given != taken and NEVER in walk(arg)):  # an empty list fits, and may be filled there
        f.c.widen(f, arg, param.type, node)
    for site in _sites(param.type):
        if site in f.c.changed_sites:
            f.c.note_mutation(f, _at(arg, site), node)


def _sites(t: Type) -> list[Any]:
    out = list(getattr(t, "sites", ()))
    for child in t.children():
        out += _sites(child)
    return out


def _at(t: Type, site: Any) -> Type:
    """The part of an argument's type that a parameter's site stands for."""
    for i in site[3:]:
        kids = t.children()
        if i >= len(kids):
            return NEVER
        t = kids[i]
    return t


def back(f: Frame, t: Type, key: Any, flat: list[Dyn]) -> Type:
    """A result type in the caller's terms: sites of the callee's parameters become the arguments' own."""
    sites = getattr(t, "sites", None)
    parts = tuple(back(f, c, key, flat) for c in t.children())
    if parts:
        t = f.c.with_parts(t, parts)
    if not sites:
        return t
    out: set[Any] = set()
    for s in sites:
        if isinstance(s, tuple) and s[0] == "param" and s[1] == key:
            out |= set(getattr(_at(flat[s[2]].type, s), "sites", ()))
        else:
            out.add(s)
    return f.c.sited(t, frozenset(out))  # type: ignore[arg-type]


def parameters(callee: Callee) -> unpacking.Parameters:
    """What `callee` takes, for arguments that only running counts."""
    a, defaults = callee.node.args, dict[str, FV]()
    _defaults(callee, [p.id for p in (*a.posonlyargs, *a.args)], defaults)
    only, names, keyword = (tuple(p.id for p in group) for group in (a.posonlyargs, a.args, a.kwonlyargs))
    return unpacking.Parameters(callee.qualname, only, names, a.vararg is not None, keyword, a.kwarg is not None, defaults)


def _fits_anyhow(callee: Callee, args: list[FV], kwargs: dict[str, FV]) -> bool:
    """Does `*args` of the callee take all that only running counts?"""
    a = callee.node.args
    if not args or not isinstance(args[-1], Spread) or unpacking.at_run_time(args[:-1], kwargs):
        return False
    return a.vararg is not None and len(args) > len(a.posonlyargs) + len(a.args)


# -- binding --------------------------------------------------------------------------------------------------------
def bind(f: Frame, callee: Callee, args: list[FV], kwargs: dict[str, FV], node: Any) -> dict[str, FV] | None:
    """Arguments to parameters, as Python does; a finding and None where they do not fit."""
    a = callee.node.args
    positional = [p.id for p in (*a.posonlyargs, *a.args)]
    name = callee.qualname.rpartition(".")[2]
    rest: FV | None = None
    if args and isinstance(last := args[-1], Spread):
        args, rest = args[:-1], last.value
    out: dict[str, FV] = dict(zip(positional, args, strict=False))
    extra = args[len(positional) :]
    if extra and a.vararg is None:
        what = f"{name}() takes {len(positional)} positional argument{'s' * (len(positional) != 1)} but {len(args)} were given"
        f.report("SC203", node, what, more=lambda: sides.signature(callee.unit, callee.node))
        return None
    others = kwargs.get(unpacking.STARS)
    more = _keywords(f, callee, {k: v for k, v in kwargs.items() if k != unpacking.STARS}, out, node)
    if more is None:
        return None
    _defaults(callee, positional, out)
    missing = [n for n in (*positional, *(p.id for p in a.kwonlyargs)) if n not in out]
    if missing:
        what = f"{name}() is missing {len(missing)} required argument{'s' * (len(missing) != 1)}: {', '.join(missing)}"
        f.report("SC203", node, what, more=lambda: sides.signature(callee.unit, callee.node, missing=missing))
        return None
    if a.vararg is not None:
        out[a.vararg.id] = TupleVal(tuple(extra)) if rest is None else _rest(f, extra, rest, node)
    if a.kwarg is not None:
        out[a.kwarg.id] = others or StaticDict(tuple(more), tuple(more.values()))
    return out


def _keywords(f: Frame, callee: Callee, kwargs: dict[str, FV], out: dict[str, FV], node: Any) -> dict[str, FV] | None:
    """Put the keyword arguments into `out`, and give those that `**kwargs` takes; a finding and None where they do not fit."""
    a, name = callee.node.args, callee.qualname.rpartition(".")[2]
    only = {p.id for p in a.posonlyargs}
    by_name = {p.id for p in (*a.args, *a.kwonlyargs)}
    more: dict[str, FV] = {}
    for key, value in kwargs.items():
        if key in out and key not in only:
            what = f"{name}() got multiple values for argument '{key}'"
            f.report("SC203", node, what, more=lambda: sides.signature(callee.unit, callee.node, twice=key))  # noqa: B023
            return None
        if key in by_name:
            out[key] = value
        elif a.kwarg is not None:
            more[key] = value
        else:
            what = f"{name}() got an unexpected keyword argument '{key}'"
            f.report("SC203", node, what, more=lambda: sides.signature(callee.unit, callee.node, unknown=key))  # noqa: B023
            return None
    return more


def _rest(f: Frame, extra: list[FV], rest: FV, node: Any) -> FV:
    """The tuple that `*args` takes of some arguments and `*xs`."""
    from scriptc.frontend import calls

    whole = calls.call(f, Const(tuple), [rest], {}, node)
    return f.emit("add", [TupleVal(tuple(extra)), whole], node) if extra else whole


def _defaults(callee: Callee, positional: list[str], out: dict[str, FV]) -> None:
    for p, d in zip(reversed(positional), reversed(callee.defaults), strict=False):
        out.setdefault(p, d)
    for kw, kd in zip(callee.node.args.kwonlyargs, callee.kw_defaults, strict=True):
        if kd is not None:
            out.setdefault(kw.id, kd)


def prepare(f: Frame, callee: Callee, bound: dict[str, FV], node: Any) -> dict[str, FV]:
    """The arguments as the graph takes them: captured names first; numbers become graph values, so that one graph serves many."""
    values: dict[str, FV] = {f"%{name}": fv for name, fv in callee.captures}
    recursing = any(k[0] == callee.ident for k in f.c.in_progress)
    anyhow_long = set() if callee.library else _anyhow_long(callee.node.args)
    for name, fv in bound.items():
        values[name] = fv if callee.library else _general(f, callee, fv, recursing, node)
        if name in anyhow_long:
            values[name] = _lengthless(f, values[name], node)
    return values


def _anyhow_long(a: Any) -> set[str]:
    """Parameters that are annotated `tuple[T, ...]`."""
    out = set()
    for p in (*a.posonlyargs, *a.args, *a.kwonlyargs):
        t = p.annotation
        if isinstance(t, gast.Subscript) and isinstance(t.value, gast.Name) and t.value.id in ("tuple", "Tuple") and isinstance(t.slice, gast.Tuple):
            last = t.slice.elts[-1] if t.slice.elts else None
            if isinstance(last, gast.Constant) and last.value is Ellipsis:
                out.add(p.id)
    return out


def _lengthless(f: Frame, fv: FV, node: Any) -> FV:
    """A tuple of plain values without its length, so that recursion that makes it longer meets the same graph again."""
    t = f.type_of(fv)
    if not isinstance(t, Tuple) or any(c.children() and not isinstance(c, Union) for c in t.children()):
        return fv
    return Dyn(f.dyn(fv, node).value, TupleOf(join_all(t.children())))


def _general(f: Frame, callee: Callee, fv: FV, recursing: bool, node: Any) -> FV:
    if isinstance(fv, Const):
        if type(fv.value) in (int, float, complex, bytes) or (recursing and f.type_of(fv) is not None and fv.value is not None):
            return f.dyn(fv, node)
        if type(fv.value) in (str, bool):
            known = f.c.specialised.setdefault(callee.ident, set())
            if fv.value not in known and len(known) >= MAX_SPECIAL:
                return f.dyn(fv, node)
            known.add(fv.value)
        return fv
    if isinstance(fv, TupleVal):
        return TupleVal(tuple(_general(f, callee, x, recursing, node) for x in fv.items))
    if isinstance(fv, Captured) and f.type_of(fv) is not None:
        return fv if not recursing and f.c.mixed(fv) and f.c.folds(fv) else f.dyn(fv, node)
    return fv


def key_of(callee: Callee, values: dict[str, FV]) -> tuple[Any, list[Dyn]]:
    """What identifies the graph for these arguments, and the run-time values among them."""
    flat = [d for fv in values.values() for d in leaves(fv)]
    shape = tuple((n, structure(fv)) for n, fv in values.items())
    return (callee.ident, shape, tuple(strip_sites(d.type) for d in flat)), flat


def objects_in(key: Any) -> list[Any]:
    """The objects found when compiling among the arguments: there are only so many, so going from one to the next has an end."""
    return [part for _, part in key[1] if isinstance(part, tuple) and part[:1] == ("obj",)]


# -- the graph ------------------------------------------------------------------------------------------------------
def lower_graph(c: Any, callee: Callee, values: dict[str, FV], key: Any) -> Lowered | None:
    """The graph of `callee` for these arguments, lowered on first use in a pass; None where it has errors of its own."""
    if key in c.memo:
        return c.memo[key]  # type: ignore[no-any-return]
    c.add_source(callee.unit)
    f = Frame(c, key, callee.unit, callee.node, callee.qualname, callee.statics)
    block = Block()
    graph = Graph(c.graph_name(callee, values), block, callee.qualname, span=callee.unit.span(callee.node), library=callee.library)
    graph.generator = f.generator = scopes.is_generator(callee.node)
    f.cls = callee.cls
    f.locals = scopes.local_names(callee.node)
    f.defs = scopes.function_names(callee.node)
    f.local_defs = {**dict(callee.family), **scopes.local_defs(callee.node)}
    f.cell_names = cell_names(callee.node)
    c.in_progress.append(key)
    c.open_graphs[key] = graph
    c.program.graphs[graph.name] = graph
    mark = len(c.sink.errors)
    try:
        with f.inside(block):
            _parameters(f, callee, values, block)
            if c.records is not None:
                c.records.enter(f, graph.name)
            ret = _body(f, callee, graph)
    except Refused:
        ret = POISON
    finally:
        c.in_progress.pop()
    if len(c.sink.errors) > mark:
        return None  # not kept: a loop's next turn forgets the findings of this one, and must find them again
    params = list(block.params)
    lowered = c.memo[key] = Lowered(graph, ret, params)
    return lowered


def _parameters(f: Frame, callee: Callee, values: dict[str, FV], block: Block) -> None:
    count = 0

    def param(d: Dyn, name: str) -> FV:
        nonlocal count
        t = f.c.rooted(strip_sites(d.type), ("param", f.key, count))
        count += 1
        hint = name.lstrip("%")
        v = block.add_param(t, hint if hint.isidentifier() else None)
        return Dyn(v, t)

    names = scopes.parameters(callee.node.args)
    f.self_fv = None
    for name, fv in values.items():
        inner = rebuild(fv, lambda d, n=name: param(d, n))  # type: ignore[misc]
        if name.startswith("%"):
            f.env[name[1:]] = captured_name(inner)
            continue
        if names and name == names[0]:
            f.self_fv = inner
        if name == getattr(callee.node.args.kwarg, "id", None) and isinstance(inner, StaticDict) and _kwargs_used_as_value(callee.node, name):
            inner = f.c.materialise(f, inner, callee.node)
        f.env[name] = f.new_cell(name, inner, callee.node) if name in f.cell_names else inner
    for name, tree in callee.family:
        from scriptc.frontend.statements import make_function

        if name not in f.locals:
            f.env[name] = make_function(f, tree)
    for name in sorted(f.cell_names - set(names)):
        f.env[name] = f.new_cell(name, None, callee.node)


def _kwargs_used_as_value(fn: Any, name: str) -> bool:
    """Is the `**kwargs` dict used other than by `**kwargs`, indexing, `in` and its read-only methods?"""
    harmless = {id(k.value) for n in gast.walk(fn) if isinstance(n, gast.Call) for k in n.keywords if k.arg is None}
    for n in gast.walk(fn):
        indexed = isinstance(n, gast.Subscript) and isinstance(n.ctx, gast.Load)
        if indexed or (isinstance(n, gast.Attribute) and n.attr in ("get", "items", "keys", "values")):
            harmless.add(id(n.value))
        elif isinstance(n, gast.Compare):
            harmless.update(id(x) for op, x in zip(n.ops, n.comparators, strict=True) if isinstance(op, gast.In | gast.NotIn))
    return any(isinstance(n, gast.Name) and n.id == name and isinstance(n.ctx, gast.Load) and id(n) not in harmless for n in gast.walk(fn))


def _body(f: Frame, callee: Callee, graph: Graph) -> FV:
    from scriptc.frontend.statements import lower_block

    node = callee.node
    if isinstance(node, gast.Lambda):
        from scriptc.frontend.expressions import lower

        flow = Flow({RETURN: {"%ret": lower(f, node.body)}}, Const(RETURN))
    else:
        flow = lower_block(f, list(node.body))
    if f.generator:
        return _generator_end(f, graph)
    if FALL in flow.envs:
        flow = then_do(f, flow, lambda: Flow({RETURN: {"%ret": Const(None)}}), node)
    env = flow.envs.get(RETURN)
    ret = env.get("%ret", Const(None)) if env is not None else Dyn(f.dead(), NEVER)
    if isinstance(ret, CellVal):
        ret = f.load_cell(ret, node)
    return _results(f, ret, graph, node)


def _generator_end(f: Frame, graph: Graph) -> FV:
    old = f.c.items.get(f.key, NEVER)
    f.item = f.c.merge_type(old, f.item)
    if f.item != old:
        f.c.items[f.key] = f.item
        if f.key in f.c.recursive:
            f.c.dirty = True
    graph.item = f.item
    return Const(None)


def _results(f: Frame, ret: FV, graph: Graph, node: Any) -> FV:
    """Yield the run-time parts of what is returned; a recursive function returns one graph value."""
    if isinstance(ret, Conflict):
        what = "this function returns different functions or objects on different paths"
        return f.report("SC208", node, what, label=ret.why, more=lambda: sides.returns(f))
    if isinstance(ret, Unbound):
        ret = Const(None)
    if f.key in f.c.recursive and not isinstance(ret, Poison):
        ret = f.dyn(ret, node)
        old = f.c.return_types.get(f.key, NEVER)
        new = old if f.c.has_error(ret.type) else settle_tuples(f.c.merge_type(old, ret.type))
        if new != old:
            f.c.return_types[f.key] = new
            f.c.dirty = True
        if new == NEVER:
            what = f"`{f.qualname}` never returns: every path through it calls it again, or raises"
            place = f.c.recursion_places.get(f.key, node)
            f.report("SC404", place, what, help="give it a path that ends the recursion", more=lambda: sides.returns(f, place))
        ret = Dyn(f.value(ret, node), new)
    else:
        ret = rebuild(captured(ret), lambda d: _plain(f, d, node))
    graph.block.yields = [d.value for d in leaves(ret)]
    return ret


def _plain(f: Frame, d: Dyn, node: Any) -> FV:
    v = f.value(d, node)
    return Dyn(v, v.type)


# -- cells ----------------------------------------------------------------------------------------------------------
EAGER = {"any", "all", "sum", "min", "max", "list", "tuple", "set", "frozenset", "dict", "sorted", "join", "array"}


def cell_names(fn: Any) -> set[str]:
    """The names of a function that must live in cells: rebound by an inner function, or read by one that runs later."""
    return set(scopes.cached("cells", fn, _cell_names))


def _cell_names(fn: Any) -> set[str]:
    locals_ = scopes.local_names(fn)
    inner = scopes.inner_functions(fn)
    out: set[str] = set()
    for sub in inner:
        out |= _nonlocals(sub)
    body = scopes.body_of(fn)
    out |= {w.target.id for g in scopes.own_nodes(body) if isinstance(g, gast.GeneratorExp) for w in gast.walk(g) if isinstance(w, gast.NamedExpr)}
    lazy = _lazy_reads(body)
    if lazy:
        counts = scopes.binding_counts(body)
        params = set(scopes.parameters(fn.args))
        out |= {n for n in lazy if counts[n] + (n in params) > 1}
    return out & locals_


def _nonlocals(fn: Any) -> set[str]:
    out = scopes.declared(fn, gast.Nonlocal)
    for sub in scopes.inner_functions(fn):
        out |= _nonlocals(sub) - scopes.local_names(fn)
    return out


def _lazy_reads(body: list[Any]) -> set[str]:
    """Names read by generator expressions and functions whose running is interleaved with what comes after them."""
    eager: set[int] = set()
    lazy: set[str] = set()
    nodes = list(scopes.own_nodes(body))
    for n in nodes:
        if isinstance(n, gast.Call):
            name = n.func.id if isinstance(n.func, gast.Name) else n.func.attr if isinstance(n.func, gast.Attribute) else ""
            if name in EAGER or name == "sort":
                eager.update(id(a) for a in n.args)
                eager.update(id(k.value) for k in n.keywords)
    for n in nodes:
        if isinstance(n, gast.GeneratorExp) and id(n) not in eager:
            lazy |= scopes.genexp_free(n)
        elif isinstance(n, gast.FunctionDef) and scopes.is_generator(n):
            lazy |= scopes.free_names(n)
        elif isinstance(n, gast.Call) and isinstance(n.func, gast.Name) and n.func.id in ("map", "filter") and id(n) not in eager:
            for a in n.args:
                if isinstance(a, gast.Lambda):
                    lazy |= scopes.free_names(a)
                elif isinstance(a, gast.Name):
                    lazy |= {x for d in nodes if isinstance(d, gast.FunctionDef) and d.name == a.id for x in scopes.free_names(d)}
    return lazy
