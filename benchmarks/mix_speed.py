"""How fast a mix is rendered, and in how much memory.

Usage: python -m benchmarks.mix_speed [--minutes 30] [--workers 2] [--out FILE.json] [SOUNDS…]

Tracks of a few minutes follow each other with 64 beats of overlap, every one of them stretched
(+3.2 % to −3.1 %), some transposed, all transitions with bands and faders moving, some with
filters or an echo; flac is decoded and written. Without SOUNDS two composed pieces take turns.
Processor time is that of all processes; memory is the largest sum of what they hold resident,
looked at five times a second: of their own (anonymous), and with mapped files, which the system
may take back at any time. Linux only.
"""

from __future__ import annotations

import argparse
import datetime
import json
import multiprocessing
import os
import resource
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import soundfile

import mixolydian
from mixolydian.audio.io import track_id
from mixolydian.creation.ask import Wish, ask
from mixolydian.dj.curve import Curve
from mixolydian.dj.grid import Grid
from mixolydian.dj.plan import Controls, MixPlan, PlannedTrack, Transition
from mixolydian.dj.rendering import render
from mixolydian.engines.local import LocalEngine
from mixolydian.training.datasets.composed import composed_item

OVERLAP = 64.0
BPM = 126.0
OWN = (122.0, 130.0, 124.0, 128.0)
TARGET_SPEED, TARGET_BYTES = 15.0, 1.5 * 2**30


def compose(job: tuple[str, int, str]) -> str:
    """Write a piece of four minutes; in a process of its own, whose memory does not count."""
    genre, seed, folder = job
    item = composed_item("piece", ask(Wish(genre=genre, seconds=240.0, seed=seed)))
    name = f"{folder}/{genre}.flac"
    soundfile.write(name, item.samples.T, item.sample_rate, "PCM_16")
    return name


def composed(folder: str) -> list[str]:
    """Two pieces, written."""
    jobs = [("house", 3, folder), ("techno", 4, folder)]
    return sorted(str(o.result) for o in LocalEngine(1, renew_after=1).map(compose, jobs))


class Watch(threading.Thread):
    """Follows the memory of this process and its workers."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.own, self.mapped = 0, 0
        self.done = threading.Event()

    def run(self) -> None:
        while not self.done.wait(0.2):
            pids = [os.getpid(), *(p.pid for p in multiprocessing.active_children())]
            held = [resident(pid) for pid in pids if pid is not None]
            self.own = max(self.own, sum(own for own, _ in held))
            self.mapped = max(self.mapped, sum(own + mapped for own, mapped in held))


def resident(pid: int) -> tuple[int, int]:
    """Bytes (anonymous, of files) that a process holds; nothing when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    except OSError:
        return 0, 0
    sizes = {line.split(":")[0]: line.split()[1] for line in lines if line.startswith("Rss")}
    return 1024 * int(sizes.get("RssAnon", 0)), 1024 * int(sizes.get("RssFile", 0))


def moved(start: float, k: int) -> tuple[Controls, Controls]:
    """Hands of both decks: bass swapped in the middle, straight faders, now and then more."""
    end, middle = start + OVERLAP, start + OVERLAP / 2
    away: dict[str, Curve] = {
        "fader": Curve(((middle, 1.0), (end, 0.0))),
        "low": Curve(((middle, 1.0), (middle, 0.0))),
    }
    if k % 3 == 1:
        away["highpass"] = Curve(((start, 20.0), (end, 800.0)))
    if k % 3 == 2:
        away["echo"] = Curve(((middle, 0.0), (end, 0.8)))
    come = {
        "fader": Curve(((start, 0.0), (middle, 1.0))),
        "low": Curve(((middle, 0.0), (middle, 1.0))),
    }
    return Controls(**away), Controls(**come)


def plan_of(names: list[str], minutes: float) -> MixPlan:
    """A mix of about `minutes`."""
    sounds = [(name, track_id(name), soundfile.info(name).duration) for name in names]
    tracks: list[PlannedTrack] = []
    transitions = []
    at = 0.0
    while at < minutes * BPM and len(tracks) < 200:
        name, identity, duration = sounds[len(tracks) % len(sounds)]
        grid = Grid.steady(OWN[len(tracks) % len(OWN)])
        end = float(int(grid.beat_at(duration) // 4) * 4)
        shift = 1.0 if len(tracks) % 5 == 4 else 0.0
        if tracks:
            hands = moved(at, len(tracks))
            transitions.append(Transition("blend", at, at + OVERLAP, *hands))
        tracks.append(
            PlannedTrack(name, identity, name, duration, grid, at, 0.0, end, semitones=shift)
        )
        at += end - OVERLAP
    return MixPlan(tuple(tracks), tuple(transitions), Curve.constant(BPM))


def spent() -> float:
    """CPU seconds of this process and its ended children."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def measured(plan: MixPlan, out: Path, workers: int) -> dict[str, Any]:
    """Times and memory of one render."""
    kept: list[int] = []
    watch = Watch()
    watch.start()
    wall, cpu = time.monotonic(), spent()
    done = render(plan, out, workers=workers, keep=lambda e: kept.append(e.mix.shape[1]))
    wall, cpu = time.monotonic() - wall, spent() - cpu
    watch.done.set()
    return {
        "mix_minutes": round(done.seconds / 60, 2),
        "tracks": len(plan.tracks),
        "workers": workers,
        "times_real_time": round(done.seconds / wall, 1),
        "cpu_seconds_per_minute": round(60 * cpu / done.seconds, 2),
        "times_real_time_on_2_free_cores": round(2 * done.seconds / cpu, 1),
        "memory_bytes": watch.own,
        "memory_with_mapped_files_bytes": watch.mapped,
        "true_peak_dbtp": round(done.true_peak, 2),
        "limited_db": round(done.limited_db, 2),
        "excerpts": len(kept),
    }


def main() -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("sounds", nargs="*")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", default="benchmarks/results/mix_speed.json")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        plan = plan_of(given.sounds or composed(folder), given.minutes)
        found = measured(plan, Path(folder) / "mix.flac", given.workers)
    result = {
        "made_by": f"python -m benchmarks.mix_speed --minutes {given.minutes:g}",
        "date": datetime.date.today().isoformat(),
        "version": mixolydian.__version__,
        "load_of_the_machine_when_done": round(os.getloadavg()[0], 1),
        "cores": os.cpu_count(),
        **found,
        "targets": {
            "times_real_time_on_2_cores": TARGET_SPEED,
            "memory_bytes": TARGET_BYTES,
        },
    }
    print(json.dumps(result, indent=1))
    Path(given.out).write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
