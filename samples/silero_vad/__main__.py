"""Find the speech in a 16 kHz wav file with a compiled, saved and reloaded Silero VAD.

python -m samples.silero_vad [FILE.wav] [--out FOLDER] [--threshold 0.5]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
import timeit
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

import scriptc
from samples.silero_vad.audio import read_wav
from samples.silero_vad.model import SileroVAD, package_data, pretrained
from samples.silero_vad.plot import plot_segments
from samples.silero_vad.reference import onnx_probabilities, onnx_weights
from samples.silero_vad.segments import RATE, Segment

STEPS = 9
ONNX_TOLERANCE = 1e-4


def main() -> int:
    args = arguments()
    console = Console()
    try:
        audio = read_wav(args.wav)
    except (ValueError, OSError) as e:
        console.print(f"[red]{e}[/]", highlight=False)
        return 2
    if len(audio) == 0:
        console.print(f"[red]{args.wav} holds no audio[/]")
        return 2
    args.out.mkdir(parents=True, exist_ok=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        found = run(audio, args, progress)
    console.print(segment_table(found["segments"], found["probs"], args.wav.name))
    console.print(check_table(found))
    console.print(f"compiled model: {found['file']}\nplot: {found['plot']}", highlight=False, soft_wrap=True)
    return 0 if found["same"] and max(found["onnx"]) < ONNX_TOLERANCE else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m samples.silero_vad", description="Find the speech in a 16 kHz wav file.")
    parser.add_argument("wav", nargs="?", type=Path, default=Path(__file__).with_name("speech.wav"), help="PCM wav file (default: the sample's own)")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the compiled model and the plot (default: out)")
    parser.add_argument("--threshold", type=float, default=0.5, help="probability from which a window is speech (default: 0.5)")
    return parser.parse_args()


def run(audio: np.ndarray, args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Every step of the demonstration; gives what the tables show."""
    task = progress.add_task("", total=STEPS)

    def step(text: str, fn: Callable[[], Any]) -> tuple[Any, float]:
        progress.update(task, description=text)
        start = time.perf_counter()
        result = fn()
        progress.advance(task)
        return result, time.perf_counter() - start

    model, _ = step("reading the trained weights", pretrained)
    compiled, t_compile = step("compiling", lambda: scriptc.script(model))
    file = args.out / "silero_vad.scriptc"
    _, _ = step("saving", lambda: compiled.save(file))
    loaded, t_load = step("loading", lambda: scriptc.load(file))
    (probs, segments), _ = step("running the loaded file", lambda: detect(loaded, audio, args.threshold))
    (expected, expected_segments), _ = step("running the same code in Python", lambda: detect(model, audio, args.threshold))
    (t_run, t_eager), _ = step("timing both in turns", lambda: in_turns([lambda: loaded(audio), lambda: model(audio)]))
    differences, _ = step("comparing with ONNX Runtime", lambda: onnx_differences(file, audio, probs))
    plot = args.out / f"{args.wav.stem}.png"
    step("drawing", lambda: plot_segments(audio, probs, segments, args.threshold, args.wav.name, plot))
    progress.update(task, description="done")
    return {
        "same": probs.tobytes() == expected.tobytes() and segments == expected_segments,
        "onnx": differences,
        "times": (t_compile, t_load, t_run, t_eager),
        "seconds": len(audio) / RATE,
        "probs": probs,
        "segments": segments,
        "file": file,
        "plot": plot,
    }


def in_turns(fns: list[Callable[[], Any]], rounds: int = 5) -> list[float]:
    """The median seconds of each."""
    times = [[timeit.timeit(fn, number=1) for fn in fns] for _ in range(rounds)]
    return [statistics.median(t) for t in zip(*times, strict=True)]


def onnx_differences(file: Path, audio: np.ndarray, probs: np.ndarray) -> tuple[float, float]:
    """The largest difference from the package's ONNX model, with its weights in both and with ours in both."""
    onnx = package_data() / "silero_vad_16k_op15.onnx"
    ours = scriptc.load(file)
    with_our_weights = onnx_probabilities(onnx, audio, ours.state_dict())
    ours.load_state_dict(onnx_weights(onnx, ours.state_dict()))
    return float(np.abs(onnx_probabilities(onnx, audio) - ours(audio)).max()), float(np.abs(with_our_weights - probs).max())


def detect(vad: SileroVAD, audio: np.ndarray, threshold: float) -> tuple[np.ndarray, list[Segment]]:
    probs = vad(audio)
    return probs, vad.segments(probs, len(audio), threshold)


def segment_table(segments: list[Segment], probs: np.ndarray, name: str) -> Table:
    table = Table(title=f"Speech in {name}", title_justify="left")
    for head in ("segment", "from s", "to s", "length s", "mean probability"):
        table.add_column(head, justify="right")
    for number, (start, end) in enumerate(segments, 1):
        mean = float(probs[start // 512 : -(-end // 512)].mean())
        table.add_row(str(number), f"{start / RATE:.2f}", f"{end / RATE:.2f}", f"{(end - start) / RATE:.2f}", f"{mean:.3f}")
    return table


def check_table(found: dict[str, Any]) -> Table:
    t_compile, t_load, t_run, t_eager = found["times"]
    table = Table(title="Checks", title_justify="left", show_header=False)
    table.add_row("loaded file against the Python source", "equal bits" if found["same"] else "[red]different[/]")
    table.add_row("largest difference from the ONNX model, its weights in both", f"{found['onnx'][0]:.1e}")
    table.add_row("largest difference from the ONNX model, our weights in both", f"{found['onnx'][1]:.1e}")
    table.add_row("compile, load", f"{1000 * t_compile:.0f} ms, {1000 * t_load:.1f} ms")
    table.add_row(f"{found['seconds']:.1f} s of audio: loaded file, Python source", f"{1000 * t_run:.1f} ms, {1000 * t_eager:.1f} ms")
    return table


if __name__ == "__main__":
    sys.exit(main())
