"""Named dimensions of arguments: `batch` in two arguments must be one size."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from scriptc.ir.core import Param
from scriptc.types import Type, walk
from scriptc.types.core import Dict, DictView, List, Set, Tensor, Tuple, TupleOf, Union

Place = tuple[int, int, str]
"""Argument, axis, name."""


def has_names(t: Type) -> bool:
    return any(isinstance(d, str) for part in walk(t) if isinstance(part, Tensor) for d in part.shape or ())


class NamedDims:
    """The named dimensions of one entry's parameters, and whether a call's arguments agree on them."""

    def __init__(self, params: Sequence[Param], fits: Callable[[Type, Any], bool]) -> None:
        self.params, self.fits = params, fits
        self.any = any(has_names(p.type) for p in params)
        self.flat = self._flat()

    def _flat(self) -> list[Place] | None:
        """Where every name stands, if all are on arguments that are arrays themselves."""
        places: list[Place] = []
        for i, p in enumerate(self.params):
            if isinstance(p.type, Tensor):
                places += [(i, axis, d) for axis, d in enumerate(p.type.shape or ()) if isinstance(d, str)]
            elif has_names(p.type):
                return None
        return places

    def agree(self, args: Sequence[Any]) -> bool:
        if self.flat is None:
            return self.problem(args) is None
        sizes: dict[str, int] = {}
        return all(sizes.setdefault(name, args[i].shape[axis]) == args[i].shape[axis] for i, axis, name in self.flat)

    def problem(self, args: Sequence[Any]) -> tuple[str, int, str, int, str] | None:
        """The first disagreement: name, size and place seen first, size and place that differ."""
        sizes: dict[str, tuple[int, str]] = {}
        for p, arg in zip(self.params, args, strict=True):
            for name, size, place in self._found(p.type, arg, repr(p.name)):
                first = sizes.setdefault(name, (size, place))
                if first[0] != size:
                    return name, *first, size, place
        return None

    def _found(self, t: Type, v: Any, place: str) -> list[tuple[str, int, str]]:
        if isinstance(t, Tensor):
            return [(d, v.shape[axis], place) for axis, d in enumerate(t.shape or ()) if isinstance(d, str)]
        if not has_names(t):
            return []
        if isinstance(t, Union):
            return next((self._found(m, v, place) for m in t.members if self.fits(m, v)), [])
        if isinstance(t, Dict):
            return [f for key, item in v.items() for f in self._found(t.value, item, f"{place}[{key!r}]")]
        items = t.items if isinstance(t, Tuple) else [t.children()[0]] * len(v) if isinstance(t, List | Set | TupleOf | DictView) else []
        return [f for i, (item_type, item) in enumerate(zip(items, v, strict=False)) for f in self._found(item_type, item, f"{place}[{i}]")]
