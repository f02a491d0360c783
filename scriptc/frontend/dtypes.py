"""dtypes and what NumPy tells about them: folded where they are known when compiling, ops where only running tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from scriptc.frontend.frame import Frame
from scriptc.frontend.values import FV, Const, Dyn, PartVal, TupleVal
from scriptc.ops.numpy_dtypes import ABSTRACT
from scriptc.types import DTYPE, Tensor

Handler = Callable[[Frame, list[FV], dict[str, FV], Any], FV]
Emit = Callable[[Frame, Any, list[FV], dict[str, FV], Any], FV]

_ABSTRACT = {getattr(np, n): n for n in ABSTRACT}
_UNKNOWN = object()


def _known(fv: FV, arrays: bool) -> Any:
    """What stands for the argument when compiling, for a function that looks at dtypes alone."""
    if isinstance(fv, Const) and (isinstance(fv.value, np.dtype | type | str) or (arrays and type(fv.value) in (bool, int, float, complex))):
        return fv.value
    if isinstance(fv, TupleVal):
        items = tuple(_known(i, arrays) for i in fv.items)
        return _UNKNOWN if _UNKNOWN in items else items
    if arrays and isinstance(fv, Dyn) and isinstance(fv.type, Tensor) and fv.type.dtype is not None:
        return np.ones((1,), fv.type.dtype)
    return _UNKNOWN


def folding(obj: Any, emit: Emit, arrays: bool = False) -> Handler:
    """A function of dtypes: its result where the dtypes are known when compiling."""

    def handler(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
        known = [_known(a, arrays) for a in args]
        named = {k: _known(v, arrays) for k, v in kwargs.items()}
        if not any(v is _UNKNOWN for v in (*known, *named.values())):
            try:
                return Const(obj(*known, **named))
            except Exception:  # what it raises, it raises when the program runs
                pass
        return emit(f, obj, args, kwargs, node)

    return handler


def issubdtype(emit: Emit) -> Handler:
    """`np.issubdtype(x.dtype, np.floating)`: the abstract class goes by its name."""
    folded = folding(np.issubdtype, emit)

    def handler(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
        if len(args) == 2 and isinstance(args[1], Const) and not isinstance(args[0], Const) and args[1].value in _ABSTRACT:
            return f.emit("issubdtype.abstract", [args[0], Const(_ABSTRACT[args[1].value])], node)
        return folded(f, args, kwargs, node)

    return handler


def limits(cls: Any, static: Handler) -> Handler:
    """`np.finfo(dtype)`, `np.iinfo(dtype)`: an object of a dtype known when compiling; else only its attributes can be read."""

    def handler(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
        if len(args) == 1 and not kwargs and isinstance(args[0], Dyn) and args[0].type == DTYPE:
            return PartVal(f"numpy.{cls.__name__}", args[0])
        return static(f, args, kwargs, node)

    return handler


def made(static: Handler, emit: Emit) -> Handler:
    """`np.dtype(x)`."""

    def handler(f: Frame, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
        if len(args) == 1 and not kwargs and isinstance(args[0], Dyn):
            return emit(f, np.dtype, args, kwargs, node)
        return static(f, args, kwargs, node)

    return handler


def part_attribute(f: Frame, base: PartVal, name: str, node: Any) -> FV:
    """`x.flags.writeable`, `np.finfo(x.dtype).eps`."""
    op = f.c.table.get(f"{base.prefix}.{name}")
    if op is None:
        return f.report("SC204", node, f"`{name}` of `{base.prefix}` cannot be compiled")
    return f.emit(op, [base.value], node)



