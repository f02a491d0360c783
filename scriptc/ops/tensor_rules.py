"""Typing of NumPy arrays and scalars under Python's operators: the functions that the operator ops call.

Results are exact or unknown, never a guess; see `numpy_base`. Operator names are those of docs/ir.md (`add`, `truediv`, `eq`, ...).
"""

from __future__ import annotations

from collections.abc import Callable

from scriptc.ir.core import Arg, OpTypeError
from scriptc.ops.numpy_base import (
    INTEGERS,
    NUMERIC,
    Operand,
    Shape,
    broadcast,
    check_fits,
    computed,
    is_real_scalar,
    may_be_single,
    operand,
    python_kind,
    resolve,
    show,
    tensor,
)
from scriptc.ops.numpy_subscript import getitem, setitem
from scriptc.ops.numpy_support import one_type_each
from scriptc.types import (
    BOOL,
    BYTES,
    COMPLEX,
    ELLIPSIS,
    INT,
    NEVER,
    NONE,
    SLICE,
    STR,
    Dict,
    Dim,
    List,
    Set,
    Tensor,
    Tuple,
    TupleOf,
    Type,
    join,
    union,
)

__all__ = [
    "BINARY", "COMPARE", "UNARY", "binary", "compare", "contains", "divmod_", "getitem", "inplace", "is_real_scalar",
    "iterate", "length", "python_kind", "setitem", "truth", "ufunc_dtype", "unary",
]  # fmt: skip

BINARY = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "true_divide", "floordiv": "floor_divide", "mod": "remainder",
    "pow": "power", "matmul": "matmul", "lshift": "left_shift", "rshift": "right_shift", "and": "bitwise_and",
    "or": "bitwise_or", "xor": "bitwise_xor",
}  # fmt: skip
COMPARE = {"eq": "equal", "ne": "not_equal", "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal"}
UNARY = {"neg": "negative", "pos": "positive", "invert": "invert", "abs": "absolute"}

SYMBOLS = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**", "matmul": "@", "lshift": "<<",
    "rshift": ">>", "and": "&", "or": "|", "xor": "^", "neg": "unary -", "pos": "unary +", "invert": "~", "abs": "abs",
}  # fmt: skip


def ufunc_dtype(ufunc: str, operands: list[Operand], what: str) -> tuple[str | None, ...] | None:
    """The result dtypes of a ufunc, None where an operand's dtype is unknown; raises where NumPy has no loop."""
    inputs = [o.weak or o.dtype for o in operands]
    if None in inputs:
        return None
    try:
        return resolve(ufunc, *inputs)
    except TypeError:
        shown = " and ".join(o.dtype or "int" for o in operands)
        raise OpTypeError(f"{what} is not defined for {shown}") from None


def binary(opname: str, a: Arg, b: Arg) -> Type:
    """The type of `a <op> b` where at least one is a tensor."""
    one_type_each((a, b))
    repeated = _repeat(a, b) if opname == "mul" else None
    if repeated is not None:
        return repeated
    if a.type == COMPLEX and _maybe_float64_scalar(b.type):
        return _complex_first(opname, a, b)
    x, y = operand(a, 0), operand(b, 1)
    what = f"`{SYMBOLS[opname]}`"
    if opname == "matmul":
        return computed(_single(ufunc_dtype("matmul", [x, y], what)), matmul_shape(x.shape, y.shape))
    return computed(_power(x, y, b) if opname == "pow" else _single(ufunc_dtype(BINARY[opname], [x, y], what)), broadcast(x.shape, y.shape))


def _maybe_float64_scalar(t: Type) -> bool:
    return isinstance(t, Tensor) and t.dtype in ("float64", None) and t.scalar is not False and t.shape in ((), None)


def _complex_first(opname: str, a: Arg, b: Arg) -> Type:
    """`1j + np.float64(2)` is Python's: a `np.float64` is a float, which `complex.__add__` knows."""
    t = b.type
    assert isinstance(t, Tensor)
    certain = t.dtype == "float64" and t.scalar is True
    python = BOOL if opname in COMPARE else COMPLEX
    if certain and opname in ("add", "sub", "mul", "truediv", "pow", "eq", "ne"):
        return python
    rule = compare if opname in COMPARE else binary
    return union((python, rule(opname, Arg(a.type), Arg(Tensor(t.dtype, t.shape, False)))))


def _single(dtypes: tuple[str | None, ...] | None) -> str | None:
    return None if dtypes is None else dtypes[0]


def _power(x: Operand, y: Operand, b: Arg) -> str | None:
    """`**`. An array to one number takes a short cut for some exponents (2 squares), whose dtype may be another.

    Which numbers those are, Python's alone or NumPy's too, is not the same in all versions of NumPy.
    """
    dtype = _single(ufunc_dtype("power", [x, y], "`**`"))
    if y.weak is None and y.shape and b.type != BOOL:
        return dtype
    if y.weak is None and dtype != x.dtype:
        return None
    plain = {"float32", "float64", "complex64", "complex128", "int64"}
    return dtype if x.dtype in plain or (x.weak and x.dtype is not None) else None


def _repeat(a: Arg, b: Arg) -> Type | None:
    """`[1, 2] * np.int64(2)` repeats the sequence, as with a Python int; a zero-dimensional array multiplies instead."""
    for sequence, other in ((a.type, b.type), (b.type, a.type)):
        if not isinstance(sequence, List | Tuple | TupleOf) and sequence not in (STR, BYTES):
            continue
        if not isinstance(other, Tensor) or other.scalar is False:
            continue
        if other.dtype is not None and other.dtype not in INTEGERS and other.dtype != "bool":
            continue
        if other.scalar is None or other.dtype in (None, "bool"):  # what np.bool does, NumPy's versions disagree on
            what = f"`*` repeats a sequence by a NumPy integer but multiplies by an array: `{other}` may be either"
            raise OpTypeError(what, help="write `int(...)` around the number")
        return TupleOf(union(sequence.items)) if isinstance(sequence, Tuple) else sequence
    return None


def divmod_(a: Arg, b: Arg) -> Type:
    """The type of `divmod(a, b)`."""
    one_type_each((a, b))
    x, y = operand(a, 0), operand(b, 1)
    dtypes = ufunc_dtype("divmod", [x, y], "`divmod`") or (None, None)
    shape = broadcast(x.shape, y.shape)
    return Tuple(tuple(computed(d, shape) for d in dtypes))


def matmul_shape(a: Shape | None, b: Shape | None) -> Shape | None:
    """The shape of `a @ b`; raises where the inner dimensions certainly differ or an operand has rank 0."""
    for i, s in enumerate((a, b)):
        if s == ():
            raise OpTypeError("`@` does not take a scalar or a zero-dimensional array; use `*`", i)
    if a is None or b is None:
        return None
    inner = b[-2] if len(b) > 1 else b[0]
    if isinstance(a[-1], int) and isinstance(inner, int) and a[-1] != inner:
        raise OpTypeError(f"`@` needs equal inner dimensions, but the shapes are {show(a)} and {show(b)}: {a[-1]} is not {inner}")
    rows, columns = a[-2:-1], b[-1:] if len(b) > 1 else ()
    batch = broadcast(a[:-2], b[:-2], what="the batch dimensions of `@`")
    return None if batch is None else (*batch, *rows, *columns)


def unary(opname: str, a: Arg) -> Type:
    """The type of `-a`, `+a`, `~a` or `abs(a)` for a tensor."""
    x = operand(a, 0)
    return computed(_single(ufunc_dtype(UNARY[opname], [x], f"`{SYMBOLS[opname]}`")), x.shape)


def compare(opname: str, a: Arg, b: Arg) -> Type:
    """The type of `a == b`, `a < b`, ... where at least one is a tensor: booleans of the broadcast shape."""
    one_type_each((a, b))
    if opname in ("eq", "ne"):
        other = _equal_to_other(a, b)
        if other is not None:
            return other
        if a.type == COMPLEX and _maybe_float64_scalar(b.type):
            return _complex_first(opname, a, b)
    x, y = operand(a, 0), operand(b, 1)
    return computed("bool", broadcast(x.shape, y.shape))


def _equal_to_other(a: Arg, b: Arg) -> Type | None:
    """`==` with what is no number: False (for `!=` True) everywhere, a Python bool for a NumPy scalar."""
    for t, other in ((a.type, b.type), (b.type, a.type)):
        if isinstance(t, Tensor) and (other in (NONE, STR, BYTES, SLICE, ELLIPSIS) or isinstance(other, Dict | Set)):
            if t.dtype not in NUMERIC:
                raise OpTypeError(f"the dtype must be known to compare an array with a `{other}`")
            whole = tensor("bool", t.shape, None if t.scalar is None else t.shape == () or None)
            if t.shape == ():
                return union((BOOL, Tensor("bool", (), None)))
            return union((BOOL, Tensor("bool", t.shape, None))) if t.scalar is None else whole
    return None


def inplace(opname: str, a: Arg, b: Arg) -> Type:
    """The type of the name after `a <op>= b`. An array is changed in place and keeps its type; a scalar is rebound."""
    one_type_each((a, b))
    t = a.type
    if not isinstance(t, Tensor) or t.scalar is True:
        return binary(opname, a, b)
    if t.scalar is False:
        return _inplace_array(opname, t, a, b)
    if opname == "mul":
        _repeat(a, b)
    return _either(
        lambda: _inplace_array(opname, Tensor(t.dtype, t.shape, False), a, b),
        lambda: binary(opname, Arg(Tensor(t.dtype, (), True)), b) if may_be_scalar(t) else NEVER,
    )


def may_be_scalar(t: Tensor) -> bool:
    """May a value of the type be a NumPy scalar?"""
    return t.scalar is not False and not t.shape


def _either(first: Callable[[], Type], second: Callable[[], Type]) -> Type:
    """The join of two readings of an operand; an error only where both are."""
    try:
        one = first()
    except OpTypeError as e:
        other = second()
        if other == NEVER:
            raise e
        return other
    try:
        return join(one, second())
    except OpTypeError:
        return one


def _inplace_array(opname: str, t: Tensor, a: Arg, b: Arg) -> Type:
    x, y = operand(a, 0), operand(b, 1)
    if opname == "matmul":
        check_matmul_fits(x.shape, y.shape)
    else:
        broadcast(x.shape, y.shape)
        check_fits(y.shape, x.shape, f"`{SYMBOLS[opname]}=` changes the array in place")
    if x.dtype is None or (y.weak or y.dtype) is None:
        return t
    if opname == "pow" and not y.shape:
        return t  # the short cut for some exponents has its own casts
    try:
        resolve(BINARY[opname], x.dtype, y.weak or y.dtype, out=x.dtype)
    except TypeError:
        given = y.weak.__name__ if y.weak else y.dtype
        raise OpTypeError(
            f"`{SYMBOLS[opname]}=` changes the array in place, and the result with {given} does not fit its dtype {x.dtype}",
            1,
            help=f"write `x = x {SYMBOLS[opname]} ...` to make a new array",
        ) from None
    return t


def check_matmul_fits(a: Shape | None, b: Shape | None) -> None:
    """Raise where `a @= b` certainly fails: the product must have the shape of `a`."""
    out = matmul_shape(a, b)
    if out is None or a is None:
        return
    bad = len(out) != len(a) or any(isinstance(x, int) and isinstance(y, int) and x != y for x, y in zip(out, a, strict=True))
    if bad:
        raise OpTypeError(f"`@=` needs a product of shape {show(a)}, but it is {show(out)}")


def contains(a: Arg, item: Arg | None = None) -> Type:
    """The type of `item in a`: Python's bool. A NumPy scalar is no container."""
    t = a.type
    if isinstance(t, Tensor) and t.scalar is True:
        raise OpTypeError(f"a NumPy scalar is no container: `{t}` has no `in`", 0)
    if item is not None:
        compare("eq", Arg(t), item)
    return BOOL


def truth(a: Arg) -> Type:
    """The type of `bool(a)`. NumPy raises unless the array has exactly one element."""
    t = a.type
    if isinstance(t, Tensor) and t.shape is not None and not may_be_single(t.shape) and 0 not in t.shape:
        raise OpTypeError(
            f"the truth value of an array of shape {show(t.shape)} is ambiguous", 0, help="use `.any()`, `.all()` or `.size > 0`"
        )
    return BOOL


def iterate(a: Arg) -> Type:
    """The type of one item of `for item in a`: a row, or a NumPy scalar."""
    t = a.type
    assert isinstance(t, Tensor)
    if t.shape is None:
        return Tensor(t.dtype, None, None)
    if not t.shape:
        raise OpTypeError("a zero-dimensional array or NumPy scalar cannot be iterated over", 0)
    return tensor(t.dtype, t.shape[1:], len(t.shape) == 1)


def length(a: Arg) -> Type:
    """The type of `len(a)`."""
    t = a.type
    assert isinstance(t, Tensor)
    if t.shape == ():
        raise OpTypeError("a zero-dimensional array or NumPy scalar has no length", 0)
    return INT


def first_dim(t: Tensor) -> Dim:
    """The length of a tensor, where known."""
    return t.shape[0] if t.shape else None


def python_scalar(t: Tensor) -> Type | None:
    """What `.item()` gives; None where the dtype is unknown."""
    return python_kind(t.dtype)

