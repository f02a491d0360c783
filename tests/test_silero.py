"""The sample samples/silero_vad: Silero VAD in NumPy against ONNX Runtime, compiled against eager, loaded without source."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import types
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from isolated import ROOT, run_isolated

import scriptc

if importlib.util.find_spec("silero_vad") is None:
    pytest.skip("silero-vad is not installed", allow_module_level=True)

from samples.silero_vad.audio import read_wav
from samples.silero_vad.model import SileroVAD, package_data, pretrained
from samples.silero_vad.segments import Segment, speech_segments

WAV = ROOT / "samples" / "silero_vad" / "speech.wav"


@pytest.fixture(scope="module")
def audio() -> np.ndarray:
    return read_wav(WAV)


@pytest.fixture(scope="module")
def model() -> SileroVAD:
    return pretrained()


@pytest.fixture(scope="module")
def compiled(model: SileroVAD) -> Any:
    return scriptc.script(model)


@pytest.fixture(scope="module")
def probs(model: SileroVAD, audio: np.ndarray) -> np.ndarray:
    return model(audio)


def test_against_the_onnx_model(model: SileroVAD, audio: np.ndarray, probs: np.ndarray) -> None:
    pytest.importorskip("onnxruntime")
    from samples.silero_vad.reference import onnx_probabilities, onnx_weights

    onnx = package_data() / "silero_vad_16k_op15.onnx"
    assert np.abs(onnx_probabilities(onnx, audio, model.state_dict()) - probs).max() < 1e-4
    other = SileroVAD()
    other.load_state_dict(onnx_weights(onnx, model.state_dict()))
    compiled = scriptc.script(other)
    assert np.abs(onnx_probabilities(onnx, audio) - compiled(audio)).max() < 1e-4
    assert probs.max() > 0.99
    assert probs.min() < 0.01


def test_the_spoken_sentences_are_found(model: SileroVAD, audio: np.ndarray, probs: np.ndarray) -> None:
    segments = model.segments(probs, len(audio))
    assert len(segments) == 3
    assert all(isinstance(s, Segment) for s in segments)


def test_compiled_gives_equal_bits(compiled: Any, model: SileroVAD, audio: np.ndarray, probs: np.ndarray) -> None:
    assert compiled(audio).tobytes() == probs.tobytes()
    for threshold in (0.3, 0.5, 0.95):
        assert compiled.segments(probs, len(audio), threshold) == model.segments(probs, len(audio), threshold)


@pytest.mark.parametrize("length", [0, 1, 511, 512, 513, 5000])
def test_audio_of_any_length(compiled: Any, model: SileroVAD, audio: np.ndarray, length: int) -> None:
    part = audio[8000 : 8000 + length]
    got, expected = compiled(part), model(part)
    assert (got.shape, got.dtype, got.tobytes()) == (expected.shape, expected.dtype, expected.tobytes())


def test_streaming_gives_the_same_probabilities(compiled: Any, audio: np.ndarray, probs: np.ndarray) -> None:
    state = (np.zeros((1, 128), np.float32), np.zeros((1, 128), np.float32))
    padded = np.concatenate((np.zeros(64, np.float32), audio))
    for k in range(20):
        prob, state = compiled.step(padded[None, k * 512 : k * 512 + 576], state)
        assert prob[0] == probs[k]


def test_the_saved_file_without_the_source(compiled: Any, audio: np.ndarray, probs: np.ndarray, model: SileroVAD, tmp_path: Path) -> None:
    compiled.save(tmp_path / "vad.scriptc")
    np.save(tmp_path / "audio.npy", audio)
    out = run_isolated(
        """
import json, numpy as np, scriptc
vad = scriptc.load(sys.argv[1] + "/vad.scriptc")
audio = np.load(sys.argv[1] + "/audio.npy")
probs = vad(audio)
np.save(sys.argv[1] + "/probs.npy", probs)
print(json.dumps([list(s) for s in vad.segments(probs, len(audio))]))
""",
        str(tmp_path),
    )
    assert np.load(tmp_path / "probs.npy").tobytes() == probs.tobytes()
    assert [Segment(*s) for s in json.loads(out)] == model.segments(probs, len(audio))


def original_segments() -> Any:
    """The package's own `get_speech_timestamps_from_probs`, from a module that imports torch and does not use it there."""
    torch = types.ModuleType("torch")
    torch.no_grad = lambda: lambda fn: fn
    torch.device, torch.Tensor = lambda name: name, object
    torch.nn = torch.jit = types.SimpleNamespace()
    packaging = types.ModuleType("packaging")
    packaging.version = types.SimpleNamespace()
    spec = importlib.util.spec_from_file_location("silero_utils", package_data().parent / "utils_vad.py")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "torch", torch)
        patch.setitem(sys.modules, "packaging", packaging)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return module.get_speech_timestamps_from_probs


def random_probabilities(seed: int) -> np.ndarray:
    """A random walk between 0 and 1 that lingers at both ends, as real probabilities do."""
    rng = np.random.default_rng(seed)
    steps = np.cumsum(rng.normal(0, rng.uniform(0.5, 3), rng.integers(1, 200)))
    return (1 / (1 + np.exp(-3 * np.sin(steps) - rng.normal(0, 1)))).astype(np.float32)


def test_segments_as_the_package_finds_them() -> None:
    original, ours = original_segments(), scriptc.script(speech_segments)
    for seed in range(200):
        probs = random_probabilities(seed)
        length = len(probs) * 512 - seed
        options = {
            "threshold": 0.2 + 0.01 * (seed % 70),
            "min_speech_ms": 50 * (seed % 7),
            "min_silence_ms": 40 * (seed % 6),
            "pad_ms": 15 * (seed % 9),
        }
        expected = original(
            [float(p) for p in probs],
            threshold=options["threshold"],
            min_speech_duration_ms=options["min_speech_ms"],
            min_silence_duration_ms=options["min_silence_ms"],
            speech_pad_ms=options["pad_ms"],
            audio_length_samples=length,
        )
        eager = speech_segments(probs, length, **options)
        assert [(s.start, s.end) for s in eager] == [(s["start"], s["end"]) for s in expected], seed
        assert ours(probs, length, **options) == eager, seed


def write_wav(path: Path, data: bytes, rate: int = 16000, channels: int = 1, width: int = 2) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(data)
    return path


@pytest.mark.parametrize(
    ("width", "data", "expected"),
    [
        (1, bytes([0, 128, 255]), [-1, 0, 127 / 128]),
        (2, np.array([-32768, 0, 32767], "<i2").tobytes(), [-1, 0, 32767 / 32768]),
        (3, b"\x00\x00\x80\x00\x00\x00\xff\xff\x7f", [-1, 0, 8388607 / 8388608]),
        (4, np.array([-(2**31), 0, 2**30], "<i4").tobytes(), [-1, 0, 0.5]),
    ],
)
def test_sample_sizes(tmp_path: Path, width: int, data: bytes, expected: list[float]) -> None:
    samples = read_wav(write_wav(tmp_path / "a.wav", data, width=width))
    assert samples.dtype == np.float32
    np.testing.assert_array_equal(samples, np.array(expected, np.float32))


def test_stereo_is_mixed_down(tmp_path: Path) -> None:
    data = np.array([[16384, 0], [-16384, -16384]], "<i2").tobytes()
    np.testing.assert_array_equal(read_wav(write_wav(tmp_path / "a.wav", data, channels=2)), [0.25, -0.5])


def test_another_rate_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="44100 Hz"):
        read_wav(write_wav(tmp_path / "a.wav", b"\0\0", rate=44100))


@pytest.mark.parametrize("data", [b"", b"RIFF", b"no wav file at all, but some text", WAV.read_bytes()[:30]])
def test_what_is_no_wav_file_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.wav").write_bytes(data)
    with pytest.raises(ValueError, match=r"a\.wav"):
        read_wav(tmp_path / "a.wav")


def run_sample(*args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "samples.silero_vad", *args]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_sample_end_to_end(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    pytest.importorskip("onnxruntime")
    done = run_sample("--out", str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "equal bits" in done.stdout
    assert (tmp_path / "speech.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "silero_vad.scriptc").exists()


def test_the_sample_says_what_is_wrong(tmp_path: Path) -> None:
    done = run_sample(str(write_wav(tmp_path / "a.wav", b"\0\0", rate=8000)), "--out", str(tmp_path))
    assert done.returncode == 2
    assert "8000 Hz" in done.stdout
    assert run_sample(str(tmp_path / "absent.wav")).returncode == 2


def test_silence_has_no_segments(compiled: Any) -> None:
    silent = np.zeros(16000, np.float32)
    assert compiled.segments(compiled(silent), 16000) == []
