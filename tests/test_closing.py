"""Generators whose closing can be noticed: what may draw from them."""

from __future__ import annotations

import pytest

from scriptc import ScriptError, script
from scriptc.ir.closing import ADAPTORS, CONSUMERS
from scriptc.ops import TABLE


def numbers(n: int):  # type: ignore[no-untyped-def]
    try:
        for i in range(n):
            yield i
    finally:
        print("closed")


def in_order(n: int) -> list[str]:
    """The generator is made before the list that the comprehension fills, and still nothing but the loop holds it."""
    out = [7, *numbers(n)]
    for x in map(str, numbers(n)):
        if x == "1":
            break
    print("after")
    return [str(x) for x in out]


def named(n: int) -> int:
    g = numbers(n)
    return sum(g)


def test_every_consumer_is_an_op() -> None:
    assert CONSUMERS | ADAPTORS <= {*TABLE, "unpack"}
    assert not CONSUMERS & ADAPTORS


def test_never_in_a_variable(capsys: pytest.CaptureFixture[str]) -> None:
    compiled = script(in_order)
    for n in range(4):
        expected = in_order(n), capsys.readouterr().out
        assert (compiled(n), capsys.readouterr().out) == expected


def test_a_name_is_refused() -> None:
    with pytest.raises(ScriptError) as e:
        script(named)
    assert [d.code for d in e.value.diagnostics] == ["SC102"]
