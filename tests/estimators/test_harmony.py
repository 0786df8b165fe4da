"""The summary of harmony, from keys and chords as given."""

from typing import Any

import numpy as np
import pytest

from mixolydian.core.convert import estimate_to_json
from mixolydian.core.types import Chord, Estimate, Key, KeyChange
from mixolydian.estimators.harmony import HarmonyEstimator
from mixolydian.theory.key import make_key, parse_key

from .tonal_sound import beats, features, play

SOUND = play(["A:min"] * 4)


def summary(key: Key | None, labels: list[str], seconds: float = 2.0) -> Estimate[Any]:
    chords = tuple(Chord(i * seconds, (i + 1) * seconds, x) for i, x in enumerate(labels))
    known = Estimate(key, 0.8) if key else Estimate(None, reason="no clear key")
    longer = np.zeros(int(len(labels) * seconds * 22050), dtype=np.float32)
    given = {"key": known, "chords": Estimate(chords, 0.5), "beats": beats(longer)}
    return HarmonyEstimator().estimate(features(SOUND), given)


def test_a_loop_is_named_in_numerals() -> None:
    answer = summary(parse_key("A minor"), ["A:min7", "F:maj", "C:maj/3", "G:maj"] * 5)
    facts = answer.value.facts
    assert facts["progression"] == {"numerals": ["i", "VI", "III", "VII"], "share": 1.0}
    assert facts["diatonic_share"] == 1.0
    assert facts["harmonic_rhythm"] == {"seconds_per_chord": 2.0, "chords_per_bar": 1.0}
    assert facts["cadences"] == {"subtonic": 4}
    assert facts["chords"][0]["share"] == 0.25
    assert "i–VI–III–VII" in facts["text"]
    assert answer.confidence == pytest.approx(0.4)


def test_modal_colour_reaches_the_sentence() -> None:
    answer = summary(parse_key("A minor"), ["A:min", "D:maj"] * 6)
    assert answer.value.facts["mode"] == "dorian"
    assert "dorian" in answer.value.facts["text"]


def test_one_chord() -> None:
    text = summary(parse_key("A minor"), ["A:min", "N"]).value.facts["text"]
    assert "stays on i" in text


def test_a_shift_keeps_the_progression() -> None:
    changes = (KeyChange(0, 16, "C", "major"), KeyChange(16, 32, "D", "major"))
    loop = ["C:maj", "F:maj", "C:maj", "G:maj"] * 2
    moved = ["D:maj", "G:maj", "D:maj", "A:maj"] * 2
    facts = summary(make_key(0, "major", 0.0, changes), loop + moved).value.facts
    assert facts["diatonic_share"] == 1.0
    assert facts["key_changes"] == 1
    assert set(facts["progression"]["numerals"]) == {"I", "IV", "V"}
    assert {c["numeral"] for c in facts["chords"]} == {"I", "IV", "V"}


def test_no_key_or_no_chords_is_said() -> None:
    assert "key" in (summary(None, ["A:min"]).reason or "")
    assert "chords" in (summary(parse_key("C"), ["N"]).reason or "")
    assert "key" in (HarmonyEstimator().estimate(features(SOUND), {}).reason or "")


def test_facts_are_plain_json() -> None:
    document = estimate_to_json("harmony", summary(parse_key("C"), ["C:maj", "G:7"] * 3))
    assert document["value"]["key"] == "C major"
