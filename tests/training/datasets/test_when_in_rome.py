"""Roman numerals, MusicXML notes, and how the two are laid together."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from mixolydian.core.errors import DecodeError
from mixolydian.training.datasets import when_in_rome
from mixolydian.training.datasets.musicxml import read_sheet
from mixolydian.training.datasets.romantext import Local, label_of, read_roman
from mixolydian.training.datasets.song import Score

C, A = Local(0, "major"), Local(9, "minor")


@pytest.mark.parametrize(
    ("numeral", "key", "label"),
    [
        ("I", C, "C:maj"), ("ii6", C, "D:min/b3"), ("V7", C, "G:7"), ("V65", C, "G:7/3"),
        ("V43/V", C, "D:7/5"), ("V2", C, "G:7/b7"), ("IV7", C, "F:maj7"), ("IVM7", C, "F:maj7"),
        ("viio6", C, "B:dim/b3"), ("viiø7", C, "B:hdim7"), ("vii/o7", C, "B:hdim7"),
        ("bVI", C, "Ab:maj"), ("bII6", C, "C#:maj/3"), ("N6", C, "C#:maj/3"), ("I+", C, "C:aug"),
        ("Cad64", C, "C:maj/5"), ("Ger65", C, "Ab:7"), ("V7/vi", C, "E:7"), ("iv", C, "F:min"),
        ("V[no3][add4]", C, "G:maj"), ("i", A, "A:min"), ("VI", A, "F:maj"), ("VII7", A, "G:7"),
        ("viio7", A, "Ab:dim7"), ("#viio7", A, "Ab:dim7"), ("V7", A, "E:7"),
        ("iiø65", A, "B:hdim7/b3"),
        ("bVII", A, "G:maj"), ("viio7/V", A, "Eb:dim7"), ("III+6", A, "C:aug/3"),
        ("iv7", A, "D:min7"),        ("V6/5/IV", C, "C:7/3"), ("V54", C, None), ("what", C, None),
    ],
)  # fmt: skip
def test_numerals_become_harte(numeral, key, label):
    assert label_of(numeral, key) == label


def test_an_analysis_is_read_with_keys_beats_and_copies():
    text = """Analyst: ours
    Time Signature: 4/4
    m1 C: I b3 V6
    m1var1 vi
    m2 vi b2.5 a: i || b4 V
    m3-4 = m1-2
    Note: not a bar
    """
    roman = read_roman(text)
    rows = [(e.measure, e.beat, e.label) for e in roman.entries]
    assert rows == [
        (1, 1.0, "C:maj"), (1, 3.0, "G:maj/3"), (2, 1.0, "A:min"), (2, 2.5, "A:min"),
        (2, 4.0, "E:maj"), (3, 1.0, "C:maj"), (3, 3.0, "G:maj/3"), (4, 1.0, "A:min"),
        (4, 2.5, "A:min"), (4, 4.0, "E:maj"),
    ]  # fmt: skip
    assert roman.meters == ("4/4",)
    assert [e.key.mode for e in roman.entries[:5]] == ["major"] * 3 + ["minor"] * 2


def note(step: str, octave: int, duration: int, more: str = "") -> str:
    pitch = f"<pitch><step>{step}</step><octave>{octave}</octave></pitch>"
    return f"<note>{more}{pitch}<duration>{duration}</duration><voice>1</voice></note>"


def chord_bar(number: int, tones: str, first: bool = False) -> str:
    """A bar of four quarters: one whole chord of `tones`."""
    head = "<attributes><divisions>2</divisions><time><beats>4</beats>"
    head += "<beat-type>4</beat-type></time></attributes>"
    notes = [note(t, 4, 8, "<chord/>" if i else "") for i, t in enumerate(tones)]
    return f'<measure number="{number}">{head if first else ""}{"".join(notes)}</measure>'


def sheet_bytes(measures: str, rights: str = "ours") -> bytes:
    text = (
        f"<score-partwise><identification><rights>{rights}</rights></identification>"
        '<part-list><score-part id="P1"><part-name>Piano</part-name></score-part></part-list>'
        f'<part id="P1">{measures}</part></score-partwise>'
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("META-INF/container.xml", "<container/>")
        archive.writestr("score.xml", text)
    return packed.getvalue()


def write_piece(
    folder: Path, roman: str, rights: str = "ours", tones: tuple[str, ...] = ()
) -> Path:
    """Ten bars of C and G by turns with the analysis `roman`."""
    folder.mkdir(parents=True)
    tones = tones or ("CEG", "GBD") * 5
    measures = "".join(chord_bar(k + 1, t, k == 0) for k, t in enumerate(tones))
    (folder / "score.mxl").write_bytes(sheet_bytes(measures, rights))
    (folder / "analysis.txt").write_text("Time Signature: 4/4\n" + roman)
    return folder


ROMAN = "m1 C: I\n" + "\n".join(f"m{k} {'V' if k % 2 == 0 else 'I'}" for k in range(2, 11))


def test_ties_voices_and_graces(tmp_path):
    start, stop = '<tie type="start"/>', '<tie type="stop"/>'
    music = (
        '<measure number="1"><attributes><divisions>4</divisions>'
        "<time><beats>2</beats><beat-type>4</beat-type></time></attributes>"
        + note("C", 4, 8, start).replace(start, "").replace("</note>", start + "</note>")
        + "<backup><duration>8</duration></backup>"
        + "<note><rest/><duration>4</duration><voice>2</voice></note>"
        + note("E", 5, 4).replace("<voice>1", "<voice>2")
        + "<note><grace/><pitch><step>F</step><octave>5</octave></pitch></note></measure>"
        + '<measure number="2">'
        + note("C", 4, 4).replace("</note>", stop + "</note>")
        + note("D", 4, 4)
        + "</measure>"
    )
    path = tmp_path / "score.mxl"
    path.write_bytes(sheet_bytes(music))
    sheet = read_sheet(path)
    rows = [(n.onset, n.offset, n.pitch) for n in sheet.parts[0][1]]
    assert rows == [(0.0, 3.0, 60.0), (1.0, 2.0, 76.0), (3.0, 4.0, 62.0)]
    assert [(m.number, m.start, m.length) for m in sheet.measures] == [("1", 0, 2), ("2", 2, 2)]


def test_a_piece_has_chords_keys_and_notes(tmp_path):
    score = when_in_rome.load_score(write_piece(tmp_path / "Corpus/a", ROMAN))
    assert isinstance(score, Score)
    assert [c.label for c in score.chords[:3]] == ["C:maj", "G:maj", "C:maj"]
    assert score.chords[1].start == 4.0
    assert (score.tonic, score.mode, score.meter) == (0, "major", 4)
    assert [(k.start, k.end, k.tonic) for k in score.keys] == [(0.0, 40.0, "C")]
    song = when_in_rome.perform(score, np.random.default_rng(0))
    assert song.beats[4] == pytest.approx(song.chords[1].start)
    assert when_in_rome.pieces(tmp_path) == (tmp_path / "Corpus/a",)


@pytest.mark.parametrize(
    ("roman", "rights", "tones", "reason"),
    [
        ("Analyst: licence CC-BY-NC-SA\n" + ROMAN, "ours", (), "analysis is for non-commercial"),
        (ROMAN, "CC BY-NC 4.0", (), "score is for non-commercial"),
        (ROMAN + "\nm11 I", "ours", (), "do not match"),
        (ROMAN.replace("V", "what"), "ours", (), "can be read"),
        (ROMAN, "ours", ("DFA", "CEG") * 5, "belong to their chord"),
    ],
)
def test_pieces_that_contradict_are_left_out(tmp_path, roman, rights, tones, reason):
    found = when_in_rome.load_score(write_piece(tmp_path / "piece", roman, rights, tones))
    assert reason in str(found)


def test_what_is_no_score_is_named(tmp_path):
    path = tmp_path / "score.mxl"
    path.write_bytes(b"no zip")
    with pytest.raises(DecodeError, match=r"score\.mxl: expected partwise MusicXML"):
        read_sheet(path)
