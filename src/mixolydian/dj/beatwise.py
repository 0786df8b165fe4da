"""Frames turned into one row per beat: powers, levels, onsets, chroma.

`edges` (n + 1,) are the times in seconds between which the n beats lie; what lies before the
first sample or after the last frame is silence. Frame i of a rate r stands for the stretch
from (i − 1/2) / r to (i + 1/2) / r, so a beat's mean takes part of the frames at its edges.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from mixolydian.audio import onset, spectrum
from mixolydian.audio.features import ANALYSIS_RATE, Features
from mixolydian.core.types import Chord

Float32 = NDArray[np.float32]
Float = NDArray[np.float64]

SPLITS = (180.0, 2800.0)
"""Hz between the low, mid and high band."""
ONSET_ROWS = ((0, 1), (1, 4), (4, 5))
"""rows of the five onset bands that make the low, mid and high one."""
QUARTERS = 4
QUIETEST = -60.0
"""LU under the track's loudness below which nothing is told apart."""
GATE_LU = 10.0
"""LU under the mean at which EBU R128 leaves silence out of the whole's loudness."""
FAINT = 0.05
"""Salience per semitone, summed over the octave, under which no pitch sounds."""


def means(frames: NDArray[Any], rate: float, edges: Float) -> Float:
    """Means (n, rows) of `frames` (rows, k) at `rate` between `edges` (n + 1,), row by row."""
    place = np.clip(edges * rate + 0.5, 0.0, frames.shape[1])
    low = np.minimum(place.astype(np.int64), frames.shape[1] - 1)
    part = place - low
    width = np.maximum(np.diff(edges) * rate, 1e-9)
    out = np.empty((len(edges) - 1, len(frames)))
    total = np.zeros(frames.shape[1] + 1)
    for row, column in zip(frames, out.T, strict=True):
        np.cumsum(row, dtype=np.float64, out=total[1:])
        column[:] = np.diff(total[low] + part * row[low]) / width
    return np.maximum(out, 0.0)


def mel_power(features: Features, edges: Float) -> Float:
    """Mean power (n, 64) in each mel band, full scale 1, so that their sum is the sound's."""
    centres = spectrum.mel_frequencies(spectrum.N_MELS, spectrum.MEL_RANGE)
    lines = np.gradient(centres) * spectrum.N_FFT / ANALYSIS_RATE
    window = np.hanning(spectrum.N_FFT + 1)[:-1]
    scale = 2.0 * np.maximum(lines, 1.0) / (spectrum.N_FFT * float(window @ window))
    return means(features.mel, features.mel_rate, edges) * scale


def bands(power: Float) -> Float:
    """Power (n, 3) of the low, mid and high band of mel `power` (n, 64)."""
    centres = spectrum.mel_frequencies(spectrum.N_MELS, spectrum.MEL_RANGE)
    first, second = np.searchsorted(centres, SPLITS)
    return np.add.reduceat(power, [0, first, second], axis=1)


def levels(power: Float) -> Float:
    """Loudness (n,) in LU of mel `power` (n, 64) against the loudness of the whole.

    Bands are weighted about as the K filter of ITU-R BS.1770 does; the whole is gated as in
    EBU R128, so that 0 is what a meter shows for the track.
    """
    loudness = power @ k_weights(spectrum.mel_frequencies(spectrum.N_MELS, spectrum.MEL_RANGE))
    loud = loudness[loudness > 1e-7]
    whole = loud[loud > loud.mean() * 10 ** (-GATE_LU / 10)].mean() if len(loud) else 1.0
    return np.asarray(np.maximum(10 * np.log10(np.maximum(loudness / whole, 1e-9)), QUIETEST))


def k_weights(hertz: Float) -> Float:
    """The K filter's gain of power at `hertz`: a second-order high-pass at 38 Hz, and +4 dB
    from about 1.7 kHz on."""
    low = (hertz / 38.1) ** 4 / (1 + (hertz / 38.1) ** 2) ** 2
    shelf = 10 ** (0.4 * (hertz / 1680.0) ** 2 / (1 + (hertz / 1680.0) ** 2))
    return np.asarray(low * shelf)


def onsets(features: Features, quarters: Float) -> Float:
    """Onset strength (n, 4, 3) of the sixteenths that begin at `quarters` (4 n + 1,).

    A sixteenth is judged by the strongest frame within half a sixteenth around it. The 95th
    percentile over the sixteenths of a band is 1; a band in which hardly anything starts is
    referred to the others.
    """
    strength = features.sharp_onset_bands
    rows = np.stack([strength[a:b].mean(axis=0) for a, b in ONSET_ROWS])
    step = float(np.median(np.diff(quarters))) * features.mel_rate
    near = maximum_filter1d(rows, max(1, 2 * int(step / 2) - 1), axis=1)
    place = np.round((quarters[:-1] - onset.LATENCY) * features.mel_rate).astype(np.int64)
    inside = (place >= 0) & (place < near.shape[1])
    found = np.where(inside, near[:, np.clip(place, 0, near.shape[1] - 1)], 0.0)
    strong = np.percentile(found, 95, axis=1)
    strong = np.maximum(np.maximum(strong, 0.1 * strong.max()), 1e-9)
    return np.asarray((found / strong[:, np.newaxis]).T.reshape(-1, QUARTERS, len(rows)))


def chroma(frames: Float32, rate: float, edges: Float) -> Float:
    """Chroma (n, 12) summing to 1 in each beat, or all 0 where no pitch sounds."""
    found = means(frames, rate, edges)
    total = found.sum(axis=1, keepdims=True)
    return np.where(total > FAINT, found / np.maximum(total, 1e-9), 0.0)


def longest_chords(chords: tuple[Chord, ...] | None, edges: Float) -> tuple[str, ...]:
    """The label (n,) that sounds longest in each beat; ``N`` where there is none."""
    n = len(edges) - 1
    labels, best = ["N"] * n, np.zeros(n)
    for chord in chords or ():
        first = max(int(np.searchsorted(edges, chord.start, side="right")) - 1, 0)
        last = min(int(np.searchsorted(edges, chord.end)), n)
        inner = slice(first, last)
        held = np.minimum(edges[1:][inner], chord.end) - np.maximum(edges[:-1][inner], chord.start)
        for i in np.flatnonzero(held > best[inner]) + first:
            labels[i] = chord.label
        best[inner] = np.maximum(best[inner], held)
    return tuple(labels)
