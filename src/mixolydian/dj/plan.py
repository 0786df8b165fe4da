"""The plan of a mix: an editable document from which the same samples come every time.

Time in a plan is counted in *mix beats* from 0. A track says which of its own beats (numbers of
its grid) are heard, and on which mix beat the first of them falls; `ratio` own beats pass in one
mix beat (1, 1/2, 2, 3/2 …). The tempo curve gives the BPM of the mix beats. A transition from
track i to i + 1 holds curves for both decks; outside its transitions a track plays untouched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.core.types import FloatArray
from mixolydian.dj.curve import Curve
from mixolydian.dj.grid import Grid

SCHEMA = "mixolydian.mixplan/1"
KINDS = (
    "blend",
    "eq-swap",
    "filter",
    "loop",
    "echo-out",
    "cut",
    "drop-on-drop",
    "breakdown-to-intro",
    "fade",
)
OPEN_HIGHPASS, OPEN_LOWPASS = 20.0, 20000.0
"""Hz at which the filters let everything through."""
LONGEST_STRETCH = 1.5
"""speeds beyond this, or below its inverse, are refused."""


_FULL = Curve.constant(1.0)
_NONE = Curve.constant(0.0)
_FROM_BOTTOM = Curve.constant(OPEN_HIGHPASS)
_TO_TOP = Curve.constant(OPEN_LOWPASS)


@dataclass(frozen=True)
class Controls:
    """One deck's hands in a transition, over mix beats.

    `fader`, `low`, `mid`, `high` are factors of amplitude (1 untouched, 0 silent; bands part
    at 180 and 2800 Hz), `highpass` and `lowpass` cutoffs in Hz, `echo` the share sent into an
    echo of 3/4 beat, which goes on when the fader is closed.
    """

    fader: Curve = _FULL
    low: Curve = _FULL
    mid: Curve = _FULL
    high: Curve = _FULL
    highpass: Curve = _FROM_BOTTOM
    lowpass: Curve = _TO_TOP
    echo: Curve = _NONE

    def to_json(self) -> dict[str, Any]:
        """Name → knots, of what is not at its neutral value throughout."""
        plain = Controls()
        return {
            f.name: getattr(self, f.name).to_json()
            for f in fields(self)
            if getattr(self, f.name) != getattr(plain, f.name)
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Controls:
        """The inverse of :meth:`to_json`."""
        known = {f.name for f in fields(cls)}
        if not isinstance(document, Mapping) or set(document) - known:
            raise RequestError(f"a deck's curves are among {', '.join(sorted(known))}")
        return cls(**{name: Curve.from_json(knots) for name, knots in document.items()})


@dataclass(frozen=True)
class Loop:
    """The `length` own beats from `beat` on are heard `times` times in all."""

    beat: float
    length: float
    times: int


@dataclass(frozen=True)
class PlannedTrack:
    """A track of a mix: its own beats `start` to `end` are heard, from mix beat `at` on."""

    path: str
    track_id: str
    title: str
    duration: float
    """seconds of the file."""
    grid: Grid
    at: float
    start: float
    end: float
    ratio: float = 1.0
    """own beats per mix beat."""
    locked: bool = True
    """whether it follows the mix's tempo; otherwise it plays at its own speed."""
    semitones: float = 0.0
    gain_db: float = 0.0
    loops: tuple[Loop, ...] = ()

    def runs(self) -> Iterator[tuple[float, float]]:
        """Own beats (begin, end) as they are heard one after the other, loops spelled out."""
        begin = self.start
        for loop in self.loops:
            for _ in range(loop.times - 1):
                yield begin, loop.beat + loop.length
                begin = loop.beat
        yield begin, self.end

    @property
    def beats_heard(self) -> float:
        """Own beats heard, loops counted as often as they are heard."""
        return sum(end - begin for begin, end in self.runs())

    def own_beats(self, mix_beats: FloatArray) -> FloatArray:
        """The own beat at each mix beat, loops followed; at the same pace before and after."""
        at = self.at
        own = self.start + (mix_beats - at) * self.ratio
        for begin, end in self.runs():
            own = np.where(mix_beats >= at - 1e-6, begin + (mix_beats - at) * self.ratio, own)
            at += (end - begin) / self.ratio
        return own


@dataclass(frozen=True)
class Transition:
    """From mix beat `start` to `end`, the deck `outgoing` gives way to `incoming`."""

    kind: str
    start: float
    end: float
    outgoing: Controls = Controls()
    incoming: Controls = Controls()
    score: float | None = None
    """in [0, 1], what the planner thought of it."""
    parts: Mapping[str, float] = field(default_factory=dict)
    """what the score is made of, each in [0, 1]."""
    why: str = ""


@dataclass(frozen=True)
class MixPlan:
    """`tracks` in their order, one transition between each two, and the tempo curve."""

    tracks: tuple[PlannedTrack, ...]
    transitions: tuple[Transition, ...]
    tempo: Curve
    """BPM over mix beats."""
    meter: int = 4
    loudness: float = -10.0
    """LUFS to which `gain_db` brings the tracks."""
    ceiling: float = -1.0
    """dBTP no sample rises over."""
    sample_rate: int = 44100
    proposer: str = "rules"
    notes: tuple[str, ...] = ()
    """what had to be done otherwise than usual, and why."""

    @property
    def n_beats(self) -> float:
        """Mix beats until the last locked track ends."""
        return max(end_beat(self, i) for i in range(len(self.tracks)))


def end_beat(plan: MixPlan, i: int) -> float:
    """Mix beat on which track `i` ends (for an unlocked one, at the tempo it comes in at)."""
    track = plan.tracks[i]
    if track.locked:
        return track.at + track.beats_heard / track.ratio
    seconds = track.grid.time_at(track.end) - track.grid.time_at(track.start)
    return float(track.at + seconds * plan.tempo.at(track.at) / 60.0)
