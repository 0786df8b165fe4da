"""Tempo: how many beats a minute, on which grid, and at which metrical level.

Three steps. Autocorrelation of onset strength in windows proposes candidates. A conditional
logit weighs what each candidate would mean musically (periodicity at its divisions and
multiples in the kick, snare and hat bands; how many onsets would fall on a beat; how well
the bar template of :mod:`mixolydian.estimators.metre` fits; how usual the tempo is) and
gives each a probability. The winner's grid is then fitted to the whole sound
(:mod:`mixolydian.estimators.grid`), which decides the decimals, and whether the tempo is
steady, changes, or drifts.

Tolerance behind `confidence`: within 4 % (Accuracy1 of Gouyon et al., IEEE TASLP 2006).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio import onset, pulse
from mixolydian.audio.features import Features
from mixolydian.core.types import Estimate, Tempo, TempoSegment
from mixolydian.estimators import grid, metre, templates
from mixolydian.estimators.base import Estimator, Given, unanswered

MIN_BPM, MAX_BPM = 40.0, 250.0
WINDOW, HOP = 12.0, 3.0
MAX_PEAKS = 8
RATIOS = (1.0, 2.0, 0.5, 3.0, 1 / 3, 1.5, 2 / 3, 0.75, 4 / 3)
LAGS_ALL = (0.25, 1 / 3, 0.5, 2 / 3, 1.0, 1.5, 2.0, 3.0, 4.0)
LAGS_BAND = (0.5, 1.0, 2.0, 4.0)
REGISTERS = ((0, 1), (2, 4), (4, 5))
"""Onset bands of kick, snare and hats."""
SHORTLIST = 6
"""Candidates whose bar template is tried."""
EDGE_FRAMES = 4
"""Frames that see the sound's own start or end."""

Float = NDArray[np.floating[Any]]


HOME = 0.04
"""Relative distance within which tempi are one tempo that drifts."""
EXACT = 0.0005
"""Relative distance within which tempi are the same, measured twice."""


@dataclass(frozen=True, eq=False)
class Periodicity:
    """Mean normalised autocorrelation (1 + n_bands, n_lags): all bands together, then each.

    `onset_rates` (4,) are onsets a second: all bands, kick, snare and hat registers.
    `colour` (3,) says how much sub-bass, how much air and how much dynamics the sound has,
    each in units of 10 dB: club music is counted faster than a ballad of equal pulses.
    """

    acf: NDArray[np.float64]
    rate: float
    onset_rates: NDArray[np.float64]
    colour: NDArray[np.float64]

    def at(self, row: int, seconds: Float) -> NDArray[np.float64]:
        """Autocorrelation of `row` at lags of `seconds`."""
        lags = np.arange(self.acf.shape[1])
        return np.asarray(np.interp(seconds * self.rate, lags, self.acf[row]))


def periodicity(features: Features) -> Periodicity:
    """Windowed autocorrelation of the onset strength of `features`."""
    bands, rate = features.onset_bands, features.mel_rate
    spread = bands.std(axis=1, keepdims=True)
    bands = bands / np.maximum(spread, spread.max() * 0.1 + 1e-9)
    bands = onset.sharpen(bands, rate)
    envelopes = np.concatenate([features.onset_envelope[np.newaxis], bands])
    windows = pulse.autocorrelation(
        envelopes, rate, window=WINDOW, hop=HOP, max_lag=4 * 60 / MIN_BPM
    )
    acf = windows.sum(axis=0)
    acf = acf / np.maximum(acf[:, :1], 1e-9)
    rows = [features.onset_envelope] + [bands[a:b].sum(axis=0) for a, b in REGISTERS]
    rates = [onsets_per_second(row, features.duration) for row in rows]
    return Periodicity(acf, rate, np.array(rates), _colour(features))


def _colour(features: Features) -> NDArray[np.float64]:
    balance = features.texture.mean(axis=1)
    level = 20 * np.log10(np.maximum(features.rms, 1e-5))
    dynamics = float(np.percentile(level, 90) - np.percentile(level, 30))
    sub, air = balance[0] - balance.mean(), balance[12:].mean() - balance.mean()
    return np.array([float(sub), float(air), dynamics]) / 10


def onsets_per_second(envelope: Float, duration: float) -> float:
    """How many clear peaks `envelope` (n,) has in a second."""
    level = 0.25 * max(float(np.percentile(envelope, 98)), 1e-9)
    inner = envelope[1:-1]
    peaks = (inner > envelope[:-2]) & (inner >= envelope[2:]) & (inner > level)
    return float(peaks.sum()) / max(duration, 1e-9)


def candidates(p: Periodicity) -> NDArray[np.float64]:
    """Candidate tempi (k,) in BPM: the strongest periodicities and their simple ratios."""
    bpms = np.exp(np.linspace(np.log(MIN_BPM), np.log(MAX_BPM), 500))
    lag = 60 / bpms
    score = p.at(0, lag) + 0.5 * p.at(0, 2 * lag) + 0.3 * p.at(0, 4 * lag) + 0.3 * p.at(0, lag / 2)
    inner = score[1:-1]
    peaks = np.flatnonzero((inner >= score[:-2]) & (inner > score[2:])) + 1
    strongest = peaks[np.argsort(-score[peaks], kind="stable")][:MAX_PEAKS]
    found: list[float] = []
    for bpm in bpms[strongest]:
        for ratio in RATIOS:
            option = float(bpm * ratio)
            if MIN_BPM <= option <= MAX_BPM and all(abs(option / o - 1) > 0.03 for o in found):
                found.append(option)
    return np.array(found)


def describe(p: Periodicity, bpms: Float) -> NDArray[np.float64]:
    """What each candidate (k,) would mean: (k, n_terms), in the order of
    ``templates.TEMPO_FIRST``."""
    lag = 60 / bpms
    columns = [p.at(0, m * lag) for m in LAGS_ALL]
    for row in range(1, len(p.acf)):
        columns += [p.at(row, m * lag) for m in LAGS_BAND]
    octaves = np.log2(bpms / 120)
    columns += [octaves, octaves**2, np.abs(octaves) ** 3]
    for onset_rate in p.onset_rates:
        density = np.log2(np.maximum(onset_rate, 0.1) * lag)
        columns += [density, density**2]
    columns += [c * octaves for c in p.colour]
    return np.array(columns).T


def choose(features: Features, p: Periodicity, bpms: Float) -> NDArray[np.float64]:
    """Probability (k,) of each candidate tempo."""
    first = describe(p, bpms) @ templates.TEMPO_FIRST
    shortlist = np.argsort(-first, kind="stable")[:SHORTLIST]
    final = np.full(len(bpms), -np.inf)
    for i in shortlist:
        final[i] = first[i] + metre.fit(features, float(bpms[i])) @ templates.TEMPO_SECOND
    odds = np.exp(final - final.max())
    return np.asarray(odds / odds.sum())


def strongest_rise(features: Features) -> float:
    """The largest gain of power in any mel band within 23 ms, relative to the loudest frame.

    The sound's own start and end do not count.
    """
    mel = features.mel[:, EDGE_FRAMES:-EDGE_FRAMES]
    rise = max(float((row[onset.LAG :] - row[: -onset.LAG]).max(initial=0.0)) for row in mel)
    return rise / max(float(mel.sum(axis=0).max(initial=0.0)), 1e-20)


def agreement(features: Features, bpm: float) -> float:
    """In [0, 1]: how far the onsets keep to the one grid near `bpm`, or to its divisions."""
    frequency = grid.steady_trace(features, bpm).segments[0].bpm / 60
    return max(grid.agreement(features, k * frequency) for k in (1, 2, 4))


def main_tempo(segments: tuple[TempoSegment, ...]) -> float:
    """The tempo most of the time is spent near: drift is averaged, a change is not.

    Where most of that time keeps one tempo exactly, the rest (a breakdown without a pulse,
    followed as well as it goes) has no say.
    """
    bpms = np.array([s.bpm for s in segments])
    lengths = np.array([max(s.end - s.start, 1e-6) for s in segments])
    home = _nearest(bpms, lengths, HOME)
    exact = home & _nearest(bpms, np.where(home, lengths, 0.0), EXACT)
    if lengths[exact].sum() > 0.5 * lengths[home].sum():
        home = exact
    return float(1 / np.average(1 / bpms[home], weights=lengths[home]))


def _nearest(bpms: Float, lengths: Float, tolerance: float) -> NDArray[np.bool_]:
    """Which tempi (n,) lie within `tolerance` of the one that most time is spent near."""
    near = np.abs(bpms[:, np.newaxis] / bpms - 1) < tolerance
    return np.asarray(near[int((near @ lengths).argmax())])


@dataclass(frozen=True)
class TempoEstimator(Estimator):
    """Answers "tempo" with a :class:`~mixolydian.core.types.Tempo`."""

    question: ClassVar[str] = "tempo"
    version: ClassVar[str] = "2"
    min_seconds: ClassVar[float] = 3.0

    min_periodicity: float = 0.12
    """Autocorrelation at the beat or its half below which there is no steady tempo."""

    min_agreement: float = 0.35
    """Agreement of all onsets with the beat or its divisions which is steady all the same."""

    min_onsets: int = 12
    """Onsets that can be said to keep to a grid: a few agree with any."""

    min_rise: float = 3e-5
    """:func:`strongest_rise` below which nothing starts: a held tone only ripples."""

    def answer(self, features: Features, given: Given) -> Estimate[Any]:
        if not strongest_rise(features) > self.min_rise:
            return unanswered("no onsets: nothing starts or changes often enough to count")
        p = periodicity(features)
        bpms = candidates(p)
        if len(bpms) == 0:
            return unanswered("no steady tempo: onsets do not repeat at any rate of 40-250 BPM")
        probability = choose(features, p, bpms)
        order = np.argsort(-probability, kind="stable")
        best = float(bpms[order[0]])
        repeats = max(float(p.at(0, np.array([m * 60 / best]))[0]) for m in (0.5, 1.0, 2.0))
        keeps = agreement(features, best)
        few = p.onset_rates[0] * features.duration < self.min_onsets
        if repeats < self.min_periodicity and (few or keeps < self.min_agreement):
            return unanswered(
                f"no steady tempo: onsets repeat too weakly ({max(repeats, 0.0):.2f}, at least "
                f"{self.min_periodicity:.2f} is needed) and keep to no grid"
            )
        solid = np.clip(max(repeats, keeps) / (3 * self.min_periodicity), 0.5, 1.0)
        traced = metre.locate(features, grid.trace(features, best))
        main = main_tempo(traced.segments)
        return Estimate(
            Tempo(main, traced.segments),
            confidence=float(probability[order[0]] * solid),
            alternatives=tuple(
                (round(float(bpms[i]) * main / best, 2), float(probability[i]))
                for i in order[1:4]
                if probability[i] > 0.005
            ),
        )
