"""What the columns of a row of Mixxx's `library` become for a track of ours, beside what is there.

Beats carry a stamp in `beats_sub_version` that says they are ours, with a checksum of them. Mixxx
keeps it as it is, even when a DJ moves the beats, so that the checksum tells whether anybody did.
"""

from __future__ import annotations

import sqlite3
import zlib
from typing import Any

from mixolydian.library.formats import gridding, mixxx_blobs, mixxx_cues
from mixolydian.library.formats.collection import CollectionTrack
from mixolydian.library.formats.keynames import TONICS, short
from mixolydian.library.formats.tally import Tally

_TEXTS = ("title", "artist", "album", "genre", "comment")


def values_of(
    track: CollectionTrack, rate: float, old: sqlite3.Row | None, tally: Tally
) -> dict[str, Any]:
    """Columns of `library` and what they become, beside an `old` row of the user's."""
    values: dict[str, Any] = {name: spoken(getattr(track, name)) for name in _TEXTS}
    values |= {"year": "" if track.year is None else str(track.year), "duration": track.duration}
    values |= {"rating": track.rating, "timesplayed": track.plays}
    values |= {"datetime_added": track.added, "color": None}
    if track.color is not None:
        values["color"] = mixxx_cues.number_of(track.color)
    if old is not None:
        values = {name: value for name, value in values.items() if not old[name]}
    tally.add("energy levels, which Mixxx has no place for", track.energy is not None)
    said = {name: value for name, value in values.items() if value not in (None, "")}
    return said | _key_values(track) | _beat_values(track, rate, old, tally)


def _key_values(track: CollectionTrack) -> dict[str, Any]:
    if track.tonic not in TONICS or track.mode not in ("major", "minor"):
        return {}
    number = mixxx_blobs.key_id(track.tonic, track.mode)
    blob = mixxx_blobs.key_blob(number)
    name = short(track.tonic, track.mode)
    kept = {"key": name, "key_id": number, "keys": blob.data, "keys_version": blob.version}
    return {**kept, "keys_sub_version": ""}


def _beat_values(
    track: CollectionTrack, rate: float, old: sqlite3.Row | None, tally: Tally
) -> dict[str, Any]:
    if old is not None and old["bpm_lock"] and not _locked_by_us(old):
        tally.add("beat grids locked in Mixxx, left as they are")
        return {}
    grid = gridding.sound(track.grid)
    if not grid:
        return {"bpm": track.bpm} if track.bpm else {}
    tally.add("beat grids with bars of other than 4 beats", any(m.meter != 4 for m in grid))
    blob = mixxx_blobs.blob_of(grid, rate, track.duration)
    locked = mixxx_blobs.is_analysed_anew(blob, rate)
    tally.add("beat grids locked in Mixxx, which would put its own in their place", locked)
    beats = {"beats": blob.data, "beats_version": blob.version, "bpm_lock": int(locked)}
    return {
        **beats,
        "beats_sub_version": _stamp(blob.data, locked),
        "bpm": track.bpm or grid[0].bpm,
    }


def _locked_by_us(old: sqlite3.Row) -> bool:
    """Whether the lock is our own, and nobody has changed the beats since."""
    beats = old["beats"]
    return isinstance(beats, bytes) and old["beats_sub_version"] == _stamp(beats, locked=True)


def _stamp(beats: bytes, locked: bool) -> str:
    return f"mixolydian={zlib.crc32(beats):08x}" + ("|locked" if locked else "")


def spoken(text: str) -> str:
    """`text` as UTF-8 can hold it."""
    return text.encode("utf-8", "replace").decode("utf-8")
