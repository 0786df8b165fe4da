"""Harmony of a sound: pitch classes, roughness and the change of harmony."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from mixolydian.audio.chroma import bin_frequencies
from mixolydian.models.mir_statistics import entropy, peaks, plain_autocorrelation, slope

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]
ROUGH_FRAMES = 240
"""at most so many frames, evenly spread, are looked at for roughness."""
PARTIALS = 20
"""strongest spectral peaks of a frame whose pairs beat against each other."""
WINDOW_SECONDS = 0.743
HARMONY_HOP = 0.0743
"""seconds: windows that overlap by nine tenths, as the table's (its periods are whole numbers
of this step)."""
SHORTEST_LAG, LONGEST_LAG = 3, 73
"""steps: the shortest and longest period of harmony that is looked for."""
PIECE_SECONDS = 30.0


def pitch_classes(chroma: Float32) -> Float64:
    """Mean chroma (12,), from C up, 1 at the strongest and 0 at the weakest."""
    mean = chroma.mean(axis=1).astype(np.float64)
    mean -= mean.min()
    return np.asarray(mean / max(float(mean.max()), 1e-12))


def roughness(constant_q: Float32) -> Float64:
    """Sensory dissonance (k,) of evenly spread frames (Plomp & Levelt 1965; Sethares 1998).

    The sum over pairs of spectral peaks of the product of their amplitudes and of how strongly
    their distance beats. Grows with the square of the level.
    """
    step = 1 + constant_q.shape[1] // ROUGH_FRAMES
    frames = constant_q[:, ::step].T.astype(np.float64)
    inside = np.zeros_like(frames)
    middle = frames[:, 1:-1]
    is_peak = (middle > frames[:, :-2]) & (middle >= frames[:, 2:])
    inside[:, 1:-1] = np.where(is_peak, middle, 0.0)
    chosen = np.argpartition(inside, -PARTIALS, axis=1)[:, -PARTIALS:]
    chosen.sort(axis=1)
    amplitude = np.take_along_axis(inside, chosen, axis=1)
    frequency = bin_frequencies()[chosen]
    i, j = np.triu_indices(PARTIALS, 1)
    scale = 0.24 / (0.0207 * frequency[:, i] + 18.96)
    distance = scale * (frequency[:, j] - frequency[:, i])
    beating = np.exp(-3.51 * distance) - np.exp(-5.75 * distance)
    return np.asarray((amplitude[:, i] * amplitude[:, j] * beating).sum(axis=1))


def tonal_centroid(chroma: Float64) -> Float64:
    """Chroma (12, n) as points (6, n) on the circles of fifths, minor and major thirds."""
    pitch = np.arange(12)
    rows = []
    for turn, radius in ((7 / 6, 1.0), (3 / 2, 1.0), (2 / 3, 0.5)):
        rows += [radius * np.sin(np.pi * turn * pitch), radius * np.cos(np.pi * turn * pitch)]
    total = np.maximum(chroma.sum(axis=0), 1e-9)
    return np.asarray(np.array(rows) @ chroma / total)


def change_in_harmony(chroma: Float32, rate: float) -> dict[str, float]:
    """Statistics of the harmonic change detection function (Harte, Sandler & Gasser 2006).

    The function is the distance between the tonal centroids of neighbouring windows. The
    statistics are means over pieces of 30 s, the length of the table's clips.
    """
    window = max(round(WINDOW_SECONDS * rate), 1)
    centroid = tonal_centroid(uniform_filter1d(chroma.astype(np.float64), window, axis=1))
    t = np.arange(chroma.shape[1]) / rate
    at = np.arange(0.0, max(float(t[-1]), 4 * HARMONY_HOP), HARMONY_HOP)
    curve = np.array([np.interp(at, t, row) for row in centroid])
    change = np.sqrt((np.diff(curve, axis=1) ** 2).sum(axis=0))
    count = max(round(len(change) * HARMONY_HOP / PIECE_SECONDS), 1)
    found = [_statistics(piece) for piece in np.array_split(change, count)]
    return {name: float(np.mean([f[name] for f in found])) for name in found[0]}


def _statistics(change: Float64) -> dict[str, float]:
    """Mean, deviation, trend; of the main period the frequency in Hz and the height of the
    autocorrelation there (high throughout for a steady function); that one's entropy."""
    from_start = plain_autocorrelation(change)
    lags = peaks(from_start[: LONGEST_LAG + 1])
    lags = lags[lags >= SHORTEST_LAG]
    best = int(lags[from_start[lags].argmax()]) if len(lags) else SHORTEST_LAG
    return {
        "Mean": float(change.mean()),
        "Std": float(change.std()),
        "Slope": slope(change),
        "PeriodFreq": 1.0 / (best * HARMONY_HOP),
        "PeriodAmp": float(from_start[min(best, len(from_start) - 1)]),
        "PeriodEntropy": entropy(from_start),
    }
