"""The error classes users catch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scriptc.diagnostics.diagnostic import Diagnostic
    from scriptc.source.file import SourceFile


class ScriptcError(Exception):
    """Base of every error that scriptc itself raises."""


class ScriptError(ScriptcError):
    """The code cannot be compiled. `diagnostics` holds every finding, in the order of the source; `str` renders them."""

    def __init__(self, diagnostics: Iterable[Diagnostic], files: Mapping[str, SourceFile] | None = None) -> None:
        self.diagnostics = tuple(diagnostics)
        self.files = dict(files or {})
        super().__init__(self.diagnostics)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all findings, in order."""
        return tuple(d.code for d in self.diagnostics)

    def __str__(self) -> str:
        from scriptc.diagnostics.rendering import render_all

        return "\n" + render_all(self.diagnostics, self.files)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.diagnostics, self.files)


class InternalError(ScriptcError):
    """scriptc itself failed (SC900): a fault of ours, not of the user's code. The cause is chained; `diagnostics` is what the text shows."""

    def __init__(self, text: str, diagnostics: Iterable[Diagnostic] = (), files: Mapping[str, SourceFile] | None = None) -> None:
        self.diagnostics = tuple(diagnostics)
        self.files = dict(files or {})
        super().__init__(text)


class ScriptcWarning(UserWarning):
    """Something that compiles but may surprise."""
