"""Where an MP3's time 0 lies: our own decoder measured with a click, other programs by the book."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import numpy as np
import pytest

from mixolydian.audio.io import read
from mixolydian.library.formats.offsets import known, mp3_start, offset
from tests.library.formats.mp3 import RATE, write_click

FRAME = 1152 / RATE
LAME_DELAY = (576 + 529) / RATE


def late(path: Path) -> float:
    """Seconds by which our decoder hears the click later than it was written."""
    sound = read(path)
    return float(np.argmax(np.abs(sound.samples[0]) > 0.2)) / sound.sample_rate - 1.0


def renamed(path: Path, encoder: bytes, crc: bool = True) -> Path:
    """The same MP3 with another encoder's name in its tag, and the checksum of that."""
    content = bytearray(path.read_bytes())
    start = content.find(b"Info") - 36
    name = start + 36 + 120
    content[name : name + 9] = encoder.ljust(9, b"\0")
    value = 0
    for byte in content[start : start + 190]:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    content[start + 190 : start + 192] = (value if crc else value ^ 1).to_bytes(2, "big")
    other = path.with_name(f"{encoder.decode() or 'none'}-{crc}.mp3")
    other.write_bytes(content)
    return other


@pytest.fixture(scope="module")
def click(tmp_path_factory) -> Path:
    return write_click(tmp_path_factory.mktemp("mp3") / "click.mp3")


@pytest.fixture(scope="module")
def bare(tmp_path_factory) -> Path:
    """Without an info tag."""
    return write_click(tmp_path_factory.mktemp("mp3") / "bare.mp3", write_xing="0")


def test_our_decoder_takes_away_what_the_tag_says(click: Path, bare: Path) -> None:
    for path in (click, bare, renamed(click, b"LAME3.100"), renamed(click, b"OTHER")):
        start = mp3_start(path)
        assert start is not None
        untrimmed = LAME_DELAY - start.trimmed
        assert late(path) == pytest.approx(untrimmed, abs=3 / RATE)


def test_the_four_cases(click: Path, bare: Path) -> None:
    paths = (bare, click, renamed(click, b"LAME3.100", crc=False), renamed(click, b"LAME3.100"))
    assert [mp3_start(path).case for path in paths] == ["A", "B", "C", "D"]  # type: ignore[union-attr]
    assert [offset(path, "rekordbox") for path in paths] == pytest.approx(
        [0.0, LAME_DELAY, LAME_DELAY, LAME_DELAY]
    )
    apart = [offset(path, "traktor") - offset(path, "rekordbox") for path in paths]
    assert apart == pytest.approx([0.0, FRAME, FRAME, 0.0])
    assert pytest.approx(0.026, abs=0.0005) == FRAME


def test_a_tag_without_a_delay_we_know_is_not_trimmed(click: Path) -> None:
    other = renamed(click, b"OTHER")
    assert offset(other, "rekordbox") == 0.0
    assert offset(other, "traktor") == pytest.approx(FRAME)


def test_mixxx_leaves_out_the_first_frame_and_trims_nothing(click: Path, bare: Path) -> None:
    """As measured in Mixxx 2.3.3: 1105 samples later than we on a tag that we trim, as late as we
    on another's tag and on Fraunhofer's, a frame earlier without a tag."""
    paths = (bare, click, renamed(click, b"LAME3.100", crc=False), renamed(click, b"LAME3.100"))
    assert [offset(path, "mixxx") * RATE for path in paths] == pytest.approx(
        [-1152, 1105, 1105, 1105]
    )
    assert offset(renamed(click, b"OTHER"), "mixxx") == 0.0
    assert offset(with_vbri(bare), "mixxx") == 0.0


def test_serato_is_a_frame_later_than_mixxx_on_every_mp3(click: Path, bare: Path) -> None:
    paths = (bare, click, renamed(click, b"LAME3.100", crc=False), renamed(click, b"OTHER"))
    for path in (*paths, with_vbri(bare)):
        apart = offset(path, "serato") - offset(path, "mixxx")
        assert apart == pytest.approx(FRAME)
    assert offset(bare, "serato") == 0.0


def with_vbri(path: Path) -> Path:
    """The same MP3 behind a silent frame with Fraunhofer's tag."""
    content = path.read_bytes()
    start = content.find(b"\xff\xfb")
    length = 144 * 192_000 // RATE
    tag = b"VBRI" + struct.pack(">HHHIIHHHH", 1, 1105, 75, len(content), 77, 1, 1, 2, 0)
    frame = content[start : start + 2] + bytes([content[start + 2] & ~2]) + content[start + 3 :][:1]
    other = path.with_name("vbri.mp3")
    other.write_bytes((frame + bytes(32) + tag).ljust(length, b"\0") + content[start:])
    return other


def test_our_decoder_leaves_out_fraunhofers_tag(bare: Path) -> None:
    start = mp3_start(with_vbri(bare))
    assert start is not None
    assert start.has_vbri
    assert start.case == "A"
    assert late(with_vbri(bare)) == pytest.approx(late(bare), abs=3 / RATE)


def test_what_nobody_published_is_nothing(click: Path) -> None:
    for program in ("engine", "m3u8", ""):
        assert not known(program)
        assert offset(click, program) == 0.0


def test_other_rates(tmp_path: Path) -> None:
    path = write_click(tmp_path / "slow.mp3", rate=22050)
    start = mp3_start(path)
    assert start is not None
    assert (start.sample_rate, start.frame) == (22050, 576)
    assert late(path) == pytest.approx(0.0, abs=3 / 22050)


def test_a_long_id3_tag_before_the_sound(click: Path, tmp_path: Path) -> None:
    content = click.read_bytes()
    old = 10 + int.from_bytes(content[6:10], "big")
    tag = b"ID3\x04\0\0" + bytes([0, 16, 0, 0]) + b"\xff\xfb" * (1 << 17)
    path = tmp_path / "tagged.mp3"
    path.write_bytes(tag + content[old:])
    assert mp3_start(path) == mp3_start(click)


def test_aac_starts_where_it_was_written(tmp_path: Path) -> None:
    path = write_click(tmp_path / "click.m4a", codec="aac")
    assert late(path) == pytest.approx(0.0, abs=3 / RATE)
    assert offset(path, "rekordbox") == 0.0


def test_what_is_no_mp3(tmp_path: Path) -> None:
    (tmp_path / "noise.mp3").write_bytes(b"\xff" * 1000 + b"\xff\xfb")
    (tmp_path / "empty.mp3").write_bytes(b"")
    (tmp_path / "folder.mp3").mkdir()
    os.mkfifo(tmp_path / "pipe.mp3")
    for name in ("noise", "empty", "folder", "pipe", "missing", "null\0"):
        assert mp3_start(tmp_path / f"{name}.mp3") is None
        assert offset(tmp_path / f"{name}.mp3", "traktor") == 0.0
