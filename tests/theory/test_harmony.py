"""Roman numerals, functions, cadences, progressions."""

import pytest

from mixolydian.theory import harmony as h
from mixolydian.theory.chord import ChordSymbol, parse_chord


def row(text: str) -> list[ChordSymbol]:
    return [parse_chord(label) for label in text.split()]


@pytest.mark.parametrize(
    ("label", "tonic", "mode", "numeral"),
    [
        ("A:min", 9, "minor", "i"),
        ("F:maj7", 9, "minor", "VImaj7"),
        ("E:7", 9, "minor", "V7"),
        ("G#:dim", 9, "minor", "#vii°"),
        ("B:hdim7", 9, "minor", "iiø7"),
        ("D:min7/b3", 0, "major", "ii65"),
        ("C:maj/3", 0, "major", "I6"),
        ("G:7/b7", 0, "major", "V42"),
        ("Ab:maj", 0, "major", "bVI"),
        ("C:aug", 0, "major", "I+"),
        ("F:sus2", 0, "major", "IVsus2"),
        ("N", 0, "major", "N"),
    ],
)
def test_numerals(label: str, tonic: int, mode: str, numeral: str) -> None:
    assert h.roman_numeral(parse_chord(label), tonic, mode) == numeral


def test_numerals_move_with_the_key() -> None:
    for shift in range(12):
        symbol = parse_chord("G:7")
        moved = ChordSymbol((7 + shift) % 12, symbol.quality, symbol.intervals)
        assert h.roman_numeral(moved, shift, "major") == "V7"


def test_functions() -> None:
    functions = [h.harmonic_function(s, 0, "major") for s in row("C:maj F:maj G:7 N F#:maj")]
    assert functions == ["tonic", "subdominant", "dominant", None, None]


def test_diatonic_share_leaves_out_silence_and_counts_time() -> None:
    symbols = row("C:maj N G:maj Eb:maj")
    assert h.diatonic_share(symbols, [2, 10, 1, 1], 0, "major") == pytest.approx(0.75)
    assert h.diatonic_share(row("N"), [1], 0, "major") == 0


def test_harmonic_minor_dominant_belongs_to_minor() -> None:
    assert h.is_diatonic(parse_chord("E:7"), 9, "minor")
    assert not h.is_diatonic(parse_chord("E:maj"), 0, "major")


def test_cadences() -> None:
    found = h.cadences(row("C:maj G:7 C:maj F:maj C:maj G:maj A:min N C:maj"), 0, "major")
    assert found == {"authentic": 1, "plagal": 1, "deceptive": 1}
    assert h.cadence(*row("G:maj A:min"), 9, "minor") == "subtonic"
    assert h.cadence(*row("Bb:maj A:min"), 9, "minor") == "phrygian"


def test_main_progression_is_the_row_that_repeats() -> None:
    loop = row("A:min F:maj C:maj G:maj")
    found = h.main_progression(row("E:min") + loop * 5)
    assert found is not None
    assert list(found.symbols) == loop
    assert found.share == pytest.approx(20 / 21)


def test_no_row_without_repetition() -> None:
    assert h.main_progression(row("C:maj D:min E:min F:maj G:maj")) is None
    assert h.main_progression([]) is None


@pytest.mark.parametrize(
    ("mode", "sounding", "colour"),
    [
        ("minor", {0, 2, 3, 5, 7, 9, 10}, "dorian"),
        ("minor", {0, 1, 3, 5, 7, 8, 10}, "phrygian"),
        ("minor", {0, 2, 3, 5, 7, 8, 10}, "minor"),
        ("minor", {0, 2, 3, 5, 7, 8, 11}, "harmonic minor"),
        ("major", {0, 2, 4, 5, 7, 9, 10}, "mixolydian"),
        ("major", {0, 2, 4, 6, 7, 9, 11}, "lydian"),
        ("major", {0, 2, 4, 5, 7, 9, 11}, "major"),
    ],
)
def test_modal_colour(mode: str, sounding: set[int], colour: str) -> None:
    for tonic in (0, 5):
        weights = [float((pc - tonic) % 12 in sounding) for pc in range(12)]
        assert h.modal_colour(weights, tonic, mode) == colour
