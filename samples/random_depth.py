"""The dynamic net of PyTorch's tutorial: each call draws how often it applies its middle layer, all with the same weights.

python -m samples.random_depth
"""

import random

import numpy as np

import scriptc
from scriptc import nn


class RandomDepthNet(nn.Module):
    def __init__(self, d_in: int, hidden: int, d_out: int):
        self.input_linear = nn.Linear(d_in, hidden, rng=0)
        self.middle_linear = nn.Linear(hidden, hidden, rng=1)
        self.output_linear = nn.Linear(hidden, d_out, rng=2)

    def forward(self, x: np.ndarray) -> np.ndarray:
        h_relu = np.maximum(self.input_linear(x), 0)
        for _ in range(random.randint(0, 3)):
            h_relu = np.maximum(self.middle_linear(h_relu), 0)
        return self.output_linear(h_relu)


def make():
    x = np.random.default_rng(0).standard_normal((1, 64)).astype(np.float32)
    return RandomDepthNet(64, 32, 4), [(x,)] * 8


def main() -> None:
    model, calls = make()
    net = scriptc.script(model)
    for seed, args in enumerate(calls):
        random.seed(seed)
        print(f"seed {seed}: {np.round(net(*args)[0], 4)}")


if __name__ == "__main__":
    main()
