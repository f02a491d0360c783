"""Other people's code, unchanged: the trained LSTM of the PyPI package g2pM, which reads Mandarin Chinese aloud, with its dictionaries."""

from __future__ import annotations

import importlib.util
import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from isolated import finish, start_isolated

import scriptc

pytestmark = pytest.mark.skipif(importlib.util.find_spec("g2pM") is None, reason="g2pM is not installed")

RUN_LOADED = """
import json, scriptc
model = scriptc.load(sys.argv[1])
with open(sys.argv[2], encoding="utf-8") as f:
    sentences = json.load(f)

def said(*args):
    try:
        return model(*args)
    except IndexError as e:
        return str(e)

print(json.dumps([said(*args) for args in sentences]))
"""


@pytest.fixture(scope="module")
def model() -> Any:
    from g2pM import G2pM

    return G2pM()


@pytest.fixture(scope="module")
def compiled(model: Any) -> Any:
    return scriptc.script(model, types={"sent": str, "char_split": bool, "tone": bool})


def sentences(model: Any, count: int) -> list[tuple[str, bool, bool]]:
    """Characters with one reading and with several, Latin letters, punctuation; the empty text makes the package raise IndexError."""
    rng = random.Random(7)
    known = list(model.cedict)
    several = [c for c in known if len(model.cedict[c]) > 1]
    out = []
    for _ in range(count):
        length = rng.choice([0, 1, 2, 8, 40])
        text = "".join(rng.choice([rng.choice(known), rng.choice(several), rng.choice("abc ,。!1|🙂")]) for _ in range(length))
        out.append((text, rng.random() < 0.5, rng.random() < 0.5))
    return out


def said(f: Any, *args: Any) -> Any:
    try:
        return f(*args)
    except IndexError as e:
        return str(e)


def test_sentences_as_the_original_reads_them(model: Any, compiled: Any) -> None:
    assert compiled("然而，他红了20年以后，他竟退出了大家的视线。", True, True)[:4] == ["ran2", "er2", "，", "ta1"]
    for args in sentences(model, 200):
        assert said(compiled, *args) == said(model, *args)


def test_the_saved_file_without_the_package(model: Any, compiled: Any, tmp_path: Path) -> None:
    file, texts = tmp_path / "g2pm.scriptc", tmp_path / "texts.json"
    compiled.save(file)
    texts.write_text(json.dumps(sentences(model, 1000)), encoding="utf-8")
    process = start_isolated(RUN_LOADED, str(file), str(texts))
    expected = [said(model, *args) for args in sentences(model, 1000)]
    assert json.loads(finish(process)) == expected


def test_a_batch_of_texts_of_different_lengths(model: Any) -> None:
    """`predict` reverses each text, which it can only where the rank of its input is known: the annotation says it."""
    ids = np.ndarray[tuple[int, int], np.dtype[np.int32]]
    predict = scriptc.script(model.predict, types={"inputs": ids, "target_idx": list[int]})
    rng = np.random.default_rng(3)
    for rows in (1, 4):
        x = rng.integers(1, len(model.char2idx), (rows, 9)).astype(np.int32)
        for k in range(rows):
            x[k, 9 - k :] = 0
        want, got = model.predict(x, [1, 2, 3, 4]), predict(x, [1, 2, 3, 4])
        assert want.dtype == got.dtype and want.tolist() == got.tolist()
