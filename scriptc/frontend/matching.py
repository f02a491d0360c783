"""`match`: each case is a test, with the names its pattern captures."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any

import gast

from scriptc.frontend import instances, special, subscripts
from scriptc.frontend.expressions import compare, lower, spread
from scriptc.frontend.frame import Frame
from scriptc.frontend.merge import branch, choose
from scriptc.frontend.paths import path_of
from scriptc.frontend.tests import Facts, lower_test
from scriptc.frontend.truth import is_none, truth
from scriptc.frontend.values import FALL, FV, CellVal, Const, Dyn, Flow, Poison, TupleVal
from scriptc.types import BOOL, DefaultDict, Deque, Dict, EnumType, List, Record, Tensor, Tuple, TupleOf, members, union


def lower_match(f: Frame, stmt: Any, tail: bool) -> Flow:
    """The cases become a chain of `if`s on the subject, which is worked out once."""
    subject = lower(f, stmt.subject)
    if isinstance(subject, Poison):
        return Flow({FALL: f.env})
    return _cases(f, stmt, subject, path_of(f, stmt.subject), list(stmt.cases), tail, frozenset())


def _cases(f: Frame, stmt: Any, subject: FV, path: str | None, cases: list[Any], tail: bool, tried: frozenset[object]) -> Flow:
    from scriptc.frontend.statements import lower_block, tail_flow

    if not cases:
        return Flow({FALL: f.env})
    case, rest = cases[0], cases[1:]
    for name in [n for n in f.env if n.startswith("%m.")]:
        del f.env[name]
    pred = match_pattern(f, case.pattern, subject)
    facts: Facts = []
    if case.guard is not None:
        pred = and_then(f, pred, lambda: _guard(f, case, path, subject, facts), case.guard)
    if isinstance(pred, Poison):
        pred = Dyn(f.dead(), BOOL)
    tried |= frozenset() if case.guard is not None else _values(f, case.pattern)
    if case.guard is None and _are_all(f, subject, tried):
        pred = Const(True)

    left = _remaining(f, subject, case)

    def yes() -> Flow:
        _tell(f, path, subject, _matched(f, subject, case.pattern))
        _bind(f, case)
        f.c.apply_facts(f.env, facts)
        return tail_flow(lower_block(f, case.body, tail), tail)

    def no() -> Flow:
        _tell(f, path, subject, left)
        return _cases(f, stmt, left, path, rest, tail, tried)

    return branch(f, pred, yes, no, case.pattern)


def _values(f: Frame, pattern: Any) -> frozenset[object]:
    """The members of enums, `True` and `False` that match the pattern; none where it captures names."""
    if isinstance(pattern, gast.MatchOr):
        return frozenset[object]().union(*(_values(f, p) for p in pattern.patterns))
    if isinstance(pattern, gast.MatchSingleton):
        return frozenset({pattern.value})
    value = lower(f, pattern.value) if isinstance(pattern, gast.MatchValue) else None
    return frozenset({value.value} if isinstance(value, Const) and isinstance(value.value, enum.Enum) else ())


def _are_all(f: Frame, subject: FV, values: frozenset[object]) -> bool:
    """Is the subject surely equal to one of the values: has its type no others?"""
    if not isinstance(subject, Dyn) or not values:
        return False
    if subject.type == BOOL:
        return {True, False} <= values
    return isinstance(subject.type, EnumType) and values.issuperset(f.c.classes.cls(subject.type).__members__.values())  # type: ignore[attr-defined]


def _tell(f: Frame, path: str | None, subject: FV, now: FV) -> None:
    """The name matched on is narrowed as the subject is."""
    if path is None or not isinstance(subject, Dyn) or not isinstance(now, Dyn) or now.type == subject.type:
        return
    held = f.env.get(path)
    if "." in path or isinstance(held, Dyn) or (isinstance(held, CellVal) and not held.shared):
        f.c.apply_facts(f.env, [(path, now.type)])


def _matched(f: Frame, subject: FV, pattern: Any) -> FV:
    """The subject, seen as what the pattern says it is."""
    classes = _pattern_classes(f, pattern)
    return subject if classes is None else narrowed(f, subject, classes)


def _pattern_classes(f: Frame, pattern: Any) -> tuple[type, ...] | None:
    """Classes of which everything that matches is an instance."""
    if isinstance(pattern, gast.MatchAs) and pattern.pattern is not None:
        return _pattern_classes(f, pattern.pattern)
    if isinstance(pattern, gast.MatchSingleton):
        return (type(None),) if pattern.value is None else (bool,)
    if isinstance(pattern, gast.MatchOr):
        parts = [_pattern_classes(f, p) for p in pattern.patterns]
        return None if any(p is None for p in parts) else tuple(c for p in parts if p is not None for c in p)
    if isinstance(pattern, gast.MatchClass):
        cls = lower(f, pattern.cls)
        return (cls.value,) if isinstance(cls, Const) and isinstance(cls.value, type) else None
    if isinstance(pattern, gast.MatchMapping):
        return (dict,)
    return None


def _guard(f: Frame, case: Any, path: str | None, subject: FV, facts: Facts) -> FV:
    """The guard sees the names the pattern captured; they stay bound if it fails. What it tells where it holds goes into `facts`."""
    held = {n: f.env[n] for n in f.env if n.startswith("%m.")}
    if any(isinstance(n, gast.NamedExpr) and f"%m.{n.target.id}" in held for n in gast.walk(case.guard)):
        raise f.refuse("SC107", case.guard, "a guard that assigns a name its own pattern captures cannot be compiled")
    _tell(f, path, subject, _matched(f, subject, case.pattern))
    _bind(f, case)
    pred, true, _ = lower_test(f, case.guard)
    facts += true
    f.env.update(held)
    return pred


def _bind(f: Frame, case: Any) -> None:
    """Give the names of the pattern what it captured: Python binds them once the whole pattern has matched."""
    for name in [n for n in f.env if n.startswith("%m.")]:
        f.store(name[3:], f.env.pop(name), case.pattern)


def _remaining(f: Frame, subject: FV, case: Any) -> FV:
    """What the subject may still be after a case without a guard did not match."""
    if case.guard is not None or not isinstance(subject, Dyn):
        return subject
    classes = _whole_class(f, case.pattern)
    if classes is None:
        return subject
    left = union(m for m in members(subject.type) if instances.type_isinstance(f, m, classes) is not True)
    return Dyn(subject.value, left, subject.unbound) if str(left) != "never" else subject


def _whole_class(f: Frame, pattern: Any) -> tuple[type, ...] | None:
    """The class that a pattern such as `int()` or `Point()` matches every instance of."""
    if isinstance(pattern, gast.MatchAs) and pattern.pattern is not None:
        return _whole_class(f, pattern.pattern)
    if isinstance(pattern, gast.MatchSingleton) and pattern.value is None:
        return (type(None),)
    if isinstance(pattern, gast.MatchClass) and not pattern.kwd_patterns:
        cls = lower(f, pattern.cls)
        simple = all(isinstance(p, gast.MatchAs) and p.pattern is None for p in pattern.patterns)
        return (cls.value,) if simple and isinstance(cls, Const) and isinstance(cls.value, type) else None
    return None


def and_then(f: Frame, pred: FV, more: Callable[[], FV], node: Any) -> FV:
    """`pred and more()`, where `more` holds only if `pred` does."""
    if isinstance(pred, Poison):
        return pred
    if isinstance(pred, Const):
        return more() if pred.value else pred
    return choose(f, pred, more, lambda: Const(False), node)


def match_pattern(f: Frame, pattern: Any, subject: FV) -> FV:
    """Does `subject` match? A predicate; the names the pattern captures are bound on the way, as Python binds them."""
    return PATTERNS[type(pattern)](f, pattern, subject)


def _value(f: Frame, pattern: Any, subject: FV) -> FV:
    return truth(f, compare(f, gast.Eq(), subject, lower(f, pattern.value), pattern), pattern)


def _singleton(f: Frame, pattern: Any, subject: FV) -> FV:
    if pattern.value is None:
        return is_none(f, subject, pattern)
    cls_test = instances.is_instance(f, subject, (bool,), pattern)
    return and_then(f, cls_test, lambda: truth(f, compare(f, gast.Eq(), subject, Const(pattern.value), pattern), pattern), pattern)


def _as(f: Frame, pattern: Any, subject: FV) -> FV:
    if pattern.pattern is None:
        if pattern.name is not None:
            f.env[f"%m.{pattern.name}"] = subject
        return Const(True)
    pred = match_pattern(f, pattern.pattern, subject)

    def bind() -> FV:
        seen = subject
        classes = _whole_class(f, pattern.pattern)
        if classes is not None:
            seen = narrowed(f, subject, classes)
        f.env[f"%m.{pattern.name}"] = seen
        return Const(True)

    return and_then(f, pred, bind, pattern) if pattern.name is not None else pred


def narrowed(f: Frame, subject: FV, classes: tuple[type, ...]) -> FV:
    """The subject where it is known to be an instance of the classes."""
    if not isinstance(subject, Dyn):
        return subject
    kept = union(m for m in members(subject.type) if instances.type_isinstance(f, m, classes) is not False)
    return Dyn(subject.value, kept, subject.unbound) if str(kept) != "never" else subject


def _or(f: Frame, pattern: Any, subject: FV) -> FV:
    def rest(i: int) -> FV:
        pred = match_pattern(f, pattern.patterns[i], subject)
        if i + 1 == len(pattern.patterns) or isinstance(pred, Poison):
            return pred
        if isinstance(pred, Const):
            return pred if pred.value else rest(i + 1)
        return choose(f, pred, lambda: Const(True), lambda: rest(i + 1), pattern)

    return rest(0)


def _sequence(f: Frame, pattern: Any, subject: FV) -> FV:
    star = next((i for i, p in enumerate(pattern.patterns) if isinstance(p, gast.MatchStar)), None)
    n = len(pattern.patterns)
    if isinstance(subject, TupleVal) or (isinstance(subject, Dyn) and isinstance(subject.type, Tuple)):
        items = spread(f, subject) or []
        fits = len(items) == n if star is None else len(items) >= n - 1
        return _items(f, pattern, items, star) if fits else Const(False)
    t = f.type_of(subject)
    named = f.c.classes.namedtuple_fields(t) if isinstance(t, Record) else None
    if named is not None and (len(named) == n if star is None else len(named) >= n - 1):
        return _items(f, pattern, [f.c.classes.attribute(f, subject, name, pattern) for name, _ in named], star)
    if named is not None:
        return Const(False)
    if t is None:
        return f.report("SC202", pattern, f"a sequence pattern cannot be matched against {f.c.describe(subject)}")
    sequence = union(m for m in members(t) if isinstance(m, List | TupleOf | Tuple) or _is_range(m))
    if any(isinstance(m, Tensor | Deque) for m in members(t)) or any(isinstance(m, Record) and f.c.classes.namedtuple_fields(m) for m in members(t)):
        return f.report("SC202", pattern, f"a sequence pattern on `{t}` cannot be compiled")
    if str(sequence) == "never":
        return Const(False)
    is_sequence: FV = Const(True)
    seen = subject
    if sequence != t:
        is_sequence = instances.is_instance(f, subject, (list, tuple, range), pattern)
        seen = Dyn(f.dyn(subject, pattern).value, sequence)
    return and_then(f, is_sequence, lambda: _dynamic_sequence(f, pattern, seen, n, star), pattern)


def _is_range(m: Any) -> bool:
    return str(m) == "range"


def _dynamic_sequence(f: Frame, pattern: Any, seen: FV, n: int, star: int | None) -> FV:
    length = special.HANDLERS[id(len)](f, [seen], {}, pattern)
    op = gast.Eq() if star is None else gast.GtE()
    fits = truth(f, compare(f, op, length, Const(n if star is None else n - 1), pattern), pattern)

    def rest() -> FV:
        items: list[FV] = []
        for i in range(n):
            if i == star:
                items.append(Const(None))
                continue
            index = i if star is None or i < star else i - n
            items.append(subscripts.getitem(f, seen, Const(index), pattern.patterns[i]))
        return _items(f, pattern, items, star, seen)

    return and_then(f, fits, rest, pattern)


def _items(f: Frame, pattern: Any, items: list[FV], star: int | None, whole: FV | None = None) -> FV:
    """Match the items one by one, left to right."""
    n = len(pattern.patterns)

    def rest(i: int) -> FV:
        if i == n:
            return Const(True)
        p = pattern.patterns[i]
        if i == star:
            if p.name is not None:
                f.env[f"%m.{p.name}"] = _middle(f, items, i, n, whole, p)
            return rest(i + 1)
        index = i if star is None or i < star or whole is not None else len(items) - (n - i)
        return and_then(f, match_pattern(f, p, items[index]), lambda: rest(i + 1), p)

    return rest(0)


def _middle(f: Frame, items: list[FV], star: int, n: int, whole: FV | None, node: Any) -> FV:
    if whole is None:
        return f.emit("list", items[star : len(items) - (n - star - 1)], node)
    stop = star - n + 1
    part = f.emit("slice", [Const(star), Const(stop if stop else None), Const(None)], node)
    cut = subscripts.getitem(f, whole, part, node)
    return special.HANDLERS[id(list)](f, [cut], {}, node)


def _mapping(f: Frame, pattern: Any, subject: FV) -> FV:
    d = f.dyn(subject, pattern)
    if any(isinstance(m, DefaultDict) for m in members(d.type)):
        raise f.refuse("SC202", pattern, f"a mapping pattern on `{d.type}` cannot be compiled")
    dicts = union(m for m in members(d.type) if isinstance(m, Dict))
    if str(dicts) == "never":
        return Const(False)
    is_dict: FV = Const(True) if dicts == d.type else instances.is_instance(f, d, (dict,), pattern)
    seen = Dyn(d.value, dicts)
    keys = [lower(f, k) for k in pattern.keys]

    def rest(i: int) -> FV:
        if i == len(keys):
            if pattern.rest is not None:
                f.env[f"%m.{pattern.rest}"] = _without(f, seen, keys, pattern)
            return Const(True)
        has = f.emit("contains", [seen, keys[i]], pattern.keys[i])

        def value() -> FV:
            item = subscripts.getitem(f, seen, keys[i], pattern.patterns[i])
            return and_then(f, match_pattern(f, pattern.patterns[i], item), lambda: rest(i + 1), pattern)

        return and_then(f, truth(f, has, pattern), value, pattern)

    return and_then(f, is_dict, lambda: rest(0), pattern)


def _without(f: Frame, d: FV, keys: list[FV], node: Any) -> FV:
    copy = f.emit("dict.copy", [d], node)
    for i, key in enumerate(keys):
        place = f.c.keep((id(node), "rest", i), gast.copy_location(gast.Constant(value=None, kind=None), node))
        f.emit("dict.pop", [copy, key], place)
    return copy


def _class(f: Frame, pattern: Any, subject: FV) -> FV:
    cls = lower(f, pattern.cls)
    if not isinstance(cls, Const) or not isinstance(cls.value, type):
        return f.report("SC202", pattern, "a class pattern needs a class known when compiling")
    pred = instances.is_instance(f, subject, (cls.value,), pattern)
    seen = narrowed(f, subject, (cls.value,))
    builtin_self = cls.value in (bool, bytearray, bytes, dict, float, frozenset, int, list, set, str, tuple)
    names: list[str] = []
    if not builtin_self:
        match_args = getattr(cls.value, "__match_args__", ())
        if len(pattern.patterns) > len(match_args):
            return f.report("SC203", pattern, f"`{cls.value.__name__}` takes {len(match_args)} positional patterns, not {len(pattern.patterns)}")
        names = list(match_args[: len(pattern.patterns)])
    subs = list(zip(names, pattern.patterns, strict=False)) + list(zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True))

    def rest(i: int) -> FV:
        if i == len(subs):
            return Const(True)
        name, sub = subs[i]
        value = f.c.classes.attribute(f, seen, name, sub)
        return and_then(f, match_pattern(f, sub, value), lambda: rest(i + 1), sub)

    def inner() -> FV:
        if builtin_self and pattern.patterns:
            return match_pattern(f, pattern.patterns[0], seen)
        return rest(0)

    return and_then(f, pred, inner, pattern)


PATTERNS: dict[type, Callable[[Frame, Any, FV], FV]] = {
    gast.MatchValue: _value,
    gast.MatchSingleton: _singleton,
    gast.MatchAs: _as,
    gast.MatchOr: _or,
    gast.MatchSequence: _sequence,
    gast.MatchMapping: _mapping,
    gast.MatchClass: _class,
}
