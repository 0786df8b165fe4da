"""Key: the tonic and mode of a track, how sure, and where they change.

Conventions
-----------
24 keys, C … B major then C … B minor (see theory/key.py). Confidence is the probability
that tonic and mode are both right. Tuning is in cents relative to A4 = 440 Hz.

How
---
For each key a handful of pieces of evidence, each a number a musician would name, are
added with fixed weights, and the sums become probabilities by a softmax:

- the treble and bass chroma, correlated with the probe-tone profiles of Krumhansl &
  Kessler (1982), and the tonic's share of the bass;
- how usual the heard triads are as degrees of that key;
- the tonic triad: its share of the time, on the first chord, on the last, on every fourth
  bar, and on downbeats beyond its share of the time;
- motions into the tonic triad: from V or vii°, from IV, from VII.

Profiles alone confuse relative keys (A minor and C major hold the same notes); the last
two lines say which of the two chords is home. The weights are few (13) and were fitted by
maximum likelihood, held small, on rendered pieces of known key.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from mixolydian.audio.features import Features
from mixolydian.core.types import Estimate, Key, KeyChange
from mixolydian.estimators import tonal
from mixolydian.estimators.base import Estimator, Given, unanswered
from mixolydian.theory.key import key_of_index, make_key
from mixolydian.theory.pitch import pitch_class_name

FloatArray = NDArray[np.float64]

_PROFILES = np.array(
    [
        [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88],
        [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17],
    ]
)
"""Krumhansl & Kessler (1982): how well each pitch class fits a major and a minor key."""

_DEGREES: dict[str, dict[str, float]] = {
    "major": {"I": 30, "IV": 15, "V": 20, "ii": 9, "iii": 7, "vi": 15, "II": 1, "III": 1, "iv": 1},
    "minor": {"i": 33, "VII": 15, "VI": 12.5, "III": 11, "iv": 11, "v": 9, "V": 4, "IV": 2, "I": 1},
}
"""Usual share of time (percent) of each triad in pop songs, rounded from POP909's chords."""
_STEPS = {
    "major": {"i": 0, "ii": 2, "iii": 4, "iv": 5, "v": 7, "vi": 9, "vii": 11},
    "minor": {"i": 0, "ii": 2, "iii": 3, "iv": 5, "v": 7, "vi": 8, "vii": 10},
}
_RARE = 0.4

EVIDENCE = (
    "treble", "bass", "bass_tonic", "degrees", "tonic_share", "first", "last", "fourth_bar",
    "downbeat", "from_dominant", "from_subdominant", "from_subtonic", "minor",
)  # fmt: skip
_WEIGHTS = (2.2, 0.3, 0.9, 3.1, 1.6, 1.1, 0.3, 1.0, 0.5, 1.0, 1.4, 0.7, 0.8)


def _degree_table() -> FloatArray:
    """Log share of the 24 triads (12 major, 12 minor, from the tonic up), (2, 24)."""
    table = np.full((2, 24), _RARE)
    for row, mode in enumerate(("major", "minor")):
        for numeral, share in _DEGREES[mode].items():
            step = _STEPS[mode][numeral.lower()]
            table[row, step + 12 * int(numeral.islower())] = share
    return np.log(table / 100)


_DEGREE_LOG = _degree_table()
_CHORDS = tonal.ChordModel(
    qualities={"maj": 0.0, "min": 0.0, "7": 0.06, "maj7": 0.06, "min7": 0.06}
)
"""Sevenths are listened for, or C minor 7 would be taken for E flat major."""
_TRIADS = np.array([12 * (c.quality in ("min", "min7")) + (c.root or 0) for c in _CHORDS.states])
_TRIADS[-1] = 24
"""The triad (24 = none) of each state of the chord model."""


@dataclass(frozen=True, eq=False)
class _Heard:
    """Spans and the triads heard in them: `triads` (24, n) probabilities of 24 triads."""

    spans: tonal.Spans
    triads: FloatArray
    harmony: FloatArray
    """(n,) probability that a chord sounds at all."""
    path: NDArray[np.int64]
    """(n,) decoded state, 24 = none."""

    def between(self, first: int, last: int) -> _Heard:
        """Spans `first` to `last` (exclusive)."""
        s = self.spans
        part = tonal.Spans(
            s.edges[first : last + 1],
            s.treble[:, first:last],
            s.bass[:, first:last],
            s.is_downbeat[first:last],
        )
        inside = slice(first, last)
        return _Heard(part, self.triads[:, inside], self.harmony[inside], self.path[inside])


def _listen(spans: tonal.Spans) -> _Heard:
    evidence = _CHORDS.evidence(spans)
    change = _CHORDS.change_probability(spans)
    prior = tonal.uniform_prior(_CHORDS.states)
    posterior = tonal.posterior(evidence, change, prior)
    triads = np.zeros((25, posterior.shape[1]))
    np.add.at(triads, _TRIADS, posterior)
    path = _TRIADS[tonal.viterbi(evidence, change, prior)]
    return _Heard(spans, triads[:24], 1 - triads[24], path)


# --------------------------------------------------------------------------- evidence


def key_evidence(heard: _Heard) -> FloatArray:
    """The evidence for each key, (24, len(EVIDENCE))."""
    durations = heard.spans.durations
    weight = durations * heard.harmony
    treble = _weighted(heard.spans.treble, weight)
    bass = _weighted(heard.spans.bass, weight)
    share = _normalised(heard.triads @ durations)
    degrees = _by_tonic(share)
    first, last = _outer_chords(heard)
    downbeat = _normalised(heard.triads[:, heard.spans.is_downbeat].sum(axis=1))
    downbeat = downbeat - share if downbeat.any() else downbeat
    motion = _motions(heard.path)
    return np.column_stack(
        [
            _correlations(treble),
            _correlations(bass),
            np.tile(_normalised(bass), 2),
            (degrees * np.repeat(_DEGREE_LOG, 12, axis=0)).sum(axis=1),
            share,
            first,
            last,
            _fourth_bars(heard),
            downbeat,
            *motion,
            np.repeat([0.0, 1.0], 12),
        ]
    )


def _weighted(chroma: FloatArray, weight: FloatArray) -> FloatArray:
    """Mean direction of the chroma columns, (12,)."""
    return np.asarray((chroma / (np.linalg.norm(chroma, axis=0) + 1e-9)) @ weight)


def _normalised(values: FloatArray) -> FloatArray:
    total = values.sum()
    return values / total if total > 1e-9 else np.zeros_like(values)


def _correlations(chroma: FloatArray) -> FloatArray:
    """Correlation of a chroma vector with each key's profile, (24,)."""
    centred = chroma - chroma.mean()
    profiles = _PROFILES - _PROFILES.mean(axis=1, keepdims=True)
    scale = np.linalg.norm(profiles, axis=1, keepdims=True) * np.linalg.norm(centred) + 1e-9
    rotated = np.array([np.roll(centred, -tonic) for tonic in range(12)])
    return np.asarray((profiles / scale @ rotated.T).ravel())


def _by_tonic(triads: FloatArray) -> FloatArray:
    """Triads (24,) read from each key's tonic up, (24 keys, 24)."""
    major, minor = triads[:12], triads[12:]
    rows = [np.concatenate([np.roll(major, -t), np.roll(minor, -t)]) for t in range(12)]
    return np.array(rows + rows)


def _outer_chords(heard: _Heard) -> tuple[FloatArray, FloatArray]:
    """The first and the last triad that sound for more than half a second, one-hot (24,)."""
    runs = _runs(heard.path)
    edges = heard.spans.edges
    chords = [s for s, a, b in runs if s < 24 and edges[b] - edges[a] > 0.6]
    table = np.zeros((2, 24))
    if chords:
        table[0, chords[0]] = table[1, chords[-1]] = 1.0
    return table[0], table[1]


def _runs(path: NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """(state, first span, end span) of each run of equal states."""
    cuts = np.flatnonzero(np.diff(path)) + 1
    edges = [0, *cuts.tolist(), path.size]
    return [(int(path[a]), a, b) for a, b in pairwise(edges)]


def _fourth_bars(heard: _Heard) -> FloatArray:
    """Triads on every fourth downbeat, counted from the first that holds a chord, (24,)."""
    downbeats = np.flatnonzero(heard.spans.is_downbeat)
    sounding = np.flatnonzero(heard.harmony[downbeats] > 0.5)
    if downbeats.size <= 8 or not sounding.size:
        return np.zeros(24)
    return _normalised(heard.triads[:, downbeats[sounding[0] :: 4]].sum(axis=1))


def _motions(path: NDArray[np.int64]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Share of chord changes that lead into each key's tonic triad from V (or vii), from the
    same mode's IV, and from VII, each (24,)."""
    chords = [s for s, _, _ in _runs(path) if s < 24]
    table = np.zeros((24, 24))
    for before, after in pairwise(chords):
        table[before, after] += 1.0
    table /= max(1.0, table.sum())
    keys = np.arange(24)
    tonic, mode = keys % 12, keys // 12
    dominant = table[(tonic + 7) % 12, keys] + table[(tonic + 11) % 12, keys]
    subdominant = table[(tonic + 5) % 12 + 12 * mode, keys]
    return dominant, subdominant, table[(tonic + 10) % 12, keys]


# --------------------------------------------------------------------------- estimator


@dataclass(frozen=True)
class KeyEstimator(Estimator):
    """24 keys from chroma and from the triads heard per beat; see the module's text."""

    question: ClassVar[str] = "key"
    version: ClassVar[str] = "1"
    needs: ClassVar[tuple[str, ...]] = ("beats",)
    min_seconds: ClassVar[float] = 2.0

    min_harmony_seconds: float = 3.0
    """Less harmony than this in total is no ground for a key."""
    min_harmony_share: float = 0.1
    """… and less than this share of the track neither."""
    full_trust_seconds: float = 10.0
    """With less harmony than this the evidence counts for proportionally less …"""
    full_trust_share: float = 0.3
    """… and so it does with less than this share: speech and noise have notes by accident."""
    min_correlation: float = 0.4
    """Chroma that correlates less than this with every key's profile has no clear key."""
    window_seconds: float = 12.0
    """Key changes are looked for between windows of this length …"""
    change_cost: float = 14.0
    """… and cost this much log probability …"""
    min_change_seconds: float = 20.0
    """… and a key that holds for less is not reported."""

    def answer(self, features: Features, given: Given) -> Estimate[Key]:
        heard = _listen(tonal.spans(features, tonal.beats_of(given)))
        sounding = float(heard.harmony @ heard.spans.durations)
        if sounding < max(self.min_harmony_seconds, self.min_harmony_share * features.duration):
            return unanswered("no clear key: hardly any harmony sounds (percussion or noise)")
        parts = self._parts(heard)
        longest = max(parts, key=lambda p: p[2] - p[1])
        evidence = key_evidence(heard if len(parts) == 1 else heard.between(*longest[1:]))
        if evidence[:, 0].max() < self.min_correlation:
            return unanswered("no clear key: the notes fit no major or minor scale (atonal)")
        share = sounding / features.duration
        trust = min(1.0, sounding / self.full_trust_seconds, share / self.full_trust_share)
        probabilities = _softmax(trust * (evidence @ np.array(_WEIGHTS)))
        changes = _changes(parts, heard, int(probabilities.argmax()))
        return _estimate(probabilities, features.tuning, changes)

    def _parts(self, heard: _Heard) -> list[tuple[int, int, int]]:
        """(key index, first span, end span) of the stretches of one key, at least one."""
        edges = heard.spans.edges
        n_windows = max(1, round((edges[-1] - edges[0]) / self.window_seconds))
        cuts = np.searchsorted(edges, np.linspace(edges[0], edges[-1], n_windows + 1))
        cuts = np.unique(np.clip(cuts, 0, edges.size - 1))
        if cuts.size < 3:
            return [(0, 0, edges.size - 1)]
        scores = np.column_stack([self._window(heard.between(a, b)) for a, b in pairwise(cuts)])
        change = np.full(scores.shape[1], np.exp(-self.change_cost))
        path = tonal.viterbi(scores, change, np.zeros(24))
        parts = [(k, int(cuts[a]), int(cuts[b])) for k, a, b in _runs(path)]
        parts = _merge_short(parts, edges, self.min_change_seconds)
        return _move_edges(parts, heard, self.window_seconds)

    def _window(self, heard: _Heard) -> FloatArray:
        """Log score of each key for one window: what is true of a few bars as of a song."""
        local = np.array([1.0 if name in _LOCAL else 0.0 for name in EVIDENCE])
        sounding = float((heard.harmony * heard.spans.durations).sum())
        share = sounding / float(heard.spans.durations.sum())
        return np.asarray(share * (key_evidence(heard) @ (local * np.array(_WEIGHTS))))


_SAME_MODE = 1.5
_LOCAL = ("treble", "bass", "bass_tonic", "degrees", "tonic_share", "minor")


def _merge_short(
    parts: list[tuple[int, int, int]], edges: FloatArray, min_seconds: float
) -> list[tuple[int, int, int]]:
    """Give stretches that are too short, or in a close relation, to their neighbour.

    A change to the relative or parallel key is as a rule a change of chords, not of key.
    """
    merged: list[tuple[int, int, int]] = []
    for key, first, end in parts:
        same = bool(merged) and (_same_notes(merged[-1][0], key) or merged[-1][0] % 12 == key % 12)
        if merged and (same or edges[end] - edges[first] < min_seconds):
            merged[-1] = (merged[-1][0], merged[-1][1], end)
        else:
            merged.append((key, first, end))
    if len(merged) > 1 and edges[merged[0][2]] - edges[merged[0][1]] < min_seconds:
        merged[:2] = [(merged[1][0], merged[0][1], merged[1][2])]
    return merged


def _move_edges(
    parts: list[tuple[int, int, int]], heard: _Heard, seconds: float
) -> list[tuple[int, int, int]]:
    """Put each change, so far between two windows, where the chords stop fitting the old key."""
    moved = list(parts)
    edges = heard.spans.edges
    for i in range(1, len(parts)):
        (old, first, middle), (new, _, end) = moved[i - 1], moved[i]
        low = max(first + 1, int(np.searchsorted(edges, edges[middle] - seconds)))
        high = min(end - 1, int(np.searchsorted(edges, edges[middle] + seconds)))
        if low < high:
            gain = _chord_fit(heard, old) - _chord_fit(heard, new)
            total = np.concatenate([[0.0], np.cumsum(gain)])
            middle = low + int(total[low : high + 1].argmax())
            moved[i - 1], moved[i] = (old, first, middle), (new, middle, end)
    return moved


def _chord_fit(heard: _Heard, key: int) -> FloatArray:
    """How usual each span's triads are in a key, (n,)."""
    major, minor = heard.triads[:12], heard.triads[12:]
    tonic = key % 12
    degrees = np.concatenate([np.roll(major, -tonic, axis=0), np.roll(minor, -tonic, axis=0)])
    return np.asarray(_DEGREE_LOG[key // 12] @ degrees * heard.spans.durations)


def _same_notes(a: int, b: int) -> bool:
    """Whether two keys are equal or relative."""
    return (a % 12 + 3 * (a // 12)) % 12 == (b % 12 + 3 * (b // 12)) % 12


def _changes(parts: list[tuple[int, int, int]], heard: _Heard, main: int) -> tuple[KeyChange, ...]:
    """Named stretches of one key, empty when there is only one.

    Which of two relative keys a stretch is in is decided on all its evidence, and in favour
    of the `main` key's mode: songs shift their tonic more often than their mode.
    """
    if len(parts) < 2:
        return ()
    same_mode = _SAME_MODE * (np.arange(24) // 12 == main // 12)
    edges = heard.spans.edges
    changes = []
    for key, first, end in parts:
        scores = key_evidence(heard.between(first, end)) @ np.array(_WEIGHTS) + same_mode
        related = [k for k in range(24) if _same_notes(k, key)]
        tonic, mode = key_of_index(max(related, key=lambda k: scores[k]))
        name = pitch_class_name(tonic)
        changes.append(KeyChange(float(edges[first]), float(edges[end]), name, mode))
    return tuple(changes)


def _softmax(scores: FloatArray) -> FloatArray:
    weights = np.exp(scores - scores.max())
    return np.asarray(weights / weights.sum())


def _estimate(
    probabilities: FloatArray, tuning: float, changes: tuple[KeyChange, ...]
) -> Estimate[Key]:
    order = np.argsort(-probabilities, kind="stable")
    alternatives: list[tuple[Any, float]] = []
    for index in order[1:6]:
        tonic, mode = key_of_index(int(index))
        name = {"tonic": pitch_class_name(tonic), "mode": mode}
        alternatives.append((name, float(probabilities[index])))
    tonic, mode = key_of_index(int(order[0]))
    return Estimate(
        make_key(tonic, mode, round(tuning, 1), changes),
        confidence=float(probabilities[order[0]]),
        alternatives=tuple(alternatives),
    )
