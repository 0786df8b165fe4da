"""The crate goes home: 10,000 tracks out to every program and back, through the command line.

Usage: python -m benchmarks.crate_home [--tracks 10000] [--programs rekordbox,...] [--out FILE.json]

The library is written, not heard: tracks of six minutes with answers as large as real ones. They
are exported from it; then imported into a second library of the same tracks whose grids lie 10 ms
later and whose cues and keys are others, so that everything arrives as new; then imported there
once more, when nothing is new. Wall and processor seconds and the peak of resident memory are
those of the whole command, Python's start included. As a measure that another machine can be
compared by, `decoding_seconds` is the processor time in which one minute of FLAC is decoded here.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

import mixolydian
from benchmarks import commands
from mixolydian.audio.io import open_audio
from mixolydian.core.types import (
    Analysis,
    Beats,
    Chord,
    Cue,
    Drop,
    Energy,
    Estimate,
    FileTags,
    Loudness,
    Provenance,
    Section,
    Summary,
    Tags,
    Tempo,
    TempoSegment,
    Track,
)
from mixolydian.library.batch import batch
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.records import FileState
from mixolydian.theory.key import make_key

PROGRAMS = {
    "rekordbox": "crate.xml",
    "traktor": "crate.nml",
    "mixxx": "mixxxdb.sqlite",
    "serato": "volume",
    "m3u8": "crate.m3u8",
    "cue": "sheets",
    "jams": "jams",
}
"""Program → what is written for it, in a folder of its own."""
MINUTES = 6.0
GOAL = 15.0
"""seconds a user waits for a whole crate."""
Figures = dict[str, float]


def track(number: int, folder: Path, other: bool = False) -> Track:
    """One steady track; with `other`, the answers of somebody who heard it differently."""
    duration, bpm = 60.0 * MINUTES, 90.0 + number % 90
    first = 0.1 + number % 37 / 100.0 + (0.01 if other else 0.0)
    name = f"{number:05d} Träck № {number % 613}"
    path = str(folder / f"{number % 97:02d}" / f"{name}.flac")
    tags = FileTags(name, f"Artist {number % 700}", f"Album {number % 1500}", 1990 + number % 35)
    answers = dict(_answers(duration, bpm, first, (number + 5 * other) % 12, other))
    machine = Provenance("bench", "1", {"smoothing": 0.5, "bands": 40}, f"{number:032x}")
    estimates = {q: Estimate(value, 0.9, machine) for q, value in answers.items()}
    return Track(f"{number:032x}", path, duration, tags, Analysis(duration, estimates))


def _answers(
    duration: float, bpm: float, first: float, tonic: int, other: bool
) -> Iterator[tuple[str, Any]]:
    times = np.arange(first, duration, 60.0 / bpm)
    bar = 240.0 / bpm
    starts = [first + bar * 16 * n for n in range(int((duration - first) / bar / 16))]
    ends = [*starts[1:], duration]
    labels = ("intro", "build", "drop", "breakdown")
    yield "tempo", Tempo(bpm, (TempoSegment(0.0, duration, bpm, first),))
    yield "beats", Beats(times, np.arange(len(times)) % 4 + 1, 4)
    yield "key", make_key(tonic, "minor")
    spans = list(zip(starts, ends, strict=True))
    yield "sections", tuple(Section(a, b, labels[n % 4], 0.5) for n, (a, b) in enumerate(spans))
    yield (
        "chords",
        tuple(Chord(a + n * bar, a + (n + 1) * bar, "A:min") for a in starts for n in range(2)),
    )
    yield "drops", (Drop(starts[2], 0.8),)
    kinds = ("mix-in", "drop", "breakdown", "mix-out")
    yield "cues", tuple(Cue(starts[n + other], kind) for n, kind in enumerate(kinds))
    seconds = np.arange(0.0, duration, 1.0)
    yield "energy", Energy(1 + tonic % 10, seconds, np.abs(np.sin(seconds / 40.0)))
    yield "loudness", Loudness(-9.0, -0.5, 6.0)
    yield "timbre", Summary({"vector": [float(x) for x in np.sin(np.arange(128) * bpm)]})
    yield "emotion", Tags({"relaxed": 0.1, "happy": 0.6, "sad": 0.1, "angry": 0.2})


def make_library(home: Path, folder: Path, n_tracks: int, other: bool = False) -> None:
    """A library of `n_tracks`, whose files are there and hold nothing."""
    home.mkdir(parents=True)
    with Catalogue(home / "library.sqlite") as opened, batch(opened) as catalogue:
        for number in range(n_tracks):
            made = track(number, folder, other)
            Path(made.path).parent.mkdir(parents=True, exist_ok=True)
            Path(made.path).touch()
            catalogue.remember(FileState(made.path, 0, 1), made, {}, "0")


def command(arguments: list[str], home: Path) -> tuple[Figures, str]:
    """What one command costs, and what it said."""
    found = commands.mixo(arguments, home, OMP_NUM_THREADS="1")
    names = ("wall_seconds", "cpu_seconds", "peak_mib")
    return {name: round(getattr(found, name), 2) for name in names}, found.said


def round_trip(program: str, place: Path) -> dict[str, Any]:
    """Out to `program`, into the other library, and there again."""
    out = place / program / PROGRAMS[program]
    out.parent.mkdir()
    there = place / program / "home"
    shutil.copytree(place / "there", there)
    went = command(["export", "--to", program, "--out", str(out)], place / "here")
    came = command(["import", str(out)], there)
    again = command(["import", str(out)], there)
    size = sum(file.stat().st_size for file in _written(out))
    shutil.rmtree(place / program)
    names = ("export", "import", "import_again")
    done = dict(zip(names, (went, came, again), strict=True))
    figures = {name: {**costs, "said": _first(text)} for name, (costs, text) in done.items()}
    return {"mib": round(size / 2**20, 1), **figures}


def _written(out: Path) -> Iterator[Path]:
    yield from (p for p in out.rglob("*") if p.is_file()) if out.is_dir() else [out]


def _first(text: str) -> str:
    """The first line, without the place on this machine."""
    return text.splitlines()[0].rpartition("/")[2]


def decoding_seconds() -> float:
    """Processor seconds in which one minute of stereo FLAC at 44.1 kHz is decoded."""
    noise = np.random.default_rng(1).normal(0.0, 0.1, (44_100 * 60, 2))
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "a.flac"
        soundfile.write(path, noise, 44_100)
        best = float("inf")
        for _ in range(5):
            start = time.process_time()
            with open_audio(str(path)) as audio:
                for _block in audio.blocks():
                    pass
            best = min(best, time.process_time() - start)
    return best


def measure(n_tracks: int, programs: list[str]) -> dict[str, Any]:
    """Every program, in folders of its own."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        for home, other in (("here", False), ("there", True)):
            make_library(place / home, place / "music", n_tracks, other)
        minute = decoding_seconds()
        trips = {}
        for program in programs:
            trips[program] = round_trip(program, place)
            print(program, json.dumps(trips[program], ensure_ascii=False), file=sys.stderr)
        size = (place / "here" / "library.sqlite").stat().st_size
    verbs = ("export", "import", "import_again")
    costs = [trip[verb]["cpu_seconds"] for trip in trips.values() for verb in verbs]
    return {
        "tracks": n_tracks,
        "library_mib": round(size / 2**20, 1),
        "decoding_seconds": round(minute, 3),
        "programs": trips,
        "slowest_cpu_seconds": max(costs),
        "slowest_in_minutes_decoded": round(max(costs) / minute),
        "goal_seconds": GOAL,
    }


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tracks", type=int, default=10_000)
    parser.add_argument("--programs", default=",".join(PROGRAMS))
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/crate_home.json"))
    chosen = parser.parse_args()
    document = {
        "date": datetime.date.today().isoformat(),
        "command": f"python -m benchmarks.crate_home --tracks {chosen.tracks} "
        f"--programs {chosen.programs}",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}, mixolydian {mixolydian.__version__}",
        **measure(chosen.tracks, chosen.programs.split(",")),
    }
    text = json.dumps(document, indent=2, ensure_ascii=False)
    with suppress(FileExistsError):
        chosen.out.parent.mkdir(parents=True)
    chosen.out.write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
