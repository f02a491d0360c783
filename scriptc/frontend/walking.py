"""How `for` walks an object with `__next__`: a generator that is compiled like the user's own code."""

from __future__ import annotations

from typing import Any


def items(it: Any) -> Any:
    """What `it.__next__()` gives, until it raises `StopIteration`."""
    while True:
        try:
            item = it.__next__()
        except StopIteration:
            return
        yield item
