"""From the beats of an analysis to a track's grid, and whether one may mix by it.

A steady track has one straight line through all its beats: the answers' own tempo is rounded,
the line through hundreds of beats is not. A track in several tempi has two knots for each
stretch. Where not even that explains the beats, the grid counts half seconds and nothing may
be matched to it. Times are in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mixolydian.core.types import Analysis, Beats, Tempo
from mixolydian.dj.grid import Grid

LOOSE_BPM, LOOSE_METER = 120.0, 4
"""the grid of a track without a steady beat: half seconds, in fours."""
LEAST_CONFIDENCE = 0.5
"""Confidence of the beats under which nobody should be made to dance to them."""
LARGEST_RESIDUAL = 0.015
"""Seconds around the knots within which 95 % of the beats must lie: players put up with a steady
10 ms, not with 20 (Jack et al. 2018)."""
ONE_LINE = 0.004
"""Residual in seconds under which one line is enough, however many stretches were answered."""
USUAL_STRAY = 0.002
"""Seconds a beat strays from its line without counting for less than half."""
REWEIGHTED = 8
LEAST_BEATS = 16
ROUND_TEMPI = ((1.0, 0.020), (0.5, 0.010), (0.1, 0.004))
"""(step in BPM, seconds): a tempo that leaves a multiple of the step by less than these seconds
over the whole track is that multiple. Music made by programs has such tempi: all 25 electronic
tracks of ../shared lie within 0.03 BPM of a whole number, and of 17 composed pieces the line
through the beats strays by up to 12 ms from start to end, the round tempo by under 1 ms."""
NEAREST = 1.7e-4
"""Share of its tempo by which a line may be off at most, however short the track."""
SECONDS_PER_STRETCH = 20.0
"""A stretch of steady tempo is on average at least so long, or the tempo wanders."""
EDGE = 0.02
"""Seconds by which beat 0 may lie after the first sample: files are cut on their first beat, and
a grid is only known to some milliseconds."""

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Gridding:
    """The `grid` (beat 0 a downbeat), its `meter`, and how far to trust it; `reason` says why it
    is not steady, and is empty when it is. `residual` is the 95th percentile in seconds."""

    grid: Grid
    meter: int
    confidence: float
    residual: float
    reason: str

    @property
    def steady(self) -> bool:
        """Whether other tracks may be matched to it."""
        return not self.reason


def gridding(analysis: Analysis) -> Gridding:
    """The grid of an analysed track, from its answers to "tempo" and "beats"."""
    estimate = analysis.estimates.get("beats")
    if estimate is None or not isinstance(estimate.value, Beats):
        reason = "its beats were not asked for" if estimate is None else estimate.refusal
        return loose(reason or "no beats were found")
    beats = estimate.value
    if len(beats.times) < LEAST_BEATS:
        return loose(f"only {len(beats.times)} beats were found")
    numbers = beat_numbers(beats.times)
    cuts = _cuts(analysis.value("tempo"), beats.times)
    knots = _knots(beats.times, numbers, cuts, round_tempo=not analysis.is_human("tempo"))
    grid = _from_downbeat(knots, beats, numbers)
    stray = np.abs(beats.times - knots.time_at(numbers))
    residual = float(np.percentile(stray, 95))
    confidence = 1.0 if estimate.confidence is None else float(estimate.confidence)
    sure = 1.0 if set_by_hand(analysis) else confidence
    reason = _doubt(sure, residual, len(knots.times) // 2, analysis.duration)
    if reason:
        return loose(reason, sure)
    return Gridding(grid, beats.meter, sure, residual, "")


def loose(reason: str, confidence: float = 0.0) -> Gridding:
    """Half seconds, for a track whose beat cannot be trusted."""
    return Gridding(Grid.steady(LOOSE_BPM), LOOSE_METER, confidence, 0.0, reason)


def beat_numbers(times: Float) -> Float:
    """Whole beat numbers (n,) from 0 of beat `times` (n,): where beats are missing, numbers are
    left out."""
    steps = np.diff(times)
    usual = np.median(steps)
    return np.concatenate([[0.0], np.cumsum(np.maximum(np.round(steps / usual), 1.0))])


def straight(numbers: Float, times: Float) -> tuple[float, float]:
    """(seconds per beat, time of beat 0) of the line through `times`, robustly.

    Least squares, reweighted by Cauchy's rule at 2 ms until it stands: a first beat that was
    moved to the file's start does not tilt it.
    """
    weights = np.ones(len(times))
    period, anchor = 0.0, 0.0
    for _ in range(REWEIGHTED):
        share = weights / weights.sum()
        number, time = float(share @ numbers), float(share @ times)
        apart = numbers - number
        period = float((share * apart) @ (times - time) / ((share * apart) @ apart))
        anchor = time - period * number
        weights = 1.0 / (1.0 + ((times - anchor - period * numbers) / USUAL_STRAY) ** 2)
    return period, anchor


def _cuts(tempo: Tempo | None, times: Float) -> list[int]:
    """Places (first 0, last n) between which beat times belong to one stretch of tempo."""
    starts = [] if tempo is None else [s.start for s in tempo.segments[1:]]
    return sorted({0, len(times), *np.searchsorted(times, starts).tolist()})


def _knots(times: Float, numbers: Float, cuts: list[int], *, round_tempo: bool) -> Grid:
    """One line where it explains the beats, else a line per stretch."""
    period, anchor = straight(numbers, times)
    stray = np.abs(times - anchor - period * numbers)
    if len(cuts) == 2 or np.percentile(stray, 95) < ONE_LINE:
        ends = numbers[[0, -1]]
        line = Grid(anchor + period * ends, ends)
        return _rounded(period, anchor, numbers) if round_tempo else line
    at, beats = [], []
    for first, last in pairwise(cuts):
        if last - first < 2:
            continue
        period, anchor = straight(numbers[first:last], times[first:last])
        ends = numbers[[first, last - 1]]
        at.append(anchor + period * ends)
        beats.append(ends)
    return Grid(np.concatenate(at), np.concatenate(beats))


def _rounded(period: float, anchor: float, numbers: Float) -> Grid:
    """The line through all beats, turned about its middle to a round tempo if one is near."""
    ends = numbers[[0, -1]]
    middle = anchor + period * float(numbers.mean())
    period = round_period(period, float(np.ptp(numbers)))
    return Grid(middle + period * (ends - float(numbers.mean())), ends)


def round_period(period: float, n_beats: float) -> float:
    """Seconds per beat of the round tempo next to `period`, if it is near; see ROUND_TEMPI."""
    for step, drift in ROUND_TEMPI:
        bpm = max(round(60.0 / period / step), 1) * step
        if abs(60.0 / bpm - period) < min(drift / n_beats, NEAREST * period):
            return 60.0 / bpm
    return period


def _from_downbeat(knots: Grid, beats: Beats, numbers: Float) -> Grid:
    """`knots` counted from the last downbeat at or before the first sample."""
    phases = (numbers.astype(np.int64) - (beats.positions - 1)) % beats.meter
    phase = int(np.bincount(phases, minlength=beats.meter).argmax())
    start = float(knots.beat_at(EDGE))
    first = np.floor((start - phase) / beats.meter) * beats.meter + phase
    return Grid(knots.times, knots.beats - first)


def set_by_hand(analysis: Analysis) -> bool:
    """Whether a human set the tempo or the beats."""
    return analysis.is_human("tempo") or analysis.is_human("beats")


def _doubt(confidence: float, residual: float, n_stretches: int, duration: float) -> str:
    """Why the grid is not to be mixed by, or nothing."""
    if confidence < LEAST_CONFIDENCE:
        return f"its beat is only {100 * confidence:.0f} % sure"
    if residual > LARGEST_RESIDUAL:
        return f"its beats stray {1000 * residual:.0f} ms from any straight grid"
    if n_stretches > max(3.0, duration / SECONDS_PER_STRETCH):
        return f"its tempo changes {n_stretches - 1} times"
    return ""
