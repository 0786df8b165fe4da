"""Reading JAMS: what is annotated of one sound, in our words; `jams.py` says which namespaces.

Of several annotations of one namespace the first counts. What a program made (`data_source`
"program") is not read: it is no answer of a human. Times are in seconds.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from mixolydian.core.errors import DecodeError
from mixolydian.core.types import Beats, Chord, KeyChange, Section, TempoSegment
from mixolydian.library.formats.collection import (
    Collection,
    CollectionTrack,
    GridMarker,
    Marker,
)
from mixolydian.library.formats.texts import read_text, shown

_SPELLED = {"Db": "C#", "D#": "Eb", "Gb": "F#", "G#": "Ab", "A#": "Bb", "B#": "C", "E#": "F"} | {
    "Cb": "B",
    "Fb": "E",
}
_TONICS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


@dataclass(frozen=True, eq=False)
class Annotated:
    """A JAMS file: its track as other formats know it, and what only JAMS can say."""

    track: CollectionTrack
    annotator: str = ""
    tempo: tuple[TempoSegment, ...] = ()
    beats: Beats | None = None
    keys: tuple[KeyChange, ...] = ()
    chords: tuple[Chord, ...] = ()
    sections: tuple[Section, ...] = ()
    """Their energy is 0, because JAMS has no word for it."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Row:
    """An observation."""

    time: float
    duration: float
    value: Any

    @property
    def end(self) -> float:
        return self.time + self.duration


def read(path: Path) -> Collection:
    """The file at `path` as a collection of one track; see :func:`read_annotated`."""
    found = read_annotated(path)
    return Collection((found.track,), (), "jams", found.notes)


def read_annotated(path: Path) -> Annotated:
    """All that is annotated in the file at `path`.

    Raises
    ------
    UnreadableError, InputError
        The file is missing, may not be read, is too large, or is no text.
    DecodeError
        It is no JAMS.
    """
    document = _document(path)
    rows: dict[str, list[_Row]] = {}
    who, programs = "", 0
    for entry in document["annotations"]:
        made = entry.get("annotation_metadata") or {}
        if made.get("data_source") == "program":
            programs += 1
        elif entry.get("namespace") not in rows:
            rows[str(entry.get("namespace"))] = list(_rows(entry.get("data")))
            who = who or str((made.get("annotator") or {}).get("name") or "")
    notes = (f"{programs} annotations left out, which a program made",) if programs else ()
    return _annotated(path, document, rows, who, notes)


def _document(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(read_text(path, "a JAMS file", guess=False))
    except (ValueError, RecursionError) as error:
        raise DecodeError(
            f"{shown(path)}: expected a JAMS file, found no JSON ({error}); check the file"
        ) from error
    annotations = document.get("annotations") if isinstance(document, dict) else None
    if not isinstance(annotations, list) or not all(isinstance(a, dict) for a in annotations):
        raise DecodeError(
            f"{shown(path)}: expected a JAMS file, found JSON without a list of annotations; "
            "check that it is the right file"
        )
    return dict(document)


def _rows(data: Any) -> Iterator[_Row]:
    """Observations in order of time, from a list of them or (dense namespaces) a dict of lists."""
    if isinstance(data, dict):
        columns = [data.get(name) or [] for name in ("time", "duration", "value")]
        found = [_row(*row) for row in zip(*columns, strict=False)]
    else:
        entries = [e for e in data or [] if isinstance(e, dict)]
        found = [_row(e.get("time"), e.get("duration"), e.get("value")) for e in entries]
    yield from sorted((row for row in found if row is not None), key=lambda row: row.time)


def _row(time: Any, duration: Any, value: Any) -> _Row | None:
    number = (int, float)
    if not isinstance(time, number) or not isinstance(duration or 0, number):
        return None
    row = _Row(float(time), float(duration or 0), value)
    return row if math.isfinite(row.end) and row.time >= 0.0 else None


def _annotated(
    path: Path,
    document: dict[str, Any],
    rows: dict[str, list[_Row]],
    who: str,
    notes: tuple[str, ...],
) -> Annotated:
    about = document.get("file_metadata") or {}
    said = document.get("sandbox") or {}
    length = about.get("duration")
    duration = float(length) if isinstance(length, int | float) and length > 0 else None
    tempo, beats = _tempo(rows.get("tempo", [])), _beats(rows.get("beat", []))
    keys = tuple(_keys(rows.get("key_mode", [])))
    track = CollectionTrack(
        str(said.get("path") or os.path.abspath(path)),
        str(about.get("title") or ""),
        str(about.get("artist") or ""),
        str(about.get("release") or ""),
        duration=duration,
        bpm=_main_bpm(tempo),
        tonic=keys[0].tonic if len(keys) == 1 else None,
        mode=keys[0].mode if len(keys) == 1 else None,
        grid=tuple(_grid(tempo, beats)),
        markers=tuple(Marker(r.time, name=str(r.value)) for r in rows.get("tag_open", [])),
        track_id=str((about.get("identifiers") or {}).get("mixolydian") or ""),
    )
    chords = tuple(_chords(rows.get("chord_harte") or rows.get("chord") or []))
    sections = tuple(_sections(rows.get("segment_open") or []))
    return Annotated(track, who, tempo, beats, keys, chords, sections, notes)


def _tempo(rows: list[_Row]) -> tuple[TempoSegment, ...]:
    good = [r for r in rows if isinstance(r.value, int | float) and 0 < r.value < math.inf]
    return tuple(TempoSegment(r.time, r.end, float(r.value), r.time) for r in good)


def _main_bpm(tempo: tuple[TempoSegment, ...]) -> float | None:
    """The tempo that holds longest."""
    longest = max(tempo, key=lambda s: s.end - s.start, default=None)
    return None if longest is None else longest.bpm


def _beats(rows: list[_Row]) -> Beats | None:
    """Beats with their places in the bar; None where not all of them are numbered."""
    counted = [r for r in rows if isinstance(r.value, int | float) and r.value >= 1]
    if len(counted) < 2 or len(counted) < len(rows):
        return None
    positions = np.array([int(r.value) for r in counted])
    return Beats(np.array([r.time for r in counted]), positions, int(positions.max()))


def _grid(tempo: tuple[TempoSegment, ...], beats: Beats | None) -> Iterator[GridMarker]:
    """One marker per stretch of tempo, on its first beat; none without beats."""
    for segment in tempo if beats is not None else ():
        times = np.asarray(beats.times) if beats is not None else np.zeros(0)
        inside = np.flatnonzero((times >= segment.start - 1e-3) & (times < segment.end))
        if beats is not None and len(inside):
            first = inside[0]
            position = int(beats.positions[first])
            yield GridMarker(float(times[first]), segment.bpm, position, beats.meter)


def _keys(rows: list[_Row]) -> Iterator[KeyChange]:
    for row in rows:
        tonic, _, mode = str(row.value).partition(":")
        tonic = _SPELLED.get(tonic, tonic)
        if tonic in _TONICS and mode in ("major", "minor"):
            yield KeyChange(row.time, row.end, tonic, mode)


def _chords(rows: list[_Row]) -> Iterator[Chord]:
    for before, row in pairwise([None, *rows]):
        if row is not None and (before is None or row.time >= before.end - 1e-3):
            yield Chord(row.time, row.end, str(row.value))


def _sections(rows: list[_Row]) -> Iterator[Section]:
    for row in rows:
        yield Section(row.time, row.end, str(row.value), 0.0)
