"""Bugs put into the compiler on purpose, one at a time, to see whether random programs find them.

Each is a function that changes the compiler in memory. `hunt` forks, plants the bug in the child, and runs programs there
until one shows a fault, which it must not show without the bug.
"""

from __future__ import annotations

import ast
import copy
import math
import os
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gast
from differ import Checker
from generate import generate

from scriptc.archive import data
from scriptc.frontend import expressions, functions, loops, merge, protected, statements
from scriptc.passes import compute, inline, licm
from scriptc.passes.effects import Effects
from scriptc.targets.python import control, literals, lowering
from scriptc.types import NONE, Type, members, union

Bug = Callable[[], None]


def change(owner: Any, name: str, make: Callable[[Any], Any]) -> None:
    """Put `make(old)` in the place of an attribute."""
    setattr(owner, name, make(getattr(owner, name)))


def emit(op: str, template: str) -> None:
    """The Python target writes `op` so."""
    change(lowering, "emitted", lambda old: lambda node, *more: template if node.op.name == op else old(node, *more))


def without(field: str) -> Callable[[Any], Any]:
    """A handler of statements that does not see one field of them."""

    def forget(handler: Any) -> Any:
        def lower(f: Any, stmt: Any, tail: bool) -> Any:
            blind = copy.copy(stmt)
            setattr(blind, field, [])
            return handler(f, blind, tail)

        return lower

    return forget


def floor_division_rounds_to_zero() -> None:
    """-7 // 2 of literals is computed as -3."""
    name, _, dunder = expressions.BINARY[gast.FloorDiv]
    expressions.BINARY[gast.FloorDiv] = (name, _truncated, dunder)
    compute._PLAIN["floordiv"] = _truncated


def _truncated(a: Any, b: Any) -> Any:
    return math.trunc(a / b) if isinstance(a, int) and isinstance(b, int) and abs(a) < 2**50 else a // b


def fold_swaps_operands_of_minus() -> None:
    """`fold` computes a - b as b - a."""
    compute._PLAIN["sub"] = compute._PLAIN["isub"] = lambda a, b: b - a


def else_of_for_is_forgotten() -> None:
    """What stands in the `else` of a `for` never runs."""
    statements.STATEMENTS[gast.For] = without("orelse")(statements.STATEMENTS[gast.For])


def finally_is_forgotten_on_the_way_out() -> None:
    """A `try` that handles does not run its `finally`."""
    handler = statements.STATEMENTS[gast.Try]
    blind = without("finalbody")(handler)
    statements.STATEMENTS[gast.Try] = lambda f, stmt, tail: (blind if stmt.handlers else handler)(f, stmt, tail)


def copy_of_a_list_is_the_list() -> None:
    """`xs.copy()` and `xs` are one object."""
    emit("list.copy", "$0")


def view_is_a_copy() -> None:
    """`x.T` does not share the memory of `x`."""
    emit("ndarray.T", "$0.T.copy()")


def sides_of_a_conditional_are_swapped() -> None:
    """`a if p else b` is printed as `b if p else a`."""
    change(control, "choice", lambda old: lambda test, a, b, blocks, lw: old(test, b, a, blocks[::-1], lw))


def store_is_dropped() -> None:
    """`dce` removes `xs[i] = v`."""
    change(Effects, "removable", lambda old: lambda self, node: old(self, node) or node.op.name == "setitem")


def range_is_off_by_one() -> None:
    """`range` ends one too early."""
    emit("range", "range($*)[:-1]")


def operand_of_or() -> None:
    """`a or b` gives what `a and b` would."""
    expressions.EXPRESSIONS[gast.BoolOp] = lambda f, node: expressions._bool_values(f, list(node.values), True, node)


def narrowing_outlives_the_branch() -> None:
    """Where paths meet, a variable that may be None on one of them is taken to have a value."""
    change(merge.Merge, "_join", lambda old: lambda self, types: _without_none(old(self, types)))


def _without_none(t: Type) -> Type:
    return union(m for m in members(t) if m != NONE) if len(members(t)) > 1 else t


def step_of_a_slice_loses_its_sign() -> None:
    """`x[::-1]` goes forward."""
    subscript = expressions.EXPRESSIONS[gast.Subscript]

    def lower(f: Any, node: Any) -> Any:
        if isinstance(node.slice, gast.Slice) and isinstance(node.slice.step, gast.UnaryOp):
            node = copy.copy(node)
            node.slice = copy.copy(node.slice)
            node.slice.step = node.slice.step.operand
        return subscript(f, node)

    expressions.EXPRESSIONS[gast.Subscript] = lower


def continue_is_break() -> None:
    """`continue` leaves the loop."""
    statements.STATEMENTS[gast.Continue] = statements.STATEMENTS[gast.Break]


def continue_loses_an_assignment() -> None:
    """Where a loop's body may end in several ways, what it assigned is lost."""
    change(loops.Loop, "_last", lambda old: lambda self, flow, name: old(self, flow, name) if len(flow.envs) < 2 else self.header.get(name))


def defaults_are_shifted() -> None:
    """A default is that of the next parameter."""

    def make(old: Any) -> Any:
        def defaults(callee: Any, positional: list[str], out: dict[str, Any]) -> None:
            shifted = copy.copy(callee)
            shifted.defaults = callee.defaults[1:] + callee.defaults[:1]
            shifted.kw_defaults = [callee.defaults[0] if d is not None and callee.defaults else d for d in callee.kw_defaults]
            old(shifted, positional, out)

        return defaults

    change(functions, "_defaults", make)


def list_in_place_makes_a_new_one() -> None:
    """`xs += ys` is `xs = xs + ys`."""
    statements.INPLACE[gast.Add] = "add"


def common_subexpressions_outlive_writes() -> None:
    """`cse` does not see that a list was changed in between."""
    change(Effects, "changes", lambda old: lambda self, node: False)


def loop_invariants_outlive_writes() -> None:
    """`licm` moves what reads memory out of loops that write it."""

    def make(old: Any) -> Any:
        def movable(self: Any, node: Any, loop: Any) -> bool:
            changes = self.effects.changes
            self.effects.changes = lambda node: False
            try:
                return bool(old(self, node, loop))
            finally:
                self.effects.changes = changes

        return movable

    change(licm._Motion, "movable", make)


def inlined_arguments_change_places() -> None:
    """A body in the place of a call takes the second argument for the first, where both are of one type."""

    def make(old: Any) -> Any:
        def instead(self: Any, node: Any) -> Any:
            kept = node.operands
            if node.op.name == "call" and len(kept) > 1 and kept[0].type == kept[1].type:
                node.operands = [kept[1], kept[0], *kept[2:]]
            found = old(self, node)
            node.operands = kept
            return found

        return instead

    change(inline._Inline, "instead", make)


def inlined_branches_change_places() -> None:
    """An `if` in a body in the place of a call goes the other way."""

    def make(old: Any) -> Any:
        def copied(node: Any, values: Any) -> Any:
            made = old(node, values)
            made.blocks.reverse()
            return made

        return copied

    change(inline, "copied", make)


def zero_loses_its_sign() -> None:
    """The constant -0.0 is written 0.0."""
    change(literals, "_float", lambda old: lambda value, pos: old(value or 0.0, pos))


def operands_change_places() -> None:
    """Operands that wait are evaluated in the wrong order: what prints first prints last."""
    change(lowering.Lowering, "flush", lambda old: lambda self, count=None: (self.pending.reverse(), old(self, count))[1])


def floats_lose_digits_in_the_file() -> None:
    """The file keeps one digit after the point."""
    data._WRITERS[float] = lambda w, v: ["f", data.float_text(round(v, 1))]


def comparison_chain_stops_early() -> None:
    """`a < b < c` is `a < b`."""
    change(expressions, "_compare_rest", lambda old: lambda f, left, ops, rights, node: old(f, left, ops[:1], rights[:1], node))


def handler_takes_every_exception() -> None:
    """`except IndexError` catches a `KeyError` too."""
    change(protected, "_clause", lambda old: lambda f, clause, tail: _wider(old(f, clause, tail)))


def _wider(handler: protected.Handler) -> protected.Handler:
    return protected.Handler(tuple(LookupError if issubclass(c, LookupError) else c for c in handler.classes), handler.lower)


BUGS: list[Bug] = [
    floor_division_rounds_to_zero, fold_swaps_operands_of_minus, else_of_for_is_forgotten, finally_is_forgotten_on_the_way_out,
    copy_of_a_list_is_the_list, view_is_a_copy, sides_of_a_conditional_are_swapped, store_is_dropped, range_is_off_by_one, operand_of_or,
    narrowing_outlives_the_branch, step_of_a_slice_loses_its_sign, continue_is_break, continue_loses_an_assignment, defaults_are_shifted,
    list_in_place_makes_a_new_one, common_subexpressions_outlive_writes, loop_invariants_outlive_writes,
    inlined_arguments_change_places, inlined_branches_change_places,
    zero_loses_its_sign, operands_change_places, floats_lose_digits_in_the_file, comparison_chain_stops_early, handler_takes_every_exception,
]  # fmt: skip


def hunt(bug: Bug, seed: int, most: int) -> tuple[int, str] | None:
    """How many programs from `seed` on it takes to find the bug, and what was found; None where `most` do not."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.write(write, repr(_search(bug, seed, most)).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(write)
    with open(read, "rb") as pipe:
        text = pipe.read().decode()
    _, status = os.waitpid(child, 0)
    if status:
        raise RuntimeError(f"{bug.__name__} cannot be planted any more")
    found: tuple[int, str] | None = ast.literal_eval(text)
    if found is not None and _search(lambda: None, seed + found[0] - 1, 1) is not None:
        raise RuntimeError(f"program {seed + found[0] - 1} shows a fault without {bug.__name__}: {found[1]}")
    return found


def _search(bug: Bug, seed: int, most: int) -> tuple[int, str] | None:
    warnings.simplefilter("ignore")
    bug()
    with tempfile.TemporaryDirectory() as folder:
        checker = Checker(Path(folder))
        for n in range(most):
            finding = checker.check(*generate(seed + n))
            if finding is not None and not finding.refused:
                return n + 1, finding.kind
    return None
