"""The hook returns and varies; calls leave room."""

from __future__ import annotations

import numpy as np
import pytest

from mixolydian.core.types import Note
from mixolydian.creation.brief import METERS, Brief
from mixolydian.creation.genres import GENRES
from mixolydian.creation.grid import make_grid
from mixolydian.creation.singing import scale_over
from mixolydian.creation.spans import chord_spans
from mixolydian.creation.structure import owned_layers, plan_sections
from tests.creation.pieces import any_genre, arranged, with_settings

FORM = (("intro", 4), ("buildup", 8), ("drop", 16), ("breakdown", 8), ("drop", 16))
MAIN = ("house", "trance", "tech house", "drum & bass", "dubstep", "hardcore", "electro", "pop")


def singer(name: str, part: str = "lead", **changes: object) -> Brief:
    """A piece of the genre that has `part`, on one chord."""
    briefs = (any_genre(name, seed=seed, form=FORM, **changes) for seed in range(200))
    return next(b for b in briefs if part in owned_layers(b))


def bars_of(brief: Brief, part: str, first: int, last: int) -> list[tuple[tuple[float, int], ...]]:
    """(beat in the bar, pitch) of the part, bar by bar."""
    times, meter = make_grid(brief).times, brief.meter
    notes: tuple[Note, ...] = next((p.notes for p in arranged(brief).parts if p.name == part), ())
    rows: list[list[tuple[float, int]]] = [[] for _ in range(last - first)]
    for note in notes:
        beat = round(float(np.interp(note.onset, times, np.arange(len(times)))), 3)
        if first * meter <= beat < last * meter:
            rows[int(beat // meter) - first].append((beat % meter, round(note.pitch)))
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("part", ["lead", "vocal"])
@pytest.mark.parametrize("name", MAIN)
def test_every_note_stands_on_the_scale_or_the_chord(name: str, part: str):
    for meter in METERS:
        brief = singer(name, part, meter=meter)
        spans = chord_spans(brief, plan_sections(brief))
        for bar, row in enumerate(bars_of(brief, part, 0, 52)):
            for beat, pitch in row:
                here = spans.at(bar * meter + beat)
                allowed = {(here.tonic + s) % 12 for s in scale_over(here)}
                assert pitch % 12 in allowed | set(here.harmony.pitch_classes)


@pytest.mark.parametrize("name", MAIN)
def test_the_hook_returns_within_a_drop(name: str):
    brief = singer(name, progression=(("i", 4.0),))
    rows = bars_of(brief, "lead", 12, 28)
    assert any(rows)
    assert rows[:8] == rows[8:] or rows[:4] == rows[4:8] or rows[:2] == rows[2:4]


@pytest.mark.parametrize("name", MAIN)
def test_the_hook_keeps_its_range_and_seldom_leaps(name: str):
    spans, leaps, moves = [], 0, 0
    for seed in range(30):
        brief = any_genre(name, seed=seed, form=(("drop", 8),), bpm=128.0)
        pitches = [p for row in bars_of(brief, "lead", 0, 8) for _, p in row]
        if pitches:
            low, high = GENRES[name].lead_register
            assert low - 9 <= min(pitches) <= max(pitches) <= high + 18
            spans.append(max(pitches) - min(pitches))
            leaps += int((np.abs(np.diff(pitches)) > 7).sum())
            moves += len(pitches) - 1
    assert max(spans) <= 16
    assert np.mean(spans) >= 5
    assert leaps <= 0.08 * moves


@pytest.mark.parametrize("name", MAIN)
def test_a_later_drop_answers_with_a_second_voice(name: str):
    brief = singer(name, progression=(("i", 4.0),))
    first, second = (bars_of(brief, "lead", at, at + 16) for at in (12, 36))
    assert sum(map(len, second)) > sum(map(len, first))
    hook = {pair for row in first[:2] for pair in row}
    assert hook <= {pair for row in second[:2] for pair in row}


def test_a_breakdown_is_calmer_than_the_drop():
    for name in MAIN:
        brief = singer(name, progression=(("i", 4.0),))
        calm, full = (bars_of(brief, "lead", *bars) for bars in ((32, 36), (16, 20)))
        assert sum(map(len, calm)) <= sum(map(len, full))


def test_a_written_rhythm_is_sung():
    brief = with_settings(singer("trance"), ("drop1.lead.pattern", "x.....x.....x..."))
    for row in bars_of(brief, "lead", 12, 28):
        assert [beat for beat, _ in row] == [0, 1.5, 3]
    assert bars_of(brief, "lead", 36, 52) == bars_of(singer("trance"), "lead", 36, 52)


def test_calls_leave_bars_of_silence():
    for name in ("house", "breakbeat", "drum & bass"):
        rows = bars_of(singer(name, "vocal"), "vocal", 36, 52)
        sung = [bool(row) for row in rows]
        assert 0 < sum(sung) <= len(rows) // 2
