"""How the compiler says what it finds: the place, the calls that led there, and, in one more pass, where things came from."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from scriptc.diagnostics import Label, Sink
from scriptc.frontend import sides
from scriptc.frontend.advice import about_arguments
from scriptc.frontend.origins import is_users
from scriptc.frontend.records import Explain, Records
from scriptc.frontend.values import FV
from scriptc.ir import OpTypeError, Value
from scriptc.types import NONE, Tensor, members, walk

if TYPE_CHECKING:
    from scriptc.frontend.frame import Frame, Notes


class Reports:
    """The findings of a compilation, and the ways to them."""

    sink: Sink
    units: dict[int, Any]
    call_chain: list[tuple[Frame, Any]]  # each with the node of the call
    watch: Callable[[Frame, Any, FV], None] | None  # told of each expression and its value, as they are lowered
    records: Records | None  # while errors are explained

    def begin(self) -> None:
        """A new pass, with a sink of its own."""
        raise NotImplementedError

    def report(
        self, code: str, f: Frame, node: Any, message: str, *, label: str, notes: Notes, help: str | None, more: Explain | None = None
    ) -> None:
        """A finding at `node`, with the calls that led there; of one inside scriptc's own library, at the call of it."""
        callers = [(caller, n) for caller, n in reversed(self.call_chain) if n is not None]
        outside = next((i for i, (caller, _) in enumerate(callers) if is_users(caller.unit.file)), None)
        if not is_users(f.unit.file) and outside is not None:
            name = (f if outside == 0 else callers[outside - 1][0]).qualname
            f, node = callers[outside]
            callers, label, notes = callers[outside + 1 :], "", (*notes, f"found inside `{name}`, which this calls")
            more = functools.partial(sides.arguments, f, node)
        for frame in (f, *(caller for caller, _ in callers)):
            self.sink.add_file(frame.unit.file)
        span, calls = f.unit.span(node), tuple(Label(caller.unit.span(n)) for caller, n in callers)
        found = self.sink.error(code, span, message, label, notes=notes, help=help, calls=calls)
        if self.records is not None and (more is not None or code in sides.OF_PARTS):
            self.records.explain(found, more or functools.partial(sides.parts, f, node))

    def sink_mark(self) -> int:
        """How much has been reported so far."""
        return self.sink.mark()

    def sink_reset(self, mark: int) -> None:
        """Forget what was reported since `mark`."""
        self.sink.reset(mark)

    def code_for(self, e: OpTypeError, operands: list[Value]) -> str:
        """Which diagnostic an op's complaint is."""
        named = getattr(e, "code", None)
        if named:
            return str(named)
        about = [e.parts.get(i, v.type) for i, v in enumerate(operands)]
        if any(NONE in members(t) for t in about) and "None" in e.message:
            return "SC205"
        if about_arguments(e.message):
            return "SC203"
        of_arrays = any(isinstance(t, Tensor) for v in operands for t in walk(v.type))
        if of_arrays and any(word in e.message for word in ("shape", "broadcast", "dimension")):
            return "SC301"
        if of_arrays and " is not defined for " in e.message:
            return "SC302"
        return "SC202"

    def explain(self, lower: Callable[[], None]) -> None:
        """Lower once more and write down what is seen, to say of each finding where things came from."""
        plain, outer = self.sink, self.watch
        self.begin()
        self.records = records = Records()

        def watch(f: Frame, node: Any, value: FV) -> None:
            records.note(f, node, value)
            if outer is not None:
                outer(f, node, value)

        self.watch = watch
        try:
            lower()
            if [str(d) for d in self.sink.errors] == [str(d) for d in plain.errors]:
                records.told(self.sink, self._add_file)
            else:
                self.sink = plain  # the pass that was to explain them must not change what is found
        finally:
            self.watch, self.records = outer, None

    def _add_file(self, key: str) -> None:
        """Make the text of a file that something was read from known to the findings."""
        unit = next((u for u in self.units.values() if u.file.key == key), None)
        if unit is not None:
            self.sink.add_file(unit.file)
