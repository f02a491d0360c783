"""Types: their text and their JSON are read back as they were; the order on them is an order."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scriptc.types import (
    ATOMS,
    ERROR,
    INT,
    NONE,
    STR,
    UNDEF,
    Cell,
    DefaultDict,
    Deque,
    Dict,
    DictView,
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
    is_subtype,
    join,
    strip_sites,
    union,
)
from scriptc.types.core import FACTORIES
from scriptc.types.json import TypeRowError, TypeTable, read_rows
from scriptc.types.lattice import TypeGrowth
from scriptc.types.text import TypeSyntaxError, parse_type, print_type

NAMES = st.one_of(
    st.sampled_from(["a.B", "ValueError", "m.f.<locals>.C", "int", "np.float32", "list", "record", "any", "or", "x y", "", "é.ñ", "a.<b", "`'\"\\"]),
    st.text(max_size=6),
)
DIMS = st.one_of(st.none(), st.integers(0, 10), st.sampled_from(["n", "batch", "n+1", "any", "", "?", "a'b", "2"]), st.text(max_size=3))
TENSORS = st.builds(
    Tensor,
    st.sampled_from([None, "bool", "int8", "float32", "complex128"]),
    st.one_of(st.none(), st.lists(DIMS, max_size=3).map(tuple)),
    st.sampled_from([False, True, None]),
)
LEAVES = st.one_of(st.sampled_from([a for a in ATOMS.values() if a != ERROR]), TENSORS, st.builds(Record, NAMES), st.builds(EnumType, NAMES))


def _combine(inner: st.SearchStrategy[Type]) -> st.SearchStrategy[Type]:
    many = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(
        st.builds(List, inner),
        st.builds(Set, inner, st.booleans()),
        st.builds(Dict, inner, inner),
        st.builds(DictView, st.sampled_from(["keys", "values", "items"]), inner),
        st.builds(Tuple, many),
        st.builds(TupleOf, inner),
        st.builds(IteratorOf, inner),
        st.builds(Deque, inner),
        st.builds(DefaultDict, st.sampled_from(FACTORIES), inner, inner),
        st.builds(Cell, inner),
        st.builds(Function, many, inner),
        many.map(_union),
    )


def _union(types: tuple[Type, ...]) -> Type:
    try:
        return union(types)
    except TypeGrowth:
        return INT


TYPES = st.recursive(LEAVES, _combine, max_leaves=8)


@pytest.mark.parametrize(
    "text",
    [
        "int", "None", "list[int]", "tuple[()]", "tuple[int]", "tuple[int, str]", "tuple[int, ...]", "dict[str, int | None]", "float32[2, n, ?]",
        "float32[...]", "any[...]", "any[]", "bool[3]", "np.float32", "np.generic", "np.float32[...]", "float32[...] or scalar", "int | None",
        "float32[2] or scalar | None", "enum a.B", "a.B", "a.f.<locals>.C", "Callable[[], int]", "Callable[[int, str], float]", "dict_keys[str]",
        "frozenset[int]", "set[int]", "iterator[tuple[int, str]]", "cell[int | undef]", "random.Random", "record 'int'", "enum 'x y'",
        "list[float32[2] or scalar]", "float32['n+1']",
    ],
)  # fmt: skip
def test_text(text):
    assert print_type(parse_type(text)) == text == str(parse_type(text))


@given(TYPES)
@settings(max_examples=500, deadline=None)
def test_text_parses_back(t):
    assert parse_type(print_type(t)) == t


@given(TYPES, TYPES)
@settings(max_examples=300, deadline=None)
def test_text_is_unambiguous(a, b):
    assert (print_type(a) == print_type(b)) == (a == b)


@pytest.mark.parametrize(
    "text",
    ["", "list", "list[", "list[int", "list[int]]", "tuple[]", "int int", "dict[int]", "1", "float32[-1]", "Callable[int]", "a..b", "int |", "| int",
     "float32[2] or", "enum", "record int int", "int[2]", "'x'", "list[" * 200],
)  # fmt: skip
def test_malformed_text(text):
    with pytest.raises(TypeSyntaxError):
        parse_type(text)


@given(st.text(alphabet="intlsfa[]|.,'? 32ord<>n", max_size=30))
@settings(max_examples=500, deadline=None)
def test_any_text_is_a_type_or_an_error(text):
    try:
        parse_type(text)
    except TypeSyntaxError:
        pass


@given(st.lists(TYPES, max_size=4))
@settings(max_examples=300, deadline=None)
def test_json_reads_back(types):
    table = TypeTable()
    numbers = [table.add(t) for t in types]
    assert len({str(r) for r in table.rows}) == len(table.rows)
    back = read_rows(table.rows)
    assert [back[n] for n in numbers] == types


BAD_ROWS = [
    ({}, "not a list"), ([1], "not a row"), (["nope"], "no type"), (["error"], "no type"), ([[]], "not a row"), ([[1]], "not a row"),
    ([["thing"]], "no kind"), ([["list"]], "0 parts"), (["int", ["list", 0, 0]], "2 parts"), ([["list", 0]], "earlier type"),
    (["int", ["list", -1]], "earlier type"), (["int", ["list", True]], "earlier type"), (["int", ["list", "int"]], "earlier type"),
    ([["record"]], "malformed record"), ([["record", 1]], "malformed record"), ([["enum", "a", "b"]], "malformed enum"),
    ([["array", "float32"]], "malformed array"), ([["array", 1, None]], "malformed array"), ([["array", None, 3]], "malformed shape"),
    ([["array", None, [1.5]]], "malformed shape"), ([["array", None, [True]]], "malformed shape"), ([["array", None, [1] * 65]], "malformed shape"),
    (["int", ["union", 0]], "1 parts"), ([["function"]], "0 parts"),
    (["int", *[["list", i] for i in range(60)]], "nested too deep"), (["int", *[["tuple", i, i] for i in range(40)]], "too large"),
]  # fmt: skip


@pytest.mark.parametrize("rows, message", BAD_ROWS)
def test_malformed_json(rows, message):
    with pytest.raises(TypeRowError, match=message):
        read_rows(rows)


@given(TYPES, TYPES)
@settings(max_examples=300, deadline=None)
def test_join_is_an_upper_bound(a, b):
    try:
        both = join(a, b)
    except TypeGrowth:
        return
    assert is_subtype(a, both)
    assert is_subtype(b, both)


@given(TYPES)
@settings(max_examples=200, deadline=None)
def test_subtype_of_itself(t):
    assert is_subtype(t, t)
    assert strip_sites(t) == t
    assert join(t, t) == t


def test_sites_are_not_printed():
    assert str(List(INT, frozenset({1}))) == "list[int]"


def test_union_order_puts_none_last():
    assert str(union((NONE, STR, INT))) == "int | str | None"
    assert str(union((UNDEF, INT))) == "int | undef"
    assert isinstance(union((INT, STR)), Union)
