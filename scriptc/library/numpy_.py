"""NumPy's names: which op a NumPy function object stands for, and the functions that are compiled from Python instead.

Names resolve by identity: `from numpy import maximum as m` finds the same op. What `SCRIPTED` gives stands for a
NumPy function in plain Python, compiled by the frontend like a user's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from scriptc.ir.core import OpDef
from scriptc.library import numpy_callers
from scriptc.ops import (
    TABLE,
    numpy_attributes,
    numpy_creation,
    numpy_dtypes,
    numpy_indexing,
    numpy_linalg,
    numpy_more,
    numpy_random,
    numpy_reductions,
    numpy_shape,
    numpy_text,
    numpy_ufuncs,
)
from scriptc.ops.numpy_out import OutCall

FAMILIES: tuple[tuple[OpDef, ...], ...] = (
    numpy_attributes.OPS, numpy_creation.OPS, numpy_indexing.OPS, numpy_linalg.OPS, numpy_random.OPS, numpy_reductions.OPS,
    numpy_shape.OPS, numpy_ufuncs.OPS, numpy_dtypes.OPS, numpy_text.OPS, numpy_more.OPS,
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
            if op.signature is not None:
                _enter(found, op.name)
    for alias, name in ALIASES.items():
        value = _object(alias)
        if name is not None and value is not None:
            found.setdefault(value, f"numpy.{name}")
    return found


def _enter(found: dict[object, str], name: str) -> None:
    if not name.startswith("numpy.") or name.endswith(".out") or name.startswith(("numpy.Generator.", "numpy.RandomState.", "numpy.SeedSequence.")):
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
    op.name.removeprefix("ndarray.") for family in FAMILIES for op in family if op.name.startswith("ndarray.") and op.signature is None
)
"""Those of `NUMPY_METHODS` that are data attributes: read, not called."""

RNG_METHODS: dict[str, str] = {
    op.name.rpartition(".")[2]: op.name for op in numpy_random.OPS if op.name.startswith("numpy.Generator.")
}
"""Method of `np.random.default_rng()` -> op name."""


def out_call(op: OpDef) -> OutCall | None:
    """The variant of `op` for calls with `out=`, None where there is none."""
    variant = TABLE.get(f"{op.name}.out")
    if variant is None or variant.signature is None:
        return None
    names = tuple(p.name for p in variant.signature.params)
    first, last = variant.mutates[0], variant.mutates[-1] + 1
    return OutCall(variant, names[:first], names[first:last])


SCRIPTED: dict[object, Callable[..., Any]] = numpy_callers.STANDS_FOR
"""Library functions compiled from their Python text."""
