"""Every form: what is written is read, by ourselves and by others, and the sound is the same."""

from __future__ import annotations

import os
import random
from contextlib import suppress

import av
import pytest
from tinytag import TinyTag

from mixolydian.audio.io import track_id
from mixolydian.core.errors import DecodeError, RequestError, UnreadableError
from mixolydian.library import tagging
from mixolydian.library.tagging import Tags
from tests import corpus
from tests.audio.fuzz import mutate
from tests.library.tagging.files import FORMS, TAGS, WRITTEN, tagged_file, there_and_back


@pytest.mark.parametrize("name", FORMS)
def test_written_and_read_by_others(name, tmp_path) -> None:
    path = tagged_file(tmp_path, name)
    sound = track_id(path)
    there_and_back(path)
    assert track_id(path) == sound
    found = tagging.read(path)
    assert found == WRITTEN
    other = TinyTag.get(path)
    assert (other.title, other.artist, other.album) == (
        TAGS["title"],
        TAGS["artist"],
        TAGS["album"],
    )
    assert other.genre == "Techno"
    assert other.other["bpm"] == ["128"]
    assert other.other["initial_key"] == ["8A"]
    with av.open(str(path)) as file:
        seen = {k.lower(): v for k, v in {**file.metadata, **file.streams[0].metadata}.items()}
    assert seen["title"] == TAGS["title"]
    assert seen["genre"] == "Techno"


@pytest.mark.parametrize("name", FORMS)
def test_a_file_without_tags(name, tmp_path) -> None:
    path = tagged_file(tmp_path, name, tags={})
    there_and_back(path)
    assert tagging.read(path) == WRITTEN


@pytest.mark.parametrize("name", FORMS)
def test_fields_can_be_taken_out(name, tmp_path) -> None:
    path = tagged_file(tmp_path, name)
    there_and_back(path)
    gone = Tags(dict.fromkeys(WRITTEN.texts), dict.fromkeys(WRITTEN.objects))
    there_and_back(path, gone)
    assert tagging.read(path) == Tags()
    assert TinyTag.get(path).title == TAGS["title"]


OTHERS = (
    "float.wav",
    "rf64.wav",
    "mp3.wav",
    "pcm24.aif",
    "float.aifc",
    "opus.ogg",
    "alac.m4a",
    "bare.mp3",
    "sndfile.mp3",
    "aac.mp4",
    "aac.mov",
)


@pytest.mark.parametrize("name", OTHERS)
def test_other_kinds_of_these_forms(name, tmp_path) -> None:
    path = corpus.make(tmp_path, name, 0.3)
    sound = track_id(path)
    there_and_back(path)
    assert tagging.read(path) == WRITTEN
    assert track_id(path) == sound


def test_nothing_asked_nothing_changed(tmp_path) -> None:
    for name in FORMS:
        path = tagged_file(tmp_path, name)
        assert tagging.plan(path, Tags()) == ()
        assert tagging.plan(path, Tags({"mood": None}, {"Serato Markers2": None})) == ()


def test_the_name_of_the_file_says_nothing(tmp_path) -> None:
    path = tagged_file(tmp_path, "a.flac").rename(tmp_path / "a.mp3")
    there_and_back(path)
    assert tagging.read(path) == WRITTEN


@pytest.mark.parametrize("name", ["aac.aac", "pcm16.au", "wavpack.wv", "aac.mkv"])
def test_other_forms_are_refused(name, tmp_path) -> None:
    path = corpus.make(tmp_path, name, 0.3)
    with pytest.raises(DecodeError, match=f"{name}: expected mp3.*convert"):
        tagging.plan(path, WRITTEN)


def test_what_is_no_file_is_refused(tmp_path) -> None:
    with pytest.raises(UnreadableError, match="cannot be read"):
        tagging.read(tmp_path / "gone.mp3")
    with pytest.raises(UnreadableError, match="something else"):
        tagging.read(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableError, match="something else"):
        tagging.read(tmp_path / "pipe")
    (tmp_path / "empty.mp3").touch()
    with pytest.raises(DecodeError, match="another form"):
        tagging.read(tmp_path / "empty.mp3")


@pytest.mark.parametrize(
    "texts",
    [{"title": "x"}, {"bpm": "fast"}, {"key": "a\0b"}, {"mood": "\udc80"}, {"key": "k" * 5000}],
)
def test_values_no_tag_can_hold(texts) -> None:
    with pytest.raises(RequestError):
        Tags(texts)


@pytest.mark.parametrize("name", ["", "a=b", "Ünï", "a\nb"])
def test_names_no_object_can_have(name) -> None:
    with pytest.raises(RequestError, match="plain name"):
        Tags({}, {name: b""})


@pytest.mark.parametrize("name", FORMS)
def test_damaged_files_are_refused_or_changed_as_asked(name, tmp_path) -> None:
    path = tagged_file(tmp_path, name)
    there_and_back(path)
    data = path.read_bytes()
    other = Tags({"bpm": "90", "comment": "other"}, {"Serato Markers2": b"other"})
    for seed in range(60):
        path.write_bytes(mutate(data, random.Random(f"{name} {seed}")))
        with suppress(DecodeError):
            tagging.read(path)
            there_and_back(path, other)
            texts = tagging.read(path).texts
            assert (texts["bpm"], texts["comment"]) == ("90", "other")
