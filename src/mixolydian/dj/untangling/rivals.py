"""Of places in a track that sound alike, the one that explains the mix: loops come again.

A path found in the middle of a play may be that of a twin, eight bars off. What tells them apart
is how the play goes on before and after. So the whole play is slid over the track as one long
chunk, and of the places where it fits nearly as well, that one stands whose power explains most
of the mix together with the other decks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.ndimage import uniform_filter1d

from mixolydian.dj.untangling.aligning import aligned
from mixolydian.dj.untangling.balancing import Deck, balance
from mixolydian.dj.untangling.frames import at, sampled
from mixolydian.dj.untangling.heard import MEL_RATE, Float32, Heard
from mixolydian.dj.untangling.lines import Path
from mixolydian.dj.untangling.searching import RATE
from mixolydian.dj.untangling.tracing import Trace

NEARLY = 0.6
"""part of the best likeness from which a place is a rival."""
MOST = 6
BEYOND = 24.0
"""seconds before and after a path within which it must explain the mix as well."""
BETTER = 0.01
"""explained share of the mix by which a rival must win."""
_APART = 0.25

Float = NDArray[np.float64]


def offsets(mix: Float32, track: Float32, path: Path, start: float, end: float) -> Float:
    """Own seconds (r,) by which the play from `start` to `end` could lie elsewhere in `track`
    nearly as well, best first; frames (d, n) at the mel rate."""
    dense = np.linspace(start, end, max(int(end - start), 2))
    own = path.own(dense)
    grid = np.arange(own[0], own[-1], 1.0 / RATE)
    here = _smooth_at(mix, np.interp(grid, own, dense))
    there = sampled(track, RATE)
    n, m = here.shape[1], there.shape[1]
    size = fft.next_fast_len(n + m, real=True)
    spectrum = np.conj(fft.rfft(here, size, axis=1)) * fft.rfft(there, size, axis=1)
    found = fft.irfft(spectrum.sum(axis=0), size)
    lags = np.arange(-(n // 2), m - n // 2)
    moves = (lags + 0.5) / RATE - own[0]
    return _peaks(moves, found[lags] / max(float(np.square(here).sum()), 1e-9))


def _smooth_at(frames: Float32, times: Float) -> Float32:
    """Frames (d, n) averaged over a coarse frame around `times`."""
    low = max(int(times[0] * MEL_RATE) - 20, 0)
    near = frames[:, low : int(times[-1] * MEL_RATE) + 20]
    near = uniform_filter1d(near, round(MEL_RATE / RATE), axis=1)
    return np.asarray(at(near, times * MEL_RATE - low), dtype=np.float32)


def _peaks(moves: Float, scores: Float) -> Float:
    """Where `scores` peak high enough, the play's own place left out."""
    if len(scores) < 3:
        return np.zeros(0)
    inner = (scores[1:-1] >= scores[:-2]) & (scores[1:-1] > scores[2:])
    at_peak = np.flatnonzero(inner) + 1
    near = np.abs(moves[at_peak]) < _APART
    own_place = float(scores[at_peak[near]].max(initial=0.0))
    good = at_peak[~near & (scores[at_peak] > NEARLY * max(own_place, 0.2))]
    return np.asarray(moves[good[np.argsort(-scores[good])][:MOST]])


def decided(
    mix: Heard,
    frames: Float32,
    track_frames: Float32,
    deck: Deck,
    trace: Trace,
    others: Sequence[Deck],
) -> Deck:
    """`deck` as it is, or where its strongest rival lies if that explains the mix better."""
    start, end = float(trace.times[0]), float(trace.times[-1])
    low, high = max(start - BEYOND, 0.0), min(end + BEYOND, mix.duration)
    best, most = deck, _explained(mix, [deck, *others], low, high)
    for move in offsets(frames, track_frames, deck.path, start, end):
        moved = aligned(frames, track_frames, replace(trace, own=trace.own + move))
        rival = replace(deck, path=Path(moved.lines))
        much = _explained(mix, [rival, *others], low, high)
        if much > most + BETTER:
            best, most = rival, much
    return best


def _explained(mix: Heard, decks: Sequence[Deck], start: float, end: float) -> float:
    return float(np.mean(balance(mix, decks, start, end).explained))
