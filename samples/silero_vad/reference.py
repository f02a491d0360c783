"""The package's own ONNX model, run by ONNX Runtime window by window.

silero-vad 6.2 ships its safetensors weights from another round of training than its ONNX files, so that the two give
different probabilities (by up to 0.2). The network is the same, so it is compared with equal weights, both ways:
`onnx_weights` are those of the ONNX file for our network, `onnx_probabilities(weights=...)` puts ours into the ONNX model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import onnxruntime as ort

from samples.silero_vad.model import CONTEXT, HIDDEN
from samples.silero_vad.onnx_file import read_weights
from samples.silero_vad.segments import RATE, WINDOW

ONNX_NAMES = {
    **{f"conv{k + 1}": f"model.encoder.{k}.reparam_conv" for k in range(4)},
    "lstm_cell": "model.decoder.rnn",
    "final_conv": "model.decoder.decoder.2",
    "stft_conv.weight": "model.stft.forward_basis_buffer",
}


def onnx_name(name: str) -> str:
    """The name that our parameter `name` has in the ONNX model."""
    layer, _, field = name.partition(".")
    return ONNX_NAMES.get(name) or f"{ONNX_NAMES[layer]}.{field}"


def onnx_weights(path: Path, names: Iterable[str]) -> dict[str, np.ndarray]:
    """The weights in the ONNX file at `path`, under our `names`."""
    found = read_weights(path)
    return {name: found[onnx_name(name)] for name in names}


def onnx_probabilities(path: Path, audio: np.ndarray, weights: Mapping[str, np.ndarray] | None = None) -> np.ndarray:
    """What the ONNX model at `path` gives for `audio`, one probability a window; `weights` replace its own."""
    options = ort.SessionOptions()
    options.log_severity_level = 3
    values = {onnx_name(name): ort.OrtValue.ortvalue_from_numpy(array) for name, array in (weights or {}).items()}
    if values:  # else its own weights are folded into the graph before they can be replaced
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    for name, value in values.items():
        options.add_initializer(name, value)
    session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    windows = -(-len(audio) // WINDOW)
    padded = np.zeros(CONTEXT + windows * WINDOW, np.float32)
    padded[CONTEXT : CONTEXT + len(audio)] = audio
    state, probs, rate = np.zeros((2, 1, HIDDEN), np.float32), np.zeros(windows, np.float32), np.array(RATE)
    for k in range(windows):
        x = padded[None, k * WINDOW : (k + 1) * WINDOW + CONTEXT]
        prob, state = session.run(None, {"input": x, "state": state, "sr": rate})
        probs[k] = prob[0, 0]
    return probs
