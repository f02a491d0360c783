"""A recursive net over the tree of an expression: the value of a node is made of those of its children (Socher et al. 2013).

A sentence comes as brackets, `((not good) (but (very short)))`; its tree has two children at each inner node.

python -m samples.tree_net
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import scriptc
from scriptc import nn

WORDS = {"not": 0, "very": 1, "good": 2, "bad": 3, "but": 4, "short": 5, "film": 6}
UNKNOWN = 7


@dataclass
class Node:
    """A word, or two subtrees."""

    word: str
    left: Node | None = None
    right: Node | None = None


def parse(tokens: list[str], at: int) -> tuple[Node, int]:
    """The tree that starts at token `at`, and where it ends. ValueError where a bracket is missing."""
    if tokens[at] != "(":
        return Node(tokens[at]), at + 1
    left, at = parse(tokens, at + 1)
    right, at = parse(tokens, at)
    if at >= len(tokens) or tokens[at] != ")":
        raise ValueError(f"no closing bracket at token {at}")
    return Node("", left, right), at + 1


class TreeNet(nn.Module):
    def __init__(self, size: int):
        self.embedding = nn.Embedding(len(WORDS) + 1, size, rng=0)
        self.compose = nn.Linear(2 * size, size, rng=1)
        self.sentiment = nn.Linear(size, 2, rng=2)

    def forward(self, text: str) -> tuple[np.ndarray, int]:
        """Probabilities of (bad, good), and how deep the tree is."""
        tree, _ = parse(text.replace("(", " ( ").replace(")", " ) ").split(), 0)
        return nn.functional.softmax(self.sentiment(self.encode(tree))), self.depth(tree)

    def encode(self, node: Node) -> np.ndarray:
        if node.left is None or node.right is None:
            return self.embedding(np.array(WORDS.get(node.word, UNKNOWN)))
        children = np.concatenate((self.encode(node.left), self.encode(node.right)))
        return np.tanh(self.compose(children))

    def depth(self, node: Node) -> int:
        if node.left is None or node.right is None:
            return 0
        return 1 + max(self.depth(node.left), self.depth(node.right))


def make():
    texts = ["good", "(not good)", "((not good) (but (very short)))", "(((a (very very)) bad) ((film but) (not (very (very bad)))))"]
    return TreeNet(8), [(text,) for text in texts]


def main() -> None:
    model, calls = make()
    net = scriptc.script(model)
    for (text,) in calls:
        probabilities, depth = net(text)
        print(f"depth {depth}, good {probabilities[1]:.3f}: {text}")


if __name__ == "__main__":
    main()
