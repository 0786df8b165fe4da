"""Chords are what their roman numerals and names say."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.creation.harmony import (
    PROGRESSIONS,
    Harmony,
    parse_roman,
    progression,
    scale_pitches,
    voicing,
    with_seventh,
)
from mixolydian.theory.chord import parse_chord


@pytest.mark.parametrize(
    ("numeral", "tonic", "label"),
    [("i", 9, "A:min"), ("bVI", 9, "F:maj"), ("V", 0, "G:maj"), ("iio", 9, "B:dim")],
)
def test_roman_numerals(numeral: str, tonic: int, label: str):
    assert parse_roman(numeral, tonic).label == label


def test_sevenths_follow_their_function():
    assert with_seventh(parse_roman("V", 0), 0).label == "G:7"
    assert with_seventh(parse_roman("I", 0), 0).label == "C:maj7"
    assert with_seventh(parse_roman("ii", 0), 0).label == "D:min7"
    assert with_seventh(parse_roman("iio", 9), 9).label == "B:hdim7"


def test_inversions_name_their_bass():
    assert Harmony(9, "min7", 0).label == "A:min7/b3"
    assert Harmony(0, "maj", 7).label == "C:maj/5"


def test_ninths_keep_third_and_fifth_in_their_places():
    assert Harmony(0, "min9", 0).intervals == (0, 3, 7, 10, 2)
    assert Harmony(0, "sus2", 0).intervals == (0, 2, 7)


@pytest.mark.parametrize("bank", sorted(PROGRESSIONS))
@pytest.mark.parametrize("mode", ["major", "minor"])
def test_every_progression_can_be_played_and_named(bank: str, mode: str):
    for seed in range(20):
        rng = np.random.default_rng(seed)
        for chord in progression(bank, 3, mode, rng, sevenths=0.5, inversions=0.5):
            symbol = parse_chord(chord.label)
            assert symbol.bass_pitch_class == chord.bass
            assert set(symbol.pitch_classes) == set(chord.pitch_classes)
            assert {p % 12 for p in voicing(chord)} == set(chord.pitch_classes)


def test_voices_move_little():
    first = voicing(Harmony(0, "maj", 0))
    second = voicing(Harmony(5, "maj", 5), first)
    assert max(abs(a - b) for a, b in zip(first, second, strict=False)) <= 7


def test_scale_pitches_stay_in_the_key():
    assert scale_pitches(9, "minor", 57, 69) == (57, 59, 60, 62, 64, 65, 67, 69)
