"""Findings as the protocol writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lsprotocol import types as lsp

from scriptc.diagnostics.codes import CODES
from scriptc.diagnostics.diagnostic import Diagnostic, Label
from scriptc.lint.noqa import UNUSED
from scriptc.lsp.pages import Pages
from scriptc.lsp.positions import START, Positions
from scriptc.source.file import SourceFile

SOURCE = "scriptc"


class Writer:
    """Writes findings. `uri_of` gives the URI of a path as the client has it."""

    def __init__(self, positions: Positions, pages: Pages, uri_of: Callable[[str], str]) -> None:
        self.positions, self._pages, self._uri_of = positions, pages, uri_of

    def diagnostic(self, d: Diagnostic, files: dict[str, SourceFile]) -> lsp.Diagnostic:
        """One finding; its other places become related information."""
        return lsp.Diagnostic(
            range=self.range(d, files),
            message=_message(d),
            severity=lsp.DiagnosticSeverity.Error if d.is_error else lsp.DiagnosticSeverity.Warning,
            code=d.code,
            code_description=lsp.CodeDescription(href=self._pages.uri(d.code)) if d.code in CODES else None,
            source=SOURCE,
            tags=[lsp.DiagnosticTag.Unnecessary] if d.code == UNUSED else None,
            related_information=list(self._related(d, files)) or None,
            data={"name": d.name},
        )

    def range(self, d: Diagnostic, files: dict[str, SourceFile]) -> lsp.Range:
        """Where it is; the file's beginning where it has no place."""
        file = files.get(d.span.file) if d.span is not None else None
        return START if d.span is None or file is None else self.positions.range(d.span, file)

    def _related(self, d: Diagnostic, files: dict[str, SourceFile]) -> Iterator[lsp.DiagnosticRelatedInformation]:
        for label in d.secondary:
            yield from self._label(label, "see here", files)
        for label in d.calls:
            yield from self._label(label, "called here", files)

    def _label(self, label: Label, text: str, files: dict[str, SourceFile]) -> Iterator[lsp.DiagnosticRelatedInformation]:
        file = files.get(label.span.file)
        if file is not None:
            place = lsp.Location(self._uri_of(file.path), self.positions.range(label.span, file))
            yield lsp.DiagnosticRelatedInformation(place, label.text or text)


def _message(d: Diagnostic) -> str:
    label = d.primary.text if d.primary is not None else ""
    lines = [d.message, *([label] if label and label not in d.message else []), *d.notes, *([f"help: {d.help}"] if d.help else [])]
    return "\n".join(lines)
