"""Modules that hold modules or parameters: a list, a dict, a chain.

They are a real list and a real dict, so that everything Python does with those works, compiled or not. A plain list or
dict attribute of modules or arrays is found as well; these classes add a type that says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import numpy as np

from scriptc.nn.module import Module, _modules_in

M = TypeVar("M", bound=Module)


class _ByIdentity:
    """Compares and hashes as other modules do, not as the list or dict it is."""

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other


class ModuleList(_ByIdentity, Module, list[M]):  # type: ignore[misc]  # a list has no hash, a module has
    """A list of modules: `for layer in self.layers`, `self.layers[i](x)`. A slice of it is a plain list of them."""

    def named_children(self) -> Iterator[tuple[str, Module]]:
        for i, item in enumerate(self):
            yield from _modules_in(str(i), item)


class ModuleDict(_ByIdentity, Module, dict[str, M]):  # type: ignore[misc]  # a dict has no hash, a module has
    """A dict of modules by name."""

    def named_children(self) -> Iterator[tuple[str, Module]]:
        for key, item in self.items():
            yield from _modules_in(key, item)


class Sequential(ModuleList[Module]):
    """Modules applied one after another: `Sequential(Linear(4, 8), ReLU(), Linear(8, 2))`."""

    def __init__(self, *layers: Module) -> None:
        list.__init__(self, layers)

    def forward(self, x: np.ndarray) -> np.ndarray:
        for layer in self:
            x = layer(x)
        return x


class ParameterList(_ByIdentity, Module, list[np.ndarray]):  # type: ignore[misc]  # a list has no hash, a module has
    """A list of parameters: `for weight in self.weights`."""

    def named_arrays(self) -> Iterator[tuple[str, np.ndarray, str]]:
        for i, item in enumerate(self):
            yield str(i), item, str(i)


class ParameterDict(_ByIdentity, Module, dict[str, np.ndarray]):  # type: ignore[misc]  # a dict has no hash, a module has
    """A dict of parameters by name."""

    def named_arrays(self) -> Iterator[tuple[str, np.ndarray, str]]:
        for key, item in self.items():
            yield key, item, key
