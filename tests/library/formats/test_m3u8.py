"""Reading playlists: encodings, paths, streams, and what is no playlist."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixolydian.core.errors import DecodeError, InputError, UnreadableError
from mixolydian.core.types import Analysis, FileTags, Track
from mixolydian.library.formats import m3u8, texts

WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs"), exclude_characters="\\"),
    min_size=1,
    max_size=12,
)


def put(path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def test_what_a_player_writes(tmp_path: Path) -> None:
    path = put(
        tmp_path / "set.m3u8",
        "\ufeff#EXTM3U\r\n#PLAYLIST:Warm-up\r\n"
        "#EXTINF:321,Ann - Night - Drive\r\nmusic/a.flac\r\n"
        '#EXTINF:-1 tvg="x",Only a title\r\n/abs/ü.mp3\r\n\r\n'
        "#EXTINF:9,Radio\r\nhttps://example.org/live\r\nmusic/a.flac\r\n",
    )
    found = m3u8.read(path)
    first, second = found.tracks
    assert (first.path, first.artist, first.title) == (
        str(tmp_path / "music/a.flac"),
        "Ann",
        "Night - Drive",
    )
    assert first.duration == 321.0
    assert (second.path, second.artist, second.title) == ("/abs/ü.mp3", "", "Only a title")
    assert second.duration is None
    (only,) = found.lists
    assert (only.name, only.tracks) == ("Warm-up", (first.path, second.path, first.path))
    assert "https://example.org/live" in found.notes[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_of_m3u(encoding: str, tmp_path: Path) -> None:
    path = put(tmp_path / "old.m3u", "/music/Motörhead – ½.mp3\n", encoding)
    assert m3u8.read(path).lists[0].tracks == ("/music/Motörhead – ½.mp3",)


def test_paths_of_every_system(tmp_path: Path) -> None:
    lines = ("C:\\Music\\a.mp3", "\\\\nas\\b.mp3", "sub\\c.mp3", "file:///x/d%20e.mp3")
    windows = "file:///C:/Music/f.mp3"
    path = put(tmp_path / "a.m3u8", "\n".join((*lines, windows, "./#1.mp3")))
    assert m3u8.read(path).lists[0].tracks == (
        "C:\\Music\\a.mp3",
        "\\\\nas\\b.mp3",
        str(tmp_path / "sub/c.mp3"),
        "/x/d e.mp3",
        "C:/Music/f.mp3",
        str(tmp_path / "#1.mp3"),
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=6), st.booleans())
def test_what_we_write_reads_back(tmp_path_factory, names, relative: bool) -> None:
    folder = tmp_path_factory.mktemp("lists")
    tracks = [
        Track(
            str(n), str(folder / f"{a.replace('/', '_')}{n}.mp3"), 60.0 + n, tags, Analysis(1, {})
        )
        for n, (a, b) in enumerate(names)
        for tags in (FileTags(title=b, artist=a),)
    ]
    m3u8.write(tracks, folder / "list.m3u8", relative)
    found = m3u8.read(folder / "list.m3u8")
    assert found.lists[0].tracks == tuple(t.path for t in tracks)
    assert [t.duration for t in found.tracks] == [t.duration for t in tracks]
    assert [(t.artist, t.title) for t in found.tracks] == [(a, b) for a, b in names]


def test_names_that_are_no_text_keep_their_bytes(tmp_path: Path) -> None:
    name = os.fsdecode(b"/music/\xff.mp3")
    track = Track("1", name, 3.0, FileTags(), Analysis(3.0, {}))
    m3u8.write([track], tmp_path / "a.m3u8")
    assert m3u8.read(tmp_path / "a.m3u8").lists[0].tracks == (name,)


def test_refusals(tmp_path: Path, monkeypatch) -> None:
    with pytest.raises(UnreadableError, match="cannot be read"):
        m3u8.read(tmp_path / "none.m3u8")
    with pytest.raises(UnreadableError, match="folder"):
        m3u8.read(tmp_path)
    with pytest.raises(DecodeError, match="no text"):
        m3u8.read(put(tmp_path / "a.m3u8", b"ID3\0\0\0"))
    with pytest.raises(DecodeError, match="UTF-16"):
        m3u8.read(put(tmp_path / "b.m3u8", b"\xff\xfea"))
    monkeypatch.setattr(texts, "MAX_BYTES", 10)
    with pytest.raises(InputError, match="more; part it"):
        m3u8.read(put(tmp_path / "c.m3u8", "x" * 11))
