"""What a piece of source binds, reads and may leave by: questions about the tree alone, asked before it is lowered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import gast

FUNCTIONS = (gast.FunctionDef, gast.AsyncFunctionDef, gast.Lambda)
COMPREHENSIONS = (gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)
SCOPES = (*FUNCTIONS, gast.ClassDef)

MAX_CACHED = 20_000
_CACHE: dict[tuple[str, int], tuple[Any, Any]] = {}


def cached(kind: str, node: Any, make: Any) -> Any:
    """`make(node)`, made once for each kind of question and node; the answer is not to be changed."""
    key = (kind, id(node))
    hit = _CACHE.get(key)
    if hit is None or hit[0] is not node:
        if len(_CACHE) >= MAX_CACHED:
            _CACHE.clear()
        hit = _CACHE[key] = (node, make(node))
    return hit[1]


def own_nodes(nodes: Iterable[Any]) -> Iterator[Any]:
    """Every node of this scope: not those inside nested functions, classes (their decorators and defaults are ours)."""
    for node in nodes:
        yield from cached("own", node, _own_nodes)


def _own_nodes(root: Any) -> tuple[Any, ...]:
    out, stack = [], [root]
    while stack:
        node = stack.pop()
        out.append(node)
        if isinstance(node, gast.Lambda):
            stack.extend([d for d in (*node.args.defaults, *node.args.kw_defaults) if d is not None])
        elif isinstance(node, gast.FunctionDef | gast.AsyncFunctionDef):
            stack.extend([*node.decorator_list, *[d for d in (*node.args.defaults, *node.args.kw_defaults) if d is not None]])
        elif isinstance(node, gast.ClassDef):
            stack.extend(node.decorator_list)
        else:
            stack.extend(reversed(list(gast.iter_child_nodes(node))))
    return tuple(out)


def _bindings_of(node: Any) -> Iterator[str]:
    if isinstance(node, gast.Name) and isinstance(node.ctx, gast.Store | gast.Del):
        yield node.id
    elif isinstance(node, gast.FunctionDef | gast.AsyncFunctionDef | gast.ClassDef):
        yield node.name
    elif isinstance(node, gast.ExceptHandler) and node.name is not None:
        yield node.name.id if isinstance(node.name, gast.Name) else node.name
    elif isinstance(node, gast.MatchAs | gast.MatchStar) and node.name is not None:
        yield node.name
    elif isinstance(node, gast.MatchMapping) and node.rest is not None:
        yield node.rest
    elif isinstance(node, gast.Import | gast.ImportFrom):
        for alias in node.names:
            yield (alias.asname or alias.name).split(".")[0]


def _comprehension_targets(nodes: Iterable[Any]) -> set[int]:
    """The Name nodes that are targets of comprehensions: bound in the comprehension's own scope."""
    out: set[int] = set()
    for node in own_nodes(nodes):
        if isinstance(node, COMPREHENSIONS):
            for gen in node.generators:
                out.update(id(n) for n in gast.walk(gen.target) if isinstance(n, gast.Name))
    return out


def binding_counts(nodes: list[Any]) -> Counter[str]:
    """How many places bind each name in these statements; one inside a loop, or an augmented one, counts twice."""
    skip = _comprehension_targets(nodes)
    counts: Counter[str] = Counter()
    for node in own_nodes(nodes):
        if id(node) in skip:
            continue
        counts.update(_bindings_of(node))
        if isinstance(node, gast.For | gast.While | gast.AugAssign):
            inner = list(gast.iter_child_nodes(node))
            for sub in own_nodes(inner):
                if id(sub) not in skip:
                    counts.update(_bindings_of(sub))
    return counts


def assigned(nodes: list[Any]) -> set[str]:
    """The names these nodes bind in this scope."""
    if len(nodes) == 1:
        return set(cached("assigned", nodes[0], lambda n: _assigned([n])))
    return set().union(*(assigned([n]) for n in nodes)) if nodes else set()


def _assigned(nodes: list[Any]) -> set[str]:
    skip = _comprehension_targets(nodes)
    return {name for node in own_nodes(nodes) if id(node) not in skip for name in _bindings_of(node)}


def private_names(fn: Any, body: list[Any]) -> set[str]:
    """The names that these statements of a function bind, and that it mentions nowhere else."""
    everywhere, here = cached("mentions", fn, _mentions), Counter[str]()
    for stmt in body:
        here.update(cached("mentions", stmt, _mentions))
    return {name for name in assigned(body) if here[name] == everywhere[name]}


def _mentions(root: Any) -> Counter[str]:
    found = Counter[str]()
    for node in gast.walk(root):
        if isinstance(node, gast.Name):
            found[node.id] += 1
        else:
            found.update(node.names if isinstance(node, gast.Global | gast.Nonlocal) else _bindings_of(node))
    return found


def parameters(args: Any) -> list[str]:
    """The parameter names of a function, in order."""
    names = [*args.posonlyargs, *args.args, *args.kwonlyargs]
    return [n.id for n in names] + [n.id for n in (args.vararg, args.kwarg) if n is not None]


def body_of(fn: Any) -> list[Any]:
    """The statements of a function; a lambda's expression."""
    return [fn.body] if isinstance(fn, gast.Lambda) else list(fn.body)


def declared(fn: Any, kind: Any) -> set[str]:
    """Names in the function's `nonlocal` or `global` statements."""
    return {name for n in own_nodes(body_of(fn)) if isinstance(n, kind) for name in n.names}


def local_names(fn: Any) -> set[str]:
    """The names local to a function, as Python's compiler decides."""

    def make(node: Any) -> set[str]:
        names = assigned(body_of(node)) | set(parameters(node.args))
        return names - declared(node, gast.Nonlocal) - declared(node, gast.Global)

    return set(cached("locals", fn, make))


def free_names(fn: Any) -> set[str]:
    """The names a function reads (or rebinds by `nonlocal`) that it does not bind itself, its inner functions included."""

    def make(node: Any) -> set[str]:
        bound = local_names(node)
        out = declared(node, gast.Nonlocal)
        for sub in own_nodes(body_of(node)):
            if isinstance(sub, gast.Name) and isinstance(sub.ctx, gast.Load):
                out.add(sub.id)
            elif isinstance(sub, FUNCTIONS):
                out |= free_names(sub)
            elif isinstance(sub, gast.Call) and isinstance(sub.func, gast.Name) and sub.func.id == "super":
                out.add("__class__")
        return out - bound

    return set(cached("free", fn, make))


def genexp_free(node: Any) -> set[str]:
    """The names a generator expression reads from around it."""
    return {n.id for n in gast.walk(node) if isinstance(n, gast.Name)}


def local_defs(fn: Any) -> dict[str, Any]:
    """The inner functions of a function whose names are bound once and whose defaults are literals, by name."""
    return dict(cached("defs", fn, _local_defs))


def _local_defs(fn: Any) -> dict[str, Any]:
    body = body_of(fn)
    counts = binding_counts(body)
    out: dict[str, Any] = {}
    for node in own_nodes(body):
        name, made = None, node
        if isinstance(node, gast.FunctionDef):
            name = node.name
        elif isinstance(node, gast.Assign) and isinstance(node.value, gast.Lambda) and len(node.targets) == 1:
            if isinstance(node.targets[0], gast.Name):
                name, made = node.targets[0].id, node.value
        if name is None or counts[name] != 1:
            continue
        defaults = (*made.args.defaults, *made.args.kw_defaults)
        if all(isinstance(d, gast.Constant) for d in defaults if d is not None):
            out[name] = made
    return out


def function_names(fn: Any) -> set[str]:
    """The names that only a `def` binds in this function, however often."""
    nodes = list(own_nodes(body_of(fn)))
    defs = {n.name for n in nodes if isinstance(n, gast.FunctionDef)}
    others = {name for n in nodes if not isinstance(n, gast.FunctionDef) for name in _bindings_of(n)}
    return defs - others


def family(fn: Any, defs: dict[str, Any]) -> dict[str, Any]:
    """The local functions that `fn` may call, directly or through others of them."""
    out: dict[str, Any] = {}
    todo = [fn]
    while todo:
        for name in free_names(todo.pop()):
            if name in defs and name not in out:
                out[name] = defs[name]
                todo.append(defs[name])
    return out


def inner_functions(fn: Any) -> list[Any]:
    """The functions and lambdas written directly in `fn`."""
    return [n for n in own_nodes(body_of(fn)) if isinstance(n, FUNCTIONS)]


def is_generator(fn: Any) -> bool:
    """Does `fn` itself have a `yield`?"""
    if isinstance(fn, gast.Lambda):
        return False
    return bool(cached("generator", fn, lambda f: any(isinstance(n, gast.Yield | gast.YieldFrom) for n in own_nodes(f.body))))


def has_walrus(node: Any) -> bool:
    """Does the expression bind a name by `:=`?"""
    return any(isinstance(n, gast.NamedExpr) for n in own_nodes([node]))


def contains_exit(stmts: list[Any]) -> bool:
    """May these statements leave by `return`, or by a `break` or `continue` of a loop around them?"""
    return any(cached("exit", s, _exits) for s in stmts)


def _exits(stmt: Any) -> bool:
    if isinstance(stmt, gast.Return | gast.Break | gast.Continue):
        return True
    if isinstance(stmt, gast.For | gast.While | gast.AsyncFor):
        return contains_return(stmt.body) or contains_exit(stmt.orelse)
    if isinstance(stmt, SCOPES):
        return False
    return any(contains_exit(block) for block in blocks_of(stmt))


def contains_return(stmts: list[Any]) -> bool:
    """Is there a `return` among the statements, at any depth?"""
    return any(isinstance(n, gast.Return) for s in stmts for n in own_nodes([s]))


def leaves_loop(body: list[Any]) -> bool:
    """May the body of a loop leave that loop other than by its test: a `break` of its own, or a `return`?"""
    return any(cached("leaves", s, _leaves) for s in body)


def _leaves(stmt: Any) -> bool:
    if isinstance(stmt, gast.Return | gast.Break):
        return True
    if isinstance(stmt, gast.For | gast.While | gast.AsyncFor):
        return contains_return(stmt.body) or leaves_loop(stmt.orelse)
    if isinstance(stmt, SCOPES):
        return False
    return any(leaves_loop(block) for block in blocks_of(stmt))


def blocks_of(stmt: Any) -> list[list[Any]]:
    """The statement lists inside a compound statement."""
    out = [getattr(stmt, name) for name in ("body", "orelse", "finalbody") if isinstance(getattr(stmt, name, None), list)]
    out += [h.body for h in getattr(stmt, "handlers", [])]
    out += [c.body for c in getattr(stmt, "cases", [])]
    return out
