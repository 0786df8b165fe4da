"""From seconds to the grid of a score: beats, bars and a tempo map that keeps its time.

MIDI files and DAW projects count quarter notes from a zero that is the first sample of the
sound, and play them at tempi that are constant between two points. `Timeline` holds the
seconds of every beat and says where a moment of the sound lies on that grid, and which tempi
lead through the beats without ever leaving them by more than a tolerance.

A quarter note is the beat in every meter but 6, where the beats are eighths (6/8). Sound
before the first downbeat (a lead-in) becomes a pickup: as many beats as fit it best, or one
shorter note value, so that bar lines meet the downbeats and the zeros still coincide.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mixolydian.core.errors import RequestError
from mixolydian.core.types import FloatArray, frozen_array

EIGHTHS_METER = 6
"""the meter whose beats are eighths."""
_NO_PICKUP = 1e-6
"""seconds of lead-in that are nothing."""
_SHORTEST = 1 / 16
"""quarters of the shortest pickup: a sixty-fourth."""


@dataclass(frozen=True)
class TempoPoint:
    """From quarter `quarter` (at `seconds`) on, a quarter lasts `length` seconds."""

    quarter: float
    seconds: float
    length: float

    @property
    def bpm(self) -> float:
        """Quarter notes per minute."""
        return 60.0 / self.length


@dataclass(frozen=True)
class TimeSignature:
    """From quarter `quarter` on, bars of `numerator` / `denominator`."""

    quarter: float
    numerator: int
    denominator: int


@dataclass(frozen=True, eq=False)
class Timeline:
    """`beat_times` (n + 1,): seconds of beat 0 (a downbeat) to the final bar line; `meter`
    beats in a bar, 6 meaning 6/8 in eighths.

    Raises
    ------
    RequestError
        Fewer than two times, a time before 0 or not finite, times that do not rise, or a
        meter below 1.
    """

    beat_times: FloatArray
    meter: int

    def __post_init__(self) -> None:
        times = frozen_array(self.beat_times)
        object.__setattr__(self, "beat_times", times)
        if times.ndim != 1 or times.size < 2 or not np.isfinite(times).all() or times[0] < 0:
            raise RequestError(
                f"expected at least two finite beat times from 0 s on, found shape {times.shape}"
                + (f" starting at {times[0]} s" if times.ndim == 1 and times.size else "")
            )
        if (np.diff(times) <= 0).any():
            raise RequestError("beat times must rise; found a beat that is not after the last one")
        if self.meter < 1:
            raise RequestError(f"expected a meter of at least 1 beat per bar, found {self.meter}")

    @property
    def quarters_per_beat(self) -> float:
        """1, or 0.5 where beats are eighths."""
        return 0.5 if self.meter == EIGHTHS_METER else 1.0

    @cached_property
    def pickup(self) -> float:
        """Quarters before the first downbeat."""
        lead_in, second = map(float, self.beat_times[:2])
        if lead_in <= _NO_PICKUP:
            return 0.0
        beats = lead_in / (second - lead_in)
        if beats >= 0.75:
            return round(beats) * self.quarters_per_beat
        return max(_SHORTEST, 2.0 ** round(math.log2(beats * self.quarters_per_beat)))

    @cached_property
    def _knots(self) -> tuple[FloatArray, FloatArray]:
        """Quarters and seconds (n,) between which the tempo may change."""
        quarters = self.pickup + np.arange(self.beat_times.size) * self.quarters_per_beat
        if not self.pickup:
            return quarters, np.concatenate([[0.0], self.beat_times[1:]])
        return np.concatenate([[0.0], quarters]), np.concatenate([[0.0], self.beat_times])

    @property
    def end(self) -> float:
        """Quarters of the final bar line."""
        return float(self._knots[0][-1])

    def quarters(self, seconds: FloatArray) -> FloatArray:
        """Place (n,) of moments (n,) on the grid, ≥ 0; after the end the last tempo goes on."""
        quarters, times = self._knots
        inside = np.interp(seconds, times, quarters)
        pace = (quarters[-1] - quarters[-2]) / (times[-1] - times[-2])
        return np.asarray(inside + np.maximum(0.0, np.asarray(seconds) - times[-1]) * pace)

    @property
    def signatures(self) -> tuple[TimeSignature, ...]:
        """The time signature, after one for a pickup that is not a whole number of bars."""
        denominator = 8 if self.meter == EIGHTHS_METER else 4
        usual = TimeSignature(0.0, self.meter, denominator)
        rest = self.pickup % (self.meter * self.quarters_per_beat)
        if not rest:
            return (usual,)
        if rest >= self.quarters_per_beat:
            first = TimeSignature(0.0, round(rest / self.quarters_per_beat), denominator)
        else:
            first = TimeSignature(0.0, 1, round(4 / rest))
        return first, TimeSignature(rest, self.meter, denominator)

    def tempo_map(self, tolerance: float, step: float = 0.0) -> tuple[TempoPoint, ...]:
        """Few tempi that reach every beat to within `tolerance` seconds, however many beats.

        `step` is the resolution of a quarter's length in seconds (0: any length); rounding to
        it never adds up, because each tempo starts where the one before really arrived.
        """
        return tuple(self._tempi(tolerance, step))

    def _tempi(self, tolerance: float, step: float) -> Iterator[TempoPoint]:
        quarters, times = self._knots
        start, now = 0, 0.0
        while start < len(times) - 1:
            reach = quarters[start + 1 :] - quarters[start]
            aims = times[start + 1 :] - now
            n_beats, length = _longest(reach, aims, tolerance, step)
            yield TempoPoint(float(quarters[start]), now, length)
            start += n_beats
            now += length * float(reach[n_beats - 1])


def _longest(
    reach: FloatArray, aims: FloatArray, tolerance: float, step: float
) -> tuple[int, float]:
    """How many beats one tempo can lead through, and the length of its quarter.

    `reach` (n,) are quarters and `aims` (n,) seconds from here to each of the next beats.
    """
    shortest = np.maximum.accumulate((aims - tolerance) / reach)
    longest = np.minimum.accumulate((aims + tolerance) / reach)
    if step:
        shortest = np.ceil(shortest / step - 1e-9) * step
        longest = np.floor(longest / step + 1e-9) * step
    fits = shortest <= longest + 1e-12
    n = max(1, int(fits.size if fits.all() else np.argmin(fits)))
    mean = float(aims[n - 1] / reach[n - 1])
    length = round(mean / step) * step if step else mean
    return n, float(np.clip(length, shortest[n - 1], max(shortest[n - 1], longest[n - 1])))
