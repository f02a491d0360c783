"""Beam search: the best few sequences that a language model writes, kept as a list of hypotheses with scores.

python -m samples.beam_search
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import scriptc
from scriptc import nn

START, END = 0, 1


@dataclass
class Hypothesis:
    tokens: list[int]
    score: float
    state: tuple[np.ndarray, np.ndarray]

    def finished(self) -> bool:
        return self.tokens[-1] == END

    def normalized(self, alpha: float) -> float:
        """The score by length, with the penalty of Wu et al. 2016 (arXiv:1609.08144)."""
        return self.score / ((5 + len(self.tokens)) / 6) ** alpha


class LanguageModel(nn.Module):
    def __init__(self, vocabulary: int, size: int, hidden: int):
        self.embedding = nn.Embedding(vocabulary, size, rng=0)
        self.cell = nn.LSTMCell(size, hidden, rng=1)
        self.project = nn.Linear(hidden, vocabulary, rng=2)
        self.hidden = hidden

    def forward(self, beam: int = 4, max_length: int = 12, alpha: float = 0.6) -> list[tuple[list[int], float]]:
        """The `beam` best sequences with their normalised scores, best first."""
        zeros = np.zeros((1, self.hidden), np.float32)
        hypotheses = [Hypothesis([START], 0.0, (zeros, zeros))]
        for _ in range(max_length):
            if all(h.finished() for h in hypotheses):
                break
            candidates = []
            for h in hypotheses:
                if h.finished():
                    candidates.append(h)
                else:
                    candidates.extend(self.extend(h, beam))
            candidates.sort(key=lambda h: h.normalized(alpha), reverse=True)
            hypotheses = candidates[:beam]
        return [(h.tokens[1:], h.normalized(alpha)) for h in hypotheses]

    def extend(self, h: Hypothesis, beam: int) -> list[Hypothesis]:
        """The hypothesis with each of its `beam` likeliest next tokens."""
        state = self.cell(self.embedding(np.array([h.tokens[-1]])), h.state)
        log_probs = nn.functional.log_softmax(self.project(state[0]))[0]
        best = np.argsort(-log_probs, kind="stable")[:beam]
        return [Hypothesis(h.tokens + [int(t)], h.score + float(log_probs[t]), state) for t in best]


def make():
    model = LanguageModel(20, 8, 16)
    for weight in model.cell.parameters():  # untrained, but lively
        weight *= 8
    model.project.weight *= 4
    return model, [(), (1,), (6, 8, 0.0)]


def main() -> None:
    model, calls = make()
    net = scriptc.script(model)
    for args in calls:
        print(f"beam search {args}:")
        for tokens, score in net(*args):
            print(f"  {score:8.4f} {tokens}")


if __name__ == "__main__":
    main()
