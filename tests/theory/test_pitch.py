"""Names, pitch classes, spelling."""

import pytest

from mixolydian.core.errors import RequestError
from mixolydian.theory import pitch


@pytest.mark.parametrize(
    ("name", "pc"), [("C", 0), ("c#", 1), ("Db", 1), ("B#", 0), ("Cb", 11), ("F##", 7), ("E♭", 3)]
)
def test_pitch_class_of_a_name(name: str, pc: int) -> None:
    assert pitch.pitch_class(name) == pc


@pytest.mark.parametrize("name", ["", "H", "C+", "#", "Cis"])
def test_what_is_no_note_is_refused(name: str) -> None:
    with pytest.raises(RequestError, match="expected a note name"):
        pitch.pitch_class(name)


def test_names_and_pitch_classes_are_inverse() -> None:
    assert [pitch.pitch_class(n) for n in pitch.PITCH_CLASS_NAMES] == list(range(12))


def test_line_of_fifths_round_trip() -> None:
    names = [pitch.name_of_fifths(f) for f in range(-10, 13)]
    assert [pitch.fifths_of_name(n) for n in names] == list(range(-10, 13))


@pytest.mark.parametrize(
    ("pc", "tonic", "mode", "name"),
    [
        (6, "D", "major", "F#"),
        (6, "Bb", "minor", "Gb"),
        (8, "A", "minor", "G#"),
        (8, "C", "minor", "Ab"),
        (10, "F", "major", "Bb"),
        (3, "E", "major", "D#"),
        (5, "C#", "major", "F"),
    ],
)
def test_spelling_follows_the_key(pc: int, tonic: str, mode: str, name: str) -> None:
    assert pitch.spell(pc, tonic, mode) == name


def test_every_spelling_means_its_pitch_class() -> None:
    for tonic in pitch.PITCH_CLASS_NAMES:
        for mode in ("major", "minor"):
            for pc in range(12):
                assert pitch.pitch_class(pitch.spell(pc, tonic, mode)) == pc


def test_midi_and_hertz() -> None:
    assert pitch.midi_to_hz(69) == pytest.approx(440)
    assert pitch.hz_to_midi(261.6256) == pytest.approx(60, abs=1e-4)
    with pytest.raises(RequestError):
        pitch.hz_to_midi(0)


@pytest.mark.parametrize(("name", "midi"), [("A4", 69), ("C4", 60), ("Cb4", 59), ("B#3", 60)])
def test_notes_with_octave(name: str, midi: int) -> None:
    assert pitch.parse_note(name) == midi


def test_note_name() -> None:
    assert [pitch.note_name(m) for m in (21, 60, 69.4)] == ["A0", "C4", "A4"]
    with pytest.raises(RequestError):
        pitch.parse_note("A")
