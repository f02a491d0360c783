"""`sum`, `math.prod`, `functools.reduce`: the type of a value that a loop accumulates."""

from __future__ import annotations

from scriptc.ir.core import Arg, OpTypeError, Program
from scriptc.ops.operators import binary
from scriptc.types import NEVER, Tuple, TupleOf, Type, Union, join, join_all, members

MAX_TURNS = 16


def spread(name: str, a: Arg, b: Arg, program: Program | None) -> Type:
    """`binary` over every pair of union members."""
    if not isinstance(a.type, Union) and not isinstance(b.type, Union):
        return binary(name, a, b, program)
    found = [binary(name, Arg(x), Arg(y), program) for x in members(a.type) for y in members(b.type)]
    out = found[0]
    for t in found[1:]:
        out = join(out, t)
    return out


def fold(name: str, start: Arg, iterable: Type, item: Type, program: Program | None) -> Type:
    """The type of `start <op> item <op> item ...` over an iterable of any length."""
    acc = start.type
    if isinstance(iterable, Tuple):
        for t in iterable.items:
            acc = acc if t == NEVER else spread(name, Arg(acc), Arg(t), program)
        return acc
    if isinstance(acc, Tuple):
        acc = TupleOf(join_all(acc.items))
    for _ in range(MAX_TURNS):
        wider = acc if item == NEVER else join(acc, spread(name, Arg(acc), Arg(item), program))
        if wider == acc:
            return acc
        acc = wider
    raise OpTypeError("the type of the result grows with each item", 0)
