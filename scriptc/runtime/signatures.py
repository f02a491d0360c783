"""What a call's array arguments are: the key of the version that runs, and the types that version is made for.

A parameter declared without a dtype or a rank takes arrays of any; each dtype and rank met may get a version of the code
for it (`PythonModule.specialize`). The first calls run the code made for all: making a version takes about as long as they do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from scriptc.ir.core import Param, Program
from scriptc.types import Tensor, Type

Function = Callable[..., Any]
MAX_VERSIONS = 16
FIRST_CALLS = 1
MAX_NODES = 5000
NODES_A_CALL = 500
"""A version is made once a program has run this often: the more nodes, the later. Larger programs than `MAX_NODES` get none."""


class Versions:
    """The versions of one entry, by key."""

    def __init__(self, program: Program, params: Sequence[Param], specialize: Callable[[Sequence[Type]], Function | None]) -> None:
        self.params, self.specialize = params, specialize
        self.open = [i for i, p in enumerate(params) if isinstance(p.type, Tensor) and p.type.scalar is False]
        self.made: dict[Any, Function] = {}
        self._calls: dict[Any, int] = {}
        nodes = sum(1 for g in program.graphs.values() for _ in g.block.walk())
        self.patience = FIRST_CALLS + nodes // NODES_A_CALL if nodes <= MAX_NODES else -1

    def key(self, args: Sequence[Any]) -> Any:
        """The dtypes and ranks of the arrays."""
        return tuple(part for i in self.open for part in (args[i].dtype, args[i].ndim))

    def choose(self, args: Sequence[Any], plain: Function) -> Function:
        """What to run for these arguments, which fit: a version, made now where it is time, else `plain`."""
        key = self.key(args)
        found = self.made.get(key)
        if found is not None:
            return found
        count = self._calls[key] = self._calls.get(key, 0) + 1
        if 0 <= self.patience < count and len(self.made) < MAX_VERSIONS:
            found = self.made[key] = self._make(args) or plain
            return found
        return plain

    def _make(self, args: Sequence[Any]) -> Function | None:
        types = [p.type for p in self.params]
        for i in self.open:
            made = array_type(types[i], args[i], i)
            if made is None:
                return None
            types[i] = made
        return self.specialize(types)


def array_type(declared: Type, array: np.ndarray, index: int) -> Tensor | None:
    """The type of arrays of that dtype and rank; the dimensions not declared get names of their own. None for a dtype without a name."""
    assert isinstance(declared, Tensor)
    if not array.dtype.isnative or array.dtype.kind not in "biufc" or array.dtype.itemsize > (16 if array.dtype.kind == "c" else 8):
        return None
    dims = declared.shape or (None,) * array.ndim
    return Tensor(array.dtype.name, tuple(f"{index}:{axis}" if d is None else d for axis, d in enumerate(dims)), False)
