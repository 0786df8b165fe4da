"""How loud each deck is in each band of the mix: non-negative least squares of mel power.

In a window of a second and in one of three bands (parting at 180 and 2800 Hz), the power of the
mix is taken for a sum of the powers of the decks that may play, each times a gain (Schwarz &
Fourer, CMMR 2019; Kim et al., NIME 2021). Where two decks sound, their waves add up or cancel out
by chance, by more the louder the bin: each bin counts by the inverse square of its level.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter

from mixolydian.audio.spectrum import MEL_RANGE, N_MELS, mel_frequencies
from mixolydian.dj.untangling.frames import at, transposed
from mixolydian.dj.untangling.heard import MEL_RATE, Float32, Heard
from mixolydian.dj.untangling.lines import Path

EDGES = (180.0, 2800.0)
"""Hz at which low, mid and high part."""
WINDOW, HOP = 1.0, 0.25
"""seconds a gain is told from, and from one to the next."""
FREQUENCIES = mel_frequencies(N_MELS, MEL_RANGE)
_ROWS = np.searchsorted(FREQUENCIES, [0.0, *EDGES, 1e9])
BANDS = tuple(slice(int(a), int(b)) for a, b in pairwise(_ROWS))
_ROUNDS = 60
_PART = 4096

Float = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Deck:
    """A track on its path, heard (if at all) between seconds `first` and `last` of the mix."""

    track: Heard
    path: Path
    semitones: float
    first: float
    last: float

    def power(self, times: Float) -> Float32:
        """Mel power (64, n) it would have at `times` of the mix; none outside the track."""
        own = self.path.own(times)
        inside = (own >= 0) & (own <= self.track.duration)
        inside &= (times >= self.first) & (times <= self.last)
        low = max(int(own.min() * MEL_RATE) - 2, 0)
        low = min(low, self.track.mel.shape[1] - 1)
        mel = self.track.mel[:, low : max(int(own.max() * MEL_RATE) + 3, low + 1)]
        moved = at(mel, own * MEL_RATE - low) * inside
        return transposed(np.asarray(moved, dtype=np.float32), self.semitones, FREQUENCIES)


@dataclass(frozen=True, eq=False)
class Balance:
    """Gains over `times` (n,) of the mix.

    `gains` (decks, 3, n) are factors of power, `share` (decks, 3, n) the part of the band's power
    the deck has then, `parts` (decks, 3, n) what it would have at gain 1 over the mix's power,
    and `explained` (n,) in [0, 1] how well all decks together explain the mix.
    """

    times: Float
    gains: Float
    share: Float
    parts: Float
    explained: Float


def balance(mix: Heard, decks: Sequence[Deck], start: float = 0.0, end: float = np.inf) -> Balance:
    """The gains of `decks` over the mix, or from second `start` to `end` of it."""
    n_frames = mix.mel.shape[1]
    last = min(end, mix.duration) - WINDOW / 2
    times = np.arange(start + WINDOW / 2, max(last, start + WINDOW / 2 + 1e-6), HOP)
    shape = (len(decks), len(BANDS), len(times))
    result = Balance(times, np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros(len(times)))
    for first in range(0, n_frames, _PART):
        _fill(result, mix, decks, first, min(first + _PART, n_frames))
    return result


def _fill(result: Balance, mix: Heard, decks: Sequence[Deck], start: int, stop: int) -> None:
    """Gains of the windows that begin in frames `start` to `stop`."""
    begins = np.round((result.times - WINDOW / 2) * MEL_RATE).astype(np.int64)
    which = np.flatnonzero((begins >= start) & (begins < stop))
    if not len(which):
        return
    length = round(WINDOW * MEL_RATE)
    frames = slice(start, min(stop + length, mix.mel.shape[1]))
    seconds = np.arange(frames.start, frames.stop) / MEL_RATE
    live = [i for i, d in enumerate(decks) if d.first < seconds[-1] and d.last > seconds[0]]
    heard = mix.mel[:, frames].astype(np.float64)
    smooth = uniform_filter(heard, (3, 5), mode="nearest")
    weights = 1.0 / (smooth + 1e-4 * float(smooth.mean()) + 1e-15)
    target = heard * weights
    plain = [decks[i].power(seconds).astype(np.float64) for i in live]
    powers = [p * weights for p in plain]
    low = begins[which] - start
    high = np.minimum(low + length, heard.shape[1])
    left, whole = np.zeros(len(which)), np.zeros(len(which))
    for b, rows in enumerate(BANDS):
        sums = _sums([p[rows] for p in [*powers, target]], low, high)
        gram, cross, total = sums[:-1, :-1], sums[:-1, -1], sums[-1, -1]
        gains = nonnegative(gram, cross)
        rest = total - 2 * np.einsum("kn,kn->n", gains, cross)
        rest += np.einsum("kn,kln,ln->n", gains, gram, gains)
        left, whole = left + np.maximum(rest, 0.0), whole + total
        loud = _loudness([*(p[rows] for p in plain), heard[rows]], low, high)
        for j, i in enumerate(live):
            result.gains[i, b, which] = gains[j]
            result.parts[i, b, which] = loud[j] / np.maximum(loud[-1], 1e-15)
            result.share[i, b, which] = np.clip(gains[j] * result.parts[i, b, which], 0, 1)
    result.explained[which] = 1.0 - left / np.maximum(whole, 1e-15) if live else 0.0


def _sums(rows: list[Float], low: NDArray[np.int64], high: NDArray[np.int64]) -> Float:
    """Inner products (k, k, windows) of the k arrays (bands, n) within each window."""
    n = len(rows)
    out = np.zeros((n, n, len(low)))
    for i in range(n):
        for j in range(i, n):
            sums = np.concatenate([[0.0], np.cumsum((rows[i] * rows[j]).sum(axis=0))])
            out[i, j] = out[j, i] = sums[high] - sums[low]
    return out


def _loudness(
    rows: Sequence[NDArray[Any]], low: NDArray[np.int64], high: NDArray[np.int64]
) -> Float:
    """Power (k, windows) of each array (bands, n) within each window."""
    sums = [np.concatenate([[0.0], np.cumsum(r.sum(axis=0, dtype=np.float64))]) for r in rows]
    return np.stack([s[high] - s[low] for s in sums])


def nonnegative(gram: Float, cross: Float) -> Float:
    """Gains (k, n) ≥ 0 that minimise g·G·g − 2 g·c for `gram` (k, k, n) and `cross` (k, n),
    coordinate by coordinate."""
    gains = np.zeros_like(cross)
    diagonal = np.maximum(np.einsum("kkn->kn", gram), 1e-12)
    rounds = _ROUNDS if len(cross) > 1 else 1
    for _ in range(rounds):
        for k in range(len(cross)):
            rest = cross[k] - np.einsum("ln,ln->n", gram[k], gains) + gram[k, k] * gains[k]
            gains[k] = np.maximum(rest, 0.0) / diagonal[k]
    return gains
