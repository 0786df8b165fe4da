"""One transition as two tracks seen side by side, mix beat by mix beat.

A scene reaches from 16 beats before a transition to 16 beats after it; row t is the mix beat
`first` + t. Each side shows what its track holds there, whether or not it is heard: before it
comes in and after it has gone, the track is followed at the same pace.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.types import FloatArray, frozen_array
from mixolydian.dj.plan import MixPlan, PlannedTrack, end_beat
from mixolydian.dj.portrait import Portrait

Float32 = NDArray[np.float32]
Float = NDArray[np.float64]
MARGIN = 16
"""beats before and after the transition that are seen."""
LONGEST = 128
"""beats of the longest transition that is seen as a scene."""
SILENT_DB, SILENT_LUFS = -80.0, -70.0
PHRASE = 32
"""beats after which a phrase without an end of its own is thought to begin again."""


@dataclass(frozen=True, eq=False)
class Side:
    """One track over the T beats of a scene; all zero (levels: silent) outside the track."""

    present: Float32
    """(T,) 1 where the track has a beat to show."""
    heard: Float32
    """(T,) 1 where the plan plays it."""
    bands: Float32
    """(T, 3) dB of the low, mid and high band after `gain_db` (full scale 0)."""
    loudness: Float32
    """(T,) LUFS of the beat after `gain_db`."""
    energy: Float32
    vocals: Float32
    onsets: Float32
    """(T, 3) mean onset strength in the beat per band."""
    chroma: Float32
    """(T, 12) from C, after the transposition."""
    bar: Float32
    """(T,) place in the bar, in [0, 1)."""
    phrase: Float32
    """(T,) place in the phrase, in [0, 1]."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = frozen_array(getattr(self, field.name), np.float32)
            object.__setattr__(self, field.name, value)


@dataclass(frozen=True, eq=False)
class Scene:
    """`outgoing` and `incoming` around the transition from mix beat `start` to `end`."""

    first: int
    start: int
    end: int
    meter: int
    outgoing: Side
    incoming: Side

    @property
    def beats(self) -> Float:
        """(T,) the mix beats."""
        return np.arange(self.first, self.end + MARGIN, dtype=np.float64)

    @property
    def inside(self) -> NDArray[np.bool_]:
        """(T,) whether the beat lies in the transition."""
        return np.asarray((self.beats >= self.start) & (self.beats < self.end))


def can_be_seen(plan: MixPlan, index: int) -> bool:
    """Whether transition `index` makes a scene: whole beats, both tracks locked, 4 to 128 beats."""
    move = plan.transitions[index]
    whole = all(abs(b - round(b)) < 1e-6 for b in (move.start, move.end))
    locked = all(track.locked for track in plan.tracks[index : index + 2])
    return whole and locked and 4 <= move.end - move.start <= LONGEST


def scene(plan: MixPlan, index: int, a: Portrait, b: Portrait) -> Scene:
    """The scene of transition `index` of `plan`, from portrait `a` to `b`.

    It must be one that :func:`can_be_seen`.
    """
    move = plan.transitions[index]
    start, end = round(move.start), round(move.end)
    beats = np.arange(start - MARGIN, end + MARGIN, dtype=np.float64)
    sides = [
        _side(plan.tracks[i], each, beats, end_beat(plan, i))
        for i, each in ((index, a), (index + 1, b))
    ]
    return Scene(start - MARGIN, start, end, plan.meter, *sides)


def _side(track: PlannedTrack, portrait: Portrait, beats: Float, ends: float) -> Side:
    own = track.own_beats(beats)
    middle = np.floor(own + track.ratio / 2 + 1e-6).astype(np.int64)
    present = (middle >= 0) & (middle < portrait.n_beats)
    rows = np.clip(middle, 0, max(portrait.n_beats - 1, 0))
    mask = present.astype(np.float32)
    power = portrait.bands[rows] * 10 ** (track.gain_db / 10)
    loudness = np.maximum(portrait.level[rows] + portrait.lufs + track.gain_db, SILENT_LUFS)
    return Side(
        present=mask,
        heard=mask * ((beats >= track.at - 1e-6) & (beats < ends - 1e-6)),
        bands=np.where(present[:, None], decibels(power), SILENT_DB),
        loudness=np.where(present, loudness, SILENT_LUFS),
        energy=portrait.energy[rows] * mask,
        vocals=portrait.vocals[rows] * mask,
        onsets=portrait.onsets[rows].mean(axis=1) * mask[:, None],
        chroma=np.roll(portrait.chroma[rows], round(track.semitones), axis=1) * mask[:, None],
        bar=np.asarray((own / portrait.meter) % 1.0, dtype=np.float32),
        phrase=_in_phrase(portrait, own),
    )


def decibels(power: NDArray[np.floating]) -> Float:
    """10 log₁₀ of a power, -80 at least."""
    return np.asarray(10 * np.log10(np.maximum(power, 10 ** (SILENT_DB / 10))), dtype=np.float64)


def _in_phrase(portrait: Portrait, own: FloatArray) -> Float32:
    starts = np.array([p.beat for p in portrait.phrases] or [0], dtype=np.float64)
    lengths = np.array([p.bars * portrait.meter for p in portrait.phrases] or [PHRASE], float)
    i = np.clip(np.searchsorted(starts, own + 1e-6, side="right") - 1, 0, len(starts) - 1)
    place = ((own - starts[i]) / np.maximum(lengths[i], 1.0)) % 1.0
    return np.asarray(place, dtype=np.float32)
