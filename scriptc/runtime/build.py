"""Compile a live object: frontend, passes, verifier, Python target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scriptc.runtime.link import Linked


@dataclass(frozen=True)
class Options:
    """What the user said besides the object: types by parameter name, an example call, the program's name."""

    types: Mapping[str, Any] | None = None
    example: Any = None
    name: str | None = None


def build(obj: Any, options: Options) -> Linked:
    """Compile `obj`. Raises `ScriptError` with every finding."""
    from scriptc.frontend import compile_object
    from scriptc.ir.verifier import verify
    from scriptc.library import Library
    from scriptc.passes import pipeline

    program, classes = compile_object(obj, library=Library(), types=options.types, example=options.example, name=options.name)
    program = pipeline.run(program)
    verify(program)
    return Linked(program, classes)
