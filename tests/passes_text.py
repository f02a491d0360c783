"""Graphs in text before and after passes, for the tests of the passes. The operations are the real ones."""

from __future__ import annotations

import textwrap

from scriptc.ir import Program, parse_program, print_program, verify
from scriptc.ops import TABLE
from scriptc.passes import pipeline


def program(text: str) -> Program:
    """The verified program of this text, which may leave out its name."""
    text = textwrap.dedent(text).strip()
    p = parse_program(text if text.startswith("program ") else f"program 'p'\n{text}", TABLE)
    verify(p)
    return p


def after(text: str, *names: str) -> str:
    """The text that the passes named make of `text`; it verifies and parses back."""
    p = pipeline.run(program(text), names, after=lambda name, p: verify(p))
    printed = print_program(p)
    assert print_program(parse_program(printed, TABLE)) == printed
    return printed


def becomes(text: str, wanted: str, *names: str) -> None:
    assert after(text, *names) == print_program(program(wanted))


def stays(text: str, *names: str) -> None:
    becomes(text, text, *names)


def ops(text: str, *names: str) -> list[str]:
    """The names of the operations left, in order, over all graphs."""
    p = pipeline.run(program(text), names, after=lambda name, p: verify(p))
    return [n.op.name for g in p.graphs.values() for n in g.block.walk()]
