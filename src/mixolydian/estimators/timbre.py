"""Timbre: how the sound is coloured, as a vector for "more like this" and in words.

Where the embedding is installed, the vector is its means and deviations over the track's windows
(256): learnt so that a track's windows lie together. Where it is not, it holds means and standard
deviations over the sounding frames of descriptors that neither gain nor tempo or key moves much
(51): MFCC 1–12, spectral contrast, centroid, bandwidth, roll-off, flatness (in octaves or decades,
so that equal steps sound equal), and the shares of low, middle and high onsets. Comparing tracks
needs no more than cosines of standardised vectors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from mixolydian.audio.features import Features
from mixolydian.core.settings import read_settings
from mixolydian.core.types import Estimate, Summary
from mixolydian.estimators.base import Estimator, Given
from mixolydian.models import embedding
from mixolydian.models.store import Model, Store

FloatArray = NDArray[np.float64]

N_MFCC = 12
GATE_DB = -40.0
"""Frames more than 40 dB under the loud ones are pauses: they have no colour."""

BRIGHTNESS = ((700.0, "dark"), (1400.0, "warm"), (2600.0, "bright"), (np.inf, "brilliant"))
TEXTURE = ((0.003, "tonal"), (0.02, "mixed"), (1.01, "noisy"))
ATTACK = ((1.5, "sustained"), (3.5, "flowing"), (np.inf, "percussive"))


def sounding(features: Features) -> NDArray[np.bool_]:
    """Which spectral frames (m,) are within ``GATE_DB`` of the loud ones."""
    n = features.centroid.size
    level = maximum_filter1d(features.rms, 3)[::2][:n]
    loud = np.percentile(level, 95) if level.size else 0.0
    mask = np.zeros(n, dtype=bool)
    mask[: level.size] = level > loud * 10 ** (GATE_DB / 20)
    return mask if mask.any() else np.ones(n, dtype=bool)


def onset_rate(features: Features) -> float:
    """Onsets per second: peaks of the onset envelope over a third of the strong ones."""
    x = features.onset_envelope
    if x.size < 3:
        return 0.0
    peaks = (x[1:-1] > x[:-2]) & (x[1:-1] >= x[2:]) & (x[1:-1] > 0.33)
    return float(peaks.sum() / features.duration)


def onset_shares(features: Features) -> FloatArray:
    """Shares (n_bands,) of the onset strength in the frequency bands, sum 1."""
    strength = features.onset_bands.sum(axis=1, dtype=np.float64)
    return np.asarray(strength / max(float(strength.sum()), 1e-9))


def descriptors(features: Features) -> FloatArray:
    """Descriptors (23, m) over the sounding frames, in units where equal steps sound equal."""
    at = sounding(features)
    hertz = np.stack([features.centroid, features.bandwidth, features.rolloff])[:, at]
    rows = (
        features.mfcc[1 : 1 + N_MFCC, at] / 10.0,
        features.contrast[:, at] / 10.0,
        np.log2(np.maximum(hertz, 20.0) / 1000.0),
        np.log10(np.maximum(features.flatness[np.newaxis, at], 1e-5)),
    )
    return np.concatenate(rows).astype(np.float64)


def timbre_vector(features: Features) -> FloatArray:
    """The vector (51,) that needs no model: means and deviations of ``descriptors``, then the
    onset shares."""
    rows = descriptors(features)
    return np.concatenate([rows.mean(axis=1), rows.std(axis=1), onset_shares(features)])


def _word(value: float, scale: tuple[tuple[float, str], ...]) -> str:
    return next(word for limit, word in scale if value < limit)


def embedder() -> Model | None:
    """The embedding in use, if there is one."""
    return Store(read_settings().home).find(embedding.NAME)


def embedded(features: Features, asked: Model) -> FloatArray:
    """The vector (256,) of the embedding."""
    found = embedding.embedding_of(features, asked.network)
    return embedding.summed_up(found).astype(np.float64)


@dataclass(frozen=True)
class TimbreEstimator(Estimator):
    """Vector, measures and words of the colour of the sound."""

    question: ClassVar[str] = "timbre"
    version: ClassVar[str] = "2"
    min_seconds: ClassVar[float] = 0.5

    def answer(self, features: Features, given: Given) -> Estimate[Any]:
        """Facts: vector, brightness (Hz), flatness, onset_rate (1/s) and a text."""
        at = sounding(features)
        brightness = float(np.median(features.centroid[at]))
        flatness = float(np.median(features.flatness[at]))
        rate = onset_rate(features)
        asked = embedder()
        vector = timbre_vector(features) if asked is None else embedded(features, asked)
        words = _word(brightness, BRIGHTNESS), _word(flatness, TEXTURE), _word(rate, ATTACK)
        facts = {
            "vector": [round(float(x), 4) for x in vector],
            "brightness": round(brightness, 1),
            "flatness": round(flatness, 4),
            "onset_rate": round(rate, 2),
            "text": f"{words[0]}, {words[1]}, {words[2]} "
            f"(centre {brightness:.0f} Hz, {rate:.1f} onsets per second)",
        }
        return Estimate(Summary(facts), confidence=0.9)

    def weights(self) -> str | None:
        """Another embedding makes old vectors stale."""
        asked = embedder()
        return None if asked is None else asked.weights
