"""Runs one call and writes down everything a caller could notice about it, as text that can be compared.

Used three times for each case: on the plain function, on the compiled one, and, as a program of its own
(`python case_runner.py JOB`), on the loaded file in a process that has neither the source nor the compiler's libraries.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.abc
import io
import json
import math
import random
import signal
import struct
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

TIMEOUT = 10.0
ALLOWED = frozenset({"numpy", "safetensors", "scriptc"}) | sys.stdlib_module_names


def base_names() -> dict[str, Any]:
    """The names that a case's arguments may use besides the case's own."""
    return {"np": np, "math": math, "nan": math.nan, "inf": math.inf}


class CaseTimeout(BaseException):
    """The call did not come back in time. A `BaseException`, so that a case's own `except` does not eat it."""


@contextlib.contextmanager
def time_limit(seconds: float = TIMEOUT) -> Iterator[None]:
    """`CaseTimeout` after `seconds`. Inside another limit that one holds."""
    if any(signal.getitimer(timer)[0] > 0 for timer in (signal.ITIMER_REAL, signal.ITIMER_PROF)):
        yield
        return

    def stop(signum: int, frame: FrameType | None) -> None:
        raise CaseTimeout(f"no answer in {seconds} s")

    old = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)


def float_text(x: float) -> str:
    return struct.pack(">d", x).hex() if math.isnan(x) else x.hex()


class Describer:
    """Values as text: exact types and bits, and a number for each mutable object so that aliases show."""

    def __init__(self) -> None:
        self.seen: dict[int, int] = {}
        self.keep: list[Any] = []  # ids stay unique only while the objects live
        self.arrays: list[np.ndarray[Any, Any]] = []

    def __call__(self, value: Any) -> str:
        kind = type(value)
        if kind is float:
            return f"float {float_text(value)}"
        if kind is complex:
            return f"complex {float_text(value.real)} {float_text(value.imag)}"
        if value is None or kind in (int, bool, str, bytes, range, slice, type(...)):
            return f"{kind.__name__} {value!r}" if kind is not int else f"int {hex(value)}"
        if isinstance(value, np.generic):
            return f"np.{kind.__name__} {value.tobytes().hex()}"
        if isinstance(value, Enum):
            return f"enum {kind.__qualname__}.{value.name}={self(value.value)}"
        if isinstance(value, tuple):
            return self.tuple_text(value)
        if isinstance(value, type | np.dtype):
            return f"type {value}" if isinstance(value, np.dtype) else f"type {value.__name__}"
        return self.reference(value)

    def tuple_text(self, value: tuple[Any, ...]) -> str:
        fields = getattr(type(value), "_fields", None)
        if fields is None:
            return f"tuple({', '.join(map(self, value))})"
        parts = (f"{n}={self(v)}" for n, v in zip(fields, value, strict=True))
        return f"namedtuple {type(value).__qualname__}({', '.join(parts)})"

    def reference(self, value: Any) -> str:
        number = self.seen.get(id(value))
        if number is not None:
            return f"@{number}"
        self.seen[id(value)] = number = len(self.seen)
        self.keep.append(value)
        return f"@{number}:{self.fresh(value)}"

    def fresh(self, value: Any) -> str:
        name = type(value).__qualname__
        if isinstance(value, np.ndarray):
            return self.array_text(value)
        if isinstance(value, list):
            return f"{name}[{', '.join(map(self, value))}]"
        if isinstance(value, set | frozenset):
            return f"{name}{{{', '.join(sorted(map(self, value)))}}}"
        if isinstance(value, dict):
            return f"{name}{{{', '.join(f'{self(k)}: {self(v)}' for k, v in value.items())}}}"
        if isinstance(value, BaseException):
            return self.exception_text(value)
        if callable(value) and not hasattr(value, "__dict__"):
            return f"callable {name}"
        return self.object_text(value)

    def object_text(self, value: Any) -> str:
        fields = dict(getattr(value, "__dict__", {}))
        for cls in type(value).__mro__:
            for slot in getattr(cls, "__slots__", ()):
                if hasattr(value, slot):
                    fields[slot] = getattr(value, slot)
        parts = (f"{n}={self(v)}" for n, v in sorted(fields.items()))
        return f"object {type(value).__qualname__}({', '.join(parts)})"

    def array_text(self, value: np.ndarray[Any, Any]) -> str:
        self.arrays.append(value)
        if value.dtype == object:
            body = f"[{', '.join(map(self, value.ravel().tolist()))}]"
        else:
            body = value.tobytes().hex()
        if len(body) > 4000:
            body = hashlib.sha256(body.encode()).hexdigest()
        order = "".join(c for c, on in zip("CFW", _flags(value), strict=True) if on)
        return f"{type(value).__name__} {value.dtype.str} {value.shape} {order} {body}"

    def exception_text(self, error: BaseException) -> str:
        args = ", ".join(map(self, error.args))
        fields = ", ".join(f"{n}={self(v)}" for n, v in sorted(vars(error).items()) if n != "__notes__")
        notes = f" notes={error.__notes__!r}" if getattr(error, "__notes__", None) else ""
        return f"exception {type(error).__qualname__}({args}) {fields} {_safe_str(error)!r}{notes}"

    def shared(self) -> str:
        """Which of the arrays met so far share memory."""
        pairs = []
        for i, a in enumerate(self.arrays):
            pairs += [f"{i}~{j}" for j, b in enumerate(self.arrays[:i]) if np.shares_memory(a, b)]
        return " ".join(pairs)


def _flags(a: np.ndarray[Any, Any]) -> tuple[bool, bool, bool]:
    return bool(a.flags.c_contiguous), bool(a.flags.f_contiguous), bool(a.flags.writeable)


def _safe_str(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as e:
        return f"<str raised {type(e).__name__}>"


def exception_chain(error: BaseException, describe: Describer) -> list[str]:
    """The exception, and what it came from as a traceback would show it."""
    out = [describe(error)]
    seen = {id(error)}
    while True:
        if error.__cause__ is not None:
            link, error = "cause", error.__cause__
        elif error.__context__ is not None and not error.__suppress_context__:
            link, error = "context", error.__context__
        else:
            return out
        if id(error) in seen:
            return out
        seen.add(id(error))
        out.append(f"{link} {describe(error)}")


def raised_line(error: BaseException, file: str) -> int | None:
    """The line of the user's file where the exception came up (the innermost frame of that file)."""
    line, tb = None, error.__traceback__
    while tb is not None:
        if Path(tb.tb_frame.f_code.co_filename).name == file:
            line = tb.tb_lineno
        tb = tb.tb_next
    return line


def observe(fn: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any], file: str) -> dict[str, Any]:
    """Call `fn` and write down all that can be noticed: result, arguments after, aliases, exception, output, warnings."""
    random.seed(20)
    np.random.seed(20)
    out = io.StringIO()
    seen: dict[str, Any] = {}
    describe = Describer()
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(out), time_limit():
        warnings.simplefilter("always")
        try:
            seen["result"] = describe(fn(*args, **kwargs))
        except RecursionError:
            seen["raised"] = ["RecursionError"]
        except Exception as error:
            seen["raised"] = exception_chain(error, describe)
            seen["line"] = raised_line(error, file)
    seen["arguments"] = [describe(a) for a in args] + [f"{k}={describe(v)}" for k, v in kwargs.items()]
    seen["shared"] = describe.shared()
    seen["printed"] = out.getvalue()
    seen["warned"] = [f"{w.category.__name__}: {w.message}" for w in caught]
    return seen


def arguments(names: dict[str, Any], call: str) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of a call, fresh: `call` is `(1, np.zeros(2), key=3)`. A walrus in it may name an alias."""
    return eval(f"(lambda *a, **k: (list(a), k)){call}", {**names})  # type: ignore[no-any-return]


def run_calls(fn: Callable[..., Any], names: dict[str, Any], calls: Sequence[str], file: str) -> list[dict[str, Any]]:
    """Every call in order, and all of them once more: a second call sees what the first left."""
    out = []
    for call in (*calls, *calls):
        args, kwargs = arguments(names, call)
        out.append(observe(fn, args, kwargs, file))
    return out


class _Block(importlib.abc.MetaPathFinder):
    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        if name.partition(".")[0] not in ALLOWED:
            raise ModuleNotFoundError(f"{name} must not be needed to run a loaded file", name=name)


def run_loaded(job: dict[str, Any]) -> dict[str, Any]:
    """Load one file and run its calls. `classes` of the loaded object stand in for the user's own.

    Each first call makes a version already, so that every case runs one.
    """
    import scriptc
    from scriptc.runtime import signatures

    signatures.FIRST_CALLS = 0
    try:
        with time_limit():
            loaded = scriptc.load(job["path"])
            names = {**base_names(), **getattr(loaded, "classes", {})}
            again = Path(job["path"] + ".again")
            scriptc.save(loaded, again)
            same = again.read_bytes() == Path(job["path"]).read_bytes()
        return {"seen": run_calls(loaded, names, job["calls"], job["file"]), "same_bytes": same}
    except (Exception, CaseTimeout) as error:
        return {"failed": f"{type(error).__name__}: {error}"}


def main(job_file: str) -> None:
    """Run each job that has no answer yet; one JSON line an answer, so that a crash loses only its own job."""
    sys.meta_path.insert(0, _Block())
    jobs = json.loads(Path(job_file).read_text())
    answers = Path(job_file + ".answers")
    done = len(answers.read_text().splitlines()) if answers.exists() else 0
    with answers.open("a") as out:
        for job in jobs[done:]:
            out.write(json.dumps(run_loaded(job)) + "\n")
            out.flush()


if __name__ == "__main__":
    main(sys.argv[1])
