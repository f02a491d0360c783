"""The short way into a compiled entry: one function written for its parameters, for calls that bring what earlier ones brought.

    def call(*args, **kwargs):                              # x: tensor[?, 10], n: int
        if not kwargs and len(args) == 2:
            a0, a1 = args
            if type(a0) is ndarray and type(a1) is int:
                run = made.get((a0.dtype, a0.ndim))
                if run is not None and a0.shape[1] == 10:
                    return run(a0, a1)
        return slow(*args, **kwargs)

A key in `made` was put there by a call that passed every check, so dtypes and ranks need none. The text is made of indices and
sizes only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from scriptc.ir.core import Param
from scriptc.runtime.check import EXACT, Checker
from scriptc.runtime.dims import NamedDims
from scriptc.types import Tensor

Function = Callable[..., Any]


def with_fast_path(params: Sequence[Param], checker: Checker, dims: NamedDims, made: dict[Any, Function], slow: Function) -> Function:
    """`slow`, entered only by calls that no function in `made` is for. `made` has them by the arrays' dtypes and ranks."""
    if dims.flat is None or not all(p.kind.startswith("POSITIONAL") for p in params):
        return slow
    scope: dict[str, Any] = {"ndarray": np.ndarray, "made": made, "slow": slow, "type": type, "len": len}
    tests, sizes, key = [], [], []
    for i, p in enumerate(params):
        if isinstance(p.type, Tensor) and p.type.scalar is False:
            tests.append(f"type(a{i}) is ndarray")
            key.append(f"a{i}.dtype, a{i}.ndim, ")
            sizes += [f"a{i}.shape[{axis}] == {d}" for axis, d in enumerate(p.type.shape or ()) if isinstance(d, int)]
        elif p.type in EXACT:
            scope[f"c{i}"] = EXACT[p.type]
            tests.append(f"type(a{i}) is c{i}")
        else:
            scope[f"c{i}"] = checker.check(p.type)
            tests.append(f"c{i}(a{i}, found)")
    places: dict[str, str] = {}
    for i, axis, name in dims.flat:
        here = f"a{i}.shape[{axis}]"
        if places.setdefault(name, here) != here:
            sizes.append(f"{here} == {places[name]}")
    others = any("found" in t for t in tests)
    exec(compile(_text(len(params), tests, key, sizes, others), "<scriptc call>", "exec"), scope)
    return scope["call"]  # type: ignore[no-any-return]


def _text(count: int, tests: Sequence[str], key: Sequence[str], sizes: Sequence[str], others: bool) -> str:
    names = "".join(f"a{i}, " for i in range(count))
    fits = " and ".join(["run is not None", *sizes, *(["not found"] if others else [])])
    return "\n".join([
        "def call(*args, **kwargs):",
        f"    if not kwargs and len(args) == {count}:",
        f"        {names}= args" if count else "        pass",
        "        found = []" if others else "",
        f"        if {' and '.join(tests) or 'True'}:",
        f"            run = made.get(({''.join(key)}))",
        f"            if {fits}:",
        f"                return run({names})",
        "    return slow(*args, **kwargs)",
    ])  # fmt: skip
