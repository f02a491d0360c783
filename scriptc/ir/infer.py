"""The result types of an operation: the op's own rule, spread over the members of union operands where it must be."""

from __future__ import annotations

from itertools import product
from typing import NoReturn

from scriptc.ir.core import MISSING, Arg, Call, OpDef, OpTypeError, OutOfRange
from scriptc.types import COMPLEX, ERROR, FLOAT, NEVER, UNDEF, Tensor, Type, Union, join, members

MAX_COMBINATIONS = 256


class NeedsWiden(OpTypeError):
    """A container is too narrow for what is stored in it.

    `operand` is the index of the container, `wanted` the type it should have, `found` its type now (one member, where
    the operand is a union). The frontend widens where the container is made; anybody else sees a type error.
    """

    def __init__(self, operand: int, wanted: Type, message: str | None = None, found: Type | None = None) -> None:
        super().__init__(message or f"the container must be `{wanted}` to hold this", operand)
        self.operand: int = operand
        self.wanted, self.found = wanted, found


def infer(op: OpDef, call: Call) -> tuple[Type, ...]:
    """The types of the results of `op` on the operands of `call`; raises `OpTypeError` where they do not fit.

    An operand that never comes to be makes the results `never`, one already reported makes them `error`.
    """
    types = [a.type for a in call.args]
    if ERROR in types:
        return _same(op, call, ERROR)
    if NEVER in types:
        return _same(op, call, NEVER)
    if not op.structural:
        _refuse_unbound(types)
    try:
        return op.rule(call)
    except NeedsWiden as e:
        if e.found is None and e.operand is not None and e.operand < len(types):
            e.found = types[e.operand]
        raise
    except OpTypeError:
        if not any(isinstance(t, Union) for t in types):
            raise
        return _distribute(op, call)


def _refuse_unbound(types: list[Type]) -> None:
    for i, t in enumerate(types):
        if UNDEF in members(t):
            raise OpTypeError("the name may be unbound here", i)


def _same(op: OpDef, call: Call, t: Type) -> tuple[Type, ...]:
    """`t` for each result. How many there are, where it is not one, the rule tells of any operands that fit."""
    return (t,) * result_count(op, call)


NO_RESULT = frozenset({
    "setitem", "delitem", "state.set", "cell.set", "attr.set", "attr.del", "attr.init", "yield", "raise", "reraise",
})  # fmt: skip


def result_count(op: OpDef, call: Call) -> int:
    """How many results a node of `op` has, whatever its operands' types are."""
    if op.name == "unpack":
        a = call.attrs
        return int(a["before"]) + int(a["star"]) + int(a["after"])
    if op.name == "call" and call.program is not None:
        graph = call.program.graphs.get(call.attrs["graph"])
        return 1 if graph is None or graph.generator else len(graph.block.yields)
    return 0 if op.name in NO_RESULT else 1


def _distribute(op: OpDef, call: Call) -> tuple[Type, ...]:
    """The join of the rule's results over every combination of the operands' union members."""
    choices = [members(a.type) for a in call.args]
    count = 1
    for c in choices:
        count *= len(c)
    if count > MAX_COMBINATIONS:
        raise OpTypeError(f"the operands' types combine in {count} ways, more than {MAX_COMBINATIONS}")
    total: tuple[Type, ...] | None = None
    refused: OpTypeError | None = None
    for combination in product(*choices):
        try:
            got = _one(op, call, combination)
        except OpTypeError as e:
            if isinstance(e, NeedsWiden) or not (isinstance(e, OutOfRange) or _rarely_complex(choices, combination)):
                raise
            refused = e
            continue
        if total is None:
            total = got
        elif len(total) != len(got):
            raise OpTypeError("the number of results depends on the operands' types")
        else:
            total = tuple(join(x, y) for x, y in zip(total, got, strict=True))
    if total is None:
        assert refused is not None
        raise refused
    return total


def _rarely_complex(choices: list[tuple[Type, ...]], combination: tuple[Type, ...]) -> bool:
    """Is one operand the complex member of a number's union? `n ** 0.5` is complex for a negative `n` alone: Python raises then, as it runs."""
    return any(t == COMPLEX and any(m == FLOAT or isinstance(m, Tensor) for m in c) for t, c in zip(combination, choices, strict=True))


def _one(op: OpDef, call: Call, types: tuple[Type, ...]) -> tuple[Type, ...]:
    args = tuple(a if a.type == t else Arg(t, MISSING) for a, t in zip(call.args, types, strict=True))
    try:
        return op.rule(Call(args, call.kw, call.attrs, call.program))
    except NeedsWiden as e:
        e.found = types[e.operand]
        raise
    except OpTypeError as e:
        _name_members(e, call, types)


APART = "keep to values of one type, or tell them apart with `isinstance` first"


def _name_members(e: OpTypeError, call: Call, types: tuple[Type, ...]) -> NoReturn:
    """Raise `e` again, saying which members of the operands' unions it is about."""
    unions = [(i, t, a.type) for i, (a, t) in enumerate(zip(call.args, types, strict=True)) if isinstance(a.type, Union)]
    if e.operand is not None:
        unions = [u for u in unions if u[0] == e.operand] or unions
    where = " and ".join(f"`{t}` of `{whole}`" for _, t, whole in unions)
    operand = e.operand if e.operand is not None else unions[0][0] if len(unions) == 1 else None
    kind = OutOfRange if isinstance(e, OutOfRange) else OpTypeError
    again = kind(f"{e.message} (for {where})", operand, e.help or APART)
    again.parts = {i: t for i, t, _ in unions}
    raise again from None
