"""dtypes as values: their attributes, the functions that compare and combine them, what `np.finfo` and `np.iinfo` say.

A value of type `dtype` is a `numpy.dtype` or a scalar class (`np.float32`): the `dtype` op makes the one its `cls` attribute says.
"""

from __future__ import annotations

from collections.abc import Callable

from scriptc.ir.core import MISSING, PURE, Arg, Call, OpDef, OpTypeError
from scriptc.ops.numpy_base import NUMERIC, computed, is_none, operand
from scriptc.ops.numpy_support import READS, attribute, function
from scriptc.ops.signature import Bound, Signature
from scriptc.types import BOOL, DTYPE, INT, STR, Tensor, Tuple, TupleOf, Type

DTYPE_NAMES: tuple[str, ...] = tuple(sorted(NUMERIC))

PYTHON: dict[str, type] = {"bool": bool, "int64": int, "float64": float, "complex128": complex}
"""Python's classes, by the dtype they stand for."""

ABSTRACT = ("generic", "number", "integer", "signedinteger", "unsignedinteger", "inexact", "floating", "complexfloating", "flexible", "character")
"""The abstract classes of NumPy's scalars: no value is of exactly such a class."""


def _dtype(call: Call) -> tuple[Type, ...]:
    name = call.attrs.get("name")
    if name not in NUMERIC:
        raise OpTypeError(f"{name!r} is not a dtype scriptc compiles; it has {', '.join(DTYPE_NAMES)}")
    cls = call.attrs.get("cls", "numpy")
    if cls != "numpy" and (cls != "python" or name not in PYTHON):
        raise OpTypeError(f"{cls!r} is no kind of class that {name} has")
    return (DTYPE,)


DTYPE_OP = OpDef("dtype", _dtype, None, PURE)
"""A dtype known when compiling: attribute `name`, its canonical name. With `cls` a class that stands for it instead: NumPy's (`"numpy"`) or
Python's (`"python"`), which to a few functions is not the same. The target knows how to print it."""


def is_dtype(a: Arg) -> bool:
    """Does it name a dtype: an object, a class, or the text of one of those scriptc compiles?"""
    return a.type == DTYPE or (a.type == STR and a.const is not MISSING)


def need_dtype(b: Bound, name: str) -> None:
    if not is_dtype(b[name]):
        raise _unknown(b[name], b.index[name])


def _unknown(a: Arg, index: int) -> OpTypeError:
    return OpTypeError(f"a dtype known when compiling is needed here, not a `{a.type}`", index, "give a constant, or the `dtype` of an array")


def _own(name: str, result: Type, emit: str | None = None) -> OpDef:
    """An attribute of a dtype object."""
    return OpDef(f"dtype.{name}", _of_dtype(name, result), emit or f"$0.{name}", frozenset(READS))


def _of_dtype(name: str, result: Type) -> Callable[[Call], tuple[Type, ...]]:
    def rule(call: Call) -> tuple[Type, ...]:
        if len(call.args) != 1 or call.kw or call.args[0].type != DTYPE:
            raise OpTypeError(f"`{name}` is read from a dtype", 0)
        return (result,)

    return rule


def _predicate(*names: str) -> Callable[[Bound], Type]:
    def rule(b: Bound) -> Type:
        for n in names:
            need_dtype(b, n)
        return BOOL

    return rule


def issubdtype_of(b: Bound) -> Type:
    """`np.issubdtype(dtype, np.floating)`: the abstract class by its name."""
    need_dtype(b, "arg1")
    if b["arg2"].const not in ABSTRACT:
        raise OpTypeError(f"{b['arg2'].const!r} is no abstract scalar class of NumPy", 1)
    return BOOL


def isdtype(b: Bound) -> Type:
    need_dtype(b, "dtype")
    kind = b["kind"].type
    if kind not in (STR, DTYPE) and not (isinstance(kind, Tuple) and all(i in (STR, DTYPE) for i in kind.items)):
        raise OpTypeError(f"a kind is a text, a dtype or a tuple of these, not a `{kind}`", b.index["kind"])
    return BOOL


def result_type(b: Bound) -> Type:
    """Of arrays, numbers and dtypes."""
    if not b.star:
        raise OpTypeError("at least one array or dtype is required")
    for i, a in enumerate(b.star):
        if a.type == STR and a.const is MISSING:
            raise _unknown(a, i)
        if not is_dtype(a):
            operand(a, i)
    return DTYPE


def promote_types(b: Bound) -> Type:
    need_dtype(b, "type1")
    need_dtype(b, "type2")
    return DTYPE


def can_cast(b: Bound) -> Type:
    if not is_dtype(b["from_"]) and not isinstance(b["from_"].type, Tensor):
        raise OpTypeError(f"can_cast() takes an array, or a dtype known when compiling, not a `{b['from_'].type}`", b.index["from_"])
    need_dtype(b, "to")
    return BOOL


def common_type(b: Bound) -> Type:
    """The scalar class of floats that holds all arrays."""
    for i, a in enumerate(b.star):
        if not isinstance(a.type, Tensor):
            raise OpTypeError(f"common_type() takes arrays, not a `{a.type}`", i)
    return DTYPE


def min_scalar_type(b: Bound) -> Type:
    operand(b["a"], b.index["a"])
    return DTYPE


def made(b: Bound) -> Type:
    """`np.dtype(x.dtype)`."""
    if b["dtype"].type != DTYPE:
        raise OpTypeError("np.dtype() takes a dtype, or a constant", b.index["dtype"])
    return DTYPE


def called(b: Bound) -> Type:
    """`x.dtype.type(3)`: a scalar class chosen as the program runs; a dtype object cannot be called."""
    if b["dtype"].type != DTYPE:
        raise OpTypeError("not a dtype", 0)
    value = b.get("value")
    if value is None:
        return Tensor(None, (), True)
    if is_none(value) or value.type == STR:
        raise OpTypeError(f"a scalar class is not called with a `{value.type}`", 1)
    x = operand(value, 1)
    return computed(None, x.shape) if x.shape == () else Tensor(None, None, None)


def limits(b: Bound) -> Type:
    need_dtype(b, "dtype")
    return INT


_REAL = Tensor(None, (), True)
FINFO: dict[str, Type] = {
    **dict.fromkeys(("eps", "epsneg", "max", "min", "resolution", "smallest_normal", "smallest_subnormal", "tiny"), _REAL),
    **dict.fromkeys(("bits", "iexp", "machep", "maxexp", "minexp", "negep", "nexp", "nmant", "precision"), INT),
    "dtype": DTYPE,
}
IINFO: dict[str, Type] = {"bits": INT, "max": INT, "min": INT, "kind": STR, "dtype": DTYPE}
FLAGS = ("c_contiguous", "f_contiguous", "contiguous", "fortran", "fnc", "forc", "owndata", "writeable", "aligned", "behaved", "carray", "farray")


def _limit(function: str, name: str, result: Type) -> OpDef:
    return OpDef(f"numpy.{function}.{name}", _of_dtype(name, result), f"np.{function}($0).{name}", READS)


ATTRIBUTES: dict[str, Type] = {
    **dict.fromkeys(("name", "kind", "char", "str", "byteorder"), STR),
    **dict.fromkeys(("itemsize", "alignment", "num", "ndim"), INT),
    **dict.fromkeys(("isnative", "hasobject", "isalignedstruct"), BOOL),
    "shape": TupleOf(INT), "type": DTYPE, "base": DTYPE,
}  # fmt: skip

_CALL = Signature("dtype.call", "(dtype: any, value: any = 0, /) -> any")


def _call(call: Call) -> tuple[Type, ...]:
    return (called(_CALL.bind(call.args, call.kw)),)


OPS: tuple[OpDef, ...] = (
    DTYPE_OP,
    OpDef("dtype.call", _call, "$0($*)", READS, (), _CALL),
    *(_own(n, t) for n, t in ATTRIBUTES.items()),
    *(_limit("finfo", n, t) for n, t in FINFO.items()),
    *(_limit("iinfo", n, t) for n, t in IINFO.items()),
    *(attribute(f"ndarray.flags.{n}", lambda t: BOOL, emit=f"$0.flags.{n}") for n in FLAGS),
    function("numpy.dtype", "dtype, /", made),
    function("numpy.issubdtype", "arg1, arg2", _predicate("arg1", "arg2")),
    function("issubdtype.abstract", "arg1, arg2, /", issubdtype_of, emit="np.issubdtype($0, getattr(np, $1))"),
    function("numpy.isdtype", "dtype, kind", isdtype),
    function("numpy.result_type", "*arrays_and_dtypes", result_type),
    function("numpy.promote_types", "type1, type2, /", promote_types),
    function("numpy.can_cast", "from_, to, casting='safe'", can_cast),
    function("numpy.common_type", "*arrays", common_type),
    function("numpy.min_scalar_type", "a, /", min_scalar_type),
)
