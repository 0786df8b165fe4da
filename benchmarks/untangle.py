"""Mixes heard backwards: right track and order, edges within a bar, tempo, place and pitch.

Usage: python -m benchmarks.untangle --crate FOLDERS… [--mixes 20] [--seed 7000] [--out FILE.json]

Tracks of the crate (composed pieces, real tracks) are portrayed, mixes of 4 or 5 of them planned
by `plan_mix` with drawn wishes and rendered by `render`, then heard again and untangled from the
mix's sound and the whole crate. Nothing of the plan is known to it. Every fourth mix is told from
an mp3 of 64 kbit/s. Beside them, mixes of which no track is in the crate: what is found is false.
"""

from __future__ import annotations

import argparse
import datetime
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import av
import numpy as np

import mixolydian
from benchmarks.untangle_scores import score
from mixolydian.core.settings import Settings
from mixolydian.dj.plan import MixPlan
from mixolydian.dj.planner import Wishes, plan_mix
from mixolydian.dj.portrait import Portrait
from mixolydian.dj.rendering import render
from mixolydian.dj.untangling import Heard, untangle
from mixolydian.workflows.listening import gather
from mixolydian.workflows.portraits import portraits

TARGETS = {"order": 0.98, "edges_within_a_bar": 0.90, "tempo_percent": 0.1}
NEAR = 0.08
"""share by which tempi of one mix may differ."""
FEWEST, MOST = 4, 5
"""tracks of a mix."""
MP3_EVERY = 4
CRATE: list[Heard] = []
"""the tracks a worker process looks for."""


def drawn(crate: Sequence[Portrait], rng: np.random.Generator) -> MixPlan:
    """A plan of 4 or 5 tracks of tempi that go together; the crate holds such ones."""
    near: list[Portrait] = []
    while len(near) < FEWEST - 1:
        first = crate[int(rng.integers(len(crate)))]
        near = [p for p in crate if p is not first and abs(p.bpm / first.bpm - 1) < NEAR]
    chosen = [near[i] for i in rng.permutation(len(near))[: int(rng.integers(FEWEST - 1, MOST))]]
    return plan_mix([first, *chosen], Wishes(tempo=str(rng.choice(["first", "follow"]))))


def as_mp3(path: Path, kbit: int = 64) -> Path:
    """The file at `kbit` a second."""
    out = path.with_suffix(".mp3")
    with av.open(str(path)) as source, av.open(str(out), "w") as target:
        stream: Any = target.add_stream("mp3", rate=44100)
        stream.bit_rate = 1000 * kbit
        for frame in source.decode(audio=0):
            for packet in stream.encode(frame):
                target.mux(packet)
        for packet in stream.encode(None):
            target.mux(packet)
    return out


def heard(path: str, title: str = "") -> Heard:
    """One file's frames."""
    features, track_id, _ = gather(path)
    return Heard.of(features, track_id, path, title)


def one(plan: MixPlan, tracks: list[Heard], folder: Path, mp3: bool) -> dict[str, Any]:
    """Render `plan`, untangle it from `tracks`, and from the tracks that are not in it."""
    path = folder / "mix.flac"
    render(plan, path)
    mix = heard(str(as_mp3(path) if mp3 else path))
    start = time.process_time()
    found = untangle(mix, tracks)
    spent = time.process_time() - start
    playing = {track.track_id for track in plan.tracks}
    foreign = [t for t in tracks if t.track_id not in playing]
    result = score(plan, found, [t.track_id for t in tracks])
    return {
        "seconds": round(mix.duration, 1),
        "mp3_64": mp3,
        "cpu_share_of_real_time": round(spent / mix.duration, 4),
        "found_without_its_tracks": len(untangle(mix, foreign).plays),
        **result,
    }


def fill(tracks: list[Heard]) -> None:
    """What a worker process begins with."""
    CRATE.extend(tracks)


def numbered(n: int, plan: MixPlan, folder: Path) -> dict[str, Any]:
    """Mix number `n`, in a folder of its own."""
    place = folder / str(n)
    place.mkdir()
    result = one(plan, CRATE, place, n % MP3_EVERY == MP3_EVERY - 1)
    shutil.rmtree(place)
    print(n, json.dumps(result), file=sys.stderr, flush=True)
    return result


def summary(mixes: list[dict[str, Any]]) -> dict[str, Any]:
    """The figures the targets are about."""
    edges = [e for m in mixes for e in m["edges"]]
    missed = [e[k] for e in edges for k in ("start_bars", "end_bars")]
    plays = [p for m in mixes for p in m["plays"] if p["tempo_percent"] is not None]
    turns = sum(m["turns"] for m in mixes)
    kinds = sorted({e["kind"] for e in edges})
    return {
        "mixes": len(mixes),
        "turns": turns,
        "tracks_found": round(sum(m["found"] for m in mixes) / turns, 4),
        "false_plays": sum(m["false"] for m in mixes),
        "found_without_its_tracks": sum(m["found_without_its_tracks"] for m in mixes),
        "order": round(float(np.mean([m["order_right"] for m in mixes])), 4),
        "edges_within_a_bar": _within(missed),
        "edges_within_a_bar_by_kind": {
            k: _within([e[s] for e in edges if e["kind"] == k for s in ("start_bars", "end_bars")])
            for k in kinds
        },
        "tempo_within_0.1_percent": round(
            float(np.mean([p["tempo_percent"] <= TARGETS["tempo_percent"] for p in plays])), 4
        ),
        "tempo_percent_p95": _p95([p["tempo_percent"] for p in plays]),
        "place_ms_median": round(float(np.median([p["place_ms"] for p in plays])), 3),
        "place_ms_p95": _p95([p["place_ms"] for p in plays]),
        "cents_p95": _p95([abs(p["cents"]) for p in plays]),
        "cpu_share_of_real_time": round(
            float(np.median([m["cpu_share_of_real_time"] for m in mixes])), 4
        ),
    }


def _within(missed: list[float | None]) -> float:
    return round(float(np.mean([m is not None and abs(m) <= 1.0 for m in missed])), 4)


def _p95(values: list[float]) -> float:
    return round(float(np.percentile(values, 95)), 4)


def main() -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--crate", nargs="+", required=True)
    parser.add_argument("--mixes", type=int, default=20)
    parser.add_argument("--seed", type=int, default=7000)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--home", default="", help="where analyses are kept; by default nowhere")
    parser.add_argument("--out", default="benchmarks/results/untangle.json")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = Path(given.home) if given.home else folder / "home"
        portrayed = portraits(given.crate, Settings(home=home, jobs=1))
        crate = portrayed.portraits
        if len(crate) < 2:
            print("no tracks:", portrayed.unusable, file=sys.stderr)
            return 1
        tracks = [heard(p.path, p.title) for p in crate]
        plans = [drawn(crate, np.random.default_rng(given.seed + n)) for n in range(given.mixes)]
        context = get_context("forkserver")
        with ProcessPoolExecutor(given.jobs, context, fill, (tracks,)) as pool:
            told = pool.map(numbered, range(len(plans)), plans, repeat(folder))
            mixes = list(told)
    result = {
        "made_by": "python -m benchmarks.untangle --crate FOLDERS",
        "date": datetime.date.today().isoformat(),
        "version": mixolydian.__version__,
        "tracks_in_the_crate": len(tracks),
        **summary(mixes),
        "targets": TARGETS,
        "per_mix": mixes,
    }
    Path(given.out).write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    print(json.dumps({k: v for k, v in result.items() if k != "per_mix"}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
