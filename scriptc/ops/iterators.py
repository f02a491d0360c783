"""`itertools`, `functools.reduce`, `copy`."""

from __future__ import annotations

from scriptc.ir.core import Arg, Call, OpDef, OpTypeError
from scriptc.ops.builtins_ import call_result
from scriptc.ops.common import builtin_view, need_element, one, show
from scriptc.ops.effects import is_immutable
from scriptc.ops.folds import MAX_TURNS, spread
from scriptc.ops.signature import Signature, function
from scriptc.types import (
    BOOL,
    FLOAT,
    INT,
    NEVER,
    NONE,
    Deque,
    Dict,
    Function,
    IteratorOf,
    List,
    Set,
    Tensor,
    Tuple,
    TupleOf,
    Type,
    Union,
    join,
    join_all,
    members,
    strip_sites,
    union,
    walk,
)

MAX_ITEMS = 16
"""Tuples longer than this are typed as of unknown length."""


def _many(elem: Type, count: object) -> Type:
    """A tuple of `count` such items, where the count is known."""
    if isinstance(count, int) and 0 <= count <= MAX_ITEMS:
        return Tuple((elem,) * count)
    return TupleOf(elem)


def _elements(args: tuple[Arg, ...], call: Call) -> list[Type]:
    return [need_element(a, call.program, i) for i, a in enumerate(args)]


_TEE = Signature("tee", "(iterable: iterable[T], n: int = 2, /) -> any")
_CHAIN = Signature("chain", "(*iterables: any) -> any")
_PRODUCT = Signature("product", "(*iterables: any, repeat: int = 1) -> any")
_ZIP_LONGEST = Signature("zip_longest", "(*iterables: any, fillvalue: any = None) -> any")
_PICK = Signature("combinations", "(iterable: iterable[T], r: int) -> any")
_PERMUTE = Signature("permutations", "(iterable: iterable[T], r: int | None = None) -> any")
_ACCUMULATE = Signature("accumulate", "(iterable: iterable[T], func: any = None, *, initial: any = None) -> any")
_REDUCE = Signature("reduce", "(function: any, iterable: iterable[T], initial: any = None, /) -> any")
_COUNT = Signature("count", "(start: pynumber = 0, step: pynumber = 1) -> any")
_ISLICE = Signature("islice", "(iterable: iterable[T], start: int | None, stop: int | None = None, step: int | None = None, /) -> iterator[T]")
_GROUPBY = Signature("groupby", "(iterable: iterable[T], key: fn[T, K] | None = None) -> any")
_STARMAP = Signature("starmap", "(function: any, iterable: iterable[T], /) -> any")


def _chain_rule(call: Call) -> tuple[Type, ...]:
    return one(IteratorOf(join_all(_elements(_CHAIN.check(call)[0].star, call))))


def _from_iterable_rule(call: Call) -> tuple[Type, ...]:
    if len(call.args) != 1 or call.kw:
        raise OpTypeError("from_iterable() takes exactly one argument")
    return one(IteratorOf(need_element(Arg(need_element(call.args[0], call.program, 0)), call.program, 0)))


def _product_rule(call: Call) -> tuple[Type, ...]:
    bound, _ = _PRODUCT.check(call)
    items = _elements(bound.star, call)
    repeat = bound.const("repeat", 1)
    if isinstance(repeat, int) and 0 <= repeat * len(items) <= MAX_ITEMS:
        return one(IteratorOf(Tuple(tuple(items) * repeat)))
    return one(IteratorOf(TupleOf(join_all(items))))


def _zip_longest_rule(call: Call) -> tuple[Type, ...]:
    bound, _ = _ZIP_LONGEST.check(call)
    fill = bound["fillvalue"].type if "fillvalue" in bound else NONE
    return one(IteratorOf(Tuple(tuple(union((t, fill)) for t in _elements(bound.star, call)))))


def _pick_rule(call: Call) -> tuple[Type, ...]:
    bound, matcher = _PICK.check(call)
    return one(IteratorOf(_many(matcher.bound["T"], bound["r"].const)))


def _permutations_rule(call: Call) -> tuple[Type, ...]:
    bound, matcher = _PERMUTE.check(call)
    return one(IteratorOf(_many(matcher.bound["T"], bound.const("r", None))))


def _pairwise_rule(call: Call) -> tuple[Type, ...]:
    if len(call.args) != 1 or call.kw:
        raise OpTypeError("pairwise expected 1 argument")
    t = need_element(call.args[0], call.program, 0)
    return one(IteratorOf(Tuple((t, t))))


def _accumulated(who: str, first: Type, item: Type, fn: Arg | None, call: Call) -> Type:
    """The type that `fn` (or `+`) makes of what it has so far and one more item."""
    acc = first
    if item == NEVER:
        return acc
    for _ in range(MAX_TURNS):
        if fn is None:
            step = spread("add", Arg(acc), Arg(item), call.program)
        else:
            step = call_result(who, fn, [acc, item], call)
        if join(acc, step) == acc:
            return acc
        acc = join(acc, step)
    raise OpTypeError("the type of the result grows with each item", 0)


def _accumulate_rule(call: Call) -> tuple[Type, ...]:
    bound, matcher = _ACCUMULATE.check(call)
    item, initial = matcher.bound["T"], bound.get("initial")
    first = item if initial is None or initial.type == NONE else initial.type
    func = bound.get("func")
    return one(IteratorOf(_accumulated("accumulate", first, item, None if func is None or func.type == NONE else func, call)))


def _reduce_rule(call: Call) -> tuple[Type, ...]:
    bound, matcher = _REDUCE.check(call)
    item, initial = matcher.bound["T"], bound.get("initial")
    return one(_accumulated("reduce", item if initial is None else initial.type, item, bound["function"], call))


def _count_rule(call: Call) -> tuple[Type, ...]:
    bound, _ = _COUNT.check(call)
    start = bound["start"].type if "start" in bound else INT
    step = bound["step"].type if "step" in bound else INT
    return one(IteratorOf(join(start, spread("add", Arg(start), Arg(step), call.program))))


def _starmap_rule(call: Call) -> tuple[Type, ...]:
    _, matcher = _STARMAP.check(call)
    item = builtin_view(matcher.bound["T"], call.program)
    if item == NEVER:
        return one(IteratorOf(NEVER))
    if not isinstance(item, Tuple):
        raise OpTypeError(f"starmap() needs tuples of a known length, not {show(item)}", 1)
    return one(IteratorOf(call_result("starmap", call.args[0], list(item.items), call)))


def _tee_rule(call: Call) -> tuple[Type, ...]:
    bound, matcher = _TEE.check(call)
    return one(_many(IteratorOf(matcher.bound["T"]), bound.const("n", 2)))


def _groupby_rule(call: Call) -> tuple[Type, ...]:
    bound, matcher = _GROUPBY.check(call)
    item = matcher.bound["T"]
    keyed = "key" in bound and bound["key"].type != NONE
    return one(IteratorOf(Tuple((matcher.bound["K"] if keyed else item, IteratorOf(item)))))


def _comparison_rule(call: Call) -> tuple[Type, ...]:
    """A key that only sorting looks at: what it makes of an item has an order and nothing else, as an int has."""
    fn = call.args[0].type if len(call.args) == 1 and not call.kw else None
    if not isinstance(fn, Function) or len(fn.params) != 2 or not all(m in (INT, BOOL, FLOAT) for m in members(fn.result)):
        raise OpTypeError("cmp_to_key() takes a function of two items that gives a number", 0)
    return one(Function(fn.params[:1], INT))


def _copy_rule(call: Call) -> tuple[Type, ...]:
    """Of the built-in containers, which `list(x)` and the like copy just so."""
    t = _copied("copy", call)
    if not isinstance(t, List | Dict | Set | Tuple | TupleOf):
        raise OpTypeError(f"copy() of {show(t)} is not supported", 0)
    return one(_without_sites(t))


def _deepcopy_rule(call: Call) -> tuple[Type, ...]:
    """Of what holds plain values and arrays all the way down: objects of a class may copy in ways of their own."""
    t = _copied("deepcopy", call)
    if not all(x == NEVER or is_immutable(x) or isinstance(x, List | Deque | Dict | Set | Tuple | TupleOf | Union | Tensor) for x in walk(t)):
        raise OpTypeError(f"deepcopy() of {show(t)} is not supported", 0)
    return one(strip_sites(t))


def _copied(name: str, call: Call) -> Type:
    if len(call.args) != 1 or call.kw:
        raise OpTypeError(f"{name}() takes 1 argument")
    return call.args[0].type


def _without_sites(t: Type) -> Type:
    if isinstance(t, List):
        return List(t.elem)
    if isinstance(t, Dict):
        return Dict(t.key, t.value)
    return Set(t.elem, t.frozen) if isinstance(t, Set) else t


OPS: tuple[OpDef, ...] = (
    function("itertools.chain", _CHAIN.text, rule=_chain_rule),
    function("itertools.chain.from_iterable", "(iterable: any, /) -> any", rule=_from_iterable_rule),
    function("itertools.product", _PRODUCT.text, rule=_product_rule),
    function("itertools.zip_longest", _ZIP_LONGEST.text, rule=_zip_longest_rule),
    function("itertools.combinations", _PICK.text, rule=_pick_rule),
    function("itertools.combinations_with_replacement", _PICK.text, rule=_pick_rule),
    function("itertools.permutations", _PERMUTE.text, rule=_permutations_rule),
    function("itertools.pairwise", "(iterable: any, /) -> any", rule=_pairwise_rule),
    function("itertools.accumulate", _ACCUMULATE.text, rule=_accumulate_rule),
    function("itertools.repeat", "(object: T, times: int = 0) -> iterator[T]"),
    function("itertools.cycle", "(iterable: iterable[T], /) -> iterator[T]"),
    function("itertools.count", _COUNT.text, rule=_count_rule),
    function("itertools.islice", _ISLICE.text),
    function("itertools.takewhile", "(predicate: fn[T, Z], iterable: iterable[T], /) -> iterator[T]"),
    function("itertools.dropwhile", "(predicate: fn[T, Z], iterable: iterable[T], /) -> iterator[T]"),
    function("itertools.filterfalse", "(predicate: fn[T, Z] | None, iterable: iterable[T], /) -> iterator[T]"),
    function("itertools.compress", "(data: iterable[T], selectors: iterable[Z]) -> iterator[T]"),
    function("itertools.starmap", _STARMAP.text, rule=_starmap_rule),
    function("itertools.batched", "(iterable: iterable[T], n: int) -> iterator[tuple[T, ...]]"),
    function("itertools.tee", _TEE.text, rule=_tee_rule),
    function("itertools.groupby", _GROUPBY.text, rule=_groupby_rule),
    function("functools.reduce", _REDUCE.text, rule=_reduce_rule),
    function("functools.comparison", "(mycmp: fn[T, T, Z]) -> any", emit="functools.cmp_to_key($0)", rule=_comparison_rule),
    function("copy.copy", "(x: any) -> any", emit="type($0)($0)", rule=_copy_rule),
    function("copy.deepcopy", "(x: any) -> any", emit="rt.deepcopy($0)", rule=_deepcopy_rule),
)
