"""ID3v2 in every version and dress: our frames change, all others stay byte for byte."""

from __future__ import annotations

import struct
import zlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from mixolydian.core.errors import DecodeError
from mixolydian.library import tagging
from mixolydian.library.tagging import Tags, id3, id3_tag
from mixolydian.library.tagging.id3_frames import resynchronised, unsynchronised
from tests.library.tagging.files import WRITTEN, changed, there_and_back

SOUND = b"\xff\xfb\x90\x00" + bytes(range(256)) * 4
TAIL = b"APETAGEX" + bytes(24) + b"TAG" + b"old title".ljust(125, b"\0")
"""An APE tag and an ID3v1 tag, both ours to leave alone."""


def safe(n: int, size: int = 4) -> bytes:
    return bytes(n >> 7 * (size - 1 - i) & 127 for i in range(size))


def frame(name: str, body: bytes, version: int = 3, flags: int = 0, plain: bool = False) -> bytes:
    if version == 2:
        return name.encode() + len(body).to_bytes(3, "big") + body
    size = safe(len(body)) if version == 4 and not plain else struct.pack(">I", len(body))
    return name.encode() + size + struct.pack(">H", flags) + body


def tag(body: bytes, version: int = 3, flags: int = 0) -> bytes:
    return b"ID3" + bytes((version, 0, flags)) + safe(len(body)) + body


def mp3(tmp_path, data: bytes):
    path = tmp_path / "a.mp3"
    path.write_bytes(data + SOUND + TAIL)
    return path


PICTURE = b"\0image/png\0\3\0" + bytes(range(256)) * 20


@pytest.mark.parametrize("version", [2, 3, 4])
def test_other_frames_stay_where_they_are(version, tmp_path):
    names = {2: ("TT2", "TBP", "PIC", "TKE"), 3: ("TIT2", "TBPM", "APIC", "TKEY")}.get(
        version, ("TIT2", "TBPM", "APIC", "TKEY")
    )
    title, bpm, picture, key = names
    before = frame(title, b"\0Song", version)
    after = frame(picture, PICTURE, version)
    body = before + frame(bpm, b"\x0099", version) + after + frame(key, b"\0Am", version)
    path = mp3(tmp_path, tag(body + bytes(3000), version))
    assert tagging.read(path).texts == {"bpm": "99", "key": "Am"}
    splices = tagging.plan(path, Tags({"bpm": "128.5"}))
    assert sum(len(s.content) for s in splices) < 60, "the picture is not written again"
    new = there_and_back(path, Tags({"bpm": "128.5"}))
    assert new[10:].startswith(before + frame(bpm, b"\x00128.5", version) + after)
    assert new.endswith(SOUND + TAIL)
    assert len(new) == len(body) + 3010 + len(SOUND + TAIL), "padding was used up"


def test_a_tag_that_grows_gets_new_padding(tmp_path):
    path = mp3(tmp_path, tag(frame("TIT2", b"\0Song")))
    new = there_and_back(path)
    assert new.endswith(bytes(id3_tag.PADDING // 4) + SOUND + TAIL)
    assert tagging.read(path) == WRITTEN


def test_text_that_is_not_ascii(tmp_path):
    for version in (2, 3, 4):
        path = mp3(
            tmp_path, tag(frame("TT2" if version == 2 else "TIT2", b"\0x", version), version)
        )
        there_and_back(path, Tags({"genre": "Été 夏 🎧", "comment": "قلب", "mood": "радость"}))
        assert tagging.read(path).texts["genre"] == "Été 夏 🎧"
        assert tagging.read(path).texts["mood"] == "радость"


def test_unsynchronised_as_a_whole(tmp_path):
    other = frame("PRIV", b"me\0\xff\xfe\xff\x00\xff\xff\xff")
    body = unsynchronised(other + frame("TBPM", b"\x0099"))
    path = mp3(tmp_path, tag(body + bytes(50), 3, 0x80))
    new = there_and_back(path)
    held = new[10 : id3.tag_size(new[:10])]
    assert b"\xff\xe0" not in held
    assert b"\xff\xfe" not in held
    assert resynchronised(held).startswith(other + frame("TBPM", b"\x00128"))
    assert tagging.read(path) == WRITTEN


def test_unsynchronised_frame_by_frame(tmp_path):
    held = b"me\0\xff\xe0"
    other = frame("PRIV", safe(len(held)) + unsynchronised(held), 4, 0x03)
    path = mp3(tmp_path, tag(other, 4, 0x80))
    new = there_and_back(path)
    assert new[10:].startswith(other)
    assert b"\xff\xe0" not in new[: id3.tag_size(new[:10])]
    assert tagging.read(path) == WRITTEN


@given(
    st.binary(max_size=60) | st.lists(st.sampled_from(b"\xff\x00\xe0\xfe"), max_size=12).map(bytes)
)
def test_unsynchronisation_is_undone(data):
    safe_data = unsynchronised(data)
    assert not any(a == 0xFF and b >= 0xE0 for a, b in pairwise(safe_data))
    assert resynchronised(safe_data) == data


def test_an_extended_header_is_kept_up_to_date(tmp_path):
    frames = frame("TIT2", b"\0Song")
    extended = struct.pack(">IHII", 10, 0x8000, 20, zlib.crc32(frames))
    path = mp3(tmp_path, tag(extended + frames + bytes(20), 3, 0x40))
    new = there_and_back(path, Tags({"bpm": "128"}))
    size, flags, padding, crc = struct.unpack(">IHII", new[10:24])
    assert (size, flags) == (10, 0x8000)
    both = frames + frame("TBPM", b"\x00128")
    assert new[24:].startswith(both + bytes(padding) + SOUND)
    assert crc == zlib.crc32(both)


def test_the_extended_header_of_2_4(tmp_path):
    frames = frame("TIT2", b"\0Song", 4)
    extended = safe(12) + b"\x01\x20\x05" + safe(zlib.crc32(frames + bytes(40)), 5)
    path = mp3(tmp_path, tag(extended + frames + bytes(40), 4, 0x40))
    new = there_and_back(path, Tags({"bpm": "128"}))
    end = id3.tag_size(new[:10])
    assert new[17:22] == safe(zlib.crc32(new[22:end]), 5)


def test_a_footer_follows(tmp_path):
    data = tag(frame("TIT2", b"\0Song", 4), 4, 0x10)
    path = mp3(tmp_path, data + b"3DI" + data[3:10])
    new = there_and_back(path)
    end = id3.tag_size(new[:10])
    assert new[end - 10 : end] == b"3DI" + new[3:10]
    assert new[end:] == SOUND + TAIL
    assert tagging.read(path) == WRITTEN


def test_frames_counted_plainly_in_2_4(tmp_path):
    other = frame("APIC", PICTURE, 4, plain=True)
    path = mp3(tmp_path, tag(other + frame("TBPM", b"\x0099", 4, plain=True), 4))
    new = there_and_back(path)
    assert new[10:].startswith(other)
    assert tagging.read(path) == WRITTEN


def test_packed_and_secret_frames(tmp_path):
    text = b"\0EnergyLevel\x004"
    packed = frame("TXXX", struct.pack(">I", len(text)) + zlib.compress(text), 3, 0x80)
    secret = frame("TXXX", b"\1" + text, 3, 0x40)
    path = mp3(tmp_path, tag(secret + packed))
    assert tagging.read(path).texts == {"energy": "4"}
    new = there_and_back(path, Tags({"energy": "6"}))
    assert new[10:].startswith(secret + frame("TXXX", b"\0EnergyLevel\x006"))


def test_one_of_a_kind_is_left_and_comments_of_others_stay(tmp_path):
    described = frame("COMM", b"\0engiTunNORM\0 0001")
    german = frame("COMM", b"\0deu\0hallo")
    frames = [frame("TBPM", b"\x0090"), described, frame("COMM", b"\0fra\0salut"), german]
    path = mp3(tmp_path, tag(b"".join([*frames, frame("TBPM", b"\x0091")])))
    new = there_and_back(path, Tags({"bpm": "128", "comment": "ours"}))
    ours = frame("TBPM", b"\x00128") + described + frame("COMM", b"\0fra\0ours") + german
    assert new[10:].startswith(ours + bytes(9))


@pytest.mark.parametrize(
    "data",
    [
        b"ID3\x03\0\0\0\0\x7f\x7f" + b"TIT2",
        tag(b"TIT2\x7f\0\0\0\0\0\0x"),
        tag(frame("TIT2", b"\0x") + b"rubbish without any order"),
        tag(b"", 5),
        tag(b"\x00\x00\x00", 3, 0x40),
        tag(b"", 2, 0x40),
    ],
    ids=["cut short", "frame beyond the end", "rubbish", "version", "extended", "packed 2.2"],
)
def test_damage_is_refused(data, tmp_path):
    path = tmp_path / "a.mp3"
    path.write_bytes(data + SOUND[:40])
    with pytest.raises(DecodeError, match=r"a\.mp3: .*tag editor"):
        tagging.plan(path, WRITTEN)


names = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=4, max_size=4).filter(
    lambda n: not n.isdigit() and n not in {"TBPM", "TKEY", "TCON", "TIT1", "COMM", "TXXX", "GEOB"}
)
texts = st.fixed_dictionaries(
    {},
    optional={
        "bpm": st.from_regex(r"[0-9]{2,3}(\.[0-9]{1,2})?", fullmatch=True).filter(str.isascii),
        "key": st.sampled_from(["8A", "1m", "F#m"]),
        "comment": st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40),
        "genre": st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40),
        "mood": st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40),
    },
)


@bounded(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(names, st.binary(max_size=200), st.sampled_from([0, 0x4000])), max_size=6),
    st.sampled_from([(3, 0), (3, 0x80), (4, 0)]),
    st.integers(0, 300),
    texts,
    st.dictionaries(st.sampled_from(["Serato Markers2", "x y"]), st.binary(max_size=300)),
)
def test_any_tag_survives(tmp_path_factory, frames, kind, padding, new_texts, objects):
    version, flags = kind
    raw = [frame(name, body, version, bits) for name, body, bits in frames for _ in range(2)]
    body = unsynchronised(b"".join(raw)) if flags else b"".join(raw)
    path = tmp_path_factory.mktemp("any") / "a.mp3"
    path.write_bytes(tag(body + bytes(padding), version, flags) + SOUND + TAIL)
    tags = Tags(new_texts, objects)
    new = there_and_back(path, tags)
    assert tagging.read(path) == tags
    end = id3.tag_size(new[:10])
    held = resynchronised(new[10:end]) if flags else new[10:end]
    assert held.startswith(b"".join(raw))
    assert new[end:] == SOUND + TAIL


def test_changed_is_what_the_tests_think():
    assert (
        changed(b"abcdef", [tagging.Splice(1, 3, b"XYZ"), tagging.Splice(6, 6, b"!")])
        == b"aXYZdef!"
    )
