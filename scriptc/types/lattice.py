"""The order on types: `join` at a merge, `is_subtype` for an assignment, `union` in canonical form."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from scriptc.types.core import (
    ERROR,
    NEVER,
    Cell,
    DefaultDict,
    Deque,
    Dict,
    DictView,
    Dim,
    Function,
    IteratorOf,
    List,
    Set,
    Tensor,
    Tuple,
    TupleOf,
    Type,
    Union,
)

MAX_MEMBERS = 24
MAX_DEPTH = 12


class TypeGrowth(Exception):
    """A type grows without bound (`x = (x, 1)` in a loop)."""


def members(t: Type) -> tuple[Type, ...]:
    """The members of a union, or the type alone; none for `never`."""
    if isinstance(t, Union):
        return t.members
    return () if t == NEVER else (t,)


def depth(t: Type) -> int:
    return 1 + max((depth(c) for c in t.children()), default=0)


def union(types: Iterable[Type]) -> Type:
    """The canonical union of `types`: flat, mergeable members merged, sorted by their text."""
    out: list[Type] = []
    for t in types:
        for m in members(t):
            _add_member(out, m)
    if ERROR in out:
        return ERROR
    if not out:
        return NEVER
    if len(out) == 1:
        return out[0]
    if len(out) > MAX_MEMBERS:
        raise TypeGrowth(f"more than {MAX_MEMBERS} types meet here")
    return Union(tuple(sorted(out, key=_order)))


def _order(t: Type) -> tuple[bool, str]:
    return str(t) in ("None", "undef"), str(t)


def _add_member(out: list[Type], t: Type) -> None:
    for i, old in enumerate(out):
        merged = _merge(old, t)
        if merged is not None:
            out[i] = merged
            return
    out.append(t)


def _merge(a: Type, b: Type) -> Type | None:
    """One type for both, or None where they stay two members."""
    if a == b:
        return a
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        return join_tensor(a, b)
    if type(a) is not type(b):
        return None
    if isinstance(a, Tuple) and isinstance(b, Tuple):
        if len(a.items) != len(b.items):
            return None
        return Tuple(tuple(join(x, y) for x, y in zip(a.items, b.items, strict=True)))
    if isinstance(a, TupleOf | IteratorOf) and isinstance(b, TupleOf | IteratorOf):
        return type(a)(join(a.elem, b.elem))
    if isinstance(a, DictView) and isinstance(b, DictView):
        return DictView(a.kind, join(a.elem, b.elem)) if a.kind == b.kind else None
    return _merge_container(a, b)


def _merge_container(a: Type, b: Type) -> Type | None:
    """Containers are invariant: equal parts merge (their sites unite); an empty literal (`list[never]`) fits any."""
    if isinstance(a, List) and isinstance(b, List):
        elem = _invariant(a.elem, b.elem)
        return None if elem is None else List(elem, a.sites | b.sites)
    if isinstance(a, Deque) and isinstance(b, Deque):
        elem = _invariant(a.elem, b.elem)
        return None if elem is None else Deque(elem, a.sites | b.sites)
    if isinstance(a, Set) and isinstance(b, Set) and a.frozen == b.frozen:
        elem = join(a.elem, b.elem) if a.frozen else _invariant(a.elem, b.elem)
        return None if elem is None else Set(elem, a.frozen, a.sites | b.sites)
    if isinstance(a, Dict) and isinstance(b, Dict):
        key, value = _invariant(a.key, b.key), _invariant(a.value, b.value)
        return None if key is None or value is None else Dict(key, value, a.sites | b.sites)
    if isinstance(a, DefaultDict) and isinstance(b, DefaultDict) and a.factory == b.factory:
        key, value = _invariant(a.key, b.key), _invariant(a.value, b.value)
        return None if key is None or value is None else DefaultDict(a.factory, key, value, a.sites | b.sites)
    if isinstance(a, Cell) and isinstance(b, Cell):
        elem = _invariant(a.elem, b.elem)
        return None if elem is None else Cell(elem)
    return None


def _invariant(a: Type, b: Type) -> Type | None:
    if a == b or b == NEVER:
        return a
    if a == NEVER:
        return b
    merged = _merge(a, b)
    return merged if merged is not None and _same_shape(a, b) else None


def _same_shape(a: Type, b: Type) -> bool:
    """Equal but for sites or empty containers inside."""
    if isinstance(a, Tensor) or isinstance(b, Tensor):
        return a == b
    if isinstance(a, List | Deque | Set | Dict | DefaultDict | Tuple | TupleOf) and type(a) is type(b):
        ca, cb = a.children(), b.children()
        return len(ca) == len(cb) and all(x == NEVER or y == NEVER or _same_shape(x, y) for x, y in zip(ca, cb, strict=True))
    if isinstance(a, Union) and isinstance(b, Union) and len(a.members) == len(b.members):
        return all(_same_shape(x, y) for x, y in zip(a.members, b.members, strict=True))
    return a == b


def join_dim(a: Dim, b: Dim) -> Dim:
    return a if a == b else None


def join_tensor(a: Tensor, b: Tensor) -> Tensor:
    shape = None
    if a.shape is not None and b.shape is not None and len(a.shape) == len(b.shape):
        shape = tuple(join_dim(x, y) for x, y in zip(a.shape, b.shape, strict=True))
    return Tensor(a.dtype if a.dtype == b.dtype else None, shape, a.scalar if a.scalar == b.scalar else None)


def join(a: Type, b: Type) -> Type:
    """The least type that holds values of both."""
    if a == b or b == NEVER:
        return a
    if a == NEVER:
        return b
    if a == ERROR or b == ERROR:
        return ERROR
    t = union((a, b))
    if depth(t) > MAX_DEPTH:
        raise TypeGrowth("the type grows with each turn of the loop")
    return t


def join_all(types: Iterable[Type]) -> Type:
    start: Type = NEVER
    return reduce(join, types, start)


def without(t: Type, drop: Iterable[Type]) -> Type:
    """`t` with the union members in `drop` removed."""
    gone = set(drop)
    return union(m for m in members(t) if m not in gone)


def is_subtype(a: Type, b: Type) -> bool:
    """May a value of type `a` be held where `b` is declared?"""
    if a == b or a in (NEVER, ERROR) or b == ERROR:
        return True
    if isinstance(a, Union):
        return all(is_subtype(m, b) for m in a.members)
    if isinstance(b, Union):
        return any(is_subtype(a, m) for m in b.members)
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        return _tensor_subtype(a, b)
    return _structural_subtype(a, b)


def settle_tuples(t: Type) -> Type:
    """`t` with tuples of several lengths made one tuple of any length, so that a tuple grown in a loop has a type."""
    tuples = [m for m in members(t) if isinstance(m, Tuple | TupleOf)]
    if len(tuples) < 2:
        return t
    elem = join_all(c for m in tuples for c in m.children())
    return union([*(m for m in members(t) if m not in tuples), TupleOf(elem)])


def may_grow(a: Type, b: Type) -> bool:
    """May a container just made, of type `a`, be declared as `b`, which holds more? Its parts compare as if it were read only."""
    if is_subtype(a, b):
        return True
    if isinstance(a, Union):
        return all(may_grow(m, b) for m in a.members)
    if isinstance(b, Union):
        return any(may_grow(a, m) for m in b.members)
    if type(a) is not type(b) or not isinstance(a, List | Deque | Set | Dict | DefaultDict | Tuple | TupleOf | IteratorOf):
        return False
    if getattr(a, "factory", None) != getattr(b, "factory", None):
        return False
    kids, goals = a.children(), b.children()
    return len(kids) == len(goals) and all(may_grow(x, y) for x, y in zip(kids, goals, strict=True))


def _tensor_subtype(a: Tensor, b: Tensor) -> bool:
    if b.dtype is not None and a.dtype != b.dtype:
        return False
    if b.scalar is not None and a.scalar != b.scalar:
        return False
    if b.shape is None:
        return True
    if a.shape is None or len(a.shape) != len(b.shape):
        return False
    return all(y is None or x == y for x, y in zip(a.shape, b.shape, strict=True))


def _structural_subtype(a: Type, b: Type) -> bool:
    if isinstance(a, Tuple) and isinstance(b, Tuple):
        return len(a.items) == len(b.items) and all(is_subtype(x, y) for x, y in zip(a.items, b.items, strict=True))
    if isinstance(a, Tuple) and isinstance(b, TupleOf):
        return all(is_subtype(x, b.elem) for x in a.items)
    if isinstance(a, TupleOf | IteratorOf) and type(a) is type(b):
        return is_subtype(a.children()[0], b.children()[0])
    if isinstance(a, Set) and isinstance(b, Set) and a.frozen and b.frozen:
        return is_subtype(a.elem, b.elem)
    if isinstance(a, DictView) and isinstance(b, DictView):
        return a.kind == b.kind and is_subtype(a.elem, b.elem)
    if isinstance(a, Function) and isinstance(b, Function):
        return _function_subtype(a, b)
    merged = _merge_container(a, b)
    return merged is not None and _erase(merged) == _erase(b)


def _function_subtype(a: Function, b: Function) -> bool:
    if len(a.params) != len(b.params):
        return False
    return is_subtype(a.result, b.result) and all(is_subtype(y, x) for x, y in zip(a.params, b.params, strict=True))


def _erase(t: Type) -> Type:
    from scriptc.types.core import strip_sites

    return strip_sites(t)
