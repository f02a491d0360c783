"""One thing to do about a finding, where the operands or names say which: what people new to scriptc most often meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any

from scriptc.ir import OpTypeError
from scriptc.types import FLOAT, INT, NONE, STR, Dict, DictView, IteratorOf, List, Set, Tensor, Tuple, Type, members

MIXED = "keep to items of one type; for values of different types use a tuple or a dataclass"
TYPED = "annotate the parameter with its type: without an annotation it is taken for an array"

TORCH: dict[str, str] = {
    "cat": "np.concatenate", "unsqueeze": "np.expand_dims", "permute": "np.transpose", "relu": "np.maximum(x, 0)",
    "sigmoid": "1 / (1 + np.exp(-x))", "numel": "x.size", "dim": "x.ndim", "mm": "x @ y", "matmul": "x @ y", "bmm": "x @ y", "t": "x.T",
    "detach": "x itself: NumPy arrays carry no gradient", "cpu": "x itself: NumPy arrays are in main memory",
    "cuda": "x itself: NumPy arrays are in main memory", "numpy": "x itself: it is an array", "float": "x.astype(np.float32)",
    "double": "x.astype(np.float64)", "long": "x.astype(np.int64)", "int": "x.astype(np.int32)", "half": "x.astype(np.float16)",
    "bool": "x.astype(np.bool_)", "to": "x.astype(...)", "type": "x.astype(...)", "contiguous": "np.ascontiguousarray(x)",
    "expand": "np.broadcast_to", "masked_fill": "np.where", "softmax": "nn.functional.softmax", "gelu": "nn.functional.gelu",
    "tanh": "np.tanh(x)", "exp": "np.exp(x)", "log": "np.log(x)", "sqrt": "np.sqrt(x)", "abs": "np.abs(x)", "sin": "np.sin(x)",
    "cos": "np.cos(x)", "clamp": "np.clip", "clone": "x.copy()", "chunk": "np.array_split", "where": "np.where",
    "norm": "np.linalg.norm(x)", "append": "np.append(x, ...)", "tensor": "np.array", "manual_seed": "np.random.default_rng(seed)",
    "randn": "np.random.default_rng(seed).standard_normal", "pow": "x ** y", "item_": "x.item()", "cumsum_": "np.cumsum(x)",
    "no_grad": "nothing: NumPy records no gradients",
}  # fmt: skip
"""What torch and other libraries call something, and NumPy's way to write it."""
GONE: dict[str, str] = {
    "float": "np.float64", "int": "np.int64", "bool": "np.bool_", "complex": "np.complex128", "object": "a list", "str": "str",
    "float_": "np.float64", "product": "np.prod", "cumproduct": "np.cumprod", "sometrue": "np.any", "alltrue": "np.all", "in1d": "np.isin",
    "trapz": "np.trapezoid", "NaN": "np.nan", "Inf": "np.inf", "Infinity": "np.inf", "PINF": "np.inf", "NINF": "-np.inf",
    "row_stack": "np.vstack", "round_": "np.round", "asfarray": "np.asarray(..., dtype=np.float64)", "alen": "len",
    "msort": "np.sort(x, axis=0)",
}  # fmt: skip
"""Names that NumPy 2 no longer has."""
KEYWORDS = {"dim": "axis", "dims": "axis", "keepdim": "keepdims", "device": None, "requires_grad": None, "axes": "axis"}
ELSEWHERE: dict[str, str] = {
    "has_key": "in", "iteritems": "items()", "itervalues": "values()", "iterkeys": "keys()", "push": "append", "length": "len(...)",
}  # fmt: skip


def said(t: Type, before: str = "") -> str:
    """A type as messages say it, after some words; an array of which nothing is known needs none."""
    return "an array" if isinstance(t, Tensor) and t.dtype is None and t.shape is None and not t.scalar else f"{before}`{t}`"


def close(name: str, names: Iterable[str]) -> str | None:
    """The one of `names` that was meant, where it is close."""
    known = sorted({n for n in names if not n.startswith("_")})
    found = difflib.get_close_matches(name, known, 1, 0.75)
    return found[0] if found else None


def for_attribute(t: Type, name: str, names: Iterable[str]) -> str | None:
    """What to write for an attribute or method that a value of type `t` does not have."""
    if isinstance(t, Tensor) and name in TORCH:
        return f"NumPy has no `{name}`: write `{TORCH[name]}`" if not TORCH[name].startswith(("x itself", "nothing")) else f"use {TORCH[name]}"
    if name in ELSEWHERE and not isinstance(t, Tensor):
        return f"write `{ELSEWHERE[name]}`"
    if isinstance(t, List) and name in ("shape", "ndim", "dtype", "reshape", "mean", "sum", "max", "min", "T"):
        return "this is a list, not an array: `np.array(...)` makes one of it" if name not in ("max", "min", "sum") else f"write `{name}(...)`"
    meant = close(name, names)
    if meant is not None:
        return f"did you mean `{meant}`?"
    if isinstance(t, Dict):
        return f"an item of a dict is taken by its key: `[{name!r}]`"
    return "the items of a tuple have no names: take them by their number, or use a NamedTuple" if isinstance(t, Tuple) else None


def for_module(module: Any, name: str) -> str | None:
    """What to write for a name that a module or another object does not have."""
    if getattr(module, "__name__", "") == "numpy":
        return for_numpy(name, dir(module))
    meant = close(name, dir(module))
    return None if meant is None else f"did you mean `{meant}`?"


def for_numpy(name: str, names: Iterable[str]) -> str | None:
    """What to write for a name that NumPy does not have."""
    if name in GONE:
        return f"NumPy 2 has no `np.{name}`: write `{GONE[name]}`"
    if name in TORCH:
        return f"that is torch's name: write `{TORCH[name]}`"
    meant = close(name, names)
    return None if meant is None else f"did you mean `np.{meant}`?"


def over(t: Type) -> str | None:
    """What a loop over a value of type `t` was most often meant to be."""
    return "loop over `range(...)` of it" if t == INT else "test it with `is None` first" if NONE in members(t) else None


ARGUMENTS = re.compile(r"\(\) (takes (no|from|at most|at least|exactly|\d+) .*arguments?\b|missing required|got (an un|multiple v|a positional-))")


def about_arguments(message: str) -> bool:
    """Is this how Python says that arguments do not fit a function, whatever their types?"""
    return ARGUMENTS.search(message) is not None


def for_operands(op: str, e: OpTypeError, types: list[Type], texts: list[str], untyped: bool = False) -> str | None:
    """What to do about operands that do not fit; None where the op's own help, if it has any, is all there is to say.

    `untyped`: one of them is a parameter without an annotation.
    """
    if any(mixed(t) for t in types):
        return MIXED
    if NONE in types:
        return _always_none(texts[types.index(NONE)])
    return _maybe_none(e, texts) or _of_message(op, e.message, types, texts) or _of_kinds(op, e, types, texts, untyped)


def _maybe_none(e: OpTypeError, texts: list[str]) -> str | None:
    """Operands that may be `None`, by what the text has there."""
    maybe = [texts[i] for i, part in e.parts.items() if part == NONE and i < len(texts)]
    if any(".get(" in text for text in maybe):
        return "give `get` a second argument, which it gives where there is no such key"
    return next((f"test `{text}` with `is not None` first" for text in maybe if text.replace(".", "").isidentifier()), None)


def _of_message(op: str, message: str, types: list[Type], texts: list[str]) -> str | None:
    """What the words of the message tell."""
    if message.startswith("view()"):
        return "NumPy's `view` is about the dtype: write `x.reshape(...)`"
    if "unexpected keyword argument" in message:
        return _keyword(message)
    if "zero-dimensional arrays cannot be concatenated" in message and len(texts) > 1:
        return f"give the arrays as one tuple: `{op.replace('numpy.', 'np.')}(({', '.join(texts)}))`"
    if "indices must be integers" in message and types[-1] == FLOAT:
        return "divide with `//` for a whole number, or convert with `int(...)`"
    if "item assignment" in message and types[0] == STR:
        return "text cannot be changed: make a new one, as of `s[:i] + new + s[i + 1:]`"
    if "item assignment" in message and isinstance(types[0], Tuple):
        return "a tuple cannot be changed: use a list, or make a new tuple"
    if "not subscriptable" in message and isinstance(types[0], DictView | Set | IteratorOf):
        return f"its items have no numbers: make a list of them, `list({texts[0]})`"
    return None


def _of_kinds(op: str, e: OpTypeError, types: list[Type], texts: list[str], untyped: bool) -> str | None:
    """What the kinds of the operands tell."""
    if op.startswith("math.") and types and isinstance(types[0], List | Tensor):
        return _each(op.partition(".")[2], types[0], texts[0])
    if STR in types and len(types) == 2 and not op.endswith("item"):
        return TYPED if untyped else _text(op, types, texts)
    if op in ("add", "iadd") and isinstance(types[0], List) and isinstance(types[1], Tuple):
        return f"make a list of it: `list({texts[1]})`"
    if op in ("matmul", "imatmul") and e.help is None and all(isinstance(t, Tensor) for t in types):
        return "the last dimension of the left side must be the last but one of the right side; `.T` swaps the two of a matrix"
    return None


def mixed(t: Type) -> bool:
    """A list or set whose items have several types, `None` aside; a dict whose keys or values have."""
    return isinstance(t, List | Set | Dict) and any(len([m for m in members(c) if m != NONE]) > 1 for c in t.children())


def _always_none(text: str) -> str:
    if text.endswith(")"):
        return f"`{text}` gives `None`: let the function `return` its result"
    return "it is always `None` here: give it a value first" if text != "None" else "compare with `is None`"


def _each(fn: str, t: Type, text: str) -> str:
    """A function of `math` takes one number."""
    if isinstance(t, Tensor):
        return f"`math.{fn}` takes one number: NumPy's functions take arrays"
    return f"`math.{fn}` takes one number: `[math.{fn}(v) for v in {text}]` takes each item"


def _keyword(message: str) -> str | None:
    word = message.rpartition(" ")[2].strip("'")
    if word not in KEYWORDS:
        return None
    meant = KEYWORDS[word]
    return f"NumPy calls it `{meant}`" if meant is not None else "leave it out: NumPy has no such thing"


def _text(op: str, types: list[Type], texts: list[str]) -> str | None:
    """Text and something else: one of them has to be made into the other's kind."""
    first = types[0] == STR
    other, text, value = (types[1], texts[0], texts[1]) if first else (types[0], texts[1], texts[0])
    number = f"`{'int' if other == INT else 'float'}({text})`"
    countable = other in (INT, FLOAT) or isinstance(other, Tensor)
    written = text.endswith(("'", '"'))
    if op in ("add", "iadd"):
        more = f"{number} makes a number of the text" if countable and not written else "and so does an f-string"
        return f"`str({value})` makes a text of it, {more}"
    return f"make a number of the text first: {number}" if countable and not written else None
