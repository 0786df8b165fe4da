"""Level and timbre of a sound: the spectral features of the emotion table.

Means are over the frames that sound: those over −50 dB of the loud ones; a gap says nothing of
timbre. Moments, brightness, flatness and entropy come from mel power: the magnitude spectrum is
taken as constant over the width of each of the 64 bands.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from mixolydian.audio.features import ANALYSIS_RATE, Features
from mixolydian.audio.spectrum import MEL_RANGE, N_FFT, N_MELS, SHAPE_STEP, mel_frequencies

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]
SOUNDS = 10.0 ** (-50.0 / 20.0)
BRIGHT_HZ = 1500.0
LEVEL_FRAMES = 4
"""frames of 11.6 ms in the 50 ms over which the level is stated."""
TOOLBOX_BANDS = 40
"""mel bands of the toolbox's MFCC."""
TINY = 1e-20


def dynamics(features: Features) -> dict[str, float]:
    """Mean level (linear, full scale 1) and the share of 50 ms frames below it."""
    power = uniform_filter1d(features.rms.astype(np.float64) ** 2, LEVEL_FRAMES)
    level = np.sqrt(np.maximum(power, 0.0))[:: LEVEL_FRAMES // 2]
    mean = float(level.mean())
    return {"_RMSenergy_Mean": mean, "_Lowenergy_Mean": float((level < mean).mean())}


def sounding(features: Features) -> NDArray[np.bool_]:
    """Which frames at the rate of the spectral shape sound, (m,)."""
    level = features.rms[::SHAPE_STEP]
    return np.asarray(level > SOUNDS * np.percentile(level, 95))


def timbre(features: Features) -> dict[str, float]:
    """The spectral features, each the mean over the frames that sound."""
    heard = sounding(features)
    if not heard.any():
        heard = np.ones_like(heard)
    found = {
        # crossings in one direction, per second
        "_Zero-crossingrate_Mean": features.zero_crossing_rate[heard].mean() * ANALYSIS_RATE / 2,
        "_Rolloff_Mean": features.rolloff[heard].mean(),
        "_Spectralcentroid_Mean": features.centroid[heard].mean(),
        "_Spectralspread_Mean": features.bandwidth[heard].mean(),
    }
    # they change slowly: every second of these frames is enough
    found |= _shape(np.sqrt(features.mel[:, ::SHAPE_STEP][:, heard][:, ::2]))
    # of dB in 64 bands → of log10 of the magnitude in 40 bands, both orthonormal
    unit = np.sqrt(TOOLBOX_BANDS / N_MELS) / 20.0
    cepstrum = features.mfcc[1:14][:, heard].mean(axis=1) * unit
    found |= {f"_MFCC_Mean_{i + 1}": value for i, value in enumerate(cepstrum)}
    return {name: float(value) for name, value in found.items()}


@cache
def _bands() -> tuple[Float32, Float32]:
    """Centres (64, 1) in Hz and widths in bins of the mel bands."""
    centres = mel_frequencies(N_MELS, MEL_RANGE)
    edges = np.concatenate([[0.0], (centres[1:] + centres[:-1]) / 2, [ANALYSIS_RATE / 2]])
    widths = np.diff(edges) * N_FFT / ANALYSIS_RATE
    return centres[:, np.newaxis].astype(np.float32), widths[:, np.newaxis].astype(np.float32)


def _shape(magnitude: Float32) -> dict[str, float]:
    """Of magnitudes (64, n): brightness, skewness, kurtosis, flatness, entropy."""
    centres, widths = _bands()
    total = (magnitude * widths).sum(axis=0) + np.float32(TINY)
    share = magnitude / total  # of one bin
    mass = share * widths
    mean = (mass * centres).sum(axis=0)
    away = centres - mean
    variance = (mass * away**2).sum(axis=0)
    spread = np.sqrt(np.maximum(variance, 1.0))
    bins = float(widths.sum())
    logarithm = np.log(share + np.float32(1e-9))
    flat = np.exp((widths * logarithm).sum(axis=0) / bins) * bins
    return {
        "_Brightness_Mean": float(mass[centres[:, 0] > BRIGHT_HZ].sum(axis=0).mean()),
        "_Spectralskewness_Mean": float(((mass * away**3).sum(axis=0) / spread**3).mean()),
        "_Spectralkurtosis_Mean": float(((mass * away**4).sum(axis=0) / spread**4).mean()),
        "_Spectralflatness_Mean": float(flat.mean()),
        "_EntropyofSpectrum_Mean": float((-(mass * logarithm).sum(axis=0)).mean() / np.log(bins)),
    }
