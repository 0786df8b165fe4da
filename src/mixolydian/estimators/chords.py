"""Chords: which chord sounds when, in Harte syntax, on the beat grid.

Conventions
-----------
The answer covers [0, duration] without gaps; neighbours differ. Vocabulary: major, minor,
dominant, major and minor seventh (with root, third or fifth in the bass), diminished,
half-diminished, augmented, suspended; `N` where no harmony sounds, `X` where something
harmonic sounds that is none of these. Roots are spelled in the key. Confidence is the
expected share of the time at which root and major/minor are right (WCSR, majmin).

How
---
The chord model of tonal.py over the spans between beats: templates for treble and bass, and
a chain that prefers chords that last, change on downbeats and belong to the key.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio.features import Features
from mixolydian.core.types import Chord, Estimate, Key
from mixolydian.estimators import tonal
from mixolydian.estimators.base import Estimator, Given, unanswered
from mixolydian.theory.chord import UNKNOWN_CHORD, ChordSymbol, format_chord
from mixolydian.theory.harmony import is_diatonic
from mixolydian.theory.key import tonic_pitch_class

FloatArray = NDArray[np.float64]

_SEVENTHS = ("7", "maj7", "min7")
_RARE = ("dim", "hdim7", "aug")
_SUSPENDED = ("sus4", "sus2")


@dataclass(frozen=True)
class ChordsEstimator(Estimator):
    """Beat-synchronous chords from templates and a chain; see the module's text."""

    question: ClassVar[str] = "chords"
    version: ClassVar[str] = "1"
    needs: ClassVar[tuple[str, ...]] = ("beats", "key")
    min_seconds: ClassVar[float] = 1.0

    seventh_handicap: float = 0.07
    """How much better (in cosine similarity) a seventh chord must fit than a triad."""
    rare_handicap: float = 0.15
    """The same for diminished, half-diminished and augmented chords."""
    suspended_handicap: float = 0.2
    """The same for suspended chords, which passing notes imitate."""
    inversion_handicap: float = 0.12
    """The same for a third or fifth in the bass."""
    sharpness: float = 14.0
    """log probability per unit of cosine similarity."""
    bass_weight: float = 0.85
    foreign_cost: float = 1.0
    """log probability lost by moving to a chord outside the key, at full key confidence."""
    min_fit: float = 0.42
    """Cosine similarity (treble) under which a chord is called X."""

    def answer(self, features: Features, given: Given) -> Estimate[tuple[Chord, ...]]:
        spans = tonal.spans(features, tonal.beats_of(given))
        model = self._model()
        evidence, change = model.evidence(spans), model.change_probability(spans)
        key, key_confidence = _key_of(given)
        prior = _key_prior(model.states, key, self.foreign_cost * key_confidence)
        path = tonal.viterbi(evidence, change, prior)
        fits = model.fit(spans)[path, np.arange(path.size)]
        labels = _labels([model.states[state] for state in path], fits, self.min_fit, key)
        chords = _merge(labels, spans.edges)
        if all(chord.label == "N" for chord in chords):
            return unanswered("no chords: hardly any harmony sounds (percussion or noise)")
        posterior = tonal.posterior(evidence, change, prior)
        certainty = posterior[path, np.arange(path.size)]
        mean = float(certainty @ spans.durations / spans.durations.sum())
        return Estimate(chords, confidence=_confidence(mean))

    def _model(self) -> tonal.ChordModel:
        qualities = {"maj": 0.0, "min": 0.0}
        qualities |= dict.fromkeys(_SEVENTHS, self.seventh_handicap)
        qualities |= dict.fromkeys(_RARE, self.rare_handicap)
        qualities |= dict.fromkeys(_SUSPENDED, self.suspended_handicap)
        return tonal.ChordModel(
            qualities=qualities,
            inversion=self.inversion_handicap,
            sharpness=self.sharpness,
            bass_weight=self.bass_weight,
        )


def _key_of(given: Given) -> tuple[Key | None, float]:
    """The given key and how far to trust it; a person's key is trusted fully."""
    estimate = given.get("key")
    if estimate is None or not isinstance(estimate.value, Key):
        return None, 0.0
    return estimate.value, 1.0 if estimate.confidence is None else estimate.confidence


def _key_prior(states: tuple[ChordSymbol, ...], key: Key | None, cost: float) -> FloatArray:
    """Log probability of the next chord: foreign chords pay `cost`, N is one state of many."""
    prior = tonal.uniform_prior(states)
    if key is not None:
        tonic = tonic_pitch_class(key)
        for i, symbol in enumerate(states):
            if symbol.root is not None and not is_diatonic(symbol, tonic, key.mode):
                prior[i] -= cost
    return prior


def _labels(
    symbols: list[ChordSymbol], fits: FloatArray, min_fit: float, key: Key | None
) -> list[str]:
    """Harte label of each span; a chord that fits badly for as long as it lasts is X."""
    labels: list[str] = []
    for symbol, run in groupby(range(len(symbols)), key=lambda i: symbols[i]):
        spans = list(run)
        label = format_chord(symbol, key.tonic if key else None, key.mode if key else "major")
        if symbol.root is not None and float(fits[spans].mean()) < min_fit:
            label = UNKNOWN_CHORD.quality
        labels.extend([label] * len(spans))
    return labels


def _merge(labels: list[str], edges: FloatArray) -> tuple[Chord, ...]:
    """Join equal neighbours."""
    chords: list[Chord] = []
    for label, start, end in zip(labels, edges[:-1], edges[1:], strict=True):
        if chords and chords[-1].label == label:
            chords[-1] = Chord(chords[-1].start, float(end), label)
        else:
            chords.append(Chord(float(start), float(end), label))
    return tuple(chords)


def _confidence(certainty: float) -> float:
    """Expected share of right time from the mean posterior, fitted on rendered pieces."""
    return float(np.clip(_CALIBRATION[0] + _CALIBRATION[1] * certainty, 0.05, 0.98))


_CALIBRATION = (0.05, 0.9)
