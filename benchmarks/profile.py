"""Where the time goes: CPU seconds of each stage of one analysis, and the floor under it.

Usage: python -m benchmarks.profile [--sound FILE] [--repeat 3] [--out FILE.json]

Every stage is run by itself on the same sound, `--repeat` times, and its lowest figure kept.
The floor is what any program must do that looks at a spectrum: decode with FFmpeg, mix to
mono, resample to the analysis rate, and one FFT per frame. Without `--sound`, the three-minute
mp3 of benchmarks/speed.py is rendered. Prints a Markdown table for docs/performance.md.
"""

from __future__ import annotations

import argparse
import datetime
import json
import shlex
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import scipy.fft
import soxr

from benchmarks.speed import three_minutes, versions
from mixolydian.audio import spectrum
from mixolydian.audio.features import ANALYSIS_RATE, Features
from mixolydian.audio.io import open_audio, read
from mixolydian.core.types import Estimate, Signal
from mixolydian.estimators import in_order, listen
from mixolydian.workflows.listening import analyze_file

Stages = dict[str, float]


def lowest(job: Callable[[], Any], repeat: int) -> float:
    """Lowest CPU seconds of `repeat` calls."""
    taken = []
    for _ in range(repeat):
        start = time.process_time()
        job()
        taken.append(time.process_time() - start)
    return min(taken)


# --------------------------------------------------------------------------- the floor


def bare_decode(sound: Path) -> tuple[Any, int]:
    """Samples (n_channels, n) as FFmpeg gives them, and their rate."""
    with av.open(str(sound)) as container:
        parts = [frame.to_ndarray() for frame in container.decode(audio=0)]
        return np.concatenate(parts, axis=1), container.streams.audio[0].rate


def bare_resample(samples: Any, rate: int) -> Any:
    """Mono at the analysis rate."""
    return soxr.resample(samples.mean(axis=0, dtype=np.float32), rate, ANALYSIS_RATE)


def bare_fft(y: Any) -> Any:
    """One real FFT per frame, of the size and hop of our own spectrum."""
    frames = np.lib.stride_tricks.sliding_window_view(y, spectrum.N_FFT)[:: spectrum.HOP_LENGTH]
    window = np.hanning(spectrum.N_FFT).astype(np.float32)
    return [scipy.fft.rfft(frames[i : i + 1024] * window) for i in range(0, len(frames), 1024)]


def floor(sound: Path, repeat: int) -> Stages:
    """CPU seconds of the bare steps."""
    samples, rate = bare_decode(sound)
    if samples.dtype != np.float32:
        samples = samples.astype(np.float32) / np.iinfo(samples.dtype).max
    y = bare_resample(samples, rate)
    return {
        "decode": lowest(lambda: bare_decode(sound), repeat),
        "mono and resample": lowest(lambda: bare_resample(samples, rate), repeat),
        "one FFT per frame": lowest(lambda: bare_fft(y), repeat),
    }


# --------------------------------------------------------------------------- our stages


def _drain(sound: Path) -> None:
    with open_audio(sound) as stream:
        for _ in stream.blocks():
            pass


def front_end(sound: Path, signal: Signal, repeat: int) -> Stages:
    """Everything up to the frames that estimators look at."""
    resampled = lowest(lambda: bare_resample(signal.samples, signal.sample_rate), repeat)
    with_mel = lowest(lambda: Features(signal).mel, repeat)
    with_constant_q = lowest(lambda: Features(signal).constant_q, repeat)
    return {
        "decode, check, hash": lowest(lambda: _drain(sound), repeat),
        "mono and resample": resampled,
        "mel spectrum, levels, spectral shape": with_mel - resampled,
        "constant-Q": with_constant_q - resampled,
        "loudness (EBU R128)": lowest(lambda: Features(signal).loudness, repeat),
    } | shared(signal, repeat)


def shared(signal: Signal, repeat: int) -> Stages:
    """What several estimators share and the first one to ask computes."""

    def fresh() -> Features:
        features = Features(signal)
        features.mel, features.constant_q  # noqa: B018 - looking at them computes them
        return features

    views = iter([fresh() for _ in range(repeat)])
    chromas = iter([fresh() for _ in range(repeat)])

    def look_at_chroma() -> None:
        features = next(chromas)
        features.chroma, features.bass_chroma  # noqa: B018

    return {
        "onset strength": lowest(lambda: next(views).onset_envelope, repeat),
        "tuning and chroma": lowest(look_at_chroma, repeat),
    }


def questions(signal: Signal, repeat: int) -> Stages:
    """Each estimator by itself, its grounds and the shared frames given."""
    features = Features(signal)
    answers: dict[str, Estimate[Any]] = listen(features)
    return {
        f"estimator: {estimator.question}": lowest(
            lambda estimator=estimator: estimator.estimate(features, answers), repeat
        )
        for estimator in in_order()
    }


def profile(sound: Path, repeat: int) -> dict[str, Any]:
    """All stages of one file, the floor, and the whole in one piece."""
    analyze_file(str(sound))
    signal = read(sound)
    stages = front_end(sound, signal, repeat) | questions(signal, repeat)
    whole = lowest(lambda: analyze_file(str(sound)), repeat)
    stages["tags, JSON, the rest"] = max(0.0, whole - sum(stages.values()))
    bare = floor(sound, repeat)
    return {
        "minutes": round(signal.duration / 60, 3),
        "whole_cpu_seconds": round(whole, 4),
        "stages_cpu_seconds": {k: round(max(v, 0.0), 4) for k, v in stages.items()},
        "floor_cpu_seconds": {k: round(v, 4) for k, v in bare.items()},
        "times_the_floor": round(whole / sum(bare.values()), 2),
    }


def table(found: dict[str, Any]) -> str:
    """The stages as a Markdown table, dearest first."""
    minutes, whole = found["minutes"], found["whole_cpu_seconds"]
    lines = ["| stage | CPU ms per minute of sound | share |", "|---|---|---|"]
    for name, seconds in sorted(found["stages_cpu_seconds"].items(), key=lambda item: -item[1]):
        lines.append(f"| {name} | {1000 * seconds / minutes:.1f} | {seconds / whole:.1%} |")
    lines.append(f"| **the whole** | **{1000 * whole / minutes:.1f}** | |")
    for name, seconds in found["floor_cpu_seconds"].items():
        lines.append(f"| floor: {name} | {1000 * seconds / minutes:.1f} | |")
    return "\n".join(lines)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile")
    parser.add_argument("--sound", type=Path, help="a sound file; by default one is rendered")
    parser.add_argument("--repeat", type=int, default=3, help="calls of each stage")
    parser.add_argument("--out", type=Path, help="write the JSON report here")
    return parser


def main() -> int:
    """Measure, print, write."""
    args = parser().parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sound = args.sound or Path(folder) / "three-minutes.mp3"
        if args.sound is None:
            three_minutes(sound)
        found = profile(sound, args.repeat)
    report = {
        "command": shlex.join(["python", "-m", "benchmarks.profile", *sys.argv[1:]]),
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "versions": versions(),
    } | found
    print(table(found))
    print(f"\n{found['times_the_floor']} times the floor")
    if args.out:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
