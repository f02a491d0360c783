"""Greedy decoding: an encoder reads a sequence, a decoder writes the likeliest token again and again until the end token.

python -m samples.greedy_decoder
"""

import numpy as np

import scriptc
from scriptc import nn

START, END = 0, 1


class Seq2Seq(nn.Module):
    def __init__(self, vocabulary: int, size: int, hidden: int):
        self.source = nn.Embedding(vocabulary, size, rng=0)
        self.target = nn.Embedding(vocabulary, size, rng=1)
        self.encoder = nn.GRU(size, hidden, rng=2)
        self.decoder = nn.GRUCell(size, hidden, rng=3)
        self.project = nn.Linear(hidden, vocabulary, rng=4)

    def forward(self, tokens: list[int], max_length: int = 50) -> tuple[list[int], float]:
        """The tokens written, without start and end, and the sum of their log probabilities."""
        _, state = self.encoder(self.source(np.array(tokens))[:, None])
        h = state[0]
        token, score = START, 0.0
        written: list[int] = []
        while len(written) < max_length:
            h = self.decoder(self.target(np.array([token])), h)
            log_probs = nn.functional.log_softmax(self.project(h))[0]
            token = int(log_probs.argmax())
            score += float(log_probs[token])
            if token == END:
                break
            written.append(token)
        return written, score


def make():
    model = Seq2Seq(12, 8, 24)
    for weight in model.decoder.parameters():  # untrained, but lively: it writes this and that, and ends now and then
        weight *= 6
    model.project.weight *= 4
    model.project.bias[END] += 1
    return model, [([3, 5, 7],), ([2, 2, 9, 10, 4], 30), ([11], 5), ([2, 10],)]


def main() -> None:
    model, calls = make()
    net = scriptc.script(model)
    for args in calls:
        written, score = net(*args)
        print(f"{args[0]} -> {written}, log probability {score:.3f}")


if __name__ == "__main__":
    main()
