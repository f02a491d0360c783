"""Compiled, saved and loaded code against the same code run by Python, for every sample."""

from __future__ import annotations

import importlib.util
import random
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from rows import Row, ratio

import samples
import scriptc

GROUP = "compiled / eager"
DISPATCH = ("lstm_loop", "runge_kutta", "greedy_decoder", "crf")
"""Samples where Python and the way into NumPy cost most: there it must be a good deal faster."""


def run_samples(folder: Path, rounds: int) -> Iterator[Row]:
    for name in samples.ALL:
        model, calls = samples.make(name)
        loaded = reloaded(model, folder / f"{name}.scriptc")
        yield ratio(GROUP, name, all_calls(loaded, calls), all_calls(model, calls), rounds, 0.7 if name in DISPATCH else 1.0)


def reloaded(model: Any, file: Path) -> Any:
    scriptc.script(model).save(file)
    return scriptc.load(file)


def all_calls(fn: Callable[..., Any], calls: list[tuple[Any, ...]]) -> Callable[[], None]:
    """The calls one after another, random numbers the same each time."""

    def run() -> None:
        random.seed(0)
        np.random.seed(0)
        for args in calls:
            fn(*args)

    return run


def run_silero(folder: Path, rounds: int) -> Iterator[Row]:
    from samples.silero_vad.audio import read_wav
    from samples.silero_vad.model import pretrained

    model, audio = pretrained(), read_wav(Path("samples/silero_vad/speech.wav"))
    loaded = reloaded(model, folder / "vad.scriptc")
    yield ratio(GROUP, "silero_vad, 5 s of audio", lambda: loaded(audio), lambda: model(audio), rounds)


def run_g2p(folder: Path, rounds: int) -> Iterator[Row]:
    if importlib.util.find_spec("g2p_en") is None:
        return
    with stubs():
        from g2p_en import G2p

        model = G2p()
    compiled = scriptc.script(model.predict, types={"word": str})
    words = [(w,) for w in ("activationist", "scripting", "compiler", "a", "phoneme", "unbelievably", "numpy", "loop")]
    yield ratio(GROUP, "g2p_en, 8 words", all_calls(compiled, words), all_calls(model.predict, words), rounds)


@contextmanager
def stubs() -> Iterator[None]:
    """g2p_en imports nltk and inflect; `predict` uses neither."""
    nltk, corpus, tokenize = types.ModuleType("nltk"), types.ModuleType("nltk.corpus"), types.ModuleType("nltk.tokenize")
    inflect = types.ModuleType("inflect")
    inflect.__dict__.update(engine=lambda: None)
    nltk.__dict__.update(pos_tag=None, data=types.SimpleNamespace(find=str))
    corpus.__dict__.update(cmudict=types.SimpleNamespace(dict=dict))
    tokenize.__dict__.update(TweetTokenizer=lambda: types.SimpleNamespace(tokenize=str.split))
    modules = {"nltk": nltk, "nltk.corpus": corpus, "nltk.tokenize": tokenize, "inflect": inflect}
    sys.modules.update(modules)
    try:
        yield
    finally:
        for name in modules:
            sys.modules.pop(name, None)
