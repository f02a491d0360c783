"""Methods and attributes of `int` (and bool), `float`, `complex`."""

from __future__ import annotations

from scriptc.ir.core import PURE, OpDef
from scriptc.ops.signature import RAISES, attribute, function, method

OPS: tuple[OpDef, ...] = (
    method("int.bit_length", "(self: pyint) -> int", effects=PURE),
    method("int.bit_count", "(self: pyint) -> int", effects=PURE),
    method("int.conjugate", "(self: pyint) -> int", effects=PURE),
    method("int.as_integer_ratio", "(self: pyint) -> tuple[int, int]", effects=PURE),
    method("int.is_integer", "(self: pyint) -> bool", effects=PURE),
    *(attribute(f"int.{name}", "(self: pyint) -> int") for name in ("real", "imag", "numerator", "denominator")),
    method("float.is_integer", "(self: float) -> bool", effects=PURE),
    method("float.hex", "(self: float) -> str", effects=PURE),
    method("float.conjugate", "(self: float) -> float", effects=PURE),
    method("float.as_integer_ratio", "(self: float) -> tuple[int, int]", effects=RAISES),
    function("float.fromhex", "(string: str, /) -> float", effects=RAISES),
    *(attribute(f"float.{name}", "(self: float) -> float") for name in ("real", "imag")),
    method("complex.conjugate", "(self: complex) -> complex", effects=PURE),
    *(attribute(f"complex.{name}", "(self: complex) -> float") for name in ("real", "imag")),
)
