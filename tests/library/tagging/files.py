"""Small sound files with tags, for the tests of tagging."""

from __future__ import annotations

import io
from pathlib import Path

import soundfile

from mixolydian.library import tagging
from tests import corpus

TAGS = {
    "title": "Été – 夏",
    "artist": "Ann & Ben",
    "album": "One",
    "date": "2019",
    "genre": "House",
    "comment": "mine, keep",
}
FORMS = {
    "a.mp3": ("libmp3lame", "mp3"),
    "a.flac": ("flac", "flac"),
    "a.ogg": ("vorbis", "ogg"),
    "a.opus": ("libopus", "opus"),
    "a.m4a": ("aac", "ipod"),
    "a.wav": ("pcm_s16le", "wav"),
    "a.aiff": ("pcm_s16be", "aiff"),
}
"""Name → codec and container, as FFmpeg names them; Vorbis is written by libsndfile."""

WRITTEN = tagging.Tags(
    {
        "bpm": "128",
        "key": "8A",
        "energy": "6",
        "comment": "8A - 128 - Energy 6 – 夏",
        "genre": "Techno",
        "mood": "happy",
        "grouping": "warm-up",
    },
    {"Serato Markers2": b"\x01\x01" + bytes(range(256)) + b"\xff\xe0\xff\x00" * 9},
)


def tagged_file(folder: Path, name: str, seconds: float = 0.3, tags=TAGS) -> Path:
    """A file of one of FORMS, with tags of FFmpeg's (or libsndfile's) own making."""
    codec, container = FORMS[name]
    rate = 48_000 if codec == "libopus" else 44_100
    y, path = corpus.sound(seconds, rate), folder / name
    if codec == "vorbis":
        return _vorbis(path, y, rate, tags)
    options = {"write_id3v2": "1"} if container == "aiff" else None
    return corpus.encoded(path, y, rate, codec, container, options=options, tags=tags)


def _vorbis(path: Path, y: corpus.Sound, rate: int, tags) -> Path:
    with soundfile.SoundFile(path, "w", rate, len(y), "VORBIS", format="OGG") as file:
        for key, value in tags.items():
            setattr(file, key, value)
        file.write(y.T)
    return path


def changed(data: bytes, splices) -> bytes:
    """`data` with splices."""
    out = io.BytesIO()
    became = tagging.applied(io.BytesIO(data), out, splices)
    assert became.size == len(out.getvalue())
    return out.getvalue()


def there_and_back(path: Path, tags: tagging.Tags = WRITTEN) -> bytes:
    """Write `tags` into the file; prove that it can be taken back, and that twice is once."""
    old = path.read_bytes()
    splices = tagging.plan(path, tags)
    back = tagging.inverse(io.BytesIO(old), splices)
    new = changed(old, splices)
    assert changed(new, back) == old
    path.write_bytes(new)
    assert tagging.plan(path, tags) == ()
    return new
