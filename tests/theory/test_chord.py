"""Harte syntax, reductions."""

import pytest

from mixolydian.core.errors import RequestError
from mixolydian.theory import chord as c


@pytest.mark.parametrize(
    ("label", "pitch_classes", "bass"),
    [
        ("C", {0, 4, 7}, 0),
        ("C:maj", {0, 4, 7}, 0),
        ("A:min7/b3", {9, 0, 4, 7}, 0),
        ("F#:hdim7", {6, 9, 0, 4}, 6),
        ("G:sus4(b7)", {7, 0, 2, 5}, 7),
        ("D:maj(*5)", {2, 6}, 2),
        ("Bb:7(#9)", {10, 2, 5, 8, 1}, 10),
        ("C:(1,5)", {0, 7}, 0),
        ("Eb:maj/5", {3, 7, 10}, 10),
        ("C:min/b7", {0, 3, 7}, 10),
    ],
)
def test_reading(label: str, pitch_classes: set[int], bass: int) -> None:
    symbol = c.parse_chord(label)
    assert set(symbol.pitch_classes) == pitch_classes
    assert symbol.bass_pitch_class == bass


@pytest.mark.parametrize("label", ["", "H:maj", "C:foo", "C:maj/", "c:maj", "C:maj(x)", "C:maj/99"])
def test_what_is_no_chord_is_refused(label: str) -> None:
    with pytest.raises(RequestError):
        c.parse_chord(label)


def test_no_chord_and_unknown() -> None:
    assert c.parse_chord("N") == c.NO_CHORD
    assert c.format_chord(c.UNKNOWN_CHORD) == "X"
    assert c.NO_CHORD.pitch_classes == ()
    assert c.NO_CHORD.bass_pitch_class is None


def test_every_quality_on_every_root_and_bass_round_trips() -> None:
    for quality in c.QUALITIES:
        for root in range(12):
            symbol = c.chord(root, quality, bass=(root * 5) % 12)
            assert c.parse_chord(c.format_chord(symbol)) == symbol


def test_extra_and_missing_degrees_round_trip() -> None:
    for label in ("G:sus4(b7)", "D:maj(*5)", "A:min(9)"):
        symbol = c.parse_chord(label)
        again = c.parse_chord(c.format_chord(symbol))
        assert again.pitch_classes == symbol.pitch_classes


def test_roots_are_spelled_in_the_key() -> None:
    assert c.format_chord(c.chord(6, "maj"), "Bb", "minor") == "Gb:maj"
    assert c.format_chord(c.chord(6, "maj"), "D", "major") == "F#:maj"


@pytest.mark.parametrize(
    ("label", "majmin", "sevenths"),
    [
        ("C:maj7", "C:maj", "C:maj7"),
        ("C:9", "C:maj", "C:7"),
        ("C:min9", "C:min", "C:min7"),
        ("C:minmaj7", "C:min", "X"),
        ("C:sus4", "X", "X"),
        ("C:hdim7", "X", "X"),
        ("C:aug", "X", "X"),
        ("C:min/b3", "C:min", "C:min"),
        ("C:5", "X", "X"),
        ("N", "N", "N"),
        ("X", "X", "X"),
    ],
)
def test_reductions(label: str, majmin: str, sevenths: str) -> None:
    symbol = c.parse_chord(label)
    assert c.format_chord(c.reduce_majmin(symbol)) == majmin
    assert c.format_chord(c.reduce_sevenths(symbol)) == sevenths


def test_template_holds_the_notes() -> None:
    assert c.chord_template("min7").nonzero()[0].tolist() == [0, 3, 7, 10]


def test_unknown_quality_and_degree_are_refused() -> None:
    with pytest.raises(RequestError, match="quality"):
        c.chord(0, "funky")
    with pytest.raises(RequestError, match="degree"):
        c.degree_interval("*5")
