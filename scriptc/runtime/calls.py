"""Calling an entry point: bind the arguments as Python does, check each against its declared type, run.

A call that is like an earlier one takes a short way (`fastpath.py`) that costs about half a microsecond.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from scriptc.ir.core import Param
from scriptc.runtime.bind import make_binder
from scriptc.runtime.check import Checker
from scriptc.runtime.dims import NamedDims
from scriptc.runtime.fastpath import with_fast_path
from scriptc.runtime.signatures import Versions
from scriptc.types import Type

if TYPE_CHECKING:
    from scriptc.runtime.explain import Problem


def make_call(
    name: str, params: Sequence[Param], run: Callable[..., Any], checker: Checker, *, method: bool, versions: Versions | None = None
) -> Callable[..., Any]:
    """The callable users get for an entry: `run`, or a version of it, takes its arguments by position, checked.

    Raises TypeError or ValueError naming the argument. What `run` raises passes through.
    """
    guard = Guard(name, params, checker, method)
    checks = [checker.check(p.type) for p in params]
    count = len(params) if all(p.kind.startswith("POSITIONAL") for p in params) else -1
    agree = guard.dims.agree if guard.dims.any else None
    fit, refuse, bind, first = checker.objects_fit, guard.refuse, guard.bind, ((None,) if method else ())
    choose = versions.choose if versions is not None else lambda args, run: run

    def call(*args: Any, **kwargs: Any) -> Any:
        if kwargs or len(args) != count:
            args = bind(*first, *args, **kwargs)
        found: list[Any] = []
        for check, arg in zip(checks, args):  # noqa: B905  their lengths are equal; strict costs time
            if not check(arg, found):
                refuse(args)
        if found and not fit(found):
            refuse(args)
        if agree is not None and not agree(args):
            refuse(args)
        return choose(args, run)(*args)

    return call if versions is None else with_fast_path(params, checker, guard.dims, versions.made, call)


class Guard:
    """The parameters of one entry, and what is said when arguments do not fit them."""

    def __init__(self, name: str, params: Sequence[Param], checker: Checker, method: bool) -> None:
        self.name, self.params, self.checker = name, params, checker
        self.bind = make_binder(name, params, method)
        self.dims = NamedDims(params, self._fits)

    def _fits(self, t: Type, v: Any) -> bool:
        return find_problem(t, v, self.checker) is None

    def refuse(self, args: Sequence[Any]) -> None:
        """Raise the error for the first argument that does not fit."""
        short = self.name.rpartition(".")[2]
        for p, arg in zip(self.params, args, strict=True):
            problem = find_problem(p.type, arg, self.checker)
            if problem is not None:
                stars = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}.get(p.kind, "")
                raise problem.error(f"{short}() argument '{stars}{p.name}'")
        differ = self.dims.problem(args)
        assert differ is not None, "the arguments fit"
        dim, size, place, other, other_place = differ
        raise ValueError(f"{short}() dimension '{dim}' is {size} in argument {place}, but {other} in argument {other_place}")


def find_problem(t: Type, v: Any, checker: Checker) -> Problem | None:
    """What keeps `v` from being of type `t`; None if nothing does."""
    found: list[Any] = []
    if checker.check(t)(v, found) and checker.objects_fit(found):
        return None
    from scriptc.runtime import explain  # needed only once something is wrong

    return explain.Explainer(checker).problem(t, v) or explain.Problem(TypeError, "", str(t), type(v).__name__)
