"""New containers may be declared wider than their rule says, old ones may not."""

from __future__ import annotations

import pytest

from scriptc.ir.core import Arg, Call
from scriptc.ir.fresh import mark, may_declare, wider_when_new
from scriptc.ops import TABLE
from scriptc.types import INT, NEVER, STR, Dict, IteratorOf, List, Set, Tuple, Type, union

EITHER = union((INT, STR))
OLD = mark(List(INT))


@pytest.mark.parametrize(("derived", "declared", "expected"), [
    (List(INT), List(EITHER), True),
    (OLD, List(EITHER), False),
    (OLD, List(INT), True),
    (List(NEVER), List(INT), True),
    (Dict(STR, INT), Dict(STR, EITHER), True),
    (Set(INT, True), Set(EITHER, True), True),
    (Tuple((List(INT), INT)), Tuple((List(EITHER), INT)), True),
    (Tuple((OLD, INT)), Tuple((List(EITHER), INT)), False),
    (List(EITHER), List(INT), False),
    (INT, STR, False),
    (List(OLD), List(union((List(INT), STR))), True),
    (List(OLD), List(List(EITHER)), False),
    (IteratorOf(Tuple((INT, List(INT)))), IteratorOf(Tuple((INT, List(EITHER)))), True),
    (union((OLD, STR)), union((List(INT), STR)), True),
])  # fmt: skip
def test_may_declare(derived: Type, declared: Type, expected: bool) -> None:
    assert may_declare(derived, declared) == expected


@pytest.mark.parametrize(("name", "operands", "declared", "expected"), [
    ("list", (INT,), List(EITHER), True),
    ("list.copy", (List(INT),), List(EITHER), True),
    ("iadd", (List(INT), List(INT)), List(EITHER), False),
    ("getitem", (List(List(INT)), INT), List(EITHER), False),
    ("str.split", (STR,), List(EITHER), True),
    ("list", (List(INT),), List(List(EITHER)), False),
    ("list", (INT,), List(STR), False),
    ("list", (INT,), Set(EITHER), False),
])  # fmt: skip
def test_results_of_ops(name: str, operands: tuple[Type, ...], declared: Type, expected: bool) -> None:
    assert wider_when_new(TABLE[name], Call(tuple(map(Arg, operands))), (declared,)) == expected
