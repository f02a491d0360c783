"""The primitive operations: one record each, one file a family, joined here by name."""

from __future__ import annotations

import importlib
import importlib.util

from scriptc.ir.core import OpDef
from scriptc.ir.structural import STRUCTURAL
from scriptc.ops import (
    builtins_,
    comparisons,
    containers,
    dicts,
    iterators,
    lists,
    math_,
    numbers,
    objects,
    operators,
    random_,
    sets,
    strings,
)

FAMILIES: tuple[tuple[OpDef, ...], ...] = (
    operators.OPS,
    comparisons.OPS,
    containers.OPS,
    builtins_.OPS,
    strings.OPS,
    lists.OPS,
    dicts.OPS,
    sets.OPS,
    numbers.OPS,
    math_.OPS,
    random_.OPS,
    iterators.OPS,
    objects.OPS,
)


NUMPY = ("creation", "ufuncs", "reductions", "shape", "indexing", "linalg", "random", "attributes")


def _numpy_families() -> tuple[tuple[OpDef, ...], ...]:
    names = [f"scriptc.ops.numpy_{n}" for n in NUMPY]
    return tuple(importlib.import_module(n).OPS for n in names if importlib.util.find_spec(n) is not None)


def _join() -> dict[str, OpDef]:
    table: dict[str, OpDef] = dict(STRUCTURAL)
    for family in (*FAMILIES, *_numpy_families()):
        for op in family:
            if op.name in table:
                raise ValueError(f"two ops are named {op.name!r}")
            table[op.name] = op
    return table


TABLE: dict[str, OpDef] = _join()
"""Every op by name. What a file or a graph's text may name is in here and nowhere else."""

__all__ = ["TABLE"]
