"""Each sample runs; its file gives equal bits where its source is gone. (samples/silero_vad has its own tests.)"""

from __future__ import annotations

import importlib
import itertools
import os
import pickle
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from isolated import ROOT, run_isolated

import samples
import scriptc
from samples import crf, greedy_decoder, ragged_rnn, runge_kutta, tree_net

CALL_ALL = """
import pickle, random
import numpy as np

def call_all(model, calls):
    found = []
    for seed, args in enumerate(calls):
        random.seed(seed)
        np.random.seed(seed)
        found.append(model(*args))
    return found
"""
COMPILE_ALL = CALL_ALL + """
import sys, pathlib
import samples, scriptc

assert str(pathlib.Path(samples.__file__).parent.parent) == sys.argv[1]
for name in samples.ALL:
    model, calls = samples.make(name)
    scriptc.script(model).save(f"{name}.scriptc")
    model, calls = samples.make(name)
    pathlib.Path(f"{name}.calls").write_bytes(pickle.dumps(calls))
    pathlib.Path(f"{name}.eager").write_bytes(pickle.dumps(call_all(model, calls)))
"""
RUN_ALL = CALL_ALL + """
import pathlib, scriptc
for file in sorted(pathlib.Path(sys.argv[1]).glob("*.scriptc")):
    calls = pickle.loads(file.with_suffix(".calls").read_bytes())
    file.with_suffix(".loaded").write_bytes(pickle.dumps(call_all(scriptc.load(file), calls)))
assert "samples" not in sys.modules
"""
namespace: dict[str, Any] = {}
exec(CALL_ALL, namespace)
call_all = namespace["call_all"]


def run(command: list[str], folder: Path, path: str = str(ROOT)) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path}, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with each sample's file, its calls, what Python gives for them, and what the file gives once the source is deleted."""
    folder = tmp_path_factory.mktemp("samples")
    copy = folder / "samples"
    copy.mkdir()
    for source in (ROOT / "samples").glob("*.py"):
        shutil.copy(source, copy)
    run([sys.executable, "-B", "-c", COMPILE_ALL, str(folder)], folder, os.pathsep.join((str(folder), str(ROOT))))
    shutil.rmtree(copy)
    run_isolated(RUN_ALL, str(folder))
    yield folder


def bits(value: Any) -> Any:
    """What two equal results have in common, down to the bits."""
    if isinstance(value, np.ndarray | np.generic):
        return type(value), value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, tuple | list):
        return type(value), [bits(v) for v in value]
    return type(value), value.hex() if isinstance(value, float) else value


@pytest.mark.xdist_group("samples")
@pytest.mark.parametrize("name", samples.ALL)
def test_the_file_gives_equal_bits_without_the_source(name: str, files: Path) -> None:
    eager, loaded = (pickle.loads((files / f"{name}.{kind}").read_bytes()) for kind in ("eager", "loaded"))
    assert len(eager) > 1
    assert bits(loaded) == bits(eager)


@pytest.mark.parametrize("name", samples.ALL)
def test_compiled_gives_equal_bits(name: str) -> None:
    compiled = scriptc.script(samples.make(name)[0])
    model, calls = samples.make(name)
    assert bits(call_all(compiled, calls)) == bits(call_all(model, calls))


@pytest.mark.parametrize("name", samples.ALL)
def test_it_runs_as_a_script(name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    importlib.import_module(f"samples.{name}").main()
    assert capsys.readouterr().out.count("\n") > 1


def test_every_sample_is_listed() -> None:
    assert sorted(samples.ALL) == sorted(p.stem for p in (ROOT / "samples").glob("*.py") if p.stem != "__init__")


class TestDynamicNet:
    def test_as_a_script_in_another_folder(self, tmp_path: Path) -> None:
        shutil.copy(ROOT / "samples" / "dynamic_net.py", tmp_path)
        assert run([sys.executable, "dynamic_net.py", "net.scriptc"], tmp_path).count("equal bits") == 4

    def test_on_the_command_line(self, tmp_path: Path) -> None:
        model, _ = samples.make("dynamic_net")
        x = np.ones((3, 1000), np.float32)
        np.save(tmp_path / "x.npy", x)
        scriptc.script(model).save(tmp_path / "net.scriptc")
        command = [sys.executable, "-m", "scriptc"]
        run([*command, "run", "net.scriptc", "--input", "x=x.npy", "--input", "depth=3", "-o", "y.npy"], tmp_path)
        assert np.load(tmp_path / "y.npy").tobytes() == model(x, 3).tobytes()
        shown = run([*command, "show", "net.scriptc"], tmp_path)
        assert "while" in shown
        assert "cond" in shown


class TestTheyDoWhatTheySay:
    def test_random_depth_draws_every_depth(self) -> None:
        net = scriptc.script(samples.make("random_depth")[0])
        x = samples.make("random_depth")[1][0][0]
        random.seed(0)
        assert len({net(x).tobytes() for _ in range(50)}) == 4

    def test_gated_net_counts_in_the_compiled_module(self) -> None:
        model, calls = samples.make("gated_net")
        net = scriptc.script(model)
        call_all(net, calls)
        assert net.looked_twice == sum(bool(x.mean() > 0.5) for (x,) in calls) == 2

    def test_ragged_rnn_is_the_rnn_of_each_sequence(self) -> None:
        model, ((sequences,), *_) = ragged_rnn.make()
        found = scriptc.script(model)(sequences)
        for row, sequence in zip(found, sequences, strict=True):
            h = np.zeros((1, 16), np.float32)
            for token in sequence:
                h = model.cell(model.embedding(np.array([token])), h)
            np.testing.assert_allclose(row, h[0], rtol=1e-5, atol=1e-6)

    def test_greedy_decoding_stops_at_the_end_token_or_the_longest_length(self) -> None:
        model, _ = greedy_decoder.make()
        net = scriptc.script(model)
        lengths = {len(net([a, b], 20)[0]) for a in range(2, 12) for b in range(2, 12)}
        assert 20 in lengths
        assert min(lengths) < 20
        assert all(greedy_decoder.END not in net([a], 20)[0] for a in range(2, 12))

    def test_runge_kutta_reaches_the_accuracy_asked_for(self) -> None:
        def decay(t: float, y: np.ndarray) -> np.ndarray:
            return np.array([y[1], -y[0]])

        for rtol in (1e-4, 1e-7, 1e-10):
            times, states, _ = runge_kutta.solve(decay, 0.0, 10.0, np.array([0.0, 1.0]), rtol, rtol)
            assert np.abs(np.stack(states)[:, 0] - np.sin(times)).max() < 100 * rtol

    @pytest.mark.filterwarnings("ignore::RuntimeWarning")
    def test_runge_kutta_raises_where_there_is_no_solution(self) -> None:
        fn, _ = runge_kutta.make()
        for solver in (fn, scriptc.script(fn)):
            with pytest.raises(ValueError, match="the step vanishes at t = 0.0"):
                solver(np.array([np.inf, 0.0]), 1.0)

    def test_tree_net_wants_its_brackets(self) -> None:
        model, _ = tree_net.make()
        with pytest.raises(ValueError, match="no closing bracket at token 6"):
            scriptc.script(model)("(not (very good)")

    def test_beam_search_finds_no_worse_than_greedy(self) -> None:
        net = scriptc.script(samples.make("beam_search")[0])
        assert net(8)[0][1] >= net(1)[0][1]
        scores = [score for _, score in net(8)]
        assert scores == sorted(scores, reverse=True)

    def test_crf_finds_the_best_of_all_paths(self) -> None:
        model, _ = crf.make()
        net = scriptc.script(model)
        x = np.random.default_rng(5).standard_normal((4, 12)).astype(np.float32)
        emissions = model.emit(x)
        scores = {tags: model.score(emissions, list(tags)) for tags in itertools.product(range(5), repeat=4)}
        tags, likelihood = net(x)
        assert tuple(tags) == max(scores, key=lambda t: scores[t])
        total = np.log(np.sum(np.exp(np.array(list(scores.values())))))
        np.testing.assert_allclose(likelihood, max(scores.values()) - total, rtol=1e-4)
