"""The controls of a deck as they sound: curves over mix beats become courses over samples.

A curve is evaluated at every sample; what it does is spread over the `AHEAD` seconds before,
so that a jump on a beat is a short ramp that ends on the beat and leaves its attack whole.
Outside its transition a deck is untouched; where the deck begins or ends with the transition,
the curves hold beyond it (what leaks before the first beat must not be heard at full level).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio.equaliser import Bands, echo_length, echoed, equalised, filtered
from mixolydian.dj.curve import Curve
from mixolydian.dj.grid import Grid
from mixolydian.dj.plan import OPEN_HIGHPASS, OPEN_LOWPASS, Controls

Float32 = NDArray[np.float32]
AHEAD = 0.004
"""seconds of a jump's ramp."""
MARGIN = 0.1
"""seconds around a transition that its controls may touch."""
ECHO_BEATS = 0.75
NEUTRAL = {
    "fader": 1.0,
    "low": 1.0,
    "mid": 1.0,
    "high": 1.0,
    "highpass": OPEN_HIGHPASS,
    "lowpass": OPEN_LOWPASS,
    "echo": 0.0,
}
_JUMP = 1e-7
"""beats by which the left side of a jump lies before the right one."""


@dataclass(frozen=True)
class Hand:
    """The `controls` of one deck in the transition `index`, from mix beat `start` to `end`;
    they hold before and after when the deck comes in or goes out with it."""

    index: int
    start: float
    end: float
    controls: Controls
    holds_before: bool
    holds_after: bool

    def span(self, clock: Grid, sample_rate: int) -> tuple[int, int]:
        """First sample of the mix that the controls may touch, and the first after."""
        first = clock.time_at(self.start) - MARGIN
        last = clock.time_at(self.end) + MARGIN
        return int(first * sample_rate), int(np.ceil(last * sample_rate))

    def delay(self, clock: Grid, sample_rate: int) -> int:
        """Samples between two repeats of the echo; 0 when there is none."""
        echo = self.controls.echo
        if echo.is_constant and echo.knots[0][1] == 0:
            return 0
        beat = next(b for b, v in (*echo.knots, (self.end, 1.0)) if v > 0)
        delay: float = 60.0 / clock.bpm_at(beat) * ECHO_BEATS * sample_rate
        return round(delay)

    def tail(self, clock: Grid, sample_rate: int) -> int:
        """Samples that the echo goes on for."""
        return echo_length(self.delay(clock, sample_rate))


def handled(y: Float32, hand: Hand, clock: Grid, sample_rate: int, first: int) -> Float32:
    """The deck `y` (2, n), which begins at sample `first` of the mix, after its controls:
    (2, n + tail)."""
    courses = _Courses(hand, clock, sample_rate, first, y.shape[1])
    y = _coloured(y, courses, sample_rate)
    fader = courses.of("fader")
    out = y if fader is None else y * fader
    delay, echo = hand.delay(clock, sample_rate), courses.of("echo")
    tail = np.zeros((len(y), echo_length(delay)), dtype=np.float32)
    whole = np.concatenate([out, tail], axis=1)
    if delay and echo is not None:
        whole += echoed(out * echo, delay, sample_rate)
    return whole


def _coloured(y: Float32, courses: _Courses, sample_rate: int) -> Float32:
    """`y` after the bands and the filters."""
    low, mid, high = (courses.of(name) for name in ("low", "mid", "high"))
    if low is not None or mid is not None or high is not None:
        plain = np.ones(y.shape[1], dtype=np.float32)
        bands = Bands(*(plain if g is None else g for g in (low, mid, high)))
        y = equalised(y, bands, sample_rate)
    highpass, lowpass = courses.of("highpass"), courses.of("lowpass")
    if highpass is None and lowpass is None:
        return y
    open_high = np.full(y.shape[1], OPEN_HIGHPASS, dtype=np.float32)
    open_low = np.full(y.shape[1], OPEN_LOWPASS, dtype=np.float32)
    return filtered(
        y,
        open_high if highpass is None else highpass,
        open_low if lowpass is None else lowpass,
        sample_rate,
    )


@dataclass(frozen=True)
class _Courses:
    """Curves of a hand over the `n` samples of the mix from `first` on."""

    hand: Hand
    clock: Grid
    sample_rate: int
    first: int
    n: int

    def of(self, name: str) -> Float32 | None:
        """(n,) values of the control `name`; None when it stays neutral."""
        curve, neutral = getattr(self.hand.controls, name), NEUTRAL[name]
        if curve.is_constant and curve.knots[0][1] == neutral:
            return None
        knots = _bounded(curve, self.hand, neutral)
        return self._smooth(*self._timed(knots))

    def _timed(self, curve: Curve) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Seconds and values between which the course is a straight line."""
        beats = np.array([b for b, _ in curve.knots])
        inner = self.clock.beats[(self.clock.beats > beats[0]) & (self.clock.beats < beats[-1])]
        beats = np.unique(np.concatenate([beats - _JUMP, beats, inner]))
        return self.clock.time_at(beats), curve.at(beats)

    def _smooth(self, times: NDArray[np.float64], values: NDArray[np.float64]) -> Float32:
        """The course, every sample the mean of the `AHEAD` seconds that follow it."""
        ahead = round(AHEAD * self.sample_rate)
        at = (self.first + np.arange(self.n + ahead)) / self.sample_rate
        course = np.interp(at, times, values)
        least, most = float(course.min()), float(course.max())
        sums = np.concatenate([[0.0], np.cumsum(course - least)])
        mean = (sums[ahead:] - sums[:-ahead])[: self.n] / ahead + least
        exact = np.where(course[: self.n] == course[ahead:], course[: self.n], mean)
        return np.asarray(np.clip(exact, least, most), dtype=np.float32)


def _bounded(curve: Curve, hand: Hand, neutral: float) -> Curve:
    """`curve` within its transition, `neutral` outside where it does not hold."""
    inner = [(b, v) for b, v in curve.knots if hand.start < b < hand.end]
    before = curve.at(hand.start - _JUMP) if hand.holds_before else neutral
    after = curve.at(hand.end) if hand.holds_after else neutral
    first, last = curve.at(hand.start), curve.at(hand.end - _JUMP)
    return Curve(
        (
            (hand.start, before),
            (hand.start, first),
            *inner,
            (hand.end, last),
            (hand.end, after),
        )
    )
