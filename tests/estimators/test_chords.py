"""Chords of sound whose chords are known."""

from itertools import pairwise

import numpy as np
import pytest

from mixolydian.core.types import Chord, Estimate
from mixolydian.estimators.chords import ChordsEstimator
from mixolydian.estimators.tonal import ChordModel, posterior, span_edges, uniform_prior, viterbi
from mixolydian.theory.chord import parse_chord
from mixolydian.theory.key import parse_key

from .tonal_sound import BEAT, SAMPLE_RATE, beats, features, play


def heard(chords: tuple[Chord, ...], labels: list[str], beats_each: int = 4) -> float:
    """Share of the beats at which the heard chord is exactly the played one."""
    right = 0
    n = len(labels) * beats_each
    for beat in range(n):
        time = (beat + 0.5) * BEAT
        label = next(c.label for c in chords if c.start <= time < c.end)
        right += parse_chord(label) == parse_chord(labels[beat // beats_each])
    return right / n


def test_triads_and_sevenths() -> None:
    labels = ["A:min", "F:maj7", "C:maj", "G:7", "D:min7", "E:maj"] * 2
    y = play(labels)
    answer = ChordsEstimator().estimate(features(y), {"beats": beats(y)})
    assert heard(answer.value, labels) > 0.9
    assert answer.confidence is not None
    assert answer.confidence > 0.6


def test_inversions_show_in_the_bass() -> None:
    labels = ["C:maj", "G:maj/3", "A:min", "F:maj/5"] * 2
    y = play(labels)
    assert heard(ChordsEstimator().estimate(features(y), {"beats": beats(y)}).value, labels) > 0.8


def test_drums_alone_are_no_chord() -> None:
    labels = ["N", "N", "C:maj", "F:maj", "N", "C:maj"]
    y = play(labels)
    assert heard(ChordsEstimator().estimate(features(y), {"beats": beats(y)}).value, labels) > 0.85


def test_the_answer_covers_the_sound_and_neighbours_differ() -> None:
    y = play(["A:min", "N", "D:min", "G:7"] * 2)[: int(13.3 * SAMPLE_RATE)]
    for given in ({}, {"beats": beats(y)}):
        chords = ChordsEstimator().estimate(features(y), given).value
        assert chords[0].start == 0.0
        assert chords[-1].end == pytest.approx(y.size / SAMPLE_RATE)
        for a, b in pairwise(chords):
            assert a.end == b.start
            assert a.label != b.label


def test_roots_are_spelled_in_the_given_key() -> None:
    y = play(["Bb:min", "F#:maj", "C#:maj", "Ab:maj"] * 2)
    given = {"beats": beats(y), "key": Estimate(parse_key("Bb minor"), 0.9)}
    labels = {c.label for c in ChordsEstimator().estimate(features(y), given).value}
    assert "Gb:maj" in labels
    assert "F#:maj" not in labels


def test_noise_has_no_chords() -> None:
    rng = np.random.default_rng(0)
    y = (0.1 * rng.standard_normal(8 * SAMPLE_RATE)).astype(np.float32)
    answer = ChordsEstimator().estimate(features(y))
    assert answer.value is None
    assert "no chords" in (answer.reason or "")


def test_spans_cover_gaps_and_ignore_double_beats() -> None:
    given = beats(np.zeros(10 * SAMPLE_RATE, dtype=np.float32)).value
    late = type(given)(np.array([6.0, 6.01, 6.5, 7.0]), np.array([1, 1, 2, 3]), 4)
    edges = span_edges(10.0, late)
    assert edges[0] == 0.0
    assert edges[-1] == 10.0
    assert np.diff(edges).min() > 0.1
    assert np.diff(edges).max() <= 0.75
    assert span_edges(0.05, None).tolist() == [0.0, 0.05]


def test_decoding_agrees_with_brute_force() -> None:
    rng = np.random.default_rng(4)
    evidence, change = rng.normal(size=(3, 5)) * 2, rng.uniform(0.1, 0.6, 5)
    prior = np.log(np.array([0.5, 0.3, 0.2]))
    weights: dict[tuple[int, ...], float] = {}
    best, best_score = None, -np.inf
    for code in range(3**5):
        path = tuple(code // 3**i % 3 for i in range(5))
        total = np.exp(prior[path[0]] + evidence[path[0], 0])
        single = prior[path[0]] + evidence[path[0], 0]
        for i in range(1, 5):
            jump = change[i] * np.exp(prior[path[i]])
            stay = (1 - change[i]) if path[i] == path[i - 1] else 0.0
            total *= (jump + stay) * np.exp(evidence[path[i], i])
            single += np.log(max(jump, stay)) + evidence[path[i], i]
        weights[path] = total
        if single > best_score:
            best, best_score = path, single
    assert tuple(viterbi(evidence, change, prior).tolist()) == best
    everything = sum(weights.values())
    found = posterior(evidence, change, prior)
    for state in range(3):
        for i in range(5):
            expected = sum(w for p, w in weights.items() if p[i] == state) / everything
            assert found[state, i] == pytest.approx(expected)


def test_model_states_are_distinct_and_end_with_none() -> None:
    model = ChordModel(qualities={"maj": 0.0, "min": 0.0, "aug": 0.1}, inversion=0.1)
    assert len(set(model.states)) == len(model.states) == 12 * (3 + 2 + 2) + 1
    assert model.states[-1].quality == "N"
    assert np.exp(uniform_prior(model.states)).sum() == pytest.approx(1)
