"""What the picture of a transition is drawn from: outlines and marks instead of sound.

Made while the excerpt is in memory and kept after it is gone. Times are seconds of the mix.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.types import FloatArray
from mixolydian.dj.certificate import Certificate
from mixolydian.dj.curve import Curve
from mixolydian.dj.excerpt import Excerpt
from mixolydian.dj.grid import Grid
from mixolydian.dj.plan import OPEN_HIGHPASS, OPEN_LOWPASS, Controls, MixPlan, PlannedTrack
from mixolydian.dj.portrait import Portrait
from mixolydian.dj.timeline import clock_of, played

COLUMNS = 492
"""of an outline."""
_POINTS = 246
"""of a curve."""


@dataclass(frozen=True, eq=False)
class Phrasing:
    """A phrase of `bars` that begins at `time`."""

    time: float
    bars: int


@dataclass(frozen=True, eq=False)
class DeckSketch:
    """One deck: outlines (2, n) lowest and highest sample; `beats` and `downbeats` of its own
    grid; its phrases; and its controls, name → (m,) heights in [0, 1]."""

    title: str
    dry: NDArray[np.float32]
    heard: NDArray[np.float32]
    beats: FloatArray
    downbeats: FloatArray
    phrases: tuple[Phrasing, ...]
    controls: dict[str, FloatArray]


@dataclass(frozen=True, eq=False)
class Sketch:
    """A transition from `start` to `end`; `edges` are those of the excerpt."""

    certificate: Certificate
    edges: tuple[float, float]
    outgoing: DeckSketch
    incoming: DeckSketch
    offsets: tuple[tuple[float, float], ...]
    """(second, ms) of each measured beat."""
    bars: tuple[tuple[float, int], ...]
    """(second, number from 1) of the mix's bars."""


def sketch(
    plan: MixPlan,
    excerpt: Excerpt,
    certificate: Certificate,
    portraits: Sequence[Portrait] | None = None,
) -> Sketch:
    """The sketch of the transition the excerpt is of."""
    i, clock = excerpt.index, clock_of(plan)
    start = excerpt.start / excerpt.sample_rate
    edges = start, start + excerpt.mix.shape[1] / excerpt.sample_rate
    transition = plan.transitions[i]
    sounds = (excerpt.outgoing_dry, excerpt.outgoing), (excerpt.incoming_dry, excerpt.incoming)
    hands = transition.outgoing, transition.incoming
    out, into = (_deck(plan, i + k, clock, edges, sounds[k], hands[k], portraits) for k in range(2))
    offsets = tuple((float(clock.time_at(b)), ms) for b, ms in certificate.beats.points)
    return Sketch(certificate, edges, out, into, offsets, _bars(plan, clock, edges))


def _deck(
    plan: MixPlan,
    i: int,
    clock: Grid,
    edges: tuple[float, float],
    sounds: tuple[NDArray[np.float32], NDArray[np.float32]],
    hands: Controls,
    portraits: Sequence[Portrait] | None,
) -> DeckSketch:
    track = plan.tracks[i]
    beats, numbers = _own_grid(track, clock, edges)
    portrait = None if portraits is None else portraits[i]
    meter = plan.meter if portrait is None else portrait.meter
    at = dict(zip(numbers.tolist(), beats.tolist(), strict=True))
    phrases = () if portrait is None else portrait.phrases
    return DeckSketch(
        track.title,
        _outline(sounds[0]),
        _outline(sounds[1]),
        beats,
        beats[numbers % meter == 0],
        tuple(Phrasing(at[p.beat], p.bars) for p in phrases if p.beat in at),
        _controls(hands, clock, edges),
    )


def _own_grid(
    track: PlannedTrack, clock: Grid, edges: tuple[float, float]
) -> tuple[FloatArray, NDArray[np.int64]]:
    """When the track's own beats fall inside `edges`, and their numbers."""
    times: list[float] = []
    numbers: list[int] = []
    for stretch in played(track, clock):
        first, last = track.grid.beat_at(np.array([stretch.source_start, stretch.source_end]))
        for beat in range(int(np.ceil(first - 1e-6)), int(np.ceil(last - 1e-6))):
            source = track.grid.time_at(beat)
            time = stretch.start + (source - stretch.source_start) / stretch.speed
            if edges[0] - 1e-6 <= time <= edges[1]:
                times.append(time)
                numbers.append(beat)
    return np.array(times), np.array(numbers, dtype=np.int64)


def _outline(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Lowest and highest sample of each column, (2, n)."""
    n = min(COLUMNS, sound.shape[1])
    starts = np.arange(n) * sound.shape[1] // max(1, n)
    low, high = sound.min(axis=0), sound.max(axis=0)
    return np.stack([np.minimum.reduceat(low, starts), np.maximum.reduceat(high, starts)])


def _controls(hands: Controls, clock: Grid, edges: tuple[float, float]) -> dict[str, FloatArray]:
    """Heights of the controls that matter: the fader always, others where they move."""
    beats = np.asarray(clock.beat_at(np.linspace(*edges, _POINTS)))
    plain = Controls()
    heights: dict[str, Any] = {}
    for field in fields(hands):
        curve: Curve = getattr(hands, field.name)
        if field.name == "fader" or curve != getattr(plain, field.name):
            heights[field.name] = _height(field.name, np.asarray(curve.at(beats)))
    return heights


def _height(name: str, values: FloatArray) -> FloatArray:
    """Gains as they are up to 1; cutoffs by octaves."""
    if name in ("highpass", "lowpass"):
        octaves = np.log2(np.maximum(values, OPEN_HIGHPASS) / OPEN_HIGHPASS)
        values = octaves / np.log2(OPEN_LOWPASS / OPEN_HIGHPASS)
    return np.asarray(np.clip(values, 0.0, 1.0))


def _bars(plan: MixPlan, clock: Grid, edges: tuple[float, float]) -> tuple[tuple[float, int], ...]:
    first, last = (float(clock.beat_at(t)) / plan.meter for t in edges)
    numbers = range(int(np.ceil(first - 1e-6)), int(np.floor(last)) + 1)
    return tuple((float(clock.time_at(plan.meter * k)), k + 1) for k in numbers)
