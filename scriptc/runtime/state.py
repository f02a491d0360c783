"""The state of a compiled module: its arrays by name, copied in place, and its training mode."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from scriptc.runtime.link import Linked

if TYPE_CHECKING:
    import numpy.typing as npt

ARRAYS = ("parameter", "buffer")
FROZEN_MODE = "frozen mode"
"""The constant of a frozen program that says for which mode it was frozen; nothing in it reads it."""


def refresh(linked: Linked) -> None:
    """Bring the program's state up to what the running code has made of it."""
    for name, slot in linked.program.state.items():
        slot.value = linked.get(name)


def state_dict(linked: Linked) -> dict[str, np.ndarray]:
    """Parameters and buffers by name, also those in a list or dict that the code changes; tied ones under each of their names."""
    slots = linked.program.state
    found = {n: array for name, slot in slots.items() if slot.kind in ARRAYS for n, array in arrays_in(name, linked.get(name))}
    found.update((alias, found[name]) for alias, name in linked.program.aliases.items() if name in found)
    return found


def arrays_in(name: str, value: Any) -> Iterator[tuple[str, np.ndarray]]:
    """The arrays of an attribute, with their names: those in its lists, tuples and dicts are `name.key`."""
    if isinstance(value, np.ndarray):
        yield name, value
    elif isinstance(value, list | tuple | dict):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from arrays_in(f"{name}.{key}", item)


def load_state_dict(linked: Linked, values: Mapping[str, npt.ArrayLike], strict: bool) -> None:
    """Copy `values` in. ValueError lists all that does not fit; nothing changes then."""
    own = state_dict(linked)
    problems = [f"missing: {n}" for n in own if n not in values] + [f"unexpected: {n}" for n in values if n not in own] if strict else []
    new = {name: np.asarray(value) for name, value in values.items() if name in own}
    problems += [problem for name, value in new.items() if (problem := _misfit(name, own[name], value)) is not None]
    problems += _untied(linked.program.aliases, new)
    if problems:
        raise ValueError(f"state does not fit {linked.program.name}:\n  " + "\n  ".join(problems))
    for name, value in new.items():
        np.copyto(own[name], value, casting="same_kind")


def _misfit(name: str, old: np.ndarray, new: np.ndarray) -> str | None:
    if old.shape != new.shape:
        return f"{name}: shape {new.shape}, expected {old.shape}"
    if not np.can_cast(new.dtype, old.dtype, casting="same_kind"):
        return f"{name}: dtype {new.dtype} does not convert to {old.dtype}"
    return None if old.flags.writeable else f"{name}: the array is read-only"


def _untied(aliases: Mapping[str, str], new: Mapping[str, np.ndarray]) -> list[str]:
    """Names of one array that are given different values: one of them would be lost."""
    pairs = [(a, c) for a, c in aliases.items() if a in new and c in new]
    return [f"{a} and {c} are one array, but differ here" for a, c in pairs if not np.array_equal(new[a], new[c], equal_nan=_has_nan(new[a]))]


def _has_nan(a: np.ndarray) -> bool:
    return a.dtype.kind in "fc"


def _training_slots(linked: Linked) -> list[str]:
    return [name for name in linked.program.state if name.rpartition(".")[2] == "training"]


def assign(linked: Linked, name: str, value: Any) -> None:
    """`module.name = value`. TypeError or ValueError where the value is not of the slot's type."""
    slot = linked.program.state.get(name)
    if slot is None:
        raise AttributeError(f"{name!r} of {linked.program.name} cannot be set: what its code does not change was fixed when it was compiled")
    linked.fits(f"attribute {name!r}", slot.type, value)
    linked.set(name, value)


def set_training(linked: Linked, mode: Any) -> None:
    """Set every `training` slot. A module whose code reads none behaves the same in both modes; RuntimeError where the other was frozen away."""
    frozen = linked.program.constants.get(FROZEN_MODE)
    if frozen is not None and frozen.value is not bool(mode):
        name = linked.program.name
        raise RuntimeError(f"{name} was frozen with training={frozen.value}: freeze it again with training={bool(mode)}, or with keep='training'")
    for name in _training_slots(linked):
        linked.set(name, bool(mode))
