"""When two collections say the same: times within a millisecond, everything else equal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest

from mixolydian.library.formats.collection import CollectionList, CollectionTrack, Marker

MILLISECOND = 0.001


def same_tracks(found: Sequence[CollectionTrack], wanted: Sequence[CollectionTrack]) -> None:
    assert [_bare(t) for t in found] == [_bare(t) for t in wanted]
    for one, other in zip(found, wanted, strict=True):
        assert [_bare_marker(m) for m in one.markers] == [_bare_marker(m) for m in other.markers]
        assert [(g.beat, g.meter) for g in one.grid] == [(g.beat, g.meter) for g in other.grid]
        assert _times(one) == pytest.approx(_times(other), abs=MILLISECOND / 100)


def same_lists(found: Iterable[CollectionList], wanted: Iterable[CollectionList]) -> None:
    """Lists in one folder keep their order; folders stand where their first list stood."""

    def by_folder(lists: Iterable[CollectionList]) -> dict[tuple[str, ...], list[CollectionList]]:
        sorted_: dict[tuple[str, ...], list[CollectionList]] = {}
        for one in lists:
            sorted_.setdefault(one.folder, []).append(one)
        return sorted_

    assert by_folder(found) == by_folder(wanted)


def _bare(track: CollectionTrack) -> CollectionTrack:
    return replace(track, grid=(), markers=(), bpm=None, duration=None, track_id="")


def _bare_marker(marker: Marker) -> Marker:
    return replace(marker, time=0.0, end=None)


def _times(track: CollectionTrack) -> list[float]:
    numbers = [track.bpm, track.duration]
    for beat in track.grid:
        numbers += [beat.time, beat.bpm]
    for marker in track.markers:
        numbers += [marker.time, marker.end]
    return [-1.0 if number is None else number for number in numbers]
