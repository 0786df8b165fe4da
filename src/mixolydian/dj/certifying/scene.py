"""A transition ready to be measured: its excerpt on the clock of the mix, deck by deck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.types import FloatArray
from mixolydian.dj.excerpt import Excerpt
from mixolydian.dj.grid import Grid
from mixolydian.dj.plan import MixPlan, PlannedTrack, Transition
from mixolydian.dj.portrait import Portrait
from mixolydian.dj.timeline import clock_of, played

Sound = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Deck:
    """One deck in the excerpt: `dry` and `heard` (2, n), its track, and what is known of it."""

    track: PlannedTrack
    portrait: Portrait | None
    dry: Sound
    heard: Sound


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything a measure looks at; `clock` is that of the whole mix."""

    plan: MixPlan
    transition: Transition
    excerpt: Excerpt
    clock: Grid
    outgoing: Deck
    incoming: Deck

    @property
    def rate(self) -> int:
        """Samples per second."""
        return self.excerpt.sample_rate

    @property
    def seconds(self) -> float:
        """Length of the excerpt."""
        return float(self.excerpt.mix.shape[1] / self.rate)

    def second(self, beat: FloatArray | float) -> FloatArray:
        """Seconds from the excerpt's first sample of mix beats."""
        return np.asarray(self.clock.time_at(beat) - self.excerpt.start / self.rate)

    def beat(self, second: FloatArray | float) -> FloatArray:
        """Mix beat of seconds from the excerpt's first sample."""
        return np.asarray(self.clock.beat_at(second + self.excerpt.start / self.rate))

    def places(self, step: float) -> FloatArray:
        """The multiples of `step` mix beats inside the excerpt."""
        first, last = float(self.beat(0.0)), float(self.beat(self.seconds))
        return np.arange(np.ceil(first / step), np.floor(last / step) + 1) * step

    def inside(self, beats: FloatArray) -> NDArray[np.bool_]:
        """Which of `beats` lie in the transition."""
        return (beats >= self.transition.start - 1e-6) & (beats <= self.transition.end + 1e-6)

    def sample(self, beat: FloatArray | float) -> NDArray[np.int64]:
        """The excerpt's sample at mix beats, kept inside it."""
        places = np.round(self.second(beat) * self.rate).astype(np.int64)
        return np.clip(places, 0, self.excerpt.mix.shape[1])


def scene_of(
    plan: MixPlan, index: int, excerpt: Excerpt, portraits: Sequence[Portrait] | None
) -> Scene:
    """The scene of transition `index`; `portraits` are of the plan's tracks, in their order."""
    before, after = (None, None) if portraits is None else portraits[index : index + 2]
    out, into = plan.tracks[index : index + 2]
    return Scene(
        plan,
        plan.transitions[index],
        excerpt,
        clock_of(plan),
        Deck(out, before, excerpt.outgoing_dry, excerpt.outgoing),
        Deck(into, after, excerpt.incoming_dry, excerpt.incoming),
    )


def own_beats(scene: Scene, deck: Deck, beats: FloatArray) -> FloatArray:
    """The deck's own beat heard at each of the mix's `beats` by the plan, NaN where none is."""
    times = np.asarray(scene.clock.time_at(beats), dtype=np.float64)
    own = np.full(times.shape, np.nan)
    for stretch in played(deck.track, scene.clock):
        here = (times >= stretch.start - 1e-6) & (times <= stretch.end + 1e-6)
        source = stretch.source_start + (times[here] - stretch.start) * stretch.speed
        own[here] = deck.track.grid.beat_at(source)
    return own


def thinned(sound: Sound, factor: int) -> FloatArray:
    """The mean of the channels and of every `factor` samples, (n // factor,): enough for what
    lies well below, for a mean has its zeros where the sound would fold onto the bass."""
    n = sound.shape[1] // factor * factor
    mono = sound[:, :n].mean(axis=0, dtype=np.float64)
    return np.asarray(mono.reshape(-1, factor).mean(axis=1))


def mean_powers(
    sound: FloatArray, starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> FloatArray:
    """Mean power of `sound` (m,) in each of the spans from `starts` (n,) to `ends` (n,)."""
    total = np.concatenate([[0.0], np.cumsum(sound * sound)])
    starts, ends = np.minimum(starts, len(sound)), np.minimum(ends, len(sound))
    return np.asarray((total[ends] - total[starts]) / np.maximum(1, ends - starts))
