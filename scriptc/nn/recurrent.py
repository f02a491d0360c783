"""Recurrent layers and cells, with PyTorch's equations, gate order, parameter names and layouts."""

from __future__ import annotations

import math
from collections.abc import Callable
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from scriptc.nn import functional as F  # noqa: N812 - the name the field uses
from scriptc.nn.arguments import one_of, probability, refuse
from scriptc.nn.init import Rng, generator, uniform
from scriptc.nn.module import Module

Weights = tuple[np.ndarray, np.ndarray, np.ndarray | None, np.ndarray | None]
"""Of one layer in one direction: `weight_ih` `(gates * hidden, input)`, `weight_hh` `(gates * hidden, hidden)`, `bias_ih`, `bias_hh`."""

NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def rnn_step(share: np.ndarray, h: np.ndarray, w_hh: np.ndarray, b_hh: np.ndarray | None, nonlinearity: str) -> np.ndarray:
    """tanh (or max with 0) of the input's share and the state's (Elman 1990)."""
    total = share + F.linear(h, w_hh, b_hh)
    return np.tanh(total) if nonlinearity == "tanh" else np.maximum(total, 0)


def lstm_step(share: np.ndarray, h: np.ndarray, c: np.ndarray, w_hh: np.ndarray, b_hh: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Gates i, f, g, o from the input's share and the state (Hochreiter & Schmidhuber 1997, with forget gates)."""
    n = h.shape[-1]
    gates = share + F.linear(h, w_hh, b_hh)
    i, f = F.sigmoid(gates[..., :n]), F.sigmoid(gates[..., n : 2 * n])
    g, o = np.tanh(gates[..., 2 * n : 3 * n]), F.sigmoid(gates[..., 3 * n :])
    c = f * c + i * g
    return o * np.tanh(c), c


def gru_step(share: np.ndarray, h: np.ndarray, w_hh: np.ndarray, b_hh: np.ndarray | None) -> np.ndarray:
    """Gates r, z, n, the reset gate after the product (Cho et al. 2014, arXiv:1406.1078, as cuDNN has it)."""
    n = h.shape[-1]
    hidden = F.linear(h, w_hh, b_hh)
    r = F.sigmoid(share[..., :n] + hidden[..., :n])
    z = F.sigmoid(share[..., n : 2 * n] + hidden[..., n : 2 * n])
    new = np.tanh(share[..., 2 * n :] + r * hidden[..., 2 * n :])
    return (1 - z) * new + z * h


class _Cell(Module):
    """Weights of a cell with `gates` gates; all start as U(-1/sqrt(hidden), 1/sqrt(hidden))."""

    weight_ih: np.ndarray
    weight_hh: np.ndarray
    bias_ih: np.ndarray | None
    bias_hh: np.ndarray | None

    def __init__(self, gates: int, input_size: int, hidden_size: int, bias: bool, dtype: npt.DTypeLike, rng: Rng) -> None:
        self.input_size, self.hidden_size = input_size, hidden_size
        gen, bound, rows = generator(rng), 1 / math.sqrt(hidden_size), gates * hidden_size
        self.weight_ih = uniform(gen, bound, (rows, input_size), dtype)
        self.weight_hh = uniform(gen, bound, (rows, hidden_size), dtype)
        self.bias_ih = uniform(gen, bound, (rows,), dtype) if bias else None
        self.bias_hh = uniform(gen, bound, (rows,), dtype) if bias else None

    def zeros(self, x: np.ndarray) -> np.ndarray:
        """The state to start with."""
        return np.zeros(x.shape[:-1] + (self.hidden_size,), x.dtype)

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}" + (", bias=False" if self.bias_ih is None else "")


class RNNCell(_Cell):
    """One step: x `(batch, input)`, h `(batch, hidden)`, zeros if None, to the new h. `nonlinearity` is 'tanh' or 'relu'."""

    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, nonlinearity: str = "tanh", *, dtype: npt.DTypeLike = np.float32, rng: Rng = None
    ) -> None:
        self.nonlinearity = one_of("nonlinearity", nonlinearity, ("tanh", "relu"))
        _Cell.__init__(self, 1, input_size, hidden_size, bias, dtype, rng)

    def forward(self, x: np.ndarray, h: np.ndarray | None = None) -> np.ndarray:
        start = self.zeros(x) if h is None else h
        return rnn_step(F.linear(x, self.weight_ih, self.bias_ih), start, self.weight_hh, self.bias_hh, self.nonlinearity)


class LSTMCell(_Cell):
    """One LSTM step: x `(batch, input)`, h and c `(batch, hidden)`, zeros if None, to the new h and c."""

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, *, dtype: npt.DTypeLike = np.float32, rng: Rng = None) -> None:
        _Cell.__init__(self, 4, input_size, hidden_size, bias, dtype, rng)

    def forward(self, x: np.ndarray, state: tuple[np.ndarray, np.ndarray] | None = None) -> tuple[np.ndarray, np.ndarray]:
        h, c = (self.zeros(x), self.zeros(x)) if state is None else state
        return lstm_step(F.linear(x, self.weight_ih, self.bias_ih), h, c, self.weight_hh, self.bias_hh)


class GRUCell(_Cell):
    """One GRU step: x `(batch, input)`, h `(batch, hidden)`, zeros if None, to the new h."""

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, *, dtype: npt.DTypeLike = np.float32, rng: Rng = None) -> None:
        _Cell.__init__(self, 3, input_size, hidden_size, bias, dtype, rng)

    def forward(self, x: np.ndarray, h: np.ndarray | None = None) -> np.ndarray:
        start = self.zeros(x) if h is None else h
        return gru_step(F.linear(x, self.weight_ih, self.bias_ih), start, self.weight_hh, self.bias_hh)


class _Recurrent(Module):
    """Layers over a sequence `(length, batch, input)`, or `(batch, length, input)` if `batch_first`.

    Layer k has the parameters `weight_ih_lk`, `weight_hh_lk`, `bias_ih_lk`, `bias_hh_lk` (the last two None without
    `bias`) and, if `bidirectional`, the same with `_reverse`; all start as U(-1/sqrt(hidden), 1/sqrt(hidden)).
    `dropout` is applied to what each layer but the last gives, while training.
    """

    def __init__(
        self,
        gates: int,
        input_size: int,
        hidden_size: int,
        num_layers: int,
        bias: bool,
        batch_first: bool,
        dropout: float,
        bidirectional: bool,
        dtype: npt.DTypeLike,
        rng: Rng,
    ) -> None:
        if num_layers < 1:
            raise ValueError(f"num_layers={num_layers} is less than 1")
        self.input_size, self.hidden_size, self.num_layers, self.bias = input_size, hidden_size, num_layers, bias
        self.batch_first, self.dropout, self.bidirectional = batch_first, probability(dropout), bidirectional
        self.directions = 2 if bidirectional else 1
        self.layers = [self._layer(k) for k in range(num_layers)]
        gen, bound = generator(rng), 1 / math.sqrt(hidden_size)
        for name, shape in self._shapes(gates):
            setattr(self, name, uniform(gen, bound, shape, dtype) if bias or "weight" in name else None)

    def _layer(self, k: int) -> list[attrgetter[Weights]]:
        """What takes a layer's weights from the module, for each direction."""
        suffixes = (f"_l{k}", f"_l{k}_reverse")[: self.directions]
        return [attrgetter(*(name + suffix for name in NAMES)) for suffix in suffixes]

    def _shapes(self, gates: int) -> list[tuple[str, tuple[int, ...]]]:
        rows, found = gates * self.hidden_size, []
        for k in range(self.num_layers):
            width = self.input_size if k == 0 else self.hidden_size * self.directions
            for suffix in (f"_l{k}", f"_l{k}_reverse")[: self.directions]:
                shapes: tuple[tuple[int, ...], ...] = ((rows, width), (rows, self.hidden_size), (rows,), (rows,))
                found += [(name + suffix, shape) for name, shape in zip(NAMES, shapes, strict=True)]
        return found

    def time_first(self, x: np.ndarray) -> np.ndarray:
        """The sequence as `(length, batch, input)`. Raises ValueError for one that is not of three dimensions."""
        if x.ndim != 3:
            raise ValueError(f"a sequence has 3 dimensions (length, batch, input), not the shape {x.shape}; x[:, None] makes a batch of one")
        return np.swapaxes(x, 0, 1) if self.batch_first else x

    def zeros(self, x: np.ndarray) -> np.ndarray:
        """The state to start with, for x `(length, batch, input)`: `(num_layers * directions, batch, hidden)`."""
        return np.zeros((self.num_layers * self.directions, x.shape[1], self.hidden_size), x.dtype)

    def between(self, outputs: list[np.ndarray], last: bool) -> np.ndarray:
        """What one layer hands to the next: its directions side by side, with dropout."""
        x = np.concatenate(outputs, axis=-1) if len(outputs) > 1 else outputs[0]
        return x if last else F.dropout(x, self.dropout, self.training)

    def extra_repr(self) -> str:
        shown = f"{self.input_size}, {self.hidden_size}, num_layers={self.num_layers}"
        for name in ("batch_first", "bidirectional"):
            shown += f", {name}=True" if getattr(self, name) else ""
        return shown + (f", dropout={self.dropout}" if self.dropout else "")


class _OneState(_Recurrent):
    """Layers whose state is h alone."""

    scan: Callable[..., tuple[np.ndarray, np.ndarray]]

    def forward(self, x: np.ndarray, h0: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        x = self.time_first(x)
        starts = self.zeros(x) if h0 is None else h0
        ends = np.empty_like(starts)
        for k, directions in enumerate(self.layers):
            outputs = []
            for d, weights in enumerate(directions):
                i = k * self.directions + d
                y, ends[i] = self.scan(x[::-1] if d else x, weights(self), starts[i])
                outputs.append(y[::-1] if d else y)
            x = self.between(outputs, k == self.num_layers - 1)
        return (np.swapaxes(x, 0, 1) if self.batch_first else x), ends


class RNN(_OneState):
    """Elman layers; gives the last layer's outputs and the final h `(num_layers * directions, batch, hidden)`."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        dtype: npt.DTypeLike = np.float32,
        rng: Rng = None,
    ) -> None:
        self.nonlinearity = one_of("nonlinearity", nonlinearity, ("tanh", "relu"))
        super().__init__(1, input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, dtype, rng)

    def scan(self, x: np.ndarray, weights: Weights, h: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """One layer in one direction."""
        w_ih, w_hh, b_ih, b_hh = weights
        shares = F.linear(x, w_ih, b_ih)
        y = np.empty(x.shape[:2] + (self.hidden_size,), shares.dtype)
        for t in range(len(shares)):
            h = rnn_step(shares[t], h, w_hh, b_hh, self.nonlinearity)
            y[t] = h
        return y, h


class LSTM(_Recurrent):
    """LSTM layers; gives the last layer's outputs and the final (h, c), each `(num_layers * directions, batch, hidden)`."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        *,
        dtype: npt.DTypeLike = np.float32,
        rng: Rng = None,
    ) -> None:
        refuse(self, proj_size=proj_size)
        super().__init__(4, input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, dtype, rng)

    def forward(self, x: np.ndarray, state: tuple[np.ndarray, np.ndarray] | None = None) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
        x = self.time_first(x)
        h_starts, c_starts = (self.zeros(x), self.zeros(x)) if state is None else state
        h_ends, c_ends = np.empty_like(h_starts), np.empty_like(c_starts)
        for k, directions in enumerate(self.layers):
            outputs = []
            for d, weights in enumerate(directions):
                i = k * self.directions + d
                y, h_ends[i], c_ends[i] = self.scan(x[::-1] if d else x, weights(self), h_starts[i], c_starts[i])
                outputs.append(y[::-1] if d else y)
            x = self.between(outputs, k == self.num_layers - 1)
        return (np.swapaxes(x, 0, 1) if self.batch_first else x), (h_ends, c_ends)

    def scan(self, x: np.ndarray, weights: Weights, h: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """One layer in one direction."""
        w_ih, w_hh, b_ih, b_hh = weights
        shares = F.linear(x, w_ih, b_ih)
        y = np.empty(x.shape[:2] + (self.hidden_size,), shares.dtype)
        for t in range(len(shares)):
            h, c = lstm_step(shares[t], h, c, w_hh, b_hh)
            y[t] = h
        return y, h, c


class GRU(_OneState):
    """GRU layers; gives the last layer's outputs and the final h `(num_layers * directions, batch, hidden)`."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        dtype: npt.DTypeLike = np.float32,
        rng: Rng = None,
    ) -> None:
        super().__init__(3, input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, dtype, rng)

    def scan(self, x: np.ndarray, weights: Weights, h: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """One layer in one direction."""
        w_ih, w_hh, b_ih, b_hh = weights
        shares = F.linear(x, w_ih, b_ih)
        y = np.empty(x.shape[:2] + (self.hidden_size,), shares.dtype)
        for t in range(len(shares)):
            h = gru_step(shares[t], h, w_hh, b_hh)
            y[t] = h
        return y, h
