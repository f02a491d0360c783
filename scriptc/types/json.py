"""Types as structured JSON: a table of rows, each type once, its parts given by their place in the table.

    tuple[int, list[int]]   →   ["int", ["list", 0], ["tuple", 0, 1]]

Reading trusts nothing: any row that no table this module writes could hold raises `TypeRowError`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from scriptc.types.core import (
    ATOMS,
    ERROR,
    FACTORIES,
    Atom,
    Cell,
    DefaultDict,
    Deque,
    Dict,
    DictView,
    Dim,
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
    Union,
)

MAX_ROW_DEPTH = 50
MAX_ROW_SIZE = 20_000
"""Types inside one type, each counted where it stands: a short table could otherwise describe a type of 2**50 parts."""


class TypeRowError(ValueError):
    """A row of a table of types is malformed."""


class TypeTable:
    """Gives each type a number, and the rows to read them back from."""

    def __init__(self) -> None:
        self.rows: list[Any] = []
        self._index: dict[Type, int] = {}

    def add(self, t: Type) -> int:
        """The number of `t`, its parts before it."""
        found = self._index.get(t)
        if found is None:
            row = _row(t, self.add)
            found = self._index[t] = len(self.rows)
            self.rows.append(row)
        return found


_TAGS: dict[type, str] = {
    List: "list", Deque: "deque", Dict: "dict", Tuple: "tuple", TupleOf: "tuple_of", IteratorOf: "iterator", Union: "union", Cell: "cell",
    Function: "function",
}  # fmt: skip
_MAKERS: dict[str, tuple[int, int, Callable[..., Type]]] = {
    "list": (1, 1, List),
    "deque": (1, 1, Deque),
    "set": (1, 1, Set),
    "frozenset": (1, 1, lambda t: Set(t, True)),
    "dict": (2, 2, Dict),
    **{f"defaultdict.{n}": (2, 2, partial(DefaultDict, n)) for n in FACTORIES},
    "tuple": (0, 10_000, lambda *items: Tuple(items)),
    "tuple_of": (1, 1, TupleOf),
    "iterator": (1, 1, IteratorOf),
    "union": (2, 24, lambda *members: Union(members)),
    "cell": (1, 1, Cell),
    "function": (1, 10_000, lambda *parts: Function(parts[:-1], parts[-1])),
    "keys": (1, 1, lambda t: DictView("keys", t)),
    "values": (1, 1, lambda t: DictView("values", t)),
    "items": (1, 1, lambda t: DictView("items", t)),
}
"""tag -> least and most parts, and what is made of them."""


def _row(t: Type, add: Callable[[Type], int]) -> Any:
    if isinstance(t, Atom):
        return t.name
    if isinstance(t, Tensor):
        flags = {False: "array", True: "scalar", None: "either"}
        return [flags[t.scalar], t.dtype, None if t.shape is None else list(t.shape)]
    if isinstance(t, Record | EnumType):
        return ["record" if isinstance(t, Record) else "enum", t.name]
    if isinstance(t, DefaultDict):
        return [f"defaultdict.{t.factory}", *(add(c) for c in t.children())]
    tag = ("frozenset" if t.frozen else "set") if isinstance(t, Set) else t.kind if isinstance(t, DictView) else _TAGS[type(t)]
    return [tag, *(add(c) for c in t.children())]


_Extent = tuple[int, int]
"""How deep a type is nested, and how many types are in it."""
_LEAF: _Extent = (0, 1)


def read_rows(rows: Any) -> list[Type]:
    """The types of a table; raises `TypeRowError`."""
    if type(rows) is not list:
        raise TypeRowError("the table of types is not a list")
    types: list[Type] = []
    extents: list[_Extent] = []
    for i, row in enumerate(rows):
        try:
            t, extent = _read_row(row, types, extents)
        except TypeRowError as e:
            raise TypeRowError(f"type {i}: {e}") from None
        types.append(t)
        extents.append(extent)
    return types


def _read_row(row: Any, types: list[Type], extents: list[_Extent]) -> tuple[Type, _Extent]:
    if type(row) is str:
        if row not in ATOMS or row == ERROR.name:
            raise TypeRowError(f"no type {row!r}")
        return ATOMS[row], _LEAF
    if type(row) is not list or not row or type(row[0]) is not str:
        raise TypeRowError("not a row")
    tag = row[0]
    if tag in ("array", "scalar", "either"):
        return _read_tensor(row), _LEAF
    if tag in ("record", "enum"):
        if len(row) != 2 or type(row[1]) is not str:
            raise TypeRowError(f"malformed {tag}")
        return (Record if tag == "record" else EnumType)(row[1]), _LEAF
    return _read_parts(tag, row[1:], types, extents)


def _read_parts(tag: str, parts: list[Any], types: list[Type], extents: list[_Extent]) -> tuple[Type, _Extent]:
    if tag not in _MAKERS:
        raise TypeRowError(f"no kind of type {tag!r}")
    least, most, make = _MAKERS[tag]
    if not least <= len(parts) <= most:
        raise TypeRowError(f"{len(parts)} parts for `{tag}`")
    if any(type(p) is not int or not 0 <= p < len(types) for p in parts):
        raise TypeRowError("a part is not an earlier type")
    depth = 1 + max((extents[p][0] for p in parts), default=0)
    size = 1 + sum(extents[p][1] for p in parts)
    if depth > MAX_ROW_DEPTH or size > MAX_ROW_SIZE:
        raise TypeRowError("nested too deep, or too large")
    return make(*(types[p] for p in parts)), (depth, size)


def _read_tensor(row: list[Any]) -> Tensor:
    if len(row) != 3 or not (row[1] is None or type(row[1]) is str):
        raise TypeRowError("malformed array type")
    shape: tuple[Dim, ...] | None = None
    if row[2] is not None:
        if type(row[2]) is not list or len(row[2]) > 64 or not all(d is None or type(d) in (int, str) for d in row[2]):
            raise TypeRowError("malformed shape")
        shape = tuple(row[2])
    return Tensor(row[1], shape, {"array": False, "scalar": True, "either": None}[row[0]])
