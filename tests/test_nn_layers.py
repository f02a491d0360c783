"""Each layer of nn_layers.CASES: run by Python, compiled, saved and loaded, the bits are equal; state and random numbers too."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nn_layers import CASES, Case

import scriptc
from scriptc import nn

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def flat(value: Any) -> list[Any]:
    return [a for item in value for a in flat(item)] if isinstance(value, tuple | list) else [value]


def assert_equal_bits(got: Any, expected: Any) -> None:
    assert type(got) is type(expected)
    for a, b in zip(flat(got), flat(expected), strict=True):
        assert type(a) is type(b)
        if b is not None:
            assert (a.shape, a.dtype, a.tobytes()) == (b.shape, b.dtype, b.tobytes())


def run(module: Any, inputs: list[tuple[Any, ...]]) -> list[Any]:
    np.random.seed(0)
    return [module(*arguments) for arguments in inputs]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_eager_compiled_and_loaded_give_equal_bits(case: Case, tmp_path: Path) -> None:
    compiled = scriptc.script(case.make())
    compiled.save(tmp_path / "m.scriptc")
    loaded = scriptc.load(tmp_path / "m.scriptc")
    eager = case.make()
    expected = run(eager, case.inputs)
    for other in (compiled, loaded):
        assert_equal_bits(run(other, case.inputs), expected)
        state = other.state_dict()
        assert list(state) == list(eager.state_dict())
        for name, value in eager.state_dict().items():
            assert_equal_bits(state[name], value)


def test_every_layer_has_a_case() -> None:
    layers = {name for name in nn.__all__ if isinstance(getattr(nn, name), type)}
    containers = {"Module", "ModuleDict", "ModuleList", "ParameterDict", "ParameterList", "Sequential"}
    assert {case.name.partition("(")[0] for case in CASES} == layers - containers


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_a_layer_keeps_the_dtype_of_its_input(case: Case) -> None:
    for arguments in case.inputs:
        if arguments[0].dtype == np.float32 and "float64" not in case.name:
            assert all(a is None or a.dtype == np.float32 for a in flat(case.make()(*arguments)))


def test_inputs_are_not_changed() -> None:
    for case in CASES:
        for arguments in case.inputs:
            before = [a.copy() for a in flat(arguments) if isinstance(a, np.ndarray)]
            case.make()(*arguments)
            for a, b in zip((a for a in flat(arguments) if isinstance(a, np.ndarray)), before, strict=True):
                assert a.tobytes() == b.tobytes(), case.name


WRONG_SHAPES = [
    "Conv1d(4, 6, 3)", "Conv2d(4, 6, 3)", "ConvTranspose1d(4, 6, 3)", "ConvTranspose2d(4, 6, 3)", "LSTM(4, 5)", "LayerNorm(7)", "MaxPool1d(30)",
]  # fmt: skip


@pytest.mark.parametrize("text", WRONG_SHAPES)
def test_shapes_that_do_not_fit_raise_the_same_error_compiled(text: str) -> None:
    layer = eval(f"nn.{text}")
    x = np.zeros((5, 6), np.float32)
    with pytest.raises(ValueError) as eager:
        layer(x)
    with pytest.raises(ValueError) as compiled:
        scriptc.script(layer)(x)
    assert str(compiled.value) == str(eager.value)


def test_the_page_lists_every_layer() -> None:
    page = (Path(__file__).parent.parent / "docs" / "nn.md").read_text(encoding="utf-8")
    table = page.partition("## ")[0]
    assert set(re.findall(r"`(\w+)`", table.partition("| --- |")[2])) >= {n for n in nn.__all__ if isinstance(getattr(nn, n), type)}
