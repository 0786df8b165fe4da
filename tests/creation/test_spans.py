"""Chords lie under the whole piece, as asked or in the genre's habit."""

from __future__ import annotations

from itertools import pairwise

import pytest

from mixolydian.core.errors import RequestError
from mixolydian.creation.brief import Brief
from mixolydian.creation.genres import GENRES
from mixolydian.creation.harmony import read_progression
from mixolydian.creation.spans import Spans, chord_spans, key_at
from mixolydian.creation.structure import plan_sections
from mixolydian.theory.mode import MODES, mode_scale
from tests.creation.pieces import any_genre, house, with_settings


def spans_of(brief: Brief) -> Spans:
    return chord_spans(brief, plan_sections(brief))


@pytest.mark.parametrize("name", sorted(GENRES))
def test_spans_cover_the_piece_without_a_gap(name: str):
    brief = any_genre(name)
    rows = spans_of(brief).rows
    assert rows[0].start == 0
    assert rows[-1].end == brief.n_bars * brief.meter
    assert all(a.end == b.start and a.start < a.end for a, b in pairwise(rows))
    lines = {p.first_bar * brief.meter for p in plan_sections(brief)}
    assert lines <= {s.start for s in rows}


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("i VI III VII", ["A:min", "F:maj", "C:maj", "G:maj"]),
        ("i bVI bIII bVII", ["A:min", "F:maj", "C:maj", "G:maj"]),
        ("i iv:2 V7", ["A:min", "D:min", "E:7", "A:min"]),
    ],
)
def test_an_asked_progression_is_played_as_asked(text: str, labels: list[str]):
    rows = read_progression(text)
    brief = house(tonic="A", progression=rows, form=(("drop", 8), ("breakdown", 8)))
    spans = spans_of(brief).rows
    assert [s.harmony.label for s in spans[:4]] == labels
    assert [(s.end - s.start) / 4 for s in spans[: len(rows)]] == [bars for _, bars in rows]
    again = [s for s in spans if s.start >= 32]
    assert [s.harmony.label for s in again[:4]] == labels


def test_a_section_may_have_its_own_progression():
    brief = with_settings(house(tonic="A"), ("drop2.progression", "i:2 bVI:1 bVII:1"))
    spans = spans_of(brief).inside(22 * 4, 26 * 4)
    assert [(s.harmony.label, s.end - s.start) for s in spans] == [
        ("A:min", 8),
        ("F:maj", 4),
        ("G:maj", 4),
    ]
    plain = spans_of(house(tonic="A"))
    assert plain.inside(0, 88) == spans_of(brief).inside(0, 88)


def test_a_progression_that_cannot_be_read_is_refused():
    with pytest.raises(RequestError, match="Roman numeral"):
        spans_of(with_settings(house(), ("drop2.progression", "i foo")))


@pytest.mark.parametrize("mode", MODES)
def test_most_chords_stand_on_the_scale(mode: str):
    inside = total = 0
    for name in ("house", "techno", "trance", "ambient", "pop"):
        for seed in range(5):
            for span in spans_of(any_genre(name, mode=mode, seed=seed, tonic="C")).rows:
                inside += span.harmony.root in mode_scale(0, mode)
                total += 1
    assert inside / total > 0.85


def test_the_first_chord_of_a_section_is_where_it_starts():
    brief = house(progression=(("i", 3.0), ("iv", 3.0)))
    for plan in plan_sections(brief):
        assert spans_of(brief).at(plan.first_bar * 4).harmony.label == "F#:min"


def test_a_key_change_holds_from_its_bar():
    brief = house(key_changes=((20, "A", "dorian"),), progression=(("i", 1.0), ("IV", 1.0)))
    assert key_at(brief, 19) == (6, "minor")
    assert key_at(brief, 20) == (9, "dorian")
    spans = spans_of(brief)
    assert spans.at(76).harmony.root in (6, 11)
    assert spans.at(80).harmony.label == "A:min"
    assert (spans.at(80).tonic, spans.at(80).mode) == (9, "dorian")


@pytest.mark.parametrize("name", ["techno", "house", "trance"])
@pytest.mark.parametrize("bar", [5, 6, 9, 13])
def test_a_key_change_inside_a_section_cuts_the_chord(name: str, bar: int):
    brief = Brief(
        name, 128.0, "A", "minor", (("drop", 16),), seed=bar, key_changes=((bar, "Eb", "major"),)
    )
    rows = chord_spans(brief, plan_sections(brief)).rows
    assert rows[0].start == 0.0
    assert rows[-1].end == 64.0
    assert all(a.end == b.start for a, b in pairwise(rows))
    assert any(s.start == 4 * bar for s in rows)
    assert {s.tonic for s in rows if s.start < 4 * bar} == {9}
    assert {s.tonic for s in rows if s.start >= 4 * bar} == {3}
