"""What the user says to `script` besides the object, checked before anything is compiled."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Options:
    """Types by parameter name, an example of the arguments by position, the program's name."""

    types: Mapping[str, Any] | None = None
    example: tuple[Any, ...] | None = None
    name: str | None = None


def make_options(types: Any, example: Any, name: Any) -> Options:
    """The arguments of `script` as `Options`, their form checked. A dict of examples by name stays one until `for_entries`."""
    if types is not None and not (isinstance(types, Mapping) and all(isinstance(k, str) for k in types)):
        raise TypeError(f"types= is a dict from parameter names to types, not {type(types).__name__}")
    if example is not None and not isinstance(example, tuple | list | dict):
        raise TypeError(f"example= is a tuple with one example for each parameter, `example=(x,)`, not {type(example).__name__}")
    if name is not None and not isinstance(name, str):
        raise TypeError(f"name= is a str, not {type(name).__name__}")
    return Options(types, example, name)  # type: ignore[arg-type]


def for_entries(options: Options, functions: list[tuple[Any, bool]]) -> Options:
    """`options` fitted to the functions to compile, the main one first, each with whether its first parameter is `self`.

    Raises TypeError for names none of them has, and for more examples than parameters.
    """
    signatures = [_parameters(fn, bound) for fn, bound in functions]
    known = {p.name for parameters in signatures for p in parameters}
    title = getattr(functions[0][0], "__qualname__", "it")
    for what, names in (("types", options.types or {}), ("example", options.example if isinstance(options.example, dict) else {})):
        unknown = [n for n in names if n not in known]
        if unknown:
            raise TypeError(f"{what}= names {', '.join(map(repr, unknown))}, which {title}() does not take")
    return Options(options.types, _by_position(options.example, signatures[0], title), options.name)


def _parameters(fn: Any, bound: bool) -> list[inspect.Parameter]:
    found = list(inspect.signature(fn, follow_wrapped=False).parameters.values())
    return found[1:] if bound else found


def _by_position(example: Any, parameters: list[inspect.Parameter], title: str) -> tuple[Any, ...] | None:
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if example is None:
        return None
    if not isinstance(example, dict):
        if len(example) > len(positional):
            raise TypeError(f"example= has {len(example)} items, and {title}() takes {len(positional)} by position: give the others in types=")
        return tuple(example)
    last = max((i for i, p in enumerate(positional) if p.name in example), default=-1)
    by_name = [n for n in example if n not in {p.name for p in positional}]
    missing = [p.name for p in positional[:last] if p.name not in example and p.default is p.empty]
    if by_name or missing:
        problem = f"gives {by_name[0]!r}, which is not taken by position" if by_name else f"leaves out {missing[0]!r}"
        raise TypeError(f"example= {problem}: give its type in types=")
    return tuple(example.get(p.name, p.default) for p in positional[: last + 1])
