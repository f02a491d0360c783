"""The `math` module. Its constants are static values of the frontend."""

from __future__ import annotations

from scriptc.ir.core import Arg, Call, OpDef, OpTypeError
from scriptc.ops.common import need_element, one
from scriptc.ops.folds import fold, spread
from scriptc.ops.signature import RAISES, READS, Signature, function
from scriptc.types import INT, NEVER, List, Tensor, Type

_ONE = (
    "acos", "acosh", "asin", "asinh", "atan", "atanh", "cbrt", "cos", "cosh", "degrees", "erf", "erfc", "exp", "exp2", "expm1",
    "fabs", "gamma", "lgamma", "log10", "log1p", "log2", "radians", "sin", "sinh", "sqrt", "tan", "tanh", "ulp",
)  # fmt: skip

SIGNATURES: dict[str, str] = {
    **dict.fromkeys(_ONE, "(x: real, /) -> float"),
    **dict.fromkeys(("isfinite", "isinf", "isnan"), "(x: real, /) -> bool"),
    **dict.fromkeys(("ceil", "floor"), "(x: real, /) -> int"),
    **dict.fromkeys(("atan2", "copysign", "fmod", "pow", "remainder"), "(x: real, y: real, /) -> float"),
    **dict.fromkeys(("gcd", "lcm"), "(*integers: int) -> int"),
    "comb": "(n: int, k: int, /) -> int",
    "perm": "(n: int, k: int | None = None, /) -> int",
    "factorial": "(n: int, /) -> int",
    "isqrt": "(n: int, /) -> int",
    "frexp": "(x: real, /) -> tuple[float, int]",
    "modf": "(x: real, /) -> tuple[float, float]",
    "ldexp": "(x: real, i: pyint, /) -> float",
    "log": "(x: real, base: real = 2.7, /) -> float",
    "hypot": "(*coordinates: real) -> float",
    "dist": "(p: iterable[real], q: iterable[real], /) -> float",
    "fsum": "(seq: iterable[real], /) -> float",
    "fma": "(x: real, y: real, z: real, /) -> float",
    "isclose": "(a: real, b: real, *, rel_tol: real = 1e-09, abs_tol: real = 0.0) -> bool",
    "nextafter": "(x: real, y: real, /, *, steps: int | None = None) -> float",
}

_TRUNC = Signature("math.trunc", "(x: real, /) -> int")
_SUMPROD = Signature("math.sumprod", "(p: iterable[number], q: iterable[number], /) -> any")
_PROD = Signature("math.prod", "(iterable: iterable[number], /, *, start: number = 1) -> any")


def _trunc_rule(call: Call) -> tuple[Type, ...]:
    """Only what has `__trunc__`: of NumPy's scalars, float64."""
    bound, _ = _TRUNC.check(call)
    t = bound["x"].type
    if isinstance(t, Tensor) and (t.dtype != "float64" or t.scalar is not True):
        raise OpTypeError(f"type '{t}' doesn't define __trunc__ method", 0, "use `int(x)`")
    return one(INT)


def _prod_rule(call: Call) -> tuple[Type, ...]:
    bound = _PROD.bind(call.args, call.kw)
    item = need_element(bound["iterable"], call.program, 0)
    start = bound.get("start") or Arg(INT, 1)
    return one(fold("mul", start, bound["iterable"].type, item, call.program))


def _sumprod_rule(call: Call) -> tuple[Type, ...]:
    bound, _ = _SUMPROD.check(call)
    p, q = (need_element(bound[name], call.program, i) for i, name in enumerate("pq"))
    if NEVER in (p, q):
        return one(INT)
    item = spread("mul", Arg(p), Arg(q), call.program)
    return one(fold("add", Arg(INT, 0), List(item), item, call.program))


OPS: tuple[OpDef, ...] = (
    *(function(f"math.{name}", text, effects=READS if name in ("dist", "fsum") else RAISES) for name, text in SIGNATURES.items()),
    function("math.trunc", _TRUNC.text, rule=_trunc_rule),
    function("math.sumprod", _SUMPROD.text, rule=_sumprod_rule),
    function("math.prod", _PROD.text, rule=_prod_rule),
)
