"""From our library to a DJ's collection: what we know, as tracks with grids and markers.

Grids and cues are laid by `marking.py`; what was set by hand in a DJ program goes out as it came
in. The way back is `collected.py`. Times are in seconds.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mixolydian.core.types import Analysis, Tick, Track
from mixolydian.dj.grid import Grid
from mixolydian.dj.gridding import set_by_hand
from mixolydian.library.batch import tracks_of
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.formats.collection import (
    Collection,
    CollectionList,
    CollectionTrack,
    GridMarker,
)
from mixolydian.library.lists import KeptList, Marks, Rating
from mixolydian.library.records import STALE, TrackRow, read_stamps
from mixolydian.workflows.kept_grids import NEEDED, KeptGrids
from mixolydian.workflows.marking import grid_of, markers_of

TOLD = ("tempo", "beats", "key", "sections", "drops", "cues", "energy", "genre")
"""Questions whose answers go out, or are compared with what comes in."""
_OURS = re.compile(r"^\s*(?:\d{1,2}[AB](?: - Energy \d{1,2})?|Energy \d{1,2})(?:$|\s+-\s+)")
"""The comment of :func:`comment_of`, alone or before other words."""


@dataclass(frozen=True)
class Collected:
    """A `collection` to write, and in how many of its tracks the grid is exact (`attuned`), set
    by a human (`by_hand`), or what the analysis heard (`heard`)."""

    collection: Collection
    attuned: int = 0
    by_hand: int = 0
    heard: int = 0


def collection_of(
    catalogue: Catalogue,
    rows: Sequence[TrackRow],
    kept: KeptGrids | None = None,
    tick: Tick | None = None,
    lists: Sequence[KeptList] | None = None,
) -> Collected:
    """The tracks of `rows` with all we know of them, and the lists they are in, or else `lists`.

    Grids that are `kept` take the place of the analysis' own. A track without a steady grid gets
    none, and a note says how many those are. Lists hold only tracks of `rows`; empty ones are
    left out. `tick` is told the share that is done.
    """
    ratings, marks = catalogue.ratings(), catalogue.marks()
    made: list[CollectionTrack] = []
    counts: Counter[str] = Counter()
    for row, track in zip(rows, told_tracks(catalogue, rows, kept), strict=True):
        grid = None if kept is None else kept.of(track)
        said = ratings.get(row.track_id, Rating())
        made.append(collection_track(track, row.genre, said, marks.get(row.track_id), grid))
        counts[_origin(track.analysis, made[-1], grid)] += 1
        if tick is not None:
            tick(len(made) / len(rows))
    paths = {track.track_id: track.path for track in made}
    said_lists = tuple(_lists(catalogue.lists() if lists is None else lists, paths))
    notes = tuple(_notes(counts["none"], _outdated(catalogue, rows, marks)))
    collection = Collection(tuple(made), said_lists, "mixolydian", notes)
    return Collected(collection, counts["attuned"], counts["by_hand"], counts["heard"])


def told_tracks(
    catalogue: Catalogue, rows: Sequence[TrackRow], kept: KeptGrids | None = None
) -> Iterator[Track]:
    """The tracks of `rows` with the answers that go out, and where portraits are kept with those
    that they are made from."""
    portrayed = kept is not None and any(row.track_id in kept.ids for row in rows)
    return tracks_of(catalogue, rows, {*TOLD, *NEEDED} if portrayed else TOLD)


def _outdated(catalogue: Catalogue, rows: Sequence[TrackRow], marks: Mapping[str, Marks]) -> int:
    """Tracks whose own cues go out, and were heard before an answer was corrected."""
    stamps = catalogue.stamps()
    known = (read_stamps(stamps[row.track_id]) for row in rows if row.track_id not in marks)
    return sum(STALE in (asked.get("cues"), asked.get("sections")) for asked in known)


def _notes(loose: int, outdated: int) -> Iterator[str]:
    if loose:
        yield f"{loose} tracks without a grid: no steady beat was heard in them"
    if outdated:
        yield (
            f"{outdated} tracks with cues from before their answers were corrected; `mixo analyze` "
            "renews them"
        )


def _origin(analysis: Analysis, made: CollectionTrack, attuned: Grid | None) -> str:
    """Where the grid of a track comes from."""
    if not made.grid:
        return "none"
    if attuned is not None:
        return "attuned"
    return "by_hand" if set_by_hand(analysis) else "heard"


def collection_track(
    track: Track,
    genre: str | None,
    rating: Rating,
    marks: Marks | None = None,
    attuned: Grid | None = None,
) -> CollectionTrack:
    """One track as DJ programs know it; `marks` set by hand take the place of ours, an `attuned`
    grid that of the analysis'."""
    analysis, tags = track.analysis, track.tags
    key, energy = analysis.value("key"), analysis.value("energy")
    tempo, grid = analysis.value("tempo"), grid_of(analysis, attuned)
    return CollectionTrack(
        os.path.abspath(track.path),
        tags.title or os.path.splitext(os.path.basename(track.path))[0],
        tags.artist or "",
        tags.album or "",
        genre or "",
        " - ".join(part for part in (comment_of(analysis), rating.comment) if part),
        tags.year,
        track.duration,
        _main_bpm(grid, track.duration) or getattr(tempo, "bpm", None),
        getattr(key, "tonic", None),
        getattr(key, "mode", None),
        grid,
        markers_of(analysis, grid) if marks is None else marks.markers,
        getattr(energy, "level", None),
        rating.rating,
        rating.color,
        rating.plays,
        rating.added,
        track.track_id,
    )


def words_of(comment: str) -> str:
    """What a user wrote in a `comment`, without what we (and other programs like us) put there."""
    return _OURS.sub("", comment, count=1).strip()


def comment_of(analysis: Analysis) -> str:
    """ "8A - Energy 7", as DJs are used to read it in comments; parts that are unknown are left
    out."""
    key, energy = analysis.value("key"), analysis.value("energy")
    parts = ([] if key is None else [key.camelot]) + (
        [] if energy is None else [f"Energy {energy.level}"]
    )
    return " - ".join(parts)


def _main_bpm(grid: Sequence[GridMarker], duration: float) -> float | None:
    """The tempo that holds longest."""
    ends = [*(marker.time for marker in grid[1:]), duration]
    lengths = [(end - m.time, m.bpm) for m, end in zip(grid, ends, strict=False)]
    return max(lengths)[1] if lengths else None


def _lists(kept: Iterable[KeptList], paths: Mapping[str, str]) -> Iterator[CollectionList]:
    for entry in kept:
        tracks = tuple(paths[i] for i in entry.track_ids if i in paths)
        if tracks:
            yield CollectionList(entry.name, tracks, entry.folder, entry.date)
