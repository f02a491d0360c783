"""The other sides of a finding: what a message says besides the place itself, one function for each kind of finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import gast

from scriptc.diagnostics import Label
from scriptc.frontend import origins, scopes, shapes
from scriptc.frontend.advice import about_arguments, close, for_operands, mixed, said
from scriptc.frontend.reaching import START, bindings, place
from scriptc.frontend.records import Sides
from scriptc.ir import OpTypeError, Value
from scriptc.types import ERROR, NEVER, NONE, Type, members, strip_sites

if TYPE_CHECKING:
    from scriptc.frontend.frame import Frame

MAX_WAYS = 3
MAX_TYPE = 60


# -- names ----------------------------------------------------------------------------------------------------------
def unset(f: Frame, name: str, use: Any) -> Sides:
    """What sets a name on some ways to its use, and what leaves it unset on others."""
    ways = origins.where_set(f, name, use)
    sets = [Label(f.span(r.node), "set here") for r in ways if not r.why]
    leaves = [Label(f.span(_head(r.node)), r.why) for r in ways if r.why and r.why != START]
    if not sets and not leaves:
        later = [n for n in bindings(f.tree, name) if place(n)[:2] > place(use)[:2]]
        sets = [Label(f.span(n), "set only here, after that") for n in later[:1]]
    return Sides((*sets[:MAX_WAYS], *leaves[:MAX_WAYS]), "used here" if leaves else "")


def _head(node: Any) -> Any:
    """Of an `except` clause what it catches, where it says that."""
    return node.type if isinstance(node, gast.ExceptHandler) and node.type is not None else node


def differing(f: Frame, name: str, use: Any) -> Sides:
    """What a name stands for on the ways to its use, where those are functions or objects known only when compiling."""
    out = []
    for r in origins.where_set(f, name, use)[:MAX_WAYS]:
        value = origins.value_at(f, r.node)
        if not r.why and value is not None:
            out.append(Label(f.span(r.node), "another one" if f.type_of(value) == ERROR else f.c.describe(value).rstrip(",")))
    return Sides(tuple(out))


# -- operands -------------------------------------------------------------------------------------------------------
def operands(f: Frame, e: OpTypeError, op: str, values: list[Value], node: Any) -> Sides:
    """The operands of an operation with their types, and where those came from."""
    types = [strip_sites(v.type) for v in values]
    nodes = operand_nodes(node, len(values))
    if not nodes:
        return Sides(label=f"in `{op}`", notes=tuple(f"operand {i + 1} is `{t}`" for i, t in enumerate(types)))
    types = types[: len(nodes)]
    shown = _shown(e, node, nodes)
    here = [Label(f.span(nodes[i]), said(types[i])) for i in shown if _same_or_inside(f, nodes[i], node)]
    label = ""
    if about_arguments(e.message):
        return Sides(() if e.operand is None else tuple(here), help=for_operands(op, e, types, [f.unit.text(n) for n in nodes]))
    if len(nodes) == 1 and place(nodes[0]) == place(node):
        here, label = [], said(types[0])
    around = [f.span(n) for n in nodes]
    found = shapes.labels(f, op, nodes, types) or _origins(f, e, nodes, types)
    more = [o for o in found if not any(s.contains(o.span) for s in around)]
    untyped = any(label.text == origins.UNTYPED for label in more)
    help = for_operands(op, e, types, [f.unit.text(n) for n in nodes], untyped)
    if isinstance(node, gast.BoolOp) and op == "truth":
        sign = "&" if isinstance(node.op, gast.And) else "|"
        help = f"write `{sign}` between arrays, each side in parentheses: `(a > 2) {sign} (b < 5)`"
    if NONE in types:
        help = _in_place(f, nodes[types.index(NONE)]) or help
    return Sides((*here, *more), label, help=help)


IN_PLACE = frozenset({"append", "extend", "insert", "sort", "reverse", "clear", "remove", "update", "add", "discard", "shuffle"})


def _in_place(f: Frame, node: Any) -> str | None:
    """A name that was given the result of a method that changes its object and gives nothing."""
    for r in origins.where_set(f, node.id, node) if isinstance(node, gast.Name) else ():
        made = r.stmt.value if isinstance(r.stmt, gast.Assign) else None
        if isinstance(made, gast.Call) and isinstance(made.func, gast.Attribute) and made.func.attr in IN_PLACE:
            return f"`{made.func.attr}` changes what it is called of and gives `None`: do not assign what it gives"
    return None


def _shown(e: OpTypeError, node: Any, nodes: list[Any]) -> list[int]:
    """The operands whose types are said: both sides of an operator; of a call the one it is about, or those that are no literals."""
    if not isinstance(node, gast.Call) or len(nodes) < 3:
        return list(range(len(nodes)))
    if e.operand is not None and e.operand < len(nodes):
        return [e.operand]
    return [i for i, n in enumerate(nodes) if not isinstance(n, gast.Constant)][:2]


def _same_or_inside(f: Frame, part: Any, node: Any) -> bool:
    return f.span(part) is not None and f.span(node) is not None and f.span(node).contains(f.span(part))


def operand_nodes(node: Any, count: int) -> list[Any]:
    """The expressions of the operands, in order, where the text says which is which."""
    if isinstance(node, gast.Call):
        return _call_nodes(node, count)
    found = _OPERANDS[type(node)](node) if type(node) in _OPERANDS else []
    if None in found or (len(found) < count and not isinstance(node, gast.Subscript)):
        return []
    return found[:count]


def _compared(node: Any) -> list[Any]:
    pair = [node.left, node.comparators[0]]
    return [] if len(node.ops) > 1 else pair[::-1] if isinstance(node.ops[0], gast.In | gast.NotIn) else pair


_OPERANDS: dict[type, Callable[[Any], list[Any]]] = {
    gast.BinOp: lambda n: [n.left, n.right],
    gast.UnaryOp: lambda n: [n.operand],
    gast.Compare: _compared,
    gast.AugAssign: lambda n: [n.target, n.value],
    gast.Subscript: lambda n: [n.value, n.slice],
    gast.Attribute: lambda n: [n.value],
    **dict.fromkeys((gast.List, gast.Tuple, gast.Set), lambda n: list(n.elts)),
    gast.Dict: lambda n: [part for pair in zip(n.keys, n.values, strict=True) for part in pair],
    gast.BoolOp: lambda n: [n.values[0]],
    **dict.fromkeys((gast.Name, gast.Constant), lambda n: [n]),
}


def _call_nodes(node: Any, count: int) -> list[Any]:
    if any(isinstance(a, gast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords):
        return []
    given = [*node.args, *(k.value for k in node.keywords)]
    if len(given) == count - 1 and isinstance(node.func, gast.Attribute):
        return [node.func.value, *given]
    return given if len(given) == count else []


def _origins(f: Frame, e: OpTypeError, nodes: list[Any], types: list[Type]) -> list[Label]:
    """Of a union the places that give the member that does not fit; of anything else where the name was set."""
    out: list[Label] = []
    for i, (node, t) in enumerate(zip(nodes[:2], types, strict=False)):
        if mixed(t):
            out += _odd_items(f, node, t)
        elif i in e.parts:
            out += _both(f, node, e.parts[i])
        elif not e.parts:
            out += origins.labels(f, node)
    return out[: 2 * MAX_WAYS]


def _both(f: Frame, node: Any, part: Type) -> list[Label]:
    """Of a union, the places that give the member it is about, and one that does not."""
    found = origins.labels(f, node, origins.having(part))
    return found and found + origins.labels(f, node, lambda t: part not in members(t))[:1]


def _odd_items(f: Frame, node: Any, t: Type) -> list[Label]:
    """One item of each type in a container of several."""
    kinds = [m for c in t.children() for m in members(c) if m not in (NONE, NEVER, ERROR)]
    return [label for part in dict.fromkeys(kinds) for label in origins.item_labels(f, node, origins.having(part))[:1]]


OF_PARTS = ("SC201", "SC202", "SC204", "SC205", "SC206", "SC208", "SC210")
"""Codes about the values of an expression, whose parts are told where nothing better is known."""


def parts(f: Frame, node: Any) -> Sides:
    """The parts of an expression: both sides of an operator, what an attribute or method is asked of, where a name was set."""
    if isinstance(node, gast.BinOp | gast.Compare | gast.AugAssign):
        nodes = operand_nodes(node, 2)
        here = [Label(f.span(n), known) for n in nodes if (known := _known(f, n))]
        return Sides((*here, *(label for n in nodes for label in origins.labels(f, n))))
    if isinstance(node, gast.Attribute) or (isinstance(node, gast.Call) and isinstance(node.func, gast.Attribute)):
        return receiver(f, node)
    return Sides(tuple(origins.labels(f, node)))


def _known(f: Frame, node: Any) -> str:
    """What is known of the value of an expression, in a few words."""
    t, value = origins.type_at(f, node), origins.value_at(f, node)
    if t is not None:
        return "" if ERROR in members(t) else said(t)
    return "" if value is None else f.c.describe(value).rstrip(",")


def made(f: Frame, node: Any) -> Sides:
    """Where the collection that a method is called of was made."""
    base = node.func.value if isinstance(node, gast.Call) and isinstance(node.func, gast.Attribute) else None
    if not isinstance(base, gast.Name):
        return Sides()
    return Sides(tuple(Label(f.span(r.node), "made here") for r in origins.where_set(f, base.id, base) if not r.why)[:MAX_WAYS])


def arguments(f: Frame, node: Any) -> Sides:
    """What a call is given."""
    given = [*node.args, *(k.value for k in node.keywords)] if isinstance(node, gast.Call) else []
    types = [(n, origins.type_at(f, n)) for n in given]
    here = [Label(f.span(n), said(t)) for n, t in types if t is not None][:MAX_WAYS]
    return Sides((*here, *(label for n, _ in types[:MAX_WAYS] for label in origins.labels(f, n) if label.span != f.span(n))))


def called(f: Frame, node: Any) -> Sides:
    """What is called and is no function."""
    fn = node.func if isinstance(node, gast.Call) else None
    return Sides(tuple(origins.labels(f, fn))) if fn is not None else Sides()


def receiver(f: Frame, node: Any, help: str | None = None) -> Sides:
    """The value whose attribute or method is asked for: what it is, and where it came from."""
    base = node.func.value if isinstance(node, gast.Call) and isinstance(node.func, gast.Attribute) else getattr(node, "value", None)
    t = None if base is None else origins.type_at(f, base)
    if t is None or base is None or ERROR in members(t):
        return Sides(help=help)
    here = [Label(f.span(base), said(t))] if place(base) != place(node) else []
    found = _both(f, base, NONE) if NONE in members(t) else origins.labels(f, base)
    return Sides((*here, *(label for label in found if label.span != f.span(base))), help=help)


# -- annotations and calls ------------------------------------------------------------------------------------------
def annotation(f: Frame, stmt: Any, declared: Type, found: Type) -> Sides:
    """An annotated assignment: the annotation and the value."""
    return Sides((Label(f.span(stmt.annotation), f"declared `{declared}`"), *origins.labels(f, stmt.value)), f"`{found}`")


def signature(unit: Any, tree: Any, *, missing: Iterable[str] = (), twice: str = "", unknown: str = "") -> Sides:
    """The function that a call does not fit: the parameters it is about, else where the function begins."""
    if not origins.is_users(unit.file):
        names = [p.id for p in (*tree.args.posonlyargs, *tree.args.args, *tree.args.kwonlyargs) if p.id != "self"]
        return Sides(help=f"it takes {', '.join(names) or 'nothing'}")
    params = {p.id: p for p in gast.walk(tree.args) if isinstance(p, gast.Name) and isinstance(p.ctx, gast.Param)}
    about = [(params[n], "this has no default") for n in missing if n in params] or [(params[n], "this one") for n in (twice,) if n in params]
    meant = close(unknown, params) if unknown else None
    help = None if meant is None else f"did you mean `{meant}`?"
    return Sides(tuple(Label(unit.span(p), text) for p, text in about) or (Label(origins.head(unit, tree), "defined here"),), help=help)


def declared(f: Frame, graph: str, name: str, declared: Type, found: Type) -> Sides:
    """A parameter that is declared narrower than what the function puts into it: where it does."""
    inner = f.c.records.frames.get(graph, f) if f.c.records is not None else f
    new = {m for c in found.children() for m in members(c)} - {m for c in declared.children() for m in members(c)}
    return Sides(tuple(origins.put_labels(inner, name, lambda t: not new.isdisjoint(members(t)))), "declared here")


def yields(f: Frame) -> Sides:
    """Where a generator function yields."""
    found = [n for n in scopes.own_nodes(scopes.body_of(f.tree)) if isinstance(n, gast.Yield | gast.YieldFrom)]
    return Sides(tuple(Label(f.span(n), "this makes it a generator") for n in found[:1]))


def graph_returns(f: Frame, graph: str) -> Sides:
    """As `returns`, of the function an entry point runs."""
    inner = f.c.records.frames.get(graph) if f.c.records is not None else None
    return Sides() if inner is None else returns(inner)


def whole(f: Frame, node: Any) -> Sides:
    """Of a finding about all that a function gives: what it returns where, and where that was set."""
    if node is not f.tree or f.c.records is None:
        return Sides()
    inner = next((g for g in f.c.records.frames.values() if g.tree is f.tree), None)
    if inner is None:
        return Sides()
    named = [n.value for n in origins.return_nodes(inner) if isinstance(n.value, gast.Name)]
    return Sides((*returns(inner).labels, *(label for n in named for label in differing(inner, n.id, n).labels)))


def tangled(f: Frame, node: Any, value: Any) -> Sides:
    """A container under several names: where the attributes that lead to it are set."""
    cls = type(f.c.root)
    paths = [p for p, found in f.c.found_at.items() if found == id(value) or p in f.c.holders.get(id(value), ())] + sorted(f.c.mutated)
    homes = {p: origins.attribute_home(f, cls, p.split(".")[0]) for p in dict.fromkeys(paths)}
    texts = {p: "changed by compiled code under this name" if p in f.c.mutated else "and held here" for p in homes}
    read = [Label(label.span, "read here") for label in whole(f, node).labels]
    return Sides((*read, *(Label(span, texts[p]) for p, span in homes.items() if span is not None)))


def returns(f: Frame, place: Any = None) -> Sides:
    """What a function returns on its paths, those aside that `place` is in."""
    out = []
    for n in origins.return_nodes(f):
        if place is not None and f.span(n).contains(f.span(place)):
            continue
        value = None if n.value is None else origins.value_at(f, n.value)
        t = None if n.value is None else origins.type_at(f, n.value)
        known = f.c.describe(value).rstrip(",") if value is not None else "returned here"
        text = known if t is None else "this calls it again" if t == NEVER else f"{said(t)} here"
        out.append(Label(f.span(n), text))
    return Sides(tuple(out[:MAX_WAYS]))


def captured(f: Frame, name: str) -> Sides:
    """A global that is written, or data in it that is changed: where the module sets it."""
    label = origins.global_label(f, name.split(".")[0].split("[")[0], None)
    return Sides((label,) if label is not None else ())


def function_of(f: Frame, fn: Any) -> Sides:
    """Where a function of the user's is defined."""
    unit = origins.unit_of(f, fn)
    return Sides() if unit is None else Sides((Label(origins.head(unit, unit.tree), "defined here"),))


def class_of(f: Frame, cls: type) -> Sides:
    """Where a class of the user's is defined."""
    return function_of(f, cls)


def missing_attribute(f: Frame, cls: type, name: str, names: Iterable[str]) -> Sides:
    """An attribute that nothing sets: where the class gives its objects theirs."""
    meant = close(name, names)
    unit = origins.unit_of(f, cls)
    if unit is None:
        return Sides(help=None if meant is None else f"did you mean `{meant}`?")
    known = origins.attribute_home(f, cls, meant) if meant is not None else None
    if known is not None:
        return Sides((Label(known, f"`{meant}` is set here"),), help=f"did you mean `{meant}`?")
    init = next((n for n in unit.tree.body if isinstance(n, gast.FunctionDef) and n.name == "__init__"), None)
    at = Label(origins.head(unit, init if init is not None else unit.tree), f"nothing here sets `{name}`")
    return Sides((at,), help=f"did you mean `{meant}`?" if meant is not None else f"give it a first value in `__init__`: `self.{name} = ...`")


def rigid(f: Frame, site: Any, node: Any) -> Sides:
    """A container whose type is fixed: the parameter that declares it, or the global that holds it, and what is put in."""
    out: list[Label] = []
    if site[1] == "argument" and len(site) > 2:
        param = next((p for p in gast.walk(f.tree.args) if isinstance(p, gast.Name) and p.id == site[2]), None)
        if param is not None and origins.is_entry(f):
            out.append(Label(f.span(param), "declared here"))
    else:
        label = origins.global_label(f, str(site[1]).split(".")[0].split("[")[0], node)
        out += [label] if label is not None else []
    put = _put_value(node)
    t = None if put is None else origins.type_at(f, put)
    if t is not None:
        out.append(Label(f.span(put), f"`{t}`"))
    return Sides(tuple(out))


def _put_value(node: Any) -> Any:
    return node.args[-1] if isinstance(node, gast.Call) and node.args else node.value if isinstance(node, gast.Assign | gast.AugAssign) else None


def loop_types(f: Frame, names: Iterable[str], node: Any) -> Sides:
    """The names whose types a loop changes without end, where it sets them."""
    out = []
    for name in names:
        for n in bindings(f.tree, name):
            t = origins.type_at(f, n)
            if t is not None and t.children():
                out.append(Label(f.span(n), f"`{t}` here" if len(str(t)) < MAX_TYPE else "a larger type on each turn"))
    return Sides(tuple(out[:MAX_WAYS]))


def unpacked(f: Frame, stmt: Any) -> Sides:
    """What is unpacked by an assignment or a loop."""
    source = getattr(stmt, "value", getattr(stmt, "iter", None))
    t = None if source is None else origins.type_at(f, source)
    return Sides() if t is None else Sides((Label(f.span(source), said(t)), *origins.labels(f, source)))
