"""What an op gives on constants: CPython's own operation, where that is the same on every machine and version and small enough.

    compute(<mul>, [6, 7])  ->  42            compute(<add>, [1, MISSING])  ->  MISSING
    compute(<floordiv>, [1, 0])  ->  MISSING  it raises: left for run time

Left out: `math` functions and powers that the C library rounds as it likes, complex arithmetic (it changed in Python 3.14), methods of
texts (they follow Unicode's version), hashes; and what gives a NaN: a new one is another object than any there was.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

from scriptc.ir.core import MISSING, Node

MAX_BITS = 1024
MAX_ITEMS = 1024
SCALARS = (type(None), bool, int, float, str, type(...))
SINGLES = (type(None), bool, type(...))
"""Types with one object for each value."""

CLASSES: dict[str, type] = {c.__name__: c for c in (bool, int, float, complex, str, bytes, tuple, list, dict, set, frozenset, type(None))}

_PLAIN: dict[str, Callable[..., Any]] = {
    "add": operator.add, "sub": operator.sub, "truediv": operator.truediv, "floordiv": operator.floordiv,
    "rshift": operator.rshift, "and": operator.and_, "or": operator.or_, "xor": operator.xor, "neg": operator.neg, "pos": operator.pos,
    "iadd": operator.add, "isub": operator.sub, "itruediv": operator.truediv, "ifloordiv": operator.floordiv,
    "irshift": operator.rshift, "iand": operator.and_, "ior": operator.or_, "ixor": operator.xor,
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
    "truth": bool, "not": operator.not_, "bool": bool, "len": len, "abs": abs, "min": min, "max": max,
    "getitem": operator.getitem, "contains": operator.contains,
    "math.sqrt": math.sqrt, "math.fabs": math.fabs, "math.floor": math.floor, "math.ceil": math.ceil, "math.trunc": math.trunc,
    "math.copysign": math.copysign, "math.isnan": math.isnan, "math.isinf": math.isinf, "math.isfinite": math.isfinite,
    "math.gcd": math.gcd, "math.isqrt": math.isqrt,
}  # fmt: skip


def is_small(value: Any) -> bool:
    """Is it a scalar, or a tuple of such, of a size to write down?"""
    if type(value) is int:
        return value.bit_length() <= MAX_BITS
    if type(value) is tuple:
        return len(value) <= MAX_ITEMS and all(map(is_small, value))
    if type(value) is float:
        return value == value  # a container finds a NaN by identity, and which NaN it is, no constant says
    return type(value) in SCALARS and (type(value) is not str or len(value) <= MAX_ITEMS)


def compute(node: Node, found: Sequence[Any]) -> Any:
    """What `node` gives where its operands are `found` (MISSING where unknown); MISSING if that is not known, raises or is large."""
    name = node.op.name
    if name in ("is", "is_not"):
        return _identical(name, found)
    if not found or "kw" in node.attrs or any(v is MISSING or type(v) in (complex, bytes) for v in found):
        return MISSING
    special = _SPECIAL.get(name)
    try:
        value = special(node, *found) if special is not None else _PLAIN[name](*found) if name in _PLAIN else MISSING
    except Exception:  # whatever it is, it is to be raised when the program runs
        return MISSING
    return value if value is MISSING or is_small(value) else MISSING


def _identical(name: str, found: Sequence[Any]) -> Any:
    """Of None, True, False and `...` there is one each; whether two equal numbers or texts are one object, is not ours to say."""
    a, b = found
    if MISSING in (a, b) or not (type(a) in SINGLES or type(b) in SINGLES):
        return MISSING
    return (a is b) is (name == "is")


def _mul(node: Node, a: Any, b: Any) -> Any:
    """A text or tuple many times over, or a product of large ints, is not even made."""
    sizes = [len(v) if isinstance(v, str | tuple) else abs(v) if isinstance(a, str | tuple) or isinstance(b, str | tuple) else 1 for v in (a, b)]
    return a * b if sizes[0] * sizes[1] <= MAX_ITEMS else MISSING


def _power(node: Node, a: Any, b: Any) -> Any:
    fits = isinstance(a, int) and isinstance(b, int) and 0 <= b <= MAX_BITS and a.bit_length() * b <= MAX_BITS
    return a**b if fits else MISSING


def _shift(node: Node, a: Any, b: Any) -> Any:
    return a << b if 0 <= b <= MAX_BITS else MISSING


def _invert(node: Node, a: Any) -> Any:
    return ~a if type(a) is int else MISSING  # `~True` warns


def _mod(node: Node, a: Any, b: Any) -> Any:
    return MISSING if isinstance(a, str) else a % b


def _round(node: Node, a: Any, digits: Any = None) -> Any:
    return round(a, digits) if digits is None or abs(digits) <= MAX_BITS else MISSING


def _int(node: Node, a: Any, *more: Any) -> Any:
    return MISSING if more or isinstance(a, str) else int(a)


def _float(node: Node, a: Any) -> Any:
    return MISSING if isinstance(a, str) else float(a)


def _text(node: Node, a: Any) -> Any:
    return str(a) if type(a) is not tuple else MISSING


def _repr(node: Node, a: Any) -> Any:
    return repr(a) if not isinstance(a, str | tuple) else MISSING


def _format(node: Node, a: Any, *spec: Any) -> Any:
    return format(a) if not node.attrs.get("conversion") and spec in ((), ("",)) and type(a) is not tuple else MISSING


def _concat(node: Node, *parts: Any) -> Any:
    return "".join(parts)


def _tuple(node: Node, *items: Any) -> Any:
    return items


def _classes(node: Node) -> list[type | None]:
    """The classes named; None for one that is not Python's own. No value known here is of a class of NumPy's."""
    return [CLASSES.get(n) for n in node.attrs["classes"] if not n.startswith("numpy.")]


def _isinstance(node: Node, value: Any) -> Any:
    classes = _classes(node)
    if any(c is not None and isinstance(value, c) for c in classes):
        return True
    return False if None not in classes else MISSING


def _type_is(node: Node, value: Any) -> Any:
    classes = _classes(node)
    return type(value) in classes if None not in classes else MISSING


_SPECIAL: dict[str, Callable[..., Any]] = {
    "mul": _mul, "imul": _mul, "pow": _power, "ipow": _power, "lshift": _shift, "ilshift": _shift, "invert": _invert, "int": _int,
    "mod": _mod, "imod": _mod, "round": _round, "float": _float,
    "str": _text, "repr": _repr, "format": _format, "concat_str": _concat, "tuple": _tuple, "isinstance": _isinstance, "type.is": _type_is,
}  # fmt: skip
