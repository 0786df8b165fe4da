"""What lies at a path that a user names for an import.

That is a file, another program's folder, or a folder of sheets, playlists and sound files, which
are read together as if they were one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from mixolydian.audio.io import AUDIO_SUFFIXES, shown
from mixolydian.core.errors import DecodeError, InputError, RequestError
from mixolydian.library.formats import jams
from mixolydian.library.formats.collection import Collection
from mixolydian.library.formats.detection import SUFFIXES, program_of, program_of_folder
from mixolydian.library.formats.tally import together
from mixolydian.workflows.arrived import Found, Left
from mixolydian.workflows.programs import READERS
from mixolydian.workflows.serato_files import is_sound


def read_from(
    path: Path, program: str = "", tick: Callable[[float], None] | None = None
) -> list[Found]:
    """What is read at `path`, one entry per program; `program` says what it is, where that is
    known. `tick` is told the share that is done.

    Raises
    ------
    InputError
        Missing, damaged, hostile, or of no program we know; in a folder, every file of it.
    RequestError
        Of a program that cannot be read, or a folder without files for us.
    """
    if not path.is_dir() or program_of_folder(path) or program == "engine":
        return [_read(path, program)]
    files = _files(path, program)
    read: dict[str, list[Found]] = {}
    failed: list[Left] = []
    for n, file in enumerate(files):
        try:
            found = _read(file, program)
            read.setdefault(found.program, []).append(found)
        except InputError as error:
            if len(files) == 1:
                raise
            failed.append(Left(shown(file), str(error)))
        if tick is not None:
            tick((n + 1) / len(files))
    if not read:
        raise DecodeError(
            f"{failed[0].reason} (it is the same with all {len(failed)} files in that folder)"
        )
    whole = [_joined(path, name, every) for name, every in read.items()]
    return [replace(whole[0], unread=tuple(failed)), *whole[1:]]


def _files(folder: Path, program: str) -> list[Path]:
    """The files of `program` (of all when empty) below a folder, in the order of their names."""
    endings = {ending for ending, name in SUFFIXES.items() if program in ("", name)}
    endings |= AUDIO_SUFFIXES if program in ("", "serato") else frozenset()
    walked = os.walk(folder)
    every = sorted(os.path.join(at, name) for at, _, names in walked for name in names)
    files = [Path(name) for name in every if os.path.splitext(name)[1].lower() in endings]
    if not files:
        kinds = ", ".join(sorted(endings - AUDIO_SUFFIXES)) or "sound files"
        raise RequestError(
            f"{shown(folder)}: expected a DJ program's folder, or one with {kinds}; found none of "
            "these, name the file itself"
        )
    return files


def _read(path: Path, program: str) -> Found:
    program = program or ("serato" if is_sound(path) else program_of(path))
    if program not in READERS:
        known = ", ".join(READERS)
        raise RequestError(f"{path}: a collection of {program} cannot be read; we read {known}")
    if program == "jams":
        found = jams.read_annotated(path)
        collection = Collection((found.track,), (), program, found.notes)
        return Found(path, program, collection, {found.track.path: found})
    return Found(path, program, READERS[program](path))


def _joined(path: Path, program: str, every: Sequence[Found]) -> Found:
    """All of one program as one; a track that several name counts as the first says."""
    tracks = {track.path: track for f in reversed(every) for track in f.collection.tracks}
    first = [track.path for f in every for track in f.collection.tracks]
    ordered = tuple(tracks[place] for place in dict.fromkeys(first))
    lists = tuple(entry for f in every for entry in f.collection.lists)
    notes = together(note for f in every for note in f.collection.notes)
    annotated = {place: a for f in reversed(every) for place, a in f.annotated.items()}
    return Found(path, program, Collection(ordered, lists, program, notes), annotated)
