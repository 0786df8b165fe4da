"""Chords, pad and arpeggio play the chords, each in its register and rhythm."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mixolydian.core.types import Note
from mixolydian.creation.brief import METERS, Brief
from mixolydian.creation.chords import ARPEGGIO_HIGH, ARPEGGIO_LOW
from mixolydian.creation.genres import GENRES
from mixolydian.creation.grid import make_grid
from mixolydian.creation.spans import chord_spans
from mixolydian.creation.structure import owned_layers, plan_sections
from tests.creation.pieces import any_genre, arranged, house, with_settings

FORM = (("drop", 8), ("breakdown", 4), ("buildup", 4), ("drop", 8))


def notes_of(brief: Brief, part: str) -> tuple[Note, ...]:
    return next((p.notes for p in arranged(brief).parts if p.name == part), ())


def beat_of(brief: Brief, note: Note) -> float:
    times = make_grid(brief).times
    return float(np.interp(note.onset, times, np.arange(len(times))))


def owner(name: str, part: str) -> Brief:
    """A piece of the genre that has `part`."""
    briefs = (any_genre(name, seed=seed, form=FORM) for seed in range(100))
    return next(b for b in briefs if part in owned_layers(b))


@pytest.mark.parametrize("part", ["chords", "pad", "arpeggio"])
@pytest.mark.parametrize("name", ["house", "trance", "techno", "ambient", "pop", "hardcore"])
def test_every_note_is_a_tone_of_its_chord(name: str, part: str):
    for meter in METERS:
        brief = replace(owner(name, part), meter=meter)
        spans = chord_spans(brief, plan_sections(brief))
        for note in notes_of(brief, part):
            harmony = spans.at(beat_of(brief, note)).harmony
            assert round(note.pitch) % 12 in harmony.pitch_classes


@pytest.mark.parametrize("name", sorted(GENRES))
def test_every_chord_of_a_drop_is_heard_whole(name: str):
    brief = any_genre(name, progression=(("i", 0.5), ("VI", 0.5)), form=(("drop", 4),))
    if "chords" not in owned_layers(brief):
        return
    spans = chord_spans(brief, plan_sections(brief))
    heard: dict[float, set[int]] = {}
    for note in notes_of(brief, "chords"):
        span = spans.at(beat_of(brief, note))
        heard.setdefault(span.start, set()).add(round(note.pitch) % 12)
    for span in spans.rows:
        assert heard[span.start] == set(span.harmony.pitch_classes)


@pytest.mark.parametrize("name", sorted(GENRES))
def test_registers_are_clear_of_each_other(name: str):
    low, high = GENRES[name].chord_register
    for seed in range(3):
        brief = any_genre(name, seed=seed, form=FORM)
        chords = [n.pitch for n in notes_of(brief, "chords")]
        assert not chords or low - 12 <= min(chords) <= max(chords) <= high + 16
        rungs = [n.pitch for n in notes_of(brief, "arpeggio")]
        assert not rungs or ARPEGGIO_LOW <= min(rungs) <= max(rungs) <= ARPEGGIO_HIGH
        assert all(n.pitch >= 48 for n in notes_of(brief, "pad"))


def test_a_pad_holds_its_chord_and_ends_inside_its_section():
    brief = owner("trance", "pad")
    sections = arranged(brief).sections
    for note in notes_of(brief, "pad"):
        home = next(s for s in sections if s.start - 1e-6 <= note.onset < s.end - 1e-6)
        assert home.end - 2.0 < note.offset < home.end or note.offset < home.end - 0.5
        assert note.offset - note.onset > 0.9 * 60 / brief.bpm


def test_a_written_rhythm_is_played_from_the_start_of_its_section():
    brief = with_settings(
        house(form=(("drop", 3), ("drop", 3)), progression=(("i", 1.0),)),
        ("chords.pattern", "X...............|x.......x......."),
    )
    struck = sorted({round(beat_of(brief, n), 3) for n in notes_of(brief, "chords")})
    assert struck == [0, 4, 6, 8, 12, 16, 18, 20]


def test_held_chords_last():
    brief = with_settings(
        house(form=(("drop", 4),), progression=(("i", 2.0),)), ("chords.pattern", "hold")
    )
    lengths = {round((n.offset - n.onset) * 123.45 / 60, 2) for n in notes_of(brief, "chords")}
    assert lengths == {7.84}


def test_a_buildup_grows_and_climbs():
    brief = owner("trance", "arpeggio")
    line = 12 * brief.meter
    inside = [
        n for n in notes_of(brief, "arpeggio") if line <= beat_of(brief, n) < line + 16 - 1e-3
    ]
    first, last = inside[: len(inside) // 4], inside[-(len(inside) // 4) :]
    assert np.mean([n.velocity for n in first]) < np.mean([n.velocity for n in last])
    assert np.mean([n.pitch for n in first]) < np.mean([n.pitch for n in last])
