"""Containers of the module `collections` as data: `deque`, `Counter`, and `defaultdict` of a built-in class."""

from __future__ import annotations

import collections
from typing import Any

FACTORIES: dict[str, type] = {c.__name__: c for c in (int, float, complex, bool, str, bytes, list, set, dict)}
"""What makes the missing values of a `defaultdict` that a file can hold."""
LINES = (list, tuple, collections.deque)
"""Classes whose items stand in a line."""
CHANGING = (list, dict, set, collections.deque)
"""Classes of containers that can change."""


def factory_of(value: Any) -> str | None:
    """`int` of a `defaultdict(int)`, `Counter` of a `Counter`; None for what is neither, and for factories no file can hold."""
    if type(value) is collections.Counter:
        return "Counter"
    if type(value) is not collections.defaultdict:
        return None
    name = getattr(value.default_factory, "__name__", "")
    return name if FACTORIES.get(name) is value.default_factory else None


def make(factory: str, items: dict[Any, Any]) -> Any:
    """The dict with these items; raises ValueError for a factory that is none."""
    if factory == "Counter":
        made = collections.Counter[Any]()
        made.update(items)
        return made
    if factory not in FACTORIES:
        raise ValueError(f"no factory {factory!r}")
    return collections.defaultdict(FACTORIES[factory], items)
