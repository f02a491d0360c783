"""Cheaper forms of NumPy operations, the same bit for bit, for operands whose types say enough.

- A function that only hands an exact `ndarray` on to its own method is printed as the method: `np.take(a, i, axis=0)` as
  `a.take(i, axis=0)` (about 1 µs a call). A list would be made an array first, a NumPy scalar has its own rules: not these.
- What a reduction's method calls (`np.add.reduce`) is called without the method's own Python code, in versions.
- `np.split` into equal sections and `mean` of floats are Python code in NumPy; `rt` has them with fewer steps.
- A Python number beside an array becomes an array of the array's dtype at each call; where that dtype is known and holds
  the number exactly, one is made in advance (0.25 µs a call).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from scriptc.ir.core import Node, Value
from scriptc.targets.python import reductions
from scriptc.types import INT, Atom, List, Tensor, Tuple, TupleOf, Type, members

if TYPE_CHECKING:
    from scriptc.ir.refine import Version

TypeOf = Callable[[Value], Type]

METHODS = {
    f"numpy.{name}": f"$0.{method}($*)"
    for name, method in {
        "take": "take", "sum": "sum", "prod": "prod", "mean": "mean", "std": "std", "var": "var", "max": "max", "min": "min", "amax": "max",
        "amin": "min", "argmax": "argmax", "argmin": "argmin", "cumsum": "cumsum", "cumprod": "cumprod", "squeeze": "squeeze",
        "transpose": "transpose", "swapaxes": "swapaxes", "repeat": "repeat", "diagonal": "diagonal", "nonzero": "nonzero",
    }.items()
}  # fmt: skip

_REDUCE = {"max": "maximum", "amax": "maximum", "min": "minimum", "amin": "minimum", "sum": "add", "prod": "multiply"}
_REDUCTIONS = {f"{owner}.{name}": f"np.{ufunc}.reduce" for owner in ("numpy", "ndarray") for name, ufunc in _REDUCE.items()}
_TRUTHS = {f"{owner}.{name}": f"np.logical_{op}.reduce" for owner in ("numpy", "ndarray") for name, op in (("any", "or"), ("all", "and"))}
"""What the methods call; these two for arrays of numbers only."""
_CHOICES = {"min": "$1 if $1 < $0 else $0", "max": "$1 if $1 > $0 else $0"}
"""What they do with two values."""
_MEANS = ("numpy.mean", "ndarray.mean")
ARITHMETIC = frozenset({
    "add", "sub", "mul", "truediv", "floordiv", "mod", "eq", "ne", "lt", "le", "gt", "ge", "numpy.add", "numpy.subtract", "numpy.multiply",
    "numpy.divide", "numpy.true_divide", "numpy.floor_divide", "numpy.maximum", "numpy.minimum", "numpy.greater", "numpy.greater_equal",
    "numpy.less", "numpy.less_equal", "numpy.equal", "numpy.not_equal", "iadd", "isub", "imul", "itruediv",
})  # fmt: skip
"""Ufuncs of two operands; not powers, where NumPy looks at the exponent."""
_EXACT = {"float16": 2**11, "float32": 2**24, "float64": 2**53}
"""Integers up to these have a float of that dtype each."""


def emitted(node: Node, type_of: TypeOf, version: bool = False) -> str:
    """The template to print for a node of an op that has one. `version`: speed counts more than how the code reads."""
    emit = node.op.emit
    assert emit is not None
    name = node.op.name
    text = _quick(node, type_of) if version else None
    if text is not None:
        return text
    if not name.startswith(("numpy.", "ndarray.")) or not node.operands:
        return emit
    t = type_of(node.operands[0])
    if not isinstance(t, Tensor) or t.scalar is not False or t.dtype == "object":
        return emit
    kw = node.attrs.get("kw", ())
    if name == "numpy.split" and len(node.operands) > 1 and node.operands[1].type == INT and not kw:
        return "rt.split($*)"
    if len(node.operands) == len(kw):  # the array itself was given by keyword
        return emit
    plain = set(kw) <= {"axis", "keepdims"} and len(node.operands) - len(kw) <= 2
    if name in _MEANS and t.dtype in ("float32", "float64") and plain:
        return "rt.mean($0, $*) if $0.size else $0.mean($*)"  # NumPy warns of an empty array at the line that calls it
    reduce = _REDUCTIONS.get(name) or (_TRUTHS.get(name) if (t.dtype or "").startswith(("bool", "int", "uint", "float", "complex")) else None)
    if version and reduce and plain:
        has_axis = "axis" in kw or len(node.operands) > len(kw) + 1  # without one the method reduces all of them, `reduce` only the first
        return f"{reduce}($*)" if has_axis else f"{reduce}($0, None, $*)"
    return METHODS.get(name, emit)


def _quick(node: Node, type_of: TypeOf) -> str | None:
    """What takes less time than it reads like."""
    name, kw = node.op.name, node.attrs.get("kw", ())
    if name == "pow" and _is_square(node, type_of):
        return "np.square($0)"
    if name in _CHOICES and len(node.operands) == 2 and not kw:
        return _CHOICES[name]
    if name in _MEANS and len(node.operands) == 1 and not kw and reductions.KNOWN:
        t = type_of(node.operands[0])
        size = prod(known_shape(t) or (0,))
        if size and isinstance(t, Tensor) and t.scalar is False and t.shape and t.dtype == "float64":
            return f"np.add.reduce($0, None) / {size}"
    return None


def strict_zip(node: Node, uses: Mapping[Value, int]) -> str | None:
    """`zip` of two sequences with `strict=True`, which costs less to see to here, where nothing can change their lengths meanwhile."""
    if node.op.name != "zip" or node.attrs.get("kw") != ("strict",) or len(node.operands) != 3 or node.operands[2].const is not True:
        return None
    if not all(_has_one_length(v, uses) for v in node.operands[:2]):
        return None
    return "zip($0, $1) if len($0) == len($1) else zip($0, $1, strict=True)"


def _has_one_length(v: Value, uses: Mapping[Value, int]) -> bool:
    """Is it a tuple, or a slice of a list that nobody else has?"""
    if all(isinstance(t, Tuple | TupleOf) for t in members(v.type)):
        return True
    node = v.owner
    index = node.operands[1].owner if isinstance(node, Node) and node.op.name == "getitem" else None
    return isinstance(v.type, List) and isinstance(index, Node) and index.op.name == "slice" and uses.get(v) == 1


_WALKED = frozenset(
    f"numpy.{n}"
    for n in ("roots", "poly", "choose", "select", "linalg.multi_dot", "concatenate", "stack", "vstack", "hstack", "dstack", "column_stack")
)
"""Functions that look for one of the operands' own in the items of an argument, and raise there where it has none."""


def _is_square(node: Node, type_of: TypeOf) -> bool:
    """An array of floats to the power of 2, for which NumPy calls `square`."""
    base, power = type_of(node.operands[0]), node.operands[1].const
    floats = isinstance(base, Tensor) and base.scalar is False and base.dtype in ("float32", "float64")
    return floats and type(power) in (int, float) and power == 2


def plain_operands(node: Node, type_of: TypeOf) -> bool:
    """Are all operands NumPy's or Python's own values, so that none can bring a NumPy function of its own?"""
    types = [type_of(v) for v in node.operands]
    return all(map(_plain, types)) and (node.op.name not in _WALKED or _have_items(types))


def _have_items(types: list[Type]) -> bool:
    """Can the first be walked, and all other arrays?"""
    return isinstance(types[0], Tensor | List | Tuple | TupleOf) and all(bool(t.shape) for t in types if isinstance(t, Tensor))


def _plain(t: Type) -> bool:
    return isinstance(t, Tensor | Atom) or (isinstance(t, List | Tuple | TupleOf) and all(map(_plain, t.children())))


def prepared(node: Node, version: Version) -> tuple[int, int | float, str] | None:
    """The operand that is a number beside an array of a known dtype, the number and that dtype, where the number is exact in it."""
    if node.op.name == "numpy.where":
        return _choice(node, version)
    if node.op.name not in ARITHMETIC or len(node.operands) != 2 or node.attrs.get("kw"):
        return None
    for index, (v, other) in enumerate((node.operands, node.operands[::-1])):
        t, number = version.type_of(other), version.const_of(v)
        if isinstance(t, Tensor) and t.scalar is False and t.dtype is not None and is_exact(number, t.dtype):
            return index, number, t.dtype  # type: ignore[return-value]
    return None


def are_floats(node: Node, version: Version) -> bool:
    """Are both operands arrays of floats, or one and a number that becomes one in advance?"""
    found = prepared(node, version)
    types = [version.type_of(v) for i, v in enumerate(node.operands) if found is None or i != found[0]]
    return all(isinstance(t, Tensor) and t.scalar is False and t.dtype in _EXACT for t in types)


def _choice(node: Node, version: Version) -> tuple[int, int | float, str] | None:
    """`np.where(c, x, 0)`: the number, where the result has the dtype of the array beside it."""
    if len(node.operands) != 3 or node.attrs.get("kw"):
        return None
    result = version.type_of(node.results[0])
    for index, other in ((1, 2), (2, 1)):
        t, number = version.type_of(node.operands[other]), version.const_of(node.operands[index])
        if not isinstance(t, Tensor) or not isinstance(result, Tensor) or t.dtype is None or t.scalar is not False:
            continue
        if t.dtype == result.dtype and is_exact(number, t.dtype):
            return index, number, t.dtype  # type: ignore[return-value]
    return None


def known_shape(t: Type) -> tuple[int, ...] | None:
    """The shape of an array all of whose dimensions are known."""
    shape = t.shape if isinstance(t, Tensor) else None
    return None if shape is None or not all(type(d) is int for d in shape) else shape  # type: ignore[return-value]


def is_exact(number: object, dtype: str) -> bool:
    """Is `number` a Python int or float that takes part in arithmetic with `dtype` as a number of that dtype, unchanged?"""
    if dtype in _EXACT:
        if type(number) is int:
            return -_EXACT[dtype] <= number <= _EXACT[dtype]
        return type(number) is float and _is_normal(number, dtype)
    if type(number) is not int or dtype == "bool" or not np.issubdtype(np.dtype(dtype), np.integer):
        return False
    limits = np.iinfo(dtype)
    return int(limits.min) <= number <= int(limits.max)


def _is_normal(number: float, dtype: str) -> bool:
    """Does the conversion to `dtype` neither overflow nor underflow, so that it warns of nothing?"""
    limits = np.finfo(dtype)
    return number == 0.0 or float(limits.tiny) <= abs(number) <= float(limits.max)
