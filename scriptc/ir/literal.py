"""Plain data as the graph's text shows it: Python's own notation, and for what has none:

| data | text |
| --- | --- |
| set, frozenset | `set{1, 2}`, `frozenset{}` |
| deque, defaultdict, Counter | `deque([1, 2], None)`, `collected('int', {1: 2})` |
| NaN other than the usual one | `nan_fff8000000000000` |
| complex | `complex(1.0, -0.0)` |
| NumPy scalar, array | `np.float32(1.5)`, `array(float32[2, 3], 0000803f...)`, `array(float32[2, 3], F, ...)` |
| enum's member, dtype, type | ``enum('model.Color', 'RED')``, `dtype(float32)`, `` `int | None` `` |
| an array that lies in another | `view(*1, offset, shape, strides)`, in elements |
| a generator of random numbers | `generator('Generator', ('PCG64', ...))`, see `generators.py` |
| a list (dict, set, array, generator) held in two places | `&1 [2, 3]` the first time, `*1` after |
"""

from __future__ import annotations

import ast
import collections
import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

import numpy as np

from scriptc.ir import collected
from scriptc.ir.data import DTYPES, EnumRef, array_bytes, enum_ref, float_of_text, float_text, is_enum, is_shareable, layout, set_order
from scriptc.ir.generators import generator_kind, make, state_of
from scriptc.ir.views import arrays_in, find_views, make_view
from scriptc.types import Type
from scriptc.types.text import parse_type

ELIDED = "<elided>"
LONG = 200


class TextError(ValueError):
    """The text is not a program."""


class LiteralWriter:
    """Writes data; `roots` is all data of the program, to know what is held twice. `data=False` leaves long data out."""

    def __init__(self, roots: Iterable[Any] = (), data: bool = True) -> None:
        self.data = data
        counts: Counter[int] = Counter()
        self._arrays: dict[int, Any] = {}
        for root in roots:
            _count(root, counts)
            self._arrays.update((id(a), a) for a in arrays_in(root))
        self._views = find_views(self._arrays.values())
        bases = {v.base for v in self._views.values() if v is not None}
        self._shared = {key for key, n in counts.items() if n > 1} | bases
        self._numbers: dict[int, int] = {}

    def write(self, v: Any) -> str:
        if is_shareable(v) and id(v) in self._shared:
            if id(v) in self._numbers:
                return f"*{self._numbers[id(v)]}"
            number = self._numbers[id(v)] = len(self._numbers)
            return f"&{number} {self._plain(v)}"
        return self._plain(v)

    def short(self, v: Any) -> str:
        """As `write`, but long data is left out where that was asked for."""
        if not self.data and any(True for _ in arrays_in(v)):
            return ELIDED
        text = self.write(v)
        return text if self.data or len(text) <= LONG else ELIDED

    def _plain(self, v: Any) -> str:
        if isinstance(v, Type):
            return f"`{v}`"
        if is_enum(v):
            ref = enum_ref(v)
            return f"enum({ref.cls!r}, {ref.member!r})"
        if isinstance(v, np.generic):
            return f"np.{v.dtype.name}({_scalar(v)})"
        if isinstance(v, np.dtype):
            return f"dtype({v.name})"
        kind = generator_kind(v)
        if kind is not None:
            return f"generator({kind!r}, {self.write(state_of(v))})"
        factory = collected.factory_of(v)
        if factory is not None:
            return f"collected({factory!r}, {{{self.pairs(v)}}})"
        writer = _WRITERS.get(type(v))
        return repr(v) if writer is None else writer(self, v)

    def all(self, items: Iterable[Any]) -> str:
        return ", ".join(map(self.write, items))

    def pairs(self, d: dict[Any, Any]) -> str:
        return ", ".join(f"{self.write(k)}: {self.write(v)}" for k, v in d.items())

    def array(self, a: Any) -> str:
        view = self._views.get(id(a))
        if view is not None:
            read_only = ", r" if "r" in layout(a) else ""
            return f"view({self.write(self._arrays[view.base])}, {view.offset}, {self.write(a.shape)}, {self.write(view.strides)}{read_only})"
        flags = "".join(f"{f}, " for f in [layout(a)] if f)
        return f"array({a.dtype.name}[{', '.join(map(str, a.shape))}], {flags}{array_bytes(a).hex()})"


def _count(v: Any, counts: Counter[int]) -> None:
    if is_shareable(v):
        counts[id(v)] += 1
        if counts[id(v)] > 1:
            return
    if isinstance(v, collected.LINES):
        for x in v:
            _count(x, counts)
    elif isinstance(v, dict):
        for x in v.values():
            _count(x, counts)


def _float(x: float) -> str:
    return repr(x) if x == x else float_text(x).replace(":", "_")


def _scalar(v: Any) -> str:
    if v.dtype.kind == "c" or v != v:
        return f"0x{array_bytes(v).hex()}"
    return repr(v.item())


def _int(v: int) -> str:
    return str(v) if v.bit_length() < 1024 else hex(v)  # Python refuses decimal digits by the thousand


_WRITERS: dict[type, Callable[[LiteralWriter, Any], str]] = {
    int: lambda w, v: _int(v),
    float: lambda w, v: _float(v),
    complex: lambda w, v: f"complex({_float(v.real)}, {_float(v.imag)})",
    list: lambda w, v: f"[{w.all(v)}]",
    collections.deque: lambda w, v: f"deque([{w.all(v)}], {v.maxlen})",
    tuple: lambda w, v: f"({w.all(v)}{',' if len(v) == 1 else ''})",
    dict: lambda w, v: f"{{{w.pairs(v)}}}",
    set: lambda w, v: f"set{{{w.all(set_order(v))}}}",
    frozenset: lambda w, v: f"frozenset{{{w.all(set_order(v))}}}",
    range: lambda w, v: f"range({w.all((v.start, v.stop, v.step))})",
    slice: lambda w, v: f"slice({w.all((v.start, v.stop, v.step))})",
    np.ndarray: LiteralWriter.array,
    type(...): lambda w, v: "...",
}

TOKEN = re.compile(
    r"""\s*(?:\#[^\n]*\n\s*)*(
        [bB]?'(?:[^'\\\n]|\\.)*' | [bB]?"(?:[^"\\\n]|\\.)*"                       # texts, bytes
      | `[^`\n]*`                                                                  # types
      | -?0x[0-9a-f]+\b                                                            # large integers, bits of numbers
      | -?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.]) | -inf\b                            # numbers
      | %[^\s,:=()\[\]{}.]+(?:\.\d+)?                                              # values
      | \.\.\. | => | <elided>
      | [\w]+(?:\.\w+)*
      | .
    )""",
    re.VERBOSE,
)


class Scanner:
    """The tokens of a text, one at a time, and the data they write."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.token = ""
        self.start = 0
        self.shared: dict[int, Any] = {}
        self.advance()

    def advance(self) -> str:
        """The current token, which is left behind."""
        last = self.token
        found = TOKEN.match(self.text, self.at)
        if found is None:
            self.token, self.start, self.at = "", len(self.text), len(self.text)
        else:
            self.token, self.start, self.at = found.group(1), found.start(1), found.end()
        return last

    def fail(self, wanted: str = "") -> NoReturn:
        line = self.text.count("\n", 0, self.start) + 1
        raise TextError(f"line {line}: found {self.token!r:.60}" + (f", expected {wanted}" if wanted else ""))

    def expect(self, token: str) -> None:
        if self.token != token:
            self.fail(repr(token))
        self.advance()

    def accept(self, token: str) -> bool:
        if self.token != token:
            return False
        self.advance()
        return True

    def string(self) -> str:
        if self.token[:1] not in ("'", '"'):
            self.fail("a text")
        text: str = ast.literal_eval(self.advance())
        return text

    def integer(self) -> int:
        if not re.fullmatch(r"-?\d+", self.token):
            self.fail("an integer")
        return int(self.advance())

    def type(self) -> Type:
        if self.token[:1] != "`":
            self.fail("a type")
        return parse_type(self.advance()[1:-1])

    def bare_type(self, stops: str) -> Type:
        """A type without quotes around it, up to one of `stops` outside of brackets and quotes."""
        i, depth, text = self.start, 0, self.text
        while i < len(text) and not (depth == 0 and text[i] in stops):
            if text[i] == "'":
                i = self.quoted(i)
            depth += (text[i] in "[(") - (text[i] in "])")
            i += 1
        found = parse_type(text[self.start : i])
        self.at = i
        self.advance()
        return found

    def quoted(self, i: int) -> int:
        """Where the text that begins at `i` ends."""
        i += 1
        while i < len(self.text) and self.text[i] != "'":
            i += 2 if self.text[i] == "\\" else 1
        if i >= len(self.text):
            self.fail("a closing quote")
        return i

    def literal(self) -> Any:
        """Data."""
        token = self.token
        if token == "&":
            return self.define()
        if token == "*":
            self.advance()
            number = self.integer()
            if number not in self.shared:
                self.fail("data defined before")
            return self.shared[number]
        if token in _OPENERS:
            return _OPENERS[token](self)
        if token[:1] in ("'", '"') or token[:2] in ("b'", 'b"'):
            return ast.literal_eval(self.advance())
        if token[:1] == "`":
            return self.type()
        return self.word()

    def define(self) -> Any:
        self.advance()
        number = self.integer()
        if number in self.shared:
            self.fail("a number not used yet")
        self.shared[number] = made = self.literal()
        return made

    def word(self) -> Any:
        token = self.advance()
        if token in _WORDS:
            return _WORDS[token]
        if token.startswith("nan_"):
            return float_of_text(token.replace("_", ":"))
        if re.fullmatch(r"-?\d+", token):
            return int(token)
        if re.fullmatch(r"-?0x[0-9a-f]+", token):
            return int(token, 16)
        if re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", token):
            return float(token)
        if token in _CALLS:
            self.expect("(")
            made = _CALLS[token](self)
            self.expect(")")
            return made
        if token.startswith("np.") and token[3:] in DTYPES:
            return self.scalar(token[3:])
        if token in ("set", "frozenset"):
            self.expect("{")
            return (set if token == "set" else frozenset)(self.until("}"))
        return self.fail("data")

    def until(self, end: str) -> list[Any]:
        """Items separated by commas, up to `end`, which is left behind."""
        items = []
        while not self.accept(end):
            items.append(self.literal())
            if self.token != end:
                self.expect(",")
        return items

    def dict(self) -> dict[Any, Any]:
        self.advance()
        made: dict[Any, Any] = {}
        while not self.accept("}"):
            key = self.literal()
            self.expect(":")
            made[key] = self.literal()
            if self.token != "}":
                self.expect(",")
        return made

    def parts(self, count: int) -> list[Any]:
        items = [self.literal()]
        while len(items) < count:
            self.expect(",")
            items.append(self.literal())
        return items

    def hexadecimal(self) -> bytes:
        """Digits up to the closing bracket, which is not left behind."""
        end = self.text.find(")", self.start)
        digits = self.text[self.start : end]
        if end < 0 or not re.fullmatch(r"[0-9a-f]*", digits):
            self.fail("hexadecimal digits")
        self.at = end
        self.advance()
        return bytes.fromhex(digits)

    def scalar(self, name: str) -> Any:
        self.expect("(")
        dtype = np.dtype(name)
        if self.token.startswith("0x"):
            self.at, self.token, self.start = self.start + 2, "", self.start + 2
            made = np.frombuffer(self.hexadecimal(), dtype.newbyteorder("<"))[0]
        else:
            made = dtype.type(self.literal())
        self.expect(")")
        return made

    def array(self) -> Any:
        name = self.advance()
        if name not in DTYPES:
            self.fail("a dtype")
        self.expect("[")
        shape = self.until("]")
        self.expect(",")
        flags = self.advance() if self.token in ("F", "r", "Fr") else ""
        if flags:
            self.expect(",")
        dtype = np.dtype(name)
        made = np.frombuffer(bytearray(self.hexadecimal()), dtype.newbyteorder("<")).astype(dtype).reshape(shape)
        if "F" in flags:
            made = np.asfortranarray(made)
        if "r" in flags:
            made.flags.writeable = False
        return made


def _view(s: Scanner) -> Any:
    made = make_view(*s.parts(4))
    if s.accept(","):
        s.expect("r")
        made.flags.writeable = False
    return made


def _tuple(s: Scanner) -> tuple[Any, ...]:
    s.advance()
    return tuple(s.until(")"))


def _list(s: Scanner) -> list[Any]:
    s.advance()
    return s.until("]")


def _made(make: Callable[..., Any]) -> Callable[[Scanner], Any]:
    return lambda s: make(*s.parts(2))


def _dtype(s: Scanner) -> Any:
    name = s.advance()
    if name not in DTYPES:
        s.fail("a dtype")
    return np.dtype(name)


_WORDS: dict[str, Any] = {
    "None": None, "True": True, "False": False, "...": ..., "nan": float("nan"), "inf": float("inf"), "-inf": float("-inf"),
}  # fmt: skip
_OPENERS: dict[str, Callable[[Scanner], Any]] = {"(": _tuple, "[": _list, "{": Scanner.dict}
_CALLS: dict[str, Callable[[Scanner], Any]] = {
    "complex": lambda s: complex(*s.parts(2)),
    "range": lambda s: range(*s.parts(3)),
    "slice": lambda s: slice(*s.parts(3)),
    "enum": lambda s: EnumRef(*s.parts(2)),
    "array": Scanner.array,
    "view": _view,
    "dtype": _dtype,
    "generator": _made(make),
    "deque": _made(collections.deque),
    "collected": _made(collected.make),
}
