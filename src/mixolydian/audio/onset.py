"""How strongly something starts, over time and per frequency band.

The onset strength is half-wave rectified spectral flux of log-compressed mel power
(Böck & Widmer, DAFx 2013, without the vibrato filter; log compression after Klapuri,
ICASSP 1999), summed in bands. It is normalised per sound, so gain does not change it.
One value per 11.6 ms frame; an attack lies ``LATENCY`` after the frame that peaks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d

BANDS = ((0, 4), (4, 12), (12, 24), (24, 40), (40, 64))
"""Mel rows of each band: about 30–150, 150–500, 500–1400, 1400–3500, 3500–11000 Hz."""
LAG = 2
"""Frames between the two spectra that are compared: 23 ms, half the analysis window."""
LATENCY = 0.0005
"""Seconds by which the attack follows the time of the frame where the onset strength peaks:
measured on clicks, kicks, snares and plucks, which agree within 2 ms."""
_FLOOR = np.float32(1e-6)
_RANGE_DB = 60.0

Float32 = NDArray[np.float32]


def log_mel(mel: Float32) -> Float32:
    """Mel power in dB above a floor 60 dB under the sound's loud frames, per band ≥ 0.

    Each band is referred to its own loud level and to the whole, half and half: a soft
    hi-hat still counts, hiss under silence does not.
    """
    loud = np.maximum(np.percentile(mel, 98, axis=1, keepdims=True), 1e-20)
    reference = np.sqrt(loud * max(float(loud.max()), 1e-20))
    level = 10 * np.log10(np.maximum(mel / reference, _FLOOR)) + _RANGE_DB
    return np.asarray(np.maximum(level, 0.0), dtype=np.float32)


def onset_bands(level: Float32) -> Float32:
    """Onset strength (n_bands, n) ≥ 0 of mel `level` (n_mels, n) in dB."""
    rise = np.zeros_like(level)
    if level.shape[1] > LAG:
        before = maximum_filter1d(level, 3, axis=0)
        np.maximum(level[:, LAG:] - before[:, :-LAG], 0.0, out=rise[:, LAG:])
    return np.stack([rise[a:b].mean(axis=0) for a, b in BANDS])


def sharpen(strength: Float32, frames_per_second: float) -> Float32:
    """`strength` (…, n) with its mean over 0.4 s taken off and clipped at zero."""
    size = max(1, round(0.4 * frames_per_second))
    return np.asarray(np.maximum(strength - uniform_filter1d(strength, size, axis=-1), 0.0))


def onset_envelope(bands: Float32, frames_per_second: float) -> Float32:
    """One onset strength (n,): bands with equal say, slow swell removed, mean peak about 1."""
    spread = bands.std(axis=1, keepdims=True)
    mixed = (bands / np.maximum(spread, spread.max() * 0.1 + 1e-9)).mean(axis=0)
    sharp = sharpen(mixed, frames_per_second)
    return np.asarray(sharp / max(float(np.percentile(sharp, 98)), 1e-9), dtype=np.float32)
