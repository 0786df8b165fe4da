"""Speed: CPU seconds per minute of sound, beside librosa's three usual calls.

Usage: python -m benchmarks.speed [--sound FILE] [--long] [--out FILE.json]

Ours: `mixo analyze`, decode to stored result, all questions, one worker, a fresh catalogue.
Theirs: `librosa.load` + `librosa.beat.beat_track` + `librosa.feature.chroma_cqt` on the same
file in the same run. `fresh` is a whole new process, import and compilation included; `warm`
the second time in one process, without the catalogue for ours. CPU seconds are user + system
of the process and those it started, on one thread each; memory is the largest resident set of
any of them. Both sides take turns, `--repeat` times, and each one's lowest figure is kept.
Without `--sound`, a three-minute piece is rendered and encoded as mp3 at 256 kbit/s. `--long`
adds a two-hour mix, made of that sound over and over.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import shlex
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import av
import numpy as np
import soundfile

import mixolydian
from benchmarks.commands import Cost, cost, mixo
from mixolydian.creation.arrange import arrange
from mixolydian.creation.brief import Brief
from mixolydian.creation.sound.render import render

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
FORM = (
    ("intro", 16), ("buildup", 8), ("drop", 24), ("breakdown", 16), ("drop", 16), ("outro", 16),
)  # fmt: skip
"""96 bars at 128 BPM: three minutes."""

_WARM = """
import json, resource, sys
{setup}
def used():
    u = resource.getrusage(resource.RUSAGE_SELF)
    return u.ru_utime + u.ru_stime
job(sys.argv[1])
start = used()
job(sys.argv[1])
print(json.dumps(used() - start))
"""
_OURS = "from mixolydian.workflows.listening import analyze_file as job"
_LIBROSA = """
import librosa
def job(path):
    y, sr = librosa.load(path)
    librosa.beat.beat_track(y=y, sr=sr)
    librosa.feature.chroma_cqt(y=y, sr=sr)
"""


# --------------------------------------------------------------------------- sounds


def three_minutes(path: Path) -> None:
    """Render a three-minute piece and encode it as mp3."""
    signal = render(arrange(Brief("techno", 128.0, "A", "minor", FORM, seed=1)))
    with av.open(str(path), "w", format="mp3") as container:
        stream = container.add_stream("mp3", rate=signal.sample_rate, layout="stereo")
        stream.bit_rate = 256_000
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(signal.samples), format="fltp", layout="stereo"
        )
        frame.sample_rate = signal.sample_rate
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)


def two_hours(source: Path, path: Path, seconds: float = 7200.0) -> None:
    """`source` over and over, until `seconds` are full."""
    with av.open(str(source)) as decoder:
        parts = [f.to_ndarray() for f in decoder.decode(audio=0)]
        rate = decoder.streams.audio[0].rate
    y = np.concatenate(parts, axis=1).T
    left = round(seconds * rate)
    with soundfile.SoundFile(path, "w", rate, y.shape[1], format="FLAC") as out:
        while left > 0:
            out.write(y[:left])
            left -= len(y)


def duration(sound: Path) -> float:
    """Length in seconds, by decoding."""
    with av.open(str(sound)) as decoder:
        return sum(f.samples / f.sample_rate for f in decoder.decode(audio=0))


# --------------------------------------------------------------------------- processes


def ours_fresh(sound: Path) -> Cost:
    """`mixo analyze` with an empty catalogue."""
    with tempfile.TemporaryDirectory() as home:
        words = ["analyze", str(sound), "--jobs", "1", "--json"]
        return mixo(words, Path(home), **_one_thread())


def librosa_fresh(sound: Path) -> Cost:
    """The three calls in a new process."""
    code = f"import sys\n{_LIBROSA}\njob(sys.argv[1])"
    return cost([sys.executable, "-W", "ignore", "-c", code, str(sound)], _one_thread())


def warm(setup: str, sound: Path) -> float:
    """CPU seconds of the second call in one process."""
    command = [sys.executable, "-W", "ignore", "-c", _WARM.format(setup=setup), str(sound)]
    run = subprocess.run(command, env=_one_thread(), capture_output=True, text=True, check=True)
    return float(json.loads(run.stdout.splitlines()[-1]))


def _one_thread() -> dict[str, str]:
    return {**os.environ, **dict.fromkeys(THREADS, "1")}


# --------------------------------------------------------------------------- report


def measure(sound: Path, repeat: int) -> dict[str, Any]:
    """Both sides on one file, taking turns."""
    minutes = duration(sound) / 60
    fresh: dict[str, list[Cost]] = {"mixolydian": [], "librosa": []}
    second: dict[str, list[float]] = {"mixolydian": [], "librosa": []}
    for _ in range(repeat):
        fresh["mixolydian"].append(ours_fresh(sound))
        fresh["librosa"].append(librosa_fresh(sound))
        second["mixolydian"].append(warm(_OURS, sound))
        second["librosa"].append(warm(_LIBROSA, sound))
    result: dict[str, Any] = {"minutes": round(minutes, 3)}
    for name in fresh:
        best = min(fresh[name], key=lambda c: c.cpu_seconds)
        result[name] = {
            "fresh": {
                "cpu_seconds": round(best.cpu_seconds, 3),
                "peak_mib": round(best.peak_mib, 3),
            },
            "warm_cpu_seconds": round(min(second[name]), 3),
            "fresh_cpu_seconds_per_minute": round(best.cpu_seconds / minutes, 3),
            "warm_cpu_seconds_per_minute": round(min(second[name]) / minutes, 3),
            "warm_times_real_time": round(minutes * 60 / min(second[name]), 1),
            "fresh_times_real_time": round(minutes * 60 / best.cpu_seconds, 1),
        }
    ratio = {"fresh": [c.cpu_seconds for c in fresh["librosa"]], "warm": second["librosa"]}
    result["librosa_over_ours"] = {
        "fresh": round(min(ratio["fresh"]) / min(c.cpu_seconds for c in fresh["mixolydian"]), 2),
        "warm": round(min(ratio["warm"]) / min(second["mixolydian"]), 2),
    }
    return result


def measure_long(sound: Path) -> dict[str, Any]:
    """A two-hour file through `mixo analyze`."""
    with tempfile.TemporaryDirectory() as folder:
        long = Path(folder) / "two-hours.flac"
        two_hours(sound, long)
        taken = ours_fresh(long)
    return {
        "minutes": 120,
        "cpu_seconds_per_minute": round(taken.cpu_seconds / 120, 3),
        "peak_mib": round(taken.peak_mib, 1),
    }


def versions() -> dict[str, str]:
    """What was measured."""
    found = {"mixolydian": mixolydian.__version__, "python": platform.python_version()}
    for name in ("librosa", "numpy", "scipy", "soxr", "av"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed")
    parser.add_argument("--sound", type=Path, help="a sound file; by default one is rendered")
    parser.add_argument("--repeat", type=int, default=3, help="turns of each side")
    parser.add_argument("--long", action="store_true", help="also a two-hour mix")
    parser.add_argument("--out", type=Path, help="write the JSON report here")
    return parser


def main() -> int:
    """Measure, print, write."""
    args = parser().parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sound = args.sound
        if sound is None:
            sound = Path(folder) / "three-minutes.mp3"
            three_minutes(sound)
        report = {
            "command": shlex.join(["python", "-m", "benchmarks.speed", *sys.argv[1:]]),
            "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "versions": versions(),
            "machine": {"processor": platform.machine(), "cores": os.cpu_count()},
            "three_minutes": measure(sound, args.repeat),
            "two_hours": measure_long(sound) if args.long else None,
        }
    text = json.dumps(report, indent=1)
    print(text)
    if args.out:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(text + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
