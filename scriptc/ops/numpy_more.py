"""Functions beside the main families: require, astype, real_if_close, cumulative_sum, polydiv, and `np.emath`."""

from __future__ import annotations

from scriptc.ir.core import OpDef, OpTypeError
from scriptc.ops.numpy_base import array, axis_value, flag, normalize_axis, operand, static_dtype, tensor
from scriptc.ops.numpy_support import OUT_HELP, Rule, array_operand, function, named, probed, refuse
from scriptc.ops.signature import Bound
from scriptc.types import BOOL, Dim, Tensor, Tuple, Type

EMATH = ("sqrt", "log", "log2", "log10", "arccos", "arcsin", "arctanh")


def required(b: Bound) -> Type:
    """`np.require`, `np.asarray_chkfinite`: as asarray."""
    refuse(b, "like")
    a = array_operand(b)
    return array(static_dtype(b.get("dtype"), a.dtype, b.index.get("dtype")), a.shape if "requirements" not in b else None)


def astype(b: Bound) -> Type:
    t = b["x"].type
    if not isinstance(t, Tensor):
        raise OpTypeError(f"astype() takes an array, not a `{t}`", 0, "make it an array first: `np.array(...)`")
    refuse(b, "device")
    return tensor(static_dtype(b["dtype"], "float64", b.index["dtype"]), t.shape, t.scalar)


def real_if_close(b: Bound) -> Type:
    """Real where all imaginary parts are tiny: then the dtype depends on the values."""
    a = array_operand(b)
    return array(a.dtype if a.dtype is not None and "complex" not in a.dtype and not a.weak else None, a.shape)


def cumulative(name: str) -> Rule:
    """cumulative_sum, cumulative_prod: one more element with `include_initial`. An axis is needed above rank 1."""

    def rule(b: Bound) -> Type:
        refuse(b, "out", help=OUT_HELP)
        x = named(b, "x")
        dtype = static_dtype(b.get("dtype"), probed({"sum": "cumsum", "prod": "cumprod"}[name], x.dtype), b.index.get("dtype"))
        if x.shape is None:
            return array(dtype, None)
        axis = axis_value(b.get("axis"))
        if axis is None and len(x.shape) > 1:
            raise OpTypeError("for arrays of more than one dimension the argument `axis` is required", 0)
        shape: tuple[Dim, ...] = x.shape or (1,)
        at = normalize_axis(axis, len(shape), b.index.get("axis")) if isinstance(axis, int) else 0 if axis is None else None
        more = flag(b.get("include_initial"), False)
        return array(dtype, tuple(_longer(d, more) if at in (i, None) else d for i, d in enumerate(shape)))

    return rule


def _longer(d: Dim, more: bool | None) -> Dim:
    if more is False:
        return d
    return d + 1 if more and isinstance(d, int) else None


def polydiv(b: Bound) -> Type:
    """Quotient and remainder."""
    named(b, "u")
    named(b, "v")
    return Tuple((array(None, None), array(None, None)))


def complex_if_needed(b: Bound) -> Type:
    """`np.emath`: complex where the real function has no value there."""
    shapes = [operand(a, b.index[n]).shape for n, a in b.args.items()]
    shape = shapes[0] if len(shapes) == 1 else None
    return Tensor(None, shape, None) if not shape else array(None, shape)


def is_iterable(b: Bound) -> Type:
    return BOOL


def isfortran(b: Bound) -> Type:
    if not isinstance(b["a"].type, Tensor):
        raise OpTypeError(f"isfortran() takes an array, not a `{b['a'].type}`", 0)
    return BOOL


OPS: tuple[OpDef, ...] = (
    function("numpy.require", "a, dtype=None, requirements=None, *, like=None", required),
    function("numpy.asarray_chkfinite", "a, dtype=None, order=None", required),
    function("numpy.astype", "x, dtype, /, *, copy=True, device=None", astype),
    function("numpy.real_if_close", "a, tol=100", real_if_close),
    function("numpy.cumulative_sum", "x, /, *, axis=None, dtype=None, out=None, include_initial=False", cumulative("sum")),
    function("numpy.cumulative_prod", "x, /, *, axis=None, dtype=None, out=None, include_initial=False", cumulative("prod")),
    function("numpy.polydiv", "u, v", polydiv),
    function("numpy.iterable", "y", is_iterable),
    function("numpy.isfortran", "a", isfortran),
    *(function(f"numpy.emath.{n}", "x", complex_if_needed) for n in EMATH),
    function("numpy.emath.logn", "n, x", complex_if_needed),
    function("numpy.emath.power", "x, p", complex_if_needed),
)
