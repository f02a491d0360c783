"""NumPy's universal functions. Each asks the ufunc itself which dtype it gives; the shape is the broadcast of the operands."""

from __future__ import annotations

import numpy as np

from scriptc.ir.core import OpDef, OpTypeError
from scriptc.ops.numpy_base import Operand, broadcast, check_fits, computed, dtype_name, operand, resolve, static_dtype
from scriptc.ops.numpy_support import OUT_HELP, WRITES, Rule, function, given, refuse
from scriptc.ops.signature import Bound
from scriptc.types import Tensor, Tuple, Type

UNARY = (
    "negative", "positive", "absolute", "fabs", "rint", "sign", "heaviside", "conjugate", "exp", "exp2", "log", "log2", "log10",
    "expm1", "log1p", "sqrt", "square", "cbrt", "reciprocal", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh",
    "tanh", "arcsinh", "arccosh", "arctanh", "degrees", "radians", "deg2rad", "rad2deg", "invert", "logical_not", "isfinite",
    "isinf", "isnan", "signbit", "spacing", "floor", "ceil", "trunc", "modf", "frexp", "bitwise_count",
)  # fmt: skip
BINARY = (
    "add", "subtract", "multiply", "divide", "logaddexp", "logaddexp2", "floor_divide", "power", "float_power", "remainder",
    "fmod", "divmod", "heaviside", "gcd", "lcm", "hypot", "arctan2", "bitwise_and", "bitwise_or", "bitwise_xor", "left_shift",
    "right_shift", "greater", "greater_equal", "less", "less_equal", "equal", "not_equal", "logical_and", "logical_or",
    "logical_xor", "maximum", "minimum", "fmax", "fmin", "copysign", "nextafter", "ldexp",
)  # fmt: skip
ALIASES = {
    "abs": "absolute", "mod": "remainder", "true_divide": "divide", "conj": "conjugate", "bitwise_not": "invert",
    "acos": "arccos", "asin": "arcsin", "atan": "arctan", "atan2": "arctan2", "acosh": "arccosh", "asinh": "arcsinh",
    "atanh": "arctanh", "pow": "power", "bitwise_invert": "invert", "bitwise_left_shift": "left_shift",
    "bitwise_right_shift": "right_shift",
}  # fmt: skip
BOOLEAN = frozenset({"isfinite", "isinf", "isnan", "signbit", "greater", "greater_equal", "less", "less_equal", "equal", "not_equal"})
"""Booleans for operands of any dtype NumPy takes."""

NAMES: tuple[str, ...] = tuple(n for n in dict.fromkeys((*UNARY, *BINARY)) if isinstance(getattr(np, n, None), np.ufunc))


def ufunc(name: str, out: bool = False) -> Rule:
    """The rule of one ufunc; `out`: of the variant that writes into `out=`."""
    parameters = _parameters(name)

    def rule(b: Bound) -> Type:
        if not out:
            refuse(b, "out", help=OUT_HELP)
        operands = [operand(b[p], b.index.get(p)) for p in parameters]
        shape = broadcast(*(o.shape for o in operands))
        dtypes = _dtypes(name, operands, b)
        if out:
            return _into_out(b, dtypes, shape)
        if given(b, "where"):
            raise OpTypeError("`where=` without `out=` leaves elements undefined", b.index.get("where"), "give `out=`, or use `np.where`")
        results = tuple(computed(d, shape) for d in dtypes)
        return results[0] if len(results) == 1 else Tuple(results)

    return rule


def _parameters(name: str) -> tuple[str, ...]:
    return ("x",) if getattr(np, name).nin == 1 else ("x1", "x2")


def _dtypes(name: str, operands: list[Operand], b: Bound) -> tuple[str | None, ...]:
    nout = getattr(np, name).nout
    inputs = [o.weak or o.dtype for o in operands]
    wanted = static_dtype(b.get("dtype"), None, b.index.get("dtype"))
    if given(b, "dtype"):
        return (None,) * nout if wanted is None or None in inputs else _forced(name, operands, wanted)
    return _plain(name, operands)


def ufunc_result(name: str, operands: tuple[Operand, ...]) -> str | None:
    """The dtype of a one-result ufunc on these operands."""
    return _plain(name, list(operands))[0]


def _plain(name: str, operands: list[Operand]) -> tuple[str | None, ...]:
    inputs = [o.weak or o.dtype for o in operands]
    if None in inputs:
        return ("bool",) if name in BOOLEAN else (None,) * getattr(np, name).nout
    try:
        return resolve(name, *inputs)
    except TypeError:
        shown = " and ".join(str(o.dtype or "int") for o in operands)
        raise OpTypeError(f"numpy.{name} is not defined for {shown}") from None


def _forced(name: str, operands: list[Operand], wanted: str) -> tuple[str | None, ...]:
    """The result dtypes where `dtype=` chooses the loop."""
    function = getattr(np, name)
    inputs = [o.weak or np.dtype(o.dtype) for o in operands]
    signature = (None,) * function.nin + (np.dtype(wanted),) * function.nout
    try:
        found = function.resolve_dtypes((*inputs, *(None,) * function.nout), signature=signature)
    except TypeError as e:
        raise OpTypeError(f"numpy.{name} cannot compute in {wanted}: {e}") from None
    return tuple(dtype_name(d) for d in found[function.nin :])


def _into_out(b: Bound, dtypes: tuple[str | None, ...], shape: tuple[int | str | None, ...] | None) -> Type:
    target = b["out"].type
    if b.index["out"] != len(b.args) - sum(n in b for n in ("where", "casting", "order", "dtype", "subok")) - 1:
        raise OpTypeError("`out` must come right after the operands", b.index["out"])
    if len(dtypes) != 1 or not isinstance(target, Tensor) or target.scalar is not False:
        raise OpTypeError("`out` must be one array", b.index.get("out"))
    check_fits(shape, target.shape, "`out`")
    if dtypes[0] is not None and target.dtype is not None and not np.can_cast(dtypes[0], target.dtype, "same_kind"):
        raise OpTypeError(f"a result of {dtypes[0]} cannot be stored in `out` of {target.dtype}", b.index.get("out"))
    return target


_KEYWORDS = "*, where=True, casting='same_kind', order='K', dtype=None, subok=True"


def _op(name: str, out: bool = False) -> OpDef:
    positional = ", ".join(_parameters(name))
    if out:
        # `out` comes right after the operands, positional or as the first keyword, so that `mutates` can name it.
        at = getattr(np, name).nin
        return function(
            f"numpy.{name}.out", f"{positional}, /, out, {_KEYWORDS}", ufunc(name, True), emit=f"np.{name}($*)", effects=WRITES, mutates=(at,)
        )
    return function(f"numpy.{name}", f"{positional}, /, out=None, {_KEYWORDS}", ufunc(name))


OPS: tuple[OpDef, ...] = tuple(_op(n, out) for n in NAMES for out in (False, True) if not (out and getattr(np, n).nout > 1))
