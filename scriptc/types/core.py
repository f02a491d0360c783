"""The static types of scriptc: frozen values, compared structurally.

A container type (`List`, `Set`, `Dict`) may carry *sites*: the allocation sites its values may come from. Only the
frontend sets them (to widen an element type when something else is stored); a finished `Program` has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

Dim = int | str | None
"""One dimension: a size, a named symbol, or unknown."""

Sites = frozenset[Any]
NO_SITES: Sites = frozenset()


@dataclass(frozen=True, repr=False)
class Type:
    """Base of every static type."""

    def children(self) -> tuple[Type, ...]:
        return ()

    def map(self, fn: Callable[[Type], Type]) -> Type:
        """This type with `fn` applied to each direct child."""
        return self

    def __str__(self) -> str:
        from scriptc.types.text import print_type

        return print_type(self)

    def __repr__(self) -> str:
        return f"<{self}>"


@dataclass(frozen=True, repr=False)
class Atom(Type):
    """A type with no parts: Python's own scalars, opaque handles, and the compiler's markers."""

    name: str


INT, FLOAT, COMPLEX, BOOL = Atom("int"), Atom("float"), Atom("complex"), Atom("bool")
STR, BYTES, NONE, ELLIPSIS = Atom("str"), Atom("bytes"), Atom("None"), Atom("ellipsis")
RANGE, SLICE, DTYPE = Atom("range"), Atom("slice"), Atom("dtype")
RNG, NP_RNG, NP_STATE = Atom("random.Random"), Atom("numpy.Generator"), Atom("numpy.RandomState")
NP_BITS, NP_SEED = Atom("numpy.BitGenerator"), Atom("numpy.SeedSequence")
ERRSTATE = Atom("numpy.errstate")
EXC_TYPE, TRACEBACK = Atom("exception_type"), Atom("traceback")
UNDEF = Atom("undef")
"""Member of a union: the name may be unbound here."""
NEVER = Atom("never")
"""The type of what is never reached; bottom of `join`."""
ERROR = Atom("error")
"""The type of an expression already reported; silences what follows from it."""

ATOMS: dict[str, Atom] = {
    a.name: a
    for a in (
        INT, FLOAT, COMPLEX, BOOL, STR, BYTES, NONE, ELLIPSIS, RANGE, SLICE, DTYPE, RNG, NP_RNG, NP_STATE, NP_BITS, NP_SEED, ERRSTATE,
        EXC_TYPE, TRACEBACK, UNDEF, NEVER, ERROR,
    )
}  # fmt: skip


@dataclass(frozen=True, repr=False)
class Tensor(Type):
    """A NumPy value. `scalar` is False for `ndarray`, True for a NumPy scalar (`np.float64`), None where unknown.

    `dtype` is a canonical name (`float32`, `int64`, `bool`, ...) or None; `shape` a tuple of dims or None for unknown rank.
    """

    dtype: str | None = None
    shape: tuple[Dim, ...] | None = None
    scalar: bool | None = False

    @property
    def rank(self) -> int | None:
        return None if self.shape is None else len(self.shape)


@dataclass(frozen=True, repr=False)
class List(Type):
    elem: Type
    sites: Sites = NO_SITES

    def children(self) -> tuple[Type, ...]:
        return (self.elem,)

    def map(self, fn: Callable[[Type], Type]) -> Type:
        return List(fn(self.elem), self.sites)


@dataclass(frozen=True, repr=False)
class Deque(Type):
    """A `collections.deque`."""

    elem: Type
    sites: Sites = NO_SITES

    def children(self) -> tuple[Type, ...]:
        return (self.elem,)

    def map(self, fn: Callable[[Type], Type]) -> Type:
        return Deque(fn(self.elem), self.sites)


@dataclass(frozen=True, repr=False)
class Set(Type):
    elem: Type
    frozen: bool = False
    sites: Sites = NO_SITES

    def children(self) -> tuple[Type, ...]:
        return (self.elem,)

    def map(self, fn: Callable[[Type], Type]) -> Type:
        return Set(fn(self.elem), self.frozen, self.sites)


@dataclass(frozen=True, repr=False)
class Dict(Type):
    key: Type
    value: Type
    sites: Sites = NO_SITES

    def children(self) -> tuple[Type, ...]:
        return (self.key, self.value)

    def map(self, fn: Callable[[Type], Type]) -> Type:
        return Dict(fn(self.key), fn(self.value), self.sites)


FACTORIES = ("int", "float", "complex", "bool", "str", "bytes", "list", "set", "dict", "function", "Counter")
"""What makes the missing values of a `DefaultDict`."""


@dataclass(frozen=True, repr=False)
class DefaultDict(Type):
    """A `collections.defaultdict`; `factory` is the name of the built-in class that makes a missing value, or `function`.

    `Counter` is for `collections.Counter`, whose values are ints.
    """

    factory: str
    key: Type
    value: Type
    sites: Sites = NO_SITES

    def children(self) -> tuple[Type, ...]:
        return (self.key, self.value)

    def map(self, fn: Callable[[Type], Type]) -> Type:
        return DefaultDict(self.factory, fn(self.key), fn(self.value), self.sites)


@dataclass(frozen=True, repr=False)
class DictView(Type):
    """`d.keys()` (elem = key), `d.values()` (elem = value), `d.items()` (elem = tuple of both)."""

    kind: str
    elem: Type

    def children(self) -> tuple[Type, ...]:
        return (self.elem,)

    def map(self, fn: Callable[[Type], Type]) -> Type:
        return DictView(self.kind, fn(self.elem))


@dataclass(frozen=True, repr=False)
class Tuple(Type):
    """A tuple of known length."""

    items: tuple[Type, ...] = ()

    def children(self) -> tuple[Type, ...]:
        return self.items

    def map(self, fn: Callable[[Type], Type]) -> Type:
        return Tuple(tuple(fn(t) for t in self.items))


@dataclass(frozen=True, repr=False)
class TupleOf(Type):
    """A tuple of unknown length, all items of one type."""

    elem: Type

    def children(self) -> tuple[Type, ...]:
        return (self.elem,)

    def map(self, fn: Callable[[Type], Type]) -> Type:
        return TupleOf(fn(self.elem))


@dataclass(frozen=True, repr=False)
class IteratorOf(Type):
    """A one-pass iterator: a generator, `zip`, `enumerate`, `map`, `filter`, `reversed`, `iter(...)`."""

    elem: Type

    def children(self) -> tuple[Type, ...]:
        return (self.elem,)

    def map(self, fn: Callable[[Type], Type]) -> Type:
        return IteratorOf(fn(self.elem))


@dataclass(frozen=True, repr=False)
class Union(Type):
    """Two or more member types, none of them a Union. Build with `types.union`, which keeps it canonical."""

    members: tuple[Type, ...]

    def children(self) -> tuple[Type, ...]:
        return self.members

    def map(self, fn: Callable[[Type], Type]) -> Type:
        from scriptc.types.lattice import union

        return union(fn(t) for t in self.members)


@dataclass(frozen=True, repr=False)
class Record(Type):
    """An instance of exactly the class `name` (never of a subclass). `Program.classes[name]` declares it.

    Covers user classes, dataclasses, NamedTuples and exceptions. Built-in exceptions have their bare name
    (`ValueError`) and need no declaration; user classes are named `module.QualName`.
    """

    name: str


@dataclass(frozen=True, repr=False)
class EnumType(Type):
    """A member of the enum class `name`, declared in `Program.classes`."""

    name: str


@dataclass(frozen=True, repr=False)
class Cell(Type):
    """A mutable variable shared by a function and its closures, or written inside `try`."""

    elem: Type

    def children(self) -> tuple[Type, ...]:
        return (self.elem,)

    def map(self, fn: Callable[[Type], Type]) -> Type:
        return Cell(fn(self.elem))


@dataclass(frozen=True, repr=False)
class Function(Type):
    """A compiled function as a run-time value: `params` positional arguments, one result."""

    params: tuple[Type, ...] = field(default=())
    result: Type = NONE

    def children(self) -> tuple[Type, ...]:
        return (*self.params, self.result)

    def map(self, fn: Callable[[Type], Type]) -> Type:
        return Function(tuple(fn(t) for t in self.params), fn(self.result))


def walk(t: Type) -> Iterator[Type]:
    """`t` and every type inside it, outermost first."""
    yield t
    for child in t.children():
        yield from walk(child)


def strip_sites(t: Type) -> Type:
    """`t` without allocation sites, as a finished program holds it."""
    t = t.map(strip_sites)
    if isinstance(t, List):
        return List(t.elem)
    if isinstance(t, Deque):
        return Deque(t.elem)
    if isinstance(t, Set):
        return Set(t.elem, t.frozen)
    if isinstance(t, DefaultDict):
        return DefaultDict(t.factory, t.key, t.value)
    if isinstance(t, Dict):
        return Dict(t.key, t.value)
    return t
