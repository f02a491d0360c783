"""What every NumPy rule stands on: dtype names, promotion, broadcasting, and operands seen as arrays.

A claim made here is exact: a dtype, a rank or a dimension is named only where NumPy gives that one for every value the
operands' types allow; everything else is unknown (None). `OpTypeError` is raised only where NumPy raises for every value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from scriptc.ir.core import MISSING, Arg, OpTypeError
from scriptc.types import (
    BOOL,
    COMPLEX,
    FLOAT,
    INT,
    NEVER,
    NONE,
    RANGE,
    STR,
    Dim,
    EnumType,
    List,
    Record,
    Tensor,
    Tuple,
    TupleOf,
    Type,
    Union,
    join_all,
)

Shape = tuple[Dim, ...]

BOOLS = frozenset({"bool"})
SIGNED = frozenset({"int8", "int16", "int32", "int64"})
UNSIGNED = frozenset({"uint8", "uint16", "uint32", "uint64"})
INTEGERS = SIGNED | UNSIGNED
FLOATS = frozenset({"float16", "float32", "float64"})
COMPLEXES = frozenset({"complex64", "complex128"})
NUMERIC = BOOLS | INTEGERS | FLOATS | COMPLEXES
INDEX = "int64"
"""The dtype of positions (`np.intp`) on the 64-bit systems scriptc runs on."""

WEAK: dict[Type, type] = {INT: int, FLOAT: float, COMPLEX: complex}
"""Python scalars that take the dtype of what they meet (NEP 50). `bool` is not one: it is `np.bool`."""

STRONG = {int: "int64", float: "float64", complex: "complex128"}


@dataclass(frozen=True)
class Operand:
    """A type seen as NumPy's array conversion sees it. `weak` is set for a Python int, float or complex."""

    dtype: str | None
    shape: Shape | None
    weak: type | None = None

    @property
    def rank(self) -> int | None:
        return None if self.shape is None else len(self.shape)

    @property
    def strong(self) -> str | None:
        """The dtype `np.asarray` gives; a Python int may be too large for int64."""
        return self.dtype


UNKNOWN = Operand(None, None)


def tensor(dtype: str | None, shape: Sequence[Dim] | None, scalar: bool | None = False) -> Tensor:
    """A tensor type in normal form: a scalar has rank 0, a known rank above 0 is an array."""
    if scalar is True:
        return Tensor(dtype, (), True)
    if shape is None:
        return Tensor(dtype, None, scalar)
    return Tensor(dtype, _dims(shape), scalar if len(shape) == 0 else False)


def computed(dtype: str | None, shape: Sequence[Dim] | None) -> Tensor:
    """The result of a ufunc or a reduction: an array, or a NumPy scalar where its rank is 0."""
    if shape is None:
        return Tensor(dtype, None, None)
    return Tensor(dtype, _dims(shape), len(shape) == 0)


def array(dtype: str | None, shape: Sequence[Dim] | None) -> Tensor:
    """A result that is an `ndarray` whatever its rank."""
    return Tensor(dtype, None if shape is None else _dims(shape), False)


def _dims(shape: Sequence[Dim]) -> Shape:
    """Dimensions as a type has them: a negative one, at which NumPy raises, is unknown."""
    return tuple(None if isinstance(d, int) and d < 0 else d for d in shape)


def show(shape: Sequence[Dim] | None) -> str:
    """A shape as messages print it: `(3, n, ?)`."""
    if shape is None:
        return "(...)"
    inner = ", ".join("?" if d is None else str(d) for d in shape)
    return f"({inner},)" if len(shape) == 1 else f"({inner})"


# dtypes


def dtype_name(dtype: np.dtype[Any]) -> str | None:
    """The canonical name of a native numeric dtype, else None."""
    return dtype.name if dtype.name in NUMERIC and dtype.isnative else None


@lru_cache(maxsize=4096)
def promote(*dtypes: str | None) -> str | None:
    """`np.result_type` of strong dtypes; unknown where one is."""
    if None in dtypes or not dtypes:
        return None
    return dtype_name(np.result_type(*(np.dtype(d) for d in dtypes if d is not None)))


def python_kind(dtype: str | None) -> Type | None:
    """The Python scalar type `.item()` of this dtype gives, None where the dtype is unknown."""
    if dtype is None:
        return None
    if dtype == "bool":
        return BOOL
    if dtype in INTEGERS:
        return INT
    return COMPLEX if dtype in COMPLEXES else FLOAT if dtype in FLOATS else None


def is_real_scalar(t: Type) -> bool:
    """Is `t` a tensor that may hold one real number (so that `float(t)`, `math.sqrt(t)` may work)?"""
    return isinstance(t, Tensor) and t.dtype not in COMPLEXES and may_be_single(t.shape)


def may_be_single(shape: Shape | None) -> bool:
    """May an array of this shape have exactly one element?"""
    return shape is None or all(d == 1 or not isinstance(d, int) for d in shape)


@lru_cache(maxsize=4096)
def resolve(ufunc: str, *operands: str | type | None, out: str | None = None) -> tuple[str | None, ...]:
    """The dtypes of a ufunc's results on operands that are dtype names or Python scalar types.

    Asks the ufunc itself. Raises `TypeError` where NumPy has no loop for them or cannot cast to `out`.
    """
    function = getattr(np, ufunc)
    inputs = [o if isinstance(o, type) else np.dtype(o) for o in operands]
    outputs = [None if out is None else np.dtype(out)] * function.nout
    found = function.resolve_dtypes((*inputs, *outputs))
    return tuple(dtype_name(d) for d in found[function.nin :])


# dimensions


def broadcast_dim(a: Dim, b: Dim) -> Dim:
    """One dimension of a broadcast; raises `ValueError` where it certainly fails."""
    if a == b:
        return a
    if isinstance(a, int) and isinstance(b, int):
        if 1 not in (a, b):
            raise ValueError
        return b if a == 1 else a
    if isinstance(a, int):
        return b if a == 1 else a
    if isinstance(b, int):
        return a if b == 1 else b
    return None


def broadcast(*shapes: Shape | None, what: str = "operands") -> Shape | None:
    """The shape of a broadcast. Raises `OpTypeError`, with the shapes, where it certainly fails."""
    known = [s for s in shapes if s is not None]
    out: Shape = ()
    for s in known:
        try:
            out = _broadcast_two(out, s)
        except ValueError:
            text = " and ".join(show(k) for k in shapes)
            raise OpTypeError(f"{what} could not be broadcast together with shapes {text}") from None
    return out if len(known) == len(shapes) else None


def _broadcast_two(a: Shape, b: Shape) -> Shape:
    rank = max(len(a), len(b))
    left = (1,) * (rank - len(a)) + a
    right = (1,) * (rank - len(b)) + b
    return tuple(broadcast_dim(x, y) for x, y in zip(left, right, strict=True))


def check_fits(shape: Shape | None, into: Shape | None, what: str) -> None:
    """Raise `OpTypeError` where a value of `shape` certainly does not broadcast into an array of shape `into`."""
    if shape is None or into is None:
        return
    drop = max(0, len(shape) - len(into))
    tail = shape[drop:]
    bad = any(isinstance(d, int) and d != 1 for d in shape[:drop])
    for d, target in zip(reversed(tail), reversed(into), strict=False):
        bad = bad or (isinstance(d, int) and isinstance(target, int) and d not in (1, target))
    if bad:
        raise OpTypeError(f"{what}: shape {show(shape)} does not fit into shape {show(into)}")


def product(dims: Iterable[Dim]) -> Dim:
    """The product of dimensions: 0 as soon as one is, unknown where one is not a number."""
    total: Dim = 1
    for d in dims:
        if d == 0:
            return 0
        if total == 1:
            total = d
        elif d != 1:
            total = total * d if isinstance(total, int) and isinstance(d, int) else None
            if total is None:
                return 0 if 0 in dims else None
    return total


def add_dims(dims: Iterable[Dim]) -> Dim:
    """The sum of dimensions, known where each is."""
    total = 0
    for d in dims:
        if not isinstance(d, int):
            return None
        total += d
    return total


# operands as arrays


def is_listlike(t: Type) -> bool:
    return isinstance(t, List | Tuple | TupleOf) or t == RANGE


def const_number(arg: Arg) -> Any:
    """The Python number an operand is known to be, else `MISSING`."""
    return arg.const if isinstance(arg.const, bool | int | float | complex) else MISSING


def operand(arg: Arg, index: int | None = None) -> Operand:
    """`arg` as array conversion sees it. Raises `OpTypeError` where it is nothing NumPy computes with."""
    t = arg.type
    if isinstance(t, Tensor):
        return Operand(t.dtype, t.shape)
    if t == BOOL:
        return Operand("bool", ())
    if t in WEAK:
        return Operand(_number_dtype(t, arg), (), WEAK[t])
    if is_listlike(t):
        return sequence(t, arg.const)
    if isinstance(t, Union):
        return _join_operands([operand(Arg(m), index) for m in t.members])
    raise OpTypeError(_not_numeric(t), index)


def _not_numeric(t: Type) -> str:
    if isinstance(t, Record | EnumType):
        return f"a `{t}` inside a NumPy computation makes an array of objects, which scriptc does not compile"
    return f"NumPy does not compute with a value of type `{t}`"


def _number_dtype(t: Type, arg: Arg) -> str | None:
    if t != INT:
        return STRONG[WEAK[t]]
    if isinstance(arg.const, int):
        return dtype_name(np.asarray(arg.const).dtype)
    return None


def _join_operands(found: list[Operand]) -> Operand:
    t = join_all(Tensor(o.dtype, o.shape, False) for o in found)
    assert isinstance(t, Tensor)
    weak = found[0].weak if all(o.weak is found[0].weak for o in found) else None
    return Operand(t.dtype if weak or not any(o.weak for o in found) else None, t.shape, weak)


def sequence(t: Type, const: Any = MISSING) -> Operand:
    """A list, tuple or range as `np.asarray` sees it.

    An empty list is a float64 array of shape (0,), whatever its elements would have been, and a Python int beyond 64 bits makes
    an array of objects: both keep the dtype of `list[int]` unknown.
    """
    if isinstance(const, tuple | list):
        return _constant_sequence(t, const)
    if t == RANGE:
        return Operand(None, (None,))
    if isinstance(t, Tuple):
        return _tuple_operand(t)
    assert isinstance(t, List | TupleOf)
    if t.elem == NEVER:
        return Operand("float64", (0,))
    elem = operand(Arg(t.elem))
    dtype = "float64" if elem.dtype == "float64" else None
    return Operand(dtype, (None,) if elem.rank == 0 else None)


def _constant_sequence(t: Type, const: Any) -> Operand:
    if _has_missing(const):
        return sequence(t)
    try:
        value = np.asarray(const)
    except (ValueError, TypeError, OverflowError) as e:
        raise OpTypeError(str(e)) from None
    return Operand(dtype_name(value.dtype), value.shape)


def _has_missing(const: Any) -> bool:
    if isinstance(const, tuple | list):
        return any(_has_missing(c) for c in const)
    return not isinstance(const, bool | int | float | complex)


def _tuple_operand(t: Tuple) -> Operand:
    if not t.items:
        return Operand("float64", (0,))
    items = [operand(Arg(i)) for i in t.items]
    dtype = promote(*(i.dtype for i in items))
    if any(i.shape is None for i in items):
        return Operand(dtype, None)
    shapes = [i.shape for i in items if i.shape is not None]
    if len({len(s) for s in shapes}) != 1:
        # an empty inner sequence, or a ragged one, which NumPy refuses for most but not for all of them
        return Operand(dtype, None)
    joined = join_all(Tensor("bool", s) for s in shapes)
    assert isinstance(joined, Tensor)
    assert joined.shape is not None
    return Operand(dtype, (len(items), *joined.shape))


def is_text(t: Type) -> bool:
    return t == STR or (isinstance(t, List) and is_text(t.elem))


def is_none(arg: Arg | None) -> bool:
    return arg is None or arg.type == NONE


# arguments with a known value


def static_dtype(arg: Arg | None, default: str | None, index: int | None = None) -> str | None:
    """The dtype a `dtype=` argument names: `default` where it is omitted or None, unknown where it is not static."""
    if arg is None or arg.type == NONE:
        return default
    if isinstance(arg.const, str):
        return _numeric(arg.const, index)
    return None


def _numeric(name: str, index: int | None) -> str:
    try:
        found = dtype_name(np.dtype(name))
    except TypeError:
        raise OpTypeError(f"{name!r} is not the name of a dtype", index) from None
    if found is None:
        raise OpTypeError(f"scriptc compiles arrays of numbers and booleans, not of dtype {name!r}", index)
    return found


def axis_value(arg: Arg | None) -> Any:
    """An int, a tuple of ints or None where known, else `MISSING`. An omitted argument is None."""
    if arg is None or arg.type == NONE:
        return None
    const = arg.const
    if isinstance(const, bool):
        return int(const)
    if isinstance(const, int):
        return const
    if isinstance(const, tuple | list) and not _has_missing(const):
        return tuple(int(c) for c in const) if all(isinstance(c, int) for c in const) else MISSING
    return MISSING


def normalize_axis(axis: int, rank: int, index: int | None = None) -> int:
    """`axis` counted from the front. Raises `OpTypeError` where it is out of bounds."""
    if not -rank <= axis < rank:
        raise OpTypeError(f"axis {axis} is out of bounds for array of dimension {rank}", index)
    return axis % rank


def flag(arg: Arg | None, default: bool) -> bool | None:
    """A boolean argument: its value where known, else None."""
    if arg is None:
        return default
    return bool(arg.const) if isinstance(arg.const, bool | int) else None


def shape_argument(arg: Arg, index: int | None = None) -> Shape | None:
    """The dimensions a shape argument names: an int, or a tuple or list of ints; None for unknown rank."""
    t, const = arg.type, arg.const
    if t in (INT, BOOL):
        return (int(const) if isinstance(const, int) else None,)
    if isinstance(const, tuple | list):
        return tuple(int(c) if isinstance(c, int) else None for c in const)
    if isinstance(t, Tuple):
        return (None,) * len(t.items)
    if isinstance(t, Tensor):
        if t.dtype is not None and t.dtype not in INTEGERS and t.dtype != "bool":
            raise OpTypeError(f"a shape must be made of integers, not {t.dtype}", index)
        return (None,) if t.shape == () and t.scalar is True else None
    if isinstance(t, List | TupleOf) or t == RANGE:
        return None
    if t in (FLOAT, COMPLEX, STR):
        raise OpTypeError(f"a shape must be made of integers, not `{t}`", index)
    return None
