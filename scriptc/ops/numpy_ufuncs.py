"""NumPy's universal functions. Each asks the ufunc itself which dtype it gives; the shape is the broadcast of the operands.

With `out=` a call is the op `numpy.<name>.out`, which writes that operand.
"""

from __future__ import annotations

import warnings
from functools import lru_cache

import numpy as np

from scriptc.ir.core import Arg, OpDef, OpTypeError
from scriptc.ops.numpy_base import Operand, broadcast, check_fits, computed, dtype_name, operand, resolve, static_dtype
from scriptc.ops.numpy_support import WRITES, Rule, function, given, refuse
from scriptc.ops.signature import Bound
from scriptc.types import NONE, Tensor, Tuple, Type

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
        refuse(b, "signature", *(() if out else ("out", *_outputs(name))))
        operands = [operand(b[p], b.index.get(p)) for p in parameters]
        shape = broadcast(*(o.shape for o in operands))
        results = tuple(computed(d, shape) for d in _dtypes(name, operands, b))
        written = [b.get(o) for o in _outputs(name)] if out else [None] * len(results)
        if given(b, "where") and b["where"].const is not True and any(w is None or w.type == NONE for w in written):
            what = "`where=` without `out=` leaves elements undefined where it is not known to be True"
            raise OpTypeError(what, b.index.get("where"), "give `out=`, or use `np.where`")
        types = tuple(r if w is None or w.type == NONE else _written(b, w, r) for r, w in zip(results, written, strict=True))
        return types[0] if len(types) == 1 else Tuple(types)

    return rule


def _outputs(name: str) -> tuple[str, ...]:
    """The parameters of the `.out` variant that it writes."""
    return ("out",) if getattr(np, name).nout == 1 else ("out1", "out2")


def _parameters(name: str) -> tuple[str, ...]:
    return ("x",) if getattr(np, name).nin == 1 else ("x1", "x2")


def _dtypes(name: str, operands: list[Operand], b: Bound) -> tuple[str | None, ...]:
    nout = getattr(np, name).nout
    inputs = [o.weak or o.dtype for o in operands]
    wanted = static_dtype(b.get("dtype"), None, b.index.get("dtype"))
    if given(b, "dtype"):
        casting = b.const("casting", "same_kind")
        known = wanted is not None and None not in inputs and isinstance(casting, str)
        return _forced(name, operands, wanted, casting) if known and wanted is not None else (None,) * nout
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


def _forced(name: str, operands: list[Operand], wanted: str, casting: str) -> tuple[str | None, ...]:
    """The result dtypes where `dtype=` chooses the loop."""
    try:
        return _tried(name, tuple(o.weak or o.dtype for o in operands), wanted, casting)
    except (TypeError, ValueError) as e:
        raise OpTypeError(f"numpy.{name} cannot compute in {wanted}: {e}") from None


@lru_cache(maxsize=1024)
def _tried(name: str, operands: tuple[str | type | None, ...], wanted: str, casting: str) -> tuple[str | None, ...]:
    """By calling it: `resolve_dtypes` with a `casting` and Python's numbers can crash the process (NumPy 2.4)."""
    values = [o(1) if isinstance(o, type) else np.ones(1, o) for o in operands]
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = getattr(np, name)(*values, dtype=wanted, casting=casting)
    return tuple(dtype_name(f.dtype) for f in (found if isinstance(found, tuple) else (found,)))


def _written(b: Bound, out: Arg, result: Tensor) -> Type:
    """The type of an output that the caller gave, which is the array itself."""
    target, index = out.type, next(b.index[n] for n in b.args if b.args[n] is out)
    if not isinstance(target, Tensor) or target.scalar is True:
        raise OpTypeError("`out` must be an array", index)
    check_fits(result.shape, target.shape, "`out`")
    casting = b.const("casting", "same_kind")
    if isinstance(casting, str) and result.dtype is not None and target.dtype is not None:
        if not _castable(result.dtype, target.dtype, casting):
            raise OpTypeError(f"a result of {result.dtype} cannot be stored in `out` of {target.dtype}", index)
    return Tensor(target.dtype, target.shape, False)


def _castable(a: str, b: str, casting: str) -> bool:
    try:
        return np.can_cast(a, b, casting)  # type: ignore[arg-type]
    except ValueError as e:
        raise OpTypeError(str(e)) from None


_KEYWORDS = "where=True, casting='same_kind', order='K', dtype=None, subok=True, signature=None"


def _op(name: str, out: bool = False) -> OpDef:
    operands, outputs = ", ".join(_parameters(name)), _outputs(name)
    if out:
        # The outputs come right after the operands, positional or `out` as the first keyword, so that `mutates` can name them.
        first = getattr(np, name).nin
        text = f"{operands}, /, out, *, {_KEYWORDS}" if len(outputs) == 1 else f"{operands}, {', '.join(outputs)}, /, *, {_KEYWORDS}"
        mutates = tuple(range(first, first + len(outputs)))
        return function(f"numpy.{name}.out", text, ufunc(name, True), emit=f"np.{name}($*)", effects=WRITES, mutates=mutates)
    if len(outputs) == 1:
        return function(f"numpy.{name}", f"{operands}, /, out=None, *, {_KEYWORDS}", ufunc(name))
    return function(f"numpy.{name}", f"{operands}, out1=None, out2=None, /, *, out=None, {_KEYWORDS}", ufunc(name))


OPS: tuple[OpDef, ...] = tuple(_op(n, out) for n in NAMES for out in (False, True))
