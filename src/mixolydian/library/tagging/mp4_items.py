"""The items of an iTunes list: what one says, and how a new one is made.

An item is a box whose content is a `data` box: type (1 = UTF-8, 21 = integer), locale, value. A
freeform item `----` names itself by a `mean` (a domain) and a `name` box. Tempo is a whole number
here: `tmpo` has no room for decimals.
"""

from __future__ import annotations

from collections.abc import Mapping

from mixolydian.library.tagging.fields import Tags, sane
from mixolydian.library.tagging.vorbis import unwrapped, wrapped

_ITUNES, _SERATO, _OWN = "com.apple.iTunes", "com.serato.dj", "mixolydian"
_FREEFORM = b"----"
_TEXT, _INTEGER = 1, 21

NAMES: Mapping[str, bytes | tuple[str, str]] = {
    "bpm": b"tmpo",
    "key": (_ITUNES, "initialkey"),
    "energy": (_ITUNES, "ENERGYLEVEL"),
    "comment": b"\xa9cmt",
    "genre": b"\xa9gen",
    "mood": (_ITUNES, "MOOD"),
    "grouping": b"\xa9grp",
}
"""Field → item, or (mean, name) of a freeform one."""

OBJECTS = {
    "Serato Analysis": "analysisVersion",
    "Serato Autotags": "autgain",
    "Serato BeatGrid": "beatgrid",
    "Serato Markers_": "markers",
    "Serato Markers2": "markersv2",
    "Serato Overview": "overview",
    "Serato RelVolAd": "relvol",
    "Serato VidAssoc": "videoassociation",
}


def _identity(item: bytes) -> bytes | tuple[str, str]:
    """What an item is called, comparable without regard to case."""
    if item[4:8] != _FREEFORM:
        return item[4:8]
    inside = dict(_inside(item))
    names = (inside.get(kind, b"")[4:].decode("utf-8", "replace") for kind in (b"mean", b"name"))
    mean, name = names
    return mean.casefold(), name.casefold()


def _inside(item: bytes) -> list[tuple[bytes, bytes]]:
    """(name, content) of the boxes in an item; what does not fit is left out."""
    found, place = [], 8
    while place + 8 <= len(item):
        size = int.from_bytes(item[place : place + 4], "big")
        if size < 8 or place + size > len(item):
            break
        found.append((item[place + 4 : place + 8], item[place + 8 : place + size]))
        place += size
    return found


def _value(item: bytes) -> str:
    """The text, or the whole number, of an item."""
    data = next((content for name, content in _inside(item) if name == b"data"), b"")
    kind, value = int.from_bytes(data[1:4], "big"), data[8:]
    if item[4:8] == b"tmpo" or kind == _INTEGER:
        number = int.from_bytes(value[:8], "big")
        return str(number) if number else ""
    return value.decode("utf-16-be" if kind == 2 else "utf-8", "replace")


def _key(name: bytes | tuple[str, str]) -> bytes | tuple[str, str]:
    return name if isinstance(name, bytes) else (name[0].casefold(), name[1].casefold())


def read_items(items: list[bytes]) -> Tags:
    """The texts and objects of a list of items."""
    found: dict[bytes | tuple[str, str], bytes] = {}
    for item in items:
        found.setdefault(_identity(item), item)
    texts: dict[str, str | None] = {
        field: _value(found[_key(name)]) for field, name in NAMES.items() if _key(name) in found
    }
    domains = (_SERATO, _OWN)
    held = (_value(item) for name, item in found.items() if name[0] in domains)
    return Tags(sane(texts), dict(o for o in map(unwrapped, held) if o is not None))


# ---------------------------------------------------------------------- changing


def edited(items: list[bytes], tags: Tags) -> list[bytes]:
    """The items with `tags` said in them; items that say it already stay as they are."""
    for field, text in tags.texts.items():
        said = _whole(text) if field == "bpm" and text else text
        items = _set(items, NAMES[field], said)
        if field == "genre":
            items = [item for item in items if item[4:8] != b"gnre"]
    for name, data in tags.objects.items():
        lines = name in ("Serato Markers_", "Serato Markers2")
        label = (_SERATO, OBJECTS[name]) if name in OBJECTS else (_OWN, name)
        items = _set(items, label, None if data is None else wrapped(name, data, lines))
    return items


def _whole(text: str) -> str:
    """A tempo as the item can hold it."""
    return str(min(65535, int(float(text) + 0.5)))


def _set(items: list[bytes], name: bytes | tuple[str, str], text: str | None) -> list[bytes]:
    mine = [i for i, item in enumerate(items) if _identity(item) == _key(name)]
    if text and mine and _value(items[mine[0]]) == text:
        return items
    if not text:
        return [item for i, item in enumerate(items) if i not in set(mine)]
    if not mine:
        return [*items, _item(name, text)]
    others = set(mine[1:])
    items = [_item(name, text) if i == mine[0] else item for i, item in enumerate(items)]
    return [item for i, item in enumerate(items) if i not in others]


def _item(name: bytes | tuple[str, str], text: str) -> bytes:
    if name == b"tmpo":
        return _box(name, _data(_INTEGER, int(text).to_bytes(2, "big")))
    data = _data(_TEXT, text.encode("utf-8"))
    if isinstance(name, bytes):
        return _box(name, data)
    mean, label = (_box(k, bytes(4) + t.encode()) for k, t in zip((b"mean", b"name"), name))  # noqa: B905
    return _box(_FREEFORM, mean + label + data)


def _data(kind: int, value: bytes) -> bytes:
    return _box(b"data", kind.to_bytes(4, "big") + bytes(4) + value)


def _box(name: bytes, content: bytes) -> bytes:
    return (8 + len(content)).to_bytes(4, "big") + name + content
