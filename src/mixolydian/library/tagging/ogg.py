"""Ogg Vorbis and Opus: the comment packet, laid out on pages again.

Source of truth: RFC 3533 (pages), the Vorbis I specification, RFC 7845 (Opus). The header packets
behind the first page are put on new pages; when there are more or fewer of them than before, the
pages of the sound are renumbered. A page's CRC changes with its number by a difference that needs
no look at its content, and that leaves a page which was damaged as damaged as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mixolydian.library.tagging import vorbis
from mixolydian.library.tagging.fields import MAX_TAG_BYTES, Tags, damaged
from mixolydian.library.tagging.source import Source
from mixolydian.library.tagging.splice import Splice, difference

_HEAD = 27
_POLYNOMIAL = 0x04C11DB7
_NOTHING_ENDS = b"\xff" * 8
"""The position of a page on which no packet ends."""
_BEGINS, _ENDS = 0x02, 0x04
_SEGMENTS = 255


@dataclass(frozen=True)
class Page:
    """A page: where it lies, its flags, stream, number, and the lengths of its segments."""

    start: int
    stop: int
    flags: int
    serial: bytes
    number: int
    segments: bytes


@dataclass(frozen=True)
class Headers:
    """The first page, the pages of the other header packets, and these packets."""

    first: Page
    pages: tuple[Page, ...]
    packets: tuple[bytes, ...]
    signature: bytes


def page_at(source: Source, place: int) -> Page:
    """The page that begins there; DecodeError when none does."""
    head = source.read(place, min(place + _HEAD, source.size))
    if len(head) < _HEAD or head[:5] != b"OggS\0":
        raise damaged("an Ogg page is missing")
    segments = source.read(place + _HEAD, place + _HEAD + head[26])
    stop = place + _HEAD + len(segments) + sum(segments)
    if stop > source.size:
        raise damaged("an Ogg page is cut short")
    number = int.from_bytes(head[18:22], "little")
    return Page(place, stop, head[5], head[14:18], number, segments)


def parse(source: Source) -> Headers:
    """The header packets.

    Raises
    ------
    DecodeError
        Damaged pages, several streams side by side, or sound that is neither Vorbis nor Opus.
    """
    first = page_at(source, 0)
    start = source.read(first.start + _HEAD + len(first.segments), first.stop)
    if start[:7] == b"\x01vorbis":
        n, signature = 2, b"\x03vorbis"
    elif start[:8] == b"OpusHead":
        n, signature = 1, b"OpusTags"
    else:
        raise damaged("it is an Ogg file that begins with neither Vorbis nor Opus")
    pages, packets = _packets(source, first, n)
    if not packets[0].startswith(signature):
        raise damaged("its comment packet is missing")
    return Headers(first, tuple(pages), tuple(packets), signature)


def _packets(source: Source, first: Page, n: int) -> tuple[list[Page], list[bytes]]:
    """The next `n` packets, which must end with a page, and their pages."""
    pages: list[Page] = []
    packets = [b""]
    place, size = first.stop, 0
    while len(packets) <= n:
        page = page_at(source, place)
        data = source.read(page.start, page.stop)
        if page.serial != first.serial or page.flags & _BEGINS:
            raise damaged("several streams lie side by side in it")
        if int.from_bytes(data[22:26], "little") != page_crc(data):
            raise damaged("a page with its comments has a wrong checksum")
        pages.append(page)
        _share_out(data[_HEAD + len(page.segments) :], page.segments, packets)
        place, size = page.stop, size + len(data)
        if size > MAX_TAG_BYTES or len(packets) > n + 1:
            raise damaged("its header packets do not end where they must")
    if packets.pop():
        raise damaged("its sound begins on a page of its comments")
    return pages, packets


def _share_out(data: bytes, segments: bytes, packets: list[bytes]) -> None:
    """Add a page's segments to the last packet; a segment below 255 bytes ends it."""
    place = 0
    for length in segments:
        packets[-1] += data[place : place + length]
        place += length
        if length < _SEGMENTS:
            packets.append(b"")


def read(source: Source) -> Tags:
    """What the comments say."""
    headers = parse(source)
    return vorbis.read(vorbis.parse(headers.packets[0][len(headers.signature) :]))


# ---------------------------------------------------------------------- changing


def plan(source: Source, tags: Tags) -> list[Splice]:
    """The splices that say `tags`."""
    headers = parse(source)
    comments = vorbis.parse(headers.packets[0][len(headers.signature) :])
    new = vorbis.edited(comments, tags)
    if new == comments:
        return []
    packet = headers.signature + b"".join(vorbis.parts(new))
    pages = laid_out([packet, *headers.packets[1:]], headers.first)
    old = [source.read(page.start, page.stop) for page in headers.pages]
    changed = difference(headers.pages[0].start, old, pages)
    shift = len(pages) - len(old)
    if shift:
        changed += _renumbered(source, headers.pages[-1].stop, headers.first.serial, shift)
    return changed


def laid_out(packets: list[bytes], first: Page) -> list[bytes]:
    """The packets on pages behind `first`."""
    segments = [part for packet in packets for part in _cut(packet)]
    pages: list[bytes] = []
    for start in range(0, len(segments), _SEGMENTS):
        chosen = segments[start : start + _SEGMENTS]
        goes_on = start > 0 and len(segments[start - 1]) == _SEGMENTS
        pages.append(_page(chosen, goes_on, first, first.number + 1 + len(pages)))
    return pages


def _cut(packet: bytes) -> list[bytes]:
    """Segments of 255 bytes, the last one shorter (perhaps empty)."""
    whole = len(packet) // _SEGMENTS
    return [packet[_SEGMENTS * i : _SEGMENTS * (i + 1)] for i in range(whole + 1)]


def _page(segments: list[bytes], goes_on: bool, first: Page, number: int) -> bytes:
    ends = any(len(segment) < _SEGMENTS for segment in segments)
    position = bytes(8) if ends else _NOTHING_ENDS
    head = b"OggS\0" + bytes((goes_on,)) + position + first.serial + number.to_bytes(4, "little")
    lengths = bytes(map(len, segments))
    data = head + bytes(4) + bytes((len(lengths),)) + lengths + b"".join(segments)
    return data[:22] + page_crc(data).to_bytes(4, "little") + data[26:]


def _renumbered(source: Source, place: int, serial: bytes, shift: int) -> Iterator[Splice]:
    """New numbers, and with them new CRCs, for the stream's pages from `place` on."""
    while source.peek(place, 4) == b"OggS":
        page = page_at(source, place)
        if page.serial == serial:
            yield _renumbering(source, page, shift)
            if page.flags & _ENDS:
                return
        place = page.stop


def _renumbering(source: Source, page: Page, shift: int) -> Splice:
    number = (page.number + shift) % (1 << 32)
    place = page.start + 18
    old = source.read(place, place + 8)
    change = int.from_bytes(old[:4], "big") ^ int.from_bytes(number.to_bytes(4, "little"), "big")
    crc = int.from_bytes(old[4:], "little") ^ _carried(change, page.stop - place - 4)
    return Splice(place, place + 8, number.to_bytes(4, "little") + crc.to_bytes(4, "little"))


# ---------------------------------------------------------------------- checksums


@cache
def _table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        crc = byte << 24
        for _ in range(8):
            crc = crc << 1 ^ (_POLYNOMIAL if crc & 0x80000000 else 0)
            crc &= 0xFFFFFFFF
        table.append(crc)
    return tuple(table)


def page_crc(page: bytes) -> int:
    """The checksum of a page, whatever stands in the place of its checksum."""
    crc, table = 0, _table()
    for byte in page[:22] + bytes(4) + page[26:]:
        crc = (crc << 8 & 0xFFFFFFFF) ^ table[crc >> 24 ^ byte]
    return crc


def _times(a: int, b: int) -> int:
    """The product of two polynomials over GF(2), modulo the checksum's."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a = a << 1 ^ (_POLYNOMIAL | 1 << 32 if a & 0x80000000 else 0)
        b >>= 1
    return product


@cache
def _power(n: int) -> int:
    """x to the power of `n` (bits), modulo the checksum's polynomial."""
    if n == 0:
        return 1
    half = _power(n // 2)
    square = _times(half, half)
    return _times(square, 2) if n % 2 else square


def _carried(change: int, n_after: int) -> int:
    """What a change of four bytes does to a checksum when `n_after` bytes follow them."""
    return _times(change, _power(8 * (n_after + 4)))
