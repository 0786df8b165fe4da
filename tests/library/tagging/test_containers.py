"""flac, ogg, m4a, wav and aiff: sizes, checksums, offsets and padding stay right."""

from __future__ import annotations

import struct
from itertools import pairwise

import av
import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from mixolydian.audio.io import track_id
from mixolydian.core.errors import DecodeError
from mixolydian.library import tagging
from mixolydian.library.tagging import Tags, flac, mp4, ogg, riff
from mixolydian.library.tagging.source import Source
from tests import corpus
from tests.library.tagging.files import TAGS, WRITTEN, tagged_file, there_and_back

BIG = Tags({}, {"Serato Overview": bytes(range(256)) * 600})
"""About 200 kB of base64: more than an Ogg page and any padding hold."""


# --------------------------------------------------------------------------- flac


def test_flac_padding_is_used_up(tmp_path):
    path = tagged_file(tmp_path, "a.flac")
    size = path.stat().st_size
    with path.open("rb") as file:
        blocks = flac.parse(Source.of(file))
    assert blocks[-1].kind == 1, "FFmpeg pads"
    there_and_back(path, Tags({"bpm": "128", "key": "8A"}))
    assert path.stat().st_size == size
    there_and_back(path, Tags({"bpm": None, "key": None}))
    assert path.stat().st_size == size
    there_and_back(path, BIG)
    assert path.stat().st_size > size
    with soundfile.SoundFile(path) as file:
        assert file.title == TAGS["title"]


def test_flac_without_comments_or_padding(tmp_path):
    data = tagged_file(tmp_path, "a.flac").read_bytes()
    with (tmp_path / "a.flac").open("rb") as file:
        blocks = flac.parse(Source.of(file))
    bare = b"fLaC\x80" + data[5 : blocks[0].stop] + data[blocks[-1].stop :]
    path = tmp_path / "bare.flac"
    path.write_bytes(bare)
    sound = track_id(path)
    there_and_back(path)
    assert tagging.read(path) == WRITTEN
    assert track_id(path) == sound


def test_flac_behind_an_id3_tag(tmp_path):
    path = tagged_file(tmp_path, "a.flac")
    head = b"ID3\x03\0\0\0\0\0\x14" + bytes(20)
    path.write_bytes(head + path.read_bytes())
    assert there_and_back(path).startswith(head + b"fLaC")


def test_flac_refuses_what_it_cannot_hold(tmp_path):
    path = tagged_file(tmp_path, "a.flac")
    with pytest.raises(DecodeError, match="16 MiB"):
        tagging.plan(path, Tags({}, {"Serato Overview": bytes(13 << 20)}))


entries = st.lists(
    st.tuples(st.text("ABCXYZ_abc", min_size=3, max_size=9), st.binary(max_size=300)).map(
        lambda e: e[0].encode() + b"=" + e[1]
    ),
    max_size=8,
)


@bounded(max_examples=40, deadline=None)
@given(entries, st.integers(0, 400), st.sampled_from(["first", "last"]))
def test_any_comments_survive(tmp_path_factory, held, padding, where):
    path = tmp_path_factory.mktemp("any") / "a.flac"
    comments = struct.pack("<I", 2) + b"me" + struct.pack("<I", len(held))
    comments += b"".join(struct.pack("<I", len(e)) + e for e in held)
    picture = bytes((6,)) + (500).to_bytes(3, "big") + bytes(range(250)) * 2
    block = bytes((4,)) + len(comments).to_bytes(3, "big") + comments
    pad = bytes((1,)) + padding.to_bytes(3, "big") + bytes(padding)
    middle = pad + picture + block if where == "first" else block + picture + pad
    info = bytes((0,)) + (34).to_bytes(3, "big") + bytes(34)
    end = bytes((0x82,)) + (4).to_bytes(3, "big") + b"test"
    path.write_bytes(b"fLaC" + info + middle + end + b"\xff\xf8 sound")
    new = there_and_back(path)
    found = [e for e in held if e.partition(b"=")[0].decode().upper() not in ("BPM", "KEY")]
    assert all(struct.pack("<I", len(e)) + e in new for e in found)
    assert picture in new
    assert new.endswith(end + b"\xff\xf8 sound")
    assert tagging.read(path) == WRITTEN


# --------------------------------------------------------------------------- ogg


def pages(path):
    data = path.read_bytes()
    place = 0
    with path.open("rb") as file:
        source = Source.of(file)
        while place < len(data):
            page = ogg.page_at(source, place)
            yield page, data[page.start : page.stop]
            place = page.stop


def check_pages(path, damaged=0):
    found = list(pages(path))
    assert [page.number for page, _ in found] == list(range(len(found)))
    wrong = [p for p, d in found if ogg.page_crc(d) != int.from_bytes(d[22:26], "little")]
    assert len(wrong) == damaged
    assert not found[-1][0].flags & 0x01
    for (_, before), (after, _) in pairwise(found):
        assert bool(after.flags & 1) == (before[26] > 0 and before[26 + before[26]] == 255)


@pytest.mark.parametrize("name", ["a.ogg", "a.opus"])
def test_ogg_over_more_pages_and_back(name, tmp_path):
    path = tagged_file(tmp_path, name, seconds=3.0)
    sound, n = track_id(path), len(list(pages(path)))
    check_pages(path)
    there_and_back(path, BIG)
    assert len(list(pages(path))) > n
    check_pages(path)
    assert track_id(path) == sound
    there_and_back(path, Tags({"bpm": "99"}, {"Serato Overview": None}))
    check_pages(path)
    assert track_id(path) == sound
    assert len(list(pages(path))) == n


def test_a_damaged_page_of_sound_stays_damaged(tmp_path):
    path = tagged_file(tmp_path, "a.opus", seconds=3.0)
    data = bytearray(path.read_bytes())
    data[-20] ^= 0x55
    path.write_bytes(bytes(data))
    check_pages(path, damaged=1)
    there_and_back(path, BIG)
    check_pages(path, damaged=1)


def test_ogg_damage_is_refused(tmp_path):
    path = tagged_file(tmp_path, "a.ogg")
    good = path.read_bytes()
    first = next(pages(path))[0].stop
    for place in (first + 40, first, 30):
        data = bytearray(good)
        data[place] ^= 0x41
        path.write_bytes(bytes(data))
        with pytest.raises(DecodeError, match=r"a\.ogg: "):
            tagging.plan(path, WRITTEN)
    path.write_bytes(good[: first + 20])
    with pytest.raises(DecodeError, match=r"missing|cut short"):
        tagging.plan(path, WRITTEN)
    path.write_bytes(good[:first] + good)
    with pytest.raises(DecodeError, match="side by side"):
        tagging.plan(path, WRITTEN)


# --------------------------------------------------------------------------- m4a


@pytest.mark.parametrize("flags", ["", "faststart"])
@pytest.mark.parametrize("tags", [TAGS, {}])
def test_m4a_whose_sound_moves(flags, tags, tmp_path):
    path = tmp_path / "a.m4a"
    options = {"movflags": flags} if flags else None
    y = corpus.sound(2.0)
    corpus.encoded(path, y, corpus.RATE, "aac", "ipod", options=options, tags=tags)
    sound = track_id(path)
    for written in (WRITTEN, BIG, Tags({"bpm": None}, {"Serato Overview": None})):
        there_and_back(path, written)
        assert track_id(path) == sound
    with av.open(str(path)) as file:
        assert file.metadata.get("title") == tags.get("title")


def test_m4a_free_space_is_used_up(tmp_path):
    path = tagged_file(tmp_path, "a.m4a")
    data = path.read_bytes()
    with path.open("rb") as file:
        place = mp4.parse(Source.of(file))
    free = (1000).to_bytes(4, "big") + b"free" + bytes(992)
    data = data[: place.items.stop] + free + data[place.items.stop :]
    data = bytearray(data)
    for box in place.way:  # moov lies behind the sound: no offset moves
        size = box.stop - box.start + 1000
        data[box.start : box.start + 4] = size.to_bytes(4, "big")
    path.write_bytes(bytes(data))
    sound, size = track_id(path), path.stat().st_size
    there_and_back(path, Tags({"key": "8A", "mood": "happy"}))
    assert path.stat().st_size == size
    there_and_back(path, Tags({"key": None}))
    assert path.stat().st_size == size
    there_and_back(path, BIG)
    assert track_id(path) == sound
    assert tagging.read(path).texts["mood"] == "happy"


def test_m4a_offsets_of_64_bits(tmp_path):
    def box(name, content):
        return (8 + len(content)).to_bytes(4, "big") + name + content

    def movie(place):
        table = box(b"co64", bytes(4) + struct.pack(">IQQ", 2, place, 7))
        track = box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", table))))
        return box(b"moov", box(b"mvhd", bytes(100)) + track + box(b"udta", bytes(4)))

    head = box(b"ftyp", b"M4A " + bytes(8))
    place = len(head) + len(movie(0)) + 16
    large = struct.pack(">I4sQ", 1, b"mdat", 16 + 9) + b"the sound"
    path = tmp_path / "a.m4a"
    path.write_bytes(head + movie(place) + large)
    new = there_and_back(path)
    at = new.index(b"co64") + 12
    moved, kept = struct.unpack(">QQ", new[at : at + 16])
    assert new[moved:] == b"the sound"
    assert kept == 7, "what lies before the tags does not move"
    assert new[new.index(b"mdat") - 8 :].startswith(bytes(4)), "QuickTime's zero is still last"


@pytest.mark.parametrize("change", [b"moof", b"keys"])
def test_m4a_that_is_not_ours(change, tmp_path):
    path = tagged_file(tmp_path, "a.m4a")
    data = path.read_bytes()
    if change == b"moof":
        path.write_bytes(data + (8).to_bytes(4, "big") + b"moof")
    else:
        path.write_bytes(data.replace(b"mdirappl", b"mdtaappl"))
    with pytest.raises(DecodeError, match=r"fragmented|QuickTime keys"):
        tagging.plan(path, WRITTEN)


def test_m4a_box_inside_another_that_never_ends(tmp_path):
    path = tagged_file(tmp_path, "a.m4a")
    data = bytearray(path.read_bytes())
    at = data.index(b"\xa9nam") - 4
    data[at : at + 4] = bytes(4)
    path.write_bytes(bytes(data))
    with pytest.raises(DecodeError, match="does not fit"):
        tagging.plan(path, WRITTEN)


# --------------------------------------------------------------------------- wav, aiff


def check_chunks(path):
    """Sizes add up to the whole file, every chunk begins at an even place."""
    with path.open("rb") as file:
        form = riff.parse(Source.of(file))
    assert form.end == path.stat().st_size
    assert all(chunk.start % 2 == 0 for chunk in form.chunks)
    return [chunk.name for chunk in form.chunks]


@pytest.mark.parametrize("name", ["pcm16.wav", "rf64.wav", "pcm16.aiff", "float.aifc"])
def test_chunks_add_up(name, tmp_path):
    path = corpus.make(tmp_path, name, 0.2)
    for text in ("8A", "a", "ab", "é" * 3000):
        there_and_back(path, Tags({"genre": text}))
        assert check_chunks(path)[-1].lower() == b"id3 "
        soundfile.info(path)


def test_sound_of_odd_length(tmp_path):
    path = tmp_path / "odd.wav"
    soundfile.write(path, np.zeros(1001, np.float32), 8000, subtype="PCM_U8")
    data = path.read_bytes()
    there_and_back(path)
    check_chunks(path)
    if len(data) % 2 == 0:  # the same without the zero behind the last chunk
        data = data[:4] + (len(data) - 9).to_bytes(4, "little") + data[8:-1]
        path.write_bytes(data)
        there_and_back(path)
        assert check_chunks(path)[-1] == b"id3 "


def test_info_is_kept_in_step(tmp_path):
    path = tagged_file(tmp_path, "a.wav")
    assert b"LIST" in check_chunks(path)
    new = there_and_back(path)
    check_chunks(path)
    assert b"House" not in new
    assert new.count(b"Techno\0") == 1, "in the list; the other one is in the ID3 tag"
    assert b"Techno" in new[new.index(b"id3 ") :]


def test_bytes_behind_the_form_stay(tmp_path):
    path = corpus.make(tmp_path, "pcm16.wav", 0.2)
    path.write_bytes(path.read_bytes() + b"somebody's own bytes")
    assert there_and_back(path).endswith(b"somebody's own bytes")


@pytest.mark.parametrize("size", [0, 20, 0xFFFFFFFF, 0x7FFFFFFF])
def test_sizes_that_do_not_add_up(size, tmp_path):
    path = corpus.make(tmp_path, "pcm16.wav", 0.2)
    data = path.read_bytes()
    path.write_bytes(data[:4] + size.to_bytes(4, "little") + data[8:])
    with pytest.raises(DecodeError, match=r"size|reaches beyond"):
        tagging.plan(path, WRITTEN)


def test_a_broken_tag_in_a_chunk(tmp_path):
    path = corpus.make(tmp_path, "pcm16.wav", 0.2)
    there_and_back(path)
    data = path.read_bytes().replace(b"id3 ", b"id3 ").replace(b"ID3\x03", b"XD3\x03")
    path.write_bytes(data)
    with pytest.raises(DecodeError, match="broken"):
        tagging.plan(path, WRITTEN)
