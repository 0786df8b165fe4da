"""The exact pulse grid of a sound, once its tempo is roughly known.

A steady piece has one period; it is found by asking at which frequency the whole sound
agrees with a pulse train and its first harmonics, and confirmed by looking whether the
local phase stays put from window to window. Where it does not (a change of tempo, a live
drummer), the tempo is followed through time, pulses are tracked along it, and the pulse
times are cut into as few straight pieces as explain them.

The grid's phase is that of some metrical level; which pulse is *the beat* is for
:mod:`mixolydian.estimators.metre` to say.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from mixolydian.audio import onset, pulse
from mixolydian.audio.features import Features
from mixolydian.core.types import TempoSegment

STEADY_SHARE = 0.9
"""Share of the onset energy that must agree with one grid for the tempo to be steady."""
PHASE_TOLERANCE = 0.12
"""Of a pulse: how far the local phase may stray and still agree."""
PREFERENCE = 0.6
"""Of the best nearby tempo's agreement: what the grid's own must reach in a window."""
PIECES_GAIN = 1.1
"""How much better than one straight grid several pieces must hit the onsets."""
PIECE_NOISE = 0.010
"""Seconds of scatter of tracked pulses around a straight piece."""
PIECE_COST = 30.0
"""What one more piece must save, in squared residuals over PIECE_NOISE squared."""
MAX_PIECE = 400
"""Pulses in one piece at most: bounds the search."""
EDGE = 0.02
"""Seconds before the sound's start at which a first pulse still counts, as one at 0: files
are often cut exactly on a beat, and the grid is only known to some milliseconds."""

Float = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Trace:
    """`segments` cover [0, duration]; `steadiness` in [0, 1] is the agreement with them."""

    segments: tuple[TempoSegment, ...]
    steadiness: float


def trace(features: Features, bpm: float) -> Trace:
    """The grid of `features` near `bpm`: one segment when steady, several when not."""
    steady = steady_trace(features, bpm)
    if steady.steadiness >= STEADY_SHARE:
        return steady
    pieces = _piecewise(features, bpm)
    if pieces is None or _on_onsets(features, pieces) < PIECES_GAIN * _on_onsets(features, steady):
        return steady
    return pieces


def _on_onsets(features: Features, traced: Trace) -> float:
    """Mean onset strength on the pulses of `traced`, at the best of four phases."""
    times = pulse_times(traced.segments, features.duration) - onset.LATENCY
    if len(times) < 2:
        return 0.0
    near = maximum_filter1d(features.onset_envelope, 3)
    steps = np.append(np.diff(times), times[-1] - times[-2])
    means = []
    for quarter in range(4):
        at = np.round((times + steps * quarter / 4) * features.mel_rate).astype(np.int64)
        means.append(float(near[at[(at >= 0) & (at < len(near))]].mean()))
    return max(means)


def pulse_times(segments: tuple[TempoSegment, ...], duration: float) -> NDArray[np.float64]:
    """All pulses of `segments` within [0, duration], evenly counted across segments.

    A first pulse up to EDGE before the start is moved to 0.
    """
    times: list[NDArray[np.float64]] = []
    last = -np.inf
    for i, s in enumerate(segments):
        period = 60 / s.bpm
        end = duration if i == len(segments) - 1 else s.end
        start = s.start - (EDGE if i == 0 else 0.0)
        k = np.arange(np.ceil((start - s.anchor) / period - 1e-6), (end - s.anchor) / period)
        t = s.anchor + k * period
        t = t[(t > last + 0.5 * period) & (t >= -EDGE) & (t <= duration)]
        if len(t):
            last = float(t[-1])
            times.append(np.maximum(t, 0.0))
    return np.concatenate(times) if times else np.zeros(0)


def steady_trace(features: Features, bpm: float) -> Trace:
    """One period for the whole sound, near `bpm`, and how far the sound agrees with it."""
    envelope, rate = features.onset_envelope, features.mel_rate
    frequency = pulse.refine_frequency(
        envelope, rate, bpm / 60, spread=0.02, harmonics=(1, 2, 3, 4)
    )
    level = _coherent_level(envelope, rate, frequency)
    window = max(4.0, 8 / frequency)
    times, z = pulse.local_phases(envelope, rate, frequency * level, window=window, hop=1.0)
    best = _best_nearby(envelope, rate, frequency * level, window=window, hop=1.0)
    if len(z) == 0 or not best.sum() > 0:
        return Trace((TempoSegment(0.0, features.duration, bpm, 0.0),), 0.0)
    period = 1 / (frequency * level)
    centre = -np.angle(z.sum()) / (2 * np.pi) * period
    stray = (-np.angle(z) / (2 * np.pi) * period - centre + period / 2) % period - period / 2
    a, b, agree = pulse.fit_line(times, stray, np.abs(z), tolerance=PHASE_TOLERANCE * period)
    agree &= np.abs(z) > PREFERENCE * best
    share = float(best[agree].sum() / best.sum())
    exact = frequency / (1 + b)
    anchor = (centre + a + onset.LATENCY) / (1 - b)
    return Trace((TempoSegment(0.0, features.duration, 60 * exact, anchor % (1 / exact)),), share)


def _best_nearby(
    envelope: Float, rate: float, frequency: float, *, window: float, hop: float
) -> NDArray[np.float64]:
    """The largest agreement (w,) each window has with any pulse within 15 % of `frequency`."""
    n = min(int(window * rate), len(envelope))
    windows = np.lib.stride_tricks.sliding_window_view(envelope, n)[:: max(1, int(hop * rate))]
    n_fft = 1 << (4 * n - 1).bit_length()
    low, high = (int(frequency * f / rate * n_fft) for f in (0.85, 1.15))
    spectra = [np.abs(np.fft.rfft(w, n_fft)[low : high + 1]).max() for w in windows]
    return np.array(spectra)


def agreement(features: Features, frequency: float) -> float:
    """In [0, 1]: how far all onsets agree with one pulse train of `frequency` in Hz."""
    envelope = features.onset_envelope
    turns = np.arange(len(envelope)) * (frequency / features.mel_rate)
    total = max(float(envelope.sum()), 1e-9)
    return float(abs((envelope * np.exp(-2j * np.pi * turns)).sum())) / total


def _coherent_level(envelope: Float, rate: float, frequency: float) -> int:
    """1, 2 or 4: the subdivision of the pulse on which the sound agrees most."""
    turns = np.arange(len(envelope)) * (frequency / rate)
    strength = [abs((envelope * np.exp(-2j * np.pi * k * turns)).sum()) for k in (1, 2, 4)]
    return (1, 2, 4)[int(np.argmax(strength))]


def _piecewise(features: Features, bpm: float) -> Trace | None:
    """Pulses followed through a moving tempo, cut into straight pieces."""
    envelope, rate = features.onset_envelope, features.mel_rate
    periods = _tempo_path(envelope, rate, bpm)
    times = pulse.track_pulses(envelope, rate, periods) + onset.LATENCY
    if len(times) < 4:
        return None
    cuts = _straight_pieces(times)
    usual = float(np.median(np.diff(times)))
    segments = []
    residual = []
    for start, stop in pairwise(cuts):
        k = np.arange(start, stop, dtype=np.float64)
        slope, anchor = _line(k, times[start:stop], usual)
        residual.append(np.abs(times[start:stop] - anchor - slope * k))
        first = float(anchor + slope * start)
        segments.append(TempoSegment(first, first, 60 / float(slope), first))
    share = float((np.concatenate(residual) < 0.03).mean())
    return Trace(_contiguous(segments, features.duration), share)


def _line(k: Float, times: Float, usual: float) -> tuple[float, float]:
    """(slope, value at 0) of the line through `times` at `k`; `usual` slope for one point."""
    if len(k) == 1:
        return usual, float(times[0] - usual * k[0])
    slope, anchor = np.polyfit(k, times, 1)
    return float(slope), float(anchor)


def _contiguous(segments: list[TempoSegment], duration: float) -> tuple[TempoSegment, ...]:
    """Each piece lasts until half a pulse before the next one's first pulse."""
    starts = [0.0] + [s.anchor - 15 / s.bpm for s in segments[1:]]
    ends = [*starts[1:], duration]
    return tuple(replace(s, start=a, end=b) for s, a, b in zip(segments, starts, ends, strict=True))


def _tempo_path(envelope: Float, rate: float, bpm: float) -> NDArray[np.float64]:
    """The local period (n,) in seconds per frame, near `bpm`, by Viterbi over autocorrelation."""
    bpms = np.exp(np.arange(np.log(max(40.0, bpm / 1.45)), np.log(min(250.0, bpm * 1.45)), 0.01))
    hop, window = 1.0, 8.0
    acf = pulse.autocorrelation(
        envelope[np.newaxis], rate, window=window, hop=hop, max_lag=4.2 * 60 / bpms[0]
    )[:, 0]
    acf = acf / np.maximum(acf[:, :1], 1e-9)
    lags = np.arange(acf.shape[1])
    multiples = ((0.5, 0.5), (1.0, 1.0), (2.0, 0.7), (4.0, 0.5))
    score = np.array(
        [sum(w * np.interp(60 * rate * m / bpms, lags, row) for m, w in multiples) for row in acf]
    )
    score -= 0.5 * (np.log2(bpms / bpm) / 0.4) ** 2 * 0.2
    distance = np.abs(np.subtract.outer(np.log(bpms), np.log(bpms)))
    path = pulse.viterbi(4 * score, np.minimum(20 * distance, 3.0))
    centres = np.arange(len(path)) * hop + min(window, len(envelope) / rate) / 2
    return np.asarray(np.interp(np.arange(len(envelope)) / rate, centres, 60 / bpms[path]))


def _straight_pieces(times: Float) -> list[int]:
    """Cut points (first 0, last n) of the fewest straight pieces that explain `times` (n,).

    Optimal partition by dynamic programming; a piece's cost is its squared residual around
    the least-squares line over PIECE_NOISE², plus PIECE_COST.
    """
    n = len(times)
    sums = [np.concatenate([[0.0], np.cumsum(v)]) for v in (times, times**2, times * np.arange(n))]
    best = np.full(n + 1, np.inf)
    best[0] = 0.0
    cut = np.zeros(n + 1, dtype=np.int64)
    for stop in range(1, n + 1):
        start = np.arange(max(0, stop - MAX_PIECE), stop)
        cost = best[start] + _line_cost(sums, start, stop) / PIECE_NOISE**2 + PIECE_COST
        i = int(cost.argmin())
        best[stop], cut[stop] = cost[i], start[i]
    cuts = [n]
    while cuts[-1] > 0:
        cuts.append(int(cut[cuts[-1]]))
    return cuts[::-1]


def _line_cost(sums: list[NDArray[np.float64]], start: NDArray[np.int64], stop: int) -> Float:
    """Squared residual of least-squares lines through points start … stop − 1."""
    m = (stop - start).astype(np.float64)
    s_t, s_tt, s_kt = (c[stop] - c[start] for c in sums)
    k_mean = (start + stop - 1) / 2
    s_kk = m * (m**2 - 1) / 12
    var_t = np.maximum(s_tt - s_t**2 / m, 0.0)
    cov = s_kt - k_mean * s_t
    explained = np.where(s_kk > 0, cov**2 / np.maximum(s_kk, 1e-9), 0.0)
    return np.asarray(np.maximum(var_t - explained, 0.0))
