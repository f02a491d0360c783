"""What a node does given its operands' types: an op's own `effects` say the most it may do on any."""

from __future__ import annotations

from collections.abc import Sequence

from scriptc.ir.core import PURE, Effect, OpDef
from scriptc.types import BOOL, BYTES, COMPLEX, FLOAT, INT, NONE, RANGE, STR, Cell, Function, IteratorOf, Record, Tuple, TupleOf, Type, walk

IMMUTABLE = frozenset({INT, FLOAT, COMPLEX, BOOL, STR, BYTES, NONE, RANGE})
"""Atoms on which an operator neither reads nor writes memory that something else may write."""

TOTAL = frozenset({
    "add", "sub", "mul", "and", "or", "xor", "iadd", "isub", "imul", "iand", "ior", "ixor", "neg", "pos", "invert",
    "eq", "ne", "lt", "le", "gt", "ge", "truth", "not", "bool", "concat_str",
})  # fmt: skip
"""Operators that never raise on immutable atoms their types allow."""

RAISING = frozenset({
    "truediv", "floordiv", "mod", "pow", "lshift", "rshift", "itruediv", "ifloordiv", "imod", "ipow", "ilshift", "irshift", "contains",
    "getitem", "int", "float", "complex", "abs", "round", "divmod", "builtins.pow", "str", "repr", "ascii", "format", "len", "hash",
    "min", "max",
})  # fmt: skip
"""Those that may, and do nothing else."""

ALL = frozenset(Effect)


def is_immutable(t: Type) -> bool:
    """Is the value one that nothing can change, with no code of the user's behind its operators?"""
    if isinstance(t, Tuple | TupleOf):
        return all(map(is_immutable, t.children()))
    return t in IMMUTABLE


def runs_code(t: Type) -> bool:
    """May an op that looks at such a value run functions of the program: an iterator's, a callback, a special method?"""
    return any(isinstance(x, Function | IteratorOf | Record | Cell) for x in walk(t))


def effects_of(op: OpDef, types: Sequence[Type]) -> frozenset[Effect]:
    """The effects of `op` on operands of these types."""
    if op.structural or op.pure:
        return op.effects
    if any(map(runs_code, types)):
        return ALL
    if all(map(is_immutable, types)):
        if op.name in TOTAL:
            return PURE
        if op.name in RAISING:
            return frozenset({Effect.RAISE})
    return op.effects
