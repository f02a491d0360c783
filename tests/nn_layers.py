"""The layers with inputs of several shapes, for the tests: `CASES`, each a name, what makes the module, and its inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from scriptc import nn


def array(*shape: int, seed: int = 0, dtype: Any = np.float32) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


@dataclass
class Case:
    """`make()` gives the module, always the same; it is called with each of `inputs`."""

    name: str
    make: Callable[[], nn.Module]
    inputs: list[tuple[Any, ...]]


def case(text: str, *inputs: Any) -> Case:
    """`text` makes the layer: `Conv1d(4, 6, 3)`. One input each; a list is several arguments."""
    return Case(text, lambda: make(text), [tuple(i) if isinstance(i, list) else (i,) for i in inputs])


def make(text: str) -> nn.Module:
    """The layer with all its floating state drawn anew from a fixed seed, so that no bias is zero and no scale is one."""
    layer: nn.Module = eval(f"nn.{text}", {"nn": nn, "np": np})
    rng = np.random.default_rng(7)
    for a in layer.state_dict().values():
        if a.dtype.kind == "f":
            a[...] = np.abs(rng.standard_normal(a.shape)) if "Batch" in text else rng.standard_normal(a.shape)
    return layer


ROWS = [array(5, 4), array(0, 4), array(1, 4, dtype=np.float64)]
LINES = [array(2, 4, 17), array(0, 4, 17), array(3, 4, 16, dtype=np.float64)]
IMAGES = [array(2, 4, 9, 8), array(0, 4, 9, 8), array(1, 4, 7, 7, dtype=np.float64)]
POINTS = [np.linspace(-9, 9, 41, dtype=np.float32), array(2, 0, 3), array(2, 3, 4, dtype=np.float64)]
SEQUENCES = [array(6, 3, 4), array(1, 3, 4), array(0, 3, 4), array(4, 0, 4), array(5, 2, 4, dtype=np.float64)]


def linear() -> Iterator[Case]:
    yield case("Linear(4, 3)", *ROWS, array(4), array(2, 3, 4))
    yield case("Linear(4, 3, bias=False)", *ROWS)
    yield case("Linear(4, 3, dtype=np.float64)", *ROWS)
    yield case("Bilinear(4, 3, 5)", [array(2, 4), array(2, 3)], [array(0, 4), array(0, 3)])
    yield case("Embedding(10, 4)", np.array([[1, 2], [3, 9]]), np.array([], np.int64), np.array(3))
    yield case("Embedding(10, 4, padding_idx=0)", np.array([0, 1], np.int32))
    yield case("Identity(54, unused=True)", array(3, 4))
    yield case("Flatten()", *IMAGES)
    yield case("Flatten(0, 2)", *IMAGES)
    yield case("Unflatten(1, (2, 2))", *IMAGES)


def convolutions() -> Iterator[Case]:
    for arguments in ("", ", 2, 1", ", padding='same', dilation=2", ", stride=3, groups=2, bias=False", ", padding=2, dilation=2, groups=4"):
        yield case(f"Conv1d(4, 8, 3{arguments})", *LINES)
        yield case(f"Conv2d(4, 8, 3{arguments})", *IMAGES)
    yield case("Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(1, 0))", *IMAGES)
    yield case("Conv2d(4, 6, 1)", *IMAGES)
    for mode in ("reflect", "replicate", "circular"):
        yield case(f"Conv1d(4, 6, 3, padding=2, padding_mode={mode!r})", *LINES[::2])
        yield case(f"Conv2d(4, 6, 3, padding=(2, 1), padding_mode={mode!r})", *IMAGES[::2])
    for arguments in ("", ", 2, 1, 1", ", 3, 0, 2, groups=2, bias=False", ", dilation=2, padding=2"):
        yield case(f"ConvTranspose1d(4, 6, 3{arguments})", *LINES)
        yield case(f"ConvTranspose2d(4, 6, 3{arguments})", *IMAGES)
    yield case("ConvTranspose2d(4, 6, (3, 2), stride=(1, 2), output_padding=(0, 1))", *IMAGES)


def pools() -> Iterator[Case]:
    for arguments in ("2", "3, 2, 1", "3, 1, 1", "2, 3", "3, 2, ceil_mode=True"):
        for kind in ("Max", "Avg"):
            yield case(f"{kind}Pool1d({arguments})", *LINES)
            yield case(f"{kind}Pool2d({arguments})", *IMAGES)
    yield case("MaxPool2d((3, 2), (2, 1), (1, 0), (1, 2))", *IMAGES)
    yield case("AvgPool2d((3, 2), padding=1, count_include_pad=False)", *IMAGES)
    yield case("AvgPool2d(2, divisor_override=3)", *IMAGES)
    for size in (1, 5):
        for kind in ("Avg", "Max"):
            yield case(f"Adaptive{kind}Pool1d({size})", *LINES)
            yield case(f"Adaptive{kind}Pool2d({size})", *IMAGES)
            yield case(f"Adaptive{kind}Pool2d((None, {size}))", *IMAGES)


def norms() -> Iterator[Case]:
    for shape in ("8", "(9, 8)"):
        yield case(f"LayerNorm({shape})", *IMAGES[:2])
        yield case(f"RMSNorm({shape})", *IMAGES[:2])
    yield case("LayerNorm(4, elementwise_affine=False)", *ROWS)
    yield case("LayerNorm(4, bias=False, eps=0.1)", *ROWS)
    yield case("RMSNorm(4, eps=1e-6, elementwise_affine=False)", *ROWS)
    yield case("GroupNorm(2, 4)", *ROWS, *LINES, *IMAGES)
    yield case("GroupNorm(4, 4, affine=False)", *LINES)
    yield case("InstanceNorm1d(4)", *LINES)
    yield case("InstanceNorm2d(4, affine=True)", *IMAGES)
    for arguments in ("", ", momentum=None", ", affine=False", ", track_running_stats=False"):
        yield case(f"BatchNorm1d(4{arguments})", ROWS[0], *LINES[::2])
        yield case(f"BatchNorm2d(4{arguments})", *IMAGES[::2])
        yield case(f"BatchNorm1d(4{arguments}).eval()", *ROWS, *LINES)
        yield case(f"BatchNorm2d(4{arguments}).eval()", *IMAGES)


def activations() -> Iterator[Case]:
    plain = "ReLU ReLU6 Hardtanh Hardsigmoid Hardswish Hardshrink Softshrink Tanhshrink Sigmoid LogSigmoid Tanh SiLU Mish Softsign Softplus GELU SELU"
    with_arguments = (
        "Hardtanh(-2.0, 0.5)", "Threshold(0.5, 2.0)", "Softplus(2.0, 3.0)", "GELU('tanh')", "LeakyReLU(0.2)", "PReLU()", "ELU(0.5)", "CELU(0.7)",
    )  # fmt: skip
    for text in (*(f"{name}()" for name in plain.split()), *with_arguments):
        yield case(text, *POINTS)
    yield case("PReLU(4)", *ROWS, *LINES, *IMAGES)
    for name in ("Softmax", "Softmin", "LogSoftmax"):
        yield case(f"{name}()", *ROWS)
        yield case(f"{name}(dim=1)", *IMAGES)
    yield case("GLU(1)", *IMAGES)
    for name in ("Dropout", "Dropout1d", "Dropout2d"):
        yield case(f"{name}(0.5).eval()", *LINES)
        yield case(f"{name}(0.25)", *LINES)
    yield case("Dropout(0)", *LINES)
    yield case("Dropout(1)", *LINES)


def recurrent() -> Iterator[Case]:
    h = array(3, 5, seed=1)
    for name in ("RNN", "LSTM", "GRU"):
        start = (h, 2 * h) if name == "LSTM" else h
        yield case(f"{name}Cell(4, 5)", [array(3, 4), start], array(3, 4), array(0, 4), array(4), array(2, 4, dtype=np.float64))
        yield case(f"{name}Cell(4, 5, bias=False)", [array(3, 4), start], array(3, 4))
        starts = (h[None], 2 * h[None]) if name == "LSTM" else h[None]
        yield case(f"{name}(4, 5)", *SEQUENCES, [array(6, 3, 4), starts])
        yield case(f"{name}(4, 5, 2, bias=False, batch_first=True)", *SEQUENCES)
        yield case(f"{name}(4, 5, 2, bidirectional=True)", *SEQUENCES)
        yield case(f"{name}(4, 5, 3, dropout=0.5, batch_first=True, bidirectional=True)", *SEQUENCES)
    yield case("RNNCell(4, 5, nonlinearity='relu')", [array(3, 4), h])
    yield case("RNN(4, 5, nonlinearity='relu')", *SEQUENCES)


def attention() -> Iterator[Case]:
    q, k, v = array(5, 2, 8), array(7, 2, 8, seed=1), array(7, 2, 8, seed=2)
    hidden, padded = ~np.tri(5, 7, 2, dtype=bool), np.array([[False] * 7, [False] * 4 + [True] * 3])
    inputs = [[q, k, v], [q, k, v, padded], [q, k, v, None, True, hidden], [q, k, v, padded, False, array(5, 7)], [q, q, q, None, True, None, False]]
    inputs += [[q, k, v, None, True, np.repeat(hidden[None], 8, axis=0)], [q[:, :0], k[:, :0], v[:, :0]]]
    yield case("MultiheadAttention(8, 4)", *inputs)
    yield case("MultiheadAttention(8, 2, dropout=0.25, bias=False)", [q, k, v], [q, k, v, None, False])
    yield case("MultiheadAttention(8, 2, batch_first=True)", [q, q, q])
    yield case("MultiheadAttention(8, 2, kdim=3, vdim=6)", [q, k[..., :3], v[..., :6]])


CASES = [*linear(), *convolutions(), *pools(), *norms(), *activations(), *recurrent(), *attention()]
