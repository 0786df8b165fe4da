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
N_TEXTURE = 16
MAX_LEVEL_FRAMES = 100_000
"""Frames looked at to tell what is loud; of longer sounds every second, third …"""
_PART = 16384
_FLOOR = np.float32(1e-6)
_RANGE_DB = 60.0

Float32 = NDArray[np.float32]


def reference_level(mel: Float32) -> Float32:
    """Power (n_mels, 1) that counts as loud in each band of `mel` (n_mels, n).

    Each band is referred to its own loud level and to the whole, half and half: a soft
    hi-hat still counts, hiss under silence does not.
    """
    step = 1 + mel.shape[1] // MAX_LEVEL_FRAMES
    loud = np.maximum(np.percentile(mel[:, ::step], 98, axis=1, keepdims=True), 1e-20)
    return np.asarray(np.sqrt(loud * max(float(loud.max()), 1e-20)), dtype=np.float32)


def log_mel(mel: Float32, reference: Float32) -> Float32:
    """`mel` power (n_mels, n) in dB, ≥ 0, above a floor 60 dB under `reference`."""
    level = 10 * np.log10(np.maximum(mel / reference, _FLOOR)) + _RANGE_DB
    return np.asarray(np.maximum(level, 0.0), dtype=np.float32)


def onset_bands(level: Float32) -> Float32:
    """Onset strength (n_bands, n) ≥ 0 of mel `level` (n_mels, n) in dB."""
    rise = np.zeros_like(level)
    if level.shape[1] > LAG:
        before = maximum_filter1d(level, 3, axis=0)
        np.maximum(level[:, LAG:] - before[:, :-LAG], 0.0, out=rise[:, LAG:])
    return np.stack([rise[a:b].mean(axis=0) for a, b in BANDS])


def onsets_and_texture(mel: Float32) -> tuple[Float32, Float32]:
    """:func:`onset_bands` (n_bands, n) and coarse texture (16, n) in dB of `mel` (n_mels, n).

    Texture is the level averaged over groups of neighbouring bands. Both are made part by
    part, so that the level of hours is never held at once.
    """
    reference = reference_level(mel)
    n = mel.shape[1]
    onsets = np.empty((len(BANDS), n), dtype=np.float32)
    texture = np.empty((N_TEXTURE, n), dtype=np.float32)
    for start in range(0, n, _PART):
        context = min(start, LAG)
        level = log_mel(mel[:, start - context : start + _PART], reference)
        onsets[:, start : start + _PART] = onset_bands(level)[:, context:]
        grouped = level[:, context:].reshape(N_TEXTURE, -1, level.shape[1] - context)
        texture[:, start : start + _PART] = grouped.mean(axis=1)
    return onsets, texture


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
