"""Reading JAMS: what people annotated, and nothing a program made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mixolydian.core.errors import DecodeError
from mixolydian.core.types import Provenance
from mixolydian.library.formats import jams
from tests.example_tracks import example_track


def annotation(namespace: str, data: Any, source: str = "manual") -> dict[str, Any]:
    metadata = {"annotator": {"name": "Ann"}, "data_source": source}
    return {"namespace": namespace, "data": data, "annotation_metadata": metadata}


def row(time: Any, duration: Any, value: Any) -> dict[str, Any]:
    return {"time": time, "duration": duration, "value": value, "confidence": None}


def put(path: Path, *annotations: Any, **metadata: Any) -> Path:
    document = {"annotations": list(annotations), "file_metadata": metadata, "sandbox": {}}
    path.write_text(json.dumps(document))
    return path


def test_what_people_annotated(tmp_path: Path) -> None:
    path = put(
        tmp_path / "a.jams",
        annotation("beat", [row(0.5 * n, 0, n % 4 + 1) for n in range(8)]),
        annotation("tempo", [row(0, 2, 120), row(2, 2, 121)]),
        annotation("key_mode", [row(0, 4, "D#:minor")]),
        annotation("chord", [row(0, 2, "C:maj"), row(1, 1, "overlap"), row(2, 2, "N")]),
        annotation("segment_open", {"time": [2, 0], "duration": [2, 2], "value": ["drop", "in"]}),
        annotation("tag_open", [row(2, 0, "drop")]),
        title="Fog",
        artist="Bo",
        duration=4.0,
    )
    found = jams.read_annotated(path)
    assert (found.track.title, found.track.artist, found.track.duration) == ("Fog", "Bo", 4.0)
    assert (found.track.tonic, found.track.mode, found.track.bpm) == ("Eb", "minor", 120.0)
    assert [(m.time, m.bpm, m.beat) for m in found.track.grid] == [(0.0, 120.0, 1), (2.0, 121.0, 1)]
    assert found.beats is not None
    assert (len(found.beats.times), found.beats.meter) == (8, 4)
    assert [c.label for c in found.chords] == ["C:maj", "N"]
    assert [s.label for s in found.sections] == ["in", "drop"]
    assert [m.name for m in found.track.markers] == ["drop"]
    assert found.annotator == "Ann"


def test_our_own_answers_do_not_come_back_as_a_humans(tmp_path: Path) -> None:
    jams.write([example_track()], tmp_path / "a.jams")
    found = jams.read(tmp_path / "a.jams")
    (track,) = found.tracks
    assert (track.path, track.track_id) == (example_track().path, example_track().track_id)
    assert (track.grid, track.markers, track.tonic) == ((), (), None)
    assert "which a program made" in found.notes[0]


def test_a_humans_answer_comes_back(tmp_path: Path) -> None:
    human = Provenance("Ann", "1", kind="human")
    track = example_track()
    estimates = {
        q: type(e)(e.value, 1.0, human) for q, e in track.analysis.estimates.items() if e.value
    }
    jams.write([example_track(**estimates)], tmp_path / "a.jams")
    found = jams.read_annotated(tmp_path / "a.jams")
    assert found.beats is not None
    assert found.beats.times == pytest.approx(track.analysis.value("beats").times)
    assert (found.track.tonic, found.track.mode) == ("A", "minor")
    assert found.track.grid[0].bpm == 120.0
    assert len(found.sections) == 4


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"annotations": 3}', '{"annotations": [3]}', "[" * 100_000]
)
def test_what_is_no_jams(content: str, tmp_path: Path) -> None:
    (tmp_path / "a.jams").write_text(content)
    with pytest.raises(DecodeError, match=r"a\.jams: expected a JAMS file"):
        jams.read(tmp_path / "a.jams")


def test_nonsense_inside_is_passed_over(tmp_path: Path) -> None:
    rows = [row("x", 0, 1), row(-1, 0, 1), row(1, None, "y"), 3, row(1e400, 0, 1)]
    path = put(
        tmp_path / "a.jams", annotation("beat", rows), annotation("tempo", None), duration="x"
    )
    found = jams.read_annotated(path)
    assert (found.beats, found.tempo, found.track.duration) == (None, (), None)
