"""Small plans for tests: tracks of one steady tempo, nothing of them on disk."""

from __future__ import annotations

import numpy as np

from mixolydian.dj.curve import Curve
from mixolydian.dj.grid import Grid
from mixolydian.dj.plan import Controls, MixPlan, PlannedTrack, Transition


def track(
    bpm: float = 120.0, beats: float = 128, at: float = 0.0, **changes: object
) -> PlannedTrack:
    """The first `beats` beats of a track of `bpm`, from mix beat `at` on."""
    values: dict[str, object] = {
        "path": f"{bpm:g}.wav",
        "track_id": "0" * 64,
        "title": f"{bpm:g}",
        "duration": beats * 60 / bpm,
        "grid": Grid.steady(bpm),
        "at": at,
        "start": 0.0,
        "end": beats,
    }
    return PlannedTrack(**(values | changes))  # type: ignore[arg-type]


def blend(start: float, end: float, kind: str = "blend") -> Transition:
    """Straight faders from `start` to `end`."""
    return Transition(
        kind,
        start,
        end,
        Controls(fader=Curve(((start, 1.0), (end, 0.0)))),
        Controls(fader=Curve(((start, 0.0), (end, 1.0)))),
    )


def two(bpms: tuple[float, float] = (120.0, 124.0), overlap: float = 32) -> MixPlan:
    """Two tracks of 128 beats that overlap; the tempo goes from the first's to the second's."""
    start = 128 - overlap
    tempo = Curve(((0.0, bpms[0]), (128.0, bpms[0]), (160.0, bpms[1])))
    tracks = track(bpms[0]), track(bpms[1], at=start)
    return MixPlan(tracks, (blend(start, 128.0),), tempo)


def random_grid(rng: np.random.Generator) -> Grid:
    """A grid of a few tempi."""
    beats = np.cumsum(np.concatenate([[0], rng.integers(4, 64, 5)])).astype(float)
    lengths = np.diff(beats) * 60 / rng.uniform(90, 170, 5)
    return Grid(np.cumsum(np.concatenate([[rng.uniform(-1, 1)], lengths])), beats)
