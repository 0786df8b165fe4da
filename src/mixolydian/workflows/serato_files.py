"""What Serato says of tracks: its crates and database, and the tags in the sound files themselves.

Grids, cues, loops and colours lie in the files, wherever these are at hand; a single sound file
can be asked, too. Nothing is written here.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from mixolydian.audio.io import AUDIO_SUFFIXES
from mixolydian.core.errors import InputError
from mixolydian.library import tagging
from mixolydian.library.formats import serato
from mixolydian.library.formats.collection import Collection, CollectionTrack
from mixolydian.library.formats.serato_tags import track_from_payloads


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
    if is_sound(path):
        alone = CollectionTrack(os.path.abspath(path))
        found, damaged = track_from_payloads(_objects(path), alone)
        return Collection((found,), (), "serato", _notes(1 if damaged else 0, 0))
    return with_tags(serato.read(path))


def with_tags(collection: Collection) -> Collection:
    """`collection`, each of its tracks whose file is here with what the file's tags say."""
    tracks, damaged, unread = [], 0, 0
    for track in collection.tracks:
        try:
            objects = _objects(Path(track.path)) if is_sound(Path(track.path)) else {}
        except InputError:
            objects = {}
            unread += 1
        found, bad = track_from_payloads(objects, track)
        damaged += bool(bad)
        tracks.append(found)
    notes = (*collection.notes, *_notes(damaged, unread))
    return replace(collection, tracks=tuple(tracks), notes=notes)


def _objects(path: Path) -> dict[str, bytes]:
    return {name: data for name, data in tagging.read(path).objects.items() if data is not None}


def _notes(damaged: int, unread: int) -> tuple[str, ...]:
    found = []
    if damaged:
        found.append(f"{damaged} files in which some of Serato's tags are damaged")
    if unread:
        found.append(f"{unread} files whose tags could not be read")
    return tuple(found)
