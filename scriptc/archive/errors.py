"""What can be wrong with a file."""

from __future__ import annotations

import os

from scriptc.diagnostics.errors import ScriptcError

CODES: dict[str, str] = {
    "SL101": "not a scriptc file, or cut short",
    "SL102": "the header is malformed",
    "SL103": "a tensor's entry or data is malformed",
    "SL104": "a safetensors file without a scriptc program",
    "SL105": "a format this version does not read",
    "SL106": "the content does not match its hash",
    "SL107": "the program is malformed",
    "SL108": "an operation this version does not know",
    "SL109": "the program is not well typed",
}
"""Each code of a `LoadError` and what it stands for."""


class LoadError(ScriptcError):
    """The file cannot be loaded. `code` is a key of `CODES`; `place` says where in the file, as far as that is known."""

    def __init__(self, code: str, problem: str, path: str | os.PathLike[str] | None = None, place: str | None = None) -> None:
        self.code, self.problem, self.place = code, problem, place
        self.path = None if path is None else os.fspath(path)
        super().__init__(code, problem, path, place)

    def __str__(self) -> str:
        where = f" (at {self.place})" if self.place else ""
        return f"{self.code}: {self.path or 'the file'} {self.problem}{where}"


class SaveError(ScriptcError):
    """The program holds something a file cannot keep as it is."""
