"""The process that imports one file for `scriptc lint --deep` and compiles what is in it. `python -m scriptc.lint.deep_child`.

The user's code runs here: it may print, change the process, or end it. What was found is in a file at any time, so that nothing
is lost; Python's own fault handler says where the file was when the process had to be ended.
"""

from __future__ import annotations

import faulthandler
import functools
import inspect
import json
import os
import sys
import traceback
from types import ModuleType
from typing import Any

from scriptc import nn
from scriptc.diagnostics.diagnostic import Diagnostic
from scriptc.diagnostics.errors import InternalError, ScriptError
from scriptc.lint.deep import GUARD, at_line
from scriptc.lint.importing import import_file
from scriptc.lint.records import Looked, to_record
from scriptc.runtime import decorate
from scriptc.runtime.compiled import Compiled
from scriptc.runtime.crash import internal_finding
from scriptc.runtime.decorate import Scripted
from scriptc.runtime.refusals import class_attribute
from scriptc.source.file import SourceFile


class Report:
    """What was found so far, always whole in the file `path`."""

    def __init__(self, target: str, path: str) -> None:
        self.looked, self.path = Looked(target), path

    def add(self, found: list[Diagnostic], files: dict[str, SourceFile]) -> None:
        self.looked.files.update(files)
        self.looked.diagnostics += [d for d in found if d not in self.looked.diagnostics]
        self.write(done=False)

    def failed(self, obj: Any, error: BaseException) -> None:
        """Take in what compiling `obj` raised."""
        if isinstance(error, ScriptError):
            self.add(list(error.diagnostics), error.files)
        elif isinstance(error, InternalError):
            finding, files = internal_finding(obj, error.__cause__ or error)
            self.add([finding], files)

    def write(self, *, done: bool) -> None:
        with open(f"{self.path}.new", "w", encoding="ascii") as f:
            json.dump({"done": done, "looked": to_record(self.looked)}, f)
        os.replace(f"{self.path}.new", self.path)


def main() -> None:
    """The one line of standard input says which file, how many seconds there are, and where the report and the traces go."""
    target, limit, report, traces = json.loads(sys.stdin.readline())
    with open(traces, "w", encoding="utf-8") as f:
        faulthandler.enable(f)
        faulthandler.dump_traceback_later(limit, exit=True, file=f)
        os.environ.pop("SCRIPTC_DISABLE", None)
        sys.argv = [target]
        _look(target, Report(target, report))
        os._exit(0)  # without waiting for threads and exit handlers of the file's


def _look(target: str, report: Report) -> None:
    _tolerate(report)
    try:
        module = import_file(target)
    except BaseException as e:
        report.failed(target, e)
        if not report.looked.diagnostics:  # else it may have failed because of what could not be compiled
            report.add(*_import_fails(target, e))
    else:
        _compile_all(module, report)
    report.write(done=True)


def _tolerate(report: Report) -> None:
    """Let `script` note what cannot be compiled and give it back as it is, so that the import goes on."""
    real: Any = decorate.script

    @functools.wraps(real)
    def script(obj: Any = None, **options: Any) -> Any:
        if obj is None:
            return functools.partial(script, **options)
        try:
            return real(obj, **options)
        except (ScriptError, InternalError) as e:
            report.failed(obj, e)
            return obj

    decorate.script = script
    vars(sys.modules["scriptc"])["script"] = script


def _import_fails(target: str, error: BaseException) -> tuple[list[Diagnostic], dict[str, SourceFile]]:
    """The finding of an import that raises: at the line of the file that it came from."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f.lineno for f in frames if f.lineno and os.path.realpath(f.filename) == os.path.realpath(target)]
    said = traceback.format_exception_only(error)[-1].strip().removeprefix("builtins.")
    if isinstance(error, SystemExit):
        message, help = f"importing this file ends the program (exit code {error.code})", GUARD
    else:
        message, help = f"importing this file fails: {said}", "run `python` on it: it fails there, too"
    last = frames[-1] if frames else None
    away = last is not None and os.path.realpath(last.filename) != os.path.realpath(target) and not last.filename.startswith("<")
    notes = (f"raised in `{last.name}`, {os.path.basename(last.filename)}:{last.lineno}",) if away and last is not None else ()
    return at_line(target, own[-1] if own else 1, message, help, notes)


# -- what the module holds ------------------------------------------------------------------------------------------------
def _compile_all(module: ModuleType, report: Report) -> None:
    """Compile what waits for its first use, the models the module holds, and those of its classes that need no arguments."""
    values = [v for v in vars(module).values() if _answers(v if issubclass(type(v), type) else type(v))]
    classes = [v for v in values if issubclass(type(v), type) and v.__module__ == module.__name__]
    objects = [v for v in values if not issubclass(type(v), type) and (issubclass(type(v), Compiled) or _is_model(type(v)))]
    made = [_instance(cls) for cls in classes if _is_model(cls) and not any(type(o) is cls for o in objects)]
    for obj in [*objects, *(m for m in made if m is not None)]:
        try:
            _force(obj)
        except (ScriptError, InternalError) as e:
            report.failed(obj, e)
        except Exception:  # the class's own, which says nothing of whether it compiles
            continue
    for cls in classes:
        for value in vars(cls).values():
            _force_static(getattr(value, "__func__", None) if isinstance(value, staticmethod) else None, report)


def _answers(cls: type) -> bool:
    """Does the class say what it is itself, and not some code of the user's for it?"""
    return type(cls).__getattribute__ is type.__getattribute__


def _is_model(cls: type) -> bool:
    """Is something of its instances compiled?"""
    return (nn.Module in cls.__mro__ and class_attribute(cls, "forward") is not None) or bool(_methods(cls))


def _methods(cls: type) -> list[Scripted]:
    found = (class_attribute(cls, name) for name in type.__dir__(cls))
    return [v for v in found if type(v) is Scripted]


def _instance(cls: Any) -> Any:
    """An object of the class, None where it takes arguments or cannot be made."""
    try:
        inspect.signature(cls).bind()
        return cls()
    except Exception:
        return None


def _force(obj: Any) -> None:
    if isinstance(obj, Compiled):
        obj._force()
        return
    methods = _methods(type(obj))
    for method in methods:
        method.compiled(obj)
    if not methods:
        decorate.script(obj)


def _force_static(fn: Any, report: Report) -> None:
    try:
        if isinstance(fn, Scripted):
            fn._plain()
    except (ScriptError, InternalError) as e:
        report.failed(fn, e)


if __name__ == "__main__":
    main()
