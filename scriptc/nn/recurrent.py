"""Recurrent layers, with PyTorch's equations, gate order and parameter layout."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from scriptc.nn.containers import ModuleList
from scriptc.nn.functional import sigmoid
from scriptc.nn.init import Rng, generator, uniform
from scriptc.nn.module import Module


class _Cell(Module):
    """Weights of a cell with `gates` gates; all start as U(-1/sqrt(hidden), 1/sqrt(hidden))."""

    def __init__(self, gates: int, input_size: int, hidden_size: int, dtype: npt.DTypeLike, rng: Rng) -> None:
        self.input_size, self.hidden_size = input_size, hidden_size
        gen, bound, rows = generator(rng), 1 / math.sqrt(hidden_size), gates * hidden_size
        self.weight_ih = uniform(gen, bound, (rows, input_size), dtype)
        self.weight_hh = uniform(gen, bound, (rows, hidden_size), dtype)
        self.bias_ih = uniform(gen, bound, (rows,), dtype)
        self.bias_hh = uniform(gen, bound, (rows,), dtype)

    def project(self, x: np.ndarray) -> np.ndarray:
        """The input's share of the gates, for one step or for all of them at once."""
        return np.matmul(x, self.weight_ih.T) + self.bias_ih

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}"


class LSTMCell(_Cell):
    """One LSTM step: x `(batch, input)`, h and c `(batch, hidden)` to the new h and c. Gates i, f, g, o.

    Hochreiter & Schmidhuber 1997 with forget gates, as in `torch.nn.LSTMCell`.
    """

    def __init__(self, input_size: int, hidden_size: int, dtype: npt.DTypeLike = np.float32, rng: Rng = None) -> None:
        _Cell.__init__(self, 4, input_size, hidden_size, dtype, rng)

    def forward(self, x: np.ndarray, state: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        return self.step(self.project(x), state[0], state[1])

    def step(self, projected: np.ndarray, h: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """One step from the projected input."""
        n = self.hidden_size
        gates = projected + (np.matmul(h, self.weight_hh.T) + self.bias_hh)
        i, f = sigmoid(gates[:, :n]), sigmoid(gates[:, n : 2 * n])
        g, o = np.tanh(gates[:, 2 * n : 3 * n]), sigmoid(gates[:, 3 * n :])
        c = f * c + i * g
        return o * np.tanh(c), c


class GRUCell(_Cell):
    """One GRU step: x `(batch, input)`, h `(batch, hidden)` to the new h. Gates r, z, n.

    Cho et al. 2014 (arXiv:1406.1078), with the reset gate after the product, as in `torch.nn.GRUCell`.
    """

    def __init__(self, input_size: int, hidden_size: int, dtype: npt.DTypeLike = np.float32, rng: Rng = None) -> None:
        _Cell.__init__(self, 3, input_size, hidden_size, dtype, rng)

    def forward(self, x: np.ndarray, h: np.ndarray) -> np.ndarray:
        return self.step(self.project(x), h)

    def step(self, projected: np.ndarray, h: np.ndarray) -> np.ndarray:
        """One step from the projected input."""
        n = self.hidden_size
        hidden = np.matmul(h, self.weight_hh.T) + self.bias_hh
        r = sigmoid(projected[:, :n] + hidden[:, :n])
        z = sigmoid(projected[:, n : 2 * n] + hidden[:, n : 2 * n])
        new = np.tanh(projected[:, 2 * n :] + r * hidden[:, 2 * n :])
        return (1 - z) * new + z * h


class LSTM(Module):
    """`num_layers` LSTM layers over a sequence `(length, batch, input)`, or `(batch, length, input)` if `batch_first`.

    Gives the outputs of the last layer and the final (h, c), each `(num_layers, batch, hidden)`; without a state it
    starts from zeros. Parameters are those of `cells.K`.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        batch_first: bool = False,
        dtype: npt.DTypeLike = np.float32,
        rng: Rng = None,
    ) -> None:
        gen = generator(rng)
        self.input_size, self.hidden_size, self.num_layers, self.batch_first = input_size, hidden_size, num_layers, batch_first
        self.cells = ModuleList(LSTMCell(input_size if k == 0 else hidden_size, hidden_size, dtype, gen) for k in range(num_layers))

    def forward(self, x: np.ndarray, state: tuple[np.ndarray, np.ndarray] | None = None) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
        if self.batch_first:
            x = np.swapaxes(x, 0, 1)
        if state is None:
            zeros = np.zeros((self.num_layers, x.shape[1], self.hidden_size), x.dtype)
            state = (zeros, zeros)
        last_h, last_c = np.empty_like(state[0]), np.empty_like(state[1])
        for k, cell in enumerate(self.cells):
            h, c = state[0][k], state[1][k]
            projected = cell.project(x)
            x = np.empty((projected.shape[0], projected.shape[1], self.hidden_size), projected.dtype)
            for t in range(projected.shape[0]):
                h, c = cell.step(projected[t], h, c)
                x[t] = h
            last_h[k], last_c[k] = h, c
        if self.batch_first:
            x = np.swapaxes(x, 0, 1)
        return x, (last_h, last_c)


class GRU(Module):
    """`num_layers` GRU layers over a sequence, shaped as in `LSTM`; gives the outputs and the final h."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        batch_first: bool = False,
        dtype: npt.DTypeLike = np.float32,
        rng: Rng = None,
    ) -> None:
        gen = generator(rng)
        self.input_size, self.hidden_size, self.num_layers, self.batch_first = input_size, hidden_size, num_layers, batch_first
        self.cells = ModuleList(GRUCell(input_size if k == 0 else hidden_size, hidden_size, dtype, gen) for k in range(num_layers))

    def forward(self, x: np.ndarray, state: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        if self.batch_first:
            x = np.swapaxes(x, 0, 1)
        if state is None:
            state = np.zeros((self.num_layers, x.shape[1], self.hidden_size), x.dtype)
        last = np.empty_like(state)
        for k, cell in enumerate(self.cells):
            h = state[k]
            projected = cell.project(x)
            x = np.empty((projected.shape[0], projected.shape[1], self.hidden_size), projected.dtype)
            for t in range(projected.shape[0]):
                h = cell.step(projected[t], h)
                x[t] = h
            last[k] = h
        if self.batch_first:
            x = np.swapaxes(x, 0, 1)
        return x, last
