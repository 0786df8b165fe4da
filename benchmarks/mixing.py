"""Mixes certified: what is measured of the transitions of whole mixes, from their sound.

Usage: python -m benchmarks.mixing CRATE [--real FOLDER] [--mixes 10] [--length 5] [--out FILE]

CRATE is a folder of `benchmarks.dj_crate` (made if it is not there), FOLDER holds real tracks.
Tracks are drawn, put in order and planned as `mixo mix --order flow` does, rendered, and certified.

- composed: with the grids we hear;
- known: the same mixes with the composer's own beats as grids, which leaves what the rendering and
  the measurement do. `rendering` is each stroke of a deck in the mix against the same stroke in its
  own file: what stretching moves, without what the drummer does;
- real: real tracks with the grids we hear.
"""

from __future__ import annotations

import argparse
import datetime
import json
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import mixolydian
from benchmarks.dj_crate import made
from mixolydian.core.types import FloatArray
from mixolydian.dj.attuning import EARLY
from mixolydian.dj.certificate import Certificate, certify
from mixolydian.dj.certifying.attacks import BANDS, envelopes
from mixolydian.dj.certifying.scene import Deck, Scene, scene_of
from mixolydian.dj.certifying.strokes import strokes_of
from mixolydian.dj.certifying.timing import FEWEST
from mixolydian.dj.excerpt import Excerpt
from mixolydian.dj.grid import Grid
from mixolydian.dj.nudging import own_beats
from mixolydian.dj.planner import plan_mix
from mixolydian.dj.portrait import Portrait
from mixolydian.dj.rendering import render
from mixolydian.dj.transitions.candidates import transition_value
from mixolydian.dj.transitions.wishes import Wishes
from mixolydian.workflows.portraits import portraits
from mixolydian.workflows.sequencing import smooth_order

MINUTES_A_TRACK = 1.2
"""heard of each, so that many transitions fit into the time."""
LIMITS = {"beat_p95_ms": 5.0, "loudness_step_lu": 1.5, "bass_overlap_beats": 1.0}


def in_flow(tracks: Sequence[Portrait]) -> list[Portrait]:
    """The tracks in an order that goes well."""
    value = np.array([[transition_value(a, b) for b in tracks] for a in tracks])
    return [tracks[i] for i in smooth_order(1.0 - value)]


def known(track: Portrait) -> Portrait:
    """The track with the composer's beats as its grid."""
    truth = json.loads(Path(track.path).with_suffix(".json").read_text())["beats"]
    times = np.array(truth["times"])
    numbers = np.round(track.grid.beat_at(times))
    return replace(track, grid=Grid(times[[0, -1]], numbers[[0, -1]]))


def moved(scene: Scene, heard: Sequence[Portrait]) -> FloatArray:
    """Milliseconds (m,) between both decks that the rendering puts on the overlap's beats."""
    beats = scene.places(1.0)
    beats = beats[scene.inside(beats)]
    errors = []
    for deck, portrait in zip((scene.outgoing, scene.incoming), heard, strict=True):
        strokes = strokes_at(scene, deck, beats)
        own = own_beats(deck.track, beats)
        at = np.round(np.nan_to_num(own)).astype(int)
        there = (np.abs(own - at) < 1e-3) & (at < portrait.n_beats)
        at = np.where(there, at, 0)
        source = portrait.grid.time_at(at) + portrait.strokes[at, BANDS.index("high")] - EARLY
        speed = scene.clock.bpm_at(beats) * deck.track.ratio / deck.track.grid.bpm_at(own)
        expected = 1e3 * (source - deck.track.grid.time_at(own)) / speed
        errors.append(np.where(there, strokes - expected, np.nan))
    gaps = errors[0] - errors[1]
    return np.asarray(gaps[~np.isnan(gaps)])


def strokes_at(scene: Scene, deck: Deck, beats: FloatArray) -> FloatArray:
    """Milliseconds (m,) by which a deck's strokes come after the mix's `beats`."""
    length = 60.0 / np.asarray(scene.clock.bpm_at(beats))
    return strokes_of(
        envelopes(deck.dry, scene.rate)["high"], beats, scene.second(beats), length
    ).late


def certified(
    tracks: Sequence[Portrait],
    heard: Sequence[Portrait],
    folder: Path,
    workers: int,
) -> tuple[list[dict[str, Any]], float]:
    """The rows of a mix of `tracks`, and how fast it was rendered; `heard` are the same tracks
    with the grids we hear."""
    minutes = min(MINUTES_A_TRACK * len(tracks), 0.8 * sum(track.duration for track in tracks) / 60)
    plan = plan_mix(tracks, Wishes(minutes=minutes))
    found: list[dict[str, Any]] = []

    def keep(excerpt: Excerpt) -> None:
        i = excerpt.index
        made = row(certify(plan, i, excerpt, tracks))
        if tracks is not heard:
            gaps = moved(scene_of(plan, i, excerpt, tracks), heard[i : i + 2])
            enough = len(gaps) >= FEWEST
            made["rendering_p95_ms"] = (
                round(float(np.percentile(np.abs(gaps), 95)), 2) if enough else None
            )
        found.append(made)

    start = time.monotonic()
    done = render(plan, folder / "mix.flac", workers=workers, keep=keep)
    return found, done.seconds / (time.monotonic() - start)


def row(one: Certificate) -> dict[str, Any]:
    """What is kept of a certificate."""
    offset = one.beats.offset
    return {
        "from": one.outgoing,
        "to": one.incoming,
        "kind": one.kind,
        "seconds": round(one.end - one.start, 1),
        "beat_median_ms": None if offset is None else round(offset.median, 2),
        "beat_p95_ms": None if offset is None else round(offset.p95, 2),
        "beats": 0 if offset is None else offset.n,
        "drift_ms_per_minute": one.beats.drift,
        "on_phrase": one.place.on_phrase,
        "bass_overlap_beats": one.bass.total,
        "loudness_step_lu": one.loudness.step,
        "clipped": one.faults.clipped_samples,
        "clicks": len(one.faults.clicks),
        "failed": [check.name for check in one.failed],
    }


def summary(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Counts and quantiles over transitions."""
    timed = [r for r in rows if r["beat_p95_ms"] is not None]
    p95 = np.array([r["beat_p95_ms"] for r in timed])
    found: dict[str, Any] = {
        "transitions": len(rows),
        "kinds": dict(Counter(r["kind"] for r in rows).most_common()),
        "beats_measured_in": len(timed),
        "beat_p95_ms": _spread(p95),
        "beat_p95_at_most_1_ms": _share(p95 <= 1.0),
        "beat_p95_at_most_5_ms": _share(p95 <= 5.0),
        "beat_median_ms": _spread(np.abs([r["beat_median_ms"] for r in timed])),
        "on_phrase": _share([r["on_phrase"] for r in rows if r["on_phrase"] is not None]),
        "clipped_samples": sum(r["clipped"] for r in rows),
        "clicks": sum(r["clicks"] for r in rows),
        "passed": _share([not r["failed"] for r in rows]),
        "failed_by": dict(Counter(name for r in rows for name in r["failed"]).most_common()),
    }
    drawn = np.array([r["rendering_p95_ms"] for r in rows if r.get("rendering_p95_ms") is not None])
    if len(drawn):
        found["rendering_p95_ms"] = _spread(drawn) | {"at_most_1_ms": _share(drawn <= 1.0)}
    for name in ("loudness_step_lu", "bass_overlap_beats"):
        values = np.array([r[name] for r in rows if r[name] is not None])
        found[name] = _spread(values) | {"within": _share(values <= LIMITS[name])}
    return found


def _spread(values: Any) -> dict[str, float]:
    if not len(values):
        return {}
    marks = {"median": 50, "p90": 90, "max": 100}
    return {name: round(float(np.percentile(values, at)), 3) for name, at in marks.items()}


def _share(values: Any) -> float | None:
    return round(float(np.mean(values)), 4) if len(values) else None


def measured(
    tracks: list[Portrait], mixes: int, length: int, workers: int, with_truth: bool
) -> dict[str, dict[str, Any]]:
    """Certificates of `mixes` mixes of `length` tracks each, drawn the same way every time."""
    rng = np.random.default_rng(11)
    rows: dict[str, list[dict[str, Any]]] = {"heard": [], "known": []}
    speeds = []
    for k in range(mixes):
        drawn = in_flow([tracks[i] for i in rng.permutation(len(tracks))[:length]])
        for name in ("heard", "known") if with_truth else ("heard",):
            used: Sequence[Portrait] = [known(t) for t in drawn] if name == "known" else drawn
            with tempfile.TemporaryDirectory() as work:
                found, speed = certified(used, drawn, Path(work), workers)
            rows[name] += found
            speeds.append(speed)
        print(f"mix {k + 1} of {mixes}: {len(rows['heard'])} transitions", flush=True)
    kept = {name: {"summary": summary(r), "rows": r} for name, r in rows.items() if r}
    return kept | {"times_real_time": {"median": round(float(np.median(speeds)), 1)}}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("crate", type=Path)
    parser.add_argument("--real", type=Path)
    parser.add_argument("--mixes", type=int, default=10)
    parser.add_argument("--length", type=int, default=5)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    crate = portraits([str(path) for path in made(given.crate, 200, 2.5)])
    document: dict[str, Any] = {
        "command": "python -m benchmarks.mixing CRATE --real FOLDER",
        "date": datetime.date.today().isoformat(),
        "mixolydian": mixolydian.__version__,
        "tracks": len(crate.portraits),
        "unsteady": [t.title for t in crate.portraits if not t.steady],
    }
    steady = [track for track in crate.portraits if track.steady]
    document["composed"] = measured(steady, given.mixes, given.length, given.workers, True)
    if given.real is not None:
        real = [track for track in portraits([str(given.real)]).portraits if track.steady]
        document["real"] = measured(real, given.mixes, given.length, given.workers, False)
    text = json.dumps(document, indent=1)
    if given.out is not None:
        given.out.write_text(text + "\n")
    print(json.dumps({k: v for k, v in document.items() if not isinstance(v, dict)}))
    for name in ("composed", "real"):
        for grid, part in document.get(name, {}).items():
            print(name, grid, json.dumps(part.get("summary", part)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
