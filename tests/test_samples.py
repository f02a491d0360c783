"""Each sample runs; its file runs where its source is gone. (samples/silero_vad has its own tests.)"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
from isolated import ROOT, run_isolated

from samples.dynamic_net import DynamicNet

RUN_LOADED = """
import numpy as np, scriptc
net = scriptc.load(sys.argv[1])
x = np.load(sys.argv[2])
np.savez(sys.argv[3], *[net(x, depth) for depth in (0, 1, 3, 50)])
"""


def run(command: list[str], folder: Path) -> str:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_dynamic_net_runs_without_its_source(tmp_path: Path) -> None:
    sample = tmp_path / "dynamic_net.py"
    shutil.copy(ROOT / "samples" / "dynamic_net.py", sample)
    out = run([sys.executable, sample.name, "net.scriptc"], tmp_path)
    assert out.count("equal bits") == 4
    sample.unlink()
    x = np.random.default_rng(1).standard_normal((2, 1000)).astype(np.float32)
    np.save(tmp_path / "x.npy", x)
    run_isolated(RUN_LOADED, *(str(tmp_path / n) for n in ("net.scriptc", "x.npy", "y.npz")))
    with np.load(tmp_path / "y.npz") as y:
        assert [y[k].shape for k in y.files] == [(2, 10)] * 4


def test_dynamic_net_gives_equal_bits_in_another_process(tmp_path: Path) -> None:
    import scriptc

    model = DynamicNet(1000, 100, 10)
    x = np.random.default_rng(1).standard_normal((2, 1000)).astype(np.float32)
    scriptc.script(model).save(tmp_path / "net.scriptc")
    np.save(tmp_path / "x.npy", x)
    run_isolated(RUN_LOADED, *(str(tmp_path / n) for n in ("net.scriptc", "x.npy", "y.npz")))
    with np.load(tmp_path / "y.npz") as y:
        for name, depth in zip(y.files, (0, 1, 3, 50), strict=True):
            assert y[name].tobytes() == model(x, depth).tobytes()


def test_dynamic_net_on_the_command_line(tmp_path: Path) -> None:
    import scriptc

    model = DynamicNet(1000, 100, 10)
    x = np.ones((3, 1000), np.float32)
    np.save(tmp_path / "x.npy", x)
    scriptc.script(model).save(tmp_path / "net.scriptc")
    scriptc_command = [sys.executable, "-m", "scriptc"]
    run([*scriptc_command, "run", "net.scriptc", "--input", "x=x.npy", "--input", "depth=3", "-o", "y.npy"], tmp_path)
    assert np.load(tmp_path / "y.npy").tobytes() == model(x, 3).tobytes()
    shown = run([*scriptc_command, "show", "net.scriptc"], tmp_path)
    assert "while" in shown
    assert "cond" in shown
