"""A net without control flow: a multilayer perceptron with layer norms and a residual connection.

python -m samples.static_net
"""

import numpy as np

import scriptc
from scriptc import nn


class MLP(nn.Module):
    def __init__(self, features: int, hidden: int, classes: int):
        self.inp = nn.Linear(features, hidden, rng=0)
        self.block = nn.Sequential(nn.LayerNorm(hidden), nn.Linear(hidden, 4 * hidden, rng=1), nn.GELU(), nn.Linear(4 * hidden, hidden, rng=2))
        self.out = nn.Sequential(nn.LayerNorm(hidden), nn.Linear(hidden, classes, rng=3))

    def forward(self, x: np.ndarray) -> np.ndarray:
        h = nn.functional.relu(self.inp(x))
        h = h + self.block(h)
        return nn.functional.log_softmax(self.out(h))


def make():
    rng = np.random.default_rng(0)
    return MLP(20, 32, 5), [(rng.standard_normal((batch, 20)).astype(np.float32),) for batch in (1, 8)]


def main() -> None:
    model, calls = make()
    net = scriptc.script(model)
    for (x,) in calls:
        print(f"batch of {len(x)}: classes {net(x).argmax(axis=1)}, log probability {net(x).max(axis=1).mean():.3f} on average")


if __name__ == "__main__":
    main()
