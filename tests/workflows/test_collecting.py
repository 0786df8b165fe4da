"""Grids and cues between our words and a DJ's."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixolydian.core.convert import estimate_from_json, estimate_to_json
from mixolydian.core.types import Analysis, Cue, Estimate, Provenance, Section
from mixolydian.library.catalogue import Catalogue
from mixolydian.library.formats.collection import CollectionTrack, GridMarker, Marker
from mixolydian.library.lists import Marks, Rating
from mixolydian.workflows.collected import (
    answers_of,
    cues_of,
    same_grid,
    same_markers,
    sensible,
    tempo_and_beats,
)
from mixolydian.workflows.collecting import (
    collection_of,
    collection_track,
    comment_of,
    words_of,
)
from mixolydian.workflows.marking import HOT_CUES, grid_of, markers_of
from tests.example_tracks import unknown_track
from tests.workflows.djs import answer, beat_times, changing, shelve, track

DURATION = 240.0
HUMAN = Provenance("rekordbox", "1", kind="human")


@st.composite
def grids(draw: Any) -> list[GridMarker]:
    """One to four stretches of tempo; each begins where the one before has a beat, or just off."""
    meter = draw(st.sampled_from((3, 4, 7)))
    time, found = draw(st.floats(0.0, 3.0)), []
    for n in range(draw(st.integers(1, 4))):
        bpm = draw(st.floats(60.0, 200.0))
        beat = 1 if n == 0 else draw(st.integers(1, meter))
        found.append(GridMarker(time, bpm, beat, meter))
        time += draw(st.integers(16, 80)) * 60.0 / bpm + draw(st.sampled_from((0.0, 0.06)))
    return [marker for marker in found if marker.time < DURATION - 5.0]


def as_set_by_hand(grid: list[GridMarker]) -> Analysis:
    """The answers an import makes of `grid`, as the library gives them back."""
    values = dict(zip(("tempo", "beats"), tempo_and_beats(grid, DURATION), strict=True))
    documents = {
        q: json.loads(json.dumps(estimate_to_json(q, Estimate(v, 1.0, HUMAN))))
        for q, v in values.items()
    }
    return Analysis(DURATION, {q: estimate_from_json(q, d) for q, d in documents.items()})


@settings(max_examples=60, deadline=None)
@given(grids())
def test_a_grid_set_by_hand_goes_out_as_it_came_in(grid: list[GridMarker]) -> None:
    back = grid_of(as_set_by_hand(grid))
    assert len(back) == len(grid)
    assert [(m.beat, m.meter) for m in back] == [(m.beat, m.meter) for m in grid]
    assert [m.time for m in back] == pytest.approx([m.time for m in grid], abs=3e-4)
    assert np.abs(beat_times(back, DURATION) - beat_times(grid, DURATION)).max() < 0.001
    assert same_grid(back, grid, DURATION, 0.001)


@pytest.mark.parametrize("bpm", [131.0, 124.6, 127.985])
def test_a_tempo_set_by_hand_goes_out_with_its_own_decimals(bpm: float) -> None:
    (back,) = grid_of(as_set_by_hand([GridMarker(1.8671, bpm)]))
    assert back.bpm == bpm
    (back,) = grid_of(as_set_by_hand([GridMarker(1.8671, bpm + 0.0004)]))
    assert back.bpm == pytest.approx(bpm + 0.0004, abs=1e-4)


@settings(max_examples=40, deadline=None)
@given(grids())
def test_beats_cover_the_whole_sound(grid: list[GridMarker]) -> None:
    tempo, beats = tempo_and_beats(grid, DURATION)
    steps = np.diff(beats.times)
    periods = [60.0 / marker.bpm for marker in grid]
    assert beats.times[0] < periods[0]
    assert beats.times[-1] > DURATION - periods[-1] - 1e-6
    assert steps.min() > 0.4 * min(periods)
    assert steps.max() < 1.6 * max(periods)
    assert tempo.segments[0].start == 0.0
    assert tempo.segments[-1].end == DURATION


def test_what_was_heard_goes_out_as_exact_lines() -> None:
    (marker,) = grid_of(track("/m/a.flac", 127.98).analysis)
    assert marker.bpm == pytest.approx(127.98, abs=0.002)
    assert (marker.time, marker.beat, marker.meter) == (pytest.approx(0.213, abs=0.001), 1, 4)
    first, second = grid_of(changing("/m/b.flac").analysis)
    assert (first.bpm, second.bpm) == pytest.approx((120.0, 126.0), abs=0.01)
    assert second.time == pytest.approx(180.1, abs=0.002)


def test_a_moved_grid_is_not_the_same() -> None:
    grid = [GridMarker(0.5, 128.0)]
    for other in (GridMarker(0.502, 128.0), GridMarker(0.5, 128.02), GridMarker(0.5, 128.0, 2)):
        assert not same_grid([other], grid, DURATION, 0.001)
    assert same_grid([GridMarker(0.5 + 8 * 60.0 / 128.0, 128.0)], grid, DURATION, 0.001)
    assert not same_grid([], grid, DURATION, 0.001)


def test_nonsense_gives_no_grid() -> None:
    for wrong in (
        GridMarker(0.0, 1e9),
        GridMarker(float("nan"), 120.0),
        GridMarker(0.0, float("nan")),
        GridMarker(0.0, 120.0, 5, 4),
        GridMarker(0.0, 120.0, 1, 0),
    ):
        assert sensible([GridMarker(1.0, 120.0), wrong], DURATION) == []
    known = Analysis(DURATION, {})
    assert answers_of(CollectionTrack("/a", bpm=0.0, energy=3), known) == {}
    assert answers_of(CollectionTrack("/a", bpm=120.0), known)["tempo"].bpm == 120.0


def test_hot_cues_and_memory_cues() -> None:
    found = markers_of(track("/m/a.flac").analysis)
    assert [(m.slot, m.name) for m in found] == [
        (0, "Mix in"),
        (1, "Drop"),
        (2, "Breakdown"),
        (3, "Mix out"),
        (None, "Intro"),
        (None, "Drop"),
    ]
    assert all(m.color is not None for m in found[:4])
    many = answer(tuple(Cue(float(n), "drop") for n in range(12)))
    crowded = markers_of(Analysis(DURATION, {"cues": many}))
    assert [m.slot for m in crowded] == list(range(HOT_CUES))


def test_names_that_say_what_a_cue_is() -> None:
    names = ("INTRO", "Mix-Out 2", "drop", "Break  it", "Outro", "dropping", "vocals")
    markers = [Marker(float(n), name=name, slot=n) for n, name in enumerate(names)]
    assert [c.kind for c in cues_of(markers, DURATION)] == [
        "mix-in",
        "mix-out",
        "drop",
        "breakdown",
        "mix-out",
    ]
    assert cues_of([Marker(3.0, "fade-out")], DURATION) == (Cue(3.0, "mix-out"),)
    assert cues_of([Marker(-1.0, name="drop"), Marker(999.0, name="drop")], DURATION) == ()


def test_marks_set_by_hand_go_out_in_the_place_of_ours() -> None:
    loop = Marker(4.0, "loop", 8.0, 5, "サビ")
    out = collection_track(track("/m/a.flac"), "house", Rating(4, 2), Marks((loop,), "x"))
    assert (out.markers, out.rating, out.plays, out.genre) == ((loop,), 4, 2, "house")
    assert out.comment == "8A - Energy 7"
    assert same_markers(out.markers, (loop,), 0.001)


def test_a_track_of_which_nothing_is_known(settings: Any) -> None:
    bare = unknown_track()
    shelve(settings, bare)
    with Catalogue(settings.catalogue) as catalogue:
        collection = collection_of(catalogue, catalogue.rows()).collection
    (out,) = collection.tracks
    assert (out.grid, out.markers, out.bpm, out.tonic, out.comment) == ((), (), None, None, "")
    assert "1 tracks without a grid" in collection.notes[0]
    only_key = replace(
        bare, analysis=Analysis(3.0, {"sections": answer((Section(0, 3, "a", 0.1),))})
    )
    assert comment_of(only_key.analysis) == ""


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        ("8A - Energy 7", ""),
        ("12B - Energy 10 - my own - words", "my own - words"),
        ("Energy 3", ""),
        ("8A", ""),
        ("8Area 51", "8Area 51"),
        ("Energy 7 is mine", "Energy 7 is mine"),
        ("", ""),
    ],
)
def test_what_a_user_wrote_in_a_comment(comment: str, words: str) -> None:
    assert words_of(comment) == words
