"""Finding the text of a file by the name that a code object gives for it."""

from __future__ import annotations

import linecache
import os
import sys
import tokenize
from typing import Any

from scriptc.source.errors import SourceUnavailable

EXEC = "<string>"
"""The file name that Python gives to text it is handed."""
REPL_HELP = "put the code in a file, or in a notebook cell, and import it from there"


def find_texts(filename: str, module_globals: dict[str, Any] | None) -> list[str]:
    """The texts `filename` may stand for, likeliest first: what is on disk, then what linecache remembers.

    The two differ when the file was edited after Python had shown a line of it. A text that was put into linecache by hand, as one
    without a time, goes before the file: an editor's that is not saved yet, say.
    """
    texts = []
    disk = _read(filename)
    if disk is not None:
        texts.append(disk)
    lines = linecache.cache.get(filename)
    remembered = "".join(lines[2]) if lines is not None and len(lines) == 4 else ""
    if not remembered and disk is None:
        remembered = "".join(linecache.getlines(filename, module_globals))
    if remembered and remembered.rstrip("\n") not in (t.rstrip("\n") for t in texts):
        texts.insert(0 if lines is not None and len(lines) == 4 and lines[1] is None else len(texts), remembered)
    if not texts:
        raise SourceUnavailable(*why_none(filename), file=filename)
    return texts


def _read(filename: str) -> str | None:
    if not os.path.isfile(filename):
        return None
    try:
        with tokenize.open(filename) as f:
            return f.read()
    except (OSError, SyntaxError, UnicodeDecodeError):
        return None


def why_none(filename: str) -> tuple[str, str]:
    """Why there is no text, and what to do about it."""
    if filename in ("<stdin>", "<console>") or filename.startswith("<python-input"):
        return "it was typed at the interactive prompt, which keeps no text", REPL_HELP
    if filename == EXEC:
        return "it was made by `exec` or `eval` from text that was not kept", "register the text in `linecache.cache`, or define it in a file"
    if filename.startswith("<"):
        return f"Python keeps no text for `{filename}`", "define it in a file"
    return f"the file `{filename}` cannot be read", "run it where its source file is, or load a saved `.scriptc` file"


def display_name(filename: str, module: str | None) -> str:
    """The name that saved files show: relative to the package's root, never an absolute path."""
    if filename.startswith("<") and filename.endswith(">"):
        return filename
    parts = os.path.abspath(filename).replace(os.sep, "/").split("/")
    stem = os.path.splitext(parts[-1])[0]
    dotted = [] if module in (None, "__main__") else str(module).split(".")
    if stem == "__init__":
        dotted = [*dotted, "__init__"]
    depth = len(dotted)
    if depth and parts[-depth:-1] == dotted[:-1] and stem == dotted[-1]:
        return "/".join(parts[-depth:])
    return parts[-1]


def module_globals(name: str | None) -> dict[str, Any] | None:
    module = sys.modules.get(name) if name else None
    return None if module is None else vars(module)
