"""ID3v2 tags: what one says, and the splices that make it say something else.

All frames that are not asked for stay byte for byte as they were, in their order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mixolydian.library.tagging import id3_frames
from mixolydian.library.tagging.fields import Tags, plain_name, sane
from mixolydian.library.tagging.id3_frames import (
    DESCRIPTIONS,
    NAMES,
    OBJECT,
    Frame,
    make_frame,
    object_of,
    text_of,
)
from mixolydian.library.tagging.id3_tag import (
    HEADER,
    Id3,
    parse,
    parts,
    stored_parts,
    tag_size,
)
from mixolydian.library.tagging.splice import Splice, difference

__all__ = ["HEADER", "changes", "edited", "parse", "read", "tag_size"]


# ---------------------------------------------------------------------- what it says


def read(tag: Id3) -> Tags:
    """The texts and objects a tag holds."""
    texts: dict[str, str | None] = {}
    for name in NAMES:
        found = next((f for f in tag.frames if _is_field(f, tag.version, name)), None)
        if found is not None:
            texts[name] = text_of(found, tag.version)[1]
    named = (object_of(f, tag.version) for f in tag.frames if f.name in OBJECT)
    return Tags(sane(texts), {n: data for n, data in named if plain_name(n)})


def _is_field(frame: Frame, version: int, field: str) -> bool:
    if frame.name not in NAMES[field]:
        return False
    if field == "comment":
        return text_of(frame, version)[0] == ""
    if field in DESCRIPTIONS:
        return text_of(frame, version)[0].casefold() == DESCRIPTIONS[field].casefold()
    return True


# ---------------------------------------------------------------------- changing it


def edited(tag: Id3, tags: Tags) -> Id3:
    """The tag with `tags` said in it; frames that say it already stay as they are."""
    frames = list(tag.frames)
    for field, text in tags.texts.items():
        frames = _set_text(frames, tag, field, text)
    for name, data in tags.objects.items():
        frames = _set_object(frames, tag, name, data)
    return replace(tag, frames=tuple(frames))


def _set_text(frames: list[Frame], tag: Id3, field: str, text: str | None) -> list[Frame]:
    mine = [f for f in frames if _is_field(f, tag.version, field)]
    if text and mine and text_of(mine[0], tag.version)[1] == text:
        return frames
    new = _frame(tag, NAMES[field], _text_content(tag, field, text, mine)) if text else None
    if field == "comment":
        mine = mine[:1]  # comments in other languages are not ours
    return _replaced(frames, mine, new)


def _text_content(tag: Id3, field: str, text: str, mine: list[Frame]) -> bytes:
    held = id3_frames.content(mine[0], tag.version) if mine and field == "comment" else None
    language = held[1:4] if held and len(held) > 4 else b"eng"
    return id3_frames.text_content(field, text, tag.version, language)


def _set_object(frames: list[Frame], tag: Id3, name: str, data: bytes | None) -> list[Frame]:
    mine = [f for f in frames if f.name in OBJECT and object_of(f, tag.version)[0] == name]
    if data is not None and mine and object_of(mine[0], tag.version)[1] == data:
        return frames
    held = b"" if data is None else id3_frames.object_content(name, data)
    return _replaced(frames, mine, None if data is None else _frame(tag, OBJECT, held))


def _frame(tag: Id3, names: tuple[str, str], held: bytes) -> Frame:
    name = names[tag.version == 2]
    return make_frame(name, held, tag.version, tag.plain_sizes, tag.unsync)


def _replaced(frames: list[Frame], old: Iterable[Frame], new: Frame | None) -> list[Frame]:
    """`new` in the place of the first of `old`, at the end when there is none; the others go."""
    gone = {id(frame) for frame in old}
    found: list[Frame] = []
    for frame in frames:
        if id(frame) not in gone:
            found.append(frame)
        elif new is not None:
            found.append(new)
            new = None
    return found if new is None else [*found, new]


def changes(start: int, old: bytes, tags: Tags) -> list[Splice]:
    """The splices that say `tags` in the tag `old`, which lies at `start`; empty makes one."""
    if not old:
        new = edited(Id3(), tags)
        return [Splice(start, start, b"".join(parts(new)))] if new.frames else []
    tag = parse(old)
    new = edited(tag, tags)
    if new == tag:
        return []
    former = stored_parts(tag, old)
    return difference(start, former, parts(new, len(old)))
