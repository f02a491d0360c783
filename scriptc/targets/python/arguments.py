"""Whether arguments fit a function, asked of Python: a function with those parameters and no body is called with them."""

from __future__ import annotations

import functools
import inspect
import types
from typing import Any


def _empty() -> None:
    return None


@functools.lru_cache(maxsize=512)
def stub(qualname: str, module: str, parameters: str) -> types.FunctionType:
    """A function of these names and parameters that does nothing.

    `parameters`: positional-only ones, those that may be named, `*`, keyword-only ones, `*` for `**`; `|` between, `=` after the
    name of one that has a default.
    """
    only, names, star, keyword, stars = (part.split() for part in parameters.split("|"))
    plain = [n.removesuffix("=") for n in (*only, *names, *keyword)]
    flags = _empty.__code__.co_flags | inspect.CO_VARARGS * bool(star) | inspect.CO_VARKEYWORDS * bool(stars)
    variables = (*plain, *["*"] * bool(star), *["**"] * bool(stars))
    code = _empty.__code__.replace(
        co_argcount=len(only) + len(names), co_posonlyargcount=len(only), co_kwonlyargcount=len(keyword),
        co_nlocals=len(variables), co_varnames=variables, co_flags=flags, co_name=qualname.rpartition(".")[2], co_qualname=qualname,
    )  # fmt: skip
    made = types.FunctionType(code, {})
    made.__qualname__, made.__module__ = qualname, module
    made.__defaults__ = (None,) * sum(n.endswith("=") for n in (*only, *names))
    made.__kwdefaults__ = {n[:-1]: None for n in keyword if n.endswith("=")}
    return made


def check_call(count: int, keywords: dict[str, Any] | None, names: str, qualname: str, parameters: str) -> None:
    """Raise TypeError, in Python's words, unless `count` arguments and these keywords fit."""
    stub(qualname, "", parameters)(*(None,) * count, **dict.fromkeys(names.split()), **(keywords or {}))


def distinct(qualname: str, module: str, old: str, new: str, given: dict[str, Any] | None, *before: dict[str, Any]) -> None:
    """Raise TypeError, in Python's words, where a keyword was given before."""
    merged = dict.fromkeys(old.split())
    for d in before:
        merged.update(d)
    stub(qualname, module, "||||*")(**merged, **(dict.fromkeys(new.split()) if given is None else given))


def other_keywords(given: dict[str, Any], names: str) -> dict[str, Any]:
    """A new dict of those that are not in `names`."""
    known = names.split()
    return {k: v for k, v in given.items() if k not in known}
