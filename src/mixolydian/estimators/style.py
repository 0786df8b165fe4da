"""The style vector: what our analysis hears of a piece, for telling genres apart.

Tempo (once as it is heard and once up to the octave), an average bar of sixteenths (onsets in
five bands, level in four), timbre, spectral balance and dynamics. Every number is scaled so
that genres differ by about one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio.features import Features
from mixolydian.core.types import Beats
from mixolydian.estimators.base import Given
from mixolydian.estimators.metre import SLOTS_PER_BEAT, Pulses, frame_slots
from mixolydian.estimators.timbre import onset_rate, timbre_vector

Array = NDArray[np.float64]
NEEDS = ("tempo", "beats", "loudness", "rhythm")
"""questions on whose answers the vector builds."""
TEMPO_BINS = 16
"""bins of an octave (4.4 %) into which a tempo falls, softly."""
MEL_ROWS = 16
LEVEL_ROWS = 4
SLOTS = 16
"""sixteenths of a bar of four."""


def style_vector(features: Features, given: Given) -> Array:
    """Everything at once (249,), building on the answers of ``NEEDS``; zeros where nothing is
    heard."""

    def value(question: str) -> Any:
        return given[question].value if question in given else None

    tempo, rhythm, loudness = value("tempo"), value("rhythm"), value("loudness")
    swing = 0.5 if rhythm is None else float(rhythm.facts["swing"])
    rows = (
        tempo_bins(None if tempo is None else tempo.bpm),
        np.array([8 * (swing - 0.5)]),
        groove(features, value("beats")),
        timbre_vector(features),
        _balance(features),
        _dynamics(features, 0.0 if loudness is None else loudness.range_lu),
    )
    return np.concatenate(rows)


def tempo_bins(bpm: float | None) -> Array:
    """Octaves above 60 BPM and the place within the octave (17,): a tempo taken for its half
    moves the first of them only."""
    if bpm is None:
        return np.zeros(1 + TEMPO_BINS)
    octaves = float(np.log2(bpm / 60))
    away = (octaves - np.arange(TEMPO_BINS) / TEMPO_BINS + 0.5) % 1.0 - 0.5
    return np.append(4 * octaves, 3 * np.exp(-((away * TEMPO_BINS) ** 2)))


def groove(features: Features, beats: Beats | None) -> Array:
    """An average bar of four (9 × 16): onset strength per band with its peak at 1, then level
    of four registers in units of 10 dB around their mean, where the side-chain shows."""
    if beats is None or len(beats.times) < 8:
        return np.zeros((len(features.onset_bands) + LEVEL_ROWS) * SLOTS)
    first = int(np.argmax(beats.positions == 1))
    times = beats.times[first:] if len(beats.times) - first >= 4 else beats.times
    slots = frame_slots(features, Pulses(times), SLOTS_PER_BEAT) % SLOTS
    onsets = _per_slot(features.onset_bands, slots)
    onsets -= onsets.min(axis=1, keepdims=True)
    onsets /= np.maximum(onsets.max(axis=1, keepdims=True), 1e-9)
    bands = features.texture.reshape(LEVEL_ROWS, -1, features.texture.shape[1]).mean(axis=1)
    levels = _per_slot(bands, slots)
    levels -= levels.mean(axis=1, keepdims=True)
    return np.concatenate([onsets.reshape(-1), levels.reshape(-1) / 10])


def _per_slot(rows: NDArray[np.float32], slots: NDArray[np.int64]) -> Array:
    """Means (k, 16) of `rows` (k, n) over the frames of each slot."""
    counts = np.maximum(np.bincount(slots, minlength=SLOTS), 1)
    return np.array([np.bincount(slots, row, SLOTS) / counts for row in rows])


def _balance(features: Features) -> Array:
    """Level of 16 coarse bands in decades against all of them, and how much each varies; what
    lies 60 dB under the mean power counts as silence, whatever the gain."""
    power = features.mel.reshape(MEL_ROWS, -1, features.mel.shape[1]).mean(axis=1)
    power = power / max(float(power.mean()), 1e-20)
    mean = np.log10(power.mean(axis=1) + 1e-9)
    spread = np.log10(power + 1e-6).std(axis=1)
    return np.concatenate([mean - np.log10(power.mean(axis=1).sum() + 1e-9), spread])


def _dynamics(features: Features, range_lu: float) -> Array:
    """Onsets per second, loudness range, shares of the piece that are loud and have bass."""
    loud = features.rms > 0.5 * np.percentile(features.rms, 95)
    low = features.mel[:6].mean(axis=0)
    with_bass = low > 0.1 * np.percentile(low, 90)
    shares = [2 * loud.mean(), 2 * with_bass.mean()]
    return np.array([onset_rate(features) / 2, range_lu / 5, *shares])
