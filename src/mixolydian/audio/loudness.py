"""Loudness, loudness range and true peak, in one pass over blocks of sound.

Conventions
-----------
ITU-R BS.1770-4 for integrated loudness (LUFS) and true peak (dBTP), EBU Tech 3341 for
momentary (400 ms) and short-term (3 s) loudness, EBU Tech 3342 for the loudness range (LU).
Digital silence is -inf. One channel counts once: a mono file reads 3 dB below the same
sound on two channels. Surround channels follow the wav order (L R C LFE Ls Rs …); the LFE
does not count and side channels weigh +1.5 dB.

The K-weighting filter is libebur128's (pyebur128, MIT); gates, range and true peak are here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from pyebur128 import ChannelType, MeasurementMode, R128State, get_loudness_window

from mixolydian.core.types import FloatArray, frozen_array

STEP = 0.1
"""Seconds between two readings: 400 ms gates overlap by 75 %, as BS.1770-4 asks."""

_MOMENTARY_STEPS = 4
_SHORT_TERM_STEPS = 30
_ABSOLUTE_GATE = -70.0
_RELATIVE_GATE = -10.0
_RANGE_GATE = -20.0
_OFFSET = -0.691  # BS.1770-4: a 997 Hz sine at 0 dBFS in one channel reads -3.01

_UNUSED, _BACK_LEFT, _BACK_RIGHT = (
    ChannelType.UNUSED,
    ChannelType.M_PLUS_135,
    ChannelType.M_MINUS_135,
)
_SIDES = (ChannelType.M_PLUS_090, ChannelType.M_MINUS_090)
_FRONT = (ChannelType.LEFT, ChannelType.RIGHT, ChannelType.CENTER)
_SURROUND = (ChannelType.LEFT_SURROUND, ChannelType.RIGHT_SURROUND)
_LAYOUTS = {
    1: _FRONT[:1],
    2: _FRONT[:2],
    3: _FRONT,
    4: (*_FRONT[:2], *_SURROUND),
    5: (*_FRONT, *_SURROUND),
    6: (*_FRONT, _UNUSED, *_SURROUND),
    7: (*_FRONT, _UNUSED, ChannelType.M_PLUS_180, *_SIDES),
    8: (*_FRONT, _UNUSED, _BACK_LEFT, _BACK_RIGHT, *_SIDES),
}


@dataclass(frozen=True, eq=False)
class LoudnessMeasurement:
    """What a loudness meter shows at the end, and its curves.

    `momentary` and `short_term` (n,) in LUFS are readings at `times` (n,), the end of the
    window in seconds; before 3 s the short-term reading covers the sound so far.
    """

    lufs: float
    """Integrated, gated; -inf when nothing passes the gates or the sound is under 400 ms."""
    range_lu: float
    """0 when the sound is too short (under 3 s) or silent."""
    true_peak_dbtp: float
    times: NDArray[np.float64]
    momentary: NDArray[np.float64]
    short_term: NDArray[np.float64]

    def __post_init__(self) -> None:
        for name in ("times", "momentary", "short_term"):
            object.__setattr__(self, name, frozen_array(getattr(self, name)))


class LoudnessStream:
    """A loudness meter fed block by block; how the sound is cut does not matter.

    `sample_rate` in Hz, `n_channels` 1 to 8.
    """

    def __init__(self, sample_rate: int, n_channels: int) -> None:
        self._n_channels = n_channels
        self._sample_rate = sample_rate
        self._meter = R128State(n_channels, sample_rate, int(MeasurementMode.MODE_M))
        for channel, kind in enumerate(_LAYOUTS[n_channels]):
            self._meter.set_channel(channel, int(kind))
        self._peak = TruePeak(n_channels)
        self._levels: list[float] = []
        self._n_samples = 0

    def push(self, block: NDArray[np.float32]) -> None:
        """Add a block, float32 (n_channels, n)."""
        self._peak.push(block)
        interleaved = np.ascontiguousarray(block.T, dtype=np.float32).reshape(-1)
        start, n_samples = 0, block.shape[1]
        while start < n_samples:
            due = round((len(self._levels) + 1) * STEP * self._sample_rate) - self._n_samples
            taken = min(due, n_samples - start)
            stretch = interleaved[start * self._n_channels : (start + taken) * self._n_channels]
            self._meter.add_frames(stretch, taken)
            self._n_samples += taken
            start += taken
            if taken == due:
                self._levels.append(get_loudness_window(self._meter, round(STEP * 1000)))

    def finish(self) -> LoudnessMeasurement:
        """The measurement of everything pushed; the meter is used up."""
        power = 10.0 ** ((np.array(self._levels) - _OFFSET) / 10.0)
        momentary = _window_means(power, _MOMENTARY_STEPS)
        whole_short_term = _window_means(power, _SHORT_TERM_STEPS)
        short_term = _growing_means(power, _SHORT_TERM_STEPS)[_MOMENTARY_STEPS - 1 :]
        return LoudnessMeasurement(
            lufs=integrated_loudness(momentary),
            range_lu=loudness_range(whole_short_term),
            true_peak_dbtp=self._peak.finish(),
            times=np.arange(_MOMENTARY_STEPS, _MOMENTARY_STEPS + len(momentary)) * np.float64(STEP),
            momentary=_to_lufs(momentary),
            short_term=_to_lufs(short_term),
        )


def measure_loudness(samples: NDArray[np.float32], sample_rate: int) -> LoudnessMeasurement:
    """The measurement of a whole sound, float32 (n_channels, n)."""
    stream = LoudnessStream(sample_rate, samples.shape[0])
    stream.push(samples)
    return stream.finish()


# --------------------------------------------------------------------------- gates


def integrated_loudness(powers: FloatArray) -> float:
    """LUFS of 400 ms gating blocks of weighted power (n,), 100 ms apart (BS.1770-4)."""
    loud = powers[_to_lufs(powers) > _ABSOLUTE_GATE]
    if not len(loud):
        return float("-inf")
    gate = _to_lufs(loud.mean()) + _RELATIVE_GATE
    return float(_to_lufs(loud[_to_lufs(loud) > gate].mean()))


def loudness_range(powers: FloatArray) -> float:
    """LU between the 10th and 95th percentile of gated 3 s blocks of power (Tech 3342)."""
    loud = powers[_to_lufs(powers) > _ABSOLUTE_GATE]
    if not len(loud):
        return 0.0
    levels = _to_lufs(loud)
    levels = levels[levels > _to_lufs(loud.mean()) + _RANGE_GATE]
    low, high = np.percentile(levels, (10, 95))
    return float(high - low)


def _to_lufs(power: FloatArray | np.floating) -> NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        return np.asarray(_OFFSET + 10.0 * np.log10(power))


def _window_means(power: FloatArray, length: int) -> NDArray[np.float64]:
    """Mean over every whole window of `length` steps; empty when there is none."""
    if len(power) < length:
        return np.zeros(0)
    return np.asarray(sliding_window_view(power, length).mean(axis=1))


def _growing_means(power: FloatArray, length: int) -> NDArray[np.float64]:
    """Mean over the last `length` steps, or over all steps so far when they are fewer."""
    first = power[: length - 1]
    growing = np.cumsum(first) / np.arange(1, len(first) + 1)
    return np.concatenate([growing, _window_means(power, length)])


# --------------------------------------------------------------------------- true peak

_HALF_TAPS = 12
_KAISER_BETA = 5.0
_REACH = 2 * _HALF_TAPS - 1
_CELL = 256
_BATCH = 16
_SLICE = 1 << 15


def _interpolator(fraction: float) -> NDArray[np.float64]:
    """Taps (2 * _HALF_TAPS,) for the value `fraction` of the way between two samples.

    A Kaiser-windowed sinc (pass band to 0.85 of Nyquist), corrected to be exact on every
    straight line: that makes the bound in `TruePeak` tight.
    """
    place = np.arange(2 * _HALF_TAPS) - (_HALF_TAPS - 1)
    window = np.i0(_KAISER_BETA * np.sqrt(1.0 - ((place - fraction) / _HALF_TAPS) ** 2))
    taps = np.sinc(place - fraction) * window / np.i0(_KAISER_BETA)
    lines = np.stack([np.ones(len(place)), place.astype(float)])
    missing = np.array([1.0, fraction]) - lines @ taps
    return np.asarray(taps + lines.T @ np.linalg.solve(lines @ lines.T, missing))


def _bend_weight(taps: NDArray[np.float64], fraction: float) -> float:
    """How far the value can leave the line between its neighbours, per unit of bend.

    Taps minus the linear interpolation vanish on straight lines, so they are some filter q
    applied to the second difference of the sound: the departure is at most |q|₁ times the
    largest second difference under the taps.
    """
    departure = taps.copy()
    departure[_HALF_TAPS - 1] -= 1.0 - fraction
    departure[_HALF_TAPS] -= fraction
    return float(np.abs(np.cumsum(np.cumsum(departure))[:-2]).sum())


_FRACTIONS = (0.25, 0.5, 0.75)
_TAPS = np.stack([_interpolator(f) for f in _FRACTIONS], axis=1).astype(np.float32)
_BEND = 1.0001 * max(_bend_weight(_interpolator(f), f) for f in _FRACTIONS)


class TruePeak:
    """The largest magnitude of the sound at four times its sample rate (BS.1770-4 Annex 2).

    Only stretches that could still beat the largest value so far are oversampled. Between
    two samples the waveform stays within the larger of both plus a constant times the local
    second difference, so most music is settled without a filter and the result is the same.
    """

    def __init__(self, n_channels: int) -> None:
        self._peak = 0.0
        self._past = np.zeros((n_channels, 2 * _HALF_TAPS), dtype=np.float32)

    def push(self, block: NDArray[np.float32]) -> None:
        """Add a block, float32 (n_channels, n)."""
        for channel, samples in enumerate(block):
            y = np.concatenate([self._past[channel], samples])
            self._past[channel] = y[-2 * _HALF_TAPS :]
            n_gaps = len(samples)
            for start in range(0, n_gaps, _SLICE):
                self._search(y[start : start + _SLICE + _REACH])

    def finish(self) -> float:
        """The true peak in dBTP; -inf for digital silence."""
        self.push(np.zeros((len(self._past), 2 * _HALF_TAPS), dtype=np.float32))
        return float(20.0 * np.log10(self._peak)) if self._peak > 0.0 else float("-inf")

    def _search(self, y: NDArray[np.float32]) -> None:
        """Raise the peak by what lies between the middle samples of every 24 in `y`."""
        size, bend = np.abs(y), np.abs(np.diff(np.diff(y)))
        largest = float(size.max())
        self._peak = max(self._peak, largest)
        if largest + _BEND * float(bend.max()) <= self._peak:
            return
        n_gaps = len(y) - _REACH
        n_cells = -(-n_gaps // _CELL)
        bounds = _cell_maxima(size, n_cells) + np.float32(_BEND) * _cell_maxima(bend, n_cells)
        cells = np.flatnonzero(bounds > self._peak)
        cells = cells[np.argsort(-bounds[cells], kind="stable")]
        length = min(_CELL, n_gaps)
        rows = sliding_window_view(y, length + _REACH)
        for first in range(0, len(cells), _BATCH):
            batch = cells[first : first + _BATCH]
            batch = batch[bounds[batch] > self._peak]
            if not len(batch):
                return
            starts = np.minimum(batch * _CELL, n_gaps - length)  # the last cell may be short
            windows = sliding_window_view(rows[starts], 2 * _HALF_TAPS, axis=1)
            between = windows.reshape(-1, 2 * _HALF_TAPS) @ _TAPS
            self._peak = max(self._peak, float(between.max()), -float(between.min()))


def _cell_maxima(values: NDArray[np.float32], n_cells: int) -> NDArray[np.float32]:
    """Largest value under the taps of each cell of gaps: its _CELL samples and the next 23."""
    padded = np.zeros((n_cells + 1, _CELL), dtype=np.float32)
    padded.reshape(-1)[: len(values)] = values
    reach = padded[1:, :_REACH].max(axis=1)
    return np.asarray(np.maximum(padded[:-1].max(axis=1), reach))
