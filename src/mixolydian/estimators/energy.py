"""Energy: how hard the music drives, 0–1 over time and as a level 1–10. Not loudness.

Definition (version 1). For the 2 s around each half second, five measurements are mapped
to [0, 1] on absolute scales, so that tracks can be compared, and summed::

    energy = 0.25 drive + 0.20 punch + 0.25 body + 0.15 fullness + 0.15 pace

drive       onsets of any kind per second: peaks of the rise of level in four bands,
            each counted up to 1 by how far it rises. 2 per second → 0, 20 → 1.
punch       the same below about 150 Hz: kicks and plucked bass. 0 per second → 0, 5 → 1.
body        the low end under the music: its level beside the sound's own full parts
            (0 dB → 1, −12 dB → 0), times its level beside the rest of the spectrum
            (equal, after evening out → 1, 30 dB under it → 0).
fullness    how much of 30–11 000 Hz is filled: the mean over the mel bands of the level
            in the 50 dB under the loudest band, after the usual fall of music, 3 dB per
            octave, is evened out. 0.40 → 0, 0.95 → 1.
pace        the tempo, 60 BPM → 0, 190 BPM → 1, times body: a fast beat drives only while
            it plays. Where no tempo is known, 125 BPM stands in.

Because all levels are relative to the sound's own, gain cannot
change the answer, and because all scales saturate, mastering (limiting, −14 → −8 LUFS)
moves it little. Where the level falls more than 40 dB under the loud parts, energy fades
to 0 over 20 dB.

The level is 1–10 for 0.20–0.85 of the mean of the curve's upper half: how hard the track
drives when it drives. There is no agreed definition of energy; this one is documented,
repeatable, and meant to be ordered as dancers order music: ambient < deep house < techno
< hardcore, breakdown < drop.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from mixolydian.audio.features import Features
from mixolydian.audio.frames import window_means
from mixolydian.audio.spectrum import MEL_RANGE, N_MELS, mel_frequencies
from mixolydian.core.types import Energy, Estimate, Tempo
from mixolydian.estimators.base import Estimator, Given

FloatArray = NDArray[np.float64]

WEIGHTS = {"drive": 0.25, "punch": 0.20, "body": 0.25, "fullness": 0.15, "pace": 0.15}
ANCHORS = {
    "drive": (2.0, 20.0),
    "punch": (0.0, 5.0),
    "body": (0.0, 1.0),
    "fullness": (0.40, 0.95),
    "pace": (0.0, 1.0),
}
"""Measured value that maps to 0, and to 1."""
LOW_ROWS = slice(0, 4)
RANGE_DB = 50.0
PACE_BPM = (60.0, 190.0)
NEUTRAL_BPM = 125.0
LEVEL_RANGE = (0.20, 0.85)
"""Upper-half means that read 1 and 10: a lone pad, and the hardest pieces measured."""
STRONG_DB = 7.0


def band_levels(mel: NDArray[np.float32], rows: list[slice]) -> NDArray[np.float32]:
    """Level (len(rows), n) in dB of bands of mel rows, floored 30 dB under the loud.

    A band that lies more than 20 dB under the loudest band is referred to that, so that
    ripple in an empty band is no onset.
    """
    power = np.stack([mel[r].sum(axis=0) for r in rows])
    loud = np.percentile(power, 95, axis=1, keepdims=True)
    loud = np.maximum(np.maximum(loud, 0.01 * loud.max()), 1e-20)
    return np.asarray(10 * np.log10(np.maximum(power / loud, 1e-3)), dtype=np.float32)


def onset_counts(level: NDArray[Any], frames_per_second: float) -> FloatArray:
    """Onsets (n,) of one band: at each peak of the rise over 46 ms, 0–1, elsewhere 0.

    Rises are judged beside the sound's own strong ones (95th percentile of the peaks, root
    of squares with ``STRONG_DB``, so that ripple alone is no onset): 30 % of that counts
    nothing, 60 % counts fully. A limiter shrinks all rises alike, and so changes little.
    """
    lag = max(1, round(0.046 * frames_per_second))
    rise = np.zeros(level.shape, dtype=np.float64)
    if level.size > lag:
        rise[lag:] = level[lag:] - level[:-lag]
    width = 2 * max(1, round(0.05 * frames_per_second)) + 1
    peak = (rise >= maximum_filter1d(rise, width)) & (rise > 0)
    peak[1:] &= ~peak[:-1]
    if not peak.any():
        return np.zeros(level.shape)
    strong = float(np.hypot(np.percentile(rise[peak], 95), STRONG_DB))
    return np.where(peak, np.clip((rise / strong - 0.3) / 0.3, 0.0, 1.0), 0.0)


def _spectra(features: Features, centres: NDArray[np.int64], width: int) -> FloatArray:
    """Mean mel power (n_mels, n_windows) of the frames within `width` around `centres`."""
    return window_means(features.mel, *_bounds(centres, width, features.mel.shape[1]))


def _bounds(centres: NDArray[np.int64], width: int, n: int) -> tuple[Any, Any]:
    first = np.clip(centres - width // 2, 0, max(0, n - width))
    return first, np.minimum(first + width, n)


def _rate(counts: FloatArray, centres: NDArray[np.int64], width: int, rate: float) -> FloatArray:
    """Sum of `counts` per second around `centres`."""
    total = np.concatenate([[0.0], np.cumsum(counts)])
    first, last = _bounds(centres, width, counts.size)
    return np.asarray((total[last] - total[first]) * rate / (last - first))


def measure(features: Features, times: FloatArray, seconds: float) -> dict[str, FloatArray]:
    """The four raw measurements, each (n,), around `times`, and "presence" in [0, 1]."""
    rate = features.mel_rate
    width = min(round(seconds * rate), features.mel.shape[1])
    centres = np.round(times * rate).astype(int)
    bands = [slice(0, 4), slice(4, 14), slice(14, 32), slice(32, 64)]
    counts = [onset_counts(level, rate) for level in band_levels(features.mel, bands)]
    spectra = _spectra(features, centres, width)
    level, presence = evened_levels(spectra)
    return {
        "drive": np.sum([_rate(c, centres, width, rate) for c in counts], axis=0),
        "punch": _rate(counts[0], centres, width, rate),
        "fullness": np.clip(level / RANGE_DB + 1, 0.0, 1.0).mean(axis=0),
        "body": body(spectra, level),
        "presence": presence,
    }


def body(spectra: FloatArray, level: FloatArray) -> FloatArray:
    """Low end (n,) in [0, 1]: beside its own full parts, times beside the spectrum.

    `spectra` (n_mels, n) is power, `level` the evened-out dB under each window's loudest.
    """
    low = 10 * np.log10(np.maximum(spectra[LOW_ROWS].mean(axis=0), 1e-20))
    own = np.clip(1 + (low - np.percentile(low, 90)) / 12.0, 0.0, 1.0)
    return np.asarray(own * np.clip(1 + level[LOW_ROWS].max(axis=0) / 30.0, 0.0, 1.0))


def evened_levels(spectra: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Band levels (n_mels, n) in dB under each window's loudest, and presence (n,).

    Spectra are tilted by +3 dB per octave. Presence is 1 within 40 dB of the loud
    windows and falls to 0 over the next 20 dB.
    """
    tilt = (mel_frequencies(N_MELS, MEL_RANGE) / 1000.0)[:, np.newaxis]
    power = spectra * tilt
    loudest = power.max(axis=0)
    whole = max(float(np.percentile(loudest, 95)), 1e-30)
    level = 10 * np.log10(np.maximum(power / np.maximum(loudest, 1e-30), 1e-9))
    below = 10 * np.log10(np.maximum(loudest / whole, 1e-12))
    return level, np.clip((below + 60.0) / 20.0, 0.0, 1.0)


def energy_curve(measured: dict[str, FloatArray]) -> FloatArray:
    """The curve (n,) in [0, 1] from the raw measurements; see the module's text."""
    curve = np.zeros_like(measured["presence"])
    for name, weight in WEIGHTS.items():
        none, full = ANCHORS[name]
        curve += weight * np.clip((measured[name] - none) / (full - none), 0.0, 1.0)
    return np.asarray(curve * measured["presence"])


def pace(given: Given) -> float:
    """The tempo answered on the scale of ``PACE_BPM``, 0–1."""
    estimate = given.get("tempo")
    value = None if estimate is None else estimate.value
    bpm = value.bpm if isinstance(value, Tempo) else NEUTRAL_BPM
    slow, fast = PACE_BPM
    return float(np.clip((bpm - slow) / (fast - slow), 0.0, 1.0))


def level_of(curve: FloatArray) -> int:
    """1–10 from the mean of the curve's upper half."""
    low, high = LEVEL_RANGE
    upper = float(np.sort(curve)[len(curve) // 2 :].mean())
    return int(np.clip(round(1 + 9 * (upper - low) / (high - low)), 1, 10))


@dataclass(frozen=True)
class EnergyEstimator(Estimator):
    """Energy curve and level; see the module's text for the definition."""

    question: ClassVar[str] = "energy"
    version: ClassVar[str] = "1"
    needs: ClassVar[tuple[str, ...]] = ("tempo",)
    min_seconds: ClassVar[float] = 1.0

    window: float = 2.0
    """Seconds each value looks at: one bar at 120 BPM."""
    hop: float = 0.5
    """Seconds between values."""

    def answer(self, features: Features, given: Given) -> Estimate[Any]:
        """Level 1–10 and two values per second; confidence grows with the sound's length."""
        n = max(1, int(features.duration / self.hop))
        times = np.asarray((np.arange(n) + 0.5) * self.hop, dtype=np.float64)
        measured = measure(features, times, self.window)
        measured["pace"] = pace(given) * measured["body"]
        smooth = uniform_filter1d(energy_curve(measured), 3, mode="nearest")
        curve = np.clip(smooth, 0.0, 1.0)  # a running mean rounds
        level = level_of(curve)
        confidence = 0.9 * features.duration / (features.duration + 5.0)
        return Estimate(Energy(level, times, curve), confidence=confidence)
