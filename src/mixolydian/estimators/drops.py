"""Drops: the downbeats at which the full drums and the bass come (back) in.

A drop is heard in the lowest band. Its level between the kicks (mean dB under about
180 Hz) is what a bass line fills and a kick alone does not; it must rise by at least
``rise_db`` from the bars before to the bars after, and end up near the level of the
piece's full parts. A bar line wins over its neighbours within four bars. The time is the
attack itself, found among the 11.6 ms frames around the bar line and interpolated.

A first entrance of the bass over drums that have been playing all along (the DJ's intro)
is no drop. A piece without drops gets an empty answer, which is an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from mixolydian.audio.features import Features
from mixolydian.core.types import Drop, Estimate, Section
from mixolydian.estimators.base import Estimator, Given
from mixolydian.estimators.form import (
    LOW_ROWS,
    BeatGrid,
    Sound,
    bar_phase,
    beat_grid,
    beat_sound,
    decibel,
)
from mixolydian.estimators.sections import beats_of

FloatArray = NDArray[np.float64]

NEAR_BARS = 4
"""Bars compared before and after; the shortest stretch without bass a drop ends."""
CLIP_DB = 15.0
"""Further than this under the loud beats, bass is absent: how far no longer matters."""
LATE_DB = 3.0
ATTACK_REACH = 0.07
"""Seconds around the bar line in which the attack is looked for."""


@dataclass(frozen=True, eq=False)
class LowEnd:
    """Per bar: `bass` and `low` in dB beside the loud bars (floor −45), `drums` 0–1."""

    bass: FloatArray
    low: FloatArray
    drums: FloatArray


def low_end(bars: Sound) -> LowEnd:
    """What happens in the lowest band, and how busy the drums are, bar by bar."""
    bass = bars.soft[0] - np.percentile(bars.soft[0], 90)
    busy = np.maximum(np.percentile(bars.onsets, 90, axis=1, keepdims=True), 1e-9)
    strokes = np.minimum(bars.onsets / busy, 1.0)
    drums = 0.5 * strokes[0] + 0.5 * strokes[2:].mean(axis=0)
    return LowEnd(np.maximum(bass, -45.0), decibel(bars.low), drums)


def around(x: FloatArray, width: int, share: float) -> tuple[FloatArray, FloatArray]:
    """Median (n + 1,) of the up to `width` bars before each bar line, and the `share`
    quantile of those from it on. At the ends the nearest bar stands in.
    """
    padded = np.concatenate([np.repeat(x[:1], width), x, np.repeat(x[-1:], width)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, width)
    return np.median(windows[: len(x) + 1], axis=1), np.quantile(windows[width:], share, axis=1)


@dataclass(frozen=True)
class DropsEstimator(Estimator):
    """Drops by the return of bass and drums; see the module's text."""

    question: ClassVar[str] = "drops"
    version: ClassVar[str] = "1"
    needs: ClassVar[tuple[str, ...]] = ("beats", "sections")
    min_seconds: ClassVar[float] = 8.0

    rise_db: float = 6.0
    """How far the bass must rise; sidechained and filtered basses vary by 3–4 dB."""
    full_db: float = -7.0
    """How near to the loud bars it must come."""

    def answer(self, features: Features, given: Given) -> Estimate[Any]:
        """Drops in order of time; none is an answer too."""
        grid = beat_grid(features, beats_of(given))
        sound = beat_sound(features, grid.times)
        lines = grid.bars(bar_phase(grid, sound))
        if len(lines) < 5:
            return Estimate((), confidence=0.5)
        scores = self.score_lines(low_end(sound.gather(lines)))
        if grid.steady:
            scores = _at_sections(scores, _section_lines(given, grid.times[lines]))
        chosen = _pick(scores)
        drops = tuple(
            Drop(self.moment(features, grid, sound, int(lines[i])), round(float(scores[i]), 4))
            for i in chosen
        )
        return Estimate(drops, confidence=_confidence(scores, chosen, grid.steady))

    def score_lines(self, low: LowEnd) -> FloatArray:
        """Strength (n_bars + 1,) in [0, 1] of a drop at each bar line, 0 = none."""
        bass_before, bass_after = around(low.bass, NEAR_BARS, 0.25)
        low_before, low_after = around(low.low, NEAR_BARS, 0.25)
        drums_before, drums_after = around(low.drums, NEAR_BARS, 0.5)
        rise = bass_after - bass_before
        full = (bass_after > self.full_db) & (low_after > -3.0)
        full |= (low_after - low_before > 15.0) & (bass_after > self.full_db - 3.0)
        at = np.arange(len(rise))
        strength = np.clip((rise - self.rise_db) / 24.0, 0.0, 1.0) * 0.6 + 0.3
        strength += 0.2 * np.clip(drums_after - drums_before, -0.5, 0.5)
        ok = full & (rise >= self.rise_db) & (at > 0) & (at < len(rise) - 1)
        return np.where(ok, np.clip(strength, 0.05, 1.0), 0.0)

    def moment(self, features: Features, grid: BeatGrid, sound: Sound, beat: int) -> float:
        """Time in seconds of the attack at (or near) beat number `beat`."""
        if not grid.steady:
            return attack_time(features, step_time(features, float(grid.times[beat]), 1.5), 0.1)
        bass = np.clip(sound.soft[0] - np.percentile(sound.soft[0], 90), -CLIP_DB, 0.0)
        beat = _strongest_return(bass, beat, grid.beats_per_bar)
        return attack_time(features, float(grid.times[beat]), ATTACK_REACH)


def _section_lines(given: Given, times: FloatArray) -> NDArray[np.bool_]:
    """Which bar lines at `times` are boundaries of the sections answered, if any."""
    estimate = given.get("sections")
    favoured = np.zeros(len(times), dtype=bool)
    for section in (estimate.value or ()) if estimate is not None else ():
        if isinstance(section, Section):
            nearest = int(np.argmin(np.abs(times - section.start)))
            favoured[nearest] |= abs(times[nearest] - section.start) < 0.6
    return favoured


def _at_sections(scores: FloatArray, boundary: NDArray[np.bool_]) -> FloatArray:
    """`scores` kept at section boundaries, and where none is within eight bars."""
    covered = maximum_filter1d(boundary, 17)
    return np.where(boundary | ~covered, scores, 0.0)


def _pick(scores: FloatArray) -> NDArray[np.int64]:
    """Bar lines that are positive and the highest within ``NEAR_BARS`` on both sides."""
    top = maximum_filter1d(scores, 2 * NEAR_BARS + 1)
    chosen: list[int] = []
    for i in np.flatnonzero((scores > 0) & (scores >= top)):
        if not chosen or i - chosen[-1] > NEAR_BARS:
            chosen.append(int(i))
    return np.array(chosen, dtype=np.int64)


def _strongest_return(level: FloatArray, beat: int, meter: int) -> int:
    """The beat within half a bar of `beat` where the low level (n_beats,) rises most.

    Another beat must be ``LATE_DB`` better than the given one: a bass may well enter late.
    """

    def rise(i: int) -> float:
        before, after = level[max(0, i - meter) : i], level[i : i + meter]
        return float(after.mean() - before.mean()) if before.size and after.size else -np.inf

    near = range(max(1, beat - meter // 2), min(len(level) - 1, beat + meter // 2) + 1)
    best = max(near, key=rise, default=beat)
    return best if rise(best) > rise(beat) + LATE_DB else beat


def step_time(features: Features, time: float, reach: float) -> float:
    """Time within `reach` s of `time` at which the lowest band's level steps up most.

    Compared are the seconds after and before, in 11.6 ms frames; used without beats.
    """
    rate = features.mel_rate
    low = 10 * np.log10(np.maximum(features.mel[LOW_ROWS].mean(axis=0), 1e-20))
    level = np.clip(low - np.percentile(low, 90), -2 * CLIP_DB, 0.0)
    total = np.concatenate([[0.0], np.cumsum(level, dtype=np.float64)])
    width = round(rate)
    at = np.arange(max(width, round((time - reach) * rate)), round((time + reach) * rate) + 1)
    at = at[at + width < total.size]
    if at.size == 0:
        return time
    step = total[at + width] - 2 * total[at] + total[at - width]
    return float(at[int(step.argmax())] / rate)


def attack_time(features: Features, time: float, reach: float) -> float:
    """Time in seconds of the strongest attack within `reach` s of `time`, sub-frame.

    The low band counts double: the kick is the drop. Where nothing starts, `time` stands.
    """
    rate = features.mel_rate
    bands = features.onset_bands
    first = max(0, round((time - reach) * rate))
    last = min(bands.shape[1], round((time + reach) * rate) + 1)
    if last - first < 3:
        return time
    strength = 2 * bands[0, first:last] + bands[1:, first:last].sum(axis=0)
    usual = float(np.percentile(2 * bands[0] + bands[1:].sum(axis=0), 97))
    at = int(strength.argmax())
    if strength[at] <= 0.3 * usual:
        return time
    if 0 < at < len(strength) - 1:
        left, middle, right = strength[at - 1 : at + 2]
        bend = left - 2 * middle + right
        shift = 0.5 * (left - right) / bend if bend < 0 else 0.0
    else:
        shift = 0.0
    return float(np.clip((first + at + shift) / rate, 0.0, features.duration))


def _confidence(scores: FloatArray, chosen: NDArray[np.int64], steady: bool) -> float:
    """Probability that the list is right: clear drops, or clearly none."""
    if chosen.size == 0:
        return 0.75 if steady else 0.5
    clear = float(np.mean(np.clip(scores[chosen] / 0.6, 0.0, 1.0)))
    return (0.45 + 0.45 * clear) * (1.0 if steady else 0.75)
