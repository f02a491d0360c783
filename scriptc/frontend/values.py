"""What an expression is to the frontend: known when compiling (`Const`, `ObjRef`, functions...) or a graph value (`Dyn`).

Every value is a tree: static structure with `Dyn` leaves. `flatten` takes the leaves out, `rebuild` puts others in, so that tuples of
modules, closures and partial applications pass through calls, merges and loops while only their leaves exist at run time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from scriptc.ir import Value
from scriptc.types import Type

if TYPE_CHECKING:
    from scriptc.frontend.frame import Frame


@dataclass(frozen=True, eq=False)
class FV:
    """Base of frontend values."""

    def children(self) -> tuple[FV, ...]:
        """The values this one is made of."""
        return ()

    def with_children(self, children: tuple[FV, ...]) -> FV:
        """The same structure around other values."""
        return self

    def token(self) -> Any:
        """A hashable that is equal for values of the same static structure (children apart)."""
        return (type(self).__name__, id(self))


@dataclass(frozen=True, eq=False)
class Const(FV):
    """A Python object known when compiling: a literal, function, class, module, dtype, enum member."""

    value: Any

    def token(self) -> Any:
        v = self.value
        if v is None or type(v) in (bool, int, str, bytes):
            return ("const", type(v), v)
        if type(v) is float:
            return ("const", float, v.hex())
        return ("const", complex, repr(v)) if type(v) is complex else ("object", id(v))


@dataclass(frozen=True, eq=False)
class Dyn(FV):
    """A graph value, seen at `type` (narrower than the value's own type where flow told us so)."""

    value: Value
    type: Type
    unbound: bool = False  # the name may not be bound on some path here

    def token(self) -> Any:
        return "dyn"


@dataclass(frozen=True, eq=False)
class Unbound(FV):
    """A name with no value: never set, or only on some paths. `why` says which for the message."""

    why: str = ""

    def token(self) -> Any:
        return "unbound"


TURNS = "it changes from turn to turn of this loop"


@dataclass(frozen=True, eq=False)
class Conflict(FV):
    """A name whose values on two paths cannot be one graph value (two functions, say)."""

    why: str

    def token(self) -> Any:
        return ("conflict", self.why)


@dataclass(frozen=True, eq=False)
class Poison(FV):
    """The value of an expression already reported."""

    def token(self) -> Any:
        return "poison"


POISON = Poison()


@dataclass(frozen=True, eq=False)
class Fact(FV):
    """Not a value: what is known of the attribute path that keys it (`node.left`)."""

    type: Type

    def token(self) -> Any:
        return "fact"


@dataclass(frozen=True, eq=False)
class TupleVal(FV):
    """A tuple whose items are known one by one."""

    items: tuple[FV, ...]

    def children(self) -> tuple[FV, ...]:
        return self.items

    def with_children(self, children: tuple[FV, ...]) -> FV:
        return TupleVal(children)

    def token(self) -> Any:
        return ("tuple", len(self.items))


@dataclass(frozen=True, eq=False)
class StaticList(FV):
    """A list of what exists only when compiling (modules, functions); it cannot be changed."""

    items: tuple[FV, ...]

    def children(self) -> tuple[FV, ...]:
        return self.items

    def with_children(self, children: tuple[FV, ...]) -> FV:
        return StaticList(children)

    def token(self) -> Any:
        return ("list", len(self.items))


@dataclass(frozen=True, eq=False)
class StaticDict(FV):
    """A dict with known keys: `**kwargs` on its way through, or a table of functions."""

    keys: tuple[Any, ...]
    items: tuple[FV, ...]

    def children(self) -> tuple[FV, ...]:
        return self.items

    def with_children(self, children: tuple[FV, ...]) -> FV:
        return StaticDict(self.keys, children)

    def token(self) -> Any:
        return ("dict", self.keys)


@dataclass(frozen=True, eq=False)
class Captured(FV):
    """A list, dict or set found on the compiled object (`path` is its state name) or in a global (`path` None)."""

    value: Any
    path: str | None
    label: str

    def token(self) -> Any:
        return ("captured", id(self.value))


@dataclass(frozen=True, eq=False)
class ObjRef(FV):
    """An object that exists when compiling: a module, or any object reached from the compiled one."""

    obj: Any
    path: str

    def token(self) -> Any:
        return ("obj", id(self.obj))


@dataclass(frozen=True, eq=False)
class LocalFunc(FV):
    """A `def` or `lambda` met while compiling. `captures` is None in its own frame: there it reads the variables as they are when it runs."""

    node: Any
    unit: Any
    frame: Frame
    qualname: str
    defaults: tuple[FV, ...]
    kw_defaults: tuple[FV | None, ...]
    free: tuple[str, ...]
    family: tuple[tuple[str, Any], ...] = ()  # (name, tree) of local functions it reaches, itself perhaps among them
    captures: tuple[FV, ...] | None = None

    def children(self) -> tuple[FV, ...]:
        return (*self.defaults, *(d for d in self.kw_defaults if d is not None), *(self.captures or ()))

    def with_children(self, children: tuple[FV, ...]) -> FV:
        n = len(self.defaults)
        rest = list(children[n:])
        kw = tuple(None if d is None else rest.pop(0) for d in self.kw_defaults)
        return replace(self, defaults=children[:n], kw_defaults=kw, captures=None if self.captures is None else tuple(rest))

    def captured(self) -> LocalFunc:
        """With what it reads of its frame, as that is now."""
        return self if self.captures is not None else replace(self, captures=self.frame.capture_values(self))

    def token(self) -> Any:
        return ("def", id(self.node), self.free)


@dataclass(frozen=True, eq=False)
class BoundVal(FV):
    """A function with its first argument: a bound method."""

    fn: FV
    self_: FV

    def children(self) -> tuple[FV, ...]:
        return (self.fn, self.self_)

    def with_children(self, children: tuple[FV, ...]) -> FV:
        return BoundVal(*children)

    def token(self) -> Any:
        return "bound"


@dataclass(frozen=True, eq=False)
class MethodVal(FV):
    """A method of a run-time value by name: `xs.append`, `x.mean`."""

    self_: FV
    name: str

    def children(self) -> tuple[FV, ...]:
        return (self.self_,)

    def with_children(self, children: tuple[FV, ...]) -> FV:
        return MethodVal(children[0], self.name)

    def token(self) -> Any:
        return ("method", self.name)


@dataclass(frozen=True, eq=False)
class PartialVal(FV):
    """`functools.partial(fn, *args, **kwargs)`."""

    fn: FV
    args: tuple[FV, ...]
    names: tuple[str, ...]
    kwargs: tuple[FV, ...]

    def children(self) -> tuple[FV, ...]:
        return (self.fn, *self.args, *self.kwargs)

    def with_children(self, children: tuple[FV, ...]) -> FV:
        n = len(self.args)
        return PartialVal(children[0], children[1 : n + 1], self.names, children[n + 1 :])

    def token(self) -> Any:
        return ("partial", len(self.args), self.names)


@dataclass(frozen=True, eq=False)
class ComparisonVal(FV):
    """`functools.cmp_to_key(fn)`: a key of what sorts."""

    fn: FV

    def children(self) -> tuple[FV, ...]:
        return (self.fn,)

    def with_children(self, children: tuple[FV, ...]) -> FV:
        return ComparisonVal(children[0])

    def token(self) -> Any:
        return "comparison"


@dataclass(frozen=True, eq=False)
class SuperVal(FV):
    """`super()` inside a method of `cls` on `self_`, whose exact class is `start`."""

    cls: type
    start: type
    self_: FV

    def children(self) -> tuple[FV, ...]:
        return (self.self_,)

    def with_children(self, children: tuple[FV, ...]) -> FV:
        return SuperVal(self.cls, self.start, children[0])

    def token(self) -> Any:
        return ("super", id(self.cls), id(self.start))


@dataclass(frozen=True, eq=False)
class CellVal(FV):
    """A name that lives in a cell. `type` is what it holds here as far as the flow tells."""

    cell: Value
    type: Type
    key: Any
    unbound: bool = False
    shared: bool = False  # written by an inner function: the flow tells nothing

    def token(self) -> Any:
        return ("cell", id(self.cell))


@dataclass(frozen=True, eq=False)
class TypeOf(FV):
    """`type(x)` where only running tells: it can be compared with classes and asked for its name."""

    value: Dyn

    def children(self) -> tuple[FV, ...]:
        return (self.value,)

    def with_children(self, children: tuple[FV, ...]) -> FV:
        assert isinstance(children[0], Dyn)
        return TypeOf(children[0])

    def token(self) -> Any:
        return "typeof"


@dataclass(frozen=True, eq=False)
class PartVal(FV):
    """A part of a run-time value, or what is known of it, that only its attributes can be read of: `x.flags`, `np.finfo(x.dtype)`."""

    prefix: str
    value: Dyn

    def children(self) -> tuple[FV, ...]:
        return (self.value,)

    def with_children(self, children: tuple[FV, ...]) -> FV:
        assert isinstance(children[0], Dyn)
        return PartVal(self.prefix, children[0])

    def token(self) -> Any:
        return ("part", self.prefix)


@dataclass(frozen=True, eq=False)
class Choice(FV):
    """One of several functions or modules, picked by an int graph value."""

    options: tuple[FV, ...]
    index: Dyn

    def children(self) -> tuple[FV, ...]:
        return (self.index,)

    def with_children(self, children: tuple[FV, ...]) -> FV:
        assert isinstance(children[0], Dyn)
        return Choice(self.options, children[0])

    def token(self) -> Any:
        return ("choice", tuple(o.token() for o in self.options))


@dataclass(frozen=True, eq=False)
class Spread(FV):
    """`*xs` among arguments, where how many there are is known only at run time."""

    value: FV

    def children(self) -> tuple[FV, ...]:
        return (self.value,)

    def with_children(self, children: tuple[FV, ...]) -> FV:
        return Spread(children[0])

    def token(self) -> Any:
        return "spread"


@dataclass(frozen=True, eq=False)
class Suppress(FV):
    """`contextlib.suppress(*classes)`."""

    classes: tuple[type, ...]


@dataclass(frozen=True, eq=False)
class CellBox(FV):
    """A cell on its way into an inner function: the cell itself as a graph value, and whose it is."""

    cell: Dyn
    key: Any

    def children(self) -> tuple[FV, ...]:
        return (self.cell,)

    def with_children(self, children: tuple[FV, ...]) -> FV:
        assert isinstance(children[0], Dyn)
        return CellBox(children[0], self.key)

    def token(self) -> Any:
        return ("cellbox", self.key)


@dataclass(frozen=True, eq=False)
class PickingIter(FV):
    """An iterator over functions or modules at run time: what is walked, and what its items stand for (`picking.Spec`)."""

    driver: Dyn
    spec: Any

    def children(self) -> tuple[FV, ...]:
        return (self.driver,)

    def with_children(self, children: tuple[FV, ...]) -> FV:
        assert isinstance(children[0], Dyn)
        return PickingIter(children[0], self.spec)

    def token(self) -> Any:
        return ("picking", self.spec.token())


@dataclass(frozen=True, eq=False)
class StaticIter(FV):
    """`zip`, `enumerate`, `reversed`, views of a dict... of static sequences: walked when compiling, the iterators among them `once`."""

    items: tuple[FV, ...]
    once: bool = True

    def children(self) -> tuple[FV, ...]:
        return self.items

    def with_children(self, children: tuple[FV, ...]) -> FV:
        return StaticIter(children, self.once)

    def token(self) -> Any:
        return ("iter", len(self.items), self.once)


def walked_once(fv: FV) -> bool:
    """Is it, or does it hold, an iterator that is walked when compiling? What a second walk finds could not be told."""
    if isinstance(fv, Dyn | Const | Poison):
        return False
    return (isinstance(fv, StaticIter) and fv.once) or any(walked_once(c) for c in fv.children())


def leaves(fv: FV) -> Iterator[Dyn]:
    """The run-time values inside, in order."""
    if isinstance(fv, Dyn):
        yield fv
    for child in fv.children():
        yield from leaves(child)


def structure(fv: FV) -> Any:
    """A hashable key: equal for values that differ only in their `Dyn` leaves."""
    kids = fv.children()
    return (fv.token(), tuple(structure(c) for c in kids)) if kids else fv.token()


def rebuild(fv: FV, fn: Callable[[Dyn], FV]) -> FV:
    """`fv` with each `Dyn` leaf replaced, in order."""
    if isinstance(fv, Dyn):
        return fn(fv)
    kids = fv.children()
    if not kids:
        return fv
    return fv.with_children(tuple(rebuild(c, fn) for c in kids))


ITSELF = "give the other values that it reads names of their own"


def captured(fv: FV, within: tuple[LocalFunc, ...] = ()) -> FV:
    """A value on its way out of its frame: what its functions read of the frame is taken along.

    Raises Refused where that has no end: in `t = (lambda: t, 1)` the function would have to take itself along.
    """
    if isinstance(fv, LocalFunc) and fv.captures is None:
        if any(fv.node is f.node and fv.frame is f.frame for f in within):
            raise fv.frame.refuse("SC209", fv.node, "this function reads a name that holds the function itself", help=ITSELF)
        within, fv = (*within, fv), fv.captured()
    kids = fv.children()
    return fv.with_children(tuple(captured(k, within) for k in kids)) if kids and not isinstance(fv, Dyn) else fv


def same(a: FV, b: FV) -> bool:
    """The same value: the same graph values in the same static structure, at the same types."""
    if a is b:
        return True
    if isinstance(a, Dyn) and isinstance(b, Dyn):
        return a.value is b.value and a.type == b.type and a.unbound == b.unbound
    if isinstance(a, CellVal) and isinstance(b, CellVal):
        return a.cell is b.cell and a.type == b.type and a.unbound == b.unbound
    if isinstance(a, Fact) and isinstance(b, Fact):
        return a.type == b.type
    if a.token() != b.token():
        return False
    ca, cb = a.children(), b.children()
    return len(ca) == len(cb) and all(same(x, y) for x, y in zip(ca, cb, strict=True))


FALL, BREAK, CONTINUE, RETURN = 0, 1, 2, 3
ELSE = 5  # from the body of a `try` into its `else`
LEFT = 4  # out of an inner loop by its `break`, past its `else`


@dataclass
class Flow:
    """How control leaves a piece of code: the names' values for each way out, and which way was taken.

    `envs` maps a kind (FALL, BREAK, CONTINUE, RETURN) to the environment there. `code` is the kind: a `Const` where only one
    is possible, else an int graph value. All kinds share the same graph values; only types and boundness differ.
    """

    envs: dict[int, dict[str, FV]] = field(default_factory=dict)
    code: FV = field(default_factory=lambda: Const(FALL))
