"""Arrays and numbers as text: array2string, array_repr, base_repr, format_float_positional, typename, ..."""

from __future__ import annotations

from scriptc.ir.core import OpDef, OpTypeError
from scriptc.ops.numpy_base import array, may_be_single, operand, static_dtype
from scriptc.ops.numpy_support import function, refuse
from scriptc.ops.signature import Bound
from scriptc.types import BOOL, BYTES, FLOAT, INT, NEVER, STR, IteratorOf, List, Tensor, Tuple, TupleOf, Type


def array_text(b: Bound) -> Type:
    """The text of an array."""
    refuse(b, "formatter", "legacy")
    name = "arr" if "arr" in b else "a"
    if not isinstance(b[name].type, Tensor):
        raise OpTypeError(f"this writes arrays, not a `{b[name].type}`", b.index[name], "make it an array first: `np.array(...)`")
    return STR


def integer_text(b: Bound) -> Type:
    """base_repr, binary_repr: the digits of one integer."""
    name = "number" if "number" in b else "num"
    t = b[name].type
    if t not in (INT, BOOL, FLOAT) and not (isinstance(t, Tensor) and may_be_single(t.shape)):
        raise OpTypeError(f"one integer is needed, not a `{t}`", b.index[name])
    return STR


def float_text(b: Bound) -> Type:
    t = b["x"].type
    if t not in (INT, BOOL, FLOAT) and not (isinstance(t, Tensor) and may_be_single(t.shape)):
        raise OpTypeError(f"one number is needed, not a `{t}`", b.index["x"])
    return STR


def text_of_text(b: Bound) -> Type:
    """typename, mintypecode."""
    for n, a in b.args.items():
        if a.type != STR and not (n == "typechars" and isinstance(a.type, List | Tuple | TupleOf)):
            raise OpTypeError(f"a text is needed, not a `{a.type}`", b.index[n])
    return STR


def from_text(b: Bound) -> Type:
    """`np.fromstring(text, sep=' ')`: the numbers of a text."""
    refuse(b, "like")
    if b["string"].type != STR:
        raise OpTypeError(f"fromstring() reads a text, not a `{b['string'].type}`", b.index["string"])
    if "sep" not in b or b["sep"].const == "":
        raise OpTypeError("fromstring() needs `sep`: its form for bytes is `np.frombuffer`", b.index.get("sep"))
    return array(static_dtype(b.get("dtype"), "float64", b.index.get("dtype")), (None,))


def from_buffer(b: Bound) -> Type:
    """A read-only view of bytes, or a view of an array's memory."""
    refuse(b, "like")
    t = b["buffer"].type
    if t != BYTES and not isinstance(t, Tensor):
        raise OpTypeError(f"frombuffer() reads bytes or an array, not a `{t}`", b.index["buffer"])
    return array(static_dtype(b.get("dtype"), "float64", b.index.get("dtype")), (None,))


def from_iterable(b: Bound) -> Type:
    """A vector of what an iterable gives."""
    refuse(b, "like")
    t = b["iter"].type
    elem = t.elem if isinstance(t, IteratorOf | List | TupleOf) else None
    if elem is not None and elem != NEVER:
        if operand(type(b["iter"])(elem), b.index["iter"]).shape not in ((), None):
            raise OpTypeError("fromiter() takes an iterable of numbers", b.index["iter"])
    elif elem is None:
        operand(b["iter"], b.index["iter"])
    count = b.const("count", -1)
    known = isinstance(count, int) and count >= 0
    return array(static_dtype(b["dtype"], "float64", b.index["dtype"]), (count if known else None,))


_TEXT = "max_line_width=None, precision=None, suppress_small=None"
_MORE = "separator=' ', prefix='', *, formatter=None, threshold=None, edgeitems=None, sign=None, floatmode=None, suffix='', legacy=None"

OPS: tuple[OpDef, ...] = (
    function("numpy.array_repr", f"arr, {_TEXT}", array_text),
    function("numpy.array_str", f"a, {_TEXT}", array_text),
    function("numpy.array2string", f"a, {_TEXT}, {_MORE}", array_text),
    function("numpy.base_repr", "number, base=2, padding=0", integer_text),
    function("numpy.binary_repr", "num, width=None", integer_text),
    function(
        "numpy.format_float_positional",
        "x, precision=None, unique=True, fractional=True, trim='k', sign=False, pad_left=None, pad_right=None, min_digits=None",
        float_text,
    ),
    function(
        "numpy.format_float_scientific",
        "x, precision=None, unique=True, trim='k', sign=False, pad_left=None, exp_digits=None, min_digits=None",
        float_text,
    ),
    function("numpy.typename", "char", text_of_text),
    function("numpy.mintypecode", "typechars, typeset='GDFgdf', default='d'", text_of_text),
    function("numpy.fromstring", "string, dtype=None, count=-1, *, sep='', like=None", from_text),
    function("numpy.frombuffer", "buffer, dtype=None, count=-1, offset=0, *, like=None", from_buffer),
    function("numpy.fromiter", "iter, dtype, count=-1, *, like=None", from_iterable),
)
