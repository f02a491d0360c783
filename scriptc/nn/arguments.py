"""Checks of layers' arguments: what PyTorch's layer takes and this one does not is refused, never ignored."""

from __future__ import annotations


def refuse(layer: object, **arguments: object) -> None:
    """Raise ValueError if an argument that is not supported asks for something: is neither False, None nor zero."""
    for name, value in arguments.items():
        if value:
            raise ValueError(f"{type(layer).__name__}: {name}={value!r} is not supported")


def one_of(name: str, value: str, choices: tuple[str, ...]) -> str:
    """`value`, which must be one of `choices`; else ValueError."""
    if value not in choices:
        raise ValueError(f"{name} is one of {', '.join(map(repr, choices))}, not {value!r}")
    return value


def probability(p: float) -> float:
    """`p`, which must lie between 0 and 1; else ValueError."""
    if not 0 <= p <= 1:
        raise ValueError(f"p is a probability, not {p}")
    return p


def single(value: int | tuple[int]) -> int:
    """The size of a one-dimensional layer, which PyTorch also takes as a tuple of one."""
    return value if isinstance(value, int) else int(value[0])
