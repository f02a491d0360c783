"""How the NumPy op records are written: one line of parameters as NumPy documents them, and a rule on the bound arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from scriptc.ir.core import MISSING, PURE, Arg, Call, Effect, OpDef, OpTypeError, TypeRule
from scriptc.ops.numpy_base import (
    NUMERIC,
    Operand,
    Shape,
    axis_value,
    dtype_name,
    flag,
    normalize_axis,
    operand,
    show,
)
from scriptc.ops.signature import Bound, Signature
from scriptc.types import INT, NONE, Dim, List, Tensor, Tuple, TupleOf, Type, Union

Rule = Callable[[Bound], Type]

READS = frozenset({Effect.READ, Effect.RAISE})
WRITES = frozenset({Effect.READ, Effect.WRITE, Effect.RAISE})
DRAWS = frozenset({Effect.READ, Effect.RAISE, Effect.IO})


def spec(text: str) -> str:
    """`"a, axis=None, *, out=None"` in the signature language, where each argument may be of any type."""
    parts = [p.strip() for p in text.split(",") if p.strip()]
    return "(" + ", ".join(p if p in ("*", "/") else _annotate(p) for p in parts) + ") -> any"


def _annotate(part: str) -> str:
    name, eq, default = part.partition("=")
    return f"{name}: any = {default}" if eq else f"{name}: any"


def lift(signature: Signature, rule: Rule) -> TypeRule:
    """A rule on bound arguments as a rule on a call."""

    def typed(call: Call) -> tuple[Type, ...]:
        one_type_each(call.args)
        return (rule(signature.bind(call.args, call.kw)),)

    return typed


def one_type_each(args: Sequence[Arg]) -> None:
    """Refuse union operands: `infer` then asks again for each combination of their members."""
    for i, a in enumerate(args):
        if isinstance(a.type, Union):
            raise OpTypeError(f"the operand may be of several types: `{a.type}`", i)


def function(
    name: str, text: str, rule: Rule, *, emit: str | None = None, effects: frozenset[Effect] = READS, mutates: tuple[int, ...] = ()
) -> OpDef:
    """The op of a NumPy function: `numpy.sum` is printed `np.sum($*)`."""
    signature = Signature(name, spec(text))
    printed = emit or "np" + name.removeprefix("numpy") + "($*)"
    return OpDef(name, lift(signature, rule), printed, effects, mutates, signature)


def method(name: str, text: str, rule: Rule, *, effects: frozenset[Effect] = READS, mutates: tuple[int, ...] = ()) -> OpDef:
    """The op of a method: `ndarray.sum` is printed `$0.sum($*)`; its receiver is the parameter `self`."""
    signature = Signature(name, spec(f"self, {text}"))
    return OpDef(name, lift(signature, _checked(rule)), f"$0.{name.rpartition('.')[2]}($*)", effects, mutates, signature)


def attribute(name: str, rule: Callable[[Tensor], Type], pure: bool = False, emit: str | None = None) -> OpDef:
    """The op of a data attribute of arrays: `ndarray.shape` is printed `$0.shape`. `pure`: no write to the array changes it."""

    def typed(call: Call) -> tuple[Type, ...]:
        if len(call.args) != 1:
            raise OpTypeError(f"`{name}` takes one operand")
        one_type_each(call.args)
        t = call.args[0].type
        if not isinstance(t, Tensor):
            raise OpTypeError(f"`{t}` is no NumPy array or scalar", 0)
        return (rule(t),)

    return OpDef(name, typed, emit or f"$0.{name.rpartition('.')[2]}", PURE if pure else frozenset({Effect.READ}))


def _checked(rule: Rule) -> Rule:
    def checked(b: Bound) -> Type:
        receiver(b)
        return rule(b)

    return checked


def receiver(b: Bound) -> Tensor:
    """The type of the array whose method it is."""
    t = b["self"].type
    if not isinstance(t, Tensor):
        raise OpTypeError(f"`{t}` is no NumPy array or scalar", 0)
    return t


def first(b: Bound, *names: str) -> Arg:
    """The array argument: the receiver of a method, or the function's first parameter."""
    return next(b[n] for n in ("self", "a", "x", *names) if n in b)


def array_operand(b: Bound, *names: str) -> Operand:
    """The array argument as NumPy converts it."""
    for n in ("self", "a", "x", *names):
        if n in b:
            return operand(b[n], b.index.get(n))
    raise AssertionError("a rule without an array argument")


def named(b: Bound, name: str) -> Operand:
    return operand(b[name], b.index.get(name))


def given(b: Bound, name: str) -> bool:
    """Was the argument passed, and as something other than None?"""
    return name in b and b[name].type != NONE


def refuse(b: Bound, *names: str, help: str | None = None) -> None:
    """Raise `OpTypeError` for arguments scriptc does not compile."""
    for n in names:
        if given(b, n):
            raise OpTypeError(f"the argument `{n}` is not supported here", b.index.get(n), help)


OUT_HELP = "assign the result into the array: `out[...] = ...`"


# asking NumPy


@lru_cache(maxsize=8192)
def probe(name: str, *dtypes: str, rank: int = 1, **keywords: Any) -> str | None:
    """The dtype NumPy's function `name` gives for ones of these dtypes; raises `OpTypeError` where it takes none such.

    Only for functions whose result dtype does not depend on values.
    """
    try:
        found = _lookup(name)(*(np.ones((1,) * rank, d) for d in dtypes), **keywords)
    except TypeError as e:
        raise OpTypeError(f"numpy.{name} is not defined for {' and '.join(dtypes)}: {e}") from None
    return dtype_name(np.asarray(found).dtype)


def _lookup(name: str) -> Callable[..., Any]:
    found: Any = np
    for part in name.split("."):
        found = getattr(found, part)
    result: Callable[..., Any] = found
    return result


def probed(name: str, *dtypes: str | None, rank: int = 1, **keywords: Any) -> str | None:
    """As `probe`, unknown where a dtype is."""
    known = [d for d in dtypes if d is not None]
    return probe(name, *known, rank=rank, **keywords) if len(known) == len(dtypes) else None


def supports(name: str) -> bool:
    """Does the installed NumPy have this function?"""
    try:
        _lookup(name)
    except AttributeError:
        return False
    return True


# axes


def reduced(shape: Shape | None, axis: Arg | None, keepdims: Arg | None = None, index: int | None = None) -> Shape | None:
    """The shape after a reduction over `axis` (omitted or None: over all)."""
    keep = flag(keepdims, False)
    value = axis_value(axis)
    if value is None:
        return _all_reduced(shape, keep)
    if keep is None or shape is None:
        return None
    if value is MISSING:
        return _unknown_axis(shape, axis, keep)
    axes = axes_of(value, len(shape), index)
    if keep:
        return tuple(1 if i in axes else d for i, d in enumerate(shape))
    return tuple(d for i, d in enumerate(shape) if i not in axes)


def _all_reduced(shape: Shape | None, keep: bool | None) -> Shape | None:
    if keep is None:
        return () if shape == () else None
    if not keep:
        return ()
    return None if shape is None else (1,) * len(shape)


def _unknown_axis(shape: Shape, axis: Arg | None, keep: bool) -> Shape | None:
    count = None
    if axis is not None and axis.type == INT:
        count = 1
    elif axis is not None and isinstance(axis.type, Tuple):
        count = len(axis.type.items)
    if count is None:
        return None
    if keep:
        return (None,) * len(shape)
    return (None,) * max(0, len(shape) - count)


def axes_of(value: int | tuple[int, ...], rank: int, index: int | None = None) -> frozenset[int]:
    """The axes named, from the front. A rank-0 operand may be reduced over axis 0 or -1."""
    if isinstance(value, int) and rank == 0 and value in (0, -1):
        return frozenset()
    values = value if isinstance(value, tuple) else (value,)
    axes = [normalize_axis(v, rank, index) for v in values]
    if len(set(axes)) != len(axes):
        raise OpTypeError("duplicate value in 'axis'", index)
    return frozenset(axes)


def one_axis(b: Bound, rank: int | None, default: int | None, name: str = "axis") -> int | None:
    """The single axis named, from the front; None where it or the rank is not known."""
    value = default if name not in b else axis_value(b[name])
    if value is MISSING or value is None or rank is None or not isinstance(value, int):
        return None
    return normalize_axis(value, rank, b.index.get(name))


# several arrays


def array_list(arg: Arg, index: int | None = None) -> tuple[list[Operand], bool]:
    """The arrays of a sequence argument, and whether these are all (else there is one operand that stands for any number)."""
    t = arg.type
    if isinstance(t, Tuple):
        consts: Sequence[Any] = arg.const if isinstance(arg.const, tuple) and len(arg.const) == len(t.items) else (MISSING,) * len(t.items)
        return [operand(Arg(i, c), index) for i, c in zip(t.items, consts, strict=True)], True
    if isinstance(t, List | TupleOf):
        return [operand(Arg(t.elem), index)], False
    if isinstance(t, Tensor):
        if t.shape == ():
            raise OpTypeError("expected a sequence of arrays, not a scalar", index)
        return [Operand(t.dtype, None if t.shape is None else t.shape[1:])], False
    raise OpTypeError(f"expected a list or tuple of arrays, not `{t}`", index)


def same_dim(a: Dim, b: Dim) -> Dim:
    """One dimension that two arrays must share; raises `ValueError` where they certainly do not."""
    if isinstance(a, int) and isinstance(b, int) and a != b:
        raise ValueError
    if isinstance(a, int) or b is None:
        return a
    return b if isinstance(b, int) or a is None else a


def same_shape(shapes: Sequence[Shape], free: int | None, what: str) -> Shape:
    """The shape that arrays must share but for the dimension `free`, which becomes unknown."""
    out = shapes[0]
    for s in shapes[1:]:
        try:
            if len(s) != len(out):
                raise ValueError
            out = tuple(None if i == free else same_dim(x, y) for i, (x, y) in enumerate(zip(out, s, strict=True)))
        except ValueError:
            raise OpTypeError(f"{what}: the shapes {show(shapes[0])} and {show(s)} do not match") from None
    return out


def known_dtypes() -> tuple[str, ...]:
    return tuple(sorted(NUMERIC))
