"""Writers: what other programs read back is what we know, and files appear whole."""

from __future__ import annotations

import csv as csv_reader
import json as json_reader
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mixolydian.core.errors import RequestError, StorageError
from mixolydian.core.files import write_text
from mixolydian.core.types import Estimate, Loudness, Tempo
from mixolydian.library.formats import csv, jams, json, m3u8
from tests.example_tracks import (
    HOSTILE,
    changing_track,
    estimate,
    example_track,
    unknown_track,
)

HARTE = re.compile(
    r"^((N)|(([A-G][b#]*)((:(maj|min|dim|aug|maj7|min7|7|dim7|hdim7|minmaj7|maj6|min6|9|maj9|min9"
    r"|sus4)(\([^)]*\))?)|(:\([^)]*\)))?((/([b#]*([1-9]|1[0-3]?)))?)?))$"
)
"""Labels the JAMS namespace chord_harte takes."""


# ---------------------------------------------------------------------- files


def test_a_file_is_written_with_its_folders(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a" / "b" / "c.txt", "grüße\r\n")
    assert path.read_bytes() == "grüße\r\n".encode()


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.txt", "old")

    def pieces() -> Iterator[str]:
        yield "new"
        raise RequestError("stop")

    with pytest.raises(RequestError):
        write_text(path, pieces())
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_folder_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.csv").mkdir()
    with pytest.raises(StorageError, match=r"x\.csv: cannot be written"):
        csv.write([example_track()], tmp_path / "x.csv")
    assert os.listdir(tmp_path) == ["x.csv"]


def test_the_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a", "1")
    path.chmod(0o640)
    write_text(path, "2")
    assert path.stat().st_mode & 0o777 == 0o640


# ---------------------------------------------------------------------- json


def test_json_holds_every_document_on_its_own_line(tmp_path: Path) -> None:
    documents = [{"title": "ü", "x": float("nan")}, {"title": "b", "x": [1.5, float("-inf")]}]
    (path,) = json.write(documents, tmp_path / "a.json")
    text = path.read_text("utf-8")
    read = json_reader.loads(text)
    assert read == {
        "schema": json.SCHEMA,
        "tracks": [{"title": "ü", "x": None}, {"title": "b", "x": [1.5, None]}],
    }
    assert len(text.splitlines()) == 4


def test_a_path_that_is_not_text_survives_json(tmp_path: Path) -> None:
    odd = os.fsdecode(b"/music/\xff.mp3")
    (path,) = json.write([{"path": odd}], tmp_path / "a.json")
    assert json_reader.loads(path.read_text("utf-8"))["tracks"][0]["path"] == odd


def test_no_tracks_is_valid_json() -> None:
    assert json_reader.loads("".join(json.pieces([])))["tracks"] == []


# ---------------------------------------------------------------------- csv


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv_reader.DictReader(file))


def test_csv_has_the_values(tmp_path: Path) -> None:
    (path,) = csv.write([example_track(), unknown_track()], tmp_path / "a.csv")
    known, unknown = rows_of(path)
    assert tuple(known) == csv.COLUMNS
    assert known["bpm"] == "120.0"
    assert known["bpm_confidence"] == "0.95"
    assert (known["key"], known["camelot"], known["open_key"]) == ("A minor", "8A", "1m")
    assert known["lufs"] == "-8.13", "a negative number is a number, not a formula"
    assert known["form"] == "intro@0.00 buildup@16.00 drop@32.00 outro@56.00"
    assert known["drops"] == "32.000"
    assert (unknown["bpm"], unknown["key"], unknown["bpm_confidence"]) == ("", "", "")


@pytest.mark.parametrize(
    "title", ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "\t=1", "  =1", "\r\n=1"]
)
def test_no_cell_is_a_formula(tmp_path: Path, title: str) -> None:
    (path,) = csv.write([example_track(title)], tmp_path / "a.csv")
    assert rows_of(path)[0]["title"] == "'" + title


def test_commas_quotes_and_line_breaks_survive(tmp_path: Path) -> None:
    title = 'a, "b"\nc'
    (path,) = csv.write([example_track(title)], tmp_path / "a.csv")
    assert rows_of(path)[0]["title"] == title


def test_silence_has_no_loudness_in_a_table(tmp_path: Path) -> None:
    silent = estimate(Loudness(float("-inf"), float("-inf"), 0.0), None)
    (path,) = csv.write([example_track(loudness=silent)], tmp_path / "a.csv")
    assert (rows_of(path)[0]["lufs"], rows_of(path)[0]["range_lu"]) == ("", "0.0")


# ---------------------------------------------------------------------- m3u8


def test_a_playlist_names_length_title_and_path(tmp_path: Path) -> None:
    (path,) = m3u8.write([example_track(), unknown_track()], tmp_path / "a.m3u8")
    assert path.read_text("utf-8").splitlines() == [
        "#EXTM3U",
        "#EXTINF:64,Ann Example - Night Drive",
        "/music/crate/night drive.flac",
        "#EXTINF:3,silence",
        "/music/silence.wav",
    ]


def test_relative_paths_lead_from_the_playlist_to_the_file(tmp_path: Path) -> None:
    music = tmp_path / "music"
    track = example_track(path=str(music / "#1.flac"))
    (path,) = m3u8.write([track], tmp_path / "lists" / "a.m3u8", relative=True)
    entry = path.read_text("utf-8").splitlines()[-1]
    assert entry == os.path.join("..", "music", "#1.flac")
    (beside,) = m3u8.write([track], music / "a.m3u8", relative=True)
    assert beside.read_text("utf-8").splitlines()[-1] == "./#1.flac", "no comment line"


def test_a_title_cannot_add_lines(tmp_path: Path) -> None:
    (path,) = m3u8.write([example_track("a\n/etc/passwd\r\n#EXT")], tmp_path / "a.m3u8")
    assert len(path.read_text("utf-8").splitlines()) == 3


def test_a_path_with_a_line_break_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="line break"):
        m3u8.write([example_track(path="/music/a\nb.mp3")], tmp_path / "a.m3u8")
    assert os.listdir(tmp_path) == []


def test_file_names_keep_their_bytes(tmp_path: Path) -> None:
    (path,) = m3u8.write([example_track(path=os.fsdecode(b"/m/\xff.mp3"))], tmp_path / "a.m3u8")
    assert path.read_bytes().endswith(b"/m/\xff.mp3\n")


# ---------------------------------------------------------------------- jams


def annotations(document: dict[str, object], namespace: str) -> list[dict[str, object]]:
    found = document["annotations"]
    assert isinstance(found, list)
    return [o for a in found if a["namespace"] == namespace for o in a["data"]]


def test_jams_has_the_fields_of_its_schema() -> None:
    document = json_reader.loads(jams.dumps(example_track()))
    assert set(document) == {"file_metadata", "annotations", "sandbox"}
    assert document["file_metadata"]["title"] == "Night Drive"
    assert document["file_metadata"]["duration"] == 64.0
    assert document["sandbox"]["cannot_tell"] == {"genre": "no model is trained yet"}
    for annotation in document["annotations"]:
        assert set(annotation["annotation_metadata"]["curator"]) == {"name", "email"}
        assert annotation["annotation_metadata"]["annotation_tools"] == "mixolydian GridTempo"
        assert annotation["annotation_metadata"]["version"] == "3"
        for observation in annotation["data"]:
            assert set(observation) == {"time", "duration", "value", "confidence"}
            assert observation["time"] >= 0
            assert observation["duration"] >= 0


def test_jams_has_the_values() -> None:
    document = jams.document(changing_track())
    tempi = annotations(document, "tempo")
    assert [(o["time"], o["duration"], o["value"]) for o in tempi] == [
        (0, 32, 120.0),
        (32, 32, 126.5),
    ]
    beats = annotations(document, "beat")
    assert (len(beats), beats[5]["time"], beats[5]["value"]) == (128, 2.5, 2)
    keys = annotations(document, "key_mode")
    assert [o["value"] for o in keys] == ["A:minor", "B:minor"]
    chords = annotations(document, "chord_harte")
    assert [o["value"] for o in chords] == ["A:min", "F:maj7/3", "N"], "X has no word"
    parts = annotations(document, "segment_open")
    assert [o["value"] for o in parts] == ["intro", "buildup", "drop", "outro"]
    moments = [(o["time"], o["value"]) for o in annotations(document, "tag_open")]
    assert (32.0, "drop") in moments
    assert (56.0, "mix-out") in moments


def test_a_key_without_changes_holds_throughout() -> None:
    (key,) = annotations(jams.document(example_track()), "key_mode")
    assert (key["time"], key["duration"], key["value"]) == (0.0, 64.0, "A:minor")


def test_a_tempo_always_has_a_number_for_its_confidence() -> None:
    track = example_track(tempo=Estimate(Tempo(90.0)))
    (tempo,) = annotations(jams.document(track), "tempo")
    assert (tempo["value"], tempo["confidence"], tempo["duration"]) == (90.0, 1.0, 64.0)


@pytest.mark.parametrize(
    "label", ["N", "C", "A:min7/b3", "Bb:sus2", "F#:hdim7", "D:sus4(b7)", "G:7/3", "E:sus2/5"]
)
def test_chord_labels_fit_the_namespace(label: str) -> None:
    spelled = jams.harte(label)
    assert spelled is not None
    assert HARTE.match(spelled), spelled


def test_one_jams_file_takes_one_track(tmp_path: Path) -> None:
    assert jams.write([example_track()], tmp_path / "a.jams") == [tmp_path / "a.jams"]
    with pytest.raises(RequestError, match="found 2"):
        jams.write([example_track(), unknown_track()], tmp_path / "b.jams")


def test_several_tracks_make_a_folder_without_collisions(tmp_path: Path) -> None:
    twins = [
        example_track(path="/a/../x y.mp3", track_id="aaaa0000"),
        example_track(path="/b/x y.ogg", track_id="bbbb0000"),
    ]
    written = jams.write(twins, tmp_path / "out")
    assert sorted(p.name for p in written) == ["x_y-aaaa0000.jams", "x_y-bbbb0000.jams"]
    assert all(json_reader.loads(p.read_text("utf-8")) for p in written)


def test_a_hostile_name_stays_in_the_folder() -> None:
    track = example_track(path="/m/..\\..%2F" + HOSTILE.replace("/", "_"), track_id="../../x")
    name = jams.file_name(track)
    assert re.fullmatch(r"[\w.-]+\.jams", name)
    assert not name.startswith(".")
