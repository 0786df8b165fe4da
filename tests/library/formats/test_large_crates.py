"""Ten thousand tracks go out and come back, for every XML format."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from mixolydian.library.formats import rekordbox, traktor
from mixolydian.library.formats.collection import (
    Collection,
    CollectionList,
    CollectionTrack,
    GridMarker,
    Marker,
)
from tests.library.formats.xml_comparing import same_tracks

COUNT = 10_000


def track(number: int) -> CollectionTrack:
    grid = (GridMarker(number / 7, 120 + number % 50),)
    return CollectionTrack(
        f"/music/{number % 97}/夜 {number}.flac",
        f"Träck {number}",
        duration=float(200 + number % 300),
        bpm=120.0 + number % 50,
        grid=grid,
        markers=(Marker(number / 3, slot=number % 8),),
    )


@pytest.mark.parametrize("program", [rekordbox, traktor])
def test_a_large_crate_comes_back(tmp_path: Path, program: ModuleType) -> None:
    tracks = tuple(track(number) for number in range(COUNT))
    every = CollectionList("every third", tuple(t.path for t in tracks[::3]), ("a", "b"))
    assert program.write(tmp_path / "crate", Collection(tracks, (every,))) == ()
    found = program.read(tmp_path / "crate")
    assert found.lists == (every,)
    assert {t.path for t in found.tracks} == {t.path for t in tracks}
    same_tracks(found.tracks[::20], tracks[::20])
