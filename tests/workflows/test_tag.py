"""The tag verb: what is written and refused, that nothing is ever half done, and the way back."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from mixolydian.app.cli.tag import command
from mixolydian.audio.io import track_id
from mixolydian.core.errors import RequestError, StorageError
from mixolydian.core.types import Analysis, Estimate, FileTags, Tags, Track
from mixolydian.library import tagging
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.records import FileState
from mixolydian.library.tagging import journal, splice
from mixolydian.library.tags import read_tags
from mixolydian.theory.key import parse_key
from mixolydian.workflows import retagging
from mixolydian.workflows.listening import current_stamps
from mixolydian.workflows.tag import TagRequest, tag
from mixolydian.workflows.tag_texts import key_text, texts_of, with_comment, with_genre
from tests.library.tagging.files import FORMS, tagged_file
from tests.workflows.shelves import emotion, entry

KEEP_COMMENTS = ("a.ogg", "a.m4a", "a.wav")
"""In the other forms FFmpeg keeps a comment under another name, which is not ours to touch."""

ALL = ("bpm", "key", "energy", "comment", "genre", "mood", "grouping")


def know(settings, path: Path, bpm: float | None = 127.98, **more) -> None:
    """Put a file into the library, with answers of our own making that lack nothing."""
    status = path.stat()
    made = entry(path.stem, emotion("happy"), bpm=bpm, energy=6, minutes=0.005, **more)
    track = Track(track_id(path), str(path), made.duration, read_tags(path), made.analysis)
    with Catalogue(settings.catalogue) as catalogue:
        state = FileState(str(path), status.st_size, status.st_mtime_ns)
        catalogue.remember(state, track, dict.fromkeys(current_stamps(), "human"), "0")


@pytest.fixture
def shelf(tmp_path, settings):
    """A folder with a file of every form, all in the library."""
    folder = tmp_path / "music"
    folder.mkdir()
    for name in FORMS:
        path = tagged_file(folder, name)
        os.utime(path, ns=(10**18, 10**18))
        know(settings, path)
    return folder


@pytest.fixture
def song(tmp_path, settings):
    """One mp3 in the library."""
    (tmp_path / "music").mkdir()
    path = tagged_file(tmp_path / "music", "a.mp3")
    know(settings, path)
    return path


def contents(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    """Everything there is of the files in a folder: names, bytes, times, permissions."""
    found = {}
    for path in sorted(folder.iterdir()):
        status = path.stat()
        found[path.name] = (path.read_bytes(), status.st_mtime_ns, status.st_mode)
    return found


def statuses(result) -> set[str]:
    return {outcome.status for outcome in result.outcomes}


def only(result):
    (outcome,) = result.outcomes
    return outcome


# --------------------------------------------------------------------------- writing


def test_a_folder_is_tagged_and_put_back(shelf, settings, scan) -> None:
    before = contents(shelf)
    ids = {name: track_id(shelf / name) for name in FORMS}
    result = tag(TagRequest((str(shelf),), ALL, "open-key"), settings)
    assert statuses(result) == {"tagged"}
    assert all(o.unknown == ("genre", "grouping") for o in result.outcomes)
    for name in FORMS:
        found = read_tags(shelf / name)
        assert found.bpm == (128.0 if name == "a.m4a" else 127.98)
        assert found.key == "1m"
        assert found.title == "Été – 夏"
        texts = tagging.read(shelf / name).texts
        kept = " | mine, keep" if name in KEEP_COMMENTS else ""
        assert texts["comment"] == f"1m - 127.98 - Energy 6{kept}"
        assert (texts["energy"], texts["mood"], texts["genre"]) == ("6", "happy", "House")
        assert track_id(shelf / name) == ids[name]
    assert sorted(contents(shelf)) == sorted(before), "nothing is left beside the files"
    assert scan(shelf).result.counts["unchanged"] == len(FORMS)
    with Catalogue(settings.catalogue) as catalogue:
        assert all(catalogue.track(i).tags.key == "1m" for i in ids.values())
    again = tag(TagRequest((str(shelf),), ALL, "open-key"), settings)
    assert statuses(again) == {"unchanged"}
    assert statuses(tag(TagRequest((), undo=True), settings)) == {"taken back"}
    assert contents(shelf) == before
    assert scan(shelf).result.counts["unchanged"] == len(FORMS)


def test_a_dry_run_writes_nothing(shelf, settings) -> None:
    before = contents(shelf)
    result = tag(TagRequest((str(shelf),), ("key",), dry_run=True), settings)
    assert statuses(result) == {"would be tagged"}
    assert [asdict(c) for c in result.outcomes[0].changes] == [
        {"field": "key", "old": None, "new": "8A"}
    ]
    assert contents(shelf) == before
    assert not (settings.home / "undo").exists()


def test_permissions_stay(song, settings) -> None:
    song.chmod(0o640)
    assert only(tag(TagRequest((str(song),), ("key",)), settings)).status == "tagged"
    assert song.stat().st_mode & 0o777 == 0o640


def test_what_is_not_known_is_said(tmp_path, settings) -> None:
    path = tagged_file(tmp_path, "a.flac")
    know(settings, path, bpm=None, key=None)
    outcome = only(tag(TagRequest((str(path),), ("bpm", "key", "energy")), settings))
    assert outcome.unknown == ("bpm", "key")
    assert [c.field for c in outcome.changes] == ["energy"]
    outcome = only(tag(TagRequest((str(path),), ("bpm",)), settings))
    assert (outcome.status, outcome.unknown) == ("unchanged", ("bpm",))


def test_objects_come_through_the_same_door(song, settings, tmp_path) -> None:
    desk = retagging.Desk(tmp_path / "undo", journal.new_batch())
    before, status = song.read_bytes(), song.stat()
    state = FileState(str(song), status.st_size, status.st_mtime_ns)
    job = retagging.Job(state, track_id(song), {}, {"Serato Markers2": b"\1\1"})
    assert desk.tag(job)
    assert tagging.read(song).objects == {"Serato Markers2": b"\1\1"}
    desk.take_back(song)
    assert song.read_bytes() == before


# --------------------------------------------------------------------------- undo


def test_undo_goes_back_step_by_step(song, settings) -> None:
    states = [song.read_bytes()]
    for field in ("bpm", "key", "energy"):
        tag(TagRequest((str(song),), (field,)), settings)
        states.append(song.read_bytes())
    for former in reversed(states[:-1]):
        assert only(tag(TagRequest((), undo=True), settings)).status == "taken back"
        assert song.read_bytes() == former
    with pytest.raises(RequestError, match="nothing was tagged"):
        tag(TagRequest((), undo=True), settings)
    assert list((settings.home / "undo").iterdir()) == []


def test_undo_of_a_file_that_moved(song, settings, tmp_path) -> None:
    before = song.read_bytes()
    tag(TagRequest((str(song),), ("key",)), settings)
    moved = song.rename(tmp_path / "moved.mp3")
    assert only(tag(TagRequest((str(moved),), undo=True), settings)).status == "taken back"
    assert moved.read_bytes() == before


def test_undo_of_a_run_says_where_to_go_for_a_file_that_moved(shelf, settings) -> None:
    tag(TagRequest((str(shelf),), ("key",)), settings)
    (shelf / "a.flac").rename(shelf.parent / "moved.flac")
    outcomes = tag(TagRequest((), undo=True), settings).outcomes
    (refused,) = [o for o in outcomes if o.status == "refused"]
    assert "a.flac: expected the file that was tagged" in refused.failure.message
    assert "run `mixo tag --undo` on its new place" in refused.failure.message
    assert len(outcomes) > 1


def test_a_file_changed_since_is_not_put_back(song, settings) -> None:
    tag(TagRequest((str(song),), ("key",)), settings)
    song.write_bytes(song.read_bytes() + b"\0")
    now = song.read_bytes()
    outcome = only(tag(TagRequest((str(song),), undo=True), settings))
    assert outcome.status == "refused"
    assert "changed since" in outcome.failure.message
    assert song.read_bytes() == now
    with pytest.raises(RequestError, match="nothing was tagged"):
        tag(TagRequest((), undo=True), settings)


def test_undo_can_be_tried_dry(song, settings) -> None:
    tag(TagRequest((str(song),), ("key",)), settings)
    now = song.read_bytes()
    outcome = only(tag(TagRequest((), undo=True, dry_run=True), settings))
    assert outcome.status == "would be taken back"
    assert song.read_bytes() == now


def test_a_damaged_note_is_named(song, settings) -> None:
    tag(TagRequest((str(song),), ("key",)), settings)
    (note,) = (settings.home / "undo").iterdir()
    note.write_bytes(note.read_bytes() + b"x")
    now = song.read_bytes()
    outcome = only(tag(TagRequest((str(song),), undo=True), settings))
    assert "delete it" in outcome.failure.message
    assert song.read_bytes() == now


# --------------------------------------------------------------------------- refusals


def link(path: Path) -> None:
    path.rename(path.with_name("other.bin"))
    path.symlink_to(path.with_name("other.bin"))


SPOILT = {
    "gone": (Path.unlink, "it is gone"),
    "read-only": (lambda p: p.chmod(0o444), "read-only"),
    "link": (link, "found a link"),
    "hard link": (lambda p: os.link(p, p.with_name("b.bin")), "hard links"),
    "touched": (lambda p: os.utime(p), "changed since"),
    "longer": (lambda p: p.write_bytes(p.read_bytes() + b"x"), "changed since"),
}


@pytest.mark.parametrize("what", SPOILT)
def test_one_refused_file_never_stops_the_rest(what, shelf, settings) -> None:
    spoil, said = SPOILT[what]
    spoil(shelf / "a.flac")
    before = contents(shelf)
    result = tag(TagRequest((str(shelf),), ("key",)), settings)
    (refused,) = result.failures
    assert Path(refused.path).name == "a.flac"
    assert said in refused.failure.message
    assert "a.flac" in refused.failure.message
    assert len(result.outcomes) == len(FORMS)
    assert sum(o.status == "tagged" for o in result.outcomes) == len(FORMS) - 1
    assert contents(shelf).get("a.flac") == before.get("a.flac")


def test_damaged_tags_are_refused(tmp_path, settings) -> None:
    path = tagged_file(tmp_path, "a.wav")
    data = path.read_bytes()
    path.write_bytes(data[:4] + (4).to_bytes(4, "little") + data[8:])
    know(settings, path)
    outcome = only(tag(TagRequest((str(path),), ("key",)), settings))
    assert outcome.failure.type == "DecodeError"


def test_an_empty_name_is_not_the_folder_one_is_in(shelf, settings, monkeypatch) -> None:
    monkeypatch.chdir(shelf)
    for request in (TagRequest(("",), ("bpm",)), TagRequest(("",), undo=True)):
        (refused,) = tag(request, settings).outcomes
        assert "found an empty path" in refused.failure.message


def test_unknown_tracks_are_named(song, settings) -> None:
    result = tag(TagRequest(("never heard of", str(song)), ("key",)), settings)
    assert [o.status for o in result.outcomes] == ["refused", "tagged"]


def test_wrong_requests() -> None:
    for request, said in (
        ({"tracks": ("a",), "write": ("title",)}, "cannot write 'title'"),
        ({"tracks": ("a",), "write": ("key",), "key_notation": "x"}, "camelot"),
        ({"tracks": (), "write": ("key",)}, "say which tracks"),
        ({"tracks": ("a",), "write": ()}, "say what to write"),
        ({"tracks": ("a",), "write": ("key",), "undo": True}, "found both"),
        ({"tracks": ("a",), "write": ("key",), "jobs": 0}, "at least 1 job"),
    ):
        with pytest.raises(RequestError, match=said):
            TagRequest(**request)


# --------------------------------------------------------------------------- killed in every step


class Killed(BaseException):
    """What no step expects."""


STEPS = {
    "the copy": (splice, "applied"),
    "the attributes": (splice, "_take_after"),
    "the sound": (retagging, "track_id"),
    "the note": (journal, "keep"),
    "the disk": (os, "fsync"),
    "the name": (os, "replace"),
}


@pytest.mark.parametrize("error", [Killed("now"), OSError(28, "No space left on device")])
@pytest.mark.parametrize("step", STEPS)
def test_nothing_is_half_written(step, error, song, settings, monkeypatch) -> None:
    before = contents(song.parent)
    place, name = STEPS[step]

    def fail(*_: object, **__: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(place, name, fail)
        request = TagRequest((str(song),), ("key",))
        if isinstance(error, Killed):
            with pytest.raises(Killed):
                tag(request, settings)
        else:
            assert only(tag(request, settings)).failure.type == "StorageError"
    after = contents(song.parent)
    assert {n: c for n, c in after.items() if n in before} == before
    assert not [n for n in after if n.endswith(".part")]
    with pytest.raises(RequestError, match="nothing was tagged"):
        tag(TagRequest((), undo=True), settings)
    assert only(tag(TagRequest((str(song),), ("key",)), settings)).status == "tagged"


def test_a_sound_that_would_change_is_kept(song, settings, monkeypatch) -> None:
    before = song.read_bytes()
    monkeypatch.setattr(retagging, "track_id", lambda name: "0" * 32)
    outcome = only(tag(TagRequest((str(song),), ("key",)), settings))
    assert "another sound" in outcome.failure.message
    assert song.read_bytes() == before


def test_no_room(song, settings, monkeypatch) -> None:
    usage = shutil.disk_usage(song.parent)
    monkeypatch.setattr(splice.shutil, "disk_usage", lambda p: usage._replace(free=1000))
    outcome = only(tag(TagRequest((str(song),), ("key",)), settings))
    assert "free some space" in outcome.failure.message


def test_changed_meanwhile(song, settings, monkeypatch) -> None:
    keep = journal.keep

    def meddle(*arguments: object) -> None:
        keep(*arguments)
        os.utime(song)

    monkeypatch.setattr(journal, "keep", meddle)
    outcome = only(tag(TagRequest((str(song),), ("key",)), settings))
    assert "changed it meanwhile" in outcome.failure.message
    assert list((settings.home / "undo").iterdir()) == []


def test_a_wrong_note_does_no_harm(song, settings, tmp_path) -> None:
    desk = retagging.Desk(tmp_path / "undo", journal.new_batch())
    status = song.stat()
    state = FileState(str(song), status.st_size, status.st_mtime_ns)
    desk.tag(retagging.Job(state, track_id(song), {"key": "8A"}))
    (name,) = desk.folder.iterdir()
    note = replace(journal.load(name), former_sha256="0" * 64)
    now = song.read_bytes()
    with pytest.raises(Exception, match="does not lead back"):
        desk.take_back(song, note)
    assert song.read_bytes() == now
    with pytest.raises(StorageError):
        journal.keep(name, note)


# --------------------------------------------------------------------------- words


def test_texts() -> None:
    track = entry("a", emotion("sad"), bpm=128.0, key="8A", energy=4)
    assert texts_of(track.analysis, "musical", ("warm-up", "vinyl")) == {
        "bpm": "128",
        "key": "Am",
        "energy": "4",
        "mood": "sad",
        "comment": "Am - 128 - Energy 4",
        "grouping": "warm-up, vinyl",
    }
    assert texts_of(entry("b", bpm=None, key=None, energy=None).analysis, "camelot") == {}
    only_bpm = entry("c", bpm=99.5, key=None, energy=None)
    assert texts_of(only_bpm.analysis, "camelot")["comment"] == "– - 99.5 - Energy –"
    assert [key_text(parse_key("F# minor"), n) for n in ("camelot", "open-key", "musical")] == [
        "11A",
        "4m",
        "F#m",
    ]


def test_a_genre_is_the_main_one_not_the_surest() -> None:
    heard = Estimate(Tags({"trance": 0.9996, "electronic": 0.9999}), 0.9996)
    assert texts_of(Analysis(60.0, {"genre": heard}), "camelot") == {"genre": "trance"}


def test_a_genre_that_says_the_same_keeps_its_spelling() -> None:
    assert with_genre("drum & bass", "Drum And Bass") == "Drum And Bass"
    assert with_genre("hip hop", "Hip-Hop") == "Hip-Hop"
    assert [with_genre("house", old) for old in ("Deep House", "", None)] == ["house"] * 3


def test_our_line_of_a_comment_is_renewed() -> None:
    first = with_comment("8A - 128 - Energy 6", "bought in Berlin")
    assert first == "8A - 128 - Energy 6 | bought in Berlin"
    assert with_comment("F#m - – - Energy –", first) == "F#m - – - Energy – | bought in Berlin"
    assert with_comment("8A - 128 - Energy 6", "F#m - – - Energy –") == "8A - 128 - Energy 6"
    assert with_comment("8A - 128 - Energy 6", None) == "8A - 128 - Energy 6"


def test_the_tags_of_a_library_are_those_of_the_file(song, settings) -> None:
    tag(TagRequest((str(song),), ("key",)), settings)
    with Catalogue(settings.catalogue) as catalogue:
        (row,) = catalogue.rows()
        assert catalogue.track(row.track_id).tags == read_tags(song) != FileTags()


# --------------------------------------------------------------------------- command line


@pytest.fixture
def mixo_tag(settings, monkeypatch):
    """Run `mixo tag` alone."""
    monkeypatch.setenv("MIXOLYDIAN_HOME", str(settings.home))
    monkeypatch.delenv("MIXOLYDIAN_DATABASE_URL", raising=False)
    app = typer.Typer()
    app.command()(command)
    return lambda *arguments: CliRunner().invoke(app, [str(a) for a in arguments])


def test_the_command(song, mixo_tag) -> None:
    ran = mixo_tag(song, "--write", "bpm,key,genre")
    assert ran.exit_code == 0, ran.output
    assert "bpm – → 127.98; key – → 8A; genre: cannot tell" in ran.output
    assert "1 tagged" in ran.output
    ran = mixo_tag(song, "nobody", "--write", "bpm", "--json")
    assert ran.exit_code == 1
    documents = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [d["status"] for d in documents] == ["refused", "unchanged"]
    assert all(d["schema"] == "mixolydian.tag/1" for d in documents)
    assert "1 taken back" in mixo_tag("--undo").output


def test_files_that_were_never_analysed_are_counted(song, settings, tmp_path) -> None:
    stranger = tagged_file(tmp_path / "music", "a.flac")
    result = tag(TagRequest((str(song.parent),), ("key",)), settings)
    assert (statuses(result), result.n_strangers) == ({"tagged"}, 1)
    assert "key" not in tagging.read(stranger).texts
    folder = tmp_path / "new"
    folder.mkdir()
    for found in ("no sound files at all", "found 1 that are not"):
        (outcome,) = tag(TagRequest((str(folder),), ("key",)), settings).outcomes
        assert found in outcome.failure.message
        shutil.copy(stranger, folder)
