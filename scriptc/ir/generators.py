"""Generators of random numbers as data: what they draw next, and what children they have.

    np.random.default_rng(1)   Generator, of PCG64 with (state, inc, ...) and the seeds it was made from
    np.random.RandomState(1)   RandomState, of MT19937 with (key, pos), has_gauss, gauss
    random.Random(1)           Random, with what `getstate` gives

Tuples, numbers, texts and bytes only, so that a file holds them as it holds other data. A generator has identity, as a list has.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from scriptc.types import NP_RNG, NP_STATE, RNG, Type

MODULES = {"Generator": "numpy.random._generator", "RandomState": "numpy.random.mtrand", "Random": "random"}
KINDS: dict[Type, str] = {NP_RNG: "Generator", NP_STATE: "RandomState", RNG: "Random"}
ENGINES = ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64")
MAX_POOL = 64
BOUNDS = {"pos": 624, "buffer_pos": 4, "has_uint32": 1, "has_gauss": 1}
"""The largest value of what NumPy takes unchecked as an index or a flag; none is negative."""


def generator_kind(value: Any) -> str | None:
    """Which kind of generator `value` is; None where it is something else. NumPy imports its random module only when it is used."""
    cls = type(value)
    return cls.__name__ if MODULES.get(cls.__name__) == cls.__module__ else None


def generator_type(value: Any) -> Type | None:
    """The static type of a generator; None where it is something else."""
    kind = generator_kind(value)
    return next((t for t, k in KINDS.items() if k == kind), None)


def state_of(value: Any) -> tuple[Any, ...]:
    """All there is to know of a generator; raises TypeError where that is no plain data."""
    kind = generator_kind(value)
    if kind == "Random":
        version, words, gauss = value.getstate()
        return (version, words, gauss)
    if kind == "RandomState":
        held = value.get_state(legacy=False)
        if held["bit_generator"] != "MT19937":
            raise TypeError(f"a RandomState of a `{held['bit_generator']}` cannot be saved")
        return ("MT19937", None, _flat(held))
    bits = value.bit_generator
    if type(bits).__name__ not in ENGINES or type(bits).__module__.partition(".")[0] != "numpy":
        raise TypeError(f"a generator of a `{type(bits).__name__}` cannot be saved")
    return (type(bits).__name__, _seeds(bits.seed_seq), _flat(bits.state))


def make(kind: str, state: Any) -> Any:
    """The generator of which `state_of` gives `state`; raises ValueError where there is none."""
    try:
        made = _made(kind, state)
        same = state_of(made) == state
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as e:
        raise ValueError(f"a malformed state of a generator: {e}") from None
    if not same:
        raise ValueError("a malformed state of a generator")
    return made


def _made(kind: str, state: Any) -> Any:
    if kind == "Random":
        alone = random.Random()
        alone.setstate(state)
        return alone
    engine, seeds, flat = state
    if kind == "RandomState":
        old = np.random.RandomState(0)
        old.set_state(_filled(old.get_state(legacy=False), flat))
        return old
    if kind != "Generator" or engine not in ENGINES:
        raise ValueError(f"no generator {kind!r} of {engine!r}")
    entropy, spawn_key, pool_size, children = seeds
    if not 4 <= pool_size <= MAX_POOL:
        raise ValueError("a pool of an unlikely size")
    listed = list(entropy[1]) if type(entropy) is tuple and entropy[0] == "list" else entropy[1] if type(entropy) is tuple else entropy
    sequence = np.random.SeedSequence(listed, spawn_key=spawn_key, pool_size=pool_size, n_children_spawned=children)
    bits = getattr(np.random, engine)(sequence)
    bits.state = _filled(bits.state, flat)
    return np.random.Generator(bits)


def _seeds(sequence: Any) -> tuple[Any, ...]:
    if type(sequence).__name__ != "SeedSequence":
        raise TypeError(f"a generator seeded by a `{type(sequence).__name__}` cannot be saved")
    entropy = sequence.entropy
    if isinstance(entropy, list | tuple) and all(type(x) is int for x in entropy):
        entropy = (type(entropy).__name__, tuple(entropy))
    elif type(entropy) is not int:
        raise TypeError("a generator seeded with something else than integers cannot be saved")
    return (entropy, tuple(map(int, sequence.spawn_key)), sequence.pool_size, sequence.n_children_spawned)


def _flat(state: Any) -> Any:
    """A state as NumPy gives it, without names: dicts as tuples, arrays as bytes."""
    if isinstance(state, dict):
        return tuple(_flat(state[k]) for k in sorted(state))
    if isinstance(state, np.ndarray):
        return state.astype(state.dtype.newbyteorder("<")).tobytes()
    return state if isinstance(state, str | float) else int(state)


def _filled(pattern: Any, flat: Any, name: str = "") -> Any:
    """The inverse of `_flat`, for a state like `pattern`."""
    if isinstance(pattern, dict):
        return {k: _filled(pattern[k], x, k) for k, x in zip(sorted(pattern), flat, strict=True)}
    if isinstance(pattern, np.ndarray):
        return np.frombuffer(flat, pattern.dtype.newbyteorder("<"), len(pattern)).astype(pattern.dtype)
    if name in BOUNDS and not 0 <= flat <= BOUNDS[name]:
        raise ValueError(f"{name} is out of bounds")
    return flat
