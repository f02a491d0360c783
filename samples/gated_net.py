"""A net that takes a layer only if the data call for it: a second look at what the first layers are excited about.

python -m samples.gated_net
"""

import numpy as np

import scriptc
from scriptc import nn


class GatedNet(nn.Module):
    def __init__(self, features: int, hidden: int, classes: int):
        self.first = nn.Linear(features, hidden, rng=0)
        self.second_look = nn.Sequential(nn.Linear(hidden, hidden, rng=1), nn.Tanh())
        self.head = nn.Linear(hidden, classes, rng=2)
        self.looked_twice = 0

    def forward(self, x: np.ndarray) -> np.ndarray:
        h = nn.functional.relu(self.first(x))
        if x.mean() > 0.5:
            h = h + self.second_look(h)
            self.looked_twice += 1
        return nn.functional.softmax(self.head(h))


def make():
    x = np.random.default_rng(0).standard_normal((2, 32)).astype(np.float32)
    return GatedNet(32, 16, 3), [(x,), (x + 1,), (x * 0,), (x + 0.75,)]


def main() -> None:
    model, calls = make()
    net = scriptc.script(model)
    for (x,) in calls:
        print(f"mean {x.mean():5.2f}: {np.round(net(x)[0], 3)}, looked twice {net.looked_twice} times so far")


if __name__ == "__main__":
    main()
