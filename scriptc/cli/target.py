"""`FILE:NAME`: the user's file imported, and the object of that name in it."""

from __future__ import annotations

import os
import traceback
from types import ModuleType
from typing import Any

from scriptc.cli.errors import CannotRun
from scriptc.diagnostics.errors import InternalError, ScriptError
from scriptc.lint import importing


def find_object(target: str) -> Any:
    """Import FILE of `FILE:NAME` and give its NAME, which may be dotted. Raises `CannotRun`."""
    path, colon, name = target.rpartition(":")
    if not colon or not path or not name:
        raise CannotRun(f"{target!r}: write FILE:NAME, such as model.py:net")
    module = import_file(path)
    value: Any = module
    for part in name.split("."):
        try:
            value = getattr(value, part)
        except AttributeError:
            public = sorted(n for n, v in vars(module).items() if not n.startswith("_") and callable(v))
            raise CannotRun(f"{path} has no {name!r}; it has {', '.join(public) or 'nothing to compile'}") from None
    return value


def find_instance(target: str) -> Any:
    """As `find_object`; a class is called without arguments to make an instance."""
    obj = find_object(target)
    if not isinstance(obj, type):
        return obj
    try:
        return obj()
    except (ScriptError, InternalError):
        raise
    except Exception as e:
        raise CannotRun(f"{target} is a class, and {obj.__name__}() fails: {type(e).__name__}: {e}; name an instance") from e


def import_file(path: str) -> ModuleType:
    """Run a Python file as a module, with its package around it where it is part of one."""
    full = os.path.abspath(path)
    if not os.path.isfile(full):
        raise CannotRun(f"{path}: no such file")
    try:
        return importing.import_file(full)
    except (ScriptError, InternalError):
        raise  # what the file decorates cannot be compiled: said with every finding
    except Exception as e:
        raise CannotRun(f"{path} cannot be imported: {_last_line(e, full)}") from e
    except SystemExit as e:
        raise CannotRun(f"{path} ended the program while it was imported (exit {e.code})") from e


def _last_line(error: BaseException, full: str) -> str:
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if os.path.abspath(f.filename) == full]
    where = f" (line {lines[-1]})" if lines else ""
    return f"{type(error).__name__}: {error}{where}"
