"""Sound in and out: every format, the same sound however it is cut, the track id, writing."""

from __future__ import annotations

import os
import resource

import numpy as np
import pytest
import soundfile

from mixolydian.audio.io import (
    AUDIO_SUFFIXES,
    TRACK_ID_LENGTH,
    SoundHasher,
    open_audio,
    read,
    regroup,
    track_id,
    write,
)
from mixolydian.core.errors import RequestError, StorageError
from mixolydian.core.types import Signal
from tests import corpus


def best_shift(y, x, longest=3000):
    """Samples by which `y` is late against `x`, found on one second of the first channel."""
    n = min(len(y), len(x))
    spectrum = np.fft.rfft(y[:n], 2 * n) * np.conj(np.fft.rfft(x[:n], 2 * n))
    correlation = np.fft.irfft(spectrum)
    lags = np.r_[np.arange(longest), np.arange(-longest, 0)]
    return int(lags[np.argmax(correlation[lags])])


@pytest.mark.parametrize("name", corpus.LOSSLESS)
def test_lossless_formats_give_the_sound_back(name, tmp_path):
    path = corpus.make(tmp_path, name)
    signal = read(path)
    expected = corpus.sound()
    assert signal.sample_rate == corpus.RATE
    assert signal.samples.shape == expected.shape
    np.testing.assert_allclose(signal.samples, expected, atol=1.0 / 32_000)


@pytest.mark.parametrize("name", corpus.COARSE)
def test_coarse_formats_give_the_sound_back_coarsely(name, tmp_path):
    signal = read(corpus.make(tmp_path, name))
    expected = corpus.sound()
    n = expected.shape[1]
    assert n <= signal.samples.shape[1] <= n + 2048
    error = signal.samples[:, :n] - expected
    assert np.sqrt(np.mean(error**2)) < 0.02


@pytest.mark.parametrize("name", corpus.LOSSY)
def test_lossy_formats_give_the_sound_back_roughly(name, tmp_path):
    path = corpus.make(tmp_path, name)
    rate = corpus.native_rate(name)
    with open_audio(path) as stream:
        y = np.concatenate(list(stream.blocks(0.3)), axis=1)
        assert (stream.sample_rate, stream.n_channels) == (rate, 2)
        assert stream.warnings == []
        assert stream.duration_hint == pytest.approx(1.0, abs=0.06)
    assert y.dtype == np.float32
    assert y.shape[1] / rate == pytest.approx(1.0, abs=0.06)
    assert np.abs(y[0]).max() == pytest.approx(2 * np.abs(y[1]).max(), rel=0.1)


@pytest.mark.parametrize(
    "name", ["xing.mp3", "sndfile.mp3", "vorbis.ogg", "opus.opus", "aac.m4a", "aac.mkv", "aac.mp4"]
)
def test_encoder_delay_is_taken_out(name, tmp_path):
    """A beat must not move because the file was encoded."""
    signal = read(corpus.make(tmp_path, name))
    expected = corpus.sound(1.0, corpus.native_rate(name))
    assert abs(best_shift(signal.samples[0], expected[0])) <= 2


@pytest.mark.parametrize("sample_rate", [8_000, 11_025, 22_050, 48_000, 96_000, 192_000])
@pytest.mark.parametrize("n_channels", [1, 2, 6, 8])
def test_rates_and_channels(sample_rate, n_channels, tmp_path):
    expected = corpus.sound(0.2, sample_rate, n_channels)
    path = corpus.plain(tmp_path / "a.wav", expected, sample_rate, "WAV", "FLOAT")
    signal = read(path)
    assert signal.sample_rate == sample_rate
    np.testing.assert_array_equal(signal.samples, expected)


@pytest.mark.parametrize("name", ["pcm16.wav", "flac16.flac", "xing.mp3", "vorbis.ogg", "aac.m4a"])
def test_samples_do_not_depend_on_the_block_length(name, tmp_path):
    path = corpus.make(tmp_path, name, seconds=4.0)
    whole = read(path).samples
    for seconds in (0.0001 if name == "pcm16.wav" else 0.01, 0.3333, 3.0, 100.0):
        with open_audio(path) as stream:
            blocks = list(stream.blocks(seconds))
            rate = stream.sample_rate
        assert {b.shape[1] for b in blocks[:-1]} <= {max(1, round(seconds * rate))}
        assert all(b.flags.c_contiguous for b in blocks)
        np.testing.assert_array_equal(np.concatenate(blocks, axis=1), whole)


def test_regroup_keeps_order_and_lengths():
    chunks = [np.arange(a, b, dtype=np.float32)[None] for a, b in ((0, 5), (5, 6), (6, 30))]
    blocks = list(regroup(iter(chunks), 7))
    assert [b.shape[1] for b in blocks] == [7, 7, 7, 7, 2]
    np.testing.assert_array_equal(np.concatenate(blocks, axis=1)[0], np.arange(30))


def test_a_variable_rate_mp3_without_a_length_header_is_whole(tmp_path):
    """Loud then quiet bit rate: a decoder that guesses from the first frame would cut it."""
    options = {"write_xing": "0", "id3v2_version": "0"}
    parts = [
        corpus.encoded(
            tmp_path / f"{rate}.mp3",
            corpus.sound(seconds),
            corpus.RATE,
            "libmp3lame",
            "mp3",
            bit_rate=rate,
            options=options,
        )
        for rate, seconds in ((320_000, 1.0), (64_000, 8.0))
    ]
    path = tmp_path / "joined.mp3"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    assert read(path).duration == pytest.approx(9.0, abs=0.15)


def test_hours_fit_in_little_memory(tmp_path):
    """Six minutes would take 127 MB: the stream must not hold what it has handed out."""
    path = tmp_path / "long.flac"
    with soundfile.SoundFile(path, "w", 44_100, 2, "PCM_16", format="FLAC") as file:
        minute = np.zeros((44_100 * 60, 2), dtype=np.int16)
        for _ in range(6):
            file.write(minute)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with open_audio(path) as stream:
        for _ in stream.blocks(10.0):
            pass
        assert stream.duration == 360.0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


# --------------------------------------------------------------------------- identity


def int16_sound():
    return np.rint(corpus.sound(1.5) * 30_000).astype(np.int16)


def test_the_same_samples_in_any_lossless_file_are_the_same_track(tmp_path):
    y = int16_sound().T
    ids = set()
    for name, form in (("a.wav", "WAV"), ("b.flac", "FLAC"), ("c.aiff", "AIFF"), ("d.caf", "CAF")):
        soundfile.write(tmp_path / name, y, 44_100, "PCM_16", format=form)
        ids.add(track_id(tmp_path / name))
    soundfile.write(tmp_path / "e.wav", y / 32_768.0, 44_100, "FLOAT", format="WAV")
    soundfile.write(tmp_path / "f.flac", y, 44_100, "PCM_24", format="FLAC")
    ids |= {track_id(tmp_path / "e.wav"), track_id(tmp_path / "f.flac")}
    assert len(ids) == 1
    (found,) = ids
    assert len(found) == TRACK_ID_LENGTH
    assert set(found) <= set("0123456789abcdef")


def test_renamed_and_retagged_files_are_the_same_track(tmp_path):
    path = corpus.make(tmp_path, "xing.mp3")
    expected = track_id(path)
    bare = path.read_bytes()
    audio = bare[10 + int.from_bytes(bare[6:10], "big") :] if bare[:3] == b"ID3" else bare
    retagged = tmp_path / "other name.mp3"
    tags = corpus.id3v2({"TIT2": "New title", "TBPM": "128"})
    retagged.write_bytes(tags + audio + corpus.id3v1("t", "a"))
    assert track_id(retagged) == expected
    moved = tmp_path / "folder" / "no suffix"
    moved.parent.mkdir()
    path.rename(moved)
    assert track_id(moved) == expected


def test_retagged_m4a_is_the_same_track(tmp_path):
    y = corpus.sound()
    ids = {
        track_id(
            corpus.encoded(
                tmp_path / f"{i}.m4a", y, 44_100, "aac", "ipod", bit_rate=128_000, tags=tags
            )
        )
        for i, tags in enumerate(({}, {"title": "A", "artist": "B"}))
    }
    assert len(ids) == 1


def hashed(y, sample_rate=44_100, cuts=()):
    hasher = SoundHasher(sample_rate, len(y))
    for block in np.split(y, cuts, axis=1):
        hasher.update(block)
    return hasher.hexdigest()


def test_track_id_does_not_depend_on_the_cuts_but_on_everything_else():
    y = corpus.sound(1.0)
    assert hashed(y) == hashed(y, cuts=[1, 2, 999, 16_384, 40_000])
    changed = y.copy()
    changed[1, 12_345] += 0.001
    others = [
        hashed(changed),
        hashed(y[:, :-1]),
        hashed(y[::-1]),
        hashed(y[:1]),
        hashed(y, 48_000),
        hashed(-y),
        hashed(np.zeros((2, 10), np.float32)),
        hashed(np.zeros((2, 11), np.float32)),
    ]
    assert len({hashed(y), *others}) == len(others) + 1


def test_track_id_is_stable_across_versions():
    """Stored catalogues know tracks by this number: changing it forgets them all."""
    y = (np.arange(20, dtype=np.float32).reshape(2, 10) - 10.0) / 8.0
    assert hashed(y) == "f39d418afe127481d58b1a125f747c49"


# --------------------------------------------------------------------------- writing


@pytest.mark.parametrize(
    ("name", "subtype", "tolerance"),
    [
        ("a.wav", None, 1 / 32_000),
        ("a.wav", "FLOAT", 0.0),
        ("a.wav", "PCM_24", 1e-6),
        ("a.flac", "PCM_24", 1e-6),
        ("a.aiff", None, 1 / 32_000),
    ],
)
def test_write_then_read(name, subtype, tolerance, tmp_path):
    signal = Signal(corpus.sound(3.0), 44_100)
    write(tmp_path / name, signal, subtype)
    again = read(tmp_path / name)
    assert again.sample_rate == 44_100
    np.testing.assert_allclose(again.samples, signal.samples, atol=tolerance)
    assert os.listdir(tmp_path) == [name]


def test_write_clips_instead_of_wrapping(tmp_path):
    write(tmp_path / "a.wav", Signal(np.array([[1.7, -1.7, 0.0]]), 44_100), "PCM_16")
    np.testing.assert_allclose(read(tmp_path / "a.wav").samples, [[1.0, -1.0, 0.0]], atol=1e-4)


def test_write_replaces_whole_files_and_long_names_work(tmp_path):
    name = "n" * 251 + ".wav"
    for level in (0.1, 0.2):
        write(tmp_path / name, Signal(np.full((1, 100), level), 44_100), "FLOAT")
    np.testing.assert_allclose(read(tmp_path / name).samples, 0.2)
    assert os.listdir(tmp_path) == [name]


@pytest.mark.parametrize(("name", "subtype"), [("a.txt", None), ("a", None), ("a.flac", "FLOAT")])
def test_write_refuses_what_it_cannot_write(name, subtype, tmp_path):
    with pytest.raises(RequestError, match="expected a format that can be written"):
        write(tmp_path / name, Signal(np.zeros((1, 10)), 44_100), subtype)
    assert os.listdir(tmp_path) == []


def test_a_missing_folder_is_made_and_a_file_in_its_way_is_named(tmp_path):
    sound = Signal(np.zeros((1, 10)), 44_100)
    write(tmp_path / "new" / "a.wav", sound)
    assert read(tmp_path / "new" / "a.wav").duration > 0
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match=r"file.*cannot be written"):
        write(tmp_path / "file" / "a.wav", sound)


def test_a_full_disk_leaves_the_old_file(tmp_path):
    """A file-size limit stands for the full disk: the write fails half way."""
    path = tmp_path / "a.wav"
    write(path, Signal(np.full((1, 10), 0.5), 44_100), "FLOAT")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(StorageError, match=r"a\.wav: cannot be written"):
            write(path, Signal(np.zeros((2, 400_000)), 44_100), "FLOAT")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    np.testing.assert_array_equal(read(path).samples, np.full((1, 10), 0.5, np.float32))
    assert os.listdir(tmp_path) == ["a.wav"]


def test_suffixes_are_lower_case_with_a_dot():
    assert all(s == s.lower() and s.startswith(".") for s in AUDIO_SUFFIXES)
    assert {".mp3", ".wav", ".flac", ".m4a", ".opus", ".mkv", ".wma"} <= AUDIO_SUFFIXES
