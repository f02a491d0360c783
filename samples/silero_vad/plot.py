"""The picture: probability over the waveform, speech shaded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np

mpl.use("Agg")  # draws without a display

from matplotlib import pyplot as plt

from samples.silero_vad.segments import RATE, WINDOW

WAVE, PROB, SPEECH = "#9aa5b1", "#c2410c", "#16a34a"


def plot_segments(audio: np.ndarray, probs: np.ndarray, segments: Sequence[tuple[int, int]], threshold: float, title: str, path: Path) -> None:
    """Write the PNG file `path`."""
    seconds = len(audio) / RATE
    figure, (top, bottom) = plt.subplots(2, 1, figsize=(11, 5), sharex=True, height_ratios=(3, 2), layout="constrained")
    draw_wave(top, audio)
    bottom.step(np.arange(len(probs) + 1) * WINDOW / RATE, np.append(probs, probs[-1:]), where="post", color=PROB, lw=1.5)
    bottom.axhline(threshold, color="#52525b", lw=0.8, ls="--")
    bottom.text(seconds, threshold, f" {threshold:g}", va="center", color="#52525b", fontsize=9)
    bottom.set(ylim=(-0.03, 1.05), ylabel="speech probability", xlabel="seconds", xlim=(0, seconds))
    for number, (start, end) in enumerate(segments, 1):
        for axes in (top, bottom):
            axes.axvspan(start / RATE, end / RATE, color=SPEECH, alpha=0.15, lw=0, zorder=0)
        middle = (start + end) / 2 / RATE
        top.text(middle, 1.02, f"{number}", transform=top.get_xaxis_transform(), ha="center", color=SPEECH, weight="bold")
    top.set_title(title, loc="left", pad=18)
    for axes in (top, bottom):
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=120)
    plt.close(figure)


def draw_wave(axes: plt.Axes, audio: np.ndarray, columns: int = 2000) -> None:
    """The envelope: highest and lowest sample of each of at most `columns` stretches."""
    size = max(1, -(-len(audio) // columns))
    blocks = np.pad(audio, (0, -len(audio) % size)).reshape(-1, size)
    times = np.arange(len(blocks)) * size / RATE
    axes.fill_between(times, blocks.min(axis=1), blocks.max(axis=1), color=WAVE, lw=0.4, edgecolor=WAVE)
    limit = max(0.05, float(np.abs(audio).max(initial=0)) * 1.1)
    axes.set(ylim=(-limit, limit), ylabel="amplitude")
