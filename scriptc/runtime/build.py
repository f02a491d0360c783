"""Compile a live object: frontend, passes, verifier, Python target."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from scriptc.ir.core import Program
from scriptc.runtime.crash import reporting
from scriptc.runtime.link import Linked
from scriptc.runtime.options import Options, for_entries
from scriptc.runtime.refusals import entry_functions

_busy: ContextVar[bool] = ContextVar("scriptc_compiling", default=False)


def compiling() -> bool:
    """Is this thread in the middle of a compilation?"""
    return _busy.get()


@contextmanager
def _compiling() -> Iterator[None]:
    token, collecting = _busy.set(True), gc.isenabled()
    gc.disable()  # all that is made here lives to its end: looking for garbage costs more with each line
    try:
        yield
    finally:
        _busy.reset(token)
        if collecting:
            gc.enable()


def build(obj: Any, options: Options) -> Linked:
    """Compile `obj`. Raises `ScriptError` with every finding, `InternalError` where scriptc itself fails."""
    from scriptc.ir.verifier import verify
    from scriptc.passes import pipeline

    if options.types or options.example:
        options = for_entries(options, entry_functions(obj))
    with reporting(obj), _compiling():
        program, classes = _lower(obj, options)
        program = pipeline.run(program)
        verify(program)
        return Linked(program, classes)


def lower(obj: Any) -> Program:
    """The program of `obj` as the frontend makes it, before any pass. Raises as `build` does."""
    with reporting(obj), _compiling():
        return _lower(obj, Options())[0]


def _lower(obj: Any, options: Options) -> tuple[Program, dict[str, type]]:
    from scriptc.frontend import compile_object
    from scriptc.library import Library

    return compile_object(obj, library=Library(), types=options.types, example=options.example, name=options.name)
