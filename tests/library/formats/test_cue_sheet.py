"""CUE sheets: read as other programs write them, written so that they read back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixolydian.core.errors import DecodeError, RequestError
from mixolydian.library.formats import cue_sheet
from mixolydian.library.formats.collection import Collection, CollectionTrack, Marker

HALF_FRAME = 0.5 / 75 + 1e-9
GOLDEN = """REM GENRE "Techno"
REM DATE 2024
PERFORMER "DJ Ann"
TITLE "Night at the 'Fog'"
FILE "mix.flac" WAVE
  TRACK 01 AUDIO
    TITLE "Low Tide"
    PERFORMER "Ünder"
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    TITLE "Fog"
    INDEX 00 04:30:00
    INDEX 01 04:31:37
  TRACK 03 AUDIO
    TITLE "End"
    PERFORMER "Bo"
    INDEX 01 121:00:74
"""
PLAIN = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs"), exclude_characters='"-'),
    max_size=10,
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_mix_as_programs_write_it(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "mix.cue"
    path.write_bytes(GOLDEN.replace("\n", "\r\n").encode(encoding))
    found = cue_sheet.read(path)
    (mix,) = found.tracks
    assert mix.path == str(tmp_path / "mix.flac")
    assert (mix.title, mix.artist, mix.genre, mix.year) == (
        "Night at the 'Fog'",
        "DJ Ann",
        "Techno",
        2024,
    )
    assert [m.name for m in mix.markers] == ["Ünder - Low Tide", "Fog", "Bo - End"]
    assert [m.time for m in mix.markers] == pytest.approx([0.0, 271 + 37 / 75, 7260 + 74 / 75])
    assert found.lists == (), "a single file is no playlist"


def test_a_sheet_of_single_files(tmp_path: Path) -> None:
    path = tmp_path / "album.cue"
    path.write_text(
        'TITLE Album\nFILE "a 1.wav" WAVE\nTRACK 01 AUDIO\nTITLE One\nINDEX 01 00:00:00\n'
        "FILE b.wav WAVE\nTRACK 02 AUDIO\nTITLE Two\nINDEX 01 0:0:99\n"
    )
    found = cue_sheet.read(path)
    assert [(Path(t.path).name, t.title, t.markers) for t in found.tracks] == [
        ("a 1.wav", "One", ()),
        ("b.wav", "Two", ()),
    ]
    assert found.lists[0].name == "Album"
    assert "1 times could not be read" in found.notes[0]


def test_the_sheet_of_a_mix(tmp_path: Path) -> None:
    rows = [("Fog", "Bo", 271.6), ("Low Tide", "Ünder", 0.0), ('The "End"', "", 400.001)]
    notes = cue_sheet.write_cue_of_mix(
        tmp_path / "mix.cue", tmp_path / "mix.mp3", rows, "Set", "Ann"
    )
    assert (tmp_path / "mix.cue").read_text("utf-8") == (
        'PERFORMER "Ann"\nTITLE "Set"\nFILE "mix.mp3" MP3\n'
        '  TRACK 01 AUDIO\n    TITLE "Low Tide"\n    PERFORMER "Ünder"\n    INDEX 01 00:00:00\n'
        '  TRACK 02 AUDIO\n    TITLE "Fog"\n    PERFORMER "Bo"\n    INDEX 01 04:31:45\n'
        "  TRACK 03 AUDIO\n    TITLE \"The 'End'\"\n    INDEX 01 06:40:00\n"
    )
    assert len(notes) == 2
    assert "by up to 1.0 ms" in notes[0]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0.0, 7200.0), PLAIN), min_size=2, max_size=12),
    PLAIN,
    st.integers(1900, 2100) | st.none(),
)
def test_what_we_write_reads_back(tmp_path_factory, points, title, year) -> None:
    folder = tmp_path_factory.mktemp("sheet")
    markers = tuple(Marker(time, name=name or "x") for time, name in points)
    track = CollectionTrack(str(folder / "a.flac"), title, "Ann", year=year, markers=markers)
    notes = cue_sheet.write(folder / "a.cue", Collection((track,)))
    (found,) = cue_sheet.read(folder / "a.cue").tracks
    ordered = sorted(markers, key=lambda m: m.time)
    assert found.path == track.path
    assert (found.title, found.artist, found.year) == (title, "Ann", year)
    assert [m.name for m in found.markers] == [m.name for m in ordered]
    off = [abs(a.time - b.time) for a, b in zip(found.markers, ordered, strict=True)]
    assert max(off) <= HALF_FRAME
    assert bool(notes) == (max(off) > 1e-6)


def test_what_a_sheet_cannot_hold(tmp_path: Path) -> None:
    loop = Marker(1.0, "loop", end=2.0, name="Loop")
    tracks = tuple(CollectionTrack(f"/m/{n}.mp3", markers=(loop,)) for n in range(120))
    notes = cue_sheet.write(tmp_path / "a.cue", Collection(tracks))
    assert len(cue_sheet.read(tmp_path / "a.cue").tracks) == 99
    assert any("120 loops" in note for note in notes)
    assert any("21 tracks left out" in note for note in notes)
    for name in ('a"b.mp3', "a\nb.mp3"):
        with pytest.raises(RequestError, match="rename the file"):
            cue_sheet.write(tmp_path / "b.cue", Collection((CollectionTrack(f"/m/{name}"),)))
    with pytest.raises(RequestError, match="found none"):
        cue_sheet.write(tmp_path / "b.cue", Collection())
    assert not (tmp_path / "b.cue").exists()


def test_refusals(tmp_path: Path) -> None:
    (tmp_path / "a.cue").write_text("just words\nTRACK 01 AUDIO\n")
    with pytest.raises(DecodeError, match="found neither"):
        cue_sheet.read(tmp_path / "a.cue")
