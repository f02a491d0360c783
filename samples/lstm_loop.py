"""An LSTM written out: one step after another over a sequence, as it is done where each output feeds the next input.

Reads a window of a signal, then goes on with it alone: what it predicts is what it sees next.

python -m samples.lstm_loop
"""

import numpy as np

import scriptc
from scriptc import nn


class Forecaster(nn.Module):
    def __init__(self, hidden: int):
        self.hidden = hidden
        rng = np.random.default_rng(0)
        self.w_x = nn.Parameter(rng.standard_normal((1, 4 * hidden)) * 0.5)
        self.w_h = nn.Parameter(rng.standard_normal((hidden, 4 * hidden)) / np.sqrt(hidden))
        self.b = nn.Parameter(np.zeros(4 * hidden))
        self.out = nn.Linear(hidden, 1, rng=rng)

    def step(self, x: np.ndarray, h: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        n = self.hidden
        gates = x @ self.w_x + h @ self.w_h + self.b
        i, f, o = nn.functional.sigmoid(gates[:n]), nn.functional.sigmoid(gates[n : 2 * n]), nn.functional.sigmoid(gates[2 * n : 3 * n])
        c = f * c + i * np.tanh(gates[3 * n :])
        return o * np.tanh(c), c

    def forward(self, signal: np.ndarray, ahead: int) -> np.ndarray:
        """`ahead` values that follow `signal` `(length,)`."""
        h, c = np.zeros(self.hidden, np.float32), np.zeros(self.hidden, np.float32)
        for value in signal:
            h, c = self.step(np.array([value]), h, c)
        x = self.out(h)
        forecast = [x]
        while len(forecast) < ahead:
            h, c = self.step(x, h, c)
            x = self.out(h)
            forecast.append(x)
        return np.concatenate(forecast)


def make():
    signal = np.sin(np.arange(40, dtype=np.float32) / 3)
    return Forecaster(16), [(signal, 20), (signal[:5], 3)]


def main() -> None:
    model, calls = make()
    net = scriptc.script(model)
    for args in calls:
        print(f"after {len(args[0])} values: {np.round(net(*args), 3)}")


if __name__ == "__main__":
    main()
