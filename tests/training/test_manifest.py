"""Manifests: versions follow the content; what changed, what is twice, what leaks."""

from __future__ import annotations

import json
import os
import shutil

import pytest

from mixolydian.core.errors import InputError, RequestError, UnreadableError
from mixolydian.training import manifest as module
from mixolydian.training.leaks import Leak, counts, duplicates, leaks
from mixolydian.training.manifest import look, manifest_of
from mixolydian.training.versions import Archive, Diff, difference

FILES = {
    "rock/a.wav": b"aaa",
    "rock/b.flac": b"bb",
    "jazz/c.mp3": b"c",
    "table.csv": b"x,y\n",
    "rock/.hidden": b"no",
    ".cache/d.wav": b"no",
}


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "set"
    for name, data in FILES.items():
        write(place, name, data)
    return place


def write(folder, name, data):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(json.dumps(data).encode() if isinstance(data, dict) else data)
    return path


def taken(folder):
    return manifest_of(look(folder, {}))


def test_hidden_files_do_not_count(folder):
    paths = [e.path for e in taken(folder).entries]
    assert paths == ["jazz/c.mp3", "rock/a.wav", "rock/b.flac", "table.csv"]


def test_the_version_follows_the_content_and_nothing_else(folder, tmp_path):
    version = taken(folder).version
    copy = shutil.copytree(folder, tmp_path / "copy")
    os.utime(copy / "rock/a.wav", (1, 1))
    assert taken(copy).version == version
    write(copy, "rock/a.wav", b"aab")
    assert taken(copy).version != version


def test_a_truth_belongs_to_its_sound(folder):
    before = taken(folder)
    write(folder, "rock/a.json", {"style": "punk", "source": "x", "set_seed": 1, "number": 2})
    write(folder, "notes.json", {"style": "nobody's"})
    after = taken(folder)
    entry = {e.path: e for e in after.entries}["rock/a.wav"]
    assert (entry.label, entry.origin) == ("punk", "x-1-2")
    assert difference(before, after) == Diff(added=("notes.json",), changed=("rock/a.wav",))


@pytest.mark.parametrize("text", [b"{", b"[1]", b"\xff", b"[" * 100_000])
def test_a_broken_truth_says_nothing(folder, text):
    write(folder, "rock/a.json", text)
    assert counts(taken(folder)) == {"rock": 2, "jazz": 1}


def test_what_changed(folder):
    before = taken(folder)
    (folder / "rock/b.flac").rename(folder / "rock/z.flac")
    (folder / "jazz/c.mp3").unlink()
    write(folder, "rock/a.wav", b"other")
    write(folder, "new.wav", b"new")
    assert difference(before, taken(folder)) == Diff(
        ("new.wav",), ("jazz/c.mp3",), ("rock/a.wav",), (("rock/b.flac", "rock/z.flac"),)
    )
    assert not difference(before, before)


def test_unchanged_files_are_not_read_again(folder, monkeypatch):
    seen = look(folder, {})
    read, real = [], module._read
    monkeypatch.setattr(module, "_read", lambda f, p, t: read.append(p) or real(f, p, t))
    assert look(folder, seen) == seen
    assert read == []
    write(folder, "rock/a.wav", b"longer")
    look(folder, seen)
    assert read == ["rock/a.wav"]


def test_progress_ends_at_the_end(folder):
    told = []
    look(folder, {}, lambda done, of: told.append((done, of)))
    assert told[-1] == (10, 10)
    assert len(told) == 4


def test_what_cannot_be_read(folder):
    with pytest.raises(UnreadableError, match="expected a folder"):
        look(folder / "none", {})
    (folder / "gone.wav").symlink_to(folder / "nowhere.wav")
    with pytest.raises(UnreadableError, match=r"gone.wav.*repair it or take it out"):
        look(folder, {})


def test_names_that_are_not_text(folder):
    try:
        (folder / os.fsdecode(b"\xff.wav")).write_bytes(b"x")
    except OSError:
        pytest.skip("this disk keeps only names that are text")
    facts = look(folder, {})
    archive = Archive(folder.parent / "kept")
    archive.keep(manifest_of(facts), facts)
    assert archive.seen() == facts
    assert archive.manifest().entries == manifest_of(facts).entries


def test_labels_are_counted(folder):
    write(folder, "train/x.wav", b"x")
    write(folder, "rock/a_stems/bass.wav", b"x")
    write(folder, "loose.wav", b"x")
    assert counts(taken(folder)) == {"": 2, "rock": 2, "jazz": 1}


def test_copies(folder):
    write(folder, "jazz/again.wav", b"aaa")
    write(folder, "empty.wav", b"")
    write(folder, "empty2.wav", b"")
    assert duplicates(taken(folder)) == (("jazz/again.wav", "rock/a.wav"),)


def test_leaks(tmp_path):
    song = {"source": "songs", "set_seed": 1, "number": 5, "style": "house"}
    other = song | {"number": 6}
    for name, data in {
        "train/a.wav": b"a",
        "Validation/sub/b.wav": b"a",
        "train/s.wav": b"1",
        "train/s.json": song,
        "test/t.wav": b"2",
        "test/t.json": song | {"augmented": ["codec"]},
        "test/u.wav": b"3",
        "test/u.json": other,
        "test/v.wav": b"3",
        "attic/w.wav": b"a",
    }.items():
        write(tmp_path, name, data)
    assert leaks(taken(tmp_path)) == (
        Leak(("train", "valid"), ("Validation/sub/b.wav", "train/a.wav"), "same bytes"),
        Leak(("test", "train"), ("test/t.wav", "train/s.wav"), "same piece"),
    )


def test_songs_of_a_corpus_are_pieces(tmp_path):
    for part in ("train", "test"):
        write(tmp_path, f"{part}/x.wav", part.encode())
        write(tmp_path, f"{part}/x.json", {"corpus": "pop909", "song": "007", "seed": part})
    assert [k.why for k in leaks(taken(tmp_path))] == ["same piece"]


def test_versions_are_kept_in_their_order(folder, tmp_path):
    archive = Archive.of(folder, tmp_path / "workshop")
    assert archive.manifest() is None
    assert archive.seen() == {}
    versions = []
    for data in (b"one", b"two", b"two", b"one"):
        write(folder, "rock/a.wav", data)
        facts = look(folder, {})
        archive.keep(manifest_of(facts), facts)
        versions.append(manifest_of(facts).version)
    assert archive.versions() == (versions[0], versions[1], versions[3])
    assert archive.manifest(versions[1][:8]).version == versions[1]
    assert archive.seen() == facts
    with pytest.raises(RequestError, match=f"found abcd1234; seen: {versions[0][:12]}"):
        archive.manifest("abcd1234")


def test_a_damaged_archive(folder, tmp_path):
    archive = Archive.of(folder, tmp_path)
    facts = look(folder, {})
    archive.keep(manifest_of(facts), facts)
    (archive.folder / "seen.json").write_text("[1, 2]")
    assert archive.seen() == {}
    (kept,) = archive.folder.glob("0001-*.json")
    kept.write_text(kept.read_text().replace("rock/a.wav", "rock/ä.wav"))
    with pytest.raises(InputError, match="was altered; remove"):
        archive.manifest()
    kept.write_text("{}")
    with pytest.raises(InputError, match="expected a kept manifest; remove"):
        archive.manifest()
