"""The library: scan 2,000 short tracks, scan again without changes, search.

Usage: python -m benchmarks.library [--tracks 2000] [--jobs N] [--out FILE.json]

The tracks are decaying tones of two seconds at 22 050 Hz, each with its own tempo and pitch,
so the scan measures what a file costs besides its length. Every figure is wall-clock time of
the command a user types, Python's start included; `search` is also timed inside one process,
as a server would run it, over all the queries below. The least of `--repeat` runs is kept.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

import mixolydian
from benchmarks.commands import mixo
from mixolydian.core.settings import Settings, usable_cores
from mixolydian.workflows.search import SearchRequest, search

SAMPLE_RATE = 22_050
SECONDS = 2.0
QUERIES = (
    "bpm:120-128",
    "key:8A energy:>3",
    "bpm:90-100 length:<10 lufs:>-30",
    "track",
    'path:"track 0042"',
    "nothing",
    "",
)
GOALS = {"rescan_seconds": 2.0, "search_ms": 50.0}


def make_tracks(folder: Path, n_tracks: int) -> None:
    """Write `n_tracks` different sounds."""
    t = np.arange(round(SECONDS * SAMPLE_RATE)) / SAMPLE_RATE
    for n in range(n_tracks):
        beat = np.exp(-12.0 * (t % (60.0 / (60.0 + 0.07 * n))))
        y = 0.5 * beat * np.sin(2 * np.pi * (110.0 + 0.5 * n) * t)
        place = folder / f"album {n // 100:02d}"
        place.mkdir(exist_ok=True)
        soundfile.write(place / f"track {n:04d}.wav", y.astype(np.float32), SAMPLE_RATE)


def timed(arguments: list[str], home: Path) -> tuple[float, float, str]:
    """Wall seconds, processor seconds (workers included) and last line of one command."""
    found = mixo(arguments, home)
    return found.wall_seconds, found.cpu_seconds, found.said.splitlines()[-1]


def search_times(home: Path, repeat: int) -> list[float]:
    """Milliseconds of each query in a running process, the catalogue opened each time."""
    settings = Settings(home=home)
    search(SearchRequest("bpm:1"), settings)
    times = []
    for query in QUERIES:
        best = float("inf")
        for _ in range(repeat):
            start = time.perf_counter()
            search(SearchRequest(query), settings)
            best = min(best, time.perf_counter() - start)
        times.append(1000 * best)
    return times


def measure(n_tracks: int, jobs: int, repeat: int) -> dict[str, Any]:
    """Everything, in a folder and a home of its own."""
    with tempfile.TemporaryDirectory() as place:
        music, home = Path(place) / "music", Path(place) / "home"
        music.mkdir()
        make_tracks(music, n_tracks)
        scan = ["analyze", str(music), "--jobs", str(jobs)]
        first = timed(scan, home)
        again = min(timed(scan, home) for _ in range(repeat))
        lookups = min(timed(["search", "bpm:120-128 track"], home) for _ in range(repeat))
        times = search_times(home, repeat)
        size = sum(f.stat().st_size for f in home.rglob("*") if f.is_file())
    return {
        "tracks": n_tracks,
        "jobs": jobs,
        "scan_seconds": round(first[0], 2),
        "scan_cpu_seconds": round(first[1], 2),
        "scan_said": first[2],
        "rescan_seconds": round(again[0], 3),
        "rescan_cpu_seconds": round(again[1], 3),
        "rescan_said": again[2],
        "search_command_seconds": round(lookups[0], 3),
        "search_ms": round(max(times), 2),
        "search_median_ms": round(statistics.median(times), 2),
        "search_ms_by_query": dict(zip(QUERIES, (round(t, 2) for t in times), strict=True)),
        "catalogue_kib_per_track": round(size / n_tracks / 1024, 2),
    }


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tracks", type=int, default=2000)
    parser.add_argument("--jobs", type=int, default=usable_cores())
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/library.json"))
    chosen = parser.parse_args()
    figures = measure(chosen.tracks, chosen.jobs, chosen.repeat)
    document = {
        "date": datetime.date.today().isoformat(),
        "command": "python -m benchmarks.library "
        f"--tracks {chosen.tracks} --jobs {chosen.jobs} --repeat {chosen.repeat}",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}, mixolydian {mixolydian.__version__}",
        **figures,
        "goals": GOALS,
        "reached": {name: figures[name] < goal for name, goal in GOALS.items()},
    }
    text = json.dumps(document, indent=2, ensure_ascii=False)
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
