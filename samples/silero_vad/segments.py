"""From speech probabilities to segments: the state machine of the silero-vad package, without its limit on length."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

RATE = 16000
WINDOW = 512


class Segment(NamedTuple):
    """Speech from sample `start` up to sample `end`."""

    start: int
    end: int


def find_speech(probs: np.ndarray, length: int, threshold: float, min_speech_ms: int, min_silence_ms: int) -> list[list[int]]:
    """[start, end] of each stretch of speech, unpadded.

    Speech begins at a window of at least `threshold`. It ends where the probability falls 0.15 below that and stays
    below `threshold` for `min_silence_ms`; a stretch of `min_speech_ms` or less is dropped.
    """
    min_speech, min_silence = RATE * min_speech_ms / 1000, RATE * min_silence_ms / 1000
    leave = max(threshold - 0.15, 0.01)
    found: list[list[int]] = []
    start = -1  # where the present stretch began; -1 in silence
    silence = -1  # where the present doubt about it began; -1 without doubt
    for k in range(len(probs)):
        prob, here = float(probs[k]), k * WINDOW
        if prob >= threshold:
            silence = -1
            if start < 0:
                start = here
            continue
        if start < 0 or prob >= leave:
            continue
        if silence < 0:
            silence = here
        if here - silence < min_silence:
            continue
        if silence - start > min_speech:
            found.append([start, silence])
        start = silence = -1
    if start >= 0 and length - start > min_speech:
        found.append([start, length])
    return found


def pad_segments(found: list[list[int]], length: int, pad_ms: int) -> list[Segment]:
    """Each stretch wider by `pad_ms` on both sides; neighbours too near for that share the silence between them."""
    pad = RATE * pad_ms / 1000
    k = 0
    while k < len(found):
        if k == 0:
            found[k][0] = int(max(0, found[k][0] - pad))
        if k == len(found) - 1:
            found[k][1] = int(min(length, found[k][1] + pad))
            break
        gap = found[k + 1][0] - found[k][1]
        if gap < 2 * pad:
            found[k][1] += gap // 2
            found[k + 1][0] = max(0, found[k + 1][0] - gap // 2)
        else:
            found[k][1] = int(min(length, found[k][1] + pad))
            found[k + 1][0] = int(max(0, found[k + 1][0] - pad))
        k += 1
    return [Segment(start, end) for start, end in found]


def speech_segments(
    probs: np.ndarray, length: int, threshold: float = 0.5, min_speech_ms: int = 250, min_silence_ms: int = 100, pad_ms: int = 30
) -> list[Segment]:
    """Speech in audio of `length` samples at 16 kHz, from one probability for each window of 512 samples."""
    return pad_segments(find_speech(probs, length, threshold, min_speech_ms, min_silence_ms), length, pad_ms)
