"""Serato's tags as a user's feature: into every form, beside what is there, back out, and home."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from mixolydian.app.cli.tag import command
from mixolydian.audio.io import track_id
from mixolydian.core.errors import RequestError
from mixolydian.core.settings import Settings
from mixolydian.library import tagging
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.formats import serato_beatgrid, serato_markers, serato_markers_old
from mixolydian.library.formats.collection import GridMarker, Marker
from mixolydian.library.formats.offsets import offset
from mixolydian.library.formats.serato_markers import Marks
from mixolydian.library.formats.serato_tags import AUTOTAGS, GRID, MARKERS, OLD_MARKERS
from mixolydian.library.lists import Marks as KeptMarks
from mixolydian.library.records import FileState
from mixolydian.workflows.collecting import collection_of
from mixolydian.workflows.importing import ImportRequest, import_
from mixolydian.workflows.tag import TagRequest, TagResult, tag
from tests.library.tagging.files import FORMS, tagged_file
from tests.workflows.djs import track

READ_BY_SERATO = ("a.mp3", "a.flac", "a.m4a", "a.wav", "a.aiff")


def know(settings: Settings, path: Path) -> None:
    """The file into the library, with a steady grid, cues and sections of our own making."""
    status = path.stat()
    made = replace(track(path), track_id=track_id(path))
    with Catalogue(settings.catalogue) as catalogue:
        state = FileState(str(path), status.st_size, status.st_mtime_ns)
        catalogue.remember(state, made, {}, "0")


@pytest.fixture
def shelf(tmp_path: Path, settings: Settings) -> Path:
    """A folder with a file of every form, all in the library."""
    folder = tmp_path / "music"
    folder.mkdir()
    for name in FORMS:
        path = tagged_file(folder, name)
        os.utime(path, ns=(10**18, 10**18))
        know(settings, path)
    return folder


@pytest.fixture
def song(tmp_path: Path, settings: Settings) -> Path:
    """One mp3 in the library."""
    path = tagged_file(tmp_path, "a.mp3")
    know(settings, path)
    return path


def write(settings: Settings, *paths: Path, **more: bool) -> TagResult:
    return tag(TagRequest(tuple(map(str, paths)), ("serato",), **more), settings)


def in_serato(path: Path, settings: Settings, *marks: Marker, grid: float = 0.25) -> None:
    """Serato at work on a file: its own grid, markers and gain, and the library looks again."""
    objects = {
        GRID: serato_beatgrid.encode((GridMarker(grid, 126.0),)),
        MARKERS: serato_markers.encode2(Marks(marks)),
        OLD_MARKERS: serato_markers_old.encode(Marks(marks)),
        AUTOTAGS: b"\1\1126.00\0-3.257\x000.000\0",
    }
    splices = tagging.plan(path, tagging.Tags(objects=objects))
    tagging.rewrite(path, splices, lambda name, became: None, path.stat())
    know(settings, path)


def test_every_form_that_serato_reads(shelf: Path, settings: Settings) -> None:
    before = {name: (shelf / name).read_bytes() for name in FORMS}
    ids = {name: track_id(shelf / name) for name in FORMS}
    with Catalogue(settings.catalogue) as catalogue:
        ours = collection_of(catalogue, catalogue.rows()).collection.tracks[0]
    result = write(settings, shelf)
    for outcome in result.outcomes:
        name = Path(outcome.path).name
        if name in READ_BY_SERATO:
            assert outcome.status == "tagged"
            objects = tagging.read(shelf / name).objects
            (grid,) = serato_beatgrid.decode(objects[GRID] or b"")
            late = offset(shelf / name, "serato")
            assert grid.time == pytest.approx(ours.grid[0].time + late, abs=1e-3)
            assert grid.bpm == pytest.approx(ours.grid[0].bpm, abs=1e-3)
            marks = serato_markers.decode2(objects[MARKERS] or b"").markers
            hot = [m.time + late for m in ours.markers if m.slot is not None]
            assert [m.time for m in marks][: len(hot)] == pytest.approx(hot, abs=1e-3)
        else:
            assert outcome.status == "unchanged"
            assert "Ogg" in outcome.notes[0]
            assert (shelf / name).read_bytes() == before[name]
        assert track_id(shelf / name) == ids[name]
    assert {o.status for o in write(settings, shelf).outcomes} == {"unchanged"}
    tag(TagRequest((), undo=True), settings)
    assert {name: (shelf / name).read_bytes() for name in FORMS} == before


def test_what_was_set_in_serato_stays(song: Path, settings: Settings) -> None:
    in_serato(song, settings, Marker(3.0, slot=0, name="MINE"))
    (outcome,) = write(settings, song, dry_run=True).outcomes
    assert outcome.status == "would be tagged"
    (outcome,) = write(settings, song).outcomes
    assert "set in Serato stays" in outcome.notes[0]
    objects = tagging.read(song).objects
    assert serato_beatgrid.decode(objects[GRID] or b"")[0].bpm == 126.0
    first = serato_markers.decode2(objects[MARKERS] or b"").markers[0]
    assert (first.name, first.slot, first.time) == ("MINE", 0, 3.0)
    assert b"-3.257" in (objects[AUTOTAGS] or b"")
    (outcome,) = write(settings, song, replace=True).outcomes
    assert {change.field for change in outcome.changes} == {"serato grid", "serato cues"}
    objects = tagging.read(song).objects
    assert serato_beatgrid.decode(objects[GRID] or b"")[0].bpm != 126.0
    names = [m.name for m in serato_markers.decode2(objects[MARKERS] or b"").markers]
    assert "MINE" not in names


def test_what_a_dj_sets_comes_home_and_our_guesses_do_not(song: Path, settings: Settings) -> None:
    write(settings, song)
    know(settings, song)
    (found,) = import_(ImportRequest((str(song),)), settings).files
    assert (found.n_matched, found.unchanged, dict(found.taken)) == (1, 1, {})
    assert any("wrote there itself" in note for note in found.notes)
    mine = Marker(3.0, slot=0, name="Drop MINE")
    in_serato(song, settings, mine)
    (found,) = import_(ImportRequest((str(song),)), settings).files
    assert dict(found.taken) == {"grids": 1, "cues": 1}
    with Catalogue(settings.catalogue) as catalogue:
        home = collection_of(catalogue, catalogue.rows()).collection.tracks[0]
    late = offset(song, "serato")
    assert home.grid[0].time == pytest.approx(0.25 - late, abs=1e-3)
    assert [(m.name, m.time) for m in home.markers] == [("Drop MINE", pytest.approx(3.0 - late))]
    assert write(settings, song).outcomes[0].status == "unchanged"


def test_cues_set_by_hand_elsewhere_go_out(song: Path, settings: Settings) -> None:
    loop = Marker(8.0, "loop", 12.0, 1, "Run")
    with Catalogue(settings.catalogue) as catalogue:
        catalogue.keep_said({}, {track_id(song): KeptMarks((Marker(2.2, name="M"), loop), "x")})
    (outcome,) = write(settings, song).outcomes
    said = {change.field: change.new for change in outcome.changes}
    assert said["serato cues"] == "1: M 0:02"
    assert said["serato loops"] == "1: Run 0:08"


def test_damaged_tags_of_seratos_are_refused(song: Path, settings: Settings) -> None:
    splices = tagging.plan(song, tagging.Tags(objects={MARKERS: b"\1\1%%%"}))
    tagging.rewrite(song, splices, lambda name, became: None, song.stat())
    know(settings, song)
    before = song.read_bytes()
    (outcome,) = write(settings, song).outcomes
    assert outcome.failure is not None
    assert "Serato Markers2" in outcome.failure.message
    assert song.read_bytes() == before
    assert write(settings, song, replace=True).outcomes[0].status == "tagged"


def test_nothing_known_is_said(tmp_path: Path, settings: Settings) -> None:
    path = tagged_file(tmp_path, "a.flac")
    status = path.stat()
    bare = track(path)
    made = replace(bare, track_id=track_id(path), analysis=replace(bare.analysis, estimates={}))
    with Catalogue(settings.catalogue) as catalogue:
        state = FileState(str(path), status.st_size, status.st_mtime_ns)
        catalogue.remember(state, made, {}, "0")
    (outcome,) = write(settings, path).outcomes
    assert (outcome.status, outcome.unknown) == ("unchanged", ("serato",))


def test_replace_without_serato_is_refused(song: Path) -> None:
    with pytest.raises(RequestError, match="add --write serato"):
        TagRequest((str(song),), ("bpm",), replace=True)


def test_the_skin_says_what_changes_and_what_stays(song: Path, settings: Settings) -> None:
    in_serato(song, settings, Marker(3.0, slot=0, name="MINE"))
    app = typer.Typer()
    app.command()(command)
    home = {"MIXOLYDIAN_HOME": str(settings.home), "COLUMNS": "400"}
    done = CliRunner().invoke(app, [str(song), "--write", "serato"], env=home)
    assert done.exit_code == 0
    assert "serato cues 1: MINE 0:03 → " in done.output
    assert (
        "the grid set in Serato stays; --replace overrules it (126 BPM from 0:00.250" in done.output
    )
