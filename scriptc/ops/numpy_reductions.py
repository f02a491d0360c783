"""NumPy's reductions, as functions (`np.sum(x)`) and as methods (`x.sum()`)."""

from __future__ import annotations

from collections.abc import Callable

from scriptc.ir.core import OpDef, OpTypeError
from scriptc.ops.numpy_base import (
    INDEX,
    Operand,
    array,
    computed,
    flag,
    product,
    promote,
    static_dtype,
)
from scriptc.ops.numpy_support import (
    OUT_HELP,
    Rule,
    array_operand,
    axes_of,
    function,
    given,
    method,
    named,
    probed,
    reduced,
    refuse,
)
from scriptc.ops.signature import Bound
from scriptc.types import INT, Tensor, Tuple, Type, union


def _shape(b: Bound, a: Operand) -> tuple[int | str | None, ...] | None:
    return reduced(a.shape, b.get("axis"), b.get("keepdims"), b.index.get("axis"))


def reduction(name: str) -> Rule:
    """The dtype NumPy's function gives, the axes of `axis` gone."""

    def rule(b: Bound) -> Type:
        refuse(b, "out", help=OUT_HELP)
        a = array_operand(b)
        own = None if "initial" in b else probed(name, a.dtype)
        dtype = static_dtype(b.get("dtype"), own, b.index.get("dtype"))
        return computed(dtype, _shape(b, a))

    return rule


def floating(name: str) -> Rule:
    """mean, var, std: with `dtype=` the result is of that dtype where it is inexact."""
    plain = reduction(name)

    def rule(b: Bound) -> Type:
        if given(b, "dtype"):
            refuse(b, "out", "mean", help=OUT_HELP)
            a = array_operand(b)
            dtype = static_dtype(b.get("dtype"), None, b.index.get("dtype"))
            whole = dtype is None or "float" not in dtype or a.dtype is None or "complex" in a.dtype
            return computed(None if whole else dtype, _shape(b, a))
        return plain(b)

    return rule


def extremum(name: str) -> Rule:
    """max and min keep the dtype."""

    def rule(b: Bound) -> Type:
        refuse(b, "out", help=OUT_HELP)
        a = array_operand(b)
        return computed(None if "initial" in b else probed(name, a.dtype), _shape(b, a))

    return rule


def position(b: Bound) -> Type:
    """argmax and argmin: positions; without an axis, in the flattened array."""
    refuse(b, "out", help=OUT_HELP)
    a = array_operand(b)
    return computed(INDEX, _shape(b, a))


def cumulative(name: str) -> Rule:
    """cumsum and cumprod keep the shape, or flatten without an axis."""

    def rule(b: Bound) -> Type:
        refuse(b, "out", help=OUT_HELP)
        a = array_operand(b)
        dtype = static_dtype(b.get("dtype"), probed(name, a.dtype), b.index.get("dtype"))
        if not given(b, "axis"):
            return array(dtype, (None if a.shape is None else product(a.shape),))
        if a.shape == ():
            return array(dtype, (1,))
        if a.shape is not None and isinstance(b["axis"].const, int):
            axes_of(b["axis"].const, len(a.shape), b.index.get("axis"))
        return array(dtype, a.shape)

    return rule


def count_nonzero(b: Bound) -> Type:
    """Without an axis a Python int or, in newer NumPy, a NumPy one."""
    a = array_operand(b)
    shape = _shape(b, a)
    if not given(b, "axis") and flag(b.get("keepdims"), False) is False:
        return union((INT, Tensor(INDEX, (), True)))
    if shape == () or shape is None:
        return union((INT, Tensor(INDEX, shape, None)))
    return computed(INDEX, shape)


def average(b: Bound) -> Type:
    """The mean, or the weighted one; with `returned=True` also the sum of weights."""
    a = array_operand(b)
    shape = _shape(b, a)
    dtype = probed("mean", a.dtype)
    if given(b, "weights"):
        w = named(b, "weights")
        whole = a.dtype is not None and ("int" in a.dtype or a.dtype == "bool")
        dtype = promote(a.dtype, w.dtype, *(("float64",) if whole else ()))
    result = Tensor(dtype, shape, None) if shape == () or shape is None else computed(dtype, shape)
    returned = flag(b.get("returned"), False)
    if returned is None:
        raise OpTypeError("`returned` must be a constant", b.index.get("returned"))
    return Tuple((result, Tensor(None, shape, None))) if returned else result


def _keep_input(b: Bound) -> None:
    if flag(b.get("overwrite_input"), False) is not False:
        raise OpTypeError("`overwrite_input` leaves undefined contents in the argument", b.index.get("overwrite_input"))


def median(name: str) -> Rule:
    """median and nanmedian: scalars or arrays by NumPy's own choice."""

    def rule(b: Bound) -> Type:
        refuse(b, "out", help=OUT_HELP)
        _keep_input(b)
        a = array_operand(b)
        shape = _shape(b, a)
        return Tensor(probed(name, a.dtype), shape, None) if not shape else computed(probed(name, a.dtype), shape)

    return rule


def quantile(name: str) -> Rule:
    """quantile and percentile: the dimensions of `q` first."""

    def rule(b: Bound) -> Type:
        refuse(b, "out", "weights", "interpolation", help=OUT_HELP)
        _keep_input(b)
        a, q = array_operand(b), named(b, "q")
        shape = _shape(b, a)
        dtype = None
        if a.dtype is not None and q.dtype is not None and b.get("method") is None:
            dtype = probed(name, "float64" if "int" in a.dtype or a.dtype == "bool" else a.dtype, q=0.5) if q.weak is float else None
        whole = None if shape is None or q.shape is None else (*q.shape, *shape)
        return Tensor(dtype, whole, None) if not whole else array(dtype, whole)

    return rule


def ptp(b: Bound) -> Type:
    refuse(b, "out", help=OUT_HELP)
    a = array_operand(b)
    return computed(probed("ptp", a.dtype), _shape(b, a))


_SUM = "axis=None, dtype=None, out=None, keepdims=False, initial=0, where=True"
_MAX = "axis=None, out=None, keepdims=False, initial=0, where=True"
_MEAN = "axis=None, dtype=None, out=None, keepdims=False, *, where=True"
_STD = "axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where=True, mean=0, correction=0"
_ARG = "axis=None, out=None, *, keepdims=False"
_CUM = "axis=None, dtype=None, out=None"
_ALL = "axis=None, out=None, keepdims=False, *, where=True"


def _both(names: tuple[str, ...], text: str, make: Callable[[str], Rule]) -> list[OpDef]:
    """The function and the method of each name."""
    out: list[OpDef] = []
    for n in names:
        rule = make(n)
        out.append(function(f"numpy.{n}", f"a, {text}", rule))
        out.append(method(f"ndarray.{n}", text, rule))
    return out


def _functions(names: tuple[str, ...], text: str, make: Callable[[str], Rule]) -> list[OpDef]:
    return [function(f"numpy.{n}", text, make(n)) for n in names]


OPS: tuple[OpDef, ...] = (
    *_both(("sum", "prod"), _SUM, reduction),
    *_both(("max", "min"), _MAX, extremum),
    *_both(("any", "all"), _ALL, reduction),
    *_both(("mean",), _MEAN, floating),
    *_both(("std", "var"), _STD, floating),
    *_both(("argmax", "argmin"), _ARG, lambda n: position),
    *_both(("cumsum", "cumprod"), _CUM, cumulative),
    *_functions(("nansum", "nanprod"), f"a, {_SUM}", reduction),
    *_functions(("nanmax", "nanmin"), f"a, {_MAX}", extremum),
    *_functions(("nanmean",), f"a, {_MEAN}", floating),
    *_functions(("nanstd", "nanvar"), f"a, {_STD}", floating),
    *_functions(("nanargmax", "nanargmin"), f"a, {_ARG}", lambda n: position),
    *_functions(("nancumsum", "nancumprod"), f"a, {_CUM}", cumulative),
    *_functions(("median", "nanmedian"), "a, axis=None, out=None, overwrite_input=False, keepdims=False", median),
    *_functions(
        ("quantile", "percentile", "nanquantile", "nanpercentile"),
        "a, q, axis=None, out=None, overwrite_input=False, method='linear', keepdims=False, *, weights=None, interpolation=None",
        quantile,
    ),
    function("numpy.count_nonzero", "a, axis=None, *, keepdims=False", count_nonzero),
    function("numpy.average", "a, axis=None, weights=None, returned=False, *, keepdims=False", average),
    function("numpy.ptp", "a, axis=None, out=None, keepdims=False", ptp),
)
