"""Other people's code, unchanged: the trained grapheme-to-phoneme model of the PyPI package g2p-en."""

from __future__ import annotations

import importlib.util
import json
import random
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from isolated import finish, start_isolated

import scriptc

pytestmark = pytest.mark.skipif(importlib.util.find_spec("g2p_en") is None, reason="g2p-en is not installed")

COUNT = 10_000
RUN_LOADED = """
import json, scriptc
predict = scriptc.load(sys.argv[1])
with open(sys.argv[2], encoding="utf-8") as f:
    words = json.load(f)
print(json.dumps([predict(w) for w in words]))
"""


def stubs() -> dict[str, types.ModuleType]:
    """What `g2p_en` imports from nltk and inflect; `predict` uses none of it."""
    inflect = types.ModuleType("inflect")
    inflect.engine = lambda: None
    nltk, corpus, tokenize = types.ModuleType("nltk"), types.ModuleType("nltk.corpus"), types.ModuleType("nltk.tokenize")
    nltk.pos_tag = lambda words: [(w, "NN") for w in words]
    nltk.data = types.SimpleNamespace(find=lambda name: name)
    corpus.cmudict = types.SimpleNamespace(dict=dict)
    tokenize.TweetTokenizer = lambda: types.SimpleNamespace(tokenize=str.split)
    return {"nltk": nltk, "nltk.corpus": corpus, "nltk.tokenize": tokenize, "inflect": inflect}


@pytest.fixture(scope="module")
def g2p() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        for name, module in stubs().items():
            patch.setitem(sys.modules, name, module)
        from g2p_en import G2p

        yield G2p()


@pytest.fixture(scope="module")
def compiled(g2p: Any) -> Any:
    return scriptc.script(g2p.predict, types={"word": str})


def make_words(count: int) -> list[str]:
    """Words of one to four syllables from a fixed seed, and strings that no dictionary has."""
    rng = random.Random(20)
    onsets = [
        "",
        "b",
        "br",
        "c",
        "ch",
        "d",
        "f",
        "fl",
        "g",
        "h",
        "j",
        "kn",
        "l",
        "m",
        "n",
        "p",
        "ph",
        "qu",
        "r",
        "s",
        "str",
        "t",
        "th",
        "v",
        "w",
        "x",
        "z",
    ]
    rimes = ["a", "ack", "ain", "al", "e", "ea", "ed", "er", "ight", "ing", "ion", "o", "oo", "ough", "ous", "ow", "u", "un", "y", "ys"]
    odd = ["", "a", "it's", "Python", "NUMPY", "naïve", "x1y2", "e-mail", "東京", "🙂", "a b", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", "\n"]
    return odd + ["".join(rng.choice(onsets) + rng.choice(rimes) for _ in range(rng.randint(1, 4))) for _ in range(count - len(odd))]


def test_words_as_the_original_does(g2p: Any, compiled: Any) -> None:
    words = make_words(300)
    assert [compiled(w) for w in words] == [g2p.predict(w) for w in words]
    assert compiled("activationist") == ["AE2", "K", "T", "IH0", "V", "EY1", "SH", "AH0", "N", "IH0", "S", "T"]


def test_words_by_keyword_and_wrong_types(compiled: Any) -> None:
    assert compiled(word="cat") == compiled("cat")
    with pytest.raises(TypeError, match="word"):
        compiled(3)
    with pytest.raises(TypeError):
        compiled("a", "b")
    with pytest.raises(TypeError):
        compiled(wort="a")


def test_the_saved_file_without_the_package(g2p: Any, compiled: Any, tmp_path: Path) -> None:
    """10,000 words in a process that can import NumPy and safetensors only."""
    file, words = tmp_path / "g2p.scriptc", tmp_path / "words.json"
    compiled.save(file)
    words.write_text(json.dumps(make_words(COUNT)), encoding="utf-8")
    process = start_isolated(RUN_LOADED, str(file), str(words))
    expected = [g2p.predict(w) for w in make_words(COUNT)]
    assert json.loads(finish(process)) == expected


def test_the_loop_stays_a_loop(compiled: Any) -> None:
    text = str(compiled.graph)
    assert "while" in text
    assert len(text.splitlines()) < 600


def test_saving_again_gives_equal_bytes(compiled: Any, tmp_path: Path) -> None:
    compiled.save(tmp_path / "a.scriptc")
    scriptc.load(tmp_path / "a.scriptc").save(tmp_path / "b.scriptc")
    assert (tmp_path / "a.scriptc").read_bytes() == (tmp_path / "b.scriptc").read_bytes()
