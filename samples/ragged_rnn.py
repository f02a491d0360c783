"""A recurrent net over sequences of different lengths, without padding steps.

The sequences are sorted by length, longest first, so that those still active at a step are the first rows of the batch;
at the end the order is restored.

python -m samples.ragged_rnn
"""

import numpy as np

import scriptc
from scriptc import nn


class RaggedGRU(nn.Module):
    def __init__(self, vocabulary: int, size: int, hidden: int):
        self.embedding = nn.Embedding(vocabulary, size, rng=0)
        self.cell = nn.GRUCell(size, hidden, rng=1)
        self.hidden = hidden

    def forward(self, sequences: list[list[int]]) -> np.ndarray:
        """The final state of each sequence of token numbers: `(len(sequences), hidden)`."""
        order = sorted(range(len(sequences)), key=lambda i: len(sequences[i]), reverse=True)
        lengths = [len(sequences[i]) for i in order]
        h = np.zeros((len(sequences), self.hidden), np.float32)
        active = len(sequences)
        for t in range(lengths[0]):
            while lengths[active - 1] <= t:
                active -= 1
            tokens = np.array([sequences[i][t] for i in order[:active]])
            h[:active] = self.cell(self.embedding(tokens), h[:active])
        restored = np.empty_like(h)
        restored[order] = h
        return restored


def make():
    rng = np.random.default_rng(0)
    batch = [rng.integers(0, 50, size=n).tolist() for n in (3, 12, 1, 7, 7, 20)]
    return RaggedGRU(50, 8, 16), [(batch,), (batch[:1],), (batch[::-1],)]


def main() -> None:
    model, calls = make()
    net = scriptc.script(model)
    for (sequences,) in calls:
        print(f"lengths {[len(s) for s in sequences]}: norms of the states {np.round(np.linalg.norm(net(sequences), axis=1), 3)}")


if __name__ == "__main__":
    main()
