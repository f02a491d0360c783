"""Reads PCM wav files with the standard library."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np


def read_wav(path: str | Path, rate: int = 16000) -> np.ndarray:
    """Float32 samples in [-1, 1), channels mixed down.

    Raises ValueError for another sampling rate, another sample size than 8, 16, 24 or 32 bits, or no PCM wav file.
    """
    try:
        with wave.open(str(path), "rb") as file:
            found, channels, width = file.getframerate(), file.getnchannels(), file.getsampwidth()
            data = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as e:
        raise ValueError(f"{path} is not a PCM wav file: {e or 'it ends early'}") from None
    if found != rate:
        raise ValueError(f"{path} is sampled at {found} Hz; this model takes {rate} Hz (convert it: sox IN.wav -r {rate} OUT.wav)")
    samples = decode_pcm(data[: len(data) // (width * channels) * width * channels], width)
    return samples.reshape(-1, channels).mean(axis=1, dtype=np.float32)


def decode_pcm(data: bytes, width: int) -> np.ndarray:
    """Little-endian PCM of `width` bytes a sample (8-bit is unsigned, the others are signed)."""
    if width == 1:
        return (np.frombuffer(data, np.uint8).astype(np.float32) - 128) / 128
    if width == 2:
        return np.frombuffer(data, "<i2").astype(np.float32) / 2**15
    if width == 3:
        wide = np.zeros((len(data) // 3, 4), np.uint8)
        wide[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)
        return (wide.reshape(-1).view("<i4") / 2**31).astype(np.float32)
    if width == 4:
        return (np.frombuffer(data, "<i4") / 2**31).astype(np.float32)
    raise ValueError(f"samples of {8 * width} bits are not supported")
