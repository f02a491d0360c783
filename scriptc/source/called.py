"""Which method a call of an object runs."""

from __future__ import annotations

import inspect
from types import FunctionType
from typing import Any

from scriptc.source.capturing import capture
from scriptc.source.errors import SourceUnavailable

OURS = ("scriptc.nn.module", "scriptc.runtime.decorate")


def main_method(cls: type) -> str:
    """`forward`, where the class has one and calling its objects runs just that; else `__call__`."""
    forward, call = (inspect.getattr_static(cls, name, None) for name in ("forward", "__call__"))
    if forward is None:
        return "__call__"
    call = getattr(call, "__wrapped__", call)
    if not isinstance(call, FunctionType) or call.__module__ in OURS:
        return "forward"
    return "forward" if _hands_on(call, getattr(forward, "__wrapped__", forward)) else "__call__"


def _hands_on(call: FunctionType, forward: Any) -> bool:
    """Is it `def __call__(self, x): return self.forward(x)`, with the parameters of `forward`, or `*args` and `**kwargs`?"""
    import gast

    try:
        tree = capture(call).tree
    except SourceUnavailable:
        return False
    body = [s for s in getattr(tree, "body", []) if not (isinstance(s, gast.Expr) and isinstance(s.value, gast.Constant))]
    if len(body) != 1 or not isinstance(body[0], gast.Return) or not isinstance(forward, FunctionType):
        return False
    a = tree.args
    star, stars = a.vararg, a.kwarg
    names = [p.id for p in (*a.posonlyargs, *a.args)]
    given = ", ".join([*names[1:], *([f"*{star.id}"] if star else []), *([f"**{stars.id}"] if stars else [])])
    if not names or a.kwonlyargs or gast.unparse(body[0]) != f"return {names[0]}.forward({given})":
        return False
    if star or stars:
        return len(names) == 1
    plain = not a.defaults and not forward.__defaults__ and not forward.__kwdefaults__ and forward.__code__.co_flags & 0x0C == 0
    return plain and list(inspect.signature(forward).parameters) == names
