"""Reading JSON that nobody vouches for: each function checks the kind of what it is given, or raises `LoadError`."""

from __future__ import annotations

from typing import Any, NoReturn

from scriptc.archive.errors import LoadError


def fault(problem: str, place: str) -> NoReturn:
    """The program in the file is malformed."""
    raise LoadError("SL107", problem, place=place)


def keyed(x: Any, required: frozenset[str], optional: frozenset[str], place: str) -> dict[str, Any]:
    """An object with the `required` keys, perhaps some of the `optional`, and no others."""
    if type(x) is not dict:
        fault("holds no object", place)
    if not required <= x.keys() <= required | optional:
        odd = sorted((x.keys() ^ required) - optional)
        fault(f"has missing or unknown keys {', '.join(odd)[:100]}", place)
    return x


def sequence(x: Any, place: str, least: int = 0, most: int | None = None) -> list[Any]:
    """A list of so many items."""
    if type(x) is not list or len(x) < least or (most is not None and len(x) > most):
        fault("holds no list of the right length", place)
    return x


def text(x: Any, place: str) -> str:
    if type(x) is not str:
        fault("holds no text where one belongs", place)
    return x


def texts(x: Any, place: str) -> list[str]:
    for item in sequence(x, place):
        text(item, place)
    found: list[str] = x
    return found


def natural(x: Any, below: int, place: str) -> int:
    """An integer from 0 up to, not including, `below`."""
    if type(x) is not int or not 0 <= x < below:
        fault(f"holds {x!r:.20} where a number below {below} belongs", place)
    return x


def integers(x: Any, place: str) -> list[int]:
    """A list of integers that fit into 64 bits."""
    found: list[int] = sequence(x, place)
    if found and (set(map(type, found)) != {int} or max(found) >= 1 << 62 or min(found) <= -1 << 62):
        fault("holds something else than integers", place)
    return found


def unique(names: list[str], place: str) -> None:
    if len(set(names)) != len(names):
        fault("holds a name twice", place)
