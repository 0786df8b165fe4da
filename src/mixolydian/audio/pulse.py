"""From onset strength to pulse: periodicity, and the exact grid of a given pulse.

Frames run at `rate` per second; periods and times are in seconds, tempi in BPM. A *grid*
is a pair (period, anchor): pulses fall on ``anchor + k * period``. Periodicity comes from
autocorrelation in windows (a change of tempo blurs it but does not destroy it); the exact
period and anchor come from the phase of the whole sound against the grid, which resolves
far finer than any lag can (see docs/decisions/0003-tempo-by-grid.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LONG = 100_000
"""Frames (20 minutes) from which the spectrum is fine enough with little padding."""

Float = NDArray[np.floating[Any]]


def autocorrelation(
    envelopes: Float, rate: float, *, window: float, hop: float, max_lag: float
) -> NDArray[np.float64]:
    """Windowed, unbiased autocorrelation (n_windows, n_rows, n_lags) of `envelopes` (n_rows, n).

    `window`, `hop` and `max_lag` are in seconds. Values are not normalised.
    """
    n = min(int(window * rate), envelopes.shape[1])
    n_lags = min(n, int(max_lag * rate) + 2)
    n_fft = 1 << (2 * n - 1).bit_length()
    bias = (n - np.arange(n_lags)) / n
    out = []
    for start in range(0, envelopes.shape[1] - n + 1, max(1, int(hop * rate))):
        x = envelopes[:, start : start + n]
        spectrum = np.fft.rfft(x - x.mean(axis=1, keepdims=True), n_fft, axis=1)
        power = spectrum.real**2 + spectrum.imag**2
        out.append(np.fft.irfft(power, axis=1)[:, :n_lags] / bias)
    return np.array(out)


@dataclass(frozen=True)
class Grid:
    """Pulses on ``anchor + k * period``, both in seconds."""

    period: float
    anchor: float


def _demodulate(envelope: Float, rate: float, frequency: float) -> NDArray[np.complex128]:
    """`envelope` (n,) times the conjugate carrier of `frequency` Hz."""
    turns = np.arange(len(envelope)) * (frequency / rate)
    return np.asarray(envelope * np.exp(-2j * np.pi * turns))


def refine_frequency(
    envelope: Float, rate: float, frequency: float, *, spread: float, harmonics: tuple[int, ...]
) -> float:
    """The frequency within ``frequency * (1 ± spread)`` whose `harmonics` explain most.

    Uses the zero-padded spectrum of the whole `envelope` (n,), then a parabola.
    """
    padding = 8 if len(envelope) < LONG else 2
    n_fft = 1 << (padding * len(envelope) - 1).bit_length()
    power = np.abs(np.fft.rfft(envelope - envelope.mean(), n_fft))
    step = rate / n_fft
    fine = step / max(harmonics)
    grid = np.arange(frequency * (1 - spread), frequency * (1 + spread) + fine, fine)
    bins = np.arange(len(power))
    total = np.zeros(len(grid))
    for k in harmonics:
        total += np.interp(grid * k / step, bins, power) ** 2
    best = int(total.argmax())
    return float(grid[best] + fine * parabola_peak(total, best))


def parabola_peak(values: Float, i: int) -> float:
    """Offset in (−½, ½) of the maximum of the parabola through `values[i-1 : i+2]`."""
    if not 0 < i < len(values) - 1:
        return 0.0
    left, centre, right = float(values[i - 1]), float(values[i]), float(values[i + 1])
    bend = left - 2 * centre + right
    if bend >= 0:
        return 0.0
    return float(np.clip(0.5 * (left - right) / bend, -0.5, 0.5))


def local_phases(
    envelope: Float, rate: float, frequency: float, *, window: float, hop: float
) -> tuple[NDArray[np.float64], NDArray[np.complex128]]:
    """Window centres (w,) in seconds and complex agreement (w,) with a pulse of `frequency`.

    The argument of each value is minus the pulse's phase, its modulus the energy behind it.
    """
    z = np.concatenate([[0.0], np.cumsum(_demodulate(envelope, rate, frequency))])
    n = min(int(window * rate), len(envelope))
    starts = np.arange(0, len(envelope) - n + 1, max(1, int(hop * rate)))
    return np.asarray((starts + n / 2) / rate), np.asarray(z[starts + n] - z[starts])


def fit_line(
    times: Float, offsets: Float, weights: Float, *, tolerance: float, rounds: int = 8
) -> tuple[float, float, NDArray[np.bool_]]:
    """Robust weighted line ``offsets ≈ a + b * times``: (a, b, inliers within `tolerance`)."""
    keep = np.ones(len(times), dtype=bool)
    a = b = 0.0
    for _ in range(rounds):
        w = weights * keep
        if w.sum() <= 0:
            break
        centre = float(np.average(times, weights=w))
        spread = float((w * (times - centre) ** 2).sum())
        mean = float(np.average(offsets, weights=w))
        b = float((w * (times - centre) * (offsets - mean)).sum() / spread) if spread > 0 else 0.0
        a = mean - b * centre
        now = np.abs(offsets - a - b * times) <= tolerance
        if (now == keep).all():
            break
        keep = now
    return a, b, keep


def fold(envelopes: Float, rate: float, grid: Grid, n_slots: int) -> NDArray[np.float64]:
    """Mean of each row of `envelopes` (r, n) per phase slot of the grid: (r, n_slots).

    Slot 0 is centred on the pulse; slots divide the period evenly.
    """
    times = np.arange(envelopes.shape[1]) / rate
    phase = (times - grid.anchor) / grid.period * n_slots + 0.5
    slot = np.floor(phase).astype(np.int64) % n_slots
    counts = np.maximum(np.bincount(slot, minlength=n_slots), 1)
    rows = [np.bincount(slot, weights=row, minlength=n_slots) / counts for row in envelopes]
    return np.array(rows)


def viterbi(score: Float, jump_cost: Float) -> NDArray[np.int64]:
    """The path (n_steps,) of states maximising Σ `score` (n_steps, n_states) − Σ `jump_cost`."""
    best = score[0].astype(np.float64)
    back = np.zeros(score.shape, dtype=np.int64)
    for i in range(1, len(score)):
        options = best[:, np.newaxis] - jump_cost
        back[i] = options.argmax(axis=0)
        best = options.max(axis=0) + score[i]
    path = np.empty(len(score), dtype=np.int64)
    path[-1] = int(best.argmax())
    for i in range(len(score) - 1, 0, -1):
        path[i - 1] = back[i, path[i]]
    return path


def track_pulses(
    envelope: Float, rate: float, periods: Float, *, tightness: float = 120.0
) -> NDArray[np.float64]:
    """Pulse times (k,) by dynamic programming with a local period (n,) in seconds.

    After Ellis, "Beat tracking by dynamic programming" (2007), with a period that may move;
    pulse times are refined between frames.
    """
    n = len(envelope)
    lags = np.maximum(periods * rate, 2.0)
    longest = int(np.ceil(2 * lags.max()))
    offsets = np.arange(1, longest + 1)
    score = np.concatenate([np.full(longest, -1e9), envelope.astype(np.float64)])
    back = np.full(n, -1, dtype=np.int64)
    log_offsets = np.log(offsets)
    first = int(lags[0])
    for i in range(n):
        penalty = -tightness * (log_offsets - np.log(lags[i])) ** 2
        window = score[i : i + longest][::-1] + penalty
        best = int(window.argmax())
        if i >= first and window[best] > -1e8:
            score[i + longest] += window[best]
            back[i] = i - int(offsets[best])
        elif i >= first:
            back[i] = -1
    tail = score[longest + max(0, n - int(lags[-1])) :]
    i = n - len(tail) + int(tail.argmax())
    path = []
    while i >= 0:
        path.append(i + parabola_peak(envelope, i))
        i = int(back[i])
    return np.array(path[::-1]) / rate
