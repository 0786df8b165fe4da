"""A melody's degrees become pitches of the chord and of its scale."""

from __future__ import annotations

import pytest

from mixolydian.creation.harmony import parse_roman
from mixolydian.creation.melody import MelodyStep
from mixolydian.creation.singing import REACH, scale_over, sung
from mixolydian.creation.spans import ChordSpan
from mixolydian.theory.mode import MODES, mode_scale


def span(numeral: str, tonic: int = 9, mode: str = "minor") -> ChordSpan:
    return ChordSpan(0.0, 4.0, parse_roman(numeral, tonic, mode), tonic, mode)


@pytest.mark.parametrize(
    ("numeral", "mode", "steps"),
    [
        ("i", "minor", (0, 2, 3, 5, 7, 8, 10)),
        ("V", "minor", (0, 2, 3, 5, 7, 8, 11)),
        ("bII", "minor", (0, 1, 3, 5, 7, 8, 10)),
        ("IV", "minor", (0, 2, 3, 5, 7, 9, 10)),
        ("iv", "major", (0, 2, 4, 5, 7, 8, 11)),
        ("bVII", "major", (0, 2, 4, 5, 7, 9, 10)),
        ("II", "major", (0, 2, 4, 6, 7, 9, 11)),
    ],
)
def test_borrowed_chords_bring_their_accidentals(numeral: str, mode: str, steps: tuple[int, ...]):
    assert scale_over(span(numeral, 0, mode)) == steps


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("low", [57, 64, 70, 75])
def test_strong_notes_are_chord_tones_and_weak_ones_stand_on_the_scale(mode: str, low: int):
    for tonic in range(12):
        here = span("IV" if mode in ("major", "dorian") else "i", tonic, mode)
        scale = set(mode_scale(tonic, mode)) | set(here.harmony.pitch_classes)
        for degree in range(-2, 7):
            strong, weak = (
                sung(MelodyStep(0, 1, degree, strong), here, low).pitches[0]
                for strong in (True, False)
            )
            assert strong % 12 in here.harmony.pitch_classes
            assert weak % 12 in scale
            assert abs(strong - weak) <= REACH
            assert low - 9 <= min(strong, weak) <= max(strong, weak) <= low + 20


def test_the_line_goes_the_way_the_melody_goes():
    first = sung(MelodyStep(0, 1, 0, True), span("i"), 64)
    second = sung(MelodyStep(1, 1, 1, True), span("i"), 64, first)
    third = sung(MelodyStep(2, 1, 0, True), span("i"), 64, second)
    again = sung(MelodyStep(3, 1, 0, True), span("i"), 64, third)
    assert second.pitches[0] > first.pitches[0] == third.pitches[0] == again.pitches[0]


@pytest.mark.parametrize(("above", "low", "gap"), [(7, 64, 12), (7, 90, -12), (2, 64, 3)])
def test_second_voices(above: int, low: int, gap: int):
    one, other = sung(MelodyStep(0, 1, 0, True, (above,)), span("i"), low).pitches
    assert other - one == gap
