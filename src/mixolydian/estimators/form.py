"""What sections, drops and cues share: the beat grid, and what each bar sounds like.

Conventions
-----------
A grid of n beats has n + 1 `times` in seconds. It covers the sound: the beats are carried
to its start and its end, and a reverb tail after the last bar line is left out. A bar is
named by the index of its first beat. Levels are in dB relative to the sound's own loud
parts, so gain does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from mixolydian.audio.features import Features
from mixolydian.audio.frames import window_means
from mixolydian.core.types import Beats

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

FALLBACK_BEAT = 0.5
"""Seconds of a beat (120 BPM, 4/4) where no beats are known."""
LOW_ROWS = slice(0, 4)
"""Mel rows of kick and bass, under 150 Hz."""
FLOOR_DB = -45.0
_GROUP = 4


@dataclass(frozen=True, eq=False)
class BeatGrid:
    """Beat `times` (n_beats + 1,), index of each `downbeats`, and whether beats were known."""

    times: FloatArray
    downbeats: IntArray
    beats_per_bar: int
    steady: bool
    start: float
    """Where the sound starts, in seconds."""
    end: float
    """Where it ends."""

    def bars(self, phase: int = 0) -> IntArray:
        """Beat indices (n_bars + 1,) of the bar lines, moved later by `phase` beats.

        A last bar of at least half its length is kept, shorter remainders are not.
        """
        lines = self.downbeats + phase
        if lines.size and lines[0] >= self.beats_per_bar:
            lines = np.concatenate([[lines[0] - self.beats_per_bar], lines])
        n_beats = len(self.times) - 1
        lines = lines[(lines >= 0) & (lines <= n_beats)]
        if lines.size == 0:
            return np.array([0, n_beats])
        if n_beats - lines[-1] >= max(1, self.beats_per_bar / 2):
            lines = np.append(lines, n_beats)
        return lines if lines.size > 1 else np.array([0, n_beats])

    @property
    def beat(self) -> float:
        """Seconds of a typical beat."""
        return float(np.median(np.diff(self.times)))


@dataclass(frozen=True, eq=False)
class Sound:
    """What each stretch (beat or bar) sounds like, one column per stretch.

    `soft` and `loud` (16, n): mean dB, and mean power, of 16 bands; `onsets` (5, n): mean
    onset strength per band; `chroma` (12, n); `low`, `mid`, `high` (n,): mean power.
    """

    soft: FloatArray
    loud: FloatArray
    onsets: FloatArray
    chroma: FloatArray
    low: FloatArray
    mid: FloatArray
    high: FloatArray

    def gather(self, lines: IntArray) -> Sound:
        """Means over the stretches between the indices `lines`."""
        return Sound(*(_gather(getattr(self, name), lines) for name in self.__dataclass_fields__))


def _gather(x: FloatArray, lines: IntArray) -> FloatArray:
    total = np.cumsum(np.concatenate([np.zeros((*x.shape[:-1], 1)), x], axis=-1), axis=-1)
    return np.asarray(np.diff(total[..., lines], axis=-1) / np.diff(lines))


def sound_span(features: Features) -> tuple[float, float]:
    """Start and end in seconds of what is louder than 45 dB under the loud parts."""
    level = uniform_filter1d(features.rms.astype(np.float64), 3)
    loud = float(np.percentile(level, 95))
    above = np.flatnonzero(level > max(loud, 1e-9) * 10 ** (FLOOR_DB / 20))
    if above.size == 0:
        return 0.0, features.duration
    start, end = above[[0, -1]] / features.mel_rate
    return float(start), float(min(end, features.duration))


def beat_grid(features: Features, beats: Beats | None) -> BeatGrid:
    """The grid of `beats`, carried over the whole sound.

    Without beats, or with fewer than eight, beats of half a second stand in.
    """
    start, end = sound_span(features)
    if beats is None or beats.times.size < 8 or not (beats.positions == 1).any():
        n = max(4, round((end - start) / FALLBACK_BEAT))
        step = max((end - start) / n, 1e-2)
        times = np.asarray(start + np.arange(n + 1) * step, dtype=np.float64)
        return BeatGrid(times, np.arange(0, n + 1, 4), 4, False, start, end)
    times, positions = _carry(beats, start, end)
    last_onset = _last_onset(features)
    keep = (times > start - 0.5 * (times[1] - times[0])) & (times < end + 0.1)
    stop = np.flatnonzero(keep & (times > last_onset + 0.02) & (positions == 1))
    if stop.size:
        keep[stop[0] + 1 :] = False
    if keep.sum() < 5:
        return beat_grid(features, None)
    times, positions = times[keep], positions[keep]
    times = np.asarray(np.clip(times, 0.0, features.duration), dtype=np.float64)
    return BeatGrid(times, np.flatnonzero(positions == 1), beats.meter, True, start, end)


def _carry(beats: Beats, start: float, end: float) -> tuple[FloatArray, IntArray]:
    """Beat times and positions continued on both sides, past the start and the end."""
    times, meter = np.asarray(beats.times, dtype=np.float64), beats.meter
    first = float(np.median(np.diff(times[:17])))
    last = float(np.median(np.diff(times[-17:])))
    n_before = max(0, int((times[0] - start) / first + 1))
    n_after = max(0, int((end - times[-1]) / last + 2))
    head = times[0] - np.arange(n_before, 0, -1) * first
    tail = times[-1] + np.arange(1, n_after + 1) * last
    before = (beats.positions[0] - 1 - np.arange(n_before, 0, -1)) % meter + 1
    after = (beats.positions[-1] - 1 + np.arange(1, n_after + 1)) % meter + 1
    positions = np.concatenate([before, beats.positions, after])
    return np.concatenate([head, times, tail]), positions


def _last_onset(features: Features) -> float:
    """Time in seconds of the last onset that counts."""
    strong = np.flatnonzero(features.onset_envelope > 0.3)
    return float(strong[-1] / features.mel_rate) if strong.size else features.duration


def mean_between(x: NDArray[Any], edges: FloatArray, rate: float) -> FloatArray:
    """Means (rows, n) of frames (rows, n_frames) at `rate` between `edges` in seconds."""
    frames = np.clip(np.round(edges * rate).astype(int), 0, x.shape[1] - 1)
    return window_means(x, frames[:-1], np.maximum(frames[1:], frames[:-1] + 1))


def beat_sound(features: Features, times: FloatArray) -> Sound:
    """What each beat between `times` sounds like."""
    rate = features.mel_rate
    mel = features.mel
    power = mel.reshape(mel.shape[0] // _GROUP, _GROUP, -1).mean(axis=1)
    top = max(float(np.percentile(power.max(axis=0), 98)), 1e-20)
    level = 10 * np.log10(np.maximum(power / np.float32(top), np.float32(1e-9)))
    low, mid, high = (power[r].mean(axis=0) for r in (slice(0, 1), slice(1, 8), slice(8, 16)))
    bands = mean_between(np.stack([low, mid, high]), times, rate) / top
    return Sound(
        soft=mean_between(level, times, rate),
        loud=mean_between(power, times, rate) / top,
        onsets=mean_between(features.onset_bands, times, rate),
        chroma=mean_between(features.chroma, times, features.chroma_rate),
        low=bands[0],
        mid=bands[1],
        high=bands[2],
    )


def decibel(power: FloatArray) -> FloatArray:
    """dB (…, n) of power beside the 90th percentile of each row, floored at ``FLOOR_DB``.

    A row whose loud stretches lie under the floor of the whole sound says nothing.
    """
    level = 10 * np.log10(np.maximum(power, 1e-12))
    peak = np.maximum(np.percentile(level, 90, axis=-1, keepdims=True), FLOOR_DB)
    return np.asarray(np.maximum(level - peak, FLOOR_DB))


def describe_bars(sound: Sound) -> FloatArray:
    """Bars as points (n_dimensions, n_bars) whose squared distance means "sounds different".

    One unit is about 10 dB over all bands, or half of the usual onsets gone, or a
    different chord. The lowest of the 16 bands counts as a third of all: to a listener the
    bass is one layer among few, not one band among many.
    """
    soft = sound.soft - np.maximum(np.percentile(sound.soft, 90, axis=1, keepdims=True), FLOOR_DB)
    levels = np.concatenate([np.maximum(soft, FLOOR_DB), decibel(sound.loud)])
    share = np.where(np.arange(len(soft)) == 0, 1 / 3, 2 / 3 / max(len(soft) - 1, 1))
    shares = np.concatenate([share, share])[:, np.newaxis] / 2
    busy = np.maximum(np.percentile(sound.onsets, 90, axis=1, keepdims=True), 1e-9)
    onsets = np.minimum(sound.onsets / busy, 1.5)
    chroma = sound.chroma / np.maximum(sound.chroma.sum(axis=0, keepdims=True), 1e-9)
    rows = (
        levels / 10 * np.sqrt(shares),
        onsets * 2.5 / np.sqrt(len(onsets)),
        chroma * 2 / np.sqrt(len(chroma)),
    )
    return np.concatenate(rows)


def contrast(points: FloatArray, width: int) -> FloatArray:
    """Squared distance (n + 1,) between the means of `width` columns after and before.

    Near the ends the window shrinks to what is there; the ends themselves are 0.
    """
    n = points.shape[1]
    total = np.concatenate([np.zeros((len(points), 1)), np.cumsum(points, axis=1)], axis=1)
    at = np.arange(n + 1)
    before, after = np.minimum(width, at), np.minimum(width, n - at)
    left = (total[:, at] - total[:, at - before]) / np.maximum(before, 1)
    right = (total[:, at + after] - total[:, at]) / np.maximum(after, 1)
    whole = np.minimum(before, after) / width
    return np.asarray(((right - left) ** 2).sum(axis=0) * whole)


def bar_phase(grid: BeatGrid, sound: Sound) -> int:
    """Beats by which the bar lines should move, judged by where the music changes.

    Layers enter and leave on downbeats. Each local peak of the four-bar contrast votes
    for its place in the bar; only a clear majority (45 % of all votes more than the given
    downbeat has) overrules the given downbeats.
    """
    meter = grid.beats_per_bar
    if not grid.steady or len(grid.times) < 12 * meter or not grid.downbeats.size:
        return 0
    change = contrast(describe_bars(sound), 4 * meter)
    inner = np.arange(2 * meter, len(change) - 2 * meter)
    peaks = inner[change[inner] >= maximum_filter1d(change, 2 * (meter // 2) + 3)[inner]]
    last = np.searchsorted(grid.downbeats, peaks, side="right") - 1
    place = (peaks - grid.downbeats[np.maximum(last, 0)]) % meter
    votes = np.bincount(place, weights=change[peaks], minlength=meter)
    best = int(votes.argmax())
    return best if votes[best] - votes[0] > 0.45 * votes.sum() else 0
