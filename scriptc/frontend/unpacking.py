"""Calls with `*xs` and `**d` whose length and keys only running tells.

That the arguments fit is asked of Python itself as the call is made (`call.check`), so a TypeError has Python's own text. What follows
then knows that they do: one call for each number of arguments that fits, with the defaults in place of those not given.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scriptc.frontend.frame import Frame
from scriptc.frontend.iteration import iterable
from scriptc.frontend.merge import choose
from scriptc.frontend.values import FV, POISON, BoundVal, Const, Dyn, LocalFunc, Poison, Spread, TupleVal
from scriptc.types import NEVER, STR, Dict, Record, Tuple, TupleOf, members

MAX_COUNTS = 16
STARS = "**"
"""Keyword arguments of this name (and a number) are dicts whose keys only running tells."""

Go = Callable[[list[FV], dict[str, FV]], FV]


@dataclass(frozen=True)
class Parameters:
    """What a callee takes. `defaults` maps the parameters that have one to its value."""

    qualname: str
    only: tuple[str, ...]
    names: tuple[str, ...]
    star: bool
    keyword: tuple[str, ...]
    stars: bool
    defaults: dict[str, FV]

    @property
    def positional(self) -> tuple[str, ...]:
        return (*self.only, *self.names)

    @property
    def by_name(self) -> tuple[str, ...]:
        return (*self.names, *self.keyword)

    def text(self) -> str:
        """As `rt.check_call` reads it."""
        shown = [" ".join(n + "=" * (n in self.defaults) for n in group) for group in (self.only, self.names, self.keyword)]
        return "|".join((shown[0], shown[1], "*" * self.star, shown[2], "*" * self.stars))


def at_run_time(args: list[FV], kwargs: dict[str, FV]) -> bool:
    """Is there an argument whose count or name only running tells?"""
    return any(isinstance(a, Spread) for a in args) or any(is_open(k) for k in kwargs)


def is_open(name: str) -> bool:
    """Does this stand for a dict whose keys only running tells? `**` alone is what is left of them for the callee's own."""
    return name.startswith(STARS) and name != STARS


# -- while the arguments are lowered ----------------------------------------------------------------------------------
def snapshot(f: Frame, source: FV, node: Any) -> FV:
    """The items as a tuple, taken now."""
    held: FV = iterable(f, source, node)
    t = f.type_of(held)
    if isinstance(t, TupleOf):
        return held
    if t is None or any(isinstance(m, Tuple | Record) for m in members(t)):
        held = f.emit("builtins.list", [held], node)
    return held if isinstance(held, Poison) else f.emit("builtins.tuple", [held], node)


def run_time_keywords(f: Frame, fn: FV, value: Dyn, kwargs: dict[str, FV], node: Any) -> FV:
    """A copy of the dict that `**` gives, its keys unlike those given before."""
    if value.type == NEVER:
        return value
    if not isinstance(value.type, Dict) or value.type.key not in (STR, NEVER):
        return f.report("SC113", node, f"`**` takes a dict with names for keys here, not a `{value.type}`")
    if kwargs:
        distinct(f, fn, kwargs, [], value, node)
    return f.emit("builtins.dict", [value], node)


def distinct(f: Frame, fn: FV, before: dict[str, FV], after: list[str], given: FV | None, node: Any) -> None:
    """The keywords met so far and those that follow have no name in common, or Python's TypeError."""
    who = _who(fn)
    if who is None:
        raise f.refuse("SC113", node, "`**` with keys known only at run time, beside other keywords, needs a function or class")
    dicts = [v for k, v in before.items() if is_open(k)]
    old = " ".join(k for k in before if not is_open(k))
    f.emit("call.distinct", [Const(who[0]), Const(who[1]), Const(old), Const(" ".join(after)), given or Const(None), *dicts], node)


def _who(fn: FV) -> tuple[str, str] | None:
    """The names Python calls the callee by, where it has them."""
    if isinstance(fn, BoundVal):
        return _who(fn.fn)
    if isinstance(fn, LocalFunc):
        statics = fn.frame.statics
        while hasattr(statics, "outer"):
            statics = statics.outer
        return fn.qualname, statics.fn.__module__
    if isinstance(fn, Const) and isinstance(fn.value, type | types.FunctionType):
        return fn.value.__qualname__, fn.value.__module__
    return None


# -- the call ---------------------------------------------------------------------------------------------------------
def call(f: Frame, p: Parameters, args: list[FV], kwargs: dict[str, FV], node: Any, go: Go) -> FV:
    """`go` with arguments that are known one by one, for whichever number of them there is."""
    args = [Spread(snapshot(f, a.value, node)) if isinstance(a, Spread) else a for a in args]
    if any(isinstance(a.value, Poison) for a in args if isinstance(a, Spread)):
        return POISON
    dicts = [v for k, v in kwargs.items() if is_open(k)]
    given = {k: v for k, v in kwargs.items() if not is_open(k)}
    count = _count(f, args, node)
    merged = _merged(f, dicts, node)
    f.emit("call.check", [count, merged, Const(" ".join(given)), Const(p.qualname), Const(p.text())], node)
    counts = _possible(p, args, given, bool(dicts))
    if not counts:
        return f.report("SC203", node, f"{p.qualname.rpartition('.')[2]}() never takes these arguments")
    if len(counts) > MAX_COUNTS:
        return f.report("SC113", node, f"{p.qualname}() takes too many different numbers of arguments")

    def with_(n: int) -> FV:
        positional = _positional(f, p, args, n, node)
        return go(positional, _keywords(f, p, n, kwargs, given, merged, node))

    def rest(i: int) -> FV:
        if i == len(counts) - 1:
            return with_(counts[i])
        return choose(f, f.emit("eq", [count, Const(counts[i])], node), lambda: with_(counts[i]), lambda: rest(i + 1), node)

    return rest(0)


def _count(f: Frame, args: list[FV], node: Any) -> FV:
    fixed = sum(not isinstance(a, Spread) for a in args)
    out: FV = Const(fixed)
    for a in args:
        if isinstance(a, Spread):
            size = f.emit("len", [a.value], node)
            out = f.emit("add", [out, size], node) if fixed or not isinstance(out, Const) else size
    return out


def _merged(f: Frame, dicts: list[FV], node: Any) -> FV:
    out: FV = Const(None)
    for d in dicts:
        out = d if isinstance(out, Const) else f.emit("or", [out, d], node)
    return out


def _possible(p: Parameters, args: list[FV], given: dict[str, FV], open_: bool) -> list[int]:
    """The numbers of positional arguments with which the call is right; the last stands for more too where `*args` takes them."""
    fixed = sum(not isinstance(a, Spread) for a in args)
    if fixed == len(args):
        return [fixed]
    least = 0
    for i, name in enumerate(p.positional):
        if name not in p.defaults and not (name in p.names and (open_ or name in given)):
            least = i + 1
    most = next((i for i, name in enumerate(p.positional) if name in p.names and name in given), len(p.positional))
    return list(range(max(least, fixed), most + 1)) or ([max(fixed, most)] if p.star and most == len(p.positional) else [])


def _positional(f: Frame, p: Parameters, args: list[FV], n: int, node: Any) -> list[FV]:
    """The first `n` arguments one by one, and what `*args` takes."""
    spreads = [i for i, a in enumerate(args) if isinstance(a, Spread)]
    if not spreads:
        return args
    more = p.star and n >= len(p.positional)
    out: list[FV] = []
    for i, a in enumerate(args):
        if not isinstance(a, Spread):
            out.append(a)
            continue
        if len(spreads) > 1 or (more and i != len(args) - 1):
            break
        take = n - len(args) + 1
        out += [f.emit("getitem", [a.value, Const(j)], node) for j in range(take)]
        if more:
            return [*out, Spread(f.emit("getitem", [a.value, _from(f, take, node)], node))]
    else:
        return out
    whole = joined(f, args, node)
    out += [f.emit("getitem", [whole, Const(j)], node) for j in range(len(out), n)]
    if more:
        out = [*out, Spread(f.emit("getitem", [whole, _from(f, len(out), node)], node))]
    return out


def _from(f: Frame, start: int, node: Any) -> FV:
    return f.emit("slice", [Const(start), Const(None)], node)


def joined(f: Frame, args: list[FV], node: Any) -> FV:
    """All the arguments as one tuple."""
    out: FV | None = None
    for a in args:
        piece = a.value if isinstance(a, Spread) else TupleVal((a,))
        out = piece if out is None else f.emit("add", [out, piece], node)
    return out if out is not None else TupleVal(())


def _keywords(f: Frame, p: Parameters, n: int, kwargs: dict[str, FV], given: dict[str, FV], merged: FV, node: Any) -> dict[str, FV]:
    if isinstance(merged, Const):
        return kwargs
    out = {k: v for k, v in given.items() if k in p.by_name or not p.stars}
    for name in p.by_name:
        if name not in p.positional[:n] and name not in given:
            out[name] = _named(f, p, name, merged, node)
    if p.stars:
        out[STARS] = _others(f, p, kwargs, node)
    return out


def _named(f: Frame, p: Parameters, name: str, merged: FV, node: Any) -> FV:
    """The argument of a parameter that the dict gives, or its default."""
    if name not in p.defaults:
        return f.emit("getitem", [merged, Const(name)], node)
    there = f.emit("contains", [merged, Const(name)], node)
    return choose(f, there, lambda: f.emit("getitem", [merged, Const(name)], node), lambda: p.defaults[name], node)


def _others(f: Frame, p: Parameters, kwargs: dict[str, FV], node: Any) -> FV:
    """The new dict that `**kwargs` takes: the keywords no parameter has the name of, in the order they were given."""
    out: FV | None = None
    for key, value in kwargs.items():
        if key in p.by_name:
            continue
        if f.type_of(value) is None:
            raise f.refuse("SC113", node, f"`{key}` is known only when compiling, and `**` gives names known only at run time")
        rest = f.emit("call.rest", [value, Const(" ".join(p.by_name))], node) if is_open(key) else f.emit("dict", [Const(key), value], node)
        out = rest if out is None else f.emit("or", [out, rest], node)
    return out if out is not None else f.emit("dict", [], node)


# -- built-ins --------------------------------------------------------------------------------------------------------
def builtin(f: Frame, name: str | None, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    """A built-in given `*xs`: those whose op takes them whole."""
    op = f.c.table.get(f"star.{name}")
    if op is None or any(is_open(k) for k in kwargs):
        return f.report("SC113", node, "how many arguments `*` or `**` gives this built-in cannot be told")
    from scriptc.frontend import calls

    return calls.call_op(f, op, [_whole(f, args, node)], kwargs, node)


def method(f: Frame, base: FV, name: str, args: list[FV], kwargs: dict[str, FV], node: Any) -> FV:
    """As `builtin`, of the methods of Python's own types."""
    t = f.type_of(base)
    found = None if t is None else f.c.library.op_for_method(t, name, f.c.program)
    named = not args and all(map(is_open, kwargs))
    op = None if found is None else f.c.table.get(f"{'stars' if named else 'star'}.{found.name}")
    if op is None or (any(map(is_open, kwargs)) and not named):
        return f.report("SC113", node, f"how many arguments `*` or `**` gives `{name}` cannot be told")
    from scriptc.frontend import calls

    if named:
        return calls.call_op(f, op, [base, _merged(f, list(kwargs.values()), node)], {}, node)
    return calls.call_op(f, op, [base, _whole(f, args, node)], kwargs, node)


def _whole(f: Frame, args: list[FV], node: Any) -> FV:
    if len(args) == 1 and isinstance(args[0], Spread):
        return iterable(f, args[0].value, node)
    return joined(f, args, node)
