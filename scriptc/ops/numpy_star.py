"""NumPy's functions of any number of arguments, given `*xs` that only running counts: `np.random.randn(*x.shape)`, `np.ix_(*rows)`."""

from __future__ import annotations

from collections.abc import Callable

from scriptc.ir.core import Arg, Call, Effect, OpDef, OpTypeError
from scriptc.ops import common
from scriptc.ops.numpy_base import array, operand
from scriptc.ops.numpy_support import DRAWS, READS, one_type_each
from scriptc.types import FLOAT, INT, NEVER, NP_STATE, IteratorOf, Tensor, TupleOf, Type, members, union

Result = Callable[[Type], Type]


def _integers(result: Type) -> Result:
    def given(item: Type) -> Type:
        if any(m not in (INT, NEVER) for m in members(item)):
            raise OpTypeError(f"takes integers, not `{item}`", 0)
        return result

    return given


def _arrays(item: Type) -> Type:
    """broadcast_arrays, ix_, meshgrid: as many arrays."""
    for m in members(item):
        operand(Arg(m), 0)
    return TupleOf(Tensor(None, None, False))


def _shapes(item: Type) -> Type:
    if any(not isinstance(m, TupleOf) and m not in (INT, NEVER) and not common.element(m) == INT for m in members(item)):
        raise OpTypeError(f"takes shapes, not `{item}`", 0)
    return TupleOf(INT)


def _star(name: str, result: Result, effects: frozenset[Effect] = READS, keywords: tuple[str, ...] = ()) -> OpDef:
    def rule(call: Call) -> tuple[Type, ...]:
        if len(call.args) != 1 + len(call.kw) or not set(call.kw) <= set(keywords):
            raise OpTypeError(f"{name}() takes {' and '.join(keywords) or 'nothing'} beside `*`")
        one_type_each(call.args)
        return (result(common.need_element(call.args[0], call.program, 0)),)

    return OpDef(f"star.numpy.{name}", rule, f"np.{name}(*$0, $*)", effects)


def _of_state(name: str) -> OpDef:
    """`r.rand(*shape)` of a `RandomState`."""

    def rule(call: Call) -> tuple[Type, ...]:
        if call.kw or len(call.args) != 2 or call.args[0].type != NP_STATE:
            raise OpTypeError("takes a random state and sizes")
        return (_DRAWN(common.need_element(call.args[1], call.program, 1)),)

    return OpDef(f"star.numpy.RandomState.{name}", rule, f"$0.{name}(*$1)", DRAWS | {Effect.WRITE}, (0,))


_DRAWN = _integers(union((FLOAT, array("float64", None))))

OPS: tuple[OpDef, ...] = (
    *(_star(f"random.{n}", _DRAWN, DRAWS) for n in ("rand", "randn")),
    *(_of_state(n) for n in ("rand", "randn")),
    _star("ndindex", _integers(IteratorOf(TupleOf(INT)))),
    _star("ix_", _arrays),
    _star("broadcast_arrays", _arrays),
    _star("broadcast_shapes", _shapes),
    _star("meshgrid", _arrays, keywords=("indexing", "sparse", "copy")),
)
