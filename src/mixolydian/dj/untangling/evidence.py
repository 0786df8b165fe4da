"""What the mix says for and against every balance of two decks, at every moment.

Where two tracks meet and it is known to the millisecond which second of each is heard, the mix's
mel power in a cell of 46 ms should be the sum of both decks' powers, each times the gain of its
band. How many dB it is off is counted up to a limit (waves add up by chance, and what neither
deck explains must not decide), for every pair of gains of a grid: a table from which any hands
on the faders are judged by looking up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from mixolydian.dj.untangling.balancing import BANDS
from mixolydian.dj.untangling.heard import MEL_RATE, Float32

LEVELS = np.array([-90, -30, -24, -20, -16, -13, -10, -8, -6, -4, -3, -2, -1, 0, 1, 2], float)
"""dB of a deck's gain in the table; the first is silence."""
FULL, SILENT = 13, 0
"""A deck alone may be this full or more: a limiter works less for one than for two."""
WHILE = 9
"""steps for which a deck alone keeps its level."""
CELL, CELLS = 4, 4
"""mel frames of a cell, and cells of a step of the table."""
STEP = CELL * CELLS / MEL_RATE
"""seconds of a step."""
WEIGHTS = (2.0, 1.0, 1.0)
"""of a row of mel in the low, mid and high band; the low one has few."""
ROW_WEIGHTS = np.concatenate(
    [np.full(rows.stop - rows.start, w) for rows, w in zip(BANDS, WEIGHTS, strict=True)]
)
LIMIT = 10.0
"""dB beyond which it does not matter by how much it is off."""
FLOOR = 40.0
"""dB below the loudest of the surroundings under which nothing counts."""

Float = NDArray[np.float64]
Index = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Evidence:
    """`table` (3, n, L, L): mean dB that the mix is off in each step, times the rows of the
    band, were the decks at these levels; the first step begins at second `start`.
    `heard`, `outgoing`, `incoming` (64, cells): what it is told from."""

    start: float
    table: Float32
    heard: Float32
    outgoing: Float32
    incoming: Float32
    floor: Float32

    @classmethod
    def none(cls) -> Evidence:
        """Of nothing."""
        levels = len(LEVELS)
        empty = np.zeros((64, 0), dtype=np.float32)
        table = np.zeros((len(BANDS), 0, levels, levels), dtype=np.float32)
        return cls(0.0, table, empty, empty, empty, np.zeros((64, 1), dtype=np.float32))

    @property
    def n(self) -> int:
        """Steps."""
        return int(self.table.shape[1])

    @cached_property
    def before(self) -> Float:
        """Cost (n + 1,) of the steps before each, were the outgoing deck alone."""
        return _summed(self.table[:, :, FULL:, SILENT])

    @cached_property
    def after(self) -> Float:
        """Cost (n + 1,) of each step and those after, were the incoming deck alone."""
        whole = _summed(self.table[:, :, SILENT, FULL:])
        return np.asarray(whole[-1] - whole)

    def best(self, start: float, end: float) -> float:
        """Mean dB off per row between two seconds at the best of all levels."""
        steps = slice(*(max(round((x - self.start) / STEP), 0) for x in (start, end)))
        least = self.table[:, steps].min(axis=(2, 3)).sum(axis=0)
        return float(least.mean() / ROW_WEIGHTS.sum()) if len(least) else 0.0

    def off(self, model: Float32, cells: slice) -> float:
        """Cost of `model` power (64, cells) in these cells, as the table counts it, at the full
        level that is best."""
        heard = self.heard[:, cells] + self.floor
        costs = []
        for level in LEVELS[FULL:]:
            louder = np.float32(10.0 ** (level / 10.0)) * model + self.floor
            off = np.minimum(np.abs(10.0 * np.log10(louder / heard)), LIMIT)
            costs.append(float((ROW_WEIGHTS @ off).sum()) / CELLS)
        return min(costs)


def _summed(costs: Float32) -> Float:
    """Sums (n + 1,) of the steps' `costs` (3, n, levels) before each, at the level that is best
    for a while."""
    whole = costs.sum(axis=0, dtype=np.float64)
    level = uniform_filter1d(whole, WHILE, axis=0).argmin(axis=1)
    return np.concatenate([[0.0], np.cumsum(whole[np.arange(len(whole)), level])])


def evidence(mix: Float32, outgoing: Float32, incoming: Float32, start: float) -> Evidence:
    """Of `mix` power (64, n) from second `start` on, and both decks' at full gain."""
    n = mix.shape[1] // (CELL * CELLS)
    heard, a, b = (_cells(x, n) for x in (mix, outgoing, incoming))
    floor = np.percentile(heard, 95, axis=1, keepdims=True) * 10.0 ** (-FLOOR / 10.0) + 1e-14
    floor = floor.astype(np.float32)
    target = 10.0 * np.log10(heard + floor)
    factors = (10.0 ** (LEVELS / 10.0)).astype(np.float32)
    factors[SILENT] = 0.0
    table = np.zeros((len(BANDS), n, len(LEVELS), len(LEVELS)), dtype=np.float32)
    for i, gain_a in enumerate(factors):
        for j, gain_b in enumerate(factors):
            model = gain_a * a + gain_b * b + floor
            off = np.minimum(np.abs(10.0 * np.log10(model) - target), LIMIT)
            for band, rows in enumerate(BANDS):
                cost = off[rows].sum(axis=0).reshape(n, CELLS).mean(axis=1)
                table[band, :, i, j] = WEIGHTS[band] * cost
    return Evidence(start, table, heard, a, b, floor)


def _cells(power: Float32, n: int) -> Float32:
    """Mean power (64, cells) in each cell of `n` steps."""
    cut = power[:, : n * CELL * CELLS].reshape(len(power), n * CELLS, CELL)
    return np.asarray(cut.mean(axis=2), dtype=np.float32)


def level_index(gains: Float) -> Index:
    """Nearest of `LEVELS` for factors of amplitude (any shape)."""
    db = 20.0 * np.log10(np.maximum(gains, 10.0 ** (LEVELS[0] / 20.0)))
    edges = (LEVELS[1:] + LEVELS[:-1]) / 2
    edges[0] = -36.0
    return np.asarray(np.searchsorted(edges, db), dtype=np.int64)
