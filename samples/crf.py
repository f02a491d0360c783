"""A linear-chain conditional random field: the best tags of a sentence (Viterbi), and how likely given tags are (Lafferty et al. 2001).

python -m samples.crf
"""

import numpy as np

import scriptc
from scriptc import nn


def logsumexp(x: np.ndarray) -> np.ndarray:
    """log(sum(exp(x))) of each column."""
    top = np.max(x, axis=0)
    return top + np.log(np.sum(np.exp(x - top), axis=0))


class CRF(nn.Module):
    """Tags for features `(length, features)`; `transitions[i, j]` is the score of tag j after tag i."""

    def __init__(self, features: int, tags: int):
        rng = np.random.default_rng(0)
        self.emit = nn.Linear(features, tags, rng=rng)
        self.start = nn.Parameter(rng.standard_normal(tags))
        self.end = nn.Parameter(rng.standard_normal(tags))
        self.transitions = nn.Parameter(rng.standard_normal((tags, tags)))

    def forward(self, x: np.ndarray) -> tuple[list[int], float]:
        """The best tags, and the log likelihood that they have."""
        emissions = self.emit(x)
        tags = self.viterbi(emissions)
        return tags, self.score(emissions, tags) - self.partition(emissions)

    def viterbi(self, emissions: np.ndarray) -> list[int]:
        score = self.start + emissions[0]
        history = []
        for emission in emissions[1:]:
            candidates = score[:, None] + self.transitions
            history.append(np.argmax(candidates, axis=0))
            score = np.max(candidates, axis=0) + emission
        best = int(np.argmax(score + self.end))
        path = [best]
        for back in reversed(history):
            best = int(back[best])
            path.append(best)
        path.reverse()
        return path

    def score(self, emissions: np.ndarray, tags: list[int]) -> float:
        """The unnormalised score of given tags."""
        total = float(self.start[tags[0]]) + float(self.end[tags[-1]])
        for t, tag in enumerate(tags):
            total += float(emissions[t, tag])
            if t > 0:
                total += float(self.transitions[tags[t - 1], tag])
        return total

    def partition(self, emissions: np.ndarray) -> float:
        """The log of the sum over all tags of exp(score)."""
        alpha = self.start + emissions[0]
        for emission in emissions[1:]:
            alpha = logsumexp(alpha[:, None] + self.transitions) + emission
        return float(logsumexp(alpha + self.end))


def make():
    rng = np.random.default_rng(1)
    return CRF(12, 5), [(rng.standard_normal((length, 12)).astype(np.float32),) for length in (1, 8, 40)]


def main() -> None:
    model, calls = make()
    net = scriptc.script(model)
    for (x,) in calls:
        tags, likelihood = net(x)
        print(f"{len(x):2} words, log likelihood {likelihood:7.3f}: {''.join('BIOES'[t] for t in tags)}")


if __name__ == "__main__":
    main()
