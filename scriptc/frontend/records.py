"""What the compiler saw while it lowered a program that has errors once more, to say where things came from.

A program without errors never pays for this: the pass is only made when the one before has found something.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import gast

from scriptc.diagnostics import Diagnostic, Label, Sink
from scriptc.frontend.values import FV, Const
from scriptc.types import Type, strip_sites

if TYPE_CHECKING:
    from scriptc.frontend.frame import Frame


@dataclass(frozen=True)
class Sides:
    """What is said of a finding besides its message: the other places, words at the place itself, notes and help where it has none."""

    labels: tuple[Label, ...] = ()
    label: str = ""
    notes: tuple[str, ...] = ()
    help: str | None = None


Explain = Callable[[], Sides]
Key = tuple[Any, int]


@dataclass
class Records:
    """Values of expressions, and of names where they are set; tests; the frame of each graph, and the graph of each call; what is to be said."""

    values: dict[Key, FV] = field(default_factory=dict)
    tests: dict[Key, bool] = field(default_factory=dict)
    frames: dict[str, Frame] = field(default_factory=dict)
    calls: dict[Key, str] = field(default_factory=dict)
    explanations: dict[int, tuple[Diagnostic, Explain]] = field(default_factory=dict)

    def note(self, f: Frame, node: Any, value: FV) -> None:
        """An expression, or a name that is set, has this value here; a loop's last turn counts."""
        self.values[f.key, id(node)] = value

    def enter(self, f: Frame, graph: str) -> None:
        """The body of a graph begins, its parameters are there."""
        self.frames[graph] = f
        for p in gast.walk(f.tree.args):
            if isinstance(p, gast.Name) and isinstance(p.ctx, gast.Param) and p.id in f.env:
                self.note(f, p, f.env[p.id])

    def decided(self, f: Frame, node: Any, pred: FV) -> None:
        """A test is known when compiling, or is not."""
        if isinstance(pred, Const):
            self.tests[f.key, id(node)] = bool(pred.value)
        else:
            self.tests.pop((f.key, id(node)), None)

    def type(self, f: Frame, node: Any) -> Type | None:
        """The type that was seen of an expression or a name; None for what was not lowered or has none at run time."""
        value = self.values.get((f.key, id(node)))
        t = None if value is None else f.type_of(value)
        return None if t is None else strip_sites(t)

    def explain(self, d: Diagnostic, more: Explain) -> None:
        """`more` tells what belongs to a finding, asked when the pass is over and all has been seen."""
        self.explanations.setdefault(id(d), (d, more))

    def told(self, sink: Sink, add_file: Callable[[str], None]) -> None:
        """Put into the findings what was found out about them. `add_file` makes the text of a file known by its key."""
        sink.replace_each(lambda d: self._told(d, add_file))

    def _told(self, d: Diagnostic, add_file: Callable[[str], None]) -> Diagnostic:
        if id(d) not in self.explanations:
            return d
        try:
            more = self.explanations[id(d)][1]()
        except Exception as e:  # the finding itself is right: better told without its other side than not at all
            more = Sides(notes=(f"scriptc failed while it looked for where this came from, please report it: {type(e).__name__}: {e}",))
        primary = replace(d.primary, text=more.label) if d.primary is not None and more.label else d.primary
        taken = {d.span, *(label.span for label in d.calls)}
        labels = {(label.span, label.text): label for label in more.labels if label.span is not None and label.span != d.span}
        for span, _ in labels:
            if span not in taken:
                add_file(span.file)
        return replace(d, primary=primary, secondary=(*d.secondary, *labels.values()), notes=(*d.notes, *more.notes), help=more.help or d.help)
