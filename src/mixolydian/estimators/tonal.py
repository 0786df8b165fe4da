"""What the key and chord estimators share: harmony per beat, and a chord model over it.

Conventions
-----------
A span is the time between two neighbouring beats (or half a second where no beats are
known). Chroma per span is the mean note salience (see audio/chroma.py). States of the chord
model are every vocabulary quality on every root, plus `N`; scores are log probabilities up
to a constant.

The model is the classical one (Sheh & Ellis 2003, Bello & Pickens 2005): templates for
treble and bass chroma give each span's evidence, and a chain prefers chords that last and
change on downbeats. Decoding is exact and linear in the number of states, because leaving a
chord is equally likely for all chords and only the choice of the next depends on the key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio.features import Features
from mixolydian.core.types import Beats
from mixolydian.theory.chord import NO_CHORD, QUALITIES, ChordSymbol, chord

FloatArray = NDArray[np.float64]

GRID_SECONDS = 0.5
_SHORTEST_SPAN = 0.1
_LONGEST_SPAN = 1.5
_FLAT = 0.5
"""Chroma with less contrast (deviation over length; a triad has 0.85) counts as hiss."""


@dataclass(frozen=True, eq=False)
class Spans:
    """`edges` (n + 1,) in seconds; `treble`, `bass` (12, n); `is_downbeat` (n,) bool."""

    edges: FloatArray
    treble: FloatArray
    bass: FloatArray
    is_downbeat: NDArray[np.bool_]

    @property
    def durations(self) -> FloatArray:
        """Length of each span in seconds, (n,)."""
        return np.asarray(np.diff(self.edges))

    @cached_property
    def presence(self) -> FloatArray:
        """How much harmony sounds, (n,): about 5 for drums alone, 8 and more for chords.

        Where there is hardly any bass (a telephone band, a breakdown) treble alone has to do.
        Chroma that is nearly flat is hiss, however much of it there is.
        """
        both = np.concatenate([self.treble, self.bass])
        total, treble = np.linalg.norm(both, axis=0), np.linalg.norm(self.treble, axis=0)
        contrast = np.linalg.norm(both - both.mean(axis=0), axis=0) / (total + 1e-9)
        shaped = np.minimum(1.0, contrast / _FLAT)
        return np.asarray(np.maximum(total, 1.35 * treble) * shaped)


def spans(features: Features, beats: Beats | None) -> Spans:
    """Chroma averaged between beats, from 0 to the end of the sound."""
    edges = span_edges(features.duration, beats)
    downbeats = np.zeros(0) if beats is None else beats.downbeats
    return Spans(
        edges=edges,
        treble=_average(features.chroma, edges * features.chroma_rate),
        bass=_average(features.bass_chroma, edges * features.chroma_rate),
        is_downbeat=_near(edges[:-1], downbeats, _SHORTEST_SPAN / 2),
    )


def _near(times: FloatArray, marks: FloatArray, tolerance: float) -> NDArray[np.bool_]:
    """Which of `times` (n,) lie within `tolerance` seconds of one of the sorted `marks`."""
    fenced = np.concatenate([[-np.inf], marks, [np.inf]])
    after = np.searchsorted(fenced, times)
    distance = np.minimum(times - fenced[after - 1], fenced[after] - times)
    return np.asarray(distance < tolerance)


def span_edges(duration: float, beats: Beats | None) -> FloatArray:
    """0, the beats, and the end; long gaps are cut into pieces of about `GRID_SECONDS`."""
    inner = np.zeros(0) if beats is None else np.asarray(beats.times)
    inner = inner[(inner > _SHORTEST_SPAN) & (inner < duration - _SHORTEST_SPAN)]
    if inner.size:
        inner = inner[np.concatenate([[True], np.diff(inner) > _SHORTEST_SPAN])]
    edges = [0.0]
    for end in (*inner, duration):
        gap = end - edges[-1]
        n = round(gap / GRID_SECONDS) if gap > _LONGEST_SPAN else 1
        edges.extend(np.linspace(edges[-1], end, n + 1)[1:])
    return np.asarray(edges)


def _average(chroma: NDArray[np.float32], frames: FloatArray) -> FloatArray:
    """Mean chroma between frame positions, (12, n_frames), (n + 1,) -> (12, n)."""
    total = np.zeros((chroma.shape[0], chroma.shape[1] + 1))
    np.cumsum(chroma, axis=1, dtype=np.float64, out=total[:, 1:])
    first = np.clip(np.round(frames[:-1]).astype(int), 0, chroma.shape[1] - 1)
    last = np.clip(np.round(frames[1:]).astype(int), first + 1, chroma.shape[1])
    return np.asarray((total[:, last] - total[:, first]) / (last - first))


# --------------------------------------------------------------------------- chord model


@dataclass(frozen=True)
class ChordModel:
    """Chord evidence and how chords follow each other.

    `qualities` maps each quality to its handicap: how much better (in cosine similarity)
    it must fit than a plain triad before it is believed.
    """

    qualities: dict[str, float] = field(default_factory=lambda: {"maj": 0.0, "min": 0.0})
    inversion: float | None = None
    """Handicap of a third or fifth in the bass; None leaves inversions out."""
    sharpness: float = 16.0
    """log probability per unit of cosine similarity."""
    bass_weight: float = 1.0
    presence_level: float = 5.8
    """Presence at which a span is as likely to hold a chord as not."""
    presence_slope: float = 2.5
    change: float = 0.15
    """Probability of a new chord at a beat …"""
    change_on_downbeat: float = 0.4
    """… and at a downbeat."""

    @cached_property
    def _shapes(self) -> tuple[tuple[str, int, float], ...]:
        """(quality, bass interval, handicap) of every kind of chord, before transposition."""
        shapes = [(quality, 0, handicap) for quality, handicap in self.qualities.items()]
        if self.inversion is not None:
            shapes += [
                (quality, interval, handicap + self.inversion)
                for quality, handicap in self.qualities.items()
                if QUALITIES[quality][2] == 7
                for interval in QUALITIES[quality][1:3]
            ]
        return tuple(shapes)

    @cached_property
    def states(self) -> tuple[ChordSymbol, ...]:
        """Every kind of chord on every root, then N."""
        chords = [chord(r, quality, bass) for quality, bass, _ in self._shapes for r in range(12)]
        return (*chords, NO_CHORD)

    @cached_property
    def _templates(self) -> FloatArray:
        """(n_states - 1, 24): treble beside bass, each of unit length."""
        rows = []
        for quality, interval, _ in self._shapes:
            treble, bass = _treble_template(quality), _bass_template(quality, interval)
            rows += [
                np.concatenate([np.roll(treble, root), self.bass_weight * np.roll(bass, root)])
                for root in range(12)
            ]
        return np.array(rows)

    def evidence(self, s: Spans) -> FloatArray:
        """Log score of every state in every span, (n_states, n)."""
        chroma = np.concatenate([_unit(s.treble), _unit(s.bass)])
        handicap = np.repeat([h for _, _, h in self._shapes], 12)[:, np.newaxis]
        chords = self.sharpness * (self._templates @ chroma - handicap)
        # N competes with the best chord: it wins where too little harmony sounds
        none = chords.max(axis=0) - self.presence_slope * (s.presence - self.presence_level)
        return np.vstack([chords, none])

    def fit(self, s: Spans) -> FloatArray:
        """Cosine similarity of every state's treble template, (n_states, n); 1 for N."""
        cosine = self._templates[:, :12] @ _unit(s.treble)
        return np.vstack([cosine, np.ones(s.is_downbeat.size)])

    def change_probability(self, s: Spans) -> FloatArray:
        """Probability of leaving the chord at the start of each span, (n,)."""
        if not s.is_downbeat.any():
            return np.full(s.is_downbeat.size, 0.5 * (self.change + self.change_on_downbeat))
        return np.where(s.is_downbeat, self.change_on_downbeat, self.change)


def _treble_template(quality: str) -> FloatArray:
    """Unit chroma of a quality on C; a seventh is usually softer than the triad."""
    template = np.zeros(12)
    for order, interval in enumerate(QUALITIES[quality]):
        template[interval % 12] = 1.0 if order < 3 else 0.7
    return template / float(np.linalg.norm(template))


def _bass_template(quality: str, interval: int) -> FloatArray:
    """Unit bass chroma: mostly the bass note, a little of the triad's others."""
    template = np.zeros(12)
    template[[i % 12 for i in QUALITIES[quality][:3]]] = 0.35
    template[interval] = 1.0
    return template / float(np.linalg.norm(template))


def _unit(chroma: FloatArray) -> FloatArray:
    return np.asarray(chroma / (np.linalg.norm(chroma, axis=0) + 1e-9))


# --------------------------------------------------------------------------- decoding


def viterbi(evidence: FloatArray, change: FloatArray, prior: FloatArray) -> NDArray[np.int64]:
    """The most probable row of states, (n,).

    `evidence` (n_states, n) log scores, `change` (n,) probability of leaving a state at the
    start of each span, `prior` (n_states,) log probability of the state that follows.
    """
    n_states, n = evidence.shape
    stay, leave = np.log1p(-change), np.log(change)
    score = evidence[:, 0] + prior
    back = np.empty((n, n_states), dtype=np.int64)
    for i in range(1, n):
        best = int(score.argmax())
        jump = score[best] + leave[i] + prior
        held = score + stay[i]
        back[i] = np.where(held >= jump, np.arange(n_states), best)
        score = np.maximum(held, jump) + evidence[:, i]
    path = np.empty(n, dtype=np.int64)
    path[-1] = int(score.argmax())
    for i in range(n - 1, 0, -1):
        path[i - 1] = back[i, path[i]]
    return path


def posterior(evidence: FloatArray, change: FloatArray, prior: FloatArray) -> FloatArray:
    """Probability of every state in every span given all of them, (n_states, n)."""
    likelihood = np.exp(evidence - evidence.max(axis=0))
    weights = np.exp(prior - prior.max())
    weights /= weights.sum()
    n = evidence.shape[1]
    forward, backward = np.empty_like(likelihood), np.ones_like(likelihood)
    step = weights
    for i in range(n):
        row = step * likelihood[:, i]
        forward[:, i] = row / row.sum()
        if i + 1 < n:
            step = (1 - change[i + 1]) * forward[:, i] + change[i + 1] * weights
    for i in range(n - 1, 0, -1):
        row = likelihood[:, i] * backward[:, i]
        row = (1 - change[i]) * row + change[i] * float(weights @ row)
        backward[:, i - 1] = row / row.sum()
    joint = forward * backward
    return np.asarray(joint / joint.sum(axis=0))


def beats_of(given: Any) -> Beats | None:
    """The beats among the given estimates, when there are at least two."""
    estimate = given.get("beats")
    value = None if estimate is None else estimate.value
    return value if isinstance(value, Beats) and value.times.size > 1 else None


def uniform_prior(states: Sequence[ChordSymbol]) -> FloatArray:
    """Log probability of each state when nothing is known of the key."""
    return np.full(len(states), -np.log(len(states)))
