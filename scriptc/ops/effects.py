"""What a node does given its operands' types and what is known of them: an op's own `effects` say the most it may do on any."""

from __future__ import annotations

from collections.abc import Sequence

from scriptc.ir.core import MISSING, PURE, Arg, Effect, OpDef
from scriptc.types import (
    BOOL,
    BYTES,
    COMPLEX,
    FLOAT,
    INT,
    NONE,
    RANGE,
    SLICE,
    STR,
    Atom,
    Cell,
    DefaultDict,
    Dict,
    EnumType,
    Function,
    IteratorOf,
    List,
    Record,
    Set,
    Tensor,
    Tuple,
    TupleOf,
    Type,
    members,
    walk,
)

IMMUTABLE = frozenset({INT, FLOAT, COMPLEX, BOOL, STR, BYTES, NONE, RANGE})
"""Atoms on which an operator neither reads nor writes memory that something else may write."""

TOTAL = frozenset({"eq", "ne", "truth", "not", "bool", "concat_str", "pos", "neg"})
"""Operators that never raise on immutable atoms their types allow."""

ORDER = frozenset({"lt", "le", "gt", "ge"})
"""Never raise on atoms; a tuple may hold what does not compare."""

ARITHMETIC = frozenset({"add", "sub", "mul", "iadd", "isub", "imul", "and", "or", "xor", "iand", "ior", "ixor"})
"""Never raise on two ints or two floats. (A large int beside a float overflows, a repeated text may be too long.)"""

DIVISION = frozenset({"floordiv", "mod", "ifloordiv", "imod"})

RAISING = ORDER | ARITHMETIC | DIVISION | frozenset({
    "truediv", "pow", "lshift", "rshift", "itruediv", "ipow", "ilshift", "irshift", "contains", "invert",
    "getitem", "int", "float", "complex", "abs", "round", "divmod", "builtins.pow", "str", "repr", "ascii", "format", "len", "hash",
    "min", "max",
})  # fmt: skip
"""Those that may raise (or warn: `~True`), and do nothing else."""

SHALLOW = frozenset({
    "getitem", "setitem", "delitem", "len", "truth", "not", "list.append", "list.insert", "list.pop", "list.clear", "list.reverse", "list.copy",
})  # fmt: skip
"""On a list or tuple these look at no item."""

_RUNS = (Function, IteratorOf, Record, EnumType, Cell)
_EXACT = 2**53
"""Each int up to it is a float."""
ALL = frozenset(Effect)
READ = frozenset({Effect.READ})
RAISE = frozenset({Effect.RAISE})


def is_immutable(t: Type) -> bool:
    """Is the value one that nothing can change, with no code of the user's behind its operators?"""
    if isinstance(t, Tuple | TupleOf):
        return all(map(is_immutable, t.children()))
    return t in IMMUTABLE


def runs_code(t: Type) -> bool:
    """May an op that looks at such a value run functions of the program: an iterator's, a callback, a special method, a factory?"""
    return any(isinstance(x, _RUNS) or (isinstance(x, DefaultDict) and x.factory == "function") for x in walk(t))


def effects_of(op: OpDef, args: Sequence[Arg]) -> frozenset[Effect]:
    """The effects of `op` on such operands."""
    if not op.effects or op.effects == READ:
        return op.effects
    types = [a.type for a in args]
    if op.structural:
        return _unpacking(types[0], op) if op.name == "unpack" else op.effects
    if op.name in ("set", "dict") and all(t in IMMUTABLE for t in types[:: 1 if op.name == "set" else 2]):
        return READ
    if op.name in SHALLOW and types and all(isinstance(m, List | Tuple | TupleOf) for m in members(types[0])):
        return _shallow(op, args)
    if any(map(runs_code, types)):
        return ALL
    return _immutable(op, args) if all(map(_plain, types)) else _container(op, types)


def _plain(t: Type) -> bool:
    return all(map(is_immutable, members(t)))


def _unpacking(t: Type, op: OpDef) -> frozenset[Effect]:
    """A tuple of known length has been counted."""
    return READ if isinstance(t, Tuple) else op.effects


def _shallow(op: OpDef, args: Sequence[Arg]) -> frozenset[Effect]:
    """On lists and tuples."""
    t, fixed = args[0].type, all(isinstance(m, Tuple | TupleOf) for m in members(args[0].type))
    if op.name in ("len", "truth", "not"):
        return PURE if fixed else READ
    if op.name == "getitem" and fixed:
        return PURE if isinstance(t, Tuple) and _inside(t, args[1].const) else RAISE
    return op.effects


def _inside(t: Tuple, index: object) -> bool:
    return type(index) is int and -len(t.items) <= index < len(t.items)


def _immutable(op: OpDef, args: Sequence[Arg]) -> frozenset[Effect]:
    """On atoms and tuples of them."""
    name, types = op.name, [a.type for a in args]
    if name in TOTAL or (name == "len" and types == [STR]) or (name == "invert" and types == [INT]):
        return PURE
    if name in ORDER:
        return PURE if all(isinstance(t, Atom) for t in types) else RAISE
    if name in ARITHMETIC:
        return PURE if _same_kind(name, args) else RAISE
    if name in DIVISION:
        return PURE if _divides(args) else RAISE
    if name == "truediv":
        return PURE if types[0] == FLOAT and _divides(args) else RAISE
    if name in _OWN_KIND:
        return PURE if len(types) == 1 and types[0] in _OWN_KIND[name] else RAISE
    if name in ("min", "max"):
        return PURE if len(types) > 1 and all(t in _REAL for t in types) else RAISE
    if name == "range":
        ints = all(t in (INT, BOOL) for t in types)
        return PURE if ints and (len(args) < 3 or args[2].const not in (0, MISSING)) else RAISE
    return RAISE if name in RAISING else op.effects


_KINDS = (frozenset({INT, BOOL}), frozenset({FLOAT, COMPLEX, BOOL}))
_REAL = frozenset({INT, FLOAT, BOOL})
_OWN_KIND: dict[str, frozenset[Type]] = {"abs": _REAL, "int": _KINDS[0], "float": _REAL - {INT}}
"""Numbers of which each makes another of their kind. (A large int is no float, `abs` of a complex number may be too large for one.)"""


def _same_kind(name: str, args: Sequence[Arg]) -> bool:
    types = [FLOAT if _is_small(a.const) else a.type for a in args]
    if any(all(t in kind for t in found) for kind in _KINDS for found in ([a.type for a in args], types)):
        return True
    return name in ("add", "iadd") and all(t == STR or isinstance(t, Tuple | TupleOf) for t in types)


def _is_small(const: object) -> bool:
    """Is it an int that is a float too?"""
    return type(const) is int and -_EXACT <= const <= _EXACT


def _divides(args: Sequence[Arg]) -> bool:
    """A number by a constant of its kind that is not zero. An int that is no `float` overflows when a float is divided by it."""
    by = args[1].const
    if type(by) not in (int, float) or by == 0 or abs(by) > _EXACT:
        return False
    return args[0].type == FLOAT or (args[0].type in (INT, BOOL) and type(by) is int)


_OF_ARRAYS = frozenset({"numpy.ndim", "numpy.shape"})


def _container(op: OpDef, types: Sequence[Type]) -> frozenset[Effect]:
    """On arrays, lists, dicts, sets that run no code."""
    if op.name in ("len", "truth", "not"):
        if all(isinstance(m, List | Dict | Set | Tuple | TupleOf) or m in (STR, NONE, SLICE) for m in members(types[0])):
            return READ
        t = types[0]
        return PURE if op.name == "len" and isinstance(t, Tensor) and t.shape and t.scalar is False else op.effects
    if op.name in _OF_ARRAYS and isinstance(types[0], Tensor):
        return PURE
    return op.effects


__all__ = ["ALL", "IMMUTABLE", "RAISE", "READ", "effects_of", "is_immutable", "runs_code"]
