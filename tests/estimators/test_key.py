"""Keys of sound whose key is known."""

import numpy as np
import pytest

from mixolydian.estimators.key import EVIDENCE, KeyEstimator, _listen, key_evidence
from mixolydian.estimators.tonal import spans
from mixolydian.theory.key import parse_key

from .tonal_sound import SAMPLE_RATE, beats, features, play

PROGRESSIONS = {
    "A minor": ["A:min", "F:maj", "C:maj", "G:maj"],
    "C major": ["C:maj", "G:maj", "A:min", "F:maj"],
    "F# minor": ["F#:min", "B:min", "C#:7", "F#:min"],
    "Eb major": ["Eb:maj", "C:min7", "F:min7", "Bb:7"],
    "D minor": ["D:min", "D:min", "Bb:maj", "A:min"],
}


@pytest.mark.parametrize("key", PROGRESSIONS)
def test_key_of_a_progression(key: str) -> None:
    y = play(PROGRESSIONS[key] * 4)
    answer = KeyEstimator().estimate(features(y), {"beats": beats(y)})
    assert str(answer.value) == key
    assert answer.value.camelot == parse_key(key).camelot
    assert answer.value.changes == ()
    assert answer.confidence is not None
    assert answer.confidence > 0.5


def test_without_beats() -> None:
    answer = KeyEstimator().estimate(features(play(PROGRESSIONS["A minor"] * 4)))
    assert str(answer.value) == "A minor"


@pytest.mark.parametrize("cents", [-35, 20])
def test_mistuned_sound_keeps_its_key(cents: float) -> None:
    y = play(PROGRESSIONS["A minor"] * 4, cents=cents)
    answer = KeyEstimator().estimate(features(y))
    assert str(answer.value) == "A minor"
    assert answer.value.tuning_cents == pytest.approx(cents, abs=4)


def test_probabilities_add_up_and_are_ordered() -> None:
    y = play(PROGRESSIONS["Eb major"] * 3)
    answer = KeyEstimator().estimate(features(y))
    probabilities = [answer.confidence, *(p for _, p in answer.alternatives)]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) <= 1.0 + 1e-9
    assert set(answer.alternatives[0][0]) == {"tonic", "mode"}


def test_a_shift_up_is_reported_where_it_happens() -> None:
    up = ["F:min", "C#:maj", "Ab:maj", "Eb:maj"]  # four semitones down from A minor
    y = play(PROGRESSIONS["A minor"] * 6 + up * 5)
    value = KeyEstimator().estimate(features(y), {"beats": beats(y)}).value
    assert [(c.tonic, c.mode) for c in value.changes] == [("A", "minor"), ("F", "minor")]
    assert value.changes[0].end == pytest.approx(48.0, abs=0.6)
    assert str(value) == "A minor"


@pytest.mark.parametrize("kind", ["drums", "noise"])
def test_no_clear_key(kind: str) -> None:
    rng = np.random.default_rng(2)
    noise = (0.1 * rng.standard_normal(10 * SAMPLE_RATE)).astype(np.float32)
    answer = KeyEstimator().estimate(features(play(["N"] * 8) if kind == "drums" else noise))
    assert answer.value is None
    assert "no clear key" in (answer.reason or "")


def test_gain_does_not_change_the_answer() -> None:
    y = play(PROGRESSIONS["D minor"] * 3)
    loud, soft = (KeyEstimator().estimate(features(y * g)) for g in (1.0, 0.01))
    assert loud.value == soft.value
    assert loud.confidence == pytest.approx(soft.confidence, abs=0.01)


def test_transposing_the_chroma_transposes_the_evidence() -> None:
    y = play(PROGRESSIONS["C major"] * 2, drums=False)
    s = spans(features(y), beats(y).value)
    up = type(s)(s.edges, np.roll(s.treble, 1, 0), np.roll(s.bass, 1, 0), s.is_downbeat)
    here, there = key_evidence(_listen(s)), key_evidence(_listen(up))
    assert here.shape == (24, len(EVIDENCE))
    for first in (0, 12):
        moved = np.roll(here[first : first + 12], 1, axis=0)
        np.testing.assert_allclose(there[first : first + 12], moved, atol=1e-6)
