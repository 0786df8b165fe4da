"""Chords are what their roman numerals and names say."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.core.errors import RequestError
from mixolydian.creation.genres import GENRES
from mixolydian.creation.harmony import (
    MODAL,
    PROGRESSIONS,
    Harmony,
    bank,
    parse_roman,
    progression,
    read_progression,
    scale_pitches,
    voicing,
    with_seventh,
)
from mixolydian.theory.chord import parse_chord
from mixolydian.theory.mode import MODES


@pytest.mark.parametrize(
    ("numeral", "tonic", "mode", "label"),
    [
        ("i", 9, "minor", "A:min"),
        ("bVI", 9, "minor", "F:maj"),
        ("VI", 9, "minor", "F:maj"),
        ("VI", 0, "major", "A:maj"),
        ("vi", 0, "major", "A:min"),
        ("VII", 9, "minor", "G:maj"),
        ("bVII", 0, "mixolydian", "Bb:maj"),
        ("V", 0, "major", "G:maj"),
        ("V7", 9, "minor", "E:7"),
        ("iio", 9, "minor", "B:dim"),
        ("iiø7", 9, "minor", "B:hdim7"),
        ("II", 9, "phrygian", "Bb:maj"),
        ("bII", 9, "phrygian", "Bb:maj"),
        ("IV", 2, "dorian", "G:maj"),
        ("#ivo", 0, "major", "F#:dim"),
        ("I/3", 0, "major", "C:maj/3"),
        ("i/5", 9, "minor", "A:min/5"),
        ("Isus4", 0, "major", "C:sus4"),
        ("i9", 0, "minor", "C:min9"),
    ],
)
def test_roman_numerals(numeral: str, tonic: int, mode: str, label: str):
    assert parse_roman(numeral, tonic, mode).label == label


@pytest.mark.parametrize("numeral", ["", "H", "viii", "I13b9", "1", "i/9", "V/7", "iI x"])
def test_what_is_no_numeral_is_refused(numeral: str):
    with pytest.raises(RequestError) as caught:
        parse_roman(numeral, 0)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("i VI III VII", [("i", 1), ("VI", 1), ("III", 1), ("VII", 1)]),
        ("i:2 bVI:1 bVII:1", [("i", 2), ("bVI", 1), ("bVII", 1)]),
        ("I-V-vi-IV", [("I", 1), ("V", 1), ("vi", 1), ("IV", 1)]),
        ("ii7, V7 | Imaj7:0.5", [("ii7", 1), ("V7", 1), ("Imaj7", 0.5)]),
    ],
)
def test_progressions_are_read_as_users_write_them(text: str, rows: list[tuple[str, float]]):
    assert list(read_progression(text)) == rows


@pytest.mark.parametrize("text", ["", "i foo", "i:0", "i:x", "i:99", "i:nan", "Am F"])
def test_what_is_no_progression_is_refused(text: str):
    with pytest.raises(RequestError):
        read_progression(text)


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


@pytest.mark.parametrize("name", [*sorted(PROGRESSIONS), *sorted(GENRES)])
@pytest.mark.parametrize("mode", MODES)
def test_every_progression_can_be_played_and_named(name: str, mode: str):
    choice = name if name in PROGRESSIONS else GENRES[name].progressions
    rng = np.random.default_rng(7)
    for numerals in bank(choice, mode):
        for chord in progression(numerals, 3, mode, rng, sevenths=0.5, inversions=0.5):
            symbol = parse_chord(chord.label)
            assert symbol.bass_pitch_class == chord.bass
            assert set(symbol.pitch_classes) == set(chord.pitch_classes)
            assert {p % 12 for p in voicing(chord)} == set(chord.pitch_classes)


def test_a_mode_without_own_progressions_gets_its_colour():
    assert bank("club", "dorian") == MODAL["dorian"]
    assert bank("club", "minor") == PROGRESSIONS["club"]["minor"]
    assert bank({"major": ("I",), "minor": ("i",), "dorian": ("i IV",)}, "dorian") == ("i IV",)


@pytest.mark.parametrize("center", [55, 62, 69])
def test_voices_move_little_and_stay_in_their_register(center: int):
    previous: tuple[int, ...] = ()
    for root in (0, 5, 7, 3, 8, 10, 2, 9, 1, 6):
        pitches = voicing(Harmony(root, "min7", root), previous, center)
        assert center - 12 <= min(pitches) <= max(pitches) <= center + 14
        if previous:
            moves = [abs(a - b) for a, b in zip(pitches, previous, strict=False)]
            assert max(moves) <= 7
        previous = pitches


def test_scale_pitches_stay_in_the_key():
    assert scale_pitches(9, "minor", 57, 69) == (57, 59, 60, 62, 64, 65, 67, 69)
