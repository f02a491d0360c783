"""The primitive operations: one record each, one file a family, joined here by name."""

from __future__ import annotations

from scriptc.ir.core import OpDef
from scriptc.ir.structural import STRUCTURAL
from scriptc.ops import (
    builtins_,
    bytes_,
    calling,
    comparisons,
    containers,
    counters,
    defaultdicts,
    deques,
    dicts,
    heaps,
    iterators,
    lists,
    math_,
    numbers,
    numpy_attributes,
    numpy_callbacks,
    numpy_creation,
    numpy_dtypes,
    numpy_indexing,
    numpy_linalg,
    numpy_more,
    numpy_out,
    numpy_random,
    numpy_reductions,
    numpy_shape,
    numpy_text,
    numpy_ufuncs,
    objects,
    operators,
    random_,
    sets,
    strings,
)

FAMILIES: tuple[tuple[OpDef, ...], ...] = (
    tuple(STRUCTURAL.values()),
    operators.OPS,
    comparisons.OPS,
    containers.OPS,
    builtins_.OPS,
    bytes_.OPS,
    calling.OPS,
    strings.OPS,
    lists.OPS,
    deques.OPS,
    counters.OPS,
    defaultdicts.OPS,
    dicts.OPS,
    heaps.OPS,
    sets.OPS,
    numbers.OPS,
    math_.OPS,
    random_.OPS,
    iterators.OPS,
    objects.OPS,
    numpy_creation.OPS,
    numpy_ufuncs.OPS,
    numpy_reductions.OPS,
    numpy_shape.OPS,
    numpy_indexing.OPS,
    numpy_linalg.OPS,
    numpy_random.OPS,
    numpy_attributes.OPS,
    numpy_dtypes.OPS,
    numpy_text.OPS,
    numpy_more.OPS,
    numpy_callbacks.OPS,
)
FAMILIES += (numpy_out.variants(op for family in FAMILIES for op in family),)


def join_families(families: tuple[tuple[OpDef, ...], ...]) -> dict[str, OpDef]:
    """One table of them all; raises `ValueError` where two ops have one name."""
    table: dict[str, OpDef] = {}
    for family in families:
        for op in family:
            if op.name in table:
                raise ValueError(f"two ops are named {op.name!r}")
            table[op.name] = op
    return table


TABLE: dict[str, OpDef] = join_families(FAMILIES)
"""Every op by name. What a file or a graph's text may name is in here and nowhere else."""

__all__ = ["TABLE"]
