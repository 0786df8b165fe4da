"""Drops: the downbeats at which the full drums and the bass come (back) in.

Every bar line is weighed by nine terms a listener could name (:class:`Terms`): the bass
and the kick that enter at the line, what plays for four bars after and before, a riser that
swells and lets go, a crash, and whether a section starts there. A logistic model turns them
into the probability of a drop. Its weights (``WEIGHTS``) are fitted, not chosen:
``python -m benchmarks.fit_drops`` on rendered pieces of 28 styles, each also without its
risers and crashes, and through a telephone; folds by piece give the honest figures.

The probabilities also decide how many drops are told (the number with the best expected
F-measure, which may be none) and are the confidence: the F-measure to be expected. The time
is the attack itself, found among the 11.6 ms frames around the bar line and interpolated.
A first entrance of the bass over drums that have been playing all along (the DJ's intro)
is no drop. A piece without drops gets an empty answer, which is an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

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
)
from mixolydian.estimators.sections import beats_of

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

NEAR_BARS = 4
"""Bars compared before and after; two drops are at least so far apart."""
BASS_SPAN, KICK_SPAN, HIGH_SPAN = 18.0, 15.0, 15.0
"""dB under the piece's loud bars at which bass, kick and cymbals are absent."""
STRUCK = 1.8
"""Least onset strength in dB per frame where drums play; pads and chords have about 1."""
INAUDIBLE_DB = 50.0
"""A band further than this under the loudest one says nothing."""
DOUBT, CEILING = 0.1, 0.95
"""Lines less likely than this count as no drop; and no answer is surer than this: the surest
ones were right so often on pieces the weights had not seen."""
CLIP_DB = 15.0
STEP_SECONDS = 0.5
LATE_DB, CLEARLY = 3.0, 1.6
ATTACK_REACH = 0.07
"""Seconds around the bar line in which the attack is looked for."""
UNSTEADY, FAINT = 0.75, 0.75
"""Factors on the confidence where no beats are known, so that bar lines are a guess, and
where the lowest band is ``FAINT_DB`` or more under the loudest one, as through a telephone."""
FAINT_DB = 15.0

WEIGHTS = {
    "bass_enters": 2.29,
    "kick_enters": 2.78,
    "low_rises": 2.07,
    "bass_plays": 4.00,
    "cymbals_play": 3.12,
    "swell": 0.57,
    "release": 2.05,
    "crash": 1.95,
    "section": 3.00,
}
OFFSET = -12.60


@dataclass(frozen=True, eq=False)
class Terms:
    """What speaks for a drop at each bar line: arrays (n_bars + 1,), about −1 to 1.

    `bass_enters`, `kick_enters`: how far the bass (mean dB of the lowest band, which a kick
    alone does not fill) and the kick (its mean power) rise from the bar before to the bar
    after; `low_rises` the latter over four bars. `bass_plays`, `cymbals_play`: presence in
    the four bars after; `struck`: mean onset strength there, in dB per frame over five
    bands, which no drums leave under 2. `swell`: rise of the upper bands into
    the line, `release`: their fall at it, `crash`: their surplus on its first two beats
    over later bars. `section`: 1 where a section starts.
    """

    bass_enters: FloatArray
    kick_enters: FloatArray
    low_rises: FloatArray
    bass_plays: FloatArray
    cymbals_play: FloatArray
    struck: FloatArray
    swell: FloatArray
    release: FloatArray
    crash: FloatArray
    section: FloatArray

    def table(self) -> FloatArray:
        """The terms with weights (9, n_bars + 1) in the order of ``WEIGHTS``."""
        return np.stack([getattr(self, name) for name in WEIGHTS])

    def probabilities(self) -> FloatArray:
        """Probability (n_bars + 1,) of a drop at each bar line.

        It is 0 at the start, in the last two bars, and where nothing is struck.
        """
        logit = np.array(list(WEIGHTS.values())) @ self.table() + OFFSET
        p = 1 / (1 + np.exp(-np.clip(logit, -30, 30)))
        p[[0, -2, -1]] = 0.0
        return np.asarray(np.where(self.struck < STRUCK, 0.0, p))


def describe_lines(sound: Sound, lines: IntArray, meter: int, section: FloatArray) -> Terms:
    """The terms at the bar `lines` (beat indices) of `sound` (by beats).

    `section` (n_bars + 1,) is 1 at section starts.
    """
    bars = sound.gather(lines)
    bass, kick = presence(bars.soft[0], BASS_SPAN), presence(_db(bars.loud[0]), KICK_SPAN)
    if low_level(bars) < -INAUDIBLE_DB:
        bass, kick = np.zeros_like(bass), np.zeros_like(kick)
    kick_before, kick_after = around(kick, NEAR_BARS)
    upper = upper_bands(bars)
    level = _db(bars.loud[upper])
    level = level - np.percentile(level, 75, axis=1, keepdims=True)
    swell, release = riser(np.clip(level, -20.0, 20.0).mean(axis=0))
    return Terms(
        bass_enters=step(bass),
        kick_enters=step(kick),
        low_rises=kick_after - kick_before,
        bass_plays=around(bass, NEAR_BARS)[1],
        cymbals_play=around(presence(bars.soft[8:].mean(axis=0), HIGH_SPAN), NEAR_BARS)[1],
        struck=around(bars.onsets.sum(axis=0), NEAR_BARS)[1],
        swell=swell,
        release=release,
        crash=accent(sound.soft[upper].mean(axis=0), lines, meter),
        section=section,
    )


def low_level(bars: Sound) -> float:
    """dB of the lowest band beside the loudest of the 16, each in its loud bars."""
    loud = np.percentile(_db(bars.loud), 90, axis=1)
    return float(loud[0] - loud.max())


def _db(power: FloatArray) -> FloatArray:
    return np.asarray(10 * np.log10(np.maximum(power, 1e-12)))


def presence(level: FloatArray, span: float) -> FloatArray:
    """0 (absent) to about 1 (as in the loud bars) of a `level` (n,) in dB."""
    return np.asarray(np.clip(1 + (level - np.percentile(level, 90)) / span, 0.0, 1.15))


def around(x: FloatArray, width: int) -> tuple[FloatArray, FloatArray]:
    """Means (n + 1,) of the up to `width` bars before each line and from it on; 0 where none."""
    n = len(x)
    total = np.concatenate([[0.0], np.cumsum(x)])
    at = np.arange(n + 1)
    first, last = np.maximum(at - width, 0), np.minimum(at + width, n)
    before = (total - total[first]) / np.maximum(at - first, 1)
    after = (total[last] - total) / np.maximum(last - at, 1)
    return before, after


def step(x: FloatArray) -> FloatArray:
    """Rise (n + 1,) of `x` (n,) from the bar before each line to the bar after."""
    before, after = around(x, 1)
    return after - before


def upper_bands(bars: Sound) -> IntArray:
    """Which of the 16 bands lie above about 650 Hz and are audible (at least one)."""
    loud = np.percentile(_db(bars.loud), 90, axis=1)
    heard = np.flatnonzero(loud > loud.max() - INAUDIBLE_DB)
    return np.asarray(heard[heard >= min(4, heard[-1])])


def riser(level: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Swell and release (n + 1,) in tens of dB of the upper bands' bar `level` (n,).

    The bar before the line is compared with two bars earlier, and with the bar after.
    """
    n = len(level)
    at = np.arange(n + 1)
    last, early, earlier, now = (level[np.clip(at + k, 0, n - 1)] for k in (-1, -3, -4, 0))
    swell = np.clip((last - 0.5 * (early + earlier)) / 10, -1.0, 1.0)
    return swell, np.clip((last - now) / 10, -1.0, 1.0)


def accent(level: FloatArray, lines: IntArray, meter: int) -> FloatArray:
    """How much louder (n + 1,), in tens of dB, the two beats after each line are than the
    same two beats of the three bars that follow; `level` (n_beats,) in dB.
    """
    padded = np.append(level, level[-1])
    pairs = (padded[:-1] + padded[1:]) / 2
    end = len(pairs) - 1
    first = pairs[np.minimum(lines, end)]
    later = [pairs[np.minimum(lines + k * meter, end)] for k in (1, 2, 3)]
    return np.asarray(np.clip((first - np.median(later, axis=0)) / 10, -1.0, 1.0))


@dataclass(frozen=True)
class DropsEstimator(Estimator):
    """Drops by what enters at bar lines; see the module's text."""

    question: ClassVar[str] = "drops"
    version: ClassVar[str] = "2"
    needs: ClassVar[tuple[str, ...]] = ("beats", "sections")
    min_seconds: ClassVar[float] = 8.0

    def answer(self, features: Features, given: Given) -> Estimate[Any]:
        """Drops in order of time; none is an answer too."""
        grid = beat_grid(features, beats_of(given))
        sound = beat_sound(features, grid.times)
        lines = grid.bars(bar_phase(grid, sound))
        if len(lines) < 5:
            return Estimate((), confidence=0.5)
        section = section_starts(given, grid.times[lines])
        terms = describe_lines(sound, lines, grid.beats_per_bar, section)
        probabilities = terms.probabilities()
        chosen, expected = choose(probabilities)
        strength = impact(terms)
        drops = (
            Drop(self.moment(features, grid, sound, int(lines[i])), round(float(strength[i]), 4))
            for i in chosen
        )
        faint = low_level(sound.gather(lines)) < -FAINT_DB
        known = (1.0 if grid.steady else UNSTEADY) * (FAINT if faint else 1.0)
        ordered = tuple(sorted(drops, key=lambda d: d.time))
        return Estimate(ordered, confidence=expected * known)

    def moment(self, features: Features, grid: BeatGrid, sound: Sound, beat: int) -> float:
        """Time in seconds of the attack at (or near) beat number `beat`."""
        if not grid.steady:
            guess = float(grid.times[beat])
            return attack_time(features, step_time(features, guess, 1.5), 0.1)
        time = float(grid.times[beat])
        if low_level(sound) > -FAINT_DB:
            time = strongest_step(features, time, grid.beat)
        return attack_time(features, time, ATTACK_REACH)


def section_starts(given: Given, times: FloatArray) -> FloatArray:
    """1 (n,) at the bar lines at `times` where a section answered starts, else 0."""
    estimate = given.get("sections")
    starts = np.zeros(len(times))
    for section in (estimate.value or ()) if estimate is not None else ():
        if isinstance(section, Section):
            nearest = int(np.argmin(np.abs(times - section.start)))
            starts[nearest] = max(starts[nearest], abs(times[nearest] - section.start) < 0.6)
    return starts


def impact(terms: Terms) -> FloatArray:
    """Strength (n_bars + 1,) in [0.05, 1] of a drop: how much bass and kick come in."""
    rise = np.maximum(terms.bass_enters, 0.0) + np.maximum(terms.kick_enters, 0.0)
    return np.asarray(np.clip(0.3 + 0.35 * rise, 0.05, 1.0))


def choose(probabilities: FloatArray) -> tuple[IntArray, float]:
    """The bar lines told, and the F-measure to be expected of them.

    Lines are taken in order of probability, each ``NEAR_BARS`` or more from the others. With
    k told, about 2 · (their Σp) / (k + Σp of all) is to be expected; where it is likelier
    that there is no drop at all than the best k would score, none are told.
    """
    lines: list[int] = []
    for i in np.argsort(-probabilities, kind="stable"):
        if probabilities[i] < 1e-3:
            break
        if all(abs(int(i) - j) >= NEAR_BARS for j in lines):
            lines.append(int(i))
    p = probabilities[lines]
    none = min(float(np.prod(1 - p)), CEILING)
    if p.size == 0:
        return np.array([], dtype=np.int64), none
    hits = np.cumsum(p)
    true = np.maximum(p[p >= DOUBT].sum(), hits)
    expected = np.minimum(2 * hits / (np.arange(1, p.size + 1) + true), CEILING)
    best = int(expected.argmax())
    if none >= expected[best]:
        return np.array([], dtype=np.int64), none
    return np.sort(np.array(lines[: best + 1], dtype=np.int64)), float(expected[best])


def low_steps(features: Features, times: FloatArray, window: float) -> FloatArray:
    """Steps (n,) in dB of the lowest band's mean level at `times`, over `window` s each side.

    −inf where a window does not fit. Levels lie 0–30 dB under the loud frames.
    """
    rate = features.mel_rate
    low = 10 * np.log10(np.maximum(features.mel[LOW_ROWS].mean(axis=0), 1e-20))
    level = np.clip(low - np.percentile(low, 90), -2 * CLIP_DB, 0.0)
    total = np.concatenate([[0.0], np.cumsum(level, dtype=np.float64)])
    width = max(1, round(window * rate))
    at = np.round(times * rate).astype(int)
    fits = (at >= width) & (at + width < total.size)
    inner = np.where(fits, at, min(width, total.size - 1))
    after, before = np.minimum(inner + width, total.size - 1), np.maximum(inner - width, 0)
    rise = (total[after] - 2 * total[inner] + total[before]) / width
    return np.where(fits, rise, -np.inf)


def strongest_step(features: Features, time: float, beat: float) -> float:
    """`time`, or the moment half a beat, a beat or two beats off at which the low band
    steps up clearly more: beats are mistaken by such amounts.

    Clearly is ``CLEARLY`` times as far: a bass may well enter late.
    """
    near = time + beat * np.array([0.0, -2.0, -1.0, -0.5, 0.5, 1.0, 2.0])
    rises = low_steps(features, near, STEP_SECONDS)
    best = int(rises.argmax())
    return float(near[best]) if rises[best] > CLEARLY * max(rises[0], LATE_DB) else time


def step_time(features: Features, time: float, reach: float) -> float:
    """Time within `reach` s of `time` at which the lowest band's level steps up most.

    Compared are the seconds after and before, in 11.6 ms frames; used without beats.
    """
    at = np.arange(time - reach, time + reach, 1 / features.mel_rate)
    rises = low_steps(features, at, 1.0)
    best = int(rises.argmax())
    return float(at[best]) if np.isfinite(rises[best]) else time


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
