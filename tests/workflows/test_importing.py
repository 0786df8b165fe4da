"""There and back: what leaves for a DJ program comes home, and what DJs set arrives as theirs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from mixolydian.core.errors import DecodeError, RequestError, StorageError, UnreadableError
from mixolydian.core.settings import Settings
from mixolydian.core.types import Cue, Estimate, Provenance
from mixolydian.library import tagging
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.formats import rekordbox, serato, traktor
from mixolydian.library.formats.collection import (
    Collection,
    CollectionList,
    CollectionTrack,
    GridMarker,
    Marker,
)
from mixolydian.library.formats.offsets import offset
from mixolydian.library.lists import OURS, KeptList, ListEntry, Rating
from mixolydian.library.query import parse_query
from mixolydian.library.records import STALE, read_stamps
from mixolydian.theory.key import parse_key
from mixolydian.workflows.collecting import collection_of, collection_track
from mixolydian.workflows.export import ExportRequest, export
from mixolydian.workflows.importing import ImportRequest, import_
from tests.library.formats.mp3 import write_click
from tests.library.formats.serato_payloads import payloads
from tests.workflows.djs import beat_times, changing, shelve, track

GRIDDED = ("rekordbox", "traktor", "mixxx")
NAMES = {"rekordbox": "out.xml", "traktor": "out.nml", "mixxx": "mixxxdb.sqlite"}


@pytest.fixture
def crate(tmp_path: Path) -> Path:
    """A folder of files that are there (and hold nothing)."""
    folder = tmp_path / "crate"
    folder.mkdir()
    for name in ("Ночь.flac", "夜 & day.flac", "plain.flac"):
        (folder / name).write_bytes(b"")
    return folder


def tracks_of(crate: Path):
    return [
        track(crate / "Ночь.flac", 127.98),
        changing(crate / "夜 & day.flac"),
        track(crate / "plain.flac", 93.0, 4.0, 1.5),
    ]


def other(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "other", jobs=1)


def known(settings: Settings, n: int = 0) -> CollectionTrack:
    """Track `n` as it goes out."""
    with Catalogue(settings.catalogue) as catalogue:
        return collection_of(catalogue, catalogue.rows()).collection.tracks[n]


def estimates(settings: Settings, n: int = 0):
    with Catalogue(settings.catalogue) as catalogue:
        return catalogue.estimates(catalogue.rows()[n].track_id)


def to_xml(path: Path, *tracks: CollectionTrack, lists: tuple[CollectionList, ...] = ()) -> str:
    rekordbox.write(path, Collection(tracks, lists))
    return str(path)


def set_elsewhere(path: str, duration: float = 360.0) -> CollectionTrack:
    """A track with a grid, cues and a key that a DJ has set."""
    markers = (
        Marker(1.25, slot=0, name="Mix in", color=(40, 226, 20)),
        Marker(61.25, "loop", 65.25, 1, "サビ"),
        Marker(121.25, slot=2, name="Drop"),
    )
    grid = (GridMarker(1.25, 124.0), GridMarker(200.0, 130.0, 3))
    return CollectionTrack(
        path,
        "T",
        duration=duration,
        bpm=124.0,
        tonic="F#",
        mode="minor",
        grid=grid,
        markers=markers,
    )


# ---------------------------------------------------------------------- there and back


@pytest.mark.parametrize("program", GRIDDED)
def test_the_full_circle_keeps_the_grid_to_a_millisecond(
    program, crate, settings, tmp_path
) -> None:
    ours = tracks_of(crate)
    shelve(settings, *ours)
    out = tmp_path / NAMES[program]
    done = export(ExportRequest(program, str(out)), settings)
    assert (done.n_tracks, done.paths) == (3, (out,))
    there = other(tmp_path)
    bare = [replace(t, analysis=replace(t.analysis, estimates={})) for t in ours]
    shelve(there, *bare)
    (result,) = import_(ImportRequest((str(out),)), there).files
    assert (result.program, result.n_matched, result.unmatched) == (program, 3, ())
    for n, entry in enumerate(ours):
        before, after = known(settings, n), known(there, n)
        a, b = (beat_times(t.grid, entry.duration) for t in (before, after))
        size = min(len(a), len(b))
        assert abs(len(a) - len(b)) <= 1
        assert np.abs(a[:size] - b[:size]).max() < 0.001
        assert (after.tonic, after.mode) == ("A", "minor")
        hot = [m.time for m in before.markers if m.slot is not None]
        back = [m.time for m in after.markers if m.slot is not None]
        assert all(min(abs(b - h) for b in back) < 0.001 for h in hot)


@pytest.mark.parametrize("program", GRIDDED)
def test_what_comes_back_unchanged_makes_nobodys_answer(program, crate, settings, tmp_path) -> None:
    shelve(settings, *tracks_of(crate))
    out = tmp_path / NAMES[program]
    export(ExportRequest(program, str(out)), settings)
    (result,) = import_(ImportRequest((str(out),)), settings).files
    assert (result.unchanged, dict(result.taken)) == (3, {})
    kinds = {e.provenance.kind for n in range(3) for e in estimates(settings, n).values()}
    assert kinds == {"machine"}


# ---------------------------------------------------------------------- as a human's answers


def test_what_a_dj_set_becomes_a_humans_answer(crate, settings, tmp_path) -> None:
    ours = track(crate / "plain.flac")
    shelve(settings, ours)
    xml = to_xml(tmp_path / "a.xml", set_elsewhere(ours.path))
    (result,) = import_(ImportRequest((xml,)), settings).files
    assert dict(result.taken) == {"grids": 1, "keys": 1, "cues": 1}
    answers = estimates(settings)
    for question in ("tempo", "beats", "key", "cues"):
        provenance = answers[question].provenance
        assert (provenance.kind, provenance.source) == ("human", "rekordbox")
    assert [s.bpm for s in answers["tempo"].value.segments] == [124.0, 130.0]
    assert str(answers["key"].value) == "F# minor"
    assert answers["cues"].value == (Cue(1.25, "mix-in"), Cue(121.25, "drop"))
    with Catalogue(settings.catalogue) as catalogue:
        stamps = read_stamps(catalogue.stamps()[ours.track_id])
    assert stamps["sections"] == STALE, "worked out again by the next scan"
    assert stamps["beats"] == "human"


def test_it_goes_out_again_as_it_was_set(crate, settings, tmp_path) -> None:
    ours = track(crate / "plain.flac")
    shelve(settings, ours)
    said = set_elsewhere(ours.path)
    import_(ImportRequest((to_xml(tmp_path / "a.xml", said),)), settings)
    out = known(settings)
    assert [(m.slot, m.name, m.kind) for m in out.markers] == [
        (m.slot, m.name, m.kind) for m in said.markers
    ]
    assert [m.time for m in out.grid] == pytest.approx([1.25, 200.0], abs=2e-4)
    assert [m.bpm for m in out.grid] == pytest.approx([124.0, 130.0], abs=1e-4)
    assert out.grid[1].beat == 3
    again = import_(ImportRequest((str(tmp_path / "a.xml"),)), settings).files[0]
    assert (again.unchanged, dict(again.taken)) == (1, {})


def test_a_human_here_is_not_overruled_unless_asked(crate, settings, tmp_path) -> None:
    ours = track(crate / "plain.flac")
    human = Estimate(parse_key("3B"), 1.0, Provenance("user", "1", kind="human"))
    answers = {**ours.analysis.estimates, "key": human}
    shelve(settings, replace(ours, analysis=replace(ours.analysis, estimates=answers)))
    xml = to_xml(tmp_path / "a.xml", set_elsewhere(ours.path))
    (result,) = import_(ImportRequest((xml,)), settings).files
    assert [(Path(k.path).name, k.reason) for k in result.kept] == [("plain.flac", "keys set here")]
    assert estimates(settings)["key"].value.camelot == "3B"
    (result,) = import_(ImportRequest((xml,), replace=True), settings).files
    assert (result.kept, result.taken["keys"]) == ((), 1)
    assert str(estimates(settings)["key"].value) == "F# minor"


def test_programs_do_not_overrule_each_other_unless_asked(crate, settings, tmp_path) -> None:
    ours = track(crate / "plain.flac")
    shelve(settings, ours)
    said = set_elsewhere(ours.path)
    import_(ImportRequest((to_xml(tmp_path / "a.xml", said),)), settings)
    moved = replace(
        said,
        grid=(GridMarker(1.5, 124.0),),
        markers=tuple(replace(m, time=m.time + 0.1) for m in said.markers[::2]),
    )
    traktor.write(tmp_path / "a.nml", Collection((moved,)))
    request = ImportRequest((str(tmp_path / "a.nml"),))
    (result,) = import_(request, settings).files
    reasons = {kept.reason for kept in result.kept}
    assert reasons == {"grids set in rekordbox", "cues set in rekordbox"}
    assert known(settings).markers[0].time == pytest.approx(1.25, abs=0.001)
    (result,) = import_(replace(request, replace=True), settings).files
    assert result.kept == ()
    assert known(settings).markers[0].time == pytest.approx(1.35, abs=0.001)
    assert known(settings).grid[0].time == pytest.approx(1.5, abs=0.001)


def test_serato_gets_crates(crate, settings, tmp_path) -> None:
    ours = track(crate / "plain.flac")
    shelve(settings, ours)
    done = export(ExportRequest("serato", str(crate)), settings)
    assert any("grids and cues" in note for note in done.notes)
    (result,) = import_(ImportRequest((str(crate),)), settings).files
    assert (result.program, result.n_matched, dict(result.taken)) == ("serato", 1, {})
    serato.write(crate, Collection(lists=(CollectionList("Friday", (ours.path,)),)))
    (result,) = import_(ImportRequest((str(crate),)), settings).files
    assert dict(result.taken) == {"lists": 1}


def test_what_serato_wrote_into_a_file(settings, tmp_path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros(44100, np.float32), 44100)
    ours = track(path)
    shelve(settings, ours)
    request = ImportRequest((str(path),))
    assert import_(request, settings).files[0].notes == ("files without tags of Serato's",)
    splices = tagging.plan(path, tagging.Tags(objects=payloads(set_elsewhere(str(path)))))
    tagging.rewrite(path, splices, lambda name, became: None, path.stat())
    (result,) = import_(request, settings).files
    assert (result.program, result.n_matched) == ("serato", 1)
    assert dict(result.taken) == {"grids": 1, "cues": 1}
    out = known(settings)
    ends = [(out.grid[n].time, out.grid[n].bpm) for n in (0, -1)]
    assert ends == [pytest.approx(end, abs=0.001) for end in ((1.25, 124.0), (200.0, 130.0))]
    assert [m.name for m in out.markers if m.slot is not None] == ["Mix in", "サビ", "Drop"]
    export(ExportRequest("serato", str(tmp_path)), settings)
    (result,) = import_(ImportRequest((str(tmp_path),)), settings).files
    assert (result.n_matched, result.unchanged) == (1, 1), "by its crate the same is found again"


def test_a_dry_run_keeps_nothing(crate, settings, tmp_path) -> None:
    ours = track(crate / "plain.flac")
    shelve(settings, ours)
    said = replace(set_elsewhere(ours.path), rating=4)
    xml = to_xml(tmp_path / "a.xml", said, lists=(CollectionList("a", (ours.path,)),))
    dry = import_(ImportRequest((xml,), dry_run=True), settings)
    assert dry.dry_run
    assert dict(dry.files[0].taken) == {"grids": 1, "keys": 1, "cues": 1, "lists": 1, "ratings": 1}
    assert {e.provenance.kind for e in estimates(settings).values()} == {"machine"}
    with Catalogue(settings.catalogue) as catalogue:
        assert (catalogue.lists(), catalogue.ratings(), catalogue.marks()) == ([], {}, {})


def test_only_what_is_wanted(crate, settings, tmp_path) -> None:
    ours = track(crate / "plain.flac")
    shelve(settings, ours)
    xml = to_xml(tmp_path / "a.xml", set_elsewhere(ours.path))
    (result,) = import_(ImportRequest((xml,), only=("keys",)), settings).files
    assert dict(result.taken) == {"keys": 1}
    assert estimates(settings)["beats"].provenance.kind == "machine"


def test_lists_and_ratings_find_their_home(crate, settings, tmp_path) -> None:
    ours = tracks_of(crate)
    shelve(settings, *ours)
    a, b, _ = (t.path for t in ours)
    said = [replace(collection_track(t, None, Rating()), rating=5, plays=7) for t in ours[:2]]
    lists = (CollectionList("サビ", (b, a, b), ("2024", "夏")),)
    import_(ImportRequest((to_xml(tmp_path / "a.xml", *said, lists=lists),)), settings)
    with Catalogue(settings.catalogue) as catalogue:
        (kept,) = catalogue.lists()
        assert (kept.name, kept.folder, kept.program) == ("サビ", ("2024", "夏"), "rekordbox")
        assert kept.track_ids == (ours[1].track_id, ours[0].track_id, ours[1].track_id)
        assert catalogue.ratings()[ours[0].track_id].rating == 5
        out = collection_of(catalogue, catalogue.rows()).collection
    assert out.lists == lists
    assert (out.tracks[0].rating, out.tracks[0].plays) == (5, 7)


# ---------------------------------------------------------------------- which track it is


def test_files_under_other_paths_are_found_by_name_and_length(crate, settings, tmp_path) -> None:
    ours = track(crate / "Ночь.flac")
    shelve(settings, ours)
    said = set_elsewhere("D:\\Music\\НОЧЬ.flac")
    cases = {
        "found": said,
        "length": replace(said, duration=300.0),
        "sure by": replace(said, duration=None),
        "no such file": replace(said, path="D:\\Music\\else.flac"),
    }
    for reason, entry in cases.items():
        xml = to_xml(tmp_path / f"{reason}.xml", entry)
        (result,) = import_(ImportRequest((xml,), dry_run=True), settings).files
        assert result.n_matched == (reason == "found")
        assert all(reason in left.reason for left in result.unmatched)


def test_two_that_fit_are_no_match(crate, settings, tmp_path) -> None:
    (tmp_path / "more").mkdir()
    shelve(settings, track(crate / "a.flac", 128.0), track(tmp_path / "more" / "a.flac", 129.0))
    xml = to_xml(tmp_path / "a.xml", set_elsewhere("/elsewhere/a.flac"))
    (result,) = import_(ImportRequest((xml,)), settings).files
    assert result.n_matched == 0
    assert "2 tracks" in result.unmatched[0].reason


def test_an_mp3_under_another_path_is_counted_as_ours(settings, tmp_path) -> None:
    path = write_click(tmp_path / "a.mp3")
    ours = track(path)
    shelve(settings, ours)
    late = offset(path, "rekordbox")
    assert late == pytest.approx(0.025, abs=0.001)
    at = {"there": "D:\\a.mp3", "here": str(path)}
    files = [to_xml(tmp_path / f"{where}.xml", set_elsewhere(p)) for where, p in at.items()]
    for file, expected in zip(files, (1.25 - late, 1.25), strict=True):
        import_(ImportRequest((file,), only=("grids",)), settings)
        assert known(settings).grid[0].time == pytest.approx(expected, abs=0.001)


# ---------------------------------------------------------------------- other formats


def test_a_playlist_and_a_sheet(crate, settings, tmp_path) -> None:
    ours = track(crate / "plain.flac")
    shelve(settings, ours)
    export(ExportRequest("m3u8", str(tmp_path / "set.m3u8")), settings)
    done = export(ExportRequest("cue", str(tmp_path / "sheets")), settings)
    assert [p.name for p in done.paths] == ["plain.cue"]
    assert any("rounded to 1/75" in note for note in done.notes)
    files = (str(tmp_path / "set.m3u8"), str(done.paths[0]))
    playlist, sheet = import_(ImportRequest(files), settings).files
    assert (playlist.program, playlist.n_matched, dict(playlist.taken)) == ("m3u8", 1, {"lists": 1})
    assert (sheet.program, sheet.unchanged, dict(sheet.taken)) == ("cue", 1, {})


def test_a_humans_jams(crate, settings, tmp_path) -> None:
    ours = track(crate / "plain.flac")
    shelve(settings, ours)
    chords = [{"time": 0, "duration": 360, "value": "A:min", "confidence": 1}]
    document = {
        "annotations": [{"namespace": "chord_harte", "data": chords, "annotation_metadata": {}}],
        "file_metadata": {"duration": 360.0, "identifiers": {"mixolydian": ours.track_id}},
    }
    (tmp_path / "x").write_text(json.dumps(document))
    (result,) = import_(ImportRequest((str(tmp_path / "x"),)), settings).files
    assert (result.program, dict(result.taken)) == ("jams", {"chords": 1})
    chords_known = estimates(settings)["chords"]
    assert (chords_known.value[0].label, chords_known.provenance.kind) == ("A:min", "human")


def test_nonsense_is_not_taken(crate, settings, tmp_path) -> None:
    ours = track(crate / "plain.flac")
    shelve(settings, ours)
    said = CollectionTrack(
        ours.path, grid=(GridMarker(0.5, 5.0),), markers=(Marker(9000.0, name="Drop"),)
    )
    (result,) = import_(ImportRequest((to_xml(tmp_path / "a.xml", said),)), settings).files
    assert "grids" not in result.taken
    assert estimates(settings)["beats"].provenance.kind == "machine"


def test_refusals(crate, settings, tmp_path) -> None:
    for wrong in ({"files": ()}, {"files": ("x",), "program": "winamp"}):
        with pytest.raises(RequestError, match="expected"):
            ImportRequest(**wrong)
    with pytest.raises(RequestError, match="cannot take 'loops'"):
        ImportRequest(("x",), only=("loops",))
    with pytest.raises(UnreadableError):
        import_(ImportRequest((str(tmp_path / "none.xml"),)), settings)
    (tmp_path / "a.xml").write_text("<html></html>")
    with pytest.raises(DecodeError, match="--from"):
        import_(ImportRequest((str(tmp_path / "a.xml"),)), settings)


def test_one_file_that_cannot_be_read_changes_nothing(crate, settings, tmp_path) -> None:
    ours = track(crate / "plain.flac")
    shelve(settings, ours)
    good = to_xml(tmp_path / "a.xml", set_elsewhere(ours.path))
    with pytest.raises(UnreadableError):
        import_(ImportRequest((good, str(tmp_path / "none.xml"))), settings)
    assert {e.provenance.kind for e in estimates(settings).values()} == {"machine"}


# ---------------------------------------------------------------------- genres, stars, steps


def test_a_genre_set_elsewhere_is_a_humans_answer_and_is_found(crate, settings, tmp_path) -> None:
    ours = track(crate / "plain.flac")
    shelve(settings, ours)
    same = CollectionTrack(ours.path, "T", genre="Techno", duration=360.0)
    (result,) = import_(ImportRequest((to_xml(tmp_path / "a.xml", same),)), settings).files
    assert dict(result.taken) == {}, "what the file's own tag says is no news"
    other = replace(same, genre="Hard Groove")
    (result,) = import_(ImportRequest((to_xml(tmp_path / "a.xml", other),)), settings).files
    assert dict(result.taken) == {"genres": 1}
    with Catalogue(settings.catalogue) as catalogue:
        (row,) = catalogue.rows(parse_query("groove", str))
        assert (row.genre, row.corrected) == ("Hard Groove", ("genre",))
    assert known(settings).genre == "Hard Groove"


def test_stars_and_lists_that_are_here_already_are_not_taken_again(
    crate, settings, tmp_path
) -> None:
    ours = track(crate / "plain.flac")
    shelve(settings, ours)
    said = CollectionTrack(ours.path, "T", duration=360.0, rating=4, plays=9)
    made = (CollectionList("a", (ours.path,)),)
    request = ImportRequest((to_xml(tmp_path / "a.xml", said, lists=made),))
    assert dict(import_(request, settings).files[0].taken) == {"lists": 1, "ratings": 1}
    assert dict(import_(request, settings).files[0].taken) == {}
    more = replace(said, plays=10)
    request = ImportRequest((to_xml(tmp_path / "a.xml", more, lists=made),))
    (result,) = import_(request, settings).files
    assert (dict(result.taken), result.unchanged) == ({"ratings": 1}, 0)


def test_a_set_taken_to_a_program_and_back_is_not_there_twice(crate, settings, tmp_path) -> None:
    ours = track(crate / "plain.flac")
    shelve(settings, ours)
    planned = KeptList("friday", (ListEntry(ours.path, ours.track_id),), program=OURS)
    with Catalogue(settings.catalogue) as catalogue:
        catalogue.keep_lists([planned])
    out = tmp_path / "a.xml"
    export(ExportRequest("rekordbox", str(out)), settings)
    assert "lists" not in dict(import_(ImportRequest((str(out),)), settings).files[0].taken)
    with Catalogue(settings.catalogue) as catalogue:
        assert catalogue.lists() == [planned]


def test_a_list_comes_back_without_what_we_could_not_give_away(crate, settings, tmp_path) -> None:
    ours = track(crate / "plain.flac")
    shelve(settings, ours)
    entries = (ListEntry(ours.path, ours.track_id), ListEntry("/else/gone.flac"))
    with Catalogue(settings.catalogue) as catalogue:
        catalogue.keep_lists([KeptList("friday", entries, program="rekordbox")])
    out = tmp_path / "a.xml"
    export(ExportRequest("rekordbox", str(out)), settings)
    assert "lists" not in dict(import_(ImportRequest((str(out),)), settings).files[0].taken)
    with Catalogue(settings.catalogue) as catalogue:
        assert catalogue.lists()[0].entries == entries


def test_an_import_that_fails_in_the_middle_keeps_nothing(
    crate, settings, tmp_path, monkeypatch
) -> None:
    ours = track(crate / "plain.flac")
    shelve(settings, ours)
    made = (CollectionList("a", (ours.path,)),)
    xml = to_xml(tmp_path / "a.xml", set_elsewhere(ours.path), lists=made)

    def full(*_: object) -> None:
        raise StorageError("the disk is full")

    monkeypatch.setattr("mixolydian.library.catalogue.save_marks", full)
    with pytest.raises(StorageError):
        import_(ImportRequest((xml,)), settings)
    assert {e.provenance.kind for e in estimates(settings).values()} == {"machine"}
    with Catalogue(settings.catalogue) as catalogue:
        assert catalogue.lists() == []


def test_both_ways_tell_how_far_they_are(crate, settings, tmp_path) -> None:
    shelve(settings, *tracks_of(crate))
    shares: list[float] = []
    out = tmp_path / "a.xml"
    export(ExportRequest("rekordbox", str(out)), settings, lambda step, share: shares.append(share))
    assert (shares, shares[-1]) == (sorted(shares), 1.0)
    shares.clear()
    import_(ImportRequest((str(out),)), settings, lambda step, share: shares.append(share))
    assert (shares, shares[-1]) == (sorted(shares), 1.0)


def test_a_file_that_moved_since_the_last_scan_is_left_out(crate, settings, tmp_path) -> None:
    shelve(settings, *tracks_of(crate))
    (crate / "plain.flac").rename(tmp_path / "elsewhere.flac")
    done = export(ExportRequest("rekordbox", str(tmp_path / "a.xml")), settings)
    assert (done.n_tracks, done.left_out) == (2, 1)


def test_a_comment_is_kept_and_goes_out_behind_ours(crate, settings, tmp_path) -> None:
    ours = track(crate / "plain.flac")
    shelve(settings, ours)
    said = CollectionTrack(ours.path, "T", duration=360.0, comment="8A - Energy 7 - late night")
    request = ImportRequest((to_xml(tmp_path / "a.xml", said),))
    assert dict(import_(request, settings).files[0].taken) == {"ratings": 1}
    with Catalogue(settings.catalogue) as catalogue:
        assert catalogue.ratings()[ours.track_id].comment == "late night"
    assert known(settings).comment == "8A - Energy 7 - late night"
    assert dict(import_(request, settings).files[0].taken) == {}, "it is here"


def test_cues_from_before_a_correction_are_said(crate, settings, tmp_path) -> None:
    ours = track(crate / "plain.flac")
    shelve(settings, ours)
    said = replace(set_elsewhere(ours.path), markers=())
    import_(ImportRequest((to_xml(tmp_path / "a.xml", said),)), settings)
    done = export(ExportRequest("rekordbox", str(tmp_path / "b.xml")), settings)
    assert any("1 tracks with cues from before" in note for note in done.notes)
