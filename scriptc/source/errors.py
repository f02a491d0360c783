"""What goes wrong when looking for source text."""

from __future__ import annotations


class SourceUnavailable(Exception):
    """There is no source text to compile. `message` says why, `help` what to do about it.

    `file` and `line` say where Python believes the object was defined, where that is known.
    """

    def __init__(self, message: str, help: str | None = None, *, file: str | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.message, self.help, self.file, self.line = message, help, file, line


class SourceChanged(SourceUnavailable):
    """The text on disk is no longer the text that is running."""
