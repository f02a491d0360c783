"""The types of the signature language: their grammar, and what they match. See `signature.py` for the table of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from scriptc.ir.core import Arg, OpTypeError, Program
from scriptc.ir.infer import NeedsWiden
from scriptc.ops.common import builtin_view, element, has_address, is_hashable, is_index, is_real
from scriptc.types import (
    ATOMS,
    BOOL,
    BYTES,
    COMPLEX,
    FLOAT,
    INT,
    NEVER,
    NONE,
    RANGE,
    RNG,
    STR,
    Atom,
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
    is_subtype,
    join,
    members,
    union,
)

_TOKEN = r"\s*(->|\.\.\.|\*\*?[A-Za-z_]\w*|[A-Za-z_][\w.]*|'[^']*'|-?[\d.]+(?:e-?\d+)?|.)"


@cache
def _token() -> re.Pattern[str]:
    return re.compile(_TOKEN)


class Pattern:
    """`name[args]`; alternatives are `|` over them, a tuple of unknown length is `tuple...`."""

    __slots__ = ("args", "name")

    def __init__(self, name: str, args: tuple[Pattern, ...] = ()) -> None:
        self.name, self.args = name, args

    def mentions(self, name: str) -> bool:
        return self.find(name) is not None

    def find(self, name: str) -> Pattern | None:
        """The first part with that name."""
        if self.name == name:
            return self
        return next((f for f in (a.find(name) for a in self.args) if f is not None), None)

    @property
    def is_variable(self) -> bool:
        return len(self.name) == 1 and self.name.isupper()


Raw = list[tuple[str, "Pattern | None", "str | None"]]

_WORDS = {
    "pyint": "int", "pyreal": "real number", "pynumber": "number", "real": "real number", "any": "a value", "fn": "a function",
    "rng": "random.Random",
}  # fmt: skip


def print_pattern(p: Pattern) -> str:
    """The type as a message says it."""
    if p.name == "|":
        return " or ".join(map(print_pattern, p.args))
    if p.name == "fn":
        return f"a function of {len(p.args) - 1}"
    if p.is_variable:
        return "a value"
    if not p.args:
        return _WORDS.get(p.name, p.name)
    inner = ", ".join("any" if a.is_variable else print_pattern(a) for a in p.args)
    return f"tuple[{inner}, ...]" if p.name == "tuple..." else f"{p.name.replace('anyset', 'set')}[{inner}]"


class _Parser:
    """Recursive descent over a signature's tokens."""

    def __init__(self, text: str) -> None:
        self.tokens, self.at = _token().findall(text), 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, wanted: str | None = None) -> str:
        token = self.peek()
        if wanted is not None and token != wanted:
            raise ValueError(f"expected {wanted!r}, found {token!r} in {' '.join(self.tokens)}")
        self.at += 1
        return token

    def params(self) -> Raw:
        out: Raw = []
        self.take("(")
        while self.peek() != ")":
            if out:
                self.take(",")
            name = self.take()
            out.append((name, None, None) if name in ("*", "/") else (name, *self.annotation()))
        self.take(")")
        return out

    def annotation(self) -> tuple[Pattern, str | None]:
        self.take(":")
        pattern = self.pattern()
        if self.peek() != "=":
            return pattern, None
        self.take()
        default = ""
        while self.peek() not in (",", ")"):
            default += self.take()
        return pattern, default

    def pattern(self) -> Pattern:
        parts = [self.member()]
        while self.peek() == "|":
            self.take()
            parts.append(self.member())
        return parts[0] if len(parts) == 1 else Pattern("|", tuple(parts))

    def member(self) -> Pattern:
        name = self.take()
        if self.peek() != "[":
            return Pattern(name)
        self.take()
        args: list[Pattern] = []
        while self.peek() != "]":
            if args:
                self.take(",")
            if self.peek() == "...":
                self.take()
                name = "tuple..."
            else:
                args.append(self.pattern())
        self.take("]")
        return Pattern(name, tuple(args))


def parse_params(text: str) -> tuple[Raw, Pattern]:
    """The parameters (`/` and `*` among them) and the result of a signature."""
    parser = _Parser(text)
    params = parser.params()
    parser.take("->")
    return params, parser.pattern()


def parse_pattern(text: str) -> Pattern:
    return _Parser(text).pattern()


class Matcher:
    """Matches types with patterns and keeps what the variables are bound to."""

    def __init__(self, program: Program | None = None) -> None:
        self.program = program
        self.bound: dict[str, Type] = {}
        self.fixed: frozenset[str] = frozenset()
        self.sited = False
        self.wider: dict[str, Type] = {}
        self.reason: str | None = None
        self.help: str | None = None

    def match(self, p: Pattern, a: Arg) -> bool:
        """Is every value of the operand's type one that the pattern takes?"""
        return self.type(p, a.type)

    def type(self, p: Pattern, t: Type) -> bool:
        if p.is_variable:
            return self.variable(p.name, t)
        if p.name == "|":
            return all(any(self.type(alternative, m) for alternative in p.args) for m in members(t))
        if isinstance(t, Union) and p.name not in _WHOLE:
            return all(self.type(p, m) for m in t.members)
        if t == NEVER:
            return True
        how = _MATCHERS.get(p.name)
        if how is None:
            return builtin_view(t, self.program) == ATOMS[p.name]
        return how(self, p, t if p.name in _PLAIN else builtin_view(t, self.program))

    def variable(self, name: str, t: Type) -> bool:
        old = self.bound.get(name, NEVER)
        if name not in self.fixed:
            self.bound[name] = join(old, t)
        elif not is_subtype(t, old) or (self.sited and join(old, t) != old):
            self.wider[name] = join(self.wider.get(name, old), t)
        return True

    def freeze(self, container: Type) -> None:
        """From here on the variables bound so far are the parts of a container that is written into."""
        self.fixed = frozenset(self.bound)
        self.sited = bool(getattr(container, "sites", ()))

    def raise_widening(self, operand: int, container: Type) -> None:
        """Raise `NeedsWiden` where something stored was not covered."""
        if not self.wider:
            return
        parts = list(container.children())
        names = sorted(self.fixed)  # a container's variables are written in alphabetical order: T; K, V
        wide = iter([self.wider.get(n, part) for n, part in zip(names, parts, strict=True)])
        raise NeedsWiden(operand, container.map(lambda _: next(wide)))

    def build(self, p: Pattern) -> Type:
        """The type a pattern in a result stands for."""
        if p.is_variable:
            return self.bound.get(p.name, NEVER)
        if p.name == "|":
            return union(self.build(a) for a in p.args)
        args = tuple(self.build(a) for a in p.args)
        return _BUILDERS[p.name](*args) if p.name in _BUILDERS else ATOMS[p.name]


_WHOLE = frozenset({"any", "printable", "hashable", "ordered"})
"""Patterns that look at a union as a whole."""
_PLAIN = frozenset({"any", "printable", "hashable", "ordered", "iterable", "sequence"})
"""Patterns that look at the declared class itself."""

_BUILDERS: dict[str, Callable[..., Type]] = {
    "list": List,
    "deque": Deque,
    "set": Set,
    "anyset": Set,
    "frozenset": lambda t: Set(t, True),
    "dict": Dict,
    "tuple": lambda *ts: Tuple(ts),
    "tuple...": TupleOf,
    "iterator": IteratorOf,
    "keys": lambda t: DictView("keys", t),
    "values": lambda t: DictView("values", t),
    "items": lambda t: DictView("items", t),
    "rng": lambda: RNG,
    "real": lambda: union((INT, FLOAT)),
}

_How = Callable[[Matcher, Pattern, Type], bool]


def _printable(m: Matcher, p: Pattern, t: Type) -> bool:
    if has_address(t, m.program):
        m.reason = f"the text of '{t}' shows a memory address, which differs from run to run"
        return False
    return True


def _hashable(m: Matcher, p: Pattern, t: Type) -> bool:
    if not is_hashable(t, m.program):
        m.reason = f"unhashable type: '{t}'"
        return False
    return True


def _container(kind: type[Type]) -> _How:
    def how(m: Matcher, p: Pattern, t: Type) -> bool:
        return isinstance(t, kind) and all(m.type(a, c) for a, c in zip(p.args, t.children(), strict=True))

    return how


def _set(m: Matcher, p: Pattern, t: Type) -> bool:
    if not isinstance(t, Set) or (p.name != "anyset" and t.frozen != (p.name == "frozenset")):
        return False
    return m.type(p.args[0], t.elem)


def _tuple(m: Matcher, p: Pattern, t: Type) -> bool:
    return isinstance(t, Tuple) and len(t.items) == len(p.args) and all(m.type(a, c) for a, c in zip(p.args, t.items, strict=True))


def _tuple_of(m: Matcher, p: Pattern, t: Type) -> bool:
    return isinstance(t, Tuple | TupleOf) and all(m.type(p.args[0], c) for c in t.children())


def _iterable(m: Matcher, p: Pattern, t: Type) -> bool:
    found = element(t, m.program)
    if found is None:
        m.reason = f"'{t}' object is not iterable"
        m.help = "check `is None` first" if t == NONE else None
        return False
    return m.type(p.args[0], found)


def _sequence(m: Matcher, p: Pattern, t: Type) -> bool:
    seen = builtin_view(t, m.program)
    if not isinstance(seen, List | Tuple | TupleOf | Tensor) and seen not in (STR, BYTES, RANGE):
        return False
    return _iterable(m, p, t)


def _function(m: Matcher, p: Pattern, t: Type) -> bool:
    if not isinstance(t, Function) or len(t.params) != len(p.args) - 1:
        return False
    for wanted, given in zip(p.args, t.params, strict=False):
        got = m.build(wanted)
        if not is_subtype(got, given):
            m.reason = f"the function takes '{given}' and is given '{got}'"
            return False
    return m.type(p.args[-1], t.result)


def _ordered(m: Matcher, p: Pattern, t: Type) -> bool:
    from scriptc.ops.comparisons import order_result

    try:
        order_result("lt", Arg(t), Arg(t), m.program)
    except OpTypeError as e:
        m.reason, m.help = e.message, e.help
        return False
    return True


def _one_of(*types: Atom) -> _How:
    return lambda m, p, t: t in types


_MATCHERS: dict[str, _How] = {
    "any": lambda m, p, t: True,
    "printable": _printable,
    "hashable": _hashable,
    "ordered": _ordered,
    "int": lambda m, p, t: is_index(t),
    "real": lambda m, p, t: is_real(t),
    "number": lambda m, p, t: is_real(t) or t == COMPLEX or (isinstance(t, Tensor) and t.shape in (None, ())),
    "pyint": _one_of(INT, BOOL),
    "pyreal": _one_of(INT, BOOL, FLOAT),
    "pynumber": _one_of(INT, BOOL, FLOAT, COMPLEX),
    "rng": _one_of(RNG),
    "list": _container(List),
    "deque": _container(Deque),
    "dict": _container(Dict),
    "view": _container(DictView),
    "iterator": _container(IteratorOf),
    "set": _set,
    "frozenset": _set,
    "anyset": _set,
    "tuple": _tuple,
    "tuple...": _tuple_of,
    "iterable": _iterable,
    "sequence": _sequence,
    "fn": _function,
}
