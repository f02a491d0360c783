"""A classifier that picks its layer by the shape of its input: one set of weights for each kind of feature vector.

python -m samples.shape_router
"""

import numpy as np

import scriptc
from scriptc import nn


class ShapeRouter(nn.Module):
    """Features of 10 (tabular), 64 (8x8 images) or any other number (hashed down to 16) to probabilities of classes."""

    def __init__(self, classes: int):
        self.tabular = nn.Linear(10, classes, rng=0)
        self.image = nn.Sequential(nn.Linear(64, 32, rng=1), nn.ReLU(), nn.Linear(32, classes, rng=2))
        self.other = nn.Linear(16, classes, rng=3)

    def forward(self, x: np.ndarray) -> np.ndarray:
        if x.shape[1] == 10:
            logits = self.tabular(x)
        elif x.shape[1] == 64:
            logits = self.image(x)
        else:
            logits = self.other(self.hashed(x))
        return nn.functional.softmax(logits)

    def hashed(self, x: np.ndarray) -> np.ndarray:
        """Each feature added to one of 16 places, with a sign."""
        index = np.arange(x.shape[1])
        out = np.zeros((x.shape[0], 16), x.dtype)
        for place in range(16):
            chosen = (index * 2654435761 >> 7) % 16 == place
            out[:, place] = (x[:, chosen] * np.where(index[chosen] % 2 == 0, 1, -1)).sum(axis=1)
        return out


def make():
    rng = np.random.default_rng(0)
    return ShapeRouter(3), [(rng.standard_normal((2, width)).astype(np.float32),) for width in (10, 64, 100, 7)]


def main() -> None:
    model, calls = make()
    net = scriptc.script(model)
    for (x,) in calls:
        print(f"{x.shape[1]:3} features: class {net(x).argmax(axis=1)}, probabilities {np.round(net(x)[0], 3)}")


if __name__ == "__main__":
    main()
