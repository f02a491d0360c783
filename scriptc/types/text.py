"""The written form of types, as messages and the graph's text show them: `list[int]`, `float32[2, n, ?]`, `int | None`.

`parse_type(print_type(t)) == t` for every type without allocation sites.

| type | text |
| --- | --- |
| array of known shape, unknown dims, unknown rank | `float32[2, n, ?]`, `float32[...]`, `any[...]` where the dtype is unknown |
| NumPy scalar | `np.float32`, `np.generic` where the dtype is unknown |
| array or NumPy scalar | `float32[...] or scalar` |
| instance of a class | its name: `model.Point`; quoted where it could be mistaken: `record 'np.float32'` |
| member of an enum | `enum model.Color` |
"""

from __future__ import annotations

import re
from collections.abc import Callable

from scriptc.types.core import (
    ATOMS,
    INT,
    Atom,
    Cell,
    DefaultDict,
    Deque,
    Dict,
    DictView,
    Dim,
    EnumType,
    Function,
    IteratorOf,
    List,
    Record,
    Set,
    Tensor,
    Tuple,
    TupleOf,
    Type,
    Union,
)

VIEW_KINDS = ("keys", "values", "items")
_WORDS = {"list", "set", "frozenset", "dict", "tuple", "iterator", "cell", "Callable", "enum", "record", "any", "or"}
_WORDS |= {"deque", "defaultdict", "Counter"}
_WORDS |= {f"dict_{k}" for k in VIEW_KINDS}
_CLASS_NAME = re.compile(r"(?:[^\W\d]\w*|<[^\W\d]\w*>)(?:\.(?:[^\W\d]\w*|<[^\W\d]\w*>))*\Z")
_TOKEN = re.compile(r"\s*(?:(\.\.\.)|('(?:[^'\\]|\\.)*')|(\d+)|([^\W\d<][\w.<>]*|<[\w.<>]+)|(->|.))", re.DOTALL)
MAX_TEXT_DEPTH = 100


class TypeSyntaxError(ValueError):
    """The text is not a type."""


def print_type(t: Type) -> str:
    """The text of `t`."""
    if isinstance(t, Atom):
        return t.name
    return _PRINTERS[type(t)](t)


def _tensor(t: Tensor) -> str:
    if t.scalar and t.shape == ():
        return f"np.{t.dtype or 'generic'}"
    dims = "..." if t.shape is None else ", ".join(map(_dim, t.shape))
    name = f"np.{t.dtype or 'generic'}" if t.scalar else t.dtype or "any"
    return f"{name}[{dims}]" + (" or scalar" if t.scalar is None else "")


def _dim(d: Dim) -> str:
    if d is None:
        return "?"
    if isinstance(d, int):
        return str(d)
    return d if re.fullmatch(r"[^\W\d]\w*", d) else _quote(d)


def _quote(s: str) -> str:
    escaped = s.encode("unicode_escape").decode("ascii").replace("'", "\\x27").replace("`", "\\x60")
    return f"'{escaped}'"


def _class_name(name: str) -> str:
    return name if _CLASS_NAME.match(name) else _quote(name)


def _record(t: Record) -> str:
    plain = _CLASS_NAME.match(t.name) and t.name not in ATOMS and t.name not in _WORDS and not t.name.startswith("np.")
    return t.name if plain else f"record {_quote(t.name)}"


def _default_dict(t: DefaultDict) -> str:
    if t.factory == "Counter" and t.value == INT:
        return f"Counter[{print_type(t.key)}]"
    return f"defaultdict[{t.factory}, {print_type(t.key)}, {print_type(t.value)}]"


def _all(types: tuple[Type, ...]) -> str:
    return ", ".join(map(print_type, types))


_PRINTERS: dict[type, Callable[..., str]] = {
    Tensor: _tensor,
    List: lambda t: f"list[{print_type(t.elem)}]",
    Deque: lambda t: f"deque[{print_type(t.elem)}]",
    Set: lambda t: f"{'frozenset' if t.frozen else 'set'}[{print_type(t.elem)}]",
    DefaultDict: lambda t: _default_dict(t),
    Dict: lambda t: f"dict[{print_type(t.key)}, {print_type(t.value)}]",
    DictView: lambda t: f"dict_{t.kind}[{print_type(t.elem)}]",
    Tuple: lambda t: f"tuple[{_all(t.items) or '()'}]",
    TupleOf: lambda t: f"tuple[{print_type(t.elem)}, ...]",
    IteratorOf: lambda t: f"iterator[{print_type(t.elem)}]",
    Union: lambda t: " | ".join(map(print_type, t.members)),
    Record: _record,
    EnumType: lambda t: f"enum {_class_name(t.name)}",
    Cell: lambda t: f"cell[{print_type(t.elem)}]",
    Function: lambda t: f"Callable[[{_all(t.params)}], {print_type(t.result)}]",
}


def parse_type(text: str) -> Type:
    """The type written in `text`; raises `TypeSyntaxError`."""
    return _Parser(text).whole()


class _Parser:
    """Recursive descent over the tokens of one type."""

    def __init__(self, text: str) -> None:
        self.text, self.pos, self.depth = text, 0, 0
        self.tokens = [m.group(m.lastindex or 0) for m in _TOKEN.finditer(text.strip())]

    def whole(self) -> Type:
        t = self.read_type()
        if self.pos != len(self.tokens):
            self.fail()
        return t

    def fail(self) -> None:
        found = self.tokens[self.pos] if self.pos < len(self.tokens) else "its end"
        raise TypeSyntaxError(f"not a type: {self.text!r}, at {found!r}")

    def peek(self, ahead: int = 0) -> str:
        i = self.pos + ahead
        return self.tokens[i] if i < len(self.tokens) else ""

    def take(self) -> str:
        if self.pos >= len(self.tokens):
            self.fail()
        self.pos += 1
        return self.tokens[self.pos - 1]

    def expect(self, token: str) -> None:
        if self.peek() != token:
            self.fail()
        self.pos += 1

    def read_type(self) -> Type:
        self.depth += 1
        if self.depth > MAX_TEXT_DEPTH:
            raise TypeSyntaxError("the type is nested too deep")
        parts = [self.member()]
        while self.peek() == "|":
            self.pos += 1
            parts.append(self.member())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Union(tuple(parts))

    def member(self) -> Type:
        word = self.peek()
        if self.peek(1) == "[":
            self.pos += 2
            t = self.bracketed(word)
            self.expect("]")
            return self.maybe_scalar(t)
        self.take()
        if word == "enum":
            return EnumType(self.name())
        if word == "record":
            return Record(self.name())
        if word in ATOMS:
            return ATOMS[word]
        if word.startswith("np."):
            return Tensor(_dtype(word[3:]), (), True)
        if word in _WORDS or not _CLASS_NAME.match(word):
            self.pos -= 1
            self.fail()
        return Record(word)

    def name(self) -> str:
        token = self.take()
        if token.startswith("'"):
            return _unquote(token)
        if not _CLASS_NAME.match(token):
            self.fail()
        return token

    def bracketed(self, word: str) -> Type:
        if word == "tuple":
            return self.read_tuple()
        if word == "Callable":
            return self.function()
        if word == "Counter":
            return DefaultDict("Counter", self.read_type(), INT)
        if word == "defaultdict":
            factory = self.name()
            self.expect(",")
            key = self.read_type()
            self.expect(",")
            return DefaultDict(factory, key, self.read_type())
        if word == "dict":
            key = self.read_type()
            self.expect(",")
            return Dict(key, self.read_type())
        if word in _ONE_PART:
            return _ONE_PART[word](self.read_type())
        if (word in ATOMS and word != "bool") or not _CLASS_NAME.match(word):
            self.fail()
        scalar = word.startswith("np.")
        return Tensor(_dtype(word.removeprefix("np.")), self.shape(), scalar)

    def read_tuple(self) -> Type:
        if self.peek() == "(":
            self.pos += 1
            self.expect(")")
            return Tuple()
        items = [self.read_type()]
        while self.peek() == ",":
            self.pos += 1
            if self.peek() == "..." and len(items) == 1:
                self.pos += 1
                return TupleOf(items[0])
            items.append(self.read_type())
        return Tuple(tuple(items))

    def function(self) -> Type:
        params: list[Type] = []
        self.expect("[")
        while self.peek() != "]":
            if params:
                self.expect(",")
            params.append(self.read_type())
        self.expect("]")
        self.expect(",")
        return Function(tuple(params), self.read_type())

    def shape(self) -> tuple[Dim, ...] | None:
        if self.peek() == "...":
            self.pos += 1
            return None
        dims: list[Dim] = []
        while self.peek() != "]":
            if dims:
                self.expect(",")
            dims.append(self.dim())
        return tuple(dims)

    def dim(self) -> Dim:
        token = self.take()
        if token == "?":
            return None
        if token.isdecimal():
            return int(token)
        if token.startswith("'"):
            return _unquote(token)
        if "." in token or not _CLASS_NAME.match(token) or token.startswith("<"):
            self.fail()
        return token

    def maybe_scalar(self, t: Type) -> Type:
        if isinstance(t, Tensor) and self.peek() == "or":
            self.pos += 1
            self.expect("scalar")
            return Tensor(t.dtype, t.shape, None)
        return t


_ONE_PART: dict[str, Callable[[Type], Type]] = {
    "list": List,
    "deque": Deque,
    "set": Set,
    "frozenset": lambda t: Set(t, True),
    "iterator": IteratorOf,
    "cell": Cell,
    **{f"dict_{k}": (lambda t, k=k: DictView(k, t)) for k in VIEW_KINDS},  # type: ignore[misc]
}


def _dtype(name: str) -> str | None:
    return None if name in ("any", "generic") else name


def _unquote(token: str) -> str:
    return token[1:-1].encode("ascii", "backslashreplace").decode("unicode_escape")
