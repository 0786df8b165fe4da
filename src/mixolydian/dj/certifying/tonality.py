"""How far apart the decks' harmonies are where they meet: keys, chroma, tuning.

Both decks are heard dry, over the transition and at least 16 beats. The tonal distance is the
cosine distance of their mean chromas in the tonal interval space (Bernardes, Cocharro, Caetano,
Guedes & Davies 2016, "A multi-level tonal interval space for modelling pitch relatedness and
musical consonance"): six discrete Fourier components of the chroma, weighted by how consonant
the interval is that each of them stands for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixolydian.audio.features import Features
from mixolydian.core.types import FloatArray, Key, Signal
from mixolydian.dj.certifying.measures import Tonality
from mixolydian.dj.certifying.scene import Deck, Scene
from mixolydian.estimators.key import KeyEstimator
from mixolydian.theory.key import wheel_distance

_WEIGHTS = np.array([2.0, 11.0, 17.0, 16.0, 19.0, 7.0])
_BEATS, _MOST_SECONDS, _LEAST_SECONDS = 16.0, 60.0, 4.0
_FLAT = 0.15
"""share of the chroma that stands out of its mean; below, there are no notes (drums, hiss)."""


@dataclass(frozen=True, eq=False)
class _Harmony:
    key: Key | None
    chroma: FloatArray
    tuning: float


def tonality_of(scene: Scene) -> Tonality:
    """Keys, tonal distance and detuning of the decks."""
    start, end = scene.transition.start, scene.transition.end
    out = _harmony(scene, scene.outgoing, min(start, end - _BEATS), end)
    into = _harmony(scene, scene.incoming, start, max(end, start + _BEATS))
    if out is None or into is None:
        name = "outgoing" if out is None else "incoming"
        reason = f"no notes are heard on the {name} deck"
        return Tonality(_name(out), _name(into), None, None, None, None, reason)
    cents = into.tuning - out.tuning
    keys = out.key, into.key
    return Tonality(
        _name(out),
        _name(into),
        None if keys[0] is None or keys[1] is None else wheel_distance(keys[0], keys[1]),
        _best_shift(out.chroma, into.chroma),
        tonal_distance(out.chroma, into.chroma),
        float(cents - 100 * np.ceil(cents / 100 - 0.5)) if keys[0] and keys[1] else None,
        "" if keys[0] and keys[1] else "no clear key on one of the decks",
    )


def tonal_distance(a: FloatArray, b: FloatArray) -> float:
    """Distance in [0, 1] of two chromas (12,) in the tonal interval space."""
    first, second = _interval_vector(a), _interval_vector(b)
    scale = np.linalg.norm(first) * np.linalg.norm(second)
    likeness = float(np.real(np.vdot(first, second)) / scale) if scale > 0 else 0.0
    return (1.0 - likeness) / 2.0


def _interval_vector(chroma: FloatArray) -> FloatArray:
    return np.asarray(_WEIGHTS * np.fft.fft(chroma / max(float(chroma.sum()), 1e-9))[1:7])


def _best_shift(a: FloatArray, b: FloatArray) -> int:
    """Semitones up that make `b` most like `a`, the smallest of equals."""
    shifts = sorted(range(-6, 6), key=abs)
    return min(shifts, key=lambda s: round(tonal_distance(a, np.roll(b, s)), 3))


def _harmony(scene: Scene, deck: Deck, first: float, last: float) -> _Harmony | None:
    """What is heard of a deck from mix beat `first` to `last`; None for no notes."""
    start, end = (int(s) for s in scene.sample(np.array([first, last])))
    sound = deck.dry[:, start : min(end, start + round(_MOST_SECONDS * scene.rate))]
    if sound.shape[1] < _LEAST_SECONDS * scene.rate or not sound.any():
        return None
    features = Features(Signal(sound, scene.rate))
    chroma = np.asarray(features.chroma, dtype=np.float64).mean(axis=1)
    if np.std(chroma) <= _FLAT * max(float(np.mean(chroma)), 1e-9):
        return None
    return _Harmony(KeyEstimator().answer(features, {}).value, chroma, features.tuning)


def _name(harmony: _Harmony | None) -> str | None:
    return None if harmony is None or harmony.key is None else str(harmony.key)
