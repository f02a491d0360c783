"""NumPy's names: which op a NumPy function object stands for, and the functions that are compiled from Python instead.

Names resolve by identity: `from numpy import maximum as m` finds the same op. `SCRIPTED` functions are plain Python over
NumPy names (`functional.py`), compiled by the frontend like a user's own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from scriptc.ir.core import OpDef
from scriptc.library import functional
from scriptc.ops import (
    numpy_attributes,
    numpy_creation,
    numpy_indexing,
    numpy_linalg,
    numpy_random,
    numpy_reductions,
    numpy_shape,
    numpy_ufuncs,
)

FAMILIES: tuple[tuple[OpDef, ...], ...] = (
    numpy_attributes.OPS, numpy_creation.OPS, numpy_indexing.OPS, numpy_linalg.OPS, numpy_random.OPS, numpy_reductions.OPS,
    numpy_shape.OPS, numpy_ufuncs.OPS,
)  # fmt: skip

ALIASES = {"amax": "max", "amin": "min", "concat": "concatenate", "astype": None, "bool_": "bool", "row_stack": "vstack"}
"""NumPy names that are other function objects of the same signature."""


def _object(name: str) -> Any:
    """The NumPy object of a dotted name, None where this NumPy has none."""
    found: Any = np
    for part in name.split("."):
        found = getattr(found, part, None)
    return found


def _functions() -> dict[object, str]:
    found: dict[object, str] = {}
    for family in FAMILIES:
        for op in family:
            _enter(found, op.name)
    for alias, name in ALIASES.items():
        value = _object(alias)
        if name is not None and value is not None:
            found.setdefault(value, f"numpy.{name}")
    return found


def _enter(found: dict[object, str], name: str) -> None:
    if not name.startswith("numpy.") or name.endswith(".out") or name.startswith("numpy.Generator."):
        return
    value = _object(name.removeprefix("numpy."))
    if value is not None:
        found.setdefault(value, name)


NUMPY_FUNCTIONS: dict[object, str] = _functions()
"""NumPy function (or scalar class) -> op name."""

NUMPY_METHODS: dict[str, str] = {
    op.name.removeprefix("ndarray."): op.name for family in FAMILIES for op in family if op.name.startswith("ndarray.")
}
"""Method or attribute of arrays and NumPy scalars -> op name."""

NUMPY_ATTRIBUTES: frozenset[str] = frozenset(
    op.name.removeprefix("ndarray.") for op in numpy_attributes.OPS if op.name.startswith("ndarray.") and op.signature is None
)
"""Those of `NUMPY_METHODS` that are data attributes: read, not called."""

RNG_METHODS: dict[str, str] = {
    op.name.rpartition(".")[2]: op.name for op in numpy_random.OPS if op.name.startswith("numpy.Generator.")
}
"""Method of `np.random.default_rng()` -> op name."""

WRITES_OUT: frozenset[str] = frozenset(op.name.removesuffix(".out") for op in numpy_ufuncs.OPS if op.name.endswith(".out"))
"""Ops that have a variant `<name>.out` for calls with `out=`; see `with_out`."""


def with_out(name: str, positional: int, keywords: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The op of a call, and the order its keyword operands must be in: with `out=` the variant that writes, `out` first.

    `positional` is how many arguments are positional. The operands were evaluated before, so their order is free.
    """
    at = 1 if name in _ONE_OPERAND else 2
    if name not in WRITES_OUT or ("out" not in keywords and positional <= at):
        return name, tuple(keywords)
    return f"{name}.out", tuple(sorted(keywords, key=lambda k: k != "out"))


_ONE_OPERAND = frozenset(f"numpy.{n}" for n in numpy_ufuncs.NAMES if getattr(np, n).nin == 1)

SCRIPTED: dict[object, Callable[..., Any]] = {getattr(functional, n): getattr(functional, n) for n in functional.__all__}
"""Library functions compiled from their Python text."""
