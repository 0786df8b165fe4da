"""The strokes of one sound on the beats and half-beats of a clock.

First the strongest attack within a sixth of a beat is taken; then again within 10 ms of the
sound's own course (the median over four beats either way), so that a grace note or a swung
stroke is not taken for the beat. Seconds unless a name says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.types import FloatArray
from mixolydian.dj.certifying.attacks import Envelope, attacks

_REACH, _REACH_SHARE, _NEAR = 0.06, 0.16, 0.010
_COURSE = 9
"""places either way that a course is the median of."""


@dataclass(frozen=True, eq=False)
class Strokes:
    """`late` (n,) ms after the clock at mix beats `beats` (n,), NaN where there is no attack."""

    beats: FloatArray
    late: FloatArray
    scatter: float
    set_aside: int

    @property
    def found(self) -> NDArray[np.bool_]:
        """Where there is an attack."""
        return ~np.isnan(self.late)


def strokes_of(
    envelope: Envelope, beats: FloatArray, clock: FloatArray, length: FloatArray
) -> Strokes:
    """The strokes near `clock` (n,) seconds of the sound, where `beats` (n,) of `length` lie."""
    reach = np.minimum(_REACH, _REACH_SHARE * length)
    first = attacks(envelope, clock, reach) - clock
    course = course_of(first)
    late = np.full(len(beats), np.nan)
    known = ~np.isnan(course)
    near = np.full(int(known.sum()), _NEAR)
    late[known] = attacks(envelope, (clock + course)[known], near) - clock[known]
    aside = int(np.sum(~np.isnan(first) & np.isnan(late)))
    return Strokes(beats, 1e3 * late, 1e3 * scatter_of(first), aside)


def course_of(late: FloatArray) -> FloatArray:
    """The running median (n,) of what was found, NaN where there are fewer than three."""
    course = np.full(len(late), np.nan)
    for i in range(len(late)):
        near = late[max(0, i - _COURSE) : i + _COURSE + 1]
        near = near[~np.isnan(near)]
        if len(near) >= 3:
            course[i] = np.median(near)
    return course


def scatter_of(values: FloatArray) -> float:
    """Robust standard deviation (1.4826 times the median distance from the median)."""
    known = values[~np.isnan(values)]
    if not known.size:
        return 0.0
    return 1.4826 * float(np.median(np.abs(known - np.median(known))))
