"""What Serato says of tracks: its crates and database, and the tags in the sound files themselves.

Grids, cues, loops and colours lie in the files, wherever these are at hand; a single sound file
can be asked, too. What this program wrote into the tags as its own guess, and nobody
changed, is left out: it is no human's answer. Nothing is written here (serato_writing.py does).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from mixolydian.audio.io import AUDIO_SUFFIXES
from mixolydian.core.errors import InputError
from mixolydian.library import tagging
from mixolydian.library.formats import serato
from mixolydian.library.formats.collection import Collection, CollectionTrack
from mixolydian.library.formats.serato_record import MACHINE, RECORD, decode
from mixolydian.library.formats.serato_tags import track_from_payloads

_DAMAGED = "files in which some of Serato's tags are damaged"
_UNREAD = "files whose tags could not be read"
_BARE = "files without tags of Serato's"
_OWN = "files in which what Mixolydian guessed and wrote there itself is left out"


def is_sound(path: Path) -> bool:
    """Whether `path` is a sound file by its name, not a crate or a folder."""
    return path.suffix.lower() in AUDIO_SUFFIXES and path.is_file()


def read(path: Path) -> Collection:
    """The `_Serato_` folder, crate or sound file at `path`, with what the sound files' tags say.

    Raises
    ------
    UnreadableError, InputError
        As :func:`mixolydian.library.formats.serato.read`; or the sound file named has tags that
        cannot be read.
    """
    if not is_sound(path):
        return with_tags(serato.read(path))
    alone = CollectionTrack(os.path.abspath(path))
    objects = _objects(path)
    found = _told([alone], lambda track: objects)
    # without the number: files of a folder are joined, each thing is said once
    notes = tuple(note.partition(" ")[2] for note in found.notes)
    return replace(found, notes=notes if objects else (*notes, _BARE))


def with_tags(collection: Collection) -> Collection:
    """`collection`, each of its tracks whose file is here with what the file's tags say."""
    found = _told(collection.tracks, _objects_if_any)
    return replace(collection, tracks=found.tracks, notes=(*collection.notes, *found.notes))


def _told(
    tracks: Iterable[CollectionTrack], ask: Callable[[CollectionTrack], dict[str, bytes] | None]
) -> Collection:
    """Each of `tracks` with what the tags say that `ask` finds (None: they cannot be read)."""
    told: list[CollectionTrack] = []
    counts: Counter[str] = Counter()
    for track in tracks:
        objects = ask(track)
        found, damaged = track_from_payloads(objects or {}, track)
        counts[_UNREAD] += objects is None
        counts[_DAMAGED] += bool(damaged)
        counts[_OWN] += MACHINE in decode((objects or {}).get(RECORD)).values()
        told.append(found)
    notes = tuple(f"{counts[what]} {what}" for what in (_DAMAGED, _UNREAD, _OWN) if counts[what])
    return Collection(tuple(told), (), "serato", notes)


def _objects_if_any(track: CollectionTrack) -> dict[str, bytes] | None:
    """What is kept in a track's file: nothing when it is not here, None when it is not readable."""
    path = Path(track.path)
    try:
        return _objects(path) if is_sound(path) else {}
    except InputError:
        return None


def _objects(path: Path) -> dict[str, bytes]:
    return {name: data for name, data in tagging.read(path).objects.items() if data is not None}
