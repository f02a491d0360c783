"""Silero VAD for 16 kHz audio, as a NumPy module. Its weights come from the installed package `silero-vad`."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

import scriptc
from samples.silero_vad.segments import WINDOW, Segment, speech_segments
from scriptc import nn

CONTEXT = 64  # samples of the window before, which each step sees again
HIDDEN = 128

State = tuple[np.ndarray, np.ndarray]


class SileroVAD(nn.Module):
    """Speech probability of each window of 512 samples (32 ms).

    A short-time Fourier transform written as a convolution (its weights are the basis), four convolutions over the
    magnitudes, an LSTM cell that carries on from window to window, and one output.
    """

    def __init__(self) -> None:
        self.bins = 129
        self.stft_conv = nn.Conv1d(1, 2 * self.bins, 256, stride=128, bias=False)
        self.conv1 = nn.Conv1d(129, 128, 3, padding=1)
        self.conv2 = nn.Conv1d(128, 64, 3, stride=2, padding=1)
        self.conv3 = nn.Conv1d(64, 64, 3, stride=2, padding=1)
        self.conv4 = nn.Conv1d(64, 128, 3, padding=1)
        self.lstm_cell = nn.LSTMCell(128, HIDDEN)
        self.final_conv = nn.Conv1d(HIDDEN, 1, 1)

    def forward(self, audio: np.ndarray) -> np.ndarray:
        """Float32 audio of any length `(samples,)` to `(windows,)`; the last window is filled up with silence."""
        windows = -(-len(audio) // WINDOW)
        padded = np.zeros(CONTEXT + windows * WINDOW, np.float32)
        padded[CONTEXT : CONTEXT + len(audio)] = audio
        probs = np.zeros(windows, np.float32)
        h, c = np.zeros((1, HIDDEN), np.float32), np.zeros((1, HIDDEN), np.float32)
        for k in range(windows):
            start = k * WINDOW
            prob, (h, c) = self.step(padded[None, start : start + CONTEXT + WINDOW], (h, c))
            probs[k] = prob[0]
        return probs

    @scriptc.export
    def step(self, x: np.ndarray, state: State) -> tuple[np.ndarray, State]:
        """One window with its context `(batch, 576)` and the LSTM's h, c to probabilities `(batch,)` and the new h, c."""
        x = np.concatenate((x, x[:, -2 : -CONTEXT - 2 : -1]), axis=1)  # 64 samples mirrored at the end
        spectrum = self.stft_conv(x[:, None, :])
        real, imaginary = spectrum[:, : self.bins], spectrum[:, self.bins :]
        y = np.sqrt(real * real + imaginary * imaginary)
        for conv in (self.conv1, self.conv2, self.conv3, self.conv4):
            y = nn.functional.relu(conv(y))
        h, c = self.lstm_cell(y[:, :, 0], state)
        out = nn.functional.sigmoid(self.final_conv(nn.functional.relu(h)[:, :, None]))
        return out[:, 0, 0], (h, c)

    @scriptc.export
    def segments(
        self, probs: np.ndarray, length: int, threshold: float = 0.5, min_speech_ms: int = 250, min_silence_ms: int = 100, pad_ms: int = 30
    ) -> list[Segment]:
        """Speech in audio of `length` samples, from the probabilities that `forward` gives."""
        return speech_segments(probs, length, threshold, min_speech_ms, min_silence_ms, pad_ms)


def package_data() -> Path:
    """The data folder of the installed package, found without importing it (it would import torch)."""
    spec = importlib.util.find_spec("silero_vad")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("this sample takes its weights from the package silero-vad: pip install --no-deps silero-vad")
    return Path(spec.submodule_search_locations[0]) / "data"


def pretrained() -> SileroVAD:
    """The model with its trained weights."""
    model = SileroVAD()
    model.load_state_dict(load_file(package_data() / "silero_vad_16k.safetensors"))
    return model.eval()
