"""Everything a file can do wrong, and the one line that is said about it."""

from __future__ import annotations

import os
import random
import socket

import numpy as np
import pytest

from mixolydian.audio import io
from mixolydian.audio.io import open_audio, read, shown, track_id
from mixolydian.core.errors import (
    DecodeError,
    EmptySignalError,
    InputError,
    MixolydianError,
    RequestError,
    UnreadableError,
)
from tests import corpus


def refusal(path, kind):
    """The message with which `path` is refused: one line that names the file."""
    with pytest.raises(kind) as caught:
        read(path)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(shown(path))
    assert ";" in message, "a remedy is missing"
    return message


def drained(path):
    """(samples (n_channels, n), warnings) of a file that is answered."""
    with open_audio(path) as stream:
        blocks = list(stream.blocks(1.0))
        return np.concatenate(blocks, axis=1), stream.warnings


# --------------------------------------------------------------------------- not a sound file


def test_missing_and_vanished_files(tmp_path):
    assert "no such file" in refusal(tmp_path / "none.mp3", UnreadableError)
    assert "no such file" in refusal(corpus.__file__ + "/a.mp3", UnreadableError)


def test_folder(tmp_path):
    assert "found a folder" in refusal(tmp_path, UnreadableError)


@pytest.mark.parametrize("make", ["fifo", "socket", "device"])
def test_pipes_sockets_and_devices_do_not_block(make, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "x.wav"
    if make == "fifo":
        os.mkfifo(path)
    elif make == "device":
        path = "/dev/zero"
    else:
        server = socket.socket(socket.AF_UNIX)
        server.bind("x.wav")
        server.close()
    assert "pipe, socket or device" in refusal(path, UnreadableError)


def test_symlink_loop(tmp_path):
    (tmp_path / "a.wav").symlink_to(tmp_path / "b.wav")
    (tmp_path / "b.wav").symlink_to(tmp_path / "a.wav")
    assert "circle" in refusal(tmp_path / "a.wav", UnreadableError)


def test_symlink_to_a_sound_is_followed(tmp_path):
    path = corpus.make(tmp_path, "pcm16.wav")
    (tmp_path / "link.wav").symlink_to(path)
    assert track_id(tmp_path / "link.wav") == track_id(path)


def test_unreadable(tmp_path, monkeypatch):
    path = corpus.make(tmp_path, "pcm16.wav")

    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(io.os, "open", refuse)
    assert "may not be read" in refusal(path, UnreadableError)


def test_names(tmp_path):
    y = corpus.sound(0.1)
    names = [
        "ёлка – 音楽 🎧.wav",
        "n" * 251 + ".wav",
        "two\nlines\x1b[31m.wav",
        "-rf.wav",
        "a|b:c.wav",
    ]
    for name in [*names, os.fsdecode(b"latin-1 \xe9.wav")]:
        with open(tmp_path / name, "wb") as file:
            file.write(corpus.wav_bytes(corpus.pcm16(y), n_channels=2))
        assert read(tmp_path / name).samples.shape == y.shape
        shown(tmp_path / name).encode("utf-8")
        with open(tmp_path / name, "wb") as file:
            file.write(b"text")
        refusal(tmp_path / name, DecodeError)


def test_name_too_long_and_null_byte(tmp_path):
    assert "too long" in refusal(tmp_path / ("n" * 300 + ".wav"), UnreadableError)
    refusal(str(tmp_path) + "/a\0b.wav", UnreadableError)


def test_a_protocol_in_the_name_is_only_a_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("http://localhost:1/a.mp3", "concat:a.mp3|b.mp3", "pipe:0", "file:///etc/passwd"):
        refusal(name, UnreadableError)


@pytest.mark.parametrize("suffix", ["mp3", "wav", "m4a", "ogg", "flac", "wma", "au", "vox", "raw"])
@pytest.mark.parametrize(
    "content",
    [
        b"This is a text about music.\n" * 400,
        b"#EXTM3U\n#EXTINF:10,Secret\n/etc/passwd\n",
        b"ffconcat version 1.0\nfile other.wav\n",
        b"PK\x03\x04" + random.Random(1).randbytes(20_000),
        b"\x89PNG\r\n\x1a\n" + random.Random(2).randbytes(20_000),
        bytes(20_000),
        b"\xff" * 20_000,
        b"x",
    ],
    ids=["text", "playlist", "concat", "zip", "png", "zeros", "ones", "byte"],
)
def test_other_files_with_a_sound_suffix(suffix, content, tmp_path, capfd):
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(content)
    refusal(path, DecodeError)
    assert capfd.readouterr().err == ""


def test_empty_file(tmp_path):
    path = tmp_path / "a.mp3"
    path.touch()
    assert "0 bytes" in refusal(path, EmptySignalError)


# --------------------------------------------------------------------------- headers


def test_zero_length_sound(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(corpus.wav_bytes(b""))
    assert "no samples" in refusal(path, EmptySignalError)
    flac = corpus.make(tmp_path, "flac16.flac")
    flac.write_bytes(flac.read_bytes()[:42])  # the stream's description and nothing else
    refusal(flac, InputError)


def test_one_sample(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(corpus.wav_bytes(b"\x00\x40"))
    np.testing.assert_array_equal(read(path).samples, [[0.5]])


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ({"sample_rate": 0}, "header is no use"),
        ({"sample_rate": 1}, "sample rate is 1 Hz"),
        ({"sample_rate": 7_999}, "resample it"),
        ({"sample_rate": 192_001}, "resample it"),
        ({"sample_rate": 10**9}, "1000000000 Hz"),
        ({"n_channels": 0}, "header is no use"),
        ({"n_channels": 9}, "mix it down"),
        ({"n_channels": 1000}, "1000 channels"),
        ({"n_channels": 65_535}, ""),
        ({"bits": 0}, ""),
        ({"bits": 65_535}, ""),
        ({"tag": 0xABCD}, ""),
    ],
)
def test_absurd_wav_headers(header, words, tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(corpus.wav_bytes(bytes(44_100), **header))
    assert words in refusal(path, DecodeError)


def test_a_wav_that_says_four_gigabytes_is_what_is_there(tmp_path):
    path = tmp_path / "a.wav"
    y = corpus.sound(0.5, n_channels=1)
    for size in (0xFFFFFFFF, 0xFFFFFFF7, 0x7FFFFFFF):
        data = corpus.wav_bytes(corpus.pcm16(y), riff_size=size, data_size=size - 36)
        path.write_bytes(data)
        samples, _ = drained(path)
        assert samples.shape == y.shape


@pytest.mark.parametrize("name", ["pcm16.wav", "pcm16.aiff"])
def test_truncated_plain_files_are_answered_with_a_warning(name, tmp_path):
    path = corpus.make(tmp_path, name, seconds=2.0)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    samples, warnings = drained(path)
    assert samples.shape[1] == pytest.approx(44_100, abs=100)
    np.testing.assert_allclose(samples, corpus.sound(2.0)[:, : samples.shape[1]], atol=1e-4)
    assert len(warnings) == 1
    assert "cut short" in warnings[0]


@pytest.mark.parametrize(
    "name",
    ["xing.mp3", "flac16.flac", "vorbis.ogg", "opus.opus", "aac.mkv", "wmav2.wma", "aac.aac"],
)
def test_truncated_encoded_files_are_answered(name, tmp_path):
    path = corpus.make(tmp_path, name, seconds=6.0)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    samples, warnings = drained(path)
    assert 1.0 < samples.shape[1] / corpus.native_rate(name) < 4.5
    if name in ("xing.mp3", "flac16.flac", "aac.mkv", "wmav2.wma", "vorbis.ogg", "opus.opus"):
        assert any("cut short" in warning for warning in warnings)


def test_truncated_m4a_without_its_table_is_refused(tmp_path):
    path = corpus.make(tmp_path, "aac.m4a", seconds=2.0)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    assert "cut short" in refusal(path, DecodeError)


@pytest.mark.parametrize("name", ["xing.mp3", "flac16.flac", "aac.m4a", "wmav2.wma"])
def test_a_hole_costs_only_itself(name, tmp_path):
    """The sound after a damaged stretch is still there: libsndfile would stop at it."""
    path = corpus.make(tmp_path, name, seconds=8.0)
    data = bytearray(path.read_bytes())
    middle = len(data) // 3
    data[middle : middle + 3000] = bytes(3000)
    path.write_bytes(data)
    samples, _ = drained(path)
    assert samples.shape[1] / 44_100 > 7.0


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("pcm16.wav", "a.mp3"),
        ("xing.mp3", "a.wav"),
        ("flac16.flac", "a.m4a"),
        ("aac.m4a", "a.flac"),
        ("vorbis.ogg", "a.wav"),
        ("wmav2.wma", "a.mp3"),
        ("pcm16.aiff", "a"),
        ("bare.mp3", "a.raw"),
    ],
)
def test_wrongly_named_files_are_known_by_content(name, wrong, tmp_path):
    path = corpus.make(tmp_path, name)
    expected = track_id(path)
    assert track_id(path.rename(tmp_path / wrong)) == expected


# --------------------------------------------------------------------------- protection


@pytest.mark.parametrize("mark", [b"drms", b"enca", b"aavd"])
def test_encrypted_m4p(mark, tmp_path):
    path = corpus.make(tmp_path, "aac.m4a")
    path.write_bytes(path.read_bytes().replace(b"mp4a", mark, 1))
    assert "encrypted (DRM)" in refusal(path, DecodeError)


def test_encrypted_wma(tmp_path):
    path = corpus.make(tmp_path, "wmav2.wma")
    data = bytearray(path.read_bytes())
    mark = bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e")
    header_size = int.from_bytes(data[16:24], "little")
    extra = mark + (40).to_bytes(8, "little") + bytes(16)
    data[header_size:header_size] = extra
    data[16:24] = (header_size + len(extra)).to_bytes(8, "little")
    data[24:28] = (int.from_bytes(data[24:28], "little") + 1).to_bytes(4, "little")
    path.write_bytes(data)
    assert "encrypted (DRM)" in refusal(path, DecodeError)


def test_a_video_without_sound(tmp_path):
    path = tmp_path / "silent film.mp4"
    with corpus.av.open(str(path), "w") as file:
        corpus._add_picture(file, 0.2)
    assert "no sound track" in refusal(path, DecodeError)


# --------------------------------------------------------------------------- samples


def float_wav(path, y):
    return corpus.plain(path, y.astype(np.float32), 44_100, "WAV", "FLOAT")


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e30, -3e38, 70_000.0])
def test_a_few_bad_samples_are_silenced(bad, tmp_path):
    y = corpus.sound(2.0)
    y[1, 50_000] = bad
    samples, warnings = drained(float_wav(tmp_path / "a.wav", y))
    assert samples[1, 50_000] == 0.0
    y[1, 50_000] = 0.0
    np.testing.assert_array_equal(samples, y)
    assert warnings == ["repaired: 1 NaN, infinite or absurd samples"]


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e30])
def test_many_bad_samples_are_refused(bad, tmp_path):
    y = corpus.sound(2.0)
    y[:, ::50] = bad
    assert "NaN, infinite" in refusal(float_wav(tmp_path / "a.wav", y), EmptySignalError)


def test_loud_float_sound_is_kept(tmp_path):
    y = corpus.sound(1.0) * 20.0
    samples, warnings = drained(float_wav(tmp_path / "a.wav", y))
    np.testing.assert_array_equal(samples, y)
    assert warnings == []


# --------------------------------------------------------------------------- limits and habits


def test_too_many_hours(tmp_path, monkeypatch):
    monkeypatch.setattr(io, "MAX_HOURS", 1 / 3600)
    assert "split the file" in refusal(corpus.make(tmp_path, "pcm16.wav", 1.5), DecodeError)


def test_read_does_not_fill_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(io, "MAX_READ_BYTES", 100_000)
    with pytest.raises(InputError, match="split the file"):
        read(corpus.make(tmp_path, "pcm16.wav"))


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan")])
def test_blocks_need_a_length(seconds, tmp_path):
    with (
        open_audio(corpus.make(tmp_path, "pcm16.wav")) as stream,
        pytest.raises(RequestError, match="positive length"),
    ):
        next(stream.blocks(seconds))


def test_files_are_closed_whatever_happens(tmp_path):
    def descriptors():
        return len(os.listdir("/proc/self/fd"))

    good = [corpus.make(tmp_path, n) for n in ("pcm16.wav", "xing.mp3", "aac.m4a", "flac16.flac")]
    bad = tmp_path / "bad.mp3"
    bad.write_bytes(b"text" * 100)
    read(good[1])
    before = descriptors()
    for path in good:
        track_id(path)
        with open_audio(path) as stream:
            next(stream.blocks(0.1))
    for _ in range(3):
        refusal(bad, DecodeError)
    assert descriptors() == before


def test_every_error_is_ours():
    assert issubclass(InputError, MixolydianError)
    for kind in (UnreadableError, DecodeError, EmptySignalError):
        assert issubclass(kind, InputError)
