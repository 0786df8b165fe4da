"""Tags of every format, and that no file can make reading them fail."""

from __future__ import annotations

import os
import random
import struct

import pytest

from mixolydian.core.types import FileTags
from mixolydian.library.tags import MAX_TEXT, read_tags
from tests import corpus
from tests.audio.fuzz import mutate

TAGS = {
    "title": "Été – 夏",
    "artist": "A & B",
    "album": "One",
    "date": "2019-05-04",
    "genre": "Techno",
}


@pytest.mark.parametrize(
    ("name", "codec", "container"),
    [
        ("a.mp3", "libmp3lame", "mp3"),
        ("a.m4a", "aac", "ipod"),
        ("a.ogg", "libopus", "ogg"),
        ("a.opus", "libopus", "opus"),
        ("a.flac", "flac", "flac"),
        ("a.wma", "wmav2", "asf"),
    ],
)
def test_tags_of_every_format(name, codec, container, tmp_path):
    rate = 48_000 if "opus" in codec else 44_100
    path = corpus.encoded(
        tmp_path / name, corpus.sound(1.0, rate), rate, codec, container, bit_rate=96_000, tags=TAGS
    )
    tags = read_tags(path)
    assert (tags.title, tags.artist, tags.album) == ("Été – 夏", "A & B", "One")
    assert tags.genre == "Techno"
    assert tags.year == (None if name == "a.wma" else 2019)  # FFmpeg writes no WM/Year
    assert tags.bit_rate > 10
    assert read_tags(path.rename(tmp_path / "wrong.wav")) == tags


def mp3_with(frames, tmp_path):
    path = tmp_path / "a.mp3"
    audio = corpus.make(tmp_path, "bare.mp3", seconds=0.5).read_bytes()
    path.write_bytes(corpus.id3v2(frames) + audio)
    return path


@pytest.mark.parametrize(
    ("text", "bpm"),
    [
        ("128", 128.0),
        ("127.98", 127.98),
        ("174,5", 174.5),
        ("140 BPM", 140.0),
        ("0", None),
        ("fast", None),
        ("-3", None),
        ("99999999999999999999", None),
        ("nan", None),
    ],
)
def test_bpm(text, bpm, tmp_path):
    assert read_tags(mp3_with({"TBPM": text}, tmp_path)).bpm == bpm


def test_dj_tags(tmp_path):
    frames = {
        "TBPM": "124",
        "TKEY": "8A",
        "TIT2": "T",
        "TPE1": "P",
        "TYER": "1998",
        "TCON": "House",
    }
    tags = read_tags(mp3_with(frames, tmp_path))
    assert (tags.bpm, tags.key, tags.year, tags.genre) == (124.0, "8A", 1998, "House")


def test_hostile_text_is_cleaned_and_cut(tmp_path):
    frames = {
        "TIT2": "a\nb\x1b[31m\t c" + "x" * 5000,
        "TPE1": " \n ",
        "TKEY": "k" * 50,
        "TYER": "0",
    }
    tags = read_tags(mp3_with(frames, tmp_path))
    assert tags.title.startswith("a b [31m cxxx")
    assert len(tags.title) == MAX_TEXT
    assert tags.artist is None
    assert len(tags.key) == 16
    assert tags.year is None


def test_files_without_tags(tmp_path):
    tags = read_tags(corpus.make(tmp_path, "pcm16.wav"))
    assert tags == FileTags(bit_rate=tags.bit_rate)
    assert tags.bit_rate == pytest.approx(1411.2)


@pytest.mark.parametrize("kind", ["missing", "folder", "fifo", "loop", "empty", "text", "null"])
def test_files_that_are_none(kind, tmp_path):
    path = tmp_path / "a.mp3"
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "loop":
        path.symlink_to(path)
    elif kind == "empty":
        path.touch()
    elif kind == "text":
        path.write_bytes(b"no sound\n" * 99)
    elif kind == "null":
        path = f"{path}\0"
    assert read_tags(path) == FileTags()


def test_a_tag_that_says_it_is_huge(tmp_path):
    path = tmp_path / "a.mp3"
    frame = b"TIT2" + struct.pack(">IH", 0x7FFFFFFF, 0) + b"\x00abc"
    path.write_bytes(b"ID3\x03\x00\x00\x7f\x7f\x7f\x7f" + frame)
    assert read_tags(path).bpm is None


@pytest.mark.parametrize("name", ["xing.mp3", "aac.m4a", "vorbis.ogg", "flac16.flac", "wmav2.wma"])
def test_broken_tags_never_fail(name, tmp_path):
    path = corpus.make(tmp_path, name, seconds=0.2)
    data = path.read_bytes()
    for seed in range(40):
        path.write_bytes(mutate(data, random.Random(f"{name} {seed}")))
        tags = read_tags(path)
        texts = [t for t in (tags.title, tags.artist, tags.album, tags.genre, tags.key) if t]
        assert all(len(t) <= MAX_TEXT and t.isprintable() for t in texts)
