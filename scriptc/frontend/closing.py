"""Generators whose closing can be noticed may only be used where it surely happens when it does in CPython."""

from __future__ import annotations

from typing import Any

from scriptc.ir.closing import Closing


def check(c: Any) -> None:
    """Report each use of such a generator that may keep it alive for longer, or shorter, than the user's own code does."""
    if c.sink.errors:
        return
    found = Closing(c.program)
    for node in found.stray():
        c.sink.error(
            "SC102", node.span, "a generator with a `yield` inside `try` or `with` is used other than by drawing from it at once",
            "when it is closed cannot be told here", help="call it in the `for` or the `list()` that draws from it: `for x in gen(...)`",
        )  # fmt: skip
    for value, span in c.comprehended:
        if value in found.values:
            c.sink.error(
                "SC102", span, "this comprehension over a generator with a `yield` inside `try` or `with` cannot be compiled by Python 3.11",
                "there it closes the generator later than a `for` loop does", help="write a `for` loop, or compile with Python 3.12 or later",
            )  # fmt: skip
