"""Functions and methods that rearrange: reshape, transpose, concatenate, stack, split, tile, pad, ..."""

from __future__ import annotations

from collections.abc import Sequence

from scriptc.ir.core import MISSING, Arg, OpDef, OpTypeError
from scriptc.ops import numpy_index_tricks, numpy_selection
from scriptc.ops.numpy_base import (
    Operand,
    Shape,
    add_dims,
    array,
    axis_value,
    broadcast,
    check_fits,
    normalize_axis,
    operand,
    product,
    promote,
    shape_argument,
    show,
    static_dtype,
    tensor,
)
from scriptc.ops.numpy_support import (
    OUT_HELP,
    Rule,
    array_list,
    array_operand,
    first,
    function,
    given,
    method,
    named,
    one_axis,
    refuse,
    same_shape,
)
from scriptc.ops.signature import Bound
from scriptc.types import INT, Dim, List, Tensor, Tuple, Type


def _view(b: Bound, shape: Shape | None, a: Operand) -> Tensor:
    """The result of a method that a NumPy scalar answers with a scalar, where it stays of rank 0."""
    t = first(b).type
    scalar = t.scalar if isinstance(t, Tensor) else False
    return tensor(a.dtype, shape, None if (shape is None or not shape) and scalar is not False else False)


# reshape


def reshape(b: Bound) -> Type:
    a = array_operand(b)
    refuse(b, "newshape")
    if "shape" not in b:
        raise OpTypeError("reshape() missing 1 required positional argument: 'shape'")
    return _view(b, _reshaped(a.shape, shape_argument(b["shape"], b.index.get("shape"))), a)


def reshape_method(b: Bound) -> Type:
    """`x.reshape(2, -1)` and `x.reshape((2, -1))`."""
    a = array_operand(b)
    return _view(b, _reshaped(a.shape, star_shape(b)), a)


def star_shape(b: Bound) -> Shape | None:
    """A shape given as one tuple or as separate ints."""
    if len(b.star) == 1:
        return shape_argument(b.star[0], 1)
    dims: list[Dim] = []
    for i, a in enumerate(b.star):
        one = shape_argument(a, i + 1)
        dims.append(one[0] if one is not None and len(one) == 1 else None)
    return tuple(dims)


def _reshaped(old: Shape | None, new: Shape | None) -> Shape | None:
    if new is None:
        return None
    if sum(d == -1 for d in new) > 1:
        raise OpTypeError("can only specify one unknown dimension")
    total = None if old is None else product(old)
    known = [d for d in new if d != -1]
    if -1 not in new:
        size = product(known)
        if isinstance(total, int) and isinstance(size, int) and total != size and not any(isinstance(d, int) and d < 0 for d in known):
            raise OpTypeError(f"cannot reshape an array of shape {show(old)} into shape {show(new)}: {total} elements are not {size}")
        return tuple(None if isinstance(d, int) and d < 0 else d for d in new)
    return tuple(_inferred(old, total, known, new) if d == -1 else d for d in new)


def _inferred(old: Shape | None, total: Dim, known: Sequence[Dim], new: Shape) -> Dim:
    size = product(known)
    if not isinstance(size, int) or size <= 0 or old is None:
        return None
    if isinstance(total, int):
        if total % size:
            raise OpTypeError(f"cannot reshape an array of shape {show(old)} into shape {show(new)}: {total} is no multiple of {size}")
        return total // size
    numbers = product(d for d in old if isinstance(d, int))
    symbols = [d for d in old if not isinstance(d, int)]
    return symbols[0] if len(symbols) == 1 and numbers == size else None


def ravel(b: Bound) -> Type:
    a = array_operand(b)
    return array(a.dtype, (None if a.shape is None else product(a.shape),))


# order of dimensions


def transpose(b: Bound) -> Type:
    a = array_operand(b)
    return _view(b, _permuted(a.shape, b.get("axes")), a)


def transpose_method(b: Bound) -> Type:
    a = array_operand(b)
    if len(b.star) > 1:
        types = Tuple(tuple(x.type for x in b.star))
        consts = tuple(x.const for x in b.star)
        return _view(b, _permuted(a.shape, Arg(types, consts if MISSING not in consts else MISSING)), a)
    return _view(b, _permuted(a.shape, b.star[0] if b.star else None), a)


def _permuted(shape: Shape | None, axes: Arg | None) -> Shape | None:
    value = axis_value(axes)
    if value is None:
        return None if shape is None else shape[::-1]
    if value is MISSING:
        return _any_order(shape, axes)
    order = value if isinstance(value, tuple) else (value,)
    if shape is None:
        return (None,) * len(order)
    if len(order) != len(shape):
        raise OpTypeError(f"axes {order} don't match an array of shape {show(shape)}")
    places = [normalize_axis(o, len(shape)) for o in order]
    if len(set(places)) != len(places):
        raise OpTypeError("repeated axis in transpose")
    return tuple(shape[p] for p in places)


def _any_order(shape: Shape | None, axes: Arg | None) -> Shape | None:
    if shape is not None:
        return (None,) * len(shape)
    if axes is not None and isinstance(axes.type, Tuple):
        return (None,) * len(axes.type.items)
    return None


def swapaxes(b: Bound) -> Type:
    a = array_operand(b)
    if a.shape is None:
        return _view(b, None, a)
    i, j = one_axis(b, len(a.shape), None, "axis1"), one_axis(b, len(a.shape), None, "axis2")
    if i is None or j is None:
        return _view(b, (None,) * len(a.shape), a)
    dims = list(a.shape)
    dims[i], dims[j] = dims[j], dims[i]
    return _view(b, tuple(dims), a)


def moveaxis(b: Bound) -> Type:
    a = array_operand(b)
    source, to = axis_value(b["source"]), axis_value(b["destination"])
    if a.shape is None:
        return _view(b, None, a)
    if source is MISSING or to is MISSING or source is None or to is None:
        return _view(b, (None,) * len(a.shape), a)
    sources = [normalize_axis(s, len(a.shape)) for s in (source if isinstance(source, tuple) else (source,))]
    places = [normalize_axis(d, len(a.shape)) for d in (to if isinstance(to, tuple) else (to,))]
    if len(sources) != len(places) or len(set(sources)) != len(sources) or len(set(places)) != len(places):
        raise OpTypeError("`source` and `destination` must be as many different axes")
    rest = [n for n in range(len(a.shape)) if n not in sources]
    for place, s in sorted(zip(places, sources, strict=True)):
        rest.insert(place, s)
    return _view(b, tuple(a.shape[n] for n in rest), a)


def rollaxis(b: Bound) -> Type:
    a = array_operand(b)
    return _view(b, None if a.shape is None else (None,) * len(a.shape), a)


# rank


def squeeze(b: Bound) -> Type:
    a = array_operand(b)
    if a.shape is None:
        return _view(b, None, a)
    if not given(b, "axis"):
        unsure = any(not isinstance(d, int) for d in a.shape)
        return _view(b, None if unsure else tuple(d for d in a.shape if d != 1), a)
    value = axis_value(b["axis"])
    if value is MISSING or not a.shape:
        return _view(b, None, a)
    axes = {normalize_axis(v, len(a.shape), b.index["axis"]) for v in (value if isinstance(value, tuple) else (value,))}
    for x in axes:
        if isinstance(a.shape[x], int) and a.shape[x] != 1:
            raise OpTypeError(f"cannot squeeze axis {x} of shape {show(a.shape)}: its size is not one", b.index["axis"])
    return _view(b, tuple(d for i, d in enumerate(a.shape) if i not in axes), a)


def expand_dims(b: Bound) -> Type:
    a = array_operand(b)
    value = axis_value(b["axis"])
    if a.shape is None or value is None:
        return array(a.dtype, None)
    if value is MISSING:
        count = 1 if b["axis"].type == INT else len(b["axis"].type.items) if isinstance(b["axis"].type, Tuple) else None
        return array(a.dtype, None if count is None else (None,) * (len(a.shape) + count))
    values = value if isinstance(value, tuple) else (value,)
    rank = len(a.shape) + len(values)
    axes = {normalize_axis(v, rank, b.index["axis"]) for v in values}
    if len(axes) != len(values):
        raise OpTypeError("repeated axis", b.index["axis"])
    dims = iter(a.shape)
    return array(a.dtype, tuple(1 if i in axes else next(dims) for i in range(rank)))


def broadcast_to(b: Bound) -> Type:
    a = named(b, "array")
    shape = shape_argument(b["shape"], b.index.get("shape"))
    if a.shape is not None and shape is not None:
        if len(a.shape) > len(shape):
            raise OpTypeError(f"an array of shape {show(a.shape)} cannot be broadcast to shape {show(shape)}")
        check_fits(a.shape, shape, "broadcast_to")
    return array(a.dtype, shape)


def broadcast_arrays(b: Bound) -> Type:
    found = [operand(a, i) for i, a in enumerate(b.star)]
    shape = broadcast(*(o.shape for o in found))
    return Tuple(tuple(array(o.dtype, shape) for o in found))


def at_least(rank: int) -> Rule:
    """atleast_1d, atleast_2d, atleast_3d of one array."""

    def widened(o: Operand) -> Type:
        s = o.shape
        if s is None or len(s) >= rank:
            return array(o.dtype, s)
        if rank == 1:
            return array(o.dtype, (1,))
        if rank == 2:
            return array(o.dtype, (1, *s) if s else (1, 1))
        return array(o.dtype, {0: (1, 1, 1), 1: (1, *s, 1), 2: (*s, 1)}[len(s)])

    def rule(b: Bound) -> Type:
        found = [widened(operand(a, i)) for i, a in enumerate(b.star)]
        return found[0] if len(found) == 1 else Tuple(tuple(found))

    return rule


# joining


def concatenate(b: Bound) -> Type:
    refuse(b, "out", help=OUT_HELP)
    found, complete = array_list(b["arrays"] if "arrays" in b else b["a"], 0)
    if not found:
        raise OpTypeError("need at least one array to concatenate", 0)
    dtype = static_dtype(b.get("dtype"), promote(*(o.dtype for o in found)), b.index.get("dtype"))
    if "axis" in b and axis_value(b["axis"]) is None:
        sizes = [None if o.shape is None else product(o.shape) for o in found]
        return array(dtype, (add_dims(sizes) if complete else None,))
    shapes = [o.shape for o in found if o.shape is not None]
    if not shapes:
        return array(dtype, None)
    if any(s == () for s in shapes):
        raise OpTypeError("zero-dimensional arrays cannot be concatenated", 0)
    axis = one_axis(b, len(shapes[0]), 0)
    if axis is None or len(shapes) < len(found):
        return array(dtype, (None,) * len(shapes[0]))
    return array(dtype, joined(shapes, axis, complete, "all the input array dimensions except for the concatenation axis must match exactly"))


def joined(shapes: Sequence[Shape], axis: int, complete: bool, what: str) -> Shape:
    """The shape of arrays put one after the other along `axis`."""
    common = same_shape(shapes, axis, what)
    total = add_dims(s[axis] for s in shapes) if complete else None
    return tuple(total if i == axis else d for i, d in enumerate(common))


def stack(b: Bound) -> Type:
    refuse(b, "out", help=OUT_HELP)
    found, complete = array_list(b["arrays"], 0)
    if not found:
        raise OpTypeError("need at least one array to stack", 0)
    dtype = static_dtype(b.get("dtype"), promote(*(o.dtype for o in found)), b.index.get("dtype"))
    shapes = [o.shape for o in found if o.shape is not None]
    if not shapes:
        return array(dtype, None)
    common = same_shape(shapes, None, "all input arrays must have the same shape")
    axis = one_axis(b, len(common) + 1, 0)
    if axis is None:
        return array(dtype, (None,) * (len(common) + 1))
    count = _count_of(b["arrays"].type, len(found), complete)
    return array(dtype, (*common[:axis], count, *common[axis:]))


def _count_of(t: Type, found: int, complete: bool) -> Dim:
    if complete:
        return found
    return t.shape[0] if isinstance(t, Tensor) and t.shape else None


def stacked(name: str) -> Rule:
    """vstack, hstack, dstack, column_stack: each raises the rank first, then concatenates."""

    def rule(b: Bound) -> Type:
        found, complete = array_list(b["tup"], 0)
        dtype = static_dtype(b.get("dtype"), promote(*(o.dtype for o in found)), b.index.get("dtype")) if found else None
        shapes = [_raised(name, o.shape) for o in found]
        known = [s for s in shapes if s is not None]
        if not known:
            return array(dtype, None)
        axis = {"vstack": 0, "hstack": 0 if len(known[0]) == 1 else 1, "dstack": 2, "column_stack": 1}[name]
        if len(known) < len(shapes):
            return array(dtype, (None,) * len(known[0]))
        return array(dtype, joined(known, axis, complete, "all the input array dimensions except for the concatenation axis must match exactly"))

    return rule


def _raised(name: str, s: Shape | None) -> Shape | None:
    if s is None:
        return None
    if name == "hstack":
        return s or (1,)
    if name == "vstack":
        return s if len(s) > 1 else (1, *s) if s else (1, 1)
    if name == "column_stack":
        return s if len(s) > 1 else (*s, 1) if s else (1, 1)
    return s if len(s) > 2 else (*s, 1) if len(s) == 2 else (1, *s, 1) if s else (1, 1, 1)


def append(b: Bound) -> Type:
    a, v = named(b, "arr"), named(b, "values")
    dtype = promote(a.dtype, v.dtype)
    if not given(b, "axis"):
        sizes = [None if o.shape is None else product(o.shape) for o in (a, v)]
        return array(dtype, (add_dims(sizes),))
    return array(dtype, None if a.shape is None else (None,) * len(a.shape))


# splitting


def split(name: str) -> Rule:
    """split, array_split, hsplit, vsplit, dsplit: a list of views."""

    def rule(b: Bound) -> Type:
        a = named(b, "ary")
        sections = b["indices_or_sections"]
        count = sections.const if sections.type == INT and isinstance(sections.const, int) else None
        if a.shape is None:
            return List(array(a.dtype, None))
        axis = _split_axis(name, b, a.shape)
        if axis is None:
            return List(array(a.dtype, (None,) * len(a.shape)))
        return List(array(a.dtype, _part(name, a.shape, axis, count)))

    return rule


def _split_axis(name: str, b: Bound, shape: Shape) -> int | None:
    least = {"hsplit": 1, "vsplit": 2, "dsplit": 3}.get(name, 1)
    if len(shape) < least:
        raise OpTypeError(f"{name} only works on arrays of {least} or more dimensions", 0)
    if name == "hsplit":
        return 0 if len(shape) == 1 else 1
    if name in ("vsplit", "dsplit"):
        return 0 if name == "vsplit" else 2
    return one_axis(b, len(shape), 0)


def _part(name: str, shape: Shape, axis: int, count: int | None) -> Shape:
    size = shape[axis]
    part: Dim = None
    if count is not None and isinstance(size, int) and count > 0:
        if size % count == 0:
            part = size // count
        elif name != "array_split":
            raise OpTypeError(f"array split does not result in an equal division: {size} into {count}")
    return tuple(part if i == axis else d for i, d in enumerate(shape))


# repetition and motion


def tile(b: Bound) -> Type:
    a = named(b, "A")
    reps = shape_argument(b["reps"], 1)
    if a.shape is None or reps is None:
        return array(a.dtype, None)
    rank = max(len(a.shape), len(reps))
    left, right = (1,) * (rank - len(a.shape)) + a.shape, (1,) * (rank - len(reps)) + reps
    return array(a.dtype, tuple(_times(x, y) for x, y in zip(left, right, strict=True)))


def _times(d: Dim, n: Dim) -> Dim:
    if isinstance(n, int) and n < 0:
        return None
    return product((d, n))


def repeat(b: Bound) -> Type:
    a = array_operand(b)
    times = b["repeats"].const
    n: Dim = times if isinstance(times, int) else None
    if not given(b, "axis"):
        return array(a.dtype, (_times(None if a.shape is None else product(a.shape), n),))
    if a.shape is None:
        return array(a.dtype, None)
    axis = one_axis(b, len(a.shape), None) if a.shape else None
    if axis is None:
        return array(a.dtype, (None,) * len(a.shape) if a.shape else None)
    return array(a.dtype, tuple(_times(d, n) if i == axis else d for i, d in enumerate(a.shape)))


def same(b: Bound) -> Type:
    """flip, roll: dtype and shape stay."""
    a = named(b, "m") if "m" in b else array_operand(b)
    return array(a.dtype, a.shape)


def flip(b: Bound) -> Type:
    """flip of a NumPy scalar is left open."""
    a = named(b, "m")
    return tensor(a.dtype, a.shape, None if not a.shape else False)


def rot90(b: Bound) -> Type:
    a = named(b, "m")
    k = b["k"].const if "k" in b else 1
    if a.shape is None or len(a.shape) != 2 or "axes" in b or not isinstance(k, int):
        return array(a.dtype, None if a.shape is None else (None,) * len(a.shape))
    return array(a.dtype, a.shape if k % 2 == 0 else a.shape[::-1])


def pad(b: Bound) -> Type:
    """`np.pad`: each dimension grows by the widths on its two sides."""
    a = named(b, "array")
    if a.shape is None:
        return array(a.dtype, None)
    widths = _pad_widths(b["pad_width"].const, len(a.shape))
    if widths is None:
        return array(a.dtype, (None,) * len(a.shape))
    return array(a.dtype, tuple(add_dims((d, *w)) if w != (0, 0) else d for d, w in zip(a.shape, widths, strict=True)))


def _pad_widths(const: object, rank: int) -> list[tuple[int, int]] | None:
    if isinstance(const, int):
        return [(const, const)] * rank
    if not isinstance(const, tuple | list) or not const:
        return None
    if all(isinstance(c, int) for c in const):
        pair = (const[0], const[-1])
        return [pair] * rank if len(const) <= 2 else None
    if not all(isinstance(c, tuple | list) and 1 <= len(c) <= 2 and all(isinstance(i, int) for i in c) for c in const):
        return None
    pairs = [(c[0], c[-1]) for c in const]
    return pairs * rank if len(pairs) == 1 else pairs if len(pairs) == rank else None


def resize(b: Bound) -> Type:
    return array(array_operand(b).dtype, shape_argument(b["new_shape"], 1))


def sliding(b: Bound) -> Type:
    """`np.lib.stride_tricks.sliding_window_view`: the windows' dimensions come last."""
    x = named(b, "x")
    refuse(b, "subok")
    size, axis = axis_value(b["window_shape"]), axis_value(b.get("axis"))
    count = 1 if b["window_shape"].type == INT else len(size) if isinstance(size, tuple) else None
    if x.shape is None or count is None:
        return array(x.dtype, None)
    if size is MISSING or axis is MISSING:
        return array(x.dtype, (None,) * (len(x.shape) + count))
    sizes = size if isinstance(size, tuple) else (size,)
    axes = tuple(range(len(x.shape))) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    if len(axes) != len(sizes):
        raise OpTypeError("`window_shape` and `axis` must name as many dimensions", 1)
    dims = list(x.shape)
    for s, k in zip(sizes, axes, strict=True):
        place = normalize_axis(k, len(dims))
        dims[place] = _window(dims[place], s)
    return array(x.dtype, (*dims, *sizes))


def _window(d: Dim, size: int) -> Dim:
    if not isinstance(d, int):
        return None
    if d < size:
        raise OpTypeError(f"the window of {size} is larger than the dimension of {d}", 1)
    return d - size + 1


_JOIN = "dtype=None, casting='same_kind'"

OPS: tuple[OpDef, ...] = (
    *numpy_index_tricks.OPS,
    *numpy_selection.OPS,
    function("numpy.reshape", "a, /, shape, order='C', *, copy=None", reshape),
    method("ndarray.reshape", "*shape, order='C', copy=None", reshape_method),
    function("numpy.ravel", "a, order='C'", ravel),
    function("numpy.transpose", "a, axes=None", transpose),
    function("numpy.permute_dims", "a, axes=None", transpose),
    function("numpy.matrix_transpose", "x, /", lambda b: _matrix_transpose(b)),
    method("ndarray.transpose", "*axes", transpose_method),
    function("numpy.swapaxes", "a, axis1, axis2", swapaxes),
    method("ndarray.swapaxes", "axis1, axis2, /", swapaxes),
    function("numpy.moveaxis", "a, source, destination", moveaxis),
    function("numpy.rollaxis", "a, axis, start=0", rollaxis),
    function("numpy.squeeze", "a, axis=None", squeeze),
    method("ndarray.squeeze", "axis=None", squeeze),
    function("numpy.expand_dims", "a, axis", expand_dims),
    function("numpy.broadcast_to", "array, shape, subok=False", broadcast_to),
    function("numpy.broadcast_arrays", "*args", broadcast_arrays),
    *(function(f"numpy.atleast_{n}d", "*arys", at_least(n)) for n in (1, 2, 3)),
    function("numpy.concatenate", f"arrays, /, axis=0, out=None, *, {_JOIN}", concatenate),
    function("numpy.stack", f"arrays, axis=0, out=None, *, {_JOIN}", stack),
    *(function(f"numpy.{n}", f"tup, *, {_JOIN}", stacked(n)) for n in ("vstack", "hstack")),
    *(function(f"numpy.{n}", "tup", stacked(n)) for n in ("dstack", "column_stack")),
    function("numpy.append", "arr, values, axis=None", append),
    *(function(f"numpy.{n}", "ary, indices_or_sections, axis=0", split(n)) for n in ("split", "array_split")),
    *(function(f"numpy.{n}", "ary, indices_or_sections", split(n)) for n in ("hsplit", "vsplit", "dsplit")),
    function("numpy.tile", "A, reps", tile),
    function("numpy.repeat", "a, repeats, axis=None", repeat),
    method("ndarray.repeat", "repeats, axis=None", repeat),
    function("numpy.flip", "m, axis=None", flip),
    *(function(f"numpy.{n}", "m", same) for n in ("fliplr", "flipud")),
    function("numpy.roll", "a, shift, axis=None", same),
    function("numpy.rot90", "m, k=1, axes=None", rot90),
    function("numpy.pad", "array, pad_width, mode='constant', *, constant_values=0, end_values=0, reflect_type='even', stat_length=None", pad),
    function("numpy.resize", "a, new_shape", resize),
    function("numpy.lib.stride_tricks.sliding_window_view", "x, window_shape, axis=None, *, subok=False, writeable=False", sliding),
)


def _matrix_transpose(b: Bound) -> Type:
    a = array_operand(b)
    if a.shape is None:
        return array(a.dtype, None)
    if len(a.shape) < 2:
        raise OpTypeError("matrix_transpose needs an array of rank 2 or more", 0)
    return array(a.dtype, (*a.shape[:-2], a.shape[-1], a.shape[-2]))
