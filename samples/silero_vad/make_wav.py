"""Makes speech.wav with Debian's espeak-ng: three sentences, pauses, and noise from a fixed seed.

python -m samples.silero_vad.make_wav
"""

from __future__ import annotations

import subprocess
import tempfile
import wave
from pathlib import Path

import numpy as np

RATE = 16000
OUT = Path(__file__).with_name("speech.wav")
PARTS: list[tuple[str, str, float]] = [  # voice, sentence, seconds of silence after it
    ("en-us", "A loop stays a loop.", 0.7),
    ("en-gb", "No source is needed.", 0.5),
    ("en-us+f3", "Goodbye.", 0.55),
]


def speak(voice: str, text: str) -> np.ndarray:
    """`text` spoken by espeak-ng, resampled to 16 kHz, float64 in [-1, 1)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "part.wav"
        subprocess.run(["espeak-ng", "-v", voice, "-s", "165", "-w", str(path), text], check=True)
        with wave.open(str(path), "rb") as file:
            rate, data = file.getframerate(), file.readframes(file.getnframes())
    samples = np.frombuffer(data, "<i2") / 2**15
    return resample(trim(samples), rate)


def trim(samples: np.ndarray) -> np.ndarray:
    """Without the silence at both ends."""
    loud = np.flatnonzero(np.abs(samples) > 0.01)
    return samples[loud[0] : loud[-1] + 1]


def resample(samples: np.ndarray, rate: int) -> np.ndarray:
    """By cutting the spectrum at the new Nyquist frequency."""
    count = round(len(samples) * RATE / rate)
    spectrum = np.fft.rfft(samples)[: count // 2 + 1]
    return np.fft.irfft(spectrum, count) * (count / len(samples))


def main() -> None:
    pieces = [np.zeros(RATE // 2)]
    for voice, sentence, pause in PARTS:
        pieces += [0.5 * speak(voice, sentence), np.zeros(int(RATE * pause))]
    clean = np.concatenate(pieces)
    noise = np.random.default_rng(7).standard_normal(len(clean))
    hum = 0.004 * np.sin(2 * np.pi * 100 * np.arange(len(clean)) / RATE)
    mixed = np.clip(clean + 0.006 * noise + hum, -1, 1 - 2**-15)
    with wave.open(str(OUT), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((mixed * 2**15).astype("<i2").tobytes())
    print(f"{OUT.name}: {len(mixed) / RATE:.2f} s, {OUT.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
