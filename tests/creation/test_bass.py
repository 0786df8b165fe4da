"""The bass plays its riff on the chords' basses, in its register."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mixolydian.core.types import Note
from mixolydian.creation.bass import riff_of
from mixolydian.creation.brief import METERS, Brief
from mixolydian.creation.genres import GENRES
from mixolydian.creation.grid import make_grid
from mixolydian.creation.spans import chord_spans
from mixolydian.creation.structure import plan_sections
from tests.creation.pieces import any_genre, arranged, house, with_settings

FORM = (("drop", 4), ("breakdown", 2), ("drop", 4))


def notes_of(brief: Brief) -> tuple[Note, ...]:
    return next(p.notes for p in arranged(brief).parts if p.name == "bass")


def test_a_written_riff_plays_its_tones():
    brief = with_settings(
        house(tonic="A", form=(("drop", 2),), progression=(("i", 1.0), ("VI", 1.0))),
        ("bass.pattern", "r---3---5---o---"),
    )
    classes = [round(n.pitch) % 12 for n in notes_of(brief)]
    assert classes == [9, 0, 4, 9, 5, 9, 0, 5]
    first, *_, octave = notes_of(brief)[:4]
    assert octave.pitch == first.pitch + 12


def test_a_chord_over_its_third_has_it_in_the_bass():
    brief = with_settings(
        house(tonic="C", mode="major", form=(("drop", 1),), progression=(("I/3", 1.0),)),
        ("bass.pattern", "r---------------"),
    )
    assert [round(n.pitch) % 12 for n in notes_of(brief)] == [4]


def test_an_approach_leads_into_the_next_bass_and_stays_in_its_section():
    brief = with_settings(
        house(tonic="A", form=(("drop", 2), ("drop", 2)), progression=(("i", 1.0), ("iv", 1.0))),
        ("bass.pattern", "r-----------a---"),
        ("drop2.progression", "bII bII"),
    )
    root, lead, target = notes_of(brief)[:3]
    assert 1 <= abs(lead.pitch - target.pitch) <= 2
    last, again = notes_of(brief)[3], root
    assert 1 <= abs(last.pitch - again.pitch) <= 2


@pytest.mark.parametrize("name", sorted(GENRES))
def test_notes_are_chord_tones_on_the_riffs_places(name: str):
    for meter in METERS:
        brief = any_genre(name, meter=meter, form=FORM, seed=meter)
        if GENRES[name].form == "ambient":
            brief = replace(brief, form=(("chorus", 4), ("bridge", 2), ("chorus", 4)))
        plans = plan_sections(brief)
        spans, grid = chord_spans(brief, plans), make_grid(brief)
        found = {round(n.onset, 4): round(n.pitch) % 12 for n in notes_of(brief)}
        for plan in (plans[0], plans[2]):
            riff = riff_of(brief, plan)
            for bar in range(*plan.entries["bass"]):
                for step in riff[(bar - plan.first_bar) % len(riff)]:
                    beat = bar * meter + step.position
                    harmony = spans.at(beat).harmony
                    tones = {*harmony.pitch_classes, harmony.bass}
                    if step.tone == "seventh":
                        tones = {(harmony.root + 10) % 12, (harmony.root + 11) % 12, *tones}
                    heard = found[round(grid.play(beat), 4)]
                    assert step.tone == "approach" or heard in tones


@pytest.mark.parametrize("name", sorted(GENRES))
def test_the_line_stays_low(name: str):
    low, high = GENRES[name].bass_register
    for seed in range(4):
        pitches = [n.pitch for n in notes_of(any_genre(name, seed=seed))]
        assert low - 2 <= min(pitches) < high + 12
        assert max(pitches) < high + 24


def test_the_register_can_be_moved():
    up = with_settings(house(), ("bass.octave", "1"))
    assert [n.pitch - 12 for n in notes_of(up)] == [n.pitch for n in notes_of(house())]


def test_notes_end_with_their_section():
    brief = house(form=FORM)
    sections = arranged(brief).sections
    for note in notes_of(brief):
        home = next(s for s in sections if s.start - 1e-6 <= note.onset < s.end - 1e-6)
        assert note.offset <= home.end + 1e-6
