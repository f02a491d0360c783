"""Whether it can be noticed that two values are one object. What merges or moves nodes asks here, besides `effects`.

    a = x.T; b = x.T; a + b        nobody notices if `b` is `a`
    a = x.T; b = x.T; [a] == [b]   compares items by identity first: another answer
    a = f / g; b = f / g; b in [a] NaN is in a list by identity only
"""

from __future__ import annotations

from scriptc.ir.core import Effect, Node
from scriptc.ops.numpy_ufuncs import NAMES as UFUNCS
from scriptc.passes.uses import Uses
from scriptc.types import (
    BOOL,
    BYTES,
    COMPLEX,
    DTYPE,
    ELLIPSIS,
    FLOAT,
    INT,
    NONE,
    RANGE,
    SLICE,
    STR,
    Dict,
    EnumType,
    List,
    Tensor,
    Tuple,
    TupleOf,
    Type,
    Union,
    members,
)

PLAIN = frozenset({BOOL, BYTES, DTYPE, ELLIPSIS, INT, NONE, RANGE, SLICE, STR})
"""Values of which equal ones are as good as the same, but for `is`."""
NUMBERS = frozenset({FLOAT, COMPLEX})
"""As those, but that a NaN differs from itself."""

VIEWS = frozenset({"ndarray.T", "ndarray.mT"})
"""Ops that give another view of their operand's memory, whatever is written there in the meantime."""

LOADS = frozenset({"state.get", "attr.get", "cell.get"})
"""Ops that give the very object that was stored."""

NAMED = frozenset({"const", "constant", "narrow"})
"""Ops whose results are the same where their operands and attributes are, contents included."""

DISPLAYS = frozenset({"tuple", "slice", "range", "dtype"})
"""Ops that cost no more where they are used: a target writes `x[:]`, `(1, 2)`, `np.float32` and `for i in range(n)` as they stand there."""

_BINARY = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "lshift", "rshift", "and", "or", "xor")
BLIND = frozenset({
    *_BINARY, "eq", "ne", "lt", "le", "gt", "ge", "neg", "invert", "truth", "not", "abs", "int", "bool", "format", "str", "repr",
    "ndarray.shape", "ndarray.ndim", "ndarray.size", "ndarray.dtype",
    *(f"numpy.{name}" for name in UFUNCS),
})  # fmt: skip
"""Ops that look at their operands' values, keep none of them, and give back none of them."""
PRODUCTS = frozenset({"numpy.matmul", "numpy.dot", "numpy.inner", "numpy.outer"})
"""As those, unless they are given an `out`."""


_REDUCTIONS = ("sum", "prod", "max", "min", "mean", "std", "var", "argmax", "argmin", "cumsum", "cumprod", "any", "all")
NEW = BLIND | PRODUCTS | frozenset({
    *(f"{owner}.{name}" for name in _REDUCTIONS for owner in ("numpy", "ndarray")),
    *(f"numpy.{name}" for name in ("zeros", "ones", "empty", "full", "zeros_like", "ones_like", "empty_like", "full_like", "arange", "where",
                                   "concatenate", "stack", "pad", "repeat", "tensordot", "take", "copy", "tril", "triu")),
    "ndarray.copy", "ndarray.dot", "ndarray.item", "ndarray.tolist", "float", "len", "contains", "is", "is_not", "isinstance", "print", "range",
})  # fmt: skip
"""Ops whose results share no memory with their operands, and which keep none of them (but for an `out`)."""


def gives_new(node: Node) -> bool:
    """Are the results new, with no operand in them?"""
    return node.op.name in NEW and not node.op.mutates and "out" not in node.attrs.get("kw", ()) and all(
        _number(m) or isinstance(m, Tensor) for r in node.results for m in members(r.type) if node.op.name in _BINARY
    )


def mergeable(node: Node, effects: frozenset[Effect]) -> bool:
    """May a second such node use what the first gave, as far as the kind of object goes? What may warn is to warn twice."""
    name = node.op.name
    if name in NAMED or name in LOADS or name in VIEWS or _loads_item(node):
        return True
    if name in DISPLAYS or not all(is_value(r.type) for r in node.results):
        return False
    warns = name.startswith("numpy.") or name in ("call", "invert")
    return Effect.RAISE not in effects or (not warns and all(is_value(v.type) for v in node.operands))


def is_view(node: Node) -> bool:
    return node.op.name in VIEWS


def may_stand_for(node: Node, uses: Uses) -> bool:
    """May another object, of equal value, stand for the results of `node` wherever they are used?"""
    if node.op.name in NAMED or node.op.name in LOADS or _loads_item(node):
        return True
    return all(_faceless(r.type) or unseen(node, uses) for r in node.results)


def unseen(node: Node, uses: Uses) -> bool:
    """Do the results only go into ops that look at the value alone?"""
    return all(isinstance(u, Node) and _is_blind(u) for r in node.results for u in uses.of(r))


def _is_blind(user: Node) -> bool:
    """Does it look at numbers and arrays alone? Displays and comparisons of containers see their items' identity."""
    plain = all(_number(m) or isinstance(m, Tensor) for v in user.operands for m in members(v.type))
    return plain and (user.op.name in BLIND or (user.op.name in PRODUCTS and len(user.operands) == 2 and "kw" not in user.attrs))


def is_value(t: Type) -> bool:
    """Is it a number, a text, or a tuple of such: no object that can change?"""
    if isinstance(t, Tuple | TupleOf | Union):
        return all(map(is_value, t.children()))
    return _number(t) or isinstance(t, EnumType)


def _faceless(t: Type) -> bool:
    """Are equal values of the type as good as the same?"""
    if isinstance(t, Tuple | TupleOf | Union):
        return all(map(_faceless, t.children()))
    return t in PLAIN or isinstance(t, EnumType)


def _loads_item(node: Node) -> bool:
    """An item of a list, tuple or dict: what lies there, not a part made of it."""
    if node.op.name != "getitem" or len(node.operands) != 2:
        return False
    container, index = (v.type for v in node.operands)
    plain = all(is_value(m) and m != SLICE for m in members(index))
    return plain and all(isinstance(m, List | Tuple | TupleOf | Dict) for m in members(container))


def _number(t: Type) -> bool:
    return t in PLAIN or t in NUMBERS
