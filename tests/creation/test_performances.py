"""Crates of performances and projects: what is chosen, and what is called true."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

mido = pytest.importorskip("mido")

from benchmarks.crate import render_performances as performances  # noqa: E402
from benchmarks.crate import render_projects as projects  # noqa: E402

from mixolydian.core.convert import value_from_json  # noqa: E402

HEADER = "id,style,bpm,beat_type,time_signature,midi_filename,duration"


def write_dataset(folder: Path) -> None:
    """Ten long beats, and one fill, one short beat and one beat without a file."""
    rows = [f"d/{k},funk,{90 + k},beat,4-4,{k}.mid,60.0" for k in range(10)]
    rows += ["d/fill,funk,90,fill,4-4,0.mid,60.0", "d/short,funk,90,beat,4-4,0.mid,20.0"]
    rows += ["d/lost,funk,90,beat,4-4,lost.mid,60.0"]
    (folder / "info.csv").write_text("\n".join([HEADER, *rows]))
    for k in range(10):
        (folder / f"{k}.mid").touch()


def test_long_beats_are_chosen_by_the_seed(tmp_path: Path):
    write_dataset(tmp_path)
    ids = {r["id"] for r in performances.chosen(tmp_path, 50, 3)}
    assert ids == {f"d/{k}" for k in range(10)}
    first, again, other = (performances.chosen(tmp_path, 5, seed) for seed in (3, 3, 4))
    assert len(first) == 5
    assert first == again != other


def test_the_truth_is_the_click(tmp_path: Path):
    write_dataset(tmp_path)
    row = {**performances.chosen(tmp_path, 1, 3)[0], "bpm": "100", "time_signature": "3-4"}
    truth = performances.truth_of(row, 12.0)
    beats = value_from_json("beats", truth["beats"])
    np.testing.assert_allclose(beats.times, np.arange(20) * 0.6)
    assert beats.positions[:4].tolist() == [1, 2, 3, 1]
    tempo = value_from_json("tempo", truth["tempo"])
    assert tempo.bpm == pytest.approx(100)
    assert (tempo.segments[0].anchor, tempo.segments[0].end) == (0.0, 12.0)


def test_six_eight_is_counted_in_eighths():
    assert performances.counted({"bpm": "60", "time_signature": "6-8"}) == (120.0, 6)
    assert performances.counted({"bpm": "60", "time_signature": "4-4"}) == (60.0, 4)


def test_pitches_without_a_sound_become_general_midi_ones():
    track = mido.MidiTrack(
        [mido.Message("note_on", note=n, velocity=90, channel=9) for n in (22, 26, 36, 58)]
    )
    midi = performances.in_general_midi(mido.MidiFile(tracks=[track]))
    assert [m.note for m in midi.tracks[0]] == [42, 46, 36, 43]


def test_projects_are_those_with_xml_and_no_exercises(tmp_path: Path):
    names = ("Tune.mmpz", "Old.mmp", "Lost.mmpz", "editing_note_volumes.mmp")
    summary = [{"project": n, "bpm": "140"} for n in names]
    (tmp_path / "projects_summary.json").write_text(json.dumps(summary))
    for name in ("Tune", "Old", "editing_note_volumes"):
        (tmp_path / f"{name}.xml").touch()
    found = projects.projects(tmp_path)
    assert found == [(tmp_path / "Old.xml", 140.0), (tmp_path / "Tune.xml", 140.0)]


def test_a_missing_lmms_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match="lmms on the PATH"):
        projects.main(["--out", str(tmp_path / "crate")])


def test_a_project_that_makes_no_sound_is_left_out(tmp_path: Path):
    project = tmp_path / "Tune.xml"
    project.touch()
    assert projects.render_project(tmp_path / "crate", "true", project, 140.0, 10.0) is None
    assert not (tmp_path / "crate").exists()
