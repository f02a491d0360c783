"""Warnings of what compiles and surprises: one rule a file. A rule looks at what one entry point reached and yields findings.

What a rule is about, why it is bad and what to write instead is the code's own page (`scriptc explain CODE`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scriptc.diagnostics.diagnostic import Diagnostic
from scriptc.lint.rules.array_rebuilt_in_loop import array_rebuilt_in_loop
from scriptc.lint.rules.attribute_changed_outside import attribute_changed_outside
from scriptc.lint.rules.captured_global_changed import captured_global_changed
from scriptc.lint.rules.float_equality import float_equality
from scriptc.lint.rules.index_loop import index_loop
from scriptc.lint.rules.input_output import input_output
from scriptc.lint.rules.mutable_default import mutable_default
from scriptc.lint.rules.type_comparison import type_comparison
from scriptc.lint.rules.type_from_default import type_from_default
from scriptc.lint.rules.watched import Watched

RULES: tuple[Callable[[Watched], Iterator[Diagnostic]], ...] = (
    float_equality,
    type_comparison,
    type_from_default,
    array_rebuilt_in_loop,
    index_loop,
    captured_global_changed,
    mutable_default,
    attribute_changed_outside,
    input_output,
)


def warnings(watched: Watched) -> Iterator[Diagnostic]:
    """What the rules find in what one entry point reached."""
    for rule in RULES:
        yield from rule(watched)
