"""Programs in files. A `.scriptc` file is a safetensors file; its metadata holds the program as JSON.

    archive.save(program, "net.scriptc")
    program = archive.load("net.scriptc")
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from scriptc.archive import container
from scriptc.archive.atomic import replacing
from scriptc.archive.decode import decode
from scriptc.archive.encode import encode
from scriptc.archive.errors import CODES, LoadError, SaveError
from scriptc.ir.checks import VerifyError
from scriptc.ir.core import OpDef, Program
from scriptc.ir.verifier import verify

FORMAT = "1"


def save(program: Program, path: str | os.PathLike[str], source: bool = True) -> None:
    """Write `program` to `path`, whole or not at all; without the text of its sources where `source` is False.

    Raises `VerifyError` for a program that is not well formed, `SaveError` for arrays that overlap in a way a file cannot keep,
    `OSError` where the file cannot be written. Equal programs give equal bytes.
    """
    verify(program)
    text, tensors = encode(program, source)
    with replacing(path) as file:
        container.write(file.write, {"scriptc.format": FORMAT, "scriptc.program": text}, tensors)


def load(path: str | os.PathLike[str], table: Mapping[str, OpDef] | None = None) -> Program:
    """The program in the file at `path`. Nothing in the file is run.

    `table` gives the operations it may use, by default all there are. Arrays are writable and private to the caller: writing to
    them never reaches the file. Raises `LoadError` for whatever is wrong with the content, `OSError` where the file cannot be opened.
    """
    found = container.read(path)
    try:
        program = decode(found.metadata["scriptc.program"], found.tensors.values(), _table(table))
        verify(program)
    except LoadError as e:
        raise LoadError(e.code, e.problem, path, e.place) from None
    except VerifyError as e:
        raise LoadError("SL109", f"is not well typed: {e}", path) from e
    except RecursionError:
        raise LoadError("SL107", "is nested too deep", path) from None
    return program


def copy(program: Program) -> Program:
    """`program` as it would be saved and loaded: it shares no array and no object with the original. Raises as `save` does."""
    verify(program)
    text, tensors = encode(program)
    return decode(text, [a.copy() for a in tensors.values()], _table(None))


def _table(table: Mapping[str, OpDef] | None) -> Mapping[str, OpDef]:
    if table is None:
        from scriptc.ops import TABLE

        return TABLE
    return table


__all__ = ["CODES", "FORMAT", "LoadError", "SaveError", "copy", "load", "save"]
