"""Every op of Python itself against CPython: what a rule accepts gives a value of the type it says, what it refuses raises TypeError.

The lists of exceptions below are the whole policy: where scriptc is stricter than CPython on purpose.
"""

from __future__ import annotations

import copy
import itertools
import random
from collections.abc import Iterable, Iterator
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from op_values import Outcome, Sample, ask, complaint, has_type, of, run, type_of

from scriptc.ir.core import OpDef, OpTypeError
from scriptc.library import Library
from scriptc.ops import TABLE, builtins_, comparisons, iterators, math_, operators, random_
from scriptc.types import BOOL, FLOAT, INT, STR, Function, IteratorOf, Tensor, members

POOL = [of(text) for text in (
    "0", "1", "3", "-2", "True", "False", "2.5", "-1.5", "0.0", "4.0", "1j", "''", "'a'", "'ab c'", "b'ab'", "None", "[1, 2]", "['a', 'b']",
    "[]", "[1.5]", "[[1], [2]]", "[(1, 'a')]", "()", "(1, 2)", "(1, 'a')", "('a', 'b')", "{'a': 1}", "{1: 'x'}", "{}", "{1, 2}",
    "set()", "{'a'}", "frozenset({1})", "range(3)", "slice(0, 2)", "{'a': 1}.keys()", "{'a': 1}.items()", "{1: 2}.values()",
    "collections.deque([1, 2])", "collections.Counter('aab')", "collections.defaultdict(int, {'a': 1})",
)]  # fmt: skip
FUNCTIONS = [
    of("lambda x: x", Function((INT,), INT)), of("lambda x, y: x + y", Function((INT, INT), INT)),
    of("lambda x: x * 2", Function((STR,), STR)), of("lambda x: x > 1", Function((INT,), BOOL)),
]  # fmt: skip
ITERATOR = of("iter([1, 2])", IteratorOf(INT))
NUMPY = [of(t) for t in (
    "np.float64(2.0)", "np.int64(2)", "np.float32(1.5)", "np.arange(3.0)", "np.bool_(True)", "np.array(2)", "np.complex64(1)",
)]  # fmt: skip
LIBRARY = Library()

STRICTER = {
    "Counter.subtract": "not iterable",  # None counts nothing
    "Counter.update": "not iterable",
    "mod": "for %: 'bytes'",
    "imod": "for %: 'bytes'",
    "bytes.join": "must be iterable[bytes], not 'str'",  # of an empty one
    "and": "unhashable type: 'list",  # of a view with items never looked up
    "iand": "unhashable type: 'list",
    "is": "depends on how the interpreter stores",
    "is_not": "depends on how the interpreter stores",
    "slice": "slice indices must be integers",
    "hash": "differs from run to run",
    "str.format_map": "must be dict[str, any]",
    "str.translate": "must be dict[any, any]",
    "random.uniform": "must be real number",
    "random.triangular": "must be real number",
    "random.gauss": "must be real number",
    "random.normalvariate": "must be real number",
    "random.expovariate": "must be real number",
    "random.paretovariate": "must be real number",
    "random.weibullvariate": "must be real number",
    "random.vonmisesvariate": "must be real number",
    "random.randint": "must be int",
    "random.randrange": "must be int",
    "random.binomialvariate": "must be int",
    "random.shuffle": "must be list",
    "random.seed": "must be",
    "dict.pop": "unhashable type",
    "random.Random": "must be real number or str or None",
}
"""Ops that refuse on purpose what CPython takes, and what their refusal says."""

EVERYWHERE = (
    "Counter[", "defaultdict[", "'deque[", "a Counter", "a defaultdict",  # of these only what programs do every day
    "memory address",  # the text of a function or iterator
    "between instances of 'slice'",  # slices compare in CPython, to no purpose
    "unhashable type: 'slice'",  # they hash from 3.12 on
    "'keepends' must be",  # anything with a truth, from 3.12 on
    "'reverse' must be",
    "np.complex64",  # CPython drops the imaginary part with a warning
    "takes exactly one argument (2 given)",  # iter(f, sentinel) of a function that takes something
)
LAZY = ("itertools.", "map", "filter", "functools.reduce", "copy.")
"""CPython looks at the arguments of these only when it draws an item, which an empty iterable never does."""

ELEMENTS = (
    "unsupported operand types for",
    "'<' not supported",
    "must be iterable[real number]",
    "the type of the result grows",
    "NumPy does not compute",
)
FOLDS = ("sum", "math.prod", "math.dist", "math.fsum", "min", "max", "itertools.accumulate")
"""CPython adds or compares items only where there are two; the rule judges the type of the items."""

TEXT_TYPE_ERRORS = (
    "fill character must be exactly one character", "expected a character", "unsupported format string passed", "format string",
    "not enough arguments for format", "string formatting", "is required, not", "%", "maketrans", "format requires",
)  # fmt: skip
"""TypeErrors that depend on a string's value and not on its type."""

RUN_TIME = (
    "has no attribute",  # of a later Python
    "missing 1 required positional argument: 'lambd'",  # has a default from 3.12 on
    "for divmod(): 'numpy.complex64'",
)
"""TypeErrors left to the run."""


def allowed(op: OpDef, out: Outcome) -> bool:
    """Is the difference one of the policy?"""
    if out.refused is None:
        return any(t in str(out.raised) for t in (*TEXT_TYPE_ERRORS, *RUN_TIME))
    said = str(out.refused)
    if op.name in STRICTER and STRICTER[op.name] in said:
        return True
    if op.name.startswith(LAZY) or (op.name in FOLDS and any(e in said for e in ELEMENTS)):
        return True
    return any(e in said for e in EVERYWHERE)


def check(op: OpDef, samples: tuple[Sample, ...]) -> list[str]:
    """What is wrong with the op on these operands, with and without knowing their values."""
    plain, found = run(op, samples), []
    known = ask(op, samples, consts=True)
    outcomes = [plain]
    if known.types != plain.types or known.widened != plain.widened:
        outcomes.append(run(op, samples, consts=True))
    for out in outcomes:
        said = complaint(op, samples, out)
        if said is not None and not allowed(op, out):
            found.append(f"{op.name}{samples}: {said}")
    return found


def combinations(pool: list[Sample], count: int, most: int, seed: int) -> Iterator[tuple[Sample, ...]]:
    if len(pool) ** count <= most:
        yield from itertools.product(pool, repeat=count)
        return
    rnd = random.Random(seed)
    for _ in range(most):
        yield tuple(rnd.choice(pool) for _ in range(count))


def check_all(op: OpDef, pool: list[Sample], counts: Iterable[int], most: int) -> None:
    found = [said for n in counts for c in combinations(pool, n, most, n) for said in check(op, c)]
    assert not found, f"{len(found)} findings:\n" + "\n".join(found[:10])


def named(family: tuple[OpDef, ...], *without: str) -> list[OpDef]:
    return [op for op in family if op.name not in without]


UNARY = ("neg", "pos", "invert", "truth", "not")


@pytest.mark.parametrize("op", named(operators.OPS, *UNARY), ids=lambda op: op.name)
def test_binary_operators(op: OpDef) -> None:
    check_all(op, [*POOL, ITERATOR, FUNCTIONS[0]], (2,), 700)


@pytest.mark.parametrize("name", UNARY)
def test_unary_operators(name: str) -> None:
    check_all(TABLE[name], [*POOL, ITERATOR, FUNCTIONS[0]], (1,), 100)


@pytest.mark.parametrize("op", named(comparisons.OPS, *UNARY), ids=lambda op: op.name)
def test_comparisons(op: OpDef) -> None:
    check_all(op, [*POOL, ITERATOR, FUNCTIONS[0]], (2,), 700)


@pytest.mark.parametrize(("name", "counts"), [
    ("getitem", (2,)), ("setitem", (3,)), ("delitem", (2,)), ("tuple", (1, 2)), ("list", (0, 1, 2)), ("set", (1, 2)),
    ("slice", (1, 2, 3)), ("format", (1, 2)),
])  # fmt: skip
def test_containers(name: str, counts: tuple[int, ...]) -> None:
    check_all(TABLE[name], [*POOL, FUNCTIONS[0]], counts, 1000)


@pytest.mark.parametrize("op", named(builtins_.OPS, "print"), ids=lambda op: op.name)
def test_builtins(op: OpDef) -> None:
    check_all(op, [*POOL, *FUNCTIONS, ITERATOR], (0, 1, 2, 3), 300)


@pytest.mark.parametrize("op", math_.OPS, ids=lambda op: op.name)
def test_math(op: OpDef) -> None:
    check_all(op, [*POOL, ITERATOR], (1, 2, 3), 120)


@pytest.mark.parametrize("op", [*named(math_.OPS), *named(builtins_.OPS, "print", "hash", "map", "filter")], ids=lambda op: op.name)
def test_numpy_values_in_python_functions(op: OpDef) -> None:
    check_all(op, [*NUMPY, *NUMPY, *POOL[:16]], (1, 2), 120)


@pytest.mark.parametrize("op", named(iterators.OPS, "functools.comparison"), ids=lambda op: op.name)
def test_iterators(op: OpDef) -> None:
    check_all(op, [*POOL, *FUNCTIONS, *FUNCTIONS, ITERATOR], (1, 2, 3), 250)


@pytest.mark.parametrize("op", [op for op in random_.OPS if op.name.startswith("random.")], ids=lambda op: op.name)
def test_random(op: OpDef) -> None:
    random.seed(0)
    check_all(op, POOL, (0, 1, 2, 3), 150)


RNG_SAMPLE = of("random.Random(5)")


@pytest.mark.parametrize("name", [op.name for op in random_.OPS if op.name.startswith("Random.")])
def test_random_methods(name: str) -> None:
    module = TABLE[f"random.{name.partition('.')[2]}"]
    for count in (0, 1, 2):
        for c in combinations(POOL, count, 60, count):
            one, other = run(TABLE[name], (RNG_SAMPLE, *c)), run(module, c)
            assert (one.types, one.refused is None) == (other.types, other.refused is None), c
            assert one.types is None or one.raised is not None or has_type(one.value, one.types[0]), c


def receivers() -> list[tuple[Sample, str]]:
    """Each sample with each op that is a method or attribute of its type."""
    out = []
    for sample in [*POOL, *[of(t) for t in ("{1: [2]}", "frozenset()", "['a']", "[1, 'a']", "(1, 1, 2)", "'a,b'", "{'b', 'c'}")]]:
        for name in sorted({n.partition(".")[2] for n in TABLE if "." in n and not n.startswith(("numpy.", "ndarray."))}):
            op = LIBRARY.op_for_method(sample.type, name) or LIBRARY.op_for_attribute(sample.type, name)
            if op is not None:
                out.append((sample, op.name))
    return out


@pytest.mark.parametrize("name", sorted({name for _, name in receivers()}))
def test_methods(name: str) -> None:
    op, found = TABLE[name], []
    attribute = not str(op.emit).endswith(")")
    pool = [*POOL, *FUNCTIONS, ITERATOR]
    for sample in [s for s, n in receivers() if n == name]:
        for count in (0,) if attribute else (0, 1, 2, 3):
            for rest in combinations(pool, count, 25 if count > 1 else 50, count):
                found += check(op, (sample, *rest))
    assert not found, f"{len(found)} findings:\n" + "\n".join(found[:10])


BY_KEYWORD = ("str.split", "str.expandtabs", "str.splitlines", "list.sort", "enumerate", "sorted", "int", "round", "complex", "zip", "math.isclose",
              "math.prod", "itertools.accumulate", "itertools.combinations", "itertools.product", "builtins.pow", "sum", "dict.get")  # fmt: skip


@pytest.mark.parametrize("name", BY_KEYWORD)
def test_keywords(name: str) -> None:
    op, rnd, found = TABLE[name], random.Random(1), []
    assert op.signature is not None
    names = [p.name for p in op.signature.params if p.name != "self"] + ["unknown"]
    selves = [s for s, n in receivers() if n == name]
    for _ in range(150):
        samples: tuple[Sample, ...] = (rnd.choice(selves),) if selves else ()
        kw = tuple(rnd.sample(names, rnd.randint(1, min(2, len(names)))))
        samples += tuple(rnd.choice([*POOL, *FUNCTIONS]) for _ in range(len(kw) + rnd.randint(0, 1)))
        out = run(op, samples, kw)
        said = complaint(op, samples, out)
        if said is not None and not allowed(op, out) and "a function of" not in said and "the function takes" not in said:
            found.append(f"{name}{samples} {kw}: {said}")
    assert not found, f"{len(found)} findings:\n" + "\n".join(found[:10])


def test_every_method_of_a_builtin_type_is_known_or_refused() -> None:
    refused = {
        "float": {"from_number"}, "complex": {"from_number"},
    }  # fmt: skip
    for cls, missing in ((t, refused.get(t.__name__, set())) for t in (str, bytes, int, float, complex, list, tuple, dict, set, range)):
        for name in dir(cls):
            if not name.startswith("_"):
                assert (f"{cls.__name__}.{name}" in TABLE) != (name in missing), f"{cls.__name__}.{name}"


def test_signatures_parse() -> None:
    for op in TABLE.values():
        if op.signature is not None:
            kinds = [p.kind for p in op.signature.params]
            assert kinds == sorted(kinds), op.name
            assert op.signature.returns is not None


ATOMS = st.one_of(st.integers(-9, 9), st.booleans(), st.sampled_from([0.0, -1.5, 2.0, 0.5]), st.sampled_from(["", "a", "xy"]), st.none(), st.just(1j))
VALUES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.tuples(inner),
        st.tuples(inner, inner),
        st.dictionaries(st.one_of(st.integers(0, 3), st.text("ab", max_size=1)), inner, max_size=2),
        st.sets(st.one_of(st.integers(0, 3), st.booleans(), st.text("ab", max_size=1)), max_size=3),
    ),
    max_leaves=5,
)
RELATIONS = [op.name for op in (*operators.OPS, *comparisons.OPS) if op.name not in (*UNARY, "is", "is_not", "mod", "imod", "contains")]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(RELATIONS), VALUES, VALUES)
def test_operators_on_any_values(name: str, a: object, b: object) -> None:
    """A rule may refuse what happens to work (an empty list compares with anything); it never mistypes."""
    samples = tuple(Sample(partial(copy.deepcopy, v), type_of(v), repr(v)) for v in (a, b))
    out = run(TABLE[name], samples)
    if out.types is not None and out.raised is None:
        assert has_type(out.value, out.types[0]), (name, a, b, out.types, out.value)
    if out.types is None and out.raised is None:
        assert name in ("lt", "le", "gt", "ge") or "unhashable" in str(out.refused), (name, a, b, out.refused, out.value)


def result(name: str, *texts: str, kw: tuple[str, ...] = ()) -> str:
    """The printed result type of an op on samples whose values are known."""
    out = run(TABLE[name], tuple(of(t) for t in texts), kw, consts=True)
    return f"refused: {out.refused}" if out.types is None else ", ".join(map(str, out.types))


@pytest.mark.parametrize(("name", "texts", "expected"), [
    ("pow", ("2", "3"), "int"), ("pow", ("2", "-3"), "float"), ("pow", ("2.5", "0.5"), "float"), ("pow", ("-2.5", "0.5"), "complex | float"),
    ("pow", ("-2.5", "2.0"), "float"), ("pow", ("-2.5", "2"), "float"), ("add", ("True", "True"), "int"), ("and", ("True", "False"), "bool"),
    ("truediv", ("4", "2"), "float"), ("getitem", ("(1, 'a')", "-1"), "str"), ("getitem", ("[1, 'a']", "0"), "int | str"),
    ("getitem", ("(1, 'a')", "2"), "refused: tuple index out of range: 2 of 2 items"), ("mul", ("(1, 'a')", "2"), "tuple[int, str, int, str]"),
    ("add", ("[1]", "['a']"), "list[int | str]"), ("or", ("{'a': 1}", "{2: 'b'}"), "dict[int | str, int | str]"),
    ("sum", ("[1.5]",), "float | int"), ("sum", ("(1.5, 2)",), "float"), ("sum", ("[1.5]", "0.0"), "float"),
    ("min", ("1", "2.5"), "float | int"),
    ("round", ("2.5",), "int"), ("round", ("2.5", "1"), "float"), ("dict.get", ("{'a': 1}", "'b'"), "int | None"),
    ("dict.get", ("{'a': 1}", "'b'", "0.5"), "float | int"), ("builtins.tuple", ("[1]",), "tuple[int, ...]"), ("builtins.list", (), "list[never]"),
    ("zip", ("[1]", "'a'"), "iterator[tuple[int, str]]"), ("itertools.combinations", ("[1]", "2"), "iterator[tuple[int, int]]"),
    ("set.union", ("frozenset({1})", "['a']"), "frozenset[int | str]"), ("str.maketrans", ("'a'", "'b'"), "dict[int, int]"),
    ("enumerate", ("'ab'", "1"), "iterator[tuple[int, str]]"), ("divmod", ("7.5", "2"), "tuple[float, float]"),
])  # fmt: skip
def test_result_types(name: str, texts: tuple[str, ...], expected: str) -> None:
    assert result(name, *texts) == expected


@pytest.mark.parametrize(("name", "texts", "kw", "message"), [
    ("add", ("1", "None"), (), "unsupported operand types for +: 'int' and 'None'"),
    ("iadd", ("1", "'a'"), (), "unsupported operand types for +: 'int' and 'str'"),
    ("lt", ("1", "'a'"), (), "'<' not supported between instances of 'int' and 'str'"),
    ("neg", ("'a'",), (), "bad operand type for unary -: 'str'"),
    ("str.split", ("'a'", "'b'"), ("x",), "split() got an unexpected keyword argument 'x'"),
    ("str.split", ("'a'", "1"), (), "split() argument 'sep' must be str or None, not 'int'"),
    ("list.append", ("[1]",), (), "append() missing required argument: 'object'"),
    ("list.append", ("[1]", "1", "2"), (), "append() takes 1 positional argument but 2 were given"),
    ("str.replace", ("'a'", "'b'", "'c'"), ("new",), "replace() got a positional-only argument passed by keyword: 'new'"),
    ("enumerate", ("[1]", "1", "2"), ("start",), "enumerate() got multiple values for argument 'start'"),
    ("len", ("1",), (), "object of type 'int' has no len()"),
    ("getitem", ("[1]", "'a'"), (), "list indices must be integers or slices, not 'str'"),
    ("setitem", ("(1,)", "0", "1"), (), "'tuple[int]' object does not support item assignment"),
    ("set.add", ("{1}", "[1]"), (), "unhashable type: 'list[int]'"),
    ("hash", ("'a'",), (), "the hash of 'str' differs from run to run"),
    ("sum", ("['a']", "''"), (), "sum() can't sum strings [use ''.join(seq) instead]"),
])  # fmt: skip
def test_messages(name: str, texts: tuple[str, ...], kw: tuple[str, ...], message: str) -> None:
    out = run(TABLE[name], tuple(of(t) for t in texts), kw)
    assert out.refused is not None
    assert str(out.refused) == message
    if name != "hash":
        assert isinstance(out.raised, TypeError)


def test_none_is_helped() -> None:
    cases = (("add", ("1", "None")), ("len", ("None",)), ("getitem", ("None", "0")), ("lt", ("None", "1")), ("list.extend", ("[1]", "None")))
    for name, texts in cases:
        out = run(TABLE[name], tuple(of(t) for t in texts))
        assert isinstance(out.refused, OpTypeError)
        assert out.refused.help == "check `is None` first", name


def test_members_of_results_stay_exact() -> None:
    out = run(TABLE["list.pop"], (of("[1, 'a']"),))
    assert out.types is not None
    assert set(members(out.types[0])) == {INT, STR}
    assert run(TABLE["max"], (of("[1.5]"),)).types == (FLOAT,)
    assert run(TABLE["max"], (of("np.float64(1)"), of("np.float64(2)"))).types == (Tensor("float64", (), True),)
