"""Where the dimensions of arrays that do not fit together came from: a number written in a call, an annotation, an attribute of a module."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import gast

from scriptc.diagnostics import Label
from scriptc.frontend import origins
from scriptc.types import Tensor, Type

if TYPE_CHECKING:
    from scriptc.frontend.frame import Frame

MAX_STEPS = 12
Place = tuple["Frame", Any]


def labels(f: Frame, op: str, nodes: list[Any], types: list[Type]) -> list[Label]:
    """The other side of shapes that clash: for each array the place its dimension was given. Nothing where no dimensions clash."""
    clash = _clash(op, types)
    if clash is None:
        return []
    out: list[Label] = []
    for (index, dim), node in ((c, nodes[c[0]]) for c in clash if c[0] < len(nodes)):
        found = _source(f, node, dim, MAX_STEPS)
        if found is not None:
            home, at = found
            label = _told(home, at, dim)
            if label is not None and label.span != f.span(nodes[index]):
                out.append(label)
    return out


def _clash(op: str, types: list[Type]) -> list[tuple[int, Any]] | None:
    """(operand, dimension) of the two dimensions that do not fit."""
    arrays = [(i, t.shape) for i, t in enumerate(types) if isinstance(t, Tensor) and t.shape]
    if len(arrays) != 2:
        return None
    (i, a), (j, b) = arrays
    if op in ("matmul", "imatmul", "numpy.dot"):
        x, y = a[-1], b[-2 if len(b) > 1 else -1]
        return [(i, x), (j, y)] if isinstance(x, int) and isinstance(y, int) and x != y else None
    for x, y in zip(reversed(a), reversed(b), strict=False):
        if isinstance(x, int) and isinstance(y, int) and x != y and 1 not in (x, y):
            return [(i, x), (j, y)]
    return None


def _dims(t: Type | None) -> tuple[Any, ...]:
    return t.shape or () if isinstance(t, Tensor) else ()


def _source(f: Frame, node: Any, dim: Any, steps: int) -> Place | None:
    """The expression that gave an array this dimension, by way of names, arguments and operations that keep it."""
    if steps == 0 or node is None:
        return None
    for home, part in _parts(f, node):
        if dim in _dims(origins.type_at(home, part)):
            return _source(home, part, dim, steps - 1) or (home, part)
    return f, node


def _parts(f: Frame, node: Any) -> Iterator[Place]:
    """The expressions whose shape the value of `node` may have its dimensions from."""
    if isinstance(node, gast.Name):
        ways = [r for r in origins.where_set(f, node.id, node) if not r.why]
        if len(ways) != 1:
            return
        stmt = ways[0].stmt
        if stmt is f.tree:
            yield from _argument(f, ways[0].node)
        elif isinstance(stmt, gast.Assign) and stmt.targets == [ways[0].node]:
            yield f, stmt.value
        elif isinstance(stmt, gast.AugAssign):
            yield f, stmt.target
            yield f, stmt.value
    elif isinstance(node, gast.BinOp):
        yield f, node.left
        yield f, node.right
    elif isinstance(node, gast.UnaryOp):
        yield f, node.operand
    elif isinstance(node, gast.Call):
        if isinstance(node.func, gast.Attribute):
            yield f, node.func.value
        yield from ((f, a) for a in node.args)
    elif isinstance(node, gast.Subscript | gast.Attribute):
        yield f, node.value


def _argument(f: Frame, param: Any) -> Iterator[Place]:
    """What the caller gave for a parameter, where it was given by position or by name."""
    if f.caller is None:
        return
    caller, call = f.caller
    if not isinstance(call, gast.Call) or not origins.is_users(caller.unit.file):
        return
    names = [p.id for p in (*f.tree.args.posonlyargs, *f.tree.args.args)]
    given = {k.arg: k.value for k in call.keywords}
    if param.id in given:
        yield caller, given[param.id]
    elif param.id in names:
        at = names.index(param.id) - (len(names) > 0 and names[0] == "self")
        if 0 <= at < len(call.args) and not any(isinstance(a, gast.Starred) for a in call.args):
            yield caller, call.args[at]


def _told(f: Frame, node: Any, dim: Any) -> Label | None:
    """The label of what gave the dimension."""
    if not origins.is_users(f.unit.file):
        return None
    if isinstance(node, gast.Name):
        label = next(iter(origins.labels(f, node)), None)
        return None if label is None else Label(label.span, f"{label.text}: {dim}" if str(dim) not in label.text else label.text)
    if isinstance(node, gast.Attribute):
        return next(iter(origins.labels(f, node)), None)
    literal = [n for n in gast.walk(node) if isinstance(n, gast.Constant) and n.value == dim and type(n.value) is int]
    if len(literal) == 1:
        return Label(f.span(literal[0]), f"`{origins.type_at(f, node)}` has its {dim} from here")
    return Label(f.span(node), f"`{origins.type_at(f, node)}` comes from here")
