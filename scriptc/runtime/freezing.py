"""`freeze`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scriptc import archive
from scriptc.ir.core import Constant
from scriptc.runtime.compiled import Compiled, CompiledFunction, CompiledModule, wrap
from scriptc.runtime.decorate import script
from scriptc.runtime.link import Linked
from scriptc.runtime.state import FROZEN_MODE
from scriptc.types import BOOL


def freeze(obj: Any, *, keep: Iterable[str] = (), training: bool = False) -> CompiledFunction[..., Any] | CompiledModule[..., Any]:
    """A copy of `obj` (compiled, loaded, or to be compiled now) whose weights and settings are constants, without what they rule out.

    keep      names of state to leave as it is: `"scale"`, or `"encoder"` for all below it
    training  what every `training` becomes: branches for the other mode go

    State that the remaining code writes stays state, in `state_dict()` and attributes; the rest can be neither read nor set any more, and
    `train()` and `eval()` raise RuntimeError where they ask for the other mode. Results are the same, bit for bit, as of `obj` in
    that mode. The file is smaller, and still holds each weight as a tensor. Raises ValueError for a name in `keep` that is none of the state's.
    """
    from scriptc.ir.verifier import verify
    from scriptc.passes import pipeline
    from scriptc.passes.freeze import settle

    compiled = obj if isinstance(obj, Compiled) else script(obj)
    if not isinstance(compiled, Compiled):
        raise TypeError(f"{type(obj).__qualname__} is not a compiled object (is SCRIPTC_DISABLE set?)")
    program = archive.copy(compiled.program)
    kept = _kept([keep] if isinstance(keep, str) else list(keep), [*program.state, *program.aliases], program.name)
    for name, slot in program.state.items():
        if name.rpartition(".")[2] == "training" and name not in kept:
            slot.value = bool(training)
    kept = {program.aliases.get(name, name) for name in kept}
    modes = {name for name in program.state if name.rpartition(".")[2] == "training"}
    mark = Constant(BOOL, bool(training)) if modes and modes.isdisjoint(kept) else program.constants.get(FROZEN_MODE)
    program = pipeline.run(settle(program, kept))
    if mark is not None:
        program.constants[FROZEN_MODE] = mark
    verify(program)
    return wrap(Linked(program, compiled._force().classes), module=isinstance(compiled, CompiledModule))


def _kept(keep: list[str], names: list[str], module: str) -> set[str]:
    """The slots that `keep` names, by themselves or by what they are part of."""
    found = {k: {n for n in names if n == k or n.startswith(f"{k}.")} for k in keep}
    unknown = [k for k, slots in found.items() if not slots]
    if unknown:
        raise ValueError(f"keep= names {', '.join(map(repr, unknown))}, which is no state of {module}; it has {', '.join(names) or 'none'}")
    return set().union(*found.values())
