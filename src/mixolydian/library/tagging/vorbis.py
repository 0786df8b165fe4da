"""Vorbis comments: `NAME=value` entries, some of them changed, all others byte for byte.

Source of truth: xiph.org/vorbis/doc/v-comment.html; Serato's objects as Jan Holthuis' notes
describe them for FLAC: base64 without padding, a line feed every 72 characters, of the type, an
empty file name, the object's name and its bytes.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, replace

from mixolydian.library.tagging.fields import FIELDS, Tags, damaged, plain_name, sane
from mixolydian.library.tagging.id3_frames import MIME

NAMES = {
    "bpm": ("BPM",),
    "key": ("INITIALKEY", "KEY"),
    "energy": ("ENERGYLEVEL",),
    "comment": ("COMMENT",),
    "genre": ("GENRE",),
    "mood": ("MOOD",),
    "grouping": ("GROUPING",),
}
"""Field → its entries; the first is written, others are kept in step when they are there."""

OBJECTS = {
    "Serato Analysis": "SERATO_ANALYSIS",
    "Serato Autotags": "SERATO_AUTOGAIN",
    "Serato BeatGrid": "SERATO_BEATGRID",
    "Serato Markers2": "SERATO_MARKERS_V2",
    "Serato Overview": "SERATO_OVERVIEW",
    "Serato RelVolAd": "SERATO_RELVOL",
    "Serato VidAssoc": "SERATO_VIDEO_ASSOC",
}
_PREFIX = "OBJECT_"
_LINE = 72


@dataclass(frozen=True)
class Comments:
    """`vendor`, the entries as stored (without their lengths), and what follows them."""

    vendor: bytes
    entries: tuple[bytes, ...] = ()
    rest: bytes = b""


def parse(data: bytes) -> Comments:
    """The comments in a block or packet (behind its signature).

    Raises
    ------
    DecodeError
        Lengths that reach beyond the data.
    """
    vendor, place = _take(data, 0)
    n = int.from_bytes(data[place : place + 4], "little")
    if n * 4 > len(data) - place - 4:
        raise damaged("its Vorbis comments claim more entries than there is room for")
    place += 4
    entries = []
    for _ in range(n):
        entry, place = _take(data, place)
        entries.append(entry)
    return Comments(vendor, tuple(entries), data[place:])


def _take(data: bytes, place: int) -> tuple[bytes, int]:
    size = int.from_bytes(data[place : place + 4], "little")
    stop = place + 4 + size
    if place + 4 > len(data) or stop > len(data):
        raise damaged("its Vorbis comments are cut short")
    return data[place + 4 : stop], stop


def parts(comments: Comments) -> list[bytes]:
    """The comments as parts of bytes: vendor, number, each entry, the rest."""
    stored = [len(e).to_bytes(4, "little") + e for e in comments.entries]
    vendor = len(comments.vendor).to_bytes(4, "little") + comments.vendor
    return [vendor, len(stored).to_bytes(4, "little"), *stored, comments.rest]


# ---------------------------------------------------------------------- what they say


def _name(entry: bytes) -> str:
    return entry.partition(b"=")[0].decode("latin-1").upper()


def _value(entry: bytes) -> str:
    return entry.partition(b"=")[2].decode("utf-8", "replace")


def read(comments: Comments) -> Tags:
    """The texts and objects of the comments."""
    found: dict[str, str] = {}
    for entry in comments.entries:
        found.setdefault(_name(entry), _value(entry))
    texts = {f: next((found[n] for n in NAMES[f] if n in found), None) for f in FIELDS}
    objects = (unwrapped(_value(e)) for e in comments.entries if _holds_object(e))
    return Tags(sane(texts), dict(o for o in objects if o is not None))


def _holds_object(entry: bytes) -> bool:
    return _name(entry) in OBJECTS.values() or _name(entry).startswith(_PREFIX)


def wrapped(name: str, data: bytes, lines: bool = True) -> str:
    """An object as text."""
    held = MIME + b"\0\0" + name.encode("ascii") + b"\0" + data
    text = base64.b64encode(held).decode("ascii").rstrip("=")
    if not lines:
        return text
    return "\n".join(text[i : i + _LINE] for i in range(0, len(text), _LINE))


def unwrapped(text: str) -> tuple[str, bytes] | None:
    """(name, bytes) of an object kept as text; None when it is none.

    A length that base64 cannot have is mended as the notes say: with one more `A`.
    """
    plain = "".join(text.split()).rstrip("=")
    if len(plain) % 4 == 1:
        plain += "A"
    try:
        held = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    head, _, rest = held.partition(b"\0\0")
    name, mark, data = rest.partition(b"\0")
    label = name.decode("latin-1")
    return (label, data) if head == MIME and mark and plain_name(label) else None


# ---------------------------------------------------------------------- changing them


def edited(comments: Comments, tags: Tags) -> Comments:
    """The comments with `tags` said in them; entries that say it already stay as they are."""
    entries = list(comments.entries)
    for field, text in tags.texts.items():
        first, *others = NAMES[field]
        entries = _set(entries, first, text)
        for other in others:
            if any(_name(e) == other for e in entries):
                entries = _set(entries, other, text)
    for name, data in tags.objects.items():
        key = OBJECTS.get(name, _PREFIX + name.upper().replace(" ", "_"))
        entries = _set(entries, key, None if data is None else wrapped(name, data))
    return replace(comments, entries=tuple(entries))


def _set(entries: list[bytes], name: str, text: str | None) -> list[bytes]:
    """`name` said once, in the place of the first entry of that name.

    Of several comments only the first is ours.
    """
    mine = [i for i, entry in enumerate(entries) if _name(entry) == name]
    if name == "COMMENT":
        mine = mine[:1]
    if text and mine and _value(entries[mine[0]]) == text:
        return entries
    kept = [e for i, e in enumerate(entries) if i not in set(mine[1:] if text else mine)]
    if not text:
        return kept
    new = f"{name}={text}".encode()
    if mine:
        kept[mine[0]] = new
        return kept
    return [*kept, new]
