"""Ops that are Python syntax of their own: tuples, sets, dicts, subscripts and slices, f-strings, dtypes."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from scriptc.ir.core import Node
from scriptc.ops.numpy_dtypes import PYTHON
from scriptc.targets.python.flow import Ex, Raw, place
from scriptc.targets.python.lowering import Lowering, joined


def statement(lw: Lowering, stmt: ast.stmt, parts: list[Ex], ends: bool = False) -> None:
    """A ready statement; everything that waits is written before it."""
    lw.flush()
    uses = tuple(u for p in parts for u in p.uses)
    lw.out.append(Raw(place(stmt, lw.pos), uses, lw.pos, ends))


def tuple_(lw: Lowering, node: Node) -> None:
    table = lw.table(node.results[0])
    if table is True:
        return
    if isinstance(table, Ex):
        lw.produce(node, table)
        return
    items = lw.take(node.operands)
    lw.produce(node, joined(place(ast.Tuple([i.node for i in items], ast.Load()), lw.pos), items))


def set_(lw: Lowering, node: Node) -> None:
    items = lw.take(node.operands)
    made: ast.expr = place(ast.Set([i.node for i in items]), lw.pos)
    if not items:
        made = place(ast.Call(lw.global_name("set"), [], []), lw.pos)
    lw.produce(node, joined(made, items))


def dict_(lw: Lowering, node: Node) -> None:
    items = lw.take(node.operands)
    keys: list[ast.expr | None] = [k.node for k in items[::2]]
    lw.produce(node, joined(place(ast.Dict(keys, [v.node for v in items[1::2]]), lw.pos), items))


def slice_(lw: Lowering, node: Node) -> None:
    """`slice(a, b)`; inside a subscript `a:b`."""
    parts = lw.take(node.operands)
    made = place(ast.Call(lw.global_name("slice"), [p.node for p in parts], []), lw.pos)
    bounds = [None if isinstance(p.node, ast.Constant) and p.node.value is None else p.node for p in parts]
    if len(bounds) == 1:
        bounds.insert(0, None)
    lw.slices[made] = place(ast.Slice(*bounds), lw.pos)
    lw.produce(node, joined(made, parts))


def _index(lw: Lowering, index: ast.expr) -> ast.expr:
    found = lw.slices.get(index)
    if found is None and isinstance(index, ast.Tuple) and any(e in lw.slices for e in index.elts):
        index = place(ast.Tuple([lw.slices.get(e, e) for e in index.elts], ast.Load()), lw.pos)
    index = index if found is None else found
    return lw.constant_index(index) or index


def getitem(lw: Lowering, node: Node) -> None:
    box, index = lw.take(node.operands)
    lw.produce(node, joined(place(ast.Subscript(box.node, _index(lw, index.node), ast.Load()), lw.pos), [box, index]))


def setitem(lw: Lowering, node: Node) -> None:
    """Python evaluates the value, then the container, then the index."""
    box, index, value = lw.take(node.operands, (2, 0, 1))
    target = place(ast.Subscript(box.node, _index(lw, index.node), ast.Store()), lw.pos)
    statement(lw, ast.Assign([target], value.node), [box, index, value])


def delitem(lw: Lowering, node: Node) -> None:
    box, index = lw.take(node.operands)
    target = place(ast.Subscript(box.node, _index(lw, index.node), ast.Del()), lw.pos)
    statement(lw, ast.Delete([target]), [box, index])


def format_(lw: Lowering, node: Node) -> None:
    parts = lw.take(node.operands)
    conversion = node.attrs.get("conversion")
    spec: ast.expr | None = None
    if len(parts) > 1:
        pieces = _pieces(lw, parts[1].node)
        spec = place(ast.JoinedStr(pieces), lw.pos) if pieces else None
    piece = place(ast.FormattedValue(parts[0].node, ord(conversion) if conversion else -1, spec), lw.pos)
    lw.produce(node, joined(place(ast.JoinedStr([piece]), lw.pos), parts))


def concat_str(lw: Lowering, node: Node) -> None:
    parts = lw.take(node.operands)
    values = [piece for p in parts for piece in _pieces(lw, p.node)]
    lw.produce(node, joined(place(ast.JoinedStr(values), lw.pos), parts))


def _pieces(lw: Lowering, node: ast.expr) -> list[ast.expr]:
    """What an f-string holds for a string expression."""
    if isinstance(node, ast.JoinedStr):
        return node.values
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node] if node.value else []
    return [place(ast.FormattedValue(node, -1, None), lw.pos)]


def dtype(lw: Lowering, node: Node) -> None:
    """One dtype object, or its scalar class, made once."""
    made = np.dtype(node.attrs["name"])
    of_class: dict[str, Any] = {"numpy": made.type, "python": PYTHON.get(made.name)}
    value = of_class.get(node.attrs.get("cls", ""), made)
    lw.produce(node, Ex(lw.global_name(lw.scope.bind(value, made.name if value is made else f"{value.__name__}_"))))


DISPLAYS: dict[str, Callable[[Lowering, Node], bool | None]] = {
    "tuple": tuple_, "set": set_, "dict": dict_, "slice": slice_, "getitem": getitem, "setitem": setitem, "delitem": delitem,
    "format": format_, "concat_str": concat_str, "dtype": dtype,
}  # fmt: skip
