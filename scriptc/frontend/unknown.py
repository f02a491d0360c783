"""What the linter puts where a value would be: it never runs the user's code, so it knows the type at most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scriptc.types import ERROR, Type

OPEN = "%open"
"""In the `__dict__` of a stand-in object: it may have attributes that are not known."""


@dataclass(frozen=True, eq=False)
class Unknown:
    """Some value of `type`; with the type `ERROR` nothing is known of it, and nothing is reported of what it is used for."""

    type: Type = ERROR


def is_open(obj: Any) -> bool:
    """May the stand-in `obj` have attributes that are not known?"""
    return OPEN in getattr(obj, "__dict__", ())
