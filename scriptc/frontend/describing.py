"""What a frontend value is, in the words of a message."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from scriptc.frontend.advice import said
from scriptc.frontend.values import (
    FV,
    BoundVal,
    Choice,
    ComparisonVal,
    Const,
    LocalFunc,
    MethodVal,
    ObjRef,
    PartialVal,
    PartVal,
    PickingIter,
    StaticDict,
    StaticIter,
    StaticList,
    SuperVal,
    TupleVal,
)  # fmt: skip

if TYPE_CHECKING:
    from scriptc.frontend.compiler import Compiler


def described(c: Compiler, fv: FV) -> str:
    """`fv` as the subject of a sentence."""
    words = _WORDS.get(type(fv))
    if words is not None:
        return words(c, fv)
    t = c.type_of(fv)
    return said(t, "a value of type ") if t is not None else type(fv).__name__


def _const(c: Compiler, fv: Any) -> str:
    v = fv.value
    if isinstance(v, types.ModuleType):
        return f"the module `{v.__name__}`"
    if isinstance(v, type):
        return f"the class `{v.__name__}`"
    return f"the function `{getattr(v, '__qualname__', type(v).__name__)}`" if callable(v) else f"`{v!r:.60}`"


def _object(c: Compiler, fv: Any) -> str:
    return f"the `{type(fv.obj).__name__}` object at `{fv.path.removeprefix('%') or 'self'}`"


def _collection(c: Compiler, fv: FV) -> str:
    bad = next((x for x in fv.children() if c.type_of(x) is None), None)
    return f"a collection holding {described(c, bad)}" if bad is not None else "a collection known when compiling"


def _choice(c: Compiler, fv: Any) -> str:
    return f"{' or '.join(described(c, o).rstrip(',') for o in fv.options[:4])}, picked by the data,"


_WORDS: dict[type[FV], Callable[[Compiler, Any], str]] = {
    Const: _const,
    ObjRef: _object,
    LocalFunc: lambda c, fv: f"the function `{fv.qualname}`",
    PartVal: lambda c, fv: f"`{fv.prefix}`, of which only attributes can be read,",
    MethodVal: lambda c, fv: f"the method `{fv.name}`",
    **dict.fromkeys((BoundVal, PartialVal), lambda c, fv: "a bound function"),
    **dict.fromkeys((StaticList, StaticIter, TupleVal, StaticDict), _collection),
    ComparisonVal: lambda c, fv: "what `cmp_to_key` gives",
    SuperVal: lambda c, fv: "`super()`",
    PickingIter: lambda c, fv: "a `zip` of functions or modules with other values",
    Choice: _choice,
}
