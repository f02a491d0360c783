"""What Python does in C with objects of user classes, as code that is compiled like the user's own: walking one with `__next__`, `sum`."""

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


def total(it: Any, start: Any) -> Any:
    """`sum(it, start)`."""
    acc = start
    for x in it:
        acc = acc + x
    return acc
