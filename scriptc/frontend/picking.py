"""Iterators whose items hold functions or modules: positions are walked as the program runs, and an item's parts are picked by them.

`zip(self.layers, states)` walks `zip(range(3), states)`; the generator expression `(layer(x) for layer in self.layers)` draws from
`range(3)`. What draws first, how far and how often is then Python's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scriptc.frontend import choice
from scriptc.frontend.frame import Frame
from scriptc.frontend.values import FV, Choice, Const, Dyn, PickingIter, TupleVal, structure


@dataclass(frozen=True)
class Plain:
    """What is walked, itself."""

    def token(self) -> Any:
        return "plain"


@dataclass(frozen=True, eq=False)
class Options:
    """One of several functions or modules, or of several literals, by the position walked."""

    items: tuple[FV, ...]

    def token(self) -> Any:
        return tuple(structure(o) for o in self.items)


@dataclass(frozen=True, eq=False)
class Row:
    """A tuple: its parts are of the parts of what is walked, or `shared`, all of the one position."""

    parts: tuple[Plain | Options | Row, ...]
    shared: bool

    def token(self) -> Any:
        return (self.shared, *(p.token() for p in self.parts))


Spec = Plain | Options | Row


def item(f: Frame, walked: FV, spec: Spec, node: Any) -> FV:
    """The item that `walked` stands for, in the frame `f`."""
    if isinstance(spec, Row):
        each = [walked if spec.shared else f.emit("getitem", [walked, Const(i)], node) for i in range(len(spec.parts))]
        return TupleVal(tuple(item(f, w, p, node) for w, p in zip(each, spec.parts, strict=True)))
    if isinstance(spec, Plain) or not isinstance(walked, Dyn):
        return walked
    if all(f.type_of(o) is not None for o in spec.items):
        return f.emit("getitem", [TupleVal(spec.items), walked], node)
    return Choice(spec.items, walked)


def options(f: Frame, items: list[FV]) -> Spec | None:
    """How items known when compiling are picked by their position; None where they cannot be."""
    if not items or len(items) > choice.MAX_OPTIONS:
        return None
    rows = [x.items for x in items if isinstance(x, TupleVal)]
    if len(rows) == len(items) and len({len(r) for r in rows}) == 1:
        columns = [options(f, list(column)) for column in zip(*rows, strict=True)]
        return None if None in columns else Row(tuple(c for c in columns if c is not None), shared=True)
    literal = all(isinstance(x, Const) and f.type_of(x) is not None for x in items)
    return Options(tuple(items)) if literal or all(choice.pickable(x) and f.type_of(x) is None for x in items) else None


def zipped(f: Frame, drivers: list[FV], specs: list[Spec], zip_: Any) -> FV:
    """`zip` of arguments of which some are walked as positions."""
    driver = zip_(drivers)
    return PickingIter(driver, Row(tuple(specs), shared=False)) if isinstance(driver, Dyn) else driver


def numbered(driver: FV, inner: PickingIter) -> FV:
    """`enumerate` of such an iterator."""
    return PickingIter(driver, Row((Plain(), inner.spec), shared=False)) if isinstance(driver, Dyn) else driver
