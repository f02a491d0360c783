"""One line an op: `"(self: str, sep: str | None = None, maxsplit: int = -1) -> list[str]"`.

The text is Python's own signature syntax with these types:

| written | an argument of |
| --- | --- |
| `str float complex None range slice bytes bool dtype` | that type (an IntEnum member is an int, a namedtuple a tuple) |
| `int` | what `operator.index` takes: int, bool, a NumPy integer |
| `real` / `number` | int, bool, float, a NumPy real scalar / complex too |
| `pyint` / `pyreal` / `pynumber` | the same, of Python's own types only |
| `any`, `printable`, `hashable`, `ordered` | any value; whose text shows no address; that hashes; that compares with `<` |
| `T K V ...` (one capital) | any value, bound to the name: joined over the parameters that mention it |
| `list[T] set[T] anyset[T] dict[K, V] view[T] iterator[T] tuple[A, B] tuple[T, ...]` | such a container |
| `iterable[T]` / `sequence[T]` | what a `for` walks over / list, tuple, str, range, array |
| `fn[A, B, R]` | a function that takes A and B and gives R |

A name in the result stands for what it was bound to. With `writes=0` the names in the first parameter are fixed by that
container, and an argument they do not cover raises `NeedsWiden`.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Sequence
from typing import Any

from scriptc.ir.core import PURE, Arg, Call, Effect, OpDef, OpTypeError, TypeRule
from scriptc.ops.match import Matcher, Pattern, parse_params, print_pattern
from scriptc.types import Type, Union

POSITIONAL, NORMAL, STAR, KEYWORD, STARS = range(5)
"""Kinds of parameters, in the order they may come in."""


class Parameter:
    """One parameter: `kind` as numbered above, `default` as text or None where there is none."""

    __slots__ = ("default", "kind", "name", "pattern")

    def __init__(self, name: str, kind: int, pattern: Pattern, default: str | None) -> None:
        self.name, self.kind, self.pattern, self.default = name, kind, pattern, default

    @property
    def required(self) -> bool:
        return self.default is None and self.kind not in (STAR, STARS)


class Bound:
    """Arguments by parameter name; `star` and `stars` are what `*args` and `**kw` took, `index` operand numbers by name."""

    __slots__ = ("args", "index", "star", "stars")

    def __init__(self) -> None:
        self.args: dict[str, Arg] = {}
        self.star: tuple[Arg, ...] = ()
        self.stars: dict[str, Arg] = {}
        self.index: dict[str, int] = {}

    def __getitem__(self, name: str) -> Arg:
        return self.args[name]

    def __contains__(self, name: str) -> bool:
        return name in self.args

    def get(self, name: str) -> Arg | None:
        return self.args.get(name)

    def const(self, name: str, default: Any) -> Any:
        """The argument's value, `MISSING` where it is not known, `default` where it was left out."""
        return self.args[name].const if name in self.args else default


class Signature:
    """Parsed when first used: importing the op table parses none."""

    __slots__ = ("_params", "_returns", "name", "text")

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name.rpartition(".")[2], text
        self._params: tuple[Parameter, ...] | None = None
        self._returns: Pattern | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Signature) and (self.name, self.text) == (other.name, other.text)

    def __hash__(self) -> int:
        return hash((self.name, self.text))

    def __repr__(self) -> str:
        return f"{self.name}{self.text}"

    @property
    def params(self) -> tuple[Parameter, ...]:
        if self._params is None:
            raw, self._returns = parse_params(self.text)
            self._params = tuple(_kinds(raw))
        return self._params

    @property
    def returns(self) -> Pattern:
        if self._returns is None:
            _ = self.params
        assert self._returns is not None
        return self._returns

    def bind(self, args: Sequence[Arg], kw: Sequence[str] = ()) -> Bound:
        """Each argument to its parameter, as a Python call does; raises `OpTypeError` with Python's own words."""
        bound = Bound()
        positional = len(args) - len(kw)
        if positional < 0:
            raise OpTypeError(f"{self.name}() has more keywords than operands")
        self._bind_positional(bound, args[:positional])
        for i, name in enumerate(kw, positional):
            self._bind_keyword(bound, name, args[i], i)
        missing = [p.name for p in self.params if p.required and p.name not in bound.args]
        if missing:
            names = " and ".join(f"'{m}'" for m in missing)
            raise OpTypeError(f"{self.name}() missing required argument{'s' * (len(missing) > 1)}: {names}")
        return bound

    def _bind_positional(self, bound: Bound, args: Sequence[Arg]) -> None:
        slots = [p for p in self.params if p.kind in (POSITIONAL, NORMAL)]
        for i, (p, a) in enumerate(zip(slots, args, strict=False)):
            bound.args[p.name], bound.index[p.name] = a, i
        if len(args) > len(slots):
            star = next((p for p in self.params if p.kind == STAR), None)
            if star is None:
                raise OpTypeError(self._too_many(slots, len(args)), len(slots))
            bound.star = tuple(args[len(slots) :])
            bound.index[star.name] = len(slots)

    def _too_many(self, slots: list[Parameter], given: int) -> str:
        hidden = 1 if slots and slots[0].name == "self" else 0
        least = sum(p.required for p in slots) - hidden
        most = len(slots) - hidden
        takes = f"{most}" if least == most else f"from {least} to {most}"
        return f"{self.name}() takes {takes} positional argument{'s' * (most != 1)} but {given - hidden} were given"

    def _bind_keyword(self, bound: Bound, name: str, a: Arg, i: int) -> None:
        p = next((p for p in self.params if p.name == name and p.kind in (NORMAL, KEYWORD)), None)
        if p is None:
            self._bind_stars(bound, name, a, i)
            return
        if name in bound.args:
            raise OpTypeError(f"{self.name}() got multiple values for argument '{name}'", i)
        bound.args[name], bound.index[name] = a, i

    def _bind_stars(self, bound: Bound, name: str, a: Arg, i: int) -> None:
        stars = next((p for p in self.params if p.kind == STARS), None)
        if stars is None:
            if any(p.name == name for p in self.params):
                raise OpTypeError(f"{self.name}() got a positional-only argument passed by keyword: '{name}'", i)
            raise OpTypeError(f"{self.name}() got an unexpected keyword argument '{name}'", i)
        if not name.isidentifier() or keyword.iskeyword(name):
            raise OpTypeError(f"{name!r} cannot be the name of an argument", i)
        if name in bound.stars:
            raise OpTypeError(f"{self.name}() got multiple values for keyword argument '{name}'", i)
        bound.stars[name], bound.index[name] = a, i

    def check(self, call: Call, fixed: int | None = None) -> tuple[Bound, Matcher]:
        """Bind the operands and match each with its parameter's type; raises `OpTypeError`, `NeedsWiden`."""
        bound = self.bind(call.args, call.kw)
        self._whole(bound.index.get("self", fixed), call)
        matcher = Matcher(call.program)
        self._match_all(bound, matcher, call, fixed)
        if fixed is not None:
            matcher.raise_widening(fixed, call.args[fixed].type)
        return bound, matcher

    def _whole(self, receiver: int | None, call: Call) -> None:
        """A receiver of several types is asked member by member: `infer` does so where the rule refuses the whole."""
        if receiver is not None and isinstance(call.args[receiver].type, Union):
            raise OpTypeError(f"{self.name}() is not the same for each of '{call.args[receiver].type}'", receiver)

    def _match_all(self, bound: Bound, matcher: Matcher, call: Call, fixed: int | None) -> None:
        # Functions come last: what they are given is known from the other parameters.
        todo = sorted(self._pairs(bound), key=lambda x: x[0].pattern.mentions("fn"))
        if fixed is not None:
            todo.sort(key=lambda x: x[2] != fixed)
        for p, a, i in todo:
            if not matcher.match(p.pattern, a):
                self._refuse(p, a, i, matcher)
            if i == fixed:
                matcher.freeze(call.args[fixed].type)

    def _refuse(self, p: Parameter, a: Arg, i: int, matcher: Matcher) -> None:
        if p.name == "self":
            what = f"descriptor '{self.name}' requires {print_pattern(p.pattern)}, not '{a.type}'"
        else:
            what = f"{self.name}() argument '{p.name}' must be {print_pattern(p.pattern)}, not '{a.type}'"
        raise OpTypeError(matcher.reason or what, i, matcher.help)

    def _pairs(self, bound: Bound) -> Iterable[tuple[Parameter, Arg, int]]:
        for p in self.params:
            if p.kind == STAR:
                yield from ((p, a, bound.index[p.name] + k) for k, a in enumerate(bound.star))
            elif p.kind == STARS:
                yield from ((p, a, bound.index[name]) for name, a in bound.stars.items())
            elif p.name in bound.args:
                yield p, bound.args[p.name], bound.index[p.name]

    def callback(self, call: Call, operand: int) -> tuple[Type, ...] | None:
        """The types a function passed as operand number `operand` will be called with; None where it takes no function."""
        bound = self.bind(call.args, call.kw)
        matcher, wanted = Matcher(call.program), None
        for p, a, i in self._pairs(bound):
            if p.pattern.mentions("fn"):
                wanted = p.pattern if i == operand else wanted
            else:
                matcher.match(p.pattern, a)
        found = None if wanted is None else wanted.find("fn")
        return None if found is None else tuple(matcher.build(x) for x in found.args[:-1])


def _kinds(raw: list[tuple[str, Pattern | None, str | None]]) -> Iterable[Parameter]:
    """Parameters from the parsed entries, `/` and `*` and the stars turned into kinds."""
    slash = next((i for i, r in enumerate(raw) if r[0] == "/"), -1)
    kind = NORMAL
    for i, (name, pattern, default) in enumerate(raw):
        if name == "*":
            kind = KEYWORD
        elif name != "/":
            assert pattern is not None
            if name.startswith("**"):
                yield Parameter(name[2:], STARS, pattern, None)
            elif name.startswith("*"):
                yield Parameter(name[1:], STAR, pattern, None)
                kind = KEYWORD
            else:
                yield Parameter(name, POSITIONAL if i < slash or name == "self" else kind, pattern, default)


READS = frozenset({Effect.READ, Effect.RAISE})
WRITES = frozenset({Effect.READ, Effect.WRITE, Effect.RAISE})
RAISES = frozenset({Effect.RAISE})
DRAWS = frozenset({Effect.IO, Effect.READ, Effect.RAISE})


def signature_rule(signature: Signature, writes: int | None = None) -> TypeRule:
    """The rule that the signature itself says."""

    def rule(call: Call) -> tuple[Type, ...]:
        _, matcher = signature.check(call, writes)
        return (matcher.build(signature.returns),)

    return rule


def make(
    name: str,
    text: str,
    emit: str | None,
    effects: frozenset[Effect] = READS,
    writes: int | None = None,
    rule: TypeRule | None = None,
) -> OpDef:
    signature = Signature(name, text)
    if writes is not None:
        effects = effects | WRITES
    return OpDef(
        name,
        rule or signature_rule(signature, writes),
        emit,
        effects,
        () if writes is None else (writes,),
        signature,
    )


def method(name: str, text: str, *, effects: frozenset[Effect] = READS, writes: int | None = None, rule: TypeRule | None = None) -> OpDef:
    """The op of a method: `str.split` is printed `$0.split($*)`."""
    return make(name, text, f"$0.{name.rpartition('.')[2]}($*)", effects, writes, rule)


def function(
    name: str,
    text: str,
    *,
    emit: str | None = None,
    effects: frozenset[Effect] = READS,
    writes: int | None = None,
    rule: TypeRule | None = None,
) -> OpDef:
    """The op of a function: `math.sqrt` is printed `math.sqrt($*)`."""
    return make(name, text, emit or f"{name}($*)", effects, writes, rule)


def attribute(name: str, text: str, *, effects: frozenset[Effect] = PURE) -> OpDef:
    """The op of a data attribute: `complex.real` is printed `$0.real`."""
    return make(name, text, f"$0.{name.rpartition('.')[2]}", effects)


def custom(name: str, rule: TypeRule, emit: str | None, effects: frozenset[Effect] = READS, mutates: tuple[int, ...] = ()) -> OpDef:
    """An op whose operands are positional and whose rule says all."""
    return OpDef(name, _no_keywords(name, rule), emit, effects, mutates)


def _no_keywords(name: str, rule: TypeRule) -> TypeRule:
    def checked(call: Call) -> tuple[Type, ...]:
        if call.kw:
            raise OpTypeError(f"{name.rpartition('.')[2]}() takes no keyword arguments", len(call.args) - len(call.kw))
        return rule(call)

    return checked
