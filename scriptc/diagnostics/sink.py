"""Where the compiler puts what it finds, so that users see all findings and not the first."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from scriptc.diagnostics.codes import CODES
from scriptc.diagnostics.diagnostic import Diagnostic, Label
from scriptc.diagnostics.errors import ScriptError
from scriptc.diagnostics.severity import ERROR, WARNING
from scriptc.source.file import SourceFile
from scriptc.source.span import Span


class Sink:
    """Collects diagnostics, each once, and the files they point into."""

    def __init__(self) -> None:
        self.files: dict[str, SourceFile] = {}
        self._found: dict[tuple[object, ...], Diagnostic] = {}

    def add_file(self, file: SourceFile) -> None:
        """Make the text of `file` known, so that its lines can be shown."""
        self.files[file.key] = file

    def add(self, diagnostic: Diagnostic) -> Diagnostic:
        """Keep `diagnostic`, unless the same was said of the same place."""
        return self._found.setdefault((diagnostic.code, diagnostic.place, diagnostic.message), diagnostic)

    def error(
        self,
        code: str,
        span: Span | None,
        message: str | None = None,
        label: str = "",
        *,
        secondary: Iterable[Label | tuple[Span, str]] = (),
        notes: Iterable[str] = (),
        help: str | None = None,
        calls: tuple[Label, ...] = (),
    ) -> Diagnostic:
        """Report an error. Without `message` or `help`, the code's own title and help are used."""
        return self._report(ERROR, code, span, message, label, secondary, notes, help, calls)

    def warn(
        self,
        code: str,
        span: Span | None,
        message: str | None = None,
        label: str = "",
        *,
        secondary: Iterable[Label | tuple[Span, str]] = (),
        notes: Iterable[str] = (),
        help: str | None = None,
    ) -> Diagnostic:
        """Report something that compiles but may surprise."""
        return self._report(WARNING, code, span, message, label, secondary, notes, help)

    def _report(
        self,
        severity: str,
        code: str,
        span: Span | None,
        message: str | None,
        label: str,
        secondary: Iterable[Label | tuple[Span, str]],
        notes: Iterable[str],
        help: str | None,
        calls: tuple[Label, ...] = (),
    ) -> Diagnostic:
        info = CODES[code]
        others = tuple(s if isinstance(s, Label) else Label(*s) for s in secondary)
        primary = None if span is None else Label(span, label)
        return self.add(Diagnostic(code, message or info.title, primary, others, tuple(notes), help or info.help, severity, calls))

    def replace_each(self, change: Callable[[Diagnostic], Diagnostic]) -> None:
        """Put `change(d)` in the place of each finding `d`."""
        self._found = {key: change(d) for key, d in self._found.items()}

    def mark(self) -> int:
        """A point to `reset` to."""
        return len(self._found)

    def reset(self, mark: int) -> None:
        """Forget what was added since `mark`: the code it is about is looked at again."""
        for key in list(self._found)[mark:]:
            del self._found[key]

    def since(self, mark: int) -> list[Diagnostic]:
        """The errors reported since `mark`, in that order."""
        return [d for d in list(self._found.values())[mark:] if d.is_error]

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """Everything found, sorted by place."""
        return sorted(self._found.values(), key=lambda d: (d.place, d.code, d.message))

    @property
    def errors(self) -> list[Diagnostic]:
        return [d for d in self.diagnostics if d.is_error]

    @property
    def warnings(self) -> list[Diagnostic]:
        return [d for d in self.diagnostics if not d.is_error]

    def raise_if_errors(self) -> None:
        """Raise one `ScriptError` with all errors, if there are any."""
        if self.errors:
            raise ScriptError(self.errors, self.files)
