"""For the op tests: the type of a Python value, whether a type describes a value, and running an op's template."""

from __future__ import annotations

import bisect
import collections
import copy
import functools
import heapq
import itertools
import math
import operator
import random
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np

from scriptc.ir.core import MISSING, Arg, Call, OpDef, OpTypeError, Program
from scriptc.ir.infer import NeedsWiden, infer
from scriptc.types import (
    BOOL,
    BYTES,
    COMPLEX,
    ELLIPSIS,
    FLOAT,
    INT,
    NEVER,
    NONE,
    RANGE,
    RNG,
    SLICE,
    STR,
    DefaultDict,
    Deque,
    Dict,
    DictView,
    Function,
    IteratorOf,
    List,
    Set,
    Tensor,
    Tuple,
    TupleOf,
    Type,
    Union,
    join_all,
)

ATOM_OF: dict[type, Type] = {
    int: INT, float: FLOAT, complex: COMPLEX, bool: BOOL, str: STR, bytes: BYTES, type(None): NONE, range: RANGE, slice: SLICE,
    type(...): ELLIPSIS, random.Random: RNG,
}  # fmt: skip
VIEWS = {type({}.keys()): "keys", type({}.values()): "values", type({}.items()): "items"}


@dataclass(frozen=True)
class Sample:
    """A value made afresh for each run, and its type where it cannot be seen from the value."""

    make: Callable[[], Any]
    type: Type
    text: str
    const: Any = MISSING

    def __repr__(self) -> str:
        return self.text


def type_of(value: Any) -> Type:
    """The exact type of a Python value."""
    if type(value) in ATOM_OF:
        return ATOM_OF[type(value)]
    if isinstance(value, np.ndarray):
        return Tensor(value.dtype.name, value.shape, False)
    if isinstance(value, np.generic):
        return Tensor(value.dtype.name, (), True)
    if isinstance(value, tuple):
        return Tuple(tuple(map(type_of, value)))
    if isinstance(value, list):
        return List(join_all(map(type_of, value)))
    if isinstance(value, set | frozenset):
        return Set(join_all(map(type_of, value)), isinstance(value, frozenset))
    if isinstance(value, collections.deque):
        return Deque(join_all(map(type_of, value)))
    if isinstance(value, collections.Counter):
        return DefaultDict("Counter", join_all(map(type_of, value)), INT)
    if isinstance(value, collections.defaultdict):
        factory: Any = value.default_factory
        made = [type_of(factory()), *map(type_of, value.values())]
        return DefaultDict(factory.__name__, join_all(map(type_of, value)), join_all(made))
    if isinstance(value, dict):
        return Dict(join_all(map(type_of, value)), join_all(map(type_of, value.values())))
    if type(value) in VIEWS:
        return DictView(VIEWS[type(value)], join_all(map(type_of, value)))
    raise TypeError(f"no type for {value!r}")


def has_type(value: Any, t: Type) -> bool:
    """Does the type describe the value? Iterators are used up."""
    if isinstance(t, Union):
        return any(has_type(value, m) for m in t.members)
    if isinstance(t, Tuple):
        return type(value) is tuple and len(value) == len(t.items) and all(map(has_type, value, t.items))
    if isinstance(t, TupleOf):
        return type(value) is tuple and all(has_type(v, t.elem) for v in value)
    if isinstance(t, List):
        return type(value) is list and all(has_type(v, t.elem) for v in value)
    if isinstance(t, Set):
        return type(value) is (frozenset if t.frozen else set) and all(has_type(v, t.elem) for v in value)
    if isinstance(t, Dict):
        return type(value) is dict and all(has_type(k, t.key) and has_type(v, t.value) for k, v in value.items())
    if isinstance(t, Deque):
        return type(value) is collections.deque and all(has_type(v, t.elem) for v in value)
    if isinstance(t, DefaultDict):
        kind = collections.Counter if t.factory == "Counter" else collections.defaultdict
        return type(value) is kind and all(has_type(k, t.key) and has_type(v, t.value) for k, v in value.items())
    if isinstance(t, DictView):
        return VIEWS.get(type(value)) == t.kind and all(has_type(v, t.elem) for v in value)
    if isinstance(t, IteratorOf):
        return hasattr(value, "__next__") and all(has_type(v, t.elem) for v in itertools.islice(value, 50))
    if isinstance(t, Tensor):
        return _has_tensor_type(value, t)
    if isinstance(t, Function):
        return callable(value)
    return t != NEVER and ATOM_OF.get(type(value)) == t


def _has_tensor_type(value: Any, t: Tensor) -> bool:
    if not isinstance(value, np.ndarray | np.generic) or t.scalar is (not isinstance(value, np.generic)):
        return False
    if t.dtype not in (None, value.dtype.name):
        return False
    if t.shape is None:
        return True
    return len(t.shape) == value.ndim and all(d in (None, n) or isinstance(d, str) for d, n in zip(t.shape, value.shape, strict=True))


def of(text: str, t: Type | None = None) -> Sample:
    """The sample that the expression makes."""
    code = compile(text, "<sample>", "eval")

    def make() -> Any:
        return eval(code, dict(NAMES))

    value = make()
    const = value if type(value) in (int, float, complex, bool, str, type(None)) else MISSING
    return Sample(make, t or type_of(value), text, const)


RT = SimpleNamespace(copy=copy.copy, deepcopy=copy.deepcopy, warn=warnings.warn)
NAMES: dict[str, Any] = {
    "np": np, "math": math, "random": random, "operator": operator, "functools": functools, "itertools": itertools,
    "warnings": warnings, "rt": RT, "collections": collections, "heapq": heapq, "bisect": bisect,
}  # fmt: skip


@functools.cache
def compiled(op: OpDef, count: int, kw: tuple[str, ...]) -> Callable[..., Any]:
    """The op's template as a function of its operands."""
    names = [f"a{i}" for i in range(count)]
    positional, named = names[: count - len(kw)], [f"{k}={n}" for k, n in zip(kw, names[count - len(kw) :], strict=True)]
    text = TEMPLATES.get(op.name) or op.emit
    assert text is not None, op.name
    rest = positional
    for i in reversed(range(count)):
        if f"${i}" in text:
            text = text.replace(f"${i}", f"({names[i]})")
            rest = [r for r in rest if r != names[i]]
    text = text.replace("$*", ", ".join(rest + named))
    body = f"{text}" if op.name in ("setitem", "delitem") else f"return {text}"
    scope: dict[str, Any] = dict(NAMES)
    exec(f"def f({', '.join(names)}):\n    {body}", scope)
    found: Callable[..., Any] = scope["f"]
    return found


TEMPLATES = {"tuple": "($*,)", "set": "{$*}", "format": "format($*)", "concat_str": "''.join(($*,))"}


@dataclass
class Outcome:
    """What the rule says of some operands and what CPython does with them."""

    types: tuple[Type, ...] | None
    refused: OpTypeError | None
    value: Any = None
    raised: BaseException | None = None
    args: tuple[Any, ...] = ()
    widened: dict[int, Type] = field(default_factory=dict)


def ask(op: OpDef, samples: tuple[Sample, ...], kw: tuple[str, ...] = (), consts: bool = False, program: Program | None = None) -> Outcome:
    """What the rule says, widening containers where it wants that."""
    args = [Arg(s.type, s.const if consts else MISSING) for s in samples]
    out = Outcome(None, None)
    for _ in range(4):
        try:
            out.types = infer(op, Call(tuple(args), kw, {}, program))
        except NeedsWiden as e:
            args[e.operand] = Arg(e.wanted)
            out.widened[e.operand] = e.wanted
            continue
        except OpTypeError as e:
            out.refused = e
        return out
    raise AssertionError(f"{op.name} asks to be widened again and again: {samples}")


def run(op: OpDef, samples: tuple[Sample, ...], kw: tuple[str, ...] = (), consts: bool = False, program: Program | None = None) -> Outcome:
    """Ask the rule, and run the template."""
    out = ask(op, samples, kw, consts, program)
    out.args = tuple(s.make() for s in samples)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            out.value = compiled(op, len(samples), kw)(*out.args)
            consume(out)
    except Exception as e:  # whatever the operation raises is the finding
        out.raised = e
    return out


def consume(out: Outcome) -> None:
    """Draw the items of an iterator here, so that what its functions raise is seen; they stay to be checked."""
    if out.types and isinstance(out.types[0], IteratorOf) and not isinstance(out.value, Function) and hasattr(out.value, "__next__"):
        out.value = iter([_kept(v) for v in itertools.islice(out.value, 50)])


def _kept(value: Any) -> Any:
    """`groupby` hands out iterators that the next turn invalidates."""
    if isinstance(value, tuple) and len(value) == 2 and hasattr(value[1], "__next__"):
        return (value[0], iter(list(value[1])))
    return value


def complaint(op: OpDef, samples: tuple[Sample, ...], out: Outcome) -> str | None:
    """What the rule got wrong, or None."""
    if out.types is None:
        if isinstance(out.raised, TypeError):
            return None
        return f"refused ({out.refused}), but CPython gives {out.value!r}" if out.raised is None else None
    if out.raised is not None and NEVER in out.types:
        return None
    if isinstance(out.raised, TypeError):
        return f"accepted as {out.types[0] if out.types else None}, but CPython raises {out.raised}"
    if out.raised is not None:
        return None
    if out.types and not has_type(out.value, out.types[0]):
        return f"typed {out.types[0]}, but CPython gives {out.value!r}"
    for i, s in enumerate(samples):
        wanted = out.widened.get(i, s.type)
        if i in op.mutates and not isinstance(s.type, IteratorOf) and wanted != RNG and not has_type(out.args[i], wanted):
            return f"operand {i} was {wanted}, but is now {out.args[i]!r}"
    return None
