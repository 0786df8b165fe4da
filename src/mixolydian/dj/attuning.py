"""A grid to a fraction of a millisecond: moved to where the strokes of the track sound.

An analysis finds beats in frames of 12 ms, some milliseconds early or late, and a tempo that may
be off by the few thousandths that come to 10 ms at the other end. While the track is read once
more, :class:`StrokeEar` keeps the energy of two bands at 4 kHz. The attack at every beat is
looked for in it, by the same measure a certificate is made with (`certifying/strokes.py`), and a
straight line is laid through what was found. Two tracks that are attuned sound together, beat
on beat, from the first bar to the last. Times are in seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.signal import sosfilt

from mixolydian.core.types import FloatArray
from mixolydian.dj.certifying.attacks import BANDS, Envelope, envelope_of, filters
from mixolydian.dj.certifying.strokes import strokes_of
from mixolydian.dj.grid import Grid

ENERGY_RATE = 4410.0
"""energies per second that are kept, about."""
FEWEST = 24
"""strokes without which the grid stays as it is."""
SCATTER = 0.004
"""Robust standard deviation of the strokes about their line over which they mark no beat."""
FARTHEST = 0.030
"""A correction beyond this is no correction but another reading of the rhythm."""
USUAL_STRAY = 0.001
EARLY = 0.0004
"""Seconds that an attack, by this measure, comes before the beat it is played on: of 17 rendered
pieces whose beats are known to the sample, 14 lie between 0.3 and 0.55 ms."""
ROUND = 0.1
"""BPM: a tempo that is a multiple of this was set by somebody, and is not bent."""


class StrokeEar:
    """Listens to blocks of sound (n_channels, n) and keeps the energy of each band."""

    def __init__(self) -> None:
        self.step, self.rate = 1, 1.0
        self._energies: dict[str, list[FloatArray]] = {name: [] for name in BANDS}

    def _begin(self, sample_rate: int) -> None:
        self.step = max(1, round(sample_rate / ENERGY_RATE))
        self.rate = sample_rate / self.step
        self._filters = filters(sample_rate)
        self._states = {name: np.zeros((len(sos), 2)) for name, sos in self._filters.items()}
        self._rest: NDArray[np.float32] = np.zeros(0, dtype=np.float32)

    def through(
        self, blocks: Iterable[NDArray[np.float32]], sample_rate: int
    ) -> Iterator[NDArray[np.float32]]:
        """The same blocks, listened to as they pass."""
        self._begin(sample_rate)
        for block in blocks:
            self._push(block.mean(axis=0))
            yield block

    def _push(self, mono: NDArray[np.float32]) -> None:
        line = np.concatenate([self._rest, mono])
        whole = len(line) - len(line) % self.step
        self._rest = line[whole:]
        for name, sos in self._filters.items():
            band, self._states[name] = sosfilt(sos, line[:whole], zi=self._states[name])
            power = np.square(band).reshape(-1, self.step).mean(axis=1)
            self._energies[name].append(power)

    def envelopes(self) -> dict[str, Envelope]:
        """The envelope of each band, of all that was heard."""
        return {
            name: envelope_of(np.concatenate([*parts, np.zeros(1)]), self.rate)
            for name, parts in self._energies.items()
        }

    @property
    def delay(self) -> float:
        """Seconds by which an energy's place in its envelope lies before its middle."""
        return (self.step - 1) / 2 / (self.step * self.rate)


def attuned(grid: Grid, ear: StrokeEar, n_beats: int) -> tuple[Grid, FloatArray]:
    """`grid` moved to the strokes heard at its first `n_beats` beats (n), and the seconds (n, 2)
    by which the stroke of either band comes after each beat of the new grid, NaN where there is
    none. The grid is as it was where strokes are too few or do not gather round a line.
    """
    best, least = grid, np.inf
    beats = np.arange(n_beats, dtype=np.float64)
    strokes = np.full((n_beats, len(BANDS)), np.nan)
    for band, envelope in enumerate(ear.envelopes().values()):
        late = _late(envelope, beats, grid) + ear.delay + EARLY
        strokes[:, band] = late
        found = ~np.isnan(late)
        if found.sum() < FEWEST:
            continue
        start, slope, error = _line(beats[found], late[found], bent=not _is_round(grid))
        moved = start + slope * grid.beats
        doubt = error / np.sqrt(found.sum())
        if error < SCATTER and np.abs(moved).max() < FARTHEST and doubt < least:
            best, least = Grid(grid.times + moved, grid.beats), doubt
    correction = np.asarray(best.time_at(beats) - grid.time_at(beats))
    return best, strokes - correction[:, np.newaxis]


def _late(envelope: Envelope, beats: FloatArray, grid: Grid) -> FloatArray:
    """Seconds (n,) by which the stroke on each beat comes after it; NaN where there is none."""
    if envelope.loud <= 0.0:
        return np.full(len(beats), np.nan)
    length = 60.0 / np.asarray(grid.bpm_at(beats))
    return strokes_of(envelope, beats, np.asarray(grid.time_at(beats)), length).late / 1e3


def _is_round(grid: Grid) -> bool:
    """Whether it has one tempo, and that a round one."""
    bpm = float(grid.bpm_at(grid.beats[0]))
    return len(grid.beats) == 2 and abs(bpm / ROUND - round(bpm / ROUND)) < 1e-5


def _line(beats: FloatArray, late: FloatArray, bent: bool) -> tuple[float, float, float]:
    """(value at beat 0, slope per beat, robust standard deviation) of the line through `late`,
    level unless `bent`.

    Reweighted least squares (Cauchy) from the median on: strokes that are no beats do not count.
    """
    line = np.array([0.0, float(np.median(late))])
    for _ in range(20):
        weights = 1.0 / np.sqrt(1.0 + ((late - np.polyval(line, beats)) / USUAL_STRAY) ** 2)
        line = np.polyfit(beats, late, 1 if bent else 0, w=weights)
    error = 1.4826 * float(np.median(np.abs(late - np.polyval(line, beats))))
    return float(line[-1]), float(line[0]) if bent else 0.0, error
