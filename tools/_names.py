"""What becomes of every public name of NumPy, `math` and the built-in types: asked of the library's tables, and of the compiler itself.

A name with an op or a library function is supported; its keywords are the parameters that the op's rule does not refuse. For any other name
a function that uses it is compiled, and the code of what is reported is what the page says.
"""

from __future__ import annotations

import builtins
import inspect
import itertools
import linecache
import math
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

import scriptc
from scriptc.frontend import special
from scriptc.ir.core import Arg, Call, OpDef, OpTypeError
from scriptc.ir.infer import infer
from scriptc.library import Library, python
from scriptc.ops import TABLE
from scriptc.ops.signature import KEYWORD, NORMAL, STARS
from scriptc.types import BOOL, BYTES, COMPLEX, DTYPE, FLOAT, INT, RANGE, STR, Dict, List, Set, Tensor, Tuple, Type

LIBRARY = Library()
UNSUPPORTED = "is not supported here"


@dataclass(frozen=True)
class Row:
    """One name: what becomes of it, and the keywords it takes and refuses."""

    name: str
    verdict: str
    accepted: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


# asking the compiler


def code_of(expression: str, parameter: str = "") -> str | None:
    """The code with which `return <expression>` is refused; None where it compiles."""
    return code_of_text(f"def probe({parameter}):\n    return {expression}\n")


def code_of_text(source: str) -> str | None:
    """The code with which the function `probe` of a module's text is refused; None where it compiles."""
    file = f"<probe {len(linecache.cache)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    module = sys.modules["probe"] = types.ModuleType("probe")  # where the source of its classes is looked up
    module.__dict__.update(np=np, math=math, __file__=file)
    exec(compile(source, file, "exec"), module.__dict__)
    try:
        scriptc.script(module.probe)
    except scriptc.ScriptError as e:
        return e.diagnostics[0].code
    except scriptc.ScriptcError as e:
        return str(e).partition("[")[2].partition("]")[0] or "SC900"
    return None


# keywords

_ARRAY = Tensor("float64", (2, 2), False)
_GUESSES: tuple[Arg, ...] = (
    Arg(_ARRAY), Arg(Tensor("int64", (2,), False)), Arg(Tensor("float64", (2,), False)), Arg(INT, 1), Arg(DTYPE, "float32"), Arg(STR, "f"),
    Arg(FLOAT, 0.5), Arg(List(_ARRAY)), Arg(Tuple((INT, INT)), (0, 1)), Arg(BOOL, True),
)  # fmt: skip


def _types(op: OpDef, call: Call) -> str | None:
    """Why the op's rule refuses the call, None where it takes it."""
    try:
        infer(op, call)
    except OpTypeError as e:
        return e.message
    except Exception as e:  # a rule asked for what no program would ask
        return str(e)
    return None


def _base(op: OpDef) -> tuple[Arg, ...] | None:
    """Arguments for the parameters without a default that the op takes; None where none were found."""
    assert op.signature is not None
    needed = sum(p.required for p in op.signature.params)
    for args in itertools.product(_GUESSES, repeat=min(needed, 3)):
        if needed <= 3 and _types(op, Call(args)) is None:
            return args
    return None


def keywords(op: OpDef) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The parameters with a default that may be given by name, and those that the rule always refuses."""
    if op.signature is None:
        return (), ()
    named = [p.name for p in op.signature.params if p.kind in (NORMAL, KEYWORD) and not p.required]
    base = _base(op) if op.name.startswith(("numpy.", "ndarray.")) else None
    refused = [] if base is None else [n for n in named if _always_refused(op, base, n)]
    return tuple(n for n in named if n not in refused), tuple(refused)


def _always_refused(op: OpDef, base: tuple[Arg, ...], name: str) -> bool:
    if name == "out" and f"{op.name}.out" in TABLE:
        return False
    taken = {p.name for p in (op.signature.params if op.signature else ())[: len(base)]}
    why = [_types(op, Call((*base, a), (name,))) for a in _GUESSES]
    return name not in taken and all(w is not None and f"`{name}` {UNSUPPORTED}" in w for w in why)


def _of_python(fn: Callable[..., Any]) -> tuple[str, ...]:
    params = inspect.signature(fn).parameters.values()
    return tuple(p.name for p in params if p.default is not p.empty and p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY))


# rows


def supported(name: str, op: OpDef, verdict: str = "supported") -> Row:
    accepted, refused = keywords(op)
    more = ("...",) if op.signature is not None and any(p.kind == STARS for p in op.signature.params) else ()
    return Row(name, verdict, (*accepted, *more), refused)


def of_object(name: str, path: str, value: Any) -> Row:
    """The row of a name of a module."""
    op = LIBRARY.op_for(value) if callable(value) else None
    if op is not None:
        return supported(name, op)
    scripted = LIBRARY.scripted_for(value) if callable(value) else None
    if scripted is not None:
        return Row(name, "supported, compiled from Python", _of_python(scripted))
    if not callable(value):
        return Row(name, _of_constant(path))
    if name in FORMS and code_of_text(FORMS[name]) is None:
        return Row(name, "supported")
    handler = special.handler(value)
    if handler is not None and not handler.__qualname__.startswith("_refuse"):
        return Row(name, "supported")
    code = code_of(f"{path}()") or code_of(path)
    as_class = isinstance(value, type) and code_of(f"isinstance(x, {path})", "x: np.ndarray") is None
    return Row(name, f"in `isinstance`; called: refused {code}" if as_class else f"refused: {code}")


_METHOD = "    def f(self) -> int:\n        return 1\n"
FORMS = {
    "super": f"class A:\n{_METHOD}class B(A):\n    def f(self) -> int:\n        return super().f()\ndef probe():\n    return B().f()\n",
    "object": f"class A(object):\n{_METHOD}def probe():\n    return A().f()\n",
    **{d: f"class A:\n    @{d}\n    def f({p}) -> int:\n        return 1\ndef probe():\n    return A().f{c}\n"
       for d, p, c in (("property", "self", ""), ("staticmethod", "", "()"), ("classmethod", "cls", "()"))},
}  # fmt: skip
"""Names that are used otherwise than by calling them: a program with each."""


def _of_constant(path: str) -> str:
    if code_of(path) is None or code_of(f"{path}[0:2]") is None or code_of(f"{path}[x, x]", "x: np.ndarray") is None:
        return "supported"
    return f"refused: {code_of(path)}"


def of_member(kind: str, name: str, t: Type, annotation: str, value: str = "x") -> Row:
    """The row of a method or attribute of values of a type; `value` gives one where `x` has the annotation."""
    found = python.method_op(t, name) or python.attribute_op(t, name) or next((n for n in python.CLASS_METHODS if n == f"{kind}.{name}"), None)
    if found is not None:
        return supported(name, TABLE[found])
    uses = (f"{value}.{name}", f"{value}.{name}()", f"{value}.{name}[0]", f"{value}.{name}.c_contiguous", f"{kind}.{name}(1)", f"{kind}.{name}('1')")
    codes = [code_of(e, f"x: {annotation}") for e in uses]
    return Row(name, "supported" if None in codes else f"refused: {codes[1]}")


# pages


def public(owner: Any) -> list[str]:
    return [n for n in sorted(dir(owner)) if not n.startswith("_")]


def module_rows(path: str, module: Any) -> list[Row]:
    names = [n for n in public(module) if not isinstance(getattr(module, n), types.ModuleType)]
    return [of_object(n, f"{path}.{n}", getattr(module, n)) for n in names]


def builtin_rows() -> list[Row]:
    """The functions and classes every module sees, exceptions and those of the interactive prompt apart."""
    found = {n: getattr(builtins, n) for n in public(builtins) if n not in INTERACTIVE}
    return [of_object(n, n, v) for n, v in found.items() if not (isinstance(v, type) and issubclass(v, BaseException))]


INTERACTIVE = ("copyright", "credits", "exit", "license", "quit", "help")

MODULES: dict[str, tuple[str, Any]] = {
    "numpy": ("np", np), "numpy.linalg": ("np.linalg", np.linalg), "numpy.fft": ("np.fft", np.fft), "numpy.random": ("np.random", np.random),
    "math": ("math", math),
}  # fmt: skip
MEMBERS: dict[str, tuple[Any, ...]] = {
    "numpy.ndarray": (np.ndarray, Tensor(None, None, False), "np.ndarray"), "numpy.dtype": (np.dtype, DTYPE, "np.ndarray", "x.dtype"),
    "int": (int, INT, "int"), "float": (float, FLOAT, "float"), "complex": (complex, COMPLEX, "complex"), "bool": (bool, BOOL, "bool"),
    "str": (str, STR, "str"), "bytes": (bytes, BYTES, "bytes"), "list": (list, List(INT), "list[int]"),
    "tuple": (tuple, Tuple((INT, INT)), "tuple[int, int]"), "dict": (dict, Dict(STR, INT), "dict[str, int]"), "set": (set, Set(INT), "set[int]"),
    "frozenset": (frozenset, Set(INT, True), "frozenset[int]"), "range": (range, RANGE, "range"),
}  # fmt: skip


def sections() -> Iterator[tuple[str, list[Row]]]:
    """Every section of the page: its title and rows."""
    for title, (path, module) in MODULES.items():
        yield f"`{title}`", module_rows(path, module)
    yield "built-in functions and classes", builtin_rows()
    for title, (cls, *rest) in MEMBERS.items():
        yield f"`{title}` objects", [of_member(cls.__name__, n, *rest) for n in public(cls)]
