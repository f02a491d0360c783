"""`np.vectorize(fn, otypes=...)`, a function of arrays which NumPy calls for each element; `np.fromfunction`."""

from __future__ import annotations

from typing import Any

import numpy as np

from scriptc.frontend import callables
from scriptc.frontend.frame import Frame
from scriptc.frontend.statics import wrap
from scriptc.frontend.values import FV, POISON, Const, Dyn, LocalFunc, PartialVal, Poison, StaticList, TupleVal
from scriptc.ir import Arg, Node, OpTypeError
from scriptc.ops.numpy_callbacks import element_params
from scriptc.types import ERROR, Tuple


def made(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    """`np.vectorize(fn)`, `np.vectorize(fn, otypes=[dtype])`."""
    names = ("pyfunc", "otypes", "doc")
    given = {**dict(zip(names, args, strict=False)), **kwargs}
    if len(args) > len(names) or "pyfunc" not in given or set(given) - set(names):
        return f.report("SC203", node, "np.vectorize() takes a function, `otypes` and `doc` here")
    otypes = given.get("otypes", Const(None))
    dtype = _one_dtype(otypes)
    if dtype is None and not (isinstance(otypes, Const) and otypes.value is None):
        return f.report("SC110", node, "`otypes` of np.vectorize() must be one dtype known when compiling", help="write `otypes=[np.float64]`")
    return _vectorized(given["pyfunc"], dtype)


def found(value: np.vectorize) -> FV | None:
    """A `np.vectorize` object found when compiling; None where its options are not compiled."""
    if value.signature is not None or value.excluded or value.cache or (value.otypes is not None and len(value.otypes) != 1):
        return None
    return _vectorized(wrap(value.pyfunc, "vectorized", None), None if value.otypes is None else np.dtype(value.otypes[0]))


def _one_dtype(otypes: FV) -> np.dtype[Any] | None:
    found = _listed(otypes)
    if not isinstance(found, type | np.dtype | str) or (isinstance(otypes, Const) and len(str(found)) != 1):
        return None
    try:
        return np.dtype(found)
    except TypeError:
        return None


def _listed(fv: FV) -> Any:
    """The one item of a list or tuple written here, or the characters of a text."""
    if isinstance(fv, Const):
        return fv.value if isinstance(fv.value, str) else None
    if isinstance(fv, TupleVal | StaticList):
        items = fv.items
        return items[0].value if len(items) == 1 and isinstance(items[0], Const) else None
    owner = fv.value.owner if isinstance(fv, Dyn) else None
    known = isinstance(owner, Node) and owner.op.name == "list" and len(owner.operands) == 1
    return owner.operands[0].const if known and isinstance(owner, Node) else None


def _vectorized(fn: FV, dtype: np.dtype[Any] | None) -> PartialVal:
    return PartialVal(Const(call), (fn, Const(dtype)), (), ())


def call(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    """A call of the vectorized function: its function, the dtype or None, then the operands."""
    fn, dtype, *operands = args
    if kwargs:
        return f.report("SC203", node, "a vectorized function takes no keyword arguments here")
    values = [f.dyn(a, node) for a in operands]
    if any(v.type == ERROR for v in values):
        return POISON
    typed = isinstance(dtype, Const) and dtype.value is not None
    try:
        params = element_params(tuple(Arg(v.type, v.value.const) for v in values), typed)
    except OpTypeError as e:
        return f.report("SC202", node, e.message, help=e.help)
    compiled = callables.function_value(f, fn, params, node, _name(fn))  # NumPy names it in warnings
    if isinstance(compiled, Poison):
        return POISON
    if typed:
        return f.emit("vectorize.typed", [compiled, dtype, *values], node)
    return f.emit("vectorize", [compiled, *values], node)


def _name(fn: FV) -> str:
    if isinstance(fn, LocalFunc):
        return fn.qualname.rpartition(".")[2]
    return str(getattr(fn.value, "__name__", "<fn>")) if isinstance(fn, Const) else "<fn>"


def from_function(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    """`np.fromfunction(fn, shape)`: one call, with an array of positions for each dimension."""
    from scriptc.frontend import calls

    if len(args) != 2 or "like" in kwargs:
        return f.report("SC203", node, "np.fromfunction() takes a function and a shape here")
    t = f.type_of(args[1])
    if not isinstance(t, Tuple):
        what = "the number of dimensions of np.fromfunction() must be known when compiling"
        return f.report("SC201", node, what, help="write the shape as a tuple")
    dtype = kwargs.get("dtype", Const(np.dtype(float)))
    grid = calls.call_op(f, f.c.table["numpy.indices"], [args[1]], {"dtype": dtype}, node)
    positions = [f.emit("getitem", [grid, Const(i)], node) for i in range(len(t.items))]
    return calls.call(f, args[0], positions, {k: v for k, v in kwargs.items() if k != "dtype"}, node)
