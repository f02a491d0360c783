"""Choosing and counting elements: choose, trim_zeros, unique_counts, histogramdd, packbits, diag_indices, ..."""

from __future__ import annotations

from scriptc.ir.core import Arg, OpDef, OpTypeError
from scriptc.ops.numpy_base import INDEX, array, broadcast, operand, promote, tensor
from scriptc.ops.numpy_support import OUT_HELP, array_list, array_operand, function, given, method, named, one_axis, probed, receiver, refuse
from scriptc.ops.signature import Bound
from scriptc.types import BOOL, INT, List, Tensor, Tuple, TupleOf, Type


def choose(b: Bound) -> Type:
    """From `choices[i]` where the array holds `i`; everything is broadcast together."""
    refuse(b, "out", help=OUT_HELP)
    a = array_operand(b)
    found, _ = array_list(b["choices"], b.index["choices"])
    if not found:
        raise OpTypeError("choose() needs at least one choice", b.index["choices"])
    dtype = promote(*(o.dtype for o in found))
    shape = broadcast(a.shape, *(o.shape for o in found))
    return Tensor(dtype, shape, None) if not shape else array(dtype, shape)


def trim_zeros(b: Bound) -> Type:
    """A view without the zeros at the ends."""
    t = b["filt"].type
    if not isinstance(t, Tensor):
        raise OpTypeError("trim_zeros() of anything but an array is not supported", 0, "make it an array first: `np.array(...)`")
    return array(t.dtype, (None,) * len(t.shape)) if t.shape else tensor(t.dtype, t.shape, None)


def sort_complex(b: Bound) -> Type:
    a = array_operand(b)
    if a.shape == ():
        raise OpTypeError("sort_complex() needs an array of rank 1 or more", 0)
    return array(probed("sort_complex", a.dtype), a.shape)


def _positions() -> Tensor:
    return array(INDEX, (None,))


def unique_values(b: Bound) -> Type:
    return array(named(b, "x").dtype, (None,))


def unique_counts(b: Bound) -> Type:
    """The named tuple of values and counts."""
    return Tuple((unique_values(b), _positions()))


def unique_inverse(b: Bound) -> Type:
    x = named(b, "x")
    return Tuple((unique_values(b), array(INDEX, x.shape)))


def unique_all(b: Bound) -> Type:
    x = named(b, "x")
    return Tuple((unique_values(b), _positions(), array(INDEX, x.shape), _positions()))


# histograms


def bin_edges(b: Bound) -> Type:
    array_operand(b)
    return array(None, (None,))


def histogram2d(b: Bound) -> Type:
    edges = array(None, (None,))
    return Tuple((array("float64", (None, None)), edges, edges))


def histogramdd(b: Bound) -> Type:
    """Counts, and the edges of each dimension's bins."""
    sample = b["sample"].type
    if not isinstance(sample, Tensor):
        raise OpTypeError("histogramdd() of anything but an array is not supported", 0, "stack the samples: `np.stack([x, y], axis=1)`")
    count = None if sample.shape is None else 1 if len(sample.shape) == 1 else sample.shape[1] if len(sample.shape) == 2 else None
    counts = array("float64", (None,) * count if isinstance(count, int) else None)
    return Tuple((counts, List(array(None, (None,)))))


# bits


def packed(b: Bound) -> Type:
    a = array_operand(b)
    if a.dtype is not None and a.dtype != "bool" and "int" not in a.dtype:
        raise OpTypeError(f"packbits() takes integers or booleans, not {a.dtype}", 0)
    return _bits(b, a.shape)


def unpacked(b: Bound) -> Type:
    a = array_operand(b)
    if a.dtype is not None and a.dtype != "uint8":
        raise OpTypeError(f"unpackbits() takes an array of uint8, not {a.dtype}", 0)
    return _bits(b, a.shape)


def _bits(b: Bound, shape: tuple[int | str | None, ...] | None) -> Type:
    if not given(b, "axis"):
        return array("uint8", (None,))
    if not shape:
        return array("uint8", None)
    axis = one_axis(b, len(shape), None)
    return array("uint8", tuple(None if axis is None or i == axis else d for i, d in enumerate(shape)))


# positions


def diag_indices(b: Bound) -> Type:
    """The positions of a diagonal: the same vector for each dimension."""
    n, count = b["n"], b["ndim"].const if "ndim" in b else 2
    dtype = INDEX if n.type in (INT, BOOL) else None
    one = array(dtype, (n.const if isinstance(n.const, int) and n.const >= 0 else None,))
    return Tuple((one,) * count) if isinstance(count, int) and count >= 0 else TupleOf(one)


def diag_indices_from(b: Bound) -> Type:
    a = named(b, "arr")
    if a.shape is not None and len(a.shape) < 2:
        raise OpTypeError("diag_indices_from() needs an array of rank 2 or more", 0)
    return TupleOf(_positions()) if a.shape is None else Tuple((array(INDEX, (a.shape[0],)),) * len(a.shape))


def byteswap(b: Bound) -> Type:
    t = receiver(b)
    if b.const("inplace", False) is not False:
        raise OpTypeError("`byteswap(inplace=True)` is not supported", b.index.get("inplace"), "assign the result")
    return t


# nested lists of arrays


def block(b: Bound) -> Type:
    """Arrays put together as the nesting of the lists says."""
    depth, leaf = 0, b["arrays"].type
    while isinstance(leaf, List):
        depth, leaf = depth + 1, leaf.elem
    if isinstance(leaf, Tuple | TupleOf):
        raise OpTypeError("block() takes nested lists: a tuple is not treated as one", 0)
    from_leaf = operand(b["arrays"] if depth == 0 else Arg(leaf), 0)
    dtype = None if from_leaf.weak else from_leaf.dtype
    if from_leaf.shape is None:
        return array(dtype, None)
    if depth == 0:
        return array(dtype, from_leaf.shape)
    return array(dtype, (None,) * max(depth, len(from_leaf.shape)))


OPS: tuple[OpDef, ...] = (
    function("numpy.choose", "a, choices, out=None, mode='raise'", choose),
    method("ndarray.choose", "choices, out=None, mode='raise'", choose),
    function("numpy.trim_zeros", "filt, trim='fb', axis=None", trim_zeros),
    function("numpy.sort_complex", "a", sort_complex),
    function("numpy.unique_values", "x", unique_values),
    function("numpy.unique_counts", "x", unique_counts),
    function("numpy.unique_inverse", "x", unique_inverse),
    function("numpy.unique_all", "x", unique_all),
    function("numpy.histogram_bin_edges", "a, bins=10, range=None, weights=None", bin_edges),
    function("numpy.histogram2d", "x, y, bins=10, range=None, density=None, weights=None", histogram2d),
    function("numpy.histogramdd", "sample, bins=10, range=None, density=None, weights=None", histogramdd),
    function("numpy.packbits", "a, /, axis=None, bitorder='big'", packed),
    function("numpy.unpackbits", "a, /, axis=None, count=None, bitorder='big'", unpacked),
    function("numpy.diag_indices", "n, ndim=2", diag_indices),
    function("numpy.diag_indices_from", "arr", diag_indices_from),
    method("ndarray.byteswap", "inplace=False", byteswap),
    function("numpy.block", "arrays", block),
)
