"""The example in each pass's docstring is what the pass does; all passes do on random graphs what the graphs did without."""

from __future__ import annotations

import re
import sys

import pytest
from ir_interpreter import Interpreter, OutOfFuel
from passes_text import after, becomes
from random_programs import random_program

from scriptc.ir import parse_program, print_program, verify
from scriptc.ops import TABLE
from scriptc.passes import pipeline
from scriptc.targets.python import compile_program

EXAMPLE = re.compile(r"^Before:\n(.*?)^After:\n(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)


def docstring(name: str) -> str:
    return sys.modules[pipeline.PASSES[name].__module__].__doc__ or ""


@pytest.mark.parametrize("name", pipeline.PASSES)
def test_the_example_of_the_docstring(name):
    found = EXAMPLE.search(docstring(name))
    assert found is not None, f"{name} shows no example"
    before, wanted = found.groups()
    becomes(before, wanted, name)


@pytest.mark.parametrize("name", pipeline.PASSES)
def test_the_example_needs_the_pass_once(name):
    found = EXAMPLE.search(docstring(name))
    assert found is not None
    assert after(found.group(1), name, name) == after(found.group(1), name)


def outcome(run, program, args):
    """What can be noticed of a run: the result or the exception, and what was done to the list it was given."""
    log = [1, 2, 3]
    try:
        result = run(*args, log)
        return repr((list(result) if program.graphs["main"].generator else result, log))
    except (ValueError, KeyError, IndexError, ZeroDivisionError, OverflowError) as e:
        return f"{type(e).__name__} {log}"


CHOICES = [[name] for name in pipeline.PASSES if name != "freeze"] + [[name for name, _ in pipeline.PIPELINE] * 2]


@pytest.mark.parametrize("names", CHOICES, ids=lambda names: names[0] if len(names) == 1 else "all twice")
@pytest.mark.parametrize("size", [30, 90])
def test_random_graphs_do_the_same_after_passes(names, size):
    for seed in range(2000, 2030):
        original, changed = random_program(seed, size), random_program(seed, size)
        for p in (original, changed):
            p.entries.update(entry("main"))
        pipeline.run(changed, names, after=lambda name, p: verify(p))
        text = print_program(changed)
        assert print_program(parse_program(text, TABLE)) == text
        code = compile_program(changed)
        for args in ((1, 2), (5, 0)):
            try:
                want = outcome(lambda *a, p=original: Interpreter(p).call("main", *a), original, args)
            except OutOfFuel:
                continue
            assert outcome(lambda *a, p=changed: Interpreter(p).call("main", *a), changed, args) == want, f"seed {seed}"
            assert outcome(code.functions["main"], changed, args) == want, f"seed {seed}"


def entry(name):
    from scriptc.ir import Entry, Param
    from scriptc.types import INT, List

    return {name: Entry(name, [Param("a", INT), Param("b", INT), Param("log", List(INT))])}
