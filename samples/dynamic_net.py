"""A net whose depth is an argument and whose loop stops early on the data: the loop and the `break` stay in the file.

python -m samples.dynamic_net [OUT.scriptc]
"""

import sys

import numpy as np

import scriptc
from scriptc import nn


class DynamicNet(nn.Module):
    def __init__(self, d_in: int, hidden: int, d_out: int):
        self.inp, self.mid, self.out = nn.Linear(d_in, hidden, rng=0), nn.Linear(hidden, hidden, rng=1), nn.Linear(hidden, d_out, rng=2)

    def forward(self, x: np.ndarray, depth: int) -> np.ndarray:
        h = np.maximum(self.inp(x), 0)
        for _ in range(depth):
            h = np.maximum(self.mid(h), 0)
            if h.mean() > 0.5:
                break
        return self.out(h)


def make():
    x = np.random.default_rng(0).standard_normal((4, 1000)).astype(np.float32)
    return DynamicNet(1000, 100, 10), [(x, depth) for depth in (0, 1, 3, 50)]


def main(path: str = "net.scriptc") -> None:
    model, calls = make()
    net = scriptc.script(model)
    net.save(path)
    loaded = scriptc.load(path)
    for x, depth in calls:
        expected, got = model(x, depth), loaded(x, depth)
        same = "equal bits" if expected.tobytes() == got.tobytes() else "DIFFERENT"
        print(f"depth {depth:2}: output {got.shape} {got.dtype}, {same}")
    print(f"saved {path}")


if __name__ == "__main__":
    main(*sys.argv[1:])
