"""Short real programs. Each module in `ALL` has `make()`: the model or function to compile, and arguments to call it with.

`python -m samples.NAME` compiles one and shows what it gives. (samples/silero_vad is a larger one, with weights of its own.)
"""

from __future__ import annotations

import importlib
from typing import Any

ALL = (
    "dynamic_net",
    "random_depth",
    "gated_net",
    "shape_router",
    "static_net",
    "conv_net",
    "ragged_rnn",
    "greedy_decoder",
    "runge_kutta",
    "tree_net",
    "beam_search",
    "crf",
    "lstm_loop",
)

Arguments = tuple[Any, ...]


def make(name: str) -> tuple[Any, list[Arguments]]:
    """The model or function of the sample `name`, the same each time, and calls to try it with.

    What draws random numbers does so from `random` and `np.random`: seed both before a call.
    """
    made: tuple[Any, list[Arguments]] = importlib.import_module(f"samples.{name}").make()
    return made
