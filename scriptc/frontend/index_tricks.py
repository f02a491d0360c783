"""Subscripts of NumPy's index makers: `np.s_[1:, ::2]`, `np.mgrid[0:3, 0:1:5j]`, `np.r_[a, 0, b]`; and of `x.flat`."""

from __future__ import annotations

from typing import Any

import gast
import numpy as np

from scriptc.frontend.expressions import lower
from scriptc.frontend.frame import Frame
from scriptc.frontend.values import FV, Const, Dyn, ObjRef, Poison, TupleVal
from scriptc.ir import Node
from scriptc.types import COMPLEX, FLOAT, Tensor

GRIDS = {id(np.mgrid): "mgrid", id(np.ogrid): "ogrid", id(np.r_): "r_", id(np.c_): "c_"}
INDICES = {id(np.s_): False, id(np.index_exp): True}
"""What gives the index back; True where that is always a tuple."""


def is_maker(base: FV) -> bool:
    return isinstance(base, ObjRef) and (id(base.obj) in GRIDS or id(base.obj) in INDICES)


def subscript(f: Frame, base: FV, node: Any) -> FV:
    """`base[index]` for one of the objects above; `node` is the subscript."""
    assert isinstance(base, ObjRef)
    index = _index(f, node.slice)
    if isinstance(index, Poison) or (isinstance(index, TupleVal) and any(isinstance(i, Poison) for i in index.items)):
        return index if isinstance(index, Poison) else next(i for i in index.items if isinstance(i, Poison))
    name = GRIDS.get(id(base.obj))
    if name is not None:
        return f.emit(f"numpy.{name}", [index], node)
    always = INDICES[id(base.obj)]
    return TupleVal((index,)) if always and not isinstance(index, TupleVal) else index


def _index(f: Frame, node: Any) -> FV:
    if isinstance(node, gast.Tuple):
        return TupleVal(tuple(_index(f, e) for e in node.elts))
    if not isinstance(node, gast.Slice):
        return lower(f, node)
    parts = [Const(None) if p is None else lower(f, p) for p in (node.lower, node.upper, node.step)]
    types = [f.type_of(p) for p in parts]
    loose = any(t in (FLOAT, COMPLEX) or isinstance(t, Tensor) for t in types)
    return f.emit("slice.any" if loose else "slice", parts, node)


def flat_array(base: FV) -> Dyn | None:
    """The array whose `x.flat` a value is, as far as that can be told."""
    owner = base.value.owner if isinstance(base, Dyn) else None
    if not isinstance(owner, Node) or owner.op.name != "ndarray.flat":
        return None
    return Dyn(owner.operands[0], owner.operands[0].type)
